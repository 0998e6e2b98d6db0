"""Draws one checked scenario as a small SVG: its window, the decisions, and what the first of them would have earned."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from midplot._text import signed
from midplot.checks._verdict import Check, Reason
from midplot.game import LABELS
from midplot.views.chart._window_picture import BOTTOM, HEIGHT, TOP, WIDTH, Frame, band, captions, lines, svg

__all__ = ["HEIGHT", "WIDTH", "check_picture"]

MARK_EVERY = 7
"""Least distance between two marks of one direction: an attacker that fires at every tick would leave a smear."""


def check_picture(check: Check) -> str:
    """Return the picture of one check as SVG; its colours are classes of the style sheet around it."""
    frame = Frame.of(check.selection)
    path, earned = _outcome(frame, check)
    marks = [*_marks(frame, check), earned, *_raised(frame, check)]
    return svg([band(frame), *lines(frame), path, *marks, *captions(frame)])


def _outcome(frame: Frame, check: Check) -> tuple[str, str]:
    """Return a line from the first decision to its resolution, and a text with what it would have earned."""
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


def _marks(frame: Frame, check: Check) -> Iterator[str]:
    """Yield the decisions: ▲ below the price, ▼ above it; hollow during the warm-up, ringed if they are wrong."""
    last = {1: -np.inf, -1: -np.inf}
    for tick, decision in _fired(frame, check):
        direction = 1 if decision > 0 else -1
        x = frame.x(tick)
        is_first = tick - frame.window[0] == check.delay
        # The first decision is what the verdict speaks of, so it is always marked.
        if not is_first and x - last[direction] < MARK_EVERY:
            continue
        last[direction] = x
        yield _mark(frame, check, tick, direction)


def _fired(frame: Frame, check: Check) -> Iterator[tuple[int, float]]:
    """Yield the ticks drawn at which the decision is UP or DOWN, each with the decision."""
    before = len(check.selection.before)
    for index in check.fired.tolist():
        tick = index - check.selection.first + frame.shown
        if tick >= 0:
            yield tick, float(check.decisions[tick + before - frame.shown])


def _mark(frame: Frame, check: Check, tick: int, direction: int) -> str:
    x, y = frame.x(tick), min(max(frame.y(tick) + 11 * direction, 8.0), BOTTOM + 1.0)
    label = next(each for each in LABELS if each.decision == direction)
    height = -4.5 * direction
    look = f"midplot-check-{label.colour}"
    if tick < frame.window[0]:
        look += " midplot-check-early"
    elif direction != check.decision:
        look += " midplot-check-wrong"
    return (
        f'<path class="midplot-check-mark {look}" d="M{x:g},{y + height:g}l5,{-2 * height:g}h-10z">'
        f"<title>{label.name} at {frame.index(tick)}</title></path>"
    )


def _raised(frame: Frame, check: Check) -> Iterator[str]:
    """Yield a cross where the attacker raised an error, if that tick is drawn."""
    if check.reason is not Reason.RAISED:
        return
    tick = len(check.decisions) - len(check.selection.before) + frame.shown
    if 0 <= tick < frame.window[1]:
        x, y = frame.x(tick), frame.y(tick)
        yield f'<path class="midplot-check-raised" d="M{x:g},2v{BOTTOM + 2}"/>'
        yield f'<path class="midplot-check-cross" d="M{x - 4:g},{y - 4:g}l8,8m0,-8l-8,8"/>'
