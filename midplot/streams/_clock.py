"""The times of a table's rows, and whether the rows of each stream are in order of time."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from numbers import Number
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.streams._cells import numbers_in
from midplot.streams._containers import Table
from midplot.streams._frame_layout import FrameLayout
from midplot.streams._stored import FloatArray
from midplot.streams._times import Times, as_times, check_in_order

__all__ = ["Clock", "clock_of"]


@dataclass(frozen=True, slots=True)
class Clock:
    """The time column of a table.

    Attributes
    ----------
    column
        The name of the column.
    times
        Its content, if it can be read as times.
    counts
        Its content if it counts something, such as seconds: that has to be in order too, but gives no times.
    sort
        The expression with which a user can sort the rows.
    """

    column: Hashable
    times: Times | None
    counts: FloatArray | None
    sort: str

    def of(self, rows: npt.NDArray[np.intp] | slice, label: str) -> Times | None:
        """Return the times of one stream's rows; None if the column holds no times.

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
    """Return the time column of a table; None if it has none."""
    if layout.time is None:
        return None
    cells = table.cells(layout.time)
    by = (layout.time,) if layout.ids is None else (layout.ids, layout.time)
    times = as_times(cells) if cells.dtype.kind != "O" or _may_be_times(cells.tolist()) else None
    numbers, other = numbers_in(cells) if times is None else (None, None)
    return Clock(layout.time, times, numbers if other is None else None, table.sorted_by(*by))


def _may_be_times(cells: list[Any]) -> bool:
    """Tell whether objects may be times: no numbers, which may count seconds or rows, and no lists."""
    kinds = set(map(type, cells))
    # What cannot be hashed, such as a list, would make pandas raise when it looks for the unique times.
    if any(issubclass(kind, Number) or kind.__hash__ is None for kind in kinds - {float}):
        return False
    return float not in kinds or all(cell != cell for cell in cells if isinstance(cell, float))  # only NaN, a gap
