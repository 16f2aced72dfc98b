"""What goes to the browser: sessions and laws as plain data, figures, tables, phase diagrams."""
# ruff: noqa: E402 - what needs Solara is imported once it is known to be there

import base64
import io
import itertools
import re
import struct
import threading

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import encounters

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import ENCOUNTERS, NAMES, SHIPPED, WHO, figure, plain, session_fields

import dyadsim as ds
from dyadsim.dashboard import downloads, form_fields, player, session_tracks
from dyadsim.scenarios.outputs import Phase

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it")


# Tracks


@pytest.mark.parametrize("scheme", ds.SCHEMES)
@pytest.mark.parametrize("name", ENCOUNTERS)
@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**64 - 1))
def test_a_track_of_what_ships_holds_the_session_exactly(name, scheme, seed):
    holds_the_session(ds.Encounter.load(name).changed({"scheme": scheme, "seed": seed}))


@settings(max_examples=20, deadline=None)
@given(encounters())
def test_a_track_of_any_encounter_holds_the_session_exactly(encounter):
    holds_the_session(encounter)


def answered(encounter):
    """Whether she could answer in each second."""
    episodes = encounter.played().episodes
    return np.repeat([each.available for each in episodes], [each.seconds for each in episodes])


def holds_the_session(encounter):
    session, shown = encounter.session(), plain(session_tracks.Watched(encounter, SHIPPED).track)
    for part in ("infant", "mother", "arousal"):
        assert shown[part] == getattr(session, part)[0].tolist()
    matrix = np.array(shown["matrix"])
    there = answered(encounter)
    assert shown["matched"] == (matrix[shown["infant"], shown["mother"]] * there).astype(int).tolist()
    assert shown["matched"] == (session.matched(encounter.scheme) & there).astype(int).tolist()
    events = session.events(encounter.scheme)
    events = events[there[events["time"].astype(int)]]
    told = pd.DataFrame(shown["events"], columns=["time", "kind", "latency"]).astype({"latency": float})
    assert told["kind"].tolist() == events["event"].tolist()
    for part in ("time", "latency"):
        assert np.array_equal(told[part].astype(float), events[part].astype(float), equal_nan=True)
    played = encounter.played().episodes
    assert [(one["name"], one["stop"] - one["start"], one["held"]) for one in shown["episodes"]] == [
        (episode.name, episode.seconds, not episode.free) for episode in played
    ]
    assert [bool(one["says"]) for one in shown["episodes"]] == [not episode.available for episode in played]
    assert [one["start"] for one in shown["episodes"]] == [0, *(one["stop"] for one in shown["episodes"][:-1])]
    assert {who: [one["name"] for one in shown["codes"][who]] for who in WHO} == NAMES


@settings(max_examples=20, deadline=None)
@given(encounters())
def test_what_is_said_so_far_ends_with_the_measures_of_the_time_in_which_she_could_answer(encounter):
    watched = session_tracks.Watched(encounter, SHIPPED)
    there, session = answered(encounter), watched.session
    said = {one["key"]: one for one in plain(session_tracks.so_far(watched))}
    assert {len(one[part]) for one in said.values() for part in ("values", "below")} == {session.ends[-1]}
    his, hers = session.infant[0][there], session.mother[0][there]
    chance = np.mean(session.match_scheme(encounter.scheme).matrix[np.ix_(his, hers)])
    if there.sum() > 10:
        share = session.matched(encounter.scheme)[there].mean()
        assert abs(float(said["match"]["values"][-1].rstrip("%")) - 100 * share) <= 0.5 + 1e-9
        by_chance = re.fullmatch(r"(\d+)% by chance alone(, not counted now)?", said["match"]["below"][-1])
        assert abs(int(by_chance[1]) - 100 * chance) <= 0.5 + 1e-9
        assert bool(by_chance[2]) == (not there[-1])
    if there.all():  # then it is what the library says
        measures = session.pooled_measures(scheme=encounter.scheme)
        assert said["match"]["values"][-1] == f"{measures['match']:.0%}"
        assert said["match"]["below"][-1] == f"{measures['chance_match']:.0%} by chance alone"
    events = session.events(encounter.scheme)
    events = events[there[events["time"].astype(int)]]
    assert said["ruptures"]["values"][-1] == (events["event"] == "rupture").sum()
    assert said["repairs"]["values"][-1] == (events["event"] == "repair").sum()
    latencies = events["latency"].dropna()
    last, mean = (
        (f"the last after {latencies.iloc[-1]:.0f} s", latencies.mean()) if len(latencies) else ("none yet", None)
    )
    assert said["repairs"]["below"][-1] == last
    assert said["latency"]["values"][-1] == ("–" if mean is None else f"{mean:.1f} s")


