"""A rule of one's own for each partner: copy it, fill in your theory, and give it as FILE.py:CLASS.

    dyadsim interact --paradigm still-face
    dyadsim interact --paradigm still-face --mother rule.py:MirroringMother --set expressiveness=1
    dyadsim interact --paradigm still-face --infant rule.py:SoothedInfant --set soothability=2

What rules are, and what lies outside their form, is told in docs/rules.md.
"""

import numpy as np

import dyadsim as ds

# States have numbers, those of their place in these lists.
INFANT, MOTHER = ds.ICEP.infant_names, ds.ICEP.mother_names


class MirroringMother(ds.MotherRules):
    """Beside all else, his smile draws hers.

    log-odds(she smiles next) = the shipped rule's + exp(expressiveness) if he smiles now, + 0 if he does not
    """

    # What differs between dyads in your theory, if anything: name, whose, default, lowest, highest, unit, meaning.
    # It can then be set (--set, cohort.replace), swept over, and shows as a slider on the dashboard.
    extra_traits = (ds.Trait("expressiveness", "mother", 0.0, -4.0, 4.0, "standard score", "how readily she smiles"),)

    @staticmethod
    def preferences(traits, context):
        """Log-odds of each of her 6 next states: any number, 0 for none the likelier, minus infinity forbids it.

        You see the second before, and no more: ``context.infant`` and ``context.mother`` (numbers of states),
        ``context.arousal`` (0 to 4), ``context.attention`` (1 while his is with her, else 0), ``context.available``
        (false: to him she is not there). ``traits`` has every trait, one number a dyad, and every coefficient. Never
        mix dyads: no mean over them.

        You return an array whose axes are (next state, infant, mother, inner state, dyads); an axis on which nothing
        depends may have length 1. ``context`` is laid out so that comparing it gives the right axes.
        """
        smile = np.eye(len(MOTHER))[MOTHER.index("positive")].reshape(-1, 1, 1, 1, 1)
        he_smiles = context.infant == INFANT.index("positive")
        return ds.MotherRules.preferences(traits, context) + np.exp(traits.expressiveness) * smile * he_smiles


class SoothedInfant(ds.InfantRules):
    """Beside all else, her voice calms him while she is there for him.

    log-odds(his arousal falls rather than stays) = the shipped rule's + soothability if she vocalises, + 0 if not
    """

    extra_traits = (ds.Trait("soothability", "infant", 0.5, 0.0, 4.0, "log-odds", "how far her voice calms him"),)

    # His ``preferences`` (log-odds of each of his 5 next states) could be overridden as hers are, and ``attention``
    # (log-odds that his is with her next) as arousal is; here they stay.

    @staticmethod
    def arousal_change(traits, context):
        """Log-odds of falling and of rising, each against staying: axes (infant, mother, inner state, dyads)."""
        falling, rising = ds.InfantRules.arousal_change(traits, context)
        hears_her = context.available & (context.mother == MOTHER.index("vocal"))
        return falling + traits.soothability * hears_her, rising
