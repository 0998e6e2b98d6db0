"""Draws the window of a scenario as a small SVG: the warm-up pale, the window strong, the ticks after it faint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from midplot.game import LABELS
from midplot.scenarios._scenario import Scenario
from midplot.scenarios._selection import Selection
from midplot.streams._stream import FloatArray
from midplot.views.chart._thin import thinned
from midplot.views.chart.cards._free_place import Box, Point, free_place, text_width

__all__ = [
    "BOTTOM",
    "HEIGHT",
    "ROOM",
    "TOP",
    "WIDTH",
    "Frame",
    "band",
    "captions",
    "corners",
    "lines",
    "scenario_picture",
    "svg",
]

# Units of the SVG's view box, about one pixel each in a card.
WIDTH, HEIGHT = 320, 124
TOP, BOTTOM = 14, 100
"""The price is drawn between these; the marks may extend a little beyond."""

ROOM: Final = Box(0, 1, WIDTH, BOTTOM + 5)
"""The part of the picture in which texts are placed: all that is above the captions."""

_SIGN: Final = 13
_CAPTION: Final = 10
"""Font sizes, as in the style sheet."""

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
    """Return the sign of the label, as near to the middle of the window as the price leaves room for it."""
    first, stop = frame.window
    middle = (first + stop - 1) // 2
    y = BOTTOM - 6 if frame.y(middle) < (TOP + BOTTOM) / 2 else TOP - 6
    label = next(each for each in LABELS if each.name == scenario.label)
    near = frame.x((first + stop - 1) / 2), y
    box = free_place(near, (_SIGN, _SIGN), ROOM, corners(frame), [])
    look = f"midplot-check-wanted midplot-check-{label.colour}"
    x, baseline = (box.left + box.right) / 2, box.bottom - 2
    return f'<text class="{look}" x="{x:g}" y="{baseline:g}" text-anchor="middle">{label.sign}</text>'


def band(frame: Frame) -> str:
    """Return the window as a coloured band."""
    first, stop = frame.window
    left, right = max(0.0, frame.x(first - 0.5)), min(float(WIDTH), frame.x(stop - 0.5))
    # A window of one tick in a long picture would be too narrow to see.
    width = max(2.0, round(right - left, 1))
    return f'<rect class="midplot-check-window" x="{left:g}" y="2" width="{width:g}" height="{BOTTOM + 2}" rx="2"/>'


def lines(frame: Frame) -> Iterator[str]:
    """Yield the price in three pieces, which meet at their ends."""
    for name, line in _pieces(frame):
        points = " ".join(f"{x:g},{y:g}" for x, y in line)
        yield f'<polyline class="midplot-check-{name}" points="{points}"/>'
    first, stop = frame.window
    # A line through one point is invisible.
    if stop - first == 1:
        yield f'<circle class="midplot-check-point" cx="{frame.x(first):g}" cy="{frame.y(first):g}" r="2.5"/>'


def corners(frame: Frame) -> list[list[Point]]:
    """Return the corners of what `lines` draws."""
    first = frame.window[0]
    return [*(line for _, line in _pieces(frame)), [(frame.x(first), frame.y(first))]]


def _pieces(frame: Frame) -> Iterator[tuple[str, list[Point]]]:
    first, stop = frame.window
    ends = {"before": (0, first), "after": (stop - 1, len(frame.prices) - 1), "price": (first, stop - 1)}
    for name, (start, last) in ends.items():
        if start < last:
            ticks = thinned(frame.prices, start, last, MOST_POINTS)
            yield name, [(frame.x(tick), frame.y(tick)) for tick in ticks.tolist()]


def captions(frame: Frame) -> Iterator[str]:
    """Yield the indices of the window's ends and, where there is room beside them, the names of what is on either side."""
    placed = list(_indices(frame))
    for left, text in ((4.0, f"warm-up {len(frame.selection.before):,}"), (WIDTH - 4.0 - _width("after"), "after")):
        is_there = frame.window[0] > 0 if text != "after" else frame.window[1] < len(frame.prices)
        if is_there and all(left + _width(text) + 4 <= x or left >= x + _width(each) + 4 for x, each in placed):
            placed.append((left, text))
    for left, text in placed:
        yield f'<text x="{left:g}" y="{HEIGHT - 6}" text-anchor="start">{text}</text>'


def _indices(frame: Frame) -> Iterator[tuple[float, str]]:
    """Yield the indices of the window's ends, each with its left edge; as one text if they would touch each other."""
    first, stop = frame.window
    texts = [f"{frame.selection.first}", f"{frame.selection.last}"]
    left, right = frame.x(first), frame.x(stop - 1)
    if right - left >= _width(texts[0]) + _width(texts[1]) + 6:
        yield left, texts[0]
        yield right - _width(texts[1]), texts[1]
        return
    text = "–".join(texts) if frame.selection.n_ticks > 1 else texts[0]
    middle = (left + right - _width(text)) / 2
    yield min(max(2.0, middle), WIDTH - 2.0 - _width(text)), text


def _width(text: str) -> float:
    return text_width(text, _CAPTION)
