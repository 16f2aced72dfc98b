"""Code maps in which some codes mean something else, as one who looks at a file of their own says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .code_maps import PARTNERS, CodeMap, code_key

__all__ = ["CHANGED", "PASSED_OVER", "UNCODED", "with_codes"]

UNCODED, PASSED_OVER = "not coded", "passed over"
"""What a code may mean beside a state: that nothing could be coded, or nothing at all."""
CHANGED = " (changed)"
"""What the name of a changed map ends in."""


def with_codes(codes: CodeMap, changes: Mapping[tuple[str, str], str]) -> CodeMap:
    """Code map in which some codes mean something else.

    Parameters
    ----------
    codes : the map to begin with.
    changes : by partner and code, the state that it means, or :data:`UNCODED` or :data:`PASSED_OVER`.

    Raises
    ------
    DyadsimError
        for what a code map cannot say: a state that is none, or a code that means a state of one partner and is not
        coded, or passed over, for both.

    Examples
    --------
    >>> with_codes(ds.CodeMap.load("valence"), {("infant", "cry"): "negative"}).state("infant", "cry")
    0
    """
    if not changes:
        return codes
    fields: dict[str, Any] = {name: getattr(codes, name) for name in codes.model_fields_set}
    said = {partner: {state: [*given] for state, given in getattr(codes, partner).items()} for partner in PARTNERS}
    others = {UNCODED: [*codes.uncoded], PASSED_OVER: [*codes.left_out]}
    for (partner, code), meaning in changes.items():
        for listed in (*said[partner].values(), *others.values()):
            listed[:] = [each for each in listed if code_key(each) != code_key(code)]
        (others[meaning] if meaning in others else said[partner].setdefault(meaning, [])).append(code)
    known = {
        (each.partner, code_key(each.code)): each
        for each in codes.assumed
        if (each.partner, code_key(each.code)) not in {(partner, code_key(code)) for partner, code in changes}
    }
    changed = {code_key(code) for _, code in changes}
    fields |= {
        **{partner: {state: tuple(given) for state, given in said[partner].items() if given} for partner in PARTNERS},
        "uncoded": tuple(others[UNCODED]),
        "left_out": tuple(others[PASSED_OVER]),
        "assumed": tuple(known.values()),
        "only_beside": {key: other for key, other in codes.only_beside.items() if code_key(key) not in changed},
        "name": codes.name.removesuffix(CHANGED) + CHANGED,
    }
    return CodeMap(**fields)
