"""Inputs that are slightly, or wildly, wrong: whatever a file or a command line holds, dyadsim answers in a sentence.

    python experiments/mutated_inputs.py
    python experiments/mutated_inputs.py --count 200 --kind scenario --seed 7

Files that work (scenario, design, intervention, encounter, paradigm, population, point table, coded session) and
command lines are changed at random, by structure and by bytes, and given to the command line. An input passes when the
command ends with 0 or 2 within twenty seconds, says nothing of a traceback, and leaves nothing half-written. The same
seed and number give the same input; one that fails is kept for whoever mends it.
"""

from __future__ import annotations

import copy
import io
import json
import os
import shutil
import signal
import sys
import time
import tomllib
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from unittest.mock import patch

import numpy as np
import tomli_w
import typer

from dyadsim import cli
from dyadsim.common.files import package_data

LONGEST_S = 20
_WRITES = 5  # one input in so many goes with --out, which takes longer
Random = np.random.Generator


# What is changed ------------------------------------------------------------------------------------------------------

SCENARIO: dict[str, Any] = {
    "name": "clinic", "title": "A clinic", "says": "Who and what.", "question": "What follows?", "label": "offered",
    "population": "depressed", "dyads": 3, "first_week": 4, "weeks": 4, "seed": 3, "support": ["partner-support"],
    "interventions": [{"name": "video-feedback", "start_week": 5, "uptake": 0.7}],
    "twins": [{"name": "alone", "support": [], "risks": [{"setting": "low-support", "share": 0.5}]}],
    "outputs": {"instruments": ["epds", "eas"], "states": ["depression", "sensitivity"]},
}  # fmt: skip
DESIGN: dict[str, Any] = {
    "name": "grid", "title": "A grid", "design": "grid", "dyads": 2, "replicates": 2, "seed": 4,
    "outcomes": ["match", "mean_repair_latency"],
    "interaction": {"population": "community", "paradigm": "still-face", "seconds": 9, "scheme": "strict",
                    "risks": ["poverty"]},
    "factors": [{"name": "sensitivity", "values": [-1.0, 0.5]}, {"name": "burden", "low": -1.0, "high": 1, "levels": 2},
                {"name": "paradigm", "values": ["free-play", "still-face"]}],
}  # fmt: skip
SOBOL: dict[str, Any] = {
    "name": "sobol", "design": "sobol", "points": 2, "second_order": False, "dyads": 2, "outcomes": ["depression"],
    "scenario": {**SCENARIO, "dyads": 3},
    "factors": [{"name": "dose of video-feedback", "low": 0.0, "high": 2.0}, {"name": "burden", "low": -1, "high": 1}],
}  # fmt: skip
ENCOUNTER: dict[str, Any] = {
    "name": "mine", "title": "Mine", "population": "community", "dyad": 4, "risks": ["poverty"], "support": [],
    "traits": {"sensitivity": -1.5, "burden": 1.0}, "coefficients": {"infant_contingency": 1.0},
    "paradigm": "free-play", "seconds": 60, "seed": 4, "scheme": "affect",
    "moments": [{"name": "coach", "at": 20, "seconds": 10}, {"name": "still-face", "at": 40}],
}  # fmt: skip
TABLE = "sensitivity,burden\n-1.5,0.5\n0,0\n1.25,-0.75\n2,1\n"
OF_TABLE = {"name": "table", "design": "table", "table": "points.csv", "dyads": 2, "interaction": {"seconds": 5}}


@dataclass(frozen=True)
class Kind:
    """A kind of input: texts that work, and the command that reads one.

    Attributes
    ----------
    file : the name of the file that is changed.
    texts : that work.
    command : arguments of the command.
    beside : files that stand beside it, unchanged.
    within : the key inside which it is changed by structure; "" everywhere.
    """

    file: str
    texts: Callable[[], list[str]]
    command: tuple[str, ...]
    beside: tuple[tuple[str, Any], ...] = ()
    within: str = ""


def _shipped(folder: str, *names: str) -> list[str]:
    return [package_data(folder, f"{name}.toml").read_text("utf-8") for name in names]


