"""A session second by second as a table: it says what the session holds, and nothing of what nobody coded."""

import numpy as np
import pandas as pd
import pytest

import dyadsim as ds
from dyadsim.reports.session_seconds import session_seconds


def test_each_second_has_what_the_session_holds():
    encounter = ds.Encounter.load("still-face")
    session, paradigm = encounter.session(), encounter.played()
    table = session_seconds(session, encounter.scheme, paradigm)
    assert [*table] == ["second", "episode", "infant", "mother", "arousal", "match", "event", "held"]
    assert table["second"].tolist() == list(range(session.ends[-1]))
    assert table["infant"].tolist() == [ds.ICEP.infant_names[state] for state in session.infant[0]]
    assert table["mother"].tolist() == [ds.ICEP.mother_names[state] for state in session.mother[0]]
    assert table["arousal"].tolist() == session.arousal[0].tolist()
    assert table["match"].tolist() == session.matched(encounter.scheme).tolist()
    happened = table.loc[table["event"] != "", ["second", "event"]]
    assert happened.to_numpy().tolist() == session.events(encounter.scheme)[["time", "event"]].to_numpy().tolist()
    assert table.loc[table["held"] == 1, "episode"].unique().tolist() == ["still-face"]
    assert table.groupby("episode", sort=False).size().tolist() == np.diff(session.ends, prepend=0).tolist()


def test_what_nobody_coded_is_empty():
    session = ds.read_coded("mangold_3532goodman.csv")
    table = session_seconds(session)
    gap = ~session.codable()
    assert 0 < gap.sum() < len(gap)
    assert table.loc[gap, "match"].isna().all()
    assert table.loc[~gap, "match"].tolist() == session.matched()[~gap].tolist()
    assert (table.loc[session.infant[0] < 0, "infant"] == "").all()
    assert not {"arousal", "held"} & {*table}
    assert table["second"].tolist() == pytest.approx((np.arange(len(gap)) * session.step).tolist())
    at = {round(time, 3): event for time, event in session.events()[["time", "event"]].to_numpy()}
    seen = table[table["event"] != ""]
    assert dict(zip(seen["second"].round(3), seen["event"], strict=True)) == at


def test_the_dyad_is_one_of_the_session(still_face):
    assert isinstance(session_seconds(still_face, dyad=19), pd.DataFrame)
    with pytest.raises(ds.DyadsimError, match="place of the dyad"):
        session_seconds(still_face, dyad=20)
