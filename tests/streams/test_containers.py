"""Whatever holds the data, the streams are the same to the last bit; what is missing is a gap, however it is written."""

from __future__ import annotations

import array
import datetime as dt
import subprocess
import sys
from collections import namedtuple
from decimal import Decimal
from pathlib import PurePosixPath as Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot import Stream, load_streams, replay
from midplot.errors import StreamError
from midplot.streams._inputs import as_sources

NAN = float("nan")


def read(container):
    return [source.read(None) for source in as_sources(container)]


def named(container):
    return [(stream.name, stream.values.tolist()) for stream in read(container)]


def bits(streams):
    return [(stream.name, stream.values.tobytes()) for stream in streams]


def refusal(container):
    with pytest.raises(StreamError) as caught:
        read(container)
    return str(caught.value)


# Stand-ins for libraries that are not installed


class Tensor:
    """As torch's: an array only by ``__array__``, and a tensor again where it is iterated."""

    def __init__(self, cells):
        self.cells = np.asarray(cells)
        self.shape = self.cells.shape

    def __array__(self, dtype=None, copy=None):
        return self.cells if dtype is None else self.cells.astype(dtype)

    def __len__(self):
        return len(self.cells)

    def __iter__(self):
        return map(Tensor, self.cells)


class TensorElsewhere(Tensor):
    def __array__(self, dtype=None, copy=None):
        raise TypeError("can't convert cuda:0 device type tensor to numpy")


class ArrowStream:
    """Gives itself to Arrow, and has nothing else."""

    def __init__(self, held):
        self.held = held

    def __arrow_c_stream__(self, requested_schema=None):
        return self.held.__arrow_c_stream__(requested_schema)


class ArrowArray:
    def __init__(self, held):
        self.held = held

    def __arrow_c_array__(self, requested_schema=None):
        return self.held.__arrow_c_array__(requested_schema)


class Interchanged:
    """Knows the dataframe interchange protocol only."""

    def __init__(self, held):
        self.held = held

    def __dataframe__(self, nan_as_null=False, allow_copy=True):
        return self.held.__dataframe__(nan_as_null, allow_copy)


class LabelledArray:
    """As xarray's: with names of dimensions as attributes, an x among them."""

    def __init__(self, cells, name):
        self.cells = np.asarray(cells)
        self.name, self.dims, self.x = name, ("x",), range(len(self.cells))
        self.shape = self.cells.shape

    def __array__(self, dtype=None, copy=None):
        return self.cells

    def __getitem__(self, key):
        raise KeyError(key)


class Trend:
    """Decides often, and by the last digit of the values."""

    last = 0.0

    def tick_and_predict(self, x, horizon):
        before, self.last = self.last, x
        return 0 if abs(x - before) < 0.1 else x - before


# The oracle: one set of data in all that may hold it


def ragged(seed):
    """Three walks of unequal length on a grid of ticks, with gaps inside, as runs of floats."""
    rng = np.random.default_rng(seed)
    runs = {}
    for name, n in (("stream_7", 260), ("stream_10", 190), ("β", 75)):
        values = 1000.0 + np.cumsum(rng.normal(size=n)).round(3) / 7
        values[rng.integers(1, n - 1, size=4)] = np.nan
        runs[name] = values
    return runs


def long_frame(runs):
    """The rows of all streams as they arrived, so that those of one stream are not together."""
    frames = [
        pd.DataFrame({"stream": name, "time": pd.date_range("2024-01-02 09:00", periods=len(v), freq="s"), "value": v})
        for name, v in runs.items()
    ]
    return pd.concat(frames).sort_values("time", kind="stable", ignore_index=True)


def masked(values):
    return np.ma.masked_array(np.where(np.isnan(values), 1e9, values), mask=np.isnan(values))


def as_records(frame):
    kinds = [("stream", "U9"), ("time", "M8[ns]"), ("value", "f8")]
    return np.array(list(frame.itertuples(index=False, name=None)), dtype=kinds)


