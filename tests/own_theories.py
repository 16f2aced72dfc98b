"""Theories as a user would write them: rules, and a mother with a memory of her own."""

import numpy as np

import dyadsim as ds

POSITIVE = ds.ICEP.mother_names.index("positive")


class WarmMother(ds.MotherRules):
    """She is drawn to smile."""

    @staticmethod
    def preferences(traits, context):
        return ds.MotherRules.preferences(traits, context) + np.eye(6)[POSITIVE].reshape(-1, 1, 1, 1, 1)


class PatientMother(ds.Mother):
    """She remembers for how long she has been in her state, and stays for three seconds at least."""

    def __init__(self, model, place):
        super().__init__(model, place)
        self.since = 0

    def decide(self):
        before = self.state
        super().decide()
        if self.since < 3:
            self.next_state = before
        self.since = 0 if self.next_state != before else self.since + 1


class Watchful(ds.MotherRules):
    """She sees his inner state: his arousal turns her from play to talk, his attention draws her smile."""

    @staticmethod
    def preferences(traits, context):
        smile, talk = (np.eye(6)[k].reshape(-1, 1, 1, 1, 1) for k in (POSITIVE, POSITIVE - 1))
        seen = 0.4 * context.arousal * (talk - smile) + context.attention * smile
        return ds.MotherRules.preferences(traits, context) + seen


class Absorbed(ds.InfantRules):
    """His attention leaves her less readily the more he is aroused, whatever she does."""

    @staticmethod
    def attention(traits, context):
        return -1.0 + 3.0 * context.attention + 0.3 * context.arousal
