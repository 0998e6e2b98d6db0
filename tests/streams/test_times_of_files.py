"""Index levels and times of files: read by their names, kept with the streams, and refused where they go back."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from midplot.errors import StreamError
from midplot.play.workers._parallel import _tasks
from midplot.streams import load_streams
from midplot.streams._stored import StoredTimes
from midplot.streams._stream import cut_into_parts

BOTH = pytest.mark.parametrize("lazy", [False, True], ids=["held", "left"])


def _long(n=8, names=("b", "a"), start="2024-03-01 09:00"):
    minutes = pd.date_range(start, periods=n, freq="min")
    frames = [
        pd.DataFrame({"time": minutes, "market": name, "mid": np.arange(n) + 100.0 * len(name)}) for name in names
    ]
    return pd.concat(frames, ignore_index=True).rename(columns={"market": "symbol"})


def _holds(streams):
    return {s.name: (s.values.tolist(), None if s.times is None else s.times.tolist()) for s in streams}


@BOTH
@pytest.mark.parametrize(
    "levels", [["symbol"], ["time"], ["symbol", "time"], ["time", "symbol"]], ids=lambda each: "+".join(each)
)
@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("rows", [3, 100])
def test_index_levels_count_as_columns(tmp_path, lazy, levels, mixed, rows):
    frame = _long()
    if mixed:
        frame = frame.sort_values("time", kind="stable")
    path = tmp_path / "indexed.parquet"
    pq.write_table(pa.Table.from_pandas(frame.set_index(levels)), path, row_group_size=rows)
    streams = load_streams(path, lazy=lazy)[0]
    own = frame[frame.symbol == "a"]
    assert [s.name for s in streams] == ["b", "a"]
    assert streams[1].values.tolist() == own.mid.tolist()
    assert streams[1].times.tolist() == [time.to_pydatetime() for time in own.time]
    assert streams[1].times.dtype == np.dtype("datetime64[s]")
    assert not streams[1].times.flags.writeable


@BOTH
def test_the_competitions_layout_with_an_index_is_ordered_by_name(tmp_path, lazy):
    frame = _long(names=("s_2", "s_10")).rename(columns={"symbol": "stream", "mid": "value"})
    frame.set_index(["stream", "time"]).to_parquet(tmp_path / "X_train.parquet")
    for source in (tmp_path, tmp_path / "X_train.parquet"):
        assert [(s.stream_id, s.name) for s in load_streams(source, lazy=lazy)[0]] == [(0, "s_10"), (1, "s_2")]


@BOTH
def test_a_level_that_counts_or_is_named_otherwise_is_no_stream(tmp_path, lazy):
    wide = pd.DataFrame({"up": [1.0, 2.0, 3.0], "down": [3.0, 2.0, 1.0]})
    path = tmp_path / "x.parquet"
    for index in (pd.RangeIndex(3), pd.Index([7, 8, 9]), pd.Index([7, 8, 9], name="tick"), pd.Index([0.5, 1.0, 1.5])):
        wide.set_index(index).to_parquet(path)
        assert _holds(load_streams(path, lazy=lazy)[0]) == {
            "up": ([1.0, 2.0, 3.0], None),
            "down": ([3.0, 2.0, 1.0], None),
        }


@BOTH
@pytest.mark.parametrize("name", [None, "when", "Date"])
def test_a_level_of_times_is_the_time_whatever_its_name(tmp_path, lazy, name):
    minutes = pd.date_range("2024-03-01", periods=3, freq="h", name=name)
    pd.DataFrame({"up": [1.0, 2.0, 3.0]}, index=minutes).to_parquet(tmp_path / "x.parquet")
    (stream,) = load_streams(tmp_path / "x.parquet", lazy=lazy)[0]
    assert stream.times.tolist() == minutes.to_pydatetime().tolist()


@BOTH
@pytest.mark.parametrize("name", [None, "market"])
def test_a_level_of_text_is_asked_about(tmp_path, lazy, name):
    frame = pd.DataFrame({"price": [1.0, 2.0, 3.0]}, index=pd.Index(["a", "b", "a"], name=name))
    frame.to_parquet(tmp_path / "x.parquet")
    with pytest.raises(StreamError, match="holds text, which may say what stream a row belongs to"):
        load_streams(tmp_path / "x.parquet", lazy=lazy)
    if name:
        streams, _ = load_streams(tmp_path / "x.parquet", lazy=lazy, id_column=name)
        assert _holds(streams) == {"a": ([1.0, 3.0], None), "b": ([2.0], None)}


@BOTH
def test_numbers_as_ids_in_an_index(tmp_path, lazy):
    frame = pd.DataFrame({"stream": [10, 9, 10], "x": [1.0, 2.0, 3.0]}).set_index("stream")
    frame.to_parquet(tmp_path / "x.parquet")
    assert _holds(load_streams(tmp_path / "x.parquet", lazy=lazy)[0]) == {"10": ([1.0, 3.0], None), "9": ([2.0], None)}


TEXT_TYPES = [pa.large_string(), pa.binary(), pa.dictionary(pa.int8(), pa.large_string())]
if int(pa.__version__.partition(".")[0]) >= 21:  # before, Arrow could write no such file
    TEXT_TYPES.append(pa.string_view())


@BOTH
@pytest.mark.parametrize("kind", TEXT_TYPES, ids=str)
def test_text_of_any_type_as_ids_and_times(tmp_path, lazy, kind):
    times = ["2024-03-01 09:00", "2024-03-01 09:01"] * 2
    texts = {"stream": ["00", "00", "b", "b"], "time": times}
    columns = {name: pa.array(cells).cast(kind) for name, cells in texts.items()}
    pq.write_table(pa.table({**columns, "value": [1, 2, 3, 4]}), tmp_path / "x.parquet")
    streams, _ = load_streams(tmp_path / "x.parquet", lazy=lazy)
    assert [(s.name, s.values.tolist()) for s in streams] == [("00", [1.0, 2.0]), ("b", [3.0, 4.0])]
    assert [str(s.times[1]) for s in streams] == ["2024-03-01T09:01:00"] * 2


# Times


TEXTS = {
    "minutes": (["2024-03-01 09:00", "2024-03-01 09:01"], ["2024-03-01T09:00", "2024-03-01T09:01"]),
    "a zone": (["2024-03-01T09:00:00+01:00", "2024-03-01T09:00:00Z"], ["2024-03-01T08:00", "2024-03-01T09:00"]),
    "days first": (["02/03/2024", "13/03/2024"], ["2024-03-02", "2024-03-13"]),
    "points": (["02.03.2024 09:00", "03.03.2024 09:00"], ["2024-03-02T09:00", "2024-03-03T09:00"]),
    "points, no hours": (["01.02.2024", "13.02.2024"], ["2024-02-01", "2024-02-13"]),
    "months first": (["03/02/2024", "03/13/2024"], ["2024-03-02", "2024-03-13"]),
    "either first": (["02/03/2024", "03/03/2024"], None),
    "numbers": (["1709283600", "1709283660"], None),
    "time of day": (["09:00", "09:01"], None),
    "one missing": (["2024-03-01 09:00", ""], ["2024-03-01T09:00", "NaT"]),
    "none": (["", "NaT"], None),
    "not a time": (["2024-03-01", "soon"], None),
}


@BOTH
@pytest.mark.parametrize("kind", TEXTS)
def test_text_that_is_a_time(tmp_path, lazy, kind):
    texts, expected = TEXTS[kind]
    path = tmp_path / "x.csv"
    path.write_text("time,value\n" + "".join(f"{text},{n}\n" for n, text in enumerate(texts)))
    (stream,) = load_streams(path, lazy=lazy)[0]
    if expected is None:
        assert stream.times is None
    else:
        np.testing.assert_array_equal(stream.times, np.array(expected, dtype="datetime64[s]"))


@BOTH
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("rows", [2, 100])
def test_rows_that_go_back_in_time_are_told(tmp_path, lazy, suffix, rows, monkeypatch):
    monkeypatch.setattr("midplot.streams.files._tables.CHUNK_ROWS", rows)
    path = tmp_path / f"x.{suffix}"
    frame = _long(5)
    newest_first = pd.concat([frame[:5], frame[:4:-1]])
    if suffix == "csv":
        newest_first.to_csv(path, index=False)
    else:
        pq.write_table(pa.Table.from_pandas(newest_first, preserve_index=False), path, row_group_size=rows)
    with pytest.raises(StreamError) as caught:
        load_streams(path, lazy=lazy, value_column="mid")
    assert str(caught.value).startswith(
        f"{path}: stream 1 'a', tick 1: its time in column 'time' is 2024-03-01T09:03:00, before that of tick 0, "
        "2024-03-01T09:04:00. Sort the rows by time first: "
    )
    assert "frame.sort_values(['symbol', 'time'], kind='stable')" in str(caught.value)


@BOTH
def test_numbers_that_count_down_are_told(tmp_path, lazy):
    path = tmp_path / "x.csv"
    path.write_text("timestamp,up,down\n3,1,1\n2,2,2\n")
    with pytest.raises(StreamError, match=r"tick 1: its time in column 'timestamp' is 2, before that of tick 0, 3\."):
        load_streams(path, lazy=lazy)


@BOTH
def test_recordings_have_times_with_a_gap_between_two(tmp_path, lazy):
    for number, hour in ((2, 9), (10, 7)):
        frame = pd.DataFrame(
            {"time": pd.date_range(f"2024-03-01 {hour}:00", periods=2, freq="min"), "value": [1.0, 2.0]}
        )
        frame.to_csv(tmp_path / f"stream_0_file_{number}.csv", index=False)
    (stream,) = load_streams(tmp_path, lazy=lazy)[0]
    expected = ["2024-03-01T09:00", "2024-03-01T09:01", "NaT", "2024-03-01T07:00", "2024-03-01T07:01"]
    np.testing.assert_array_equal(stream.times, np.array(expected, dtype="datetime64[s]"))
    (tmp_path / "stream_0_file_1.csv").write_text("time,value\n,1\n")
    (stream,) = load_streams(tmp_path, lazy=lazy)[0]
    np.testing.assert_array_equal(stream.times, np.array(["NaT", "NaT", *expected], dtype="datetime64[s]"))
    (tmp_path / "stream_0_file_11.csv").write_text("value\n1\n")
    (stream,) = load_streams(tmp_path, lazy=lazy)[0]
    assert stream.times is None


@pytest.mark.parametrize("mixed", [False, True])
def test_times_that_stay_in_their_file_are_read_when_looked_at(tmp_path, mixed):
    frame = _long(400, names=("bb", "a"))
    frame.loc[100, "mid"] = np.nan
    if mixed:
        frame = frame.sort_values("time", kind="stable")
    frame.to_parquet(tmp_path / "x.parquet")
    stream = load_streams(tmp_path / "x.parquet", lazy=True)[0][0]
    assert isinstance(vars(stream)["times"], StoredTimes)
    first, second = cut_into_parts(stream)
    assert second.has_times
    assert second.times[0] == np.datetime64("2024-03-01T10:41")
    assert second.first_index == 101
    assert len(pickle.dumps(stream)) < 2_000 < stream.times.nbytes
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(second)).times, second.times)
    assert stream.renamed(5).times is stream.times
    assert len(first.times) == 100


@BOTH
def test_times_do_not_travel_to_workers(tmp_path, lazy):
    _long(400).to_parquet(tmp_path / "x.parquet")
    parts = [part for stream in load_streams(tmp_path / "x.parquet", lazy=lazy)[0] for part in cut_into_parts(stream)]
    sent = [part for task in _tasks(parts, 2) for _, part in task]
    assert [part.times for part in sent] == [None, None]
    assert all(part.has_times for part in parts)
    assert [part.values.tolist() for part in sent] == [part.values.tolist() for part in parts]
