"""A theory of one's own: a mother who mirrors a smile more readily the more expressive she is.

Run it with the shipped one beside it, from the folder above:

    dyadsim interact --dyads 500
    dyadsim interact --dyads 500 --mother experiments/own_rule.py:MirroringMother --set expressiveness=1
"""

import numpy as np

import dyadsim as ds

INFANT, MOTHER = ds.ICEP.infant_names.index("positive"), ds.ICEP.mother_names.index("positive")


class MirroringMother(ds.MotherRules):
    """Beside all else, his smile draws hers."""

    extra_traits = (ds.Trait("expressiveness", "mother", 0.0, -4.0, 4.0, "standard score", "how readily she smiles"),)

    @staticmethod
    def preferences(traits, context):
        smiling = np.eye(6)[MOTHER].reshape(-1, 1, 1, 1, 1) * (context.infant == INFANT)
        return ds.MotherRules.preferences(traits, context) + np.exp(traits.expressiveness) * smiling
