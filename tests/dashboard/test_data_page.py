"""The page Data without a browser: files that arrive, how they are read, what is shown, and that nothing is left."""
# ruff: noqa: E402 - what needs Solara is imported once it is known to be there

import base64
import gc
import sys
import time
import weakref
from urllib.parse import parse_qs

import numpy as np
import pytest

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import are_sound, components, forms_on, plain, press, texts, until
from solara.server import kernel, kernel_context

import dyadsim as ds
from dyadsim.coded_video.changed_codes import PASSED_OVER, UNCODED, with_codes
from dyadsim.common.files import package_data
from dyadsim.dashboard import data_outcomes, data_reading, data_runs, server_settings, state, uploads
from dyadsim.dashboard.data_choices import DataChoices, changed
from dyadsim.dashboard.data_reading import read
from dyadsim.dashboard.pages.data import DataPage
from dyadsim.dashboard.uploads import Arriving, Upload
from dyadsim.theory.states import VALENCE

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it", "new_here")
EXAMPLE = "mangold_3532goodman.csv"
HEAD = "dyad,coder,partner,onset,offset,code\n"
TWO_CODERS = HEAD + "".join(
    f"{dyad},{coder},{who},{k},{k + 1},{code}\n"
    for dyad in ("secret-family", "another")
    for coder, often in (("AB", 7), ("CD", 5))
    for who, codes in (("infant", ("positive", "neutral")), ("mother", ("neutral", "positive")))
    for k in range(60)
    for code in [codes[k % often < 3]]
)
OWN_WORDS = (
    "dyad,partner,onset,offset,code\na,Anna,0,30,coos\na,Anna,30,60,frets\na,Berta,0,50,hums\na,Berta,50,60,??\n"
)
TO = "\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}"
BOMB = (
    '<!DOCTYPE a [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]><ANNOTATION_DOCUMENT>&a9;</ANNOTATION_DOCUMENT>"
)


@pytest.fixture
def new_here(monkeypatch):
    state.data.set(DataChoices())
    monkeypatch.setattr(data_runs, "_runs", solara.reactive(None))
    yield
    state.data.set(DataChoices())


def own(text, name="own.csv", **choices):
    return DataChoices(upload=Upload(name, text.encode()), **choices)


def upload_of(rendered, label):
    (found,) = (one for one in components(rendered, "wanted") if one.label == label)
    return found


def send(rendered, label, name, content, size=None):
    """Send a file as the browser does: each part when it is asked for."""
    about = {"key": "k", "name": name, "size": len(content) if size is None else size}
    upload_of(rendered, label).vue_sent(about)
    parts = 0
    while (wanted := upload_of(rendered, label).wanted)["key"] == "k" and wanted["at"] >= 0:
        part = content[wanted["at"] : wanted["at"] + uploads.PART]
        upload_of(rendered, label).vue_sent({**about, "at": wanted["at"], "data": base64.b64encode(part).decode()})
        parts += 1
    return parts


# Files arrive


def test_a_file_arrives_part_by_part_and_is_the_file():
    content = bytes(range(256)) * 20
    arriving = Arriving()
    about = {"key": "one", "name": "C:\\lab\\visit\n1.csv", "size": len(content)}
    assert arriving.take(about) is None
    for at in (0, 2_000, 4_000):
        assert arriving.wanted == {"key": "one", "at": at}
        data = base64.b64encode(content[at : at + 2_000]).decode()
        upload = arriving.take({**about, "at": at, "data": data})
    assert (upload.name, upload.content) == ("visit1.csv", content)
    assert arriving.wanted == {"key": "one", "at": -1}
    assert not arriving._parts


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"size": 50_000_000}, "'f.csv' has 50,000,000 bytes, and a page reads 5,000,000 at most."),
        ({"size": 0}, "'f.csv' is empty."),
        ({"size": -1}, "could not be read by the browser"),
        ({"size": "9"}, "could not be read by the browser"),
        ({"size": True}, "could not be read by the browser"),
        ({"at": 3, "data": "aGE="}, "in another order"),
        ({"at": 0, "data": "aGE=", "key": "other"}, "in another order"),
        ({"at": 0, "data": "no base64"}, "did not come as it is"),
        ({"at": 0, "data": 7}, "did not come as it is"),
        ({"at": 0, "data": ""}, "did not come as it is"),
        ({"at": 0, "data": "aGFoYWhhaGFoYWhhaGE="}, "did not come as it is"),
    ],
)
def test_what_is_too_large_or_other_than_was_asked_for_is_refused_and_forgotten(given, says):
    arriving = Arriving()
    about = {"key": "one", "name": "f.csv", "size": 9}
    arriving.take(about)
    with pytest.raises(ds.DyadsimError) as refused:
        arriving.take({**about, **given})
    assert says in str(refused.value)
    assert arriving.wanted["at"] == -1
    assert not arriving._parts


