"""The real sessions give their published values, whichever program's file they are first converted to."""

from functools import cache, partial

import coding_files
import coding_files_tables as tables
import numpy as np
import pytest
from coding_files import REAL, real_events

import dyadsim as ds

WRITERS = {
    "ELAN": coding_files.elan_eaf,
    "ELAN with headers": coding_files.elan_long,
    "ELAN, a column a tier": coding_files.elan_wide,
    "ELAN, tab-delimited": coding_files.elan_tab,
    "Datavyu project": coding_files.datavyu_opf,
    "Datavyu by cell": coding_files.datavyu_csv,
    "GridWare": coding_files.gridware,
    "BORIS project": tables.boris_project,
    "BORIS live": partial(tables.boris_project, live=True, gz=True),
    **{
        f"BORIS {'old ' * old}{name} {to}": partial(write, to=to, old=old)
        for name, write in (("aggregated", tables.boris_aggregated), ("tabular", tables.boris_tabular))
        for to, old in (("tsv", False), ("csv", True), ("xlsx", False))
    },
    "Observer": partial(tables.observer_csv, comma=True, encoding="utf-16"),
    "Observer workbook": tables.observer_xlsx,
}
SAME = ["codable", "match", "mismatch_spells", "repaired", "median_repair_latency"]
SAME += [f"repair_survival_{seconds}" for seconds in (2, 5, 10, 20)]


@cache
def published(name):
    """The session as INTERACT has it, of which test_mangold.py knows the published values, and its events."""
    return ds.read_coded(name), real_events(name)


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("writer", WRITERS)
def test_a_real_session_is_the_same_from_every_file(writer, name, tmp_path):
    session, events = published(name)
    file = tmp_path / "session.file"
    file.write_bytes(WRITERS[writer](events))
    found = ds.read_coded(file, codes="valence", step=session.step)
    want, got = (each.measures("valence", only=SAME).iloc[0][SAME].astype(float) for each in (session, found))
    # These files do not tell of uncoded time after the last code, so what is codable is compared in seconds.
    want["codable"] *= session.ends[-1] * session.step
    got["codable"] *= found.ends[-1] * found.step
    np.testing.assert_allclose(got, want, rtol=1e-9)
