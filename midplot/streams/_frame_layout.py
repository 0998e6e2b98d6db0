"""Which columns of a frame are streams: the one place where long frames are told from wide ones."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from midplot._text import same_name
from midplot.errors import StreamError, did_you_mean

__all__ = [
    "ID_NAMES",
    "TIME_NAMES",
    "VALUE_NAMES",
    "FrameLayout",
    "check_exists",
    "frame_layout",
    "listed",
    "usual_value",
]

ID_NAMES: Final = ("stream", "stream_id", "id", "series", "symbol", "name")
"""Usual names of a column of ids, the likeliest first, in upper or lower case."""

VALUE_NAMES: Final = ("value", "x", "price", "mid", "close")
"""Usual names of a column of values, the likeliest first."""

TIME_NAMES: Final = ("time", "date", "datetime", "timestamp")
"""Usual names of a column of times. Rows are not sorted by it, but going back in time is an error. It is no stream."""

BAR_NAMES: Final = ("open", "high", "low", "close")
"""The prices of a bar. With three of them, or a close and a volume, nothing says which column is to be replayed."""

VOLUME_NAMES: Final = ("volume", "vol")

_WORD: Final = re.compile("[a-z]+")
"""One word of a column name: data providers write "1. open", "Adj Close" and "AAPL_close"."""


@dataclass(frozen=True, slots=True)
class FrameLayout:
    """Which columns of a frame are streams.

    Attributes
    ----------
    ids
        The column that says which stream a row belongs to; None if each column of values is a stream.
    values
        The columns of values.
    time
        The column of times, if there is one.
    """

    ids: Hashable | None
    values: tuple[Hashable, ...]
    time: Hashable | None = None


def frame_layout(
    columns: Sequence[Hashable],
    id_column: Hashable | None,
    value_column: Hashable | None,
    time_column: Hashable | None,
    levels: Collection[Hashable] = (),
) -> FrameLayout:
    """Decide which columns are streams, by the user's arguments and by usual names; see `frame_streams`.

    Parameters
    ----------
    columns
        The names of all columns.
    id_column, value_column, time_column
        The columns that the user named.
    levels
        The columns that are levels of an index, which hold ids or times but no prices.

    Raises
    ------
    StreamError
        If a column that the user named does not exist, there is no column of values, or nothing says which of several
        columns is the price.
    """
    id_column = check_exists(columns, id_column, "id_column")
    value_column = check_exists(columns, value_column, "value_column")
    time_column = check_exists(columns, time_column, "time_column")
    prices = [column for column in columns if column not in levels and column not in (id_column, time_column)]
    values = _first_given(value_column, usual_value(prices))
    ids = _first_given(id_column, _usual([c for c in columns if c not in (values, time_column)], ID_NAMES))
    time = _first_given(time_column, _usual([c for c in columns if c not in (values, ids)], TIME_NAMES))
    if value_column is None:
        shown = [None if column in levels else column for column in (ids, time)]
        _check_no_bars([column for column in prices if column not in (ids, time)], *shown)
    if ids is not None and values is None and (ids in levels or id_column is not None):
        values = _only_price([column for column in prices if column != time], ids, columns, ids in levels)
    if ids is not None and values is not None:
        return FrameLayout(ids, (values,), time)
    if value_column is not None:
        return FrameLayout(None, (value_column,), time)
    kept = tuple(column for column in prices if column != time)
    if not kept:
        raise StreamError(
            f"there is no column beside the time in {time!r}",
            where="frame",
            advice="Give a column of values.",
        )
    return FrameLayout(None, kept, time)


def _only_price(prices: list[Hashable], ids: Hashable, columns: Sequence[Hashable], in_index: bool) -> Hashable:
    """Return the only column beside an index of ids; in any other case the user has to name the price."""
    if in_index and len(prices) == 1:
        return prices[0]
    raise StreamError(
        f"there are ids in {ids!r}, but no column of values is called by a usual name",
        where="frame",
        advice=f"Give value_column, one of {listed(prices if in_index else columns)}.",
    )


def _check_no_bars(columns: list[Hashable], ids: Hashable | None, time: Hashable | None) -> None:
    """Raise if the columns are the prices of bars: open, high, low and close would be replayed as four streams."""
    # A column of several levels has a tuple for a name.
    names = {column: " ".join(map(str, column if isinstance(column, tuple) else (column,))) for column in columns}
    words = {column: set(_WORD.findall(name.lower())) for column, name in names.items()}
    bars = [column for column in columns if words[column].intersection(BAR_NAMES)]
    different = {name for column in bars for name in words[column].intersection(BAR_NAMES)}
    volumes = [column for column in columns if words[column].intersection(VOLUME_NAMES)]
    if len(different) < 3 and (not ("close" in different and volumes) or ids is not None):
        return
    price = next((column for column in bars if "close" in words[column]), bars[0])
    raise StreamError(
        f"it looks like bars, with the columns {listed(columns)}",
        where="frame",
        advice=f"Which of them is the price? Give that one alone, such as {_alone(price, ids, time)}, or "
        f"load_streams(..., value_column={price!r}).",
    )


def _alone(price: Hashable, ids: Hashable | None, time: Hashable | None) -> str:
    """Return the expression with which a user keeps one price of a frame, with its ids and times."""
    if isinstance(price, tuple):  # columns of several levels: the same price of several symbols
        at = next((i for i, part in enumerate(price) if str(part).lower() in BAR_NAMES), 0)
        return f"frame[{price[at]!r}]" if at == 0 else f"frame.xs({price[at]!r}, axis=1, level={at})"
    return f"frame[{[column for column in (ids, time, price) if column is not None]!r}]"


def check_exists(columns: Sequence[Hashable], name: Hashable | None, argument: str) -> Hashable | None:
    """Return the column that the user named, or None if the user named none.

    Raises
    ------
    StreamError
        If there is no such column.
    """
    if name is None or name in columns:
        return name
    found = next((column for column in columns if same_name(column, name)), None)
    if found is None:
        hint = did_you_mean(str(name), map(str, columns))
        raise StreamError(
            f"there is no column {name!r}, given as {argument}",
            where="frame",
            advice=f"{hint} Give one of {listed(columns)}.",
        )
    return found


def usual_value(columns: Sequence[Hashable]) -> Hashable | None:
    """Return the column with the likeliest name for values; None if no column has a usual name."""
    return _usual(columns, VALUE_NAMES)


def _usual(columns: Sequence[Hashable], names: Sequence[str]) -> Hashable | None:
    """Return the column that has the likeliest of some names, in upper or lower case."""
    # Reversed, so that of "Close" and "close" the first one wins.
    by_name = {str(column).lower(): column for column in reversed(columns)}
    return next((by_name[name] for name in names if name in by_name), None)


def _first_given(*names: Hashable | None) -> Hashable | None:
    return next((name for name in names if name is not None), None)


def listed(columns: Sequence[Hashable]) -> str:
    """List column names for a message, only the first twelve of many."""
    shown = ", ".join(repr(column) for column in columns[:12])
    return shown if len(columns) <= 12 else f"{shown} and {len(columns) - 12} more"
