"""The patterns that the weeks are set by: calibrate rows on risk and outcome, each read in the design it came from.

A row gives one number or several, each read from simulated studies through instruments, beside what is published and the
range within which they agree: the published interval where there is one, else the .04 (of a correlation) or the points
that are asked for. The same functions serve the calibration and the validation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import evidence
from .dynamics import CALENDAR
from .recovery import recovered_in
from .studies import RELIEF_ENDS, VISITS, Studies

__all__ = ["COURSE_PATTERNS", "Target"]

WITHIN_R, WITHIN_SHARE, WITHIN_RECOVERY, WITHIN_EPDS = 0.04, 0.02, 0.05, 0.3
CLINICAL, WELL = 13, 10  # points of the EPDS: clinical samples from, comparison mothers below
EARLY = 8  # week in which mothers with and without a depressive disorder are compared
_D = np.sqrt(3) / np.pi  # from the log of an odds ratio to d


@dataclass(frozen=True)
class Target:
    """One number of a row: what the model says, what is published, and the range in which they agree.

    ``ratio``: distances are those of logarithms.
    """

    says: str
    value: float
    published: float
    low: float
    high: float
    ratio: bool = False

    @property
    def holds(self) -> bool:
        return bool(self.low <= self.value <= self.high)


Read = Callable[[Studies], list[Target]]
COURSE_PATTERNS: dict[str, Read] = {}
"""By evidence id: what the row says, read from studies."""


def _row(*ids: str) -> Callable[[Callable[[Studies, str], Target | list[Target]]], Callable[..., object]]:
    """Register a function as the one that reads these rows."""

    def register(read: Callable[[Studies, str], Target | list[Target]]) -> Callable[..., object]:
        for id in ids:
            COURSE_PATTERNS[id] = lambda studies, id=id: _listed(read(studies, id))  # type: ignore[misc]
            COURSE_PATTERNS[id].__doc__ = read.__doc__
        return read

    return register


def _listed(found: Target | list[Target]) -> list[Target]:
    return found if isinstance(found, list) else [found]


# What studies compute ------------------------------------------------------------------------------------------------


def correlation(one: pd.Series, other: pd.Series) -> float:
    """Pearson's r over dyads; of a yes and no, the point-biserial."""
    return float(np.corrcoef(one.astype(float), other.astype(float))[0, 1])


def over_visits(studies: Studies, design: str, one: str, other: str, visits: Iterable[int] = VISITS) -> list[float]:
    """Correlation of two instruments at each visit."""
    return [correlation(studies.seen(design, one, week), studies.seen(design, other, week)) for week in visits]


def difference(one: pd.Series, other: pd.Series) -> float:
    """Standardised difference of means (pooled spread)."""
    return float((one.mean() - other.mean()) / np.sqrt((one.var() + other.var()) / 2))


def odds_ratio(outcome: pd.Series, exposed: pd.Series, *adjusted: pd.Series) -> float:
    """By logistic regression, adjusted for what else is given."""
    import statsmodels.api as sm  # takes a second to import

    known = np.column_stack([exposed.astype(float), *(each.astype(float) for each in adjusted)])
    fitted = sm.Logit(outcome.astype(float).to_numpy(), sm.add_constant(known)).fit(disp=0)
    return float(np.exp(fitted.params[1]))


def _published(id: str, model: float, says: str, within: float = WITHIN_R, ratio: bool = False) -> Target:
    """Within the row's interval, or so near where it has none."""
    row = evidence.row(id)
    low, high = row.interval
    if np.isnan(low):
        low, high = row.number - within, row.number + within
    return Target(says, model, row.number, low, high, ratio)


# Symptoms and sensitivity: three designs -------------------------------------------------------------------------------


@_row("R001")
def _whole_sample(studies: Studies, id: str) -> Target:
    """EPDS and EAS in a community sample, mean of the visits."""
    return _published(id, float(np.mean(over_visits(studies, "community", "epds", "eas"))), "r in the community")


