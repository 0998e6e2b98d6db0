"""Points as the path data of an SVG: in tenths of a pixel, relative to each other, and no shorter than can be seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from midplot._arithmetic import quiet
from midplot.streams._stream import FloatArray

__all__ = ["Plane", "dots", "polyline", "rectangles", "steps", "symbols"]

_FAR = 10_000.0
"""Farthest pixel that is written: prices of another part may lie thousands of panels away."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Converts indices and values to pixels of one panel, from its upper left corner.

    Attributes
    ----------
    x_range, y_range
        Values at the left and right, and at the lower and upper edge.
    width, height
        Size of the panel in pixels.
    """

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    width: float
    height: float

    def x(self, index: npt.ArrayLike) -> FloatArray:
        """Return the pixels of indices."""
        return _placed(index, *self.x_range, self.width)

    def y(self, value: npt.ArrayLike) -> FloatArray:
        """Return the pixels of values."""
        return self.height - _placed(value, *self.y_range, self.height)

    def sees(self, index: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Tell which indices lie between the left and the right edge."""
        at = np.asarray(index, dtype=np.float64)
        return np.asarray((at >= self.x_range[0]) & (at <= self.x_range[1]))


@quiet()
def _placed(values: npt.ArrayLike, low: float, high: float, size: float) -> FloatArray:
    # Halved so that no difference can overflow.
    half = np.asarray(values, dtype=np.float64) / 2
    span = high / 2 - low / 2
    share = (half - low / 2) / span if span else np.full_like(half, 0.5)
    return np.asarray(np.clip(share * size, -_FAR, _FAR))


def polyline(x: FloatArray, y: FloatArray) -> str:
    """Return a line as path data. NaN lifts the pen; points that fall on the tenth of a pixel before them are left out."""
    drawn = []
    present = np.isfinite(x) & np.isfinite(y)
    if not present.any():
        return ""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], present, [False]]).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2).tolist():
        points = _tenths(x[start:stop], y[start:stop])
        moved = points[1:] - points[:-1]
        moved = moved[(moved != 0).any(axis=1)]
        # A point with a gap on either side is a dot, by the round ends of a line.
        rest = "".join(f"l{_number(dx)},{_number(dy)}" for dx, dy in moved.tolist()) or "h0"
        drawn.append(f"M{_number(points[0, 0])},{_number(points[0, 1])}{rest}")
    return "".join(drawn)


def steps(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the corners of a line that keeps each value until the next point."""
    return np.repeat(x, 2)[1:], np.repeat(y, 2)[: 2 * len(y) - 1]


def symbols(x: FloatArray, y: FloatArray, outline: str) -> str:
    """Return the same outline at each of some points."""
    points = np.unique(_tenths(x, y), axis=0)
    return "".join(f"M{_number(left)},{_number(top)}{outline}" for left, top in points.tolist())


def dots(x: FloatArray, y: FloatArray) -> str:
    """Return points without extent, which are drawn by the round ends of their lines."""
    return symbols(x, y, "h0")


def rectangles(edges: Iterable[tuple[float, float]], top: float, bottom: float) -> str:
    """Return rectangles of one height between pairs of x, each at least a third of a pixel wide."""
    height = _number(round(10 * (bottom - top)))
    drawn = []
    for left, right in edges:
        width = _number(max(3, round(10 * (right - left))))
        drawn.append(f"M{_number(round(10 * left))},{_number(round(10 * top))}h{width}v{height}h-{width}z")
    return "".join(drawn)


def _tenths(x: FloatArray, y: FloatArray) -> npt.NDArray[np.int64]:
    kept = np.isfinite(x) & np.isfinite(y)
    return np.rint(np.column_stack([x[kept], y[kept]]) * 10).astype(np.int64)


def _number(tenths: int) -> str:
    return f"{tenths / 10:g}"
