"""What changes over weeks, and what pulls on what: slow states, background, lived measures, and the arrows between.

All are standard scores (0 the community mean, 1 a community standard deviation). The graph is sparse and signed, and
every arrow says what its size rests on. Cross-sectional correlations do not identify causes: an arrow is how this model
reads them, and ``free`` names the other readings that the evidence leaves open.

The sizes stand in ``data/development.toml`` (:mod:`dyadsim.theory.dynamics`), what was assumed of them before in
``data/priors.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .traits import TRAITS

__all__ = [
    "ARROWS",
    "BACKGROUND",
    "CARRIED",
    "INFANTS_OWN",
    "LIVED",
    "LOADS",
    "PLAY_TRAITS",
    "SLOW",
    "SOURCES",
    "TROUBLES",
    "Arrow",
    "Background",
    "Lived",
    "SlowState",
]

_ASSUMED = ("assumed",)


@dataclass(frozen=True)
class SlowState:
    """A state of a mother or infant that changes over weeks; a standard score, higher means more of its name.

    ``trouble`` says whether more of it is a trouble or a strength, as people who answer a questionnaire see it.
    """

    name: str
    of: str
    meaning: str
    trouble: bool = False


SLOW: dict[str, SlowState] = {
    state.name: state
    for state in (
        SlowState(
            "sensitivity", "mother", "perceiving his signal, reading it rightly, answering promptly and fittingly"
        ),
        SlowState(
            "reflective_functioning", "mother", "thinking of him, and of herself, as having a mind (mentalising)"
        ),
        SlowState("depression", "mother", "depressive symptoms", trouble=True),
        SlowState("anxiety", "mother", "anxious symptoms", trouble=True),
        SlowState("trauma", "mother", "post-traumatic symptoms", trouble=True),
        SlowState("stress", "mother", "parenting stress", trouble=True),
        SlowState("self_efficacy", "mother", "trust in her own doing as a mother"),
        SlowState("bonding", "mother", "her bond to him as she feels it; before birth to the expected child"),
        SlowState("support", "mother", "perceived support"),
        SlowState("loneliness", "mother", "felt lack of connection", trouble=True),
        SlowState("couple", "mother", "quality of the couple relationship"),
        SlowState("frightening", "mother", "frightened or frightening behaviour toward him", trouble=True),
        SlowState("regulation", "infant", "how well he calms himself once aroused"),
        SlowState("expectation", "infant", "expectation of repair (one reading of implicit relational knowing)"),
        SlowState("regulatory_symptoms", "infant", "excessive crying, sleeping and feeding problems", trouble=True),
    )
}
"""The slow states, by name, in the order of all arrays."""

TROUBLES = (
    *(state.name for state in SLOW.values() if state.trouble),
    "vulnerability",
    "unresolved",
    "negativity",
    "distraction",
)
"""Of what an instrument may see: what people see as a trouble; all else they see as a strength."""

INFANTS_OWN = tuple(state.name for state in SLOW.values() if state.of == "infant")
"""The infant's slow states: they rest before birth."""


@dataclass(frozen=True)
class Background:
    """What a mother brings along and keeps: a standard score, drawn for each dyad."""

    name: str
    meaning: str


BACKGROUND: dict[str, Background] = {
    each.name: each
    for each in (
        Background("vulnerability", "what depressive, anxious, trauma symptoms and stress share in a person"),
        Background("history", "coherence of her state of mind on her own attachment history (autonomous when high)"),
        Background("unresolved", "unresolved loss or trauma in that state of mind"),
    )
}

PLAY_TRAITS = ("negativity", "sociability", "distraction", "infant_persistence", "mother_persistence")
"""Traits of the cohort that stay as they are through the weeks."""

SOURCES = (*BACKGROUND, *PLAY_TRAITS)
"""What does not change and may pull on slow states."""


@dataclass(frozen=True)
class Lived:
    """What a week of interaction gave: a measure of it, as a standard score against dyads of that age."""

    name: str
    meaning: str


LIVED: dict[str, Lived] = {
    each.name: each
    for each in (
        Lived("coordination", "match (strict) above that expected by chance, read as the coordination rule says"),
        Lived("repair", "share of mismatches repaired within five seconds"),
        Lived("distress", "share of time in which he is in protest or withdrawn"),
        Lived("positive_engagement", "share of time in which he is positive"),
    )
}

