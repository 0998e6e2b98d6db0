"""Arrays on a page: what is unpacked is what was packed, to the last digit."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot.views.pages._packed import packed, packed_indices


def unpacked(array):
    """Unpack value by value, as a person would from the description."""
    kind, data, *whole = array
    values = np.frombuffer(base64.b64decode(data), f"<{kind}").astype(np.float64).tolist()
    if not whole:
        return values
    total, unit, scale, *gaps = whole
    found = []
    for step in values:
        total += step
        found.append(total * unit / scale)
    for place in gaps[0] if gaps else []:
        found[place] = np.nan
    return found


@pytest.mark.parametrize(
    "values",
    [
        [],
        [0.0],
        [np.nan],
        [np.nan, 1.25, np.nan, np.nan, 1.5],
        [15000.25, 15000.0, 14999.75, 20000.5],
        [1281.05, 1281.1, 1281.07],
        [0.1 + 0.2, 1 / 3],
        [1e300, -1e300],
        [np.inf, 1.0],
        [-0.5, 97_345.12, 2**40 + 0.5],
    ],
)
def test_nothing_is_lost(values):
    array = np.array(values, dtype=np.float64)
    np.testing.assert_array_equal(unpacked(packed(array)), array)


@given(st.lists(st.floats(width=64), max_size=20), st.integers(0, 9))
def test_nothing_is_lost_of_any_values_rounded_or_not(values, decimals):
    array = np.array(values, dtype=np.float64)
    with np.errstate(all="ignore"):
        for each in (array, np.round(array, decimals)):
            np.testing.assert_array_equal(unpacked(packed(each)), each)


def test_prices_on_a_grid_of_ticks_take_one_byte_each():
    prices = 15000 + 0.25 * np.cumsum(np.random.default_rng(0).integers(-9, 9, 1000))
    kind, data, *_ = packed(prices)
    assert (kind, len(base64.b64decode(data))) == ("i1", 1000)


def test_indices_are_exact_however_far_they_are_apart():
    index = np.array([0, 1, 2**31, 2**40], dtype=np.int64)
    assert unpacked(packed_indices(index)) == index.tolist()


def test_lines_of_single_precision_stay_as_they_are():
    line = np.array([0.1, np.nan, 3.0], dtype=np.float32)
    np.testing.assert_array_equal(np.array(unpacked(packed(line)), dtype=np.float32), line)
