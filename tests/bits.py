"""The results of the package, as hashes: whether a change of its code changed a result.

Each function below works out some results by the public names alone (``import dyadsim as ds``) and gives them by key;
each is hashed. ``bits.json`` beside this file holds what they were, and ``test_bits.py`` compares. Two forms:

- rounded (what is kept): numbers to 9 significant digits, so that a last bit that differs between processors does not
  matter;
- exact (``--exact``): every bit, to compare two states of the code on one machine.

    python tests/bits.py --check tests/bits.json           names what differs, and ends with 1 if anything does
    python tests/bits.py --write tests/bits.json           after a change that is meant to change results
    python tests/bits.py --exact --slow --write FILE       every bit, with calibrations and validations
"""

import argparse
import contextlib
import functools
import hashlib
import io
import json
import os
import sys
import tempfile
import time
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is there: sums do not depend on the number of cores

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

import dyadsim as ds

DIGITS = 9
NOTHING = 1e-12
"""Rounded, a number nearer to 0 counts as 0: it is what is left of a difference of equals."""
PASSING = ("dyadsim", "command", "python", "platform", "packages", "versions", "folder", "files", "seconds", "created")
"""Keys of a provenance that tell of versions, places and times, and not of results."""

POPULATIONS = (
    "anxious", "community", "depressed", "irritable-infant", "isolated", "mixed-risk", "phone-distracted",
    "postpartum-disorder", "preterm", "trauma",
)  # fmt: skip
PARADIGMS = ("double-still-face", "free-play", "phone-play", "separation", "still-face")
ENCOUNTERS = ("depressed", "irritable-infant", "phone", "still-face", "typical")
SCENARIOS = (
    "depressed-supported", "expecting-couples", "peer-group", "phone-at-play", "preterm", "psychotherapy",
    "typical-year", "video-feedback",
)  # fmt: skip
INSTRUMENTS = (
    "anxiety-scale", "attachment-interview", "bonding-problems", "couple-scale", "crying-diary", "eas", "epds",
    "inconsolable-crying", "loneliness-scale", "parenting-stress", "phone-use", "reflective-functioning",
    "regulatory-symptoms", "self-efficacy-scale", "support-scale", "symptom-checklist", "temperament", "trauma-scale",
    "unresolved-interview",
)  # fmt: skip
SETTINGS = (
    "anxiety", "birth-trauma", "borderline-features", "breastfeeding", "childhood-adversity", "chronic-illness",
    "colic", "depression", "eating-disorder", "infant-fatigue", "intensive-care", "irritable-temperament",
    "kin-support", "loneliness", "low-birth-weight", "low-support", "migration", "neuropsychiatric-condition",
    "obsessive-compulsive", "parental-disability", "partner-support", "partner-violence", "peer-support", "phone-use",
    "poverty", "prematurity", "professional-support", "psychosis-bipolar", "sensory-impairment", "single-parenthood",
    "skin-to-skin", "stigma-concealment", "substance-use", "temperament-misfit", "traumatic-birth",
)  # fmt: skip
CATALOGUE = ("name", "says", "level", "format", "age_range", "sessions", "weeks", "moves", "grounding", "evidence")
TABLES = ("weeks", "observed", "attachment", "attended", "means", "effects", "shares", "grounding")
OFFERS = (
    {"name": "video-feedback", "start_week": 4, "uptake": 0.8},
    {"name": "peer-support", "start_week": 6, "uptake": 0.7},
)


# Hashes ---------------------------------------------------------------------------------------------------------------


def hashed(value, exact=False):
    """16 hex digits of a table, an array, a number, a text, bytes, or a list or dict of these."""
    told = hashlib.sha256()
    for part in _parts(value, exact):
        told.update(len(part).to_bytes(8, "little"))
        told.update(part)
    return told.hexdigest()[:16]


