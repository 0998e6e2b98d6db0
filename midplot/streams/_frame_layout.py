"""Which columns of a frame are streams: the one place where long frames are told from wide ones."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from reprlib import repr as short_repr
from typing import Final

from midplot._text import same_name
from midplot.errors import StreamError, did_you_mean

__all__ = [
    "ID_NAMES",
    "QUANTITY_NAMES",
    "ROW_NAMES",
    "TIME_NAMES",
    "VALUE_NAMES",
    "FrameLayout",
    "check_exists",
    "frame_layout",
    "has_date_beside",
    "is_time_like",
    "is_usual_time",
    "listed",
    "no_row_number",
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

QUANTITY_NAMES: Final = (
    *("volume", "vol", "qty", "quantity", "size", "amount", "count", "trades", "turnover", "spread", "bid", "ask"),
)
"""Usual names of what is recorded beside a price: no stream of its own, or at most one of several that show one market."""

_BESIDE_QUANTITIES: Final = frozenset(
    (
        *("number", "of", "no", "total", "price", "best", "level", "tick", "real", "trade", "traded"),
        *("quote", "base", "asset", "taker", "maker", "buy", "sell", "usd", "usdt", "btc", "eth"),
    )
)
"""Words that leave the name of a quantity one, as in "quote asset volume" and "bid price"."""

_PRICE_WORDS: Final = frozenset(("price", "mid", "close", "last", "adj", "adjusted", "mark"))
"""Words of which the name of a price consists if it does not say of what: two such columns show one market."""

ROW_NAMES: Final = ("", "#", "index", "row", "rows", "row number", "row no", "rownum", "level 0")
"""Usual names of a column that numbers the rows; pandas calls one without a name "Unnamed: 0"."""

_TIME_WORDS: Final = frozenset(("time", "date", "datetime", "timestamp", "ts", "epoch", "unixtime"))

_BESIDE_TIMES: Final = frozenset(
    (
        *("open", "close", "start", "end", "local", "utc", "gmt", "unix", "epoch", "ms", "us", "ns"),
        *("s", "sec", "seconds", "trade", "event", "exchange", "quote", "bar", "ts", "and", "of", "the", "in"),
    )
)
"""Words that leave the name of a time one, as in "open_time" and "Gmt time". Any other word makes a stream of it."""

_WORD: Final = re.compile("[a-z]+")
"""One word of a column name: data providers write "1. open", "Adj Close" and "AAPL_close"."""

_CAPITAL: Final = re.compile("(?<=[a-z])(?=[A-Z])")
"""Where a word begins in a name such as openTime."""


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
    numbering
        Columns called like row numbers, left out of the values. Their content says whether they are, or are times.
    """

    ids: Hashable | None
    values: tuple[Hashable, ...]
    time: Hashable | None = None
    numbering: tuple[Hashable, ...] = ()


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
    others = [c for c in columns if c not in (values, ids)]
    time = _first_given(time_column, _usual(others, TIME_NAMES), next(filter(is_time_like, others), None))
    numbering = tuple(column for column in prices if column not in (ids, time) and _numbers_rows(column))
    streams = [c for c in prices if c not in (ids, time, *numbering) and (c == values or not is_time_like(c))]
    if not streams:  # a column that is given alone is what the user wants, whatever its name
        streams, numbering = [column for column in prices if column not in (ids, time)], ()
    if value_column is None:
        shown = [None if column in levels else column for column in (ids, time)]
        _check_no_bars(streams, *shown)
        if ids is None:
            _check_parallel(streams, shown[1])
    if ids is not None and values is None and (ids in levels or id_column is not None):
        values = _only_price([column for column in prices if column != time], ids, columns, ids in levels)
    if ids is not None and values is not None:
        return FrameLayout(ids, (values,), time)
    if value_column is not None:
        return FrameLayout(None, (value_column,), time)
    kept = tuple(column for column in prices if column != time and (column == ids or column in streams))
    if not kept:
        raise StreamError(
            f"there is no column beside the time in {time!r}",
            where="frame",
            advice="Give a column of values.",
        )
    return FrameLayout(None, kept, time, numbering)


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
    words = {column: _words(column) for column in columns}
    bars = [column for column in columns if words[column].intersection(BAR_NAMES)]
    different = {name for column in bars for name in words[column].intersection(BAR_NAMES)}
    volumes = [column for column in columns if words[column].intersection(VOLUME_NAMES)]
    beside = "close" in different and (volumes or "open" in different)
    if len(different) < 3 and (not beside or ids is not None):
        return
    price = next((column for column in bars if "close" in words[column]), bars[0])
    raise StreamError(
        f"it looks like bars, with the columns {listed(columns)}",
        where="frame",
        advice=f"Which of them is the price? Give that one alone, such as {_alone(price, ids, time)}, or "
        f"load_streams(..., value_column={price!r}).",
    )


