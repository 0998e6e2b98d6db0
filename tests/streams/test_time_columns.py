"""What a column of times may hold: each form is read as times, compared, or left alone, in frames and files alike."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from midplot import load_streams
from midplot.errors import StreamError
from midplot.streams._inputs import as_sources
from midplot.streams._times import as_times

N_ROWS = 6


def ways(folder: Path, times, name="time"):
    """Yield functions that load rows with some times: from frames, parquet and CSV, eager and lazy."""
    frame = pd.DataFrame({name: times, "value": np.arange(1.0, len(times) + 1)})
    yield lambda: load_streams(frame)
    yield lambda: load_streams(pl.from_pandas(frame))
    yield lambda: load_streams(pa.Table.from_pandas(frame))
    frame.to_parquet(folder / "x.parquet")
    frame.to_csv(folder / "x.csv", index=False)
    for path in (folder / "x.parquet", folder / "x.csv"):
        for lazy in (False, True):
            yield lambda path=path, lazy=lazy: load_streams(path, lazy=lazy)


def times_of(load):
    ((stream,), _) = load()
    return None if stream.times is None else [str(time) for time in stream.times]


def days(form):
    return [form % day for day in range(21, 21 + N_ROWS)]


COMPARED = {
    "durations": pd.timedelta_range("1h", periods=N_ROWS),
    "times of day": [dt.time(9, minute) for minute in range(N_ROWS)],
    "times of day of an exchange": [dt.time(9, 0, 0, minute) for minute in range(N_ROWS)],
    "text of minutes": days("09:%d"),
    "text of seconds": days("9:00:%d"),
    "text of fractions": days("09:00:00.%d"),
    "halves of the day": days("09:%d PM"),
    "long durations as text": days("100:%d:00"),
    "dates without separators": days("202401%d"),
    "numbers as text": days("17000000%d"),
    "nanoseconds": [1_700_000_000_000_000_000 + i for i in range(N_ROWS)],
    "nanoseconds as text": [str(1_700_000_000_000_000_000 + i) for i in range(N_ROWS)],
    "decimal commas": days("%d,5"),
    "fractions": np.arange(N_ROWS) / 2,
}

READ = {
    "names of months": days("%d-Jan-24"),
    "points": days("%d.01.24"),
    "years of four digits": days("%d/01/2024"),
    "dates": days("2024-01-%d"),
    "zones": days("%d.01.2024 10:00:00.000 GMT+0100"),
}


@pytest.mark.parametrize("times", [*COMPARED.values(), *READ.values()], ids=[*COMPARED, *READ])
def test_whatever_can_be_compared_may_not_go_back(tmp_path, times):
    for load in ways(tmp_path, list(times)):
        assert len(load()[0][0].values) == N_ROWS
    for load in ways(tmp_path, list(times)[::-1]):
        with pytest.raises(StreamError, match=r"tick 1: its time in column 'time' is .*, before that of tick 0"):
            load()


@pytest.mark.parametrize("times", COMPARED.values(), ids=COMPARED)
def test_what_has_no_date_gives_no_times(tmp_path, times):
    assert all(times_of(load) is None for load in ways(tmp_path, list(times)))


@pytest.mark.parametrize("times", [["23:59:59.5", "00:00:00.5"], [dt.time(16), dt.time(9, 30)], ["16:00", "09:30"]])
def test_a_new_day_begins_where_a_time_of_day_goes_back_by_hours(tmp_path, times):
    assert all(times_of(load) is None for load in ways(tmp_path, times))


@pytest.mark.parametrize("dtype", ["Int64", "UInt64"])
def test_a_gap_among_nanoseconds_costs_no_digit(tmp_path, dtype):
    start = 1_700_000_000_000_000_000
    frame = pd.DataFrame({"time": pd.array([start + 1, None, start], dtype=dtype), "value": [1.0, 2.0, 3.0]})
    frame.to_parquet(tmp_path / "x.parquet")
    frame.to_csv(tmp_path / "x.csv", index=False)
    for path in ("x.parquet", "x.csv"):
        for lazy in (False, True):
            with pytest.raises(StreamError, match=f"is {start}, before that of tick 0, {start + 1}"):
                load_streams(tmp_path / path, lazy=lazy)


@pytest.mark.parametrize("column", ["durations", "times of day"])
def test_streams_of_a_long_file_are_compared_each_for_itself(tmp_path, column):
    times = list(COMPARED[column])
    frame = pd.DataFrame({"time": times * 2, "stream": ["a"] * 6 + ["b"] * 6, "value": np.arange(12.0)})
    for name, order in (("sorted", frame), ("mixed", frame.iloc[[0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]])):
        order.to_parquet(tmp_path / f"{name}.parquet")
        for lazy in (False, True):
            assert [len(s.values) for s in load_streams(tmp_path / f"{name}.parquet", lazy=lazy)[0]] == [6, 6]


@pytest.mark.parametrize("bad", ["n.a.", "2024-02-30", "2024-01-03 24:00", "12"])
def test_one_cell_that_is_no_time_is_named(tmp_path, bad):
    for load in ways(tmp_path, ["2024-01-01", "2024-01-02", bad, "2024-01-04"]):
        with pytest.raises(StreamError, match=rf"(row 2|line 4): column 'time' holds '{bad}', which is no time"):
            load()


@pytest.mark.parametrize(
    "times", [["1", "2", "x", "4"], ["09:00", "09:01", "noon", "09:03"], ["1 days 00:00:00"] * 3 + ["x"]]
)
def test_one_cell_that_cannot_be_compared_is_named(tmp_path, times):
    for load in ways(tmp_path, times):
        with pytest.raises(StreamError, match="which is no time like the others"):
            load()


@pytest.mark.parametrize("times", [["x", "y", "z"], ["2024-01-01", "late", "later"], ["a", "1", "b", "2024-01-01"]])
def test_a_column_that_mostly_holds_something_else_is_left_alone(tmp_path, times):
    assert all(times_of(load) is None for load in ways(tmp_path, times))


def test_what_stands_for_a_missing_number_stands_for_a_missing_time(tmp_path):
    for load in ways(tmp_path, ["2024-01-01", "NA", "2024-01-02"]):
        assert times_of(load) == ["2024-01-01T00:00:00", "NaT", "2024-01-02T00:00:00"]


TWO_DIGITS = {
    "the day first": (["30.01.24", "31.01.24", "01.02.24"], ["2024-01-30", "2024-01-31", "2024-02-01"]),
    "points": (["11.02.24", "10.03.24"], ["2024-02-11", "2024-03-10"]),
    "the month first": (["01/30/24", "01/31/24", "02/01/24"], ["2024-01-30", "2024-01-31", "2024-02-01"]),
    "the year first": (["98-01-30", "99-02-01"], ["1998-01-30", "1999-02-01"]),
    "the year or the day first": (["24-01-31", "24-02-01", "24-03-02"], None),
    "the day or the month first": (["01/02/24", "02/03/24"], None),
    "names": (["30 Jan 24", "01 Feb 24"], ["2024-01-30", "2024-02-01"]),
}


@pytest.mark.parametrize(("times", "read"), TWO_DIGITS.values(), ids=TWO_DIGITS)
def test_the_order_of_a_date_is_that_of_the_whole_column(tmp_path, times, read):
    for load in ways(tmp_path, times):
        assert times_of(load) == (None if read is None else [f"{day}T00:00:00" for day in read])


def test_dates_of_both_lengths_share_their_order():
    assert [str(time)[:10] for time in as_times(["13/01/24", "01/02/2024"])] == ["2024-01-13", "2024-02-01"]


@pytest.mark.parametrize("zone", ["GMT+0100", "UTC+1", "GMT +01:00", "+01:00"])
def test_an_offset_behind_gmt_is_the_time_ahead_of_it(zone):
    assert as_times([f"05.01.2024 10:00:00.000 {zone}"])[0] == np.datetime64("2024-01-05T09:00:00")


def test_the_clock_change_in_autumn_is_not_going_back(tmp_path):
    for load in ways(tmp_path, ["27.10.2024 02:59:00.000 GMT+0200", "27.10.2024 02:00:00.000 GMT+0100"]):
        assert times_of(load) == ["2024-10-27T00:59:00", "2024-10-27T01:00:00"]


UNSORTED = {
    "names of months": ["15 Feb 2024", "14 Jan 2024", "13 Apr 2024"],
    "the day first": ["31.03.24", "01.02.24", "02.04.24"],
    "the year first": ["99-02-01", "98-03-30", "98-04-30"],
    "the month first": ["02/13/2024", "01/14/2024", "01/13/2025"],
    "zones": ["27.10.2024 10:00 GMT+0100", "26.10.2024 23:00 GMT+0200", "01.11.2024 10:00 GMT+0100"],
    "dates": ["2024-01-02", "2024-01-01", "2024-01-03"],
    "numbers": ["10", "9", "11"],
    "commas": ["10,5", "9,5", "11,5"],
    "minutes": ["10:00", "9:59", "10:01"],
    "seconds": ["10:00:00", "9:59:59", "10:00:01"],
    "durations": ["10 days 00:00:00", "9 days 00:00:00", "11 days 00:00:00"],
}


def repaired(load, frame):
    with pytest.raises(StreamError, match="before that of tick 0") as caught:
        load()
    said = str(caught.value).rpartition("first: ")[2].rpartition("write ")[2].removesuffix(".")
    return eval(said, {"frame": frame, "table": frame, "series": frame, "pd": pd})


@pytest.mark.parametrize("times", UNSORTED.values(), ids=UNSORTED)
@pytest.mark.parametrize("make", [lambda f: f, pl.from_pandas, pa.Table.from_pandas], ids=["pandas", "polars", "Arrow"])
@pytest.mark.parametrize("ids", [None, ["b", "b", "b"]])
def test_the_repair_that_is_named_sorts_a_frame(times, make, ids):
    frame = pd.DataFrame({"time": times, "value": [1.0, 2.0, 3.0]} | ({} if ids is None else {"stream": ids}))
    ((stream,), _) = load_streams(repaired(lambda: load_streams(make(frame)), make(frame)))
    assert sorted(stream.values) == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("times", UNSORTED.values(), ids=UNSORTED)
def test_the_repair_that_is_named_sorts_an_index_and_a_series(times):
    frame = pd.DataFrame({"value": [1.0, 2.0, 3.0]}, index=pd.Index(times, name="time"))
    for indexed in (frame, frame["value"]):
        (source,) = as_sources(repaired(lambda indexed=indexed: [s.read(None) for s in as_sources(indexed)], indexed))
        assert sorted(source.read(None).values) == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("times", UNSORTED.values(), ids=UNSORTED)
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("lazy", [False, True])
def test_the_repair_that_is_named_sorts_a_file(tmp_path, times, suffix, lazy):
    path = tmp_path / f"x.{suffix}"
    frame = pd.DataFrame({"time": times, "value": [1.0, 2.0, 3.0]})
    frame.to_csv(path, index=False) if suffix == "csv" else frame.to_parquet(path)
    read = pd.read_csv(path) if suffix == "csv" else pd.read_parquet(path)
    assert len(load_streams(repaired(lambda: load_streams(path, lazy=lazy), read))[0]) == 1


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("text", [False, True])
def test_the_repair_that_is_named_sorts_a_file_with_an_index_without_a_name(tmp_path, suffix, lazy, text):
    path = tmp_path / f"x.{suffix}"
    times = ["15 Feb 2024", "14 Jan 2024", "13 Apr 2024"]
    frame = pd.DataFrame({"value": [1.0, 2.0, 3.0]}, index=times if text else pd.to_datetime(times))
    frame.to_csv(path) if suffix == "csv" else frame.to_parquet(path)
    read = pd.read_csv(path) if suffix == "csv" else pd.read_parquet(path)
    assert len(load_streams(repaired(lambda: load_streams(path, lazy=lazy), read))[0]) == 1


def test_the_end_of_time_is_no_mistake(tmp_path):
    for load in ways(tmp_path, ["2024-01-01", "2024-01-02", "9999-12-31"]):
        assert len(load()[0][0].values) == 3


def test_times_of_day_beside_dates_are_not_compared_across_days(tmp_path):
    frame = pd.DataFrame({"date": ["2024-01-02", "2024-01-03"], "time": ["16:00", "12:00"], "value": [1.0, 2.0]})
    frame.to_parquet(tmp_path / "x.parquet")
    frame.to_csv(tmp_path / "x.csv", index=False)
    loaded = [load_streams(frame), load_streams(frame.assign(stream="a"))]
    loaded += [load_streams(tmp_path / name, lazy=lazy) for name in ("x.csv", "x.parquet") for lazy in (False, True)]
    assert [streams[0].values.tolist() for streams, _ in loaded] == [[1.0, 2.0]] * 6
