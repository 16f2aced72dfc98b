"""Results of courses, what instruments see of them, scenarios, and scenarios over parameter sets."""

import io
import json
import tempfile
from pathlib import Path

import numpy as np
from bits_common import Calm, Mirroring, community, lived, made_of, under

import dyadsim as ds

SCENARIOS = (
    "depressed-supported", "expecting-couples", "peer-group", "phone-at-play", "preterm", "psychotherapy",
    "typical-year", "video-feedback",
)  # fmt: skip
INSTRUMENTS = (
    "anxiety-scale", "attachment-interview", "bonding-problems", "couple-scale", "crying-diary", "eas", "epds",
    "inconsolable-crying", "loneliness-scale", "parenting-stress", "phone-use", "reflective-functioning",
    "regulatory-symptoms", "self-efficacy-scale", "support-scale", "symptom-checklist", "temperament", "trauma-scale",
    "unresolved-interview",
)  # fmt: skip
TABLES = ("weeks", "observed", "attachment", "attended", "means", "effects", "shares", "grounding")


def of_course(course):
    """Every public table of a course."""
    last = course.weeks.stop
    yield "frame", course.frame()
    yield "end", course.at(last)
    yield "background", course.background()
    yield "background at the end", course.background(last)
    yield "known", course.known(last)
    yield "attended", course.attended()
    yield "playing", course.playing(max(course.weeks.start, last - 2)).frame()
    yield "provenance", made_of(course.provenance)


class Dogged(ds.InterventionRule):
    """Half an effect until half of the sessions were attended."""

    entry = ds.Intervention.load("video-feedback").changed({"name": "dogged video feedback"})

    @staticmethod
    def strength(effect, taken):
        usual = ds.InterventionRule.strength(effect, taken)
        return np.where(taken.sessions < taken.entry.sessions / 2, usual / 2, usual)


class Saturating(ds.CoordinationRule):
    """Ever less from more."""

    @staticmethod
    def worth(coordination):
        return np.round(coordination / (1 + np.abs(coordination)), 9)


def courses():
    few = community(12)
    for named, cohort, how in (
        ("from pregnancy on", community(40), {"weeks": 30, "first_week": -10}),
        ("poverty", few.with_setting("poverty"), {"weeks": 10}),
        ("several settings", few.with_setting("prematurity", 0.4).with_setting("partner-support", 0.6), {"weeks": 8}),
        ("held", few, {"weeks": 8, "hold": {"burden": 1.0, "sensitivity": 0.5}}),
        ("midrange", few, {"weeks": 10, "coordination": "midrange"}),
        ("own reading", few, {"weeks": 10, "coordination": Saturating}),
        ("no feedback", few, {"weeks": 8, "feedback": False}),
        ("two days of still-face", few, {"weeks": 4, "days": 2, "paradigm": "still-face", "replicate": 2}),
        ("own rules", few, {"weeks": 4, "mother": Mirroring, "infant": Calm}),
        ("own intervention", few, {"weeks": 12, "interventions": [{"name": Dogged, "start_week": 4}]}),
        ("of a set", parameters_of(few, 3), {"weeks": 8}),
    ):
        yield from under(named, of_course(ds.develop(cohort, seed=2, **how)))
    yield from under("offers", of_course(lived()))
    twins = lived().twins()
    yield from under("twins", of_course(twins))
    yield "what offers change", lived().at(18) - twins.at(18)
    with tempfile.TemporaryDirectory() as folder:
        path = lived().save(Path(folder) / "course.npz")
        yield "saved", of_saved(path.read_bytes())
        yield from under("gone on from a file", of_course(ds.saved_course(path).go_on(5)))
    yield from under("joined", of_course(lived().joined(lived().go_on(5))))


def parameters_of(cohort, number):
    one = ds.parameter_set(number)
    by = {"dynamics": one.dynamics, "coefficients": one.coefficients}
    return ds.Cohort.sample(len(cohort), cohort.population, cohort.seed, **by)


def of_saved(content):
    """The arrays of a saved course, and what it says of itself."""
    with np.load(io.BytesIO(content)) as file:
        arrays = dict(file)
    return {"about": made_of(json.loads(str(arrays.pop("about")))), **arrays}


