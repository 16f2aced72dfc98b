"""State of one visitor: the configuration that is looked at, and a sentence on what could not be done.

Solara keeps a reactive value once for every browser tab, so nothing here is shared between visitors.
"""

from __future__ import annotations

import functools
import hashlib
import logging
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote_plus, unquote_plus

import reacton
import solara
import solara.lab

from ..common import toml_models
from ..common.errors import DyadsimError, unknown
from ..lineages.generation_scenario import GenerationScenario
from ..people.caregiver_words import Words
from ..scenarios.encounter import MOST_SESSIONS, Encounter
from ..scenarios.link_reading import LeftOut, as_far_as, check_size, understood
from ..scenarios.scenario import Scenario
from ..scenarios.web_link import LETTERS, LONGEST, from_query, parted, refuse_files, to_query
from ..services.service import Service
from ..trials.trial import Trial
from .classroom_choices import ClassroomChoices, is_of_classroom
from .community_choices import CommunityChoices, is_of_community
from .data_choices import DataChoices
from .encounter_cohorts import cohort_of
from .generation_choices import GenerationChoices, is_of_generations
from .results_link import ResultsAsked, is_of_results
from .server_settings import kind_in, offered, rules
from .service_choices import ServiceChoices, is_of_service
from .trial_choices import TrialChoices, is_of_trial

__all__ = [
    "OF_GENERATIONS", "OF_SERVICES", "OF_TRIALS", "OUR_FAULT", "as_written", "change", "change_session",
    "choose_folder", "classroom", "close_generations_folder", "close_service_folder", "close_trial_folder",
    "community", "data", "folder", "generations", "generations_folder", "guarded", "keep_in_tab", "of_classroom",
    "of_community", "of_folder", "of_generations", "of_service", "of_trial", "open_file", "open_generations",
    "open_query", "open_service", "open_trial", "problem", "query", "refuse", "refused", "results_asked", "said",
    "scenario", "sentence_of", "service", "service_folder", "sessions", "set_sessions", "spoken", "too_long", "trial",
    "trial_folder", "words",
]  # fmt: skip

_log = logging.getLogger(__name__)
Kind = TypeVar("Kind", bound=toml_models.Shipped)
Found = TypeVar("Found")
OUR_FAULT = "This could not be done, and it is dyadsim's fault; what happened stands in the server's log."
_MOST = 200_000  # characters of an opened file
_TOO_LONG = (
    "This configuration is too long for a link; “Download TOML” keeps all of it, and “Open TOML” shows it again."
)
_GONE = "it was too long for a link, and only the tab in which it was made had it; open its TOML file instead."
_LONGEST = 3_600  # seconds of a session: a browser draws every bout of it

scenario: solara.Reactive[Scenario] = solara.reactive(from_query(""))
as_written = solara.create_context(False)
"""Whether a page says all as it is written: it simulates mothers and their partners, or many dyads."""
problem: solara.Reactive[str] = solara.reactive("")
refused: solara.Reactive[int] = solara.reactive(0)
"""How often something could not be done."""
_folder: solara.Reactive[str] = solara.reactive("")
_FOLDER = "results="
results_asked: solara.Reactive[tuple[int, str, ResultsAsked]] = solara.reactive((0, "", ResultsAsked()))
"""Number of the last link that named results, the folder that it opened, and what it said of the view of it."""
_KEPT = "kept="
_MOST_KEPT = 10
_kept: solara.Reactive[tuple[tuple[str, Scenario], ...]] = solara.reactive(())
trial: solara.Reactive[TrialChoices] = solara.reactive(TrialChoices())
_trial_folder: solara.Reactive[str] = solara.reactive("")
classroom: solara.Reactive[ClassroomChoices] = solara.reactive(ClassroomChoices())
community: solara.Reactive[CommunityChoices] = solara.reactive(CommunityChoices())
service: solara.Reactive[ServiceChoices] = solara.reactive(ServiceChoices())
_service_folder: solara.Reactive[str] = solara.reactive("")
generations: solara.Reactive[GenerationChoices] = solara.reactive(GenerationChoices())
_generations_folder: solara.Reactive[str] = solara.reactive("")
data: solara.Reactive[DataChoices] = solara.reactive(DataChoices())
OF_TRIALS, OF_SERVICES, OF_GENERATIONS = ("trial", "power"), ("services",), ("generations",)
"""What the results folders are of that the pages Trial, Service and Generations open."""


