"""A link for others: its QR code, the page within a page, and what of a session is kept as a table."""

import hashlib
import io

import pandas as pd
import pytest

pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

import segno
from dashboard_pages import FOLDER, components, texts

import dyadsim as ds
from dyadsim.dashboard import state
from dyadsim.dashboard.keeping import scripts, seconds_table
from dyadsim.dashboard.link_sharing import MOST_BYTES, embed_of, qr_code
from dyadsim.dashboard.pages.classroom import Classroom
from dyadsim.dashboard.pages.compare import Compare
from dyadsim.dashboard.pages.embed import EmbedFrame, EmbedPage
from dyadsim.dashboard.session_tracks import Watched
from dyadsim.interaction.rule_set import Rules
from dyadsim.scenarios.web_link import from_query

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it")
IN_THE_NETWORK = "http://192.168.1.20:8765/"


def drawn(address):
    return segno.make_qr(address, error="l").svg_data_uri(border=4, dark="#000", light="#fff", omitsize=True)


def test_a_code_is_of_the_very_address():
    address = f"{IN_THE_NETWORK}compare?a.name=typical&b.name=depressed"
    code = qr_code(address)
    assert (code["picture"], code["address"], code["says"]) == (drawn(address), address, "")
    assert qr_code(address)["key"] != code["key"]  # asked for again it is shown again


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1:8765", "[::1]:8765", "dyads.localhost"])
def test_of_an_address_that_telephones_cannot_reach_it_says_so(host):
    code = qr_code(f"http://{host}/")
    assert code["picture"]
    assert "--host 0.0.0.0" in code["says"]


def test_a_link_longer_than_a_code_gets_a_sentence():
    most = IN_THE_NETWORK + "?" + "a" * (MOST_BYTES - len(IN_THE_NETWORK) - 1)
    assert qr_code(most)["picture"] == drawn(most)
    assert "long" in qr_code(most)["says"]
    for longer in (most + "a", most[:-1] + "é"):
        code = qr_code(longer)
        assert code["picture"] == ""
        assert "2,954 bytes, and a QR code holds 2,953" in code["says"]


@pytest.mark.parametrize(
    "given", ["", "hello", "javascript:alert(1)", "ftp://a.b", "http://a@b/", "http://[", "x" * 99_999]
)
def test_what_is_no_address_is_refused_in_a_sentence(given):
    with pytest.raises(ds.DyadsimError, match="web address") as refused:
        qr_code(given)
    assert len(str(refused.value)) < 120


def test_what_is_embedded_is_what_is_seen():
    plain, weeks = from_query(""), ds.Scenario.load("peer-group")
    sessions = (ds.Encounter.load("still-face").changed({"traits": {"sensitivity": -1.0}}), ds.Encounter.load("phone"))
    one, two = embed_of(plain, sessions[:1]), embed_of(plain, sessions)
    assert from_query(one["query"]).sessions == sessions[:1]
    assert from_query(two["query"]).sessions == sessions
    assert two["query"].startswith("a.name=still-face&a.traits.sensitivity=-1")
    assert two["height"] > one["height"]
    assert embed_of(plain, ()) is None
    assert embed_of(plain, (sessions[0].changed({"says": "x" * 9_000}),)) is None
    assert from_query(embed_of(weeks, sessions)["query"]) == weeks.changed({"sessions": sessions})


@pytest.mark.parametrize(("names", "veiled"), [(["still-face"], True), (["typical", "depressed"], False)])
def test_the_embedded_page_is_a_player_and_the_way_into_the_dashboard(names, veiled, shown):
    state.set_sessions(tuple(map(ds.Encounter.load, names)))
    box, rendered = shown(EmbedFrame(EmbedPage()))
    lanes = components(rendered, "track", "veil")
    assert [one.track["infant"] for one in lanes] == [
        ds.Encounter.load(name).session().infant[0].tolist() for name in names
    ]
    assert {one.veil for one in lanes} == {veiled}
    assert len(components(rendered, "seconds", "cue")) == 1
    assert len(components(rendered, "captions")) == 1
    assert not components(rendered, "fields")
    assert not components(rendered, "pages")
    (foot,) = components(rendered, "notice", "path")
    assert ds.NOTICE in foot.notice
    assert foot.path == ("/" if veiled else "/compare")
    assert from_query(foot.query).sessions == state.scenario.value.sessions
    assert any(text.endswith(lanes[-1].track["title"]) for text in texts(box))


@pytest.mark.parametrize("page", [Classroom, Compare])
def test_the_table_that_a_page_gives_to_keep_is_that_of_its_sessions(page, shown, monkeypatch):
    monkeypatch.setattr("dyadsim.dashboard.pages.compare.svg", lambda _: "data:,")
    state.set_sessions((ds.Encounter.load("still-face"), ds.Encounter.load("phone")))
    _, rendered = shown(page())
    (keep,) = components(rendered, "parts", "scripts")
    assert (keep.clock, keep.has_table) == (page.__name__.lower(), True)
    assert ds.NOTICE[1:] in keep.notice
    assert [part["value"] for part in keep.parts] == ["lanes", "faces", *(["grid"] if page is Classroom else []), "all"]
    keep.vue_wanted("csv")
    file = keep.file
    table = pd.read_csv(io.StringIO(file["content"]), keep_default_na=False)
    assert file["mime"] == "text/csv"
    if page is Classroom:
        assert file["name"] == "still-face-seconds.csv"
        assert "session" not in table
    else:
        assert file["name"] == "still-face-phone-seconds.csv"
        assert table.groupby("session").size().tolist() == [360, 300]
    sessions = state.sessions()[: 1 if page is Classroom else 2]
    assert file["content"] == seconds_table([Watched(each, Rules()) for each in sessions]).to_csv(index=False)


def test_scripts_are_known_by_their_content():
    for address in scripts().values():
        path, _, mark = address.partition("?v=")
        content = (FOLDER / "assets" / path.removeprefix("/static/assets/")).read_bytes()
        assert hashlib.sha256(content).hexdigest().startswith(mark)
        assert len(mark) == 12


def test_the_encoder_of_gifs_is_the_one_that_was_published_with_its_licence():
    """gifenc 1.0.3 as npm has it, without its last line, which names a map that is not here."""
    folder = FOLDER / "assets" / "gifenc"
    assert sorted(path.name for path in folder.iterdir()) == ["LICENSE.md", "gifenc-1.0.3.esm.js"]
    assert "MIT License" in (folder / "LICENSE.md").read_text("utf-8")
    code = (folder / "gifenc-1.0.3.esm.js").read_bytes()
    assert hashlib.sha256(code).hexdigest() == "cec614f6b77348eb6ea6a64921bab65e72d5e7f839a097c8fda8fc883c3146f7"
