"""The trades of a report page: a table that the page sorts and turns the pages of, whose rows lead to the chart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from midplot._text import clipped, counted
from midplot.money._account import PartAccount
from midplot.money._ledger import Ledger
from midplot.money._scoring import IntArray
from midplot.views.chart.growth._book import delay_of
from midplot.views.pages._html import harmless
from midplot.views.trades._book import Order, TradeBook
from midplot.views.trades._columns import COLUMNS, STREAM, TradeColumn, columns_for

__all__ = ["MOST_TRADES", "ListedTrades"]

MOST_TRADES: Final = 1_000
"""Most trades in the table, half of them the worst and half the best; each takes about 150 bytes."""

_CLOSE: Final = 60
"""The worst and the best trades around which a thinned chart keeps every tick, as many of each."""

_MOST_AROUND: Final = 150
"""Most ticks that are kept around a trade."""


class ListedTrades:
    """The trades of a replay that a page lists, the worst first.

    Parameters
    ----------
    ledger
        What happened in the replay.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger, self._parts = ledger, ledger.parts
        self._book = TradeBook()
        self._book.take(self._parts, growing=False)
        ordered = self._book.ordered(Order("profit", ascending=True, outcome="all"), None)
        self.n = len(ordered)
        self._n_resolved = int(np.count_nonzero(~np.isnan(self._book.numbers(None, ordered))))
        resolved = ordered[: self._n_resolved]
        self.listed: IntArray = ordered if self.n <= MOST_TRADES else _ends(resolved, MOST_TRADES // 2)

    def near(self) -> dict[int, IntArray]:
        """Return by stream id the original indices around the worst and the best trades, to be drawn in any case."""
        found: dict[int, list[IntArray]] = {}

        def gather(part: PartAccount, ticks: IntArray) -> IntArray:
            around = [_around(part, tick) for tick in ticks.tolist()]
            found.setdefault(part.part.stream_id, []).extend(around)
            return ticks

        self._book.numbers(gather, _ends(self.listed[: self._n_resolved], _CLOSE))
        return {stream_id: np.unique(np.concatenate(each)) for stream_id, each in found.items()}

    def words(self) -> str:
        """Return a sentence on which trades are listed."""
        n, unresolved = len(self.listed), self.n - self._n_resolved
        words = [counted(self.n, "trade") + (f", {unresolved:,} of them unresolved" if unresolved else "")]
        if n < self.n:
            words.append(f"Listed are the {n // 2:,} worst and the {n - n // 2:,} best")
        return ". ".join([*words, "A row shows its trade in the chart."])

    def data(self, numbers: Mapping[int, int]) -> str:
        """Return the table as JSON.

        Parameters
        ----------
        numbers
            Numbers of the streams' charts, by stream id.
        """
        columns = columns_for(self._parts, everywhere=len(self._ledger.streams) > 1)
        values = {each.key: self._book.numbers(each.numbers, self.listed) for each in COLUMNS}
        ids = self._book.numbers(_stream_ids, self.listed)
        titles = {stream_id: clipped(each.title) for stream_id, each in self._ledger.streams.items()}
        table = {
            "columns": [_heading(each) for each in columns],
            "cells": [_cells(each, values[each.key], titles) for each in columns],
            "ranks": [_ranks(values[each.key]) for each in columns],
            "chart": [numbers[each] for each in ids.tolist()],
            "first": values["index"].tolist(),
            "last": values["resolution_index"].tolist(),
            "up": (values["decision"] > 0).astype(int).tolist(),
            "tone": np.nan_to_num(np.sign(values["profit"])).astype(int).tolist(),
        }
        return harmless(json.dumps(table, ensure_ascii=False, separators=(",", ":")))


def _stream_ids(part: PartAccount, ticks: IntArray) -> IntArray:
    return np.full(len(ticks), part.part.stream_id)


def _ends(ordered: IntArray, n: int) -> IntArray:
    """Return the first and the last ``n`` of some trades, each only once."""
    return ordered if len(ordered) <= 2 * n else np.concatenate([ordered[:n], ordered[-n:]])


def _around(account: PartAccount, tick: int) -> IntArray:
    """Return original indices of scored ticks from half a horizon before a trade to half a one after its resolution."""
    delay = delay_of(account)
    first = max(account.part.warmup, tick - delay // 2)
    last = min(account.replay.n_ticks - 1, tick + delay + delay // 2)
    every = max(1, (last - first) // _MOST_AROUND)
    around: IntArray = np.unique(np.append(np.arange(first, last + 1, every), [tick, min(tick + delay, last)]))
    return around + account.part.first_index


def _heading(column: TradeColumn) -> dict[str, str]:
    return {"key": column.key, "text": column.heading, "help": column.help}


def _cells(column: TradeColumn, values: npt.NDArray[Any], titles: Mapping[int, str]) -> list[str]:
    if column.key == STREAM:
        return [titles[each] for each in values.tolist()]
    return column.texts(values)


def _ranks(values: npt.NDArray[Any]) -> list[int | None]:
    """Return the place of each value among all in ascending order, the same for equal ones; None for NaN."""
    known = ~np.isnan(values.astype(np.float64))
    _, places = np.unique(values[known], return_inverse=True)
    ranks = np.full(len(values), None, dtype=object)
    ranks[known] = places.tolist()
    found: list[int | None] = ranks.tolist()
    return found
