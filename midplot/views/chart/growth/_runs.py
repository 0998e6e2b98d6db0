"""The bands of one colour as they grow: joined where they overlap, and to a number that a screen can show."""

from __future__ import annotations

import numpy as np

from midplot.money._scoring import IntArray
from midplot.play._growing import Growing
from midplot.streams._stream import FloatArray
from midplot.views.chart.growth._peaks import Peaks

__all__ = ["Runs"]


class Runs:
    """Bands from decisions to their resolutions, joined where they overlap or touch."""

    def __init__(self) -> None:
        self._first, self._last = Growing(np.int64), Growing(np.int64)
        self._n = 0
        self._gaps = Peaks()

    def add(self, first: IntArray, last: IntArray) -> None:
        """Add bands that begin after those added before.

        Parameters
        ----------
        first, last
            Original indices at their edges, both inclusive and ascending.
        """
        if not len(first):
            return
        n = max(0, self._n - 1)  # the last run may go on
        first = np.append(self._first.first(self._n)[n:], first)
        last = np.append(self._last.first(self._n)[n:], last)
        reach = np.maximum.accumulate(last)
        apart = np.flatnonzero(first[1:] > reach[:-1])
        self._first.put(n, first[np.append(0, apart + 1)])
        self._last.put(n, reach[np.append(apart, len(first) - 1)])
        self._n = n + len(apart) + 1
        self._gaps.grow(lambda a, b: self._gap(np.arange(a, b)), self._n - 1)

    def end_at(self, last: int) -> None:
        """End the last run where its part does."""
        if self._n:
            ends = self._last.first(self._n)[-1:]
            self._last.put(self._n - 1, np.minimum(ends, last))

    def _gap(self, runs: IntArray) -> FloatArray:
        """Return the widths of the gaps after some runs."""
        widths: IntArray = self._first.first(self._n)[runs + 1] - self._last.first(self._n)[runs]
        return widths.astype(np.float64)

    def within(self, low: float, high: float, last: int, at_most: int) -> tuple[IntArray, IntArray]:
        """Return the edges of the runs that reach into a range.

        Parameters
        ----------
        low, high
            Original indices at the edges of the range.
        last
            Original index up to which decisions are known; runs end there.
        at_most
            Largest number to return. If there are more, those with the narrowest gaps between them are joined.
        """
        firsts, lasts = self._first.first(self._n), self._last.first(self._n)
        begin = int(np.searchsorted(lasts, low))
        end = int(np.searchsorted(firsts, min(high, last), side="right"))
        if begin >= end:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        apart = np.arange(begin, end - 1)
        if end - begin > at_most:
            apart = self._gaps.largest(self._gap, begin, end - 1, at_most - 1)
        return firsts[np.append(begin, apart + 1)], np.minimum(lasts[np.append(apart, end - 1)], last)
