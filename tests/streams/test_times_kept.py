"""The times of a table's rows go with its streams, and rows that go back in time are not replayed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from midplot import load_streams, replay
from midplot.errors import StreamError
from midplot.streams._inputs import as_sources

WHEN = pd.to_datetime(["2024-03-01 09:00", "2024-03-01 09:00", "2024-03-01 09:01", "2024-03-04 00:00"])
ROWS = pd.DataFrame({"stream": ["a", "b", "a", "b"], "time": WHEN, "value": [1.0, 2.0, 3.0, 4.0]})
TIMES_OF = {
    "a": np.array(["2024-03-01T09:00", "2024-03-01T09:01"], dtype="M8[s]"),
    "b": np.array(["2024-03-01T09:00", "2024-03-04T00:00"], dtype="M8[s]"),
}


def read(container, stop_index=None):
    return [source.read(stop_index) for source in as_sources(container)]


def in_text(frame, pattern="%Y-%m-%d %H:%M"):
    return frame.assign(time=frame["time"].dt.strftime(pattern))


LONG = {
    "dates": ROWS,
    "minutes of text": in_text(ROWS),
    "text of ISO with a zone": in_text(ROWS, "%Y-%m-%dT%H:%M:%SZ"),
    "objects": ROWS.assign(time=[when.to_pydatetime() for when in WHEN]).astype({"time": object}),
    "another zone": ROWS.assign(time=WHEN.tz_localize("UTC").tz_convert("America/New_York")),
    "called Date": ROWS.rename(columns={"time": "Date"}),
    "index of stream and time": ROWS.set_index(["stream", "time"]),
    "index of text": in_text(ROWS).set_index(["time", "stream"]),
    "series": ROWS.set_index(["stream", "time"])["value"],
    "series without names": ROWS.set_index(["stream", "time"])["value"].rename_axis([None, None]),
    "index of time alone": ROWS.set_index("time"),
    "index of dates of another name": ROWS.set_index("time").rename_axis("Zeit"),
    "groupby": ROWS.groupby("stream"),
    "mapping of series": {name: g.set_index("time")["value"] for name, g in ROWS.groupby("stream")},
    "mapping of frames": {name: g[["time", "value"]] for name, g in ROWS.groupby("stream")},
    "Arrow": pa.Table.from_pandas(ROWS),
    "Arrow with a zone": pa.Table.from_pandas(ROWS.assign(time=WHEN.tz_localize("Asia/Tokyo") + pd.Timedelta("9h"))),
    "polars": pl.from_pandas(ROWS),
    "polars of text": pl.from_pandas(in_text(ROWS)).lazy(),
    "structured": np.array(list(ROWS.itertuples(index=False, name=None)), dtype="U1, M8[s], f8").astype(
        [("stream", "U1"), ("time", "M8[s]"), ("value", "f8")]
    ),
}


@pytest.mark.parametrize("container", LONG.values(), ids=LONG)
def test_each_stream_has_the_times_of_its_own_rows(container):
    for stream in read(container):
        np.testing.assert_array_equal(stream.times, TIMES_OF[stream.name])


def test_load_streams_keeps_the_times_of_a_frame():
    for stream in load_streams(in_text(ROWS).set_index("stream"))[0]:
        np.testing.assert_array_equal(stream.times, TIMES_OF[stream.name])


def test_the_column_of_times_may_be_named():
    frame = in_text(ROWS).rename(columns={"time": "wann"})
    for stream in load_streams(frame, time_column="wann")[0]:
        np.testing.assert_array_equal(stream.times, TIMES_OF[stream.name])


WIDE = pd.DataFrame({"gold": [1.0, 2.0, 3.0, 4.0], "oil": [2.0, 3.0, 4.0, 5.0]})


@pytest.mark.parametrize(
    "frame",
    [
        WIDE.assign(time=WHEN),
        WIDE.assign(Timestamp=WHEN.strftime("%Y-%m-%d %H:%M")),
        WIDE.set_index(WHEN),
        WIDE.set_index(WHEN.rename("when")),
        WIDE.set_index(WHEN.strftime("%Y-%m-%d %H:%M")),
        pl.from_pandas(WIDE.assign(datetime=WHEN)),
    ],
    ids=["column", "text", "index", "named index", "index of text", "polars"],
)
def test_all_streams_of_a_wide_frame_have_its_times(frame):
    streams = read(frame)
    assert [stream.name for stream in streams] == ["gold", "oil"]
    for stream in streams:
        np.testing.assert_array_equal(stream.times, WHEN.to_numpy())


def test_months_are_times_too():
    (stream,) = read(pd.Series([1.0, 2.0], index=pd.period_range("2024-01", periods=2, freq="M")))
    np.testing.assert_array_equal(stream.times, np.array(["2024-01-01", "2024-02-01"], dtype="M8[s]"))


def test_a_series_read_up_to_a_stop_has_the_times_of_what_was_read():
    (stream,) = read(pd.Series([1.0, 2.0, 3.0, 4.0], index=WHEN), stop_index=2)
    np.testing.assert_array_equal(stream.times, WHEN[:2].to_numpy())


NO_TIMES = {
    "counted": ROWS.assign(time=[0, 0, 1, 1]),
    "counted, as objects": ROWS.assign(time=pd.Series([0, 0, 1, 1], dtype=object)),
    "fractions, as objects": ROWS.assign(time=pd.Series([None, 0.5, 1.5, 2.5], dtype=object)),
    "decimals of Arrow": pa.table({"stream": ["a"], "time": pa.array([1], pa.decimal128(5)), "value": [1.0]}),
    "words": ROWS.assign(time=["noon", "eve", "morning", "night"]),
    "times of the day": ROWS.assign(time=[dt.time(9), dt.time(9), dt.time(10), dt.time(11)]),
    "lists": ROWS.assign(time=[[1], [2], [3], [4]]),
    "row numbers": WIDE,
    "numbers of rows with a name": WIDE.rename_axis("tick"),
    "ids of contracts": pd.Series(
        [1.0, 2.0], index=pd.MultiIndex.from_tuples([("2024-03", 0), ("2024-06", 0)], names=["stream", "row"])
    ),
}


@pytest.mark.parametrize("container", NO_TIMES.values(), ids=NO_TIMES)
def test_what_is_no_time_is_not_made_one(container):
    assert [stream.times for stream in read(container)] == [None] * len(read(container))


# Order


def refusal(container):
    with pytest.raises(StreamError) as caught:
        read(container)
    return str(caught.value)


def newest_first(frame):
    return frame.iloc[::-1]


SORTS = {
    "long": (newest_first(ROWS), "frame.sort_values(['stream', 'time'], kind='stable')."),
    "text": (newest_first(in_text(ROWS)), "frame.sort_values(['stream', 'time'], kind='stable')."),
    "counted": (newest_first(ROWS.assign(time=range(4))), "frame.sort_values(['stream', 'time'], kind='stable')."),
    "counted in Arrow": (
        pa.Table.from_pandas(newest_first(ROWS.assign(time=range(4)))),
        "table.sort_by([('stream', 'ascending'), ('time', 'ascending')]).",
    ),
    "counted, as objects": (
        newest_first(ROWS.assign(time=pd.Series([0.5, 1, None, 3], dtype=object))),
        "frame.sort_values(['stream', 'time'], kind='stable').",
    ),
    "polars": (pl.from_pandas(newest_first(ROWS)), "frame.sort('stream', 'time', maintain_order=True)."),
    "index": (newest_first(ROWS).set_index(["stream", "time"]), "frame.sort_index()."),
    "index of time": (newest_first(ROWS).set_index("time"), "frame.sort_values(['stream', 'time'], kind='stable')."),
    "series": (newest_first(ROWS).set_index(["stream", "time"])["value"], "series.sort_index()."),
    "series of dates": (pd.Series([1.0, 2.0], index=WHEN[[3, 0]]), "series.sort_index()."),
    "wide": (newest_first(WIDE.set_index(WHEN)), "frame.sort_index()."),
    "wide with a column": (newest_first(WIDE.assign(time=WHEN)), "frame.sort_values(['time'], kind='stable')."),
    "structured": (newest_first(ROWS).to_records(index=False), "by 'stream' and 'time'."),
    "groups": (newest_first(ROWS).groupby("stream"), "frame.sort_values(['stream', 'time'], kind='stable')."),
    "mapping": (
        {"a": newest_first(ROWS[ROWS.stream == "a"]).set_index("time")["value"]},
        "series.sort_index().",
    ),
}


@pytest.mark.parametrize(("container", "sort"), SORTS.values(), ids=SORTS)
def test_rows_that_go_back_in_time_are_an_error_that_says_how_to_sort(container, sort):
    message = refusal(container)
    assert message.startswith("stream 0")
    assert "tick 1: its time in column " in message
    assert message.endswith(sort)


def test_what_the_error_says_to_write_sorts_the_rows():
    frames = {
        "frame": lambda: newest_first(ROWS),
        "indexed": lambda: newest_first(ROWS).set_index(["stream", "time"]),
        "index of time": lambda: newest_first(ROWS).set_index("time"),
        "polars": lambda: pl.from_pandas(newest_first(ROWS)),
        "table": lambda: pa.Table.from_pandas(newest_first(ROWS)),
        "series": lambda: newest_first(ROWS).set_index(["stream", "time"])["value"],
    }
    for make in frames.values():
        said = refusal(make()).rpartition("first: ")[2].removesuffix(".")
        sort = eval(said, {"frame": make(), "table": make(), "series": make()})
        assert [(s.name, s.values.tolist()) for s in read(sort)] == [("a", [1.0, 3.0]), ("b", [2.0, 4.0])]


def test_streams_are_held_against_their_own_times_only():
    apart = pd.concat([ROWS[ROWS.stream == "b"], ROWS[ROWS.stream == "a"]])
    assert [stream.name for stream in read(apart)] == ["b", "a"]


def test_equal_and_missing_times_are_in_order():
    frame = pd.DataFrame({"time": [WHEN[0], pd.NaT, WHEN[0], WHEN[2]], "value": [1.0, 2.0, 3.0, 4.0]})
    (stream,) = read(frame)
    assert np.isnat(stream.times).tolist() == [False, True, False, False]


def test_an_empty_cell_among_the_text_of_times_is_no_time():
    for empty in (None, np.nan, pd.NA):
        frame = ROWS.assign(time=pd.Series(["2024-01-01 09:00", "2024-01-01", empty, "2024-01-02"], dtype=object))
        assert [np.isnat(stream.times).tolist() for stream in read(frame)] == [[False, True], [False, False]]


def test_text_that_reads_as_no_time_orders_nothing():
    assert len(read(ROWS.assign(time=["z", "y", "x", "w"]))) == 2


def test_a_replay_backwards_is_refused():
    with pytest.raises(StreamError, match="Sort the rows by time first"):
        replay(newest_first(ROWS), infer=lambda stream: iter(()))
