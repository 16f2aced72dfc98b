"""Parts of the page Data: codes and what they are read as, timeline and moments, measures, two coders."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

import reacton.ipyvuetify as rv
import solara

from ..coded_video.changed_codes import CHANGED
from ..common.errors import DyadsimError
from ..fitting.observed_beside import beside_population
from ..measurement.session import Session
from . import data_outcomes as outcomes
from . import form_fields, server_settings, state, vue_components
from .data_choices import DataChoices, changed
from .data_forms import UploadOf
from .data_reading import AN_EPISODE, Read, compared
from .data_runs import FitRun
from .data_tracks import track_of
from .keeping import KeepCoded
from .layout import Box, Choose, Form, Heading, Kept, Listed, Said, Table
from .outcome import text_file
from .uploads import Upload, privately

__all__ = ["AgreementPart", "CodesPart", "MeasuresPart", "TimelinePart"]

CLOCK = "data"
_MOST_CODES = 100  # shown
_LANES = (
    "Green with dots: positive; grey: neutral; orange with stripes: negative. Blue in the ribbon: match. ▼ rupture, ▲ "
    "repair with the seconds that the mismatch lasted. Where nothing is drawn, nobody coded; no gap is filled."
)
_MOMENTS = (
    "Stretches that may be worth showing in video feedback, the best of each kind in turn. What ranks is the stretch; "
    "nobody is rated, and what was missed is not counted. A choice plays it above."
)
_MEASURES = (
    "The model plays second by second, so the session is taken at whole seconds beside it. “Dyads of the model”: the "
    "mean of 200 dyads of the calibrated population, as old as he is, each in a session as long, coded alike and with "
    "the same gaps; in brackets, where 95 of 100 lie. It says what the model does and is no norm."
)
_ONE_CODER = (
    "Open the same video as another coder has coded it (one dyad of the same time), to see where both agree and what "
    "to look at again."
)


@solara.component
def CodesPart(choices: DataChoices, seen: Read) -> Any:
    """The codes of the file, and what each is read as."""

    def change(given: dict[str, Any]) -> None:
        partner, code, means = (str(given[key]) for key in ("partner", "code", "value"))
        there = {(each.partner, each.code) for each in seen.found}
        if (partner, code) in there and means in seen.states[partner]:
            state.data.set(choices.otherwise(meanings={**choices.meanings, (partner, code): means}))

    if seen.map is None:
        return Box([])
    rows = [
        {
            "partner": each.partner, "code": each.code, "times": each.times, "value": each.means,
            "seconds": "–" if each.seconds != each.seconds else f"{each.seconds:,.1f}",
            "says": f"assumed: {each.assumed}" if each.assumed else "",
        }
        for each in seen.found[:_MOST_CODES]
    ]  # fmt: skip
    options = {who: [*named, AN_EPISODE] for who, named in seen.states.items()}
    more = len(seen.found) - _MOST_CODES
    table = vue_components.Codes(
        caption="The codes of the file, and what each is read as",
        rows=rows,
        options={who: [o for o in own if o != AN_EPISODE or _has_episode(seen, who)] for who, own in options.items()},
        refused=state.refused.value,
        event_changed=state.guarded(change),
    )
    below = [Said(f"{more} codes more are read as the code map has them.")] if more > 0 else []
    if CHANGED in seen.map.name:
        text = seen.map.toml()
        kept = Kept("This code map", ["toml"], lambda _: text_file("codes.toml", "application/toml", text))
        below.append(kept.key(text))
    open_ = any(not each.means for each in seen.found)
    return _Closed("Codes, and what they are read as", [table, *below], open_)


def _has_episode(seen: Read, who: str) -> bool:
    return any(each.partner == who and each.means == AN_EPISODE for each in seen.found)


def _Closed(summary: str, children: list[Any], open_: bool = False) -> Any:
    """A part that is closed at first, if nothing in it has to be seen."""
    attributes = {"open": True} if open_ else {}
    head = rv.Html(tag="summary", children=[summary])
    return rv.Html(tag="details", attributes=attributes, children=[head, *children])


@solara.component
def TimelinePart(choices: DataChoices, seen: Read, session: Session) -> Any:
    """The session as lanes under a playhead, and its moments worth showing."""
    scheme = choices.scheme
    over = [session, scheme]
    clips = solara.use_memo(lambda: privately(lambda: session.moments_worth_showing(0, scheme or None)), over)
    track = solara.use_memo(lambda: _track(session, scheme, clips), over)
    cue, set_cue = solara.use_state(cast("dict[str, Any] | None", None))
    chosen, set_chosen = solara.use_state(cast("int | None", None))
    solara.use_effect(lambda: set_chosen(None), over)

    def choose(place: int) -> None:
        clip = clips.frame().iloc[place - 1]
        set_chosen(place)
        key = uuid4().hex  # by which it is followed once
        set_cue({"key": key, "from": float(clip["onset"]), "until": float(clip["offset"]), "play": True})

    if isinstance(track, str):
        drawn: list[Any] = [Said(track, "problem")]
    else:
        seconds = int(track["seconds"])
        lanes = vue_components.Lanes(track=track, clock=CLOCK, span=track["seconds"])
        transport = vue_components.Transport(seconds=seconds, clock=CLOCK, cue=cue)
        player = Box([Box([lanes], "lanes"), transport, Said(_LANES)], "player")
        drawn = [player, KeepCoded(track["title"], track["seconds"], CLOCK)]
    made = lambda kind: outcomes.clips_file(session, clips, kind)  # noqa: E731
    table = outcomes.moments_table(clips)
    moments = [
        Heading("Moments worth showing"),
        Said(_MOMENTS),
        *([Choose("Moments, in the order in which they are offered", table, chosen, choose)] if len(table) else []),
        *map(Said, clips.remarks),
        *(
            [Kept("These moments, for ELAN or as a table", ["eaf", "csv"], made).key(str(id(clips)))]
            if len(table)
            else []
        ),
    ]
    remarks = _Closed("What was settled when it was read", [Listed(seen.remarks)])
    return Box([Heading("Timeline"), *drawn, remarks, *moments], "stack")


def _track(session: Session, scheme: str, clips: Any) -> dict[str, Any] | str:
    """The track, or a sentence on why it is not drawn."""
    try:
        return privately(lambda: track_of(session, scheme, clips))
    except DyadsimError as error:
        return str(error)


@solara.component
def MeasuresPart(choices: DataChoices, session: Session, run: FitRun) -> Any:
    """Measures of the session beside the model's."""
    scheme, age, rules = choices.scheme, choices.age, server_settings.rules()
    fitted = run.state.value.outcome
    checks = (
        fitted.checks
        if fitted is not None and fitted.asked.session is session and fitted.asked.scheme == scheme
        else None
    )

    def beside() -> Any:
        try:
            table = privately(lambda: beside_population(session, age, scheme=scheme or None, rules=rules))
        except DyadsimError as error:
            return str(error)
        return table

    population = solara.use_memo(beside, [session, scheme, age])
    head = Heading("Measures beside the model's")
    if isinstance(population, str):
        return Box([head, Said(population, "problem")], "stack")
    shown, whole = privately(lambda: outcomes.measures_table(session, scheme, population, checks))
    title = f"Measures (match scheme {session.match_scheme(scheme or None).name})"
    return Box([head, Said(_MEASURES), Table("measures", title, whole, shown=shown)], "stack")


