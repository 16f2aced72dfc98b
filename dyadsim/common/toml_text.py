"""TOML that others wrote, read into plain values: bounded before it is parsed, since the parser is not.

A key of 40,000 dots takes the standard library's parser half a minute and gigabytes, and deep lists its stack.
"""

from __future__ import annotations

import re
import tomllib
from itertools import accumulate
from typing import Any

from .errors import DyadsimError

__all__ = ["MOST_BYTES", "toml_values"]

MOST_BYTES = 160_000
"""Bytes of a file, 20 times what the largest that ships has; they bound its lines too."""
_MOST_PARTS = 10
"""Parts that dots may split a key into."""
_DEEPEST = 10
"""Lists and tables that may be open within each other."""
_MOST_KEYS = 2_000
"""Keys and headers of a file, 30 times what the largest has."""
_MOST_ENTRIES = 500
"""Entries of one list, or keys of one table: checks of a form compare each with each."""

# Strings and comments, as the parser sees them; one that is never closed goes on to where the parser will refuse it.
_STRING_OR_COMMENT = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"{3,5}|\Z)'
    r"|'''.*?(?:'{3,5}|\Z)"
    r'|"(?:\\.|[^"\\\n])*"?'
    r"|'[^'\n]*'?"
    r"|(?P<comment>#[^\n]*)",
    re.DOTALL,
)


def toml_values(content: bytes) -> dict[str, Any]:
    """Values by key that a TOML file says, of UTF-8 with or without a mark at its start.

    Raises
    ------
    DyadsimError
        for what is too large, too deep, of another encoding or no TOML: the end of a sentence on the file, "is ...".
    """
    if len(content) > MOST_BYTES:
        raise DyadsimError(f"is too large: {MOST_BYTES:,} bytes is the most.")
    try:
        text = content.decode("utf-8-sig")
        if "\0" in text:  # UTF-16 of plain letters is UTF-8 too, with a null beside each
            raise UnicodeError
    except UnicodeError:
        raise DyadsimError("is not of UTF-8, as TOML must be; save it as UTF-8.") from None
    _check_bounds(text)
    try:
        values = tomllib.loads(text)
    except ValueError as error:  # the parser's own, and what it does not catch of numbers
        raise DyadsimError(f"is not readable as TOML: {error}.") from None
    _check_entries(values)
    return values


def _check_bounds(text: str) -> None:
    """Refuse too many keys, keys of too many parts, and lists and tables too deep within each other."""
    # A string is one letter, which may be a part of a key; a comment is nothing.
    bare = _STRING_OR_COMMENT.sub(lambda found: "" if found["comment"] else "s", text.replace("\r\n", "\n"))
    keys = bare.count("=") + len(re.findall(r"^[ \t]*\[", bare, re.MULTILINE))
    if keys > _MOST_KEYS:
        raise DyadsimError(f"has {keys:,} keys and headers; {_MOST_KEYS:,} is the most.")
    parts = max(piece.count(".") for piece in re.split(r"[\n=,{}\[\]]", bare)) + 1
    if parts > _MOST_PARTS:
        raise DyadsimError(f"has a key of {parts:,} parts between dots; {_MOST_PARTS} is the most.")
    depth = max(accumulate(1 if sign in "[{" else -1 for sign in re.findall(r"[\[\]{}]", bare)), default=0)
    if depth > _DEEPEST:
        raise DyadsimError(f"has lists or tables {depth:,} deep within each other; {_DEEPEST} is the most.")


def _check_entries(value: Any) -> None:
    """Refuse lists and tables of too many entries."""
    if not isinstance(value, dict | list):
        return
    if len(value) > _MOST_ENTRIES:
        what = "list of {:,} entries" if isinstance(value, list) else "table of {:,} keys"
        raise DyadsimError(f"has a {what.format(len(value))}; {_MOST_ENTRIES:,} is the most.")
    for each in value.values() if isinstance(value, dict) else value:
        _check_entries(each)
