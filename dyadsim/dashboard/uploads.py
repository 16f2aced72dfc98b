"""Uploads: files of a visitor's own, which arrive part by part and stay in memory.

Nothing of them is written to a disk, said in a log or put in an address; they go with the tab. A browser sends the next
part when it is asked for, so that a file that is too large is refused before it is there.
"""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ..common.errors import DyadsimError

__all__ = ["MOST", "PART", "Arriving", "Upload", "privately"]

MOST = 5_000_000
"""Bytes of a file that a page reads; a session coded for hours has far fewer."""
PART = 600_000
"""Bytes of a part; in base64, with what is around it, it is less than a message may have."""
_NAME = 80  # characters of a name, its end among them: it says what kind of file it is
_OUR_FAULT = (
    "This file could not be taken in, and that is dyadsim's fault; what it holds was not written down anywhere."
)
_log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Upload:
    """File of a visitor's own, in memory: its ``name`` and ``content``."""

    name: str
    content: bytes


class Arriving:
    """A file that arrives part by part.

    Attributes
    ----------
    wanted : what the browser is to send next: of which file (``key``) and from which byte on (``at``); -1 says that
        nothing more is wanted.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._begin("")

    def _begin(self, key: str, wants: bool = False) -> None:
        self._parts: list[bytes] = []
        self.wanted: dict[str, Any] = {"key": key, "at": 0 if wants else -1}

    def take(self, given: dict[str, Any]) -> Upload | None:
        """Take what a browser says of a file: first its name and size, then a part each time one is wanted.

        Parameters
        ----------
        given : ``key`` of the file, ``name``, ``size`` (bytes), and of a part ``at`` and ``data`` (base64).

        Returns
        -------
        The file, once it is there.

        Raises
        ------
        DyadsimError
            if it is too large or empty, or what comes is not what was asked for; it is forgotten then.
        """
        key, size, name = str(given.get("key", ""))[:40], given.get("size"), _name_of(given)
        try:
            if type(size) is not int or size < 0:
                raise DyadsimError(f"'{name}' could not be read by the browser.")
            if size > self._most:
                raise DyadsimError(f"'{name}' has {size:,} bytes, and a page reads {self._most:,} at most.")
            if size == 0:
                raise DyadsimError(f"'{name}' is empty.")
            if "data" not in given:
                self._begin(key, wants=True)
                return None
            return self._add(key, name, size, given)
        except DyadsimError:
            self._begin(key)
            raise

    def _add(self, key: str, name: str, size: int, given: dict[str, Any]) -> Upload | None:
        if self.wanted != {"key": key, "at": given.get("at")}:
            raise DyadsimError(f"'{name}' came in another order than it was asked for; open it once more.")
        try:
            part = base64.b64decode(given["data"], validate=True)
        except (binascii.Error, TypeError, ValueError):
            part = b""
        there = self.wanted["at"] + len(part)
        if not part or there > size:
            raise DyadsimError(f"'{name}' did not come as it is; open it once more.")
        self._parts.append(part)
        if there < size:
            self.wanted = {"key": key, "at": there}
            return None
        upload = Upload(name, b"".join(self._parts))
        self._begin(key)
        return upload


def _name_of(given: dict[str, Any]) -> str:
    """Name of a file as sentences may have it: in one line, and no path."""
    said = "".join(sign for sign in str(given.get("name", ""))[-4 * _NAME :] if sign.isprintable())
    return said.replace("\\", "/").rpartition("/")[2][-_NAME:].strip() or "this file"


def privately(work: Callable[[], T], *lets: type[Exception]) -> T:
    """Do some work on a visitor's file; where it fails, the log says which kind of failure and where, and no more.

    What a failure says may be what the file holds.

    Parameters
    ----------
    work : what is done.
    lets : what is no failure, and goes on.

    Raises
    ------
    DyadsimError
        as the work does, and for any other failure.
    """
    try:
        return work()
    except Exception as failure:
        if isinstance(failure, (DyadsimError, *lets)):
            raise
        places, trace = [], failure.__traceback__
        while trace is not None:
            places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
            trace = trace.tb_next
        _log.error("a visitor's file could not be taken in: %s at %s", type(failure).__name__, " ".join(places[-6:]))
    raise DyadsimError(_OUR_FAULT)
