"""Settings of a server, the same for all its visitors: its rules, and the results folders that may be opened."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..common.chunked_folder import kind_of
from ..common.errors import DyadsimError
from ..common.files import path_of
from ..interaction.rule_set import Rules

__all__ = ["folders_of", "kind_in", "offered", "rules", "serve_with"]

_MANIFEST = "manifest.json"
_rules = Rules()
_folders: tuple[Path, ...] = ()


def serve_with(chosen: Rules, results: Iterable[Path] = ()) -> None:
    """Let all pages follow these rules of interaction, and open these results folders and no other."""
    global _rules, _folders
    _rules, _folders = chosen.alone(), folders_of(results)


def rules() -> Rules:
    """The rules of interaction that all pages follow."""
    return _rules


def folders_of(results: Iterable[Path]) -> tuple[Path, ...]:
    """Full paths of results folders, which hold whatever folder is worked in later.

    Raises
    ------
    DyadsimError
        for one that is not there.
    """
    given = tuple(path_of(path) for path in results)
    for path in given:
        if not path.is_dir():
            raise DyadsimError(f"There is no folder '{path}' for --results.")
    return tuple(path.resolve() for path in given)


def offered(*kinds: str) -> dict[str, Path]:
    """The results folders that a visitor may open, by the name by which a link may ask for one.

    Looked up anew each time, for a folder that holds some may hold more by now.

    Parameters
    ----------
    kinds : what they may be of, such as ``sweep`` (default: anything).
    """
    found: dict[str, Path] = {}
    for path in dict.fromkeys(_results()):
        name, count = path.name, 2
        while name in found:
            name, count = f"{path.name} ({count})", count + 1
        found[name] = path
    return {name: path for name, path in found.items() if not kinds or kind_in(path) in kinds}


def kind_in(folder: Path) -> str:
    """What an offered folder is of: ``sweep``, ``trial``, ``power``, ``services`` or ``generations``."""
    try:
        return _kind_at(folder, (folder / _MANIFEST).stat().st_mtime_ns)
    except OSError:  # it has gone meanwhile
        return ""


@functools.lru_cache(maxsize=1_000)
def _kind_at(folder: Path, changed: int) -> str:
    """What a folder is of; looked up again when its manifest has changed."""
    return kind_of(folder)


def _results() -> Iterator[Path]:
    """Results folders given, and those that lie directly in one given; a symbolic link does not lead out of it."""
    for folder in _folders:
        if (folder / _MANIFEST).is_file():
            yield folder
        elif folder.is_dir():
            inside = (path for path in sorted(folder.iterdir()) if path.resolve().is_relative_to(folder))
            yield from (path for path in inside if (path / _MANIFEST).is_file())
