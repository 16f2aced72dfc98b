"""Report of a scenario over generations: a page, figures and tables beside its results, for people."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .. import NOTICE, plots
from ..common.files import write_bytes
from ..lineages.declared_generations import AS_DECLARED
from ..lineages.generation_results import GenerationResults
from ..lineages.ties_between import TIES
from ..plots.generations import OUTCOMES, SHARES, SIDES
from ..plots.style import Figure
from . import generation_sentences as say
from .folder import in_page, write_text
from .html_page import html_page, share
from .trial_sentences import signed

__all__ = ["SHARES_SAY", "TABLES_SAY", "in_short", "page", "pictures", "said", "shares_in_short", "tables", "write"]

SHARES_SAY = "Shares of the children of each generation: attachment to the mother at twelve months, and maltreatment."
TABLES_SAY = {
    "shares": "children/*.parquet: attachment and maltreated, one row a child",
    "transmission": "lineage/*.parquet of what is declared: attachment of mother and child",
    "rest": "the table transmission: shares that its steps leave as they are",
    "ties": "data/*.parquet: columns with mother_ and birth_ beside those of her and of him",
    "gap": "gap/*.parquet: runs with the same luck in which every mother has the mean state of mind, or infants are "
    "exchanged",
    "cycles": "data/*.parquet: mother_maltreated and maltreated, mother_attachment and attachment",
    "follow_up": "data/*.parquet of an arm less that of its twin, by offered",
    "what_is_left": "the table follow_up, over what it was in the first generation",
    "lost_without": "the table follow_up as declared, less the same where a way is cut, family by family",
    "beside_published": "the tables ties, gap and cycles, and data/evidence.csv of the package",
    "parameters": "data/inheritance.toml and data/inheritance_parameters.csv of the package, and the scenario",
}
"""From which columns of the saved data each table of the report is made."""


def in_short(results: GenerationResults) -> list[str]:
    """What came of it, a sentence or two each."""
    return say.in_short(results)


def tables(results: GenerationResults) -> dict[str, pd.DataFrame]:
    """Tables of the report, by name; without rows where there is nothing of that kind.

    Parameters
    ----------
    results : of a scenario of which all that is declared is there.
    """
    return {
        "shares": results.shares(),
        "transmission": _transmission(results),
        "rest": _rest(results),
        "ties": results.ties(),
        "gap": results.gap(),
        "cycles": results.cycles(),
        "follow_up": results.follow_up(),
        "what_is_left": results.what_is_left(),
        "lost_without": results.lost_without(),
        "beside_published": results.beside_published(),
        "parameters": results.parameters(),
    }


def _transmission(results: GenerationResults) -> pd.DataFrame:
    """The transmission; nothing where there is one generation, of whose mothers no childhood is known."""
    return results.transmission() if results.scenario.generations > 1 else pd.DataFrame()


def _rest(results: GenerationResults) -> pd.DataFrame:
    """Shares at which classes would come to rest; nothing where that is not known."""
    found = say.at_rest(results)
    none = pd.DataFrame(columns=["attachment", "share"])
    return none if found is None else found.rename_axis("attachment").reset_index()


def shares_in_short(results: GenerationResults) -> pd.DataFrame:
    """Shares of classes and of the maltreated, one row an arm and generation (:data:`SHARES_SAY`)."""
    return results.shares()


def said(results: GenerationResults) -> dict[str, Any]:
    """All that is told of results, for programs."""
    told = {name: table.to_dict("records") for name, table in tables(results).items()} if say.is_told(results) else {}
    return {
        "folder": str(results.folder),
        "scenario": results.manifest.asked,
        "in_short": in_short(results),
        **told,
        "arms": {arm.name: say.arm_says(arm) for arm in results.arms},
        "failures": results.failures.to_dict("records"),
        "from": TABLES_SAY,
    }


def pictures(results: GenerationResults) -> dict[str, tuple[str, Figure]]:
    """Figures by name, each with what it shows.

    Parameters
    ----------
    results : of a scenario of which all that is declared is there.
    """
    found: dict[str, tuple[str, Figure]] = {}
    cycles, gap, follow_up = results.cycles(), results.gap(), results.follow_up()
    if cycles["mothers"].any():
        found["cycles"] = ("Cycles broken and kept", plots.cycles(cycles))
    if results.scenario.generations > 1:
        words = "From mother to child: classes of attachment"
        found["transmission"] = (words, plots.transmission_matrix(results.transmission()))
    rest = say.at_rest(results)
    found["shares"] = ("Children of each generation", plots.classes_by_generation(results.shares(), rest))
    found["lineages"] = ("A few lineages", plots.pedigree(results.lineage()))
    if len(gap):
        found["gap"] = (
            "The transmission gap: by which ways her state of mind reaches him",
            plots.transmission_gap(gap),
        )
    if len(follow_up):
        found["follow_up"] = ("What was offered, followed on", plots.follow_up(follow_up))
        if follow_up["arm"].nunique() > 1:
            found["ways"] = ("What was offered, with ways cut", plots.follow_up_by_way(follow_up))
    return found


def page(results: GenerationResults, drawn: dict[str, tuple[str, Figure]]) -> str:
    """Page of the report, as HTML that holds its pictures.

    Parameters
    ----------
    results : of a scenario of which all that is declared is there.
    drawn : its pictures, as :func:`pictures` gives them.
    """
    return _page(results, {name: (words, plots.png(figure)) for name, (words, figure) in drawn.items()})


def _page(results: GenerationResults, images: dict[str, tuple[str, bytes]]) -> str:
    asked = results.scenario
    told = tables(results)
    left, ties, cycles = told["what_is_left"], told["ties"], told["cycles"]
    gap, left = told["gap"], left[left["arm"] == AS_DECLARED]
    if left["whose"].isin(["offered", "her family"]).any():
        left = left[~left["whose"].isin(["all", "neither family"])]
    # Arms beside each other under each tie, and under each thing that was lived through.
    ties = ties.sort_values("tie", key=lambda names: names.map(list(TIES).index), kind="stable")
    cycles = cycles.sort_values("what", ascending=False, kind="stable")
    shown = [arm.name for arm in results.arms if arm.offered or not arm.cut]
    return html_page(
        "generation_report.html",
        {"share": share, "signed": signed, "difference": _difference},
        title=asked.title or asked.name,
        asked=asked,
        notice=NOTICE,
        in_short=in_short(results),
        arms=[(arm.name, say.arm_says(arm)) for arm in results.arms],
        tables={name: table.to_dict("records") for name, table in told.items()},
        left=left.to_dict("records"),
        ties=ties[ties["arm"].isin(shown) & ties["r"].notna()].to_dict("records"),
        exchanged=bool(ties["birth_r"].notna().any()),
        gap=gap[gap["generation"] == gap["generation"].max()].to_dict("records"),
        cycles=cycles[cycles["arm"].isin(shown) & (cycles["mothers"] > 0)].to_dict("records"),
        outcomes=OUTCOMES,
        sides=SIDES,
        gap_says=say.GAP_SAYS,
        no_fate=say.NO_FATE,
        pictures={name: (words, in_page(image)) for name, (words, image) in images.items()},
        made_from=TABLES_SAY,
        runs=results.manifest.runs,
        folder=results.folder,
    )


def _difference(value: float, outcome: str) -> str:
    """A difference as text: of 100 where it is one of shares, else in standard scores."""
    return signed(100 * value, 1) if outcome in SHARES else signed(value, 3)


def write(results: GenerationResults) -> list[str]:
    """Write report, figures and tables (CSV) into the results folder; gives the files.

    Parameters
    ----------
    results : of a scenario of which all that is declared is there.
    """
    folder = results.folder
    images = {name: (words, plots.png(figure)) for name, (words, figure) in pictures(results).items()}
    files = [write_text(folder / "report.html", _page(results, images))]
    files += [
        write_text(folder / f"{name}.csv", table.to_csv(index=False))
        for name, table in tables(results).items()
        if len(table)
    ]
    files += [write_bytes(folder / f"{name}.png", image) for name, (_, image) in images.items()]
    return [str(file) for file in files]
