"""The shipped rules as a Mesa user would write them: two agents, ``math.exp`` and ``random.choices``.

``benchmark.py`` times it; a test holds its chances against the tables, so that it is the same model. What depends on
traits alone is summed up when an agent is made, as a careful user would do.
"""

from __future__ import annotations

from collections import Counter
from math import exp, log
from types import SimpleNamespace

import mesa

import dyadsim as ds
from dyadsim.theory import rules
from dyadsim.theory.states import AROUSAL_LEVELS

# The rules' numbers in plain Python. What depends on no trait is worked out here, once.
INFANT, MOTHER = ds.ICEP.infant_names, ds.ICEP.mother_names
INFANT_STATES, MOTHER_STATES, CHANGES = range(len(INFANT)), range(len(MOTHER)), (-1, 0, 1)
OBJECT_PLAY, ELSEWHERE, HIGHEST = INFANT.index("object"), MOTHER.index("elsewhere"), AROUSAL_LEVELS - 1
UNAVAILABLE = [name in ("withdrawn", "elsewhere") for name in MOTHER]
DISTRESSED = [name in ("protest", "withdrawn") for name in INFANT]
C = SimpleNamespace(**{n: v.tolist() if ds.COEFFICIENTS[n].states else v for n, v in ds.Coefficients.default().items()})
PATTERNS = rules.ABSENCE, rules.AROUSAL, rules.LOOKING_AT_HER, rules.SMILING
ABSENCE, AROUSAL, LOOKING, SMILING = (pattern.ravel().tolist() for pattern in PATTERNS)
BURDEN, DISTRACTION, ACTING = (p.ravel().tolist() for p in (rules.BURDEN, rules.DISTRACTION, rules.STIMULATION))
# By the other's state, then one's own.
RESPONSE, FITTING, MISREADING = (a.T.tolist() for a in (rules.RESPONSE, rules.FITTING, rules.MISREADING))
TENSION = [[C.arousal_effect * level * weight for weight in AROUSAL] for level in range(HIGHEST + 1)]
LOOKS = [C.attention_effect * weight for weight in LOOKING]


def ripe(age: float) -> float:
    """Logarithm of how much of his attention and smiles has ripened."""
    return -log(1 + exp((rules.HALF_SMILING - age) / rules.RIPENING))


def chance(log_odds: float) -> float:
    """Chance of what has these log-odds."""
    return 1 / (1 + exp(-log_odds))


