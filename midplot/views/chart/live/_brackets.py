"""How saved labels are drawn above the price: a bracket over each window, the sign of its label, what was made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from midplot.game import LABELS
from midplot.views.chart._chart_layout import Trace
from midplot.views.chart._palette import LIGHT, Palette
from midplot.views.chart.live._lanes import Slot, slots
from midplot.views.chart.live._sight import Range

__all__ = ["CROWDED", "Bracket", "brackets", "is_crowd"]

CROWDED: Final = "+n: labels too close to tell apart"
"""What the sign of several labels in one place means."""

_SIGNS: Final[dict[str, str]] = {each.name: each.sign for each in LABELS}

# What the replay made of a label is said by a sign of its own: the colour is that of the label. Every font has these.
_VERDICTS: Final = {True: "", False: "!", None: "?"}

_STUMP: Final = 0.02
"""Fraction of the chart below which the rest of a bracket that is cut by its edge is left out, such as of a label of the
part next to the one that is shown."""

# Not an empty text: plotly takes its element away, and draws nothing at that place when there is a text again.
_NO_SIGN: Final = " "

# Fractions of the panel: at its top, where there is seldom a price. A lane has room for a bracket and the sign inside.
_LINE, _FEET, _SIGN, _LANE = 0.97, 0.94, 0.955, 0.078

# Fractions of the chart. The scene does not know its pixels: these are enough from 500 on, and twice as much in a narrow view.
_GAP, _SIGN_WIDTH, _VERDICT_WIDTH = 0.005, 0.03, 0.02


@dataclass(frozen=True, slots=True)
class Bracket:
    """A saved scenario as it is drawn above the price.

    Attributes
    ----------
    first, last
        Original indices of its window, both inclusive.
    label
        ``UP``, ``DOWN`` or ``NOTHING``.
    passed
        Whether the replay decided as the label expects; None if it did not get there.
    """

    first: int
    last: int
    label: str
    passed: bool | None = None


def brackets(
    scenarios: Sequence[Bracket], visible: Range, palette: Palette = LIGHT, *, narrow: bool = False
) -> dict[int, Mapping[str, Any]]:
    """Return the points of the two traces that draw saved scenarios: a bracket for each, and the sign of its label.

    Parameters
    ----------
    scenarios
        The scenarios, in any order.
    visible
        Original indices at the edges of the chart.
    palette
        The colours.
    narrow
        Whether the chart is so narrow that a sign takes twice the part of it.

    Returns
    -------
    dict
        Points of ``Trace.SCENARIOS``, five per scenario, and of ``Trace.SIGNS``, one per scenario. Neighbours that would
        run into each other are on different lanes. Where the lanes do not suffice, one number stands for the signs.
    """
    seen = [each for each in scenarios if not _is_stump(each, visible)]
    width = (visible[1] - visible[0]) * (2 if narrow else 1)
    places = slots([_span(each, visible, width) for each in seen], _GAP * width)
    of = {member: slot for slot in places for member in slot.members}
    x: list[float] = []
    y: list[float] = []
    for place, each in enumerate(seen):
        line, feet = _LINE - _LANE * of[place].lane, _FEET - _LANE * of[place].lane
        # NaN lifts the pen.
        x += [each.first, each.first, each.last, each.last, each.last]
        y += [feet, line, line, feet, float("nan")]
    signs = [_sign(place, each, of[place], visible, palette) for place, each in enumerate(seen)]
    return {
        Trace.SCENARIOS: {"x": np.array(x), "y": np.array(y)},
        Trace.SIGNS: {
            "x": np.array([sign.x for sign in signs]),
            "y": np.array([sign.y for sign in signs]),
            "text": [sign.text for sign in signs],
            "textfont.color": [sign.colour for sign in signs] or palette.ink,
            "customdata": [_VERDICTS[each.passed] for each in seen],
        },
    }


def is_crowd(text: str) -> bool:
    """Tell whether the text of a sign stands for several labels."""
    return text.startswith("+")


@dataclass(frozen=True, slots=True)
class _Sign:
    x: float
    y: float
    text: str
    colour: str


def _sign(place: int, bracket: Bracket, slot: Slot, visible: Range, palette: Palette) -> _Sign:
    if len(slot.members) == 1:
        colours = {"UP": palette.up, "DOWN": palette.down, "NOTHING": palette.muted}
        text = _SIGNS[bracket.label] + _verdict(bracket, palette)
        return _Sign(_middle(bracket, visible), _SIGN - _LANE * slot.lane, text, colours[bracket.label])
    # The first of them has the number, in the middle of all, and below their feet, which would run through it.
    text = f"+{len(slot.members)}" if place == slot.members[0] else _NO_SIGN
    middle = (max(slot.left, visible[0]) + min(slot.right, visible[1])) / 2
    return _Sign(middle, _FEET - _LANE * slot.lane, text, palette.ink)


def _middle(bracket: Bracket, visible: Range) -> float:
    """Return the middle of what can be seen of a window."""
    return (max(bracket.first, visible[0]) + min(bracket.last, visible[1])) / 2


def _span(bracket: Bracket, visible: Range, width: float) -> tuple[float, float]:
    """Return the ends of what is drawn of a bracket, which its sign may be wider than."""
    middle = _middle(bracket, visible)
    half = (_SIGN_WIDTH + _VERDICT_WIDTH * bool(_VERDICTS[bracket.passed])) * width / 2
    return min(max(bracket.first, visible[0]), middle - half), max(min(bracket.last, visible[1]), middle + half)


def _is_stump(bracket: Bracket, visible: Range) -> bool:
    low, high = visible
    inside = low <= bracket.first and bracket.last <= high
    return not inside and min(bracket.last, high) - max(bracket.first, low) < _STUMP * (high - low)


def _verdict(bracket: Bracket, palette: Palette) -> str:
    """Return what the replay made of a label, as plotly's markup, in a colour of its own."""
    colour = palette.muted if bracket.passed is None else palette.budget
    return f' <b><span style="color: {colour}">{sign}</span></b>' if (sign := _VERDICTS[bracket.passed]) else ""
