"""Where the ticks of a stream's parts are on a line that runs through all of them: positions and original indices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.money._account import PartAccount
from midplot.money._scoring import IntArray
from midplot.streams._stream import FloatArray

__all__ = ["Axis", "scored_axis", "warm_up_axis"]


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """Stretches of ticks, one per part, one after the other, with one position between two of them.

    As parts grow and others follow, a tick keeps its position.

    Attributes
    ----------
    parts
        The parts that have a stretch.
    tick
        The tick of its part at which each stretch begins, shape ``(n_stretches,)``.
    index
        The original index of that tick.
    start, stop
        The positions of each stretch, half-open.
    """

    parts: tuple[PartAccount, ...]
    tick: IntArray
    index: IntArray
    start: IntArray
    stop: IntArray

    @classmethod
    def of(cls, parts: Sequence[PartAccount], ticks: Sequence[tuple[int, int]]) -> Axis:
        """Return the axis of stretches that are given as half-open ranges of ticks; empty ones are left out."""
        some = [(part, first, stop) for part, (first, stop) in zip(parts, ticks, strict=True) if first < stop]
        tick = np.array([first for _, first, _ in some], dtype=np.int64)
        length = np.array([stop for _, _, stop in some], dtype=np.int64) - tick
        end = np.cumsum(length + 1) - 1
        first_index = np.array([part.part.first_index for part, _, _ in some], dtype=np.int64)
        return cls(tuple(part for part, _, _ in some), tick, first_index + tick, end - length, end)

    def __len__(self) -> int:
        return int(self.stop[-1]) if len(self.stop) else 0

    def index_at(self, positions: IntArray) -> IntArray:
        """Return the original indices at positions; between two stretches, the one after the first of them."""
        which = self._stretch(positions)
        return self.index[which] + positions - self.start[which] if len(positions) else positions

    def position_of(self, index: float) -> int:
        """Return the number of positions whose original index is below a given one."""
        which = int(np.searchsorted(self.index, index)) - 1
        if which < 0:
            return 0
        after = self.start[which] + np.ceil(index - self.index[which])
        # One beyond its end is the position between two stretches, unless it is the last.
        return int(min(after, self.stop[which] + 1, len(self)))

    def positions_of(self, index: IntArray) -> IntArray:
        """Return the positions of ticks that are on the axis, given by their original indices."""
        which = np.searchsorted(self.index, index, side="right") - 1
        return self.start[which] + index - self.index[which] if len(index) else index

    def reader(self, of: Callable[[PartAccount], npt.NDArray[Any]]) -> Callable[[int, int], FloatArray]:
        """Return a function that reads one value per position in a range, NaN between two stretches.

        Parameters
        ----------
        of
            Returns the values of a part, one per tick.
        """

        def read(start: int, stop: int) -> FloatArray:
            if start >= stop:
                return np.empty(0)
            first, last = self._stretch(np.array([start, stop - 1])).tolist()
            if first == last and stop <= self.stop[first]:
                return self._ticks(first, of, start, stop).astype(np.float64, copy=False)
            values = np.full(stop - start, np.nan)
            for each in range(first, last + 1):
                low, high = max(start, int(self.start[each])), min(stop, int(self.stop[each]))
                values[low - start : high - start] = self._ticks(each, of, low, high)
            return values

        return read

    def _ticks(
        self, which: int, of: Callable[[PartAccount], npt.NDArray[Any]], start: int, stop: int
    ) -> npt.NDArray[Any]:
        shift = int(self.tick[which] - self.start[which])
        return of(self.parts[which])[start + shift : stop + shift]

    def at(self, of: Callable[[PartAccount], npt.NDArray[Any]], positions: IntArray) -> FloatArray:
        """Return the values at ascending positions, NaN between two stretches; see `reader`."""
        found = np.full(len(positions), np.nan)
        which = self._stretch(positions)
        ticks = positions - self.start[which] + self.tick[which] if len(positions) else positions
        inside = positions < self.stop[which] if len(positions) else np.empty(0, dtype=bool)
        bounds: list[int] = []
        if len(positions):
            bounds = np.flatnonzero(np.diff(which, prepend=-1, append=-1)).tolist()
        for begin, end in pairwise(bounds):
            own = begin + np.flatnonzero(inside[begin:end])
            found[own] = of(self.parts[which[begin]])[ticks[own]]
        return found

    def is_between(self, positions: IntArray) -> npt.NDArray[np.bool_]:
        """Return which positions lie between two stretches."""
        between: npt.NDArray[np.bool_] = positions >= self.stop[self._stretch(positions)]
        return between

    def _stretch(self, positions: IntArray) -> IntArray:
        return np.searchsorted(self.start, positions, side="right") - 1


def scored_axis(parts: Sequence[PartAccount]) -> Axis:
    """Return the axis of the scored ticks."""
    return Axis.of(parts, [(part.part.warmup, part.replay.n_ticks) for part in parts])


def warm_up_axis(parts: Sequence[PartAccount]) -> Axis:
    """Return the axis of the ticks of the warm-up and the first scored one, at which the two lines meet."""
    warmed = [part for part in parts if part.part.warmup]
    return Axis.of(warmed, [(0, min(part.part.warmup + 1, part.replay.n_ticks)) for part in warmed])
