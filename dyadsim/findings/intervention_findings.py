"""Rows on interventions that did not set the size they are held against, each looked for in simulated trials."""

from . import dyadic_interventions, intervention_pools, other_interventions
from .intervention_registry import INTERVENTION_CHECKS

__all__ = ["INTERVENTION_CHECKS", "dyadic_interventions", "intervention_pools", "other_interventions"]
