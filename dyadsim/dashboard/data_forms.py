"""Forms of the page Data: files of one's own, and how the one that is looked at is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from ..coded_video.read import shipped_sessions
from ..common.toml_models import names
from ..theory.states import ICEP
from . import form_fields, state, vue_components
from .data_choices import MOST_OF_MAP, DataChoices, changed, opened_map
from .data_reading import Read, read
from .data_runs import FitRun
from .layout import Box, Form
from .uploads import MOST, PART, Arriving, Upload

__all__ = ["Files", "HowRead", "UploadOf"]

_KINDS = ".csv,.tsv,.txt,.eaf,.boris,.opf,.xlsx,.trj,.trjs,.rttm,.json"
_STAYS = (
    "ELAN, BORIS, Datavyu, Observer XT, INTERACT, GridWare, RTTM or CSV, 5 MB at most. It is read in this server's "
    "memory, written nowhere, and gone when you close this tab."
)
_OWN = "own file"


@solara.component
def UploadOf(label: str, accept: str, taken: Callable[[Upload], None], most: int = MOST, help: str = "") -> Any:
    """A file of the visitor's own, which arrives part by part; ``taken`` is done with it when it is there."""
    arriving = solara.use_memo(lambda: Arriving(most), [])
    wanted, set_wanted = solara.use_state({"key": "", "at": -1})

    def sent(given: dict[str, Any]) -> None:
        try:
            upload = arriving.take(given)
        finally:
            set_wanted(arriving.wanted)
        if upload is not None:
            taken(upload)

    return vue_components.Upload(
        label=label,
        accept=accept,
        part=PART,
        wanted=wanted,
        refused=state.refused.value,
        event_sent=state.guarded(sent),
        help=help,
    )


@solara.component
def Files(choices: DataChoices, seen: Read, run: FitRun) -> Any:
    """Which file is looked at: an example, or one of the visitor's own."""

    def taken(upload: Upload) -> None:
        opened = choices.opened(upload)
        read(opened)  # one that is no file of codes is told, and not kept
        run.forget()
        state.data.set(opened)

    def change(given: dict[str, Any]) -> None:
        if given["key"] == "file" and given["value"] == _OWN:
            return
        run.forget()
        state.data.set(DataChoices() if given["key"] == "forget" else changed(choices, "file", given["value"]))

    own = choices.upload is not None
    examples = [{"value": name, "label": name.partition(".")[0]} for name in shipped_sessions()]
    options = [*([{"value": _OWN, "label": seen.name}] if own else []), *examples]
    fields = [
        form_fields.select("file", "What is looked at", _OWN if own else choices.example, options, seen.layout),
        *([form_fields.button("forget", "Forget this file")] if own else []),
    ]
    return Box(
        [
            Form(title="Coded video", fields=fields, tell=change),
            UploadOf("Open a file of codes", _KINDS, taken, help=_STAYS),
        ]
    )


@solara.component
def HowRead(choices: DataChoices, seen: Read) -> Any:
    """How the file is read: whose codes, which tiers, by which code map, and how old he is."""

    def change(given: dict[str, Any]) -> None:
        state.data.set(changed(choices, str(given["key"]), given["value"]))

    own = [{"value": _OWN, "label": f"own: {choices.own.name}"}] if choices.own else []
    shipped: list[Any] = [{"value": "", "label": "found by the codes"}, *names("code_maps")]
    says = f"Read by “{seen.map.name}”." if seen.map is not None else ""
    value = _OWN if choices.own else choices.codes
    fields = [
        *_several("dyad", "Dyad", seen.dyad, seen.dyads),
        *_several("coder", "Coder", seen.coder, seen.coders),
        *_tiers(seen, choices),
        form_fields.select("codes", "Code map", value, [*own, *shipped], says),
        *_schemes(seen, choices),
        form_fields.number(
            "age", "His age in weeks", choices.age, 0, 104, 1, "Of the infant; the model's dyads are as old."
        ),
    ]
    return Box(
        [
            Form(title="How it is read", fields=fields, tell=change),
            UploadOf(
                "Open a code map",
                ".toml,text/plain",
                lambda upload: state.data.set(opened_map(choices, upload)),
                MOST_OF_MAP,
                "TOML, as docs/input.md has it.",
            ),
        ]
    )


def _several(key: str, label: str, value: str, given: tuple[str, ...]) -> list[dict[str, Any]]:
    """A choice, where there is one."""
    return [form_fields.select(key, label, value, _as_they_are(given))] if len(given) > 1 else []


def _as_they_are(given: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"value": each, "label": each} for each in given]


def _tiers(seen: Read, choices: DataChoices) -> list[dict[str, Any]]:
    """Which tier is whose."""
    fields = []
    for partner, label in (("infant", "The infant's codes"), ("mother", "The mother's codes")):
        value = seen.of[partner] if seen.of else getattr(choices, partner)
        unknown = [] if value in seen.tiers else [{"value": "", "label": "not known: choose"}]
        options = [*unknown, *_as_they_are(seen.tiers)]
        fields.append(form_fields.select(partner, label, value if value in seen.tiers else "", options))
    return fields


def _schemes(seen: Read, choices: DataChoices) -> list[dict[str, Any]]:
    """The match scheme, where the codes know several."""
    if seen.session is None or seen.session.codes != ICEP:
        return []
    now = seen.session.match_scheme(choices.scheme or None).name
    return [form_fields.select("scheme", "Match scheme", now, form_fields.SCHEMES, "What counts as a match.")]
