"""The Classroom as a stage, in a real browser: all that a class needs is whole in the window, and Space plays."""

import re

import pytest
from browser import kept, showing
from PIL import Image

from dyadsim.scenarios.lesson import Lesson

pytestmark = pytest.mark.filterwarnings("ignore")
SIZES = ((1280, 720), (1366, 768), (1920, 1080))
NEEDED = {
    "faces": ".ds-faces svg, .ds-faces-title, .ds-faces-says > *",
    "lanes": ".ds-lanes-body",
    "legend": ".ds-legend li",
    "transport": ".ds-transport > *:not(.ds-view)",
    "moments": ".ds-box-now button",
    "captions": ".ds-captions-last > :first-child",
    "a way out": ".ds-present button",
}
OF_LESSON = {"lesson": ".ds-step > *", "buttons of the lesson": ".ds-lesson-nav button"}

# What of the parts that are needed is not whole in the window, lies over another, is cut, or has letters too small.
AMISS = """(needed) => {
  const found = [], solid = "button, input, select, svg", names = ".ds-name, .ds-episode, .ds-latency, .ds-time";
  const all = (css, within = document) => [...within.querySelectorAll(css)];
  const box = (one) => one.getBoundingClientRect();
  const told = (one) => `${one.getAttribute("class") || one.tagName} '${one.textContent.trim().slice(0, 30)}'`;
  // What is to be seen of a part: lines of text, and controls and pictures as a whole.
  const seen = (one) => {
    if (one.matches(solid)) return [box(one)];
    const boxes = all(solid, one).filter((each) => !each.parentElement.closest(solid)).map(box);
    const walk = document.createTreeWalker(one, NodeFilter.SHOW_TEXT), range = document.createRange();
    while (walk.nextNode()) {
      const text = walk.currentNode;
      if (!text.textContent.trim() || text.parentElement.closest(solid + ", .ds-hidden")) continue;
      range.selectNodeContents(text);
      boxes.push(...range.getClientRects());
    }
    return boxes.filter((each) => each.width > 1);
  };
  const beyond = (b) => b.left < 0 || b.top < 0 || b.right > innerWidth + 0.5 || b.bottom > innerHeight + 0.5;
  // A line is a little higher than its letters.
  const across = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const over = (a, b) => across(a, b) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
  const pairs = (parts) => parts.forEach((one, k) => parts.slice(k + 1).forEach((two) => {
    const nested = one[0].contains(two[0]) || two[0].contains(one[0]);
    const meet = !nested && one[1].some((a) => two[1].some((b) => over(a, b)));
    if (meet) found.push(`${told(one[0])} over ${told(two[0])}`);
  }));
  const parts = Object.entries(needed).flatMap(([name, css]) => {
    const ones = all(css).map((one) => [one, seen(one)]).filter((one) => one[1].length);
    if (!ones.length) found.push(`there is no ${name}`);
    ones.filter((one) => one[1].some(beyond)).forEach((one) => found.push(`not whole in the window: ${told(one[0])}`));
    return ones;
  });
  pairs(parts);
  for (const one of all(names)) {
    const size = parseFloat(getComputedStyle(one).fontSize);
    if (size < 18) found.push(`${told(one)} has ${size} px`);
  }
  for (const lanes of all(".ds-lanes")) {
    pairs(all(names, lanes).filter((one) => one.textContent).map((one) => [one, seen(one)]));
    if (box(lanes.firstElementChild).bottom > box(lanes).bottom + 1) found.push("lanes are higher than their place");
  }
  const whole = ".ds-box-page, .ds-lesson, .ds-legend, .ds-transport, .ds-box-now, .ds-caption, .ds-name, .ds-episode";
  for (const one of all(whole)) {
    const high = one.clientHeight + (one.matches(names) ? 9 : 1);
    if (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > high) found.push(`${told(one)} is cut`);
  }
  const captions = document.querySelector(".ds-captions-last");
  if (box(captions.firstElementChild).bottom > box(captions).bottom + 1) found.push("the caption is cut");
  return found;
}"""


def amiss(page, needed):
    page.wait_for_timeout(250)
    return page.evaluate(AMISS, needed)


def on_every_size(page, needed):
    found = {}
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found[width] = amiss(page, needed)
    return found


