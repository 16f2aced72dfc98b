"""Lists of what ships of a kind, as commands print them."""

from __future__ import annotations

from ..common import toml_models

__all__ = ["print_shipped"]


def print_shipped(folder: str, model: type[toml_models.Shipped], title: str, says: str, last: bool = True) -> None:
    """Print what ships in a folder of the package's data, a line each.

    Parameters
    ----------
    folder, model : where it is, and of which form.
    title, says : above the list, and what one does with a name of it.
    last : whether nothing more is printed.
    """
    import pandas as pd

    from . import terminal

    found = [model.load(name) for name in toml_models.names(folder)]
    rows = [(each.name, getattr(each, "title", ""), each.says) for each in found]
    table = pd.DataFrame(rows, columns=["name", "title", "says"])
    terminal.print_rows(title, f"{says}; your own are TOML files.", table, {}, [] if last else None)
