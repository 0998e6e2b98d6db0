"""From the columns of a frame, long or wide, to its streams."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from reprlib import repr as short_repr
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot._text import normal_form
from midplot.errors import StreamError
from midplot.streams._cells import is_missing, numbers_in
from midplot.streams._clock import Clock, clock_of
from midplot.streams._containers import Frame, Table, contained, is_frame, is_series
from midplot.streams._frame_layout import (
    FrameLayout,
    check_exists,
    frame_layout,
    is_usual_time,
    listed,
    no_row_number,
    usual_value,
)
from midplot.streams._stream import FloatArray, Stream
from midplot.streams._times import are_whole, time_cells

__all__ = [
    "Frame",
    "as_table",
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
        If it is not a frame, or two of its columns have the same name.
    """
    table = contained(frame)
    if not isinstance(table, Table):
        raise StreamError(
            f"expected a frame, got a {type(frame).__name__}",
            where="frame",
            advice="Give something with named columns.",
        )
    return table


def names_streams(series: Table) -> bool:
    """Tell whether the index of a series says which stream each value belongs to."""
    return len(series) > 0 and table_layout(series).ids is not None


def frame_streams(
    frame: Frame | Table,
    id_column: Hashable | None = None,
    value_column: Hashable | None = None,
    time_column: Hashable | None = None,
) -> list[Stream]:
    """Return the streams of a frame, long or wide.

    A frame is long if it has a column of ids and a column of values, named by the user or by a usual name
    (`midplot.streams._frame_layout`). If the user names a column of values and there are no ids, that column is the only
    stream. Any other frame is wide: each column is a stream, except the one that holds the time. The levels of an index
    count as columns of ids or times. Columns called like row numbers or times are no streams.

    Parameters
    ----------
    frame
        A frame of pandas, polars or another library, an Arrow table, a structured array, or any object with ``columns``
        and ``frame[column].to_numpy()``.
    id_column, value_column
        The columns of a long frame.
    time_column
        The column of times.

    Returns
    -------
    list of Stream
        In order of first appearance, each with its position as ``stream_id`` and its id, or the name of its
        column, as ``name``. A missing value is NaN, which marks a gap. Each has the times of its rows, if they can be
        read.

    Raises
    ------
    StreamError
        If a column that the user named does not exist, something that should be a number is not, the rows of a stream
        go back in time, or nothing says which column is the price.
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
    """Decide which columns of a table are streams, by `frame_layout` and by the levels of its index.

    Raises
    ------
    StreamError
        If a level of the index may hold the ids of streams, but nothing confirms it.
    """
    columns = frame_columns(table)
    if value_column is None:
        value_column = table.series
    layout = frame_layout(columns, id_column, value_column, time_column, table.levels)
    # Dates in the index tell the time better than a column that is merely called like one.
    if time_column is None and not is_usual_time(layout.time) and table.dated not in (None, layout.ids):
        layout = replace(layout, time=table.dated)
    layout = _with_numbering(table, layout)
    if layout.ids is None:
        _check_not_grouped(table, layout)
    return layout


def _with_numbering(table: Table, layout: FrameLayout) -> FrameLayout:
    """Return the layout with the times of a column called like row numbers, if it holds times."""
    for column in layout.numbering:
        cells = table.cells(column)
        found = time_cells(cells)
        if found.kind == "times" and not found.bad:
            layout = layout if layout.time is not None else replace(layout, time=column)
        elif found.bad or not (found.kind == "missing" or (found.kind == "numbers" and are_whole(found.cells))):
            raise no_row_number(column, cells[0])
    return layout


def _check_not_grouped(table: Table, layout: FrameLayout) -> None:
    """Raise if a level of the index may hold ids: replayed as one stream, a trade would span two of them."""
    for level in table.grouping:
        labels = table.cells(level).tolist()
        if level != layout.time and 1 < len(set(labels)) < len(labels):
            raise StreamError(
                f"the index holds {short_repr(labels[0])} and others, each for several rows, in its level {level!r}",
                where="frame",
                advice="If it says which stream a row is of, call that level 'stream'; if not, drop it by "
                f"reset_index(level={level!r}, drop=True).",
            )


def frame_columns(frame: Frame | Table) -> list[Hashable]:
    """Return the names of a frame's columns, the levels of its index first.

    Raises
    ------
    StreamError
        If it has no columns or no rows, or two columns have the same name.
    """
    table = as_table(frame)
    if table.levels.issuperset(table.columns):
        raise StreamError(
            "it has no columns",
            where="frame",
            advice="Give one column for each stream, or one of ids and one of values.",
        )
    if not len(table):
        raise StreamError(
            f"it has the columns {listed(table.columns)} but no rows",
            where="frame",
            advice="Give at least one value.",
        )
    return list(table.columns)


def frame_values(frame: Frame | Table, column: Hashable) -> FloatArray:
    """Return one column as the values of one stream.

    Parameters
    ----------
    frame
        The frame.
    column
        The name of the column.

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
    # Made first without times: bad values are reported before rows that go back in time.
    stream = Stream(values, number, name)
    times = None if clock is None else clock.of(slice(None), stream.label)
    return stream if times is None else replace(stream, times=times)


