"""What a class does on the page Generations, in a real browser: follow cycles, cut a way, and keep what came of it."""

import pytest
from browser import kept

import dyadsim as ds
from dyadsim.dashboard.generation_choices import GenerationChoices
from dyadsim.reports import generation_report

pytestmark = pytest.mark.filterwarnings("ignore")
SMALL = (
    "/generations?generations=three-generations&generations.families=80&generations.generations=2&generations.seed=3"
)


def test_by_keyboard_alone_cycles_are_followed_a_way_is_cut_and_the_report_is_kept(visit, tmp_path):
    one = visit()
    page = one.go(SMALL)
    one.settled()
    page.get_by_label("Start from").focus()
    page.keyboard.type("Earned")
    page.wait_for_function("location.search.includes('generations=earned-security')")
    one.settled()
    page.get_by_label("Without care").focus()
    page.keyboard.press("Space")
    page.wait_for_function("location.search.includes('generations.cut=partners%2Ccare')")
    page.get_by_role("button", name="Live these generations").focus()
    page.keyboard.press("Enter")
    sheet = page.locator(".ds-sheet", has_text="Cycles broken and kept").first
    sheet.wait_for(timeout=90_000)
    shown = [row.locator("th, td").all_inner_texts() for row in sheet.locator("tbody tr").all()]
    base = ds.GenerationScenario.load("earned-security")
    chosen = GenerationChoices(base=base, families=80, generations=2, seed=3, cut=("partners", "care"))
    direct = chosen.scenario.run(workers=1)
    beside = [arm.name for arm in direct.arms if arm.offered or not arm.cut]
    cycles = direct.cycles()
    in_order = cycles[cycles["arm"].isin(beside)].sort_values("what", ascending=False, kind="stable")
    for row, told in zip(shown, in_order.to_dict("records"), strict=True):
        assert [*row[:2], row[5]] == [told["what"], told["arm"], str(told["mothers"])]
        assert row[2].startswith(f"{told['broken']:.0%}")
        assert row[3].startswith(f"{told['kept']:.0%}")
    assert page.locator("main ul li").all_inner_texts() == generation_report.in_short(direct)
    assert page.locator(".ds-picture img").count() == len(generation_report.pictures(direct))
    report = page.get_by_role("button", name="Download “The whole report, to print or keep”")
    assert "Earned security" in kept(page, report, tmp_path / "report.html").read_text("utf-8")
    csv = kept(page, sheet.get_by_role("button", name="CSV"), tmp_path / "cycles.csv").read_text("utf-8")
    assert csv == cycles.to_csv(index=False)
    page.get_by_label("What is shown").select_option("generations")
    page.wait_for_function("location.search.endsWith('results=generations')")
    page.get_by_text("with the mother who bore him").first.wait_for()
