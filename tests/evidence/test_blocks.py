"""What was earned in each block, against a plain hand loop over ticks and decisions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot import replay
from midplot.evidence._blocks import block_sums
from midplot.streams import load_streams

GAP = float("nan")


def sums_by_hand(values, decisions, *, horizon, epsilon, backoff, lag, warmup):
    """Return the block sums of one part by a loop, tick by tick."""
    size, n_scored = 8 * horizon, len(values) - warmup
    if n_scored <= 0:
        return []
    n_blocks = max(1, n_scored // size)
    sums, last = [0.0] * n_blocks, None
    for tick in range(warmup, len(values)):
        if not decisions[tick] or (last is not None and tick - last < backoff):
            continue
        last = tick
        known = tick + lag + horizon
        if known < len(values):
            gain = values[known] - values[tick + lag]
            sums[min((known - warmup) // size, n_blocks - 1)] += (gain if decisions[tick] > 0 else -gain) - epsilon
    return sums


@st.composite
def games(draw):
    lengths = draw(st.lists(st.integers(1, 90), min_size=1, max_size=4))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    parts = [np.round(rng.normal(size=n).cumsum(), 2) for n in lengths]
    decisions = [rng.integers(-1, 2, n).astype(float) for n in lengths]
    rules = {
        "horizon": draw(st.integers(1, 6)),
        "epsilon": draw(st.sampled_from([0.0, 0.25])),
        "backoff": draw(st.sampled_from([1, 3])),
        "with_trading_lag": draw(st.booleans()),
    }
    return parts, decisions, rules


def attacker_of(decisions):
    """Return an infer that makes these decisions, part after part; each part gets a fresh one."""
    remaining = iter(decisions)

    def infer(stream):
        mine = iter(next(remaining))
        yield
        for _ in stream:
            yield next(mine)

    return infer


@given(games())
def test_block_sums_are_those_of_a_loop(game):
    parts, decisions, rules = game
    stream = np.concatenate([np.r_[part, GAP] for part in parts])
    result = replay([stream], infer=attacker_of(decisions), **rules)
    expected = [
        total
        for values, decided in zip(parts, decisions, strict=True)
        for total in sums_by_hand(
            values,
            decided,
            horizon=rules["horizon"],
            epsilon=rules["epsilon"],
            backoff=rules["backoff"],
            lag=int(rules["with_trading_lag"]),
            warmup=0,
        )
    ]
    assert block_sums(result.ledger)[0] == pytest.approx(expected, abs=1e-9)
    assert sum(expected) == pytest.approx(result.total_score, abs=1e-9)


def test_blocks_start_at_the_first_scored_tick():
    values = np.arange(100.0)
    decisions = [np.ones(60 - 5)]  # the slice below, with its warm-up
    result = replay(
        [values], infer=attacker_of(decisions), horizon=2, epsilon=0, start_index=10, warmup=5, stop_index=60
    )
    expected = sums_by_hand(values[5:60], decisions[0], horizon=2, epsilon=0, backoff=1, lag=0, warmup=5)
    assert block_sums(result.ledger)[0].tolist() == expected
    assert len(expected) == 3  # 50 ticks in blocks of 16: the last 2 belong to the third


@pytest.mark.parametrize(("n_ticks", "n_blocks"), [(1, 1), (15, 1), (16, 1), (31, 1), (32, 2), (47, 2), (48, 3)])
def test_a_remainder_joins_the_block_before_and_a_short_part_is_one_block(n_ticks, n_blocks):
    result = replay([np.arange(float(n_ticks))], infer=attacker_of([np.ones(n_ticks)]), horizon=2)
    assert len(block_sums(result.ledger)[0]) == n_blocks


def test_two_attackers_on_the_same_streams_have_the_same_blocks():
    streams = [np.r_[np.arange(100.0), GAP, np.arange(7.0)], np.arange(33.0)]
    silent = replay(streams, infer=attacker_of([np.zeros(100), np.zeros(7), np.zeros(33)]), horizon=2)
    busy = replay(streams, infer=attacker_of([np.ones(100), np.ones(7), np.ones(33)]), horizon=2)
    shapes = [{name: sums.shape for name, sums in block_sums(each.ledger).items()} for each in (silent, busy)]
    assert shapes[0] == shapes[1] == {0: (7,), 1: (2,)}
    assert all(not sums.any() and sums.dtype == np.float64 for sums in block_sums(silent.ledger).values())


def test_sums_that_overflow_raise_nothing():
    huge = np.tile([1e308, -1e308], 100)
    result = replay([huge], infer=attacker_of([np.ones(200)]), horizon=1)
    with np.errstate(all="raise"):
        assert not np.isfinite(block_sums(result.ledger)[0]).any()
        assert str(result.luck()).endswith("(too little data to say)")


def test_values_in_a_file_are_not_read_again(tmp_path, monkeypatch):
    frame = pd.DataFrame({"stream": "a", "value": np.random.default_rng(0).normal(size=3_000).cumsum()})
    frame.to_parquet(tmp_path / "long.parquet")
    result = replay(load_streams(tmp_path / "long.parquet", lazy=True)[0], infer=attacker_of([np.ones(3_000)]))
    assert result.ledger.parts[0].part.is_stored
    expected = block_sums(result.ledger)[0]
    (tmp_path / "long.parquet").unlink()
    assert block_sums(result.ledger)[0].tolist() == expected.tolist()
    assert result.luck().n_blocks == np.count_nonzero(expected)
