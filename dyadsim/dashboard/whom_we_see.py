"""Whom we see: fields of what caregiver and infant are called, and a sentence on what that does not change."""

from __future__ import annotations

from typing import Any

import solara

from ..people.caregiver_words import BOTH
from . import form_fields, state
from .layout import Form

__all__ = ["WhomWeSee", "remark"]


@solara.component
def WhomWeSee() -> Any:
    """Fields of what caregiver and infant are called, everywhere on these pages."""
    words = state.scenario.value.words

    def change(given: dict[str, Any]) -> None:
        state.change(words=words.changed({str(given["key"]): str(given["value"])}))

    title = "Whom we see: a mother and her baby"
    return Form(title=title, fields=form_fields.whom_fields(words), wide=True, collapsed=True, tell=change)


def remark(both_simulated: bool) -> str:
    """Sentence on the words that were chosen: what they do not change, or why they are not used; empty if usual.

    Parameters
    ----------
    both_simulated : whether a page simulates mothers and their partners.
    """
    scenario = state.scenario.value
    if scenario.words.caregiver != "mother" and (both_simulated or scenario.families):
        return BOTH
    return scenario.words.remark
