"""The patterns that the weeks are set by: calibrate rows on risk and outcome, each read in the design it came from.

A row gives one number or several, each read from simulated studies through instruments, beside what is published and
the range within which they agree: the published interval where there is one, else the .04 (of a correlation) or the
points that are asked for. The same functions serve the calibration and the validation.
"""

from . import attachment, mothers
from .course_registry import COURSE_PATTERNS, WITHIN_R, Target, correlation, over_visits

__all__ = [
    "COURSE_PATTERNS",
    "WITHIN_R",
    "Target",
    "attachment",
    "correlation",
    "mothers",
    "over_visits",
]
