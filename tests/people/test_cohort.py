"""Who the dyads are: traits, populations and where their numbers come from."""

import csv
from importlib import resources

import numpy as np
import pytest
from conftest import POPULATIONS

import dyadsim as ds
from dyadsim.people.population import Population
from dyadsim.people.risks_and_support import settled


def test_the_first_hundred_of_a_thousand_are_the_hundred():
    hundred, thousand = ds.Cohort.sample(100, seed=3), ds.Cohort.sample(1000, seed=3)
    assert thousand[:100].frame().equals(hundred.frame())
    assert ds.Cohort.sample(10, seed=3, first=90).frame().equals(hundred[90:].frame())


def test_the_populations_that_are_asked_for_ship():
    asked_for = (
        "community postpartum-disorder depressed anxious trauma preterm irritable-infant isolated phone-distracted"
    )
    assert set(POPULATIONS) >= {*asked_for.split(), "mixed-risk"}


@pytest.mark.parametrize("name", POPULATIONS)
def test_every_shift_names_its_evidence_or_says_assumed(name):
    text = resources.files("dyadsim").joinpath("data/evidence.csv").read_text("utf-8")
    roles = {row["id"]: row["role"] for row in csv.DictReader(text.splitlines())}
    population = Population.load(name)
    for source in (*population.traits.values(), *population.all_correlations):
        assert source.evidence
        for evidence in source.evidence:
            assert evidence == "assumed" or roles[evidence] in ("calibrate", "constraint", "context")


@pytest.mark.parametrize("name", POPULATIONS)
def test_samples_have_the_means_and_correlations_of_their_population(name):
    """20,000 dyads; a bound of 5 standard errors fails by chance in fewer than one run in 100,000."""
    population, cohort = Population.load(name), ds.Cohort.sample(20_000, name, seed=4)
    frame = cohort.frame()
    for exposure in cohort.exposures:
        for name, shift in settled(exposure.setting, cohort.dynamics).items():
            if name in frame:
                frame[name] -= shift * exposure.who  # what is left is as in the community, but where traits say more
    for trait, given in population.traits.items():
        assert frame[trait].mean() == pytest.approx(given.mean, abs=5 / np.sqrt(len(frame)))
    for correlation in population.all_correlations:
        first, second = correlation.between
        # Where a shift reaches a trait's limit a little of the correlation is lost.
        assert frame[first].corr(frame[second]) == pytest.approx(correlation.r, abs=5 / np.sqrt(len(frame)) + 0.01)


