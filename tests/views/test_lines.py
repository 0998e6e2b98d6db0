"""The lines of a chart: what was fed, at original indices, broken at gaps."""

from __future__ import annotations

import numpy as np
import pytest

from midplot.views.chart._lines import equity_line, latency_line, realized_line, warm_up_line

from .made import a_part, a_stream


def pairs(line):
    line = line.all()
    return list(zip(line.index.tolist(), line.y.tolist(), strict=True))


def test_the_price_of_one_part():
    account = a_stream(a_part([5.0, 6.0, 7.0], first_index=10))
    assert pairs(realized_line(account)) == [(10, 5.0), (11, 6.0), (12, 7.0)]
    assert len(warm_up_line(account)) == 0


def test_two_parts_are_broken_at_the_gap():
    account = a_stream(a_part([1.0, 2.0]), a_part([8.0, 9.0], first_index=4, part=1))
    line = realized_line(account).all()
    assert line.index.tolist() == [0, 1, 2, 4, 5]
    np.testing.assert_array_equal(line.y, [1.0, 2.0, np.nan, 8.0, 9.0])


def test_the_warm_up_meets_the_price():
    account = a_stream(a_part([1.0, 2.0, 3.0, 4.0], warmup=2))
    assert pairs(warm_up_line(account)) == [(0, 1.0), (1, 2.0), (2, 3.0)]
    assert pairs(realized_line(account)) == [(2, 3.0), (3, 4.0)]


def test_a_replay_cut_short_is_drawn_as_far_as_it_went():
    account = a_stream(a_part([1.0, 2.0, 3.0, 4.0], [0.0, 0.0], complete=False))
    assert pairs(realized_line(account)) == [(0, 1.0), (1, 2.0)]
    within_warm_up = a_stream(a_part([1.0, 2.0, 3.0, 4.0], [0.0, 0.0], warmup=3, complete=False))
    assert pairs(realized_line(within_warm_up)) == []
    assert pairs(warm_up_line(within_warm_up)) == [(0, 1.0), (1, 2.0)]


def test_a_part_of_no_ticks_leaves_no_break():
    account = a_stream(a_part([1.0, 2.0]), a_part([3.0, 4.0], [], first_index=3, part=1, complete=False))
    assert pairs(realized_line(account)) == [(0, 1.0), (1, 2.0)]
    assert pairs(equity_line(account)) == [(0, 0.0), (1, 0.0)]


def test_equity_goes_on_after_a_gap():
    first = a_part([0.0, 0.0, 0.0, 4.0, 4.0], [1, 0, 0, 0, 0])
    second = a_part([9.0, 9.0, 9.0, 8.0], [1, 0, 0, 0], first_index=6, part=1)
    line = equity_line(a_stream(first, second)).all()
    assert line.index.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    np.testing.assert_array_equal(line.y, [0, 0, 0, 3.5, 3.5, np.nan, 3.5, 3.5, 3.5, 2.0])


def test_latency_is_in_milliseconds_and_without_the_warm_up():
    account = a_stream(a_part([1.0, 2.0, 3.0], warmup=1, latency_ms=[9.0, 0.5, 2.0]))
    assert pairs(latency_line(account)) == [(1, 0.5), (2, 2.0)]


@pytest.mark.parametrize("line_of", [realized_line, warm_up_line, equity_line, latency_line])
def test_nothing_replayed_gives_an_empty_line(line_of):
    assert len(line_of(a_stream())) == 0
    assert len(line_of(a_stream()).thinned(100)) == 0


class TestThinned:
    prices = np.random.default_rng(0).normal(size=10_000).cumsum()
    line = realized_line(a_stream(a_part(prices, first_index=1000)))

    def test_all_of_the_line(self):
        thin = self.line.thinned(100)
        assert len(thin) <= 100
        assert (thin.index[0], thin.index[-1]) == (1000, 10_999)
        np.testing.assert_array_equal(thin.y, self.prices[thin.index - 1000])

    def test_what_is_in_sight_and_one_point_beyond(self):
        assert self.line.thinned(100, 2000, 2010).index.tolist() == list(range(1999, 2012))

    @pytest.mark.parametrize(("first", "last", "kept"), [(-50, -10, [1000]), (20_000, 30_000, [10_999])])
    def test_out_of_sight(self, first, last, kept):
        assert self.line.thinned(100, first, last).index.tolist() == kept

    def test_some_points_are_always_drawn(self):
        wanted = np.array([1001, 5432, 10_998])
        thin = self.line.thinned(10, always=wanted)
        assert set(wanted.tolist()) <= set(thin.index.tolist())
        assert (np.diff(thin.index) > 0).all()
