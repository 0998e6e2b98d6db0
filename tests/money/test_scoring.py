"""Money by two oracles: midone's Pnl, fed tick by tick, and a plain hand loop. The ledger equals both to the last bit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from midone.accounting.pnl import Pnl

from midplot.money._scoring import counted_ticks, profit_of, score_decisions, summarise

ticks_on_a_grid = st.integers(-8, 8).map(lambda k: 1000 + k / 8)  # few values, so many profits are exactly 0
any_prices = st.floats(-1e300, 1e300)
decision = st.sampled_from([0, 0.0, -0.0, 1, -1, 1.0, -1.0, 0.3, -7e-9, 3, -250, math.inf, -math.inf])
summary_keys = [
    "current_ndx",
    "num_resolved_decisions",
    "total_profit",
    "wins",
    "losses",
    "win_loss_ratio",
    "profit_per_decision",
    "standardized_profit_per_decision",
]


@st.composite
def games(draw):
    """Draw values, decisions, and the rules of a game; at times the values are cut off after fewer decisions."""
    elements = draw(st.sampled_from([ticks_on_a_grid, st.just(5.0), st.floats(-1e6, 1e6), any_prices]))
    values = draw(st.lists(elements, min_size=1, max_size=80))
    decisions = draw(st.lists(decision, min_size=len(values), max_size=len(values)))
    n_decided = draw(st.integers(0, len(values)) | st.just(len(values)))
    rules = {
        "horizon": draw(st.integers(1, 12)),
        "epsilon": draw(st.sampled_from([0.0, 0.0025, 0.125]) | st.floats(0, 1e3)),
        "backoff": draw(st.integers(0, 15)),
        "with_trading_lag": draw(st.booleans()),
    }
    warmup = draw(st.integers(0, len(values)) | st.just(0))
    return values, decisions[:n_decided], rules, warmup


def scored(values, decisions, rules, warmup):
    arrays = np.array(values, dtype=np.float64), np.array(decisions, dtype=np.float64)
    return score_decisions(*arrays, **rules, warmup=warmup)


def midones(values, decisions, rules, warmup) -> Pnl:
    """Feed midone's Pnl with what is scored, tick by tick."""
    book = Pnl(rules["epsilon"], rules["backoff"], rules["with_trading_lag"])
    for x, each in list(zip(values, decisions, strict=False))[warmup:]:
        book.tick(x, rules["horizon"], each)
    return book


def by_hand(values, decisions, rules, warmup):
    """Return (tick, profit or None) of each counted decision, by the words of the rule."""
    lag, last, trades = int(rules["with_trading_lag"]), None, []
    for t in range(warmup, len(decisions)):
        if decisions[t] == 0 or (last is not None and t - last < rules["backoff"]):
            continue
        last, resolution = t, t + rules["horizon"] + lag
        if resolution >= len(decisions):
            trades.append((t, None))
            continue
        move = values[resolution] - values[t + lag]
        trades.append((t, (move if decisions[t] > 0 else -move) - rules["epsilon"]))
    return trades


def same(a, b) -> bool:
    return a == b or (a is not None and b is not None and math.isnan(a) and math.isnan(b))


@settings(max_examples=200)
@given(games())
@example(([1.0, 1.0, 1.0], [1, -1, 1], {"horizon": 1, "epsilon": 0.0, "backoff": 0, "with_trading_lag": False}, 0))
@example(([1e300, -1e300] * 3, [1] * 6, {"horizon": 1, "epsilon": 0.0, "backoff": 1, "with_trading_lag": True}, 0))
def test_summary_and_trades_equal_midones_to_the_last_bit(game):
    trades, book = scored(*game), midones(*game)
    ours = summarise(trades.profits, trades.n_ticks)
    with np.errstate(all="ignore"):
        # Without a resolved decision midone leaves out four keys.
        theirs = {**dict.fromkeys(summary_keys), "wins": 0, "losses": 0, **book.summary()}
    assert list(ours) == summary_keys
    assert {key for key in summary_keys if not same(ours[key], theirs[key])} == set()

    warmup, resolved = game[3], trades.resolved
    records = book.to_records()
    assert (trades.tick[resolved] - warmup).tolist() == [r["decision_ndx"] for r in records]
    assert (trades.resolution_tick[resolved] - warmup).tolist() == [r["resolution_ndx"] for r in records]
    for ours, theirs in [
        ("decision", "decision"),
        ("x", "y_decision"),
        ("x_resolution", "y_resolution"),
        ("profit", "pnl"),
    ]:
        assert getattr(trades, ours)[resolved].tolist() == [r[theirs] for r in records]

    pending = book.pending_decisions
    assert (trades.tick[~resolved] - warmup).tolist() == [p["index"] for p in pending]
    assert trades.decision[~resolved].tolist() == [p["decision"] for p in pending]
    anchors = [math.nan if p["anchor"] is None else p["anchor"] for p in pending]
    assert np.array_equal(trades.x[~resolved], anchors, equal_nan=True)
    assert np.isnan(trades.x_resolution[~resolved]).all()
    assert trades.unresolved == len(pending)


