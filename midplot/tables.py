"""The frames of a replay: accounts, trades, equity and predictions. pandas is loaded when one is asked for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from midplot.core.account import PartAccount, StreamAccount
from midplot.core.latency import Latency
from midplot.core.ledger import Summary
from midplot.core.when import first_and_last, time_of_ticks

if TYPE_CHECKING:
    from midplot.results import ReplayResults

__all__ = ["accounts_frame", "equity_frame", "predictions_frame", "trades_frame"]

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


def accounts_frame(result: ReplayResults) -> pd.DataFrame:
    """Return one row a stream, by its name or id, and a last row ``total``."""
    values = [_account_row(s.summary, s.unresolved, s.latency) for s in result.streams.values()]
    labels = [s.title for s in result.streams.values()]
    values.append(_account_row(result.summary(), result.unresolved, result.latency))
    frame = pd.DataFrame(values, index=pd.Index([*labels, "total"], name="stream"))
    streams = list(result.streams.values())
    if _any_times(streams):
        first, last = (pd.Series(ends) for ends in zip(*map(first_and_last, streams), strict=True))
        frame["first_time"] = pd.DatetimeIndex([*first, first.min()])
        frame["last_time"] = pd.DatetimeIndex([*last, last.max()])
    return frame


def _any_times(streams: list[StreamAccount]) -> bool:
    return any(part.part.has_times for stream in streams for part in stream.parts)


def _account_row(summary: Summary, unresolved: int, latency: Latency) -> dict[str, Any]:
    return {
        **{key: math.nan if value is None else value for key, value in summary.items()},
        "unresolved": unresolved,
        "latency_mean_ms": latency.mean * 1e3,
        "latency_p99_ms": latency.p99 * 1e3,
    }


def trades_frame(streams: list[StreamAccount]) -> pd.DataFrame:
    """Return one row a counted decision, by stream, part and index."""
    timed = _any_times(streams)
    dtypes = _TRADES
    if timed:
        dtypes = _with(dtypes, "index", "time")
        dtypes = _with(dtypes, "resolution_index", "resolution_time")
    blocks = [_part_trades(part, timed=timed) for stream in streams for part in stream.parts]
    return _stacked(blocks, dtypes)


def _with(dtypes: dict[str, Any], after: str, name: str) -> dict[str, Any]:
    """Put a column of times after another one."""
    names = list(dtypes)
    names.insert(names.index(after) + 1, name)
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


def equity_frame(streams: list[StreamAccount]) -> pd.DataFrame:
    """Return one row a scored tick, with the profit booked at it and the sum so far."""
    timed = _any_times(streams)
    blocks = []
    for stream in streams:
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


def predictions_frame(streams: list[StreamAccount]) -> pd.DataFrame:
    """Return the scored decisions under the platform's column names."""
    blocks = [
        {
            "stream": np.full(part.n_ticks, stream.title, dtype=object),
            "prediction": part.replay.decisions[part.replay.scored],
        }
        for stream in streams
        for part in stream.parts
    ]
    return _stacked(blocks, _PREDICTIONS)


def _stacked(blocks: list[dict[str, Any]], dtypes: dict[str, Any]) -> pd.DataFrame:
    """Put blocks of columns below each other; without any, the columns keep their types."""
    return pd.DataFrame(
        {name: np.concatenate([np.empty(0, dtype), *(b[name] for b in blocks)]) for name, dtype in dtypes.items()}
    )