def sentence_of(failure: BaseException) -> str:
    """Sentence that a visitor is told of a failure; one of ours goes into the log for those who run the server."""
    if isinstance(failure, DyadsimError):
        return str(failure)
    _log.error("the dashboard failed", exc_info=failure)
    return OUR_FAULT


def refuse(says: str) -> None:
    """Tell what could not be done."""
    problem.set(says)
    refused.set(refused.value + 1)


def query() -> str:
    """The present configuration as the query of an address.

    One that is too long for a link goes by a name that this tab alone knows, so that the way back leads to it.
    """
    found = to_query(scenario.value)
    return found if len(found) <= LONGEST else f"{_KEPT}{_name_of(found)}"


def too_long() -> str:
    """Sentence that the present configuration is too long for a link; empty if it is not."""
    return _TOO_LONG if query().startswith(_KEPT) else ""


def keep_in_tab() -> None:
    """Keep the present configuration in this tab, if it is too long for a link; the last few of them are."""
    found = to_query(scenario.value)
    if len(found) > LONGEST and (name := _name_of(found)) not in dict(_kept.value):
        _kept.set((*_kept.value, (name, scenario.value))[-_MOST_KEPT:])


def _name_of(query: str) -> str:
    return hashlib.blake2b(query.encode(), digest_size=6).hexdigest()


@solara.lab.computed
def spoken() -> Words:
    """Words that were chosen; who reads them is told only when these change."""
    return scenario.value.spoken


def words() -> Words:
    """Words of the page that is being rendered."""
    within = reacton.core.get_render_context(required=False)
    rendering = within is not None and within.context is not None
    return Words() if rendering and reacton.core.get_context(as_written) else spoken.value


def said(text: str) -> str:
    """A text of ours in the words of the page that is being rendered; what is given must not have been said before."""
    return words().said(text)


def folder() -> str:
    """The name of the sweep's folder that is open: the one chosen, else the first that is offered, if there is one."""
    names = offered("sweep")
    return _folder.value if _folder.value in names else next(iter(names), "")


def trial_folder() -> str:
    """The name of the folder of a trial that is open; empty where none is."""
    return _trial_folder.value if _trial_folder.value in offered(*OF_TRIALS) else ""


def service_folder() -> str:
    """The name of the folder of services that is open; empty where none is."""
    return _service_folder.value if _service_folder.value in offered(*OF_SERVICES) else ""


def generations_folder() -> str:
    """The name of the folder of a scenario over generations that is open; empty where none is."""
    return _generations_folder.value if _generations_folder.value in offered(*OF_GENERATIONS) else ""


def choose_folder(name: str) -> None:
    """Open another results folder, one of those offered: a browser names no other on this machine.

    A folder of a sweep is open on the page Results, one of a trial on the page Trial, one of services on Service, one
    of a scenario over generations on Generations.

    Raises
    ------
    DyadsimError
        if it is none of them.
    """
    if name not in (names := offered()):
        if not names:
            raise DyadsimError("No results folder is offered here; see 'dyadsim dashboard --results'.")
        raise unknown("results folder", name, names)
    kind = kind_in(names[name])
    for kinds, opened in (
        (OF_TRIALS, _trial_folder),
        (OF_SERVICES, _service_folder),
        (OF_GENERATIONS, _generations_folder),
    ):
        if kind in kinds:
            opened.set(name)
            return
    _folder.set(name)


def close_trial_folder() -> None:
    """Show what was run on the page Trial, and no folder."""
    _trial_folder.set("")


