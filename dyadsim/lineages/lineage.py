"""Lineages: persons, their parents and their generation in a flat table, as a run gives it or a user brings it.

A person is a row with a number of their own; mother and father are numbers of other rows, -1 where they are not known
(as individuals and nodes are in tree sequences: Kelleher et al. 2018, doi:10.1371/journal.pcbi.1006581).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ..common.delimited_text import MOST_BYTES, text_table
from ..common.errors import DyadsimError, quoted, unknown
from ..common.files import is_file, path_of, read_bytes, replacing
from ..common.parquet_files import read_parquet
from ..common.shown import Shown, counted
from ..theory.attachment import CLASSES
from .persons import UNKNOWN

__all__ = ["COLUMNS", "Lineage"]

COLUMNS = ("id", "mother", "father", "generation", "community")
"""Columns that a lineage table must have: whole numbers."""
_PARENTS = ("mother", "father")
_MOST_ROWS = 5_000_000


class Lineage(Shown):
    """Persons over generations, checked: each once, and born to persons of an earlier generation.

    Attributes
    ----------
    table : one row a person, by ``id``: ``mother``, ``father`` (-1: not known), ``generation`` (0: nothing is simulated
        of their childhood), ``community``, and what else is known, such as ``attachment`` (at twelve months, one of the
        four classes; empty where it is not known).

    Examples
    --------
    >>> lived = ds.generations(ds.Families.sample(80, seed=1), generations=2, seed=1, linear=True)
    >>> lived.lineage.descendants(0)[["mother", "father", "generation", "attachment"]]
    """

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table

    @classmethod
    def of(cls, table: Any, name: str = "the table") -> Lineage:
        """A lineage of a table.

        Parameters
        ----------
        table : with the columns :data:`COLUMNS`, a row a person.
        name : what it is called where something is wrong with it.

        Raises
        ------
        DyadsimError
            for a table that is none, that lacks a column, or in which somebody is born to themselves, to nobody who is
            there, or to somebody of their own generation or a later one.
        """
        if not isinstance(table, pd.DataFrame):
            raise DyadsimError(f"A lineage is made of a pandas DataFrame, not of {table!r:.60}.")
        for column in COLUMNS:
            if column not in table.columns:
                raise DyadsimError(f"{name} has no column '{column}'; a lineage has {', '.join(COLUMNS)}.")
        if not len(table) or len(table) > _MOST_ROWS:
            raise DyadsimError(f"{name} has {len(table):,} rows; a lineage has 1 to {_MOST_ROWS:,}.")
        whole = table.assign(**{column: _whole(table[column], name) for column in COLUMNS})
        _check(whole, name)
        return cls(whole.set_index("id", drop=True).sort_index())

    @classmethod
    def read(cls, path: str | Path) -> Lineage:
        """The lineage in a file, Parquet or CSV.

        Raises
        ------
        DyadsimError
            if it cannot be read, or is no lineage (:meth:`of`).
        """
        file = path_of(path)
        if not is_file(file):
            raise DyadsimError(f"There is no table {quoted(path)}; a lineage is read from a CSV or Parquet file.")
        if file.suffix.lower() != ".parquet":
            return cls.of(_of_text(file.name, read_bytes(file, MOST_BYTES)), f"'{file}'")
        try:
            table = read_parquet(file)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise DyadsimError(f"'{file}' cannot be read: {' '.join(str(error).split())}.") from None
        return cls.of(table, f"'{file}'")

    def save(self, path: str | Path) -> Path:
        """Write the table as Parquet.

        Raises
        ------
        DyadsimError
            if it cannot be written there.
        """
        file = path_of(path)
        with replacing(file) as beside:
            self.table.reset_index().to_parquet(beside, index=False)
        return file

    def _in_a_line(self) -> str:
        return f"{counted(len(self.table), 'person')} of generations {self.first} to {self.last}"

    def _in_a_table(self) -> pd.DataFrame:
        return self.table.reset_index()

    def __len__(self) -> int:
        return len(self.table)

    @property
    def first(self) -> int:
        """The first generation."""
        return int(self.table["generation"].min())

    @property
    def last(self) -> int:
        """The last generation."""
        return int(self.table["generation"].max())

    def of_generation(self, generation: int) -> pd.DataFrame:
        """Persons of a generation.

        Raises
        ------
        DyadsimError
            if there are none.
        """
        found = self.table[self.table["generation"] == generation]
        if not len(found):
            raise DyadsimError(
                f"There is no generation {generation!r}; this lineage has generations {self.first} to {self.last}."
            )
        return found

    def ancestors(self, person: int) -> pd.DataFrame:
        """Parents of a person, theirs, and so on, as far as they are known."""
        return self._walk(person, lambda these: self.table.loc[these, list(_PARENTS)].to_numpy().ravel())

    def descendants(self, person: int) -> pd.DataFrame:
        """Children of a person, theirs, and so on."""
        born_to = self.table[list(_PARENTS)]
        return self._walk(person, lambda these: self.table.index[born_to.isin(these).any(axis=1)].to_numpy())

    def _walk(self, person: int, step: Any) -> pd.DataFrame:
        if person not in self.table.index:
            raise DyadsimError(
                f"There is no person {person!r:.40}; this lineage has {len(self):,}, such as {self.table.index[0]}."
            )
        found: list[int] = []
        these = np.array([person])
        while len(these):
            these = np.setdiff1d(step(these), [UNKNOWN, *found, person])
            found.extend(int(each) for each in these)
        return self.table.loc[sorted(found)]

    def pairs(self, name: str, parent: str = "mother", generation: int | None = None) -> pd.DataFrame:
        """What parents and children have of one column, a row a child of whom both are known.

        Parameters
        ----------
        name : of the column.
        parent : ``mother`` or ``father``.
        generation : of the children (default: all).

        Returns
        -------
        ``parent``, ``child``, ``generation``, ``community``, by the child's number.

        Raises
        ------
        DyadsimError
            for a column that is not there, or no pair of whom it is known.
        """
        if name not in self.table.columns:
            raise unknown("column of this lineage", name, self.table.columns)
        if parent not in _PARENTS:
            raise unknown("parent", parent, _PARENTS)
        children = self.table if generation is None else self.of_generation(generation)
        found = pd.DataFrame(
            {
                "parent": self.table[name].reindex(children[parent]).to_numpy(),
                "child": children[name].to_numpy(),
                "generation": children["generation"].to_numpy(),
                "community": children["community"].to_numpy(),
            },
            index=children.index,
        )
        known = found[["parent", "child"]].notna().all(axis=1) & (found[["parent", "child"]] != "").all(axis=1)
        if not known.any():
            raise DyadsimError(f"'{name}' is known of no {parent} and child both.")
        return found[known]


def _of_text(name: str, content: bytes) -> pd.DataFrame:
    """Table of a text file: a column whose cells are all numbers is one of numbers."""
    read = text_table(name, content)
    numbers = dict(zip(read.columns, read.numbers(*read.columns), strict=True))
    return pd.DataFrame(
        {each: cells if np.isnan(numbers[each]).any() else numbers[each] for each, cells in read.columns.items()}
    )


def _whole(values: pd.Series, name: str) -> Any:
    try:
        numbers = pd.to_numeric(values)
        if not (np.isfinite(numbers).all() and (numbers == numbers.round()).all()):
            raise ValueError
        return numbers.astype(np.int64)
    except (TypeError, ValueError):
        raise DyadsimError(
            f"{name} has a '{values.name}' that is no whole number; -1 stands for a parent who is not known."
        ) from None


def _check(table: pd.DataFrame, name: str) -> None:
    ids = table["id"]
    if (twice := ids[ids.duplicated()]).size:
        raise DyadsimError(f"{name} has person {int(twice.iloc[0])} twice; give every person once.")
    if (ids < 0).any():
        raise DyadsimError(f"{name} has a person {int(ids.min())}; persons have numbers from 0.")
    if (table["generation"] < 0).any():
        raise DyadsimError(f"{name} has a generation {int(table['generation'].min())}; generations count from 0.")
    generation = table.set_index("id")["generation"]
    for parent in _PARENTS:
        born = table[table[parent] != UNKNOWN]
        if (own := born[born[parent] == born["id"]]).size:
            raise DyadsimError(
                f"In {name} person {int(own['id'].iloc[0])} is their own {parent}; give -1 where a {parent} is not "
                "known."
            )
        of_parent = generation.reindex(born[parent]).to_numpy()
        if (absent := born[np.isnan(of_parent)]).size:
            raise DyadsimError(
                f"In {name} the {parent} of person {int(absent['id'].iloc[0])} is {int(absent[parent].iloc[0])}, who "
                "is not in it; add them, or give -1."
            )
        if (early := born[of_parent >= born["generation"].to_numpy()]).size:
            raise DyadsimError(
                f"In {name} person {int(early['id'].iloc[0])} is of generation {int(early['generation'].iloc[0])}, and "
                f"their {parent} of no earlier one."
            )
    if "attachment" in table and not table["attachment"].fillna("").isin(["", *CLASSES]).all():
        given = set(table["attachment"].dropna()) - {"", *CLASSES}
        raise unknown(f"attachment in {name}:", sorted(map(str, given))[0], CLASSES)
