"""What one cell of a time column is, a date, a time of day, a duration or a number, and how each kind is read."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "COUNT",
    "DURATIONS",
    "MISSING",
    "PARSERS",
    "TIMES_OF_DAY",
    "ZONE",
    "date_order",
    "exact",
    "is_unreadable",
    "kind_of",
]

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

ZONE = re.compile(r"\b(?:GMT|UTC)\s*([+-])(\d{1,2}):?(\d{2})?\b")
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

DURATIONS = np.dtype("m8[ns]")

TIMES_OF_DAY = np.dtype("m8[us]")
"""Microseconds since midnight; the unit tells times of day from durations."""


def kind_of(cell: Any) -> str:
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
    return kind_of(cell) == "other"


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
        text = ZONE.sub(lambda zone: f"{zone[1]}{zone[2]:0>2}:{zone[3] or '00'}", text)
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
    return found if whole else found.astype(DURATIONS)


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
    return found.astype(DURATIONS)


PARSERS: Mapping[str, Callable[[list[Any], str | None], npt.NDArray[Any] | None]] = {
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
