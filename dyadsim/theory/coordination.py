"""How the week's coordination feeds development: a rule to swap, since the studies disagree.

The more matching, the more positive and the less negative affect later in one (Noe, Schluckwerder & Reck 2015, doi
10.1159/000376586); a middle degree of coordination foretold secure attachment in another (Jaffe et al. 2001, doi
10.1111/1540-5834.00136). Both readings ship; a user's own is a class with one method.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError, unknown
from ..common.user_numbers import user_numbers

__all__ = ["READINGS", "CoordinationRule", "MidrangeIsBest", "MoreIsBetter", "coordination_rule", "worth"]

Scores = NDArray[np.float64]


class CoordinationRule:
    """A reading of what a week's coordination is worth: subclass it and override :meth:`worth`."""

    @staticmethod
    def worth(coordination: Scores) -> Scores:
        """What a week's coordination gives, in standard scores, dyad by dyad.

        Parameters
        ----------
        coordination : (dyads,) standard scores against dyads of the same age.

        Returns
        -------
        (dyads,) array
        """
        raise DyadsimError("A reading of coordination overrides worth.")


class MoreIsBetter(CoordinationRule):
    """The more coordination, the more it gives."""

    @staticmethod
    def worth(coordination: Scores) -> Scores:
        """The score itself."""
        return coordination


class MidrangeIsBest(CoordinationRule):
    """A middle degree gives most; too little and too much (vigilance) give less."""

    @staticmethod
    def worth(coordination: Scores) -> Scores:
        """(1 - c^2) / sqrt 2, which has mean 0 and variance 1 where c is a standard score."""
        return (1 - coordination**2) / np.sqrt(2)


READINGS: dict[str, type[CoordinationRule]] = {"more": MoreIsBetter, "midrange": MidrangeIsBest}
"""The shipped readings, by name."""


def worth(rule: type[CoordinationRule], coordination: Scores) -> Scores:
    """What a rule says coordination is worth, checked: a finite number for each dyad, from that dyad's score alone.

    Parameters
    ----------
    rule : the reading.
    coordination : (dyads,) standard scores against dyads of the same age.

    Returns
    -------
    (dyads,) array

    Raises
    ------
    DyadsimError
        if it fails or is anything else.
    """
    try:
        who = f"{rule.__name__}.worth"
        said = user_numbers(who, rule.worth(coordination.copy())).copy()
        # Asked again of the dyads in reverse and of the first alone: a rule that mixes dyads says something else.
        turned = user_numbers(who, rule.worth(coordination[::-1].copy()))
        alone = user_numbers(who, rule.worth(coordination[:1].copy()))
    except DyadsimError:
        raise
    except Exception as error:
        why = " ".join(str(error).split())
        raise DyadsimError(f"{rule.__name__}.worth failed with {type(error).__name__}: {why}.") from error
    if said.shape != coordination.shape or not np.isfinite(said).all():
        raise DyadsimError(f"{rule.__name__}.worth must give a finite number for each of {len(coordination)} dyads.")
    if not (np.array_equal(said, turned[::-1]) and np.array_equal(said[:1], alone)):
        raise DyadsimError(f"{rule.__name__}.worth mixes dyads: what a dyad gains may depend on its own score alone.")
    return said


def coordination_rule(given: Any) -> type[CoordinationRule]:
    """The reading of that name, or a class of the user's.

    Raises
    ------
    DyadsimError
        for an unknown name, or something that is no such class.
    """
    if isinstance(given, type) and issubclass(given, CoordinationRule):
        return given
    if isinstance(given, str):
        if given not in READINGS:
            raise unknown("reading of coordination", given, READINGS)
        return READINGS[given]
    raise DyadsimError(
        f"A reading of coordination is a name or a class made from ds.CoordinationRule, not {given!r:.60}."
    )
