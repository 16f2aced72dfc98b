"""The smoke run leaves out no command, and CI runs it with lower bounds that are there."""

import tomllib
from pathlib import Path

import smoke
import typer

from dyadsim.cli import app

ROOT = Path(__file__).parent.parent


def test_every_command_is_in_the_smoke_run():
    known = typer.main.get_command(app).commands
    tried = {command.split()[0] for command in smoke.commands()} | {"dashboard"}
    assert tried == set(known)


def test_every_dependency_has_a_lower_bound_and_ci_tries_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = project["dependencies"] + project["optional-dependencies"]["cluster"]
    assert [each for each in asked if ">=" not in each and "==" not in each] == []
    assert ".ci/smoke >smoke.txt" in (ROOT / ".ci" / "run").read_text("utf-8")
    assert "--resolution lowest-direct" in (ROOT / ".ci" / "smoke").read_text("utf-8")