def _parts(value, exact):
    """The bytes by which it is told apart: what it is first, then what it holds."""
    if isinstance(value, pd.Series):
        yield from _parts(value.to_frame("series" if value.name is None else value.name), exact)
    elif isinstance(value, pd.DataFrame):
        yield f"table of {len(value)} rows".encode()
        for name in range(value.index.nlevels):
            level = value.index.get_level_values(name)
            yield f"index {level.name}".encode()
            yield from _parts(level.to_numpy(), exact)
        for place, name in enumerate(value.columns):
            yield f"column {name}".encode()
            yield from _parts(value.iloc[:, place].to_numpy(), exact)
    elif isinstance(value, np.ndarray):
        yield f"{_kind(value)} {value.shape}".encode()
        yield _content(value, exact)
    elif isinstance(value, dict):
        yield f"dict of {len(value)}".encode()
        for name in sorted(value, key=str):
            yield f"key {name}".encode()
            yield from _parts(value[name], exact)
    elif isinstance(value, (list, tuple)):
        yield f"list of {len(value)}".encode()
        for each in value:
            yield from _parts(each, exact)
    elif isinstance(value, bytes):
        yield b"bytes"
        yield value
    elif isinstance(value, (bool, int, float, np.generic)):
        yield from _parts(np.asarray(value), exact)
    else:
        yield b"text"
        yield _text(value, exact).encode()


def _kind(values):
    """One letter, the same for all widths of a number and for all ways in which pandas holds text."""
    return values.dtype.kind if values.dtype.kind in "biuf" else "O"


def _content(values, exact):
    kind = _kind(values)
    if kind == "f":
        return (np.ascontiguousarray(values) if exact else _rounded(values)).tobytes()
    if kind == "O":
        return "\0".join(_text(each, exact) for each in values.ravel()).encode()
    return np.ascontiguousarray(values).astype(np.int64).tobytes()


def _rounded(values):
    """Nine digits as a whole number, and the power of ten: whole numbers, since a rounded float has last bits again."""
    flat = np.abs(np.asarray(values, dtype=np.float64).ravel())
    known = np.isfinite(flat) & (flat >= NOTHING)
    power = np.zeros(flat.shape, dtype=np.int64)
    power[known] = np.floor(np.log10(flat[known])).astype(np.int64)
    digits = np.zeros(flat.shape, dtype=np.int64)
    scaled = flat[known] * 10.0 ** (DIGITS - 1 - power[known])
    # Decimals and simple fractions lie on ties often; an eighth of a digit further on they lie on none.
    digits[known] = np.floor(scaled + 0.5 + 0.125).astype(np.int64)
    # Next to a power of ten the logarithm may fall to either side.
    over = digits >= 10**DIGITS
    digits[over] //= 10
    power[over] += 1
    digits[known] *= np.sign(np.asarray(values, dtype=np.float64).ravel()[known]).astype(np.int64)
    # No number has these powers.
    power[np.isnan(flat)] = 1000
    power[np.isinf(flat)] = 1001
    return np.stack([digits, power])


def _text(value, exact):
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return "nan"
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return repr(number) if exact else f"{0.0 if abs(number) < NOTHING else number:.{DIGITS}g}"
    return str(value)


def made_of(provenance):
    """A provenance without what is no result."""
    if isinstance(provenance, dict):
        return {str(key): made_of(value) for key, value in provenance.items() if key not in PASSING}
    if isinstance(provenance, (list, tuple)):
        return [made_of(value) for value in provenance]
    return provenance.tolist() if isinstance(provenance, (np.ndarray, np.generic)) else provenance


# What is hashed -------------------------------------------------------------------------------------------------------

USUAL, SLOW = {}, {}
"""By name, functions that give results by key: those of the test, and those that take minutes."""


def usual(make):
    USUAL[make.__name__] = make
    return make


def slow(make):
    SLOW[make.__name__] = make
    return make


@functools.cache
def community(dyads=20, seed=1):
    return ds.Cohort.sample(dyads, population="community", seed=seed)


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


def of_course(course):
    """Every public table of a course."""
    last = course.weeks.stop
    yield "frame", course.frame()
    yield "end", course.at(last)
    yield "background", course.background()
    yield "background at the end", course.background(last)
    yield "known", course.known(last)
    yield "attended", course.attended()
    yield "playing", course.playing(max(course.weeks.start, last - 2)).frame()
    yield "provenance", made_of(course.provenance)


