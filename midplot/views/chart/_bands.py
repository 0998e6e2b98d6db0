"""The bands behind the price: from each decision to its resolution, merged where they overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from midplot.money._account import StreamAccount
from midplot.money._scoring import IntArray
from midplot.streams._stream import FloatArray
from midplot.views.chart._lines import book_of
from midplot.views.chart.growth._axis import Axis, scored_axis

__all__ = ["DOWN_REACH", "UP_REACH", "Bands", "decision_bands"]

UP_REACH, DOWN_REACH = (0.5, 1.0), (0.0, 0.5)
"""Lower and upper edge of the bands, as fractions of the panel's height: up in the upper half and down in the lower one. So
their position tells them apart as well as their colour, and where both are open at once neither covers the other."""


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


def decision_bands(
    account: StreamAccount,
    axis: Axis | None = None,
    visible: tuple[float, float] | None = None,
    *,
    up: bool,
    last: int | None = None,
    at_most: int = 1000,
) -> Bands:
    """Return the bands from the counted decisions in a direction to their resolutions.

    Bands that overlap or touch are joined, so that their colour does not pile up. A band whose decision is unresolved
    ends where its part ends.

    Parameters
    ----------
    account
        The stream.
    axis
        The axis of its scored ticks, if it is known already.
    visible
        Original indices at the edges of the range; None for the whole stream.
    up
        The direction.
    last
        Last original index to know decisions by; None for all.
    at_most
        Largest number of bands to return. If there are more, those with the narrowest gaps between them are joined, so that
        all decisions stay covered.
    """
    axis = scored_axis(account.parts) if axis is None else axis
    if not axis.parts:
        return Bands(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    end = int(axis.index_at(np.array([len(axis) - 1]))[0])
    low, high = (-np.inf, np.inf) if visible is None else visible
    runs = book_of(account, axis).runs[up]
    return Bands(*runs.within(low, high, end if last is None else min(last, end), at_most))
