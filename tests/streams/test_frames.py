"""Which columns of a frame are streams: long and wide, guessed and named, and what cannot be read."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot.errors import StreamError
from midplot.streams._frame_layout import ID_NAMES, TIME_NAMES, VALUE_NAMES
from midplot.streams._frames import frame_streams, frame_values, is_frame, is_series

NAN = float("nan")


def described(streams):
    return [(s.stream_id, s.name, s.values.tolist()) for s in streams]


class PlainFrame:
    """The least that a frame is: no pandas anywhere."""

    def __init__(self, **columns):
        self._columns = columns
        self.columns = list(columns)

    def __getitem__(self, column):
        return PlainColumn(self._columns[column])


class PlainColumn:
    def __init__(self, cells):
        self._cells = cells

    def __len__(self):
        return len(self._cells)

    def to_numpy(self):
        return np.asarray(self._cells)


# What is a frame


def test_a_frame_and_a_series_are_told_apart():
    frame = pd.DataFrame({"x": [1.0]})
    assert is_frame(frame)
    assert not is_series(frame)
    assert is_series(frame["x"])
    assert not is_frame(frame["x"])


@pytest.mark.parametrize(
    "other", [[1.0], {"columns": 1}, np.array([1.0]), "columns", range(3), pd.DataFrame, pd.Series, None]
)
def test_other_things_are_neither_frame_nor_series(other):
    assert not is_frame(other)
    assert not is_series(other)


def test_a_frame_of_another_library_is_read_by_its_columns():
    streams = frame_streams(PlainFrame(stream=["b", "a", "b"], value=[1.0, 2.0, 3.0]))
    assert described(streams) == [(0, "b", [1.0, 3.0]), (1, "a", [2.0])]


def test_frames_are_read_without_pandas():
    code = (
        "import sys, numpy as np\n"
        "from midplot.streams._frames import frame_streams, is_frame\n"
        "assert not is_frame([1.0])\n"
        "assert 'pandas' not in sys.modules, 'pandas was loaded'\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# Long


USUAL_PAIRS = [*((name, VALUE_NAMES[0]) for name in ID_NAMES), *((ID_NAMES[0], name) for name in VALUE_NAMES[1:])]


@pytest.mark.parametrize(("id_name", "value_name"), USUAL_PAIRS)
def test_long_by_the_usual_names(id_name, value_name):
    frame = pd.DataFrame({"when": ["t", "t", "t"], id_name: ["b", "a", "b"], value_name: [1, 2, 3]})
    assert described(frame_streams(frame)) == [(0, "b", [1.0, 3.0]), (1, "a", [2.0])]


def test_names_are_guessed_in_upper_case_too():
    frame = pd.DataFrame({"Date": ["d", "d"], "Symbol": ["A", "B"], "Close": [1.0, 2.0]})
    assert [s.name for s in frame_streams(frame)] == ["A", "B"]


def test_the_likeliest_name_wins():
    frame = pd.DataFrame({"price": [9.0], "value": [1.0], "name": ["other"], "stream": ["s"]})
    assert described(frame_streams(frame)) == [(0, "s", [1.0])]


def test_named_columns_win_over_guessed_ones():
    frame = pd.DataFrame({"stream": ["s", "s"], "pair": ["eurusd", "gbpusd"], "value": [1.0, 2.0], "bid": [3.0, 4.0]})
    streams = frame_streams(frame, id_column="pair", value_column="bid")
    assert described(streams) == [(0, "eurusd", [3.0]), (1, "gbpusd", [4.0])]


def test_numbers_and_categories_are_ids():
    numbers = pd.DataFrame({"id": [7, 3, 7], "x": [1.0, 2.0, 3.0]})
    categories = pd.DataFrame({"id": pd.Categorical(["7", "3", "7"]), "x": [1.0, 2.0, 3.0]})
    expected = [(0, "7", [1.0, 3.0]), (1, "3", [2.0])]
    assert described(frame_streams(numbers)) == expected
    assert described(frame_streams(categories)) == expected


def test_columns_of_a_frame_need_not_be_called_by_text():
    frame = pd.DataFrame({0: ["a", "b"], 1: [1.0, 2.0]})
    assert [s.name for s in frame_streams(frame, id_column=0, value_column=1)] == ["a", "b"]


ids = st.sampled_from(["a", "stream_1", "stream_10", "", "ü"])
values = st.one_of(st.floats(allow_infinity=False, allow_nan=False), st.just(NAN))


@given(st.lists(st.tuples(ids, values), min_size=1, max_size=60))
def test_long_is_what_a_plain_loop_makes_of_it(rows):
    expected: dict[str, list[float]] = {}
    for name, value in rows:
        expected.setdefault(name, []).append(value)
    frame = pd.DataFrame(rows, columns=["stream", "value"]).astype({"value": float})
    if any(np.isnan(run).all() for run in expected.values()):
        with pytest.raises(StreamError, match="the stream is empty"):
            frame_streams(frame)
        return
    streams = frame_streams(frame)
    assert [s.name for s in streams] == list(expected)
    for stream, run in zip(streams, expected.values(), strict=True):
        np.testing.assert_array_equal(stream.values, run)


@given(st.integers(1, 5), st.integers(1, 20), st.randoms(use_true_random=False))
def test_long_and_wide_agree(n_streams, n_points, random):
    wide = pd.DataFrame({f"s{i}": [random.uniform(1, 9) for _ in range(n_points)] for i in range(n_streams)})
    long = wide.melt(var_name="stream", value_name="value")
    assert described(frame_streams(long)) == described(frame_streams(wide))


def test_many_rows_are_grouped_right():
    names = np.array([f"stream_{i}" for i in range(50)])
    rng = np.random.default_rng(0)
    which = rng.integers(50, size=100_000)
    frame = pd.DataFrame({"stream": names[which], "value": np.arange(100_000.0)})
    streams = frame_streams(frame)
    assert sum(map(len, streams)) == 100_000
    for stream in streams:
        np.testing.assert_array_equal(stream.values, frame.loc[frame.stream == stream.name, "value"])


# Wide


def test_wide_has_one_stream_for_each_column():
    frame = pd.DataFrame({"eurusd": [1.0, 2.0], "gbpusd": [3, 4]})
    assert described(frame_streams(frame)) == [(0, "eurusd", [1.0, 2.0]), (1, "gbpusd", [3.0, 4.0])]


@pytest.mark.parametrize("time_name", [*TIME_NAMES, "Time", "DATE"])
@pytest.mark.parametrize(
    "times", [["a", "b"], pd.to_datetime(["2024-01-01", "2024-01-02"]), [0, 1]], ids=["text", "dates", "numbers"]
)
def test_wide_leaves_out_the_time(time_name, times):
    frame = pd.DataFrame({time_name: times, "eurusd": [1.0, 2.0]})
    assert [s.name for s in frame_streams(frame)] == ["eurusd"]


def test_wide_leaves_out_the_time_that_is_named():
    frame = pd.DataFrame({"eurusd": [1.0, 2.0], "when": ["a", "b"]})
    assert [s.name for s in frame_streams(frame, time_column="when")] == ["eurusd"]


def test_a_value_column_alone_is_one_stream():
    frame = pd.DataFrame({"open": [1.0, 2.0], "close": [3.0, 4.0], "venue": ["a", "b"]})
    assert described(frame_streams(frame, value_column="open")) == [(0, "open", [1.0, 2.0])]


def test_ids_without_values_are_a_wide_frame():
    frame = pd.DataFrame({"gold": [1.0, 2.0], "id": [3.0, 4.0]})
    assert [s.name for s in frame_streams(frame)] == ["gold", "id"]


# Cells


@pytest.mark.parametrize("missing", [None, NAN, pd.NA, pd.NaT], ids=["None", "NaN", "NA", "NaT"])
def test_what_is_missing_is_a_gap(missing):
    frame = pd.DataFrame({"value": pd.Series([1, missing, Decimal("2.5"), np.float32(4)], dtype=object)})
    np.testing.assert_array_equal(frame_values(frame, "value"), [1.0, NAN, 2.5, 4.0])


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "float32", "int16", "uint8"])
def test_every_kind_of_number_is_read(dtype):
    frame = pd.DataFrame({"value": pd.Series([1, 2, 3], dtype=dtype)})
    assert frame_values(frame, "value").tolist() == [1.0, 2.0, 3.0]
    assert frame_values(frame, "value").dtype == np.float64


def test_numbers_that_may_be_missing_are_read():
    frame = pd.DataFrame({"value": pd.Series([1, None, 3], dtype="Int64")})
    np.testing.assert_array_equal(frame_values(frame, "value"), [1.0, NAN, 3.0])


def test_the_streams_do_not_change_with_the_frame():
    frame = pd.DataFrame({"a": [1.0, 2.0]})
    stream = frame_streams(frame)[0]
    frame.loc[0, "a"] = 99.0
    assert stream.values.tolist() == [1.0, 2.0]


# Errors


def error_of(frame, **names):
    with pytest.raises(StreamError) as caught:
        frame_streams(frame, **names)
    return str(caught.value)


def test_a_wrong_name_is_told_with_those_that_exist():
    frame = pd.DataFrame({"stream": ["a"], "value": [1.0]})
    for argument in ("id_column", "value_column", "time_column"):
        message = error_of(frame, **{argument: "vlaue"})
        assert message == (
            f"frame: there is no column 'vlaue', given as {argument}. Did you mean 'value'? Give one of 'stream', 'value'."
        )


def test_a_wrong_name_with_many_columns_lists_the_first():
    frame = pd.DataFrame({f"c{i}": [1.0] for i in range(30)})
    assert error_of(frame, value_column="zzz").endswith("'c10', 'c11' and 18 more.")


def test_ids_that_were_named_want_values():
    frame = pd.DataFrame({"pair": ["a", "b"], "bid": [1.0, 2.0]})
    assert error_of(frame, id_column="pair") == (
        "frame: there are ids in 'pair', but no column of values is called by a usual name. "
        "Give value_column, one of 'pair', 'bid'."
    )


def test_text_among_the_values_is_told_by_stream_and_tick():
    frame = pd.DataFrame({"stream": ["a", "b", "a", "b", "b"], "value": [1.0, 2.0, 3.0, 4.0, "n/a?"]})
    assert error_of(frame) == (
        "stream 1 'b', tick 2: column 'value' holds 'n/a?', which is not a number. "
        "Put a number there, nothing where there is a gap, or leave the column out."
    )


def test_text_in_a_wide_frame_is_told_by_stream_tick_and_column():
    message = error_of(pd.DataFrame({"eurusd": [1.0, 2.0], "venue": ["NYSE", "NYSE"]}))
    assert message.startswith("stream 1 'venue', tick 0: column 'venue' holds 'NYSE', which is not a number.")
    assert message.endswith("If the frame is long, name its id_column and value_column among 'eurusd', 'venue'.")


@pytest.mark.parametrize(
    "cells",
    [
        ["1.5", "2"],
        [True, False],
        [1j, 2j],
        pd.to_datetime(["2024-01-01", "2024-01-02"]),
        [(1,), (2,)],
        [np.bool_(1), 2.0],
    ],
    ids=["text", "truth", "complex", "dates", "tuples", "mixed"],
)
def test_what_is_no_number_is_not_made_one(cells):
    frame = pd.DataFrame({"stream": ["a", "a"], "value": pd.Series(cells)})
    assert error_of(frame).startswith("stream 0 'a', tick 0: column 'value' holds ")


def test_long_text_is_shortened():
    frame = pd.DataFrame({"value": ["x" * 10_000]})
    assert len(error_of(frame, value_column="value")) < 300


def test_a_missing_id_is_told_by_row():
    for missing in (None, NAN, pd.NA):
        frame = pd.DataFrame({"stream": pd.Series(["a", "a", missing], dtype=object), "value": [1.0, 2.0, 3.0]})
        assert error_of(frame).startswith("frame, row 2: the id in column 'stream' is missing. Give")


def test_infinite_values_are_told_by_stream_and_tick():
    frame = pd.DataFrame({"stream": ["a", "b", "b"], "value": [1.0, 2.0, np.inf]})
    assert error_of(frame).startswith("stream 1 'b', tick 1: the value is inf.")


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame(), "frame: it has no columns. "),
        (pd.DataFrame({"stream": [], "value": []}), "frame: it has the columns 'stream', 'value' but no rows. "),
        (pd.DataFrame([[1.0, 2.0]], columns=["a", "a"]), "frame: several columns are called 'a'. "),
        (pd.DataFrame({"time": ["t"]}), "frame: there is no column beside the time in 'time'. "),
        (pd.DataFrame({"a": [1.0], "b": [NAN]}), "stream 1 'b': the stream is empty. "),
    ],
    ids=["no columns", "no rows", "one name twice", "only a time", "all missing"],
)
def test_a_frame_without_streams_is_an_error(frame, message):
    assert error_of(frame).startswith(message)


def test_an_unknown_column_of_values_is_an_error():
    with pytest.raises(StreamError, match=r"no column 'vlaue', given as value_column\. Did you mean 'value'\?"):
        frame_values(pd.DataFrame({"value": [1.0]}), "vlaue")