NO_NAMES = {
    "arrays": lambda runs: list(runs.values()),
    "masked arrays": lambda runs: [masked(v) for v in runs.values()],
    "lists of floats": lambda runs: [v.tolist() for v in runs.values()],
    "lists with None": lambda runs: [[None if x != x else x for x in v.tolist()] for v in runs.values()],
    "lists with NA and NaT": lambda runs: [
        [(pd.NA, pd.NaT, np.ma.masked)[i % 3] if x != x else x for i, x in enumerate(v.tolist())] for v in runs.values()
    ],
    "messages": lambda runs: [[{"x": None if x != x else x} for x in v.tolist()] for v in runs.values()],
    "rows of itertuples": lambda runs: [pd.DataFrame({"x": v}).itertuples() for v in runs.values()],
    "tensors": lambda runs: [Tensor(v) for v in runs.values()],
    "lists of tensors of one value": lambda runs: [list(Tensor(v)) for v in runs.values()],
    "Arrow arrays": lambda runs: [pa.array(v, from_pandas=True) for v in runs.values()],
    "Arrow scalars": lambda runs: [list(pa.array(v, from_pandas=True)) for v in runs.values()],
    "chunked arrays": lambda runs: [
        pa.chunked_array([pa.array(v[:50], from_pandas=True), pa.array(v[50:])]) for v in runs.values()
    ],
    "what gives itself to Arrow": lambda runs: [ArrowStream(pa.chunked_array([v])) for v in runs.values()],
    "what gives an array to Arrow": lambda runs: [ArrowArray(pa.array(v, from_pandas=True)) for v in runs.values()],
    "memoryviews": lambda runs: [memoryview(v) for v in runs.values()],
    "arrays of the standard library": lambda runs: [array.array("d", v) for v in runs.values()],
    "values of a mapping": lambda runs: runs.values(),
    "nullable series": lambda runs: [pd.Series(v).convert_dtypes() for v in runs.values()],
    "object series": lambda runs: [pd.Series(v, dtype=object).where(~np.isnan(v), None) for v in runs.values()],
    "series backed by Arrow": lambda runs: [pd.Series(v, dtype="float64[pyarrow]") for v in runs.values()],
    "sparse series": lambda runs: [pd.Series(pd.arrays.SparseArray(v)) for v in runs.values()],
    "frames of times and values": lambda runs: [g[["time", "value"]] for g in groups(long_frame(runs)).values()],
}


def groups(frame):
    return dict(iter(frame.groupby("stream", sort=False)))


