"""The results of the package, as hashes: whether a change of its code changed a result.

Each function of ``bits_of_sessions.py``, ``bits_of_weeks.py``, ``bits_of_sweeps.py``, ``bits_slow.py`` works out some
results by the public names alone (``import dyadsim as ds``) and gives them by key; each is hashed. ``bits.json`` beside
this file holds what they were, and ``test_bits.py`` and ``test_bits_of_weeks.py`` compare. Two forms:

- rounded (what is kept): numbers to 9 significant digits, so that a last bit that differs between processors does not
  matter;
- exact (``--exact``): every bit, to compare two states of the code on one machine.

    python tests/bits.py --check tests/bits.json           names what differs, and ends with 1 if anything does
    python tests/bits.py --write tests/bits.json           after a change that is meant to change results
    python tests/bits.py --exact --slow --write FILE       every bit, with calibrations and validations
"""

import argparse
import json
import sys
import time
from pathlib import Path

import bits_of_sessions
import bits_of_sweeps
import bits_of_weeks
import bits_slow
from bits_common import hashed

KEPT = Path(__file__).with_suffix(".json")
USUAL = {**bits_of_sessions.FOUND, **bits_of_weeks.FOUND, **bits_of_sweeps.FOUND}
"""By name, the functions of the test: they give results by key."""
SLOW = bits_slow.FOUND
"""By name, the functions that take minutes."""


def results_of(name, exact=False):
    """The hashes of one function's results by ``function: key``."""
    found = {}
    for key, value in {**USUAL, **SLOW}[name]():
        whole = f"{name}: {key}"
        if whole in found:
            raise ValueError(f"'{whole}' is there twice.")
        found[whole] = hashed(value, exact)
    return found


def differing(found, kept, names):
    """The keys of some functions that are in one only, or have another hash."""
    mine = {key: each for key, each in kept.items() if key.partition(":")[0] in names}
    return sorted(key for key in found.keys() | mine.keys() if found.get(key) != mine.get(key))


def check(name):
    """Refuse where the results of a function are not those that are kept."""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    others = differing(results_of(name), kept, [name])
    assert not others, (
        f"{len(others)} results of '{name}' are not those in tests/bits.json:\n  "
        + "\n  ".join(others)
        + "\nIf that is "
        "meant, write the file anew (python tests/bits.py --write tests/bits.json) and say in the commit which results "
        "changed, and why."
    )


def main():
    asked = argparse.ArgumentParser(description="Hashes of the results of dyadsim.")
    asked.add_argument("--write", type=Path, metavar="FILE")
    asked.add_argument("--check", type=Path, metavar="FILE")
    asked.add_argument("--exact", action="store_true", help="to the last bit")
    asked.add_argument("--slow", action="store_true", help="with calibrations and validations")
    asked.add_argument("--only", default="", metavar="SUBSTRING", help="of the functions' names")
    given = asked.parse_args()
    if given.write and given.only:
        asked.error("a file holds the results of all functions: --write takes no --only.")
    names = [name for name in {**USUAL, **(SLOW if given.slow else {})} if given.only in name]
    found = {}
    for name in names:
        began = time.perf_counter()
        found |= results_of(name, given.exact)
        print(f"{time.perf_counter() - began:7.1f} s  {name}", file=sys.stderr)
    if given.write:
        given.write.write_text(json.dumps(found, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    if not given.check:
        print(f"{len(found)} results")
        return 0
    kept = json.loads(given.check.read_text(encoding="utf-8"))
    others = differing(found, kept, names)
    print("\n".join(others) if others else f"{len(found)} results, all the same")
    return 1 if others else 0


if __name__ == "__main__":
    sys.exit(main())
