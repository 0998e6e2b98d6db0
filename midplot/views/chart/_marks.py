"""The decisions that are marked on the price, by their outcome."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum, auto

import numpy as np
import numpy.typing as npt

from midplot._text import signed
from midplot.money._account import PartAccount, StreamAccount
from midplot.money._scoring import IntArray
from midplot.streams._stream import FloatArray

__all__ = ["MOST_MARKS", "Marks", "Outcome", "decision_marks"]

MOST_MARKS = 1500
"""Largest number of outcomes that are marked on a stream: more would cover each other."""

BoolArray = npt.NDArray[np.bool_]


class Outcome(Enum):
    """The outcome of a decision, by its direction; a profit of exactly 0 counts as a loss."""

    UP_PROFIT = auto()
    UP_LOSS = auto()
    DOWN_PROFIT = auto()
    DOWN_LOSS = auto()
    UNRESOLVED = auto()


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

    def largest(self, at_most: int = MOST_MARKS) -> Marks:
        """Return the marks that matter most, in order: the largest profits and losses before the unresolved."""
        if len(self) <= at_most:
            return self
        # Unresolved decisions have no size yet, so they come after all others.
        size = np.where(np.isnan(self.profit), -1.0, np.abs(self.profit))
        return self._only(np.sort(np.argsort(-size, kind="stable")[:at_most]))

    def before(self, last: int) -> Marks:
        """Return the marks up to an index, as known at that index: later outcomes count as unresolved."""
        known = self._only(self.index <= last)
        return replace(known, profit=np.where(known.resolution_index <= last, known.profit, np.nan))

    def within(self, low: float, high: float) -> Marks:
        """Return the marks between two indices, both inclusive."""
        return self._only((self.index >= low) & (self.index <= high))

    def texts(self) -> list[str]:
        """Return for each mark the decision and its outcome, as a line of a hover text."""
        columns = (self.decision, self.profit, self.resolution_index)
        return [_text(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]

    def _has(self, outcome: Outcome) -> BoolArray:
        unresolved = np.isnan(self.profit)
        if outcome is Outcome.UNRESOLVED:
            return unresolved
        up = outcome in (Outcome.UP_PROFIT, Outcome.UP_LOSS)
        won = outcome in (Outcome.UP_PROFIT, Outcome.DOWN_PROFIT)
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


def decision_marks(account: StreamAccount) -> Marks:
    """Return one mark per counted decision of a stream, in order."""
    by_part = [_part_marks(part) for part in account.parts]
    # Empty arrays go first, so that a stream without parts can be concatenated too.
    ints, floats = np.empty(0, dtype=np.int64), np.empty(0)
    return Marks(
        np.concatenate([ints, *(marks.index for marks in by_part)]),
        np.concatenate([floats, *(marks.price for marks in by_part)]),
        np.concatenate([floats, *(marks.decision for marks in by_part)]),
        np.concatenate([floats, *(marks.profit for marks in by_part)]),
        np.concatenate([ints, *(marks.resolution_index for marks in by_part)]),
    )


def _part_marks(part: PartAccount) -> Marks:
    trades, first = part.trades, part.part.first_index
    return Marks(
        trades.tick + first,
        part.part.values[trades.tick],
        trades.decision,
        trades.profit,
        trades.resolution_tick + first,
    )


def _text(decision: float, profit: float, resolution_index: int) -> str:
    direction = "up" if decision > 0 else "down"
    # Most attackers decide 1 or -1, whose size says nothing.
    size = "" if abs(decision) == 1 else f" {decision:.4g}"
    if math.isnan(profit):
        return f"<br>{direction}{size}, unresolved until {resolution_index:,}"
    return f"<br>{direction}{size}, profit {signed(profit)} at {resolution_index:,}"
