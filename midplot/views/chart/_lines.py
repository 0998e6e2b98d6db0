"""The lines of a stream's chart: the price, its warm-up, the equity, the latency, the probes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from midplot.money._account import PartAccount, StreamAccount
from midplot.money._scoring import IntArray
from midplot.streams._stream import FloatArray
from midplot.views.chart._thin import thinned

__all__ = ["Line", "equity_line", "latency_line", "probe_lines", "realized_line", "warm_up_line"]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Points of a line, one per tick; both arrays have shape ``(n,)``.

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

    def thinned(
        self, n_out: int, first: int | None = None, last: int | None = None, always: IntArray | None = None
    ) -> Line:
        """Return the points that are worth drawing.

        Parameters
        ----------
        n_out
            Approximate number of points.
        first, last
            Original indices of the visible range, both inclusive; None for the whole line. One point beyond either
            edge is kept, so that the line continues past it.
        always
            Original indices of points to keep in any case, visible or not.
        """
        if not len(self):
            return self
        start = 0 if first is None else int(np.searchsorted(self.index, first)) - 1
        stop = len(self) if last is None else int(np.searchsorted(self.index, last, side="right"))
        start, stop = min(max(start, 0), len(self) - 1), min(stop, len(self) - 1)
        kept = thinned(self.y, start, stop, n_out)
        if always is not None:
            kept = np.union1d(kept, np.searchsorted(self.index, always))
        return Line(self.index[kept], self.y[kept])


def realized_line(account: StreamAccount) -> Line:
    """Return the price at the scored ticks."""
    return _concatenated(
        Line(part.index[part.replay.scored], _prices(part)[part.replay.scored]) for part in account.parts
    )


def warm_up_line(account: StreamAccount) -> Line:
    """Return the price at the ticks of the warm-up, up to the first scored one, where it meets the other line."""
    lines = []
    for part in account.parts:
        if part.part.warmup:
            meeting = part.part.warmup + 1
            lines.append(Line(part.index[:meeting], _prices(part)[:meeting]))
    return _concatenated(lines)


def equity_line(account: StreamAccount) -> Line:
    """Return the cumulative profit at the scored ticks, in the units of the price."""
    if not account.parts:
        return _concatenated([])
    ends = np.cumsum([part.n_ticks for part in account.parts])
    by_part = np.split(account.equity, ends[:-1])
    return _concatenated(
        Line(part.index[part.replay.scored], equity) for part, equity in zip(account.parts, by_part, strict=True)
    )


def latency_line(account: StreamAccount) -> Line:
    """Return the time that each decision at the scored ticks took, in milliseconds."""
    return _concatenated(
        Line(part.index[part.replay.scored], part.replay.latency_ns[part.replay.scored] / 1e6) for part in account.parts
    )


def probe_lines(account: StreamAccount) -> dict[str, Line]:
    """Return the probed values of the attacker at the scored ticks, by name."""
    # An attacker that failed before it was ready has no probes.
    sampled = [part for part in account.parts if part.replay.probes]
    names = sampled[0].replay.probes if sampled else ()
    return {
        name: _concatenated(
            Line(part.index[part.replay.scored], part.replay.probes[name][part.replay.scored]) for part in sampled
        )
        for name in names
    }


def _prices(part: PartAccount) -> FloatArray:
    """Return the prices that were fed: the whole part, or less if the replay was cut short."""
    return part.part.values[: part.replay.n_ticks]


def _concatenated(lines: Iterable[Line]) -> Line:
    """Return lines one after the other, with a break between them."""
    indices: list[IntArray] = []
    ys: list[FloatArray] = []
    present = [line for line in lines if len(line)]
    if len(present) == 1:
        return present[0]  # the usual case: avoids a copy
    for line in present:
        if indices:
            indices.append(indices[-1][-1:] + 1)
            ys.append(np.array([np.nan]))
        indices.append(line.index)
        ys.append(line.y)
    if not indices:
        return Line(np.empty(0, dtype=np.int64), np.empty(0))
    return Line(np.concatenate(indices), np.concatenate(ys))
