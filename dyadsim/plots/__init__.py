"""Figures of results: matplotlib ``Figure`` objects (never pyplot); nothing is simulated here."""

from .couplings import couplings
from .courses import courses, expectation, recovery
from .families import reach
from .findings import findings
from .fits import (
    arrows_cut,
    checks,
    parameter_recovery,
    profiles,
    theory_recovery,
    theory_scores,
    theory_wrongs,
)
from .generations import (
    classes_by_generation,
    cycles,
    follow_up,
    follow_up_by_way,
    transmission_gap,
    transmission_matrix,
)
from .intervention_sizes import sizes
from .mesa_models import model_course
from .pedigree import pedigree
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
    "arrows_cut",
    "attachment_classes",
    "care_cascade",
    "checks",
    "classes_by_generation",
    "cost_effectiveness_plane",
    "cost_of_steps",
    "couplings",
    "course",
    "courses",
    "cycles",
    "dose_response",
    "effects",
    "effects_by_severity",
    "estimates_against_truth",
    "expectation",
    "findings",
    "flow",
    "follow_up",
    "follow_up_by_way",
    "forest",
    "grid",
    "interaction_map",
    "match_against_chance",
    "model_course",
    "parameter_recovery",
    "partial_dependence",
    "pedigree",
    "phase_diagram",
    "png",
    "point_spread",
    "power_curves",
    "profiles",
    "reach",
    "recovery",
    "repair_survival",
    "save",
    "sensitivity_indices",
    "service_load",
    "side_by_side",
    "sizes",
    "theory_recovery",
    "theory_scores",
    "theory_wrongs",
    "timeline",
    "transmission_gap",
    "transmission_matrix",
    "waiting_times",
    "who_is_missed",
]
