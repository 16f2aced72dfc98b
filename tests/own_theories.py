"""Theories as a user would write them: a rule, and a mother with a memory of her own."""

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
