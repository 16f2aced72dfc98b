"""What ships by name, and what users write in its form: TOML read through a pydantic model."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from .errors import DyadsimError, quoted, unknown
from .files import package_data, path_of
from .shown import Shown
from .toml_text import MOST_BYTES, toml_values
from .user_files import content_of, is_there

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Listed", "Shipped", "Written", "files_named", "is_shipped", "names", "noted", "parse", "tables_of"]

T = TypeVar("T")


Listed = Annotated[tuple[T, ...], Field(strict=False)]
"""A list in TOML, a tuple in Python."""


def tables_of(given: Any, key: str = "name") -> Any:
    """Tables as users may write them: in a list a name alone stands for a table with that name under a key."""
    if not isinstance(given, list | tuple):
        return given
    return [{key: each} if isinstance(each, str) else each for each in given]


class Written(BaseModel):
    """A form that users may fill in, in TOML or in Python: no unknown keys, no text for a number, no infinity.

    What does not fit is refused in one sentence.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    def __init__(self, *unnamed: Any, **values: Any) -> None:
        if unnamed:
            keys = ", ".join(type(self).model_fields)
            raise DyadsimError(f"{type(self).__name__} takes its keys by name ({keys}), not {unnamed[0]!r:.60} alone.")
        try:
            # A NumPy number is taken as the number that it is.
            plain = {key: value.item() if isinstance(value, np.generic) else value for key, value in values.items()}
            super().__init__(**plain)
        except ValidationError as error:
            raise DyadsimError(_sentence(type(self), error)) from None

    def changed(self, changes: Mapping[str, Any]) -> Self:
        """A copy with some fields otherwise, checked anew."""
        return type(self)(**{**{name: getattr(self, name) for name in self.model_fields_set}, **changes})


class Shipped(Shown, Written):
    """A form with a name, under which it may ship in the package's data, in the folder ``KIND`` + s."""

    KIND: ClassVar[str]
    name: str = Field(min_length=1)
    says: str = ""

    def _in_a_line(self) -> str:
        return ". ".join(filter(None, (self.name, getattr(self, "title", "") or self.says)))

    def _in_a_table(self) -> pd.DataFrame:
        import pandas as pd

        said = {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}
        return pd.DataFrame({"key": list(said), "value": [str(value) for value in said.values()]})

    @field_validator("name")
    @classmethod
    def _can_be_read(cls, name: str) -> str:
        if not name.isprintable():
            raise DyadsimError(f"A name is made of characters that can be printed, not {name!r:.60}.")
        return name

    @classmethod
    def load(cls, given: str | Path | Self) -> Self:
        """The shipped one of that name, or the one in a TOML file of the user's; one that is loaded is given back.

        Raises
        ------
        DyadsimError
            if nothing has that name, or the file is missing, is no TOML or does not fit the form.
        """
        return given if isinstance(given, cls) else _load(cls, given)

    def toml(self) -> str:
        """The text of a file that says the same."""
        import tomli_w

        return tomli_w.dumps(self.model_dump(mode="json", exclude_defaults=True))


Kind = TypeVar("Kind", bound=Shipped)


def names(folder: str) -> list[str]:
    """The names of what ships in that folder of the package's data."""
    return sorted(path.name.removesuffix(".toml") for path in package_data(folder).iterdir())


def is_shipped(thing: Shipped) -> bool:
    """Whether something is what ships by its name, unchanged."""
    return thing.name in names(f"{thing.KIND}s") and _shipped(type(thing), thing.name) == thing


_NOTED: ContextVar[set[tuple[str, str]] | None] = ContextVar("noted", default=None)


@contextmanager
def noted() -> Iterator[set[tuple[str, str]]]:
    """Folder and name of what ships and is loaded by its name in the meantime: what some work goes by."""
    found: set[tuple[str, str]] = set()
    before = _NOTED.set(found)
    try:
        yield found
    finally:
        _NOTED.reset(before)


