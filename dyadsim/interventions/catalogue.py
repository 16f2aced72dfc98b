"""The catalogue of interventions: what each is, when and how often it is given, and what a trial would see it move.

They ship as TOML (``data/interventions``), one for every intervention that the sources name, and users write their own
in the same form. An entry says what a trial *sees* at the end of the programme (``size``, through an instrument); how
far the state itself is pushed for that follows (:mod:`dyadsim.development.push_sizes`). Each size says what it rests
on:

- *measured*: in controlled studies of this very intervention, or of a pool that it is part of;
- *borrowed*: from the nearest relative with such studies;
- *assumed*: no controlled effect is known.

An entry goes by its ``name``; people know it by its title and other names, and find it by any of them
(:func:`catalogue`, :func:`search`).
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

import pandas as pd
from pydantic import Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, quoted, twice, unknown
from ..measurement.instruments import Instrument
from ..people.population import PopulationName
from ..theory.evidence import Cited
from ..theory.slow_states import SLOW

__all__ = [
    "GROUNDINGS", "MOVED", "Effect", "Format", "Intervention", "Level", "Moderation", "catalogue", "search", "shipped",
    "words_in",
]  # fmt: skip

GROUNDINGS = ("measured", "borrowed", "assumed")
"""What a size may rest on, from the firmest to the loosest."""

MOVED = (*SLOW, "distraction")
"""What an intervention can move: slow states, and how far other things draw her attention from play."""

USUAL_ATTENDANCE, USUAL_DROP_OUT = 0.8, 0.2
"""Assumed: so trials of such programmes go where nothing else is known."""

_LARGEST = 3.0  # standardised difference
_LAST_AGE = 2_000
_SHORT = 45  # characters of a title that still fits beside others
Share = Annotated[float, Field(ge=0, le=1)]
Level = Literal["universal", "at-risk", "therapeutic"]
Format = Literal["individual", "dyad", "couple", "group", "home", "inpatient", "video"]
WeekRange = Annotated[tuple[int, int], Field(strict=False)]


class Moderation(toml_models.Written):
    """Moderation of an effect: it is stronger for those who stood higher on ``by`` when it started.

    Attributes
    ----------
    by : a slow state.
    stronger : by what share an effect grows for each standard score above those whom the entry is for; below 0 it is
        weaker for them.
    evidence : of its sign; the strength is assumed unless the note says otherwise.
    """

    by: str
    stronger: float = Field(ge=-1, le=1)
    evidence: Cited
    note: str

    @field_validator("by")
    @classmethod
    def _exists(cls, by: str) -> str:
        if by not in SLOW:
            raise unknown("slow state that moderates:", by, SLOW)
        return by


class Effect(toml_models.Written):
    """One state that an intervention moves by itself; what follows from that is left to the couplings.

    Attributes
    ----------
    state : one of :data:`MOVED`.
    size : standardised difference (d) to be seen at the end of the programme between those who got it and those who did
        not; its sign is that of the state (less depression is below 0).
    interval : 95 %, where published.
    seen_by : the instrument through which it was seen, by name; without it the state itself.
    grounding : one of :data:`GROUNDINGS`.
    evidence : ids, or a source of the user's own words; *assumed* where there is none.
    note : why this size; every borrowed or assumed one has it.
    moderated : for whom it is stronger, where evidence has a sign.
    declared : of a size that was drawn (:mod:`dyadsim.interventions.size_draws`), the one that the entry declares.
    """

    state: str
    size: float = Field(ge=-_LARGEST, le=_LARGEST)
    interval: Annotated[tuple[float, float], Field(strict=False)] | None = None
    seen_by: str | None = None
    grounding: Literal["measured", "borrowed", "assumed"]
    evidence: Cited = ("assumed",)
    note: str = ""
    moderated: Moderation | None = None
    declared: float | None = None

    @field_validator("state")
    @classmethod
    def _can_be_moved(cls, state: str) -> str:
        if state not in MOVED:
            raise unknown("state of an intervention:", state, MOVED)
        return state

    @model_validator(mode="after")
    def _is_sound(self) -> Effect:
        if self.interval and not self.interval[0] <= self.size <= self.interval[1]:
            low, high = self.interval
            raise DyadsimError(
                f"The size {self.size:g} on '{self.state}' lies outside its interval, {low:g} to {high:g}."
            )
        if self.seen_by is not None and self.state not in Instrument.load(self.seen_by).of:
            raise DyadsimError(f"'{self.seen_by}' does not see '{self.state}'.")
        if self.grounding == "assumed" and not self.note:
            raise DyadsimError(f"The size on '{self.state}' is assumed; its note must say why it is of this size.")
        if self.grounding != "assumed" and (not self.evidence or "assumed" in self.evidence):
            raise DyadsimError(f"The size on '{self.state}' is {self.grounding}; its evidence must say from where.")
        if self.grounding == "borrowed" and not self.note:
            raise DyadsimError(f"The size on '{self.state}' is borrowed; its note must say why from there.")
        return self

    @property
    def as_declared(self) -> Effect:
        """The effect with the size that its entry declares, where it was drawn."""
        if self.declared is None:
            return self
        return self.model_copy(update={"size": self.declared, "declared": None})


class Intervention(toml_models.Shipped):
    """One intervention.

    Attributes
    ----------
    title : its full name, for people.
    called : what its sources call it, abbreviations among them.
    level : for everyone (``universal``), for families at risk, or as a therapy.
    format : how it is given, in one or several ways.
    age_range : weeks of his life (negative: before birth) from and to which it may start.
    sessions, weeks : how many sessions, laid evenly over how many weeks.
    attendance : share of sessions that those who stay attend.
    drop_out : share of those who began who have left by the end, at an even rate.
    uptake : share of those offered it who begin.
    half_at : sessions that give half of what any number of them could: more add less and less (usual: 4, assumed).
    half_life : weeks after its end, or after leaving, in which its effect halves (usual: 30, as symptoms after
        psychotherapy fade from I036 to I037; borrowed for all else).
    population, start_week : of the trials that its sizes are from: who takes part, and when it starts.
        (Attendance and drop-out there: the entry's own if all its sizes are measured, else the usual ones.)
    effects : what it moves.
    evidence, note : on all but the sizes.
    """

    KIND: ClassVar[str] = "intervention"
    title: str = ""
    called: toml_models.Listed[str] = ()
    level: Level
    format: toml_models.Listed[Format] = Field(min_length=1)
    age_range: WeekRange
    sessions: int = Field(ge=1, le=1_000)
    weeks: int = Field(ge=1, le=520)
    attendance: Share = USUAL_ATTENDANCE
    drop_out: float = Field(default=USUAL_DROP_OUT, ge=0, lt=1)
    uptake: Share = 1.0
    half_at: float = Field(default=4.0, gt=0)
    half_life: float = Field(default=30.0, gt=0)
    population: PopulationName = "community"
    start_week: int
    effects: toml_models.Listed[Effect] = Field(min_length=1)
    evidence: Cited = ("assumed",)
    note: str = ""

    @field_validator("age_range")
    @classmethod
    def _in_order(cls, weeks: tuple[int, int]) -> tuple[int, int]:
        if not -40 <= weeks[0] <= weeks[1] <= _LAST_AGE:
            raise DyadsimError(
                f"An age range goes from a week of his life to the same or a later one, between -40 and {_LAST_AGE:,}, "
                f"not from {weeks[0]} to {weeks[1]}."
            )
        return weeks

    @field_validator("effects")
    @classmethod
    def _differ(cls, effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
        if state := twice(effect.state for effect in effects):
            raise DyadsimError(f"'{state}' is moved twice.")
        return effects

    @model_validator(mode="after")
    def _starts_in_its_range(self) -> Intervention:
        if self.attendance == 0:
            raise DyadsimError(f"The attendance of '{self.name}' must be above 0.")
        self.check_age(self.start_week)
        return self

    @classmethod
    def load(cls, given: str | Path | Self) -> Self:
        """The shipped one of that name, or the one in a TOML file of the user's; one that is loaded is given back.

        Raises
        ------
        DyadsimError
            if nothing has that name, with the name of what is called so; or the file is missing, is no TOML or does
            not fit the form.
        """
        if isinstance(given, str) and not given.endswith(".toml") and given not in toml_models.names("interventions"):
            _refuse_other_name(given)
        return super().load(given)

    @property
    def full_name(self) -> str:
        """Its title; one without a title goes by its name in words."""
        words = self.name.replace("-", " ").replace("_", " ")
        return self.title or words[:1].upper() + words[1:]

    @property
    def short_title(self) -> str:
        """Its title where that is short, else the shortest that its sources call it in words: "Video feedback"."""
        spelt = [each for each in self.called if " " in each and len(each) <= _SHORT]
        if len(self.full_name) <= _SHORT or not spelt:
            return self.full_name
        short = min(spelt, key=len)
        return short[:1].upper() + short[1:]

    @property
    def other_names(self) -> tuple[str, ...]:
        """What else its sources call it than its title."""
        return tuple(each for each in self.called if _folded(each) != _folded(self.full_name))

    @property
    def all_names(self) -> tuple[str, ...]:
        """All by which it can be found: its name, its title, its other names."""
        return self.name, self.full_name, *self.other_names

    @property
    def grounding(self) -> str:
        """What the loosest of its sizes rests on."""
        return max((effect.grounding for effect in self.effects), key=GROUNDINGS.index)

    @property
    def as_declared(self) -> Intervention:
        """The entry with the sizes that it declares, where some were drawn."""
        if all(effect.declared is None for effect in self.effects):
            return self
        return self.model_copy(update={"effects": tuple(effect.as_declared for effect in self.effects)})

    @property
    def in_groups(self) -> bool:
        """Whether it is given in groups."""
        return "group" in self.format

    @property
    def usually_to(self) -> str:
        """To whom in a family it is offered where nothing else is said: ``both`` caregivers, or the ``mother``."""
        return "both" if "couple" in self.format else "mother"

    @property
    def trial_shares(self) -> tuple[float, float]:
        """Attendance and drop-out in the trials that its sizes are from."""
        if self.grounding == GROUNDINGS[0]:
            return self.attendance, self.drop_out
        return USUAL_ATTENDANCE, USUAL_DROP_OUT

    def check_age(self, start_week: int) -> None:
        """Refuse a start at which he is younger or older than those for whom it is made."""
        first, last = self.age_range
        if not first <= start_week <= last:
            raise DyadsimError(
                f"'{self.name}' is made for a start between week {first} and week {last} of his life (0 is birth), not "
                f"in week {start_week}; for another age, write an entry of your own."
            )


def catalogue(words: str = "") -> pd.DataFrame:
    """A table of the interventions that ship, one row each; with some words, of those that are called so.

    Parameters
    ----------
    words : parts of a name, title or other name, in any case and with any punctuation ("VIPP-SD", "vipp", "transaction
        program"); an entry must have them all. Empty: all entries.

    Returns
    -------
    ``name``, ``title`` (its full name), ``other_names``, ``says``, ``level``, ``format``, ``age_range`` (weeks of his
    life at which it may start), ``sessions``, ``weeks``, ``moves`` (each state with its size and what that rests on),
    ``grounding`` (that of its loosest size), ``evidence`` (ids).

    Raises
    ------
    DyadsimError
        if no entry is called so, with those whose names are nearest.

    Examples
    --------
    >>> ds.catalogue("mother-infant transaction program")["name"].tolist()
    ['modified-mitp']
    """
    rows = []
    for entry in search(words):
        # Evidence on its sizes first, then that on all else.
        cited = [id for ids in (*(effect.evidence for effect in entry.effects), entry.evidence) for id in ids]
        row = {
            "name": entry.name,
            "title": entry.full_name,
            "other_names": "; ".join(entry.other_names),
            "says": entry.says,
            "level": entry.level,
            "format": ", ".join(entry.format),
            "age_range": entry.age_range,
            "sessions": entry.sessions,
            "weeks": entry.weeks,
            "moves": ", ".join(f"{each.state} {each.size:+.2f} ({each.grounding})" for each in entry.effects),
            "grounding": entry.grounding,
            "evidence": ", ".join(dict.fromkeys(id for id in cited if id != "assumed")),
        }
        rows.append(row)
    return pd.DataFrame(rows)


def search(words: str = "") -> list[Intervention]:
    """The shipped entries that are called so, as :func:`catalogue` finds them.

    Raises
    ------
    DyadsimError
        if there is none, with those whose names are nearest.
    """
    if not isinstance(words, str):
        raise DyadsimError(f"The catalogue is searched for words, not for {words!r:.60}.")
    if entries := _called_so(words):
        return entries
    asked = _folded(words)

    def likeness(entry: Intervention) -> float:
        return max(difflib.SequenceMatcher(None, asked, _folded(name)).ratio() for name in entry.all_names)

    nearest = sorted(shipped(), key=likeness, reverse=True)[:3]
    raise DyadsimError(f"Nothing in the catalogue is called {quoted(words)}; nearest are {_named(nearest)}.")


def _refuse_other_name(given: str) -> None:
    """Tell the name of what is called so, where that is plain; an entry is loaded by its name alone."""
    if so := [entry.name for entry in shipped() if _folded(given) in map(_folded, entry.all_names)]:
        raise DyadsimError(f"{quoted(given)} is called {' or '.join(map(quoted, so))} here.")
    if given.strip() and len(near := _called_so(given)) in (1, 2, 3):
        raise DyadsimError(f"Unknown intervention {quoted(given)}. Did you mean {_named(near)}?")


def _named(entries: Iterable[Intervention]) -> str:
    """Entries by name, each with its title, in words."""
    return " or ".join(f"'{entry.name}' ({entry.full_name})" for entry in entries)


def shipped() -> list[Intervention]:
    """All that ship, by name."""
    return [Intervention.load(name) for name in toml_models.names("interventions")]


def _called_so(words: str) -> list[Intervention]:
    """Entries of whose names every one of the words is a part."""
    asked = [words_in(word) for word in words.split()]
    return [entry for entry in shipped() if all(_has(entry, pieces) for pieces in asked)]


def _has(entry: Intervention, pieces: list[str]) -> bool:
    """Whether a word is part of the entry's names, as a whole ("vippsd") or in pieces ("vipp", "sd")."""
    spelt = [words_in(word) for name in entry.all_names for word in name.split()]
    there = [part for each in spelt for part in ("".join(each), *each)]
    wholly = any("".join(pieces) in part for part in there)
    in_pieces = all(any(piece == part or (piece in part and len(piece) > 1) for part in there) for piece in pieces)
    return bool(pieces) and (wholly or in_pieces)


def words_in(text: str) -> list[str]:
    """The words of a text in small letters, without accents and punctuation, "behaviour" as "behavior"."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return re.findall(r"[^\W_]+", plain.casefold().replace("ou", "o"))


def _folded(text: str) -> str:
    """A text by which two ways to write one name are equal."""
    return "".join(words_in(text))