def _written(*contents: dict[str, Any]) -> list[str]:
    return [tomli_w.dumps(content) for content in contents]


def _interventions() -> list[str]:
    return [
        text.replace(f'name = "{name}"', 'name = "mine"', 1)
        for name in ("video-feedback", "peer-support")
        for text in _shipped("interventions", name)
    ]


def _coded() -> list[str]:
    """The first minutes of the shipped sessions."""
    files = ("mangold_3367goodman.csv", "mangold_3532goodman.csv")
    texts = (package_data("sessions", name).read_text("utf-8") for name in files)
    return ["".join(text.splitlines(keepends=True)[:60]) for text in texts]


_SMALL = {**SCENARIO, "interventions": [{"name": "mine.toml", "start_week": 26}], "first_week": 26, "twins": []}
_WATCHED = {**SCENARIO, "interventions": [], "twins": [], "weeks": 1, "outputs": {}, "sessions": [ENCOUNTER]}
_ONE_FACTOR = tomli_w.dumps({**DESIGN, "factors": DESIGN["factors"][:1]})
KINDS = {
    "scenario": Kind("mine.toml", lambda: _written(SCENARIO), ("run", "mine.toml")),
    "design": Kind("mine.toml", lambda: _written(DESIGN, SOBOL), ("sweep", "mine.toml", "--workers", "1")),
    "intervention": Kind("mine.toml", _interventions, ("run", "s.toml"), (("s.toml", _SMALL),)),
    "encounter": Kind("mine.toml", lambda: _written(_WATCHED), ("run", "mine.toml"), within="sessions"),
    "paradigm": Kind(
        "mine.toml",
        lambda: _shipped("paradigms", "still-face", "phone-play", "separation"),
        ("interact", "--dyads", "2", "--paradigm", "mine.toml"),
    ),
    "population": Kind(
        "mine.toml",
        lambda: _shipped("populations", "depressed", "preterm", "mixed-risk"),
        ("interact", "--dyads", "3", "--seconds", "20", "--population", "mine.toml"),
    ),
    "coded": Kind("mine.csv", _coded, ("code", "mine.csv")),
    "table": Kind("points.csv", lambda: [TABLE], ("sweep", "d.toml", "--workers", "1"), (("d.toml", OF_TABLE),)),
}
LINES = "command-line"


# How it is changed ----------------------------------------------------------------------------------------------------

ODD: tuple[Any, ...] = (
    -1, 0, 1, 2, 3, 7, -3, 2**31, 2**63 - 1, 2**63, 2**70, -(2**63), 0.5, -0.0, 1e-320, 1e308, -1e308,
    float("inf"), float("-inf"), float("nan"), True, False, "", " ", ".", "..", "~", "\t", "x", "0", "1", "nan", "None",
    "community", "depressed", "still-face", "free-play", "video-feedback", "sensitivity", "match", "epds", "poverty",
    "../../etc/passwd", "/", "mine.toml", "none.toml", "none.py:NAME", "mine.toml:NAME", ".py:", "a\nb", "é\u202e",
    "x" * 5000,
    [], [[]], [1], ["x"], [1, "x", [2]], {}, {"name": "x"}, {"x": {"y": {"z": 1}}}, [{}], [{"name": "epds"}],
)  # fmt: skip
SIZES = ("dyads", "weeks", "replicates", "points", "sessions", "seconds", "levels")
BOMBS = (
    "a" + ".a" * 60_000 + " = 1\n", "x = " + "[" * 50_000 + "\n", "x = " + "{a=" * 20_000 + "\n", "[" + "a." * 50_000,
    "x = " + "9" * 100_000 + "\n", '"' * 100_000, "x = 1\n" * 200_000, "[[a]]\n" * 100_000, "#" * 3_000_000,
    "k.k=1\n" * 50_000, "x = '" + "\\u0000" * 1000 + "'\n",
)  # fmt: skip