class IdiomaticInfant(mesa.Agent):
    """The infant; what depends on his traits alone is summed up when he is made."""

    def __init__(self, model: mesa.Model, traits: dict[str, float]) -> None:
        super().__init__(model)
        t = SimpleNamespace(**traits)
        months = (t.age - rules.REFERENCE_AGE) / rules.MONTH
        heeds, counts_on = t.age**2 / (t.age**2 + rules.HALF_HEEDING**2), exp(C.expectation_effect * t.expectation)
        matters = heeds * exp(C.contingency_growth * months)
        smiles = C.smile_growth * ripe(t.age) + C.sociability_smiles * t.sociability
        follows, missed = C.infant_contingency * matters, matters / counts_on
        base = [base + smiles * weight for base, weight in zip(C.infant_base, SMILING, strict=True)]
        missing = [b + C.absence_effect * missed * a for b, a in zip(base, ABSENCE, strict=True)]
        # By whether his attention is with her (elsewhere first) and by her state: the pull of each next state.
        turned = [missing if away else base for away in UNAVAILABLE]
        with_her = [
            [p + looks + (0.0 if away else follows * r) for p, looks, r in zip(pull, LOOKS, response, strict=True)]
            for away, pull, response in zip(UNAVAILABLE, turned, RESPONSE, strict=True)
        ]
        self.pull = turned, with_her
        self.staying = [inertia + C.infant_persistence_effect * t.infant_persistence for inertia in C.infant_inertia]
        calm = C.regulation_calms * t.regulation - C.negativity_unsettles * t.negativity
        self.falling = C.arousal_fall + calm + C.regulation_growth * months
        self.answer_calms, self.absence_arouses = C.answer_calms * heeds, C.absence_arouses * missed
        grown = C.attention_ripens * ripe(t.age) + C.attention_growth * months
        self.attends = C.attention_base + grown + C.sociability_attends * t.sociability
        self.holds, self.bids = C.answer_holds * heeds, C.bids * heeds * counts_on
        self.state, self.arousal, self.attention = INFANT.index("monitor"), 1, 0

    def weights(self) -> list[float]:
        """How likely each next state is, against the others."""
        pull = self.pull[self.attention][self.mother.state]
        log_odds = [pulled + tension for pulled, tension in zip(pull, TENSION[self.arousal], strict=True)]
        log_odds[self.state] += self.staying[self.state]
        return [exp(odds) for odds in log_odds]

    def arousal_weights(self) -> list[float]:
        """How likely arousal is to fall, stay and rise, against each other."""
        falling, rising, mother = self.falling, C.arousal_rise, self.mother.state
        if UNAVAILABLE[mother]:
            rising += self.absence_arouses
        else:
            falling += self.answer_calms * max(FITTING[self.state][mother], 0.0)
        if self.state == OBJECT_PLAY:
            falling += C.comfort_calms
        if DISTRESSED[self.state]:
            rising += C.distress_arouses
        return [exp(falling), 1.0, exp(rising)]

    def attention_chance(self) -> float:
        """Chance that his attention is with her next."""
        mother = self.mother.state
        draws = self.bids if UNAVAILABLE[mother] else self.holds * FITTING[self.state][mother]
        return chance(self.attends + C.attention_inertia * (2 * self.attention - 1) + draws)

    def step(self) -> None:
        self.next_state = self.random.choices(INFANT_STATES, self.weights())[0]
        change = self.random.choices(CHANGES, self.arousal_weights())[0]
        self.next_arousal = min(max(self.arousal + change, 0), HIGHEST)
        self.next_attention = int(self.random.random() < self.attention_chance())

    def advance(self) -> None:
        self.state, self.arousal, self.attention = self.next_state, self.next_arousal, self.next_attention


class IdiomaticMother(mesa.Agent):
    """The mother, likewise: she misses his signal, reads it rightly, or misreads it."""

    def __init__(self, model: mesa.Model, traits: dict[str, float]) -> None:
        super().__init__(model)
        t = SimpleNamespace(**traits)
        load = 2**t.burden - 1
        burden, phone, acts = (
            C.burden_effect * load,
            C.distraction_effect * t.distraction,
            C.stimulation_acts * t.stimulation,
        )
        answering = C.mother_contingency * exp(C.stimulation_effect * t.stimulation)
        patterns = zip(C.mother_base, BURDEN, DISTRACTION, ACTING, strict=True)
        self.base = [b + burden * u + phone * d + acts * a for b, u, d, a in patterns]
        self.right, self.wrong = (
            [[b + answering * w for b, w in zip(self.base, row, strict=True)] for row in table]
            for table in (FITTING, MISREADING)
        )
        steady = C.mother_persistence_effect * t.mother_persistence - C.burden_unsettles * load
        self.staying = [inertia + steady for inertia in C.mother_inertia]
        # By his state: what she has to see him with, and how she uses it.
        capacities = [t.reflective_functioning if distressed else t.sensitivity for distressed in DISTRESSED]
        self.noticing = [C.noticing + C.noticing_effect * each - C.burden_dulls * load for each in capacities]
        self.reading = [chance(C.reading + C.reading_effect * each) for each in capacities]
        self.state = MOTHER.index("vocal")

    def weights(self) -> list[float]:
        """How likely each next state is: over how she may see him, the chances that follow from that."""
        his = self.infant.state
        notices = chance(self.noticing[his] - C.elsewhere_dulls * (self.state == ELSEWHERE))
        reads = self.reading[his]
        parts = (1 - notices, self.base), (notices * reads, self.right[his]), (notices * (1 - reads), self.wrong[his])
        mixed = [0.0] * len(MOTHER)
        for share, pull in parts:
            log_odds = pull.copy()
            log_odds[self.state] += self.staying[self.state]
            odds = [exp(each) for each in log_odds]
            total = sum(odds)
            mixed = [so_far + share * each / total for so_far, each in zip(mixed, odds, strict=True)]
        return mixed

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
