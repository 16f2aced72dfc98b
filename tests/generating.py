"""Small scenarios over generations that tests share."""

import dyadsim as ds


def small(**changes):
    """Eighty families in three generations, of whom half are offered something in the first; some seconds."""
    usual = {
        "name": "small",
        "title": "A <small> one of $5",
        "question": "What is handed on?",
        "number": 80,
        "generations": 3,
        "families": {"community_size": 10},
        "interventions": [{"name": "video-feedback", "start_week": 13, "share": 0.5}],
        "helps": [{"name": "somebody who stays", "share": 0.5, "generations": [2], "history": 0.5}],
        "cut": ["the care he met"],
        "fostered": [2],
        "linear": True,
    }
    return ds.GenerationScenario(**{**usual, **changes})


def two(**changes):
    """Eighty families in two generations, with no arm beside them; a second or so."""
    usual = {"generations": 2, "interventions": [], "helps": [], "cut": [], "fostered": []}
    return small(**{**usual, **changes})
