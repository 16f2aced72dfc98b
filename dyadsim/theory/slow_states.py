"""Slow states, which change over weeks, and what acts on them: background, traits that stay, and lived measures.

All are standard scores (0 the community mean, 1 a community standard deviation). What pulls on what is in
:mod:`dyadsim.theory.couplings`.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "BACKGROUND",
    "CARRIED",
    "INFANTS_OWN",
    "LIVED",
    "LOADS",
    "PLAY_TRAITS",
    "SHOWN_IN_PLAY",
    "SLOW",
    "SOURCES",
    "TROUBLES",
    "Background",
    "Lived",
    "SlowState",
]


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
"""What people see as a trouble, among all that an instrument may see; the rest they see as a strength."""

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
"""The background, by name, in the order of all arrays."""

SHOWN_IN_PLAY = ("sensitivity", "reflective_functioning", "regulation", "expectation")
"""Slow states that the rules of interaction know as traits of the same name."""

PLAY_TRAITS = ("negativity", "sociability", "distraction", "stimulation", "infant_persistence", "mother_persistence")
"""Traits of the cohort that stay as they are through the weeks."""

SOURCES = (*BACKGROUND, *PLAY_TRAITS)
"""What does not change and may pull on slow states."""


@dataclass(frozen=True)
class Lived:
    """A measure of a week's interaction that feeds development, as a standard score against dyads of that age."""

    name: str
    meaning: str


LIVED: dict[str, Lived] = {
    each.name: each
    for each in (
        Lived("coordination", "match (strict) above that expected by chance, read as the coordination rule says"),
        Lived("answered", "how fittingly her state answers his, on average"),
        Lived("repair", "share of mismatches repaired within five seconds"),
        Lived("distress", "share of time in which he is in protest or withdrawn"),
        Lived("positive_engagement", "share of time in which he is positive"),
    )
}
"""The lived measures, by name, in the order of all arrays."""

CARRIED = ("depression", "anxiety", "trauma", "stress")
"""What she carries into play: their sum, as a standard score, is the trait ``burden`` of the rules."""

LOADS: dict[str, tuple[str, ...]] = {"symptoms": ("depression", "anxiety", "trauma"), "burden": CARRIED}
"""Sums of slow states that are shown beside them, as standard scores."""
