"""Mixed models of trials beside R's lme4: the same tables, fitted by both.

Run it as ``python experiments/lme4_check.py``; it needs Rscript with lme4 (Debian: r-base-core, r-cran-lme4). Estimate,
standard error and intraclass correlation should agree to three digits, with clusters that differ and with clusters that
do not.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

import dyadsim as ds
from dyadsim.trials.analysis import Analysis, Contrast, analysed
from dyadsim.trials.analysis_plan import trial_table
from dyadsim.trials.losses import Lost

R = """
suppressMessages(library(lme4))
for (line in readLines(file.path(commandArgs(TRUE)[1], "models.txt"))) {
  part <- strsplit(line, ";", fixed = TRUE)[[1]]
  d <- read.csv(file.path(commandArgs(TRUE)[1], part[1]))
  m <- suppressMessages(lmer(as.formula(part[2]), d, REML = TRUE))
  v <- as.data.frame(VarCorr(m))$vcov
  b <- summary(m)$coefficients[part[4], ]
  cat(sprintf("%s|%.8f|%.8f|%.8f\\n", part[3], b[1], b[2], v[1] / sum(v)))
}
"""
HERE = Path(__file__).parent / "trials"


def tables() -> dict[str, tuple[pd.DataFrame, Analysis, Contrast]]:
    """What is fitted: tables by name, each with its analysis and which arms are compared."""
    plan = ds.AnalysisPlan.load("thinking-healthy")
    real = trial_table("thinking-healthy", plan)
    found = {each.name: (real, each, plan.contrast) for each in plan.analyses if each.method == "mixed"}
    virtual = {
        "40 simulated areas": ds.Trial.load("thinking-healthy"),
        "12 sites, lost at random": ds.Trial.load(HERE / "no-effect.toml"),
        "12 sites, nothing lost": ds.Trial.load(HERE / "no-effect.toml").changed({"lost": Lost()}),
    }
    for name, trial in virtual.items():
        results = trial.run(3, workers=1)
        for answer in results.trial.answers:
            if answer.method in ("mixed", "repeated"):
                for replicate in range(3):
                    label = f"{name}, replicate {replicate}: {answer.called}"
                    found[label] = (results.data(replicate), *results.trial.analysis(answer))
    return found


def as_r_has_it(table: pd.DataFrame, analysis: Analysis, contrast: Contrast) -> tuple[pd.DataFrame, str, str]:
    """The table, the formula and the name of the coefficient, for R."""
    plain = pd.DataFrame({"arm": (table[contrast.column] == contrast.treated).astype(int)})
    plain["x"] = table[analysis.baseline] if analysis.baseline else 0.0
    if not analysis.repeated:
        plain["y"], plain["g"] = table[analysis.outcome], table[analysis.cluster]
        return plain, "y ~ arm + x + (1 | g)", "arm"
    plain["g"] = range(len(plain))
    parts = [plain.assign(y=table[name], visit=name) for name in analysis.repeated]
    long = pd.concat(parts, ignore_index=True)
    return long, "y ~ 0 + visit + visit:arm + visit:x + (1 | g)", f"visit{analysis.outcome}:arm"


def main() -> None:
    if shutil.which("Rscript") is None:
        sys.exit("There is no Rscript here; on Debian: apt-get install r-base-core r-cran-lme4")
    ours, asked = {}, []
    with TemporaryDirectory() as place:
        folder = Path(place)
        for number, (name, given) in enumerate(tables().items()):
            row = analysed(*given).iloc[0]
            ours[name] = row["b"], row["se"], row["icc"]
            table, formula, coefficient = as_r_has_it(*given)
            table.to_csv(folder / f"{number}.csv", index=False)
            asked.append(f"{number}.csv;{formula};{name};{coefficient}")
        (folder / "models.txt").write_text("".join(f"{line}\n" for line in asked))
        (folder / "fit.R").write_text(R)
        told = subprocess.run(
            ["Rscript", str(folder / "fit.R"), str(folder)], stdout=subprocess.PIPE, text=True, check=True
        )
    theirs = {
        name: tuple(map(float, numbers)) for name, *numbers in (line.split("|") for line in told.stdout.splitlines())
    }
    rows = [
        (name, *ours[name], *theirs[name], max(abs(a - b) for a, b in zip(ours[name], theirs[name], strict=True)))
        for name in ours
    ]
    columns = ["table", "b", "se", "icc", "b (lme4)", "se (lme4)", "icc (lme4)", "largest difference"]
    print(pd.DataFrame(rows, columns=columns).round(5).to_string(index=False))


if __name__ == "__main__":
    main()
