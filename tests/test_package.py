"""The package as a whole: light to import, names that resolve, docs that say what the code does."""

import ast
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import dyadsim as ds

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.M | re.S)


def test_importing_dyadsim_imports_nothing_heavy():
    probe = (
        "import sys, dyadsim; heavy = {'mesa', 'numba', 'solara', 'pandas', 'numpy', 'matplotlib', 'lifelines'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", probe], check=True)


@pytest.mark.parametrize("name", ds.__all__)
def test_every_public_name_resolves_and_is_documented(name):
    thing = getattr(ds, name)
    assert thing is not None
    if callable(thing):
        assert thing.__doc__


def test_nothing_directly_in_dyadsim_has_the_name_of_something_public():
    """Python sets a submodule as an attribute of its package when it is imported: a folder named ``sweep`` would put
    itself in the place of ``ds.sweep``. Deeper down there is no clash: ``dyadsim.interaction.law`` beside ``ds.law``.
    """
    here = {path.stem for path in (ROOT / "dyadsim").iterdir() if path.is_dir() or path.suffix == ".py"}
    assert "theory" in here
    assert not here & set(ds.__all__)


def test_the_readme_begins_with_the_two_commands():
    (kind, first), (_, second) = BLOCKS[:2]
    assert kind == "bash"
    assert len(first.strip().splitlines()) == len(second.strip().splitlines()) == 1
    assert "pip install" in first
    assert "dyadsim run" in first
    assert "pytest" in second


def python_blocks():
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        blocks = re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)
        if blocks:
            yield pytest.param("\n".join(blocks), id=page.name)


@pytest.mark.parametrize("code", list(python_blocks()))
def test_the_python_of_the_docs_runs_as_written(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(ast.parse(code), "docs", "exec"), {"__name__": "docs"})


CHEAP = (
    "dyadsim interact --population community --paradigm still-face --seed 30 --out still-face",
    "dyadsim code mangold_3532goodman.csv --scheme valence --out coded",
    "dyadsim run",
    "dyadsim sweep",
    "dyadsim trial",
    "dyadsim power",
)
"""Commands of the pages that take a second or two; ``docs/test_references.py`` reads all of them."""


@pytest.mark.parametrize("command", CHEAP)
def test_a_command_of_the_docs_runs_as_written(command, tmp_path):
    pages = "\n".join(page.read_text("utf-8") for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")))
    assert re.search(rf"^{re.escape(command)}\s*(#|$)", pages, re.M)
    words = shlex.split(command)
    ran = subprocess.run(
        [sys.executable, "-c", "from dyadsim.cli import main; main()", *words[1:]], cwd=tmp_path, capture_output=True
    )
    assert ran.returncode == 0, ran.stderr
    assert "--out" not in words or (tmp_path / words[-1] / "provenance.json").is_file()
