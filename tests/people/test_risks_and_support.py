"""Settings: risks and protections, what each moves, and that none does more than it says."""

import numpy as np
import pytest

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.people.population import Population
from dyadsim.people.risks_and_support import Setting, settled
from dyadsim.theory import evidence, slow_states

ASKED_FOR = {
    "mother": "depression anxiety birth-trauma obsessive-compulsive psychosis-bipolar borderline-features "
    "eating-disorder substance-use parental-disability neuropsychiatric-condition",
    "infant": "prematurity low-birth-weight intensive-care traumatic-birth chronic-illness sensory-impairment colic "
    "infant-fatigue irritable-temperament temperament-misfit",
    "family": "childhood-adversity poverty partner-violence single-parenthood migration loneliness stigma-concealment "
    "phone-use low-support",
    "support": "partner-support kin-support peer-support professional-support breastfeeding skin-to-skin",
}
MOMENT = ds.Paradigm(name="moment", episodes=[{"name": "play", "seconds": 30}])


def test_every_risk_and_protection_is_there():
    named = {name for names in ASKED_FOR.values() for name in names.split()}
    assert set(toml_models.names("settings")) >= named
    for about, names in ASKED_FOR.items():
        for name in names.split():
            setting = Setting.load(name)
            assert setting.says
            assert setting.kind == ("protection" if about == "support" else "risk"), name


@pytest.mark.parametrize("name", toml_models.names("settings"))
def test_a_setting_s_sizes_have_a_source_that_may_set_them(name):
    for move in Setting.load(name).moves:
        for source in move.evidence:
            assert source == "assumed" or evidence.row(source).role in ("calibrate", "context"), (name, source)
        assert move.size(ds.Dynamics.default())
        assert move.note or move.evidence != ("assumed",), f"{name} says not why {move.state} is moved so far"


@pytest.mark.parametrize("name", toml_models.names("settings"))
def test_a_setting_moves_those_under_it_and_no_one_else(name):
    """Twins with the same luck, half of them under the setting."""
    own = ds.Cohort.sample(30, seed=5)
    under = own.with_setting(name, share=0.5)
    who = under.exposures[0].who
    assert 0 < who.sum() < 30
    for trait, values in under.traits.items():
        assert np.array_equal(values[~who], own.traits[trait][~who])
    one, other = (ds.develop(dyads, 6, seed=5, days=1, paradigm=MOMENT) for dyads in (own, under))
    assert np.array_equal(one.states[:, :, ~who], other.states[:, :, ~who])
    moved = {move.state for move in Setting.load(name).moves}
    if moved & set(ds.SLOW):
        change = (other.states - one.states)[:, :, who].mean(axis=2)
        for move in Setting.load(name).moves:
            if move.state in ds.SLOW:
                course = change[:, list(ds.SLOW).index(move.state)]
                assert np.sign(course[-1]) == np.sign(move.size(own.dynamics)), move.state


def test_what_a_setting_shifts_lastingly_is_what_the_couplings_make_of_it():
    shift = settled(Setting.load("poverty"), ds.Dynamics.default())
    assert shift["stress"] > 0.4
    assert shift["sensitivity"] < 0  # by stress and depression, since poverty does not act on it
    assert "sensitivity" not in {move.state for move in Setting.load("poverty").moves}


def test_a_push_begins_ends_and_fades_as_it_says():
    [move, _] = Setting.load("colic").moves
    at = [move.strength(week, 0, ds.Dynamics.default()) for week in range(20)]
    assert [bool(strength) for strength in at] == [2 <= week < 16 for week in range(20)]
    fading = Setting.load("anxiety").moves[0]
    dynamics = ds.Dynamics.default()
    assert fading.strength(fading.half_life, 0, dynamics) == pytest.approx(0.5)
    assert fading.strength(10 + fading.half_life, 10, dynamics) == pytest.approx(0.5)


