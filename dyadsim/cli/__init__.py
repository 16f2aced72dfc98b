"""The shell: ``dyadsim COMMAND``. It reads what users write and calls the library; it computes nothing."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any, NoReturn

import typer

from ..common.errors import DyadsimError
from ..common.shown import shortened
from . import (
    agreement,
    catalogue,
    dashboard,
    evidence,
    fitting,
    generations,
    lesson,
    moments,
    odd,
    scenarios,
    services,
    sessions,
    sweeps,
    trials,
)
from .app import app
from .stop_signals import Stopped, heed_stop_signals
from .streams import forgiving

__all__ = [
    "agreement",
    "app",
    "catalogue",
    "dashboard",
    "evidence",
    "fitting",
    "generations",
    "lesson",
    "main",
    "moments",
    "odd",
    "scenarios",
    "services",
    "sessions",
    "sweeps",
    "trials",
]

_LONGEST = 2_000  # characters of a sentence; the longest of ours lists all interventions
_UsageError: Any = typer.BadParameter.__bases__[0]  # click's; newer Typers bring a click of their own


def main() -> None:
    """Run the command line. Input that cannot be used ends with one sentence and exit code 2."""
    heed_stop_signals()
    with forgiving():
        _run()


def _run() -> None:
    try:
        sys.exit(_command()(standalone_mode=False))
    except _UsageError as error:
        _refuse(error.format_message())
    except DyadsimError as error:
        _refuse(str(error))
    except MemoryError:
        _refuse("There is not enough memory for this; ask for fewer dyads or seconds.")
    except Stopped as stop:
        print(f"dyadsim: {stop}", file=sys.stderr)
        sys.exit(stop.exit_code)


@cache
def _command() -> Any:
    """The command with its options, which Typer reads off the functions: as long as a small command takes."""
    return typer.main.get_command(app)


def _refuse(sentence: str) -> NoReturn:
    print(f"dyadsim: {shortened(sentence, _LONGEST)}", file=sys.stderr)
    sys.exit(2)
