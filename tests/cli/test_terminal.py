"""Tables in a terminal: whatever its width, every value stands there whole."""

import io
import re
from contextlib import redirect_stdout

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.progress import Progress

from dyadsim import cli
from dyadsim.cli import terminal

WORDS = st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="│┃━┏┡└|"), min_size=1, max_size=30)
TEXTS = st.lists(WORDS, max_size=8).map(" ".join)
NUMBERS = st.floats(allow_nan=False, width=32).map(float)
WIDTHS = st.one_of(st.none(), st.integers(1, 200), st.sampled_from([40, 60, 80, 100, 160]))


def shown(width, is_terminal, printing, *asked):
    """What a function prints in so many columns (None: nobody says how many), without the codes of styles."""
    with pytest.MonkeyPatch.context() as here, io.StringIO() as out:
        for name in ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE"):
            here.delenv(name, raising=False)
        if width is not None:
            here.setenv("COLUMNS", str(width))
        if is_terminal:
            here.setenv("FORCE_COLOR", "1")
        here.setattr("sys.stdout", out)
        printing(*asked)
        return re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())


def blanks_as_one(text):
    return " ".join(text.split())


@given(st.lists(st.tuples(TEXTS, NUMBERS, TEXTS), min_size=1, max_size=4), WIDTHS, st.booleans())
def test_every_value_of_a_table_of_rows_stands_whole_at_any_width(rows, width, is_terminal):
    columns = ["a long name", "published", "x"]
    table = pd.DataFrame(rows, columns=columns)
    said = shown(width, is_terminal, terminal.print_rows, "Title", "", table, {"published": repr})
    asked = [[blanks_as_one(text), repr(number), blanks_as_one(last)] for text, number, last in rows]
    if "┏" in said:  # cells may be folded, so they are read column by column
        lines = [line.strip("│").split("│") for line in said.splitlines() if line.startswith("│")]
        read = [blanks_as_one(" ".join(parts)) for parts in zip(*lines, strict=True)]
        assert read == [blanks_as_one(" ".join(column)) for column in zip(*asked, strict=True)]
        assert [word for parts in lines for word in parts[1].split()] == [row[1] for row in asked]
        assert width is None or all(cell_len(line) <= width for line in said.splitlines() if line.startswith("│"))
    else:
        cells = [f"{heading}: {cell}" for row in asked for heading, cell in zip(columns, row, strict=True)]
        assert blanks_as_one(" ".join(cells)) in blanks_as_one(said)


@pytest.mark.parametrize("width", [None, 1, 40, 60, 80, 100, 160])
@pytest.mark.parametrize("is_terminal", [False, True])
def test_a_number_is_never_on_two_lines_nor_without_its_error(width, is_terminal):
    episodes, numbers = ["play", "still-face"], ["-0.410 (0.001)", "5.800 (12.345)", "–", "22,222"]
    rows = [("match", numbers[:2]), ("mean_repair_latency", numbers[2:])]
    out = shown(width, is_terminal, terminal.print_table, "T", "C", episodes, rows, ["a [b]/c.csv"])
    is_table = "┏" in out
    assert is_table == (width not in (1, 40))
    assert not is_table or re.search("│ {6,}– │", out)  # numbers stand at the right
    assert all(value in (out if is_table else blanks_as_one(out)) for value in numbers)
    assert {"match", "still-face", "latency", "C"} <= {word.strip(":") for word in out.split()}
    assert "wrote a [b]/c.csv\n" in out


def test_names_are_shown_as_they_are():
    """No markup, no emoji by name, whether in a title, a heading, a cell, a sentence or a file's name."""
    name = "[b]x[/] :heart: [/nothing] [red]"
    table = pd.DataFrame({name: [name]})
    assert shown(None, False, terminal.print_rows, name, name, table, {}, [name]).count(name) == 5
    assert shown(None, False, terminal.print_lines, name, [name], [name]).count(name) == 3
    assert shown(None, False, terminal.print_table, name, name, [name], [(name, [name])], [name]).count(name) == 6


@pytest.mark.parametrize("bar", [terminal.progress, terminal.rated])
def test_a_title_with_brackets_goes_over_a_progress_bar(monkeypatch, bar):
    made = []
    monkeypatch.setattr(
        terminal, "Progress", lambda *columns, **asked: made.append(Progress(*columns, **asked)) or made[0]
    )
    with bar("[/b] of [dim]") as tell:
        tell(1, 3)
        assert str(made[0].columns[0].render(made[0].tasks[0])) == "[/b] of [dim]"


def test_json_goes_into_an_output_that_names_no_encoding():
    with redirect_stdout(io.StringIO()) as out:
        terminal.print_json({"é": 1})
    assert "é" in out.getvalue()


@pytest.mark.parametrize("width", [None, 40, 60, 80, 100, 160])
@pytest.mark.parametrize("command", ["catalogue", "run", "sweep", "code mangold_3532goodman"])
def test_commands_show_every_word_of_their_tables(monkeypatch, width, command):
    tables, printing = [], terminal._print_cells
    monkeypatch.setattr(
        terminal, "_print_cells", lambda *asked, **more: tables.append(asked) or printing(*asked, **more)
    )
    monkeypatch.setattr("sys.argv", ["dyadsim", *command.split()])
    said = shown(width, False, pytest.raises, SystemExit, cli.main)
    (_, headings, rows, *_), *_ = tables
    assert {word for row in rows for cell in row for word in cell.split()} <= set(re.sub("[│┃]", " ", said).split())
    assert {word for heading in headings for word in heading.split()} <= set(re.sub("[│┃:]", " ", said).split())
