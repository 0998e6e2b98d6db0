"""Times are read from what people have, and rows that go back in time are found."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

from midplot.errors import StreamError
from midplot.streams._stream import Stream, cut_into_parts
from midplot.streams._time_order import check_in_order
from midplot.streams._times import as_times

NINE = np.datetime64("2024-01-02T09:00:00")


@pytest.mark.parametrize(
    "cell",
    [
        "2024-01-02 09:00",
        "2024-01-02T09:00:00Z",
        "2024-01-02T10:00:00+01:00",
        datetime(2024, 1, 2, 9),
        datetime(2024, 1, 2, 9, tzinfo=UTC),
        datetime(2024, 1, 2, 4, tzinfo=timezone(timedelta(hours=-5))),
        pd.Timestamp("2024-01-02 09:00"),
        np.datetime64("2024-01-02T09:00", "m"),
    ],
)
def test_a_time_is_read_however_it_is_written(cell):
    times = as_times([cell, None])
    assert times is not None
    assert times[0] == NINE
    assert np.isnat(times[1])
    assert not times.flags.writeable


def test_a_date_is_midnight():
    assert as_times([date(2024, 1, 2)])[0] == np.datetime64("2024-01-02")


def test_what_is_finer_than_a_second_is_kept():
    finer = np.array(["2024-01-02T09:00:00.000000001"], dtype="datetime64[ns]")
    assert as_times(finer)[0] == finer[0]


@pytest.mark.parametrize("cells", [[1, 2], [1.5, 2.5], ["t1", "t2"], [True, False], ["2024-01-02", "late"]])
def test_what_is_no_time_is_not_read_as_one(cells):
    assert as_times(cells) is None


@pytest.mark.parametrize("cells", [[3, 1, 2], [1.0, np.nan, 3.0, 2.0], np.array([3, np.datetime64("NaT"), 1], "M8[s]")])
def test_rows_that_go_back_are_named_with_what_sorts_them(cells):
    with pytest.raises(StreamError, match=r"stream 3, tick \d: its time in column 'when' .* Sort .* by_hand\(\)"):
        check_in_order(np.asarray(cells), "stream 3", "when", "by_hand()")


@pytest.mark.parametrize("cells", [[1, 1, 2], [np.nan, 1.0, np.nan, 2.0], [], [7]])
def test_rows_that_stand_still_or_have_no_time_are_in_order(cells):
    check_in_order(np.asarray(cells, dtype=float), "stream 3", "when", "by_hand()")


def test_a_stream_and_its_parts_keep_their_times():
    times = np.arange(NINE, NINE + 5)
    stream = Stream([1.0, 2.0, np.nan, 4.0, 5.0], times=times)
    assert [part.times.tolist() for part in cut_into_parts(stream)] == [times[:2].tolist(), times[3:].tolist()]
    assert stream.renamed(4).times is times
    assert stream.parts()[1].times.tolist() == times[3:].tolist()


def test_times_that_do_not_fit_are_refused():
    with pytest.raises(StreamError, match="3 times for 2 values"):
        Stream([1.0, 2.0], times=np.arange(NINE, NINE + 3))
