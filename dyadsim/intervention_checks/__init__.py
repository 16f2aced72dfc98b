"""Rows on interventions that did not set the size they are held against, each looked for in simulated trials."""

from . import dyads, others, pools
from .registry import INTERVENTION_CHECKS

__all__ = ["INTERVENTION_CHECKS", "dyads", "others", "pools"]