NAMED = {
    "mapping": dict,
    "mapping of masked arrays": lambda runs: {name: masked(v) for name, v in runs.items()},
    "mapping of polars series": lambda runs: {name: pl.Series(v, nan_to_null=True) for name, v in runs.items()},
    "list of polars series": lambda runs: [pl.Series(name, v) for name, v in runs.items()],
    "list of named series": lambda runs: [pd.Series(v, name=name) for name, v in runs.items()],
    "labelled arrays": lambda runs: [LabelledArray(v, name) for name, v in runs.items()],
    "long frame": long_frame,
    "nullable long frame": lambda runs: long_frame(runs).convert_dtypes(),
    "categories": lambda runs: long_frame(runs).astype({"stream": "category"}),
    "index of stream and time": lambda runs: long_frame(runs).set_index(["stream", "time"]),
    "index of time and stream": lambda runs: long_frame(runs).set_index(["time", "stream"]),
    "index of stream": lambda runs: long_frame(runs).set_index("stream"),
    "index of time": lambda runs: long_frame(runs).set_index("time"),
    "series of stream and time": lambda runs: long_frame(runs).set_index(["stream", "time"])["value"],
    "series whose levels have no names": lambda runs: (
        long_frame(runs).set_index(["stream", "time"])["value"].rename_axis([None, None]).rename(None)
    ),
    "series that were joined": lambda runs: pd.concat({name: pd.Series(v) for name, v in runs.items()}),
    "frames that were joined": lambda runs: pd.concat({name: pd.DataFrame({"mid": v}) for name, v in runs.items()}),
    "index with a price of another name": lambda runs: (
        long_frame(runs).set_index(["stream", "time"]).rename(columns={"value": "bid"})
    ),
    "groupby": lambda runs: long_frame(runs).groupby("stream", sort=False),
    "groupby of a list": lambda runs: long_frame(runs).groupby(["stream"], sort=False),
    "groupby of a level": lambda runs: long_frame(runs).set_index("stream").groupby(level=0, sort=False),
    "groupby of a column": lambda runs: long_frame(runs).groupby("stream", sort=False)["value"],
    "mapping of groups": lambda runs: groups(long_frame(runs)),
    "list of groups": lambda runs: list(groups(long_frame(runs)).values()),
    "mapping of series with times": lambda runs: {
        name: g.set_index("time")["value"] for name, g in groups(long_frame(runs)).items()
    },
    "structured array": lambda runs: as_records(long_frame(runs)),
    "array of records": lambda runs: as_records(long_frame(runs)).view(np.recarray),
    "masked structured array": lambda runs: masked_records(long_frame(runs)),
    "Arrow table": lambda runs: pa.Table.from_pandas(long_frame(runs)),
    "Arrow table with NaN": lambda runs: pa.Table.from_pandas(long_frame(runs), preserve_index=False).set_column(
        2, "value", [long_frame(runs)["value"].to_numpy()]
    ),
    "dictionaries of Arrow": lambda runs: pa.Table.from_pandas(long_frame(runs).astype({"stream": "category"})),
    "record batch": lambda runs: pa.RecordBatch.from_pandas(long_frame(runs)),
    "record batch reader": lambda runs: pa.Table.from_pandas(long_frame(runs)).to_reader(17),
    "array of structs": lambda runs: pa.Table.from_pandas(long_frame(runs)).to_struct_array(),
    "polars structs": lambda runs: pl.from_pandas(long_frame(runs)).to_struct("rows"),
    "polars frame": lambda runs: pl.from_pandas(long_frame(runs)),
    "polars categories": lambda runs: pl.from_pandas(long_frame(runs)).with_columns(
        pl.col("stream").cast(pl.Categorical)
    ),
    "lazy frame": lambda runs: pl.from_pandas(long_frame(runs)).lazy().filter(pl.col("stream") != "none"),
    "groups of polars": lambda runs: pl.from_pandas(long_frame(runs)).group_by("stream", maintain_order=True),
    "table that gives itself to Arrow": lambda runs: ArrowStream(pa.Table.from_pandas(long_frame(runs))),
    "interchanged frame": lambda runs: Interchanged(pa.Table.from_pandas(long_frame(runs))),
    "load_streams": lambda runs: load_streams(long_frame(runs).rename(columns={"value": "mid"}))[0],
}


def masked_records(frame):
    records = np.ma.array(as_records(frame))
    records["value"] = masked(frame["value"].to_numpy())
    return records


@pytest.mark.parametrize("contain", NO_NAMES.values(), ids=NO_NAMES)
def test_every_container_of_values_gives_the_same_streams(contain):
    runs = ragged(1)
    expected = [(None, values.tobytes()) for values in runs.values()]
    assert [(None, data) for _, data in bits(read(contain(runs)))] == expected


@pytest.mark.parametrize("contain", NAMED.values(), ids=NAMED)
def test_every_container_of_named_streams_gives_the_same_streams(contain):
    runs = ragged(2)
    assert bits(read(contain(runs))) == [(name, values.tobytes()) for name, values in runs.items()]


@pytest.mark.parametrize("contain", (NO_NAMES | NAMED).values(), ids=NO_NAMES | NAMED)
def test_every_container_earns_the_same_to_the_last_bit(contain):
    runs = ragged(3)
    plain = replay([Stream(v) for v in runs.values()], horizon=5, epsilon=0.002, infer=Trend)
    result = replay(contain(runs), horizon=5, epsilon=0.002, infer=Trend)
    assert len(plain.trades) > 20
    assert list(result.scores.values()) == list(plain.scores.values())
    assert result.total_score == plain.total_score


WIDE = {
    "frame": lambda frame: frame,
    "index of times": lambda frame: frame.set_index(pd.date_range("2024", periods=len(frame), freq="min")),
    "named row numbers": lambda frame: frame.rename_axis("tick"),
    "text that names each row": lambda frame: frame.set_axis([f"row {i}" for i in range(len(frame))]),
    "rows that were joined": lambda frame: pd.concat([frame.iloc[:9], frame.iloc[9:].reset_index(drop=True)]),
    "2-D masked array": lambda frame: dict(zip(frame, masked(frame.to_numpy().T), strict=True)),
    "Arrow table": lambda frame: pa.Table.from_pandas(frame),
    "polars": lambda frame: pl.from_pandas(frame),
    "lazy": lambda frame: pl.from_pandas(frame).lazy(),
    "transposed tensors": lambda frame: dict(zip(frame, Tensor(frame.to_numpy().T), strict=True)),
    "structured": lambda frame: frame.to_records(index=False),
}


