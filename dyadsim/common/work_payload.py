"""Payload of work: the work as bytes to be sent to other processes or machines, with the user's files and code."""

from __future__ import annotations

import pickle
import sys
import uuid
from collections.abc import Sequence
from typing import Any

import cloudpickle

from .errors import DyadsimError
from .user_files import UserFiles, read_so_far
from .user_sources import by_value, sources_of

__all__ = ["opened", "payload_of"]

_HERE = uuid.uuid4().hex  # this process


def payload_of(work: Any, given: Sequence[Any]) -> bytes:
    """Work as bytes to be sent, with the user's files and code, since no other machine has them.

    Parameters
    ----------
    work : what is to be done, as an object that can be pickled.
    given : functions and classes of the user's that it goes by.

    Raises
    ------
    DyadsimError
        if something that the user's code holds cannot be sent.
    """
    files = read_so_far() or UserFiles()
    sources = [found for each in given if (found := sources_of(each)) is not None]
    with by_value(given) as late:
        try:
            sent = {name: cloudpickle.dumps(module) for name, module in late.items()}
        except Exception:  # those who can import it will
            sent = {}
        try:
            return cloudpickle.dumps((sources, files, sent, _HERE, work))
        except Exception as error:
            raise DyadsimError(
                f"What your rules or outcomes use cannot be sent to workers ({type(error).__name__}: {error}); give "
                "them by file, FILE.py:NAME, which is read by every worker."
            ) from None


def opened(payload: bytes) -> tuple[UserFiles, Any]:
    """The user's files that work goes by, and the work, as :func:`payload_of` sent them."""
    _, files, sent, sender, work = pickle.loads(payload)
    if sender != _HERE:
        sys.modules.update({name: pickle.loads(module) for name, module in sent.items()})
    return files, work
