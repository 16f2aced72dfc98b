"""Files of the user's that some work goes by: read once, so that all of the work follows the same content, and marked.

Work that is sent to another process, or to another machine, takes them along; nothing there needs to have them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from .files import is_file, read_bytes

__all__ = ["Marks", "UserFiles", "content_of", "is_there", "mark", "read_so_far", "unlike"]

Marks = Mapping[str, str]
"""Hashes of files by their names, as manifests tell them."""


@dataclass
class UserFiles:
    """Files that were read for some work, by the paths under which they are named.

    Attributes
    ----------
    texts : bytes of each TOML file.
    code : each Python file as :class:`~dyadsim.common.user_sources.Sources`, with the user's modules that it imports.
    """

    texts: dict[str, bytes] = field(default_factory=dict)
    code: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Have files taken from here in the meantime, and those that are not here yet put in."""
        before = _READING.set(self)
        try:
            yield
        finally:
            _READING.reset(before)


_READING: ContextVar[UserFiles | None] = ContextVar("reading", default=None)


def read_so_far() -> UserFiles | None:
    """The files of the work that is under way; None where none has said that it reads them once."""
    return _READING.get()


def content_of(path: Path, most: int) -> bytes:
    """Bytes of a file as the work under way has read it, or as it is now; of one too long, one more than ``most``."""
    if (files := _READING.get()) is None:
        return read_bytes(path, most)
    if str(path) not in files.texts:
        files.texts[str(path)] = read_bytes(path, most)
    return files.texts[str(path)]


def is_there(path: Path) -> bool:
    """Whether there is a file, here or with the work under way."""
    files = _READING.get()
    return (files is not None and (str(path) in files.texts or str(path) in files.code)) or is_file(path)


def mark(content: bytes) -> str:
    """A hash of a file: any byte counts but a byte order mark and how lines end, which editors and Git change."""
    plain = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    return hashlib.sha256(plain).hexdigest()[:16]


def unlike(was: Marks, now: Marks) -> str | None:
    """The first file of ``now`` that was another in ``was``, with the folder that it lies in; None if there is none.

    Files are known by their names without folders, since a folder may be moved; several may have one name. No more of
    the path is given, since a page in a browser may show it.
    """
    before, after = _by_name(was.items()), _by_name(now.items())
    for file in now:
        name = PurePath(file).name
        if name in before and not (before[name] <= after[name] or after[name] <= before[name]):
            return "/".join(PurePath(file).parts[-2:])
    return None


def _by_name(marks: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for file, hashed in marks:
        found.setdefault(PurePath(file).name, set()).add(hashed)
    return found
