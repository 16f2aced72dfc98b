"""Pedigree: persons of a few lineages by generation, with the class of attachment that each had as an infant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Polygon, Rectangle

from ..common.errors import DyadsimError, whole_number
from ..lineages.lineage import Lineage
from ..lineages.persons import UNKNOWN
from ..theory.attachment import CLASSES
from .style import INK, Figure, sign

__all__ = ["CLASS_LOOKS", "pedigree"]

CLASS_LOOKS = dict(zip(CLASSES, (("S", "#0072B2"), ("A", "#E69F00"), ("R", "#CC79A7"), ("D", "#009E73")), strict=True))
"""Letter and colour of each class of attachment."""
_DARK = ("S", "D")  # letters that are white on their colour
_MOST_CHILDREN = 4  # of a couple; of more it is said how many there are
_MOST_WIDE = 24.0  # persons side by side
_MOST_UP = 3  # generations of ancestors
_BIG = 0.30  # half a person's width
_DEEP = 1.35  # between two generations
_APART = 0.6  # between two lineages
_DASHES = (0, (2, 1.6))
_MOST = 20
_TRIED = 400  # persons of the first generation


@dataclass
class _Drawn:
    """Who is drawn where: place and generation of each person, lines from parents to child, and who has more children
    than are drawn."""

    at: dict[int, tuple[float, int]] = field(default_factory=dict)
    lines: list[tuple[tuple[int, ...], int]] = field(default_factory=list)
    more: dict[int, int] = field(default_factory=dict)


def pedigree(lineage: Lineage, family_of: int | None = None, most: int = 4) -> Figure:
    """Pedigree of a few lineages: circles women, squares men, colour and letter the class that each had as an infant.

    Which lineages are drawn is decided by their numbers alone: those of the first persons of the first generation from
    whom somebody of the last comes, each without a descendant of one drawn before, as many as fit. Of a couple's
    children the first four are drawn, and fewer generations where they are too many.

    Parameters
    ----------
    lineage : persons and their parents, of a run or of a user.
    family_of : the number of one person, whose ancestors and descendants are drawn instead.
    most : how many lineages, at most 20.

    Lines are of birth: an infant who was exchanged is drawn beneath those who bore him.

    Raises
    ------
    DyadsimError
        if there is no such person, or nobody in the lineage has a parent who is known.
    """
    most = whole_number("number of lineages", most, 1, _MOST)
    people = lineage.table
    if not people[["mother", "father"]].to_numpy().max() > UNKNOWN:
        raise DyadsimError("Nobody in this lineage has a parent who is known, so there is nothing to draw.")
    tree = _Tree(people)
    if family_of is None:
        drawn, title = _first_lineages(lineage, tree, most)
    else:
        lineage.ancestors(family_of)  # which refuses who is not there
        drawn, title = _of_one(tree, int(family_of)), f"Ancestors and descendants of person {family_of}"
    return _figure(people, tree, drawn, title, family_of)


class _Tree:
    """Children of persons, by couples, in the order of their numbers."""

    def __init__(self, people: pd.DataFrame) -> None:
        of: dict[str, Any] = {name: people[name].to_dict() for name in ("mother", "father", "generation")}
        self.mother, self.father, self.generation = of["mother"], of["father"], of["generation"]
        self.children: dict[int, list[int]] = {}
        for parents in (self.mother, self.father):
            for number, parent in parents.items():
                if parent != UNKNOWN:
                    self.children.setdefault(parent, []).append(number)

    def parents(self, person: int) -> list[int]:
        """Parents who are known, the mother first."""
        return [of for of in (self.mother[person], self.father[person]) if of != UNKNOWN]

    def couples(self, person: int) -> dict[int, list[int]]:
        """Children by the other parent, in the order of their numbers."""
        found: dict[int, list[int]] = {}
        for child in sorted(self.children.get(person, [])):
            other = self.father[child] if self.mother[child] == person else self.mother[child]
            found.setdefault(other, []).append(child)
        return found


# Who is drawn, and where ----------------------------------------------------------------------------------------------


def _first_lineages(lineage: Lineage, tree: _Tree, most: int) -> tuple[_Drawn, str]:
    people = lineage.table
    drawn, wide, found, taken = _Drawn(), 0.0, 0, set[int]()
    whole = True
    for number in islice(_reaching(people, lineage.first, lineage.last), _TRIED):
        below = _descendants(tree, number)
        if number in taken or below & taken:
            continue
        own, depth = _fitting(tree, number, _MOST_WIDE - (wide if found else 0.0))
        whole = depth >= lineage.last - lineage.first
        if found and not whole:
            continue  # no room for all of it
        for person, (x, generation) in own.at.items():
            drawn.at[person] = (x + wide, generation)
        drawn.lines += own.lines
        drawn.more |= own.more
        taken |= {*below, *own.at}
        found, wide = found + 1, wide + _width(own) + _APART
        if found == most or wide >= _MOST_WIDE or not whole:
            break
    if not found:
        raise DyadsimError("Nobody of the last generation comes from the first by parents who are known.")
    first = "The first lineage" if found == 1 else f"The first {found} lineages"
    room = "" if whole else ", with as many generations as there is room for"
    return drawn, f"{first} by the numbers of the persons with whom they begin, whatever came of them{room}"


def _reaching(people: pd.DataFrame, first: int, last: int) -> Iterator[int]:
    """Persons of the first generation of whom somebody of the last comes, in the order of their numbers."""
    these = people[people["generation"] == last].index.to_numpy()
    above: set[int] = set()
    while len(these):
        parents = people.loc[these, ["mother", "father"]].to_numpy().ravel()
        these = np.setdiff1d(parents, [UNKNOWN, *above])
        above.update(int(each) for each in these)
    begin = people[people["generation"] == first].index
    yield from (int(number) for number in begin if number in above)


def _descendants(tree: _Tree, number: int) -> set[int]:
    found, these = {number}, [number]
    while these:
        these = [child for each in these for child in tree.children.get(each, []) if child not in found]
        found.update(these)
    return found


def _fitting(tree: _Tree, number: int, room: float) -> tuple[_Drawn, int]:
    """A person's descendants, with as many generations as there is room for, and how many these are."""
    depth = 1 + max(tree.generation[each] for each in _descendants(tree, number)) - tree.generation[number]
    while True:
        own = _Drawn()
        _place(tree, number, 0.0, depth, own)
        if _width(own) <= room or depth <= 1:
            return own, depth
        depth -= 1