CARRIED = ("depression", "anxiety", "trauma", "stress")
"""What she carries into play: their sum, as a standard score, is the trait ``burden`` of the rules."""

LOADS: dict[str, tuple[str, ...]] = {"symptoms": ("depression", "anxiety", "trauma"), "burden": CARRIED}
"""Sums of slow states that are shown beside them, as standard scores."""


@dataclass(frozen=True)
class Arrow:
    """One pull on a slow state: ``source`` raises (+1) or lowers (-1) the level to which ``target`` returns.

    ``evidence`` is ids or *assumed*; ``free`` names what else could explain the same figures.
    """

    source: str
    target: str
    sign: int
    evidence: tuple[str, ...] = _ASSUMED
    free: str = ""

    @property
    def name(self) -> str:
        return f"{self.source} -> {self.target}"


_REVERSE = "the reverse, or a common cause"
_SELF_REPORT = "the reverse, a common cause, or one reporter for both"

ARROWS: dict[str, Arrow] = {
    arrow.name: arrow
    for arrow in (
        # What a person's symptoms share.
        Arrow("vulnerability", "depression", +1),
        Arrow("vulnerability", "anxiety", +1),
        Arrow("vulnerability", "trauma", +1),
        Arrow("vulnerability", "stress", +1),
        Arrow("unresolved", "trauma", +1),
        # Her surroundings.
        Arrow("couple", "support", +1),
        Arrow("support", "loneliness", -1),
        Arrow("support", "depression", -1, ("R027", "R028a", "R028b"), _REVERSE),
        Arrow("support", "stress", -1),
        Arrow("loneliness", "depression", +1, free=_REVERSE),
        Arrow("couple", "depression", -1, free=_REVERSE),
        Arrow("depression", "couple", -1, free=_REVERSE),
        # Symptoms and stress.
        Arrow("stress", "depression", +1, free=_REVERSE),
        Arrow("depression", "stress", +1, free=_REVERSE),
        Arrow("regulatory_symptoms", "depression", +1, ("R033", "R034", "R035"), _SELF_REPORT),
        Arrow("regulatory_symptoms", "stress", +1),
        Arrow("depression", "self_efficacy", -1, free=_REVERSE),
        Arrow("self_efficacy", "stress", -1, free=_REVERSE),
        # Her bond to him.
        Arrow("depression", "bonding", -1, ("R006a", "R006b", "R009"), _SELF_REPORT),
        Arrow("anxiety", "bonding", -1, ("R007a", "R007b"), _SELF_REPORT),
        Arrow("stress", "bonding", -1, ("R008",), _SELF_REPORT),
        Arrow("trauma", "bonding", -1, ("R010",), _SELF_REPORT),
        # What she does with him.
        Arrow("history", "reflective_functioning", +1),
        Arrow("depression", "reflective_functioning", -1, free=_REVERSE),
        Arrow("reflective_functioning", "sensitivity", +1, ("R019",), _REVERSE),
        Arrow("depression", "sensitivity", -1, ("R001", "R003"), "a common cause; stress or fatigue in its place"),
        Arrow("stress", "sensitivity", -1, free="depression in its place"),
        Arrow("unresolved", "frightening", +1, ("R022",), "other ways from her history to him"),
        Arrow("trauma", "frightening", +1),
        Arrow("depression", "frightening", +1, ("R012",), "other ways from depression to him"),
        # Him.
        Arrow("negativity", "regulatory_symptoms", +1),
        Arrow("regulation", "regulatory_symptoms", -1, free=_REVERSE),
        Arrow("expectation", "regulation", +1, free=_REVERSE),
        Arrow("distraction", "expectation", -1, ("R038",), "what else goes with it in a family"),
        Arrow("depression", "expectation", -1, ("R011",), "other ways from depression to him"),
        # What the week's interaction gives.
        Arrow("repair", "expectation", +1),
        Arrow("coordination", "regulation", +1),
        Arrow("distress", "stress", +1),
        Arrow("positive_engagement", "bonding", +1),
        Arrow("positive_engagement", "self_efficacy", +1),
    )
}
"""The coupling graph, by ``source -> target``. An arrow that is not here does not exist."""


def _check(arrows: Iterable[Arrow]) -> None:
    for arrow in arrows:
        assert arrow.target in SLOW and arrow.source in {*SLOW, *SOURCES, *LIVED} - {arrow.target}, arrow.name


_check(ARROWS.values())
assert set(PLAY_TRAITS) < set(TRAITS)
