"""The times of a stream's ticks: how a column of times is read, and how the order of the rows is checked against it."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from reprlib import repr as short_repr
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from midplot.errors import StreamError

__all__ = [
    "COUNT",
    "MISSING",
    "TIMES_OF_DAY",
    "TimeCells",
    "Times",
    "are_whole",
    "as_times",
    "check_in_order",
    "date_order",
    "distinct_times",
    "exact",
    "is_known",
    "is_unreadable",
    "no_time",
    "sort_key",
    "steps_back",
    "time_cells",
]

Times = npt.NDArray[np.datetime64]
"""One time per tick, in UTC if the source had a time zone; NaT where it is unknown."""

MISSING: Final = (
    *("", "NA", "N/A", "n/a", "#N/A", "#NA", "<NA>", "NaN", "nan", "-NaN", "-nan", "NULL", "null", "None"),
    *("#N/A N/A", "NaT", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"),
)
"""Text that stands for a missing number or time, as in pandas. Among ids only the empty text is missing: ``NA`` is an id."""

_DATED = re.compile(r"\d{4}|\d[-/.]\d")
"""A year, or two digits with a separator of dates between them."""

# \2: the same separator twice, so that 1/2.2024 is no date. No digit may follow: 01.02.240 is no year.
_DAY_OR_MONTH = re.compile(r"\s*(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)", re.ASCII)
"""A date of numbers that does not begin with a year of four digits."""

# Nor may a colon: in "26 Jan 09:00" there is no year.
_NAMED_MONTH = re.compile(r"\s*(\d{1,2})([-/. ]?)([A-Za-z]{3,9})\2(\d{2})(?![\d:])", re.ASCII)
"""A date with the name of its month and a year of two digits."""

_ZONE = re.compile(r"\b(?:GMT|UTC)\s*([+-])(\d{1,2}):?(\d{2})?\b")
"""An offset behind the name of the zone: GMT+0100 is one hour ahead, though dateutil reads it as POSIX does, behind."""

_TIME_OF_DAY = re.compile(
    r"\s*(\d{1,3}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap]m)?\s*", re.ASCII | re.IGNORECASE
)

_DURATION = re.compile(r"\s*-?\d+ days?,? .*", re.ASCII)
"""A duration as pandas writes it into a CSV file."""

_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+|\d+,\d+)([eE][+-]?\d+)?\s*", re.ASCII)

_THOUSANDS = re.compile(r"\s*[+-]?\d{1,3}(,\d{3})+\s*", re.ASCII)

_KINDS_OF_OBJECTS: Sequence[tuple[type | tuple[type, ...], str]] = (
    (bool, "other"),  # before numbers, since True is an int
    ((dt.date, np.datetime64), "times"),
    (dt.time, "times of day"),
    ((dt.timedelta, np.timedelta64), "durations"),
    ((Real, Decimal), "numbers"),
)

COUNT = np.dtype("m8")
"""Whole numbers that count something: a timedelta without a unit is compared exactly, unlike a float, and has a NaT."""

_DURATIONS = np.dtype("m8[ns]")

TIMES_OF_DAY = np.dtype("m8[us]")
"""Microseconds since midnight; the unit tells times of day from durations."""

_NEW_DAY = np.timedelta64(6, "h")
"""A time of day that goes back by this much or more begins the next day: a session is seldom shorter than six hours."""


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
    times: Times = found.cells.astype(_unit(found.cells), copy=True)
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
        return TimeCells("durations", cells.astype(_DURATIONS))
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
    kinds = [_kind_of(cell) for cell in cells]
    n_rows = dict.fromkeys((*_PARSERS, "other", "missing"), 0)
    for each, count in zip(kinds, [1] * len(kinds) if counts is None else counts.tolist(), strict=True):
        n_rows[each] += count
    present = sum(n_rows.values()) - n_rows["missing"]
    nothing = TimeCells("nothing", np.full(len(cells), np.datetime64("NaT", "ns")))
    if not present:
        return TimeCells("missing", nothing.cells)
    kind = max(_PARSERS, key=n_rows.__getitem__)
    # Where no kind has the most cells, the column holds something else, such as labels.
    if 2 * n_rows[kind] <= present:
        return nothing
    at = [i for i, each in enumerate(kinds) if each == kind]
    parsed = _PARSERS[kind]([cells[i] for i in at], order)
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


def _kind_of(cell: Any) -> str:
    if not isinstance(cell, str):
        if cell is None or cell != cell:
            return "missing"
        return next((kind for types, kind in _KINDS_OF_OBJECTS if isinstance(cell, types)), "other")
    if cell.strip() in MISSING:
        return "missing"
    if _NUMBER.fullmatch(cell):  # "2024" may be a year or a row
        return "numbers"
    if _TIME_OF_DAY.fullmatch(cell):
        return "times of day"
    if _DURATION.fullmatch(cell):
        return "durations"
    # dateutil finds a date in almost anything ("t1" is the first of a month), so the text has to look like one.
    return "times" if _DATED.search(cell) or _NAMED_MONTH.match(cell) else "other"


def is_unreadable(cell: Any) -> bool:
    """Tell whether a cell of a time column is neither missing nor anything that could be a time or be compared."""
    return _kind_of(cell) == "other"


def _is_remote(cell: Any) -> bool:
    if not isinstance(cell, str) or cell[4:5] != "-":  # numpy takes "12" for a year
        return False
    try:
        return not is_known(np.array([np.datetime64(cell.strip(), "s")]))
    except ValueError:
        return False


def _parsed_times(cells: list[Any], order: str | None) -> npt.NDArray[Any] | None:
    import pandas as pd

    order = order or date_order([cell for cell in cells if isinstance(cell, str)])
    if order is None and any(isinstance(cell, str) and _DAY_OR_MONTH.match(cell) for cell in cells):
        return None
    spelled = [_in_full(cell, order) if isinstance(cell, str) else cell for cell in cells]
    try:
        # utc=True puts several time zones on one clock; a time without a zone keeps its digits.
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # pandas only warns where it is not sure
            found = pd.to_datetime(pd.Series(spelled, dtype=object), utc=True, format="mixed", errors="coerce")
    except (ValueError, TypeError, OverflowError, UserWarning):
        return None
    times: npt.NDArray[Any] = found.dt.tz_localize(None).to_numpy()
    return times


def _in_full(text: str, order: str | None) -> str:
    """Return a date with its year in full and in front, so that no parser has to guess, and its zone as an offset."""
    if "GMT" in text or "UTC" in text:
        text = _ZONE.sub(lambda zone: f"{zone[1]}{zone[2]:0>2}:{zone[3] or '00'}", text)
    match = _DAY_OR_MONTH.match(text)
    if match is not None and order is not None:
        part = dict(zip(order, (match[1], match[3], match[4]), strict=True))
        return f"{_year(part['y'])}-{part['m']:0>2}-{part['d']:0>2}{text[match.end() :]}"
    match = _NAMED_MONTH.match(text)
    return text if match is None else f"{match[1]} {match[3]} {_year(match[4])}{text[match.end() :]}"


def _year(digits: str) -> str:
    """Return a year of two digits in full, as POSIX does: 69 is 1969, 68 is 2068."""
    return digits if len(digits) == 4 else f"{'19' if int(digits) >= 69 else '20'}{digits:0>2}"


def _parsed_numbers(cells: list[Any], order: str | None) -> npt.NDArray[Any] | None:  # noqa: ARG001
    commas = [cell for cell in cells if isinstance(cell, str) and "," in cell]
    if commas and all(map(_THOUSANDS.fullmatch, commas)):
        return None  # a decimal mark, or one between thousands
    numbers = [cell.replace(",", ".") if isinstance(cell, str) else cell for cell in cells]
    try:
        whole = [int(number) for number in numbers]
        if all(isinstance(n, str) or n == w for n, w in zip(numbers, whole, strict=True)):
            return np.array(whole, dtype=np.int64).astype(COUNT)
    except (ValueError, OverflowError):
        pass
    try:
        return np.array([float(number) for number in numbers])
    except OverflowError:
        return None


def _parsed_times_of_day(cells: list[Any], order: str | None) -> npt.NDArray[Any]:  # noqa: ARG001
    microseconds = [_since_midnight(cell) for cell in cells]
    # An hour above 23 belongs to a duration, in which going back by hours begins no new day.
    whole = all(each < 24 * 3_600_000_000 for each in microseconds)
    found: npt.NDArray[Any] = np.array(microseconds, dtype=np.int64).astype(TIMES_OF_DAY)
    return found if whole else found.astype(_DURATIONS)


def _since_midnight(cell: Any) -> int:
    if isinstance(cell, str):
        match = _TIME_OF_DAY.fullmatch(cell)
        assert match is not None  # the kind of the cell says so
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
        fraction = int(f"{match[4] or '':0<9}"[:6])
        if match[5]:
            hour = hour % 12 + 12 * (match[5].lower() == "pm")
    else:
        hour, minute, second, fraction = cell.hour, cell.minute, cell.second, cell.microsecond
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction


def _parsed_durations(cells: list[Any], order: str | None) -> npt.NDArray[Any] | None:  # noqa: ARG001
    import pandas as pd

    try:
        found: npt.NDArray[Any] = pd.to_timedelta(pd.Series(cells, dtype=object), errors="coerce").to_numpy()
    except (ValueError, OverflowError):
        return None
    return found.astype(_DURATIONS)


_PARSERS: Mapping[str, Callable[[list[Any], str | None], npt.NDArray[Any] | None]] = {
    "times": _parsed_times,
    "numbers": _parsed_numbers,
    "durations": _parsed_durations,
    "times of day": _parsed_times_of_day,
}


def exact(numbers: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return numbers as they are compared: whole ones exactly, since a float cannot tell nanoseconds apart."""
    if numbers.dtype.kind == "f":
        return numbers
    if numbers.dtype == np.uint64 and len(numbers) and numbers.max() > np.iinfo(np.int64).max:
        return numbers.astype(np.float64)
    return numbers.astype(np.int64).astype(COUNT)


