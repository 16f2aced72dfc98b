"""The shipped rules as a Mesa user would write them: two agents, ``math.exp`` and ``random.choices``.

``benchmark.py`` times it; a test holds its chances against the tables, so that it is the same model. What depends on
traits alone is summed up when an agent is made, as a careful user would do.
"""

from __future__ import annotations

from collections import Counter
from math import exp
from types import SimpleNamespace

import mesa

import dyadsim as ds
from dyadsim.theory import rules
from dyadsim.theory.states import AROUSAL_LEVELS

# The rules' numbers in plain Python. What depends on no trait is worked out here, once.
INFANT, MOTHER = ds.ICEP.infant_names, ds.ICEP.mother_names
INFANT_STATES, MOTHER_STATES, CHANGES = range(len(INFANT)), range(len(MOTHER)), (-1, 0, 1)
OBJECT_PLAY, HIGHEST = INFANT.index("object"), AROUSAL_LEVELS - 1
UNAVAILABLE = [name in ("withdrawn", "elsewhere") for name in MOTHER]
DISTRESSED = [name in ("protest", "withdrawn") for name in INFANT]
C = SimpleNamespace(**{n: v.tolist() if ds.COEFFICIENTS[n].states else v for n, v in ds.Coefficients.default().items()})
PATTERNS = rules.ABSENCE, rules.AROUSAL, rules.NEGATIVITY, rules.SOCIABILITY, rules.OBJECT
ABSENCE, AROUSAL, NEGATIVITY, SOCIABILITY, OBJECT = (pattern.ravel().tolist() for pattern in PATTERNS)
BURDEN, DISTRACTION = rules.BURDEN.ravel().tolist(), rules.DISTRACTION.ravel().tolist()
RESPONSE, FITTING = rules.RESPONSE.T.tolist(), rules.FITTING.T.tolist()  # by the other's state, then own next state
DRAWN = [ABSENCE if away else response for away, response in zip(UNAVAILABLE, RESPONSE, strict=True)]
PULL = [[C.infant_contingency * weight for weight in drawn] for drawn in DRAWN]
TENSION = [[C.arousal_effect * level * weight for weight in AROUSAL] for level in range(HIGHEST + 1)]
ANSWERED = [[fits > 0 and not away for fits, away in zip(row, UNAVAILABLE, strict=True)] for row in FITTING]


class IdiomaticInfant(mesa.Agent):
    """The infant; what depends on his traits alone is summed up when he is made."""

    def __init__(self, model: mesa.Model, traits: dict[str, float]) -> None:
        super().__init__(model)
        t = SimpleNamespace(**traits)
        months = (t.age - rules.REFERENCE_AGE) / rules.MONTH
        upset, growth = C.negativity_effect * t.negativity, C.object_growth * months
        social = C.sociability_effect * t.sociability + C.sociability_growth * months
        patterns = zip(C.infant_base, NEGATIVITY, SOCIABILITY, OBJECT, strict=True)
        self.base = [base + upset * n + social * s + growth * o for base, n, s, o in patterns]
        self.staying = [inertia + C.infant_persistence_effect * t.infant_persistence for inertia in C.infant_inertia]
        self.falling = C.arousal_fall + C.regulation_calms * t.regulation + C.regulation_growth * months
        self.rising = C.arousal_rise + C.negativity_arouses * t.negativity
        self.state, self.arousal = INFANT.index("monitor"), 1

    def weights(self) -> list[float]:
        """How likely each next state is, against the others."""
        seen = zip(self.base, PULL[self.mother.state], TENSION[self.arousal], strict=True)
        log_odds = [base + pull + tension for base, pull, tension in seen]
        log_odds[self.state] += self.staying[self.state]
        return [exp(odds) for odds in log_odds]

    def arousal_weights(self) -> list[float]:
        """How likely arousal is to fall, stay and rise, against each other."""
        falling, rising = self.falling, self.rising
        if ANSWERED[self.state][self.mother.state]:
            falling += C.answer_calms
        if self.state == OBJECT_PLAY:
            falling += C.comfort_calms
        if DISTRESSED[self.state]:
            rising += C.distress_arouses
        if UNAVAILABLE[self.mother.state]:
            rising += C.absence_arouses
        return [exp(falling), 1.0, exp(rising)]

    def step(self) -> None:
        self.next_state = self.random.choices(INFANT_STATES, self.weights())[0]
        change = self.random.choices(CHANGES, self.arousal_weights())[0]
        self.next_arousal = min(max(self.arousal + change, 0), HIGHEST)

    def advance(self) -> None:
        self.state, self.arousal = self.next_state, self.next_arousal


class IdiomaticMother(mesa.Agent):
    """The mother, likewise."""

    def __init__(self, model: mesa.Model, traits: dict[str, float]) -> None:
        super().__init__(model)
        t = SimpleNamespace(**traits)
        load, phone = C.burden_effect * t.burden, C.distraction_effect * t.distraction
        answering = C.mother_contingency * exp(C.sensitivity_effect * t.sensitivity)
        base = [b + load * u + phone * d for b, u, d in zip(C.mother_base, BURDEN, DISTRACTION, strict=True)]
        self.answers = [[b + answering * f for b, f in zip(base, fitting, strict=True)] for fitting in FITTING]
        self.staying = [inertia + C.mother_persistence_effect * t.mother_persistence for inertia in C.mother_inertia]
        self.state = MOTHER.index("vocal")

    def weights(self) -> list[float]:
        """How likely each next state is, against the others."""
        log_odds = self.answers[self.infant.state].copy()
        log_odds[self.state] += self.staying[self.state]
        return [exp(odds) for odds in log_odds]

    def step(self) -> None:
        self.next_state = self.random.choices(MOTHER_STATES, self.weights())[0]

    def advance(self) -> None:
        self.state = self.next_state


class IdiomaticModel(mesa.Model):
    """Dyads in free play: all choose on what they saw the second before, then all advance."""

    def __init__(self, cohort: ds.Cohort, seconds: int, seed: int) -> None:
        super().__init__(seed=seed)
        self.seconds = seconds
        rows = cohort.frame().to_dict("records")
        self.dyads = [(IdiomaticInfant(self, traits), IdiomaticMother(self, traits)) for traits in rows]
        for infant, mother in self.dyads:
            infant.mother, mother.infant = mother, infant

    def step(self) -> None:
        self.agents.do("step")
        self.agents.do("advance")
        self.running = self.steps < self.seconds


def idiomatic_shares(cohort: ds.Cohort, seconds: int, seed: int) -> dict[str, float]:
    """Share of time in each state over all dyads, named as in ``law.shares()``: a test holds it against the law."""
    model, seen = IdiomaticModel(cohort, seconds, seed), Counter()
    while model.running:
        model.step()
        seen.update(f"infant_{INFANT[infant.state]}" for infant, _ in model.dyads)
        seen.update(f"mother_{MOTHER[mother.state]}" for _, mother in model.dyads)
    names = [f"infant_{name}" for name in INFANT] + [f"mother_{name}" for name in MOTHER]
    return {name: seen[name] / (seconds * len(cohort)) for name in names}
