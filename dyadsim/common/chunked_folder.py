"""Results folder in chunks: ``manifest.json`` (what was asked, and what is there) and the files of each chunk.

Every file is written beside its place and renamed, so whatever a killed run leaves is whole. A chunk is done when its
files are there and sound; the manifest says so too, but may lag behind. What a chunk is of, the kinds of folders say:
sweeps (:mod:`dyadsim.sweeps.results_folder`) and trials (:mod:`dyadsim.trials.trial_folder`).
"""

from __future__ import annotations

import io
import json
import platform
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from .. import NOTICE, __version__
from .errors import DyadsimError
from .files import make_folder, path_of, replacing, write_bytes
from .user_files import Marks, unlike

__all__ = [
    "FAILURES",
    "FILE",
    "Chunk",
    "ChunkedFolder",
    "Done",
    "Failure",
    "check_empty",
    "check_same_files",
    "damaged_folder",
    "error_line",
    "kind_of",
    "parquet",
]

FORM = 1
"""Version of the folder's form; a folder of another version is refused."""
FILE = "manifest.json"
_USUAL = "sweep"  # kind of a folder that does not say it: the only one once
FAILURES = b"dyadsim.failures"
"""Under this key of its metadata, a chunk's file tells what failed."""

Failure = dict[str, Any]


@dataclass(frozen=True)
class Done:
    """A chunk worked out.

    Attributes
    ----------
    data : bytes of its file.
    beside : bytes of the files that belong to it, by their paths in the folder; written before its own.
    tables : hash of the tables of the rules that made it.
    """

    data: bytes
    beside: Mapping[str, bytes]
    tables: str


@dataclass(frozen=True)
class Chunk:
    """A part of the work that is done in one go, and its files.

    Attributes
    ----------
    number : of the chunk, from 0.
    after : the number of the chunk that must be done before.
    size, rows : of its file, once it is there; None before.
    failures : what failed in it.
    """

    number: int
    after: int | None = field(default=None, kw_only=True)
    size: int | None = field(default=None, kw_only=True)
    rows: int | None = field(default=None, kw_only=True)
    failures: tuple[Failure, ...] = field(default=(), kw_only=True)

    @property
    def file(self) -> str:
        return f"data/{self.number:06d}.parquet"

    @property
    def beside(self) -> tuple[str, ...]:
        """Further files without which it is not done."""
        return ()

    @property
    def done(self) -> bool:
        return self.size is not None

    @property
    def work(self) -> int:
        """How much work it is, in the unit of its kind."""
        raise NotImplementedError

    def of(self) -> dict[str, Any]:
        """What it is of, as its line in the manifest says it."""
        raise NotImplementedError

    def said(self) -> dict[str, Any]:
        """Its line in the manifest."""
        status = ("failed" if self.failures and not self.rows else "done") if self.done else "missing"
        optional = {"after": self.after, "rows": self.rows, "size": self.size}
        told = {"file": self.file, "status": status, **self.of()}
        return {**told, **{name: value for name, value in optional.items() if value is not None}}


AnyChunk = TypeVar("AnyChunk", bound=Chunk)


