"""dyadsim: an agent-based simulation of dyadic regulation.

How a mother and her infant coordinate, rupture and repair, second by second. A model for thought and teaching: no
clinical instrument and no rating of a parent.

>>> import dyadsim as ds
>>> cohort = ds.Cohort.sample(100, population="community", seed=1)
>>> session = ds.interact(cohort, paradigm="still-face", seed=1)
>>> session.measures(scheme="strict")

The public names are listed in ``__init__.pyi``; each is imported when it is first used, so that ``import dyadsim``
brings in neither Mesa nor numba nor pandas.
"""

import lazy_loader

__version__ = "0.1.0"
NOTICE = "For thought and teaching; no clinical instrument and no rating of a parent."

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
