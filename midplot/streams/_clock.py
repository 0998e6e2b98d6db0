"""The times of a table's rows, and whether the rows of each stream are in order of time."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.streams._containers import Table
from midplot.streams._frame_layout import FrameLayout, has_date_beside
from midplot.streams._time_order import check_in_order, no_time
from midplot.streams._times import Times, as_times, sort_key, time_cells

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
        What is compared if it cannot be read as times, such as seconds: that has to be in order too.
    sort
        Returns the expression with which a user can sort the rows.
    """

    column: Hashable
    times: Times | None
    counts: npt.NDArray[Any] | None
    sort: Callable[[], str]

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
    """Return the time column of a table; None if it has none.

    Raises
    ------
    StreamError
        If most of its cells are times, and a few are not.
    """
    if layout.time is None:
        return None
    cells = table.cells(layout.time)
    found = time_cells(cells)
    if found.bad:
        raise no_time(layout.time, cells[found.bad[0]], f"frame, row {found.bad[0]}")
    times = as_times(found.cells) if found.kind in ("times", "missing") else None
    is_dated = found.kind == "times of day" and has_date_beside(table.columns, layout.time)
    counts = found.cells if times is None and found.is_checked and not is_dated else None
    by = (layout.time,) if layout.ids is None else (layout.ids, layout.time)
    return Clock(layout.time, times, counts, lambda: table.sorted_by(*by, key=sort_key(cells.tolist())))
