"""Sentences on services: what each found, whom it missed, who waited, and at what cost."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from ..common.shown import counted
from ..services.cascade import GROUPS
from ..services.cost_effectiveness import EFFECTS
from ..services.lifetime_costs import LIFETIME_COSTS, ROW
from ..services.service import Service
from ..services.service_results import ServiceResults

__all__ = ["ASSUMED", "in_short", "on_costs", "on_grounding", "title_of"]

ASSUMED = (
    "Staff, hours, shares of contacts and unit costs that no source gives are assumed, and so is how ready families "
    "are; each service says of each what it rests on. Where they lie otherwise in a real area, so do these numbers."
)
_APART = 0.03  # shares that differ by less are called alike
_FEW = 10  # mothers of a group of whom nothing is said


def title_of(service: Service) -> str:
    """The title of a service; its name where it has none."""
    return service.title or service.name


def in_short(results: ServiceResults) -> list[str]:
    """What came of a comparison of services, in sentences.

    Parameters
    ----------
    results : of it.
    """
    if not results.arms:
        done = sum(chunk.done for chunk in results.manifest.chunks)
        told = [f"{done} of {len(results.manifest.chunks)} parts are there; the same command goes on."]
        return [*told, *_failures(results)]
    return [*_told(results), *_failures(results)]


def _told(results: ServiceResults) -> Iterator[str]:
    asked = results.comparison
    families = asked.communities * asked.families.community_size
    twins = results.families("no service")
    ill = twins["ill"].mean()
    yield (
        f"{counted(families, 'family')} in {counted(asked.communities, 'community')} live {asked.weeks} weeks under "
        f"each service, and under none, with the same luck. Without any, {ill:.0%} of mothers are depressed in some "
        f"week, for {twins.loc[twins['ill'], 'ill_weeks'].mean():.0f} weeks on average."
    )
    if len(results.sets) > 1:
        yield (
            f"They do so with each of {len(results.sets)} parameter sets that agree with the evidence"
            f"{', and other sizes of programmes each time' if asked.sizes else ''}; counts below are over all of these."
        )
    cascade, equity, effect = results.cascade(), results.equity(), results.cost_effectiveness()
    waits, waiting, false = results.waits(), results.cost_of_waiting(), results.false_positives()
    for arm in results.under_service:
        assert arm.service is not None
        steps = cascade[cascade["arm"] == arm.name].set_index("step")
        yield on_cascade(arm.name, steps)
        yield from on_waits(arm.name, waits[waits["arm"] == arm.name], arm.service.care)
        yield from _on_waiting(waiting[waiting["arm"] == arm.name])
        yield from on_missed(equity[equity["arm"] == arm.name])
        yield on_costs(arm.name, effect[effect["arm"] == arm.name].set_index("effect"), str(arm.service.prices))
        yield from _on_false(false[false["arm"] == arm.name].iloc[0], str(arm.service.prices))
    yield from on_grounding(results)


def on_cascade(name: str, steps: pd.DataFrame) -> str:
    """The cascade of care of one service, in a sentence.

    Parameters
    ----------
    name : of the arm.
    steps : by step, as :meth:`dyadsim.ServiceResults.cascade` has them.
    """
    mothers, shares = steps["mothers"], steps["share"]
    return (
        f"{name}: of {mothers['ill']:,} mothers who were depressed in some week, {mothers['found']:,} were found "
        f"({shares['found']:.0%}), {mothers['referred']:,} referred, {mothers['began']:,} began care "
        f"({shares['began']:.0%}), {mothers['stayed']:,} stayed for half of it, and {mothers['recovered']:,} of these "
        f"were well at the end ({shares['recovered']:.0%})."
    )


def on_waits(name: str, rows: pd.DataFrame, care: tuple[str, ...]) -> Iterator[str]:
    """Waits for the care of one service, a sentence a programme.

    Parameters
    ----------
    name : of the arm.
    rows : as :meth:`dyadsim.ServiceResults.waits` has them.
    care : its programmes to which the depressed are led.
    """
    for row in rows[rows["programme"].isin(care)].to_dict("records"):
        waited = "nobody of them has begun"
        if row["began"]:
            middle = counted(round(row["median"]), "week")
            waited = f"{row['began']:,} began, after a median of {middle} and {row['longest']:.0f} at most"
        lost = f"; {row['gave_up']:,} gave up or were too late" if row["gave_up"] else ""
        yield f"{name}, {row['programme']}: of {row['referred']:,} referred {waited}{lost}."


def _on_waiting(rows: pd.DataFrame) -> Iterator[str]:
    for row in rows.to_dict("records"):
        if row["families"]:
            more = "more" if row["ill_weeks"] >= 0 else "fewer"
            between = "" if math.isnan(row["low"]) else f" ({row['low']:+.1f} to {row['high']:+.1f})"
            yield (
                f"{row['arm']}: {counted(row['families'], 'family')} waited, {row['weeks']:.0f} weeks on average. "
                f"Against twins who were seen at once these mothers had {abs(row['ill_weeks']):.1f} {more} weeks of "
                f"depression{between}."
            )


def on_missed(rows: pd.DataFrame) -> Iterator[str]:
    """Whom a service misses most, in a sentence.

    Parameters
    ----------
    rows : of one arm, as :meth:`dyadsim.ServiceResults.equity` has them.
    """
    known = rows[(rows["group"] != "all") & (rows["ill"] * rows["families"] >= _FEW)]
    if len(known) > 1:
        least = known.sort_values("began").to_dict("records")[0]
        whole = rows[rows["group"] == "all"].to_dict("records")[0]
        if whole["began"] - least["began"] < _APART:
            return
        yield (
            f"{rows['arm'].iloc[0]}: depressed mothers begin care least often among {GROUPS[least['group']]} "
            f"({least['began']:.0%}; of all {whole['began']:.0%}); {least['found']:.0%} of them were found."
        )


def on_costs(name: str, rows: pd.DataFrame, prices: str) -> str:
    """What a service costs, and what for, in a sentence.

    Parameters
    ----------
    name : of the arm.
    rows : by effect, as :meth:`dyadsim.ServiceResults.cost_effectiveness` has them.
    prices : of the costs.
    """
    told = f"{name}: it costs {rows['cost'].iloc[0]:,.0f} more a family than none ({prices})"
    for effect, (words, _) in EFFECTS.items():
        row = rows.loc[[effect]].to_dict("records")[0]
        ratio, low, high = (float(row[name]) for name in ("ratio", "ratio_low", "ratio_high"))
        if math.isnan(ratio):
            told += f"; no {words} to speak of"
            continue
        most = "without end" if math.isinf(high) else f"{high:,.0f}"
        told += f"; one {words} costs {ratio:,.0f} ({low:,.0f} to {most})"
    return f"{told}."


def _on_false(row: pd.Series, prices: str) -> Iterator[str]:
    if row["positives"]:
        yield (
            f"{row['arm']}: {row['false']:,.0f} of {row['positives']:,.0f} positive screenings ({row['share']:.0%}) "
            f"were of mothers who were not depressed in that week; interviews and care for mothers who never were "
            f"cost {row['cost']:,.2f} a family ({prices})."
        )


def on_grounding(results: ServiceResults) -> Iterator[str]:
    """What costs and numbers rest on, in sentences.

    Parameters
    ----------
    results : of a comparison.
    """
    costs = results.cost_groundings()
    by = costs["grounding"].value_counts()
    told = ", ".join(f"{by[name]} {name}" for name in ("measured", "borrowed", "assumed") if name in by)
    yield f"Of {len(costs)} unit costs, {told}. {ASSUMED}"
    prices = results.comparison.services[0].prices
    if (week := results.comparison.week_of_depression) is not None:
        yield (
            f"Weeks of depression count in every arm with {week.amount:,.2f} each ({prices}; {week.grounding}), so "
            "that weeks that are spared are saved."
        )
    if prices.currency == "GBP":
        yield (
            f"For comparison: a case of perinatal depression is put at {LIFETIME_COSTS['depression']:,.0f} GBP over "
            f"the lives of mother and child ({ROW}), which is not counted here."
        )


def _failures(results: ServiceResults) -> list[str]:
    told = [f"'{row.arm}' (set {row.set}) failed: {row.error}" for row in results.failures.head(3).itertuples()]
    return [*told, *results.manifest.damaged]
