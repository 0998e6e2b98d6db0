"""The table of trades as the page draws it: one page of rows, of all that a replay has made so far."""

from __future__ import annotations

from typing import Any, Final

from midplot.money._account import PartAccount
from midplot.money._scoring import IntArray
from midplot.views._view_state import TradesAsked, ViewState
from midplot.views.panel._world import World
from midplot.views.trades._book import Order, TradeBook
from midplot.views.trades._columns import COLUMNS, STREAM, columns_for, stream_texts

__all__ = ["PAGE", "Trades"]

PAGE: Final = 50
"""Rows that are sent at once. More than a person looks at, and few enough to be sent with every refresh."""

_NUMBERS: Final = {column.key: column.numbers for column in COLUMNS}


class Trades:
    """The trades of one view.

    Parameters
    ----------
    world
        The replay.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        # By what they are of: a stream, or None for all. The one of another stream is forgotten, since it is quickly made.
        self._books: dict[int | None, TradeBook] = {}
        self._page: tuple[Any, dict[str, Any]] = (None, {})

    def count(self, state: ViewState) -> int:
        """Return the number of counted decisions that the table is about; none of them is looked at."""
        return sum(part.n_trades for part in self._parts(state))

    def unresolved(self, state: ViewState) -> int:
        """Return the number of those that are still pending, or were when their part ended: no other figure counts these."""
        return sum(part.unresolved for part in self._parts(state))

    def page(self, state: ViewState) -> dict[str, Any]:
        """Return the rows that a state asks for.

        Parameters
        ----------
        state
            The state of the view. While it hides what comes after the window, the table has no rows.
        """
        asked, parts = state.trades, self._parts(state)
        if state.hides_future:
            return self._drawn(asked, parts, [], 0, 0, "Hidden while the future is: the table would give it away.")
        book = self._book(state, parts)
        order = Order(asked.sort, asked.ascending, asked.outcome)
        trades = book.ordered(order, _NUMBERS[asked.sort])
        n, last_page = len(trades), max(0, (len(trades) - 1) // PAGE * PAGE)
        start = min(max(0, asked.offset), last_page)
        shown = trades[start : start + PAGE]
        # The rows stay the same while the replay goes on elsewhere, or the chart is looked at.
        key = (asked, state.stream, start, n, shown.tobytes())
        if self._page[0] != key:
            self._page = (
                key,
                self._drawn(asked, parts, self._rows(book, asked, parts, shown), start, n, self._why_empty(asked)),
            )
        return self._page[1]

    def _parts(self, state: ViewState) -> list[PartAccount]:
        ledger = self._world.ledger
        if state.trades.everywhere:
            return ledger.parts
        account = ledger.streams.get(state.stream)
        return [] if account is None else list(account.parts)

    def _book(self, state: ViewState, parts: list[PartAccount]) -> TradeBook:
        of = None if state.trades.everywhere else state.stream
        self._books = {which: book for which, book in self._books.items() if which in (None, of)}
        book = self._books.setdefault(of, TradeBook())
        newest = next(reversed(self._world.streams()), None)
        book.take(parts, growing=self._world.running and of in (None, newest))
        return book

    def _rows(
        self, book: TradeBook, asked: TradesAsked, parts: list[PartAccount], trades: IntArray
    ) -> list[dict[str, Any]]:
        columns = columns_for(parts, everywhere=asked.everywhere)
        numbers = {key: book.numbers(of, trades) for key, of in _NUMBERS.items()}
        titles = {each.stream_id: each.title for each in self._world.ledger.streams.values()}
        texts = [
            stream_texts(numbers[STREAM], titles) if column.key == STREAM else column.texts(numbers[column.key])
            for column in columns
        ]
        ids, indices, profits, ups = (numbers[key].tolist() for key in (STREAM, "index", "profit", "decision"))
        return [
            {
                "stream": ids[place],
                "index": indices[place],
                "tone": "gain" if profits[place] > 0 else "loss" if profits[place] < 0 else "",
                "direction": "up" if ups[place] > 0 else "down",
                "cells": list(cells),
            }
            for place, cells in enumerate(zip(*texts, strict=True))
        ]

    def _why_empty(self, asked: TradesAsked) -> str:
        kind = "" if asked.outcome == "all" else f" of these: {asked.outcome}"
        return f"No trade{kind} so far." if self._world.running else f"No trade{kind}."

    def _drawn(
        self, asked: TradesAsked, parts: list[PartAccount], rows: list[Any], start: int, n: int, empty: str
    ) -> dict[str, Any]:
        columns = columns_for(parts, everywhere=asked.everywhere)
        return {
            "columns": [{"key": each.key, "text": each.heading, "help": each.help} for each in columns],
            "rows": rows,
            "offset": start,
            "total": n,
            "page": PAGE,
            "sort": asked.sort,
            "ascending": asked.ascending,
            "outcome": asked.outcome,
            "everywhere": asked.everywhere,
            "n_streams": len(self._world.streams()),
            "empty": empty,
        }
