"""The decimals of a column: its points are below each other, and no more digits are written than it takes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot.views.trades._decimals import decimals_of, in_column

GRIDS = st.sampled_from([1, 2, 4, 8, 16, 32, 64, 10, 100, 1000])


def column(*numbers, **options):
    return in_column(np.array(numbers, dtype=np.float64), **options)


def places(text):
    return len(text.partition(".")[2])


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40), st.booleans())
def test_all_numbers_of_a_column_have_as_many_decimals(numbers, sign):
    texts = column(*numbers, sign=sign)
    if decimals_of(np.array(numbers)) is not None:
        assert len({places(text) for text in texts}) == 1


@given(GRIDS, st.lists(st.integers(-500_000, 500_000), min_size=1, max_size=40))
def test_prices_on_a_grid_are_written_exactly_and_without_a_zero_that_all_have(grid, steps):
    numbers = [step / grid for step in steps]
    texts = column(*numbers)
    assert [float(text) for text in texts] == numbers
    fewest = min(d for d in range(12) if all(round(number, d) == number for number in numbers))
    assert places(texts[0]) == fewest


@given(st.lists(st.floats(0.5, 5000.0), min_size=2, max_size=40, unique=True))
def test_other_prices_are_told_apart_if_ten_digits_suffice(numbers):
    texts = column(*numbers)
    whole = math.floor(math.log10(max(numbers))) + 1
    apart = {f"{number:.{10 - whole}f}" for number in numbers}
    assert len(set(texts)) == len(apart)
    assert all(
        abs(float(text) - number) <= 0.5 * 10.0 ** -places(text) + 1e-9
        for text, number in zip(texts, numbers, strict=True)
    )


@pytest.mark.parametrize(
    ("numbers", "texts"),
    [
        ((4108.0, 4104.875, 4104.96875), ["4108.00000", "4104.87500", "4104.96875"]),
        ((4108.0, 4105.0), ["4108", "4105"]),
        ((0.1 + 0.2, 1.0), ["0.3", "1.0"]),  # what computing leaves behind the last digit is no decimal
        ((1 / 3, 2 / 3), ["0.333333", "0.666667"]),
        ((1000 / 3, 1000 / 3 + 1e-6), ["333.333333", "333.333334"]),  # as many as tell them apart, and no more
        ((12345678.25, 1.5), ["12345678.25", "1.50"]),
        ((3e-9, 2e-9), ["3e-09", "2e-09"]),
        ((0.0, 0.0), ["0", "0"]),
        ((math.nan, 2.5, math.inf), ["–", "2.5", "∞"]),
        ((), []),
    ],
)
def test_a_column(numbers, texts):
    assert column(*numbers) == texts


def test_amounts_have_signs_and_nothing_has_none():
    assert column(0.0975, -2.5, 0.0, math.nan, sign=True) == ["+0.0975", "-2.5000", "0.0000", "–"]
    # Too small for the column: neither a gain nor a loss can be seen.
    assert column(1e6 / 3, 1e-9, -1e-9, sign=True) == ["+333333.3333", "0.0000", "0.0000"]
