"""A link as others take it: as a QR code on the wall of a classroom, and as a page within a page of a course."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import segno

from ..common.errors import DyadsimError
from ..scenarios.encounter import Encounter
from ..scenarios.scenario import Scenario
from ..scenarios.web_link import LONGEST, to_query
from .guard import host_of

__all__ = ["MOST_BYTES", "embed_of", "qr_code"]

MOST_BYTES = 2_953
"""Bytes of an address that a QR code can hold (ISO/IEC 18004: version 40, the lowest error correction)."""

_HEIGHT, _MORE = 430, 280  # dots of a frame of one session, and of each further one
_DENSE = 900  # bytes from which its dots are so small that a telephone has to come near
_OF_THIS_MACHINE = (
    "Telephones cannot reach this address: it is this machine's own. Serve it in your network by “dyadsim dashboard "
    "--host 0.0.0.0”, open it by this machine's name or number there (http://192.168.1.20:8765, for instance), and ask "
    "for the code again."
)
_IS_DENSE = "The link is long and the code dense: a telephone has to come near, or shown large."


def qr_code(address: str) -> dict[str, Any]:
    """QR code of a link, as ``Share`` shows it.

    Parameters
    ----------
    address : of the page, as its browser tells it.

    Returns
    -------
    ``picture`` (the address of an SVG; empty where the link is too long for a code), ``address``, ``says`` (what is to
    be known of it; often nothing), and a ``key`` of its own, so that a code that is asked for twice is shown twice.

    Raises
    ------
    DyadsimError
        for what is no address of a page.
    """
    if not host_of(address):
        raise DyadsimError(f"A QR code is made of a web address (http or https), not of '{address:.40}'.")
    size = len(address.encode("utf-8", "replace"))
    said = [_OF_THIS_MACHINE] if _is_of_this_machine(address) else []
    if size > MOST_BYTES:
        says = (
            f"This link has {size:,} bytes, and a QR code holds {MOST_BYTES:,} at most: change less, or keep it as "
            "a file (“Download TOML”)."
        )
        return {"key": uuid4().hex, "picture": "", "address": address[:MOST_BYTES] + " …", "says": says}
    said += [_IS_DENSE] if size > _DENSE else []
    return {"key": uuid4().hex, "picture": _drawn(address), "address": address, "says": " ".join(said)}


def _drawn(address: str) -> str:
    """The code as the address of an SVG, black on white in any theme, with the quiet zone that scanners want."""
    code = segno.make_qr(address, error="l")  # a stronger correction where it costs no more dots
    return str(code.svg_data_uri(border=4, dark="#000", light="#fff", omitsize=True))


def _is_of_this_machine(address: str) -> bool:
    name = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def embed_of(scenario: Scenario, sessions: Sequence[Encounter]) -> dict[str, Any] | None:
    """The page ``/embed`` that shows these sessions of a scenario, as ``Share`` takes it.

    Parameters
    ----------
    scenario : what is looked at, to which the embedded page is the way back.
    sessions : those that are seen, in place of the sessions that it names.

    Returns
    -------
    ``query`` of its address, and the ``height`` in which it is seen whole; None where there are no sessions, or too
    much is said of them for an address.
    """
    found = to_query(scenario.changed({"sessions": tuple(sessions)}))
    if not sessions or len(found) > LONGEST:
        return None
    return {"query": found, "height": _HEIGHT + _MORE * (len(sessions) - 1)}
