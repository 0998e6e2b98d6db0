"""A stream is a checked, read-only run of numbers; its slices and gaps become parts with original indices."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot.errors import MidplotError, StreamError
from midplot.streams._stream import Stream, cut_into_parts

NAN = float("nan")


def shown(parts):
    return [(part.part, part.first_index, part.warmup, part.values.tolist()) for part in parts]


@pytest.mark.parametrize(
    "values",
    [
        [1, 2.5, 3],
        (1, 2.5, 3),
        np.array([1, 2.5, 3], dtype=np.float32),
        np.array([1, 2.5, 3], dtype=object),
        [Decimal(1), Decimal("2.5"), 3],
        pd.Series([1, 2.5, 3], dtype="Float64"),
    ],
    ids=lambda values: type(values).__name__,
)
def test_values_become_float64_and_read_only(values):
    stream = Stream(values)
    assert stream.values.dtype == np.float64
    assert stream.values.tolist() == [1.0, 2.5, 3.0]
    with pytest.raises(ValueError, match="read-only"):
        stream.values[0] = 9.0


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], ["empty", "Give at least one number"]),
        ([NAN, NAN], ["empty", "not NaN"]),
        ([1.0, float("inf")], ["tick 1", "inf", "NaN where there is a gap"]),
        ([-np.inf], ["tick 0", "-inf"]),
        ([1.0, "2"], ["tick 1", "'2'", "Give a run of numbers"]),
        (np.array(["1", "2"]), ["tick 0", "'1'"]),
        ([1.0, b"2"], ["tick 1", "b'2'"]),
        ([1.0, 2j], ["tick 1", "2j"]),
        (np.array(["2020-01-01"], dtype="M8[ns]"), ["tick 0", "2020-01-01"]),
        (np.array([5], dtype="m8[s]"), ["tick 0", "5"]),
        ([1, 10**400], ["too large"]),
        ([{"x": 1.0}], ["not numbers", "dict"]),
        ([[1.0], [1.0, 2.0]], ["not numbers"]),
        ([[1.0, 2.0]], ["shape (1, 2)", "one-dimensional"]),
        (3.0, ["shape ()"]),
        ("123", ["shape ()"]),
    ],
)
def test_what_is_no_run_of_numbers_is_refused(values, words):
    with pytest.raises(StreamError) as caught:
        Stream(values, stream_id=3, name="eurusd")
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, MidplotError)
    for word in ["stream 3 'eurusd'", *words]:
        assert word in str(caught.value)


@pytest.mark.parametrize("warmup", [-1, 3])
def test_a_warmup_must_fit(warmup):
    with pytest.raises(StreamError, match=rf"stream 0: a warm-up of {warmup} does not fit in 2 values\. Give"):
        Stream([1.0, 2.0], warmup=warmup)


def test_a_stream_iterates_as_messages_gaps_included():
    stream = Stream([1.0, NAN, 3.0])
    messages = list(stream)
    assert [list(message) for message in messages] == [["x"]] * 3
    np.testing.assert_array_equal([message["x"] for message in messages], stream.values)
    assert len(stream) == 3


@pytest.mark.parametrize(
    ("stream", "text"),
    [
        (Stream([1.0]), "Stream(stream_id=0, 1 point)"),
        (Stream([NAN, 1.0, NAN], 2), "Stream(stream_id=2, 3 points)"),
        (Stream([1.0, NAN, 1.0], name="a"), "Stream(stream_id=0, name='a', 3 points, 1 gap)"),
        (Stream([1.0, NAN, NAN, 1.0, NAN, 1.0]), "Stream(stream_id=0, 6 points, 2 gaps)"),
    ],
)
def test_repr(stream, text):
    assert repr(stream) == text


GAPPY = Stream([0.0, 1.0, 2.0, NAN, NAN, 5.0, 6.0, 7.0, NAN, 9.0], stream_id=4, name="g")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), [(0, 0, 0, [0, 1, 2]), (1, 5, 0, [5, 6, 7]), (2, 9, 0, [9])]),
        ((6,), [(1, 6, 0, [6, 7]), (2, 9, 0, [9])]),
        ((6, 9), [(1, 6, 0, [6, 7])]),
        ((6, 7, 1), [(1, 5, 1, [5, 6])]),
        ((6, 7, 4), [(1, 5, 1, [5, 6])]),  # the part before the gap would be all warm-up
        ((2, 6, 1), [(0, 1, 1, [1, 2]), (1, 5, 0, [5])]),
        ((3, 5), []),
        ((10,), []),
        ((0, 99), [(0, 0, 0, [0, 1, 2]), (1, 5, 0, [5, 6, 7]), (2, 9, 0, [9])]),
    ],
)
def test_slices_and_gaps_keep_original_indices(arguments, expected):
    assert shown(cut_into_parts(GAPPY, *arguments)) == expected


def test_a_part_knows_its_stream():
    first, second, _ = cut_into_parts(GAPPY)
    assert (second.stream_id, second.name) == (4, "g")
    assert first.label == "stream 4 'g'"
    assert second.label == "stream 4 'g', part 1"
    assert [second.index_of(tick) for tick in range(3)] == [5, 6, 7]


def test_the_parts_of_a_stream_are_streams_at_their_offsets():
    parts = Stream([1.0, NAN, 2.0, 3.0], stream_id=1, name="a", offset=100, warmup=3).parts()
    assert [(p.stream_id, p.name, p.offset, p.warmup, p.values.tolist()) for p in parts] == [
        (1, "a", 102, 1, [2.0, 3.0])
    ]


def parts_by_hand(stream, start_index, stop_index, warmup):
    """The rule of `cut_into_parts`, an index at a time."""
    length = len(stream.values)
    scored_from = max(start_index - stream.offset, stream.warmup)
    fed_from = scored_from - max(warmup, stream.warmup)
    fed_to = length if stop_index is None else stop_index - stream.offset
    runs = [list(run) for is_gap, run in groupby(range(length), lambda i: np.isnan(stream.values[i])) if not is_gap]
    found = []
    for number, run in enumerate(runs):
        fed = [i for i in run if fed_from <= i < fed_to]
        scored = [i for i in fed if i >= scored_from]
        if scored:
            values = [float(stream.values[i]) for i in fed]
            found.append((number, stream.offset + fed[0], len(fed) - len(scored), values))
    return found


@given(st.data())
def test_parts_equal_those_cut_by_hand(data):
    values = data.draw(st.lists(st.sampled_from([NAN, 1.0, 2.0, 3.0]), min_size=1, max_size=20))
    values.append(4.0)
    offset, own = data.draw(st.sampled_from([0, 7])), data.draw(st.integers(0, len(values)))
    stream = Stream(values, offset=offset, warmup=own)
    start, warmup = data.draw(st.integers(0, 30)), data.draw(st.integers(0, 30))
    stop = data.draw(st.none() | st.integers(start, 40))
    assert shown(cut_into_parts(stream, start, stop, warmup)) == parts_by_hand(stream, start, stop, warmup)
