"""Codings for tests: files, tables of events, and the two real sessions as other programs would hold them."""

import numpy as np
import pandas as pd

import dyadsim as ds
from dyadsim.coded_video.coding import EVENTS, Coding
from dyadsim.coded_video.timeline import Options, sessions_of

# dyad: codable, match, spells, repaired, median latency, survival at 2, 5, 10, 20 s (shared/data/README.md)
PUBLISHED = {
    "mangold_3367goodman": (0.728, 0.083, 16, 7, 28.96, (0.938, 0.808, 0.718, 0.574)),
    "mangold_3532goodman": (0.795, 0.497, 20, 17, 4.04, (0.750, 0.422, 0.241, 0.080)),
}


def written(folder, content, name="session.csv", encoding="utf-8"):
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return file


def published(session):
    """The measures of a session of which values are published, rounded as these are."""
    frame = session.measures("valence").iloc[0]
    survival = tuple(round(frame[f"repair_survival_{s}"] + 1e-9, 3) for s in (2, 5, 10, 20))
    shares = tuple(round(float(frame[name]), 3) for name in ("codable", "match"))
    counts = (frame["mismatch_spells"], frame["repaired"])
    return (*shares, *counts, round(float(frame["median_repair_latency"]), 2), survival)


def stretches(session):
    """Events of both partners of a session (partner, code, onset, offset), uncoded time as ``--``."""
    rows = []
    for partner, states in (("infant", session.infant[0]), ("mother", session.mother[0])):
        starts = np.flatnonzero(np.append(True, states[1:] != states[:-1]))
        names = {-1: "--", 0: "-1", 1: "0", 2: "1"} if partner == "mother" else {-1: "--", 0: "W", 1: "N", 2: "A"}
        for start, end in zip(starts, np.append(starts[1:], len(states)), strict=True):
            rows.append((partner, names[int(states[start])], start * session.step, end * session.step))
    return pd.DataFrame(rows, columns=["partner", "code", "onset", "offset"]).round(3)


def coding(*rows, **about):
    """A coding of rows (tier, code, onset, offset[, coder[, session]]), each with the place ``line n``."""
    full = [(*row, *("", "")[len(row) - 4 :]) for row in rows]
    events = [
        (session, coder, tier, code, onset, offset, f"line {n}")
        for n, (tier, code, onset, offset, coder, session) in enumerate(full, 2)
    ]
    return Coding(
        about.pop("file", "made.csv"), about.pop("layout", "long CSV"), pd.DataFrame(events, columns=EVENTS), **about
    )


def session(*rows, about=None, **options):
    """The one session of a coding."""
    (found,) = sessions_of(coding(*rows, **(about or {})), Options(**options))
    return found


def remarks(found):
    return " ".join(found.provenance["reading"]["remarks"])


def refused(*given, **options):
    """The sentence with which a file, or a coding, is refused."""
    try:
        if given and isinstance(given[0], tuple):
            session(*given, **options)
        else:
            ds.read_coded(*given, **options)
    except ds.DyadsimError as error:
        assert "\n" not in str(error)
        return str(error)
    raise AssertionError("it was read")
