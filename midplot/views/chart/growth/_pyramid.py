"""Which points of a long line are drawn: summaries of a line that grow with it, so that no choice looks at all of it.

A line is read only where it has grown since, and at the edges of a range; in between stands for each block of 2^k values
where its least and its greatest one are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from midplot.money._scoring import IntArray
from midplot.play._growing import Growing
from midplot.streams._stream import FloatArray
from midplot.views.chart.growth._peaks import Peaks

__all__ = ["FEWEST_POINTS", "Pyramid", "Read", "ascending"]

Read = Callable[[int, int], FloatArray]
"""Returns the values of a line from one position up to, but without, another."""

FEWEST_POINTS: Final = 4
"""Smallest number of points that can be requested: the first, the last, the lowest and the highest."""

_BLOCK_BITS: Final = 5
"""Each of the smallest blocks has 32 values: the summaries take about 2 bytes per value, a quarter of the values."""

_PIECE: Final = 1 << 14
"""Values that are summarised together, which fit the processor's cache. A multiple of the smallest block."""

# A chosen level has at least this many blocks for each group of which two points are drawn.
_BLOCKS_PER_GROUP: Final = 2
# One at either edge, and a NaN between them.
_POINTS_PER_GAP: Final = 3
# Both ends of the range, and the least and greatest value in the pieces of blocks at either edge.
_POINTS_AT_EDGES: Final = 6
# Groups in which the least and the greatest value of a whole range are looked for.
_GROUPS_OF_SPAN: Final = 16

_Places = npt.NDArray[np.int64]


class _Level:
    """Blocks of one size. Row 0 is of the least values, row 1 of the greatest, with their signs changed."""

    def __init__(self) -> None:
        self.n = 0
        self._values = Growing(), Growing()
        self._places = Growing(np.int64), Growing(np.int64)

    def add(self, values: FloatArray, places: _Places) -> None:
        for row in (0, 1):
            self._values[row].put(self.n, values[row])
            self._places[row].put(self.n, places[row])
        self.n += values.shape[1]

    def between(self, first: int, stop: int) -> tuple[FloatArray, _Places]:
        return (
            np.stack([each.first(stop)[first:] for each in self._values]),
            np.stack([each.first(stop)[first:] for each in self._places]),
        )


