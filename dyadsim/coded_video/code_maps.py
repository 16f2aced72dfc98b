"""Code maps: what a lab's codes mean, and whose they are.

A code map says of each partner which codes mean which state of a code set, which codes say that nothing could be coded,
and by which words the tiers of infant and mother are known. Three ship: ``icep``, ``monadic-phases`` and ``valence``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from ..common import toml_models
from ..common.delimited_text import number_of
from ..common.errors import DyadsimError, quoted, twice, unknown
from ..theory.states import ICEP, VALENCE, CodeSet

__all__ = [
    "NOT_CODED",
    "PARTNERS",
    "Assumption",
    "CodeMap",
    "CodesOf",
    "Tiers",
    "code_key",
    "episode_named",
    "has_word",
]

PARTNERS = ("infant", "mother")
NOT_CODED = -1
"""State number of time in which nothing could be coded."""
_SETS: dict[str, CodeSet] = {"icep": ICEP, "valence": VALENCE}
_WHOLE_WORD = 5  # letters; shorter words of a tier must stand alone, longer ones may go on ("motheraffect")

CodesOf = dict[str, toml_models.Listed[str]]
"""Codes by the state that they mean."""


def code_key(code: str) -> str:
    """A code as it is compared: case, spaces around it and how a number is written make no difference."""
    plain = " ".join(code.split()).casefold()
    number = number_of(plain.replace(",", "."))
    return plain if number != number else f"{number + 0.0:.12g}"  # never -0


def _words(text: str) -> list[str]:
    """Words of a tier's name, also of one that is written together (``MotherAffect``, ``mother_affect``)."""
    apart = re.sub(r"(?<=[a-zß-ÿ])(?=[A-Z])", " ", text)
    return [word.casefold() for word in re.split(r"[\W\d_]+", apart) if word]


def has_word(name: str, words: tuple[str, ...]) -> bool:
    """Whether a tier's name has one of some words: a short one alone, a long one at least as a word's beginning."""
    found = _words(name)
    plain = " ".join(found)
    return any(
        word in found
        or (len(word) >= _WHOLE_WORD and any(each.startswith(word) for each in found))
        or (" " in word and word in plain)
        for word in (word.casefold() for word in words)
    )


def episode_named(name: str, words: Mapping[str, tuple[str, ...]]) -> str | None:
    """The episode that a name means, None if none; a number at its end is kept (``Play 2`` is ``play 2``)."""
    found, _, number = re.fullmatch(r"(.*?)(\s*(\d*))", _joined(name)).groups()  # type: ignore[union-attr]
    for episode, said in words.items():
        for word in (episode, *said):
            if _joined(name) == _joined(word):
                return episode
            if found and found == _joined(word):
                return f"{episode} {number}" if number else episode
    return None


def _joined(text: str) -> str:
    """A name in small letters, with spaces for what else joins words."""
    return " ".join(re.split(r"[\W_]+", text.casefold())).strip()


class Tiers(toml_models.Written):
    """Words by which tiers, subjects or columns are known.

    ``unscorable`` tiers say when a partner could not be seen; ``left_out`` ones are passed over.
    """

    infant: toml_models.Listed[str] = (
        "infant", "baby", "child", "chi", "inf", "toddler", "newborn", "kind", "säugling", "bébé", "bebe", "niño",
        "bambino", "i",
    )  # fmt: skip
    mother: toml_models.Listed[str] = (
        "mother", "maternal", "mom", "mum", "mama", "mommy", "mummy", "mot", "mo", "caregiver", "carer", "parent",
        "parental", "adult", "father", "paternal", "dad", "fat", "fa", "mutter", "mère", "mere", "madre", "m",
    )  # fmt: skip
    unscorable: toml_models.Listed[str] = ("problem", "unscorable", "uncodable", "uncodeable")
    left_out: toml_models.Listed[str] = ("transcript", "transcription", "comment", "comments", "note", "notes")


class Assumption(toml_models.Written):
    """Code whose reading as a state is a judgement, and why it is read so."""

    partner: Literal["infant", "mother"]
    code: str
    why: str = Field(min_length=1)


