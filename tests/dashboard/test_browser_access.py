"""Everyone can use every page: by keyboard alone, on a phone, in the dark, with a screen reader (axe-core's rules)."""

import re
from importlib import resources

import pytest
from browser import PAGES, showing

pytestmark = pytest.mark.filterwarnings("ignore")
EMBEDDED = "/embed?a.name=still-face&b.name=depressed"
GIVEN = "/?a.name=still-face&a.moments.0.name=coach&a.moments.0.at=300"

# Contrast as WCAG 2 has it, of every text against the first background behind it that is not transparent.
CONTRAST = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const linear = (c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => linear(c / 255));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const one of document.querySelectorAll(".ds-app *")) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !one.getClientRects().length || one.closest("option, defs, title")) continue;
    const style = getComputedStyle(one), isDrawn = one.namespaceURI.includes("svg");
    const text = light(parts(isDrawn ? style.fill : style.color));
    const page = light(behind(isDrawn ? one.closest("svg").parentElement : one));
    const ratio = (Math.max(text, page) + 0.05) / (Math.min(text, page) + 0.05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${one.tagName} ${one.textContent.trim().slice(0, 40)}`);
  }
  return found;
}"""


# What lies beyond the width of a phone, where nothing is there to move it into view.
BEYOND = """() => [...document.querySelectorAll('.ds-app *')].filter((one) => {
    const box = one.getBoundingClientRect();
    const within = '.ds-wide, .ds-heat-wide, .ds-rule-text, .ds-lanes-view, .ds-hidden';
    return box.width && box.right > 391 && !one.closest(within);
}).map((one) => one.tagName + ' ' + one.className)"""


@pytest.fixture(scope="session")
def axe():
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def everything_open(one):
    one.page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    one.settled()


def violations(one, axe):
    one.settled()
    one.page.locator(".v-progress-linear").first.wait_for(state="hidden")  # Solara's own, while the server works
    one.page.evaluate(axe)
    found = one.page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    return [(rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]) for rule in found]


def scenario_run(page):
    page.get_by_role("button", name="Run this scenario").click()
    page.get_by_role("heading", name="In short").wait_for(timeout=90_000)


def lesson_begun(page):
    page.get_by_role("button", name="Start the lesson").first.click()
    page.locator("[data-test=step]").wait_for()


def trial_run(page):
    page.get_by_role("button", name="Run this trial").click()
    pictures(page)


def pictures(page):
    page.locator(".ds-picture img").first.wait_for(timeout=90_000)


def community_lived(page):
    page.locator(".ds-community svg").first.wait_for(timeout=60_000)
    page.evaluate("dyadsim.clock('community').seek(18)")


def dyad_of_a_folder(page):
    page.locator(".ds-heat-cell:not(.ds-heat-none)").first.click()
    page.locator(".ds-choices tbody button").first.click()
    page.get_by_role("button", name="Watch this dyad").wait_for()
    pictures(page)


def dyad_fitted(page):
    page.get_by_role("button", name="Fit the model to this session").click()
    page.get_by_role("heading", name="How well it foretells").wait_for(timeout=90_000)


def nothing(page):
    """What is to be seen is there from the start."""


@pytest.mark.parametrize(
    ("path", "done"),
    [
        *(
            (path, nothing) for path in (*PAGES, EMBEDDED, GIVEN, "/?seed=abc") if path != "/data"
        ),  # below, with all that it has
        ("/", lesson_begun),
        ("/scenario?name=peer-group&dyads=5&weeks=53", scenario_run),
        ("/trial?trial.dyads=8&trial.replicates=2", trial_run),
        ("/trial?results=trial", pictures),
        ("/service?results=services", pictures),
        ("/generations?results=generations", pictures),
        ("/community?community.families=24&community.weeks=20", community_lived),
        ("/results", dyad_of_a_folder),
        ("/data", dyad_fitted),
    ],
)
def test_everyone_can_read_a_page_on_a_phone_in_the_dark_and_on_a_desk_in_the_light(visit, axe, path, done):
    one = visit(scheme="dark", width=390)
    page = one.go(path)
    done(page)
    assert page.locator("#app.theme--dark").count() == 1
    assert violations(one, axe) == []
    everything_open(one)
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate(BEYOND) == []
    page.set_viewport_size({"width": 1366, "height": 900})
    page.emulate_media(color_scheme="light")
    page.locator("#app.theme--light").wait_for()
    assert violations(one, axe) == []
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 1366


def test_a_lesson_can_be_given_by_keyboard_alone(visit):
    one = visit()
    page = one.go("/")
    one.settled()

    def reach(name):
        for _ in range(80):
            page.keyboard.press("Tab")
            if name in page.evaluate("document.activeElement.innerText || document.activeElement.ariaLabel || ''"):
                outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert outline == "solid", f"it cannot be seen that '{name}' has the focus"
                return
        pytest.fail(f"'{name}' cannot be reached by keyboard")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    reach("The still-face")
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('still-face')")
    reach("Play")
    page.keyboard.press("Space")
    page.wait_for_function("dyadsim.clock('classroom').time > 0.5")
    page.keyboard.press("Space")
    page.wait_for_function("!dyadsim.clock('classroom').playing")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert one.clock("classroom") == 2
    reach("Coach now")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take back: coached play at 2 s").wait_for()


def test_the_phase_diagram_can_be_walked_by_keyboard(visit):
    one = visit()
    page = one.go("/explore")
    page.locator(".ds-phase-cell").first.wait_for()
    page.locator(".ds-phase-cell[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('a.traits.sensitivity=0.4')")
    assert "a.traits.negativity=0.4" in page.url
    assert page.locator(".ds-phase-cell[tabindex='0']").count() == 1


# What must differ where the reader's own colours are forced: (what is to be seen, what stands beside it, the property).
DIFFER = """() => {
  const look = (selector, of) => {
    const one = document.querySelector(selector);
    return one && of.map((property) => getComputedStyle(one)[property]).join(" ");
  };
  const pairs = [
    [".ds-shell nav a[aria-current]", ".ds-shell nav a:not([aria-current])", ["backgroundColor", "color"]],
    [".ds-button[aria-pressed=true]", ".ds-button[aria-pressed=false]", ["backgroundColor", "color"]],
    [".ds-head", ".ds-lanes-view", ["backgroundColor"]],
    [".ds-lanes .ds-match", ".ds-lanes .ds-mismatch", ["fill"]],
    [".ds-phase-here", ".ds-phase-cell:not(.ds-phase-here)", ["borderStyle", "outlineStyle"]],
    [".ds-heat-here", ".ds-heat-cell:not(.ds-heat-here):not(.ds-heat-none)", ["borderStyle"]],
    [".ds-heat-none", ".ds-heat-cell:not(.ds-heat-none)", ["borderStyle"]],
  ];
  const there = pairs.filter(([one, other]) => document.querySelector(one) && document.querySelector(other));
  const alike = there.filter(([one, other, of]) => look(one, of) === look(other, of)).map(([one]) => one);
  const fills = new Set([...document.querySelectorAll(".ds-bout")].map((one) => one.getAttribute("fill")));
  const data = [...document.querySelectorAll(".ds-heat-cell:not(.ds-heat-none), .ds-phase-cell")];
  const lost = data.filter((one) => getComputedStyle(one).backgroundColor !== one.style.background
    && getComputedStyle(one).forcedColorAdjust !== "none").length;
  const mute = data.filter((one) => one.matches(".ds-heat-cell") && !one.innerText).length;
  return { compared: there.map(([one]) => one), alike, fills: fills.size, data: data.length, lost, mute };
}"""


def test_where_the_readers_colours_are_forced_states_choices_and_data_are_still_told_apart(visit):
    one = visit()
    page = one.page
    page.emulate_media(forced_colors="active")
    compared = set()
    for path, of_data in (
        ("/?a.name=still-face", False),
        ("/explore", True),
        ("/results?results=small&results.point=0", True),
    ):
        one.go(path)
        if of_data:
            page.locator(".ds-phase-cell, .ds-heat-cell").first.wait_for()
        one.settled()
        found = page.evaluate(DIFFER)
        assert (found["alike"], found["lost"], found["mute"]) == ([], 0, 0)
        assert (found["data"] > 40) == of_data
        assert "/results" in path or found["fills"] == 3  # two patterns, and none
        compared |= {*found["compared"]}
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert len(compared) == 7
    page.emulate_media(forced_colors="none")


# Whether all of a part is in the window, and whether it lies on top there.
# The lanes fill what the window gives them.
DRAWN_ANEW = """() => {
  const view = document.querySelector(".ds-lanes-view").clientWidth;
  return Math.abs(view - document.querySelector(".ds-lanes svg").getAttribute("width")) < 1;
}"""
SEEN = """(one) => {
  const { left, right, top, bottom } = one.getBoundingClientRect();
  const found = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return top >= 0 && bottom <= innerHeight && one.contains(found);
}"""


def test_sliders_and_lanes_are_seen_together_and_what_was_done_is_undone_by_key(visit):
    one = visit()
    page = one.go("/explore")
    slider = page.get_by_label(re.compile(r"^responsiveness [-\d]|^sensitivity [-\d]")).first
    for width, height in ((1366, 768), (1280, 720), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(DRAWN_ANEW)
        one.settled()
        slider.evaluate("one => { one.blur(); one.focus(); }")
        one.settled()
        for part in (slider, page.locator(".ds-lanes"), page.get_by_role("button", name="Play")):
            page.wait_for_function(
                SEEN, arg=part.element_handle()
            )  # a browser scrolls to what has the focus in its time
    page.set_viewport_size({"width": 1366, "height": 768})
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_function("location.search.includes('a.traits.')")
    page.keyboard.press("Control+z")
    page.wait_for_function("!location.search.includes('a.traits.')")
    page.keyboard.press("Control+Shift+Z")
    page.wait_for_function("location.search.includes('a.traits.')")
    page.get_by_label("Seed").focus()
    page.keyboard.press("Control+z")  # where text is typed, it is the text's
    one.settled()
    assert "a.traits." in page.url
    page.get_by_role("button", name="Reset all").click()
    page.wait_for_function("!location.search.includes('a.traits.')")
    meaning = page.get_by_role("button", name="mean repair latency")
    meaning.focus()
    page.keyboard.press("Enter")
    showing(meaning).to_have_attribute("aria-expanded", "true")
    showing(page.get_by_text("How long a mismatch lasts on average;").first).to_be_visible()


def test_dark_is_kept_when_it_was_chosen(visit):
    one = visit()
    page = one.go("/")
    page.get_by_role("button", name="Switch to dark").click()
    one.go("/explore")
    showing(page.get_by_role("button", name="Switch to light")).to_be_visible()
    assert page.locator("#app.theme--dark").count() == 1