@pytest.mark.parametrize("contain", WIDE.values(), ids=WIDE)
def test_every_wide_container_gives_the_same_streams(contain):
    values = np.random.default_rng(4).normal(size=(30, 3)).round(2)
    values[7, 1] = values[20, 2] = np.nan
    frame = pd.DataFrame(values, columns=["a", "b", "ü"])
    assert bits(read(contain(frame))) == [(c, np.ascontiguousarray(frame[c]).tobytes()) for c in frame]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.floats(-1e6, 1e6)), min_size=1, max_size=40))
def test_rows_in_any_order_are_grouped_alike(rows):
    expected: dict[str, list[float]] = {}
    for name, value in rows:
        expected.setdefault(name, []).append(NAN if value is None else value)
    if any(all(x != x for x in run) for run in expected.values()):
        return
    frame = pd.DataFrame({"stream": [r[0] for r in rows], "value": pd.Series([r[1] for r in rows], dtype=float)})
    table = pa.table({"stream": [r[0] for r in rows], "value": pa.array([r[1] for r in rows], pa.float64())})
    for container in (frame.set_index("stream"), frame.set_index("stream")["value"], table, pl.from_arrow(table)):
        assert bits(read(container)) == [(name, np.array(run).tobytes()) for name, run in expected.items()]


# What is missing, and what is a number


def test_a_masked_cell_is_a_gap_and_never_a_price():
    spike = np.ma.masked_greater([100.0, 101.0, 1e9, 103.0], 1e6)
    for container in (spike, [spike], {"a": spike}, np.ma.array([spike]), Tensor([100.0, 101.0, NAN, 103.0])):
        (stream,) = read(container)
        np.testing.assert_array_equal(stream.values, [100.0, 101.0, NAN, 103.0])


@pytest.mark.parametrize("kind", ["i4", "u8", "f4", "bool", "O"])
def test_masked_arrays_of_every_kind(kind):
    (stream,) = read(np.ma.array([1, 0, 1], dtype=kind, mask=[0, 1, 0]))
    np.testing.assert_array_equal(stream.values, [1.0, NAN, 1.0])


@pytest.mark.parametrize(
    "column",
    [
        pa.array([2**64 - 1, None], pa.uint64()),
        pa.array([1.5, None], pa.float32()),
        pa.array([Decimal("1.1"), None]),
        pa.array([3, None], pa.int8()).dictionary_encode(),
        pl.Series([2**100, None], dtype=pl.Int128),
        pl.Series([Decimal("0.1"), None]),
        pd.Series([2**63, None], dtype="UInt64"),
        pd.Series([2**70, None], dtype=object),
        pd.Series([0.1, None], dtype=pd.ArrowDtype(pa.float64())),
        pd.Series([Decimal("0.1"), None], dtype=pd.ArrowDtype(pa.decimal128(5, 2))),
    ],
    ids=lambda column: (
        f"{type(column).__module__.split('.')[0]} {getattr(column, 'dtype', getattr(column, 'type', ''))}"
    ),
)
def test_every_kind_of_number_in_every_place(column):
    cells = column.to_pylist() if isinstance(column, pa.Array) else list(column)
    expected = [(float(cells[0])), NAN]
    frame = pa.table({"a": column}) if isinstance(column, pa.Array) else column.rename("a").to_frame()
    for container in (column, [column], {"a": column}, frame):
        np.testing.assert_array_equal(read(container)[0].values, expected)


@pytest.mark.parametrize("huge", [2**63, -(2**64), 10**30])
def test_whole_numbers_beyond_64_bits(huge):
    for container in (
        [huge, 1],
        np.array([huge, 1], dtype=object),
        pd.Series([huge, 1], dtype=object),
        pd.DataFrame({"a": [huge, 1]}),
        pd.DataFrame({"stream": ["a", "a"], "value": [huge, 1]}),
    ):
        assert read(container)[0].values.tolist() == [float(huge), 1.0]


