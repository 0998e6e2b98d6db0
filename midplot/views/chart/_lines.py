"""The lines of a stream's chart: the price, its warm-up, the equity, the latency, the probes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.money._account import PartAccount, StreamAccount
from midplot.money._scoring import IntArray
from midplot.streams._stream import FloatArray
from midplot.views.chart.growth._axis import Axis, scored_axis, warm_up_axis
from midplot.views.chart.growth._book import Book
from midplot.views.chart.growth._pyramid import Pyramid, Read, ascending

__all__ = [
    "Drawn",
    "Line",
    "book_of",
    "equity_line",
    "latency_line",
    "measured_latencies",
    "probe_lines",
    "realized_line",
    "warm_up_line",
]


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Points that are drawn of a line; both arrays have shape ``(n,)``.

    Attributes
    ----------
    index
        Original indices, ascending.
    y
        Values to draw there; NaN between two parts, so that the line breaks at a gap.
    """

    index: IntArray
    y: FloatArray

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line with one point per tick, and one between two parts, of which only what is asked for is read.

    Attributes
    ----------
    axis
        Where its points are.
    read
        Reads the values of a range of points.
    at
        Reads the values at some points.
    pyramid
        Its summaries, which have taken in all points.
    n
        The number of points.
    """

    axis: Axis
    read: Read
    at: Callable[[IntArray], FloatArray]
    pyramid: Pyramid
    n: int

    def __len__(self) -> int:
        return self.n

    def all(self) -> Drawn:
        """Return all points."""
        return self._at(np.arange(self.n))

    def until(self, last: int | None) -> Line:
        """Return the line up to an original index, inclusive; None for all of it."""
        return self if last is None else replace(self, n=min(self.n, self.axis.position_of(last + 1)))

    def thinned(
        self, n_out: int, first: int | None = None, last: int | None = None, always: IntArray | None = None
    ) -> Drawn:
        """Return the points that are worth drawing.

        Parameters
        ----------
        n_out
            Approximate number of points.
        first, last
            Original indices of the visible range, both inclusive; None for the whole line. One point beyond either
            edge is kept, so that the line continues past it.
        always
            Original indices of ticks of the line to keep in any case, visible or not.
        """
        if not self.n:
            return self._at(np.arange(0))
        start = 0 if first is None else self.axis.position_of(first) - 1
        stop = self.n if last is None else self.axis.position_of(last + 1)
        start, stop = min(max(start, 0), self.n - 1), min(stop, self.n - 1)
        kept = self.pyramid.chosen(self.read, start, max(start, stop), n_out)
        if always is not None and len(always):
            kept = ascending(kept, self.axis.positions_of(always))
        return self._at(kept)

    def within(self, first: float, last: float) -> tuple[int, int]:
        """Return the half-open positions of the points between two original indices, both inclusive."""
        start, stop = (min(self.n, self.axis.position_of(each)) for each in (first, np.nextafter(last, np.inf)))
        return start, max(start, stop)

    def between(self, start: int, stop: int, n_out: int) -> Drawn:
        """Return the points that are worth drawing of a range of positions, half-open and not empty."""
        return self._at(self.pyramid.chosen(self.read, start, stop - 1, n_out))

    def span(self, start: int, stop: int) -> tuple[float, float] | None:
        """Return the least and the greatest value of a range of positions, half-open; None if there is none."""
        if start >= stop:
            return None
        places = np.array(self.pyramid.extremes(self.read, start, stop - 1))
        low, high = (float(self.at(places[[row]])[0]) for row in (0, 1))
        return None if np.isnan(low) else (low, high)

    def _at(self, positions: IntArray) -> Drawn:
        if len(positions) and positions[-1] - positions[0] == len(positions) - 1:
            return Drawn(self.axis.index_at(positions), self.read(int(positions[0]), int(positions[-1]) + 1))
        return Drawn(self.axis.index_at(positions), self.at(positions))


def book_of(account: StreamAccount, axis: Axis) -> Book:
    """Return the decisions of a stream, which its accounts keep from one look to the next."""
    book: Book = account.memory.held.setdefault("book", Book())
    book.take(axis)
    return book


def _line(account: StreamAccount, name: str, axis: Axis, read: Read, at: Callable[[IntArray], FloatArray]) -> Line:
    """Return a line whose summaries are kept from one account of a stream to the next."""
    pyramid: Pyramid = account.memory.held.setdefault(f"line {name}", Pyramid())
    pyramid.grow(read, len(axis))
    return Line(axis, read, at, pyramid, len(axis))


def _line_of(
    account: StreamAccount, name: str, axis: Axis, of: Callable[[PartAccount], npt.NDArray[Any]], unit: float = 1.0
) -> Line:
    """Return a line of one value per tick of each part, in a unit of so many."""
    read = axis.reader(of)
    if unit == 1.0:
        return _line(account, name, axis, read, lambda positions: axis.at(of, positions))
    return _line(
        account,
        name,
        axis,
        lambda start, stop: read(start, stop) / unit,
        lambda positions: axis.at(of, positions) / unit,
    )


def realized_line(account: StreamAccount, axis: Axis | None = None) -> Line:
    """Return the price at the scored ticks.

    Parameters
    ----------
    account
        The stream.
    axis
        The axis of its scored ticks, if it is known already; here and below.
    """
    axis = scored_axis(account.parts) if axis is None else axis
    return _line_of(account, "price", axis, lambda part: part.part.values)


def warm_up_line(account: StreamAccount) -> Line:
    """Return the price at the ticks of the warm-up, up to the first scored one, where it meets the other line."""
    return _line_of(account, "warm-up", warm_up_axis(account.parts), lambda part: part.part.values)


def equity_line(account: StreamAccount, axis: Axis | None = None) -> Line:
    """Return the cumulative profit at the scored ticks, in the units of the price."""
    axis = scored_axis(account.parts) if axis is None else axis
    book = book_of(account, axis)

    def read(start: int, stop: int) -> FloatArray:
        equity = book.equity(start, stop) if start < stop else np.empty(0)
        begin, end = np.searchsorted(axis.stop, [start, stop])
        equity[axis.stop[begin:end] - start] = np.nan
        return equity

    def at(positions: IntArray) -> FloatArray:
        equity = book.equity_at(positions)
        equity[axis.is_between(positions)] = np.nan
        return equity

    return _line(account, "equity", axis, read, at)


def measured_latencies(account: StreamAccount, axis: Axis) -> Line:
    """Return the latencies without those that the clock was too coarse for, and that are 0."""
    return _line_of(
        account,
        "measured latency",
        axis,
        lambda part: np.where(part.replay.latency_ns > 0, part.replay.latency_ns, np.nan),
        unit=1e6,
    )


def latency_line(account: StreamAccount, axis: Axis | None = None) -> Line:
    """Return the time that each decision at the scored ticks took, in milliseconds."""
    axis = scored_axis(account.parts) if axis is None else axis
    return _line_of(account, "latency", axis, lambda part: part.replay.latency_ns, unit=1e6)


def probe_lines(account: StreamAccount) -> dict[str, Line]:
    """Return the probed values of the attacker at the scored ticks, by name."""
    # An attacker that failed before it was ready has no probes.
    sampled = [part for part in account.parts if part.replay.probes]
    axis = scored_axis(sampled)
    return {
        name: _line_of(account, f"probe {name}", axis, lambda part, name=name: part.replay.probes[name])  # type: ignore[misc]
        for name in (sampled[0].replay.probes if sampled else ())
    }
