"""Everything that is accepted as streams becomes the right sources, and is read once and only as far as needed."""

from __future__ import annotations

from collections import OrderedDict, deque
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from midplot.errors import ArgumentError, ArgumentTypeError, MidplotError, StreamError
from midplot.streams._inputs import as_sources, selected
from midplot.streams._stream import Stream

NAN = float("nan")


class Message:
    """As the crunch CLI gives it: read-only, no length."""

    __slots__ = ("x",)

    def __init__(self, x):
        object.__setattr__(self, "x", x)

    def __setattr__(self, name, value):
        raise AttributeError(name)

    def __getitem__(self, key):
        if key != "x":
            raise KeyError(key)
        return self.x


class IterableMessage(Message):
    def __iter__(self):
        return iter(["x"])


def read(streams, stop_index=None):
    return [source.read(stop_index) for source in as_sources(streams)]


def shown(streams):
    return [(s.stream_id, s.name, s.values.tolist()) for s in streams]


ONE = [(0, None, [1.0, 2.0, 3.0])]
TWO = [(0, None, [1.0, 2.0]), (1, None, [3.0, 4.0])]
NAMED = [(0, "a", [1.0, 2.0]), (1, "b", [3.0, 4.0])]
MESSAGES = [{"x": 1}, {"x": 2}, {"x": 3}]
WIDE = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
LONG = pd.DataFrame({"id": ["a", "b", "a", "b"], "value": [1, 3, 2, 4]})

ACCEPTED = {
    # one stream
    "list of numbers": ([1, 2.0, np.float32(3)], ONE),
    "tuple": ((1, 2, 3), ONE),
    "deque": (deque([1, 2, 3]), ONE),
    "range": (range(1, 4), ONE),
    "generator": ((x for x in (1, 2, 3)), ONE),
    "map": (map(float, "123"), ONE),
    "list of dicts": (MESSAGES, ONE),
    "generator of dicts": (iter(MESSAGES), ONE),
    "read-only mappings": ([MappingProxyType(m) for m in MESSAGES], ONE),
    "messages with more keys": ([{"t": 0, "x": x} for x in (1, 2, 3)], ONE),
    "message objects": ([Message(x) for x in (1, 2, 3)], ONE),
    "iterable message objects": ([IterableMessage(x) for x in (1, 2, 3)], ONE),
    "messages of numpy scalars": ([{"x": np.int16(x)} for x in (1, 2, 3)], ONE),
    "kinds of numbers": ([Fraction(1), Decimal(2), np.array(3)], ONE),
    "booleans": ([True, np.False_], [(0, None, [1.0, 0.0])]),
    "1-D array": (np.array([1, 2, 3]), ONE),
    "1-D array of objects": (np.array([1, Decimal(2), 3.0], dtype=object), ONE),
    "1-D array of messages": (np.array(MESSAGES), ONE),
    "series": (pd.Series([1, 2, 3]), ONE),
    "series of messages": (pd.Series(MESSAGES), ONE),
    "named series": (pd.Series([1.0, 2.0], name="a"), NAMED[:1]),
    "Stream": (Stream([1.0, 2.0], stream_id=5, name="a"), NAMED[:1]),
    "frame of one column": (WIDE[["a"]], NAMED[:1]),
    # several
    "list of lists": ([[1, 2], [3, 4]], TWO),
    "list of messages": ([[{"x": 1}, {"x": 2}], iter([Message(3), Message(4)])], TWO),
    "generator of generators": (((x for x in pair) for pair in ([1, 2], [3, 4])), TWO),
    "list of ranges": ([range(1, 3), range(3, 5)], TWO),
    "2-D array": (np.array([[1, 2], [3, 4]], dtype=np.uint8), TWO),
    "2-D array of objects": (np.array([[1, Decimal(2)], [3, 4]], dtype=object), TWO),
    "list of arrays": ([np.array([1, 2]), np.array([3, 4])], TWO),
    "array of arrays": (np.array([np.array([1, 2]), [3, 4], None], dtype=object)[:2], TWO),
    "mixed kinds of streams": ([np.array([1, 2]), (3, 4)], TWO),
    "list of series": ([pd.Series([1, 2], name="a"), pd.Series([3, 4], name="b")], NAMED),
    "list of Streams": ([Stream([1.0, 2.0], 7, "a"), Stream([3.0, 4.0], 7, "b")], NAMED),
    "wide frame": (WIDE, NAMED),
    "long frame": (LONG, NAMED),
    "mapping": ({"a": [1, 2], "b": iter([{"x": 3}, {"x": 4}])}, NAMED),
    "mapping of Streams and series": ({"a": Stream([1.0, 2.0], 9, "z"), "b": pd.Series([3, 4], name="y")}, NAMED),
    "ordered mapping": (OrderedDict(a=np.array([1, 2]), b=(3, 4)), NAMED),
    "mapping of numbered streams": ({7: [1, 2]}, [(0, "7", [1.0, 2.0])]),
    "two lengths": ([[1], [2, 3]], [(0, None, [1.0]), (1, None, [2.0, 3.0])]),
}


