"""The times of a stream's ticks: how a column of times is read as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.streams._time_text import DURATIONS, MISSING, PARSERS, ZONE, date_order, exact, kind_of

__all__ = [
    "TimeCells",
    "Times",
    "are_whole",
    "as_times",
    "distinct_times",
    "is_known",
    "sort_key",
    "time_cells",
    "unit_of",
]

Times = npt.NDArray[np.datetime64]
"""One time per tick, in UTC if the source had a time zone; NaT where it is unknown."""


@dataclass(frozen=True, slots=True)
class TimeCells:
    """The content of a time column.

    Attributes
    ----------
    kind
        ``times``; ``numbers``, ``durations`` or ``times of day``, which are only compared; ``missing`` if every cell is;
        ``nothing`` if the cells are none of these, or can be read in two ways.
    cells
        The times, or what is compared. NaT or NaN where a cell is missing or does not fit.
    bad
        The positions of the few cells that do not fit the kind of the others.
    """

    kind: str
    cells: npt.NDArray[Any]
    bad: tuple[int, ...] = ()

    @property
    def is_checked(self) -> bool:
        """Whether there is an order to check."""
        return self.kind not in ("nothing", "missing")


def as_times(cells: Sequence[Any] | npt.NDArray[Any], *, order: str | None = None) -> Times | None:
    """Read a column of times.

    Parameters
    ----------
    cells
        Dates, date-times with or without a time zone, or text such as ``2024-01-02 09:00``, shape ``(n,)``.
        Numbers are not read, since nothing says whether they count seconds, milliseconds or rows.
    order
        The order of the parts of dates such as ``02/01/2024``: ``dmy``, ``mdy`` or, with years of two digits, ``ymd``;
        None infers it from all dates.

    Returns
    -------
    ndarray of datetime64, shape (n,), or None
        Read-only, NaT where a cell is missing. None if the cells are not times, or can be read in two ways.

    Examples
    --------
    >>> as_times(["2024-01-02 09:00", "2024-01-02 09:01"])[1]
    np.datetime64('2024-01-02T09:01:00')
    """
    found = time_cells(np.asarray(cells), order=order)
    if found.bad or found.kind not in ("times", "missing") or found.cells.dtype.kind != "M":
        return None
    times: Times = found.cells.astype(unit_of(found.cells), copy=True)
    times.flags.writeable = False
    return times


def time_cells(cells: npt.NDArray[Any], *, order: str | None = None) -> TimeCells:
    """Read a time column, or compare what cannot be read as times.

    Parameters
    ----------
    cells
        The column, of any type, shape ``(n,)``.
    order
        As for `as_times`.
    """
    kind = cells.dtype.kind
    if kind == "M":
        return TimeCells("times", cells)
    if kind == "m":
        return TimeCells("durations", cells.astype(DURATIONS))
    if kind in "iuf":
        return TimeCells("numbers", exact(cells))
    if kind not in "OUT":
        return TimeCells("nothing", cells)
    # Each distinct text is parsed once: many ticks may share a minute.
    import pandas as pd

    try:
        codes, unique = pd.factorize(cells.astype(object), use_na_sentinel=True)
    except TypeError:  # a list, which cannot be hashed
        return TimeCells("nothing", cells)
    found = distinct_times(list(unique), order, np.bincount(codes[codes >= 0], minlength=len(unique)))
    # factorize gives missing cells the code -1, which picks the last entry.
    gap = np.nan if found.cells.dtype.kind == "f" else found.cells.dtype.type("NaT")
    bad = tuple(np.flatnonzero(np.isin(codes, found.bad)).tolist()) if found.bad else ()
    return TimeCells(found.kind, np.append(found.cells, gap)[codes], bad)


def distinct_times(
    cells: Sequence[Any], order: str | None = None, counts: npt.NDArray[np.intp] | None = None
) -> TimeCells:
    """Read distinct cells of a time column.

    Parameters
    ----------
    cells
        The cells.
    order
        As for `as_times`.
    counts
        How often each of them stands in the column, to tell a few bad cells from a column of something else.
    """
    kinds = [kind_of(cell) for cell in cells]
    n_rows = dict.fromkeys((*PARSERS, "other", "missing"), 0)
    for each, count in zip(kinds, [1] * len(kinds) if counts is None else counts.tolist(), strict=True):
        n_rows[each] += count
    present = sum(n_rows.values()) - n_rows["missing"]
    nothing = TimeCells("nothing", np.full(len(cells), np.datetime64("NaT", "ns")))
    if not present:
        return TimeCells("missing", nothing.cells)
    kind = max(PARSERS, key=n_rows.__getitem__)
    # Where no kind has the most cells, the column holds something else, such as labels.
    if 2 * n_rows[kind] <= present:
        return nothing
    at = [i for i, each in enumerate(kinds) if each == kind]
    parsed = PARSERS[kind]([cells[i] for i in at], order)
    if parsed is None:
        return nothing
    gap = np.nan if parsed.dtype.kind == "f" else parsed.dtype.type("NaT")
    found = np.full(len(cells), gap, dtype=parsed.dtype)
    found[at] = parsed
    unread = np.isnan(found) if found.dtype.kind == "f" else np.isnat(found)
    bad = tuple(i for i in np.flatnonzero(unread).tolist() if kinds[i] != "missing")
    # A date that pandas 2 cannot hold, such as the end of time, is no mistake.
    n_bad = len(bad) if counts is None else int(counts[list(bad)].sum())
    if 2 * n_bad >= present or any(_is_remote(cells[i]) for i in bad):
        return nothing
    return TimeCells(kind, found, bad)


def _is_remote(cell: Any) -> bool:
    if not isinstance(cell, str) or cell[4:5] != "-":  # numpy takes "12" for a year
        return False
    try:
        return not is_known(np.array([np.datetime64(cell.strip(), "s")]))
    except ValueError:
        return False


def are_whole(numbers: npt.NDArray[Any]) -> bool:
    """Tell whether numbers, as `time_cells` compares them, are whole."""
    if numbers.dtype.kind != "f":
        return True
    known = numbers[~np.isnan(numbers)]
    return bool((known == np.floor(known)).all())


def sort_key(cells: Sequence[Any], order: str | None = None) -> str:
    """Return the function of pandas by which text has to be sorted, as code; nothing if sorting the text itself will do.

    Parameters
    ----------
    cells
        Cells of a time column that can be read.
    order
        As for `as_times`.
    """
    texts = sorted({cell for cell in cells if isinstance(cell, str) and cell.strip() not in MISSING})
    found = distinct_times(texts, order)
    if not texts or not (found.cells[1:] < found.cells[:-1]).any():
        return ""
    if found.kind == "numbers":
        commas = any("," in text for text in texts)
        return "lambda cells: pd.to_numeric(cells.str.replace(',', '.'))" if commas else "pd.to_numeric"
    if found.kind != "times":
        # to_timedelta wants the seconds too; a list of texts sorts an hour of one digit wrongly.
        seconds = "" if found.kind == "durations" or any(text.count(":") > 1 for text in texts) else " + ':00'"
        return f"lambda cells: pd.to_timedelta(cells{seconds})"
    order = order or date_order(texts)
    zones = ".str.replace('GMT|UTC', '', regex=True)" if any(map(ZONE.search, texts)) else ""
    first = {"dmy": ", dayfirst=True", "ymd": ", yearfirst=True"}.get(order or "", "")
    return f"lambda cells: pd.to_datetime(cells{zones}, format='mixed', utc=True{first})"


def is_known(times: npt.NDArray[Any]) -> bool:
    """Tell whether times fit into 64-bit nanoseconds, as pandas and Arrow store them."""
    # The whole years in range: int64 nanoseconds end in September 1677 and in April 2262.
    years = times[~np.isnat(times)].astype("datetime64[Y]").astype(np.int64) + 1970
    return bool(((years >= 1678) & (years <= 2261)).all())


def unit_of(array: npt.NDArray[Any]) -> str:
    """Return seconds if no time is finer, so that times print without nine zeros; nanoseconds otherwise."""
    known = array[~np.isnat(array)]
    return "datetime64[s]" if (known == known.astype("datetime64[s]")).all() else "datetime64[ns]"
