"""Tells whether a run of ticks, or a mask, selects those after which a plain rule wins: losers that a peek leaves out.

The rules are "as it has moved over the last k ticks", for several k. A mask that was made by looking ahead picks the
ticks at which the rule is right, and leaves those at which it is wrong. The same mask laid elsewhere in time tells what
chance and seasons do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from midplot._arithmetic import directions
from midplot.causality._evidence import MARGIN
from midplot.causality._stretch import Likeness
from midplot.streams._stream import FloatArray, Part

__all__ = ["Selections"]

LOOKBACKS = (1, 2, 3, 5, 8, 13, 20, 30, 50, 80, 120)
"""Ticks over which a rule looks back."""

LEAST_Z = 7.0
"""Standard deviations beyond those of the same mask elsewhere in time; with eleven rules chance reaches 4."""

FEWEST = 32
"""Ticks that a mask must select, and leave."""


class Selections:
    """The outcome of plain rules on each part, against which masks are held.

    Parameters
    ----------
    parts
        The parts that are replayed.
    horizon
        Ticks from a decision to its resolution.
    """

    def __init__(self, parts: Sequence[Part], horizon: int) -> None:
        self._parts = [part for part in parts if len(part) > 8 * horizon]
        self._horizon = horizon
        self._won: dict[int, list[FloatArray]] = {}

    def find(self, run: FloatArray) -> Likeness | None:
        """Return the stream of which a run selects the ticks that a rule wins; None if there is none."""
        for number, part in enumerate(self._parts):
            mask = _as_mask(run, len(part))
            if mask is None:
                continue
            z = [self._z(mask[: len(won)], won) for won in self._outcomes(number)]
            if max(z) > LEAST_Z:
                lookback = LOOKBACKS[int(np.argmax(z))]
                what = f"ticks picked by whether the move of {lookback} ticks goes on for {self._horizon} more,"
                return Likeness(part.label, what, int(mask.sum()))
        return None

    def _outcomes(self, number: int) -> list[FloatArray]:
        """Return for each rule where it wins, 1, and loses, -1, computed once for each part."""
        if number not in self._won:
            values = self._parts[number].values
            after = directions(values[: -self._horizon], values[self._horizon :])
            self._won[number] = []
            for lookback in LOOKBACKS:
                before = np.zeros(len(after))
                before[lookback:] = directions(values[: len(after) - lookback], values[lookback : len(after)])
                self._won[number].append(before * after)
        return self._won[number]

    def _z(self, mask: FloatArray, won: FloatArray) -> float:
        """Return by how many deviations a mask agrees with outcomes, against the same mask elsewhere; 0 if it does there."""
        centred, outcome = mask - mask.mean(), won - won.mean()
        agreed = np.abs(np.fft.irfft(np.conj(np.fft.rfft(centred)) * np.fft.rfft(outcome), len(won)))
        elsewhere = agreed[2 * self._horizon : len(agreed) - 2 * self._horizon]
        deviation = math.sqrt(float(np.square(elsewhere).mean()))
        if not deviation or agreed[0] < elsewhere.max() + MARGIN * deviation:
            return 0.0
        return float(agreed[0]) / deviation


def _as_mask(run: FloatArray, n: int) -> FloatArray | None:
    """Return a run as a mask of n ticks: a mask already, or the ticks that it selects; None if it is neither."""
    if abs(len(run) - n) <= n // 10 and set(np.unique(run).tolist()) <= {0.0, 1.0}:
        mask = np.zeros(n)
        mask[: len(run)] = run[:n]
    elif len(run) < n and (run == np.floor(run)).all() and run.min() >= 0 and n // 2 < run.max() < n:
        mask = np.zeros(n)
        mask[run.astype(np.int64)] = 1.0
    else:
        return None
    return mask if FEWEST <= mask.sum() <= n - FEWEST else None