def test_a_name_is_short_and_one_line_and_keeps_what_kind_of_file_it_is():
    for name in ("x" * 500 + ".eaf", "\x00\x1b[31mred.eaf", "/etc/../a.eaf"):
        said = uploads._name_of({"name": name})
        assert said.endswith(".eaf")
        assert len(said) <= 80
        assert said.isprintable()
        assert "/" not in said
    assert uploads._name_of({"name": None}) == "None"
    assert uploads._name_of({}) == "this file"


def test_what_fails_on_a_file_is_logged_without_a_word_of_what_it_holds(caplog):
    def fails():
        raise ValueError("secret-family")

    with pytest.raises(ds.DyadsimError, match="dyadsim's fault"):
        uploads.privately(fails)
    assert "ValueError" in caplog.text
    assert "test_data_page.py" in caplog.text
    assert "secret-family" not in caplog.text
    with pytest.raises(KeyError):
        uploads.privately(lambda: {}["a"], KeyError)


# What is read


def test_the_page_opens_on_an_example_that_is_alive(shown):
    box, rendered = shown(DataPage())
    session = ds.read_coded(EXAMPLE)
    for form in forms_on(rendered):
        are_sound(form.fields)
    (lanes,) = components(rendered, "track", "clock")
    track = plain(lanes.track)
    assert track["seconds"] == pytest.approx(session.ends[-1] * session.step)
    for who in ("infant", "mother"):
        states = np.full(session.ends[-1], -1)
        for bout in track["bouts"][who]:
            states[round(bout["start"] / session.step) : round(bout["stop"] / session.step)] = bout["value"]
        assert (states == getattr(session, who)[0]).all()
    clips = session.moments_worth_showing().frame()
    assert [each["place"] for each in track["clips"]] == clips["place"].tolist()
    assert len(track["events"]) == len(session.events())
    said = " ".join(texts(box))
    for remark in session.provenance["reading"]["remarks"]:
        assert remark in said
    assert "nobody is rated" in said
    measures = next(one for one in components(rendered, "caption", "heads") if one.caption.startswith("Measures"))
    own_match = next(row for row in measures.rows if row[0] == "match")
    assert own_match[1] == f"{session.measures()['match'].iloc[0]:.2f}"
    assert state.query() == ""


def test_a_file_of_ones_own_is_opened_and_a_hostile_or_large_one_leaves_the_page_as_it_was(shown, monkeypatch):
    monkeypatch.setattr(uploads, "PART", 1_000)
    _, rendered = shown(DataPage())
    content = TWO_CODERS.encode()
    assert send(rendered, "Open a file of codes", "visit.csv", content) == len(content) // 1_000 + 1
    before = state.data.value
    assert (before.upload.name, before.upload.content, state.problem.value) == ("visit.csv", content, "")
    assert send(rendered, "Open a file of codes", "bomb.eaf", BOMB.encode()) == 1
    assert "'bomb.eaf' is refused: it declares entities" in state.problem.value
    assert send(rendered, "Open a file of codes", "large.csv", b"", size=50_000_000) == 0
    assert "'large.csv' has 50,000,000 bytes" in state.problem.value
    send(rendered, "Open a file of codes", "photo.csv", b"\x00\x01" * 500)
    assert "'photo.csv' is not a text file" in state.problem.value
    send(rendered, "Open a code map", "mine.toml", b"name = 3")
    assert "mine.toml" in state.problem.value
    assert state.data.value is before
    press(rendered, "forget")
    assert (state.data.value.upload, state.problem.value) == (None, "")
    press(rendered, "file", "mangold_3367goodman.csv")
    assert read(state.data.value).dyad == "mangold_3367goodman"
    assert changed(state.data.value, "file", "/etc/passwd") is state.data.value


