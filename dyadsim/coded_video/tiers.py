"""Whose the tiers of a coding are, by which code map its codes are read, and who coded them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ..common.errors import DyadsimError, quoted, unknown
from ..common.toml_models import names
from .code_maps import PARTNERS, CodeMap, code_key, episode_named, has_word
from .coding import Coding

__all__ = ["Reading", "chosen_reading", "is_of_episodes", "of_coder", "place_in", "reading_by"]

_OF_STATES = ("affect", "engagement", "phase", "phases", "icep", "valence", "state", "code", "emotion")
"""Words of tiers that hold states, where a partner has several."""
_OF_EPISODES = ("episode", "condition", "procedure", "paradigm", "segment")
_ORDER = ("valence", "icep", "monadic-phases")
"""Of shipped maps that know as many of the codes, the first is taken."""
_LONGEST_LIST = 300  # characters


@dataclass(frozen=True)
class Reading:
    """How the codes of one session are read.

    Attributes
    ----------
    codes : code map by which they are read.
    tiers : of each partner, the tier of the states.
    unscorable : of each partner, tiers that say when they could not be seen.
    known : share of the different codes that the map knows.
    others : tiers that are neither.
    """

    codes: CodeMap
    tiers: dict[str, str]
    unscorable: dict[str, tuple[str, ...]]
    known: float
    others: tuple[str, ...] = field(default=())


def place_in(coding: Coding, tier: str) -> str:
    """Where a code stands, in words: in a column, or in a tier."""
    tabular = coding.layout.startswith(("Mangold", "wide"))
    return f"{'column' if tabular else 'tier'} {quoted(tier)}"


def of_coder(coding: Coding, events: pd.DataFrame, coder: str | None) -> pd.DataFrame:
    """Events by one coder, and those that name none; names that differ in case are one coder.

    Raises
    ------
    DyadsimError
        if nobody of that name coded.
    """
    if coder is None:
        return events
    who = events["coder"].str.strip().str.casefold()
    wanted = str(coder).strip().casefold()
    if not (who == wanted).any():
        known = [name for name in coding.events["coder"].str.strip().unique() if name]
        if not known:
            raise DyadsimError(
                f"'{coding.file}' names no coders, so {quoted(coder)} cannot be chosen; leave coder out."
            )
        if wanted not in {name.casefold() for name in known}:
            raise unknown(f"coder in '{coding.file}':", coder, known)
    return events[(who == wanted) | (who == "")]


def chosen_reading(
    coding: Coding, events: pd.DataFrame, codes: str | Path | CodeMap | None, given: dict[str, str | None]
) -> Reading:
    """How the codes of one session are read.

    Parameters
    ----------
    coding : of the file.
    events : of the session.
    codes : the code map; None: the shipped one that knows most of the codes.
    given : by partner the tier that the user named, or None.

    Raises
    ------
    DyadsimError
        if there is no such map or tier, or which tier is whose cannot be told.
    """
    if codes is not None:
        return reading_by(coding, events, CodeMap.load(codes), given)
    shipped = names("code_maps")
    best: Reading | None = None
    refused: DyadsimError | None = None
    for name in (*_ORDER, *(name for name in shipped if name not in _ORDER)):
        try:
            found = reading_by(coding, events, CodeMap.load(name), given)
        except DyadsimError as error:
            refused = refused or error
            continue
        if best is None or found.known > best.known:
            best = found
    if best is None:
        assert refused is not None
        raise refused
    return best


def reading_by(coding: Coding, events: pd.DataFrame, codes: CodeMap, given: dict[str, str | None]) -> Reading:
    """How the codes of a session are read by one code map; as :func:`chosen_reading`."""
    said = {str(tier): set(map(str, rows.unique())) for tier, rows in events.groupby("tier", sort=False)["code"]}
    tiers = list(dict.fromkeys([*coding.tiers, *said]))
    found = {partner: _tier_of(coding, tiers, said, codes, partner, given[partner]) for partner in PARTNERS}
    if found["infant"] == found["mother"]:
        raise DyadsimError(
            f"'{coding.file}': infant and mother cannot both be read from the {place_in(coding, found['infant'])}."
        )
    unscorable = {
        partner: tuple(
            tier
            for tier in tiers
            if tier not in found.values() and has_word(tier, codes.tiers.unscorable) and _owner(tier, codes) == partner
        )
        for partner in PARTNERS
    }
    taken = {*found.values(), *unscorable["infant"], *unscorable["mother"]}
    return Reading(
        codes,
        found,
        unscorable,
        _share_known(codes, {partner: said.get(tier, set()) for partner, tier in found.items()}),
        tuple(tier for tier in tiers if tier not in taken),
    )


def _tier_of(
    coding: Coding, tiers: list[str], said: dict[str, set[str]], codes: CodeMap, partner: str, given: str | None
) -> str:
    """The tier of a partner's states."""
    if given is not None:
        alike = [tier for tier in tiers if tier == given] or [
            tier for tier in tiers if tier.casefold() == str(given).strip().casefold()
        ]
        if len(alike) != 1:
            raise unknown(f"column for the {partner} in '{coding.file}':", given, tiers)
        return alike[0]
    words = codes.tiers
    found = [
        tier
        for tier in tiers
        if _owner(tier, codes) == partner
        and not has_word(tier, words.unscorable)
        and not has_word(tier, words.left_out)
    ]
    several = found
    for closer in _narrower(found, said, codes, partner):
        if len(found) > 1 and closer:
            found = closer
    if len(found) != 1:
        listed = ", ".join(several or tiers)
        listed = listed if len(listed) <= _LONGEST_LIST else f"{listed[:_LONGEST_LIST]}..."
        raise DyadsimError(
            f"'{coding.file}' has {len(several) or 'no'} tiers or columns that could hold the {partner}'s states; name "
            f"one of {listed} ({partner}=, option --{partner}-column)."
        )
    return found[0]


def _narrower(found: list[str], said: dict[str, set[str]], codes: CodeMap, partner: str) -> Iterator[list[str]]:
    """Tiers of a partner, of several: those that have codes, that the map knows, that are named for states."""
    yield [tier for tier in found if said.get(tier)]
    yield [tier for tier in found if said.get(tier) and _share_known(codes, {partner: said[tier]}) == 1]
    yield [tier for tier in found if said.get(tier) and has_word(tier, _OF_STATES)]


def _owner(tier: str, codes: CodeMap) -> str | None:
    """The partner whose tier it is by its words; of both, that whose word comes first ("infant looks at mother")."""
    parts = tier.split()
    whole = {partner: has_word(tier, getattr(codes.tiers, partner)) for partner in PARTNERS}
    if not all(whole.values()):
        return next((partner for partner, has in whole.items() if has), None)
    for n in range(1, len(parts) + 1):
        begun = [partner for partner in PARTNERS if has_word(" ".join(parts[:n]), getattr(codes.tiers, partner))]
        if len(begun) == 1:
            return begun[0]
    return None


def _share_known(codes: CodeMap, said: dict[str, set[str]]) -> float:
    """Share of the different codes of partners that a map knows; those of episodes do not count."""
    known = all_codes = 0
    for partner, given in said.items():
        keys = {code_key(code) for code in given}
        for key in keys:
            knows = codes.state(partner, key, keys) is not None or codes.is_left_out(key)
            if knows or episode_named(key, codes.episodes) is None:
                known += knows
                all_codes += 1
    return known / all_codes if all_codes else 0.0


def is_of_episodes(tier: str) -> bool:
    """Whether a tier is named for episodes, whatever its codes."""
    return has_word(tier, _OF_EPISODES)