def _check_parallel(columns: list[Hashable], time: Hashable | None) -> None:
    """Raise if some columns are no streams beside the others: quantities, two sides or two prices of one market."""
    words = {column: _words(column) for column in columns}
    said = set[str]().union(*words.values())
    shared = set.intersection(*words.values()).intersection(QUANTITY_NAMES) if columns else set()
    quantities = [column for column in columns if _is_quantity(words[column])]
    prices = [column for column in columns if words[column] and words[column] <= _PRICE_WORDS]
    # Quantities of several things, such as bids of several pairs, are as parallel as prices.
    mixed = len(columns) > 1 and quantities and not shared
    if not mixed and not {"bid", "ask"} <= said and len(prices) < 2:
        return
    candidates = [column for column in columns if column not in quantities] or columns
    price = _first_given(
        usual_value(candidates), next((c for c in candidates if words[c] & _PRICE_WORDS), None), candidates[0]
    )
    raise StreamError(
        f"the columns {listed(columns)} do not look like streams beside each other",
        where="frame",
        advice=f"Which of them is the price? Give that one alone, such as {_alone(price, None, time)}, or "
        f"load_streams(..., value_column={price!r}).",
    )


def _words(column: Hashable) -> set[str]:
    """Return the words of a column name, in lower case."""
    # A column of several levels has a tuple for a name.
    name = " ".join(map(str, column if isinstance(column, tuple) else (column,)))
    return set(_WORD.findall(_CAPITAL.sub(" ", name).lower()))


def _is_quantity(words: set[str]) -> bool:
    return not words.isdisjoint(QUANTITY_NAMES) and words <= _BESIDE_QUANTITIES.union(QUANTITY_NAMES)


def is_time_like(column: Hashable) -> bool:
    """Tell whether a column is called like times, such as ``open_time`` or ``Gmt time``."""
    words = _words(column)
    return not words.isdisjoint(_TIME_WORDS) and words <= _TIME_WORDS | _BESIDE_TIMES


def _numbers_rows(column: Hashable) -> bool:
    name = str(column).strip().lower()
    return name.replace("_", " ") in ROW_NAMES or name.startswith("unnamed: ")


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


def has_date_beside(columns: Collection[Hashable], time: Hashable | None) -> bool:
    """Tell whether a column of times of day has one of dates beside it, without which its order means nothing."""
    return any(column != time and is_time_like(column) for column in columns)


def is_usual_time(column: Hashable | None) -> bool:
    """Tell whether a column has a usual name for times."""
    return column is not None and str(column).lower() in TIME_NAMES


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


def no_row_number(column: Hashable, cell: object) -> StreamError:
    """Return the error for a column that is called like row numbers but holds something else."""
    return StreamError(
        f"column {column!r} is called like the numbers of the rows, but holds {short_repr(cell)}",
        where="frame",
        advice="If it says which stream a row is of, call it 'stream'; if it is a stream, give it the name of one; if "
        "it is neither, leave it out.",
    )


def listed(columns: Sequence[Hashable]) -> str:
    """List column names for a message, only the first twelve of many."""
    shown = ", ".join(repr(column) for column in columns[:12])
    return shown if len(columns) <= 12 else f"{shown} and {len(columns) - 12} more"
