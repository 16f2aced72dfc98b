"""The words chosen for caregiver and infant, on every page that speaks of one dyad, and where they do not hold."""
# ruff: noqa: E402 - what needs Solara is imported once it is known to be there

import re

import pytest

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import components, figure, form_with, press, texts, until

import dyadsim as ds
from dyadsim.dashboard import app, state
from dyadsim.dashboard.pages import compare
from dyadsim.dashboard.pages.classroom import Classroom
from dyadsim.dashboard.pages.community import CommunityPage
from dyadsim.dashboard.pages.compare import Compare
from dyadsim.dashboard.pages.explore import Explore
from dyadsim.dashboard.pages.scenario import ScenarioPage
from dyadsim.dashboard.whom_we_see import remark
from dyadsim.people.caregiver_words import BOTH, Words
from dyadsim.reports import scenario_report

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it")

FATHER_OF_MIA = Words(caregiver="father", infant="Mia")
ASKED = "Does company reach her, and through her him?"
SHOWN = {
    "title", "help", "label", "caption", "says", "text", "texts", "ask", "meaning", "name", "unit", "options", "steps",
    "fields", "heads", "captions", "numbers", "track", "codes", "mother", "infant", "names", "caregiver", "alt",
}  # fmt: skip


@pytest.fixture(autouse=True)
def unpainted(monkeypatch):
    monkeypatch.setattr(compare, "svg", lambda _: "data:,")


def within(data, key="title"):
    """All texts within what a component was sent that a reader gets to see."""
    if isinstance(data, str) and key in SHOWN:
        yield data
    elif isinstance(data, dict) and not data.get("as_written"):
        for name, value in data.items():
            yield from within(value, name) if name in SHOWN else ()
    elif isinstance(data, list):
        for value in data:
            yield from within(value, key)


def seen(box, rendered):
    sent = {text for one in components(rendered) for text in within(one.get_state())}
    assert len(sent) > 30
    return {text for text in {*texts(box), *sent} if "\n" not in text}  # the rules as they are written are code


STAYS = re.compile(
    r"as mothers do|pregnan|expectant|\bmothers,? and|mother-infant|baby and us|for baby|the baby \(|parent-baby|"
    "--mother",
    re.IGNORECASE,
)


@pytest.mark.parametrize("page", [Classroom, Explore, Compare, ScenarioPage])
def test_no_page_of_a_dyad_says_mother_where_a_father_and_a_name_are_chosen(page, shown):
    state.scenario.set(ds.Scenario.load("depressed-supported").changed({"sessions": ["still-face", "depressed"]}))
    state.change(words=FATHER_OF_MIA)
    told = seen(*shown(page()))
    assert any("Mia" in text for text in told)
    words = re.compile(r"\b(she|her|hers|herself|mothers?|the baby)\b", re.IGNORECASE)
    left = {text for text in told if words.search(text) and not STAYS.search(text)}
    assert left <= {
        "Reflective functioning (thinking of Mia, and of himself, as having a mind)"
    }  # of the father himself


def test_the_choice_is_made_on_the_page_and_stands_in_its_address(shown):
    box, rendered = shown(Classroom())
    assert "A mother and an infant of nine months in the middle of the community, at play." in texts(box)
    press(rendered, "caregiver", "father")
    press(rendered, "infant", "Zoë")
    assert state.query() == "words.caregiver=father&words.infant=Zo%C3%AB"
    assert "A father and Zoë, an infant of nine months in the middle of the community, at play." in texts(box)
    assert form_with(rendered, "caregiver").title == "Whom we see: a father and Zoë"
    options = {field["key"]: field for field in form_with(rendered, "caregiver").fields}["caregiver"]["options"]
    assert [each["label"] for each in options] == ["mother", "father", "partner", "caregiver"]
    assert components(rendered, "track", "veil")[0].track["names"] == {"infant": "Zoë", "caregiver": "Father"}
    press(rendered, "infant", "<b>")
    assert "The infant's name has at most 30 characters" in state.problem.value
    assert state.scenario.value.words == Words(caregiver="father", infant="Zoë")
    for caregiver, infant in (("mother", ""), ("father", "Mia")):
        press(rendered, "caregiver", caregiver)
        press(rendered, "infant", infant)
    state.open_query("a.name=still-face")
    assert state.query() == "a.name=still-face"
    assert "A typical dyad at play, then with her face held still, then together again." in texts(box)


def test_the_words_are_kept_where_another_scenario_is_begun_with(shown):
    state.change(words=FATHER_OF_MIA)
    _, rendered = shown(ScenarioPage())
    press(rendered, "start", "peer-group")
    assert (state.scenario.value.name, state.scenario.value.words) == ("peer-group", FATHER_OF_MIA)


def test_a_run_is_told_in_other_words_without_being_run_again(shown, monkeypatch):
    monkeypatch.setattr(scenario_report, "pictures", lambda *_: {"courses": ("Week by week", figure(1))})
    state.scenario.set(ds.Scenario.load("peer-group").changed({"dyads": 4, "weeks": 6, "days": 1, "question": ASKED}))
    box, rendered = shown(ScenarioPage())
    press(rendered, "run")

    def told(text):  # of this run: what was run before is shown until then, as one of other fields
        return text in texts(box) and not [each for each in texts(box) if "run again" in each]

    assert until(lambda: told(ASKED))
    state.change(words=FATHER_OF_MIA)
    assert until(lambda: told("Does company reach him, and through him Mia?"))


def test_where_mothers_and_partners_are_simulated_words_stay_and_the_page_says_so(shown):
    state.change(words=FATHER_OF_MIA)

    @solara.component
    def Framed():  # as the frame of all pages does it
        state.as_written.provide(True)
        return CommunityPage()

    told = seen(*shown(Framed()))
    assert any("mothers" in text for text in told)
    assert not [text for text in told if "Mia" in text]
    assert (remark(True), remark(False)) == (BOTH, FATHER_OF_MIA.remark)
    state.scenario.set(ds.Scenario.load("coparenting").changed({"words": FATHER_OF_MIA}))
    assert (remark(False), state.said("She looks at him.")) == (BOTH, "She looks at him.")
    state.scenario.set(ds.Scenario.load("coparenting"))
    assert remark(True) == remark(False) == ""


def test_the_frame_says_on_which_pages_words_hold():
    state.change(words=FATHER_OF_MIA)
    for path in app.PAGES:
        both = path in ("/community", "/generations", "/service", "/trial")
        silent = path in ("/data", "/mesa", "/results")
        assert app._notice(path).endswith(BOTH if both else FATHER_OF_MIA.remark) != silent
