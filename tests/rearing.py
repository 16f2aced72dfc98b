"""Small scenarios over generations that tests share."""

import dyadsim as ds


def small(**others):
    """A scenario in a second or so: eighty families, two generations, no arm beside them."""
    changes = {"number": 80, "generations": 2, "linear": True, "cut": [], "fostered": [], **others}
    return ds.GenerationScenario.load("three-generations").changed(changes)