def _load(model: type[Kind], name: Any) -> Kind:
    """The shipped one of that name, or the one in the file so named."""
    what, folder = model.KIND, f"{model.KIND}s"
    if not isinstance(name, str | Path):
        raise DyadsimError(f"A {what} is given by its name or a TOML file, not {name!r:.60}.")
    if str(name).endswith(".toml"):
        path = path_of(name)
        if not is_there(path):
            raise DyadsimError(f"There is no {what} file {quoted(name)}.")
        return parse(model, f"{what} file '{name}'", content_of(path, MOST_BYTES), path.parent)
    name = str(name)
    if name not in names(folder):
        if any(sign in name for sign in "/\\") and path_of(name).is_dir():
            raise DyadsimError(f"A {what} is given by its name or a TOML file, but '{name}' is a folder.")
        raise DyadsimError(f"{unknown(what, name, names(folder))} A file of your own must end in .toml.")
    if (noting := _NOTED.get()) is not None:
        noting.add((folder, name))
    return _shipped(model, name)


@functools.cache
def _shipped(model: type[Kind], name: str) -> Kind:
    """The shipped one of that name; it does not change, so it is read once."""
    return parse(model, f"{model.KIND} '{name}'", package_data(f"{model.KIND}s", f"{name}.toml").read_bytes())


def parse(
    model: type[Kind],
    where: str,
    content: bytes,
    folder: Path | None = None,
    check: Callable[[Any], None] = lambda said: None,
) -> Kind:
    """TOML ``content`` as ``model``; the first thing that does not fit is told in one sentence.

    Files that it names are looked for in ``folder`` first, where it stands itself. ``check`` may refuse what it says
    before anything is made of it.
    """
    try:
        said = toml_values(content)
    except DyadsimError as error:
        raise DyadsimError(f"The {where} {error}") from None
    try:
        check(said)
        return model(**_beside(said, folder))
    except DyadsimError as error:
        raise DyadsimError(f"In the {where}: {error}") from None


def files_named(said: Any) -> dict[str, bytes]:
    """Bytes of the TOML files of the user's that plain values name, and of all that these name in turn, by path.

    Parameters
    ----------
    said : text, numbers, lists and tables; a file stands alone or after "of", as in ``share of FILE.toml``.
    """
    found: dict[str, bytes] = {}
    todo = [said]
    while todo:
        each = todo.pop()
        if isinstance(each, Mapping):
            todo += each.values()
        elif isinstance(each, list | tuple):
            todo += each
        elif isinstance(each, str) and each.endswith(".toml"):
            path = path_of(each.rpartition(" of ")[2])
            if str(path) not in found and is_there(path):
                found[str(path)] = content_of(path, MOST_BYTES)
                with suppress(DyadsimError):  # of what is no TOML its reader tells
                    todo.append(_beside(toml_values(found[str(path)]), path.parent))
    return found


_PLAIN = {
    "missing": "is missing",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list ([[...]] or [...] in TOML)",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "too_short": "must have more entries",
    "too_long": "must have fewer entries",
}
"""What pydantic finds wrong, as a person would say it; what is not here keeps pydantic's words."""


def _sentence(model: type[BaseModel], error: ValidationError) -> str:
    """The first thing that does not fit, in one sentence."""
    # A misspelt key also leaves its right name missing: the misspelling is the thing to tell.
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    place = ".".join(str(part) for part in first["loc"])
    if isinstance(inner := first.get("ctx", {}).get("error"), DyadsimError):
        return f"{place}: {inner}" if place else str(inner)
    if first["type"] == "extra_forbidden":
        return str(unknown("key", place, model.model_fields))
    given = "" if first["type"] == "missing" else f", not {first['input']!r:.60}"
    said = _PLAIN.get(first["type"]) or first["msg"].replace("Input should", "must")
    # Who gave per cent is told what a share is.
    share = first["type"] in ("less_than_equal", "less_than") and 1 in first.get("ctx", {}).values()
    hint = " (a share from 0 to 1, such as 0.8)" if share else ""
    return f"'{place}' {said}{given}{hint}."


def _beside(given: Any, folder: Path | None) -> Any:
    """Content in which files of the user's that lie in ``folder`` are named from there."""
    if isinstance(given, dict):
        return {key: _beside(value, folder) for key, value in given.items()}
    if isinstance(given, list):
        return [_beside(value, folder) for value in given]
    file = given.partition(".py:")[0] + ".py" if isinstance(given, str) and ".py:" in given else given
    is_file = folder is not None and isinstance(file, str) and file.endswith((".toml", ".py"))
    return str(folder / given) if folder is not None and is_file and is_there(folder / file) else given
