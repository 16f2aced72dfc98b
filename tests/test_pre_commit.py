"""The hooks at each commit are the linters of CI: the same commands, and nothing that is fetched."""

import re

import yaml
from conftest import ROOT

HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
CI = (ROOT / ".ci" / "run").read_text("utf-8")


def test_hooks_and_ci_run_the_same_commands():
    in_ci = re.findall(r"^ *run '?((?:ruff|mypy)\b[^'\n]*)", CI, re.M)
    assert [hook["entry"] for repo in HOOKS for hook in repo["hooks"]] == in_ci
    assert {command.split()[0] for command in in_ci} == {"ruff", "mypy"}


def test_hooks_use_the_tools_of_the_environment_on_the_whole_checkout():
    for repo in HOOKS:
        assert repo["repo"] == "local"
        for hook in repo["hooks"]:
            assert (hook["language"], hook["pass_filenames"], hook["always_run"]) == ("system", False, True)
