"""Which stretch of a stream is in sight first, where its parts lie too far apart for one look."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from midplot.money._account import PartAccount, StreamAccount

__all__ = ["MOST_WINDOWS", "Window", "opening_window", "part_windows"]

MOST_WINDOWS = 30
"""How many parts of a stream can be chosen to look at, the longest."""

_TOO_FAR = 4.0
_MARGIN = 0.05


@dataclass(frozen=True, slots=True)
class Window:
    """One part of a stream, as ranges of the chart's axes.

    Attributes
    ----------
    label
        What the part is called.
    first, last
        Original indices.
    low, high
        Prices, with a margin.
    n_ticks
        How many ticks of it were replayed.
    n_decisions
        How many decisions counted.
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
        """What the x-axis shows: the part and a little room on either side."""
        room = max(1.0, 0.01 * self.n_ticks)
        return [self.first - room, self.last + room]

    @property
    def y_range(self) -> list[float]:
        """What the price axis shows."""
        return [self.low, self.high]


def part_windows(account: StreamAccount) -> list[Window]:
    """Return a window for each replayed part, in order; nothing where there are not several."""
    windows = [_window(part) for part in account.parts if part.replay.n_ticks]
    if len(windows) < 2:
        return []
    longest = sorted(range(len(windows)), key=lambda i: -windows[i].n_ticks)[:MOST_WINDOWS]
    return [windows[i] for i in sorted(longest)]


def opening_window(windows: list[Window]) -> Window | None:
    """Return the part with the most decisions, where prices of parts are so far apart that all in one look are flat lines.

    Recorded streams jump by thousands at a gap, where the price moves by tens within a part.

    Returns
    -------
    Window or None
        None where the whole stream can be read at one look.
    """
    if not windows:
        return None
    span = max(window.high for window in windows) - min(window.low for window in windows)
    if span <= _TOO_FAR * max(window.high - window.low for window in windows):
        return None
    return max(windows, key=lambda window: (window.n_decisions, window.n_ticks))


def _window(part: PartAccount) -> Window:
    n_ticks, first = part.replay.n_ticks, part.part.first_index
    seen = part.part.values[:n_ticks]
    low, high = float(np.min(seen)), float(np.max(seen))
    margin = _MARGIN * (high - low) or max(abs(high) * 1e-4, 1e-9)
    return Window(
        label=f"Part {part.part.part}",
        first=first,
        last=first + n_ticks - 1,
        low=low - margin,
        high=high + margin,
        n_ticks=n_ticks,
        n_decisions=len(part.trades.tick),
    )
