"""Figures of results: matplotlib ``Figure`` objects (never pyplot); nothing is simulated here."""

from .couplings import couplings
from .courses import courses, expectation, recovery
from .families import reach
from .findings import findings
from .intervention_sizes import sizes
from .populations import course, match_against_chance, phase_diagram, repair_survival, side_by_side
from .scenarios import attachment_classes, dose_response, effects
from .services import (
    acceptability_curves,
    care_cascade,
    cost_effectiveness_plane,
    service_load,
    waiting_times,
    who_is_missed,
)
from .sessions import grid, timeline
from .style import png, save
from .sweeps import interaction_map, partial_dependence, point_spread, sensitivity_indices
from .trials import cost_of_steps, effects_by_severity, estimates_against_truth, flow, forest, power_curves

__all__ = [
    "acceptability_curves",
    "attachment_classes",
    "care_cascade",
    "cost_effectiveness_plane",
    "cost_of_steps",
    "couplings",
    "course",
    "courses",
    "dose_response",
    "effects",
    "effects_by_severity",
    "estimates_against_truth",
    "expectation",
    "findings",
    "flow",
    "forest",
    "grid",
    "interaction_map",
    "match_against_chance",
    "partial_dependence",
    "phase_diagram",
    "png",
    "point_spread",
    "power_curves",
    "reach",
    "recovery",
    "repair_survival",
    "save",
    "sensitivity_indices",
    "service_load",
    "side_by_side",
    "sizes",
    "timeline",
    "waiting_times",
    "who_is_missed",
]
