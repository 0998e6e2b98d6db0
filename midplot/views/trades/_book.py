"""The trades of some streams in the order that a table asks for: sorted once, and extended as a replay grows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.money._account import PartAccount
from midplot.money._scoring import IntArray
from midplot.play._growing import Growing
from midplot.streams._stream import FloatArray

__all__ = ["Numbers", "Order", "TradeBook"]

Numbers = Callable[[PartAccount, IntArray], npt.NDArray[Any]]
"""Returns one number per trade of a part, given the ticks of the trades."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order of trades, and which of them are in it.

    Attributes
    ----------
    key
        Name of the column to sort by.
    ascending
        Whether the smallest number comes first. Equal ones stay in the order of the replay either way, and trades without
        a number come last.
    outcome
        ``all``, ``winners`` (a profit above 0), ``losers`` (below 0) or ``unresolved``. As in the accounts, a profit of
        exactly 0 is neither.
    """

    key: str
    ascending: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class _Taken:
    """How much was taken over: so many trades, of so many parts, and so many of the last of these."""

    n: int = 0
    n_parts: int = 0
    of_last: int = 0


class TradeBook:
    """The trades of some streams, in the order of the replay.

    Those of a part that is still being replayed are in it as soon as they are resolved, those of any other part in any case.
    """

    def __init__(self) -> None:
        self._which, self._tick, self._profit = Growing(np.int64), Growing(np.int64), Growing()
        self._parts: list[PartAccount] = []
        self._taken = _Taken()
        # The order that was asked for last, of how many trades, their sorted numbers, and the trades in that order.
        self._sorted: tuple[Order | None, int, FloatArray, IntArray] = _UNSORTED

    def __len__(self) -> int:
        return self._taken.n

    def take(self, parts: Sequence[PartAccount], *, growing: bool) -> None:
        """Take over what is new.

        Parameters
        ----------
        parts
            All parts. If they are not those seen before and others after them, everything is taken anew.
        growing
            Whether the last part may still grow.
        """
        known = self._parts
        if len(parts) < len(known) or any(a.part is not b.part for a, b in zip(known, parts, strict=False)):
            self._taken, self._sorted = _Taken(), _UNSORTED
        self._parts = list(parts)
        for place in range(max(0, self._taken.n_parts - 1), len(parts)):
            self._take_part(place, is_whole=not growing or place < len(parts) - 1)

    def _take_part(self, place: int, *, is_whole: bool) -> None:
        part, taken = self._parts[place], self._taken
        done = taken.of_last if place < taken.n_parts else 0
        profits = part.profits[done:]
        # The ticks of all decisions may have to be found first, so they are asked for only if there are new ones.
        if not (len(profits) or (is_whole and part.n_trades > done)):
            self._taken = _Taken(taken.n, place + 1, done)
            return
        settled = part.counted[done : None if is_whole else done + len(profits)]
        self._which.put(taken.n, np.full(len(settled), place))
        self._tick.put(taken.n, settled)
        self._profit.put(taken.n, np.append(profits, np.full(len(settled) - len(profits), np.nan)))
        # Last, so that a Ctrl-C in between changes nothing.
        self._taken = _Taken(taken.n + len(settled), place + 1, done + len(settled))

    def numbers(self, numbers: Numbers | None, trades: IntArray) -> npt.NDArray[Any]:
        """Return one number per trade.

        Parameters
        ----------
        numbers
            Returns those of one part; None for the profits.
        trades
            The trades, counted from 0.
        """
        if numbers is None:
            return self._profit.first(len(self))[trades]
        which, ticks = self._which.first(len(self))[trades], self._tick.first(len(self))[trades]
        by_part = np.argsort(which, kind="stable")  # nearly nothing if they are in the order of the replay
        bounds = np.flatnonzero(np.diff(which[by_part], prepend=-1, append=-1)).tolist()
        found = [
            numbers(self._parts[which[by_part[begin]]], ticks[by_part[begin:end]]) for begin, end in pairwise(bounds)
        ]
        together = np.concatenate(found) if found else np.empty(0)
        values = np.empty_like(together)
        values[by_part] = together
        return values

    def ordered(self, order: Order, numbers: Numbers | None) -> IntArray:
        """Return the trades in an order. What was sorted before is kept, and what is new is merged into it.

        Parameters
        ----------
        order
            The order.
        numbers
            The numbers of its column, as `numbers` takes them.
        """
        known, seen, keys, trades = self._sorted
        if known != order:
            _, seen, keys, trades = _UNSORTED
        fresh = np.arange(seen, len(self))
        fresh = fresh[_has(order.outcome, self._profit.first(len(self))[seen:])]
        if len(fresh):
            # A time in nanoseconds loses its last digits as a float; what is equal then stays in the order of the replay.
            new = self.numbers(numbers, fresh).astype(np.float64)
            new = new if order.ascending else -new
            by_key = np.argsort(new, kind="stable")  # NaN comes last
            new, fresh = new[by_key], fresh[by_key]
            places = np.searchsorted(keys, new, side="right")
            keys, trades = np.insert(keys, places, new), np.insert(trades, places, fresh)
        self._sorted = order, len(self), keys, trades
        return trades


_UNSORTED: tuple[Order | None, int, FloatArray, IntArray] = (None, 0, np.empty(0), np.empty(0, dtype=np.int64))


def _has(outcome: str, profits: FloatArray) -> npt.NDArray[np.bool_]:
    chosen: dict[str, Callable[[], npt.NDArray[np.bool_]]] = {
        "winners": lambda: profits > 0,
        "losers": lambda: profits < 0,
        "unresolved": lambda: np.isnan(profits),
    }
    return chosen[outcome]() if outcome in chosen else np.ones(len(profits), dtype=bool)