def test_tiers_and_codes_that_nobody_knows_are_asked_for_and_what_is_said_can_be_kept(shown, tmp_path):
    state.data.set(own(OWN_WORDS))
    box, rendered = shown(DataPage())
    assert "could hold the infant's states" in " ".join(texts(box))
    press(rendered, "infant", "Anna")
    press(rendered, "mother", "Berta")
    means = {("infant", "coos"): "positive", ("infant", "frets"): "negative", ("mother", "hums"): "positive"}
    (codes,) = components(rendered, "rows", "options")
    assert {(row["partner"], row["code"], row["value"]) for row in codes.rows} == {
        *((*key, "") for key in means), ("mother", "??", ""),
    }  # fmt: skip
    codes.vue_changed({"partner": "infant", "code": "coos", "value": "glee"})
    assert not state.data.value.meanings
    for (partner, code), value in {**means, ("mother", "??"): UNCODED}.items():
        (codes,) = components(rendered, "rows", "options")
        codes.vue_changed({"partner": partner, "code": code, "value": value})
    seen = read(state.data.value)
    assert (seen.problem, seen.session.codes) == ("", VALENCE)
    assert [row["value"] for row in components(rendered, "rows", "options")[0].rows].count("") == 0
    (tmp_path / "own.csv").write_text(OWN_WORDS)
    (tmp_path / "map.toml").write_text(seen.map.toml(), "utf-8")
    again = ds.read_coded(tmp_path / "own.csv", codes=tmp_path / "map.toml", infant="Anna", mother="Berta")
    assert (again.infant == seen.session.infant).all()
    assert (again.mother == seen.session.mother).all()
    assert again.mother[0, -1] == -1
    send(rendered, "Open a code map", "map.toml", seen.map.toml().encode())
    assert (state.data.value.own, state.problem.value) == (seen.map, "")
    assert (read(state.data.value.otherwise(infant="Anna", mother="Berta")).session.infant == again.infant).all()


def test_a_changed_map_says_what_was_said_and_refuses_what_no_map_can_say():
    base = ds.CodeMap.load("monadic-phases")
    assert with_codes(base, {}) is base
    code = next(iter(base.infant.values()))[0]
    other = with_codes(base, {("infant", code): PASSED_OVER})
    assert other.is_left_out(code)
    assert other.state("infant", code) is None
    assert with_codes(other, {("infant", code): "positive"}).name == other.name == "monadic-phases (changed)"
    with pytest.raises(ds.DyadsimError, match="state of the infant"):
        with_codes(base, {("infant", code): "glee"})
    with pytest.raises(ds.DyadsimError, match="means a state and is not coded"):
        with_codes(base, {("infant", "q"): "positive", ("mother", "q"): UNCODED})


def test_whose_codes_are_read_and_how_two_coders_agree(shown):
    state.data.set(own(TWO_CODERS))
    _, rendered = shown(DataPage())
    seen = read(state.data.value)
    assert (seen.dyads, seen.coders, seen.coder) == (("secret-family", "another"), ("AB", "CD"), "AB")
    press(rendered, "second_coder", "CD")
    press(rendered, "tolerance", 2)
    found = data_reading.compared(state.data.value, seen)
    assert (found.about["first"], found.about["second"], found.about["tolerance"]) == ("AB", "CD", 2.0)
    tables = [one for one in components(rendered, "caption", "heads") if one.caption == "Agreement of AB and CD"]
    infant = found.frame().iloc[0]
    assert tables[0].rows[0][:3] == ["infant", "60.0", f"{infant['agreement']:.0%}"]
    press(rendered, "dyad", "another")
    assert read(state.data.value).dyad == "another"
    press(rendered, "coder", "CD")
    assert read(state.data.value).coder == "CD"


