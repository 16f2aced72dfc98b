"""Probabilities of next states: a rule is asked for log-odds, what it says is checked, and chances are made of it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..common.user_numbers import user_numbers
from ..theory.rules import Context
from ..theory.states import AROUSAL_LEVELS, ICEP, INNER
from .rule_set import RuleView

__all__ = ["Probabilities", "against_not", "against_staying", "probabilities"]


Probabilities = NDArray[np.float64]


_CONTEXTS = (len(ICEP.infant), len(ICEP.mother), INNER)


def probabilities(
    rule: Callable[..., Any],
    traits: RuleView,
    context: Context,
    states: int,
    read: Callable[[Any], Any] = lambda said: said,
) -> Probabilities:
    """Chances of the next states (states, infant, mother, inner, dyads); context axes may have length 1.

    Parameters
    ----------
    rule : gives log-odds of the next states.
    traits : of n dyads, and coefficients.
    context : what the rule sees of the moment.
    states : how many next states there are.
    read : makes log-odds of all next states from what the rule says (default: it says just these).

    Raises
    ------
    DyadsimError
        if the rule fails, or what it says is no table of probabilities.
    """
    try:
        with np.errstate(all="ignore"):  # what is not finite is found below
            said = user_numbers(f"The rule {rule.__qualname__}", read(rule(traits, context)))
    except DyadsimError:
        raise
    except Exception as error:
        why = " ".join(str(error).split())
        raise DyadsimError(f"The rule {rule.__qualname__} failed with {type(error).__name__}: {why}.") from error
    # One number a state holds in every context.
    shape = (*said.shape, 1, 1, 1, 1) if said.ndim == 1 else said.shape
    allowed = (states, *_CONTEXTS, len(traits.age))
    if len(shape) != 5 or shape[0] != states or any(n not in (1, m) for n, m in zip(shape, allowed, strict=True)):
        raise DyadsimError(
            f"The rule {rule.__qualname__} gives log-odds of shape {said.shape}, but they must broadcast to {allowed}: "
            f"next states, infant, mother, inner, dyads."
        )
    log_odds = said.reshape(shape)
    return _softmax(np.broadcast_to(log_odds, (*shape[:4], len(traits.age))), rule)


def against_staying(said: Any) -> NDArray[np.float64]:
    """Log-odds of falling, staying, rising from those of falling and of rising, each against staying."""
    falling, rising = (user_numbers("The rule of arousal", each) for each in said)
    return np.stack(np.broadcast_arrays(falling, np.zeros((1, 1, 1, 1)), rising))


def against_not(said: Any) -> NDArray[np.float64]:
    """Log-odds of not and of yes from those of yes."""
    yes = user_numbers("The rule of attention", said)
    return np.stack(np.broadcast_arrays(np.zeros((1, 1, 1, 1)), yes))


def _softmax(log_odds: NDArray[np.float64], rule: Callable[..., Any]) -> Probabilities:
    """Chances of the next states (first axis) from their log-odds l: p(k) = exp(l(k)) / sum over j of exp(l(j)).

    All l are taken less their maximum, which changes no chance and keeps exp from overflowing.
    """
    from .table_arithmetic import less_maximum, normalised  # numba is imported when first needed

    # What a rule says seldom lies in the order of its axes; it is read as it lies, since a copy would take long.
    dyads, strides = log_odds.shape[-1], log_odds.strides
    order = tuple(sorted(range(4), key=lambda axis: -strides[axis]))
    rows = np.ascontiguousarray(log_odds.transpose(*order, 4)).reshape(-1, dyads)
    row_of = _rows(log_odds.shape[:4], order)
    weights = np.empty((*row_of.shape, dyads))
    less_maximum(rows, row_of, weights)
    with np.errstate(invalid="ignore"):  # not finite: found below
        np.exp(weights, out=weights)
    if not normalised(weights):
        i, m, inner, dyad = (int(n) for n in np.argwhere(np.isnan(weights[0].reshape(log_odds.shape[1:])))[0])
        odds = np.array2string(log_odds[:, i, m, inner, dyad], precision=3, separator=", ")
        attention, arousal = divmod(inner, AROUSAL_LEVELS)
        raise DyadsimError(
            f"The rule {rule.__qualname__} gives no probabilities for infant {ICEP.infant_names[i]}, "
            f"mother {ICEP.mother_names[m]}, arousal {arousal}, attention {attention} (dyad {dyad}): its log-odds "
            f"there are {odds}, but must be finite (or -inf for what never happens, not for all)."
        )
    return weights.reshape(log_odds.shape)


@functools.cache
def _rows(shape: tuple[int, ...], order: tuple[int, ...]) -> NDArray[np.int64]:
    """Which row holds each next state in each context (states, contexts), where axes of that shape lie in an order."""
    rows = np.arange(np.prod(shape)).reshape([shape[axis] for axis in order])
    return np.ascontiguousarray(rows.transpose(np.argsort(order)).reshape(shape[0], -1))
