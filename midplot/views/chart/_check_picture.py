"""Draws one checked scenario as a small SVG: the warm-up pale, the window strong, the ticks after it faint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from midplot._text import signed
from midplot.checks._verdict import Check, Reason
from midplot.game import LABELS
from midplot.streams._stream import FloatArray
from midplot.views.chart._thin import thinned

__all__ = ["check_picture"]

# Units of the SVG's view box, about one pixel each in a card.
WIDTH, HEIGHT = 320, 124
TOP, BOTTOM = 14, 100
"""The price is drawn between these; the marks may extend a little beyond."""

LEAST_WARM_UP = 40
"""If the warm-up is longer than the window, only as many ticks of it are drawn as the window has, but at least this many."""

# Points per line. The picture is 320 pixels wide, and a page may have thousands of them.
MOST_POINTS = 240
MARK_EVERY = 7
"""Least distance between two marks of one direction: an attacker that fires at every tick would leave a smear."""


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """Positions of ticks and prices in the picture; ticks count from the first that is drawn."""

    check: Check
    shown: int
    prices: FloatArray
    low: float
    high: float

    @classmethod
    def of(cls, check: Check) -> _Frame:
        selection = check.selection
        shown = min(len(selection.before), max(selection.n_ticks, LEAST_WARM_UP))
        before = selection.before[len(selection.before) - shown :]
        prices = np.array(before + selection.values + selection.after)
        # Halved so that the difference cannot overflow, however far the prices are apart.
        low, high = float(prices.min()) / 2, float(prices.max()) / 2
        return cls(check, shown, prices, low, high)

    @property
    def window(self) -> tuple[int, int]:
        """The first tick of the window, and the first after it."""
        return self.shown, self.shown + self.check.selection.n_ticks

    @property
    def fired(self) -> list[int]:
        """The ticks drawn at which the decision is UP or DOWN."""
        start = self.check.selection.first - self.shown
        return [int(index) - start for index in self.check.fired if index >= start]

    def decision(self, tick: int) -> float:
        """Return the decision at a tick."""
        return float(self.check.decisions[tick + len(self.check.selection.before) - self.shown])

    def index(self, tick: int) -> int:
        """Return the original index of a tick."""
        return self.check.selection.first - self.shown + tick

    def x(self, tick: float) -> float:
        """Return the x of a tick."""
        return round(4 + (WIDTH - 8) * tick / max(1, len(self.prices) - 1), 1)

    def y(self, tick: int) -> float:
        """Return the y of the price at a tick, with room for marks above and below."""
        share = (float(self.prices[tick]) / 2 - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(BOTTOM - 8 - (BOTTOM - TOP - 16) * share, 1)


def check_picture(check: Check) -> str:
    """Return the picture of one check as SVG; its colours are classes of the style sheet around it."""
    frame = _Frame.of(check)
    path, earned = _outcome(frame)
    # Later parts are drawn on top of earlier ones.
    parts = [_band(frame), *_lines(frame), path, *_marks(frame), earned, *_raised(frame), *_captions(frame)]
    # Hidden from screen readers, since the text beside it says the same.
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{"".join(parts)}</svg>'


def _band(frame: _Frame) -> str:
    first, stop = frame.window
    left, right = max(0.0, frame.x(first - 0.5)), min(float(WIDTH), frame.x(stop - 0.5))
    # A window of one tick in a long picture would be too narrow to see.
    width = max(2.0, round(right - left, 1))
    return f'<rect class="midplot-check-window" x="{left:g}" y="2" width="{width:g}" height="{BOTTOM + 2}" rx="2"/>'


def _lines(frame: _Frame) -> Iterator[str]:
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


def _outcome(frame: _Frame) -> tuple[str, str]:
    """Return a line from the first decision to its resolution, and a text with what it would have earned."""
    check = frame.check
    if check.earned is None or check.delay is None:
        return "", ""
    start = frame.window[0] + check.delay
    end = start + check.selection.horizon
    tone = "midplot-good" if check.earned > 0 else "midplot-bad"
    x, y = frame.x(end), frame.y(end)
    path = (
        f'<path class="midplot-check-outcome {tone}" d="M{frame.x(start):g},{frame.y(start):g}L{x:g},{y:g}"/>'
        f'<circle class="{tone}" cx="{x:g}" cy="{y:g}" r="2.4"/>'
    )
    # Above the dot, or below it if there is no room above.
    beside = y - 7 if y > TOP + 14 else y + 14
    place = f'x="{min(x + 3, WIDTH - 2):g}" y="{beside:g}" text-anchor="end"'
    return path, f'<text class="midplot-check-earned {tone}" {place}>{signed(check.earned, 3)}</text>'


def _marks(frame: _Frame) -> Iterator[str]:
    """Yield the decisions: ▲ below the price, ▼ above it; hollow during the warm-up, ringed if they are wrong."""
    last = {1: -np.inf, -1: -np.inf}
    for tick in frame.fired:
        direction = 1 if frame.decision(tick) > 0 else -1
        x = frame.x(tick)
        is_first = tick - frame.window[0] == frame.check.delay
        # The first decision is what the verdict speaks of, so it is always marked.
        if not is_first and x - last[direction] < MARK_EVERY:
            continue
        last[direction] = x
        yield _mark(frame, tick, x, direction)


def _mark(frame: _Frame, tick: int, x: float, direction: int) -> str:
    y = min(max(frame.y(tick) + 11 * direction, 8.0), BOTTOM + 1.0)
    label = next(each for each in LABELS if each.decision == direction)
    height = -4.5 * direction
    look = f"midplot-check-{label.colour}"
    if tick < frame.window[0]:
        look += " midplot-check-early"
    elif direction != frame.check.decision:
        look += " midplot-check-wrong"
    return (
        f'<path class="midplot-check-mark {look}" d="M{x:g},{y + height:g}l5,{-2 * height:g}h-10z">'
        f"<title>{label.name} at {frame.index(tick)}</title></path>"
    )


def _raised(frame: _Frame) -> Iterator[str]:
    """Yield a cross where the attacker raised an error, if that tick is drawn."""
    if frame.check.reason is not Reason.RAISED:
        return
    tick = len(frame.check.decisions) - len(frame.check.selection.before) + frame.shown
    if 0 <= tick < frame.window[1]:
        x, y = frame.x(tick), frame.y(tick)
        yield f'<path class="midplot-check-raised" d="M{x:g},2v{BOTTOM + 2}"/>'
        yield f'<path class="midplot-check-cross" d="M{x - 4:g},{y - 4:g}l8,8m0,-8l-8,8"/>'


def _captions(frame: _Frame) -> Iterator[str]:
    """Yield the indices of the window's ends, and the names of what is on either side of it."""
    first, stop = frame.window
    selection = frame.check.selection
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
