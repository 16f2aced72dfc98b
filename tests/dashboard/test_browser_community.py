"""What educators do on the page Community, in a real browser: play the weeks, look at a mother and at her twin."""

import pytest
from browser import showing

import dyadsim as ds

pytestmark = pytest.mark.filterwarnings("ignore")
SMALL = (
    "/community?community.families=24&community.weeks=20&community.partners=0.5&community.partner=father"
    "&community.seats=4&community.seed=3"
)


@pytest.fixture(scope="module")
def lived():
    families = ds.Families.sample(24, "community", seed=3, partners=0.5, community_size=24, partner="father")
    offer = {"name": "peer-support", "start_week": 6, "share": 0.5, "seats": 4}
    course = ds.develop(families, 20, [offer], seed=3)
    return course, course.twins()


def shown(one, path=SMALL):
    page = one.go(path)
    page.locator(".ds-community svg").first.wait_for(timeout=60_000)
    return page


def seek(page, week):
    page.evaluate(f"dyadsim.clock('community').seek({week})")


def cell(page, row, side=0):
    return page.locator(f"[data-row={row}] td").nth(side).inner_text()


def pairs(course, week):
    ties = course.ties(week)
    inside = ties[ties["whom"] >= 0]
    return {frozenset(pair) for pair in zip(inside["who"], inside["whom"], strict=True)}


def test_the_browser_plays_the_weeks_and_asks_the_server_for_nothing(visit, lived):
    one = visit()
    page = shown(one)
    one.settled(1.0)
    told = len(one.frames)
    page.get_by_label("Speed").select_option("16")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("dyadsim.clock('community').time === 20")
    for side, course in zip(("here", "twin"), lived, strict=True):
        count = len(pairs(course, 20))
        showing(page.locator(f"[data-test={side}] .ds-net-tie")).to_have_count(count)
        assert page.locator(f"[data-test=sum-{side}]").inner_text().startswith(f"Week 20: {count} pairs of mothers")
    assert page.locator("[data-test=here] .ds-net-ring").count() == len(lived[0].groups())
    assert page.locator("[data-test=twin] .ds-net-ring").count() == 0
    showing(page.locator("[data-test=when]")).to_have_text(
        "Peer support ended in week 16. What is otherwise now has outlived it."
    )
    assert len(one.frames) == told
    seek(page, 3)
    showing(page.locator("[data-test=here] .ds-net-ring")).to_have_count(0)
    only = page.get_by_label("Only ties that the other community does not have")
    only.check()
    showing(page.locator(".ds-community-side .ds-net-tie")).to_have_count(0)  # until it begins both are the same
    seek(page, 20)
    alone = [pairs(lived[k], 20) - pairs(lived[1 - k], 20) for k in range(2)]
    showing(page.locator("[data-test=here] .ds-net-tie")).to_have_count(len(alone[0]))
    showing(page.locator("[data-test=twin] .ds-net-tie")).to_have_count(len(alone[1]))


def test_a_click_shows_a_mothers_week_beside_her_twins(visit, lived):
    one = visit()
    page = shown(one)
    seek(page, 18)
    course = lived[0]
    family = int(course.groups()["family"].iloc[0])
    page.locator(f"[data-test=twin] [data-family='{family}'] .ds-net-dot").click()
    showing(page.get_by_role("heading", name=f"Family {family} in week 18")).to_be_visible()
    assert cell(page, "group").startswith(("sat in group", "left in week"))
    assert cell(page, "group", 1) == "nothing is offered"
    for side, each in enumerate(lived):
        at, ties = each.mothers.at(18).loc[family], each.ties(18)
        assert cell(page, "persons", side) == f"{each.network(18).loc[family, 'persons']:.0f}"
        assert f"({at['loneliness']:+.1f})".replace("-", "−").replace("(+0.0)", "(0.0)") in cell(
            page, "loneliness", side
        )
        hers = ties[(ties["who"] == family) & (ties["whom"] >= 0)]
        for tie in hers.itertuples():
            since = "since before birth" if tie.since < 0 else f"since week {tie.since}"
            assert f"Family {tie.whom}: {tie.strength} {since}" in cell(page, "ties", side)
        assert len(hers) or cell(page, "ties", side) in ("none", "") or "counts her" in cell(page, "ties", side)
    alone = int(course.families.numbers[~course.families.has_partner][0])
    page.locator("[data-test=mother]").select_option(str([*course.families.numbers].index(alone)))
    page.get_by_role("heading", name=f"Family {alone} in week 18").wait_for()
    page.get_by_text("The mother cares for the baby without a second caregiver.").wait_for()
    assert page.locator("[data-row=care]").count() == 0
    together = int(course.families.numbers[course.families.has_partner][0])
    page.locator(f"[data-test=here] [data-family='{together}'] .ds-net-dot").click()
    showing(page.locator("[data-row=care] th")).to_have_text("Father: share of care")


def test_all_of_it_can_be_done_by_keyboard(visit, lived):
    one = visit()
    page = shown(one)
    one.settled()
    page.get_by_role("button", name="Play").focus()
    page.keyboard.press("End")
    assert one.clock("community", "clock.time") == 20
    page.keyboard.press("ArrowLeft")
    assert one.clock("community", "clock.time") == 19
    chosen = page.locator("[data-test=here] .ds-net-node[tabindex='0']")
    first = chosen.get_attribute("data-family")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('ds-net-node')"):
            break
    assert page.evaluate("document.activeElement.dataset.family") == first
    page.keyboard.press("ArrowRight")
    second = page.evaluate("document.activeElement.dataset.family")
    assert second != first
    page.get_by_role("heading", name=f"Family {second} in week 19").wait_for()
    page.keyboard.press("Space")  # which here chooses and does not play
    assert one.clock("community", "[clock.time, clock.playing]") == [19, False]
    page.keyboard.press("ArrowLeft")
    page.get_by_role("heading", name=f"Family {first} in week 19").wait_for()
    assert page.locator(".ds-net-node[tabindex='0']").count() == 2  # one in each drawing


def test_what_is_chosen_stands_in_the_address_and_other_weeks_are_lived(visit):
    one = visit()
    page = shown(one)
    before = page.locator("[data-test=sum-twin]").inner_text()
    page.get_by_label("Seed").fill("9")
    page.get_by_label("Seed").press("Tab")
    page.wait_for_function("location.search.endsWith('community.seed=9')")
    page.get_by_text("The fields have changed since these weeks were lived").wait_for()
    page.get_by_role("button", name="Live these weeks").click()
    page.get_by_text("The fields have changed since").wait_for(state="detached")
    assert page.locator("[data-test=sum-twin]").inner_text() != before
    page.get_by_label("Mothers of a group").fill("30")
    page.get_by_label("Mothers of a group").press("Tab")
    page.locator(".ds-problem[role=alert]:not(:empty)").first.wait_for()
    assert one.problem == "A group of 30 mothers is larger than this community of 24 families."
    showing(page.get_by_label("Mothers of a group")).to_have_value("4")