def test_another_coders_file_is_compared_and_one_that_cannot_be_is_told_and_not_kept(shown):
    box, rendered = shown(DataPage())
    send(rendered, "Open the second coder's file", "same.csv", package_data("sessions", EXAMPLE).read_bytes())
    assert state.data.value.second.name == "same.csv"
    assert "kappa is 1.00" in " ".join(texts(box))
    press(rendered, "forget")
    assert state.data.value.second is None
    send(rendered, "Open the second coder's file", "other.csv", OWN_WORDS.encode())
    assert "other.csv" in state.problem.value
    assert state.data.value.second is None


@pytest.mark.parametrize(
    ("key", "value"), [("age", -1), ("age", None), ("age", "one"), ("ridge", 0), ("ridge", 1e9), ("tolerance", 61)]
)
def test_a_number_out_of_range_is_refused_in_a_sentence(key, value):
    with pytest.raises(ds.DyadsimError, match=f"The {key} is a number from"):
        changed(DataChoices(), key, value)


def test_what_is_no_choice_changes_nothing():
    choices = DataChoices()
    assert changed(choices, "codes", "/etc/passwd.toml") is choices
    assert changed(choices, "upload", "x") is choices
    assert changed(changed(choices, "codes", "icep"), "codes", "").map is None


# A fitted dyad


def test_a_fitted_number_is_shown_with_its_interval_alone_and_sent_to_compare_without_a_word_of_the_file(shown):
    rng = np.random.default_rng(4)
    lines = [f"secret-family,{who},{k},{k + 1},{rng.choice(['positive', 'neutral', 'negative'], p=[0.5, 0.4, 0.1])}"
             for who in ("infant", "mother") for k in range(0, 120)]  # fmt: skip
    text = "dyad,partner,onset,offset,code\n" + "\n".join(lines)
    state.data.set(own(text, "secret-file.csv", age=20.0))
    box, rendered = shown(DataPage())
    press(rendered, "run")
    run = data_runs._runs.value
    assert until(lambda: run.state.value.outcome is not None or state.problem.value), "it was not fitted"
    fitted = run.state.value.outcome
    direct = ds.fit(read(state.data.value).session, ages=20.0).frame()
    assert fitted.frame[direct.columns].equals(direct)
    assert until(
        lambda: any(one.caption.startswith("The fitted dyad") for one in components(rendered, "caption", "heads"))
    )
    (sheet,) = (one for one in components(rendered, "caption", "heads") if one.caption.startswith("The fitted dyad"))
    assert "not a rating of a parent" in sheet.caption
    for row, told in zip(sheet.rows, direct.to_dict("records"), strict=True):
        assert row[1] == (
            f"{told['estimate'] + 0.0:.2f} ({told['low'] + 0.0:.2f}{TO}{told['high'] + 0.0:.2f})"
        ).replace("-0.00", "0.00")
        assert ("little of it" in row[3]) == (not told["told"])
    assert not direct["told"].all()
    assert "Not a rating of a parent." in " ".join(texts(box))
    kept = data_outcomes.kept_estimates(fitted)
    assert {"low", "high", "told"} < {*kept}
    assert (kept["note"] == "not a rating of a parent").all()
    assert "secret" not in kept.to_csv()
    press(rendered, "send")
    own_, typical = state.sessions(2)
    assert "secret" not in state.query()
    said = parse_qs(state.query())
    assert said["a.traits.age"] == said["b.traits.age"] == ["20.0"]
    sent, made = own_.cohort(), fitted.cohort
    for name, value in made.traits.items():
        assert sent.traits[name][0] == pytest.approx(value[0], abs=6e-4)
    assert sent.coefficients["infant_contingency"] == pytest.approx(made.coefficients["infant_contingency"], abs=6e-4)
    assert "not a rating of a parent" in own_.title
    for row in sheet.rows:
        assert f"{row[0]} {row[1]}" in own_.says
    assert (own_.scheme, own_.seed, typical.seed) == ("valence", 1, 1)
    press(rendered, "age", 30)
    assert "What is asked has changed" in " ".join(texts(box))
    press(rendered, "forget")
    assert run.state.value.outcome is None


