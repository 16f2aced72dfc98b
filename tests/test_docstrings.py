"""Docstrings: a first line names its noun, public functions say all, and their examples run."""

import ast
import doctest
import inspect

import numpy as np
import pytest
from conftest import ROOT

import dyadsim as ds

DANGLING = ("And", "As", "At", "But", "By", "For", "From", "In", "Of", "On", "So", "That", "The same", "With")
"""Words with which a first line would hang in the air: what is it of, by, or the same as?"""
PUBLIC = {name: getattr(ds, name) for name in ds.__all__ if callable(getattr(ds, name))}
FUNCTIONS = {name: thing for name, thing in PUBLIC.items() if inspect.isfunction(thing)}
METHODS = {
    f"{name}.{part}": method
    for name, thing in PUBLIC.items()
    if inspect.isclass(thing)
    for part, given in vars(thing).items()
    if not part.startswith("_") and inspect.isfunction(method := getattr(given, "__func__", given))
}


def parameters_of(function):
    return [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]


def first_lines(folder):
    for path in sorted((ROOT / "dyadsim" / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and (text := ast.get_docstring(node)):
                yield f"{path.name}, {getattr(node, 'name', 'module')}", text.splitlines()[0]


@pytest.mark.parametrize("folder", sorted({path.parent.name for path in (ROOT / "dyadsim").glob("*/*.py")}))
def test_a_first_line_names_its_noun(folder):
    """So "Of two shares." is "Odds ratio of two shares."."""
    lines = dict(first_lines(folder))
    assert lines
    hanging = {where: line for where, line in lines.items() if any(line.startswith(f"{word} ") for word in DANGLING)}
    assert not hanging


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_says_what_it_takes_gives_and_refuses_and_shows_how(name):
    text = inspect.getdoc(FUNCTIONS[name])
    for needed in ("Parameters\n--", "Returns\n--", "Raises\n--", ">>> "):
        if parameters_of(FUNCTIONS[name]) or needed.startswith(("Returns", ">>>")):
            assert needed in text, needed
    for parameter in parameters_of(FUNCTIONS[name]):
        assert f"{parameter} :" in text or f"{parameter}, " in text or f", {parameter}" in text, parameter


@pytest.mark.parametrize("name", METHODS)
def test_a_public_method_says_what_each_of_its_parameters_is(name):
    text = inspect.getdoc(METHODS[name])
    assert text
    if len(parameters_of(METHODS[name])) > 1:
        assert "Parameters\n--" in text


def examples():
    for name, thing in {**PUBLIC, **METHODS}.items():
        if found := doctest.DocTestParser().get_examples(inspect.getdoc(thing) or ""):
            yield pytest.param("".join(example.source for example in found), id=name)


@pytest.mark.parametrize("code", list(examples()))
def test_an_example_runs_as_it_stands(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "example", "exec"), {"ds": ds, "np": np})
