"""The bands behind the price: from each decision to its resolution, merged where they overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from midplot.money._account import PartAccount, StreamAccount
from midplot.money._scoring import IntArray
from midplot.streams._stream import FloatArray

__all__ = ["DOWN_REACH", "UP_REACH", "Bands", "decision_bands"]

UP_REACH, DOWN_REACH = (0.1, 1.0), (0.0, 0.9)
"""Lower and upper edge of the bands, as fractions of the panel's height. Only up bands reach the top and only down bands
the bottom, so their position tells them apart as well as their colour, even where they overlap."""


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """Bands of one colour, disjoint and ascending; both arrays have shape ``(n,)``.

    Attributes
    ----------
    first, last
        Original indices of their edges, both inclusive.
    """

    first: IntArray
    last: IntArray

    def __len__(self) -> int:
        return len(self.first)

    def merged(self, at_most: int = 1000) -> Bands:
        """Join bands that overlap or touch, so that their colour does not pile up.

        Parameters
        ----------
        at_most
            Largest number of bands to return. If more are left, those with the narrowest gaps between them are joined.
        """
        if len(self) < 2:
            return self
        # Bands ascend by their start, but an early one may end after a later one.
        reach = np.maximum.accumulate(self.last)
        gap = self.first[1:] - reach[:-1]
        apart = np.flatnonzero(gap > 0)
        if len(apart) >= at_most:
            widest = np.argsort(-gap[apart], kind="stable")[: at_most - 1]
            apart = np.sort(apart[widest])
        return Bands(self.first[np.append(0, apart + 1)], reach[np.append(apart, len(self) - 1)])

    def polygons(self, low: float = 0.0, high: float = 1.0) -> tuple[IntArray, FloatArray]:
        """Return x and y of rectangles, for one trace that is filled ``toself``.

        They are joined along the lower edge, where the connection between two of them has no area.

        Parameters
        ----------
        low, high
            Lower and upper edge, as fractions of the panel's height.
        """
        x = np.column_stack([self.first, self.first, self.last, self.last])
        y = np.tile([low, high, high, low], len(self))
        return x.ravel(), y


def decision_bands(account: StreamAccount, *, up: bool) -> Bands:
    """Return one band per counted decision in a direction, from its index to that of its resolution.

    A band whose decision is unresolved ends where its part ends.
    """
    by_part = [_part_bands(part, up=up) for part in account.parts]
    none = np.empty(0, dtype=np.int64)
    return Bands(
        np.concatenate([none, *(bands.first for bands in by_part)]),
        np.concatenate([none, *(bands.last for bands in by_part)]),
    )


def _part_bands(part: PartAccount, *, up: bool) -> Bands:
    trades = part.trades
    wanted = (trades.decision > 0) == up
    last = np.minimum(trades.resolution_tick[wanted], part.replay.n_ticks - 1)
    return Bands(trades.tick[wanted] + part.part.first_index, last + part.part.first_index)
