"""The frames of a replay: accounts, trades, equity and predictions. The only file here that loads pandas."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from midplot.money._account import PartAccount
from midplot.money._columns import COLUMNS, row_of, total_of
from midplot.money._ledger import Ledger
from midplot.money._when import first_and_last, time_of_ticks

__all__ = ["accounts_frame", "equity_frame", "predictions_frame", "trades_frame"]

# The types are given for frames without rows, which have nothing to infer them from.
_TRADES = {
    "stream_id": np.int64,
    "part": np.int64,
    "index": np.int64,
    "decision": np.float64,
    "x": np.float64,
    "resolution_index": np.int64,
    "x_resolution": np.float64,
    "profit": np.float64,
    "latency_ms": np.float64,
}
_EQUITY = {"stream_id": np.int64, "part": np.int64, "index": np.int64, "profit": np.float64, "equity": np.float64}
_PREDICTIONS = {"stream": np.object_, "prediction": np.float64}


def accounts_frame(ledger: Ledger) -> pd.DataFrame:
    """Return one row per stream, indexed by its name or id, and a last row ``total``."""
    rows = [*map(row_of, ledger.streams.values()), total_of(ledger)]
    numbers = [{column.key: column.value(row) for column in COLUMNS} for row in rows]
    # NaN for None, which would turn a whole column of numbers into objects.
    values = [{key: math.nan if n is None else n for key, n in row.items()} for row in numbers]
    frame = pd.DataFrame(values, index=pd.Index([row.title for row in rows], name="stream"))
    if _any_times(ledger):
        first, last = (pd.Series(ends) for ends in zip(*map(first_and_last, ledger.streams.values()), strict=True))
        # min and max skip NaT, which a stream without times has.
        frame["first_time"] = pd.DatetimeIndex([*first, first.min()])
        frame["last_time"] = pd.DatetimeIndex([*last, last.max()])
    return frame


def _any_times(ledger: Ledger) -> bool:
    return any(part.part.has_times for part in ledger.parts)


def trades_frame(ledger: Ledger) -> pd.DataFrame:
    """Return one row per counted decision, ordered by stream, part and index."""
    timed = _any_times(ledger)
    dtypes = _TRADES
    if timed:
        dtypes = _with(dtypes, "index", "time")
        dtypes = _with(dtypes, "resolution_index", "resolution_time")
    return _stacked([_part_trades(part, timed=timed) for part in ledger.parts], dtypes)


def _with(dtypes: dict[str, Any], after: str, name: str) -> dict[str, Any]:
    """Insert a column of times after another column."""
    names = list(dtypes)
    names.insert(names.index(after) + 1, name)
    # Seconds only until a block of finer times is stacked below.
    return {each: dtypes.get(each, "datetime64[s]") for each in names}


def _part_trades(account: PartAccount, *, timed: bool) -> dict[str, Any]:
    trades, part = account.trades, account.part
    n = len(trades.tick)
    times = {"time": trades.tick, "resolution_time": trades.resolution_tick} if timed else {}
    return {
        **{name: time_of_ticks(account, ticks) for name, ticks in times.items()},
        "stream_id": np.full(n, part.stream_id),
        "part": np.full(n, part.part),
        "index": trades.tick + part.first_index,
        "decision": trades.decision,
        "x": trades.x,
        "resolution_index": trades.resolution_tick + part.first_index,
        "x_resolution": trades.x_resolution,
        "profit": trades.profit,
        "latency_ms": account.replay.latency_ns[trades.tick] / 1e6,
    }


def equity_frame(ledger: Ledger) -> pd.DataFrame:
    """Return one row per scored tick, with the profit booked at it and the sum so far."""
    timed = _any_times(ledger)
    blocks = []
    for stream in ledger.streams.values():
        first, equity = 0, stream.equity
        for part in stream.parts:
            last = first + part.n_ticks
            blocks.append(_part_equity(part, equity[first:last], timed=timed))
            first = last
    return _stacked(blocks, _with(_EQUITY, "index", "time") if timed else _EQUITY)


def _part_equity(account: PartAccount, equity: Any, *, timed: bool) -> dict[str, Any]:
    n = account.n_ticks
    scored = np.arange(account.part.warmup, account.part.warmup + n)
    return {
        **({"time": time_of_ticks(account, scored)} if timed else {}),
        "stream_id": np.full(n, account.part.stream_id),
        "part": np.full(n, account.part.part),
        "index": account.index[account.replay.scored],
        "profit": account.booked,
        "equity": equity,
    }


def predictions_frame(ledger: Ledger) -> pd.DataFrame:
    """Return one row per scored decision under the platform's column names, ``stream`` and ``prediction``."""
    blocks = [
        {
            "stream": np.full(part.n_ticks, stream.title, dtype=object),
            "prediction": part.replay.decisions[part.replay.scored],
        }
        for stream in ledger.streams.values()
        for part in stream.parts
    ]
    return _stacked(blocks, _PREDICTIONS)


def _stacked(blocks: list[dict[str, Any]], dtypes: dict[str, Any]) -> pd.DataFrame:
    """Stack blocks of columns; the empty arrays keep the types of the columns if there are no blocks."""
    return pd.DataFrame(
        {name: np.concatenate([np.empty(0, dtype), *(b[name] for b in blocks)]) for name, dtype in dtypes.items()}
    )
