"""Figures in a notebook: each is shown once, whether or not pyplot is there."""

import subprocess
import sys

import pytest

pytest.importorskip("IPython")

CELL = """
from IPython.core.interactiveshell import InteractiveShell
import dyadsim as ds
from dyadsim import plots

shell = InteractiveShell.instance()
{before}
data, _ = shell.display_formatter.format(plots.grid(ds.interact(ds.Cohort.sample(3, seed=1), seconds=60)))
assert data["image/png"][:4] in (b"\\x89PNG", "iVBO"), data
print(sorted(data))
"""
BY_PYPLOT = """
from matplotlib_inline.backend_inline import configure_inline_support
configure_inline_support(shell, "module://matplotlib_inline.backend_inline")
import matplotlib.pyplot
"""


@pytest.mark.parametrize("before", ["", "import matplotlib.pyplot", BY_PYPLOT])
def test_a_figure_at_the_end_of_a_cell_is_one_picture(before):
    """In a process of its own: whoever has imported pyplot cannot undo it."""
    done = subprocess.run([sys.executable, "-c", CELL.format(before=before)], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout == "['image/png', 'text/plain']\n"
