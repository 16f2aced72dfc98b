"""Findings on delivery: who is met, screened, found and helped, who stays, by how many staff, and at what cost."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..services.lifetime_costs import LIFETIME_COSTS
from ..services.service import Service
from ..theory import evidence
from ..theory.slow_states import SLOW
from .agreement import Number, Part, Words, correlation, ratio, within
from .longitudinal_studies import odds_ratio
from .registry import finding
from .service_studies import LEVEL, ServiceStudies

_FORTNIGHT, _MONTH = 1, 4
"""Last weeks of his life that lie within fourteen, and thirty, days."""
_PREGNANT, _EARLY, _HALF_YEAR = -10, 8, 26
_SCREENED = (8, 17, 26, 39)
_CARE = "cognitive-behavioural-therapy"
_NFP = "nurse-family-partnership"
_VISITS = (13, 27)  # between the mean visits of early, gradual and late leavers (F203 to F205)
_STEADY = 44  # between those of inconsistent and consistent attenders (F206, F207)
_HALF = 0.5
_YEARS_UNDER_FIVE = 5
_TOLD_WITHIN = 12
_SOON = 4  # weeks after a change of nurse


# Contacts -------------------------------------------------------------------------------------------------------------


def _met_by(studies: ServiceStudies, design: str, contact: str, week: int) -> float:
    """Share of families who were met at a contact by a week of his life."""
    met = studies.events(design, "contact", what=contact)
    return float((met["week"] <= week).sum() / len(studies.served(design).families))


@finding("F184", level=LEVEL, sets=True)
def _new_birth_visit(studies: ServiceStudies, id: str) -> Number:
    """Share of families in England who have had the new birth visit within fourteen days (within .03)."""
    return within(id, _met_by(studies, "england", "new birth visit", _FORTNIGHT), near=0.03)


@finding("F185", level=LEVEL)
def _new_birth_visit_late(studies: ServiceStudies, id: str) -> Number:
    """Share of families in England who have had it within thirty days (within .03)."""
    return within(id, _met_by(studies, "england", "new birth visit", _MONTH), near=0.03)


@finding("F189", level=LEVEL, sets=True)
def _additional_contacts(studies: ServiceStudies, id: str) -> Number:
    """Contacts at the clinic for each mandated one in England (within .4; the published range is between areas)."""
    met = studies.events("england", "contact")["what"].str.startswith("clinic")
    return Number(float(met.sum() / (~met).sum()), 1.2, 2.0, 1.6)


@finding("F190", level=LEVEL, sets=True)
def _children_a_nurse(studies: ServiceStudies, id: str) -> Number:
    """Children under five for each health visitor of the English service (200 to 250)."""
    staff = Service.load("england-health-visiting").kind("health visitor")
    return Number(_YEARS_UNDER_FIVE * 1_000 / staff.per_1000, 200, 250, 250)


@finding("F197", level=LEVEL, sets=True)
def _visits_in_sweden(studies: ServiceStudies, id: str) -> Number:
    """Home visits that the Nordic service offers by fifteen months: between the usual two of Sweden and the six."""
    contacts = Service.load("nordic-universal").contacts
    return Number(float(sum(each.at == "home" for each in contacts)), 2, 6, 2)


@finding("F200", level=LEVEL, sets=True)
def _durham(studies: ServiceStudies, id: str) -> Number:
    """Share of families who had the first home visit of Durham Connects (within .03)."""
    return within(id, _met_by(studies, "durham", "first home visit", _HALF_YEAR), near=0.03)


@finding("F244", level=LEVEL, sets=True)
def _denmark(studies: ServiceStudies, id: str) -> Number:
    """Share of families who were met at one visit at least in the Nordic service (within .03)."""
    met = studies.events("nordic", "contact")["family"].nunique()
    return within(id, met / len(studies.served("nordic").families), near=0.03)


@finding("F245", level=LEVEL, sets=True)
def _five_visits(studies: ServiceStudies, id: str) -> Number:
    """Home visits for which a family of the Nordic service is due by ten months (mean over families, within .25)."""
    due = studies.events("nordic", "contact", "not met", "missed contact")
    return within(id, float((due["week"] <= 43).sum() / len(studies.served("nordic").families)), near=0.25)


@finding("F248", level=LEVEL, sets=True)
def _norway(studies: ServiceStudies, id: str) -> Number:
    """Share of families visited at home within two weeks, in the Nordic service with as many visits in the first days
    as Norway has (.75 to .80)."""
    return Number(_met_by(studies, "norway", "visit in the first days", 2), 0.75, 0.80, 0.775)


# Screening ------------------------------------------------------------------------------------------------------------


def _accuracy(studies: ServiceStudies, cut: int) -> tuple[float, float]:
    """Sensitivity and specificity of the EPDS against an interview, at two, four, six and nine months together."""
    positive, case = [], []
    for week in _SCREENED:
        positive.append(studies.seen("nordic", "epds", week).to_numpy() >= cut)
        case.append(studies.cases("nordic", week))
    screened, ill = np.concatenate(positive), np.concatenate(case)
    return float(screened[ill].mean()), float((~screened[~ill]).mean())


@finding("F217", level=LEVEL, sets=True)
def _sensitivity_11(studies: ServiceStudies, id: str) -> Number:
    """Sensitivity of the EPDS at 11 against an interview."""
    return within(id, _accuracy(studies, 11)[0])


@finding("F218", level=LEVEL, sets=True)
def _specificity_11(studies: ServiceStudies, id: str) -> Number:
    """Specificity of the EPDS at 11 against an interview."""
    return within(id, _accuracy(studies, 11)[1])


@finding("F219", level=LEVEL)
def _sensitivity_13(studies: ServiceStudies, id: str) -> Number:
    """Sensitivity of the EPDS at 13 against an interview."""
    return within(id, _accuracy(studies, 13)[0])


@finding("F220", level=LEVEL)
def _specificity_13(studies: ServiceStudies, id: str) -> Number:
    """Specificity of the EPDS at 13 against an interview."""
    return within(id, _accuracy(studies, 13)[1])


@finding("F221", level=LEVEL)
def _accuracy_10(studies: ServiceStudies, id: str) -> Number:
    """Sensitivity of the EPDS at 10 (.79 to .90); and specificity (.79 to .88)."""
    sensitivity, specificity = _accuracy(studies, 10)
    return Number(sensitivity, 0.79, 0.90, 0.85, ("specificity", Number(specificity, 0.79, 0.88, 0.84)))


@finding("F242", level=LEVEL, sets=True)
def _no_offer(studies: ServiceStudies, id: str) -> Number:
    """Share of mothers met at the visit at two months to whom no screening is offered (within .04)."""
    times = studies.events("nordic", "not offered", "screened", "not answered")["event"].value_counts()
    return within(id, float(times["not offered"] / times.sum()), near=0.04)


@finding("F246", level=LEVEL)
def _epds_of_both(studies: ServiceStudies, id: str) -> Number:
    """Mean EPDS of mothers at eight weeks in the Nordic service (5.04, within .5); and of partners (3.44)."""
    hers, his = (float(studies.seen("nordic", "epds", _EARLY, of).mean()) for of in ("mothers", "partners"))
    return Number(hers, 4.54, 5.54, 5.04, ("partners", Number(his, 2.94, 3.94, 3.44)))


# Cascade --------------------------------------------------------------------------------------------------------------


def _cascade(studies: ServiceStudies, first: int, until: int) -> dict[str, float]:
    """Shares of mothers who are depressed when they are seen in a week of his life, as far as they come by another."""
    ill = studies.ill("usual care")
    cases = ill[first].to_numpy()
    found = studies.first("usual care", "heard", "noticed").to_numpy() <= until
    began = studies.first("usual care", "began").to_numpy()
    outcomes = studies.outcomes("usual care")
    treated = found & (began <= until)
    adequate = treated & outcomes["stayed"].to_numpy()
    well = ~ill.loc[:, until : until + 8].to_numpy().any(axis=1)
    steps = {"found": found, "treated": treated, "adequate": adequate, "remitted": adequate & well}
    return {name: float(who[cases].mean()) for name, who in steps.items()}


_SEEN, _FOLLOWED = 6, 26


@finding("F222", level=LEVEL, sets=True)
def _identified(studies: ServiceStudies, id: str) -> Number:
    """Share of mothers depressed at six weeks who are found by half a year in usual care (within .05)."""
    return within(id, _cascade(studies, _SEEN, _FOLLOWED)["found"], near=0.05)


@finding("F223", level=LEVEL, sets=True)
def _treated(studies: ServiceStudies, id: str) -> Number:
    """Share of them who have begun a treatment by then (within .04)."""
    return within(id, _cascade(studies, _SEEN, _FOLLOWED)["treated"], near=0.04)


@finding("F224", level=LEVEL)
def _adequate(studies: ServiceStudies, id: str) -> Number:
    """Share of them who come to half of its sessions (within .03)."""
    return within(id, _cascade(studies, _SEEN, _FOLLOWED)["adequate"], near=0.03)


@finding("F225", level=LEVEL)
def _remitted(studies: ServiceStudies, id: str) -> Number:
    """Share of them who do, and are not depressed in the eight weeks after half a year (within .03)."""
    return within(id, _cascade(studies, _SEEN, _FOLLOWED)["remitted"], near=0.03)


@finding("F226", level=LEVEL)
def _antenatal(studies: ServiceStudies, id: str) -> Number:
    """Share of mothers depressed ten weeks before birth who are treated by birth in usual care (.136, within .05)."""
    return within(id, _cascade(studies, _PREGNANT, 0)["treated"], published=0.136, near=0.05)


@finding("F235", level=LEVEL, sets=True)
def _tell_nobody(studies: ServiceStudies, id: str) -> Number:
    """Share of mothers depressed in four or more of the last thirty weeks of pregnancy who have told no professional by
    birth (within .08; an online poll of women who would take part in one)."""
    ill = studies.ill("usual care").loc[:, :0].sum(axis=1).to_numpy() >= 4
    told = studies.first("usual care", "told").to_numpy() <= 0
    return within(id, float(1 - told[ill].mean()), near=0.08)


@finding("F237", level=LEVEL, sets=True)
def _informal_first(studies: ServiceStudies, id: str) -> Words:
    """Mothers who become depressed: those with much support (upper half of them) speak of it to a professional
    within twelve weeks less often than others; and fewer than half of all do."""
    ill = studies.ill("usual care")
    some, at = ill.to_numpy().any(axis=1), ill.to_numpy().argmax(axis=1)
    course = studies.served("usual care").course
    mothers = course.families.mothers_at
    support = course.states[at, list(SLOW).index("support"), mothers]
    waited = studies.first("usual care", "told").to_numpy() - (at + course.weeks.start)
    soon = (waited >= 0) & (waited < _TOLD_WITHIN)
    high = support > np.median(support[some])
    with_much, with_little = (float(soon[some & who].mean()) for who in (high, ~high))
    return Words(
        (
            ratio("much support against little, telling", with_much, with_little, -1),
            Part("share who tell, below a half", float(soon[some].mean()) - _HALF, -1, 0.0),
        )
    )


# Who stays ------------------------------------------------------------------------------------------------------------


def _classes(studies: ServiceStudies) -> pd.DataFrame:
    """Families who began nurse visits: ``visits``, ``changes`` (of nurse), ``stayed``, ``single``, ``attender``."""
    served = studies.served("nurse visits")
    began = studies.events("nurse visits", "began", what=_NFP)["family"]
    visits = studies.events("nurse visits", "session", what=_NFP).groupby("family").size()
    left = studies.events("nurse visits", "left", what=_NFP)["family"]
    changes = studies.events("nurse visits", "other person", what=_NFP).groupby("family").size()
    table = pd.DataFrame(index=pd.Index(began, name="family"))
    table["visits"] = visits.reindex(table.index, fill_value=0)
    table["changes"] = changes.reindex(table.index, fill_value=0)
    table["stayed"] = ~table.index.isin(left)
    single = pd.Series(~served.families.has_partner, index=served.families.numbers)
    table["single"] = single.reindex(table.index)
    early, gradual = _VISITS
    kinds = [table["stayed"] & (table["visits"] >= _STEADY), table["stayed"], table["visits"] < early]
    kinds += [table["visits"] < gradual]
    table["attender"] = np.select(kinds, ["consistent", "inconsistent", "early", "gradual"], "late")
    return table


def _class(studies: ServiceStudies, id: str, attender: str) -> Number:
    """Share of a class of attendance (within .06 of the published one)."""
    table = _classes(studies)
    share, _, visits = evidence.row(id).value.partition(";")
    own = table[table["attender"] == attender]
    told = float(own["visits"].mean()) if len(own) else float("nan")
    # How many visits is shown beside, and asks for nothing: classes are made by them.
    beside = ("visits", Number(told, 0, 99, float(visits)))
    return Number(len(own) / len(table), float(share) - 0.06, float(share) + 0.06, float(share), beside)


@finding("F203", level=LEVEL, sets=True, how="Share who leave before 13 nurse visits (within .06)")
def _early(studies: ServiceStudies, id: str) -> Number:
    return _class(studies, id, "early")


@finding("F204", level=LEVEL, sets=True, how="Share who leave with 13 to 26 nurse visits (within .06)")
def _gradual(studies: ServiceStudies, id: str) -> Number:
    return _class(studies, id, "gradual")


@finding("F205", level=LEVEL, how="Share who leave with 27 nurse visits or more (within .06)")
def _late(studies: ServiceStudies, id: str) -> Number:
    return _class(studies, id, "late")


@finding("F206", level=LEVEL, sets=True, how="Share who stay to the end with 44 nurse visits or more (within .06)")
def _consistent(studies: ServiceStudies, id: str) -> Number:
    return _class(studies, id, "consistent")


@finding("F207", level=LEVEL, how="Share who stay to the end with fewer than 44 nurse visits (within .06)")
def _inconsistent(studies: ServiceStudies, id: str) -> Number:
    return _class(studies, id, "inconsistent")


@finding("F208", level=LEVEL)
def _changes_of_nurse(studies: ServiceStudies, id: str) -> Number:
    """Changes of nurse for each visit, and being an early leaver (r, within .06)."""
    table = _classes(studies)
    table = table[table["visits"] > 0]
    r = correlation(table["changes"] / table["visits"], (table["attender"] == "early").astype(float))
    return within(id, r, near=0.06)


@finding("F210", level=LEVEL, sets=True)
def _who_leaves(studies: ServiceStudies, id: str) -> Words:
    """Mothers without a partner leave nurse visits more often before the end; and of families who get another nurse,
    more leave within four weeks than in four weeks at large."""
    table = _classes(studies)
    gone = ~table["stayed"]
    by_status = odds_ratio(gone, table["single"]) if table["single"].any() else float("nan")
    changes = studies.events("nurse visits", "other person", what=_NFP)
    left = studies.events("nurse visits", "left", what=_NFP).set_index("family")["week"]
    began = studies.events("nurse visits", "began", what=_NFP).set_index("family")["week"]
    stayed = left.reindex(began.index, fill_value=studies.served("nurse visits").course.weeks.stop) - began
    since = left.reindex(changes["family"]).to_numpy() - changes["week"].to_numpy()
    after_change = float(((since >= 0) & (since < _SOON)).mean())
    return Words(
        (
            Part("single, leaving (log odds ratio)", float(np.log(by_status)), 1, 0.0),
            ratio("another nurse, leaving", after_change, _SOON * len(left) / float(stayed.sum()), 1),
        )
    )


@finding("F211", level=LEVEL)
def _visits_a_family(studies: ServiceStudies, id: str) -> Number:
    """Nurse visits a family who began (published 25 at scale, within 4)."""
    return Number(float(_classes(studies)["visits"].mean()), 21, 29, 25)


# Staff and costs ------------------------------------------------------------------------------------------------------


def _cost(studies: ServiceStudies, design: str) -> NDArray[np.float64]:
    """Cost (families,) of each family in a design."""
    return studies.outcomes(design)["cost"].to_numpy()


@finding("F214", level=LEVEL, sets=True)
def _families_a_nurse(studies: ServiceStudies, id: str) -> Number:
    """Families for each nurse at most, in nurse home visits (at most 25)."""
    load = studies.served("nurse visits").load
    nurses = load[load["of"] == "nurse"]
    return Number(float((nurses["families"] / nurses["people"]).max()), 15, 25, 25)


@finding("F212", level=LEVEL, sets=True)
def _cost_a_family(studies: ServiceStudies, id: str) -> Number:
    """Cost of nurse visits a family who began (USD 2010; 8,860 at scale, a tenth)."""
    began = len(_classes(studies))
    return Number.near(float(_cost(studies, "nurse visits").sum()) / began, 8860, 0.1)


@finding("F213", level=LEVEL)
def _cost_a_visit(studies: ServiceStudies, id: str) -> Number:
    """Cost of a nurse visit (USD 2010, a tenth)."""
    visits = _classes(studies)["visits"].sum()
    return Number.near(float(_cost(studies, "nurse visits").sum() / visits), evidence.row(id).number, 0.1)


@finding("F257", level=LEVEL, sets=True)
def _cost_of_steps(studies: ServiceStudies, id: str) -> Number:
    """Cost of E-SEE Steps a dyad (GBP 2019, a tenth)."""
    return Number.near(float(_cost(studies, "steps").mean()), evidence.row(id).number, 0.1)


@finding("F233", level=LEVEL, sets=True)
def _lifetime_cost(studies: ServiceStudies, id: str) -> Number:
    """Lifetime cost of a case of perinatal depression that reports count with (GBP)."""
    return Number(LIFETIME_COSTS["depression"], 75_728, 75_728, 75_728)


@finding("F234", level=LEVEL)
def _cost_a_birth(studies: ServiceStudies, id: str) -> Number:
    """Cost a birth: shares of mothers who are depressed at eight weeks, and as anxious (upper share of their anxiety at
    the same threshold), times lifetime costs of a case (GBP, a quarter)."""
    course = studies.served("usual care").course
    anxiety = course.at(_EARLY)["anxiety"].to_numpy()[course.families.mothers_at]
    anxious = float((anxiety >= studies.parameters["depression of a case"]).mean())
    depressed = float(studies.cases("usual care", _EARLY).mean())
    cost = depressed * LIFETIME_COSTS["depression"] + anxious * LIFETIME_COSTS["anxiety"]
    return Number.near(cost, evidence.row(id).number, 0.25)