def places(content: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Ways to everything that a parsed file holds."""
    items = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in items:
        yield (*here, key)
        yield from places(value, (*here, key))


def changed_by_structure(text: str, random: Random, within: str = "") -> str:
    """A TOML text with a key or value removed, renamed, replaced or added."""
    content = tomllib.loads(text)
    ways = list(places(content))
    *way, last = _one([each for each in ways if within in ("", each[0])] or ways, random)
    inside: Any = content
    for key in way:
        inside = inside[key]
    value = _one(ODD, random)
    if last in SIZES and isinstance(value, int) and 7 < value < 2**63:
        value = -value  # how much is worked out stays small, or is none
    match random.integers(6):
        case 0:
            del inside[last]
        case 1 if isinstance(inside, dict):
            inside[f"{last}s" if random.integers(2) else str(last)[:-1]] = inside.pop(last)
        case 2 if isinstance(inside, dict):
            inside[str(_one(ODD, random))[:50]] = value
        case 3 if isinstance(inside, list):
            inside.append(copy.deepcopy(inside[last]))
        case 4 if isinstance(inside[last], int | float) and last not in SIZES:
            inside[last] = inside[last] * float(random.normal(1, 3))
        case _:
            inside[last] = value
    return tomli_w.dumps(content)


def changed_by_cells(text: str, random: Random) -> str:
    """A table with a cell, a row or a column otherwise."""
    rows = [line.split(",") for line in text.splitlines()]
    row, other = random.integers(len(rows), size=2)
    column = random.integers(len(rows[row]))
    match random.integers(7):
        case 0:
            del rows[row]
        case 1:
            rows[row], rows[other] = rows[other], rows[row]
        case 2:
            rows.insert(row, rows[other])
        case 3:
            del rows[row][column]
        case 4:
            rows[row].insert(column, rows[row][column])
        case 5:
            mark = _one([";", "\t", " ", "|", ";;"], random)
            return "\n".join(mark.join(cells) for cells in rows).replace(".", _one([".", ","], random))
        case _:
            rows[row][column] = str(_one(ODD, random))
    return "\n".join(",".join(cells) for cells in rows)


def changed_by_bytes(text: str, random: Random) -> bytes:
    """A text with some of its bytes otherwise, in another encoding, or with something huge in it."""
    content = bytearray(text.encode())
    at, stop = sorted(random.integers(len(content) + 1, size=2))
    stop = min(stop, at + 40)
    match random.integers(10):
        case 0:
            del content[at:stop]
        case 1:
            content[at:at] = content[at:stop].translate(None, b"0123456789")
        case 2:
            del content[at:]
        case 3:
            content[at:at] = bytes(random.integers(256, size=3, dtype=np.uint8)).translate(None, b"0123456789")
        case 4:
            content[at:at] = _one([b"\x00", b'"', b"'", b"[", b"]", b"=", b"\n", b"\r", b",", b"#", b"\xff"], random)
        case 5:
            return text.encode(_one(["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "latin-1"], random), "replace")
        case 6:
            return text.replace("\n", _one(["\r\n", "\r", "\n\n", " "], random)).encode()
        case 7:
            content[at:at] = _one(BOMBS, random).encode()
        case 8:
            content[:] = content[::-1]
        case _:
            content[:] = _one([b"", b"\n", b"\x00" * 500, b"PK\x03\x04", b"PAR1", content * 2], random)
    return bytes(content)


def _one(of: Any, random: Random) -> Any:
    return of[int(random.integers(len(of)))]


def changed(kind: Kind, random: Random) -> bytes:
    """A text of that kind, changed mostly once; bytes come last, since what follows could not be parsed."""
    text = _one(kind.texts(), random)
    for _ in range(_one([1, 1, 1, 2, 3], random)):
        tables = kind.file.endswith(".toml")
        text = changed_by_structure(text, random, kind.within) if tables else changed_by_cells(text, random)
    return changed_by_bytes(text, random) if random.integers(4) == 0 else text.encode()


# Command lines ----------------------------------------------------------------------------------------------------


WORDS = (
    "x", "", " ", "-1", "0", "1", "2", "3", "2.5", "nan", "inf", "1e400", "9" * 40, "-", "--", "~/x", "~nobody/x", ".",
    "..", "/", "/proc/x", "/dev/null", "community", "depressed", "free-play", "still-face", "strict", "affect", "match",
    "out", "none.toml", "d.toml", "sweep", "mangold_3367goodman.csv", "sensitivity=1", "sensitivity=", "=1", "burden=x",
    "none.py:NAME", "rule.py:Rule", "é\u202e", "x" * 3000, "a\nb", "[dashboard]", "calibrated", "ensemble", "law",
    "x\x00y",
)  # fmt: skip
BOUNDED = {
    "interact": ["--dyads", "2", "--seconds", "20"],
    "code": [],
    "run": ["--dyads", "2", "--weeks", "3", "--json"],
    "sweep": ["d.toml", "--workers", "1"],
    "results": ["sweep"],
    "replay": ["sweep"],
    "catalogue": [],
    "odd": [],
    # Long ones, or one without an end: with something that is refused.
    "calibrate": ["--dyads", "-3"],
    "validate": ["--dyads", "-3"],
    "dashboard": ["--port", "99999"],
}
"""Commands, and what makes each short."""


@cache
def options() -> dict[str, list[str]]:
    """Options of each command, those of its own commands among them."""
    import typer.main

    def of(command: Any) -> Iterator[str]:
        for parameter in command.params:
            yield from parameter.opts
        for each in getattr(command, "commands", {}).values():
            yield from of(each)

    commands = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
    return {name: sorted({each for each in of(commands[name]) if each.startswith("-")}) for name in commands}


def changed_line(random: Random) -> list[str]:
    """A command with some options and words, sizes at the end so that they count."""
    name = _one(sorted(options()), random)
    words: list[str] = []
    for _ in range(int(random.integers(5))):
        if random.integers(3):
            words.append(_one(options()[name], random))
        if random.integers(3):
            words.append(_one(WORDS, random))
    if random.integers(20) == 0:
        name = _one(WORDS, random)
    return [name, *words, *BOUNDED.get(name, [])]


# What comes of it -------------------------------------------------------------------------------------------------


class TooLongError(BaseException):
    """The command goes on after :data:`LONGEST_S` seconds."""


@dataclass(frozen=True)
class Answer:
    """What came of an input: how the command ended, what it said, and what is wrong with that ("" if nothing)."""

    code: Any
    said: str
    wrong: str
    seconds: float


@contextmanager
def _alarm() -> Iterator[None]:
    def ring(*_: Any) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(LONGEST_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def answer(arguments: list[str], folder: Path) -> Answer:
    """Answer of the command line, in this process, to arguments given in a folder."""
    code: Any = "no exit"
    out, err, began, home = io.StringIO(), io.StringIO(), time.perf_counter(), {"HOME": str(folder)}
    try:
        given = patch.multiple(sys, argv=["dyadsim", *arguments])
        viewer = patch.object(typer, "launch")  # --show opens one
        with (
            given,
            viewer,
            chdir(folder),
            redirect_stdout(out),
            redirect_stderr(err),
            patch.dict(os.environ, home),
            _alarm(),
        ):
            cli.main()
    except SystemExit as end:
        code = 0 if end.code is None else end.code
    except TooLongError:
        code = f"more than {LONGEST_S} seconds"
    except BaseException:
        code = traceback.format_exc()
    said = out.getvalue() + err.getvalue()
    return Answer(code, said, _wrong(code, said, err.getvalue(), folder), time.perf_counter() - began)


def _wrong(code: Any, said: str, told: str, folder: Path) -> str:
    """What is wrong with an answer; "" if nothing is."""
    if code not in (0, 2):
        return f"it ended with {code}"
    if "Traceback" in said:
        return "it said a traceback"
    sentence = told.strip().rpartition("dyadsim: ")[2]
    if code == 2 and (not sentence or "\n" in sentence or len(sentence) > 2_000):
        return "it refused in no single sentence"
    left = {path: path.relative_to(folder) for path in folder.rglob("*") if ".config" not in path.parts}
    half = [str(name) for path, name in left.items() if path.suffix == ".part"]
    if half:
        return f"it left {half} half-written"
    empty = [str(name) for path, name in left.items() if path.is_dir() and not any(path.iterdir())]
    if code == 2 and empty:
        return f"it refused, and left the empty {empty}"
    return ""


def lay(kind: str, number: int, seed: int, folder: Path) -> list[str]:
    """Arguments of the command for one input, whose files are laid into a folder."""
    random = np.random.default_rng([seed, number, *kind.encode()])
    if kind == LINES:
        (folder / "d.toml").write_text(_ONE_FACTOR, "utf-8")
        shutil.copytree(Path(_a_sweep().name) / "sweep", folder / "sweep")
        return changed_line(random)
    chosen = KINDS[kind]
    content = changed(chosen, random)
    (folder / chosen.file).write_bytes(content)
    for name, beside in chosen.beside:
        (folder / name).write_text(tomli_w.dumps(beside), "utf-8")
    writes = number % _WRITES == 0 or chosen.command[0] == "sweep"
    return [*chosen.command, *(["--out", "out"] if writes else ["--json"])]


@cache
def _a_sweep() -> TemporaryDirectory[str]:
    """A folder with a small results folder in it, worked out once."""
    folder = TemporaryDirectory()
    (Path(folder.name) / "d.toml").write_text(_ONE_FACTOR, "utf-8")
    made = answer(["sweep", "d.toml", "--out", "sweep", "--workers", "1"], Path(folder.name))
    assert made.code == 0, made
    return folder


def tried(kind: str, number: int, seed: int) -> Answer:
    """Answer to one input, given in a folder of its own.

    Parameters
    ----------
    kind : one of :data:`KINDS`, or :data:`LINES`.
    number, seed : name the input.
    """
    with TemporaryDirectory() as place:
        return answer(lay(kind, number, seed, Path(place)), Path(place))


def _tried(asked: tuple[str, int, int]) -> Answer:
    return tried(*asked)


def keep(kind: str, number: int, seed: int, kept: Path, found: Answer) -> Path:
    """Keep an input that failed, with the command and what came of it, beside for whoever mends it."""
    folder = kept / f"{kind}-{number}"
    folder.mkdir(parents=True, exist_ok=True)
    arguments = lay(kind, number, seed, folder)
    told = {"arguments": arguments, "wrong": found.wrong, "code": str(found.code), "said": found.said[-4000:]}
    (folder / "answer.json").write_text(json.dumps(told, indent=2), "utf-8")
    return folder


def main(
    count: Annotated[int, typer.Option(help="Inputs of each kind.")] = 2000,
    kind: Annotated[list[str] | None, typer.Option(help="Kinds; repeatable. Default: all.")] = None,
    seed: Annotated[int, typer.Option(help="Names the inputs.")] = 1,
    kept: Annotated[Path, typer.Option(help="Folder for inputs that failed.")] = Path("mutated-inputs"),
) -> None:
    """Give dyadsim inputs that are wrong, and count its answers."""
    failed = 0
    for name in kind or [*KINDS, LINES]:
        codes: Counter[str] = Counter()
        longest = 0.0
        asked = [(name, number, seed) for number in range(count)]
        with ProcessPoolExecutor() as pool:
            for (_, number, _), found in zip(asked, pool.map(_tried, asked, chunksize=10), strict=True):
                codes[str(found.code)[:20]] += 1
                longest = max(longest, found.seconds)
                if found.wrong:
                    failed += 1
                    print(f"  {keep(name, number, seed, kept, found)}: {found.wrong.strip().splitlines()[-1]}")
        ends = ", ".join(f"{times:,} ended with {code}" for code, times in sorted(codes.items()))
        print(f"{name}: {count:,} inputs, {ends}; the longest took {longest:.1f} s", flush=True)
    print(f"{failed} failed")
    raise typer.Exit(1 if failed else 0)


if __name__ == "__main__":
    typer.run(main)
