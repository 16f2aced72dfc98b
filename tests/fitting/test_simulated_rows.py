"""Rows that a calibration of interaction reads from simulated sessions."""

import numpy as np

from dyadsim.findings.registry import MAY_SET
from dyadsim.fitting.priors import InteractionPriors
from dyadsim.fitting.simulated_rows import SimulatedRows
from dyadsim.theory.coefficients import Coefficients

DYADS = 60


def test_a_row_holds_where_each_of_its_parts_has_room():
    rows, shipped = SimulatedRows(DYADS), Coefficients.default()
    room = dict.fromkeys(rows.findings, np.inf)
    for (id, _), of_part in zip(rows.parts, rows.rooms(shipped), strict=True):
        room[id] = min(room[id], of_part)
    report = rows.report(shipped).set_index("id")
    assert set(report["role"]) <= set(MAY_SET)
    assert {id: of_row >= 0 for id, of_row in room.items()} == report["holds"].to_dict()
    assert not report["holds"].all()  # of so few dyads: so the other way round is seen as well


def test_only_coefficients_change_what_sessions_tell():
    rows = SimulatedRows(DYADS)
    one, again = rows.rooms(Coefficients.default()), rows.rooms(Coefficients.default())
    assert np.array_equal(one, again)
    assert not np.array_equal(one, rows.rooms(InteractionPriors.read().start))


def test_without_dyads_no_row_is_read():
    rows = SimulatedRows(0)
    assert (rows.findings, rows.parts, rows.rooms(Coefficients.default()).size) == ({}, [], 0)
