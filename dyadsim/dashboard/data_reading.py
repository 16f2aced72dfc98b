"""Reading of a visitor's coded file: what it holds, what its codes are read as, and the session that comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from ..coded_video.changed_codes import PASSED_OVER, UNCODED, with_codes
from ..coded_video.code_maps import NOT_CODED, PARTNERS, CodeMap, code_key, episode_named
from ..coded_video.coding import Coding
from ..coded_video.read import coding_of
from ..coded_video.tiers import Reading, chosen_reading, of_coder
from ..coded_video.timeline import Options, sessions_of
from ..common.errors import DyadsimError
from ..measurement.coder_agreement import Agreement, agreement
from ..measurement.session import Session
from .data_choices import DataChoices
from .uploads import Upload, privately

__all__ = ["AN_EPISODE", "FoundCode", "Read", "compared", "read"]

AN_EPISODE = "an episode"
"""What a code is read as that names an episode."""
_MOST_STEPS = 1_000_000
"""Steps of a session that a page shows: eleven hours of frames."""


@dataclass(frozen=True)
class FoundCode:
    """Code in a file: of which ``partner``, how many ``times`` and ``seconds``, as what it is read (``means``; empty:
    not known), and a sentence where that is assumed."""

    partner: str
    code: str
    times: int
    seconds: float
    means: str
    assumed: str = ""


@dataclass(frozen=True, eq=False)
class Read:
    """What was read of a file.

    Attributes
    ----------
    name, layout : of the file, and what it is.
    dyads, coders, tiers : those that it names.
    dyad, coder, of : the dyad and the coder that were read, and by partner the tier.
    map, found : the code map, and the codes.
    session : what comes of it; None where it cannot be read, for the reason of the ``problem``.
    """

    name: str
    layout: str
    dyads: tuple[str, ...]
    coders: tuple[str, ...]
    tiers: tuple[str, ...]
    dyad: str
    coder: str = ""
    of: dict[str, str] | None = None
    map: CodeMap | None = None
    found: tuple[FoundCode, ...] = ()
    session: Session | None = None
    problem: str = ""

    @property
    def remarks(self) -> list[str]:
        """Sentences on what was settled when it was read."""
        return [] if self.session is None else list(self.session.provenance["reading"]["remarks"])

    @property
    def states(self) -> dict[str, list[str]]:
        """What a code of each partner may be read as."""
        if self.map is None:
            return {}
        codes = self.map.codes
        more = [UNCODED, PASSED_OVER]
        return {"infant": [*codes.infant_names, *more], "mother": [*codes.mother_names, *more]}


def read(choices: DataChoices) -> Read:
    """What is read of the file that is looked at.

    Raises
    ------
    DyadsimError
        if it is no file of codes; what is wrong with its codes is told by what is given.
    """
    return privately(lambda: _read(choices.file, choices))


def _read(file: Upload, choices: DataChoices) -> Read:
    coding = coding_of(file.name, file.content)
    stem = Path(file.name).stem
    said = {name.strip() or stem: name for name in coding.events["session"].astype(str).unique()}
    dyad = choices.dyad if choices.dyad in said else next(iter(said))
    events = coding.events[coding.events["session"].astype(str) == said[dyad]]
    coders = _coders(events)
    coder = choices.coder if choices.coder in coders else coders[0] if len(coders) > 1 else ""
    tiers = tuple(dict.fromkeys([*coding.tiers, *events["tier"].astype(str)]))
    seen = Read(file.name, coding.layout, tuple(said), coders, tiers, dyad, coder)
    given = {partner: getattr(choices, partner) or None for partner in PARTNERS}
    try:
        events = of_coder(coding, events, coder or None)
        reading = chosen_reading(coding, events, choices.map, given)
    except DyadsimError as error:
        return replace(seen, problem=str(error))
    seen = replace(seen, of=reading.tiers, map=reading.codes, found=tuple(_found(events, reading, reading.codes)))
    try:
        own = with_codes(reading.codes, choices.meanings)
        seen = replace(seen, map=own, found=tuple(_found(events, reading, own)))
        codes = own if choices.meanings or choices.map else None  # where nothing was said, the report says it was found
        session = _session(
            coding, Options(dyad, codes, reading.tiers["mother"], reading.tiers["infant"], coder=coder or None)
        )
        return replace(seen, session=session)
    except DyadsimError as error:
        return replace(seen, problem=str(error))


def _session(coding: Coding, options: Options) -> Session:
    session = next(sessions_of(coding, options))
    if (steps := session.ends[-1]) > _MOST_STEPS:
        raise DyadsimError(
            f"A page shows {_MOST_STEPS:,} steps of {session.step:g} s of a session at most, not {steps:,}."
        )
    return session


def _coders(events: pd.DataFrame) -> tuple[str, ...]:
    """Names of who coded; those that differ in case are one."""
    names: dict[str, str] = {}
    for name in events["coder"].astype(str).str.strip().unique():
        if name:
            names.setdefault(name.casefold(), name)
    return tuple(names.values())


def _found(events: pd.DataFrame, reading: Reading, codes: CodeMap) -> Iterator[FoundCode]:
    """Codes of both, those that are not known first, then by how long they last."""
    rows = []
    for partner, tier in reading.tiers.items():
        own = events[events["tier"] == tier]
        beside = {code_key(str(code)) for code in own["code"].unique()}
        for code, part in own.groupby(own["code"].astype(str), sort=False):
            seconds = float((part["offset"] - part["onset"]).sum())
            means = _means(codes, partner, str(code), beside)
            assumed = codes.assumption(partner, str(code)) or ""
            rows.append(FoundCode(partner, str(code), len(part), seconds, means, assumed))
    rows.sort(key=lambda row: (bool(row.means), PARTNERS.index(row.partner), -row.seconds))
    yield from rows


def _means(codes: CodeMap, partner: str, code: str, beside: set[str]) -> str:
    """What a code is read as; empty where it is not known."""
    number = codes.state(partner, code, beside)
    if number is None:
        if codes.is_left_out(code):
            return PASSED_OVER
        return AN_EPISODE if episode_named(code, codes.episodes) is not None else ""
    if number == NOT_CODED:
        return UNCODED
    return (codes.codes.infant_names if partner == "infant" else codes.codes.mother_names)[number]


def compared(choices: DataChoices, first: Read) -> Agreement | None:
    """Agreement of two coders, where there is a second one: in a file of its own, or in the same.

    Raises
    ------
    DyadsimError
        if the second cannot be read, or the two cannot be compared.
    """
    return privately(lambda: _compared(choices, first))


def _compared(choices: DataChoices, first: Read) -> Agreement | None:
    if first.session is None:
        return None
    if choices.second is not None:
        own = choices.otherwise(upload=choices.second, coder="", infant="", mother="", second=None)
    elif choices.second_coder in first.coders and choices.second_coder != first.coder:
        own = choices.otherwise(coder=choices.second_coder, infant="", mother="")
    else:
        return None
    other = _read(own.file, own.otherwise(own=first.map))
    if other.session is None:
        raise DyadsimError(other.problem)
    one, two = first.session, other.session
    if choices.second is None:  # one file: it is the coders who are told apart
        one, two = _called(one, first.coder), _called(two, choices.second_coder)
    return agreement(one, two, tolerance=choices.tolerance, scheme=choices.scheme or None)


def _called(session: Session, name: str) -> Session:
    """The session of a coder, called by their name."""
    return replace(session, provenance={**session.provenance, "file": name})
