"""Imports and compiles once what nearly all tests use, so that pytest's workers do not all do so at the same time.

.ci/run calls it on its fresh checkout, where nothing was compiled before; by hand it is never needed.
"""

import matplotlib.pyplot  # noqa: F401
import statsmodels.api  # noqa: F401

import dyadsim as ds

if __name__ == "__main__":
    families = ds.Families.sample(24, community_size=12)
    ds.develop(families, 2, first_week=10)
    cohort = ds.Cohort.sample(5)
    ds.develop(cohort, 1)
    ds.interact(cohort, "still-face", states=True).measures()
    ds.interact(ds.Cohort.sample(3).repeated(4)).measures()
    law = ds.law(cohort, "still-face")
    law.shares(), law.measures()
    ds.Cohort.sample(4000)
