"""Chooses the points to draw of a line that has more of them than a screen has pixels."""

from __future__ import annotations

import numpy as np

from midplot.errors import ArgumentError
from midplot.money._scoring import IntArray
from midplot.streams._stream import FloatArray
from midplot.views.chart.growth._pyramid import FEWEST_POINTS, Pyramid

__all__ = ["thinned"]


def thinned(values: FloatArray, first: int = 0, last: int | None = None, n_out: int = 2000) -> IntArray:
    """Choose the points that keep the shape of a line.

    Parameters
    ----------
    values
        Values of the line, shape ``(n,)``. NaN is a gap.
    first, last
        Range to draw, both inclusive. If ``last`` is None, it extends to the end.
    n_out
        Number of points, at least 4; about twice the width in pixels is enough.

    Returns
    -------
    numpy.ndarray
        Indices into ``values``, ascending, unique, int64: the whole range if it has no more than ``n_out`` points,
        otherwise at most ``n_out``, or two more if there are gaps. The first, the last, the lowest and the highest
        point of the range are always included. A gap is represented by its edges and one NaN between them; if there
        are too many gaps, only the longest are kept.

    Raises
    ------
    ArgumentError
        If the range does not lie within the values, or ``n_out`` is below 4.

    Examples
    --------
    >>> spike = np.zeros(1000)
    >>> spike[777] = 5.0
    >>> bool(777 in thinned(spike, n_out=10))
    True
    >>> thinned(spike, first=5, last=8)
    array([5, 6, 7, 8])
    """
    if n_out < FEWEST_POINTS:
        raise ArgumentError(
            f"{n_out} is below {FEWEST_POINTS}",
            where="n_out",
            advice="Give a number of points of 4 or more.",
        )
    if not len(values) and first == 0 and last is None:
        return np.empty(0, dtype=np.int64)
    last = len(values) - 1 if last is None else last
    if not 0 <= first <= last < len(values):
        raise ArgumentError(
            f"{first} to {last} is not a range of {len(values)} values",
            where="first, last",
            advice=f"Give 0 <= first <= last < {len(values)}.",
        )
    window = values[first : last + 1]
    pyramid = Pyramid()

    def read(start: int, stop: int) -> FloatArray:
        return np.asarray(window[start:stop], dtype=np.float64)

    pyramid.grow(read, len(window))
    return pyramid.chosen(read, 0, len(window) - 1, n_out) + first
