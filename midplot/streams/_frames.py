"""From the columns of a frame, long or wide, to its streams."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable
from decimal import Decimal
from numbers import Real
from reprlib import repr as short_repr
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from midplot.errors import StreamError
from midplot.streams._frame_layout import check_exists, frame_layout, listed
from midplot.streams._stream import FloatArray, Stream

__all__ = [
    "Frame",
    "column_numbers",
    "frame_columns",
    "frame_streams",
    "frame_values",
    "group_rows",
    "is_frame",
    "is_series",
    "not_a_number",
]


@runtime_checkable
class Frame(Protocol):
    """What is needed of a frame: names of columns, and columns that turn into numpy arrays."""

    @property
    def columns(self) -> Any:
        """The names of the columns, in order."""

    def __getitem__(self, key: Any, /) -> Any: ...


def is_frame(source: object) -> bool:
    """Tell whether an object is a frame, of pandas or of a library that looks like it.

    Examples
    --------
    >>> is_frame([1.0, 2.0])
    False
    """
    return isinstance(source, Frame) and not isinstance(source, type)


def is_series(source: object) -> bool:
    """Tell whether an object is one column of a frame.

    Examples
    --------
    >>> is_series([1.0, 2.0])
    False
    """
    return hasattr(source, "to_numpy") and not is_frame(source) and not isinstance(source, type)


def frame_streams(
    frame: Frame,
    id_column: Hashable | None = None,
    value_column: Hashable | None = None,
    time_column: Hashable | None = None,
) -> list[Stream]:
    """Return the streams of a frame, long or wide.

    A frame is long where it has a column of ids and a column of values, named here or called by a usual name
    (`midplot.streams._frame_layout`). Where a column of values is named and there are no ids, it is the one stream.
    Any other frame is wide: each column a stream, save the one that holds the time.

    Parameters
    ----------
    frame
        Anything with ``columns`` and with ``frame[column].to_numpy()``: a pandas DataFrame, for one.
    id_column, value_column
        The columns of a long frame.
    time_column
        The column that a wide frame leaves out. A long one has no use for it: rows keep their order.

    Returns
    -------
    list of Stream
        In order of first appearance, each with its position as ``stream_id`` and its id, or the name of its
        column, as ``name``. A missing value is NaN, which marks a gap.

    Raises
    ------
    StreamError
        If a column that was named does not exist, or something that should be a number is not.
    """
    layout = frame_layout(frame_columns(frame), id_column, value_column, time_column)
    if layout.ids is not None:
        return _long_streams(frame, layout.ids, layout.values[0])
    if value_column is not None:
        return [Stream(frame_values(frame, value_column), 0, str(value_column))]
    return [_wide_stream(frame, column, i) for i, column in enumerate(layout.values)]


def frame_columns(frame: Frame) -> list[Hashable]:
    """Return the names of the columns of a frame, or say why it cannot be read.

    Raises
    ------
    StreamError
        If it has no columns or no rows, or two columns of one name.
    """
    columns: list[Hashable] = list(frame.columns)
    if not columns:
        raise StreamError("frame: it has no columns. Give one column for each stream, or one of ids and one of values.")
    twice = [name for name, count in Counter(columns).items() if count > 1]
    if twice:
        raise StreamError(f"frame: several columns are called {listed(twice)}. Give each a name of its own.")
    if not len(frame[columns[0]]):
        raise StreamError(f"frame: it has the columns {listed(columns)} but no rows. Give at least one value.")
    return columns


def frame_values(frame: Frame, column: Hashable) -> FloatArray:
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
    check_exists(frame_columns(frame), column, "value_column")
    values, bad_row = column_numbers(frame, column)
    if bad_row is not None:
        raise not_a_number(frame, column, bad_row, f"stream 0 {str(column)!r}, tick {bad_row}")
    return values


def _long_streams(frame: Frame, id_column: Hashable, value_column: Hashable) -> list[Stream]:
    """Return the streams of a frame with one row for each value."""
    names, rows_of = group_rows(frame, id_column)
    values, bad_row = column_numbers(frame, value_column)
    if bad_row is not None:
        number = next(i for i, rows in enumerate(rows_of) if bad_row in rows)
        tick = int(np.searchsorted(rows_of[number], bad_row))
        raise not_a_number(frame, value_column, bad_row, f"stream {number} {names[number]!r}, tick {tick}")
    return [Stream(values[rows], i, name) for i, (name, rows) in enumerate(zip(names, rows_of, strict=True))]


def _wide_stream(frame: Frame, column: Hashable, number: int) -> Stream:
    values, bad_row = column_numbers(frame, column)
    if bad_row is not None:
        where = f"stream {number} {str(column)!r}, tick {bad_row}"
        hint = f" If the frame is long, name its id_column and value_column among {listed(frame_columns(frame))}."
        raise StreamError(f"{not_a_number(frame, column, bad_row, where)}{hint}")
    return Stream(values, number, str(column))


def group_rows(frame: Frame, id_column: Hashable, first_row: int = 0) -> tuple[list[str], list[npt.NDArray[np.intp]]]:
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
    ids = np.asarray(frame[id_column].to_numpy()).tolist()
    # A dict keeps first appearance, and is faster on text than sorting it, which np.unique would do.
    codes_of = {name: code for code, name in enumerate(dict.fromkeys(ids))}
    _check_none_missing(codes_of, ids, id_column, first_row)
    codes = np.fromiter(map(codes_of.__getitem__, ids), dtype=np.intp, count=len(ids))
    rows = np.argsort(codes, kind="stable")
    return [str(name) for name in codes_of], np.split(rows, np.cumsum(np.bincount(codes))[:-1])


def _check_none_missing(codes_of: dict[Any, int], ids: list[Any], id_column: Hashable, first_row: int) -> None:
    if any(map(_is_missing, codes_of)):
        row = next(row for row, name in enumerate(ids, first_row) if _is_missing(name))
        raise StreamError(
            f"frame, row {row}: the id in column {id_column!r} is missing. Give each value the id of its stream."
        )


def column_numbers(frame: Frame, column: Hashable) -> tuple[FloatArray, int | None]:
    """Return a column as float64, with NaN for what is no number, and the first row that holds such a thing."""
    cells = np.asarray(frame[column].to_numpy())
    if cells.dtype.kind in "iuf":
        return cells.astype(np.float64), None
    # Dates and truth values turn into numbers without complaint, so anything else is looked at cell by cell.
    numbers = [_number(cell) for cell in cells] if cells.dtype.kind == "O" else [None] * len(cells)
    bad_rows = [row for row, number in enumerate(numbers) if number is None]
    return np.array(numbers, dtype=np.float64), _telling_row(cells, bad_rows)


def _telling_row(cells: npt.NDArray[Any], bad_rows: list[int]) -> int | None:
    """Return the row to show of those without a number; one bad cell makes a CSV file's whole column text, '1.5' too."""
    return next((row for row in bad_rows if not _reads_as_number(cells[row])), bad_rows[0] if bad_rows else None)


def _reads_as_number(cell: object) -> bool:
    if not isinstance(cell, str):
        return False
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _number(cell: object) -> float | None:
    """Return a cell as a float, NaN where it is empty, None where it is no number."""
    if _is_missing(cell):
        return math.nan
    if isinstance(cell, bool) or not isinstance(cell, Real | Decimal):
        return None
    return float(cell)


def _is_missing(cell: object) -> bool:
    """Tell an empty cell, however its library writes one."""
    return (
        cell is None or type(cell).__name__ in ("NAType", "NaTType") or (isinstance(cell, float) and math.isnan(cell))
    )


def not_a_number(frame: Frame, column: Hashable, row: int, where: str) -> StreamError:
    """Return the error that says what stands where a number should be."""
    cell = frame[column].to_numpy()[row]
    return StreamError(
        f"{where}: column {column!r} holds {short_repr(cell)}, which is not a number. "
        "Put a number there, nothing where there is a gap, or leave the column out."
    )
