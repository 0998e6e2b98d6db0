"""Luck tells the truth: uniform p and honest intervals without skill, and power where there is some."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from benchmarks.calibration import ATTACKERS, MARTINGALES, lucks, planted, scored
from midplot.evidence._luck import luck_of_ledger

RUNS = 80  # of each attacker on each kind of price: 2,000 replays of 24,000 ticks


@pytest.fixture(scope="module")
def found():
    return lucks(RUNS)


def pooled(found, name):
    """Return the lucks of one attacker on all prices, or of all attackers on one kind of price."""
    return [luck for key, each in found.items() if name in key for luck in each]


@pytest.mark.parametrize("name", [*ATTACKERS, *MARTINGALES])
def test_p_is_uniform_without_skill(found, name):
    ps = np.sort([luck.p for luck in pooled(found, name)])
    n = len(ps)
    assert n > 0.95 * 5 * RUNS  # nearly all have enough data
    steps = np.arange(n + 1) / n
    distance = max(np.max(steps[1:] - ps), np.max(ps - steps[:-1]))
    assert distance < 1.63 / sqrt(n)  # Kolmogorov's limit at 1%
    assert 0.02 <= np.mean(ps <= 0.05) <= 0.08
    assert np.mean(ps <= 0.01) <= 0.03


@pytest.mark.parametrize("name", [*ATTACKERS, *MARTINGALES])
def test_intervals_contain_the_truth_as_often_as_they_say(found, name):
    covered = [low <= 0 <= high for low, high in (luck.interval for luck in pooled(found, name))]
    assert 0.92 <= np.mean(covered) <= 0.97


def test_a_naive_t_value_would_not_pass():
    """Decisions overlap within a horizon: as if they were independent, they prove skill where there is none."""
    alarms = []
    for run in range(30):
        ledger = scored(MARTINGALES["clustered"](np.random.default_rng(run)), ATTACKERS["momentum"])
        profits = np.concatenate([part.profits for part in ledger.parts])
        t = profits.mean() / profits.std(ddof=1) * sqrt(len(profits))
        alarms.append(t > 1.645)
    assert np.mean(alarms) > 0.2  # and not 5%


def test_skill_is_found_the_more_often_the_more_there_is():
    power = []
    for strength in (0.0, 0.05, 0.2):
        ps = [_p_on_planted(strength, run) for run in range(30)]
        power.append(np.mean([p <= 0.05 for p in ps]))
    assert power == sorted(power)
    assert power[0] <= 0.15
    assert power[-1] >= 0.9


def _p_on_planted(strength, run):
    prices = planted(np.random.default_rng([7, run]), strength)
    return luck_of_ledger(scored(prices, ATTACKERS["momentum"])).p
