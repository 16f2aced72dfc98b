"""Undo of a visitor's own changes on a page: each can be taken back and done again, or all of them at once.

What is kept is the configuration before and after each change. Where it was changed elsewhere in the meantime (another
page, a link that was opened), the changes before that are no longer this page's to take back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import solara

from ..scenarios.scenario import Scenario
from . import state, vue_components

__all__ = ["MOST", "Undo", "undoable"]

MOST = 60
"""Changes that are kept."""


@dataclass(frozen=True)
class Steps:
    """Changes of a page's visitor.

    Attributes
    ----------
    page : on which they were made.
    first : the configuration before all of them; None: there were none.
    past : those before each change that can be taken back.
    now : the one after the last of them.
    ahead : those that were taken back, the next one last.
    """

    page: str = ""
    first: Scenario | None = None
    past: tuple[Scenario, ...] = ()
    now: Scenario | None = None
    ahead: tuple[Scenario, ...] = ()


_steps: solara.Reactive[Steps] = solara.reactive(Steps())


def _on(page: str) -> Steps:
    """Changes of a page that led to what is shown; none if it was changed elsewhere."""
    kept, shown = _steps.value, state.scenario.value
    return kept if kept.page == page and kept.now == shown else Steps(page, shown, now=shown)


def undoable(page: str, handler: Callable[..., None]) -> Callable[..., None]:
    """A handler whose change of the configuration can be taken back on that page."""

    def run(*given: Any) -> None:
        before = _on(page)
        was = state.scenario.value
        handler(*given)
        if (now := state.scenario.value) != was:
            _steps.set(replace(before, past=(*before.past, was)[-MOST:], now=now, ahead=()))

    return run


def _back(page: str) -> None:
    """Take the last change back."""
    kept = _on(page)
    if kept.past:
        *past, before = kept.past
        _go(replace(kept, past=tuple(past), now=before, ahead=(*kept.ahead, state.scenario.value)))


def _again(page: str) -> None:
    """Do once more what was taken back last."""
    kept = _on(page)
    if kept.ahead:
        *ahead, after = kept.ahead
        _go(replace(kept, past=(*kept.past, state.scenario.value), now=after, ahead=tuple(ahead)))


def _reset(page: str) -> None:
    """Show what there was before all changes; that, too, can be taken back."""
    kept = _on(page)
    if kept.first is not None and kept.first != state.scenario.value:
        _go(replace(kept, past=(*kept.past, state.scenario.value)[-MOST:], now=kept.first, ahead=()))


def _go(to: Steps) -> None:
    assert to.now is not None
    state.scenario.set(to.now)
    _steps.set(to)


_DOES = {"undo": _back, "redo": _again, "reset": _reset}


@solara.component
def Undo(page: str) -> Any:
    """Buttons to take changes of that page back; Ctrl+Z and Ctrl+Y do so, too, but where text is typed."""
    kept = _on(page)
    return vue_components.Undo(
        back=len(kept.past),
        ahead=len(kept.ahead),
        changed=kept.first is not None and kept.first != state.scenario.value,
        event_does=state.guarded(lambda what: _DOES[str(what)](page)),
    )
