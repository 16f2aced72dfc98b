"""Results folders as they are opened: read once for all visitors.

Reading a big folder takes a while, so pages do it in a thread (:func:`use_worked`) and share what was read.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import pyarrow as pa
import solara
import solara.lab

from ..common.errors import DyadsimError
from ..sweeps.results import Results
from . import server_settings, state

__all__ = ["Worked", "by_name", "forget", "opened", "sweep_at", "use_worked"]

_MOST = 4  # folders that are kept read
_kept: OrderedDict[tuple[Path, int], Any] = OrderedDict()
_lock = threading.Lock()
T = TypeVar("T")


def opened(name: str, read: Callable[[Path], T]) -> T:
    """An offered folder as it was read; read anew where its manifest has changed since.

    Parameters
    ----------
    name : by which it is offered.
    read : reads it; always the same for a kind of folder.

    Raises
    ------
    DyadsimError
        if it cannot be read.
    """
    path = server_settings.offered().get(name)
    if path is None:
        raise DyadsimError(f"The results folder '{name}' is not there any more.")
    key = (path, (path / "manifest.json").stat().st_mtime_ns)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            there: T = _kept[key]
            return there
    found = read(path)
    forget(name)
    with _lock:
        _kept[key] = found
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return found


def sweep_at(path: Path) -> Results:
    """Results of a sweep, its means worked out."""
    found = Results.read(path)
    found.means()
    return found


def forget(name: str) -> None:
    """Forget a folder, so that it is read anew: its manifest may not tell yet of chunks that came or were damaged."""
    with _lock:
        for old in [each for each in _kept if each[0] == server_settings.offered().get(name)]:
            del _kept[old]


@dataclass(frozen=True)
class Worked(Generic[T]):
    """Result of some work: its ``value``, or a sentence on the ``problem``; neither while it goes on."""

    value: T | None = None
    problem: str = ""


def use_worked(work: Callable[[], T], over: list[Any], name: str) -> Worked[T]:
    """Result of work that would keep a page waiting, done in a thread whenever something of ``over`` changes.

    Parameters
    ----------
    work : what is to be done; gives the value.
    over : on what it depends.
    name : of the results folder, which is what sentences call it: where it lies on the server is nobody's business.
    """

    def run() -> Worked[T]:
        try:
            return Worked(value=work())
        except (OSError, pa.ArrowException):
            return Worked(problem=f"'{name}' has changed while it was read; look again.")
        except Exception as failure:
            return Worked(problem=by_name(state.sentence_of(failure), name))

    made = solara.lab.use_task(run, dependencies=over, raise_error=False)
    return made.value if made.finished and made.value is not None else Worked()


def by_name(says: str, name: str) -> str:
    """A sentence in which an offered folder goes by its name."""
    return says.replace(str(server_settings.offered().get(name, name)), name)
