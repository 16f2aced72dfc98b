"""The chain of a dyad as one plain matrix, which the package never makes: what its law is held against."""

import numpy as np

from dyadsim.interaction.tables import CONTEXT_SHAPE, make_tables


def transition_matrix(cohort, rules, episode, dyad=0):
    """Chances (300, 300) of the next context, context by context: the product of the four independent draws."""
    made = make_tables(cohort, rules, episode)
    infant, mother, arousal, attention = (
        np.broadcast_to(part, (len(part), *CONTEXT_SHAPE, len(cohort)))[..., dyad]
        for part in (made.infant, made.mother, made.arousal, made.attention)
    )
    matrix = np.zeros((*CONTEXT_SHAPE, *CONTEXT_SHAPE))
    for here in np.ndindex(CONTEXT_SHAPE):
        for change in (-1, 0, 1):
            level = here[2] % 5 + change
            chance = arousal[(change + 1, *here)]
            if not 0 <= level < 5:
                assert chance == 0
                continue
            for attends in (0, 1):
                both = np.outer(infant[(slice(None), *here)], mother[(slice(None), *here)])
                matrix[here][..., 5 * attends + level] += both * chance * attention[(attends, *here)]
    return matrix.reshape(300, 300)
