"""Style that all figures share: colours, the notice, and how they are written.

Colours are Okabe and Ito's, which colour-blind readers can tell apart; no figure rests on colour alone.
"""

from __future__ import annotations

import io
from pathlib import Path

import matplotlib.figure
from matplotlib.axes import Axes

from .. import NOTICE
from ..common.files import path_of, replacing

__all__ = ["INK", "LINES", "MATCH", "REPAIR", "RUPTURE", "Figure", "bare", "png", "save", "sign"]

MATCH, RUPTURE, REPAIR, INK = "#0072B2", "#D55E00", "#009E73", "#333333"
LINES = [
    ("#0072B2", "-"), ("#D55E00", "--"), ("#009E73", "-."), ("#CC79A7", ":"), ("#333333", (0, (6, 2))),
    ("#7A3E9D", (0, (3, 1, 1, 1))), ("#8A5A00", (0, (1, 1))), ("#0B6E6E", (0, (9, 2, 2, 2))),
    ("#A61C3C", (0, (4, 1, 1, 1, 1, 1))),
]  # fmt: skip
"""Colours and dashes of curves, in the order in which they are used."""
_DPI = 150


class Figure(matplotlib.figure.Figure):
    """A figure that a notebook shows at the end of a cell, once: whoever has not called pyplot, as we do not, would see
    its name only, and where pyplot's own way is switched on, that one is taken."""

    def _repr_png_(self) -> bytes:
        return png(self, dpi=round(self.dpi))


def bare(axes: Axes) -> None:
    """Take away the frame but for the two axes."""
    axes.spines[["top", "right"]].set_visible(False)


def sign(figure: matplotlib.figure.Figure) -> None:
    """Put the notice at the foot of a figure."""
    figure.supxlabel(NOTICE, fontsize=8, color="#666666", x=0.01, ha="left")


def save(figure: matplotlib.figure.Figure, path: str | Path) -> Path:
    """Write a figure as the kind of file that its name says, whole or not at all."""
    file = path_of(path)
    with replacing(file) as beside:
        figure.savefig(beside, dpi=_DPI, format=file.suffix.removeprefix("."))
    return file


def png(figure: matplotlib.figure.Figure, dpi: int = _DPI) -> bytes:
    """Bytes of a figure as a PNG, drawn once for a file and the page that holds it."""
    held = io.BytesIO()
    figure.savefig(held, dpi=dpi, format="png")
    return held.getvalue()