@pytest.mark.parametrize(
    "container",
    [
        [1, 10**400],
        np.array([1, 10**400]),
        pd.Series([1, 10**400], dtype=object),
        pd.DataFrame({"a": pd.Series([1, 10**400], dtype=object)}),
        pd.DataFrame({"stream": ["a", "a"], "value": pd.Series([1, -(10**400)], dtype=object)}),
    ],
    ids=["list", "array", "series", "wide", "long"],
)
def test_whole_numbers_beyond_the_floats_are_an_error(container):
    message = refusal(container)
    assert "tick 1" in message
    assert "too large for a float" in message
    assert len(message) < 300


REFUSED = {
    "text of polars": (pl.Series(["1.5"]), "stream 0, tick 0: expected a number, got '1.5' (str)."),
    "dates of polars": (pl.Series("d", [dt.date(2024, 1, 2)]), "stream 0 'd', tick 0: expected a number"),
    "durations": (pd.DataFrame({"a": pd.to_timedelta([None, 60])}), "stream 0 'a', tick 1: column 'a' holds "),
    "complex numbers": (pa.table({"a": ["1j"]}), "stream 0 'a', tick 0: column 'a' holds '1j'"),
    "lists in a column": (pl.DataFrame({"a": [[1.0, 2.0]]}), "stream 0 'a', tick 0: column 'a' holds [1.0, 2.0]"),
    "truth in a column": (pl.DataFrame({"a": [None, True]}), "stream 0 'a', tick 1: column 'a' holds True"),
    "tensor elsewhere": (
        TensorElsewhere([1.0]),
        "streams: a TensorElsewhere cannot be read as an array (can't convert",
    ),
    "tensor of three dimensions": (Tensor(np.ones((1, 2, 3))), "streams: the array has shape (1, 2, 3)."),
    "tensor of one value": (Tensor(1.0), "streams: the array has shape ()."),
    "rows of a frame": (
        pd.DataFrame({"value": [1.0]}).itertuples(),
        "stream 0, tick 0: expected a number under 'x', got",
    ),
    "rows of iterrows": (pd.DataFrame({"value": [1.0]}).iterrows(), "stream 0, tick 1: expected a number, got "),
    "items of a frame": (pd.DataFrame({"value": [1.0]}).items(), "stream 0, tick 0: expected a number, got 'value'"),
    "keys": ({"a": [1.0]}.keys(), "streams: got the dict_keys of a mapping. Give the mapping itself."),
    "items": ({"a": [1.0]}.items(), "streams: got the dict_items of a mapping. Give the mapping itself."),
    "numbers by name": ({"a": 1.0, "b": 2.0}, "streams: expected a series under 'a', got 1.0."),
    "path": (Path("prices") / "x.csv", "streams: got the path 'prices/x.csv'. Read the file with load_streams(path)"),
    "bytes that can change": (bytearray(b"12"), "streams: got the text bytearray(b'12')."),
    "no rows left": (
        pl.DataFrame({"stream": ["a"], "value": [1.0]}).head(0),
        "frame: it has the columns 'stream', 'value'",
    ),
    "empty series": (pd.Series([], dtype=float), "stream 0: the stream is empty."),
    "empty series of streams": (
        pd.DataFrame({"stream": [], "value": []}).set_index("stream")["value"],
        "stream 0 'value'",
    ),
    "all null": (pa.array([None, None]), "stream 0: the stream is empty."),
    "all masked": (np.ma.masked_all(3), "stream 0: the stream is empty."),
    "ids that are lists": (
        pd.DataFrame({"stream": [["a"]], "value": [1.0]}),
        "frame, row 0: column 'stream' holds ['a']",
    ),
    "missing id of Arrow": (
        pa.table({"stream": ["a", None], "value": [1.0, 2.0]}),
        "frame, row 1: the id in column 'stream'",
    ),
    "missing id of an index": (
        pd.Series([1.0, 2.0], index=pd.Index([None, "a"], name="stream", dtype=object)),
        "frame, row 0: the id in column 'stream' is missing.",
    ),
    "one name twice, in Arrow": (pa.table([[1.0], [2.0]], names=["a", "a"]), "frame: several columns are called 'a'."),
    "frames of two columns": (
        {"day 1": pd.DataFrame({"gold": [1.0], "oil": [2.0]})},
        "stream 0 'day 1': its frame holds the columns 'gold', 'oil'. Give one column of values per stream.",
    ),
    "frames of two streams": (
        {"train": pd.DataFrame({"stream": ["a", "b"], "value": [1.0, 2.0]})},
        "stream 0 'train': its frame holds 2 streams, 'a', 'b'. ",
    ),
    "groups in no order": (
        pl.DataFrame({"s": ["a"], "x": [1.0]}).group_by("s"),
        "streams: these groups come in a different order",
    ),
}