@dataclass
class ChunkedFolder(Generic[AnyChunk]):
    """Contents of a results folder, as its files have it.

    Attributes
    ----------
    folder : where it is.
    asked : what was asked, in plain values, as it has grown to be.
    rules : names and hashes of what it was made by.
    chunks : in the order in which they were planned.
    runs : when, how and with which versions it was worked on.
    made_with : versions of all that had a part in the run that began it; each of the ``runs`` has its own.
    damaged : sentences on chunks whose files are not what they were.
    """

    KIND: ClassVar[str]
    """What the folder is of: ``sweep`` or ``trial``."""
    ASKED: ClassVar[str]
    """The key of the manifest under which it says what was asked."""
    PACKAGES: ClassVar[tuple[str, ...]]
    """Those by which the numbers are worked out, beside dyadsim and Python."""

    folder: Path
    asked: dict[str, Any]
    rules: Mapping[str, Any]
    chunks: list[AnyChunk] = field(default_factory=list, kw_only=True)
    runs: list[dict[str, Any]] = field(default_factory=list, kw_only=True)
    made_with: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    damaged: list[str] = field(default_factory=list, kw_only=True)

    def __post_init__(self) -> None:
        self.made_with = self.made_with or self.versions()

    def __getstate__(self) -> dict[str, Any]:
        """What is sent, with the whole path: another process may stand in another directory."""
        return vars(self) | {"folder": self.folder.absolute()}

    @classmethod
    def versions(cls) -> dict[str, str]:
        """What is installed here of all that works out numbers."""
        installed = {name: version(name) for name in cls.PACKAGES}
        return {"dyadsim": __version__, "python": platform.python_version(), **installed}

    @classmethod
    def said_in(cls, folder: str | Path) -> tuple[Path, dict[str, Any]]:
        """Path and manifest of a folder of this kind.

        Raises
        ------
        DyadsimError
            if it is no results folder, or one of another kind or form.
        """
        path = path_of(folder)
        if not (path / FILE).is_file():
            raise DyadsimError(f"'{folder}' is no results folder: it has no {FILE}.")
        try:
            said = json.loads((path / FILE).read_text("utf-8"))
            form, kind, made_by = said["form"], said.get("kind", _USUAL), said["dyadsim"]
        except Exception:  # whatever a damaged file makes the reader say
            raise damaged_folder(folder) from None
        if form != FORM:
            raise DyadsimError(f"'{folder}' has another form (version {made_by} of dyadsim made it).")
        if kind != cls.KIND:
            raise DyadsimError(f"'{folder}' holds the results of a {kind}, not of a {cls.KIND}.")
        return path, said

    @classmethod
    def read(cls, folder: str | Path) -> Self:
        """The manifest of a folder, every chunk looked at.

        Raises
        ------
        DyadsimError
            if it is no results folder, or one of another kind or form.
        """
        path, said = cls.said_in(folder)
        try:
            chunks = [cls.chunk_said(number, each) for number, each in enumerate(said["chunks"])]
            asked, rules, further = said[cls.ASKED], said["rules"], cls.further_in(path, said)
            found = cls(path, asked, rules, *further, runs=said["runs"], made_with=cls.made_with_in(said))
        except Exception:  # whatever damaged files make the readers say
            raise damaged_folder(folder) from None
        found.chunks = [found.looked_at(chunk) for chunk in chunks]
        return found

    @classmethod
    def further_in(cls, path: Path, said: Mapping[str, Any]) -> tuple[Any, ...]:
        """What folders of this kind hold beside what was asked and their rules, in the order of their fields."""
        return ()

    @classmethod
    def chunk_said(cls, number: int, said: Mapping[str, Any]) -> AnyChunk:
        """The chunk of that number, of which a manifest has a line."""
        raise NotImplementedError

    @classmethod
    def made_with_in(cls, said: Mapping[str, Any]) -> dict[str, str]:
        """Versions, as a manifest tells them."""
        return {"dyadsim": said["dyadsim"], "python": said["python"], **said["made_with"]}

    def looked_at(self, chunk: AnyChunk) -> AnyChunk:
        """The chunk as its files have it: done if they are sound."""
        path, missing = self.folder / chunk.file, replace(chunk, size=None, rows=None, failures=())
        if not path.is_file():
            if chunk.done:
                self.damaged.append(f"Chunk '{path}' is missing.")
            return missing
        try:
            meta = pq.read_metadata(path)
            failures = json.loads((meta.metadata or {})[FAILURES])
        except (pa.ArrowException, OSError, KeyError, ValueError):
            self.damaged.append(f"Chunk '{path}' is truncated or damaged; the others can be read.")
            return missing
        if chunk.size not in (None, path.stat().st_size):
            self.damaged.append(f"Chunk '{path}' is not what was written; the others can be read.")
            return missing
        if not all((self.folder / each).is_file() for each in chunk.beside):
            return missing
        return replace(chunk, size=path.stat().st_size, rows=meta.num_rows, failures=tuple(failures))

    def write(self) -> None:
        """Write the manifest, whole or not at all."""
        make_folder(self.folder)
        lines = {key: json.dumps(value, ensure_ascii=False, default=str) for key, value in self._said().items()}
        chunks = ",\n  ".join(json.dumps(chunk.said()) for chunk in self.chunks)
        text = ",\n".join(f'"{key}": {value}' for key, value in lines.items())
        with replacing(self.folder / FILE) as beside:
            beside.write_text(f'{{\n{text},\n"chunks": [\n  {chunks}\n]\n}}\n', encoding="utf-8")

    def _said(self) -> dict[str, Any]:
        made_with = dict(self.made_with)
        return {
            "form": FORM,
            "kind": self.KIND,
            "notice": NOTICE,
            "dyadsim": made_with.pop("dyadsim"),
            "python": made_with.pop("python"),
            "made_with": made_with,
            "rules": dict(self.rules),
            **self.told(),
            "failures": [failure for chunk in self.chunks for failure in chunk.failures],
            "runs": self.runs,
        }

    def told(self) -> dict[str, Any]:
        """What the manifest of this kind says beside what all say."""
        return {self.ASKED: self.asked}

    def keep(self, number: int, done: Done) -> AnyChunk:
        """Write what came of a chunk: the files beside first, so that a file that is there is done."""
        chunk = self.chunks[number]
        for name, content in (*done.beside.items(), (chunk.file, done.data)):
            make_folder((self.folder / name).parent)
            write_bytes(self.folder / name, content)
        self.chunks[number] = self.looked_at(replace(chunk, size=len(done.data)))
        return self.chunks[number]

    def holds(self, number: int, done: Done) -> bool:
        """Whether the file of a chunk is there as this result has it."""
        path = self.folder / self.chunks[number].file
        return path.is_file() and path.stat().st_size == len(done.data)

    def missing(self) -> Iterator[AnyChunk]:
        """Chunks that are not done, or in which something failed: it is tried again."""
        return (chunk for chunk in self.chunks if not chunk.done or chunk.failures)

    def begin_run(self) -> None:
        """Note that it is worked on."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        versions = self.versions()
        self.runs.append({"began": now, "command": sys.argv, "chunks": 0, "seconds": 0.0, "made_with": versions})

    @classmethod
    def begun(
        cls,
        folder: Path,
        said: dict[str, Any],
        rules: Mapping[str, Any],
        wanted: Iterable[AnyChunk],
        may_differ: Collection[str],
    ) -> Self:
        """The manifest of a folder that is to be worked on, written: a new one, or the one that is there.

        Parameters
        ----------
        folder : where it is.
        said : what is asked.
        rules : names and hashes of what works on it, ``files`` of the user's among them.
        wanted : the chunks of a new one.
        may_differ : as :meth:`check_same` has it.

        Raises
        ------
        DyadsimError
            if it holds other files, or was made by another question, other files or another version of the model.
        """
        if not (folder / FILE).is_file():
            check_empty(folder)
            manifest = cls(folder, said, rules, chunks=list(wanted))
        else:
            manifest = cls.read(folder)
            manifest.sweep_up()
            check_same_files(folder, manifest.rules.get("files", {}), rules["files"])
            manifest.check_same(said, rules, may_differ)
            manifest.asked = said
        manifest.write()
        return manifest

    def check_same(self, said: Mapping[str, Any], rules: Mapping[str, Any], may_differ: Collection[str]) -> None:
        """Refuse to go on with what another question, or another version of the model, has made.

        Parameters
        ----------
        said : what is asked now.
        rules : names and hashes of what works on it now; what the folder was made by must be the same, but for files,
            of which :func:`check_same_files` tells.
        may_differ : keys of what is asked that change no number.

        Raises
        ------
        DyadsimError
            that names what is otherwise.
        """
        before, now = (
            {key: value for key, value in each.items() if key not in may_differ} for each in (self.asked, said)
        )
        if (key := next((key for key in (*before, *now) if before.get(key) != now.get(key)), None)) is not None:
            raise DyadsimError(
                f"'{self.folder}' was made by a {self.ASKED} with another '{key}'; give another folder for this one."
            )
        if any(self.rules.get(key) != value for key, value in rules.items() if key != "files"):
            raise DyadsimError(
                f"'{self.folder}' was made by another version of the model: the same families do not come to the same "
                "now; give another folder."
            )

    def sweep_up(self) -> None:
        """Remove what a killed run has left half-written."""
        for part in self.folder.glob("**/.*.part"):
            part.unlink(missing_ok=True)


def kind_of(folder: Path) -> str:
    """What a results folder is of, as its manifest says; a sweep where it does not, or is damaged."""
    try:
        return str(json.loads((folder / FILE).read_text("utf-8")).get("kind", _USUAL))
    except (OSError, ValueError, AttributeError):
        return _USUAL


def check_empty(folder: Path) -> None:
    """Refuse to begin results in a folder that holds other files, so that they are never mixed.

    Raises
    ------
    DyadsimError
        that names the first of them.
    """
    other = next((each for each in sorted(folder.iterdir()) if not each.name.startswith(".")), None)
    if other is not None:
        raise DyadsimError(f"'{folder}' holds other files ('{other.name}'); give a folder of its own for results.")


def check_same_files(folder: Path, was: Marks, now: Marks) -> None:
    """Refuse files of the user's that are not what they were when a folder was made.

    Raises
    ------
    DyadsimError
        for the first of them.
    """
    if (file := unlike(was, now)) is not None:
        raise DyadsimError(
            f"'{file}' is not what it was when '{folder}' was made, and results of both must not be mixed; give "
            "another folder, or put it back as it was."
        )


def damaged_folder(folder: str | Path) -> DyadsimError:
    """The error for a folder whose own files cannot be read."""
    return DyadsimError(f"'{folder}' cannot be read: its manifest, or a table beside it, is damaged.")


def error_line(error: BaseException) -> str:
    """An error in one line: a sentence of dyadsim as it is, any other error after the name of its class."""
    text = " ".join(str(error).split())
    return text if isinstance(error, DyadsimError) else f"{type(error).__name__}: {text}"


def parquet(table: pd.DataFrame, failures: list[Failure]) -> bytes:
    """Bytes of the file of a table, with what failed."""
    sink = io.BytesIO()
    found = pa.Table.from_pandas(table, preserve_index=False)
    pq.write_table(found.replace_schema_metadata({FAILURES: json.dumps(failures).encode()}), sink, compression="zstd")
    return sink.getvalue()
