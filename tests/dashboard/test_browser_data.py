"""What a lab does on the page Data, in a real browser: a file of its own opened, seen, fitted, and gone again."""

import pytest
from browser import kept, showing

import dyadsim as ds
from dyadsim.dashboard.data_tracks import track_of

pytestmark = pytest.mark.filterwarnings("ignore")
SHIPPED = "mangold_3367goodman.csv"
BOMB = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><ANNOTATION_DOCUMENT>&c;</ANNOTATION_DOCUMENT>'
DRAWN = "document.querySelectorAll('.ds-bout').length"


def written(folder):
    return {path.relative_to(folder) for path in folder.rglob("*")}


def rows_of(page, caption):
    sheet = page.locator(".ds-sheet", has_text=caption).first
    sheet.wait_for(timeout=90_000)
    return [row.locator("th, td").all_inner_texts() for row in sheet.locator("tbody tr").all()]


def test_a_file_of_ones_own_is_seen_fitted_and_sent_on_and_leaves_nothing_behind(visit, dashboard, tmp_path):
    folder, before = dashboard[1].parent, written(dashboard[1].parent)
    session = ds.read_coded(SHIPPED)
    ds.write_coded(session, tmp_path / "secret-visit.eaf")
    session = ds.read_coded(tmp_path / "secret-visit.eaf")
    one = visit()
    page = one.go("/data")
    page.wait_for_function(f"{DRAWN} > 20")
    page.get_by_label("Open a file of codes").set_input_files(tmp_path / "secret-visit.eaf")
    page.get_by_text("ELAN, annotation file").wait_for()
    one.settled()
    clips = session.moments_worth_showing()
    assert page.evaluate(DRAWN) == sum(map(len, track_of(session, "", clips)["bouts"].values()))
    assert page.locator(".ds-clip").count() == len(clips)

    # Its codes
    page.get_by_text("Codes, and what they are read as").click()
    infant = page.get_by_label("The infant's code neutral is read as")
    assert infant.input_value() == "neutral"
    infant.select_option("positive")
    page.get_by_text("Read by “valence (changed)”.").wait_for()
    infant.select_option("neutral")

    # A moment, by keyboard
    one.settled()
    first = clips.frame().iloc[0]
    page.get_by_role("button", name="moment 1", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"dyadsim.clock('data').time > {first['onset']}")
    page.keyboard.press("Home")
    eaf = page.get_by_role("button", name="Download “These moments, for ELAN or as a table” as EAF")
    assert first["why"] in kept(page, eaf, tmp_path / "moments.eaf").read_text("utf-8")

    # A fit, by keyboard
    page.get_by_label("His age in weeks").fill("20")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Fit the model to this session").focus()
    page.keyboard.press("Enter")
    shown = rows_of(page, "The fitted dyad: not a rating of a parent")
    fitted = ds.fit(session, ages=20).frame()
    for row, told in zip(shown, fitted.to_dict("records"), strict=True):
        for end in ("estimate", "low", "high"):
            assert f"{round(told[end], 2) + 0.0:.2f}" in row[1]
    measures = {row[0]: row for row in rows_of(page, "Measures (match scheme valence)")}
    assert measures["match"][1] == f"{session.measures()['match'].iloc[0]:.2f}"
    assert "\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}" in measures["match"][4]

    # What cannot be opened
    frames = len(one.frames)
    with (tmp_path / "large.csv").open("wb") as large:
        large.truncate(50_000_000)
    page.get_by_label("Open a file of codes").set_input_files(tmp_path / "large.csv")
    problem = page.locator(".ds-problem[role=alert]").first
    showing(problem).to_have_text(
        "'large.csv' has 50,000,000 bytes, and a page reads 5,000,000 at most.", timeout=60_000
    )
    assert sum(len(frame) for frame in one.frames[frames:]) < 100_000
    (tmp_path / "hostile.eaf").write_text(BOMB)
    page.get_by_label("Open a file of codes").set_input_files(tmp_path / "hostile.eaf")
    showing(problem).to_contain_text("'hostile.eaf' is refused: it declares entities", timeout=60_000)
    assert page.get_by_role("button", name="Forget this file").count() == 1

    # On to Compare, with nothing of the file
    page.get_by_role("button", name="Send the fitted dyad to Compare").click()
    page.get_by_role("heading", name="Compare", level=1).wait_for()
    page.get_by_role("heading", name="A. The fitted dyad, not a rating of a parent").first.wait_for()
    assert f"a.traits.sociability={round(fitted.set_index('parameter')['estimate']['sociability'], 3)}" in page.url
    assert "secret" not in page.url
    assert written(folder) == before
    log = dashboard[1].read_text("utf-8")
    assert not [name for name in ("secret-visit", "large.csv", "hostile", "Traceback") if name in log]