@pytest.mark.parametrize(("name", "first", "stop"), [("still-face", 120, 240), ("phone", 60, 90)])
def test_numbers_stand_still_while_she_answers_nothing(name, first, stop):
    watched = session_tracks.Watched(ds.Encounter.load(name), SHIPPED)
    for number in session_tracks.so_far(watched):
        assert len({str(value) for value in number["values"][first - 1 : stop]}) == 1
    (match, *_) = session_tracks.so_far(watched)
    assert all(said.endswith("by chance alone, not counted now") for said in match["below"][first:stop])
    assert not any("not counted" in said for said in (match["below"][first - 1], match["below"][stop]))
    assert "took no notice of the other" in match["help"]
    table = [row for row in session_tracks.table(watched)["rows"] if first <= row[0] < stop]
    assert {(row[5], row[6]) for row in table} == {("no answer", "")}
    assert len(table) > 3
    shares = player._by_episode(watched).set_index("episode")
    held = shares.loc[name, ["in match", "by chance"]]
    assert set(held) == {"– (nothing answers)"}
    assert "%" in shares.loc[name, "he looks"] and "%" in shares.loc["play", "in match"]


@pytest.mark.parametrize("name", ["typical", "still-face"])
def test_numbers_and_captions_of_the_past_do_not_know_what_is_done_later(name):
    one = ds.Encounter.load(name)
    before, after = (
        session_tracks.Watched(each, SHIPPED) for each in (one, one.changed({"moments": [{"name": "phone", "at": 70}]}))
    )
    for first, second in zip(session_tracks.so_far(before), session_tracks.so_far(after), strict=True):
        assert (first["values"][:70], first["below"][:70]) == (second["values"][:70], second["below"][:70])
        assert first["values"] != second["values"]
    told = [[said for said in session_tracks.captions(each) if said["second"] < 70] for each in (before, after)]
    assert told[0] == told[1] != []


@settings(max_examples=20, deadline=None)
@given(encounters())
def test_the_table_tells_every_second_once_and_what_was_so_in_it(encounter):
    watched = session_tracks.Watched(encounter, SHIPPED)
    shown, table, there = watched.track, plain(session_tracks.table(watched)), answered(encounter)
    assert [head["label"] for head in table["heads"]][:2] == ["from (s)", "seconds"]
    told = {second: row for row in table["rows"] for second in range(row[0], row[0] + row[1])}
    assert list(told) == [*range(len(shown["infant"]))]
    assert sum(row[1] for row in table["rows"]) == len(told)
    episodes = {second: one["name"] for one in shown["episodes"] for second in range(one["start"], one["stop"])}
    for second, (*_, episode, he, she, match, _, arousal) in told.items():
        assert (he, she) == tuple(NAMES[who][shown[who][second]] for who in WHO)
        else_ = "mismatch" if there[second] else "no answer"
        assert match == ("match" if shown["matched"][second] else else_)
        assert (episode, arousal) == (episodes[second], shown["arousal"][second])
    happened = {row[0]: row[6].split()[0] for row in table["rows"] if row[6]}
    assert happened == {event["time"]: event["kind"] for event in shown["events"]}


@settings(max_examples=20, deadline=None)
@given(encounters())
def test_all_that_goes_to_the_browser_is_numbers_and_text_and_chances_sum_to_one(encounter):
    watched, law = session_tracks.Watched(encounter, SHIPPED), encounter.law()
    shown = plain(session_tracks.with_law(watched.track, law))
    course = law.course()
    for who in WHO:
        chances = np.array(shown["law"][who])
        assert chances.shape == (len(NAMES[who]), len(shown[who]))
        assert np.allclose(chances.sum(axis=0), 1, atol=0.0005 * len(chances))
        assert np.allclose(chances.T, course[[f"{who}_{name}" for name in NAMES[who]]], atol=0.0005)
    assert {**shown, "law": None} == plain(watched.track)
    seconds = [caption["second"] for caption in plain(session_tracks.captions(watched))]
    assert seconds == sorted(seconds)
    plain(
        [
            session_tracks.so_far(watched),
            session_tracks.table(watched),
            session_fields(encounter),
            form_fields.presets(encounter.name),
        ]
    )


# Figures and files


def drawn(number, kind="png"):
    return base64.b64decode(downloads.figure_file(figure(number), kind, "mine")["content"])


def test_a_picture_to_keep_has_300_dots_an_inch():
    png = drawn(1)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (750, 600)
    (dots,) = struct.unpack(">I", png[(place := png.index(b"pHYs") + 4) : place + 4])
    assert round(dots * 0.0254) == 300


