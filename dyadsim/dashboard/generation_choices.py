"""What a visitor changes of a scenario over generations: fields, their part of an address, what is run then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlencode

from pydantic import Field, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError
from ..common.shown import counted
from ..lineages.generation_scenario import GenerationScenario
from ..reports.generation_sentences import WAYS_SAY
from ..theory import evidence
from ..theory.inheritance_parameters import INHERITANCE_PARAMETERS, Inheritance
from ..theory.traits import ASSUMED
from . import form_fields
from .address_parts import check_known, check_numbers, shipped_in, truth

__all__ = ["STRENGTHS", "GenerationChoices", "changed", "generation_fields", "is_of_generations"]

STRENGTHS: Mapping[str, str] = {
    "heritability of temperament": "Heritability of temperament",
    "secure -> history": "From early security to a state of mind",
    "adversity -> history": "From childhood adversity to a state of mind",
    "care -> sensitivity": "From the care met to own sensitivity",
    "maltreated -> maltreatment": "From own maltreatment to a child's risk",
    "partner -> history": "From a partner to a state of mind",
}
"""Parameters of inheritance that the form has, in words; a link may name others, which are shown then."""
_FIRST = "three-generations"
_KEY, _CUT = "generations", "cut "
_LEAST, _MOST = 80, 600  # families
_FEWEST, _LONGEST = 2, 5  # generations
_EXCHANGED = 2  # the generation whose infants are exchanged
_CUTTING = (
    "A way by which something comes from parents to children. Each is cut in an arm of its own: the same families, "
    "with the same luck, without it."
)
_STRONG = (
    "0 is not at all. A state of mind is how an adult has come to terms with their own childhood; much of it is not "
    "due to that childhood."
)
_ALWAYS = ("care", "endowment")


class GenerationChoices(toml_models.Written):
    """Choices of a visitor; what is None stays as the scenario has it.

    Attributes
    ----------
    base : the scenario to begin with, shipped or opened.
    families : in each generation.
    generations : how many.
    seed : names families and luck.
    linear : whether the week's interaction is taken from the linear theory.
    cut : ways that are cut, each in an arm of its own.
    exchanged : whether there are twins in which infants of generation 2 are exchanged.
    strengths : parameters of inheritance that are otherwise, by name.
    """

    base: GenerationScenario = Field(default_factory=lambda: GenerationScenario.load(_FIRST))
    families: int = Field(default=400, ge=_LEAST, le=_MOST)
    generations: int = Field(default=3, ge=_FEWEST, le=_LONGEST)
    seed: int = Field(default=1, ge=0, le=2**31)
    linear: bool = True
    cut: toml_models.Listed[str] | None = None
    exchanged: bool | None = None
    strengths: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _can_be_run(self) -> Self:
        size = self.base.families.community_size
        if self.families > size and self.families % size:
            fewer = self.families - self.families % size
            raise DyadsimError(
                f"Families live in communities of {size}, so {self.families} leave some over; give {fewer} or "
                f"{fewer + size}."
            )
        _ = Inheritance.default().replace(self.strengths), self.scenario
        return self

    @classmethod
    def of(cls, base: GenerationScenario) -> Self:
        """The choices to begin with, once a scenario was opened: as it has them, as far as a page goes."""
        size, families = base.families.community_size, min(max(base.number, _LEAST), _MOST)
        if families > size:
            fewer = families - families % size
            families = fewer if fewer >= _LEAST else fewer + size
        generations = min(max(base.generations, _FEWEST), _LONGEST)
        return cls(base=base, families=families, generations=generations, seed=min(base.seed, 2**31))

    @classmethod
    def from_link(cls, parts: Iterable[str]) -> Self:
        """The choices that parts of an address say.

        Raises
        ------
        DyadsimError
            for what cannot be.
        """
        name, given = shipped_in(parts, _KEY, _FIRST, GenerationScenario.KIND)
        strengths = {key: given.pop(key) for key in list(given) if " -> " in key or key in INHERITANCE_PARAMETERS}
        check_known(given, _KEY, [field for field in cls.model_fields if field not in ("base", "strengths")])
        for each in ("linear", "exchanged"):
            if each in given:
                given[each] = truth(given[each])
        if "cut" in given:
            given["cut"] = tuple(filter(None, str(given["cut"]).split(",")))
        check_numbers(strengths)
        return cls(**given, strengths=strengths, base=GenerationScenario.load(name))

    def in_link(self) -> str:
        """The part of an address that says the same; nothing for an opened scenario, which only its file can say."""
        if not toml_models.is_shipped(self.base):
            return ""
        own = self.model_dump(exclude={"base", "strengths"}, exclude_defaults=True)
        if self.cut is not None:
            own["cut"] = ",".join(self.cut)
        said = {f"{_KEY}.{name}": value for name, value in {**own, **self.strengths}.items()}
        return urlencode({_KEY: self.base.name, **said})

    @cached_property
    def scenario(self) -> GenerationScenario:
        """The scenario that follows; what it says tells what was changed."""
        base = self.base
        fields: dict[str, Any] = {
            "number": self.families,
            "generations": self.generations,
            "seed": self.seed,
            "linear": self.linear,
            "cut": base.cut if self.cut is None else self.cut,
            "inheritance": {**base.inheritance, **self.strengths},
        }
        if self.exchanged is not None:
            others = (each for each in base.fostered if each != _EXCHANGED)
            fields["fostered"] = (*others, *([_EXCHANGED] if self.exchanged else []))
        other = {name: value for name, value in fields.items() if value != getattr(base, name)}
        if not other:
            return base
        told = "; ".join(self._told(other))
        return base.changed({**other, "says": f"{base.says} Changed on the page Generations: {told}.".strip()})

    def _told(self, other: Mapping[str, Any]) -> Iterable[str]:
        """What is otherwise than in the scenario to begin with, in words."""
        if "number" in other or "generations" in other:
            families, generations = counted(self.families, "family"), counted(self.generations, "generation")
            yield f"{families} in each of {generations}"
        if "seed" in other:
            yield f"seed {self.seed}"
        if "linear" in other:
            yield f"weeks {'worked out by the linear theory' if self.linear else 'played, second by second'}"
        for name, value in self.strengths.items():
            if "inheritance" in other:
                yield f"“{name}” {value:g} instead of {self.usual(name):g}"
        if "cut" in other:
            yield f"ways cut: {', '.join(other['cut']) or 'none'}"
        if "fostered" in other:
            yield f"infants of generation {_EXCHANGED} {'exchanged in an arm' if self.exchanged else 'not exchanged'}"

    def usual(self, name: str) -> float:
        """The value that a parameter of inheritance has in the scenario to begin with."""
        return self.base.inheritance.get(name, Inheritance.default()[name])


def is_of_generations(part: str) -> bool:
    """Whether a part of an address says something of generations."""
    return part.startswith((f"{_KEY}=", f"{_KEY}."))


def generation_fields(choices: GenerationChoices) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Fields by their titles, each with what stands above: who lives, what is cut, exchanged, and how strong it is."""
    base, size = choices.base, choices.base.families.community_size
    starts = form_fields.starts(GenerationScenario, base.name, "your own")
    who = [
        form_fields.select("start", "Start from", base.name, starts, base.question or base.says),
        form_fields.number(
            "families", "Families in each generation", choices.families, _LEAST, _MOST, min(size, _MOST),
            f"They live in communities of {size}. More make it surer.",
        ),
        form_fields.number("generations", "Generations", choices.generations, _FEWEST, _LONGEST),
        form_fields.number("seed", "Seed", choices.seed, 0, 2**31, 1, "Names families and luck; try several."),
        form_fields.check(
            "linear", "Quick: weeks by the linear theory", choices.linear,
            "Weeks are worked out and not played second by second, so that it takes seconds. Without, a minute or so.",
        ),
    ]  # fmt: skip
    exchange = form_fields.check(
        "exchanged", f"Exchange infants of generation {_EXCHANGED}", _EXCHANGED in choices.scenario.fostered,
        "In an arm of its own each grows up with another mother of the community: a thought experiment.",
    )  # fmt: skip
    strengths = [_strength(choices, each) for each in dict.fromkeys((*STRENGTHS, *choices.strengths))]
    return [
        ("Who lives", "", who),
        ("Cut a way", _CUTTING, _ways(choices)),
        ("Exchange infants", "", [exchange]),
        ("How strong it is", _STRONG, strengths),
    ]