def test_all_that_a_class_needs_is_whole_in_the_window_of_a_projector(visit):
    one = visit()
    page = one.go("/?a.name=still-face")
    nothing = {width: [] for width, _ in SIZES}
    page.get_by_role("button", name="Present", exact=True).click()
    page.locator(".ds-lanes-present").wait_for()
    page.wait_for_function("document.fullscreenElement && location.search.endsWith('present=yes')")
    page.evaluate("dyadsim.clock('classroom').seek(170)")
    assert on_every_size(page, NEEDED) == nothing
    page.get_by_role("button", name="Phone now").click()
    page.get_by_role("button", name="Take back").wait_for()
    one.settled()
    assert on_every_size(page, NEEDED) == nothing
    page.get_by_role("button", name="Leave the stage").click()
    page.get_by_role("button", name="Present", exact=True).wait_for()
    assert not page.evaluate("document.fullscreenElement")
    assert "present" not in page.url
    one.go("/?lesson=what-support-changes&step=3&present=yes")  # a link opens it, in what window there is
    page.evaluate("dyadsim.clock('classroom').seek(130)")
    showing(page.get_by_role("banner")).to_be_hidden()
    assert on_every_size(page, NEEDED | OF_LESSON) == nothing
    for _ in range(2):
        assert page.locator(".ds-parts-name", has_text="from here they differ").count() == 2
        page.get_by_role("button", name="Next").click()
        assert on_every_size(page, NEEDED | OF_LESSON) == nothing
        if page.get_by_role("radio").count():
            page.get_by_role("radio").first.check()
            page.get_by_role("button", name="Reveal").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Present", exact=True).wait_for()
    showing(page.get_by_role("banner")).to_be_visible()


def test_in_a_lesson_play_pause_and_captions_are_in_view_at_once(visit):
    one = visit()
    page = one.page
    page.set_viewport_size({"width": 1366, "height": 768})
    for lesson, step in (("rupture-and-repair", 4), ("what-support-changes", 2)):
        one.go(f"/?lesson={lesson}&step={step}")
        page.get_by_role("button", name="Play this step").click()
        page.wait_for_function("dyadsim.clock('classroom').playing")
        for part in (
            page.get_by_role("button", name="Pause"),
            page.locator(".ds-caption").first,
            page.locator(".ds-faces").first,
        ):
            box = part.bounding_box()
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= 768
        assert page.evaluate("scrollY") == 0
        speed = Lesson.load(lesson).steps[step - 1].speed
        showing(page.get_by_label("Speed")).to_have_value(f"{speed:g}")


def test_a_class_predicts_and_sees_what_was_right_only_then_and_a_reload_finds_the_step_again(visit):
    one = visit()
    page = one.go("/")
    page.get_by_role("button", name="Start the lesson “Five things").click()
    page.wait_for_function("location.search.includes('lesson=rupture-and-repair&step=1')")
    page.get_by_role("button", name="Next").click()
    page.wait_for_function("location.search.includes('step=2')")
    one.settled()
    page.reload()
    step = page.locator("[data-test=step]")
    step.get_by_text(Lesson.load("rupture-and-repair").steps[1].line).wait_for()
    assert one.clock("classroom") == Lesson.load("rupture-and-repair").steps[1].first
    reveal = page.get_by_role("button", name="Reveal")
    assert reveal.is_disabled()
    radios = page.get_by_role("radio")
    radios.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    showing(radios.nth(2)).to_be_checked()
    page.get_by_role("button", name="Play this step").click()
    page.wait_for_function("dyadsim.clock('classroom').playing")
    assert "on average" not in step.inner_text()
    reveal.click()
    answer = page.locator("[data-test=answer]").inner_text()
    assert answer.startswith("As predicted: Three to six times.")
    assert "times a minute on average" in answer
    page.goto(page.url.replace("step=2", "step=9"))
    page.locator(".ds-problem[role=alert]:not(:empty)").first.wait_for()
    assert "has the steps 1 to 5, not '9'" in one.problem