@_row("R002")
def _extreme_groups(studies: Studies, id: str) -> Target:
    """EAS of mothers with a depressive disorder and of as many well ones (EPDS below 10): r from d."""
    eas, epds = (studies.seen("community", each, EARLY) for each in ("eas", "epds"))
    d = difference(_clinical(studies, "eas", EARLY), eas[epds < WELL])
    return _published(id, d / np.sqrt(d**2 + 4), "r between groups of one size")


@_row("R003")
def _clinical_sample(studies: Studies, id: str) -> Target:
    """EPDS and EAS among mothers with a depressive disorder (EPDS from 13), mean of the first two visits."""
    found = [correlation(_clinical(studies, "epds", week), _clinical(studies, "eas", week)) for week in VISITS[:2]]
    return _published(id, float(np.mean(found)), "r in a clinical sample")


def _clinical(studies: Studies, instrument: str, week: int) -> pd.Series:
    ill = studies.seen("clinical", "epds", week) >= CLINICAL
    return studies.seen("clinical", instrument, week)[ill]


@_row("R019")
def _mentalising(studies: Studies, id: str) -> Target:
    """Reflective functioning and EAS in a community sample, mean of the visits."""
    return _published(id, float(np.mean(over_visits(studies, "community", "reflective-functioning", "eas"))), "r")


@_row("R025")
def _born_early(studies: Studies, id: str) -> Target:
    """EAS with infants born eight weeks early and at term (g), mean of the visits."""
    return _published(id, _by_prematurity(studies), "g")


@_row("R026")
def _a_week_earlier(studies: Studies, id: str) -> Target:
    """Standard deviations of EAS a week of gestation."""
    return _published(id, -_by_prematurity(studies) / 8, "SD a week")


def _by_prematurity(studies: Studies) -> float:
    at = [difference(studies.seen("preterm", "eas", week), studies.seen("community", "eas", week)) for week in VISITS]
    return float(np.mean(at))


# Bonding ---------------------------------------------------------------------------------------------------------------


def _envelope(studies: Studies, symptoms: str, lowest: str, highest: str) -> list[Target]:
    at = over_visits(studies, "community", symptoms, "bonding-problems")
    low, high = evidence.row(lowest).number, evidence.row(highest).number
    middle = (low + high) / 2
    return [Target("lowest visit", min(at), middle, low, high), Target("highest visit", max(at), middle, low, high)]


@_row("R006a", "R006b")
def _depression_and_bonding(studies: Studies, id: str) -> list[Target]:
    """EPDS and bonding problems: at every visit between the lowest and the highest published."""
    return _envelope(studies, "epds", "R006a", "R006b")


@_row("R007a", "R007b")
def _anxiety_and_bonding(studies: Studies, id: str) -> list[Target]:
    """Anxiety scale and bonding problems: at every visit between the lowest and the highest published."""
    return _envelope(studies, "anxiety-scale", "R007a", "R007b")


@_row("R008")
def _stress_and_bonding(studies: Studies, id: str) -> Target:
    """Parenting stress and bonding problems, mean of the visits."""
    return _published(id, float(np.mean(over_visits(studies, "community", "parenting-stress", "bonding-problems"))), "r")


@_row("R009")
def _antenatal_depression(studies: Studies, id: str) -> Target:
    """EPDS eight weeks before birth and bonding problems after it, mean of the visits of half a year."""
    before = studies.seen("community", "epds", -8)
    after = [correlation(before, studies.seen("community", "bonding-problems", week)) for week in VISITS[:3]]
    low, high = (float(part) for part in evidence.row(id).value.split(" to "))
    return Target("r, lagged", float(np.mean(after)), (low + high) / 2, low, high)


@_row("R010")
def _trauma_and_bonding(studies: Studies, id: str) -> Target:
    """Birth-related post-traumatic symptoms and the bond (bonding problems turned round), mean of the visits."""
    return _published(id, -float(np.mean(over_visits(studies, "community", "trauma-scale", "bonding-problems"))), "r")


# Support and infant crying: who screens positive -----------------------------------------------------------------------


