"""One object of every public class, and what it says of itself: what a copy, or another process, must say as well.

As a script it is the other process: it reads pickled objects from one file and writes their answers to another.
"""

import pickle
import sys
from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from own_theories import PatientMother, WarmMother
from serving import area, two
from serving import small as small_service
from trialling import ARMS, small

import dyadsim as ds
from dyadsim.scenarios.ensemble_comparison import EnsembleComparison


def examples(folder):
    """Objects by name, those of a public class under the name of the class; ``folder`` is for a sweep's results."""
    cohort = ds.Cohort.sample(3, "community", seed=1).with_setting("poverty", 0.5)
    design = ds.Design(name="try", factors=[{"name": "sensitivity", "values": [-1, 1]}], dyads=2, outcomes=["match"])
    results = ds.sweep(design, folder, workers=1)
    scenario = ds.Scenario.load("peer-group").changed({"dyads": 4, "weeks": 9})
    entry, frame = ds.Intervention.load("video-feedback"), pd.DataFrame({"role": ["check"], "holds": [True]})
    numbers, encounter = np.arange(3.0), ds.Encounter.load("depressed")
    sets = ds.parameter_sets()[:2]
    watched = small().run(out=f"{folder}-trial", workers=1)
    typed = [{"name": "one", "adds": {"eas": 1.0}}, *ARMS[1:]]
    Path(f"{folder}-trial.toml").write_text(small({"what.arms": typed}).toml())
    sizes = ds.PowerPlan(name="p", trial=f"{folder}-trial.toml", dyads=[4, 8], replicates=10)
    moment = {"name": "still-face", "at": 60}
    comparison = scenario.run()
    services = two().run(out=f"{folder}-services", workers=1)
    served = ds.serve(area(2, 4), small_service(), 8, seed=1, linear=True)
    lines = ds.generations(area(2, 4), 2, seed=1, linear=True)
    scenario_of_lines = ds.GenerationScenario.load("three-generations").changed(
        {"number": 8, "generations": 2, "cut": (), "fostered": (), "linear": True}
    )
    lived = scenario_of_lines.run(out=f"{folder}-generations", workers=1)
    coded = ds.read_coded("mangold_3532goodman.csv")
    objects = {
        "session with states": ds.interact(cohort, "still-face", seed=1, states=True),
        "session coded": coded,
        "session under a rule of the user's": ds.interact(cohort, seed=1, mother=WarmMother),
        "law under a rule of the user's": ds.law(cohort, seconds=20, mother=WarmMother),
        "course under a rule of the user's": ds.develop(cohort, 3, seed=1, mother=WarmMother),
        "model under way": _stepped(ds.DyadModel(cohort, "still-face", 1, mother=PatientMother), 150),
        "CommunityModel": _stepped(
            ds.CommunityModel(n_families=4, weeks=6, seed=1, interventions=[{"name": "peer-support", "seats": 2}]), 3
        ),
        "comparison over an ensemble": EnsembleComparison(
            (comparison, comparison), comparison.instruments, comparison.visits
        ),
        "twins": comparison.own.twins(),
        "course of families": ds.develop(ds.Families.sample(4, seed=1, community_size=4), 2, seed=1),
        "comparison of families": ds.Scenario.load("coparenting").changed({"dyads": 4, "weeks": 6}).run(),
        "a rule of the user's": WarmMother,
        "session": ds.interact(cohort, "still-face", seed=1),
        "played": encounter.session(),
    }
    made = [
        comparison, comparison.own, cohort, objects["session"], scenario, design, results, encounter, entry,
        ds.replay(folder, 0, 1), ds.law(cohort, "still-face", seconds=60), _stepped(ds.DyadModel(cohort, seed=1), 40),
        *sets[:1], sets[0].coefficients, sets[0].dynamics, ds.match_scheme("affect"), ds.Population.load("community"),
        ds.Setting.load("poverty"), ds.Setting.load("poverty").moves[0], ds.Paradigm.load("still-face"),
        ds.Paradigm.load("still-face").episodes[1], ds.Moment.load("still-face"), ds.GiveMoment(**moment),
        ds.Instrument.load("epds"), ds.Offer(name="video-feedback", start_week=4), ds.Interaction(paradigm="free-play"),
        design.factors[0], entry.effects[0], ds.Moderation(by="stress", stronger=0.1, evidence=["assumed"], note="so"),
        ds.TRAITS["sensitivity"], ds.MEASURES["match"], ds.Context.of("positive", "vocal", arousal=1),
        ds.DyadsimError("Not so."),
        ds.Taken(entry, 3, numbers, numbers, {"sensitivity": numbers}, {"sensitivity": 0.0}),
        ds.Validation(frame, frame, {"dyads": 3}),
        ds.Calibration(sets[0].coefficients, frame, frame, frame, {"seed": 1}),
        ds.DevelopmentCalibration(sets[0].dynamics, sets[0].dynamics.norms, frame, frame, {"seed": 1}),
        ds.EnsembleCalibration(sets, frame, frame, {"seed": 1}),
        watched, ds.Trial.load("skkippi"), ds.replay_dyad(watched, 1, 3), ds.AnalysisPlan.load("thinking-healthy"),
        sizes, ds.power(sizes, f"{folder}-power", workers=1),
        ds.Families.sample(4, seed=1), ds.FamilyParameters.default(),
        ds.ServiceParameters.default(), ds.Service.load("screen-and-step"), services, served,
        ds.ServiceComparison.load("four-services"),
        lines, lines.lineage, ds.Inheritance.default().without("care"), scenario_of_lines, lived,
        ds.GenerationCalibration(ds.Inheritance.default(), frame.assign(id="F158"), frame, {"seed": 1}),
        objects["session"].moments_worth_showing(),
        ds.coded_sessions(["mangold_3367goodman.csv", "mangold_3532goodman.csv"]), ds.CodeMap.load("monadic-phases"),
        ds.FamilyCalibration(ds.FamilyParameters.default(), frame.assign(id="F001"), frame, {"seed": 1}),
        ds.agreement(coded, coded), ds.cross_recurrence_profile(coded, 10), ds.minutes_needed(coded, lengths=[5]),
        ds.partner_shuffled(coded, times=5),
        ds.fit(coded, free=["infant_persistence", "sensitivity"], ages=13), ds.Theory.load("infant-led"),
        ds.compare_theories(coded, ["no-contingency"], ages=13),
    ]  # fmt: skip
    rules = (ds.Infant, ds.Mother, ds.Partner, ds.InfantRules, ds.CaregiverRules, ds.MotherRules, ds.PartnerRules)
    rules += (ds.InterventionRule,)
    rules += (ds.CoordinationRule, ds.MidrangeIsBest, ds.MoreIsBetter)  # they are passed as classes
    return objects | {type(each).__name__: each for each in made} | {rule.__name__: rule for rule in rules}


