"""Interface of a comparison of arms, whether it was lived through with one parameter set or with several.

Reports, plots, pages and commands know this interface alone.
"""

from __future__ import annotations

import pandas as pd

from ..common.shown import Shown, counted
from .by_offer import differences_by_offer, differences_with_intervals, lacking
from .compared_arms import ComparedArms
from .for_whom import effects_for_whom
from .of_hundred import changed_of_hundred, levels_of_hundred, reach_of_hundred

__all__ = ["AnyComparison"]


class AnyComparison(ComparedArms, Shown):
    """Arms side by side, and the tables that are made of them for people.

    Attributes
    ----------
    instruments : through which the dyads are seen.
    visits : the weeks in which they are seen.
    """

    def _in_a_line(self) -> str:
        course = self.courses_by_set(self.arms[0])[0]
        weeks = f"weeks {course.weeks.start} to {course.weeks.stop - 1}"
        sets = f", with {self.sets} parameter sets" if self.sets > 1 else ""
        arms = ", ".join(f"'{arm}'" for arm in self.arms)
        return f"{counted(len(course), 'dyad')}, {weeks}, arms {arms}{sets}"

    def _in_a_table(self) -> pd.DataFrame:
        means = self.means()
        return means[means["week"] == means["week"].max()]

    def differences(self) -> pd.DataFrame:
        """Differences from the twins as :meth:`effects` has them, always with the 95 % interval of the difference.

        Returns
        -------
        The columns of :meth:`effects`; ``low``, ``high``: paired, each dyad with its twin, over dyads (communities,
        where mothers have ties) and parameter sets; ``from_parameters``: the share of its variance between sets.
        """
        return differences_with_intervals(self)

    def by_offer(self) -> pd.DataFrame:
        """Differences that each offer makes, one row an offer, instrument and week.

        Told against twins that lack one offer and nothing else; and of several offers together, against twins that
        lack all of them. Offers without such twins are not there. Parts need not add up
        (:data:`.by_offer.NEED_NOT_ADD_UP`).

        Returns
        -------
        ``offer``, ``title`` (of all together, :data:`.by_offer.ALL`), ``against`` (the twins), ``instrument``,
        ``week``, ``unit``, ``difference`` with its 95 % interval ``low`` to ``high`` (paired: over dyads, or over
        communities where mothers have ties, and over parameter sets), ``d``, ``grounding``, ``unverified``, ``began``
        (how many dyads).
        """
        return differences_by_offer(self)

    def lacking(self) -> dict[str, tuple[str, ...]]:
        """Names of the offers that some twins lack, by arm; only twins who differ in nothing else are there."""
        return lacking(self)

    def for_whom(self) -> pd.DataFrame:
        """Differences from the twins in groups of dyads by the declared cuts, one row a twin, instrument, week, group.

        Groups are those at the start: at the first visit, or in the first week where an offer began before that. Over
        several parameter sets they are by the mean over sets.

        Returns
        -------
        ``against``, ``instrument``, ``week``, ``unit``, ``cut`` (:func:`.cuts.cuts`), ``group`` and its ``bounds``,
        ``dyads``; ``difference``, ``low``, ``high`` (95 % interval, paired, within the group), and the same over the
        standard deviation of all dyads (``d``, ``d_low``, ``d_high``); ``apart`` with ``apart_low`` and
        ``apart_high``: how much more the last group of the cut differs than the first; ``differ``: whether that is
        beyond luck, also where so many cuts are looked at (Bonferroni, over the cuts of one instrument and week);
        ``says``: ``higher``, ``lower``, ``not told from none``, or of groups of fewer than :data:`.for_whom.ENOUGH`
        dyads, whose numbers are missing, ``too few to say``.
        """
        return effects_for_whom(self)

    def of_hundred(self) -> pd.DataFrame:
        """How many of a hundred reach an instrument's cut or are given a class, beside their twins.

        Returns
        -------
        One row a twin, instrument that has a cut or classes, week and class: ``against``, ``instrument``, ``week``,
        ``cut`` (points; NaN of classes), ``class`` (empty of cuts), ``own`` and ``twins`` of 100, ``more`` (below 0:
        so many fewer) with its 95 % interval ``low`` to ``high`` (paired, as in :meth:`by_offer`), and
        ``from_parameters``, the share of its variance that is between parameter sets.
        """
        return reach_of_hundred(self)

    def changed_of_hundred(self) -> pd.DataFrame:
        """How many of a hundred have a higher or a lower score than their twins, for each instrument that gives scores.

        Returns
        -------
        One row a twin, instrument and week: ``against``, ``instrument``, ``week``, ``higher``, ``lower`` and ``same``
        of 100; ``more`` (higher less lower) with its 95 % interval ``low`` to ``high``, ``from_parameters``.
        """
        return changed_of_hundred(self)

    def levels_of_hundred(self) -> pd.DataFrame:
        """How many of a hundred of the arm asked about reach an instrument's cut or are given a class.

        Returns
        -------
        One row an instrument that has a cut or classes, week and class: ``instrument``, ``week``, ``cut``, ``class``,
        ``own`` of 100 with its 95 % interval ``low`` to ``high``.
        """
        return levels_of_hundred(self)
