"""Fits of the models that trials are analysed by, all by statsmodels, each with what became of it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

__all__ = ["LONG_METHODS", "METHODS", "Data", "Fit", "Method", "failed_fit", "fitted"]

Numbers = NDArray[np.float64]
_NOTHING = 1e-4  # share of the variance between clusters
_LITTLE = 0.02  # share of the variance between clusters below which gradients are not to be trusted
_ALIKE = 1e-4  # by which two log-likelihoods of the same fit may differ
_LARGEST = 1e6  # of an estimate or its error, in its own unit: beyond it a fit has run away
LONG_METHODS = ("repeated",)
"""Methods that see several visits at once."""


@dataclass(frozen=True, eq=False)
class Data:
    """Numbers of an analysis.

    Attributes
    ----------
    outcomes : (dyads, visits) NaN where one is missing; one visit, unless the method is of several.
    asked : the place of the visit asked about.
    arm : (dyads,) 1 treated, 0 not.
    predictors : (dyads, columns) what is adjusted for.
    moderator : (dyads,) of a moderation; one of the predictors too.
    groups : (dyads,) number of each dyad's cluster; None without.
    """

    outcomes: Numbers
    asked: int
    arm: Numbers
    predictors: Numbers
    moderator: Numbers | None = None
    groups: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Fit:
    """What came of a fit: the difference between the arms; NaN where there is none.

    Attributes
    ----------
    b, se : estimate (of odds the logarithm of their ratio), and its standard error.
    freedom : degrees of freedom; infinite where quantiles are normal.
    residual_sd : of the outcome, given all that was adjusted for; NaN of a share.
    icc : share of the variance within that which lies between clusters, where it is estimated.
    failed : why there is no estimate; empty where there is one.
    """

    b: float
    se: float
    freedom: float
    residual_sd: float = float("nan")
    icc: float = float("nan")
    failed: str = ""

    def estimate(self) -> dict[str, float]:
        """Estimate, standard error, 95 % interval, p value and degrees of freedom."""
        from scipy.special import stdtr, stdtrit  # takes a tenth of a second to import

        freedom = min(self.freedom, 1e9) if self.freedom > 0 else float("nan")
        off = float(stdtrit(freedom, 0.975)) * self.se
        p = float(2 * stdtr(freedom, -abs(self.b / self.se))) if self.se > 0 else float("nan")
        ends = {"low": self.b - off, "high": self.b + off}
        return {"b": self.b, "se": self.se, **ends, "p": p, "freedom": self.freedom}

    def about(self) -> dict[str, Any]:
        """What else is told of it."""
        return {"residual_sd": self.residual_sd, "icc": self.icc, "converged": not self.failed, "failed": self.failed}


def failed_fit(why: str) -> Fit:
    """The fit of which nothing came, with why."""
    return Fit(*(float("nan"),) * 3, failed=why)


@dataclass(frozen=True)
class Method:
    """A method: in words, the kinds of errors that it has (the usual one first), and the function that fits it."""

    says: str
    errors: tuple[str, ...]
    fit: Callable[[Data, str, str], Fit]


@threadpool_limits.wrap(limits=1, user_api="blas")
def fitted(method: str, data: Data, errors: str, quantiles: str) -> Fit:
    """The fit of a method; whatever goes wrong is told in it and never raised.

    Parameters
    ----------
    method : one of :data:`METHODS`.
    data : numbers.
    errors : one of the method's.
    quantiles : ``t`` or ``normal``.
    """
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationWarning

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.filterwarnings("error", category=PerfectSeparationWarning)
            warnings.filterwarnings("ignore", category=ConvergenceWarning)  # it is asked of each fit below
            found = METHODS[method].fit(data, errors, quantiles)
    except Exception as error:  # statsmodels, and NumPy below it, may raise anything
        return failed_fit(f"{type(error).__name__}: {' '.join(str(error).split()):.120}")
    if found.failed:
        return failed_fit(found.failed)
    if not (np.isfinite(found.b) and 0 < found.se < _LARGEST and abs(found.b) < _LARGEST):
        return failed_fit("the estimate ran away, or has no error")
    return found


def _design(data: Data) -> Numbers:
    """Design (dyads, columns): constant, arm, and what is adjusted for."""
    return np.column_stack([np.ones(len(data.arm)), data.arm, data.predictors])


def _freedom(data: Data, residual: float, quantiles: str) -> float:
    """Degrees of freedom of a model with clusters: of arms that are whole clusters those between them, else within."""
    if quantiles == "normal":
        return float("inf")
    assert data.groups is not None, "there are clusters"
    clusters = len(np.unique(data.groups))
    arms = [np.ptp(data.arm[data.groups == each]) for each in np.unique(data.groups)]
    return max(float(residual - clusters + 1 if any(arms) else clusters - 2), 1.0)


def _freedom_of_errors(data: Data, residual: float, clustered: bool, quantiles: str) -> float:
    """Degrees of freedom of errors that are made of the residuals of dyads, or of clusters."""
    if quantiles == "normal":
        return float("inf")
    if clustered and data.groups is not None:
        return max(float(len(np.unique(data.groups)) - 2), 1.0)
    return float(residual)


def _least_squares(data: Data, design: Numbers, place: int, errors: str, quantiles: str) -> Fit:
    """Ordinary least squares: the coefficient at a place of the design."""
    import statsmodels.api as sm

    kinds: dict[str, dict[str, Any]] = {
        "classical": {},
        "robust": {"cov_type": "HC3"},
        "cluster": {"cov_type": "cluster", "cov_kwds": {"groups": data.groups}},
    }
    found = sm.OLS(data.outcomes[:, 0], design).fit(**kinds[errors])
    if found.df_resid < 1:
        return failed_fit("fewer dyads are left than the model has terms")
    freedom = _freedom_of_errors(data, found.df_resid, errors == "cluster", quantiles)
    return Fit(found.params[place], found.bse[place], freedom, float(np.sqrt(found.scale)))


def _ancova(data: Data, errors: str, quantiles: str) -> Fit:
    return _least_squares(data, _design(data), 1, errors, quantiles)


def _moderation(data: Data, errors: str, quantiles: str) -> Fit:
    """The interaction of arm and moderator, both main effects beside it; the moderator is centred."""
    assert data.moderator is not None, "a moderation has a moderator"
    product = data.arm * (data.moderator - data.moderator.mean())
    design = _design(data)
    return _least_squares(data, np.column_stack([design, product]), design.shape[1], errors, quantiles)


def _by_reml(outcome: Numbers, design: Numbers, groups: Any) -> Any:
    """The fit of a random intercept by REML; None where none converges.

    Where clusters hardly differ, statsmodels' usual gradients stop short of the end of the parameter space, and may
    call that converged; Powell's method, which needs none, gets there. Where they do differ both agree to some five
    digits, and that of the usual method is taken, which others will have.
    """
    import statsmodels.api as sm

    model = sm.MixedLM(outcome, design, groups)
    found = model.fit(reml=True, method="powell")
    if found.converged and _icc(found) < _LITTLE:
        return found
    try:
        usual = model.fit(reml=True, method="bfgs")
    except np.linalg.LinAlgError:
        return found if found.converged else None
    alike = not found.converged or usual.llf > found.llf - _ALIKE
    return usual if usual.converged and alike else found if found.converged else None


def _icc(found: Any) -> float:
    """Share of the variance that lies between clusters."""
    between = float(np.asarray(found.cov_re)[0, 0])
    return between / (between + float(found.scale))


def _mixed(data: Data, errors: str, quantiles: str) -> Fit:
    """A random intercept of each cluster, by REML."""
    design = _design(data)
    found = _by_reml(data.outcomes[:, 0], design, data.groups)
    if found is None:
        return failed_fit("the mixed model did not converge")
    freedom = _freedom(data, len(data.arm) - design.shape[1], quantiles)
    if (icc := _icc(found)) < _NOTHING:
        # Clusters differ in nothing: the fit is that of least squares, whose errors are sound at this end of the space.
        return replace(_least_squares(data, design, 1, "classical", quantiles), freedom=freedom, icc=0.0)
    return Fit(found.params[1], found.bse[1], freedom, float(np.sqrt(found.scale)), icc)


def _repeated(data: Data, errors: str, quantiles: str) -> Fit:
    """Repeated measures: arm and predictors by visit, and a random intercept of each dyad, by REML.

    Visits that are missing are left out and those of the same dyad used, as in a mixed model for repeated measures; the
    covariance of visits is compound symmetry, since statsmodels has no unstructured one.
    """
    dyads, visits = data.outcomes.shape
    there = ~np.isnan(data.outcomes)
    used = [visit for visit in range(visits) if there[:, visit].sum() > 2]
    if data.asked not in used:
        return failed_fit("nobody is left at the visit asked about")
    if len(used) == 1:
        those = there[:, data.asked]
        alone = Data(data.outcomes[those][:, [data.asked]], 0, data.arm[those], data.predictors[those])
        return _ancova(alone, "classical", quantiles)
    # One block of columns a visit: constant, arm, predictors; a row a dyad and visit.
    base = _design(data)
    width = base.shape[1]
    rows, outcome, groups = [], [], []
    for place, visit in enumerate(used):
        block = np.zeros((dyads, width * len(used)))
        block[:, place * width : (place + 1) * width] = base
        rows.append(block[there[:, visit]])
        outcome.append(data.outcomes[there[:, visit], visit])
        groups.append(np.flatnonzero(there[:, visit]))
    y, design, of = np.concatenate(outcome), np.concatenate(rows), np.concatenate(groups)
    found = _by_reml(y, design, of)
    if found is None:
        return failed_fit("the model of repeated measures did not converge")
    place = used.index(data.asked) * width + 1
    icc, freedom = _icc(found), len(np.unique(of)) - width if quantiles == "t" else float("inf")
    # Of one visit: between dyads and within them.
    return Fit(found.params[place], found.bse[place], freedom, float(np.sqrt(found.scale / (1 - icc))), icc)


def _gee(data: Data, errors: str, quantiles: str) -> Fit:
    """Generalised estimating equations, exchangeable within clusters; of yes and no the logit."""
    import statsmodels.api as sm

    outcome = data.outcomes[:, 0]
    is_share = bool(np.isin(outcome, (0.0, 1.0)).all())
    family = sm.families.Binomial() if is_share else sm.families.Gaussian()
    model = sm.GEE(outcome, _design(data), data.groups, family=family, cov_struct=sm.cov_struct.Exchangeable())
    found = model.fit(cov_type={"cluster": "robust", "bias-reduced": "bias_reduced"}[errors])
    if not found.converged:
        return failed_fit("the estimating equations did not converge")
    freedom = _freedom_of_errors(data, len(outcome), True, quantiles)
    sd = float("nan") if is_share else float(np.sqrt(found.scale))
    return Fit(found.params[1], found.bse[1], freedom, sd, float(model.cov_struct.dep_params))


def _logistic(data: Data, errors: str, quantiles: str) -> Fit:
    import statsmodels.api as sm

    kinds: dict[str, dict[str, Any]] = {
        "classical": {},
        "robust": {"cov_type": "HC1"},
        "cluster": {"cov_type": "cluster", "cov_kwds": {"groups": data.groups}},
    }
    outcome = data.outcomes[:, 0]
    if not 0 < outcome.mean() < 1:
        return failed_fit("the outcome is the same in all dyads")
    by_arm = [outcome[data.arm == arm].mean() for arm in (0.0, 1.0)]
    if min(by_arm) == 0 or max(by_arm) == 1:
        return failed_fit("in one arm all dyads have the same outcome, so that no ratio of odds can be estimated")
    found = sm.Logit(outcome, _design(data)).fit(disp=0, maxiter=200, **kinds[errors])
    if not found.mle_retvals["converged"]:
        return failed_fit("the logistic model did not converge")
    return Fit(found.params[1], found.bse[1], _freedom_of_errors(data, float("inf"), errors == "cluster", quantiles))


METHODS: Mapping[str, Method] = {
    "ancova": Method("least squares on arm and baseline (ANCOVA)", ("classical", "robust", "cluster"), _ancova),
    "mixed": Method("mixed model, a random intercept", ("classical",), _mixed),
    "repeated": Method("mixed model for repeated measures (compound symmetry)", ("classical",), _repeated),
    "gee": Method("estimating equations (GEE), exchangeable within clusters", ("cluster", "bias-reduced"), _gee),
    "logistic": Method("logistic regression", ("classical", "robust", "cluster"), _logistic),
    "moderation": Method(
        "least squares with the product of arm and moderator", ("classical", "robust", "cluster"), _moderation
    ),
}
"""Methods by name."""
