"""Which columns of a frame are streams: the one place that tells a long frame from a wide one."""

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
"""What a column of ids may be called, the likeliest first, in upper or lower case."""

VALUE_NAMES: Final = ("value", "x", "price", "mid", "close")
"""What a column of values may be called, the likeliest first."""

TIME_NAMES: Final = ("time", "date", "datetime", "timestamp")
"""What a column of times may be called. It orders nothing, but rows that go back in it are an error; it is no stream."""

BAR_NAMES: Final = ("open", "high", "low", "close")
"""The prices of a bar: with three of them nothing says which is to be replayed; with a close, a volume is no stream."""

VOLUME_NAMES: Final = ("volume", "vol")

_WORD: Final = re.compile("[a-z]+")
"""A word of a name: providers write "1. open", "Adj Close" and "AAPL_close"."""


@dataclass(frozen=True, slots=True)
class FrameLayout:
    """Which columns of a frame are streams.

    Attributes
    ----------
    ids
        The column that says which stream a row belongs to; None where each column of values is a stream.
    values
        The columns of values.
    time
        The column of times, where there is one.
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
    """Tell from the names of the columns, and from those that were named, which are streams; see `frame_streams`.

    Parameters
    ----------
    columns
        The names of all columns.
    id_column, value_column, time_column
        Those that the user named.
    levels
        Those of the columns that are levels of an index, which hold ids or times and no prices.

    Raises
    ------
    StreamError
        If a column that was named does not exist, there is no column of values, or nothing says which of several
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
    """Return the one column beside an index of ids; otherwise, the price of streams with ids has to be named."""
    if in_index and len(prices) == 1:
        return prices[0]
    raise StreamError(
        f"there are ids in {ids!r}, but no column of values is called by a usual name",
        where="frame",
        advice=f"Give value_column, one of {listed(prices if in_index else columns)}.",
    )


def _check_no_bars(columns: list[Hashable], ids: Hashable | None, time: Hashable | None) -> None:
    """Raise where columns are the prices of bars: open, high, low and close would be replayed as four streams."""
    words = {column: set(_WORD.findall(_text(column).lower())) for column in columns}
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


def _text(column: Hashable) -> str:
    return " ".join(map(str, column)) if isinstance(column, tuple) else str(column)


def _alone(price: Hashable, ids: Hashable | None, time: Hashable | None) -> str:
    """Return what a user can write to have one price, and what else says something, left in a frame."""
    if isinstance(price, tuple):  # the columns have levels: the same price of several things
        at = next((i for i, part in enumerate(price) if str(part).lower() in BAR_NAMES), 0)
        return f"frame[{price[at]!r}]" if at == 0 else f"frame.xs({price[at]!r}, axis=1, level={at})"
    return f"frame[{[column for column in (ids, time, price) if column is not None]!r}]"


def check_exists(columns: Sequence[Hashable], name: Hashable | None, argument: str) -> Hashable | None:
    """Return the column that was named, None where none was, or raise where there is no such column."""
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
    """Return the column that has the likeliest name for one of values; None where none has a usual name."""
    return _usual(columns, VALUE_NAMES)


def _usual(columns: Sequence[Hashable], names: Sequence[str]) -> Hashable | None:
    """Return the column called by the likeliest of some names, in upper or lower case."""
    by_name = {str(column).lower(): column for column in reversed(columns)}
    return next((by_name[name] for name in names if name in by_name), None)


def _first_given(*names: Hashable | None) -> Hashable | None:
    return next((name for name in names if name is not None), None)


def listed(columns: Sequence[Hashable]) -> str:
    """Name the columns, the first of them where they are many."""
    shown = ", ".join(repr(column) for column in columns[:12])
    return shown if len(columns) <= 12 else f"{shown} and {len(columns) - 12} more"
