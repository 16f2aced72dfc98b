"""Results of sweeps: folders as they are read, grown, replayed, and what they say of sensitivity."""

import contextlib
import io
import json
import sys
import tempfile
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pyarrow.parquet as pq
from bits_common import under
from bits_of_sessions import of_session
from bits_of_weeks import of_saved

import dyadsim as ds

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


def sweeps():
    for name, asked in DESIGNS.items():
        design = ds.Design(name=name, **asked)
        with tempfile.TemporaryDirectory() as folder:
            found = ds.sweep(design, out=Path(folder) / "swept", workers=1)
            yield f"{name}: toml", design.toml()
            yield from under(name, of_results(found))
            yield from under(f"{name}: replay", of_replay(ds.replay(found, 1, 1)))


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
    return json.loads(said.getvalue()).get("indices", [])


FOUND = {each.__name__: each for each in (sweeps, grown_sweep)}