def outcomes():
    """A year, classified and seen through every instrument."""
    year = ds.develop(community(12).with_setting("depression", 0.5), weeks=53, days=1, seed=4)
    yield "chances", year.attachment_chances
    yield "attachment", year.attachment
    yield "strange-situation", year.observe("strange-situation", 52)
    for name in INSTRUMENTS:
        yield f"seen by {name}", year.observe(name, [0, 20, 53])
        yield f"seen by {name}, another rater", year.observe(name, 20, rater=1)


def of_comparison(comparison):
    for name in TABLES:
        yield name, getattr(comparison, name)()
    for twin in comparison.twin_arms if len(comparison.shares()) else ():
        yield f"secure variance against {twin}", comparison.secure_variance(twin)


def scenarios():
    for name in SCENARIOS:
        scenario = ds.Scenario.load(name)
        yield f"{name}: toml", scenario.toml()
        yield from under(name, of_comparison(scenario.changed({"dyads": 40}).run()))


def ensemble():
    """Lived through with each of the sets, and short so that it does not take long: without attachment, and with it."""
    for named, changes in (
        ("peer-group", {"weeks": 12, "days": 2}),
        ("to attachment", {"first_week": 48, "weeks": 6, "days": 1, "risks": ["poverty"], "interventions": ()}),
    ):
        twins = [{"name": "no poverty", "risks": []}] if "risks" in changes else []
        small = {"dyads": 10, "parameters": "ensemble", "outputs": {}, "twins": twins, **changes}
        yield from under(named, of_comparison(ds.Scenario.load("peer-group").changed(small).run()))


def families():
    """Courses of families: partners, ties, groups, statuses, and what an offer reaches."""
    offers = [
        {"name": "new-parents-group", "start_week": 6, "share": 0.5},
        {"name": "family-foundations", "to": "both"},
    ]
    some = ds.Families.sample(24, seed=4, partners=0.8, community_size=12).with_setting("migration", 0.3)
    course = ds.develop(some, 24, offers, seed=4, first_week=-12)
    yield "families", some.frame()
    yield from under("lived", of_course(course))
    yield "ties", course.ties(12)
    yield "network", course.network(12)
    yield "groups", course.groups()
    yield "reach", ds.reach(course, course.twins(), (8, 12))
    small = ds.Scenario.load("coparenting").changed({"dyads": 12, "weeks": 12})
    yield from under("coparenting", of_comparison(small.run()))


def services():
    """Weeks under services, and a comparison of two of them by several parameter sets."""
    some = ds.Families.sample(36, seed=4, partners=0.8, community_size=12).with_setting("migration", 0.3)
    served = ds.serve(some, "screen-and-step", 30, seed=4, waves=3)
    yield from under("served", of_course(served.course))
    yield "events", served.events
    yield "load", served.load
    asked = ds.ServiceComparison.load("four-services").changed(
        {"services": ["nordic-universal", "specialist-only"], "communities": 2, "waves": 2, "weeks": 66, "linear": True}
        | {"parameters": "ensemble", "sets": 2}
    )
    results = asked.run(workers=1)
    names = ("cascade", "equity", "waits", "cost_of_waiting", "load", "costs", "false_positives", "effects")
    for name in (*names, "draws", "cost_effectiveness"):
        yield f"compared: {name}", getattr(results, name)()


def generations():
    """Generations: as they are, with something offered and help met, with ways cut, and with infants exchanged."""
    people = ds.Families.sample(80, seed=5).with_setting("poverty", 0.2)
    offers = [{"name": "video-feedback", "generation": 1, "start_week": 13, "share": 0.5}]
    helps = [{"name": "a therapy", "share": 0.5, "to": "incoherent", "history": 0.8}]
    lived = ds.generations(people, 3, offers, 5, helps=helps, linear=True)
    yield "frame", lived.frame()
    yield "children", lived.children
    yield "lineage", lived.lineage.table
    yield "follow-up", lived.follow_up()
    yield "without care", lived.without("care").frame()
    yield "exchanged", lived.cross_fostered(2).frame()
    yield "gap", lived.transmission_gap(2).parts
    yield "sampled", ds.generations(people[:12], 2, seed=5).frame()


FOUND = {each.__name__: each for each in (courses, outcomes, scenarios, ensemble, families, services, generations)}
