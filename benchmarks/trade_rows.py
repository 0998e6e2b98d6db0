"""What one page of the view's table of trades costs: turned, refreshed while the replay runs, and sorted anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from time import process_time

from midplot import Stream
from midplot.money._ledger import Ledger
from midplot.play._settings import ReplaySettings
from midplot.scenarios._labeller import Labeller
from midplot.streams._stream import cut_into_parts
from midplot.views._view_state import TradesAsked, ViewState
from midplot.views.panel._world import World
from midplot.views.panel.trades._table import PAGE, Trades
from midplot.views.trades._columns import COLUMNS

from .refresh_rows import BETWEEN, REPEATS, Playing
from .subject import Subject, random_walk
from .table import Row

__all__ = ["trade_rows"]

TICKS = 1_000_000

SHARE = 0.1
"""Of the ticks with a decision: 100,000 trades."""


def trade_rows(subject: Subject) -> Iterator[Row]:
    """Ask for pages in every order of a long replay that is about to end."""
    n_ticks = TICKS // 10 if subject.quick else TICKS
    stream = Stream(random_walk(n_ticks))
    ledger = Ledger(ReplaySettings())
    ledger.open_stream(stream)
    run = Playing(cut_into_parts(stream)[0], SHARE)
    run.done = n_ticks - (REPEATS + 1) * len(COLUMNS) * BETWEEN
    ledger.watch(run)
    trades = Trades(World(ledger, Labeller(ledger)))
    turned, grown, fresh, size = _costs(ledger, run, trades)
    what = f"{len(ledger.parts[0].counted):,} trades in {n_ticks:,} ticks"
    yield Row(f"{what}: milliseconds of another page", median(turned), 5.0, note=_spread(turned))
    yield Row(
        f"{what}: milliseconds of a page when {BETWEEN:,} ticks have come",
        median(grown),
        5.0,
        note=f"Without the look at the ledger, which every refresh needs. {_spread(grown)}",
    )
    yield Row(f"{what}: milliseconds of the first page in another order", median(fresh), note=_spread(fresh))
    yield Row(f"{what}: kB of a page", size / 1e3, 60.0)


def _costs(ledger: Ledger, run: Playing, trades: Trades) -> tuple[list[float], list[float], list[float], int]:
    turned: list[float] = []
    grown: list[float] = []
    fresh: list[float] = []
    size = 0
    state = ViewState(stream=0)
    trades.page(state)  # the first look takes the trades over, and is not counted
    for column in COLUMNS:
        for ascending in (False, True):
            asked = TradesAsked(column.key, ascending)
            fresh.append(_milliseconds(partial(trades.page, state.changed(trades=asked))))
        for round_ in range(1, REPEATS // 2 + 1):
            other = state.changed(trades=TradesAsked(column.key, offset=997 * round_ * PAGE))
            turned.append(_milliseconds(partial(trades.page, other)))
            run.done += BETWEEN
            ledger.watch(run)
            assert ledger.streams[0].n_ticks == run.done
            grown.append(_milliseconds(partial(trades.page, other)))
        size = max(size, len(json.dumps(trades.page(other))))
    return turned, grown, fresh, size


def _milliseconds(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return 1e3 * (process_time() - begun)


def _spread(taken: list[float]) -> str:
    return f"CPU time, over all columns; at most {max(taken):.1f}."
