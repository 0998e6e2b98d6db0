"""The points of all traces: as exact while a stream grows as when it is drawn at once, and never beyond what is known."""

from __future__ import annotations

import copy
from unittest.mock import patch

import numpy as np
import pytest

from midplot.money._account import Memory, StreamAccount
from midplot.money._ledger import Ledger
from midplot.play._engine import PartReplay
from midplot.play._settings import ReplaySettings
from midplot.streams._stream import Stream, cut_into_parts
from midplot.views.chart import _lines
from midplot.views.chart._chart_layout import Trace
from midplot.views.chart._drawing import LIVE, STILL, Detail, Drawing
from midplot.views.chart.growth import _pyramid

from .made import a_part, a_stream, busy_part

SMALL = Detail(price=80, panel=60, marks=20, bands=12, is_live=True)
MARKS = (Trace.UP_PROFIT, Trace.UP_LOSS, Trace.DOWN_PROFIT, Trace.DOWN_LOSS, Trace.UNRESOLVED)
VISIBLE = [None, (100, 900), (-50.5, 333.3), (1200, 1300), (5000, 9000)]


class Growing:
    def __init__(self, part, decisions, latency_ns):
        self.part, self._all, self.done = part, (decisions, latency_ns), 0

    def outcome(self):
        decisions, latency_ns = (each[: self.done] for each in self._all)
        probed = np.where(np.arange(self.done) % 97 < 9, np.nan, decisions.cumsum())
        return PartReplay(self.part, decisions, latency_ns, 0, self.done == len(self.part), {"p": probed})