def are_whole(numbers: npt.NDArray[Any]) -> bool:
    """Tell whether numbers, as `time_cells` compares them, are whole."""
    if numbers.dtype.kind != "f":
        return True
    known = numbers[~np.isnan(numbers)]
    return bool((known == np.floor(known)).all())


def date_order(texts: Sequence[str]) -> str | None:
    """Tell the order of the parts of dates such as ``13/01/2024``, by the numbers that can only be one part.

    Returns
    -------
    str or None
        ``dmy``, ``mdy`` or ``ymd``; ``dmy`` as well for dates written with points, a style that always puts the day
        first. None if nothing decides it, or the dates contradict each other.

    Examples
    --------
    >>> date_order(["01/02/24", "31/02/24"]), date_order(["01/02/24"]), date_order(["01.02.24"])
    (None, None, 'dmy')
    """
    found = [match for match in map(_DAY_OR_MONTH.match, texts) if match]
    if not found:
        return None
    possible = [order for order in ("dmy", "mdy", "ymd") if all(_fits(match, order) for match in found)]
    if len(possible) == 1:
        return possible[0]
    return "dmy" if "dmy" in possible and all(match[2] == "." for match in found) else None


def _fits(match: re.Match[str], order: str) -> bool:
    part = dict(zip(order, (match[1], match[3], match[4]), strict=True))
    return len(part["d"]) <= 2 and len(part["y"]) != 1 and 1 <= int(part["d"]) <= 31 and 1 <= int(part["m"]) <= 12


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
    zones = ".str.replace('GMT|UTC', '', regex=True)" if any(map(_ZONE.search, texts)) else ""
    first = {"dmy": ", dayfirst=True", "ymd": ", yearfirst=True"}.get(order or "", "")
    return f"lambda cells: pd.to_datetime(cells{zones}, format='mixed', utc=True{first})"


def is_known(times: npt.NDArray[Any]) -> bool:
    """Tell whether times fit into 64-bit nanoseconds, as pandas and Arrow store them."""
    # The whole years in range: int64 nanoseconds end in September 1677 and in April 2262.
    years = times[~np.isnat(times)].astype("datetime64[Y]").astype(np.int64) + 1970
    return bool(((years >= 1678) & (years <= 2261)).all())


def _unit(array: npt.NDArray[Any]) -> str:
    """Return seconds if no time is finer, so that times print without nine zeros; nanoseconds otherwise."""
    known = array[~np.isnat(array)]
    return "datetime64[s]" if (known == known.astype("datetime64[s]")).all() else "datetime64[ns]"


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
        cells = cells.astype(_unit(cells))
    if cells.dtype.kind != "m":
        return str(cells[at])
    return str(cells[at].astype(np.int64) if cells.dtype == COUNT else cells[at].astype("m8[us]").item())
