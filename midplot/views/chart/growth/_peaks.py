"""The largest of many numbers, which grow in number, within any range of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from midplot.money._scoring import IntArray
from midplot.play._growing import Growing
from midplot.streams._stream import FloatArray

__all__ = ["Peaks"]

_BITS = 4
"""The smallest blocks have 16 numbers each, the next ones 16 of these, and so on."""

_SIZE = 1 << _BITS


class Peaks:
    """The greatest number in each block of 16, 256, 4,096 …, to find the largest of any range.

    The numbers themselves stay with whoever has them: they are read when they are new, and where a block needs to be opened.
    """

    def __init__(self) -> None:
        self._levels: list[Growing] = []
        self._counts: list[int] = []

    def grow(self, read: Callable[[int, int], FloatArray], n: int) -> None:
        """Take in numbers, none of them NaN, up to a position."""
        below, n_below = read, n
        level = 0
        while n_below >= _SIZE:
            if level == len(self._levels):
                self._levels.append(Growing())
                self._counts.append(0)
            done, whole = self._counts[level], n_below // _SIZE
            if whole > done:
                numbers = below(done * _SIZE, whole * _SIZE)
                self._levels[level].put(done, numbers.reshape(-1, _SIZE).max(axis=1))
                self._counts[level] = whole
            below, n_below = self._reader(level), self._counts[level]
            level += 1

    def _reader(self, level: int) -> Callable[[int, int], FloatArray]:
        return lambda first, stop: self._levels[level].first(stop)[first:]

    def largest(self, at: Callable[[IntArray], FloatArray], first: int, stop: int, n: int) -> IntArray:
        """Return the positions of the largest numbers of a range, ascending; of equal numbers, the first.

        Parameters
        ----------
        at
            Reads the numbers at some positions. Those not taken in yet are read as well.
        first, stop
            The range, half-open.
        n
            How many to find.
        """
        found, covered = np.empty(0, dtype=np.int64), (first, first)
        # From the largest blocks down to the numbers: the n largest numbers lie in the n blocks with the largest peaks.
        for level in reversed(range(-1, len(self._levels))):
            bits = _BITS * (level + 1)
            begin, end = -(-first >> bits), stop >> bits
            if level >= 0:
                end = min(end, self._counts[level])
            opened = (found[:, None] * _SIZE + np.arange(_SIZE)).ravel()
            if covered[0] >= covered[1]:  # no larger block lies within the range
                covered = begin, begin
            found = np.concatenate([np.arange(begin, covered[0]), opened, np.arange(covered[1], end)])
            found = _best(found, at(found) if level < 0 else self._levels[level].first(self._counts[level])[found], n)
            covered = begin << _BITS, max(begin, end) << _BITS
        return found


def _best(places: IntArray, numbers: FloatArray, n: int) -> IntArray:
    """Return the places of the n largest numbers, in the order in which they came."""
    if len(places) <= n:
        return places
    return places[np.sort(np.argsort(-numbers, kind="stable")[:n])]