@solara.component
def AgreementPart(choices: DataChoices, seen: Read) -> Any:
    """Two coders of the same video."""

    def change(given: dict[str, Any]) -> None:
        key, value = str(given["key"]), given["value"]
        state.data.set(choices.otherwise(second=None) if key == "forget" else changed(choices, key, value))

    def taken(upload: Upload) -> None:
        other = choices.otherwise(second=upload, second_coder="")
        compared(other, seen)  # what cannot be compared is told, and not kept
        state.data.set(other)

    def beside() -> Any:
        try:
            return compared(choices, seen)
        except DyadsimError as error:
            return str(error)

    over = [seen, choices.second, choices.second_coder, choices.tolerance, choices.scheme]
    found = solara.use_memo(beside, over)
    others = [name for name in seen.coders if name != seen.coder]
    fields = []
    if others and choices.second is None:
        none = {"value": "", "label": "nobody"}
        options = [none, *({"value": name, "label": name} for name in others)]
        fields.append(form_fields.select("second_coder", "Compare with the coder", choices.second_coder, options))
    if found is not None:
        fields.append(form_fields.number("tolerance", "Tolerance in seconds", choices.tolerance, 0, 60, 0.5))
    if choices.second is not None:
        fields.append(form_fields.button("forget", f"Forget {choices.second.name}"))
    parts: list[Any] = [Heading("Two coders"), Said(_ONE_CODER)]
    parts.append(UploadOf("Open the second coder's file", "", taken))
    if fields:
        parts.append(Form(fields=fields, wide=True, tell=change))
    if isinstance(found, str):
        parts.append(Said(found, "problem"))
    elif found is not None:
        names = f"{found.about['first']} and {found.about['second']}"
        shown = outcomes.agreement_table(found)
        parts += [
            Listed(found.sentences()),
            Table("agreement", f"Agreement of {names}", found.frame(), shown=shown),
            Table("agreement-codes", "Code by code", found.codes, closed=True),
            Table("agreement-stretches", "Where they differ for longest", found.stretches, closed=True),
        ]
    return Box(parts, "stack")
