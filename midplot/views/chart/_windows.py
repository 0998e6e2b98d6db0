"""The ranges of a stream's parts, and the one to show first if their prices are too far apart to be shown together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from midplot.money._account import PartAccount, StreamAccount
from midplot.views.chart._ranges import PRICE_MARGIN, range_of

__all__ = ["MOST_WINDOWS", "TOO_FAR", "Window", "opening_window", "part_windows"]

MOST_WINDOWS = 30
"""Largest number of parts to offer as buttons, the longest: a menu with more would be taller than the chart."""

# Shown together, even the part that moves most would have less than a quarter of the panel's height.
TOO_FAR = 4.0


@dataclass(frozen=True, slots=True)
class Window:
    """One part of a stream, as ranges of the chart's axes.

    Attributes
    ----------
    label
        Name of the part.
    first, last
        Original indices of its ends, both inclusive.
    low, high
        Lowest and highest price, with a margin.
    n_ticks
        Number of ticks that were replayed.
    n_decisions
        Number of decisions that counted.
    """

    label: str
    first: int
    last: int
    low: float
    high: float
    n_ticks: int
    n_decisions: int

    @property
    def x_range(self) -> list[float]:
        """The range of the x-axis: the part with a little room on either side."""
        room = max(1.0, 0.01 * self.n_ticks)
        return [self.first - room, self.last + room]

    @property
    def y_range(self) -> list[float]:
        """The range of the price axis."""
        return [self.low, self.high]


def part_windows(account: StreamAccount) -> list[Window]:
    """Return a window for each replayed part, in order; an empty list if there is only one."""
    windows = [_window(part) for part in account.parts if part.replay.n_ticks]
    if len(windows) < 2:
        return []
    longest = sorted(range(len(windows)), key=lambda i: -windows[i].n_ticks)[:MOST_WINDOWS]
    return [windows[i] for i in sorted(longest)]


def opening_window(windows: list[Window]) -> Window | None:
    """Return the part to show first if all parts together would be flat lines: the one with the most decisions.

    Recorded streams jump by thousands at a gap, while the price moves by tens within a part.

    Returns
    -------
    Window or None
        None if the whole stream is readable at once.
    """
    if not windows:
        return None
    span = max(window.high for window in windows) - min(window.low for window in windows)
    if span <= TOO_FAR * max(window.high - window.low for window in windows):
        return None
    return max(windows, key=lambda window: (window.n_decisions, window.n_ticks))


def _window(part: PartAccount) -> Window:
    n_ticks, first = part.replay.n_ticks, part.part.first_index
    seen = part.part.values[:n_ticks]
    low, high = range_of(float(np.min(seen)), float(np.max(seen)), PRICE_MARGIN)
    return Window(
        label=f"Part {part.part.part}",
        first=first,
        last=first + n_ticks - 1,
        low=low,
        high=high,
        n_ticks=n_ticks,
        n_decisions=part.n_trades,
    )
