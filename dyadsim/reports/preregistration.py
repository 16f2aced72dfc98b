"""Pre-registration text of a trial (Markdown): what it would have to commit to, with what is still an assumption."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from .. import NOTICE
from ..trials.chances import Dependence
from ..trials.declared_trial import DeclaredTrial
from ..trials.estimands import EVENTS
from ..trials.trial_arms import ALLOCATIONS, TrialArm
from ..trials.visits import Visit

__all__ = ["preregistration"]


def preregistration(trial: DeclaredTrial, performance: pd.DataFrame | None = None) -> str:
    """Text of a pre-registration, made of a trial's own declaration.

    Parameters
    ----------
    trial : the trial.
    performance : of its analyses over simulated replicates; its numbers explain the sample size.
    """
    parts = [f"# {trial.title or trial.name}", f"*{NOTICE} Drafted from a simulated trial: check every line.*"]
    if trial.question:
        parts.append(f"**Question.** {trial.question}")
    parts += ["## Hypotheses and estimands", _listed(f"**{each.name}**: {each}." for each in trial.asked)]
    parts += ["## Participants", _who(trial)]
    parts += ["## Arms", _listed(_arm(arm) for arm in trial.what.arms)]
    parts += ["## Randomisation", _randomised(trial)]
    parts += ["## Visits and instruments", _listed(_visit(trial, visit) for visit in trial.seen.visits)]
    parts += ["## Intercurrent events", _listed(_events(trial))]
    parts += ["## Analyses", _listed(_analysis(trial, answer.called) for answer in trial.answers)]
    parts += ["## Sample size", _sample_size(trial, performance)]
    parts += ["## Assumptions of the simulation", _listed(_assumptions(trial)) or "None beside the model's own."]
    return "\n\n".join(parts) + "\n"


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _who(trial: DeclaredTrial) -> str:
    who = trial.who
    ages = f"{who.ages[0]}" if len(who.ages) == 1 else f"{who.ages[0]} to {who.ages[-1]}"
    said = f"{who.dyads:,} dyads are randomised, of at most {who.most_screened:,} screened; "
    said += f"population '{who.population}', infants of {ages} weeks at the first visit."
    if who.eligible:
        said += f" Eligible: {' and '.join(map(str, who.eligible))}."
    return said


def _arm(arm: TrialArm) -> str:
    offers = ", ".join(
        f"{offer.entry.full_name} ({round(offer.dose * offer.entry.sessions)} sessions in {offer.entry.weeks} weeks)"
        for offer in arm.interventions
    )
    said = f"**{arm.name}**: {offers or 'nothing'}. {arm.says}".rstrip()
    if arm.givers is not None:
        by = f"{arm.givers.number} therapists" if arm.givers.number else f"groups of {arm.givers.seats}"
        said += f" Given by {by}."
    if arm.adds:
        said += f" A known shift is added: {', '.join(f'{by:+g} on {name}' for name, by in arm.adds.items())}."
    return said


def _randomised(trial: DeclaredTrial) -> str:
    what = trial.what
    shares = ":".join(f"{arm.share:g}" for arm in what.arms)
    said = f"{what.allocation.capitalize()}: {ALLOCATIONS[what.allocation]}; shares {shares}."
    if what.strata:
        strata = (each.by if each.cut is None else f"{each.by} of {each.cut:g} or more" for each in what.strata)
        said += f" Strata: {', '.join(strata)}."
    if what.sites is not None:
        said += f" {what.sites.number} sites."
    return said


def _visit(trial: DeclaredTrial, visit: Visit) -> str:
    when = f"at {visit.age} weeks of age" if visit.age is not None else f"week {visit.week}"
    window = f" (± {visit.window} weeks)" if visit.window else ""
    used = (
        scale.instrument.name + (f" (mean of {scale.raters} raters)" if scale.raters > 1 else "")
        for scale in trial.seen.used_at(visit)
    )
    return f"**{visit.name}**, {when}{window}: {', '.join(used)}."


def _events(trial: DeclaredTrial) -> Iterable[str]:
    for estimand in trial.asked:
        yield f"{estimand.name}: {estimand.events} ({EVENTS[estimand.events]})."


def _analysis(trial: DeclaredTrial, name: str) -> str:
    answer = trial.answer(name)
    family = f" Adjusted within the family '{answer.family}' ({trial.multiplicity})." if answer.family else ""
    return f"**{name}** (estimand: {answer.asks}): {trial.analysis(answer)[0].in_words}.{family}"


def _sample_size(trial: DeclaredTrial, performance: pd.DataFrame | None) -> str:
    if performance is None or performance.empty:
        return f"{trial.who.dyads:,} dyads; not yet simulated."
    lines = []
    for row in performance.to_dict("records"):
        share = f"{row['rejects']:.3f} (Monte Carlo error {row['rejects_error']:.3f})"
        lines.append(
            f"{row['analysis']}: p < .05 in a share of {share} of {row['converged']:,} simulated trials; on average "
            f"{row['n']:.0f} analysed."
        )
    return f"{trial.who.dyads:,} dyads are randomised.\n\n{_listed(lines)}"


def _assumptions(trial: DeclaredTrial) -> Iterable[str]:
    """What the trial assumes, each with its note and what it rests on."""
    lost = trial.lost
    for by in lost.visits:
        low, high = by.range
        share = f"{low:.0%}" if low == high else f"{low:.0%} to {high:.0%}"
        yield f"{share} lost by '{by.visit}'. {by.note} ({', '.join(by.evidence)})"
        yield from (_depends(each, f"loss by '{by.visit}'") for each in by.depends)
    for gap in lost.gaps:
        yield f"{gap.share:.0%} of readings missing at each visit. {gap.note} ({', '.join(gap.evidence)})"
    yield from (_depends(each, "beginning, coming and staying") for each in lost.adherence)
    if trial.who.consent is not None:
        yield f"{trial.who.consent.share:.0%} of those eligible take part. {trial.who.consent.note}"
        yield from (_depends(each, "consent") for each in trial.who.consent.depends)
    if trial.what.sites is not None:
        sites = trial.what.sites
        rests_on = ", ".join(sites.evidence)
        yield f"{sites.icc:.0%} of the variance of depression lies between sites. {sites.note} ({rests_on})"
    for arm in trial.what.arms:
        if arm.givers is not None and arm.givers.sd:
            yield f"Those who give '{arm.name}' differ (SD of the log effect {arm.givers.sd:g}). {arm.givers.note}"
    for each in trial.seen.unblinded:
        who = f"in '{each.arm}' by those who know the arm"
        yield f"{each.instrument} is read {each.by:+g} SD otherwise {who}. {each.note}"


def _depends(each: Dependence, what: str) -> str:
    on = each.reading or each.state or each.arm or "sessions attended"
    kind = (
        "as read" if each.reading else "true, which nobody sees" if each.state else "the arm" if each.arm else "share"
    )
    said = f"{what.capitalize()} depends on {on} ({kind}): log-odds {each.log_odds:+g}."
    return f"{said} {each.note} ({', '.join(each.evidence)})"
