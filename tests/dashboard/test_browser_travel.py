"""What leaves a page, in a real browser: pictures, animations, tables, a code to scan, a player in another site."""

import functools
import http.server
import re
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import segno
from browser import kept, showing
from PIL import Image

import dyadsim as ds
from dyadsim.dashboard.keeping import seconds_table
from dyadsim.dashboard.session_tracks import Watched
from dyadsim.interaction.rule_set import Rules

pytestmark = pytest.mark.filterwarnings("ignore")
SVG = "{http://www.w3.org/2000/svg}"
AT = "dyadsim.clock('classroom').time"


@pytest.fixture
def still_face(visit):
    """A visitor of the Classroom at second 140 of a still-face, with the fold open from which things are kept."""
    one = visit(scheme="dark")
    page = one.go("/?a.name=still-face")
    one.settled()
    page.evaluate("dyadsim.clock('classroom').seek(140.5)")
    page.locator(".ds-keep summary").focus()
    page.keyboard.press("Enter")
    return one


def asked(page, what, kind, **moves):
    """The button that keeps it, all else chosen."""
    form = page.locator(".ds-keep")
    form.get_by_label(re.compile("^What")).select_option(what)
    form.get_by_label(re.compile("^As ")).select_option(kind)
    for label, value in moves.items():
        field = form.get_by_label(re.compile(f"^{label}", re.I))
        field.select_option(str(value)) if label in ("speed", "width") else field.fill(str(value))
    return form.get_by_role("button", name="Keep", exact=True)


def test_a_picture_opens_anywhere_with_its_names_and_its_notice(still_face, tmp_path):
    page = still_face.page
    drawn = kept(page, asked(page, "all", "svg"), tmp_path / "all.svg").read_text("utf-8")
    root = ElementTree.fromstring(drawn)
    assert root.tag == f"{SVG}svg"
    tags = {node.tag.removeprefix(SVG) for node in root.iter()}
    assert not {"script", "foreignObject", "image", "a", "style", "use"} & tags
    names = {name for node in root.iter() for name in node.attrib}
    assert not [name for name in names if name.startswith("on") or "href" in name or name in ("class", "style")]
    assert set(re.findall(r"https?://[^\"<]+", drawn)) == {"http://www.w3.org/2000/svg"}
    ids = {node.get("id") for node in root.iter()}
    assert set(re.findall(r"url\(#([^)]+)\)", drawn)) <= ids
    assert "var(" not in drawn
    texts = ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]
    assert {*ds.ICEP.infant_names, *ds.ICEP.mother_names, "Baby", "Mother", "match", "still-face", "120 s"} <= {*texts}
    assert texts[0] == "The still-face, second 140"
    assert ds.NOTICE[1:] in " ".join(texts)
    # White paper, though the page is dark; and as many bouts as the page has.
    assert root.find(f"{SVG}rect").get("fill") == "#ffffff"
    assert page.locator("#app.theme--dark").count() == 1
    bouts = page.locator(".ds-bout").count()
    assert drawn.count('fill="url(#') + drawn.count("rgb(107,127,147)") >= bouts > 50
    page.get_by_label("On white paper").uncheck()
    dark = kept(page, asked(page, "lanes", "svg"), tmp_path / "dark.svg").read_text("utf-8")
    assert ElementTree.fromstring(dark).find(f"{SVG}rect").get("fill") == "#15181f"
    size = float(root.get("width")), float(root.get("height"))
    with Image.open(kept(page, asked(page, "all", "png"), tmp_path / "all.png")) as picture:
        assert (picture.format, picture.size) == ("PNG", (2 * size[0], 2 * size[1]))
        assert len(picture.getcolors(1 << 24)) > 100  # something is drawn


