"""Whether the rows of a stream are in order of time: going back would replay them in the wrong order."""

from __future__ import annotations

from collections.abc import Callable
from reprlib import repr as short_repr
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.errors import StreamError
from midplot.streams._time_text import COUNT, TIMES_OF_DAY, exact
from midplot.streams._times import unit_of

__all__ = ["check_in_order", "no_time", "steps_back"]

_NEW_DAY = np.timedelta64(6, "h")
"""A time of day that goes back by this much or more begins the next day: a session is seldom shorter than six hours."""


def steps_back(cells: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Return the positions before those cells that are earlier than the one before; no cell may be missing."""
    back = cells[1:] < cells[:-1]
    if cells.dtype == TIMES_OF_DAY:
        back &= cells[:-1] - cells[1:] < _NEW_DAY
    return np.flatnonzero(back)


def no_time(column: object, cell: object, where: str) -> StreamError:
    """Return the error for one of the few cells of a time column that are no times."""
    return StreamError(
        f"column {column!r} holds {short_repr(cell)}, which is no time like the others",
        where=where,
        advice="Correct it, leave it empty, or name another time_column.",
    )


def check_in_order(
    cells: npt.NDArray[Any],
    label: str,
    column: object,
    sort_by: str | Callable[[], str],
    ticks: npt.NDArray[np.int64] | None = None,
) -> None:
    """Raise if a stream's rows go back in time: they would be replayed in the wrong order.

    Parameters
    ----------
    cells
        The times of one stream, shape ``(n,)``: datetime64, or numbers that count something. NaT and NaN are ignored.
    label
        The name of the stream in error messages.
    column
        The column that the times come from.
    sort_by
        The expression with which the user can sort the rows, such as ``frame.sort_values(['stream', 'time'])``, or a
        function that returns it, if finding it out takes a while.
    ticks
        The ticks of the cells, if they do not count from 0.

    Raises
    ------
    StreamError
        If a time is earlier than the one before it; the error names the first such tick.
    """
    if cells.dtype.kind in "iu":
        cells = exact(cells)
    known = np.flatnonzero(~(np.isnat(cells) if cells.dtype.kind in "mM" else np.isnan(cells)))
    backward = steps_back(cells[known])
    if len(backward):
        at, before = int(known[backward[0] + 1]), int(known[backward[0]])
        tick, tick_before = (at, before) if ticks is None else (int(ticks[at]), int(ticks[before]))
        now, then = _shown(cells, at), _shown(cells, before)
        raise StreamError(
            f"its time in column {column!r} is {now}, before that of tick {tick_before}, {then}",
            where=f"{label}, tick {tick}",
            advice=f"Sort the rows by time first: {sort_by if isinstance(sort_by, str) else sort_by()}.",
        )


def _shown(cells: npt.NDArray[Any], at: int) -> str:
    if cells.dtype.kind == "M":
        cells = cells.astype(unit_of(cells))
    if cells.dtype.kind != "m":
        return str(cells[at])
    return str(cells[at].astype(np.int64) if cells.dtype == COUNT else cells[at].astype("m8[us]").item())