@pytest.mark.parametrize(("streams", "expected"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(streams, expected):
    assert shown(read(streams)) == expected


@pytest.mark.parametrize(
    "series",
    [
        pd.Series([1, None, 3], dtype="Int64"),
        pd.Series([1, None, 3], dtype="Float32"),
        pd.Series([1, None, 3], dtype="int64[pyarrow]"),
        pd.Series([1.0, None, 3.0], dtype="float64[pyarrow]"),
        pd.Series([1, None, 3], dtype=object),
        pd.Series([1, pd.NA, 3], dtype=object),
        pd.Series([1.0, NAN, 3.0]),
    ],
    ids=lambda series: str(series.dtype),
)
@pytest.mark.parametrize("as_frame", [False, True])
def test_what_pandas_calls_missing_is_a_gap(series, as_frame):
    (stream,) = read(series.to_frame("a") if as_frame else series)
    np.testing.assert_array_equal(stream.values, [1.0, NAN, 3.0])


def test_a_booleans_series_is_numbers_and_its_missing_values_are_gaps():
    (stream,) = read(pd.Series([True, None, False], dtype="boolean"))
    np.testing.assert_array_equal(stream.values, [1.0, NAN, 0.0])


REFUSED = {
    "empty list": ([], ["streams:", "empty", "Give at least one stream"]),
    "empty generator": (iter(()), ["streams:", "empty"]),
    "empty mapping": ({}, ["streams:", "mapping is empty"]),
    "empty array": (np.empty(0), ["shape (0,)"]),
    "array without rows": (np.empty((0, 3)), ["shape (0, 3)"]),
    "array without columns": (np.empty((3, 0)), ["shape (3, 0)"]),
    "3-D array": (np.ones((2, 2, 2)), ["streams:", "shape (2, 2, 2)", "one row per stream"]),
    "0-D array": (np.array(1.0), ["shape ()"]),
    "empty stream": ([[1.0], []], ["stream 1", "empty"]),
    "stream of gaps": ([[NAN, NAN]], ["stream 0", "empty", "not NaN"]),
    "empty range": (range(0), ["stream 0", "empty"]),
    "empty frame": (pd.DataFrame(), ["no columns"]),
    "text": ("prices.csv", ["streams:", "'prices.csv'", "load_streams"]),
    "bytes": (b"12", ["streams:", "b'12'"]),
    "number": (5, ["streams:", "got 5 (int)"]),
    "None": (None, ["streams:", "None"]),
    "set": ({1.0, 2.0}, ["set has no order", "Give a list"]),
    "set in a list": ([{1.0, 2.0}], ["stream 0", "ordered"]),
    "text in a list": (["abc"], ["stream 0, tick 0", "'abc'"]),
    "text among numbers": ([1.0, "2", 3.0], ["stream 0, tick 1", "'2' (str)", "Give a number"]),
    "text among streams": ([[1.0], "2"], ["stream 1", "'2'", "not both"]),
    "number among streams": ([[1.0], 2.0], ["stream 1", "2.0", "not both"]),
    "stream among numbers": ([1.0, [2.0]], ["stream 0, tick 1", "[2.0] (list)"]),
    "complex": ([1.0, 2j], ["stream 0, tick 1", "2j"]),
    "inf": ([[1.0], [1.0, float("inf")]], ["stream 1, tick 1", "inf", "NaN where there is a gap"]),
    "-inf in an array": (np.array([[1.0, -np.inf]]), ["stream 0, tick 1", "-inf"]),
    "huge int": ([1, 10**400], ["stream 0, tick 1", "too large", "Scale"]),
    "signalling NaN": ([Decimal("sNaN")], ["stream 0, tick 0", "not a number"]),
    "text array": (np.array(["1", "2"]), ["stream 0, tick 0", "'1'"]),
    "complex array": (np.array([1j]), ["stream 0, tick 0", "1j"]),
    "date array": (np.array(["2020-01-01"], dtype="M8[D]"), ["stream 0, tick 0", "2020-01-01"]),
    "date series": (pd.Series(pd.to_datetime(["2020-01-01"])), ["stream 0, tick 0", "2020-01-01"]),
    "text series": (pd.Series(["a"], name="n"), ["stream 0 'n', tick 0", "'a'"]),
    "2-D array in a list": ([np.ones((2, 2))], ["stream 0", "shape (2, 2)"]),
    "one message": ({"x": 1.0}, ["under 'x'", "1.0", "list of messages"]),
    "mapping to text": ({"a": "123"}, ["under 'a'", "'123'"]),
    "message without x": ([{"x": 1}, {"price": 2}], ["stream 0, tick 1", "['price']", "Rename the key 'price' to 'x'"]),
    "message with other keys": ([{"a": 1, "b": 2}], ["tick 0", "['a', 'b']", "Put the value under the key 'x'"]),
    "empty message": ([{}], ["tick 0", "keys []"]),
    "message of text": ([[{"x": 1}], [{"x": "1"}]], ["stream 1, tick 0", "'1' (str)"]),
    "message of None alone": ([{"x": None}], ["stream 0", "empty", "not NaN"]),
    "message object of text": ([Message("1")], ["stream 0, tick 0", "'1' (str)"]),
    "message of a list": ([{"x": [1.0]}], ["stream 0, tick 0", "[1.0] (list)"]),
}


@pytest.mark.parametrize(("streams", "words"), REFUSED.values(), ids=REFUSED)
def test_refused(streams, words):
    with pytest.raises(StreamError) as caught:
        read(streams)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, MidplotError)
    for word in words:
        assert word in str(caught.value)


class Counting:
    """A one-shot iterable that counts what is pulled of it."""

    def __init__(self, items):
        self.items = iter(items)
        self.pulled = 0

    def __iter__(self):
        return self

    def __next__(self):
        item = next(self.items)
        self.pulled += 1
        return item


@pytest.mark.parametrize("stop_index", [1, 3, 10])
@pytest.mark.parametrize("make", [lambda x: x, lambda x: {"x": x}], ids=["numbers", "messages"])
@pytest.mark.parametrize("put", [lambda s: s, lambda s: [s], lambda s: {"a": s}], ids=["alone", "in a list", "named"])
def test_a_one_shot_stream_is_read_only_as_far_as_asked(stop_index, make, put):
    counting = Counting(make(float(x)) for x in range(10))
    (stream,) = read(put(counting), stop_index)
    assert stream.values.tolist() == list(range(stop_index))
    assert counting.pulled == stop_index


def test_telling_streams_apart_reads_none_of_them():
    streams = [Counting([1.0]), Counting([2.0])]
    sources = as_sources(streams)
    assert [s.pulled for s in streams] == [0, 0]
    assert sources[1].read(None).values.tolist() == [2.0]
    assert [s.pulled for s in streams] == [0, 1]


def test_an_endless_stream_can_be_replayed_up_to_a_stop():
    def endless():
        while True:
            yield 1.0

    (stream,) = read(endless(), 4)
    assert len(stream) == 4


@pytest.mark.parametrize(
    "streams",
    [[NAN, NAN, 1.0], np.array([NAN, NAN, 1.0]), [(NAN, NAN, 1.0)], pd.Series([NAN, NAN, 1.0])],
    ids=lambda streams: type(streams).__name__,
)
def test_a_stop_inside_the_first_gap_is_no_fault_of_the_stream(streams):
    (stream,) = read(streams, 2)
    assert stream.values[-1] == 1.0


SOURCES = as_sources({"eurusd": [1.0], "gbpusd": [2.0], "usdjpy": [3.0]})


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (None, [0, 1, 2]),
        (1, [1]),
        (np.int64(1), [1]),
        ("gbpusd", [1]),
        ([2, 0], [0, 2]),
        ((0, "usdjpy"), [0, 2]),
        ({"eurusd", 0}, [0]),
        (range(1, 3), [1, 2]),
        (np.array([0, 2]), [0, 2]),
        ((i for i in [0]), [0]),
    ],
)
def test_only_stream_ids(only, expected):
    assert [source.stream_id for source in selected(SOURCES, only)] == expected


