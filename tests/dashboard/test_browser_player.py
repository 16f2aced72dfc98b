"""What educators and theorists do in the dashboard, in a real browser: the player, moments, the lesson, links."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from browser import showing

import dyadsim as ds

pytestmark = pytest.mark.filterwarnings("ignore")


def test_the_page_asks_nobody_but_its_own_server_and_says_what_it_is_not(visit):
    one = visit()
    page = one.go("/")
    one.settled()
    assert {urlsplit(url).netloc for url in one.requests if url.startswith("http")} == {urlsplit(one.address).netloc}
    assert ds.NOTICE in page.inner_text("header")
    assert page.title() == "Classroom – dyadsim"


def test_play_moves_the_playhead_and_nothing_goes_to_the_server(visit):
    one = visit()
    page = one.go("/")
    one.settled(1.5)
    asked, heard = len(one.requests), len(one.frames)
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("dyadsim.clock('classroom').time > 1.5")
    assert page.get_by_role("button", name="Pause").is_visible()
    page.get_by_label("Speed").select_option("8")
    page.wait_for_function("dyadsim.clock('classroom').time > 12")
    page.get_by_role("button", name="Pause").click()
    second = one.clock("classroom")
    assert page.inner_text("[data-test=clock]") == f"{second} / 300 s"
    moved = page.locator(".ds-head").evaluate("head => new DOMMatrix(getComputedStyle(head).transform).m41")
    whole = page.locator(".ds-lanes svg").evaluate("svg => +svg.getAttribute('width')")
    assert moved / whole == pytest.approx(one.clock("classroom", "clock.time") / 300, abs=0.01)
    assert page.locator("[data-test=caption]").first.inner_text() != "● They begin. She greets him, he looks at her."
    assert (len(one.requests), len(one.frames)) == (asked, heard)


def test_the_numbers_at_the_end_are_the_measures_of_the_session(visit):
    one = visit()
    page = one.go("/?a.name=depressed&a.seed=4")
    page.get_by_label("Second", exact=True).press("End")
    measures = ds.Encounter.load("depressed").changed({"seed": 4}).session().measures().iloc[0]
    assert page.inner_text("[data-test=match]") == f"{measures['match']:.0%}"
    assert page.inner_text("[data-test=ruptures]") == str(measures["ruptures"])
    assert page.inner_text("[data-test=repairs]") == str(measures["repaired"])
    assert f"{measures['chance_match']:.0%} by chance alone" in page.inner_text(".ds-numbers")


def test_still_face_now_leaves_the_past_as_it_was_and_changes_the_future(visit):
    one = visit()
    page = one.go("/")
    one.settled()
    page.evaluate("dyadsim.clock('classroom').seek(80)")
    scale = page.locator(".ds-lanes svg").evaluate("svg => svg.getAttribute('width') / 300")
    now = 80 * scale
    past, future = one.bouts(before=now), one.bouts(after=now)
    page.get_by_role("button", name="Still-face now").click()
    page.get_by_role("button", name="Take back: still-face at 80 s").wait_for()
    one.settled()
    assert one.bouts(before=now)[: len(past)] == past
    assert one.bouts(after=now) != future
    assert one.clock("classroom") == 80
    assert page.locator(".ds-episode").all_inner_texts() == ["play", "still-face", "reunion"]
    assert "Her face goes still" in page.inner_text(".ds-captions")
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Take back").wait_for(state="detached")
    one.settled()
    assert one.bouts(after=now) == future


def test_a_preset_shows_another_dyad_and_the_address_says_which(visit):
    one = visit()
    page = one.go("/")
    page.get_by_role("button", name="The still-face").click()
    page.get_by_text("A typical dyad at play, then with her face held still").wait_for()
    page.wait_for_function("location.search === '?a.name=still-face'")
    showing(page.locator(".ds-held")).to_have_count(1)


def test_the_lesson_drives_the_same_player(visit):
    one = visit()
    page = one.go("/")
    page.get_by_role("button", name="Start the lesson").first.click()
    step = page.locator("[data-test=step]")
    step.get_by_text("Watch the blue ribbon").wait_for()
    assert one.clock("classroom", "clock.playing") is False
    page.get_by_role("button", name="Play this step").click()
    page.wait_for_function("dyadsim.clock('classroom').time > 1")
    law = ds.law(ds.Cohort.typical()).measures().iloc[0]
    page.get_by_role("radio").last.check()
    page.get_by_role("button", name="Reveal").click()
    assert f"{law['match']:.0%} of the time on average" in step.inner_text()
    for title in ("Rupture is normal", "Repair matters", "The still-face", "What support changes"):
        page.get_by_role("button", name="Next").click()
        step.get_by_text(title).wait_for()
    page.locator(".ds-lanes").nth(1).wait_for()
    assert "b.name=supported" in page.url
    page.get_by_role("button", name="Play this step").click()
    page.wait_for_function("dyadsim.clock('classroom').time > 1 && dyadsim.clock('classroom').time < 60")
    page.get_by_role("button", name="Leave the lesson").click()
    page.get_by_role("button", name="Start the lesson").first.wait_for()
    showing(page.locator(".ds-lanes")).to_have_count(1)


def test_a_slider_moves_law_and_episode(visit):
    one = visit()
    page = one.go("/explore")
    one.settled()
    law, bouts = page.locator(".ds-law").first.get_attribute("d"), one.bouts()
    slider = page.get_by_label(re.compile(r"^sensitivity [-\d]"))
    slider.evaluate("one => { one.value = -3; one.dispatchEvent(new Event('change')); }")
    page.wait_for_function("location.search.includes('a.traits.sensitivity=-3')")
    one.settled()
    assert page.locator(".ds-law").first.get_attribute("d") != law
    assert one.bouts() != bouts
    encounter = ds.Encounter.load("typical").changed({"traits": {"sensitivity": -3.0}})
    seen, exact = encounter.session().measures().iloc[0], encounter.law().measures().iloc[0]
    row = page.locator("tr", has=page.get_by_role("rowheader", name="match", exact=True)).first
    assert row.locator("td").all_inner_texts() == ["share, 0 to 1", f"{seen['match']:.3f}", f"{exact['match']:.3f}"]


def test_a_click_in_the_phase_diagram_sets_both_sliders(visit):
    one = visit()
    page = one.go("/explore")
    cell = page.locator(".ds-phase-cell").first
    cell.wait_for()
    said = cell.get_attribute("aria-label")
    cell.click()
    page.wait_for_function("location.search.includes('a.traits.negativity=2')")
    assert "at sensitivity -2, negativity 2" in said
    value = ds.law(ds.Cohort.of(sensitivity=-2, negativity=2)).measures()["mean_repair_latency"][0]
    assert f"{value:.3f}" in said
    showing(page.get_by_label(re.compile(r"^sensitivity [-\d]"))).to_have_value("-2")


WHO = "a.name=depressed&a.traits.negativity=1.5&a.seed=9"
DEEP = f"/explore?{WHO}&a.paradigm=still-face&a.moments.0.name=coach&a.moments.0.at=250"


def test_a_deep_link_gives_the_same_picture_to_the_pixel(visit):
    pictures = []
    for _ in range(2):
        one = visit()
        page = one.go(DEEP)
        one.settled()
        pictures.append((one.bouts(), page.locator(".ds-lanes svg").screenshot()))
        assert dict(parse_qsl(urlsplit(page.url).query)) == dict(parse_qsl(urlsplit(DEEP).query))
    assert pictures[0] == pictures[1]
    assert len(pictures[0][0]) > 50


def test_the_configuration_goes_with_the_visitor_and_back_goes_back(visit):
    one = visit()
    page = one.go("/explore")
    slider = page.get_by_label(re.compile(r"^burden [-\d]"))
    slider.evaluate("one => { one.value = 2; one.dispatchEvent(new Event('change')); }")
    page.wait_for_function("location.search.includes('a.traits.burden=2')")
    page.get_by_role("link", name="Compare").click()
    page.locator("h1", has_text="Compare").wait_for()
    assert "a.traits.burden=2" in page.url
    showing(page.locator(".ds-lanes")).to_have_count(2)
    page.go_back()
    page.locator("h1", has_text="Explore").wait_for()
    showing(page.get_by_label(re.compile(r"^burden [-\d]"))).to_have_value("2")


def test_sessions_are_compared_under_one_playhead_with_the_same_luck(visit):
    one = visit()
    page = one.go("/compare?a.name=typical&b.name=typical&b.title=the+same")
    one.settled()
    first, second = (page.locator(".ds-lanes").nth(k).locator(".ds-bout") for k in (0, 1))
    places = "all => all.map(one => one.getAttribute('x') + ' ' + one.getAttribute('y'))"
    assert first.evaluate_all(places) == second.evaluate_all(places)
    page.get_by_role("button", name="Add a session").click()
    page.locator(".ds-lanes").nth(2).wait_for()
    page.evaluate("dyadsim.clock('compare').seek(100)")
    moved = page.locator(".ds-head").evaluate_all("all => all.map(one => one.style.transform)")
    assert len(set(moved)) == 1
    assert moved[0] != "translateX(0px)"
    laws = [ds.Encounter.load(name).law().measures().iloc[0]["match"] for name in ("typical", "depressed")]
    row = page.locator("tr", has=page.get_by_role("rowheader", name="match", exact=True)).first
    said = [f"{laws[0]:.3f}", f"{laws[0]:.3f}", "0.000", f"{laws[1]:.3f}", f"{laws[1] - laws[0]:.3f}"]
    assert row.locator("td").all_inner_texts() == said
    assert page.get_by_alt_text(re.compile("match beside the match expected by chance")).is_visible()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("seed=abc", "'seed' must be a whole number, not 'abc'"),
        ("a.traits.sensitivty=1", "Did you mean 'sensitivity'?"),
        ("a.traits.sensitivity=99", "Trait 'sensitivity' is 99, but must lie between -4 and 4"),
        ("population=depresed", "Did you mean 'depressed'?"),
        ("a.moments.0.name=still-face&a.moments.0.at=9999", "but the session lasts 300 seconds"),
        ("population=/etc/passwd.toml", "names a file"),
        ("a.b.c.d.e.f.g.h.i=1", "a key that is none"),
        ("%00%ff=%ff", "which means nothing here and was left out"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/scenario"])
def test_a_bad_link_gets_a_sentence(visit, path, query, says):
    one = visit()
    page = one.go(f"{path}?{query}")
    page.locator(".ds-problem[role=alert]:not(:empty)").first.wait_for()
    assert says in one.problem
    assert "Traceback" not in page.inner_text("body")


def test_two_visitors_do_not_touch_each_other(visit):
    one, other = visit(), visit()
    first, second = one.go("/"), other.go("/")
    other.settled()
    bouts = other.bouts()
    first.get_by_role("button", name="A depressed mother").click()
    first.wait_for_function("location.search.includes('depressed')")
    first.evaluate("dyadsim.clock('classroom').seek(50)")
    other.settled()
    assert (other.bouts(), other.clock("classroom"), urlsplit(second.url).query) == (bouts, 0, "")
    assert one.bouts() != bouts
