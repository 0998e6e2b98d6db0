"""The times of a stream's ticks: read from what a column of times holds, and held against the order of the rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.errors import StreamError

__all__ = ["Times", "as_times", "check_in_order"]

Times = npt.NDArray[np.datetime64]
"""One time for each tick, UTC where the source had a time zone; NaT where none is known."""

_DATED = re.compile(r"\d{4}|\d[-/.]\d")
"""A year, or numbers with what stands between the numbers of a date."""


def as_times(cells: Sequence[Any] | npt.NDArray[Any]) -> Times | None:
    """Read a column of times.

    Parameters
    ----------
    cells
        Dates, date-times with or without a time zone, or text such as ``2024-01-02 09:00``, shape ``(n,)``.
        Numbers are not read, since nothing says whether they count seconds, milliseconds or rows.

    Returns
    -------
    ndarray of datetime64, shape (n,), or None
        Read-only, NaT where a cell is missing. None where the cells are not times.

    Examples
    --------
    >>> as_times(["2024-01-02 09:00", "2024-01-02 09:01"])[1]
    np.datetime64('2024-01-02T09:01:00')
    """
    array = np.asarray(cells)
    if array.dtype.kind != "M":
        import pandas as pd

        # dateutil finds a date in almost anything ("t1" is the first of a month), so text has to look like one.
        if array.dtype.kind not in "OUT" or not all(
            _DATED.search(cell) for cell in array.flat if isinstance(cell, str)
        ):
            return None
        try:
            # utc=True makes one clock of several time zones; a time without a zone keeps its digits.
            parsed = pd.to_datetime(pd.Series(array, dtype=object), utc=True, errors="raise", format="mixed")
        except (ValueError, TypeError, OverflowError):
            return None
        array = parsed.dt.tz_localize(None).to_numpy()
    times: Times = array.astype(_unit(array), copy=True)
    times.flags.writeable = False
    return times


def _unit(array: npt.NDArray[Any]) -> str:
    """Return whole seconds where nothing finer is there, so that times print without nine zeros."""
    known = array[~np.isnat(array)]
    return "datetime64[s]" if (known == known.astype("datetime64[s]")).all() else "datetime64[ns]"


def check_in_order(cells: npt.NDArray[Any], label: str, column: object, sort_by: str) -> None:
    """Raise where a stream's rows go back in time: they would be replayed in the wrong order.

    Parameters
    ----------
    cells
        The times of one stream, shape ``(n,)``: datetime64, or numbers that count something. NaT and NaN are passed over.
    label
        How messages call the stream.
    column
        The column that the times come from.
    sort_by
        What the user can write to sort the rows, such as ``frame.sort_values(['stream', 'time'])``.

    Raises
    ------
    StreamError
        Naming the first tick whose time lies before the one that precedes it.
    """
    known = np.flatnonzero(~np.isnat(cells) if cells.dtype.kind == "M" else ~np.isnan(cells.astype(np.float64)))
    backward = np.flatnonzero(cells[known][1:] < cells[known][:-1])
    if len(backward):
        tick, before = int(known[backward[0] + 1]), int(known[backward[0]])
        raise StreamError(
            f"{label}, tick {tick}: its time in column {column!r} is {cells[tick]}, before that of tick {before}, "
            f"{cells[before]}. Sort the rows by time first: {sort_by}."
        )
