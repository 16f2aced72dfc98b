"""A community and its twin as the browser draws them: where each mother stands, and all weeks of both, sent once.

Mothers are named by their place (0, 1, ...); numbers of families stand beside. Weeks are the starts of all weeks, and
the end of the last.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray
from scipy.linalg import eigh

from ..development.course import Course
from ..reports.community_report import ALL, CAME, OFFERED_NOTHING, sets_of_mothers, states_of_mothers, ties_by_week
from ..theory.slow_states import SLOW

__all__ = ["MEASURES", "course_lines", "drawn", "in_circle", "weekly_means"]

Numbers = NDArray[np.float64]
_USUAL = (-1.5, -0.5, 0.5, 1.5)
_STATES = list(SLOW)
_STRENGTHS = ("acquaintance", "casual friend", "friend")


def _measure(
    key: str, label: str, words: tuple[str, ...], trouble: bool, limits: tuple[float, ...] = _USUAL
) -> dict[str, Any]:
    return {"key": key, "label": label, "words": list(words), "limits": list(limits), "trouble": trouble}


MEASURES = (
    _measure(
        "loneliness",
        "Loneliness",
        ("far less than usual", "less than usual", "about as usual", "more than usual", "far more than usual"),
        True,
    ),
    _measure(
        "depression",
        "Depressive symptoms",
        ("far fewer than usual", "fewer than usual", "about as usual", "more than usual", "far more than usual"),
        True,
    ),
    _measure(
        "support",
        "Support she feels",
        ("far less than usual", "less than usual", "about as usual", "more than usual", "far more than usual"),
        False,
    ),
    _measure(
        "persons", "Persons to count on", ("nobody", "one", "two", "three", "four or more"), False, (0.5, 1.5, 2.5, 3.5)
    ),
)
"""What mothers are shown by: five classes each, cut at its limits, each with its word."""


def drawn(course: Course, twins: Course, title: str) -> dict[str, Any]:
    """Community and twin as ``Community`` takes them.

    Parameters
    ----------
    course, twins : of one community with a programme, and of its twin.
    title : of the programme.
    """
    families, weeks = course.families, range(course.weeks.start, course.weeks.stop + 1)
    (treatment,) = course.development.treatments
    attended = course.mothers.attended()
    groups: dict[int, int] = dict(course.groups()[["family", "group"]].itertuples(index=False))
    in_order = sorted(set(groups.values()))
    group = [in_order.index(groups[n]) if n in groups else -1 for n in families.numbers.tolist()]
    sides = [_side(each) for each in (course, twins)]
    return {
        "weeks": list(weeks),
        "families": families.numbers.tolist(),
        "order": in_circle(np.array(group), sides),
        "partner": families.partner,
        "hasPartner": families.has_partner.tolist(),
        "programme": {"title": title, "start": treatment.start_week, "stop": treatment.offered.end_week},
        "group": group,
        "offered": (~sets_of_mothers(course).get(OFFERED_NOTHING, np.zeros(len(families), dtype=bool))).tolist(),
        "sessions": attended["sessions"].tolist(),
        "left": [None if np.isnan(week) else int(week) for week in attended["left_week"]],
        "measures": list(MEASURES),
        "sides": sides,
    }


def _side(course: Course) -> dict[str, Any]:
    """All weeks of one course: by name (weeks, families), and stretches of time in which a tie was as it was."""
    families, surroundings = course.families, course.development.surroundings
    assert surroundings is not None
    weeks = range(course.weeks.start, course.weeks.stop + 1)
    by: dict[str, list[list[Any]]] = {name: _rounded(values) for name, values in states_of_mothers(course).items()}
    known: dict[str, list[Any]] = {name: [] for name in ("persons", "care", "kin", "friend", "professional")}
    ties = []
    for k, week in enumerate(weeks):
        told = surroundings.told(week, course.states[k], course.around[k])
        known["persons"].append(told["persons"][families.mothers_at])
        known["care"].append(_of_partners(course, 100 * told["share_of_care"]))
        all_ties = course.ties(week).assign(week=week)
        for kind in ("kin", "friend", "professional"):
            who = all_ties["who"].to_numpy()[(all_ties["kind"] == kind) & (all_ties["whom"] < 0)]
            known[kind].append(np.bincount(np.searchsorted(families.numbers, who), minlength=len(families)))
        ties.append(all_ties[all_ties["whom"] >= 0])
    by |= {name: _rounded(np.stack(values), 0) for name, values in known.items()}
    symptoms = course.states[:, _STATES.index("depression")]
    by["partnerSymptoms"] = _rounded(np.stack([_of_partners(course, each) for each in symptoms]))
    return by | {"ties": _stretches(pd.concat(ties), families.numbers)}


def _of_partners(course: Course, values: Numbers) -> Numbers:
    """Values (families,) of the partner of each; NaN where there is none."""
    families = course.families
    found = np.full(len(families), np.nan)
    found[families.has_partner] = values[families.partners_at]
    return found


def _rounded(values: Any, digits: int = 2) -> list[list[Any]]:
    """Numbers as a browser takes them, with nothing for what is not there."""
    return [
        [None if np.isnan(value) else round(float(value), digits) + 0.0 for value in row]
        if digits
        else [None if np.isnan(value) else round(float(value)) for value in row]
        for row in values
    ]


def _stretches(ties: pd.DataFrame, numbers: NDArray[np.int64]) -> list[list[int]]:
    """Stretches of weeks in which a tie was as it was, and stood between the same two.

    Returns
    -------
    Of each: who, whom (places), week since which there is a tie, first and last week of the stretch, strength (0
    acquaintance, 1 casual friend, 2 friend), whether it was made in a group, whether she can count on the other.
    """
    if ties.empty:
        return []
    table = pd.DataFrame(
        {
            "who": np.searchsorted(numbers, ties["who"]),
            "whom": np.searchsorted(numbers, ties["whom"]),
            "since": ties["since"].to_numpy(),
            "strength": [_STRENGTHS.index(each) for each in ties["strength"]],
            "in_group": (ties["kind"] == "group").to_numpy().astype(int),
            "counted_on": ties["counted_on"].to_numpy().astype(int),
            "week": ties["week"].to_numpy(),
        }
    ).sort_values(["who", "whom", "week"], kind="stable")
    same = table.columns.drop("week")
    starts = (table[same].diff().ne(0).any(axis=1) | table["week"].diff().ne(1)).to_numpy()
    first = table[starts]
    last = table["week"].to_numpy()[np.append(np.flatnonzero(starts)[1:] - 1, len(table) - 1)]
    found = first.assign(until=last)[["who", "whom", "since", "week", "until", "strength", "in_group", "counted_on"]]
    return [[int(value) for value in row] for row in found.to_numpy()]


def in_circle(group: NDArray[np.int64], sides: list[dict[str, Any]]) -> list[int]:
    """Places of the mothers in the order in which they stand in a circle, group by group and those who are tied near.

    The order is by the angle in the two slowest eigenvectors of the Laplacian of all ties (spectral ordering: Juvan &
    Mohar 1992, doi 10.1016/0166-218X(92)90229-4).

    Parameters
    ----------
    group : of each mother; -1 for none.
    sides : whose ``ties`` count, by the weeks for which they last.
    """
    weights = np.full((len(group), len(group)), 1e-3)  # so that the community hangs together
    for who, whom, _, first, last, *_ in (tie for side in sides for tie in side["ties"]):
        weights[who, whom] += last - first + 1
    weights = weights + weights.T
    np.fill_diagonal(weights, 0.0)
    _, vectors = eigh(np.diag(weights.sum(axis=1)) - weights, subset_by_index=[1, 2])
    angle = np.arctan2(vectors[:, 1], vectors[:, 0])
    sits = np.where(group < 0, group.max() + 1, group)
    return [int(place) for place in np.lexsort((angle, sits))]


_LINES = {CAME: "sat in groups", OFFERED_NOTHING: "offered nothing"}
_CURVES = {
    "loneliness": "Loneliness",
    "depression": "Depressive symptoms",
    "support": "Support they feel",
    "ties": "Ties in the community, each",
}


def weekly_means(course: Course, twins: Course) -> pd.DataFrame:
    """Table of means week by week: ``week``, ``who``, ``community`` (here or twin), and what is drawn.

    Parameters
    ----------
    course, twins : as :func:`drawn` has them.
    """
    found, sets = [], sets_of_mothers(course)
    for name, each in (("here", course), ("twin", twins)):
        by = states_of_mothers(each) | {"ties": ties_by_week(each).astype(np.float64)}
        for who, mask in sets.items():
            means = {what: values[:, mask].mean(axis=1) for what, values in by.items()}
            weeks = np.arange(each.weeks.start, each.weeks.stop + 1)
            found.append(pd.DataFrame({"week": weeks, "who": who, "community": name} | means))
    return pd.concat(found, ignore_index=True)


def course_lines(means: pd.DataFrame) -> list[dict[str, Any]]:
    """Pictures of the weeks as ``Curves`` takes them: of who sat in groups and who was offered nothing, beside twins.

    Parameters
    ----------
    means : as :func:`weekly_means` gives them.
    """
    shown = means[means["who"] != ALL]
    found = []
    for key, title in _CURVES.items():
        ticks = MaxNLocator(4).tick_values(shown[key].min(), shown[key].max())
        lines = [
            {"who": _LINES[str(who)], "twin": community == "twin", "values": [round(value, 3) for value in rows[key]]}
            for (who, community), rows in shown.groupby(["who", "community"])
        ]
        unit = "mean number" if key == "ties" else "mean, standard scores"
        found.append(
            {"key": key, "title": title, "unit": unit, "ticks": [round(float(t), 6) for t in ticks], "lines": lines}
        )
    return found
