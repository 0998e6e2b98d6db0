"""A reader that compares, or looks up, is found; what an honest attacker foresees is never called a leak."""

from __future__ import annotations

import numpy as np
import pytest

from midplot.causality._anchored import ENOUGH_TICKS, SPACING, _surrogate, earned_at_anchors
from midplot.causality._evidence import LEAK_Z
from tests.causality.test_leak import ATTACKERS, HORIZON, MARKETS, momentum, reader_of, replays_of, walk


def earned(streams, decide, seed=0):
    rng = np.random.default_rng(seed)
    return earned_at_anchors(replays_of(streams), lambda part: decide(part.values), horizon=HORIZON, rng=rng)


def z_of(streams, decide, seed=0):
    found = earned(streams, decide, seed)
    return found and found.z


def reverting(relaxation):
    def market(rng, n):
        level = np.zeros(n)
        for t in range(1, n):
            level[t] = level[t - 1] * (1 - 1 / relaxation) + 0.1 * rng.normal()
        return 100 + level + 1e-3 * rng.normal()

    return market


def regimes(rng, n):
    return 100 + np.cumsum(0.03 * np.repeat(rng.choice([-1, 1], size=n // 200 + 1), 200)[:n] + 0.1 * rng.normal(size=n))


FORESEEABLE = {**MARKETS, "reverts at once": reverting(10), "reverts slowly": reverting(200), "regimes": regimes}

HONEST = {
    **ATTACKERS,
    "to its level": lambda values: 100 - values,
    "to its start": lambda values: values[0] - values,
    "a long trend": lambda values: np.concatenate([np.zeros(500), values[500:] - values[:-500]]),
}


@pytest.mark.parametrize("market", FORESEEABLE)
def test_no_honest_attacker_is_called_a_leak(market):
    for n, n_streams, n_seeds in [(1500, 1, 4), (7000, 1, 1), (1000, 5, 2)]:
        for seed in range(n_seeds):
            streams = [FORESEEABLE[market](np.random.default_rng(100 * seed + i), n) for i in range(n_streams)]
            for name, decide in HONEST.items():
                z = z_of(streams, decide, seed)
                assert z is None or z < LEAK_Z, (name, n, n_streams, seed)


def comparer(streams, least=0.0):
    """Make an attacker that knows a stream by its first value and compares what comes with what it is shown."""

    def decide(values):
        whole = next(each for each in streams if each[0] == values[0])
        later = whole[np.minimum(np.arange(len(values)) + HORIZON, len(whole) - 1)]
        return np.where(np.abs(later - values) > least, later - values, 0)

    return decide


def table(streams):
    """Make an attacker that looks up by the value that it is shown."""
    moves = {x: later - x for values in streams for x, later in zip(values, values[HORIZON:], strict=False)}
    return lambda values: np.array([moves.get(x, 0) for x in values.tolist()])


@pytest.mark.parametrize("market", ["walk", "reverts slowly", "regimes"])
@pytest.mark.parametrize(("n", "n_streams"), [(3000, 1), (7000, 1), (1000, 5)])
@pytest.mark.parametrize("cheat", [comparer, table, reader_of])
def test_a_reader_is_found(cheat, market, n, n_streams):
    streams = [
        walk(np.random.default_rng(i), 1) + FORESEEABLE[market](np.random.default_rng(i), n) for i in range(n_streams)
    ]
    for seed in range(2):
        assert z_of(streams, cheat(streams), seed) > LEAK_Z


def test_a_reader_that_seldom_decides_is_found_on_more_data():
    streams = [walk(np.random.default_rng(i), 7000) for i in range(2)]
    assert z_of(streams, comparer(streams, 0.6)) > LEAK_Z


def test_a_surrogate_meets_the_original_at_its_anchors_alone():
    values = walk(np.random.default_rng(0), 2000)
    anchors = np.arange(200, 1900, SPACING * HORIZON)
    path = _surrogate(values, anchors, HORIZON, np.random.default_rng(1))
    assert path[0] == values[0]
    np.testing.assert_array_equal(path[anchors], values[anchors])
    assert np.count_nonzero(path == values) == len(anchors) + 1
    # No step is much larger than the original's.
    assert np.abs(np.diff(path)).max() < 1.5 * np.abs(np.diff(values)).max()
    approach = np.concatenate([np.arange(a - 2 * HORIZON, a) for a in anchors])
    assert abs(np.corrcoef(np.diff(path)[approach], np.diff(values)[approach])[0, 1]) < 0.1


def test_prices_stay_above_nothing():
    values = np.abs(walk(np.random.default_rng(0), 2000) - 100) + 0.01
    path = _surrogate(values, np.arange(200, 1900, 300), HORIZON, np.random.default_rng(1))
    assert path.min() >= values.min()


def test_nothing_to_judge_by():
    stream = walk(np.random.default_rng(0), 3000)
    assert z_of([stream], lambda values: np.zeros(len(values))) is None
    assert z_of([stream[:1000]], momentum) is None
    assert z_of([stream], lambda values: np.ones(len(values))) == 0.0
    assert z_of([], momentum) is None


def test_a_long_part_is_not_replayed_to_its_end():
    fed = []

    def decide(values):
        fed.append(len(values))
        return np.ones(len(values))

    z_of([walk(np.random.default_rng(0), 50_000)] * 3, decide)
    assert fed == [ENOUGH_TICKS] * SPACING
