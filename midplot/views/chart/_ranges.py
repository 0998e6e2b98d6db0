"""The range of a value axis and how its numbers are written, also where a line does not move, is tiny, or is not there."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["PANEL_MARGIN", "PRICE_MARGIN", "axis_of", "axis_with", "range_of"]

PRICE_MARGIN: Final = 0.05
PANEL_MARGIN: Final = 0.08
"""Fractions of a line's range that are left free above and below it: in the panel of the price, and in the lower ones."""

_LARGEST: Final = float(np.finfo(np.float64).max)

# What is left of sums that should be equal is no movement: relative to the values, and where these should be 0.
_NOISE, _NOTHING = 1e-12, 1e-15

# Numbers of this size are written in full, so one unit on either side of a flat line gives it plain neighbours.
_LEAST_WHOLE, _LARGEST_WHOLE = 1.0, 1e6

# Numbers outside these powers of ten are written with an exponent: in full they would take more room than the chart.
_LEAST_PLAIN, _LARGEST_PLAIN = 1e-6, 1e9


def range_of(low: float, high: float, margin: float) -> tuple[float, float]:
    """Return the range of an axis for values between two numbers.

    Parameters
    ----------
    low, high
        The smallest and the largest value, both finite.
    margin
        Fraction of their distance that is left free on either side. If they do not differ by more than rounding, the range
        has a round width, so that the numbers along the axis are plain.

    Examples
    --------
    >>> range_of(0.0, 10.0, 0.05), range_of(0.0, 0.0, 0.05), range_of(4105.0, 4105.0, 0.05), range_of(0.25, 0.25, 0.05)
    ((-0.5, 10.5), (-1.25, 1.25), (4103.75, 4106.25), (0.125, 0.375))
    """
    size = max(abs(low), abs(high))
    # Halved so that the difference cannot overflow.
    half = high / 2 - low / 2
    if 2 * half > max(_NOISE * size, _NOTHING):
        room = 2 * margin * half
        return max(low - room, -_LARGEST), min(high + room, _LARGEST)
    room = _flat_room(size)
    return max(low - room, -_LARGEST), min(high + room, _LARGEST)


def _flat_room(size: float) -> float:
    """Return half the width of the range around a line that does not move: a round number and a little, by its value.

    With the little, the numbers above and below that of the line are not at the very edges of the panel.
    """
    if size <= _NOTHING or _LEAST_WHOLE <= size < _LARGEST_WHOLE:
        return 1.25
    power = math.floor(math.log10(size))
    return 1.25 * 10.0 ** (power if size < _LEAST_WHOLE else power - 5)


def axis_with(span: tuple[float, float] | None) -> dict[str, Any]:
    """Return the properties of an axis with a range; None if it has no values, and so no numbers."""
    low, high = span or (0.0, 1.0)
    size = max(abs(low), abs(high))
    return {
        "range": [float(low), float(high)],
        "autorange": False,
        "tickformat": ",~r" if _LEAST_PLAIN <= size < _LARGEST_PLAIN else "~g",
        "showticklabels": span is not None,
    }


def axis_of(y: npt.ArrayLike, margin: float = PANEL_MARGIN) -> dict[str, Any]:
    """Return the properties of the axis of a line.

    Parameters
    ----------
    y
        Its values. Those that are not finite do not count.
    margin
        As for `range_of`.
    """
    values = np.asarray(y, dtype=np.float64)
    seen = values[np.isfinite(values)]
    return axis_with(range_of(float(seen.min()), float(seen.max()), margin) if len(seen) else None)
