"""The house: which folder lies on which floor, as docs/architecture.md has it, and that no import runs up."""

import ast
import functools
import graphlib
import importlib.util
import re

import pytest
from conftest import ROOT

PACKAGE = ROOT / "dyadsim"
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\d+) \| `(\w+)` \| .* \|(.*)\|$", PAGE, re.M)
FLOOR = {folder: int(floor) for floor, folder, _ in ROWS}
NEVER = {folder: set(re.findall(r"`(\w+)`", never)) for _, folder, never in ROWS}
"""Folders that a folder must not import although they lie below it."""
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE)
LONGEST = 500
"""Lines of a file beyond which a thought in it is lost."""


def folder_of(path):
    return path.relative_to(PACKAGE).parts[0]


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class Imports(ast.NodeVisitor):
    """The names that a file imports, from their package on, but for those that only type checkers see."""

    def __init__(self, path):
        package = module_of(path) if path.name == "__init__.py" else module_of(path).rpartition(".")[0]
        self.package, self.found = package, set()
        self.visit(ast.parse(path.read_text("utf-8")))

    def visit_If(self, node):
        if "TYPE_CHECKING" in ast.unparse(node.test):
            for each in node.orelse:
                self.visit(each)
        else:
            self.generic_visit(node)

    def visit_Import(self, node):
        self.found |= {alias.name for alias in node.names}

    def visit_ImportFrom(self, node):
        name = "." * node.level + (node.module or "")
        base = importlib.util.resolve_name(name, self.package) if node.level else name
        # ``from .. import common`` and ``from ..common import files`` name a folder or file last, if at all.
        self.found |= {f"{base}.{alias.name}" for alias in node.names}


@functools.cache
def imported_by(path):
    """Folders of dyadsim that a file imports from."""
    names = [name.split(".") for name in Imports(path).found if name.startswith("dyadsim.")]
    return {parts[1] for parts in names if (PACKAGE / parts[1]).is_dir()}


@functools.cache
def folders_below(folder):
    """The other folders that a folder imports from."""
    return set().union(*(imported_by(path) for path in FILES if folder_of(path) == folder)) - {folder}


def test_every_file_lies_in_a_folder_and_every_folder_on_a_floor():
    assert [path.name for path in PACKAGE.glob("*.py")] == ["__init__.py"]
    assert {folder_of(path) for path in FILES} == set(FLOOR)


@pytest.mark.parametrize("folder", FLOOR)
def test_no_folder_imports_one_of_its_own_floor_or_above(folder):
    up = {
        f"{path.relative_to(ROOT)} imports {other}"
        for path in FILES
        if folder_of(path) == folder
        for other in imported_by(path)
        if other != folder and FLOOR[other] >= FLOOR[folder]
    }
    assert not up


@pytest.mark.parametrize("folder", FLOOR)
def test_no_folder_imports_one_that_the_page_forbids(folder):
    assert not folders_below(folder) & NEVER[folder]


def test_no_import_among_folders_makes_a_circle_and_the_longest_chain_is_short():
    """A sorter that knows nothing of the floors finds an order too; a chain is of folders, each importing the next."""
    chain = {}
    for folder in graphlib.TopologicalSorter({folder: folders_below(folder) for folder in FLOOR}).static_order():
        chain[folder] = 1 + max((chain[below] for below in folders_below(folder)), default=0)
    assert max(chain.values()) in (10, 11)


def beside(path):
    """Files of a file's own folder that it imports: at its top, in its functions, or for type checkers alone."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            found |= {node.module.partition(".")[0]} if node.module else {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("folder", FLOOR)
def test_no_circle_of_imports_hides_in_a_folder(folder):
    """Neither in a function nor under TYPE_CHECKING."""
    ways = {path.stem: beside(path) for path in FILES if path.parent == PACKAGE / folder and path.stem != "__init__"}
    graphlib.TopologicalSorter(ways).prepare()  # raises CycleError


def test_imports_beside_a_file_are_found():
    assert beside(PACKAGE / "development" / "push_sizes.py") > {"course", "weekly_step"}


FACES = ("findings", "plots", "cli")
"""Folders whose ``__init__.py`` does something: findings register, figures are listed, and the command starts there."""


@pytest.mark.parametrize("file", sorted(PACKAGE.glob("*/**/__init__.py")), ids=lambda file: file.parent.name)
def test_the_face_of_a_folder_is_its_docstring_and_nothing_else(file):
    """So that importing dyadsim stays light, and no folder makes a circle through its face."""
    tree = ast.parse(file.read_text("utf-8"))
    assert ast.get_docstring(tree)
    assert (len(tree.body) == 1) == (file.parent.name not in FACES)


@pytest.mark.parametrize("folder", ["dyadsim", "tests", "experiments", "dashboards"])
def test_no_file_is_so_long_that_a_thought_in_it_is_lost(folder):
    """Longer ones are cut by subject."""
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in (ROOT / folder).rglob("*.py")}
    assert not {str(path.relative_to(ROOT)) for path, count in lines.items() if count > LONGEST}


def test_imports_are_found_in_every_form_and_types_are_left_out(monkeypatch):
    """What is looked for in the files is found where it is there."""
    file = PACKAGE / "theory" / "made_up.py"
    text = """
import dyadsim.plots.style
from typing import TYPE_CHECKING
from .. import sweeps
from ..people.cohort import Cohort
def late():
    from ..fitting import make_norms
if TYPE_CHECKING:
    from ..cli import app
else:
    from ..reports import folder
"""
    monkeypatch.setattr(type(file), "read_text", lambda self, encoding: text)
    assert imported_by(file) == {"plots", "sweeps", "people", "fitting", "reports"}
