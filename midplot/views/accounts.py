"""The accounts of a replay as rows for a table: readable names, numbers to sort by, and how they are written."""

from __future__ import annotations

import math
from typing import Any

from midplot.core.account import StreamAccount, win_rate
from midplot.core.latency import Latency
from midplot.core.ledger import Summary
from midplot.errors import legible
from midplot.views.numbers import percent, plain, signed

__all__ = ["COLUMNS", "AccountsRows"]

COLUMNS = (
    "Stream",
    "Ticks",
    "Decisions",
    "Unresolved",
    "Profit",
    "Win rate",
    "Wins",
    "Losses",
    "Win/loss",
    "Per decision",
    "Per std",
    "Mean ms",
    "p99 ms",
)

Cell = dict[str, Any]


Row = dict[str, Any]


class AccountsRows:
    """Makes the rows of a table; those of streams that did not change since are kept."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[StreamAccount, Row]] = {}

    def table(
        self, streams: list[StreamAccount], total: Summary, unresolved: int, latency: Latency, current: int | None
    ) -> dict[str, Any]:
        """Return the table's state: columns, a row a stream, the total, and which stream is in sight."""
        rows = [self._row(each) for each in streams]
        last = {"id": None, "cells": _cells("total", total, unresolved, latency)} if rows else None
        return {"columns": list(COLUMNS), "rows": rows, "total": last, "current": current}

    def _row(self, account: StreamAccount) -> Row:
        known, row = self._made.get(account.stream_id, (None, {}))
        if known is not account:
            cells = _cells(account.title, account.summary, account.unresolved, account.latency)
            row = {"id": account.stream_id, "cells": cells}
            self._made[account.stream_id] = (account, row)
        return row


def _cells(title: str, summary: Summary, unresolved: int, latency: Latency) -> list[Cell]:
    return [
        {"text": legible(title), "value": legible(title)},
        _count(summary["current_ndx"]),
        _count(summary["num_resolved_decisions"]),
        _count(unresolved),
        _cell(signed(summary["total_profit"]), summary["total_profit"]),
        _cell(percent(win_rate(summary)), win_rate(summary)),
        _count(summary["wins"]),
        _count(summary["losses"]),
        _cell(plain(summary["win_loss_ratio"], 3), summary["win_loss_ratio"]),
        _cell(signed(summary["profit_per_decision"], 3), summary["profit_per_decision"]),
        _cell(plain(summary["standardized_profit_per_decision"], 3), summary["standardized_profit_per_decision"]),
        _cell(plain(latency.mean * 1e3, 3), latency.mean),
        _cell(plain(latency.p99 * 1e3, 3), latency.p99),
    ]


def _count(n: float | None) -> Cell:
    return {"text": f"{int(n or 0):,}", "value": int(n or 0)}


def _cell(text: str, value: float | None) -> Cell:
    """Keep what is no number out of what is sent: JSON has no NaN and no infinity."""
    if value is None or math.isnan(value):
        return {"text": text, "value": None}
    return {"text": text, "value": max(-1e300, min(1e300, float(value)))}
