"""Inheritance: what a child takes into parenthood, and what parents hand on as endowment.

Between childhood and parenthood stand weak steps (:class:`~dyadsim.theory.inheritance_parameters.Inheritance`), and
life: adversity, a good partner, therapy. Most of what an adult brings is their own: with the arrows that ship, less
than a tenth of the variance of a state of mind comes from the first year (compare Groh et al. 2014, recalled).
Everything is a standard score, and of a community's adults each keeps variance 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from ..theory.inheritance_parameters import Inheritance
from ..theory.traits import TRAITS
from .childhood import TEMPERAMENT
from .help_between import HelpBetween
from .persons import UNKNOWN, own_share, rounded

__all__ = ["BROUGHT", "STYLES", "Parents", "add_adulthood", "endowed", "with_partner"]

Numbers = NDArray[np.float64]

BROUGHT: Mapping[str, str] = {
    "history": "background history",
    "unresolved": "background unresolved",
    "vulnerability": "background vulnerability",
    "own_depression": "level depression",
    "own_sensitivity": "level sensitivity",
    "own_reflective_functioning": "level reflective_functioning",
}
"""What an adult brings into parenthood, and the draw of a caregiver whose place it takes."""
STYLES = ("secure", "avoidant", "anxious")
"""Styles of attachment of adults, as they would tell of themselves."""


def add_adulthood(
    children: pd.DataFrame,
    alike_parents: float,
    inheritance: Inheritance,
    helps: Iterable[HelpBetween],
    luck: Mapping[str, Numbers],
) -> None:
    """Add what children of a generation bring as adults, before they have a partner.

    Parameters
    ----------
    children : their childhood (:func:`.childhood.children_of`), to which columns are added.
    alike_parents : correlation of the vulnerability of two parents.
    inheritance : parameters of inheritance.
    helps : that some of them meet between childhood and parenthood.
    luck : (children,) standard normal draws by what they decide.
    """
    p, norms = inheritance, inheritance.norms
    left = {
        name: norms.score(name, children[name].to_numpy(dtype=np.float64))
        for name in ("secure", "disorganised", "expectation", "care")
    }
    left |= {name: children[name].to_numpy(dtype=np.float64) for name in ("adversity", "competence")}

    def of_childhood(weights: Mapping[str, float]) -> Numbers:
        return sum((weight * left[each] for each, weight in weights.items()), np.zeros(len(children)))

    def brought(name: str, weights: Mapping[str, float]) -> Numbers:
        """A standard score: what childhood left, weighed, and what is one's own."""
        return of_childhood(weights) + own_share(norms.explained(weights)) * luck[name]

    to_history = {
        "secure": p["secure -> history"],
        "expectation": p["expectation -> history"],
        "adversity": -p["adversity -> history"],
    }
    to_sensitivity = {"care": p["care -> sensitivity"], "competence": p["competence -> sensitivity"]}
    scores = {"history": brought("history", to_history)}
    scores["unresolved"] = brought(
        "unresolved",
        {"disorganised": p["disorganised -> unresolved"], "adversity": p["adversity -> unresolved"]},
    )
    scores["own_depression"] = brought("own_depression", {"adversity": p["adversity -> depression"]})
    by_mind = p["history -> sensitivity"]
    explained = by_mind**2 + norms.explained(to_sensitivity) + 2 * by_mind * norms.together(to_history, to_sensitivity)
    scores["own_sensitivity"] = (
        by_mind * scores["history"] + of_childhood(to_sensitivity) + own_share(explained) * luck["own_sensitivity"]
    )
    scores["own_reflective_functioning"] = brought(
        "own_reflective_functioning", {"expectation": p["expectation -> reflective_functioning"]}
    )
    mind, left_of_adversity = p["history -> vulnerability"], {"adversity": p["adversity -> vulnerability"]}
    of_life = mind**2 + norms.explained(left_of_adversity) - 2 * mind * norms.together(to_history, left_of_adversity)
    scores["vulnerability"] = (
        _of_parents(children, alike_parents, p, of_life, luck["vulnerability"])
        + of_childhood(left_of_adversity)
        - mind * scores["history"]
    )
    helped = np.zeros(len(children), dtype=bool)
    for each in helps:
        who = each.reaches(children, scores["history"], luck[each.decides])
        helped |= who
        for name, by in each.shifts.items():
            scores[name] = scores[name] + by * who
    for name, score in scores.items():
        children[name] = rounded(score)
    children["style"] = _styles(scores["history"], scores["vulnerability"], luck["style"], p)
    children["helped"] = helped


