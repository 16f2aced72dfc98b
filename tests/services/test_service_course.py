"""Weeks under a service: the same as offers where nothing is short, conserved and in order where it is."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from serving import ALIKE, CBT, area, invited, nurse, small

import dyadsim as ds
from dyadsim.development.course import from_start
from dyadsim.development.families import development_of_families
from dyadsim.development.play import LinearPlay
from dyadsim.interaction.paradigms import Paradigm
from dyadsim.interaction.rule_set import Rules
from dyadsim.interventions.offers import offered
from dyadsim.services.waiting_list import STANDINGS
from dyadsim.theory.coordination import MoreIsBetter

OFFERS = [("family-foundations", -6, {}), ("new-parents-group", 3, {"seats": 4}), ("video-feedback", 12, {})]
FIRST, WEEKS = -8, 40


def linear(families, offers, first=FIRST, weeks=WEEKS, seed=3):
    """A course of direct offers by the linear theory of play, which `ds.develop` does not take."""
    play = LinearPlay(Paradigm.load("free-play"), Rules(), 7, seed, 0, 1)
    made = development_of_families(families, play, MoreIsBetter, True, {}, first, offered(offers, first, weeks))
    return from_start(made, weeks)


def plain(service, families, **changes):
    how = {"weeks": WEEKS, "seed": 3, "first_week": FIRST, "linear": True, "threads": 1}
    return ds.serve(families, service, **{**how, **changes})


def everything():
    return small(
        contacts=[],
        screening=[],
        programmes=[invited(*each[:2], **each[2]) for each in OFFERS],
        interview=None,
        told_to="",
    )


@pytest.mark.parametrize("waves", [1, 3])
def test_with_unlimited_staff_a_service_is_the_offer_of_its_programmes_to_the_bit(waves):
    families = area(3, 12)
    served = plain(everything(), families, waves=waves, unlimited=True, parameters=ALIKE)
    direct = linear(families, [{"name": name, "start_week": week, **more} for name, week, more in OFFERS])
    assert served.course.states.tobytes() == direct.states.tobytes()
    columns = ["dyad", "intervention", "taken_up", "sessions", "left_week"]
    one, other = (each.attended().sort_values(["intervention", "dyad"])[columns] for each in (served.course, direct))
    assert one.fillna(-1).to_numpy().tolist() == other.fillna(-1).to_numpy().tolist()
    for week in (0, 8, 20, 32):
        assert served.course.ties(week).equals(direct.ties(week))
    assert served.course.groups().equals(direct.groups())


def test_sampled_play_under_a_service_is_that_of_develop_and_no_service_is_develop():
    families = area(2, 4)
    service = small(contacts=[], screening=[], programmes=[invited("video-feedback", 4)], interview=None, told_to="")
    how = {"weeks": 8, "seed": 2, "threads": 1}
    served = ds.serve(families, service, **how, unlimited=True, parameters=ALIKE)
    direct = ds.develop(families, interventions=[{"name": "video-feedback", "start_week": 4}], **how)
    assert served.course.states.tobytes() == direct.states.tobytes()
    none, alone = ds.serve(families, None, **how, waves=2), ds.develop(families, **how)
    assert none.course.states.tobytes() == alone.states.tobytes()
    for name, values in alone.measures.items():
        assert none.course.measures[name].tobytes() == values.tobytes()
    assert len(none.events) == len(none.load) == 0


def test_a_family_that_is_never_reached_is_its_twin_but_for_ties():
    """Without ties to the last bit; with ties in every community where nobody has begun anything."""
    alone = area(2, 12, ties=False)
    few = small(programmes=[{"name": CBT, "staff": "nurse", "hours": 1.0, "places": 60}])
    for families in (alone, area(4, 6)):
        own, twins = (plain(each, families, weeks=50) for each in (few, None))
        began = own.events.loc[own.events["event"] == "began", "family"].unique()
        assert 0 < len(began) < len(families)
        touched = set(began) if not families.ties else set(np.asarray(began) // families.community_size)
        of = families.family if not families.ties else families.family // families.community_size
        untouched = ~np.isin(of, list(touched))
        assert untouched.any()
        same = own.course.states[:, :, untouched] == twins.course.states[:, :, untouched]
        assert same.all()
        assert not (own.course.states == twins.course.states).all()


def check(served):
    """Nobody is in two places, hours are not exceeded, and whoever was referred stands somewhere."""
    events = served.events
    used = events.groupby(["staff", "service_week"])["hours"].sum()
    load = served.load[served.load["is"] == "staff"].set_index(["of", "service_week"])
    for staff in served.service.staff:
        told = load.loc[staff.name]
        hours = used[staff.name].reindex(told.index, fill_value=0.0) if staff.name in used else told["used"] * 0
        assert hours.to_numpy() == pytest.approx(told["used"].to_numpy())
        # Part of a post saves its hours for a week in which it works; there are never more than have been.
        assert (hours <= np.maximum(told["hours"], staff.hours) + 1e-6).all()
        assert (hours.cumsum() <= told["hours"].cumsum() + 1e-6).all()
    for each in served.service.programmes:
        name = each.called
        own = events[events["what"] == name]
        times = own.groupby(["family", "event"]).size().unstack(fill_value=0)
        once = [
            event
            for event in ("referred", "began", "declined", "gave up", "too old", "left", "finished")
            if event in times
        ]
        assert (times[once] <= 1).all().all()
        has = {event: set(own.loc[own["event"] == event, "family"]) for event in own["event"].unique()}
        out = [has.get(event, set()) for event in ("began", "declined", "gave up", "too old")]
        assert sum(map(len, out)) == len(set().union(*out))  # one way off the list
        assert set().union(*out) <= has.get("referred", set())
        ended = [has.get(event, set()) for event in ("left", "finished")]
        assert not ended[0] & ended[1]
        assert ended[0] | ended[1] <= has.get("began", set())
        standing = {label: int((served.standings[name] == place).sum()) for place, label in enumerate(STANDINGS)}
        assert sum(standing.values()) == len(served.families)
        assert standing["waiting"] == len(has.get("referred", set())) - len(set().union(*out))
        assert standing["in"] == len(has.get("began", set())) - len(ended[0] | ended[1])
        at_once = served.load[served.load["of"] == name]
        limit = at_once["places"].iloc[0]
        assert np.isnan(limit) or (at_once["families"] <= limit).all()
        # Sessions are had by those who are in it then, each session once, no more than planned.
        held = own[own["event"].isin(("session", "missed session"))]
        assert not held.duplicated(["family", "value"]).any()
        assert (held["value"] < each.offered.dose.sessions).all()
        began, gone = (
            own[own["event"].isin(names)].set_index("family")["service_week"]
            for names in (["began"], ["left", "finished"])
        )
        assert (held["service_week"].to_numpy() >= began.loc[held["family"]].to_numpy()).all()
        until = gone.reindex(held["family"], fill_value=10**6)
        assert (held["service_week"].to_numpy() < until.to_numpy()).all()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    people=some.floats(5, 200),
    hours=some.floats(0.5, 20),
    caseload=some.none() | some.integers(1, 5),
    turnover=some.floats(0, 0.95),
    places=some.none() | some.floats(20, 400),
    priority=some.sampled_from(["first come", "most severe", "youngest"]),
    waves=some.integers(1, 3),
    seed=some.integers(0, 99),
)
def test_whatever_the_staff_nothing_is_lost_and_no_hour_is_given_twice(
    people, hours, caseload, turnover, places, priority, waves, seed
):
    staff = [nurse(per_1000=people, hours=hours, caseload=caseload, turnover=turnover)]
    programmes = [
        {"name": CBT, "staff": "nurse", "hours": 1.0, "places": places, "priority": priority},
        invited("peer-support", 3, seats=4, places=places),
    ]
    served = plain(
        small(staff=staff, programmes=programmes), area(3, 8, seed=seed), seed=seed, waves=waves, first_week=0
    )
    check(served)


def test_a_family_whose_weeks_are_over_holds_no_place_and_no_person():
    """The second wave is born when the weeks of the first are over: one place for both, held by one after the other."""
    staff, programme = [nurse(caseload=1)], invited("video-feedback", 4, places=1)
    service = small(staff=staff, contacts=[], screening=[], interview=None, told_to="", programmes=[programme])
    served = plain(service, area(2, 10), weeks=12, first_week=0, waves=2, parameters=ALIKE)
    began = served.events[served.events["event"] == "began"]
    assert len(began) == 2
    assert set(began["family"] // 10) == {0, 1}
    check(served)


def test_events_of_a_family_are_those_it_has_in_any_area_with_staff_enough():
    """Luck is named by family and age: who else is there, and in which wave it is born, changes nothing."""
    families, service = area(4, 6, ties=False), small()
    whole = plain(service, families, unlimited=True, waves=4)
    part = plain(service, families[6:12], unlimited=True)
    columns = ["family", "week", "event", "what", "hours", "value"]
    theirs = whole.events[whole.events["family"].between(6, 11)]
    in_order = ["family", "week", "event", "what", "value"]
    one, other = (each[columns].sort_values(in_order).reset_index(drop=True) for each in (theirs, part.events))
    assert len(one) > 10
    assert one.equals(other)


@pytest.mark.parametrize("waves", [1, 2])
def test_more_staff_never_lengthens_the_mean_wait(waves):
    """The same families and luck; means over all who were referred, those who wait still among them."""
    means = []
    for people in (8, 16, 32, 64, 200):
        service = small(staff=[nurse(per_1000=people, hours=10.0)], screening=[], contacts=[], told_to="",
                        interview=None, programmes=[invited("video-feedback", 4)])  # fmt: skip
        served = plain(service, area(2, 20), first_week=0, waves=waves, parameters=ALIKE)
        waited = ds_waits(served)
        means.append(waited["waited"].mean())
    assert means == sorted(means, reverse=True)
    assert means[0] > means[-1] == 0


def ds_waits(served):
    from dyadsim.services.outcomes import waits

    return waits(served)


def test_a_course_under_a_service_has_twins_and_goes_on_with_its_service_only(tmp_path):
    served = plain(small(), area(2, 6), weeks=20)
    assert served.course.twins().states.tobytes() == plain(None, area(2, 6), weeks=20).course.states.tobytes()
    with pytest.raises(ds.DyadsimError, match="goes on with its service only"):
        served.course.go_on(2)
    with pytest.raises(ds.DyadsimError, match="is saved and goes on with its service only"):
        served.course.save(tmp_path / "end.zip")
    assert served.course.provenance["given"][0]["entry"]["name"] == CBT


def test_reach_tells_who_began_under_a_service_from_who_did_not():
    served = plain(small(programmes=[invited("video-feedback", 4, uptake=0.5), {"name": CBT}]), area(2, 12), weeks=30)
    told = ds.reach(served.course, served.course.twins(), (20,)).set_index(["group", "outcome"])
    began = served.events.loc[served.events["event"] == "began", "family"].nunique()
    assert told.loc[("came", "depression"), "mothers"] == began
    assert told.loc[("not offered", "depression"), "mothers"] == 24 - began


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ((ds.Cohort.sample(4, seed=1), None), "A service is for ds.Families"),
        ((area(1, 4, ties=False, partners=False), None), "these have neither"),
        ((area(2, 4), "england-helth-visiting"), "Did you mean 'england-health-visiting'"),
    ],
)
def test_what_cannot_be_served_is_told(given, says):
    with pytest.raises(ds.DyadsimError, match=says):
        ds.serve(*given, weeks=4)
    with pytest.raises(ds.DyadsimError, match="2 communities make so many waves at most, not 3"):
        ds.serve(area(2, 4), None, weeks=4, waves=3)
