"""Counter-based random numbers: every draw is a pure function of its name.

A second's draws are named by seed, replicate, unit, clock and decision, a trait by the cohort's seed, unit and trait.

The generator is Philox4x32-10 (:mod:`.philox`). No state is kept, so threads, chunks and resumed runs give the same
bits, any dyad can be replayed alone, and Mesa agents draw the very numbers of the engine.

One block of four words serves one dyad-second: its four decisions. Decisions of one's own (4 and up, Mesa agents alone)
take further blocks of four. The counter is (further block and second, clock of the session, unit, purpose and
replicate), the key is the seed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from .errors import DyadsimError, as_whole, whole_number
from .philox import philox, uniform

__all__ = [
    "AROUSAL",
    "ATTENTION",
    "BITS",
    "DIGITS",
    "INFANT",
    "MOTHER",
    "Seed",
    "SessionLuck",
    "WeeklyLuck",
    "between_clock",
    "check_seed",
    "trait_normals",
]

BITS = 24
"""Draws and thresholds are compared as whole numbers of so many bits."""

Seed = int | str
"""What names luck: a whole number from 0 to 2^64 - 1, or a text that says one ("42" is 42)."""

INFANT, MOTHER, AROUSAL, ATTENTION = range(4)
"""The decisions of a second, by the word of its block."""

_INTERACTION, _TRAITS, _DEVELOPMENT, _MEASUREMENT, _OUTCOME, _DESIGN, _BETWEEN = range(1, 8)  # purposes
DIGITS = 6
"""Drawn numbers are rounded to so many digits, so that the last bit of a processor's logarithm changes nothing."""
_REPLICATE_BITS = 24
_SECOND_BITS = 16  # a session lasts 65,535 seconds at most; what is above in its word counts further blocks
_WORDS = 4
_HALF = np.uint64(32)
_MANY = 20_000  # numbers whose draws take longer than it takes to load what is compiled


def check_seed(seed: Any, what: str = "seed", bits: int = 64) -> int:
    """``seed`` as a whole number; a text such as "42" is the same as 42.

    Raises
    ------
    DyadsimError
        if it is not a whole number that fits.
    """
    number = as_whole(seed, text=True)
    if number is None or not 0 <= number < 2**bits:
        raise DyadsimError(f"The {what} must be a whole number from 0 to 2^{bits} - 1, not {seed!r}.")
    return number


def _key(seed: int) -> tuple[np.uint64, np.uint64]:
    """The low and the high 32 bits of a seed: the two words of the generator's key."""
    return np.uint64(seed & 0xFFFFFFFF), np.uint64(seed >> 32)


@dataclass(frozen=True)
class SessionLuck:
    """What names the luck of a session, beside the dyad's number: seed, replicate, day and session of the day.

    Attributes
    ----------
    seed : from 0 to 2^64 - 1, or a text that says one.
    replicate : from 0 to 2^24 - 1; another gives the same dyads other luck.
    day : from 0 to 2^24 - 1.
    session : of the day, from 0 to 255.

    Raises
    ------
    DyadsimError
        if one of them is no whole number in its range.
    """

    seed: Seed = 0
    replicate: int = 0
    day: int = 0
    session: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "seed", check_seed(self.seed))
        for name, bits in (("replicate", _REPLICATE_BITS), ("day", 24), ("session", 8)):
            object.__setattr__(self, name, check_seed(getattr(self, name), name, bits))

    @property
    def words(self) -> NDArray[np.uint64]:
        """Counter words of session and replicate, and the key: what the generator takes besides second and unit."""
        clock = self.day << 8 | self.session
        return np.array([clock, _INTERACTION << 24 | self.replicate, *_key(int(self.seed))], dtype=np.uint64)

    def interaction(self, unit: int, seconds: NDArray[Any], decision: int) -> NDArray[np.uint32]:
        """Draws of one decision in one dyad at some seconds: whole numbers of 24 bits.

        Parameters
        ----------
        unit : number of the dyad.
        seconds : of the session, any shape; the draws have the same.
        decision : ``INFANT``, ``MOTHER``, ``AROUSAL`` or ``ATTENTION``, or one of your own, from 4 to 262,143.

        Raises
        ------
        DyadsimError
            if there can be no such decision.
        """
        last = _WORDS * 2 ** (32 - _SECOND_BITS) - 1
        block, word = divmod(whole_number("decision", decision, 0, last), _WORDS)
        clock, replicate, *key = self.words
        counter = seconds.astype(np.uint64) | np.uint64(block << _SECOND_BITS)
        words = philox(counter, clock, np.uint64(unit), replicate, *key)
        return (words[word] >> np.uint64(32 - BITS)).astype(np.uint32)


