"""The numbers along an axis: round, within it, evenly spaced, and never two that read the same."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot.views.still._ticks import tick_texts, ticks

NUMBERS = st.floats(-1e9, 1e9, allow_subnormal=False)


def number(text):
    return float(text.replace("−", "-").replace(",", ""))


@given(low=NUMBERS, width=st.floats(1e-3, 1e9), at_most=st.integers(2, 12))
def test_are_round_and_inside_and_say_what_they_are(low, width, at_most):
    high = low + width
    values = ticks(low, high, at_most)
    assert len(values) <= at_most
    assert all(low <= each <= high for each in values)
    steps = {float(Fraction(str(b)) - Fraction(str(a))) for a, b in itertools.pairwise(values)}
    assert len(steps) <= 1
    assert {f"{step:e}".strip("0")[0] for step in steps} <= {"1", "2", "5"}
    texts = tick_texts(values)
    assert len(set(texts)) == len(texts)
    assert [number(text) for text in texts] == pytest.approx(values, rel=1e-12, abs=1e-12)


@given(low=st.integers(0, 10**7), width=st.integers(3, 10**7))
def test_indices_are_whole_and_there_are_always_two(low, width):
    values = ticks(low - 0.5, low + width + 0.5, 9, whole=True)
    assert len(values) >= 2
    assert all(each == int(each) for each in values)


@given(st.floats(1e-3, 1e6), st.floats(-1e6, 1e6))
def test_a_range_is_never_without_a_number(width, low):
    assert ticks(low, low + width, 4)


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (4094.2, 4112.9, ["4,095", "4,100", "4,105", "4,110"]),
        (-0.31, 0.29, ["−0.3", "−0.2", "−0.1", "0.0", "0.1", "0.2"]),
        (1.23451, 1.23459, ["1.23452", "1.23454", "1.23456", "1.23458"]),
        (0.0, 4e-9, ["0", "1e-09", "2e-09", "3e-09", "4e-09"]),
        (0.0, 3.2e300, ["0", "1e+300", "2e+300", "3e+300"]),
    ],
)
def test_are_written_as_a_reader_expects(low, high, texts):
    assert tick_texts(ticks(low, high, 6)) == texts


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0), (0.0, float("inf"))])
def test_a_range_without_a_width_has_none(low, high):
    assert ticks(low, high, 5) == []
    assert tick_texts([]) == []


def test_one_number_alone_keeps_its_decimals():
    assert tick_texts([1.6]) == ["1.6"]
    assert tick_texts([0.0]) == ["0"]


def test_the_largest_range_of_floats_does_not_overflow():
    values = ticks(-1.7e308, 1.7e308, 5)
    assert values[0] < 0.0 < values[-1]
    assert len(set(tick_texts(values))) == len(values)
