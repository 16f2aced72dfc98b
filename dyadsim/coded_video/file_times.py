"""Times in the file that a session was read from, as its coding program and its video count them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..measurement.session import Session

__all__ = ["in_file"]


def in_file(session: Session, table: pd.DataFrame) -> pd.DataFrame:
    """Table with ``file_onset`` and ``file_offset`` (s), by the clock of the file, beside times of the session.

    A session counts from its own start and leaves out what lies between episodes; the file does not.

    Parameters
    ----------
    session : read from a file; of another, both clocks are one.
    table : with ``onset`` and ``offset``, neither of which lies in another episode than its row.

    >>> in_file(session, session.moments_worth_showing().frame())
    """
    firsts = np.array([0, *session.ends[:-1]])
    begins = np.array(session.provenance.get("begins_in_file", firsts * session.step))
    onset = table["onset"].to_numpy(dtype=np.float64)
    episode = np.searchsorted(firsts, np.rint(onset / session.step), side="right") - 1
    later = (begins - firsts * session.step)[episode]
    times = {f"file_{name}": (table[name] + later).round(6) for name in ("onset", "offset")}
    return table.assign(**times)