class CodeMap(toml_models.Shipped):
    """What a lab's codes mean: codes of infant and mother by state, and by which words their tiers are known.

    Case and spaces around codes make no difference. ``uncoded`` codes say that nothing could be coded, ``left_out``
    ones are passed over as if they were not there, and ``episodes`` are the codes of episodes. ``masks`` says whether
    time in an unscorable tier is left uncoded even where a code was given. A code of ``only_beside`` is known only in
    tiers that have another too: a lone ``-`` may stand for nothing, but beside ``+`` it is negative.

    Examples
    --------
    >>> ds.CodeMap.load("valence").state("infant", "A")
    2
    """

    KIND: ClassVar[str] = "code_map"
    source: str = ""
    code_set: Literal["icep", "valence"]
    infant: CodesOf
    mother: CodesOf
    uncoded: toml_models.Listed[str] = (
        "", "--", "---", "x", "xx", "n/a", "na", "#n/a", "unscorable", "uncodable", "uncodeable", "uncoded",
        "not codable", "not coded", "missing", "out of view", "off camera",
    )  # fmt: skip
    left_out: toml_models.Listed[str] = ()
    tiers: Tiers = Tiers()
    episodes: CodesOf = Field(
        default_factory=lambda: {
            "play": ("free play", "freeplay", "face to face", "face to face play", "ftf", "f2f", "baseline"),
            "still-face": ("stillface", "sf"),
            "reunion": ("reunion play", "recovery", "reengagement", "reun"),
        }
    )
    masks: bool = False
    only_beside: dict[str, str] = Field(default_factory=dict)
    assumed: toml_models.Listed[Assumption] = ()

    @field_validator("infant", "mother", mode="before")
    @classmethod
    def _numbers_are_codes(cls, given: Any) -> Any:
        """A code may be written as a number in TOML."""
        if not isinstance(given, Mapping):
            return given
        return {
            state: [str(code) if type(code) in (int, float) else code for code in codes]
            if isinstance(codes, list | tuple)
            else codes
            for state, codes in given.items()
        }

    @model_validator(mode="after")
    def _means_one_thing(self) -> CodeMap:
        others = {**dict.fromkeys(map(code_key, self.left_out), "left out")}
        others |= dict.fromkeys(map(code_key, self.uncoded), "not coded")
        for partner in PARTNERS:
            said: CodesOf = getattr(self, partner)
            for state in said:
                if state not in self._state_names(partner):
                    raise unknown(f"state of the {partner} in '{self.code_set}':", state, self._state_names(partner))
            keys = [code_key(code) for codes in said.values() for code in {code_key(c): c for c in codes}.values()]
            if not keys:
                raise DyadsimError(f"No code of the {partner} is given a state.")
            if (double := twice(keys)) is not None:
                raise DyadsimError(f"The {partner}'s code {quoted(double)} means two states.")
            if (double := next((key for key in keys if key in others), None)) is not None:
                raise DyadsimError(f"The {partner}'s code {quoted(double)} means a state and is {others[double]}.")
        for each in self.assumed:
            if code_key(each.code) not in self._states[each.partner]:
                raise DyadsimError(f"Assumed is a code that the {each.partner} does not have: {quoted(each.code)}.")
        return self

    @property
    def codes(self) -> CodeSet:
        """The code set whose states the codes mean."""
        return _SETS[self.code_set]

    def _state_names(self, partner: str) -> list[str]:
        return self.codes.infant_names if partner == "infant" else self.codes.mother_names

    @cached_property
    def _states(self) -> dict[str, dict[str, int]]:
        """State numbers by code, of each partner."""
        found = {}
        for partner in PARTNERS:
            names, said = self._state_names(partner), getattr(self, partner)
            found[partner] = dict.fromkeys(map(code_key, self.uncoded), NOT_CODED)
            found[partner] |= {code_key(code): names.index(state) for state in said for code in said[state]}
        return found

    @cached_property
    def _left_out(self) -> frozenset[str]:
        return frozenset(map(code_key, self.left_out))

    def state(self, partner: str, code: str, beside: Collection[str] | None = None) -> int | None:
        """Number of the state that a partner's code means, -1 where nothing could be coded, None if it is not known.

        Parameters
        ----------
        partner : infant or mother.
        code : as it stands in the file.
        beside : codes of the tier in which it stands, where those are known.
        """
        needed = self.only_beside.get(key := code_key(code))
        return (
            None
            if beside is not None and needed is not None and needed not in beside
            else self._states[partner].get(key)
        )

    def is_left_out(self, code: str) -> bool:
        """Whether a code is to be passed over."""
        return code_key(code) in self._left_out

    def assumption(self, partner: str, code: str) -> str | None:
        """Why a code is read as it is, where that is a judgement; else None.

        Parameters
        ----------
        partner : infant or mother.
        code : as it stands in the file.
        """
        key = code_key(code)
        return next((a.why for a in self.assumed if a.partner == partner and code_key(a.code) == key), None)

    def known(self, partner: str) -> str:
        """The codes of a partner that are known, in words."""
        if self.name == "valence":
            return self.says
        states = getattr(self, partner)
        words = sum(map(len, states.values()))
        first = ", ".join(codes[0] for codes in states.values() if codes)
        return f"{first} and other words for them, {words} in all" if words > len(states) else first

    def nearest(self, partner: str, code: str) -> str | None:
        """The known code that is most like one that is not known; None if none is like it.

        Parameters
        ----------
        partner : infant or mother.
        code : as it stands in the file.
        """
        known = {code_key(each): each for codes in getattr(self, partner).values() for each in codes}
        near = difflib.get_close_matches(code_key(code)[:80], known, n=1, cutoff=0.5)
        return known[near[0]] if near else None
