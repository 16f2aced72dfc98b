"""Output folder of one work: what it holds comes of one command, and nothing of the user's is lost there.

A record in the folder (``provenance.json`` or ``summary.json``) says which command wrote it, and each file's hash. The
same command may write there again: what an earlier run wrote is replaced, and what this one does not have is removed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..common.chunked_folder import FILE, kind_of
from ..common.errors import DyadsimError
from ..common.files import folder_for, is_file, is_folder, make_folder, write_bytes
from .json_text import json_text, utf8

__all__ = ["check_folder", "write_folder"]

_RECORDS = ("provenance.json", "summary.json")
_OWN = "give a folder of its own"


def check_folder(out: Path | None, work: str, names: Iterable[str]) -> None:
    """Refuse, before any work, a folder that cannot be written, is of another work, or has files that are not its own.

    Parameters
    ----------
    out : the folder; None: nothing is to be written.
    work : the command that is to write there: ``interact``.
    names : of all files that it may write.
    """
    folder_for(out)
    if out is not None:
        _written(out, work, names)


def write_folder(out: Path, work: str, contents: Mapping[str, bytes], record: str, about: dict[str, Any]) -> list[str]:
    """Write files by their names, and their record last; gives the files.

    Parameters
    ----------
    out, work : as :func:`check_folder` takes them.
    record : the name of the record.
    about : what it says beside; it is given what is written.
    """
    before = _written(out, work, contents)
    make_folder(out)
    new = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    about["written"] = {"by": work, "files": new}
    files = [str(out / name) for name in (*contents, record)]
    # Until all is there, the record knows old and new files alike: whatever a killed run leaves is still its own.
    both = {"written": {**about["written"], "before": {name: list(hashes) for name, hashes in before.items()}}}
    write_bytes(out / record, utf8(json_text({**about, **both})))
    for name, content in contents.items():
        write_bytes(out / name, content)
    for name in before.keys() - contents.keys():
        (out / name).unlink(missing_ok=True)
    write_bytes(out / record, utf8(json_text(about)))
    return files


def _written(out: Path, work: str, names: Iterable[str]) -> dict[str, set[str]]:
    """Hashes, by name, of what an earlier run of the work wrote into a folder; what is there must be that."""
    if is_file(out / FILE):
        raise DyadsimError(f"'{out}' holds what 'dyadsim {kind_of(out)}' wrote; {_OWN}.")
    written: dict[str, set[str]] = {}
    for record in _RECORDS:
        by, hashes = _recorded(out / record)
        if by not in (None, work):
            raise DyadsimError(f"'{out}' holds what 'dyadsim {by}' wrote; {_OWN}.")
        written |= hashes
    for name in dict.fromkeys((*names, *written)):
        path = out / name
        if is_folder(path):
            raise DyadsimError(f"'{path}' cannot be written: it is a folder, but a file of that name is to be written.")
        if not path.exists() or (name in _RECORDS and _recorded(path)[0] == work):
            continue
        if name not in written:
            raise DyadsimError(f"'{path}' cannot be written: an earlier run did not write what is there; {_OWN}.")
        if hashlib.sha256(path.read_bytes()).hexdigest() not in written[name]:
            raise DyadsimError(f"'{path}' cannot be written: it was changed since an earlier run wrote it; {_OWN}.")
    return written


def _recorded(path: Path) -> tuple[str | None, dict[str, set[str]]]:
    """The work that a record names, and hashes by name of its files; None and nothing of a file that is no record."""
    try:
        said = json.loads(path.read_text("utf-8"))["written"]
        hashes: dict[str, set[str]] = {str(name): {str(hash)} for name, hash in said["files"].items()}
        for name, before in said.get("before", {}).items():
            hashes.setdefault(str(name), set()).update(map(str, before))
        if not all(name == Path(name).name for name in hashes):
            return None, {}  # a run writes into its folder alone
        return str(said["by"]), hashes
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None, {}
