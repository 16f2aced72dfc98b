"""Tables of a lived generation: its caregivers as persons, and its families."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..theory.attachment import CLASSES, WEEK
from ..theory.slow_states import BACKGROUND
from .follow_up import WHOSE
from .generation_steps import LivedGeneration
from .maltreatment import KINDS
from .persons import UNKNOWN, rounded

__all__ = ["OF_HER_CHILDHOOD", "family_table", "persons_of", "shares_of_classes"]

OF_HER_CHILDHOOD = (
    "attachment",
    "negativity",
    "secure",
    "expectation",
    "care",
    "maltreated",
    *KINDS,
    "adversity",
    "externalising",
    "competence",
    "style",
)
"""What of a mother's own childhood is told beside her family."""
OF_BIRTH_MOTHER = ("history", *(f"mother_{name}" for name in ("secure", "maltreated", "adversity", "negativity")))
"""What is told of the mother who bore an infant, beside the one who raises it."""
_FATHERS = ("history", "vulnerability")


def persons_of(lived: LivedGeneration, before: pd.DataFrame | None) -> pd.DataFrame:
    """Persons of a generation: its children, and those caregivers who are not children of a family that was simulated.

    Parameters
    ----------
    lived : a generation.
    before : children of the one before; None: of the first.
    """
    families, sources = lived.course.families, lived.course.background()
    caregivers = pd.DataFrame(
        {
            "id": lived.given.caregivers["id"].to_numpy(dtype=np.int64),
            "mother": UNKNOWN,
            "father": UNKNOWN,
            "generation": lived.number - 1,
            "community": families.family // families.community_size,
            **{name: rounded(sources[name]) for name in BACKGROUND},
        }
    )
    others = caregivers if before is None else caregivers[~caregivers["id"].isin(before["id"])]
    others = others.drop_duplicates("id")
    children = lived.children.drop(columns=["family", "born_in"])
    return pd.concat([others, children], ignore_index=True)


def shares_of_classes(children: pd.DataFrame) -> pd.DataFrame:
    """Share of each class of attachment to the mother, and of the maltreated, one row a generation.

    Parameters
    ----------
    children : of any generations.
    """
    found = pd.crosstab(children["generation"], children["attachment"], normalize="index")
    found = found.reindex(columns=list(CLASSES), fill_value=0.0)
    found["maltreated"] = children.groupby("generation")["maltreated"].mean()
    return found.rename_axis(columns=None).reset_index()


def family_table(lived: LivedGeneration, before: pd.DataFrame | None) -> pd.DataFrame:
    """Families of a generation, one row each (columns as :meth:`.generations.Generations.frame` has them).

    Parameters
    ----------
    lived : the generation.
    before : children of the one before, of whom the mothers are; None: of the first.
    """
    course, families = lived.course, lived.course.families
    hers, his = families.mothers_at, families.partners_at
    known = course.known(WEEK)
    who = ["generation", "family", "community", "id", "mother", "father", "raised_by", "born_in"]
    found = lived.children[who].copy()
    mothers = known.iloc[hers].reset_index(drop=True)
    for name in mothers.columns:
        found[name] = rounded(mothers[name])
    for name in _FATHERS:
        values = np.full(len(found), np.nan)
        values[families.has_partner] = known[name].to_numpy()[his]
        found[f"father_{name}"] = rounded(values)
    found["attachment"] = lived.children["attachment"]
    found["chance_secure"] = rounded(course.attachment_chances["secure"].to_numpy()[hers])
    for name in ("maltreated", *KINDS):
        found[name] = lived.children[name]
    found["offered"] = _whose(lived)
    own = None if before is None else before.set_index("id")
    for name in OF_HER_CHILDHOOD:
        found[f"mother_{name}"] = np.nan if own is None else own[name].reindex(found["raised_by"]).to_numpy()
    # Of the mother who bore the infant, where another raises it.
    place = np.searchsorted(found["family"].to_numpy(), found["born_in"].to_numpy())
    for name in OF_BIRTH_MOTHER:
        found[f"birth_{name}"] = found[name].to_numpy()[place]
    return found


def _whose(lived: LivedGeneration) -> NDArray[np.object_]:
    """Family by which something was offered (families,), a word of :data:`~dyadsim.lineages.follow_up.WHOSE`."""
    families = lived.course.families
    grew_up = lived.given.caregivers["offered"].to_numpy(dtype=np.float64) > 0
    hers, his = grew_up[families.mothers_at], np.zeros(len(families), dtype=bool)
    his[families.has_partner] = grew_up[families.partners_at]
    itself = lived.children["offered"].to_numpy(dtype=bool) & ~hers & ~his & (not grew_up.any())
    return np.select([itself, hers, his], WHOSE[1:4], WHOSE[4]).astype(object)
