"""Hypothesis strategies that several tests share."""

import hypothesis.strategies as st
from conftest import PARADIGMS, POPULATIONS

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.people.population import Population
from dyadsim.theory.coefficients import COEFFICIENTS
from dyadsim.theory.traits import TRAITS

NAMES = toml_models.names("encounters")
BY_KIND = {
    kind: [name for name in toml_models.names("settings") if ds.Setting.load(name).kind == kind]
    for kind in ("risk", "protection")
}
USUAL_NAMES, SHORT = st.sampled_from([*NAMES, "mine"]), st.text(max_size=12)


def unlived(kind, population):
    """Settings under which nobody of a population lives by itself."""
    lived = {each.setting for each in Population.load(population).settings}
    return [name for name in BY_KIND[kind] if name not in lived]


@st.composite
def encounters(draw, names=USUAL_NAMES, titles=SHORT):
    """Any encounter that can be played; its name may be that of a shipped one from which it differs."""
    population, paradigm = draw(st.sampled_from(POPULATIONS)), draw(st.sampled_from(PARADIGMS))
    scores = st.sampled_from([name for name in TRAITS if name != "age"])
    single = [known for known in COEFFICIENTS.values() if not known.states]
    strengths = st.fixed_dictionaries({}, optional={one.name: st.floats(one.low, one.high) for one in single[:4]})
    moments = st.builds(
        ds.GiveMoment,
        name=st.sampled_from(toml_models.names("moments")),
        at=st.integers(1, 59),
        seconds=st.none() | st.integers(1, 90),
    )
    return ds.Encounter(
        name=draw(names),
        title=draw(titles),
        says=draw(titles),
        population=population,
        dyad=draw(st.none() | st.integers(0, 2**32 - 1)),
        risks=draw(st.lists(st.sampled_from(unlived("risk", population)), max_size=2, unique=True)),
        support=draw(st.lists(st.sampled_from(unlived("protection", population)), max_size=2, unique=True)),
        traits=draw(st.dictionaries(scores, st.floats(-4, 4), max_size=3)),
        coefficients=draw(strengths),
        paradigm=paradigm,
        seconds=draw(st.none() | st.integers(60, 900)),
        seed=draw(st.integers(0, 2**64 - 1)),
        replicate=draw(st.integers(0, 2**24 - 1)),
        day=draw(st.integers(0, 2**24 - 1)),
        scheme=draw(st.sampled_from(ds.SCHEMES)),
        moments=draw(st.lists(moments, max_size=3, unique_by=lambda one: one.at)),
    )