def _place(tree: _Tree, person: int, left: float, depth: int, drawn: _Drawn) -> float:
    """Place a person, whom they have children with, and their descendants from a left edge on; gives the right edge."""
    couples = tree.couples(person) if depth > 0 else {}
    drawn.at[person] = (left, tree.generation[person])
    at, below = left, list[float]()
    for other, children in couples.items():
        parents = tuple(each for each in (person, other) if each != UNKNOWN)
        own = [child for child in children if child not in drawn.at]
        if len(own) > _MOST_CHILDREN:
            drawn.more[person] = drawn.more.get(person, 0) + len(own) - _MOST_CHILDREN
            own = own[:_MOST_CHILDREN]
        for child in own:
            at = _place(tree, child, at, depth - 1, drawn)
            below.append(drawn.at[child][0])
            drawn.lines.append((parents, child))
    beside = [other for other in couples if other != UNKNOWN and other not in drawn.at]
    right = max(at, left + 1 + len(beside))
    # Above the middle of the children, as far as there is room.
    middle = sum(below) / len(below) if below else left
    place = min(max(middle - 0.5 * len(beside), left), right - 1 - len(beside))
    for k, each in enumerate([person, *beside]):
        drawn.at[each] = (place + k, tree.generation[each])
    return right


def _of_one(tree: _Tree, person: int) -> _Drawn:
    """Ancestors of a person above, descendants below."""
    drawn, _ = _fitting(tree, person, _MOST_WIDE)
    x, _ = drawn.at[person]

    def up(child: int, place: float, wide: float, left: int) -> None:
        parents = tree.parents(child)
        if not parents or not left:
            return
        drawn.lines.append((tuple(parents), child))
        spots = [place] if len(parents) == 1 else [place - wide / 2, place + wide / 2]
        for parent, spot in zip(parents, spots, strict=True):
            if parent not in drawn.at:
                drawn.at[parent] = (spot, tree.generation[parent])
                up(parent, spot, wide / 2, left - 1)

    up(person, x, 2.0 ** (_MOST_UP - 1), _MOST_UP)
    return drawn


def _width(drawn: _Drawn) -> float:
    places = [x for x, _ in drawn.at.values()]
    return max(places) - min(places) + 1


# How they are drawn ---------------------------------------------------------------------------------------------------


def _figure(people: pd.DataFrame, tree: _Tree, drawn: _Drawn, title: str, marked: int | None) -> Figure:
    left = min(x for x, _ in drawn.at.values())
    at = {person: (x - left, -_DEEP * generation) for person, (x, generation) in drawn.at.items()}
    rows = sorted({generation for _, generation in drawn.at.values()})
    wide = max(x for x, _ in at.values())
    inches = max(7.6, 0.5 * (wide + 3.2))
    figure = Figure(figsize=(inches, 1.5 + 0.5 * _DEEP * len(rows)), layout="constrained")
    axes = figure.subplots()
    _draw_lines(axes, at, drawn.lines)
    for person, (x, y) in at.items():
        _draw_person(axes, dict(people.loc[person]), _shape(people, tree, person), x, y, person == marked)
    for person, number in drawn.more.items():
        x, y = at[person]
        axes.text(x - _BIG, y - _BIG, f"+{number}", fontsize=8, color=INK, va="top", ha="right")
    for generation in rows:
        axes.text(-1.0, -_DEEP * generation, f"generation {generation}", ha="right", va="center", fontsize=9)
    axes.set_xlim(-3.4, max(wide + 0.7, inches / 0.5 - 3.4))
    axes.set_ylim(-_DEEP * rows[-1] - 0.6, -_DEEP * rows[0] + 0.6)
    axes.set_aspect("equal", anchor="W")
    axes.axis("off")
    axes.set_title(title, loc="left", fontsize=10)
    _explain(figure, people.loc[list(at)], [_shape(people, tree, each) for each in at], bool(drawn.more))
    sign(figure)
    return figure


