"""Results of cohorts, sessions, laws, encounters, Mesa, coded video, and what the model is made of."""

import numpy as np
from bits_common import Calm, Mirroring, community, lived, made_of, under

import dyadsim as ds

POPULATIONS = (
    "anxious", "community", "depressed", "irritable-infant", "isolated", "mixed-risk", "phone-distracted",
    "postpartum-disorder", "preterm", "trauma",
)  # fmt: skip
PARADIGMS = ("double-still-face", "free-play", "phone-play", "separation", "still-face")
ENCOUNTERS = ("depressed", "irritable-infant", "phone", "still-face", "typical")
SETTINGS = (
    "anxiety", "birth-trauma", "borderline-features", "breastfeeding", "childhood-adversity", "chronic-illness",
    "colic", "depression", "eating-disorder", "infant-fatigue", "intensive-care", "irritable-temperament",
    "kin-support", "loneliness", "low-birth-weight", "low-support", "migration", "neuropsychiatric-condition",
    "obsessive-compulsive", "parental-disability", "partner-support", "partner-violence", "peer-support", "phone-use",
    "poverty", "prematurity", "professional-support", "psychosis-bipolar", "sensory-impairment", "single-parenthood",
    "skin-to-skin", "stigma-concealment", "substance-use", "temperament-misfit", "traumatic-birth",
)  # fmt: skip
INTERVENTIONS = (
    "antidepressant-medication", "attachment-and-biobehavioural-catch-up", "care-as-usual", "circle-of-security",
    "cognitive-behavioural-therapy", "copeing-with-toddler-behaviour", "dance-and-movement-therapy",
    "epec-baby-and-us", "family-foundations", "fetal-movement-counting", "group-psychotherapy", "home-visiting",
    "icdp", "imh-hv", "incredible-years", "infant-massage", "infant-parent-psychotherapy",
    "interpersonal-psychotherapy", "kangaroo-care", "marte-meo", "mellow-bumps", "minding-the-baby",
    "modified-mitp", "mom-power", "music-and-singing-group", "nbas", "nbo", "nurture-and-play",
    "parent-baby-intervention", "parent-infant-psychotherapy", "parenting-together-project", "pcit",
    "peer-support", "pip-f", "promoting-first-relationships", "screen-time-guidance", "solihull-antenatal",
    "supporting-parent-child-interaction", "trauma-focused-therapy", "triple-p-baby", "video-feedback",
    "video-interaction-guidance", "watch-wait-and-wonder",
)  # fmt: skip
"""Entries of the catalogue when this list was made; later ones are no change of these."""
CATALOGUE = ("name", "says", "level", "format", "age_range", "sessions", "weeks", "moves", "grounding", "evidence")


def of_session(session):
    """Every public table of a session."""
    yield "infant", session.infant
    yield "mother", session.mother
    if session.arousal is not None:
        yield "arousal", session.arousal
    yield "summary", session.summary()
    yield "repair survival", session.repair_survival()
    yield "contingencies", session.contingencies()
    yield "pooled measures", session.pooled_measures()
    yield "pooled moves", session.pooled_moves()
    yield "events", session.events()
    yield "visits", session.visits()
    yield "provenance", made_of(session.provenance)


def of_law(law):
    """Every public table of a law."""
    yield "measures", law.measures()
    yield "repair survival", law.repair_survival()
    yield "course", law.course()
    yield "shares", law.shares()
    yield "match", law.match("affect")
    yield "contingencies", law.contingencies()
    yield "pooled measures", law.pooled_measures()
    yield "bout rates", law.bout_rates()


def cohorts():
    for population in POPULATIONS:
        cohort = ds.Cohort.sample(20, population=population, seed=1)
        yield population, cohort.frame()
        yield f"{population}: settings", {each.setting.name: each.who for each in cohort.exposures}
        yield f"{population}: balanced", ds.Cohort.balanced(16, population=population).frame()
        yield f"{population}: typical", ds.Cohort.typical(population).frame()
    for setting in SETTINGS:
        yield f"under {setting}", community().with_setting(setting, 0.5).frame()
    yield "by hand", ds.Cohort.of(sensitivity=[-1, 0, 1], age=13).frame()
    yield "shifted", community().shifted({"sensitivity": 0.5, "negativity": -9.0}).frame()
    yield "later ones", ds.Cohort.sample(5, population="trauma", seed=3, first=1000).frame()