def test_a_population_of_ones_own_from_toml(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('name = "mine"\n[traits.age]\nmean = 20\nsd = 2\n[traits.burden]\nmean = 1\n')
    frame = ds.Cohort.sample(500, file, seed=1).frame()
    assert frame["age"].mean() == pytest.approx(20, abs=0.5)
    assert frame["age"].std() == pytest.approx(2, abs=0.4)
    assert frame["burden"].mean() == pytest.approx(1, abs=0.25)


def test_repeated_dyads_have_the_same_traits_and_their_own_numbers():
    pair = ds.Cohort.sample(2, seed=1)
    many = pair.repeated(3)
    assert many.units.tolist() == list(range(6))
    assert many.traits["sensitivity"].tolist() == pair.traits["sensitivity"].tolist() * 3


def test_traits_and_coefficients_are_set_by_name():
    cohort = ds.Cohort.of(sensitivity=[-1, 0, 1], age=13).replace(
        {"infant_contingency": 1.0, "infant_base.object": 0.5}
    )
    assert cohort.traits["sensitivity"].tolist() == [-1, 0, 1]
    assert cohort.traits["age"].tolist() == [13, 13, 13]
    assert set(cohort.coefficients.changes()) == {"infant_contingency", "infant_base"}


BAD = [
    (lambda: ds.Cohort.sample(10, "comunity"), "Did you mean 'community'"),
    (lambda: ds.Cohort.sample(0), "whole number from 1 to 10,000,000, not 0"),
    (lambda: ds.Cohort.sample(10, "missing.toml"), "no population file 'missing.toml'"),
    (lambda: ds.Cohort.of(senstivity=1), "Did you mean 'sensitivity'"),
    (lambda: ds.Cohort.of(sensitivity=9), "is 9, but must lie between -4 and 4"),
    (lambda: ds.Cohort.of(sensitivity="high"), "must be a number from -4 to 4"),
    (lambda: ds.Cohort.of(sensitivity=float("nan")), "is nan, but must lie between"),
    (lambda: ds.Cohort.of(sensitivity=[1, 2], burden=[1, 2, 3]), "one value or one a dyad"),
    (lambda: ds.Cohort.of().replace(infant_contingency=-1), "must lie between 0 and 4"),
    (lambda: ds.Cohort.of().replace({"infant_base.objct": 1}), "Did you mean 'object'"),
    (lambda: ds.Cohort.of().replace(infant_base=1), "one number for each of protest"),
    (lambda: ds.Cohort.of().replace({"infant_contingency.object": 1}), "is a single number"),
    (lambda: ds.Cohort.of().replace(infant_contingency=[1, 2]), "single number for all dyads"),
    (
        lambda: ds.Cohort.of().replace(infant_base=1).replace({"infant_base.object": 2}),
        "one number for each of protest",
    ),
    (lambda: ds.Cohort.of().replace(infant_contingencie=1), "Did you mean 'infant_contingency'"),
    (lambda: ds.Cohort.of().replace(infant_base={"object": 1}), "is nan"),
    (lambda: ds.Cohort.of().replace(infant_base={"objct": 1}), "Did you mean 'object'"),
    (lambda: ds.Cohort.of().replace(extra_traits="warmth"), r"must be a tuple of ds\.Trait"),
    (lambda: ds.Cohort.sample(5)[:0], "leaves none of the 5 dyads"),
    (lambda: ds.Cohort.sample(5, first=-1), "first dyad must be a whole number"),
    (lambda: ds.Cohort.sample(2.5), "whole number from 1"),
    (lambda: ds.Cohort.sample(5, 7), "given by its name or a TOML file"),
    (lambda: ds.Trait("warmth", "mother", 9.0, -4.0, 4.0, "score", ""), "is 9, but must lie"),
    (lambda: ds.interact([1, 2]), r"given as a ds\.Cohort"),
    (lambda: ds.interact(ds.Cohort.of(), seconds="60"), "must be a whole number"),
    (lambda: ds.interact(ds.Cohort.of(), seconds=60.5), "must be a whole number"),
    (lambda: ds.interact(ds.Cohort.of(), threads="2"), "number of threads must be a whole number"),
    (lambda: ds.DyadModel(cohort="community"), r"given as a ds\.Cohort"),
    (lambda: ds.DyadModel(cohort=ds.Cohort.of(), dyads=5), "Give a cohort, or dyads and population"),
    (lambda: ds.Context.of("smile", "vocal", 1), "Unknown infant state 'smile'"),
    (lambda: ds.Context.of("object", "vocal", 9), "level of arousal must be a whole number from 0 to 4"),
    (lambda: ds.match_scheme([[1, 2], [3]]), "must be a 5 x 6 matrix"),
    (lambda: ds.Episode(name="play", seconds=-5), "'seconds' must be greater than or equal to 1, not -5"),
    (lambda: ds.Population(name="mine", trait={}), "Did you mean 'traits'"),
    (lambda: ds.Coefficients({}), "is missing"),
]


@pytest.mark.parametrize(("make", "sentence"), BAD)
def test_what_cannot_be_used_gets_one_sentence(make, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence) as error:
        make()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('name = "x"\n[traits.burdn]\nmean = 1', "Did you mean 'burden'"),
        ('name = "x"\n[traits.burden]\nmeen = 1', "Did you mean 'mean'"),
        ('name = "x"\n[traits.burden]\nsd = -1', "greater than or equal to 0"),
        ('name = "x"\n[traits.burden]\nmean = 99', "is 99, but must lie between -4 and 4"),
        ('name = "x"\n[traits.burden]\nmean = nan', "must be a finite number"),
        ('name = "x"\n[traits.burden]\nmean = "1"', "must be a number"),
        ('name = ""', "must not be empty"),
        ('name = "x"\ntraits = 3', "must be a table"),
        ('name = "x"\n[[correlations]]\nbetween = ["burden", "burden"]\nr = 0.2', "two different traits"),
        ('name = "x"\n[[correlations]]\nbetween = ["burden", "age"]\nr = 2', "less than 1"),
        ('says = "no name"', "'name'"),
        ("name =", "not readable as TOML"),
        (
            'name = "x"\n'
            + "".join(
                f'[[correlations]]\nbetween = ["{a}", "{b}"]\nr = {r}\n'
                for a, b, r in (("burden", "age", 0.9), ("burden", "regulation", 0.9), ("age", "regulation", -0.9))
            ),
            "cannot all hold at once",
        ),
    ],
)
def test_a_bad_population_file_gets_one_sentence(tmp_path, text, sentence):
    file = tmp_path / "bad.toml"
    file.write_text(text)
    with pytest.raises(ds.DyadsimError, match=sentence):
        ds.Cohort.sample(5, file)
