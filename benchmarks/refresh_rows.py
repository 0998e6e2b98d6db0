"""What one live refresh costs: to look at the ledger and to choose the points, now and when each refresh began anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from statistics import median
from time import process_time
from typing import Any

import numpy as np

from midplot import Stream
from midplot.money._account import PartAccount, StreamAccount, account_of
from midplot.money._ledger import Ledger
from midplot.money._scoring import summarise
from midplot.play._engine import PartReplay
from midplot.play._latency import Latency
from midplot.play._settings import ReplaySettings
from midplot.streams._stream import FloatArray, Part, cut_into_parts
from midplot.views.chart._drawing import LIVE, Drawing

from .subject import Subject, random_walk
from .table import Row

__all__ = ["refresh_rows"]

LENGTHS = (50_000, 1_000_000, 10_000_000)

MANY, EACH = 250, 10_000
"""As many streams as the real data has, and the ticks of each."""

REPEATS = 9

BETWEEN = 1_000
"""Ticks from one refresh to the next."""

SHARES = {"a decision in 1,000 ticks": 0.001, "a decision in 2 ticks": 0.5}


class Playing:
    """A run whose decisions were made before, so that only the looks at it are measured."""

    def __init__(self, part: Part, share: float) -> None:
        random = np.random.default_rng(1)
        self.part = part
        self.done = 0
        self._decisions = random.choice([-1.0, 1.0], len(part)) * (random.random(len(part)) < share)
        self._latency_ns = random.integers(500, 5_000, len(part)).astype(np.int32)

    def outcome(self) -> PartReplay:
        """Return the outcome so far: two views, as the engine's are."""
        done = self.done
        return PartReplay(self.part, self._decisions[:done], self._latency_ns[:done], 0, done == len(self.part))


def refresh_rows(subject: Subject) -> Iterator[Row]:
    """Refresh at several lengths, with one stream and with many, and with few decisions and many."""
    for n_ticks in LENGTHS[:2] if subject.quick else LENGTHS:
        for words, share in SHARES.items():
            yield from _rows(f"{n_ticks:,} points, {words}", Stream(random_walk(n_ticks)), share, 1)
    for words, share in SHARES.items():
        yield from _rows(f"{MANY} streams of {EACH:,} points, {words}", Stream(random_walk(EACH)), share, MANY)


def _rows(what: str, stream: Stream, share: float, n_streams: int) -> Iterator[Row]:
    ledger, run = _almost_done(stream, share, n_streams)
    anew: dict[int, StreamAccount] = {}
    now: list[float] = []
    before: list[float] = []
    sent = 0
    _look(ledger)  # the first look opens the stream, and is not counted
    for round_ in count():
        run.done += BETWEEN
        ledger.watch(run)
        # In turns: who begins, profits from nothing that the other has left in the caches.
        sides: list[tuple[list[float], Callable[[], dict[Any, Any]]]] = [
            (now, partial(_look, ledger)),
            (before, partial(_from_scratch, ledger, run, anew)),
        ]
        for taken, work in sides if round_ % 2 else reversed(sides):
            begun = process_time()
            points = work()
            taken.append(1e3 * (process_time() - begun))
            sent = _n_bytes(points) if taken is now else sent
        if round_ == REPEATS:
            break
    yield Row(
        f"{what}: milliseconds of a refresh",
        median(now),
        5.0,
        note=f"CPU time of the look at the ledger, with all sums, and of the choice of all points; at most {max(now):.1f}. "
        f"When each refresh scored and thinned anew: {median(before):.1f}.",
    )
    yield Row(f"{what}: kB of its points", sent / 1e3, 60.0)


def _almost_done(stream: Stream, share: float, n_streams: int) -> tuple[Ledger, Playing]:
    """Return a ledger whose last stream is about to end, and its run."""
    ledger = Ledger(ReplaySettings())
    for stream_id in range(n_streams):
        each = Stream(stream.values, stream_id=stream_id)
        ledger.open_stream(each)
        run = Playing(cut_into_parts(each)[0], share)
        if stream_id < n_streams - 1:
            run.done = len(each)
            ledger.record(run.outcome())
    run.done = max(1, len(stream) - (REPEATS + 2) * BETWEEN)
    ledger.watch(run)
    return ledger, run


def _look(ledger: Ledger) -> dict[Any, Any]:
    """Read everything that a refresh shows: the sums of the streams, the totals and the points."""
    for account in ledger.streams.values():
        assert account.summary["current_ndx"] == account.latency.n
    assert ledger.summary()["total_profit"] == ledger.total_score
    assert ledger.latency.n == ledger.n_ticks
    drawing = Drawing(account, LIVE)
    assert drawing.latency_span
    return drawing.points()


# The yardstick: a refresh as it was before anything was kept from one look to the next, in plain functions.


def _from_scratch(ledger: Ledger, run: Playing, known: dict[int, StreamAccount]) -> dict[Any, Any]:
    """Score and thin the running part from its first tick to its last; finished streams are known, as they were then."""
    part = account_of(run.outcome(), ledger.settings)
    for stream_id, account in ledger.streams.items():
        if stream_id != part.part.stream_id and stream_id not in known:
            known[stream_id] = StreamAccount(stream_id, account.name, account.parts)
    known[part.part.stream_id] = running = StreamAccount(part.part.stream_id, None, (part,))
    assert all(account.summary["current_ndx"] == account.latency.n for account in known.values())
    summarise(np.concatenate([account.profits for account in known.values()]), 0)
    Latency.of(*(part.replay.latency_ns for account in known.values() for part in account.parts))
    return dict(enumerate(_thinned_lines(running, part)))


def _thinned_lines(account: StreamAccount, part: PartAccount) -> Iterator[dict[str, Any]]:
    """Yield the points of the lines, bands and marks."""
    lines = {LIVE.price: part.part.values[: part.n_ticks], LIVE.panel: part.replay.latency_ns / 1e6}
    for n_out, values in [*lines.items(), (LIVE.panel, account.equity)]:
        kept = _strided(values, n_out)
        yield {"x": part.index[kept], "y": values[kept]}
    trades = part.trades
    largest = np.argsort(-np.where(trades.resolved, np.abs(trades.profit), -1.0), kind="stable")[: LIVE.marks]
    yield {"x": np.sort(trades.tick[largest]), "y": part.part.values[np.sort(trades.tick[largest])]}
    for up in (True, False):
        wanted = (trades.decision > 0) == up
        first, last = trades.tick[wanted], np.minimum(trades.resolution_tick[wanted], part.n_ticks - 1)
        if not len(first):
            continue
        reach = np.maximum.accumulate(last)
        gap = first[1:] - reach[:-1]
        widest = np.sort(np.argsort(-gap, kind="stable")[: LIVE.bands - 1])
        yield {"x": first[np.append(0, widest + 1)], "y": reach[np.append(widest, len(first) - 1)]}


def _strided(values: FloatArray, n_out: int) -> Any:
    """Choose the least and the greatest value of each of ``n_out / 2`` stretches, the last one shorter."""
    size = -(-len(values) // (n_out // 2))
    whole = len(values) // size * size
    rows, starts = values[:whole].reshape(-1, size), np.arange(0, whole, size)
    return np.unique([starts + rows.argmin(axis=1), starts + rows.argmax(axis=1)])


def _n_bytes(points: dict[Any, Any]) -> int:
    """Return the bytes of points as they are sent: arrays as binary, texts with their quotes and commas."""
    return sum(
        sum(len(text) + 4 for text in values.tolist()) if values.dtype == object else values.nbytes
        for trace in points.values()
        for values in trace.values()
        if isinstance(values, np.ndarray)
    )
