"""A theory of how sessions act: copy it, and offer it as FILE.py:CLASS wherever an intervention is named.

    dyadsim run scenario.toml       (in which twins get it)

docs/interventions.md says what such a rule may see, and what its size then means.
"""

import numpy as np

import dyadsim as ds


class LastingPeerSupport(ds.InterventionRule):
    """The company of others helps from the second meeting on, grows with each, and does not fade.

    strength = sessions attended / sessions planned  from the second on,  0 before
    """

    # What is offered: a shipped entry under a name of its own, or a file of yours beside this one:
    #     entry = ds.Intervention.load(Path(__file__).with_name("intervention.toml"))
    entry = ds.Intervention.load("peer-support").changed({"name": "lasting-peer-support"})

    @staticmethod
    def strength(effect, taken):
        """How much of an effect is there, one number a dyad: 0 for none, 1 as after all sessions planned.

        You see ``taken.sessions`` (attended before this week) and ``taken.since`` (weeks since the programme ended, or
        they left it), one number a dyad each; ``taken.week`` since it started; ``taken.entry``; and slow states as they
        were when it started, by name: ``taken.met["support"]`` of each dyad, ``taken.usual["support"]`` of those for
        whom it is made. ``effect.state`` is what is moved. Never mix dyads: no mean over them. The shipped strength is
        ``ds.InterventionRule.strength(effect, taken)``.
        """
        return np.where(taken.sessions >= 2, taken.sessions / taken.entry.sessions, 0.0)
