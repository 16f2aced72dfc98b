"""The house: which folder lies on which floor, and that no import runs up. The plan is docs/architecture.md."""

import ast
import functools
import graphlib
import importlib.util

import pytest
from conftest import ROOT

PACKAGE = ROOT / "dyadsim"
FLOORS = (
    "common",
    "theory",
    "people measurement",
    "interaction coded_video interventions",
    "development",
    "scenarios",
    "sweeps findings plots",
    "fitting validation reports",
    "dashboard",
    "cli",
)
FLOOR = {folder: floor for floor, folders in enumerate(FLOORS, start=1) for folder in folders.split()}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE)
LONGEST = 500
"""Lines of a file beyond which a thought in it is lost."""


def folder_of(path):
    return path.relative_to(PACKAGE).parts[0]


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class Imports(ast.NodeVisitor):
    """The modules of dyadsim that a file imports, but for those that only type checkers see."""

    def __init__(self, path):
        package = module_of(path) if path.name == "__init__.py" else module_of(path).rpartition(".")[0]
        self.package, self.found = package, set()
        self.visit(ast.parse(path.read_text("utf-8")))

    def visit_If(self, node):
        if "TYPE_CHECKING" not in ast.unparse(node.test):
            self.generic_visit(node)

    def visit_Import(self, node):
        self.found |= {alias.name for alias in node.names if alias.name.startswith("dyadsim")}

    def visit_ImportFrom(self, node):
        name = "." * node.level + (node.module or "")
        base = importlib.util.resolve_name(name, self.package) if node.level else name
        if base == "dyadsim" or base.startswith("dyadsim."):
            self.found |= {
                f"{base}.{alias.name}" if is_module(f"{base}.{alias.name}") else base for alias in node.names
            }


def is_module(name):
    place = ROOT.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def beside(path):
    """Modules of a file's own folder that it imports: at its top, in its functions, or for type checkers alone."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            found |= {node.module.partition(".")[0]} if node.module else {alias.name for alias in node.names}
    return found


@functools.cache
def imported_by(path):
    """Folders of dyadsim that a file imports from."""
    inside = {name.split(".") for name in ()} or [name.split(".") for name in Imports(path).found]
    return {parts[1] for parts in inside if len(parts) > 1 and (PACKAGE / parts[1]).is_dir()}


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


def test_no_circle_of_imports_hides_in_development():
    """Neither in a function nor under TYPE_CHECKING: what knows a course is known by no part of it."""
    ways = {path.stem: beside(path) for path in FILES if folder_of(path) == "development"}
    assert ways["push_sizes"] > {"course", "weekly_step"}
    graphlib.TopologicalSorter(ways).prepare()  # raises CycleError