def test_an_infant_born_early_plays_at_the_age_since_term():
    early = ds.develop(ds.Cohort.of(age=39).with_setting("prematurity"), 12, seed=1)
    assert early.playing(10).traits["age"].tolist() == [2.0]
    assert early.playing(3).traits["age"].tolist() == [0.0]


def test_a_population_s_settings_hold_for_the_share_it_says():
    group = Population.load("mixed-risk")
    dyads = ds.Cohort.sample(5000, "mixed-risk", seed=1)
    assert len(group.settings) == len(dyads.exposures) > 8
    for lives, exposure in zip(group.settings, dyads.exposures, strict=True):
        assert exposure.setting.name == lives.setting
        assert exposure.who.mean() == pytest.approx(lives.share, abs=0.03)


def test_chosen_and_repeated_dyads_keep_their_settings():
    dyads = ds.Cohort.sample(50, "mixed-risk", seed=1)
    for part, places in ((dyads[10:20], np.arange(10, 20)), (dyads[:5].repeated(2), np.tile(np.arange(5), 2))):
        for own, whole in zip(part.exposures, dyads.exposures, strict=True):
            assert np.array_equal(own.who, whole.who[places])


OWN = """
name = "night-shifts"
says = "She works at night."
kind = "risk"
about = "family"

[[moves]]
state = "stress"
by = 0.4
weeks = [0, 26]
"""


def test_a_setting_of_ones_own_from_a_file(tmp_path):
    path = tmp_path / "night-shifts.toml"
    path.write_text(OWN)
    dyads = ds.Cohort.sample(40, seed=1)
    own, under = (ds.develop(each, 8, seed=1, days=1) for each in (dyads, dyads.with_setting(path)))
    assert under.provenance["settings"] == {"night-shifts": 40}
    assert (under.at(8)["stress"] - own.at(8)["stress"]).between(0.05, 0.4).all()


WRONG = [
    (OWN.replace('"stress"', '"stres"'), "Did you mean 'stress'"),
    (OWN.replace("by = 0.4", 'by = "much"'), "Unknown fitted size 'much'"),
    (OWN.replace("[0, 26]", "[26, 0]"), "from the first to a later one, not from 26 to 0"),
    (OWN.replace('"risk"', '"danger"'), "'kind' must be 'risk' or 'protection'"),
    (OWN.replace('state = "stress"', 'state = "negativity"'), "'negativity' does not change over the weeks"),
    (OWN.replace("by = 0.4", "bi = 0.4"), "Unknown key"),
    (OWN.split("[[moves]]")[0], "'moves' is missing"),
    (OWN.replace("by = 0.4", "by = -50.0"), "'stress' can be moved by 6 at most, not by -50"),
    (OWN + "half_life = 0.0\n", "number of weeks above 0, not 0"),
    (OWN + 'half_life = "depressive episode"\n', "is no time in weeks"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_a_bad_setting_file_gets_one_sentence(tmp_path, text, sentence):
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(ds.DyadsimError, match=sentence) as told:
        ds.Cohort.sample(3).with_setting(path)
    assert "\n" not in str(told.value)


def test_a_setting_is_added_once_and_to_a_share_that_exists():
    dyads = ds.Cohort.sample(3)
    with pytest.raises(ds.DyadsimError, match="Did you mean 'poverty'"):
        dyads.with_setting("povertty")
    with pytest.raises(ds.DyadsimError, match="live under the setting 'poverty' already"):
        dyads.with_setting("poverty").with_setting("poverty")
    for share in (0, 1.5, "half"):
        with pytest.raises(ds.DyadsimError, match="must be above 0 and at most 1"):
            dyads.with_setting("poverty", share)


def test_what_a_setting_can_move_is_in_the_model():
    for name in toml_models.names("settings"):
        for move in Setting.load(name).moves:
            assert move.state in {*slow_states.SLOW, *slow_states.BACKGROUND, *slow_states.PLAY_TRAITS, "age"}
