"""Files of coded video that are slightly, or wildly, wrong: drawn by Hypothesis from files that every reader reads.

Whatever such a file holds, a reader gives a coding, or one sentence that names the file; quickly, and so does what
makes sessions of the coding.
"""

from __future__ import annotations

import gzip
import io
import random as random_numbers
import re
import time
import traceback
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache

import coding_files
import coding_files_tables
import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, given, seed, settings

from dyadsim.coded_video.coding import Coding, Reader
from dyadsim.coded_video.read import READERS
from dyadsim.coded_video.timeline import Options, sessions_of
from dyadsim.common.errors import DyadsimError
from dyadsim.common.files import package_data

LONGEST_S = 2.0
"""Seconds of the processor at most that a file of a few events may take."""
LONGEST_SENTENCE = 1500
NAMES = ["coded.txt", "coded.csv", "no end", "é; x.boris"]
Random = random_numbers.Random


# Valid files ----------------------------------------------------------------------------------------------------------


def _written() -> Iterator[bytes]:
    """Small valid files of every layout."""
    events, tables = coding_files.EVENTS, coding_files_tables
    two = {"visit 1": events, "visit, 2": events[:2] + events[3:5]}
    for file in ("mangold_3367goodman.csv", "mangold_3532goodman.csv"):
        yield _few_lines(package_data("sessions", file).read_bytes())
    yield coding_files.elan_eaf(events)
    yield coding_files.elan_tab(events)
    yield coding_files.elan_tab(events, formats=("hh:mm:ss.ms", "ss.msec"))
    yield coding_files.elan_long(events)
    yield coding_files.elan_wide(events, separator=";")
    yield coding_files.datavyu_opf(events)
    yield coding_files.datavyu_db(events).encode()
    yield coding_files.datavyu_csv(events)
    yield coding_files.datavyu_frames(events, fps=2)
    yield coding_files.gridware(events)
    yield coding_files.rttm(events)
    for given_events in (events, two):
        yield tables.boris_project(given_events)
        yield tables.boris_project(given_events, gz=True, live=True)
        for to in ("csv", "tsv", "xlsx"):
            yield tables.boris_aggregated(given_events, to=to)
            yield tables.boris_tabular(given_events, to=to)
        yield tables.boris_aggregated(given_events, old=True, to="semicolons")
        yield tables.observer_csv(given_events, comma=True, encoding="utf-16")
        yield tables.observer_csv(given_events, to="tsv")
        yield tables.observer_xlsx(given_events)
    for to in ("csv", "tsv", "xlsx"):
        yield tables.boris_tabular(events, old=True, to=to)
    rows = [("infant" if tier == "infant" else "mother", onset, offset, code) for tier, onset, offset, code in events]
    yield coding_files.delimited([("dyad", "partner", "onset", "offset", "code"), *(("a", *row) for row in rows)])
    yield coding_files.delimited(
        [("partner", "start (ms)", "end (ms)", "code"), *((w, int(a * 1000), int(b * 1000), c) for w, a, b, c in rows)],
        ";",
    )
    wide = [(n / 2, "positive" if n % 3 else "neutral", "negative" if n % 4 else "--") for n in range(12)]
    yield coding_files.delimited([("time", "infant", "mother"), *wide])


def _few_lines(content: bytes) -> bytes:
    """The first rows of an INTERACT export in which each partner has a code."""
    lines = content.splitlines(keepends=True)
    headers = lines[0].decode().strip().split(",")
    columns = [headers.index(header) for header in ("Maternal Affect", "Infant Affect")]
    of_each = [[line for line in lines[1:] if line.split(b",")[column].strip()][:8] for column in columns]
    return b"".join([*lines[:4], *(line for line in lines[4:] if any(line in kept for kept in of_each))])


@cache
def files() -> dict[str, list[bytes]]:
    """Valid files by the layout of the reader that reads them."""
    found: dict[str, list[bytes]] = {reader.layout: [] for reader in READERS}
    for content in _written():
        found[next(reader.layout for reader in READERS if reader.knows("coded.txt", content))].append(content)
    return found


# How they are changed -------------------------------------------------------------------------------------------------

