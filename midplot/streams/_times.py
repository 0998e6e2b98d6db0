"""The times of a stream's ticks: how a column of times is read, and how the order of the rows is checked against it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.errors import StreamError

__all__ = ["Times", "as_times", "check_in_order", "day_comes_first", "is_known"]

Times = npt.NDArray[np.datetime64]
"""One time per tick, in UTC if the source had a time zone; NaT where it is unknown."""

_DATED = re.compile(r"\d{4}|\d[-/.]\d")
"""A year, or two digits with a separator of dates between them."""

# \2: the same separator twice, so that 1/2.2024 is no date.
_DAY_OR_MONTH = re.compile(r"\s*(\d{1,2})([/.-])(\d{1,2})\2\d{4}", re.ASCII)
"""A date that begins with the day or with the month."""


def as_times(cells: Sequence[Any] | npt.NDArray[Any], *, day_first: bool | None = None) -> Times | None:
    """Read a column of times.

    Parameters
    ----------
    cells
        Dates, date-times with or without a time zone, or text such as ``2024-01-02 09:00``, shape ``(n,)``.
        Numbers are not read, since nothing says whether they count seconds, milliseconds or rows.
    day_first
        Whether ``02/01/2024`` is the second of January; None infers it from the other dates.

    Returns
    -------
    ndarray of datetime64, shape (n,), or None
        Read-only, NaT where a cell is missing. None if the cells are not times, or can be read in two ways.

    Examples
    --------
    >>> as_times(["2024-01-02 09:00", "2024-01-02 09:01"])[1]
    np.datetime64('2024-01-02T09:01:00')
    """
    array = np.asarray(cells)
    if array.dtype.kind != "M":
        if array.dtype.kind not in "OUT":
            return None
        parsed = _parsed(array, day_first)
        if parsed is None:
            return None
        array = parsed
    times: Times = array.astype(_unit(array), copy=True)
    times.flags.writeable = False
    return times


def _parsed(array: npt.NDArray[Any], day_first: bool | None) -> npt.NDArray[Any] | None:
    """Parse text or objects as times; None if they are not times."""
    import pandas as pd

    # Each distinct text is parsed once: many ticks may share a minute.
    codes, unique = pd.factorize(array.astype(object), use_na_sentinel=True)
    texts = [cell for cell in unique if isinstance(cell, str)]
    # dateutil finds a date in almost anything ("t1" is the first of a month), so the text has to look like one.
    # A plain number is not read as one either: "2024" may be a year or a row.
    if not all(_DATED.search(text) and not text.strip("+- ").replace(".", "", 1).isdigit() for text in texts):
        return None
    slashed = any(map(_DAY_OR_MONTH.match, texts))
    if slashed and day_first is None:
        day_first = day_comes_first(texts)
        if day_first is None:
            return None
    try:
        # utc=True puts several time zones on one clock; a time without a zone keeps its digits.
        with warnings.catch_warnings():
            # pandas only warns about a date that contradicts dayfirst, and swaps its day and month.
            warnings.simplefilter("error", UserWarning)
            cells = pd.Series(unique, dtype=object)
            found = pd.to_datetime(cells, dayfirst=bool(slashed and day_first), utc=True, format="mixed")
    except (ValueError, TypeError, OverflowError, UserWarning):
        return None
    times = found.dt.tz_localize(None).to_numpy()
    # factorize gives missing cells the code -1, which picks the last entry.
    return np.append(times, np.datetime64("NaT"))[codes]


def day_comes_first(texts: Sequence[str]) -> bool | None:
    """Tell whether dates such as ``13/01/2024`` begin with the day, by the numbers that cannot be a month.

    Returns
    -------
    bool or None
        True as well for dates written with points, a style that always puts the day first. None if nothing decides
        it, or the dates contradict each other.
    """
    found = [match for match in map(_DAY_OR_MONTH.match, texts) if match]
    day = any(int(match[1]) > 12 for match in found)
    month = any(int(match[3]) > 12 for match in found)
    if day != month:
        return day
    return True if found and not day and all(match[2] == "." for match in found) else None


def is_known(times: npt.NDArray[Any]) -> bool:
    """Tell whether times fit into 64-bit nanoseconds, as pandas and Arrow store them."""
    # The whole years in range: int64 nanoseconds end in September 1677 and in April 2262.
    years = times[~np.isnat(times)].astype("datetime64[Y]").astype(np.int64) + 1970
    return bool(((years >= 1678) & (years <= 2261)).all())


def _unit(array: npt.NDArray[Any]) -> str:
    """Return seconds if no time is finer, so that times print without nine zeros; nanoseconds otherwise."""
    known = array[~np.isnat(array)]
    return "datetime64[s]" if (known == known.astype("datetime64[s]")).all() else "datetime64[ns]"


def check_in_order(
    cells: npt.NDArray[Any], label: str, column: object, sort_by: str, ticks: npt.NDArray[np.int64] | None = None
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
        The expression with which the user can sort the rows, such as ``frame.sort_values(['stream', 'time'])``.
    ticks
        The ticks of the cells, if they do not count from 0.

    Raises
    ------
    StreamError
        If a time is earlier than the one before it; the error names the first such tick.
    """
    known = np.flatnonzero(~np.isnat(cells) if cells.dtype.kind == "M" else ~np.isnan(cells.astype(np.float64)))
    backward = np.flatnonzero(cells[known][1:] < cells[known][:-1])
    if len(backward):
        cells = cells.astype(_unit(cells)) if cells.dtype.kind == "M" else cells
        at, before = int(known[backward[0] + 1]), int(known[backward[0]])
        tick, tick_before = (at, before) if ticks is None else (int(ticks[at]), int(ticks[before]))
        raise StreamError(
            f"its time in column {column!r} is {cells[at]}, before that of tick {tick_before}, {cells[before]}",
            where=f"{label}, tick {tick}",
            advice=f"Sort the rows by time first: {sort_by}.",
        )