def under(prefix, found):
    """The same keys below a common one."""
    for key, value in found:
        yield f"{prefix}: {key}", value


@usual
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


@usual
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


class Mirroring(ds.MotherRules):
    """His smile draws hers."""

    extra_traits = (ds.Trait("expressiveness", "mother", 0.0, -4.0, 4.0, "standard score", "how readily she smiles"),)

    @staticmethod
    def preferences(traits, context):
        positive = ds.ICEP.mother_names.index("positive")
        smiling = np.eye(6)[positive].reshape(-1, 1, 1, 1, 1) * (
            context.infant == ds.ICEP.infant_names.index("positive")
        )
        return ds.MotherRules.preferences(traits, context) + np.exp(traits.expressiveness) * smiling


class Calm(ds.InfantRules):
    """He is aroused half as readily."""

    @staticmethod
    def arousal_change(traits, context):
        up, down = ds.InfantRules.arousal_change(traits, context)
        return np.asarray(up) / 2, down


class Dogged(ds.InterventionRule):
    """Half an effect until half of the sessions were attended."""

    entry = ds.Intervention.load("video-feedback").changed({"name": "dogged video feedback"})

    @staticmethod
    def strength(effect, taken):
        usual = ds.InterventionRule.strength(effect, taken)
        return np.where(taken.sessions < taken.entry.sessions / 2, usual / 2, usual)


class Saturating(ds.CoordinationRule):
    """Ever less from more."""

    @staticmethod
    def worth(coordination):
        return np.round(coordination / (1 + np.abs(coordination)), 9)


@usual
def laws():
    for paradigm in PARADIGMS:
        yield from under(paradigm, of_law(ds.law(community()[:8], paradigm)))
    yield from under("own rule", of_law(ds.law(community()[:2], "still-face", mother=Mirroring, infant=Calm)))
    yield from under("seconds", of_law(ds.law(community()[:2], "still-face", seconds=61)))
    for scheme in ds.SCHEMES:
        law = ds.law(community()[:2], "still-face")
        yield f"scheme {scheme}: measures", law.measures(scheme)
        yield f"scheme {scheme}: repair survival", law.repair_survival(scheme)


@usual
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


@usual
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


@usual
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


@usual
def coded():
    for name in ("mangold_3532goodman.csv", "mangold_3367goodman.csv"):
        session = ds.read_coded(name)
        yield from under(name, of_session(session))
        yield f"{name}: measures", session.measures(scheme="valence")


@functools.cache
def lived():
    """The course whose end is saved, and on which others are based."""
    return ds.develop(community(40).with_setting("poverty", 0.5), weeks=30, interventions=OFFERS, seed=2)


@usual
def courses():
    few = community(12)
    for named, cohort, how in (
        ("from pregnancy on", community(40), {"weeks": 30, "first_week": -10}),
        ("poverty", few.with_setting("poverty"), {"weeks": 10}),
        ("several settings", few.with_setting("prematurity", 0.4).with_setting("partner-support", 0.6), {"weeks": 8}),
        ("held", few, {"weeks": 8, "hold": {"burden": 1.0, "sensitivity": 0.5}}),
        ("midrange", few, {"weeks": 10, "coordination": "midrange"}),
        ("own reading", few, {"weeks": 10, "coordination": Saturating}),
        ("no feedback", few, {"weeks": 8, "feedback": False}),
        ("two days of still-face", few, {"weeks": 4, "days": 2, "paradigm": "still-face", "replicate": 2}),
        ("own rules", few, {"weeks": 4, "mother": Mirroring, "infant": Calm}),
        ("own intervention", few, {"weeks": 12, "interventions": [{"name": Dogged, "start_week": 4}]}),
        ("of a set", parameters_of(few, 3), {"weeks": 8}),
    ):
        yield from under(named, of_course(ds.develop(cohort, seed=2, **how)))
    yield from under("offers", of_course(lived()))
    twins = lived().twins()
    yield from under("twins", of_course(twins))
    yield "what offers change", lived().at(18) - twins.at(18)
    with tempfile.TemporaryDirectory() as folder:
        path = lived().save(Path(folder) / "course.npz")
        yield "saved", of_saved(path.read_bytes())
        yield from under("gone on from a file", of_course(ds.saved_course(path).go_on(5)))
    yield from under("joined", of_course(lived().joined(lived().go_on(5))))


