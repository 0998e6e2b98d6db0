"""From the columns of a frame, long or wide, to its streams."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from reprlib import repr as short_repr
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.core.cells import is_missing, numbers_in
from midplot.core.clock import Clock, clock_of
from midplot.core.containers import Frame, Table, contained, is_frame, is_series
from midplot.core.frame_layout import FrameLayout, check_exists, frame_layout, listed, usual_value
from midplot.core.stream import FloatArray, Stream
from midplot.errors import StreamError

__all__ = [
    "Frame",
    "as_table",
    "column_numbers",
    "frame_columns",
    "frame_streams",
    "frame_values",
    "group_rows",
    "is_frame",
    "is_series",
    "names_streams",
    "not_a_number",
    "one_stream",
    "table_layout",
]


def as_table(frame: Any) -> Table:
    """Return a frame of any library as a table.

    Raises
    ------
    StreamError
        If it is none, or two of its columns have one name.
    """
    table = contained(frame)
    if not isinstance(table, Table):
        raise StreamError(f"frame: expected a frame, got a {type(frame).__name__}. Give something with named columns.")
    return table


def names_streams(series: Table) -> bool:
    """Tell whether the index of a series says which streams its values are of."""
    return len(series) > 0 and table_layout(series).ids is not None


def frame_streams(
    frame: Frame | Table,
    id_column: Hashable | None = None,
    value_column: Hashable | None = None,
    time_column: Hashable | None = None,
) -> list[Stream]:
    """Return the streams of a frame, long or wide.

    A frame is long where it has a column of ids and a column of values, named here or called by a usual name
    (`midplot.core.frame_layout`). Where a column of values is named and there are no ids, it is the one stream.
    Any other frame is wide: each column a stream, save the one that holds the time. The levels of an index count as
    columns of ids or times.

    Parameters
    ----------
    frame
        A frame of pandas, polars or another library, an Arrow table, a structured array; or anything with ``columns``
        and with ``frame[column].to_numpy()``.
    id_column, value_column
        The columns of a long frame.
    time_column
        The column of times.

    Returns
    -------
    list of Stream
        In order of first appearance, each with its position as ``stream_id`` and its id, or the name of its
        column, as ``name``. A missing value is NaN, which marks a gap. The times of its rows, where they can be read.

    Raises
    ------
    StreamError
        If a column that was named does not exist, something that should be a number is not, the rows of a stream go
        back in time, or nothing says which column is the price.
    """
    table = as_table(frame)
    layout = table_layout(table, id_column, value_column, time_column)
    if layout.ids is not None:
        return _long_streams(table, layout)
    clock = clock_of(table, layout)
    if value_column is not None:
        return [_timed(frame_values(table, layout.values[0]), 0, str(layout.values[0]), clock)]
    return [_wide_stream(table, column, i, clock) for i, column in enumerate(layout.values)]


def table_layout(
    table: Table,
    id_column: Hashable | None = None,
    value_column: Hashable | None = None,
    time_column: Hashable | None = None,
) -> FrameLayout:
    """Tell which columns of a table are streams: `frame_layout`, and what the index says.

    Raises
    ------
    StreamError
        If nothing says which streams the rows are of, although a level of the index seems to.
    """
    columns = frame_columns(table)
    if value_column is None:
        value_column = table.series
    layout = frame_layout(columns, id_column, value_column, time_column, table.levels)
    if layout.time is None and table.dated not in (None, layout.ids):
        layout = replace(layout, time=table.dated)
    if layout.ids is None:
        _check_not_grouped(table, layout)
    return layout


def _check_not_grouped(table: Table, layout: FrameLayout) -> None:
    """Raise where a level of the index may say which stream a row is of: taken as one, profit would cross between them."""
    for level in table.grouping:
        labels = table.cells(level).tolist()
        if level != layout.time and 1 < len(set(labels)) < len(labels):
            raise StreamError(
                f"frame: the index holds {short_repr(labels[0])} and others, each for several rows, in its level "
                f"{level!r}. If it says which stream a row is of, call that level 'stream'; if not, drop it by "
                f"reset_index(level={level!r}, drop=True)."
            )


def frame_columns(frame: Frame | Table) -> list[Hashable]:
    """Return the names of the columns of a frame, levels of its index first, or say why it cannot be read.

    Raises
    ------
    StreamError
        If it has no columns or no rows, or two columns of one name.
    """
    table = as_table(frame)
    if table.levels.issuperset(table.columns):
        raise StreamError("frame: it has no columns. Give one column for each stream, or one of ids and one of values.")
    if not len(table):
        raise StreamError(f"frame: it has the columns {listed(table.columns)} but no rows. Give at least one value.")
    return list(table.columns)


def frame_values(frame: Frame | Table, column: Hashable) -> FloatArray:
    """Return one column as the values of one stream.

    Parameters
    ----------
    frame
        The frame.
    column
        The column, by its name.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where a value is missing.

    Raises
    ------
    StreamError
        If there is no such column, or something in it is not a number.
    """
    table = as_table(frame)
    column = check_exists(frame_columns(table), column, "value_column")
    return _checked_values(table, column, f"stream 0 {str(column)!r}")


def _checked_values(table: Table, column: Hashable, label: str) -> FloatArray:
    values, bad_row = numbers_in(table.cells(column))
    if bad_row is not None:
        raise not_a_number(table, column, bad_row, f"{label}, tick {bad_row}")
    return values


def _timed(values: FloatArray, number: int, name: str | None, clock: Clock | None) -> Stream:
    """Return the values of all rows as a stream, with their times."""
    stream = Stream(values, number, name)
    times = None if clock is None else clock.of(slice(None), stream.label)
    return stream if times is None else replace(stream, times=times)


def one_stream(frame: Frame | Table, number: int, name: str | None) -> Stream:
    """Return the stream of a frame that holds one: what a mapping or a list of frames has for each of its streams.

    Parameters
    ----------
    frame
        A frame with a column of values by a usual name, or one column beside ids and times.
    number
        The position of the stream.
    name
        Its name; None for what the frame calls it.

    Raises
    ------
    StreamError
        If the frame holds several streams, or something in it is not a number.
    """
    table = as_table(frame)
    layout = table_layout(table)
    where = f"stream {number}" + (f" {name!r}" if name is not None else "")
    values = layout.values
    if layout.ids is not None:
        names, _ = group_rows(table, layout.ids)
        if len(names) > 1:
            raise StreamError(
                f"{where}: its frame holds {len(names)} streams, {listed(names)}. Give one such frame alone, or one "
                "frame for each stream."
            )
        name = names[0] if name is None else name
    elif len(values) > 1:
        usual = usual_value(values)
        if usual is None:
            raise StreamError(
                f"{where}: its frame holds the columns {listed(values)}. Give one column of values for each stream."
            )
        values = (usual,)
    if name is None and usual_value(values) is None:
        name = str(values[0])
    return _timed(_checked_values(table, values[0], where), number, name, clock_of(table, layout))


def _long_streams(table: Table, layout: FrameLayout) -> list[Stream]:
    """Return the streams of a table with one row for each value."""
    value_column = layout.values[0]
    names, rows_of = group_rows(table, layout.ids)
    values, bad_row = numbers_in(table.cells(value_column))
    if bad_row is not None:
        number = next(i for i, rows in enumerate(rows_of) if bad_row in rows)
        tick = int(np.searchsorted(rows_of[number], bad_row))
        raise not_a_number(table, value_column, bad_row, f"stream {number} {names[number]!r}, tick {tick}")
    clock = clock_of(table, layout)
    return [
        Stream(values[rows], i, name, times=None if clock is None else clock.of(rows, f"stream {i} {name!r}"))
        for i, (name, rows) in enumerate(zip(names, rows_of, strict=True))
    ]


def _wide_stream(table: Table, column: Hashable, number: int, clock: Clock | None) -> Stream:
    values, bad_row = numbers_in(table.cells(column))
    if bad_row is not None:
        where = f"stream {number} {str(column)!r}, tick {bad_row}"
        hint = f" If the frame is long, name its id_column and value_column among {listed(table.columns)}."
        raise StreamError(f"{not_a_number(table, column, bad_row, where)}{hint}")
    return _timed(values, number, str(column), clock)


def group_rows(
    frame: Frame | Table, id_column: Hashable, first_row: int = 0
) -> tuple[list[str], list[npt.NDArray[np.intp]]]:
    """Return the ids in order of first appearance, and the rows of each, ascending.

    Parameters
    ----------
    frame
        The frame, or some rows of one.
    id_column
        Says which stream a row belongs to.
    first_row
        The row of the whole frame that it begins with: for messages.
    """
    ids = as_table(frame).cells(id_column).tolist()
    # A dict keeps first appearance, and is faster on text than sorting it, which np.unique would do.
    try:
        codes_of = {name: code for code, name in enumerate(dict.fromkeys(ids))}
    except TypeError:
        row = next(row for row, name in enumerate(ids) if not isinstance(name, Hashable))
        raise StreamError(
            f"frame, row {first_row + row}: column {id_column!r} holds {short_repr(ids[row])} where the id of a stream "
            "should be. Give each value the id of its stream, as text or a number."
        ) from None
    _check_none_missing(codes_of, ids, id_column, first_row)
    codes = np.fromiter(map(codes_of.__getitem__, ids), dtype=np.intp, count=len(ids))
    rows = np.argsort(codes, kind="stable")
    return [str(name) for name in codes_of], np.split(rows, np.cumsum(np.bincount(codes))[:-1])


def _check_none_missing(codes_of: dict[Any, int], ids: list[Any], id_column: Hashable, first_row: int) -> None:
    if any(map(is_missing, codes_of)):
        row = next(row for row, name in enumerate(ids, first_row) if is_missing(name))
        raise StreamError(
            f"frame, row {row}: the id in column {id_column!r} is missing. Give each value the id of its stream."
        )


def column_numbers(frame: Frame | Table, column: Hashable) -> tuple[FloatArray, int | None]:
    """Return a column as float64, with NaN for what is no number, and the first row that holds such a thing."""
    return numbers_in(as_table(frame).cells(column))


def not_a_number(frame: Frame | Table, column: Hashable, row: int, where: str) -> StreamError:
    """Return the error that says what stands where a number should be."""
    cell = as_table(frame).cells(column)[row]
    fault = "is too large for a float" if isinstance(cell, int) and not isinstance(cell, bool) else "is not a number"
    return StreamError(
        f"{where}: column {column!r} holds {short_repr(cell)}, which {fault}. "
        "Put a number there, nothing where there is a gap, or leave the column out."
    )