def test_a_session_that_is_too_long_to_fit_here_says_where_it_can_be():
    session = ds.interact(ds.Cohort.typical(), ds.Paradigm(name="long", episodes=[ds.Episode(name="p", seconds=7_201)]))
    asked = data_runs.Asked(session, "", 30.0, 1.0, server_settings.rules())
    with pytest.raises(ds.DyadsimError, match="a page fits 7,200 at most"):
        data_runs.check_size(asked)


def test_where_a_session_is_too_short_to_hold_a_half_out_that_is_told_and_the_rest_shown():
    session = read(own(HEAD + "a,x,infant,0,4,positive\na,x,mother,0,4,neutral\n")).session
    asked = data_runs.Asked(session, "", 30.0, 1.0, server_settings.rules())
    fitted = data_runs._fitted(asked, lambda done, total: None)
    assert fitted.held_out.empty == bool(fitted.says)
    assert len(data_outcomes.estimates_table(fitted)) == len(fitted.frame)


def test_moments_are_kept_by_the_clock_of_the_file():
    session = ds.read_coded(EXAMPLE)
    clips = session.moments_worth_showing()
    file = data_outcomes.clips_file(session, clips, "eaf")
    assert (file["name"], file["base64"]) == ("moments.eaf", True)
    text = base64.b64decode(file["content"]).decode("utf-8")
    first = clips.frame().iloc[0]
    assert f'TIME_VALUE="{round((first["onset"] + 1999) * 1000)}"' in text
    assert first["why"] in text
    assert data_outcomes.clips_file(session, clips, "csv")["content"].count("\n") == len(clips) + 1


# Nothing is left


OPENED = []
WATCHING = []
sys.addaudithook(lambda event, given: OPENED.append(given) if WATCHING and event == "open" else None)


def test_what_was_opened_is_gone_with_the_tab_and_was_never_written(monkeypatch):
    monkeypatch.setattr("solara.toestand._using_solara_server", lambda: True)  # which keeps values tab by tab
    monkeypatch.setattr("ipywidgets.Widget.close_all", lambda: None)  # here they have no browser that is told
    tab = kernel_context.VirtualKernelContext(id="a tab", kernel=kernel.Kernel(), session_id="somebody")
    WATCHING.append(True)
    try:
        with tab:
            upload = Upload("secret.csv", TWO_CODERS.encode())
            state.data.set(DataChoices(upload=upload))
            box, rendered = solara.render(DataPage(), handle_error=False)
            send(rendered, "Open the second coder's file", "second.csv", TWO_CODERS.encode())
            second, session = state.data.value.second, read(state.data.value).session
            left = [weakref.ref(each) for each in (upload, second, session, state.data.value)]
            assert second is not None
            rendered.close()
            del upload, second, session, box, rendered
    finally:
        WATCHING.clear()
    tab.close()
    del tab
    end = time.monotonic() + 30  # a thread that still does its last for the tab ends soon
    while gc.collect() >= 0 and any(each() is not None for each in left) and time.monotonic() < end:
        time.sleep(0.1)
    assert [each() is None for each in left] == [True] * 4
    written = [given for given in OPENED if isinstance(given[1], str) and set(given[1]) & set("wax+")]
    assert not [given for given in written if "__pycache__" not in str(given[0])]  # where compiled code is kept