def close_service_folder() -> None:
    """Show what was run on the page Service, and no folder."""
    _service_folder.set("")


def close_generations_folder() -> None:
    """Show what was run on the page Generations, and no folder."""
    _generations_folder.set("")


def of_folder() -> str:
    """Part of the address of the page Results that names the folder; empty where there is none."""
    return _FOLDER + quote_plus(name) if (name := folder()) else ""


def of_trial() -> str:
    """Part of the address of the page Trial: the folder that is open, or else what is chosen of a trial."""
    return _FOLDER + quote_plus(name) if (name := trial_folder()) else trial.value.in_link()


def of_service() -> str:
    """Part of the address of the page Service: the folder that is open, or else what is chosen of a service."""
    return _FOLDER + quote_plus(name) if (name := service_folder()) else service.value.in_link()


def of_generations() -> str:
    """Part of the address of the page Generations: the folder that is open, or else what is chosen there."""
    return _FOLDER + quote_plus(name) if (name := generations_folder()) else generations.value.in_link()


def of_classroom() -> str:
    """Part of the address of the Classroom: the lesson and its step, and how it is looked at."""
    return classroom.value.in_link()


def of_community() -> str:
    """Part of the address of the page Community: what is chosen there."""
    return community.value.in_link()


def sessions(least: int = 1) -> tuple[Encounter, ...]:
    """The sessions that are watched, at least so many; where the scenario names fewer, shipped ones."""
    named = scenario.value.sessions
    usual = [Encounter.load(name) for name in ("typical", "depressed", "irritable-infant", "phone")]
    spare = [each for each in usual if each.name not in {one.name for one in named}]
    return (*named, *spare[: max(least - len(named), 0)])


def guarded(handler: Callable[..., None]) -> Callable[..., None]:
    """A handler after which a problem is told in a sentence, and never a traceback."""

    @functools.wraps(handler)
    def run(*given: Any) -> None:
        try:
            handler(*given)
        except Exception as failure:
            refuse(sentence_of(failure))
        else:
            problem.set("")

    return run


def change(**changes: Any) -> None:
    """Change some fields of the scenario."""
    scenario.set(scenario.value.changed(changes))


def set_sessions(watched: tuple[Encounter, ...]) -> None:
    """Set the sessions to watch."""
    _show(scenario.value.changed({"sessions": watched[:MOST_SESSIONS]}))


def change_session(place: int, least: int = 1, **changes: Any) -> None:
    """Change some fields of one of the watched sessions."""
    watched = list(sessions(least))
    watched[place] = watched[place].changed(changes)
    set_sessions(tuple(watched))


@guarded
def open_query(asked: str | None) -> None:
    """Show what a link says: the configuration, what is chosen elsewhere, and which of the offered results folders.

    What means nothing, or cannot be, is told and left out; the rest is shown.
    """
    check_size(asked or "")
    parts = (asked or "").split("&")
    of_classroom, of_trial, of_community, of_service, of_generations, of_results, of_tab = (
        [part for part in parts if is_of(part)]
        for is_of in (
            is_of_classroom, is_of_trial, is_of_community, is_of_service, is_of_generations, is_of_results, _is_of_tab,
        )
    )  # fmt: skip
    elsewhere = {
        *of_classroom, *of_trial, *of_community, *of_service, *of_generations, *of_results, *of_tab,
    }  # fmt: skip
    ours, others = parted("&".join(part for part in parts if part not in elsewhere and not part.startswith(_FOLDER)))
    left = LeftOut(others)
    if of_tab:
        _show_again(of_tab[0], left)
    elif (found := _noted(understood(ours, _check), left)) is not None:
        scenario.set(found)
    if (asked_of_class := _noted(as_far_as(of_classroom, ClassroomChoices.from_link), left)) is not None:
        _open_classroom(asked_of_class)
    if (asked_here := _noted(as_far_as(of_community, CommunityChoices.from_link), left)) is not None:
        community.set(asked_here)
    if (asked_of_trial := _noted(as_far_as(of_trial, TrialChoices.from_link), left)) is not None:
        trial.set(asked_of_trial)
        close_trial_folder()
    if (asked_of_service := _noted(as_far_as(of_service, ServiceChoices.from_link), left)) is not None:
        service.set(asked_of_service)
        close_service_folder()
    if (asked_of_generations := _noted(as_far_as(of_generations, GenerationChoices.from_link), left)) is not None:
        generations.set(asked_of_generations)
        close_generations_folder()
    of_folders = [part.removeprefix(_FOLDER) for part in parts if part.startswith(_FOLDER)]
    for name in of_folders:
        try:
            choose_folder(unquote_plus(name))
        except DyadsimError as error:
            left.refused.append((_FOLDER[:-1], str(error)))
    if of_folders or of_results:
        asked_of_results = _noted(as_far_as(of_results, ResultsAsked.from_link), left)
        results_asked.set((results_asked.value[0] + 1, folder(), asked_of_results or ResultsAsked()))
    if told := left.sentence((*Scenario.model_fields, *LETTERS)):
        raise DyadsimError(told)