@given(games())
def test_profits_equal_a_hand_loop(game):
    trades = scored(*game)
    expected = by_hand(*game)
    assert trades.tick.tolist() == [t for t, _ in expected]
    assert trades.profits.tolist() == [profit for _, profit in expected if profit is not None]
    assert trades.n_ticks == max(0, len(game[1]) - game[3])


@given(games())
def test_the_profit_of_one_decision_is_what_the_ledger_says_to_the_last_bit(game):
    trades, epsilon = scored(*game), game[2]["epsilon"]
    of_each = zip(trades.x.tolist(), trades.x_resolution.tolist(), trades.decision.tolist(), strict=True)
    profits = [profit_of(*each, epsilon) for each, is_known in zip(of_each, trades.resolved, strict=True) if is_known]
    assert profits == trades.profits.tolist()


@given(st.lists(decision, max_size=80), st.integers(0, 20))
def test_counted_ticks_are_the_first_and_each_that_is_a_backoff_later(decisions, backoff):
    counted = counted_ticks(np.array(decisions, dtype=np.float64), backoff).tolist()
    greedy: list[int] = []
    for t, each in enumerate(decisions):
        if each and (not greedy or t - greedy[-1] >= backoff):
            greedy.append(t)
    assert counted == greedy


def test_a_trade_by_hand():
    values, decisions = np.array([10.0, 11.0, 13.0, 12.0, 12.0]), np.array([0.2, 0.0, -5.0, 1.0, 1.0])
    trades = score_decisions(values, decisions, horizon=2, epsilon=0.5)
    assert trades.tick.tolist() == [0, 2, 3, 4]
    assert trades.profits.tolist() == [2.5, 0.5]
    assert trades.unresolved == 2
    lagged = score_decisions(values, decisions, horizon=2, epsilon=0.5, with_trading_lag=True)
    assert lagged.profits.tolist() == [0.5]
    assert lagged.x[:3].tolist() == [11.0, 12.0, 12.0]
    assert np.isnan(lagged.x[3])
    assert lagged.resolution_tick.tolist() == [3, 5, 6, 7]


def test_values_after_the_last_decision_resolve_nothing():
    trades = score_decisions(np.arange(9.0), np.ones(3), horizon=2, epsilon=0.0)
    assert (trades.profits.tolist(), trades.unresolved, trades.n_ticks) == ([2.0], 2, 3)


@pytest.mark.parametrize(
    ("profits", "ratio", "average", "standardised"),
    [
        ([], None, None, None),
        ([0.0], math.inf, 0.0, math.inf),
        ([2.0, 2.0], math.inf, 2.0, math.inf),
        ([-1.0], 0.0, -1.0, math.inf),
        ([3.0, -1.0], 1.0, 1.0, 0.5),
        ([1.0, 1.0, -2.0, 0.0], 2.0, 0.0, 0.0),
    ],
)
def test_ratios_at_their_edges(profits, ratio, average, standardised):
    summary = summarise(profits, 7)
    assert summary["current_ndx"] == 7
    assert summary["win_loss_ratio"] == ratio
    assert summary["profit_per_decision"] == average
    assert summary["standardized_profit_per_decision"] == standardised


def test_profits_beyond_the_floats_are_summed_without_a_warning():
    summary = summarise([math.inf, -1e308, 5e307], 3)
    assert summary["total_profit"] == math.inf
    assert math.isnan(summary["standardized_profit_per_decision"])