def parameters_of(cohort, number):
    one = ds.parameter_set(number)
    by = {"dynamics": one.dynamics, "coefficients": one.coefficients}
    return ds.Cohort.sample(len(cohort), cohort.population, cohort.seed, **by)


def of_saved(content):
    """The arrays of a saved course, and what it says of itself."""
    with np.load(io.BytesIO(content)) as file:
        arrays = dict(file)
    return {"about": made_of(json.loads(str(arrays.pop("about")))), **arrays}


@usual
def outcomes():
    """A year, classified and seen through every instrument."""
    year = ds.develop(community(12).with_setting("depression", 0.5), weeks=53, days=1, seed=4)
    yield "chances", year.attachment_chances
    yield "attachment", year.attachment
    yield "strange-situation", year.observe("strange-situation", 52)
    for name in INSTRUMENTS:
        yield f"seen by {name}", year.observe(name, [0, 20, 53])
        yield f"seen by {name}, another rater", year.observe(name, 20, rater=1)


@slow
def interventions():
    """Every one of the catalogue, in the first week in which it may start."""
    cohort = community(6)
    for row in ds.catalogue().to_dict("records"):
        offer, first = _earliest(row["name"])
        course = ds.develop(cohort, 6, [offer], seed=3, first_week=first, days=1)
        yield row["name"], course.frame()
        yield f"{row['name']}: attended", course.attended()
        yield f"{row['name']}: offer", made_of(course.provenance["interventions"])


def _earliest(name):
    """An offer in the first week in which the intervention may start, and the week before it."""
    start = int(ds.Intervention.load(name).age_range[0])
    return {"name": name, "start_week": start}, start - 1


def of_comparison(comparison):
    for name in TABLES:
        yield name, getattr(comparison, name)()
    for twin in comparison.twin_arms if len(comparison.shares()) else ():
        yield f"secure variance against {twin}", comparison.secure_variance(twin)


@usual
def scenarios():
    for name in SCENARIOS:
        scenario = ds.Scenario.load(name)
        yield f"{name}: toml", scenario.toml()
        yield from under(name, of_comparison(scenario.changed({"dyads": 40}).run()))


@usual
def ensemble():
    """Lived through with each of the sets, and short so that it does not take long: without attachment, and with it."""
    for named, changes in (
        ("peer-group", {"weeks": 12, "days": 2}),
        ("to attachment", {"first_week": 48, "weeks": 6, "days": 1, "risks": ["poverty"], "interventions": ()}),
    ):
        twins = [{"name": "no poverty", "risks": []}] if "risks" in changes else []
        small = {"dyads": 10, "parameters": "ensemble", "outputs": {}, "twins": twins, **changes}
        yield from under(named, of_comparison(ds.Scenario.load("peer-group").changed(small).run()))


# Sweeps ---------------------------------------------------------------------------------------------------------------

