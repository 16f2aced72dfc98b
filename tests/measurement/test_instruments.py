"""Instruments: what a study sees of what is true."""

import numpy as np
import pandas as pd
import pytest

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.common.random_numbers import WeeklyLuck
from dyadsim.measurement.instruments import Instrument, classified, scored, true_score
from dyadsim.theory import evidence
from dyadsim.theory.attachment import CLASSES

SCALES = [name for name in toml_models.names("instruments") if not Instrument.load(name).classifies]
DYADS = 20_000
UNITS = np.arange(DYADS)


@pytest.fixture(scope="module")
def known():
    """Standard scores of all that instruments see, as independent draws."""
    rng = np.random.default_rng(0)
    names = {name for scale in SCALES for name in Instrument.load(scale).of}
    return pd.DataFrame({name: rng.standard_normal(DYADS) for name in sorted(names)})


def test_the_instruments_of_the_field_are_there():
    asked_for = {"eas", "epds", "symptom-checklist", "parenting-stress", "reflective-functioning"}
    asked_for |= {"regulatory-symptoms", "bonding-problems", "strange-situation"}
    assert asked_for <= set(toml_models.names("instruments"))


@pytest.mark.parametrize("name", toml_models.names("instruments"))
def test_every_number_has_a_source_or_is_assumed(name):
    instrument = Instrument.load(name)
    assert instrument.says and instrument.note
    for source in instrument.evidence:
        assert source == "assumed" or evidence.row(source).role != "check"


@pytest.mark.parametrize("name", SCALES)
def test_scores_keep_to_their_scale_and_are_as_reliable_as_they_say(name, known):
    """Reliability as the correlation of two occasions, where floor and ceiling cut off little; within .03."""
    scale = Instrument.load(name)
    luck = WeeklyLuck(1)
    one, two = (scored(scale, known, UNITS, luck, week) for week in (1, 2))
    assert one.min() >= scale.low and one.max() <= scale.high
    steps = (one - scale.low) / scale.step
    assert np.allclose(steps, np.round(steps), atol=1e-6)
    true = true_score(scale, known)
    inside = ((one > scale.low) & (one < scale.high) & (two > scale.low) & (two < scale.high)).mean()
    if inside > 0.97 and abs(np.var(true) - 1) < 0.05:
        assert np.corrcoef(one, two)[0, 1] == pytest.approx(scale.reliability, abs=0.03)
        assert one.mean() == pytest.approx(scale.mean, abs=0.03 * scale.sd)
        assert one.std() == pytest.approx(scale.sd, rel=0.05)


def test_answers_of_one_mother_share_some_error_and_a_rater_s_do_not(known):
    """With true scores of nothing in common, self-reports correlate by their shared error; observation does not."""
    luck = WeeklyLuck(1)
    epds, bonding, eas = (
        scored(Instrument.load(n), known, UNITS, luck, 5) for n in ("epds", "bonding-problems", "eas")
    )
    shared = np.corrcoef(epds, bonding)[0, 1]
    first, second = Instrument.load("epds"), Instrument.load("bonding-problems")
    share = [np.sqrt((1 - each.reliability) * each.shared) for each in (first, second)]
    assert shared == pytest.approx(share[0] * share[1], abs=0.02)
    assert abs(np.corrcoef(epds, eas)[0, 1]) < 0.02


def test_troubles_raise_scores_of_troubles():
    low, high = (pd.DataFrame({"bonding": [score] * 2000}) for score in (1.5, -1.5))
    problems = Instrument.load("bonding-problems")
    units, luck = np.arange(2000), WeeklyLuck(0)
    assert scored(problems, high, units, luck, 1).mean() > scored(problems, low, units, luck, 1).mean() + 10


def test_the_epds_has_a_floor_that_many_reach_and_a_ceiling_that_holds():
    epds, luck, units = Instrument.load("epds"), WeeklyLuck(0), np.arange(1000)
    assert (scored(epds, pd.DataFrame({"depression": [-4.0] * 1000}), units, luck, 1) == 0).mean() > 0.9
    assert scored(epds, pd.DataFrame({"depression": [9.0] * 1000}), units, luck, 1).max() == 30


def test_raters_give_most_dyads_their_true_class():
    truth = pd.Series(np.repeat(CLASSES, [5000, 1500, 1000, 2500]))
    given = classified(Instrument.load("strange-situation"), truth, np.arange(len(truth)), WeeklyLuck(3), 52)
    assert (given == truth).mean() == pytest.approx(Instrument.load("strange-situation").agreement, abs=0.01)
    assert set(given) == set(CLASSES)
    alone = classified(Instrument.load("strange-situation"), truth[:50], np.arange(50), WeeklyLuck(3), 52)
    assert (alone == given[:50]).all()  # whoever is beside them


def test_two_raters_of_one_occasion_agree_more_than_two_occasions(known):
    """Their correlation is what is true and what is the occasion's: 1 less the rater's share; within .02."""
    eas, luck = Instrument.load("eas"), WeeklyLuck(1)
    one, two = (scored(eas, known, UNITS, luck, 5, rater) for rater in (0, 1))
    assert np.corrcoef(one, two)[0, 1] == pytest.approx(1 - eas.rater, abs=0.04)
    later = scored(eas, known, UNITS, luck, 6)
    assert np.corrcoef(one, later)[0, 1] < np.corrcoef(one, two)[0, 1] - 0.2


def test_a_visit_looked_at_twice_reads_the_same_and_another_instrument_changes_nothing():
    course = ds.develop(ds.Cohort.sample(20, seed=1), 3, seed=1, days=1)
    first = course.observe("epds", [1, 2])
    course.observe("eas", 2)
    assert first.equals(course.observe("epds", [1, 2]))
    assert list(first.columns) == [1, 2]
    assert first.index.tolist() == list(range(20))


OWN = """
name = "smiles"
says = "Smiles a minute."
by = "observer"
unit = "a minute"
low = 0.0
high = 20.0
mean = 6.0
sd = 3.0
reliability = 0.6
rater = 0.2

[of]
bonding = 1.0
"""


def test_an_instrument_of_ones_own_from_a_file(tmp_path):
    path = tmp_path / "smiles.toml"
    path.write_text(OWN)
    course = ds.develop(ds.Cohort.sample(30, seed=1), 2, seed=1, days=1)
    assert course.observe(str(path), np.int64(2))[2].between(0, 20).all()


def test_the_top_of_a_scale_holds_where_steps_do_not_fit_it(known):
    scale = ds.Instrument(name="odd", of={"bonding": 1.0}, by="observer", unit="points", high=1.0, step=0.6, mean=0.9)
    assert scored(scale, known, UNITS, WeeklyLuck(0), 1).max() == 1.0


WRONG = [
    (OWN.replace("bonding = 1.0", "bondig = 1.0"), "Did you mean 'bonding'"),
    (OWN.replace("rater = 0.2", "rater = 0.5"), "add up to more than 1"),
    (OWN.replace("high = 20.0", "high = -1.0"), "goes from low to high, not from 0 to -1"),
    (OWN.replace("sd = 3.0", "sd = 0.0"), "'sd' must be greater than 0"),
    (OWN.replace('by = "observer"', 'by = "guess"'), "'by' must be"),
    (OWN.replace('by = "observer"', 'by = "records"'), "known by records, which has no rater"),
    (OWN.replace("rater = 0.2", "shared = 0.2"), "is no self-report"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_a_bad_instrument_file_gets_one_sentence(tmp_path, text, sentence):
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(ds.DyadsimError, match=sentence) as told:
        Instrument.load(str(path))
    assert "\n" not in str(told.value)
