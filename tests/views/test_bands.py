"""The bands behind the price: from decision to resolution, never two of a colour on top of each other."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot.play._settings import ReplaySettings
from midplot.views.chart._bands import DOWN_REACH, UP_REACH, Bands, decision_bands
from midplot.views.chart.growth._runs import Runs

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
        expected = []
        for t, decision in enumerate(part.replay.decisions):
            if decision and (decision > 0) == up:
                if expected and 40 + t <= expected[-1][1]:
                    expected[-1][1] = min(40 + t + 3, 539)
                else:
                    expected.append([40 + t, min(40 + t + 3, 539)])
        assert [list(pair) for pair in pairs(decision_bands(account, up=up))] == expected


def test_nothing_replayed_and_no_decisions():
    assert len(decision_bands(a_stream(), up=True)) == 0
    x, y = decision_bands(a_stream(a_part(np.zeros(5))), up=False).polygons()
    assert (len(x), len(y)) == (0, 0)


def runs_of(*edges, cut=0):
    """Return runs to which bands are added in two steps."""
    runs = Runs()
    for some in (edges[:cut], edges[cut:]):
        bands = bands_of(*some)
        runs.add(bands.first, bands.last)
    return runs


def joined(runs, low=-np.inf, high=np.inf, last=10**9, at_most=1000):
    return pairs(Bands(*runs.within(low, high, last, at_most)))


@pytest.mark.parametrize("cut", range(5))
def test_overlapping_and_touching_bands_are_joined(cut):
    assert joined(runs_of((0, 30), (10, 40), (40, 50), (52, 60), cut=cut)) == [(0, 50), (52, 60)]


@given(st.lists(st.tuples(st.integers(1, 9), st.just(5)), max_size=40), st.integers(0, 40), st.data())
def test_joined_bands_cover_the_same_ticks_once(drawn, cut, data):
    """As a loop over ticks says, whatever is visible and however much is known yet."""
    first = np.cumsum([step for step, _ in drawn]).tolist()
    edges = [(each, each + 5) for each in first]
    last = data.draw(st.integers(0, 400))
    low = data.draw(st.integers(0, 200))
    high = low + data.draw(st.integers(0, 200))
    covered = [
        tick for first, end in joined(runs_of(*edges, cut=cut), low, high, last) for tick in range(first, end + 1)
    ]
    assert len(covered) == len(set(covered))
    expected = {t for first, end in edges if first <= last for t in range(first, min(end, last) + 1)}
    assert {t for t in covered if low <= t <= high} == {t for t in expected if low <= t <= high}
    assert set(covered) <= expected


@given(st.lists(st.integers(2, 50), min_size=2, max_size=80), st.integers(1, 20), st.integers(0, 80))
def test_at_most_so_many_and_the_widest_gaps_stay(steps, at_most, cut):
    first = np.cumsum(steps).tolist()
    kept = joined(runs_of(*((each, each + 1) for each in first), cut=cut), at_most=at_most)
    assert len(kept) <= max(at_most, 1)
    assert (kept[0][0], kept[-1][1]) == (first[0], first[-1] + 1)
    gaps = sorted(step - 1 for step in steps[1:] if step > 2 or step - 1 > 0)
    left = sorted(after[0] - before[1] for before, after in itertools.pairwise(kept))
    assert left == gaps[len(gaps) - len(left) :]
    for each in first:
        assert any(begin <= each and each + 1 <= end for begin, end in kept)


def test_thousands_of_bands_stay_bounded():
    account = a_stream(busy_part(100_000, share=0.1))
    assert len(decision_bands(account, up=True)) == 1000


def test_polygons_follow_each_other_along_their_lower_edge():
    x, y = bands_of((3, 9), (12, 15)).polygons(0.1, 1.0)
    assert x.tolist() == [3, 3, 9, 9, 12, 12, 15, 15]
    assert y.tolist() == [0.1, 1.0, 1.0, 0.1] * 2


@pytest.mark.parametrize("n", [0, 1, 5])
def test_polygons_have_four_points_a_band(n):
    x, y = bands_of(*((10 * i, 10 * i + 5) for i in range(n))).polygons()
    assert len(x) == len(y) == 4 * n


def test_bands_of_both_directions_are_equally_high_and_never_cover_each_other():
    (low, middle), (also_middle, high) = DOWN_REACH, UP_REACH
    assert (low, high) == (0.0, 1.0)
    assert middle == also_middle == (low + high) / 2