@_row("R027")
def _low_support_in_pregnancy(studies: Studies, id: str) -> Target:
    """The 6 % with least support eight weeks before birth, against the others: EPDS positive at six weeks."""
    support = studies.seen("community", "support-scale", -8)
    low = support <= support.quantile(0.06)
    return _published(id, odds_ratio(studies.positive("community", "epds", 6), low), "OR", ratio=True)


@_row("R028a", "R028b")
def _support(studies: Studies, id: str) -> Target:
    """The 6.0 % with low (a) or 53.9 % with moderate (b) support against the 40.1 % with high: EPDS positive at 26 weeks."""
    rank = studies.seen("community", "support-scale", 26).rank(pct=True, method="first")
    group = rank <= 0.06 if id.endswith("a") else (rank > 0.06) & (rank <= 0.599)
    compared = group | (rank > 0.599)
    positive = studies.positive("community", "epds", 26)
    return _published(id, odds_ratio(positive[compared], group[compared]), "OR", ratio=True)


@_row("R033")
def _inconsolable(studies: Studies, id: str) -> Target:
    """Inconsolable crying of 20 minutes a day and EPDS from 9 at eight weeks, adjusted for EPDS before birth."""
    return _published(id, _by_crying(studies, "inconsolable-crying"), "OR", ratio=True)


@_row("R034")
def _colic(studies: Studies, id: str) -> Target:
    """Crying of three hours a day by diary and EPDS from 9 at eight weeks, adjusted for EPDS before birth."""
    return _published(id, _by_crying(studies, "crying-diary"), "OR", ratio=True)


def _by_crying(studies: Studies, crying: str) -> float:
    high = studies.seen("community", "epds", 8) >= 9
    return odds_ratio(high, studies.positive("community", crying, 8), studies.seen("community", "epds", -8))


@_row("R035")
def _colic_and_later(studies: Studies, id: str) -> Target:
    """Crying of three hours a day at eight weeks and a positive EPDS at 26 weeks."""
    later = studies.positive("community", "epds", 26)
    return _published(id, odds_ratio(later, studies.positive("community", "crying-diary", 8)), "OR", ratio=True)


# Attachment --------------------------------------------------------------------------------------------------------------


def _secure(studies: Studies, instrument: str) -> float:
    return correlation(studies.seen("community", instrument, 52), studies.classed("community", "secure"))


@_row("R015")
def _sensitivity(studies: Studies, id: str) -> list[Target]:
    """EAS and attachment at twelve months; of a class other than secure, against secure dyads (the row's note)."""
    eas, secure = studies.seen("community", "eas", 52), studies.classed("community", "secure")
    found = [_published(id, _secure(studies, "eas"), "r with security")]
    noted = {"avoidant": (-0.24, -0.34, -0.13), "resistant": (-0.12, -0.19, -0.06), "disorganised": (-0.19, -0.27, -0.11)}
    for name, (value, low, high) in noted.items():
        own = studies.classed("community", name)
        found.append(Target(f"r, {name}", correlation(eas[own | secure], own[own | secure]), value, low, high))
    return found


@_row("R018", "R020", "R021", "R038")
def _with_security(studies: Studies, id: str) -> Target:
    """Reflective functioning (R018), EAS (R020), an autonomous state of mind (R021), phone use (R038), and security."""
    if id == "R021":
        autonomous = studies.positive("community", "attachment-interview", 52)
        return _published(id, correlation(autonomous, studies.classed("community", "secure")), "r")
    instrument = {"R018": "reflective-functioning", "R020": "eas", "R038": "phone-use"}[id]
    return _published(id, _secure(studies, instrument), "r")


@_row("R022")
def _unresolved(studies: Studies, id: str) -> Target:
    """Unresolved loss or trauma and disorganised attachment."""
    unresolved = studies.positive("community", "unresolved-interview", 52)
    return _published(id, correlation(unresolved, studies.classed("community", "disorganised")), "r")


@_row("R011")
def _depressed_and_nonsecure(studies: Studies, id: str) -> Target:
    """Odds of attachment that is not secure after a depressive disorder, over those in the community; about 2 is 1.5 to 2.5."""
    return Target("odds ratio", 1 / _odds_with_depression(studies, "secure"), 2.0, 1.5, 2.5, ratio=True)