def _open_classroom(asked: ClassroomChoices) -> None:
    """Show what a link says of the Classroom; a step of a lesson whose sessions it leaves out shows its own."""
    if asked.shown and len(asked.shown.sessions) != len(scenario.value.sessions):
        set_sessions(asked.shown.sessions)
    classroom.set(asked)


def _noted(found: tuple[Found | None, LeftOut], left: LeftOut) -> Found | None:
    """What was understood of a part of a link; what was left out of it is noted beside the rest."""
    left.refused += found[1].refused
    return found[0]


def _is_of_tab(part: str) -> bool:
    return part.startswith(_KEPT)


def _show_again(part: str, left: LeftOut) -> None:
    """Show a configuration that is too long for a link, if it was made in this tab."""
    there = dict(_kept.value).get(part.removeprefix(_KEPT))
    if there is None:
        left.refused.append((_KEPT[:-1], _GONE))
    else:
        scenario.set(there)


@guarded
def open_file(given: dict[str, Any]) -> None:
    """Show the scenario that an opened file holds."""
    _show(_opened(Scenario, given))


@guarded
def open_trial(given: dict[str, Any]) -> None:
    """Show the trial that an opened file holds."""
    trial.set(TrialChoices.of(_opened(Trial, given)))


@guarded
def open_service(given: dict[str, Any]) -> None:
    """Show the service that an opened file holds."""
    service.set(ServiceChoices(base=_opened(Service, given)))


@guarded
def open_generations(given: dict[str, Any]) -> None:
    """Show the scenario over generations that an opened file holds."""
    generations.set(GenerationChoices.of(_opened(GenerationScenario, given)))


def _opened(kind: type[Kind], given: dict[str, Any]) -> Kind:
    """What an opened file holds."""
    name, text, size = str(given.get("name", ""))[:80], given.get("text"), given.get("size")
    what = kind.KIND.replace("_", " ")
    if (isinstance(size, int | float) and size > _MOST) or (isinstance(text, str) and len(text) > _MOST):
        raise DyadsimError(f"'{name}' is too large for a {what}; {_MOST:,} characters is the most.")
    if not isinstance(text, str):
        raise DyadsimError(f"'{name}' could not be read.")
    return toml_models.parse(kind, f"file '{name}'", text.encode("utf-8", "replace"), check=refuse_files)


def _show(asked: Scenario) -> None:
    """Show another scenario; one whose sessions cannot be played is refused, and the page stays as it is."""
    _check(asked)
    scenario.set(asked)


def _check(asked: Scenario) -> None:
    """Refuse a scenario whose sessions cannot be played on a page."""
    for each in asked.sessions:
        cohort_of(each, rules())
        if (seconds := each.played().seconds) > _LONGEST:
            raise DyadsimError(f"A page shows sessions of {_LONGEST:,} seconds at most, not {seconds:,}.")