def test_figures_are_also_kept_as_pdf_and_svg_and_shown_as_an_address():
    assert drawn(1, "pdf").startswith(b"%PDF-")
    assert b"<svg" in drawn(1, "svg")
    said, _, content = downloads.svg(figure(1)).partition(",")
    assert said == "data:image/svg+xml;base64"
    assert b"<svg" in base64.b64decode(content)
    file = downloads.figure_file(figure(1), "pdf", "mine")
    assert (file["name"], file["mime"], file["base64"]) == ("mine.pdf", "application/pdf", True)


def test_two_threads_that_draw_at_once_get_what_each_would_get_alone():
    alone, found = {number: drawn(number) for number in (1, 2)}, {1: [], 2: []}
    both = threading.Barrier(2)

    def draw(number):
        both.wait(20)
        found[number] += [drawn(number) for _ in range(4)]

    threads = [threading.Thread(target=draw, args=(number,)) for number in alone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {number: {*all_} for number, all_ in found.items()} == {number: {one} for number, one in alone.items()}
    assert alone[1] != alone[2]


def test_only_one_figure_is_drawn_at_a_time():
    class Slow:
        now = most = 0

        def savefig(self, held, **_):
            Slow.now += 1
            Slow.most = max(Slow.most, Slow.now)
            threading.Event().wait(0.02)
            Slow.now -= 1
            held.write(b"drawn")

    threads = [threading.Thread(target=downloads.svg, args=(Slow(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (Slow.now, Slow.most) == (0, 1)


@given(st.lists(st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**53), 2**53)), min_size=1))
def test_a_table_to_keep_has_all_digits(rows):
    table = pd.DataFrame(rows, columns=["value", "count"]).assign(name='a "quoted", one\nof two lines')
    file = downloads.csv_file(table, "mine")
    again = pd.read_csv(io.StringIO(file["content"]), float_precision="round_trip")
    pd.testing.assert_frame_equal(again, table, check_exact=True)
    assert (file["name"], file["mime"], file["base64"]) == ("mine.csv", "text/csv", False)


def test_a_table_to_read_has_no_nan_no_minus_zero_and_no_underscores():
    table = pd.DataFrame({"mean_age": [-0.0001, np.nan], "who": ["he", None], "n": [3, 4], "known": [True, False]})
    shown = plain(downloads.rows_of(table))
    assert [(head["label"], head["number"]) for head in shown["heads"]] == [
        ("mean age", True), ("who", False), ("n", True), ("known", False),
    ]  # fmt: skip
    assert shown["rows"] == [["0.00", "he", "3", "yes"], ["–", "–", "4", ""]]


def phase_of(encounter, chosen):
    return downloads.phase_data(chosen, paradigm=encounter.played(), scheme=encounter.scheme, dyad=encounter.cohort())


@pytest.mark.parametrize(
    ("name", "measure"),
    [("typical", "mean_repair_latency"), ("phone", "infant_interactive_contingency"), ("still-face", "match")],
)
def test_a_phase_diagram_has_a_cell_a_pair_of_values_with_what_the_law_gives_there(name, measure):
    encounter = ds.Encounter.load(name)
    shown = plain(phase_of(encounter, Phase(x="burden", y="age", measure=measure)))
    cells = {(cell["x"], cell["y"]): cell for cell in shown["cells"]}
    across, along = (np.linspace(*ends, 11).round(6).tolist() for ends in ((-2, 2), (0, 104)))
    assert sorted(cells) == [*itertools.product(across, along)]
    there = encounter.changed({"traits": {"burden": 1.2, "age": 31.2}}).law().measures(encounter.scheme)
    says = f"{measure.replace('_', ' ')} {there[measure][0]:.3f} at burden 1.2, age 31.2"
    assert cells[1.2, 31.2]["says"] == says
    assert len({cell["colour"] for cell in shown["cells"]}) > 10
    values = [float(cell["says"].split(" at ")[0].split()[-1]) for cell in shown["cells"]]
    assert (shown["low"], shown["high"]) == (f"{min(values):.3f}", f"{max(values):.3f}")


def test_an_axis_says_its_unit_and_where_the_slider_stands():
    axis = plain(downloads.axis_of("age", [0, 0, 26, 26, 52], 39.0))
    assert axis == {"label": "age (weeks)", "low": "0", "high": "52", "step": 26.0, "value": 39.0}


def test_a_cell_of_which_nothing_is_known_has_no_colour_of_the_scale():
    encounter = ds.Encounter(name="x", traits={"sociability": -4.0, "burden": 4.0})
    cells = phase_of(encounter, Phase(measure="median_repair_latency"))["cells"]
    assert {cell["colour"] for cell in cells if " – at " in cell["says"]}.isdisjoint({"#000000"})


def test_a_phase_diagram_of_which_nothing_is_known_is_made_without_a_warning():
    plain(phase_of(ds.Encounter(name="x", seconds=2), Phase()))