def one_stream(frame: Frame | Table, number: int, name: str | None) -> Stream:
    """Return the stream of a frame that holds just one, as the items of a mapping or a list of frames do.

    Parameters
    ----------
    frame
        A frame with a column of values under a usual name, or a single column beside ids and times.
    number
        The position of the stream.
    name
        The name of the stream; None takes it from the frame.

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
                f"its frame holds {len(names)} streams, {listed(names)}",
                where=where,
                advice="Give that frame alone, or one frame per stream.",
            )
        name = names[0] if name is None else name
    elif len(values) > 1:  # of several columns, the one with the usual name is the price
        usual = usual_value(values)
        if usual is None:
            raise StreamError(
                f"its frame holds the columns {listed(values)}",
                where=where,
                advice="Give one column of values per stream.",
            )
        values = (usual,)
    if name is None and usual_value(values) is None:
        name = str(values[0])
    return _timed(_checked_values(table, values[0], where), number, name, clock_of(table, layout))


def _long_streams(table: Table, layout: FrameLayout) -> list[Stream]:
    """Return the streams of a table with one row per value."""
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
        error = not_a_number(table, column, bad_row, where)
        error.advice += f" If the frame is long, name its id_column and value_column among {listed(table.columns)}."
        raise error
    return _timed(values, number, str(column), clock)


def group_rows(frame: Frame | Table, id_column: Hashable) -> tuple[list[str], list[npt.NDArray[np.intp]]]:
    """Return the ids in order of first appearance, and the rows of each id, ascending.

    Raises
    ------
    StreamError
        If an id is missing, or is something that cannot be one, such as a list.
    """
    ids = as_table(frame).cells(id_column).tolist()
    # A dict keeps first appearance, and is faster on text than sorting it, which np.unique would do.
    try:
        distinct = dict.fromkeys(ids)
    except TypeError:
        row = next(row for row, name in enumerate(ids) if not isinstance(name, Hashable))
        raise StreamError(
            f"column {id_column!r} holds {short_repr(ids[row])} where the id of a stream should be",
            where=f"frame, row {row}",
            advice="Give each value the id of its stream, as text or a number.",
        ) from None
    if any(map(is_missing, distinct)):
        row = next(row for row, name in enumerate(ids) if is_missing(name))
        raise StreamError(
            f"the id in column {id_column!r} is missing",
            where=f"frame, row {row}",
            advice="Give each value the id of its stream.",
        )
    # One stream for the spellings of a name: 1 and "1", which pandas reads from one large file, or an é in its two forms.
    spelled: dict[str, str] = {}
    for name in distinct:
        spelled.setdefault(normal_form(name), str(name))
    code_of = {name: code for code, name in enumerate(spelled)}
    codes_of = {name: code_of[normal_form(name)] for name in distinct}
    codes = np.fromiter(map(codes_of.__getitem__, ids), dtype=np.intp, count=len(ids))
    rows = np.argsort(codes, kind="stable")  # stable, so that the rows of each id stay in their order
    return list(spelled.values()), np.split(rows, np.cumsum(np.bincount(codes))[:-1])


def not_a_number(table: Table, column: Hashable, row: int, where: str) -> StreamError:
    """Return the error that shows what a cell holds in place of a number."""
    cell = table.cells(column)[row]
    fault = "is too large for a float" if isinstance(cell, int) and not isinstance(cell, bool) else "is not a number"
    return StreamError(
        f"column {column!r} holds {short_repr(cell)}, which {fault}",
        where=where,
        advice="Put a number there, nothing where there is a gap, or leave the column out.",
    )
