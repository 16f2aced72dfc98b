"""A part of a page that shows what is run there, or a results folder that is offered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara

from . import form_fields, state
from .layout import Box, Form, Said, Status
from .outcome import Outcome
from .outcome_view import OutcomeView
from .results_folders import forget, opened, use_worked

__all__ = ["RunOrFolder"]

_HERE = "a run on this page"


@solara.component
def RunOrFolder(
    names: list[str],
    name: str,
    read: Callable[[Path, str], Outcome],
    close: Callable[[], None],
    here: Callable[[], Any],
) -> Any:
    """What is run on a page, or a results folder.

    Parameters
    ----------
    names, name : of the folders that may be opened, and of the one that is open; empty: none.
    read : gives what is shown of one, from its path and name.
    close : shows what is run on the page again.
    here : component of what is run on the page.
    """
    count, set_count = solara.use_state(0)

    def change(given: dict[str, Any]) -> None:
        if given["key"] == "again":
            forget(name)
            set_count(count + 1)
        elif given["value"]:
            state.choose_folder(str(given["value"]))
        else:
            close()

    options = [{"value": "", "label": _HERE}, *({"value": each, "label": each} for each in names)]
    fields = [
        form_fields.select("folder", "What is shown", name, options),
        *([form_fields.button("again", "Look again")] if name else []),
    ]
    choose = [Form(fields=fields, wide=True, tell=change)] if names else []
    below = _Folder(name, read, count).key(f"folder {name}") if name else here()
    return Box([*choose, below], "stack")


@solara.component
def _Folder(name: str, read: Callable[[Path, str], Outcome], count: int) -> Any:
    """A results folder that is offered."""
    made = use_worked(lambda: opened(name, lambda path: read(path, name)), [name, count], name)
    if made.value is not None:
        return OutcomeView(made.value)
    return Said(made.problem, "problem") if made.problem else Status(f"Reading {name} ...")