def _of_parents(children: pd.DataFrame, alike: float, p: Inheritance, of_life: float, own: Numbers) -> Numbers:
    """What of an adult's vulnerability comes of the parents', and what is one's own.

    One parent hands on half of what the mean of two does.

    Parameters
    ----------
    children, alike, p : as :func:`add_adulthood` has them.
    of_life : variance that childhood and a state of mind explain.
    own : (children,) standard normal draws.
    """
    slope, two_parents = p["heritability of vulnerability"], (children["father"] != UNKNOWN).to_numpy()
    parents = children["parents_vulnerability"].to_numpy(dtype=np.float64)
    # Parents who are vulnerable go with adversity in childhood, which counts as well.
    norms, by_adversity = p.norms, p["adversity -> vulnerability"]
    goes_with = slope * by_adversity * norms.together({"parents_vulnerability": 1.0}, {"adversity": 1.0})
    goes_with *= norms.sd_of("parents_vulnerability")
    of_two = own_share(slope**2 * (1 + alike) / 2 + of_life + 2 * goes_with)
    of_one = own_share(slope**2 / 4 + of_life + goes_with)
    return np.asarray(np.where(two_parents, slope, slope / 2) * parents + np.where(two_parents, of_two, of_one) * own)


def _styles(history: Numbers, vulnerability: Numbers, own: Numbers, p: Inheritance) -> NDArray[np.object_]:
    """Style of attachment of adults: insecure below a state of mind, and then anxious rather than avoidant for those
    who are vulnerable."""
    insecure = history < ndtri(p["share of insecure style"])
    leaning = p["vulnerability -> anxious style"]
    lean = (leaning * vulnerability + own) / np.sqrt(1 + leaning**2)
    anxious = lean > -ndtri(p["share of anxious style"])
    return np.select([~insecure, anxious], [STYLES[0], STYLES[2]], STYLES[1]).astype(object)


def with_partner(own: Numbers, partners: Numbers, there: NDArray[np.bool_], alike: float, p: Inheritance) -> Numbers:
    """State of mind of adults once they live with a partner: a coherent one of theirs adds to one's own.

    Parameters
    ----------
    own, partners : (couples,) states of mind as both brought them.
    there : (couples,) true where there is a partner.
    alike : correlation of the two over couples.
    p : parameters of inheritance.
    """
    by = p["partner -> history"]
    # The sum of the two has variance 1 + 2 by alike + by^2.
    together = (own + by * partners) / np.sqrt(1 + 2 * by * alike + by**2)
    return rounded(np.where(there, together, own))


@dataclass(frozen=True)
class Parents:
    """Temperament of the parents of infants who are to be born, each as they were as infants.

    Attributes
    ----------
    mother, father : (infants,) by name of a trait, standard scores; NaN where a parent is not known.
    """

    mother: Mapping[str, Numbers]
    father: Mapping[str, Numbers]


def endowed(parents: Parents, inheritance: Inheritance, luck: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """Temperament (infants,) by name: by so much the parents' as it is heritable, and luck.

    The mean of both parents counts by the heritability h, a parent alone by h / 2 (Falconer & Mackay, 1996,
    Introduction to quantitative genetics, chapter 10). Parents are not chosen by temperament.

    Parameters
    ----------
    parents : their temperament.
    inheritance : parameters of inheritance.
    luck : (infants,) standard normal draws by trait.
    """
    h = inheritance["heritability of temperament"]
    found = {}
    for name in TEMPERAMENT:
        both = np.stack([parents.mother[name], parents.father[name]])
        known = np.isfinite(both).sum(axis=0)
        of_parents = h / 2 * np.nan_to_num(both).sum(axis=0)
        own = np.sqrt(1 - known * (h / 2) ** 2)  # each known parent explains (h / 2)^2
        found[name] = rounded(np.clip(of_parents + own * luck[name], TRAITS[name].low, TRAITS[name].high))
    return found
