"""What dyadsim writes for BORIS, opened by BORIS; and what BORIS writes of it, read by dyadsim.

    python -m venv boris && boris/bin/pip install boris-behav-obs openpyxl
    python experiments/boris_check.py boris/bin/python

BORIS lives in an environment of its own (it needs PyQt5). The two shipped sessions and one that is simulated are
written as a project and as tables. BORIS opens the project, finds all its states paired, and exports aggregated and
tabular events as TSV, CSV and workbook with its own functions. Those must have the headers of dyadsim's tables, and
dyadsim must read from each the events that it reads from its own.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

import dyadsim as ds
from dyadsim.coded_video.read import coding_of
from dyadsim.coded_video.write import write_coded

BORIS = r"""
import ast, importlib.metadata, inspect, json, os, sys, types
from pathlib import Path
from unittest.mock import MagicMock

os.environ["QT_QPA_PLATFORM"] = "offscreen"
# The package as it is but for its windows, its player and its sounds, which need libraries of the system.
boris = types.ModuleType("boris")
boris.__path__ = [str(importlib.metadata.distribution("boris-behav-obs").locate_file("boris"))]
sys.modules["boris"] = boris
for name in ("boris.mpv", "boris.mpv2", "PyQt5.QtMultimedia"):
    sys.modules[name] = MagicMock()
import tablib
from boris import export_events, export_observation, project_functions

folder = Path(sys.argv[1])
_, changed, project, _ = project_functions.open_project_json(str(folder / "ours.boris"))
told = {"version": importlib.metadata.version("boris-behav-obs"), "error": project.get("error", ""), "paired": {}}
if not told["error"]:
    told["changed"] = changed
    subjects = [each["name"] for each in project["subjects_conf"].values()]
    codes = [each["code"] for each in project["behaviors_conf"].values()]
    parameters = {"selected subjects": subjects, "selected behaviors": codes, "time": "full obs"}
    # The headers of aggregated events are made within the function that asks where to save them.
    tree = ast.parse(inspect.getsource(export_events.export_aggregated_events))
    inner = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "fields_type")
    space = {**vars(export_events), "self": types.SimpleNamespace(pj=project)}
    exec(compile(ast.Module([inner], []), "fields_type", "exec"), space)
    headers = [*space["fields_type"](0)]
    whole = tablib.Dataset(headers=headers, title="aggregated")
    for number, (name, observation) in enumerate(project["observations"].items()):
        told["paired"][name] = project_functions.check_state_events_obs(name, project["behaviors_conf"], observation)
        rows, _ = export_observation.export_aggregated_events(project, parameters, name)
        for row in rows:
            whole.append(row)
        for to in ("tsv", "csv", "xlsx"):
            ok, said = export_observation.export_tabular_events(
                project, parameters, name, observation, project["behaviors_conf"],
                str(folder / f"tabular-{number}.{to}"), to
            )
            told["error"] += "" if ok else str(said)
    for to in ("tsv", "csv", "xlsx"):
        ok, said = export_observation.dataset_write(whole, str(folder / f"aggregated.{to}"), to)
        told["error"] += "" if ok else str(said)
print(json.dumps(told))
"""
NAMES = ("tsv", "csv", "xlsx")


def events_in(file: Path) -> pd.DataFrame:
    """Events that dyadsim reads from a file, in one order."""
    events = coding_of(file.name, file.read_bytes()).events.drop(columns=["place", "coder"])
    return events.round(3).sort_values(["session", "tier", "onset", "code"], ignore_index=True)


def headers_of(file: Path) -> list[str]:
    """Headers of a TSV."""
    with file.open(encoding="utf-8", newline="") as opened:
        return next(csv.reader(opened, delimiter="\t"))


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    simulated = ds.interact(ds.Cohort.sample(2, seed=1), paradigm="still-face", seed=1)
    sessions = [ds.read_coded("mangold_3367goodman.csv"), ds.read_coded("mangold_3532goodman.csv")]
    failed = 0
    for called, given in (("the shipped sessions", sessions), ("a simulated session", [simulated])):
        with TemporaryDirectory() as place:
            folder = Path(place)
            write_coded(given, folder / "ours.boris")
            write_coded(given, folder / "ours-aggregated.tsv", layout="boris")
            write_coded(given, folder / "ours-tabular.tsv", layout="boris-tabular")
            answer = subprocess.run(
                [sys.argv[1], "-c", BORIS, str(folder)], stdout=subprocess.PIPE, text=True, check=True
            )
            told = json.loads(answer.stdout.splitlines()[-1])
            unpaired = [name for name, (paired, _) in told["paired"].items() if not paired]
            checks = {
                "BORIS opens the project, and changes nothing in it": not told["error"] and not told["changed"],
                "BORIS finds every state paired": bool(told["paired"]) and not unpaired,
            }
            if not told["error"]:
                ours = events_in(folder / "ours.boris")
                dyads = list(told["paired"])
                for kind, file in (("aggregated", "aggregated.tsv"), ("tabular", "tabular-0.tsv")):
                    checks[f"{kind} events have BORIS's headers"] = headers_of(folder / file) == headers_of(
                        folder / f"ours-{kind}.tsv"
                    )
                    checks[f"dyadsim's {kind} events are those of its project"] = events_in(
                        folder / f"ours-{kind}.tsv"
                    ).equals(ours)
                for to in NAMES:
                    checks[f"BORIS's aggregated events as {to} are those of the project"] = events_in(
                        folder / f"aggregated.{to}"
                    ).equals(ours)
                    each = [events_in(folder / f"tabular-{number}.{to}") for number in range(len(dyads))]
                    whole = pd.concat(each).sort_values(["session", "tier", "onset", "code"], ignore_index=True)
                    checks[f"BORIS's tabular events as {to} are those of the project"] = whole.equals(ours)
        print(f"BORIS {told['version']}, {called}: {len(told['paired'])} observations {told['error']}")
        for what, holds in checks.items():
            print(f"  {'yes' if holds else 'NO '} {what}")
            failed += not holds
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