@pytest.mark.parametrize(
    ("only", "error", "words"),
    [
        (3, ArgumentError, ["there is no stream 3", "There are ids 0 to 2, named eurusd, gbpusd, usdjpy"]),
        (-1, ArgumentError, ["there is no stream -1"]),
        ([0, 9], ArgumentError, ["there is no stream 9"]),
        ("eurused", ArgumentError, ["'eurused'", "Did you mean 'eurusd'?", "ids 0 to 2"]),
        ([], ArgumentError, ["it is empty", "Name a stream"]),
        (1.0, ArgumentTypeError, ["1.0 (float)", "position of a stream or its name"]),
        (True, ArgumentTypeError, ["True (bool)"]),
        ([None], ArgumentTypeError, ["None"]),
    ],
)
def test_only_stream_ids_that_do_not_exist(only, error, words):
    with pytest.raises(error) as caught:
        selected(SOURCES, only)
    for word in ["only_stream_ids:", *words]:
        assert word in str(caught.value)


def test_of_many_names_the_first_are_listed():
    sources = as_sources({f"s{i}": [1.0] for i in range(25)})
    with pytest.raises(ArgumentError, match=r"ids 0 to 24, named s0, .*, s19 and 5 more\."):
        selected(sources, 99)


def test_streams_without_names_are_listed_by_id():
    with pytest.raises(ArgumentError, match=r"There are ids 0 to 1\.$"):
        selected(as_sources([[1.0], [2.0]]), "a")
