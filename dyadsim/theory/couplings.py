"""Couplings of the slow states: a sparse graph of signed arrows, each with its source and what else may explain it.

Cross-sectional correlations do not identify causes: an arrow is how this model reads them, and ``free`` names the other
readings that the evidence leaves open. How strong each arrow is stands in ``data/development.toml``
(:mod:`dyadsim.theory.dynamics`), what was assumed of it before in ``data/priors.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ARROWS", "Arrow"]

_ASSUMED = ("assumed",)


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
        """``source -> target``."""
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
        Arrow("answered", "expectation", +1),
        Arrow("answered", "regulation", +1),
        Arrow("coordination", "regulation", +1),
        Arrow("distress", "stress", +1),
        Arrow("positive_engagement", "bonding", +1),
        Arrow("positive_engagement", "self_efficacy", +1),
    )
}
"""The coupling graph, by ``source -> target``. An arrow that is not here does not exist."""