def sessions():
    for population in POPULATIONS:
        cohort = ds.Cohort.sample(20, population=population, seed=1)
        yield from under(population, of_session(ds.interact(cohort, paradigm="still-face", seed=1)))
    for paradigm in PARADIGMS:
        session = ds.interact(community(), paradigm=paradigm, seed=1)
        yield from under(paradigm, of_session(session))
        for scheme in ds.SCHEMES:
            yield f"{paradigm}: measures {scheme}", session.measures(scheme=scheme)
            yield f"{paradigm}: summary {scheme}", session.summary(scheme)
            yield f"{paradigm}: repair survival {scheme}", session.repair_survival(scheme)
            yield f"{paradigm}: events {scheme}", session.events(scheme, dyad=3)
    own = ds.interact(community(), "still-face", 1, states=True)
    yield "own scheme: measures", own.measures(np.eye(len(ds.ICEP.infant), len(ds.ICEP.mother), dtype=bool))
    yield "few measures", own.measures(only=["match", "infant_positive"])
    changed = community().replace({"infant_base.object": 0.2}, sensitivity=1, infant_contingency=1)
    for named, cohort, how in (
        ("another day", community(), {"day": 8, "session": 2}),
        ("replicate", community(), {"replicate": 3}),
        ("seconds", community(), {"seconds": 61}),
        ("replaced", changed, {}),
        ("poverty", community().with_setting("poverty", 0.5), {}),
        ("some dyads", community()[5:9], {}),
        ("own rule", community(), {"mother": Mirroring, "infant": Calm}),
    ):
        session = ds.interact(cohort, "still-face", 1, **how)
        yield from under(named, of_session(session))
        yield f"{named}: measures", session.measures()


def laws():
    for paradigm in PARADIGMS:
        yield from under(paradigm, of_law(ds.law(community()[:8], paradigm)))
    yield from under("own rule", of_law(ds.law(community()[:2], "still-face", mother=Mirroring, infant=Calm)))
    yield from under("seconds", of_law(ds.law(community()[:2], "still-face", seconds=61)))
    for scheme in ds.SCHEMES:
        law = ds.law(community()[:2], "still-face")
        yield f"scheme {scheme}: measures", law.measures(scheme)
        yield f"scheme {scheme}: repair survival", law.repair_survival(scheme)


def phase():
    reunion = {"paradigm": "still-face", "episode": "reunion"}
    for named, how in (
        ("usual", {}),
        ("match", {"x": "burden", "y": "sociability", "measure": "match", "paradigm": "still-face", "reach": 1.0}),
        ("of a dyad", {"measure": "kappa", "scheme": "affect", "dyad": community()[3], **reunion}),
    ):
        grid = ds.phase_diagram(points=4, **how)
        yield named, grid
        yield f"{named}: attrs", dict(grid.attrs)


def encounters():
    for name in ENCOUNTERS:
        encounter = ds.Encounter.load(name)
        yield from under(name, of_session(encounter.session()))
        yield from under(f"{name}, law", of_law(encounter.law()))
        yield f"{name}: toml", encounter.toml()
    moments = [{"name": "coach", "at": 40}, {"name": "phone", "at": 100}]
    changed = ds.Encounter.load("depressed").changed({"moments": moments, "dyad": 7, "risks": ["poverty"]})
    yield from under("changed", of_session(changed.session()))
    yield from under("lived", of_session(ds.Encounter.lived(lived(), 3, 5, "week 5").session()))


def mesa():
    for named, how in (("usual", {}), ("own rule", {"mother": Mirroring, "scheme": "affect"})):
        model = ds.DyadModel(cohort=community()[:5], paradigm="still-face", seed=1, **how)
        while model.running:
            model.step()
        yield from under(named, of_session(model.session))
        yield f"{named}: collected", model.datacollector.get_model_vars_dataframe()
        yield f"{named}: counts", [model.ruptures, model.repairs, model.time_matched, model.match, model.arousal]
    drawn = ds.DyadModel(dyads=3, population="preterm", seed=4, seconds=30, sensitivity=-1)
    while drawn.running:
        drawn.step()
    yield from under("drawn", of_session(drawn.session))


def coded():
    for name in ("mangold_3532goodman.csv", "mangold_3367goodman.csv"):
        session = ds.read_coded(name)
        yield from under(name, of_session(session))
        yield f"{name}: measures", session.measures(scheme="valence")


def parts():
    table = ds.catalogue()[list(CATALOGUE)]
    yield "catalogue", table[table["name"].isin(INTERVENTIONS)].reset_index(drop=True)
    yield "coefficients", dict(ds.Coefficients.default())
    yield "dynamics", dict(ds.Dynamics.default())
    for number in (0, 3, 255):
        one = ds.parameter_set(number)
        yield f"set {number}: coefficients", dict(one.coefficients)
        yield f"set {number}: dynamics", dict(one.dynamics)
    yield "sets", [len(ds.parameter_sets()), [dict(each.dynamics) for each in ds.parameter_sets()]]
    for name in ("TRAITS", "COEFFICIENTS", "PARAMETERS", "SLOW", "LIVED", "ARROWS", "SCHEMES"):
        yield name, [str(each) for each in getattr(ds, name)]
    yield "states", [ds.ICEP.infant_names, ds.ICEP.mother_names]
    for scheme in ds.SCHEMES:
        yield f"scheme {scheme}", ds.match_scheme(scheme).matrix


def chances():
    cohort = community()[:6]
    for infant, mother, arousal in (("protest", "neutral", 2), ("positive", "positive", 0), ("object", "withdrawn", 3)):
        for available in (True, False):
            context = ds.Context.of(infant, mother, arousal=arousal, available=available)
            for rules in (ds.InfantRules, ds.MotherRules):
                key = f"{rules.__name__}: {infant}, {mother}, {arousal}, {'there' if available else 'not there'}"
                yield key, ds.chances(rules, context, cohort)


FOUND = {each.__name__: each for each in (cohorts, sessions, laws, phase, encounters, mesa, coded, parts, chances)}
