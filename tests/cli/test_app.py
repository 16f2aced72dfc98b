"""Help: every word of it is shown, in a terminal of any width and in ASCII."""

import inspect

import pytest
import typer.main

from dyadsim.cli import app

ROOT = typer.main.get_command(app)


def every_command(command=ROOT, words=()):
    """All commands, with the words by which each is called."""
    yield words, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from every_command(inner, (*words, name))


COMMANDS = dict(every_command())


def letters(text):
    return "".join(text.split())


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 200])
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_says_all_that_is_written_for_it(monkeypatch, capsys, words, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    ROOT([*words, "--help"], standalone_mode=False)
    said = letters(capsys.readouterr().out)
    command = COMMANDS[words]
    texts = [inspect.cleandoc(command.help), command.epilog]
    texts += [text for each in command.params for text in (*each.opts, each.help) if each.param_type_name == "option"]
    texts += [each.help for each in command.params if each.param_type_name == "argument"]
    texts += [each.help.partition("\n\n")[0] for each in getattr(command, "commands", {}).values()]
    assert [text for text in texts if letters(text) not in said] == []
    assert said.isascii()