def _shape(people: pd.DataFrame, tree: _Tree, person: int) -> str:
    """A circle, a square, or, where it is not known which, a diamond."""
    said = people.loc[person].get("sex")
    if said in ("daughter", "son"):
        return "circle" if said == "daughter" else "square"
    children = tree.children.get(person, [])
    if any(tree.mother[child] == person for child in children):
        return "circle"
    return "square" if children else "diamond"


def _draw_lines(axes: Axes, at: dict[int, tuple[float, float]], lines: Iterable[tuple[tuple[int, ...], int]]) -> None:
    """Draw lines from both parents to each child."""
    style: dict[str, Any] = {"color": "#888888", "linewidth": 1.0, "zorder": 1, "solid_capstyle": "round"}
    for parents, child in lines:
        spots = [at[each] for each in parents if each in at]
        if not spots or child not in at:
            continue
        (x, y), (lowest, _) = at[child], (min(place[1] for place in spots), 0)
        middle = sum(place[0] for place in spots) / len(spots)
        if len(spots) == 2:
            axes.plot([spots[0][0], spots[1][0]], [spots[0][1], spots[1][1]], **style)
        above = y + _DEEP / 2
        start = lowest if len(spots) == 1 or spots[0][1] == spots[1][1] else (spots[0][1] + spots[1][1]) / 2
        axes.plot([middle, middle, x, x], [start, above, above, y], **style)


def _draw_person(axes: Axes, person: dict[Any, Any], shape: str, x: float, y: float, marked: bool) -> None:
    letter, colour = CLASS_LOOKS.get(str(person.get("attachment")), ("", "white"))
    style: dict[str, Any] = {"facecolor": colour, "edgecolor": INK, "linewidth": 2.4 if marked else 0.9, "zorder": 3}
    axes.add_patch(_patch(shape, x, y, _BIG, style))
    if _is_true(person.get("maltreated")):
        ring: dict[str, Any] = {
            "facecolor": "none",
            "edgecolor": INK,
            "linewidth": 1.2,
            "linestyle": (0, (2, 1.6)),
            "zorder": 2,
        }
        axes.add_patch(_patch(shape, x, y, _BIG + 0.11, ring))
    ink = "white" if letter in _DARK else "black"
    axes.text(x, y - 0.01, letter, ha="center", va="center_baseline", fontsize=9, color=ink, weight="bold", zorder=4)


def _is_true(value: object) -> bool:
    return value is True or (isinstance(value, np.bool_) and bool(value))


def _patch(shape: str, x: float, y: float, big: float, style: dict[str, Any]) -> Circle | Rectangle | Polygon:
    if shape == "circle":
        return Circle((x, y), big, **style)
    if shape == "square":
        return Rectangle((x - big * 0.92, y - big * 0.92), 1.84 * big, 1.84 * big, **style)
    tip = 1.2 * big
    return Polygon([(x, y + tip), (x + tip, y), (x, y - tip), (x - tip, y)], closed=True, **style)


def _explain(figure: Figure, shown: pd.DataFrame, shapes: list[str], more: bool) -> None:
    """Put a legend above: classes by letter and colour, shapes, rings, as far as they are there."""
    attachment = shown["attachment"] if "attachment" in shown else pd.Series("", index=shown.index)
    handles = []
    for name, (letter, colour) in CLASS_LOOKS.items():
        if (attachment == name).any():
            handles.append(_handle("o", colour, f"{letter}  {name}"))
    if not attachment.isin(CLASSES).all():
        handles.append(_handle("o", "white", "class not known"))
    words = {"circle": ("o", "woman or girl"), "square": ("s", "man or boy"), "diamond": ("D", "not known which")}
    handles += [_handle(mark, "#dddddd", says) for shape, (mark, says) in words.items() if shape in shapes]
    if "maltreated" in shown and any(_is_true(each) for each in shown["maltreated"]):
        handles.append(
            Line2D(
                [],
                [],
                color=INK,
                linestyle=(0, (2, 1.6)),
                linewidth=1.2,
                label="dashed ring: was maltreated as a child",
            )
        )
    if more:
        handles.append(Line2D([], [], color="none", marker="$+n$", mec=INK, mfc=INK, ms=14, label="children not drawn"))
    says = "Letter and colour: attachment to the mother at twelve months. Lines: from both parents to a child."
    style: dict[str, Any] = {"ncols": 4, "frameon": False, "fontsize": 9, "title_fontsize": 9, "alignment": "left"}
    figure.legend(handles=handles, loc="outside upper left", title=says, **style)


def _handle(marker: str, colour: str, label: str) -> Line2D:
    return Line2D([], [], linestyle="none", marker=marker, mfc=colour, mec=INK, ms=9, label=label)