SENSITIVITY = {"name": "sensitivity", "low": -2, "high": 2}
BURDEN = {"name": "burden", "low": -2, "high": 2}
NEGATIVITY = {"name": "negativity", "low": -2, "high": 2}
DOSE = {"name": "dose of video-feedback", "low": 0, "high": 2}
FEW_WEEKS = {
    "name": "few-weeks",
    "first_week": 20,
    "weeks": 5,
    "days": 2,
    "interventions": [{"name": "video-feedback", "start_week": 21}],
}
STILL_FACE = {"paradigm": "still-face", "seconds": 60}
OF_SESSIONS = ["match", "arousal", "mean_repair_latency", "infant_positive", "grid_entropy"]
OF_LAWS = ["match", "chance_match", "kappa", "mean_repair_latency"]
OF_WEEKS = ["sensitivity", "match", "eas", "depression"]
SESSIONS = {"interaction": STILL_FACE, "outcomes": OF_SESSIONS, "factors": [SENSITIVITY, BURDEN], "dyads": 10}
WEEKS = {"scenario": FEW_WEEKS, "outcomes": OF_WEEKS, "factors": [DOSE, NEGATIVITY], "dyads": 10}
DESIGNS = {
    "grid of sessions": {
        **SESSIONS,
        "factors": [{**SENSITIVITY, "levels": 2}, {"name": "paradigm", "values": ["still-face", "phone-play"]}],
        "replicates": 2,
    },
    "own luck": {**SESSIONS, "design": "random", "points": 4, "common_luck": False},
    "law": {**SESSIONS, "engine": "law", "design": "random", "points": 4, "outcomes": OF_LAWS, "dyads": 3},
    "weeks": {**WEEKS, "design": "latin-hypercube", "points": 4},
    "ensemble of sessions": {
        **SESSIONS, "design": "random", "points": 4, "parameters": "ensemble", "replicates": 2, "dyads": 5
    },
    "ensemble of weeks": {
        **WEEKS, "design": "random", "points": 3, "parameters": "ensemble", "replicates": 2, "dyads": 5
    },
    "sobol": {**SESSIONS, "design": "sobol", "points": 4},
    "morris": {**SESSIONS, "design": "morris", "points": 4, "interaction": {**STILL_FACE, "risks": ["poverty"]}},
    "pawn": {**SESSIONS, "design": "random", "points": 48, "outcomes": ["match"], "dyads": 2},
}  # fmt: skip


@usual
def sweeps():
    for name, asked in DESIGNS.items():
        design = ds.Design(name=name, **asked)
        with tempfile.TemporaryDirectory() as folder:
            found = ds.sweep(design, out=Path(folder) / "swept", workers=1)
            yield f"{name}: toml", design.toml()
            yield from under(name, of_results(found))
            yield from under(f"{name}: replay", of_replay(ds.replay(found, 1, 1)))


@usual
def grown_sweep():
    """More points, replicates and weeks in a folder that is there."""
    for name, asked, more in (
        ("sessions", {**SESSIONS, "design": "random", "points": 4}, {"points": 7, "replicates": 2}),
        ("weeks", {**WEEKS, "design": "random", "points": 2}, {"scenario": {**FEW_WEEKS, "weeks": 8}}),
    ):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "swept"
            ds.sweep(ds.Design(name=name, **asked), out, workers=1)
            yield from under(name, of_results(ds.sweep(ds.Design(name=name, **{**asked, **more}), out, workers=1)))


def of_results(found):
    read = ds.Results.read(found.folder)
    yield "points", read.points
    yield "frame", read.frame()
    yield "some of it", read.frame(points=[1, 2], dyads=[0, 3])
    yield "means", read.means()
    yield "means by replicate", read.means(by_replicate=True)
    yield "failures", read.failures
    view = read.view(read.outcomes[0])
    yield "values", read.values(view)
    yield "errors", read.errors(view)
    if read.of_weeks:
        arms = list(dict.fromkeys(read.means()["arm"]))
        yield "against the twins", read.means(against=arms[-1])
    for file in sorted((read.folder / "data").glob("*.parquet")):
        table = pq.read_table(file)
        yield f"data/{file.name}", table.to_pandas(ignore_metadata=True)
        yield f"data/{file.name}: notes", dict(table.schema.metadata or {})
    for file in sorted((read.folder / "ends").glob("*.zip")):
        with zipfile.ZipFile(file) as ends:
            yield f"ends/{file.name}", {name: of_saved(ends.read(name)) for name in ends.namelist()}
    yield "indices", indices(read.folder)


def of_replay(replay):
    yield "again", replay.again()
    yield "beside", replay.beside()
    yield "same", str(replay.same)
    session = replay.session()
    yield "measures", session.measures()
    yield from of_session(session)
    yield "encounter", replay.encounter().session().measures()