def test_an_animation_moves_and_puts_the_playhead_back(still_face, tmp_path):
    page = still_face.page
    asking = len(still_face.frames)
    button = asked(page, "all", "gif", speed=2, width=480)
    showing(page.get_by_label("From second")).to_have_value("140")  # where the playhead stands
    button = asked(page, "all", "gif", **{"from": 118, "to": 122})
    with Image.open(kept(page, button, tmp_path / "moves.gif")) as moves:
        assert (moves.format, moves.n_frames, moves.size[0], moves.info["duration"]) == ("GIF", 10, 480, 200)
        first = moves.convert("RGB").tobytes()
        moves.seek(9)
        assert moves.convert("RGB").tobytes() != first
    assert page.evaluate(AT) == 140.5
    says = page.locator(".ds-keep [role=status]")
    showing(says).to_have_text(re.compile(r"Kept as dyadsim-still-face-all-118-122s\.gif, \d+ kB\."))
    button = asked(page, "faces", "webm", speed=4)
    film = kept(page, button, tmp_path / "moves.webm").read_bytes()
    assert film[:4] == b"\x1a\x45\xdf\xa3"
    assert b"webm" in film[:64]
    # Too long is told; what takes its time can be cancelled, and what played plays on.
    asked(page, "all", "gif", to=300).click()
    assert page.evaluate("document.querySelector('.ds-keep :invalid') !== null")
    page.evaluate("dyadsim.clock('classroom').play()")
    asked(page, "all", "gif", to=138, speed=1).click()
    page.locator(".ds-keep").get_by_role("button", name="Cancel").click()
    showing(says).to_have_text("Cancelled; nothing was kept.")
    assert page.evaluate("dyadsim.clock('classroom').playing")
    assert page.evaluate(AT) >= 140.5
    assert len(still_face.frames) == asking  # all of it without the server
    urls = {urlsplit(url).path.rpartition("/")[2] for url in still_face.requests}
    assert {"pictures.js", "gifenc-1.0.3.esm.js"} <= urls


def test_the_table_is_pythons_and_the_code_is_of_the_address(still_face, tmp_path):
    page = still_face.page
    button = page.get_by_role("button", name="Download this session second by second as CSV")
    table = kept(page, button, tmp_path / "table.csv").read_text("utf-8")
    assert table == seconds_table([Watched(ds.Encounter.load("still-face"), Rules())]).to_csv(index=False)
    page.get_by_role("button", name="QR code").focus()
    page.keyboard.press("Enter")
    code = page.get_by_role("dialog", name="The link as a QR code")
    picture = code.get_by_role("img")
    drawn = segno.make_qr(page.url, error="l").svg_data_uri(border=4, dark="#000", light="#fff", omitsize=True)
    assert picture.get_attribute("src") == drawn
    assert page.url in code.inner_text()
    assert "dyadsim dashboard --host" in code.inner_text()
    assert picture.bounding_box()["width"] > 500  # of a window that is 900 high
    page.keyboard.press("Escape")
    showing(code).to_be_hidden()
    assert page.evaluate("document.activeElement.innerText") == "QR code"


@contextmanager
def course(folder, snippet):
    """Address of another site's page that holds this."""
    (folder / "course.html").write_text(
        f'<html lang="en"><title>A course</title><link rel="icon" href="data:,">{snippet}'
    )

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/course.html"
    finally:
        server.shutdown()
        server.server_close()


def test_a_player_plays_in_a_page_of_a_course_and_no_other_page_does(visit, tmp_path):
    one = visit()
    page = one.go("/?a.name=still-face&a.traits.sensitivity=-1&b.name=phone")
    page.get_by_role("button", name="Embed").click()
    snippet = page.get_by_role("dialog").get_by_role("textbox").input_value()
    assert f'src="{one.address}/embed?a.name=still-face&amp;a.traits.sensitivity=-1.0"' in snippet
    page.set_viewport_size({"width": 660, "height": 460})
    with course(tmp_path, snippet) as address:
        page.goto(address)
        frame = page.frame_locator("iframe")
        showing(frame.get_by_role("heading", name="The still-face")).to_be_visible(timeout=30_000)
        (inner,) = (each for each in page.frames if "/embed" in each.url)
        frame.get_by_role("button", name="Play", exact=True).click()
        inner.wait_for_function("dyadsim.clock('embed').time > 0.5")
        assert inner.evaluate("document.documentElement.scrollHeight <= innerHeight")
        way_in = frame.get_by_role("link", name="Open in dyadsim")
        assert way_in.get_attribute("href").startswith("/?a.name=still-face")
        assert way_in.get_attribute("target") == "_blank"
        assert ds.NOTICE in frame.locator("footer").inner_text()
    with course(tmp_path, f'<iframe src="{one.address}/"></iframe>') as address:
        page.goto(address)
        page.wait_for_timeout(500)
        assert not [each for each in page.frames if each.url.startswith(one.address)]
    refused = [said for said in one.errors if "frame-ancestors" in said]
    assert refused
    one.errors[:] = [said for said in one.errors if said not in refused]