def _offered(choices: GenerationChoices) -> list[str]:
    """Ways that can be cut on the page: those that the scenario cuts, care and endowment, and what a link cuts."""
    return list(dict.fromkeys((*choices.base.cut, *_ALWAYS, *choices.scenario.cut)))


def _ways(choices: GenerationChoices) -> list[dict[str, Any]]:
    cut = choices.scenario.cut
    return [
        form_fields.check(f"{_CUT}{way}", f"Without {way}", way in cut, f"There, {WAYS_SAY[way]}.")
        for way in _offered(choices)
    ]


def _strength(choices: GenerationChoices, name: str) -> dict[str, Any]:
    """Field of a parameter of inheritance, with what it means and what its value rests on."""
    known = INHERITANCE_PARAMETERS[name]
    assumed = known.source.startswith(ASSUMED)
    rests = f"A{known.source[1:]}" if assumed else f"Rests on {evidence.row(known.source).source}"
    says = f"“{name}”: {known.meaning}. {rests}. Empty: as it is, {choices.usual(name):.2g}."
    value, label = choices.strengths.get(name), STRENGTHS.get(name, name)
    return form_fields.number(name, label, value, known.low, known.high, 0.01, says) | {"optional": True}


def changed(choices: GenerationChoices, key: str, value: Any) -> GenerationChoices:
    """The choices after a field was changed.

    Raises
    ------
    DyadsimError
        for what a scenario over generations cannot be.
    """
    if key == "start":
        if value not in form_fields.told(GenerationScenario):
            return choices
        base = GenerationScenario.load(value)
        return choices.changed({"base": base, "cut": None, "exchanged": None, "strengths": {}})
    if key.startswith(_CUT):
        way, cut = key.removeprefix(_CUT), choices.scenario.cut
        left = tuple(each for each in _offered(choices) if (value if each == way else each in cut))
        return choices.changed({"cut": None if left == choices.base.cut else left})
    if key == "exchanged":
        return choices.changed({"exchanged": None if value == (_EXCHANGED in choices.base.fostered) else value})
    if key in INHERITANCE_PARAMETERS:
        others = {name: number for name, number in choices.strengths.items() if name != key}
        return choices.changed({"strengths": others if value is None else {**others, key: float(value)}})
    return choices.changed({key: value})