def trait_normals(seed: int, units: NDArray[np.int64], trait: str) -> NDArray[np.float64]:
    """(dyads,) standard normal draws; the trait's name is the decision, so a new trait changes no other."""
    return ndtri(_uniforms(seed, units, [trait], 0, _TRAITS, 0)[0])


def shares(seed: int, points: int, factor: str) -> NDArray[np.float64]:
    """(points,) uniform draws from 0 to 1, where a random design lays its points; the factor's name is the decision."""
    return _uniforms(seed, np.arange(points), [factor], 0, _DESIGN, 0)[0]


def seeds(seed: int, points: int) -> NDArray[np.int64]:
    """(points,) seeds of 63 bits, one for each point; so every table can hold them as whole numbers."""
    numbers = np.arange(points, dtype=np.uint64)
    counter = np.full(points, zlib.crc32(b"seed"), np.uint64), np.zeros_like(numbers), numbers, np.uint64(_DESIGN << 24)
    high, low, _, _ = philox(*counter, *_key(seed))
    return ((high << _HALF | low) >> np.uint64(1)).astype(np.int64)


@dataclass(frozen=True)
class WeeklyLuck:
    """What names the luck of the weeks, beside dyad, week and decision.

    Attributes
    ----------
    seed : from 0 to 2^64 - 1, or a text that says one.
    replicate : from 0 to 2^24 - 1; another gives the same dyads other luck.

    Raises
    ------
    DyadsimError
        if one of them is no whole number in its range.
    """

    seed: Seed = 0
    replicate: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "seed", check_seed(self.seed))
        object.__setattr__(self, "replicate", check_seed(self.replicate, "replicate", _REPLICATE_BITS))

    def noise(self, units: NDArray[np.int64], week: int, names: Iterable[str]) -> NDArray[np.float64]:
        """(names, dyads) standard normal draws: what comes anew to each state in a week."""
        return self._normals(units, week, names, _DEVELOPMENT)

    def measurement(self, units: NDArray[np.int64], week: int, names: Iterable[str]) -> NDArray[np.float64]:
        """(names, dyads) standard normal draws: errors of instruments in a week."""
        return self._normals(units, week, names, _MEASUREMENT)

    def outcome(self, units: NDArray[np.int64], name: str) -> NDArray[np.float64]:
        """(dyads,) uniform draws from 0 to 1 for what comes out once in a life."""
        return _uniforms(int(self.seed), units, [name], 0, _OUTCOME, self.replicate)[0]

    @property
    def between_words(self) -> NDArray[np.uint64]:
        """Counter word of what happens between two, and the key: what the generator takes besides them and the week."""
        return np.array([_BETWEEN << 24 | self.replicate, *_key(int(self.seed))], dtype=np.uint64)

    def between(self, one: Any, other: Any, week: int, decision: int) -> NDArray[np.float64]:
        """Uniform draws from 0 to 1 for what happens between two in a week: each depends on these two alone.

        Parameters
        ----------
        one, other : numbers from 0 to 2^32 - 1, of any shapes that broadcast; who decides, and about whom.
        week : of the course.
        decision : from 0 to 255.
        """
        purpose, *key = self.between_words
        clock = np.uint64(between_clock(week, decision))
        words = philox(clock, np.asarray(other).astype(np.uint64), np.asarray(one).astype(np.uint64), purpose, *key)
        return np.asarray((words[0] + 0.5) / 2.0**32, dtype=np.float64)

    def _normals(self, units: NDArray[np.int64], week: int, names: Iterable[str], purpose: int) -> NDArray[np.float64]:
        """(names, dyads) standard normal draws for a purpose in a week."""
        return np.round(ndtri(_uniforms(int(self.seed), units, names, week, purpose, self.replicate)), DIGITS)


def between_clock(week: int, decision: int) -> int:
    """Counter word of a week (those before birth wrap round) and of a decision between two."""
    return decision << 24 | week % 2**24


def _uniforms(
    seed: int, units: NDArray[np.int64], names: Iterable[str], week: int, purpose: int, replicate: int
) -> NDArray[np.float64]:
    """(names, dyads) numbers between 0 and 1 of 52 bits; a name is the decision."""
    # Names become words by their checksum; weeks before birth (negative) wrap round.
    decisions = np.array([zlib.crc32(name.encode()) for name in names], dtype=np.uint64)
    numbers, clock, kind = units.astype(np.uint64), np.uint64(week % 2**32), np.uint64(purpose << 24 | replicate)
    if len(decisions) * len(numbers) < _MANY:
        high, low, _, _ = philox(decisions[:, None], clock, numbers, kind, *_key(seed))
        return np.asarray(uniform(high, low))
    from .uniform_arithmetic import all_uniforms  # compiled, so that few draws need not wait for numba

    return np.asarray(all_uniforms(decisions, numbers, clock, kind, *_key(seed)))
