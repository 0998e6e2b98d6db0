"""Which points are drawn: exact indices, nothing that sticks out is lost, and gaps stay gaps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from midplot.errors import ArgumentError
from midplot.views.chart._thin import thinned

prices = st.floats(allow_nan=False)
lines = arrays(np.float64, st.integers(1, 400), elements=prices)
gappy_lines = arrays(np.float64, st.integers(1, 400), elements=prices | st.just(np.nan))
budgets = st.integers(4, 120)


@st.composite
def ranges(draw, values):
    line = draw(values)
    first = draw(st.integers(0, len(line) - 1))
    return line, first, draw(st.integers(first, len(line) - 1))


@given(ranges(lines), budgets)
def test_keeps_ends_and_extremes_of_the_range_and_the_budget(ranged, n_out):
    line, first, last = ranged
    picked = thinned(line, first, last, n_out)
    window = line[first : last + 1]
    assert picked.dtype == np.int64
    assert (np.diff(picked) > 0).all()
    assert (picked[0], picked[-1]) == (first, last)
    assert line[picked].min() == window.min()
    assert line[picked].max() == window.max()
    assert len(picked) <= n_out


@given(ranges(gappy_lines), budgets)
def test_keeps_ends_and_extremes_where_there_are_gaps(ranged, n_out):
    line, first, last = ranged
    picked = thinned(line, first, last, n_out)
    window = line[first : last + 1]
    assert (np.diff(picked) > 0).all()
    assert (picked[0], picked[-1]) == (first, last)
    assert len(picked) <= n_out + 2
    if not np.isnan(window).all():
        assert np.nanmin(line[picked]) == np.nanmin(window)
        assert np.nanmax(line[picked]) == np.nanmax(window)


@given(ranges(gappy_lines))
def test_short_ranges_are_drawn_whole(ranged):
    line, first, last = ranged
    assert thinned(line, first, last, 400).tolist() == list(range(first, last + 1))


@given(st.sets(st.integers(1, 9998), max_size=20), st.integers(200, 1000))
def test_every_gap_still_breaks_the_line(gaps, n_out):
    line = np.random.default_rng(0).normal(size=10_000).cumsum()
    line[list(gaps)] = np.nan
    picked = thinned(line, n_out=n_out)
    drawn = line[picked]
    for gap in gaps:
        # Between the points that are drawn on either side, one is NaN: the line is broken just there.
        before = picked[(picked < gap) & ~np.isnan(drawn)].max(initial=-1)
        after = picked[(picked > gap) & ~np.isnan(drawn)].min(initial=10_000)
        assert np.isnan(drawn[(picked > before) & (picked < after)]).any()
        assert np.isnan(line[before + 1 : after]).all()


def test_a_gap_in_a_large_line_stays_where_it_is():
    line = np.zeros(100_000)
    line[50_000:50_100] = np.nan
    picked = thinned(line, n_out=100)
    assert {49_999, 50_000, 50_100} <= set(picked.tolist())


def test_the_longest_gaps_are_kept_where_there_are_too_many():
    line = np.zeros(100_000)
    line[::10] = np.nan
    line[50_000:50_100] = np.nan
    picked = thinned(line, n_out=100)
    assert len(picked) <= 102
    assert {49_999, 50_000, 50_101} <= set(picked.tolist())


@pytest.mark.parametrize("where", [0, 1, 12_345, 99_998, 99_999])
def test_one_spike_is_never_lost(where):
    line = np.random.default_rng(1).normal(size=100_000)
    line[where] = 50.0
    assert where in thinned(line, n_out=50)


def test_follows_the_shape_as_closely_as_its_bins_allow():
    line = np.random.default_rng(2).normal(size=100_000).cumsum()
    picked = thinned(line, n_out=2000)
    drawn = np.interp(np.arange(len(line)), picked, line[picked])
    assert np.abs(drawn - line).mean() < 0.02 * np.ptp(line)


def test_takes_read_only_and_strided_values():
    line = np.random.default_rng(3).normal(size=20_000).cumsum()
    expected = thinned(line[::2].copy(), n_out=100).tolist()
    line.flags.writeable = False
    assert thinned(line[::2], n_out=100).tolist() == expected


def test_all_gap_and_nothing():
    assert thinned(np.full(1000, np.nan), n_out=10).tolist() == [0, 999]
    assert thinned(np.empty(0)).tolist() == []


@pytest.mark.parametrize(("first", "last"), [(-1, 3), (3, 2), (0, 5), (5, None)])
def test_a_range_outside_the_values_is_named(first, last):
    with pytest.raises(ArgumentError, match="is not a range of 5 values"):
        thinned(np.zeros(5), first, last)


def test_too_few_points_are_refused():
    with pytest.raises(ArgumentError, match="n_out: 3 is below 4"):
        thinned(np.zeros(5), n_out=3)
