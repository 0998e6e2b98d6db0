"""Draws one checked scenario as a small SVG: its window, the decisions, and what the first of them would have earned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from midplot._text import signed
from midplot.checks._verdict import Check, Reason
from midplot.game import LABELS
from midplot.money._scoring import profit_of
from midplot.views.chart._outcome import Mark, Outcome, mark_of, outcome_of
from midplot.views.chart.cards._free_place import Box, Point, free_place, text_width
from midplot.views.chart.cards._window_picture import (
    BOTTOM,
    HEIGHT,
    ROOM,
    WIDTH,
    Frame,
    band,
    captions,
    corners,
    lines,
    svg,
)

__all__ = ["HEIGHT", "WIDTH", "check_picture", "swatch"]

MARK_EVERY = 7
"""Least distance between two marks of one direction: an attacker that fires at every tick would leave a smear."""

_REACH: Final = 8.0
"""Units from a point on the price to the middle of the mark below or above it."""

_RING: Final = 7.0
_NUMBER: Final = 10
"""Font size of the number."""


@dataclass(frozen=True, slots=True)
class _Decision:
    """One decision that is drawn: the tick, the direction, and the mark of its outcome."""

    tick: int
    direction: int
    mark: Mark


def check_picture(check: Check) -> str:
    """Return the picture of one check as SVG; its colours are classes of the style sheet around it."""
    frame = Frame.of(check.selection)
    decisions = list(_drawn(frame, check))
    marks = [_decision(frame, check, each) for each in decisions]
    return svg(
        [
            band(frame),
            *lines(frame),
            *_outcome(frame, check, decisions),
            *marks,
            *_raised(frame, check),
            *captions(frame),
        ]
    )


def swatch(outcome: Outcome, *, early: bool = False, ringed: bool = False) -> str:
    """Return the mark of decisions with an outcome as a small picture for a legend."""
    mark = mark_of(outcome)
    look = " midplot-check-early" if early else ""
    ring = '<circle class="midplot-check-ring" cx="9" cy="9" r="7"/>' if ringed else ""
    place = f"M9,{9 - _REACH * mark.direction:g}{mark.outline}"
    return (
        '<svg class="midplot-check-swatch" viewBox="0 0 18 18" aria-hidden="true">'
        f'<path class="midplot-check-mark {_filled(mark)}{look}" d="{place}"/>{ring}</svg>'
    )


# What the first decision would have earned


def _outcome(frame: Frame, check: Check, decisions: list[_Decision]) -> Iterator[str]:
    """Yield a line from the first decision to its resolution, and a text with what it would have earned."""
    if check.earned is None or check.delay is None:
        return
    start = frame.window[0] + check.delay
    end = start + check.selection.horizon
    tone = "midplot-good" if check.earned > 0 else "midplot-bad"
    x, y = frame.x(end), frame.y(end)
    yield (
        f'<path class="midplot-check-outcome {tone}" d="M{frame.x(start):g},{frame.y(start):g}L{x:g},{y:g}"/>'
        f'<circle class="{tone}" cx="{x:g}" cy="{y:g}" r="2.4"/>'
    )
    text = signed(check.earned, 3)
    drawn = [*corners(frame), [(frame.x(start), frame.y(start)), (x, y)]]
    taken = [*(_place(frame, each) for each in decisions), Box(x - 3, y - 3, x + 3, y + 3)]
    box = free_place((x, y - 11), (text_width(text, _NUMBER), _NUMBER), ROOM, drawn, taken)
    middle = (box.left + box.right) / 2
    yield (
        f'<text class="midplot-check-earned {tone}" x="{middle:g}" y="{box.bottom - 1:g}" text-anchor="middle">{text}</text>'
    )


# Decisions


def _drawn(frame: Frame, check: Check) -> Iterator[_Decision]:
    """Yield the decisions to mark, few enough to tell them apart."""
    last = {1: -np.inf, -1: -np.inf}
    for tick, decision in _fired(frame, check):
        direction = 1 if decision > 0 else -1
        x = frame.x(tick)
        is_first = tick - frame.window[0] == check.delay
        # The first decision is what the verdict speaks of, so it is always marked.
        if not is_first and x - last[direction] < MARK_EVERY:
            continue
        last[direction] = x
        yield _Decision(tick, direction, mark_of(outcome_of(decision, _profit(frame, tick, decision))))


def _fired(frame: Frame, check: Check) -> Iterator[tuple[int, float]]:
    """Yield the ticks drawn at which the decision is UP or DOWN, each with the decision."""
    before = len(check.selection.before)
    for index in check.fired.tolist():
        tick = index - check.selection.first + frame.shown
        if tick >= 0:
            yield tick, float(check.decisions[tick + before - frame.shown])


def _profit(frame: Frame, tick: int, decision: float) -> float | None:
    """Return what a decision would have earned; None if the scenario does not contain the price at its resolution."""
    resolution = tick + frame.selection.horizon
    if resolution >= len(frame.prices):
        return None
    return profit_of(float(frame.prices[tick]), float(frame.prices[resolution]), decision, frame.selection.epsilon)


def _decision(frame: Frame, check: Check, each: _Decision) -> str:
    """Return a decision: its mark, pale during the warm-up, in a ring if it is against the label."""
    label = next(label for label in LABELS if label.decision == each.direction)
    x, y = _at(frame, each)
    early = each.tick < frame.window[0]
    look = f"midplot-check-{label.colour} {_filled(each.mark)}{' midplot-check-early' if early else ''}"
    against = not early and each.direction != check.decision
    ring = f'<circle class="midplot-check-ring" cx="{x:g}" cy="{y:g}" r="{_RING:g}"/>' if against else ""
    # A circle has no direction of its own, but stands where the arrow would.
    start = y - _REACH * each.mark.direction
    return (
        f'<path class="midplot-check-mark {look}" d="M{x:g},{start:g}{each.mark.outline}">'
        f"<title>{label.name} at {frame.index(each.tick)}</title></path>{ring}"
    )


def _at(frame: Frame, each: _Decision) -> Point:
    """Return the middle of a mark: below the price for up, above it for down."""
    return frame.x(each.tick), round(frame.y(each.tick) + _REACH * each.direction, 1)


def _place(frame: Frame, each: _Decision) -> Box:
    x, y = _at(frame, each)
    return Box(x - _RING, y - _RING, x + _RING, y + _RING)


def _filled(mark: Mark) -> str:
    return "midplot-check-filled" if mark.is_filled else "midplot-check-hollow"


# Errors


def _raised(frame: Frame, check: Check) -> Iterator[str]:
    """Yield a cross where the attacker raised an error, if that tick is drawn."""
    if check.reason is not Reason.RAISED:
        return
    tick = len(check.decisions) - len(check.selection.before) + frame.shown
    if 0 <= tick < frame.window[1]:
        x, y = frame.x(tick), frame.y(tick)
        yield f'<path class="midplot-check-raised" d="M{x:g},2v{BOTTOM + 2}"/>'
        yield f'<path class="midplot-check-cross" d="M{x - 4:g},{y - 4:g}l8,8m0,-8l-8,8"/>'
