"""The times of a table's rows, and whether the rows of a stream are in their order."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from numbers import Number
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.core.cells import numbers_in
from midplot.core.containers import Table
from midplot.core.frame_layout import FrameLayout
from midplot.core.stored import FloatArray
from midplot.core.times import Times, as_times, check_in_order

__all__ = ["Clock", "clock_of"]


@dataclass(frozen=True, slots=True)
class Clock:
    """The column of times of a table.

    Attributes
    ----------
    column
        Its name.
    times
        What it holds, where that can be read as times.
    counts
        What it holds where it counts something, seconds for instance: in order, and no times.
    sort
        What a user can write to sort the rows.
    """

    column: Hashable
    times: Times | None
    counts: FloatArray | None
    sort: str

    def of(self, rows: npt.NDArray[np.intp] | slice, label: str) -> Times | None:
        """Return the times of one stream's rows.

        Raises
        ------
        StreamError
            If the rows go back in time.
        """
        cells = self.counts if self.times is None else self.times
        if cells is not None:
            check_in_order(cells[rows], label, self.column, self.sort)
        return None if self.times is None else self.times[rows]


def clock_of(table: Table, layout: FrameLayout) -> Clock | None:
    """Return the column of times of a table; None where it has none."""
    if layout.time is None:
        return None
    cells = table.cells(layout.time)
    by = (layout.time,) if layout.ids is None else (layout.ids, layout.time)
    times = as_times(cells) if cells.dtype.kind != "O" or _may_be_times(cells.tolist()) else None
    numbers, other = numbers_in(cells) if times is None else (None, None)
    return Clock(layout.time, times, numbers if other is None else None, table.sorted_by(*by))


def _may_be_times(cells: list[Any]) -> bool:
    """Tell whether there are no numbers among objects, which may count seconds or rows, and no lists."""
    kinds = set(map(type, cells))
    if any(issubclass(kind, Number) or kind.__hash__ is None for kind in kinds - {float}):
        return False
    return float not in kinds or all(cell != cell for cell in cells if isinstance(cell, float))  # NaN is a gap
