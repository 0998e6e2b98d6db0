"""A stream's account: its parts are scored each by itself, on original indices, and add up to what midone says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from midone.accounting.pnl import Pnl

from midplot import replay
from midplot.money._account import StreamAccount, account_of, unresolved_in, win_rate
from midplot.money._scoring import summarise
from midplot.play._engine import PartReplay
from midplot.play._latency import Latency
from midplot.play._settings import ReplaySettings
from midplot.streams._stream import Stream, cut_into_parts

prices = st.integers(-6, 6).map(lambda k: 100 + k / 4)
gappy_prices = st.lists(prices | st.just(math.nan), min_size=1, max_size=90).filter(
    lambda v: not all(map(math.isnan, v))
)
scripts = st.lists(st.sampled_from([0, 0, 1, -1, 0.25, -3.0, True]), min_size=90, max_size=90)


def scripted(script):
    """Return an infer that decides by the count of its messages: each part starts the script again."""

    def infer(stream):
        yield
        for decision, _ in zip(script, stream, strict=False):
            yield decision

    return infer


@st.composite
def games(draw):
    values = draw(gappy_prices)
    start = draw(st.just(0) | st.integers(0, len(values) - 1))
    rules = {
        "horizon": draw(st.integers(1, 6)),
        "epsilon": draw(st.sampled_from([0.0, 0.0025, 0.25])),
        "backoff": draw(st.integers(0, 5)),
        "with_trading_lag": draw(st.booleans()),
    }
    fed = {
        "start_index": start,
        "warmup": draw(st.integers(0, 20)),
        "stop_index": draw(st.none() | st.just(len(values))),
    }
    return values, draw(scripts), rules, fed


def books_by_hand(values, script, rules, fed):
    """Cut at gaps and warm up by hand, index by index; give (original index of its first scored tick, midone's Pnl)."""
    start, first_fed = fed["start_index"], max(0, fed["start_index"] - fed["warmup"])
    books, age = [], 0
    for index, x in enumerate(values):
        if math.isnan(x):
            age = 0
            continue
        if index < first_fed:
            continue
        if index >= start:
            if age == 0 or index == start:
                books.append((index, Pnl(rules["epsilon"], rules["backoff"], rules["with_trading_lag"])))
            books[-1][1].tick(x, rules["horizon"], script[age])
        age += 1
    return books


@settings(max_examples=60)
@given(games())
def test_a_replay_over_gaps_and_warm_up_equals_midone_part_by_part(game):
    values, script, rules, fed = game
    books = books_by_hand(*game)
    if not books:
        with pytest.raises(ValueError, match="start_index: no stream has a value"):
            replay(values, infer=scripted(script), **rules, **fed)
        return
    result = replay(values, infer=scripted(script), **rules, **fed)
    records = [{**r, "first": first} for first, book in books for r in book.to_records()]
    stream = result.stream(0)
    assert stream.profits.tolist() == [r["pnl"] for r in records]
    assert stream.unresolved == sum(len(book.pending_decisions) for _, book in books)
    assert [int(p.index[p.replay.scored][0]) for p in stream.parts] == [first for first, _ in books]
    trades = result.trades.dropna(subset="profit")
    assert trades["index"].tolist() == [r["first"] + r["decision_ndx"] for r in records]
    assert trades["resolution_index"].tolist() == [r["first"] + r["resolution_ndx"] for r in records]
    assert trades["x"].tolist() == [r["y_decision"] for r in records]
    assert trades["x_resolution"].tolist() == [r["y_resolution"] for r in records]
    assert result.summary(0) == summarise(stream.profits, sum(book.current_ndx for _, book in books))
    assert result.total_score == pytest.approx(sum(book.summary()["total_profit"] for _, book in books), abs=1e-9)
    assert stream.equity[-1] == pytest.approx(result.total_score, abs=1e-9)
    assert len(stream.equity) == stream.n_ticks == result.n_ticks


def part_replay(values, decisions, latency_ns=None, **stream):
    part = cut_into_parts(Stream(values, **stream))[0]
    latency_ns = np.zeros(len(decisions), np.int64) if latency_ns is None else np.array(latency_ns)
    return PartReplay(part, np.array(decisions, float), latency_ns, 0, complete=len(decisions) == len(part.values))


def account(*replays, horizon=1, epsilon=0.0, name=None):
    rules = ReplaySettings(horizon=horizon, epsilon=epsilon)
    return StreamAccount(0, name, tuple(account_of(replay, rules) for replay in replays))


def test_profit_is_booked_when_it_is_known_not_when_it_is_decided():
    one = account(part_replay([1.0, 2.0, 4.0, 8.0], [1, 1, 0, 1]), horizon=2, epsilon=0.5)
    assert one.parts[0].booked.tolist() == [0.0, 0.0, 2.5, 5.5]
    assert one.equity.tolist() == [0.0, 0.0, 2.5, 8.0]
    assert one.score == 8.0
    assert one.unresolved == 1


def test_warm_up_is_not_scored_and_indices_are_the_originals():
    warmed = part_replay([1.0, 2.0, 3.0, 5.0], [1, 1, 1, 0], offset=70, warmup=2)
    one = account(warmed)
    assert one.parts[0].index.tolist() == [70, 71, 72, 73]
    assert one.parts[0].booked.tolist() == [0.0, 2.0]
    assert one.n_ticks == 2
    assert one.summary["current_ndx"] == 2


def test_equity_goes_on_from_part_to_part():
    one = account(part_replay([0.0, 2.0], [1, 1]), part_replay([7.0, 8.0], [-1, 0]))
    assert one.equity.tolist() == [0.0, 2.0, 2.0, 1.0]
    assert one.unresolved == unresolved_in([one]) == 1
    assert unresolved_in([one, one]) == 2


def test_a_part_cut_short_in_its_warm_up_has_no_ticks():
    one = account(part_replay([1.0, 2.0, 3.0], [1], warmup=2))
    assert one.interrupted
    assert one.n_ticks == 0
    assert one.equity.tolist() == []
    assert (one.score, one.latency.n, one.unresolved) == (0.0, 0, 0)
    whole = part_replay([1.0], [1])
    assert not account(whole).interrupted
    assert account(whole, part_replay([1.0, 2.0], [1])).interrupted


def test_titles_and_win_rates():
    assert account(part_replay([1.0], [0])).title == "stream 0"
    assert account(part_replay([1.0], [0]), name="eurusd").title == "eurusd"
    assert win_rate(summarise([1.0, -1.0, 0.0, 2.0], 9)) == 0.5
    assert math.isnan(win_rate(summarise([], 9)))


def test_equity_beyond_the_floats_gives_no_warning():
    assert math.isnan(account(part_replay([0.0, 1e308, -1e308, 1e308], [0, 1, 1, 0])).equity[-1])


def test_latency_leaves_the_warm_up_out_and_knows_the_budget():
    ms = 1_000_000
    one = account(part_replay([1.0] * 5, [0] * 5, [900 * ms, 10 * ms, 20 * ms, 21 * ms, 21 * ms], warmup=1))
    assert (one.latency.n, one.latency.over_budget, one.latency.max) == (4, 2, 0.021)
    assert one.latency.mean == pytest.approx(0.018)
    assert one.latency.p50 == pytest.approx(0.0205)
    assert one.latency.p99 == pytest.approx(0.021)
    assert one.latency.ok
    # The rule of the game is on the mean alone.
    assert not Latency.of(np.array([20 * ms, 21 * ms])).ok
    assert Latency.of(np.array([1 * ms, 39 * ms])).ok


def test_latency_of_nothing():
    nothing = Latency.of(np.empty(0, np.int64))
    assert (nothing.n, nothing.over_budget, nothing.ok) == (0, 0, True)
    assert np.isnan([nothing.mean, nothing.p50, nothing.p99, nothing.max]).all()
