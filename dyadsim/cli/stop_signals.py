"""Signals that stop a command in good order: what is done is kept, workers end, and the shell is told which it was."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

__all__ = ["Stopped", "going_on", "heed_stop_signals"]

_AGAIN_S = 0.05  # until a stop that was swallowed is raised once more
_HEEDED = ("SIGINT", "SIGTERM", "SIGHUP")  # Ctrl-C; a queue's time limit or a shutdown; a terminal that is closed


class Stopped(BaseException):
    """Stop of a command by a signal; no KeyboardInterrupt, which Typer would take for itself, its message with it.

    Attributes
    ----------
    number : of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__("stopped.")
        self.number = number

    @property
    def exit_code(self) -> int:
        """The exit code by which shells know that a signal ended a command."""
        return 128 + self.number


@contextmanager
def going_on(folder: Path) -> Iterator[None]:
    """Work into a results folder; where it is stopped, whoever stopped it is told that the same command goes on."""
    try:
        yield
    except Stopped as stop:
        stop.args = (f"Stopped; what is done is in '{folder}', and the same command goes on.",)
        raise


def heed_stop_signals() -> None:
    """Have these signals raise :class:`Stopped`; one that this process was told to ignore (``nohup``) it ignores."""
    for name in _HEEDED:
        number = getattr(signal, name, None)  # Windows has not all of them
        if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _stop)
    sys.unraisablehook = _not_swallowed


def _stop(number: int, _: FrameType | None) -> None:
    raise Stopped(number)


def _not_swallowed(unraisable: Any) -> None:
    """Raise a stop once more where it came in the midst of a callback of C (numba's, say), which can raise nothing."""
    if isinstance(unraisable.exc_value, Stopped):
        number = unraisable.exc_value.number
        again = threading.Timer(_AGAIN_S, os.kill, [os.getpid(), number])
        again.daemon = True
        again.start()
    else:
        sys.__unraisablehook__(unraisable)