@pytest.mark.parametrize(("container", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_said_in_a_sentence(container, words):
    assert refusal(container).startswith(words)


def test_ids_stay_the_text_they_are():
    ids = ["000", "0", "1.0", "True", "nan"]
    frame = pd.DataFrame({"stream": ids, "value": range(5)})
    for container in (
        frame,
        frame.set_index("stream"),
        frame.set_index("stream")["value"],
        pa.Table.from_pandas(frame),
    ):
        assert [stream.name for stream in read(container)] == ids


def test_messages_may_be_named_tuples_and_records():
    quote = namedtuple("Quote", "x volume")
    records = np.array([(1.0, 5), (2.0, 6)], dtype=[("x", "f8"), ("volume", "i4")])
    for container in ([quote(1.0, 5), quote(2.0, 6)], list(records), list(records.view(np.recarray))):
        assert named(container) == [(None, [1.0, 2.0])]


# Pairs of train and test


@pytest.mark.parametrize("name", ["load_streams", "reversed", "empty test", "crunch", "generators"])
def test_a_pair_of_lists_of_streams_asks_for_one(name):
    train, test = [Stream([1.0, 2.0], 0, "a")], [Stream([3.0], 0, "b")]
    pair = {
        "load_streams": (train, test),
        "reversed": [[], test],
        "empty test": (train, []),
        "crunch": ([[{"x": 1.0}], [{"x": 2.0}]], [[{"x": 3.0}]]),
        "generators": (iter([train, test])),
    }[name]
    message = refusal(pair)
    assert "list of streams itself" in message
    assert "give one of the two: x_train or x_test" in message


def test_lists_of_numbers_stay_streams():
    assert named(([1.0, 2.0], [3.0, 4.0])) == [(None, [1.0, 2.0]), (None, [3.0, 4.0])]
    assert named(([1.0, NAN], [None, 4.0]))[1][1][1] == 4.0


# The index


@pytest.mark.parametrize("name", ["ticker", "pair", None])
def test_an_index_that_may_say_the_stream_is_asked_about(name):
    index = pd.Index(["A", "B", "A"], name=name)
    for container in (pd.Series([1.0, 2.0, 3.0], index=index), pd.DataFrame({"bid": [1.0, 2.0, 3.0]}, index=index)):
        message = refusal(container)
        assert f"level {name or 'index'!r}" in message
        assert "call that level 'stream'" in message


def test_numbered_levels_of_several_are_asked_about():
    joined = pd.concat([pd.Series([1.0, 2.0]), pd.Series([3.0, 4.0])], keys=[0, 1])
    assert "level 'level_0'" in refusal(joined)
    assert named(joined.rename_axis(["stream", None])) == [("0", [1.0, 2.0]), ("1", [3.0, 4.0])]


def test_row_numbers_of_a_database_are_no_streams():
    frame = pd.DataFrame({"gold": [1.0, 2.0], "oil": [2.0, 3.0]}, index=pd.Index([17, 18], name="id"))
    assert named(frame) == [("gold", [1.0, 2.0]), ("oil", [2.0, 3.0])]
    assert named(frame["gold"]) == [("gold", [1.0, 2.0])]
    assert named(pd.Series([1.0, 2.0, 3.0], index=pd.Index([7, 7, 8], name="id"))) == [("7", [1.0, 2.0]), ("8", [3.0])]


@pytest.mark.parametrize("name", ["high low", "LOW END", "open interest"])
def test_a_word_of_bars_alone_makes_no_bars(name):
    assert [stream for stream, _ in named(pd.DataFrame({word: [1.0] for word in name.split()}))] == name.split()


def test_one_stream_cut_out_of_an_index_needs_no_question():
    frame = pd.DataFrame({"bid": [1.0, 2.0]}, index=pd.Index(["A", "A"], name="ticker"))
    assert named(frame) == [("bid", [1.0, 2.0])]


def test_a_column_counts_more_than_a_level_of_its_name():
    frame = pd.DataFrame({"stream": ["a", "b"], "value": [1.0, 2.0]}).set_index("stream", drop=False)
    assert named(frame) == [("a", [1.0]), ("b", [2.0])]


def test_several_prices_beside_an_index_of_streams_are_asked_about():
    frame = pd.DataFrame({"stream": ["a", "b"], "bid": [1.0, 2.0], "ask": [2.0, 3.0]}).set_index("stream")
    assert refusal(frame).endswith("Give value_column, one of 'bid', 'ask'.")
    streams, _ = load_streams(frame, value_column="ask")
    assert [(s.name, s.values.tolist()) for s in streams] == [("a", [2.0]), ("b", [3.0])]


def test_a_series_of_several_streams_can_be_loaded_too():
    series = pd.Series([1.0, 2.0], index=pd.Index(["b", "a"], name="stream"), name="mid")
    streams, test = load_streams(series)
    assert ([s.name for s in streams], test) == (["b", "a"], [])


# Bars


BARS = ["open", "high", "low", "close", "volume"]


@pytest.mark.parametrize(
    "columns",
    [
        BARS,
        [name.title() for name in BARS],
        ["Open", "High", "Low", "Close", "Adj Close", "Volume"],
        ["1. open", "2. high", "3. low", "4. close", "5. volume"],
        ["HIGH", "LOW", "CLOSE"],
        ["AAPL.Open", "AAPL.High", "AAPL.Low", "AAPL.Close"],
        ["close", "volume"],
        ["date", *BARS],
        ["time", "open", "high", "low", "close"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame, pa.table])
def test_bars_are_asked_which_is_the_price(columns, library):
    message = refusal(library({name: [1.0, 2.0] for name in columns}))
    price = next(name for name in columns if "close" in name.lower())
    assert "Which of them is the price?" in message
    assert f"value_column={price!r}" in message
    assert f"{price!r}]" in message


def test_bars_of_several_things_are_asked_too():
    frame = pd.DataFrame({"Symbol": ["A", "B"], **{name: [1.0, 2.0] for name in BARS}})
    assert "frame[['Symbol', 'close']]" in refusal(frame)
    assert "frame[['close']]" in refusal(frame.set_index("Symbol"))
    assert named(frame[["Symbol", "close"]]) == named(frame.set_index("Symbol")[["close"]])
    assert [s.values.tolist() for s in load_streams(frame, value_column="low")[0]] == [[1.0], [2.0]]


def test_bars_below_two_levels_of_columns_are_asked_too():
    of_price = pd.DataFrame(
        [[1.0] * 8], columns=pd.MultiIndex.from_product([["Open", "High", "Low", "Close"], ["A", "B"]])
    )
    assert "frame['Close']" in refusal(of_price)
    assert [name for name, _ in named(of_price["Close"])] == ["A", "B"]
    assert "frame.xs('Close', axis=1, level=1)" in refusal(of_price.swaplevel(axis=1))


def test_a_price_with_an_id_and_a_volume_is_plain():
    frame = pd.DataFrame({"symbol": ["A", "B"], "close": [1.0, 2.0], "volume": [9, 9]})
    assert named(frame) == [("A", [1.0]), ("B", [2.0])]


# Loading


def test_what_python_has_of_its_own_loads_no_library():
    code = (
        "import sys\n"
        "from midplot.streams._inputs import as_sources\n"
        "import numpy as np\n"
        "for given in ([1.0, None], [[1.0], (2.0,)], {'a': [1.0]}, np.ones(3), np.ma.ones(3), (x for x in [1.0])):\n"
        "    [source.read(None) for source in as_sources(given)]\n"
        "found = {'pandas', 'polars', 'pyarrow', 'narwhals'} & set(sys.modules)\n"
        "assert not found, found\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