def test_space_never_presses_again_what_was_clicked_and_presses_what_was_reached_by_keyboard(visit):
    one = visit()
    page = one.go("/")
    one.settled()
    page.evaluate("dyadsim.clock('classroom').seek(80)")
    page.get_by_role("button", name="Still-face now").click()
    page.get_by_role("button", name="Take back").wait_for()
    one.settled()
    heard = len(one.frames)
    page.keyboard.press("Space")
    page.wait_for_function("dyadsim.clock('classroom').time > 80.5")
    page.keyboard.press("Space")
    page.wait_for_function("!dyadsim.clock('classroom').playing")
    assert len(one.frames) == heard
    assert page.get_by_role("button", name="Take back").count() == 1
    page.get_by_text("Show the average behind").click()
    showing(page.get_by_label("Show the average behind")).to_be_checked()
    page.keyboard.press("Space")
    page.wait_for_function("dyadsim.clock('classroom').playing")
    showing(page.get_by_label("Show the average behind")).to_be_checked()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Still-face now").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    second = one.clock("classroom")
    page.keyboard.press("Space")
    page.get_by_role("button", name=f"Take back: still-face at {second + 1} s").wait_for()
    assert not one.clock("classroom", "clock.playing")
    flags = page.locator(".ds-episode").all_inner_texts()
    assert flags.count("still-face") >= 1


def test_a_teacher_presents_lets_predict_reveals_gives_a_still_face_and_keeps_an_animation_and_a_worksheet(
    visit, tmp_path
):
    one = visit()
    page = one.go("/?lesson=rupture-and-repair&step=1")
    page.get_by_role("button", name="Present", exact=True).click()
    page.locator(".ds-lanes-present").wait_for()
    page.get_by_role("button", name="Next").click()  # the card of the question
    page.get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="Play this step").click()
    page.wait_for_function("dyadsim.clock('classroom').playing")
    page.get_by_role("button", name="Reveal").click()
    answer = page.locator("[data-test=answer]").inner_text()
    assert answer.startswith(("As predicted: ", "Right was: "))
    page.get_by_role("button", name="Pause").click()
    page.evaluate("dyadsim.clock('classroom').seek(60)")
    page.get_by_role("button", name="Still-face now").click()
    page.get_by_role("button", name="Take back").wait_for()
    page.evaluate("dyadsim.clock('classroom').seek(100)")
    showing(page.locator(".ds-faces-says")).to_contain_text("Mother: her face is still")
    showing(page.locator(".ds-faces-says")).to_contain_text("held: no answer")
    page.get_by_role("button", name="Leave the stage").click()
    page.locator(".ds-keep summary").click()
    form = page.locator(".ds-keep")
    form.get_by_label(re.compile("^What")).select_option("all")
    form.get_by_label(re.compile("^As ")).select_option("gif")
    form.get_by_label("To second").fill("103")
    keep = form.get_by_role("button", name="Keep", exact=True)
    with Image.open(kept(page, keep, tmp_path / "still-face.gif")) as moves:
        assert moves.n_frames > 5
    sheet = kept(page, page.get_by_role("button", name="Worksheet (PDF)"), tmp_path / "worksheet.pdf").read_bytes()
    assert sheet.startswith(b"%PDF")


SHORT = "a.moments.0.name=still-face&a.moments.0.at=298&a.moments.0.seconds=1"
AND_SHORT = "a.moments.1.name=phone&a.moments.1.at=299&a.moments.1.seconds=1"


def test_an_episode_of_one_second_can_be_seen_and_read(visit):
    one = visit(width=390)
    page = one.go(f"/?{SHORT}&{AND_SHORT}")
    one.settled()
    flags = page.locator(".ds-flag")
    assert flags.all_inner_texts() == ["still-face", "phone", "play again"]
    assert all(flag.evaluate("one => one.scrollWidth <= one.clientWidth + 1") for flag in flags.all())
    places = [flag.bounding_box() for flag in flags.all()]
    for place, first in enumerate(places):
        for other in places[place + 1 :]:
            beside = first["x"] + first["width"] <= other["x"] + 1 or other["x"] + other["width"] <= first["x"] + 1
            assert beside or first["y"] != other["y"]
    widths = page.locator(".ds-brief").evaluate_all("all => all.map(one => +one.getAttribute('width'))")
    assert len(widths) == 2
    assert min(widths) >= 6
