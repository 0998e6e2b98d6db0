"""Latencies are summarised in seconds, against the budget of 20 ms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from midplot.play._latency import Latency

MS = 1_000_000


def latency_of(*milliseconds):
    return Latency.of(np.array([round(ms * MS) for ms in milliseconds], dtype=np.int64))


def test_numbers():
    latency = latency_of(*range(1, 101))
    assert latency.n == 100
    assert latency.mean == pytest.approx(0.0505)
    assert latency.p50 == pytest.approx(0.0505)
    assert latency.p99 == pytest.approx(0.09901)
    assert latency.max == pytest.approx(0.1)
    assert latency.over_budget == 80
    assert latency.budget == 0.020
    assert not latency.ok


@pytest.mark.parametrize(
    ("milliseconds", "over_budget", "ok"),
    [
        ([20.0], 0, True),  # the budget itself is kept to
        ([20.000001], 1, False),
        ([1, 1, 1, 70], 1, True),  # the rule is on the mean
        ([19, 19, 23], 1, False),
        ([0], 0, True),
    ],
)
def test_the_rule_is_on_the_mean(milliseconds, over_budget, ok):
    latency = latency_of(*milliseconds)
    assert (latency.over_budget, latency.ok) == (over_budget, ok)


@pytest.mark.parametrize(
    ("n_over", "n", "often_over"), [(96, 3000, True), (10, 999, True), (10, 1000, False), (9, 20, False), (0, 0, False)]
)
def test_a_rare_slow_tick_is_put_down_to_the_machine(n_over, n, often_over):
    assert latency_of(*[21] * n_over, *[1] * (n - n_over)).often_over is often_over


def test_without_decisions():
    latency = latency_of()
    assert (latency.n, latency.over_budget, latency.ok) == (0, 0, True)
    assert all(math.isnan(value) for value in (latency.mean, latency.p50, latency.p99, latency.max))


def test_summaries_put_together_are_those_of_all_but_for_the_percentiles():
    parts = [np.array([1, 30_000_000, 5]), np.array([], dtype=np.int64), np.array([2_000_000_000, 7])]
    whole, together = Latency.of(*parts), Latency.together([Latency.of(part) for part in parts])
    assert together.mean == pytest.approx(whole.mean)
    assert (together.n, together.max, together.over_budget) == (whole.n, whole.max, whole.over_budget)
    assert np.isnan([together.p50, together.p99]).all()
    assert Latency.together([]).n == 0