@_row("R012")
def _depressed_and_disorganised(studies: Studies, id: str) -> Target:
    """Disorganised attachment after a depressive disorder against the community (g from the odds ratio), at twelve months."""
    return _published(id, float(np.log(_odds_with_depression(studies, "disorganised")) * _D), "g")


def _odds_with_depression(studies: Studies, name: str) -> float:
    ill, well = (studies.classed(design, name).mean() for design in ("clinical", "community"))
    return float(ill / (1 - ill) / (well / (1 - well)))


@_row("R036")
def _temperament_and_insecurity(studies: Studies, id: str) -> Target:
    """Negative emotionality of infants who are not secure against secure ones (d)."""
    return _published(id, _by_temperament(studies, "avoidant", "resistant", "disorganised"), "d")


@_row("R037")
def _temperament_and_resistance(studies: Studies, id: str) -> Target:
    """Negative emotionality of resistant infants against all others (d)."""
    return _published(id, _by_temperament(studies, "resistant"), "d")


def _by_temperament(studies: Studies, *classes: str) -> float:
    score, those = studies.seen("community", "temperament", 52), studies.classed("community", *classes)
    return difference(score[those], score[~those])


@_row("O001a", "O001b", "O001c", "O001d")
def _shares(studies: Studies, id: str) -> Target:
    """Share of the class in families of mixed risk, within 2 points."""
    name = {"a": "secure", "b": "avoidant", "c": "resistant", "d": "disorganised"}[id[-1]]
    published = evidence.row(id).number / 100
    model = float(studies.classed("mixed", name).mean())
    return Target(f"share {name}", model, published, published - WITHIN_SHARE, published + WITHIN_SHARE)


# Course of symptoms ------------------------------------------------------------------------------------------------------


@_row(*CALENDAR.values())
def _calendar(studies: Studies, id: str) -> Target:
    """Mean EPDS of the community, within 0.3 points."""
    week = next(at for at, row in CALENDAR.items() if row == id)
    return _published(id, float(studies.seen("community", "epds", week).mean()), f"mean in week {week}", WITHIN_EPDS)


@_row("O009a", "O009b", "O009c")
def _recovery(studies: Studies, id: str) -> Target:
    """Share of mothers in a clinical episode (EPDS from 13 at the start) who have recovered, within 5 points."""
    month = {"a": 6, "b": 12, "c": 24}[id[-1]]
    ill = studies.seen("clinical", "epds", 0) >= CLINICAL
    model = float((recovered_in(studies.course("clinical"))[ill] <= month * 52 / 12).mean())
    published = evidence.row(id).number / 100
    return Target(f"recovered by month {month}", model, published, published - WITHIN_RECOVERY, published + WITHIN_RECOVERY)


@_row("I037")
def _fade_out(studies: Studies, id: str) -> Target:
    """Of what twelve weeks of relief did to depressive symptoms, the share that is left half a year after they ended.

    Published is the effect of psychological therapy half a year on (its interval with it), over that at its end (I036).
    """
    own, relieved = studies.course("clinical"), studies.course("relieved")
    at_end, later = (
        float((relieved.at(week)["depression"] - own.at(week)["depression"]).mean())
        for week in (RELIEF_ENDS, RELIEF_ENDS + 26)
    )
    row, end = evidence.row(id), evidence.row("I036").number
    low, high = sorted(part / end for part in row.interval)
    return Target("share left", later / at_end, row.number / end, low, high)


@_row("O011")
def _prevalence(studies: Studies, id: str) -> list[Target]:
    """Share of the community with a positive EPDS, mean of visits of the first and of the second year."""
    years = {"year 1": (VISITS, 0.16, 0.14, 0.19), "year 2": ((65, 78, 91, 104), 0.15, 0.12, 0.17)}
    return [
        Target(year, float(np.mean([studies.positive("community", "epds", week).mean() for week in visits])), *said)
        for year, (visits, *said) in years.items()
    ]
