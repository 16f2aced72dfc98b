"""Standard streams under a command: what they cannot write, and who no longer reads, end no work that is done."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

__all__ = ["forgiving"]

_PLAIN = {"–": "-", "−": "-", "→": "->", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "\u00a0": " "}
"""What typography says, in ASCII; any other character that a stream has not got is shown by its number."""


def _plainly(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacked = error.object[error.start : error.end]
    return "".join(_PLAIN.get(each) or ascii(each)[1:-1] for each in lacked), error.end


codecs.register_error("dyadsim", _plainly)


@contextmanager
def forgiving() -> Iterator[None]:
    """While it lasts, characters that a stream has not got are written plainly. A reader who is gone ends all quietly,
    with exit code 1; a full disk with a sentence and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="dyadsim")
    try:
        try:
            yield
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:
        _to_nowhere(sys.stdout, sys.stderr)
        sys.exit(1)
    except OSError as error:
        print(f"dyadsim: The system refused: {error}.", file=sys.stderr)
        _to_nowhere(sys.stdout)
        sys.exit(2)


def _to_nowhere(*streams: TextIO | None) -> None:
    """Let streams end in nothing: what they still hold would be written, and fail once more, at Python's own end."""
    for stream in streams:
        if stream is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
