"""Clock times: as programs and spreadsheets write them, or no time at all."""

import numpy as np
import pytest

from dyadsim.coded_video.clock_times import are_hundredths, from_first, seconds_of, times_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("75.5", 75.5), (" 75,5 ", 75.5), ("1:15", 75), ("0:01:15.500", 75.5), ("00:01:15,5", 75.5),
        ("00:01:15:500", 75.5), ("1:15:050", 75.05), ("1:15:99", 75.99), ("12:01:15 AM", 75), ("1:00:15 PM", 46815),
        ("-0:00:01.5", -1.5), ("1200 ms", 1.2), ("2 min", 120), ("7.5e1", 75),
        ("2019-03-01 10:20:30.5", 1551435630.5), ("01.03.2019 10:20:30", 1551435630),
        ("3/14/2019 12:00:00 AM", 1552521600), ("2019-03-01T10:20:30+02:00", 1551428430),
    ],
)  # fmt: skip
def test_times_are_read_as_they_are_written(text, seconds):
    assert seconds_of(text) == pytest.approx(seconds, abs=1e-9)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1:75", "1:2:3:4:5", "10:20:30:12", "9999-99-99 1:00", "13:00 PM", "--", "1e400", "٣", "9" * 99, ":"],
)
def test_what_is_no_time_is_none(text):
    assert np.isnan(seconds_of(text))


def test_a_fourth_part_of_two_digits_is_frames_where_their_rate_is_known():
    assert seconds_of("0:00:01:12", fps=25) == pytest.approx(1.48)
    assert np.isnan(seconds_of("0:00:01:25", fps=25))


def test_three_whole_parts_are_hundredths_where_hours_cannot_be_meant():
    assert are_hundredths(["0:06:10", "6:11:00"])  # no visit lasts six hours
    assert are_hundredths(["0:06:10", "0:07:75"])
    assert not are_hundredths(["0:06:10", "1:11:00"])
    assert times_of(["0:06:10", "4:08:38"]).tolist() == pytest.approx([6.1, 248.38])
    assert times_of(["0:06:10", "1:08:38"]).tolist() == [370, 4118]


def test_times_since_1970_are_counted_from_the_first():
    onset, offset = from_first(np.array([1551435630123.0, np.nan]), np.array([1551435631123.0, 1551435640623.0]))
    np.testing.assert_allclose(onset, [0, np.nan])
    np.testing.assert_allclose(offset, [1, 10.5])
    assert from_first(np.array([5.0, 9.0]))[0].tolist() == [5, 9]
