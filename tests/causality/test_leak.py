"""Chance is never called a leak, whatever a market and an attacker have in common; a leak is called one.

Attackers are given as functions of all values at once, which is quick; none of the honest ones looks ahead.
"""

from __future__ import annotations

import numpy as np
import pytest

from midplot.causality._evidence import LEAK_Z
from midplot.causality._leak import earned_elsewhere
from midplot.play._engine import PartReplay
from midplot.streams._stream import Part

HORIZON = 30


def replays_of(streams):
    parts = [Part(i, None, 0, 0, 0, np.asarray(values, float)) for i, values in enumerate(streams)]
    return [PartReplay(p, np.zeros(len(p.values)), np.zeros(len(p.values), np.int64), 0, complete=True) for p in parts]


def earned(streams, decide, seed=0):
    rng = np.random.default_rng(seed)
    found = earned_elsewhere(replays_of(streams), lambda part: decide(part.values), horizon=HORIZON, rng=rng)
    return found and found.earnings


def z_of(streams, decide, seed=0):
    found = earned(streams, decide, seed)
    return found and found.z


def walk(rng, n):
    return 100 + 0.1 * rng.normal(size=n).cumsum()


def jump_at(rng, n, size, values):
    return values + size * (np.arange(n) >= rng.integers(n))


MARKETS = {
    "walk": walk,
    "trend": lambda rng, n: walk(rng, n) + 0.05 * np.arange(n),
    "giant jump": lambda rng, n: jump_at(rng, n, 50, walk(rng, n)),
    "flat with a jump": lambda rng, n: jump_at(rng, n, 50, np.full(n, 100.0)),
    "rising after 300": lambda rng, n: walk(rng, n) + 0.2 * np.maximum(np.arange(n) - 300, 0),
    "straight": lambda rng, n: np.arange(n) / 10,
    "wave": lambda rng, n: 100 + 30 * np.sin(np.arange(n) / n * 6),
}


def momentum(values):
    move = np.concatenate([np.zeros(20), values[20:] - values[:-20]])
    return np.where(np.abs(move) > 0.3, move, 0)


def jump_chaser(values):
    decisions = np.zeros(len(values))
    for t in np.flatnonzero(np.abs(np.diff(values)) > 3) + 1:
        decisions[t : t + HORIZON] = values[t] - values[t - 1]
    return decisions


ATTACKERS = {
    "momentum": momentum,
    "mean reversion": lambda values: np.cumsum(values) / np.arange(1, len(values) + 1) - values,
    "jump chaser": jump_chaser,
    "always up": lambda values: np.ones(len(values)),
    "late": lambda values: np.where(np.arange(len(values)) >= 300, 1, 0),
    "early": lambda values: np.where(np.arange(len(values)) < 100, 1, 0),
    "drift": lambda values: np.where(np.arange(len(values)) >= 300, values - values[0], 0),
}


@pytest.mark.parametrize("market", MARKETS)
def test_no_honest_attacker_is_called_a_leak(market):
    # (ticks, streams): one short, one of a usual length, one long, several alike, many very short ones.
    for n, n_streams, n_seeds in [(300, 1, 8), (1000, 1, 6), (7000, 1, 2), (1000, 5, 2), (150, 20, 4)]:
        for seed in range(n_seeds):
            streams = [MARKETS[market](np.random.default_rng(100 * seed + i), n) for i in range(n_streams)]
            for name, decide in ATTACKERS.items():
                z = z_of(streams, decide, seed)
                assert z is None or z < LEAK_Z, (name, n, n_streams, seed)


def reader_of(streams, hits=1.0):
    """Make a reader that knows a stream by its first value, and then goes by position."""
    futures = {
        values[0]: np.append(np.sign(values[HORIZON:] - values[:-HORIZON]), np.zeros(HORIZON)) for values in streams
    }
    dice = np.random.default_rng(0)
    return lambda values: futures[values[0]] * np.where(dice.random(len(values)) < hits, 1, -1)


@pytest.mark.parametrize(
    ("n", "n_streams", "hits", "least"),
    [
        (1000, 1, 1.0, 6),
        (3000, 1, 1.0, 12),
        (3000, 1, 0.6, 5),
        (1000, 10, 0.6, 8),
        (150, 30, 1.0, 8),
        (70_000, 2, 0.55, 8),
    ],
)
def test_a_leak_is_found_the_more_surely_the_more_data_there_is(n, n_streams, hits, least):
    streams = [walk(np.random.default_rng(i), n) for i in range(n_streams)]
    for seed in range(3):
        assert z_of(streams, reader_of(streams, hits), seed) > least


def test_parts_of_different_lengths_are_judged_together():
    streams = [walk(np.random.default_rng(i), n) for i, n in enumerate([150, 2000, 121, 700, 90])]
    assert z_of(streams, reader_of(streams)) > 8
    assert z_of(streams, momentum) < LEAK_Z
    assert z_of(streams, lambda values: -reader_of(streams)(values)) < -8


def test_nothing_to_judge_by():
    stream = walk(np.random.default_rng(0), 500)
    assert z_of([stream], lambda values: np.zeros(len(values))) is None
    assert z_of([stream[:120]], momentum) is None
    assert z_of([stream[:121]], lambda values: np.ones(len(values))) == 0.0
    assert z_of([], momentum) is None


def test_enough_ticks_are_decided_on_and_no_more():
    fed = []

    def decide(values):
        fed.append(values)
        return np.ones(len(values))

    short = walk(np.random.default_rng(0), 500)
    z_of([short], decide)
    assert sum(map(len, fed)) == 6000
    assert all(sorted(np.diff(values)) == pytest.approx(sorted(np.diff(short))) for values in fed)
    assert all(values[0] == short[0] for values in fed)
    fed.clear()
    z_of([short] * 400, decide)
    assert sum(map(len, fed)) == 20_000  # a tenth of the data
