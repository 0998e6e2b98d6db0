"""The bands behind the price: from decision to resolution, never two of a colour on top of each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot.play._settings import ReplaySettings
from midplot.views.chart._bands import Bands, decision_bands

from .made import a_part, a_stream, busy_part


def pairs(bands):
    return list(zip(bands.first.tolist(), bands.last.tolist(), strict=True))


def bands_of(*edges):
    return Bands(np.array([a for a, _ in edges], dtype=np.int64), np.array([b for _, b in edges], dtype=np.int64))


def test_each_decision_has_a_band_to_its_resolution():
    account = a_stream(a_part(np.zeros(20), [0, 1, 0, 0, 0, -2, 0, 0, 0, 0.1] + 10 * [0], first_index=100))
    assert pairs(decision_bands(account, up=True)) == [(101, 104), (109, 112)]
    assert pairs(decision_bands(account, up=False)) == [(105, 108)]


def test_an_unresolved_decision_has_a_band_to_the_end_of_its_part():
    first = a_part(np.zeros(5), [0, 0, 0, 1, 0])
    second = a_part(np.zeros(8), [0, 1, 0], first_index=6, part=1, complete=False)
    assert pairs(decision_bands(a_stream(first, second), up=True)) == [(3, 4), (7, 8)]


def test_a_trading_lag_moves_the_resolution():
    lagging = ReplaySettings(horizon=3, with_trading_lag=True)
    account = a_stream(a_part(np.zeros(9), [1] + 8 * [0], settings=lagging))
    assert pairs(decision_bands(account, up=True)) == [(0, 4)]


def test_equal_to_a_hand_loop():
    part = busy_part(500, share=0.05, first_index=40)
    account = a_stream(part)
    for up in (True, False):
        expected = [(40 + t, min(40 + t + 3, 539)) for t, d in enumerate(part.replay.decisions) if d and (d > 0) == up]
        assert pairs(decision_bands(account, up=up)) == expected


def test_nothing_replayed_and_no_decisions():
    assert len(decision_bands(a_stream(), up=True).merged()) == 0
    x, y = decision_bands(a_stream(a_part(np.zeros(5))), up=False).merged().polygons()
    assert (len(x), len(y)) == (0, 0)


def test_overlapping_and_touching_bands_are_joined():
    assert pairs(bands_of((0, 30), (10, 40), (40, 50), (52, 60)).merged()) == [(0, 50), (52, 60)]


def test_a_band_within_another_does_not_shorten_it():
    assert pairs(bands_of((0, 50), (10, 20), (30, 35), (51, 60)).merged()) == [(0, 50), (51, 60)]


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 20)), max_size=40))
def test_merged_bands_cover_the_same_ticks_once(drawn):
    edges = sorted((first, first + length) for first, length in drawn)
    merged = bands_of(*edges).merged()
    covered = [tick for first, last in pairs(merged) for tick in range(first, last + 1)]
    assert covered == sorted({tick for first, last in edges for tick in range(first, last + 1)})


@given(st.lists(st.integers(2, 50), min_size=2, max_size=60), st.integers(1, 20))
def test_at_most_so_many_and_the_widest_gaps_stay(steps, at_most):
    first = np.cumsum(steps)
    bands = Bands(first, first + 1)
    merged = bands.merged(at_most)
    assert len(merged) <= max(at_most, 1)
    assert (merged.first[0], merged.last[-1]) == (first[0], first[-1] + 1)
    gaps = sorted(step - 1 for step in steps[1:])
    kept = sorted((merged.first[1:] - merged.last[:-1]).tolist())
    assert kept == gaps[len(gaps) - len(kept) :]


def test_thousands_of_bands_stay_bounded():
    account = a_stream(busy_part(100_000, share=0.1))
    assert len(decision_bands(account, up=True).merged()) == 1000


def test_polygons_follow_each_other_along_their_lower_edge():
    x, y = bands_of((3, 9), (12, 15)).polygons(0.1, 1.0)
    assert x.tolist() == [3, 3, 9, 9, 12, 12, 15, 15]
    assert y.tolist() == [0.1, 1.0, 1.0, 0.1] * 2


@pytest.mark.parametrize("n", [0, 1, 5])
def test_polygons_have_four_points_a_band(n):
    x, y = bands_of(*((10 * i, 10 * i + 5) for i in range(n))).polygons()
    assert len(x) == len(y) == 4 * n
