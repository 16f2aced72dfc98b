"""Designs that are impossible get one sentence, and what follows from a declaration is what it says."""

import pytest
from trialling import ARMS, SMALL, small

import dyadsim as ds
from dyadsim.common import toml_models

OFFERED = SMALL["what"]["arms"]
SEEN = SMALL["seen"]
LATE = [{"name": "before", "week": 0}, {"name": "too early", "age": 12}]
IMPOSSIBLE = {
    "more arms than dyads": (
        {"who.dyads": 2, "what.arms": [*ARMS, {"name": "third"}]},
        "3 arms are more than the 2 dyads",
    ),
    "a visit before the first": (
        {"seen.visits": LATE},
        "would be in week 12 of his life, but the first visit is in week 20",
    ),
    "a visit after the end": (
        {"who.ages": [1999], "what.arms": ARMS},
        "The visit '3 weeks' would be in week 2,002 of his life, but the model ends with week 2,000",
    ),
    "an offer after the end": (
        {"what.arms": [{"name": "late", "interventions": [{"name": "video-feedback", "start": 3}]}, ARMS[1]]},
        "starts 3 weeks after the first visit, when the trial is over",
    ),
    "an outcome that no instrument measures": (
        {"asked": [{"name": "x", "outcome": "parenting-stress", "visit": "3 weeks"}]},
        "Unknown outcome that an instrument measures at '3 weeks': 'parenting-stress'",
    ),
    "an outcome that is no instrument": (
        {"asked": [{"name": "x", "outcome": "eass", "visit": "3 weeks"}]},
        "Did you mean 'eas'",
    ),
    "a visit that is not there": (
        {"asked": [{"name": "x", "outcome": "eas", "visit": "3 week"}]},
        "Did you mean '3 weeks'",
    ),
    "a question about the baseline": (
        {"asked": [{"name": "x", "outcome": "eas", "visit": "before"}]},
        "before anyone was randomised",
    ),
    "a cluster without an arm": (
        {
            "what.allocation": "cluster",
            "what.sites": {"number": 3},
            "what.arms": [*ARMS, *({"name": f"{n}"} for n in "cd")],
        },
        "3 sites leave a cluster for 3 of 4 arms only",
    ),
    "clusters without sites": ({"what.allocation": "cluster"}, "There are no sites to be allocated"),
    "an arm against itself": (
        {"asked": [{"name": "x", "outcome": "eas", "visit": "3 weeks", "against": "video"}]},
        "compares the arm 'video' with itself",
    ),
    "a logistic regression of points": (
        {"answered": [{"asks": "sensitivity", "method": "logistic"}]},
        "is a logistic regression, but 'eas' is no yes or no",
    ),
    "an analysis of nothing asked": ({"answered": [{"asks": "sensitivty"}]}, "Did you mean 'sensitivity'"),
    "a mixed model without clusters": (
        {"answered": [{"asks": "sensitivity", "method": "mixed"}]},
        "needs to be told what the clusters are",
    ),
    "sites that the trial has not": (
        {"answered": [{"asks": "sensitivity", "method": "mixed", "cluster": "site"}]},
        "goes by sites, but the trial has none",
    ),
    "shares that fall": (
        {
            "seen.visits": [*SEEN["visits"], {"name": "5 weeks", "week": 5}],
            "lost.visits": [{"visit": "3 weeks", "share": 0.3}, {"visit": "5 weeks", "share": 0.2}],
        },
        "shares do not fall",
    ),
    "a loss that depends on an arm that is not": (
        {"lost.visits": [{"visit": "3 weeks", "share": 0.3, "depends": [{"arm": "vidio", "log_odds": 1.0}]}]},
        "Did you mean 'video'",
    ),
    "an age for which nothing is made": ({"who.ages": [200]}, "is made for a start between week"),
    "a class of points": (
        {"asked": [{"name": "x", "outcome": "eas", "classed": "secure", "visit": "3 weeks"}]},
        "gives points, no classes",
    ),
    "nobody can be eligible": (
        {"who.eligible": [{"reading": "epds", "at_least": 31}]},
        "Nobody can have at least 31",
    ),
    "fewer screened than randomised": ({"who.screened": 5}, "more than 5 must be screened"),
    "per cent for a share": (
        {"lost.visits": [{"visit": "3 weeks", "share": 30.0}]},
        "a share from 0 to 1, such as 0.8",
    ),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_design_gets_one_sentence(name):
    changes, says = IMPOSSIBLE[name]
    with pytest.raises(ds.DyadsimError) as told:
        small(changes)
    assert says in str(told.value)
    assert "\n" not in str(told.value)


def test_a_trial_for_which_nobody_is_eligible_says_so_before_any_work(tmp_path):
    trial = small({"who.eligible": [{"reading": "epds", "at_least": 30}], "who.screened": 12})
    with pytest.raises(ds.DyadsimError, match="Of 12 dyads screened nobody is eligible"):
        trial.run(out=tmp_path / "out")
    assert not (tmp_path / "out" / "manifest.json").exists()


@pytest.mark.parametrize("name", toml_models.names("trials"))
def test_a_shipped_trial_says_the_same_when_it_is_written_and_read_again(name, tmp_path):
    trial = ds.Trial.load(name)
    (tmp_path / "again.toml").write_text(trial.toml())
    assert ds.Trial.load(tmp_path / "again.toml") == trial
    assert all(each.note or "assumed" not in each.evidence for each in trial.lost.visits)


def test_the_usual_analysis_of_a_trial_that_names_none_is_that_of_its_measure():
    asked = [
        {"name": "points", "outcome": "eas", "visit": "3 weeks"},
        {"name": "share", "outcome": "epds", "visit": "3 weeks", "cut": 10.0},
        {"name": "for whom", "outcome": "eas", "visit": "3 weeks", "measure": "moderation", "moderator": "epds"},
    ]
    assert [each.method for each in small(asked=asked).answers] == ["ancova", "logistic", "moderation"]


def test_an_analysis_is_of_the_columns_that_the_trial_writes():
    trial = small({"answered": [{"asks": "sensitivity", "covariates": ["epds_before"]}]})
    analysis, contrast = trial.analysis(trial.answers[0])
    assert (analysis.outcome, analysis.baseline, analysis.covariates) == ("eas_3_weeks", "eas_before", ("epds_before",))
    assert (contrast.treated, contrast.against) == ("video", "nothing")


def test_losses_that_were_set_to_nothing_come_back_with_all_that_they_depend_on():
    lost = ds.Trial.load("skkippi").lost
    again = lost.changed_to(0.0, "6 weeks").changed_to(0.2, "6 weeks")
    assert [each.range for each in again.visits] == [(0.2, 0.2)] * 3
    assert [each.depends for each in again.visits] == [each.depends for each in lost.visits]


def test_losses_of_another_size_keep_their_proportions():
    lost = ds.Trial.load("skkippi").lost.changed_to(0.2, "6 weeks")
    assert [round(each.range[0], 4) for each in lost.visits] == [
        0.2,
        round(0.505 / 0.425 * 0.2, 4),
        round(0.505 / 0.425 * 0.2, 4),
    ]
