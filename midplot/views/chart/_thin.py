"""Chooses the points to draw of a line that has more of them than a screen has pixels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from midplot.errors import ArgumentError
from midplot.money._scoring import IntArray
from midplot.streams._stream import FloatArray

__all__ = ["FEWEST_POINTS", "thinned"]

FEWEST_POINTS = 4
"""Smallest number of points that can be requested: the first, the last, the lowest and the highest."""

# What the algorithm needs: both ends and one bucket between them.
_FEWEST_FOR_LTTB = 3
# One at either edge, and a NaN between them.
_POINTS_PER_GAP = 3


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

    Notes
    -----
    MinMaxLTTB of Van Der Donckt et al., "MinMaxLTTB: Leveraging MinMax-Preselection to Scale LTTB" (2023).

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
    window = np.ascontiguousarray(values[first : last + 1], dtype=np.float64)
    return _chosen(window, n_out) + first


def _chosen(window: FloatArray, n_out: int) -> IntArray:
    if len(window) <= n_out:
        return np.arange(len(window), dtype=np.int64)
    missing = np.isnan(window)
    if not missing.any():
        return _shape_kept(window, n_out)
    return _gaps_kept(window, missing, n_out)


def _shape_kept(window: FloatArray, n_out: int) -> IntArray:
    """Choose points of a line without gaps, including the extremes."""
    if len(window) <= n_out:
        return np.arange(len(window), dtype=np.int64)
    # LTTB may leave out the global extremes, so they are added.
    extremes = [0, int(window.argmin()), int(window.argmax()), len(window) - 1]
    n_lttb = n_out - 2
    if n_lttb < _FEWEST_FOR_LTTB:
        return np.unique(np.array(extremes, dtype=np.int64))
    # Imported late: it loads a compiled library, and a short stream does not need it.
    from tsdownsample import MinMaxLTTBDownsampler

    picked = MinMaxLTTBDownsampler().downsample(window, n_out=n_lttb)
    return np.unique(np.concatenate([picked.astype(np.int64), extremes]))


def _gaps_kept(window: FloatArray, missing: npt.NDArray[np.bool_], n_out: int) -> IntArray:
    """Choose points of a line with gaps: thin the values as if there were none, then restore the gaps."""
    ends = np.array([0, len(window) - 1], dtype=np.int64)
    holes = np.flatnonzero(missing)
    if len(holes) == len(window):
        return ends
    # Gaps may take at most half of the points.
    gaps = _gap_points(holes, len(window), at_most=n_out // 2 // _POINTS_PER_GAP)
    picked = _shape_kept(window[~missing], max(FEWEST_POINTS, n_out - len(gaps)))
    return np.unique(np.concatenate([_put_back(picked, holes), gaps, ends]))


def _put_back(picked: IntArray, holes: IntArray) -> IntArray:
    """Convert indices that count only present points into indices that count all."""
    present_before = holes - np.arange(len(holes))
    return picked + np.searchsorted(present_before, picked, side="right")


def _gap_points(holes: IntArray, n: int, at_most: int) -> IntArray:
    """Return the points at the edges of each gap and one inside; if there are too many gaps, of the longest only."""
    new = np.diff(holes, prepend=-2) > 1
    starts, stops = holes[new], holes[np.append(new[1:], True)] + 1
    longest = np.argsort(starts - stops, kind="stable")[:at_most]
    points = np.concatenate([starts[longest] - 1, starts[longest], stops[longest]])
    return points[(points >= 0) & (points < n)]
