"""The outcome of a decision, and the one way to draw it: in charts, stills, cards and comparisons alike."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

__all__ = ["ARROW", "CIRCLE", "FILLED_AND_HOLLOW", "Mark", "Outcome", "mark_of", "outcome_of"]

FILLED_AND_HOLLOW: Final = "filled: profit, hollow: loss"
"""What the two looks of a mark mean, for legends."""

# An arrow below its point is the same upside down.
ARROW: Final = {1: "m0,4.5l4,7h-8z", -1: "m0,-4.5l-4,-7h8z"}
"""SVG outline of the mark of a decision, from its point on the price: ▲ below the price, ▼ above it."""

CIRCLE: Final = "m-2.5,0a2.5,2.5 0 1 0 5,0a2.5,2.5 0 1 0 -5,0z"
"""SVG outline of a decision that is not resolved, around its point."""


class Outcome(Enum):
    """The outcome of a decision, by its direction; a profit of exactly 0 counts as a loss."""

    UP_PROFIT = auto()
    UP_LOSS = auto()
    DOWN_PROFIT = auto()
    DOWN_LOSS = auto()
    UNRESOLVED = auto()


@dataclass(frozen=True, slots=True)
class Mark:
    """How a decision is drawn.

    Attributes
    ----------
    direction
        1 for a triangle that points up, -1 for one that points down, 0 for a circle.
    is_filled
        Whether it is filled, or hollow.
    """

    direction: int
    is_filled: bool

    @property
    def symbol(self) -> str:
        """Plotly's name of it; a triangle is upright, and turned around if it is to point down."""
        if not self.direction:
            return "circle-open"
        return "triangle-up" if self.is_filled else "triangle-up-open"

    @property
    def outline(self) -> str:
        """It as SVG, from a point on the price."""
        return ARROW[self.direction] if self.direction else CIRCLE


_MARKS: Final = {
    Outcome.UP_PROFIT: Mark(1, is_filled=True),
    Outcome.UP_LOSS: Mark(1, is_filled=False),
    Outcome.DOWN_PROFIT: Mark(-1, is_filled=True),
    Outcome.DOWN_LOSS: Mark(-1, is_filled=False),
    Outcome.UNRESOLVED: Mark(0, is_filled=False),
}


def outcome_of(decision: float, profit: float | None) -> Outcome:
    """Return the outcome of a decision.

    Parameters
    ----------
    decision
        Any number except 0.
    profit
        What it earned after costs; None or NaN if it is not resolved.

    Examples
    --------
    >>> outcome_of(0.3, 2.0), outcome_of(-1, 0.0), outcome_of(1, None)
    (<Outcome.UP_PROFIT: 1>, <Outcome.DOWN_LOSS: 4>, <Outcome.UNRESOLVED: 5>)
    """
    if profit is None or math.isnan(profit):
        return Outcome.UNRESOLVED
    if decision > 0:
        return Outcome.UP_PROFIT if profit > 0 else Outcome.UP_LOSS
    return Outcome.DOWN_PROFIT if profit > 0 else Outcome.DOWN_LOSS


def mark_of(outcome: Outcome) -> Mark:
    """Return how decisions with an outcome are drawn."""
    return _MARKS[outcome]
