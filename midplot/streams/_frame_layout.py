"""Which columns of a frame are streams: the one place that tells a long frame from a wide one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from midplot.errors import StreamError, did_you_mean

__all__ = ["ID_NAMES", "TIME_NAMES", "VALUE_NAMES", "FrameLayout", "check_exists", "frame_layout", "listed"]

ID_NAMES: Final = ("stream", "stream_id", "id", "series", "symbol", "name")
"""What a column of ids may be called, the likeliest first, in upper or lower case."""

VALUE_NAMES: Final = ("value", "x", "price", "mid", "close")
"""What a column of values may be called, the likeliest first."""

TIME_NAMES: Final = ("time", "date", "datetime", "timestamp")
"""What a column of times may be called. A time orders nothing, and is no stream."""


@dataclass(frozen=True, slots=True)
class FrameLayout:
    """Which columns of a frame are streams.

    Attributes
    ----------
    ids
        The column that says which stream a row belongs to; None where each column of values is a stream.
    values
        The columns of values.
    """

    ids: Hashable | None
    values: tuple[Hashable, ...]


def frame_layout(
    columns: Sequence[Hashable],
    id_column: Hashable | None,
    value_column: Hashable | None,
    time_column: Hashable | None,
) -> FrameLayout:
    """Tell from the names of the columns, and from those that were named, which are streams; see `frame_streams`.

    Raises
    ------
    StreamError
        If a column that was named does not exist, or there is no column of values.
    """
    for argument, name in (("id_column", id_column), ("value_column", value_column), ("time_column", time_column)):
        check_exists(columns, name, argument)
    values = _first_given(value_column, _usual(columns, VALUE_NAMES))
    ids = _first_given(id_column, _usual([column for column in columns if column != values], ID_NAMES))
    if ids is not None and values is not None:
        return FrameLayout(ids, (values,))
    if ids is not None and id_column is not None:
        raise StreamError(
            f"frame: there are ids in {ids!r}, but no column of values is called by a usual name. "
            f"Give value_column, one of {listed(columns)}."
        )
    if value_column is not None:
        return FrameLayout(None, (value_column,))
    return FrameLayout(None, _all_but_time(columns, time_column))


def _all_but_time(columns: Sequence[Hashable], time_column: Hashable | None) -> tuple[Hashable, ...]:
    """Return the columns of a wide frame that are streams."""
    time = _first_given(time_column, _usual(columns, TIME_NAMES))
    kept = tuple(column for column in columns if column != time)
    if not kept:
        raise StreamError(f"frame: there is no column beside the time in {time!r}. Give a column of values.")
    return kept


def check_exists(columns: Sequence[Hashable], name: Hashable | None, argument: str) -> None:
    """Raise where a column was named that does not exist."""
    if name is not None and name not in columns:
        hint = did_you_mean(str(name), map(str, columns))
        raise StreamError(
            f"frame: there is no column {name!r}, given as {argument}.{hint} Give one of {listed(columns)}."
        )


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
