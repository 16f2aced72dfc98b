"""Every figure: matplotlib ``Figure`` objects (never pyplot), made from results and computing nothing."""

from .findings import findings
from .laws import course, match_against_chance, phase_diagram, repair_survival
from .sessions import grid, timeline
from .style import save

__all__ = [
    "course",
    "findings",
    "grid",
    "match_against_chance",
    "phase_diagram",
    "repair_survival",
    "save",
    "timeline",
]
