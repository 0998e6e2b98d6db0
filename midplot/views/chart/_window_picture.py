"""Draws the window of a scenario as a small SVG: the warm-up pale, the window strong, the ticks after it faint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from midplot.game import LABELS
from midplot.scenarios._scenario import Scenario
from midplot.scenarios._selection import Selection
from midplot.streams._stream import FloatArray
from midplot.views.chart._thin import thinned

__all__ = ["BOTTOM", "HEIGHT", "TOP", "WIDTH", "Frame", "band", "captions", "lines", "scenario_picture", "svg"]

# Units of the SVG's view box, about one pixel each in a card.
WIDTH, HEIGHT = 320, 124
TOP, BOTTOM = 14, 100
"""The price is drawn between these; the marks may extend a little beyond."""

LEAST_WARM_UP = 40
"""If the warm-up is longer than the window, only as many ticks of it are drawn as the window has, but at least this many."""

# Points per line. The picture is 320 pixels wide, and a page may have thousands of them.
MOST_POINTS = 240


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Positions of ticks and prices in the picture; ticks count from the first that is drawn."""

    selection: Selection
    shown: int
    prices: FloatArray
    low: float
    high: float

    @classmethod
    def of(cls, selection: Selection) -> Frame:
        """Return the frame of a window."""
        shown = min(len(selection.before), max(selection.n_ticks, LEAST_WARM_UP))
        before = selection.before[len(selection.before) - shown :]
        prices = np.array(before + selection.values + selection.after)
        # Halved so that the difference cannot overflow, however far the prices are apart.
        low, high = float(prices.min()) / 2, float(prices.max()) / 2
        return cls(selection, shown, prices, low, high)

    @property
    def window(self) -> tuple[int, int]:
        """The first tick of the window, and the first after it."""
        return self.shown, self.shown + self.selection.n_ticks

    def index(self, tick: int) -> int:
        """Return the original index of a tick."""
        return self.selection.first - self.shown + tick

    def x(self, tick: float) -> float:
        """Return the x of a tick."""
        return round(4 + (WIDTH - 8) * tick / max(1, len(self.prices) - 1), 1)

    def y(self, tick: int) -> float:
        """Return the y of the price at a tick, with room for marks above and below."""
        share = (float(self.prices[tick]) / 2 - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(BOTTOM - 8 - (BOTTOM - TOP - 16) * share, 1)


def scenario_picture(scenario: Scenario) -> str:
    """Return the picture of a scenario that nobody has been checked on; its colours are those of a check's."""
    frame = Frame.of(scenario.selection)
    return svg([band(frame), *lines(frame), _wanted(frame, scenario), *captions(frame)])


def svg(parts: list[str]) -> str:
    """Return a picture of some parts, the later ones on top."""
    # Hidden from screen readers, since the text beside it says the same.
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{"".join(parts)}</svg>'


def _wanted(frame: Frame, scenario: Scenario) -> str:
    """Return the sign of the label in the middle of the window, where the price leaves room for it."""
    first, stop = frame.window
    middle = (first + stop - 1) // 2
    y = BOTTOM - 2 if frame.y(middle) < (TOP + BOTTOM) / 2 else TOP
    label = next(each for each in LABELS if each.name == scenario.label)
    x = frame.x((first + stop - 1) / 2)
    look = f"midplot-check-wanted midplot-check-{label.colour}"
    return f'<text class="{look}" x="{x:g}" y="{y:g}" text-anchor="middle">{label.sign}</text>'


def band(frame: Frame) -> str:
    """Return the window as a coloured band."""
    first, stop = frame.window
    left, right = max(0.0, frame.x(first - 0.5)), min(float(WIDTH), frame.x(stop - 0.5))
    # A window of one tick in a long picture would be too narrow to see.
    width = max(2.0, round(right - left, 1))
    return f'<rect class="midplot-check-window" x="{left:g}" y="2" width="{width:g}" height="{BOTTOM + 2}" rx="2"/>'


def lines(frame: Frame) -> Iterator[str]:
    """Yield the price in three pieces, which meet at their ends."""
    first, stop = frame.window
    ends = {"before": (0, first), "after": (stop - 1, len(frame.prices) - 1), "price": (first, stop - 1)}
    for name, (start, last) in ends.items():
        if start < last:
            ticks = thinned(frame.prices, start, last, MOST_POINTS)
            points = " ".join(f"{frame.x(tick):g},{frame.y(tick):g}" for tick in ticks.tolist())
            yield f'<polyline class="midplot-check-{name}" points="{points}"/>'
    # A line through one point is invisible.
    if stop - first == 1:
        yield f'<circle class="midplot-check-point" cx="{frame.x(first):g}" cy="{frame.y(first):g}" r="2.5"/>'


def captions(frame: Frame) -> Iterator[str]:
    """Yield the indices of the window's ends, and the names of what is on either side of it."""
    first, stop = frame.window
    selection = frame.selection
    y = HEIGHT - 6
    left, right = frame.x(first), frame.x(stop - 1)
    ends = [f"{selection.first}", f"{selection.last}"]
    # A digit is about 6 units wide. If two indices would overlap, they are written as one text.
    if right - left < 14 + 6 * (len(ends[0]) + len(ends[1])):
        ends = ["", f"{selection.first}–{selection.last}" if selection.n_ticks > 1 else ends[0]]
    yield from _caption(left, y, "start" if right - left > 30 else "end", ends[0])
    anchor = "end" if ends[0] or right > WIDTH - 60 else "middle"
    yield from _caption(right if anchor == "end" else (left + right) / 2, y, anchor, ends[1])
    if left > 70:
        yield from _caption(4, y, "start", f"warm-up {len(selection.before):,}")
    if WIDTH - right > 40:
        yield from _caption(WIDTH - 4, y, "end", "after")


def _caption(x: float, y: float, anchor: str, text: str) -> Iterator[str]:
    if text:
        yield f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{text}</text>'
