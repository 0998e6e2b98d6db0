"""The decisions that are marked on the price, by their outcome."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from midplot._text import signed, with_minus
from midplot.money._account import StreamAccount
from midplot.money._scoring import IntArray
from midplot.streams._stream import FloatArray
from midplot.views.chart._lines import book_of
from midplot.views.chart._outcome import Outcome, mark_of
from midplot.views.chart.growth._axis import Axis, scored_axis
from midplot.views.chart.growth._book import Book, delay_of
from midplot.views.chart.growth._pyramid import Pyramid

__all__ = ["MOST_MARKS", "Marks", "decision_marks"]

MOST_MARKS = 1500
"""Largest number of outcomes that are marked on a stream: more would cover each other."""

# Stretches that each of the two kinds of decisions gets, settled and pending, however few ticks it has.
_FEWEST = 4

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Counted decisions as points on the price; all arrays have shape ``(n,)``.

    Attributes
    ----------
    index
        Original index of each decision.
    price
        Price that the attacker saw then.
    decision
        Decision as the attacker returned it.
    profit
        Profit after costs, in the units of the price; NaN if unresolved.
    resolution_index
        Original index at which the outcome is or would be known.
    """

    index: IntArray
    price: FloatArray
    decision: FloatArray
    profit: FloatArray
    resolution_index: IntArray

    def __len__(self) -> int:
        return len(self.index)

    def of(self, outcome: Outcome) -> Marks:
        """Return the marks with one outcome."""
        return self._only(self._has(outcome))

    def texts(self) -> list[str]:
        """Return for each mark the decision and its outcome, as a line of a hover text."""
        columns = (self.decision, self.profit, self.resolution_index)
        return [_text(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]

    def _has(self, outcome: Outcome) -> BoolArray:
        unresolved = np.isnan(self.profit)
        if outcome is Outcome.UNRESOLVED:
            return unresolved
        mark = mark_of(outcome)
        up, won = mark.direction > 0, mark.is_filled
        has: BoolArray = ~unresolved & ((self.decision > 0) == up) & ((self.profit > 0) == won)
        return has

    def _only(self, chosen: BoolArray | IntArray) -> Marks:
        return Marks(
            self.index[chosen],
            self.price[chosen],
            self.decision[chosen],
            self.profit[chosen],
            self.resolution_index[chosen],
        )


def decision_marks(
    account: StreamAccount,
    axis: Axis | None = None,
    visible: tuple[float, float] | None = None,
    *,
    last: int | None = None,
    at_most: int | None = None,
) -> Marks:
    """Return one mark per counted decision of a stream, in order, or marks that stand for those that are not drawn.

    Parameters
    ----------
    account
        The stream.
    axis
        The axis of its scored ticks, if it is known already.
    visible
        Original indices at the edges of the range, both inclusive; None for the whole stream.
    last
        Last original index to mark, and to know outcomes by: later outcomes count as unresolved. None for all.
    at_most
        Largest number of marks; None for all. If there are more decisions, the range is divided into so many stretches, and
        of each stretch with a decision the one with the largest profit or loss is marked.
    """
    axis = scored_axis(account.parts) if axis is None else axis
    low, high = (-np.inf, np.inf) if visible is None else visible
    known = len(axis) if last is None else axis.position_of(last + 1)
    start, stop = min(known, axis.position_of(low)), min(known, axis.position_of(np.nextafter(high, np.inf)))
    if not axis.parts or start >= stop:
        return _marks_at(axis, np.empty(0, dtype=np.int64), np.empty(0))
    return _within(account, axis, start, stop, known, at_most)


def _within(account: StreamAccount, axis: Axis, start: int, stop: int, known: int, at_most: int | None) -> Marks:
    """Return the marks in a range of positions; outcomes are known before another position."""
    book = book_of(account, axis)
    places, profits = book.places, book.profits
    # Before this position, all decisions are settled: they are resolved, or their part has ended.
    settled = min(stop, max(start, known - delay_of(axis.parts[-1])))
    begin, end = np.searchsorted(places, [start, settled]).tolist()
    pending = _pending(axis, settled, stop)
    if at_most is None or end - begin + len(pending) <= at_most:
        chosen = np.arange(begin, end)
    else:
        # The stretches are divided between the two according to their lengths, with a few at least for each.
        n_pending = min(max(_FEWEST, at_most * (stop - settled) // (stop - start)), max(1, at_most - _FEWEST))
        if len(pending) > n_pending:
            stretch = (pending - settled) * n_pending // (stop - settled)
            pending = pending[np.flatnonzero(np.diff(stretch, prepend=-1))]
        chosen = _largest(account, book, start, settled, begin, end, at_most - len(pending))
    return _marks_at(
        axis,
        np.concatenate([places[chosen], pending]),
        np.concatenate([profits[chosen], np.full(len(pending), np.nan)]),
    )


def _largest(
    account: StreamAccount, book: Book, start: int, settled: int, begin: int, end: int, at_most: int
) -> IntArray:
    """Return which settled decisions stand for all of a range."""
    if end - begin <= at_most:
        return np.arange(begin, end)
    sizes: Pyramid = account.memory.held.setdefault("sizes", Pyramid(has_gaps=False))
    sizes.grow(book.sizes, settled)
    places = sizes.greatest(book.sizes, start, settled - 1, max(_FEWEST, at_most))
    chosen: IntArray = np.searchsorted(book.places, places)
    return chosen


def _pending(axis: Axis, start: int, stop: int) -> IntArray:
    """Return the positions of the decisions in a range, from the accounts of their parts."""
    found = []
    for which in range(int(np.searchsorted(axis.stop, start, side="right")), len(axis.parts)):
        shift = int(axis.start[which] - axis.tick[which])
        if axis.start[which] >= stop:
            break
        counted = axis.parts[which].counted
        begin, end = np.searchsorted(counted, [start - shift, stop - shift])
        found.append(counted[begin:end] + shift)
    return np.concatenate([np.empty(0, dtype=np.int64), *found])


def _marks_at(axis: Axis, places: IntArray, profits: FloatArray) -> Marks:
    index = axis.index_at(places)
    return Marks(
        index,
        axis.at(lambda part: part.part.values, places),
        axis.at(lambda part: part.replay.decisions, places),
        profits,
        index + delay_of(axis.parts[-1]) if len(index) else index,
    )


# Most marks stay from one refresh to the next, and a number takes long to format.
@lru_cache(maxsize=4 * MOST_MARKS)
def _text(decision: float, profit: float, resolution_index: int) -> str:
    direction = "up" if decision > 0 else "down"
    # Most attackers decide 1 or -1, whose size says nothing.
    size = "" if abs(decision) == 1 else with_minus(f" {decision:.4g}")
    if math.isnan(profit):
        return f"<br>{direction}{size}, unresolved until {resolution_index:,}"
    return with_minus(f"<br>{direction}{size}, profit {signed(profit)} at {resolution_index:,}")