def indices(folder):
    """What the command says of sensitivity: no public function gives it."""
    command = entry_points(group="console_scripts", name="dyadsim")["dyadsim"].load()
    said, before = io.StringIO(), sys.argv
    sys.argv = ["dyadsim", "results", str(folder), "--json"]
    try:
        with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
            command()
    finally:
        sys.argv = before
    found = json.loads(said.getvalue()).get("indices", [])
    # SALib takes the seed 0 for none where it resamples for Sobol intervals, so these are others each time.
    chance = ("low", "high")
    return [{key: row[key] for key in row if row["method"] != "sobol" or key not in chance} for row in found]


# What the model is made of --------------------------------------------------------------------------------------------


@usual
def parts():
    yield "catalogue", ds.catalogue()[list(CATALOGUE)]
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


@usual
def chances():
    cohort = community()[:6]
    for infant, mother, arousal in (("protest", "neutral", 2), ("positive", "positive", 0), ("object", "withdrawn", 3)):
        for available in (True, False):
            context = ds.Context.of(infant, mother, arousal=arousal, available=available)
            for rules in (ds.InfantRules, ds.MotherRules):
                key = f"{rules.__name__}: {infant}, {mother}, {arousal}, {'there' if available else 'not there'}"
                yield key, ds.chances(rules, context, cohort)


@slow
def calibrated_interaction():
    found = ds.calibrate_interaction(dyads=4, rounds=1)
    yield "rows", found.rows
    yield "parameters", found.parameters
    yield "coefficients", dict(found.coefficients)
    yield "provenance", made_of(found.provenance)


@slow
def calibrated_development():
    found = ds.calibrate_development(dyads=200, rounds=1)
    yield "rows", found.rows
    yield "parameters", found.parameters
    yield "dynamics", dict(found.dynamics)
    yield "norms", found.norms.written()
    yield "provenance", made_of(found.provenance)


def of_validation(found):
    yield "rows", found.rows
    yield "not expressed", found.not_expressed
    yield "counts", found.counts()
    yield "provenance", made_of(found.provenance)


@slow
def validated_interaction():
    yield from of_validation(ds.validate_interaction(dyads=100))


@slow
def validated_development():
    yield from of_validation(ds.validate_development(dyads=200))


@slow
def validated_interventions():
    yield from of_validation(ds.validate_interventions(dyads=100))


# ----------------------------------------------------------------------------------------------------------------------


def results(exact=False, slow=False, only="", told=lambda name, seconds: None):
    """Every hash by ``function: key``.

    Parameters
    ----------
    exact : to the last bit.
    slow : calibrations and validations too.
    only : those functions whose name has this in it.
    told : called with each function's name and the seconds that it took.
    """
    found = {}
    for name, make in {**USUAL, **(SLOW if slow else {})}.items():
        if only in name:
            began = time.perf_counter()
            for key, value in make():
                whole = f"{name}: {key}"
                if whole in found:
                    raise ValueError(f"'{whole}' is there twice.")
                found[whole] = hashed(value, exact)
            told(name, time.perf_counter() - began)
    return found


def differing(found, kept, only=""):
    """The names that are in one only, or have another hash."""
    mine = {name: each for name, each in kept.items() if only in name.partition(":")[0]}
    return sorted(name for name in found.keys() | mine.keys() if found.get(name) != mine.get(name))


def main():
    asked = argparse.ArgumentParser(description="Hashes of the results of dyadsim.")
    asked.add_argument("--write", type=Path, metavar="FILE")
    asked.add_argument("--check", type=Path, metavar="FILE")
    asked.add_argument("--exact", action="store_true", help="to the last bit")
    asked.add_argument("--slow", action="store_true", help="with calibrations and validations")
    asked.add_argument("--only", default="", metavar="SUBSTRING", help="of the functions' names")
    given = asked.parse_args()
    found = results(
        given.exact, given.slow, given.only, lambda name, seconds: print(f"{seconds:7.1f} s  {name}", file=sys.stderr)
    )
    if given.write:
        given.write.write_text(json.dumps(found, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    if not given.check:
        print(f"{len(found)} results")
        return 0
    others = differing(found, json.loads(given.check.read_text(encoding="utf-8")), given.only)
    print("\n".join(others) if others else f"{len(found)} results, all the same")
    return 1 if others else 0


if __name__ == "__main__":
    sys.exit(main())