def growing(seed, horizon=20, n=1500, warmup=40, lag=False):
    """Yield the account of a stream of four parts at each look."""
    random = np.random.default_rng(seed)
    values = 100 + random.integers(-9, 10, n).cumsum() / 16
    values[[n // 3, n // 3 + 1, n // 2, n - 30]] = np.nan
    stream = Stream(values, warmup=warmup)
    ledger = Ledger(ReplaySettings(horizon=horizon, with_trading_lag=lag, backoff=2))
    ledger.open_stream(stream)
    for part in cut_into_parts(stream):
        decisions = random.choice([0.0, 1.0, -1.0, 0.5], len(part), p=[0.7, 0.1, 0.1, 0.1])
        run = Growing(part, decisions, random.integers(0, 10**6, len(part)).astype(np.int32))
        while run.done < len(part):
            run.done = min(len(part), run.done + int(random.integers(1, 120)))
            ledger.watch(run)
            yield ledger.streams[0]
        ledger.record(run.outcome())
        yield ledger.streams[0]


def drawn(account, visible, last=None, decisions=True, detail=SMALL):
    drawing = Drawing(account, detail)
    points = drawing.points(visible, last=last, decisions=decisions)
    points["probe"] = drawing.probe_points(["p"], visible, last=last, decisions=decisions)[0]
    low, high = visible or (0, 1e9)
    more = drawing.window(int(low), int(high)), drawing.extent(), drawing.nearest_index(700.2, last)
    return points, more, drawing.price_span(low, high), drawing.latency_span


def anew(account):
    """Return an account of which nothing has been drawn."""
    return StreamAccount(account.stream_id, account.name, account.parts)


@pytest.mark.parametrize("seed", range(3))
def test_a_stream_that_grows_is_drawn_as_one_that_is_drawn_at_once(seed):
    looks = list(growing(seed, horizon=[20, 3, 400][seed], lag=seed == 1))
    assert len({id(each.memory) for each in looks}) == 1
    for place, account in enumerate(looks):
        visible = VISIBLE[place % len(VISIBLE)]
        last = [None, 300, 650, 10**6][place % 4]
        np.testing.assert_equal(drawn(account, visible, last), drawn(anew(account), visible, last))
    # An account from before the last one is drawn as it was then.
    for account in looks[:: len(looks) // 4]:
        np.testing.assert_equal(drawn(account, None), drawn(anew(account), None))


@pytest.mark.parametrize("visible", VISIBLE)
@pytest.mark.parametrize("last", [None, 20, 460, 501, 900])
def test_every_point_is_exact_and_none_lies_beyond_what_is_known(visible, last):
    *_, account = growing(7)
    points, _, span, _ = drawn(account, visible, last)
    prices, latency, equity = {}, {}, {}
    for part in account.parts:
        scored = part.index[part.part.warmup :].tolist()
        prices |= dict(zip(part.index.tolist(), part.part.values.tolist(), strict=True))
        latency |= dict(zip(scored, (part.replay.latency_ns[part.part.warmup :] / 1e6).tolist(), strict=True))
        equity |= dict.fromkeys(scored)
    equity = dict(zip(equity, account.equity.tolist(), strict=True))
    for trace, truth in [
        (Trace.REALIZED, prices),
        (Trace.WARM_UP, prices),
        (Trace.LATENCY, latency),
        (Trace.EQUITY, equity),
        *((trace, prices) for trace in MARKS),
    ]:
        x, y = points[trace]["x"].tolist(), np.asarray(points[trace]["y"])
        assert x == sorted(set(x))
        assert last is None or max(x, default=0) <= last
        for index, value in zip(x, y.tolist(), strict=True):
            np.testing.assert_equal(value, float(y.dtype.type(truth.get(index, np.nan))))
    seen = [price for index, price in prices.items() if visible is None or visible[0] <= index <= visible[1]]
    if visible is not None:
        assert (span is None) == (not seen)
    if seen:
        assert span[0] < min(seen) <= max(seen) < span[1]


@pytest.mark.parametrize("visible", [None, (200, 1400)])
def test_bands_cover_all_decisions_and_marks_stand_for_all_of_them(visible):
    *_, account = growing(1, n=6000)
    points, *_ = drawn(account, visible)
    low, high = visible or (0, 6000)
    marked = np.concatenate([points[trace]["x"] for trace in MARKS])
    assert len(marked) <= SMALL.marks
    for part in account.parts:
        for tick, decision in zip(part.trades.tick.tolist(), part.trades.decision.tolist(), strict=True):
            index = part.part.first_index + tick
            if low <= index <= high:
                edges = points[Trace.UP_BANDS if decision > 0 else Trace.DOWN_BANDS]["x"].reshape(-1, 4)[:, [0, 2]]
                assert ((edges[:, 0] <= index) & (index <= edges[:, 1])).any()
                assert np.abs(marked - index).min() <= 2 * (high - low) / (SMALL.marks / 2) + 64


def test_outcomes_are_those_known_at_the_last_index():
    account = a_stream(busy_part(300))
    at_100 = Drawing(account, STILL).points(last=100)
    assert sorted(at_100[Trace.UNRESOLVED]["x"].tolist()) == [98, 99, 100]
    assert sum(len(at_100[trace]["x"]) for trace in MARKS) == 101


def test_hidden_decisions_leave_nothing_but_prices_and_latencies():
    points = Drawing(a_stream(busy_part(300)), STILL).points(decisions=False)
    drawn = {trace for trace, each in points.items() if len(each["x"])}
    assert drawn == {Trace.REALIZED, Trace.LATENCY}
    assert not any(points[Trace.REALIZED]["customdata"])


def test_an_equity_beyond_the_floats_is_drawn_without_a_warning():
    account = a_stream(a_part([0.0, 1e308, -1e308, 1e308, 0, 1, 2], [1, 1, 1, -1, 0, 0, 0]))
    points = Drawing(account, STILL).points()
    np.testing.assert_array_equal(points[Trace.EQUITY]["y"], account.equity)


def test_a_refresh_reads_what_is_new_whatever_the_length():
    reads, n_read, real = {}, [], _pyramid._pair

    def counting(values):
        n_read.append(len(values))
        return real(values)

    for n in (20_000, 200_000):
        values = 100 + np.random.default_rng(0).normal(size=n).cumsum()
        part = cut_into_parts(Stream(values))[0]
        run, ledger = Growing(part, np.sign(np.sin(values)), np.ones(n, np.int32)), Ledger(ReplaySettings())
        ledger.open_stream(Stream(values))
        for run.done in (n - 2000, n - 1000):
            n_read.clear()
            ledger.watch(run)
            with patch.object(_pyramid, "_pair", counting):
                Drawing(ledger.streams[0], LIVE).points()
        reads[n] = sum(n_read)
    assert reads[200_000] < 3 * reads[20_000]


def test_a_drawing_that_was_interrupted_is_made_anew():
    looks = growing(2)
    accounts = [next(looks) for _ in range(6)]
    Drawing(accounts[2], SMALL).points()
    for name in ("_line", "Book.take", "Line.thinned"):
        owner, _, attribute = name.rpartition(".")
        target = getattr(_lines, owner) if owner else _lines
        with patch.object(target, attribute, side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
            Drawing(accounts[4], SMALL).points()
        assert accounts[4].memory.held == {}
    np.testing.assert_equal(drawn(accounts[5], None), drawn(anew(accounts[5]), None))


def test_what_is_kept_of_a_stream_is_not_copied():
    account = a_stream(busy_part(300))
    Drawing(account, STILL).points()
    assert account.memory.held == {}, "a chart that is drawn once keeps nothing"
    Drawing(account, LIVE).points()
    assert account.memory.held
    assert copy.deepcopy(account).memory.held == {}
    assert isinstance(account.memory, Memory)