def _stepped(model, steps):
    for _ in range(steps):
        model.step()
    return model


def answers(thing):
    """What an object says when it is asked: tables of whoever has some, a model to its end, else its parts."""
    if isinstance(thing, ds.DyadModel | ds.CommunityModel):
        thing.run_model()
        collected = thing.datacollector
        happened = thing.session if isinstance(thing, ds.DyadModel) else thing.course
        return said([answers(happened), collected.get_model_vars_dataframe(), collected.model_vars])
    asked = [getattr(thing, name) for name in _ASKED if not isinstance(thing, type) and hasattr(type(thing), name)]
    return said([thing, *(each() if callable(each) else each for each in asked)])


_ASKED = (
    "measures", "repair_survival", "summary", "contingencies", "infant", "mother", "arousal", "course", "frame",
    "means", "weeks", "effects", "grounding", "shares", "observed", "attended", "provenance", "again", "changes",
    "toml", "counts", "setting_shifts", "cells", "performance", "published", "recorded",
    "sample_sizes", "answers", "cascade", "waits", "events", "costs",
)  # fmt: skip


def said(thing):
    """An object in plain values: its numbers to the bit, and whether they can be written to."""
    if isinstance(thing, np.ndarray):
        return "array", str(thing.dtype), thing.shape, thing.tobytes(), thing.flags.writeable
    if isinstance(thing, pd.DataFrame | pd.Series):
        frame = pd.DataFrame(thing).reset_index()
        return type(thing).__name__, [(str(name), str(each.dtype), said(list(each))) for name, each in frame.items()]
    if isinstance(thing, type) or (callable(thing) and hasattr(thing, "__qualname__")):
        return thing.__module__, thing.__qualname__
    if isinstance(thing, Mapping):
        return type(thing).__name__, [(said(key), said(value)) for key, value in thing.items()]
    if isinstance(thing, list | tuple):
        return type(thing).__name__, [said(each) for each in thing]
    if isinstance(thing, set | frozenset):
        return sorted(map(repr, thing))
    if hasattr(thing, "__next__"):
        return said(list(thing))
    if is_dataclass(thing) or hasattr(thing, "__dict__"):
        parts = {name: value for name, value in vars(thing).items() if not _is_cached(thing, name)}
        return type(thing).__name__, said(parts), said(thing.args) if isinstance(thing, Exception) else ()
    return repr(thing)


def _is_cached(thing, name):
    return any(isinstance(vars(each).get(name), cached_property) for each in type(thing).__mro__)


if __name__ == "__main__":
    given, told = map(Path, sys.argv[1:])
    told.write_bytes(pickle.dumps({name: answers(each) for name, each in pickle.loads(given.read_bytes()).items()}))