ODD = (
    "", " ", "-1", "0", "1", "7", "-0.5", "1,5", "1.5", "1.234,5", "NA", "--", "nan", "inf", "-inf", "1e999", "1e-320",
    "9" * 400, "1e7", "1683195630.5", "00:00:01.5", "00:00:01:12", "99:99:99", "12:61", "01/02/2023 10:20", "START",
    "STOP", "POINT", "STATE", "State start", "mother", "infant", "positive", "négative", "x" * 5000, "é\u202e\ud7ff",
    "=1+1", '"', "'", '""', "\\", "\t", ",", ";", "|", "<", "&", "&#0;", "]]>", "{", "[", "null", "true", "%s", "\x00",
    "\x1b", "\u2028", "٣", "１", "1_000", "0x10", "+5", "5.", ".5", "1e5", "1e400",
)  # fmt: skip
_TOKEN = re.compile(r"\"[^\"\n]{0,80}\"|[\w.:+-]+")
_BYTES = (b"\x00", b'"', b"\n", b"\r", b"\t", b",", b";", b"<", b"&", b"{", b"]", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf")


def changed_text(text: str, random: Random) -> str:
    """A text with a cell, a row, a column or a word otherwise; mostly below its header."""
    lines = text.split("\n")
    separator = max("\t;,", key=text.count)
    rows = [line.split(separator) for line in lines]
    below = min(len(rows) - 1, int(random.random() < 0.9))
    row, other = random.randint(below, len(rows) - 1), random.randint(below, len(rows) - 1)
    column = random.randrange(len(rows[row]))
    match random.randrange(12):
        case 0:
            del rows[row]
        case 1:
            rows[row], rows[other] = rows[other], rows[row]
        case 2:
            rows.insert(other, rows[row])
        case 3:
            moved = rows[below:]
            random.shuffle(moved)
            rows[below:] = moved
        case 4:
            order = list(range(max(map(len, rows))))
            random.shuffle(order)
            rows = [[cells[k] for k in order if k < len(cells)] for cells in rows]
        case 5:
            del rows[row][column]
        case 6:
            rows[row].insert(column, random.choice(ODD))
        case 7:
            for cells in rows[below:]:
                if column < len(cells):
                    cells[column] = random.choice(ODD)
        case 8:
            return text[: random.randint(len(text) // 3, len(text))]
        case 9:
            return separator.join(text.split(separator)).replace(separator, random.choice("\t;,| "))
        case 10:
            rows[row][column] = random.choice(ODD)
        case _:
            found = [*_TOKEN.finditer(text)]
            one = found[random.randrange(len(found))] if found else None
            quote = '"' if one and one[0][0] == '"' and random.random() < 0.8 else ""
            return (
                text if one is None else f"{text[: one.start()]}{quote}{random.choice(ODD)}{quote}{text[one.end() :]}"
            )
    return "\n".join(separator.join(cells) for cells in rows)


def changed_bytes(content: bytes, random: Random) -> bytes:
    """Bytes of which some are otherwise, mostly far from the beginning."""
    first = len(content) // 3 if random.random() < 0.8 else 0
    start = random.randint(first, len(content))
    stop = min(len(content), start + random.randint(0, 40))
    match random.randrange(7):
        case 0:
            return content[:start] + content[stop:]
        case 1:
            return content[:start]
        case 2:
            return content[:start] + random.choice(_BYTES) + content[start:]
        case 3:
            return content[:start] + bytes(random.randrange(256) for _ in range(stop - start)) + content[stop:]
        case 4:
            return content[:start] + content[start:stop] * random.choice((2, 50)) + content[stop:]
        case 5:
            return content + random.choice((content, b"\n" * 3000, b"\x00" * 20, content[:start]))
        case _:
            return random.choice(
                (content[::-1], b"", b"\n", content[:4], b"PK\x03\x04" + content, b"\x1f\x8b" + content)
            )


def changed(content: bytes, random: Random) -> bytes:
    """A file changed one to three times: within its zip or gzip where it has one, mostly by its text."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        if random.random() < 0.15:
            content = changed_bytes(content, random)
        elif content[:4] == b"PK\x03\x04":
            content = _changed_member(content, random)
        elif content[:2] == b"\x1f\x8b":
            with suppress(OSError, EOFError, zlib.error):
                content = gzip.compress(_changed_plain(gzip.decompress(content), random), mtime=0)
        else:
            content = _changed_plain(content, random)
    return content


def _changed_plain(content: bytes, random: Random) -> bytes:
    """A text changed in the encoding that it has, or in another."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = changed_text(content.decode(encoding, "replace"), random)
    if random.random() < 0.1:
        encoding = random.choice(("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"))
    if random.random() < 0.1:
        text = text.replace("\r\n", "\n").replace("\n", random.choice(("\r", "\r\n", "\n\n")))
    return text.encode(encoding, "replace")


def _changed_member(content: bytes, random: Random) -> bytes:
    """A zip of which a part is otherwise, is missing or is called something else."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = {part: packed.read(part) for part in packed.namelist()}
    except Exception:  # whatever zipfile raises of a zip that was changed before
        return changed_bytes(content, random)
    told = [part for part in parts if part.startswith(("xl/worksheets/", "xl/sharedStrings", "db"))]
    part = random.choice(told if told and random.random() < 0.85 else [*parts])
    if random.random() < 0.05:
        held = parts.pop(part)
        if random.random() < 0.5:
            parts[f"{part}x"] = held
    elif random.random() < 0.15:
        parts[part] = changed_bytes(parts[part], random)
    else:
        # The XML of a workbook is one line; a row a line, its rows can be lost or moved as those of a text can.
        text = parts[part].decode("utf-8", "replace").replace("<row", "\n<row").replace("<c ", "\t<c ")
        parts[part] = changed_text(text, random).encode("utf-8", "replace")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, held in parts.items():
            packed.writestr(name, held)
    return out.getvalue()


@st.composite
def mutated(draw: Callable, layout: str) -> tuple[str, bytes]:
    """Name and content of a file that was one of a layout before it was changed."""
    content = draw(st.sampled_from(files()[layout]))
    return draw(st.sampled_from(NAMES)), changed(content, Random(draw(st.integers(0, 2**64 - 1))))


# What comes of it -----------------------------------------------------------------------------------------------------


@dataclass
class Tried:
    """What came of many files of a layout.

    Attributes
    ----------
    files : how many.
    known : of how many the reader still knew the layout.
    read : of how many it gave a coding.
    sessions : of how many all sessions could be made of it.
    longest : seconds that the slowest took.
    faults : content and what is wrong with the answer, of each that was answered wrongly.
    """

    files: int = 0
    known: int = 0
    read: int = 0
    sessions: int = 0
    longest: float = 0.0
    faults: list[tuple[bytes, str]] = field(default_factory=list)


def answered(reader: Reader, name: str, content: bytes, tried: Tried) -> None:
    """Give a file to a reader, and its coding to what makes sessions of it."""
    started = time.process_time()
    fault = ""
    try:
        tried.known += reader.knows(name, content)
        coding = reader.read(name, content, None)
        if not isinstance(coding, Coding):
            fault = f"gives {type(coding).__name__}"
        tried.read += 1
        tried.sessions += len(list(sessions_of(coding, Options()))) > 0
    except DyadsimError as error:
        said = str(error)
        if name not in said or not said.isprintable() or len(said) > LONGEST_SENTENCE:
            fault = f"says {said[:LONGEST_SENTENCE]!r}"
    except Exception:
        fault = traceback.format_exc(limit=-3)
    took = time.process_time() - started
    if took > LONGEST_S:
        fault = fault or f"takes {took:.1f} s"
    tried.files += 1
    tried.longest = max(tried.longest, took)
    if fault:
        tried.faults.append((content, fault))


def tried(reader: Reader, inputs: int, number: int) -> Tried:
    """Try so many changed files of a reader's layout; the same number names the same files."""
    found = Tried()

    @seed(number)
    @settings(
        max_examples=inputs,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(mutated(reader.layout))
    def each(file: tuple[str, bytes]) -> None:
        answered(reader, *file, found)

    each()
    return found
