"""Paths as users give them, and writing files whole or not at all: beside their place, then renamed."""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .errors import DyadsimError

__all__ = [
    "TemporaryFolder",
    "file_for",
    "folder_for",
    "is_file",
    "is_folder",
    "make_folder",
    "package_data",
    "path_of",
    "read_bytes",
    "replacing",
    "write_bytes",
]

_LONGEST_NAME = 255  # bytes, on all usual file systems


class TemporaryFolder:
    """Folder that lasts as long as anything in this process holds this object, or a copy of it.

    Attributes
    ----------
    path : where it is.
    """

    def __init__(self, prefix: str) -> None:
        made = TemporaryDirectory(prefix=prefix)
        self.path = Path(made.name)
        weakref.finalize(self, made.cleanup)

    def __deepcopy__(self, _: Any) -> TemporaryFolder:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Sent as its path: another process does not remove it."""
        return Path, (str(self.path),)


def package_data(*parts: str) -> resources.abc.Traversable:
    """A file or folder of the package's own data: ``package_data("paradigms", "still-face.toml")``."""
    return resources.files("dyadsim").joinpath("data", *parts)


def path_of(given: Any) -> Path:
    """The path that a user names on the command line, in a file or in Python: ``~`` is their home, all else as it is.

    Raises
    ------
    DyadsimError
        if it is empty, no path, or holds what no path can hold.
    """
    if not isinstance(given, str | Path):
        raise DyadsimError(f"A path is a text or a Path, not {given!r:.60}.")
    if not str(given).strip():
        raise DyadsimError("A path is empty; '.' is the folder that you are in.")
    if re.search("[\0\ud800-\udfff]", str(given)):
        raise DyadsimError(f"No path can hold what is in {given!r:.90}.")
    path = Path(given)
    if (longest := max((len(part.encode()) for part in path.parts), default=0)) > _LONGEST_NAME:
        raise DyadsimError(f"No file or folder has a name of {longest:,} bytes; {_LONGEST_NAME} is the most.")
    if not path.parts[:1] or not path.parts[0].startswith("~"):
        return path
    try:
        return path.expanduser() if str(given).startswith("~") else path.absolute()  # './~' is no home, here and later
    except RuntimeError:
        raise DyadsimError(f"Nobody's home is '{path.parts[0]}' (of '{given}').") from None


def is_file(path: Path) -> bool:
    """Whether there is such a file; there is none whose name is longer than names can be."""
    with suppress(OSError):
        return path.is_file()
    return False


def is_folder(path: Path) -> bool:
    """Whether there is such a folder, as :func:`is_file` has it."""
    with suppress(OSError):
        return path.is_dir()
    return False


def read_bytes(path: Path, most: int) -> bytes:
    """Bytes of a file, and of one that is too long one more than ``most``, so that no memory is filled with it."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise DyadsimError(f"'{path}' cannot be read: {error.strerror or error}.") from None


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A place beside ``path`` to write to; it becomes ``path`` when all went well and is removed when not."""
    beside = path.with_name(f".{path.name}.part")
    try:
        yield beside
        beside.replace(path)
    except OSError as error:
        raise DyadsimError(f"'{path}' cannot be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):  # of a place that never was
            beside.unlink(missing_ok=True)


def file_for(out: Path | None) -> None:
    """Refuse, before any work, an output file that cannot be one."""
    if out is None:
        return
    if out.is_dir():
        raise DyadsimError(f"Output goes into a file, but '{out}' is a folder.")
    if not out.absolute().parent.is_dir():
        raise DyadsimError(f"'{out}' cannot be written: there is no folder '{out.parent}'.")
    _check_writable(out.absolute().parent)


def _check_writable(folder: Path) -> None:
    """Refuse a folder into which nothing can be written.

    It is tried: permissions alone do not tell of a full or read-only file system.
    """
    try:
        TemporaryDirectory(dir=folder).cleanup()
    except OSError as error:
        raise DyadsimError(f"Nothing can be written into '{folder}': {error.strerror or error}.") from error


def make_folder(out: Path) -> None:
    """Make the output folder, with those above it."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DyadsimError(f"The folder '{out}' cannot be made: {error.strerror or error}.") from error


def folder_for(out: Path | None) -> None:
    """Refuse, before any work, an output folder that cannot be one."""
    taken = next((each for each in (out, *out.parents) if each.exists()), None) if out else None
    if taken is not None and not taken.is_dir():
        raise DyadsimError(f"Output goes into a folder, but '{taken}' is a file.")
    if taken is not None:
        _check_writable(taken)


def write_bytes(path: Path, content: bytes) -> Path:
    """Write bytes into a file, whole or not at all."""
    with replacing(path) as beside:
        beside.write_bytes(content)
    return path