class Pyramid:
    """The least and the greatest values of a line, by blocks of 32, 64, 128 … values.

    Parameters
    ----------
    has_gaps
        Whether NaN is a gap, whose edges are to be drawn. Otherwise NaN is only a value that is neither the least nor the
        greatest.
    """

    def __init__(self, *, has_gaps: bool = True) -> None:
        self._levels = [_Level()]
        self._gaps = _Gaps() if has_gaps else None
        self._n = 0

    def grow(self, read: Read, n: int) -> None:
        """Take in the values of a line up to a position; those that were taken in before must not have changed.

        Parameters
        ----------
        read
            Reads the line.
        n
            Number of values that the line has now.
        """
        lowest = self._levels[0]
        block = 1 << _BLOCK_BITS
        while True:
            start = lowest.n * block
            stop = min(start + _PIECE, n)
            fresh = max(start, self._n)
            if stop <= fresh:
                break
            values = read(start, stop)
            if self._gaps is not None:
                self._gaps.add(fresh, values[fresh - start :])
            self._n = stop
            whole = (stop - start) // block * block
            if whole:
                lowest.add(*_least_and_greatest(_pair(values[:whole]), np.arange(start, start + whole), block))
        self._build()

    def _build(self) -> None:
        """Bring the higher levels up to the lowest one."""
        k = 0
        while k + 1 < len(self._levels) or self._levels[k].n >= 2:
            if k + 1 == len(self._levels):
                self._levels.append(_Level())
            lower, upper = self._levels[k], self._levels[k + 1]
            if lower.n // 2 == upper.n:
                break  # so the levels above have not grown either
            upper.add(*_grouped(*lower.between(2 * upper.n, lower.n // 2 * 2), 2))
            k += 1

    def chosen(self, read: Read, first: int, last: int, n_out: int) -> IntArray:
        """Choose the points of a range that keep the shape of the line.

        Parameters
        ----------
        read
            Reads the line, which must have been taken in up to ``last``.
        first, last
            Positions at the edges of the range, both inclusive.
        n_out
            Number of points, at least 4.

        Returns
        -------
        numpy.ndarray
            Positions, ascending, unique, int64: the whole range if it has no more than ``n_out`` points, otherwise at
            most ``n_out``, or two more if there are gaps. The first, the last, the lowest and the highest point are always
            included. A gap is represented by its edges and one NaN between them; of too many gaps, by the longest.
        """
        if last - first < n_out:
            return np.arange(first, last + 1)
        gaps = np.empty(0, dtype=np.int64)
        if self._gaps is not None:
            gaps = self._gaps.points(first, last, n_out // 2 // _POINTS_PER_GAP)
        room = max(FEWEST_POINTS, n_out - len(gaps))
        n_groups = (room - _POINTS_AT_EDGES) // 2
        if n_groups >= _GROUPS_OF_SPAN:
            picked = self._candidates(read, first, last, n_groups)[1].ravel()
        else:
            picked = np.array(self.extremes(read, first, last))
        return ascending(picked, gaps, np.array([first, last]))

    def extremes(self, read: Read, first: int, last: int) -> tuple[int, int]:
        """Return the positions of the least and the greatest value of a range; if all is NaN, those of NaN."""
        values, places = self._candidates(read, first, last, _GROUPS_OF_SPAN)
        low, high = values.argmin(axis=1)
        return int(places[0, low]), int(places[1, high])

    def greatest(self, read: Read, first: int, last: int, n_out: int) -> IntArray:
        """Return the positions of the greatest values of stretches that cover a range, ascending.

        Parameters
        ----------
        read
            Reads the line, which must have been taken in up to ``last``.
        first, last
            Positions at the edges of the range, both inclusive.
        n_out
            Largest number of stretches, at least 4. A stretch that is all NaN has no position.
        """
        values, places = self._candidates(read, first, last, max(2, n_out - 2))
        return np.sort(places[1, values[1] < np.inf])

    def _candidates(self, read: Read, first: int, last: int, n_groups: int) -> tuple[FloatArray, _Places]:
        """Return the least and greatest values of about so many stretches that cover a range, and where they are."""
        stop = last + 1
        found = self._level(first, stop, _BLOCKS_PER_GROUP * n_groups)
        if found is None:
            return _joined_to(n_groups, _pair(read(first, stop)), np.arange(first, stop), first)
        level, begin, end, bits = found
        values, places = _joined_to(n_groups, *level.between(begin, end), begin)
        edges = [(first, begin << bits), (end << bits, stop)]
        pairs = [
            _least_and_greatest(_pair(read(*edge)), np.arange(*edge), edge[1] - edge[0])
            for edge in edges
            if edge[0] < edge[1]
        ]
        return (
            np.concatenate([values, *(each for each, _ in pairs)], axis=1),
            np.concatenate([places, *(each for _, each in pairs)], axis=1),
        )

    def _level(self, first: int, stop: int, n_blocks: int) -> tuple[_Level, int, int, int] | None:
        """Return the level with the largest blocks of which so many lie within a range, and which do."""
        for k in reversed(range(len(self._levels))):
            bits = _BLOCK_BITS + k
            begin, end = -(-first >> bits), min(stop >> bits, self._levels[k].n)
            if end - begin >= n_blocks:
                return self._levels[k], begin, end, bits
        return None


class _Gaps:
    """The gaps of a line: where they begin and end, and which are the longest."""

    def __init__(self) -> None:
        self._count = 0
        self._starts, self._stops = Growing(np.int64), Growing(np.int64)
        self._lengths = Peaks()

    def add(self, place: int, values: FloatArray) -> None:
        """Take in the next values of the line, from a position on."""
        missing = np.isnan(values)
        if missing.any():
            edges = np.flatnonzero(np.diff(missing, prepend=False, append=False)) + place
            starts, stops = edges[::2], edges[1::2]
            # A gap may go on from one piece to the next.
            if self._count and self._stops.first(self._count)[-1] == starts[0]:
                starts = np.append(self._starts.first(self._count)[-1], starts[1:])
                self._count -= 1
            self._starts.put(self._count, starts)
            self._stops.put(self._count, stops)
            self._count += len(starts)
            # All but the last, which may still become longer.
            self._lengths.grow(lambda a, b: self._length(np.arange(a, b)), self._count - 1)

    def _length(self, gaps: IntArray) -> FloatArray:
        lengths: IntArray = self._stops.first(self._count)[gaps] - self._starts.first(self._count)[gaps]
        return lengths.astype(np.float64)

    def points(self, first: int, last: int, at_most: int) -> IntArray:
        """Return the points at the edges of each gap of a range and one inside; of too many gaps, of the longest."""
        starts, stops = self._starts.first(self._count), self._stops.first(self._count)
        begin, end = int(np.searchsorted(stops, first, "right")), int(np.searchsorted(starts, last, "right"))
        chosen = np.arange(begin, end)
        if len(chosen) > at_most:
            # Those at the edges count as far as they reach into the range.
            inner = self._lengths.largest(self._length, begin + 1, end - 1, at_most)
            chosen = np.unique(np.append(inner, [begin, end - 1]))
        low, high = np.maximum(starts[chosen], first), np.minimum(stops[chosen], last + 1)
        longest = np.sort(np.argsort(low - high, kind="stable")[:at_most])
        low, high = low[longest], high[longest]
        points = np.concatenate([low - 1, low, high])
        return points[(points >= first) & (points <= last)]


def ascending(*places: IntArray) -> IntArray:
    """Return positions in order, each once."""
    # Faster than np.unique, which looks for equal ones before it sorts.
    ordered = np.sort(np.concatenate(places))
    return ordered[np.diff(ordered, prepend=-1) > 0]


def _pair(values: FloatArray) -> FloatArray:
    """Return values and the same with the sign changed, so that the least of both rows is what is looked for."""
    missing = np.isnan(values)
    pair = np.stack([values, -values])
    if missing.any():
        pair[:, missing] = np.inf
    return pair


def _least_and_greatest(pair: FloatArray, places: _Places, size: int) -> tuple[FloatArray, _Places]:
    """Return the least of each stretch of so many values, and where it is; the stretches fill the rows."""
    return _grouped(pair, np.broadcast_to(places, pair.shape), size)


def _joined_to(n_groups: int, values: FloatArray, places: _Places, begin: int) -> tuple[FloatArray, _Places]:
    """Group blocks, of which the first has the number ``begin``, to at most so many stretches of the same length."""
    places = np.broadcast_to(places, values.shape)
    # Stretches begin at multiples of their length, so that what is drawn of the past stays the same as the line grows.
    size = -(-values.shape[1] // (n_groups - 1))
    before = begin % size
    after = -(before + values.shape[1]) % size
    width = before + values.shape[1] + after
    padded, padded_places = np.full((2, width), np.inf), np.empty((2, width), dtype=np.int64)
    padded[:, before : width - after] = values
    padded_places[:, before : width - after] = places
    # The least of a group may be inf, and then it may be found in the padding, which therefore has a place in the group.
    padded_places[:, :before], padded_places[:, width - after :] = places[:, :1], places[:, -1:]
    return _grouped(padded, padded_places, size)


def _grouped(values: FloatArray, places: _Places, size: int) -> tuple[FloatArray, _Places]:
    """Return the least of each group of so many neighbours, in each row, and its place."""
    least = values.reshape(-1, size).argmin(axis=1)
    least += np.arange(0, values.size, size)
    shape = (len(values), -1)
    return values.ravel()[least].reshape(shape), places.ravel()[least].reshape(shape)
