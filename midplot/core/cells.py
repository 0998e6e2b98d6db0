"""What one column holds and what in it is missing, whatever library it comes from."""

from __future__ import annotations

import math
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.core.stored import FloatArray
from midplot.errors import StreamError

__all__ = ["Cells", "cells_of", "is_missing", "numbers_in"]

Cells = npt.NDArray[Any]
"""A column as an array. What is missing is NaN among numbers, NaT among dates, and None or such among other things."""

GAPS = frozenset({"NAType", "NaTType", "MaskedConstant"})
"""The types of what pandas and numpy put where a value is missing; pandas need not be loaded to know them."""

UNREADABLE = (TypeError, ValueError, RuntimeError, BufferError)
"""What tensors and the like raise where they cannot be turned into an array, one on a GPU for instance."""


def cells_of(column: Any) -> Cells:
    """Return a column of any library as an array.

    Parameters
    ----------
    column
        A numpy array, masked or not; a series or index of pandas; a series of polars, or of another library that
        narwhals knows; an Arrow array, chunked or not; anything that has ``to_numpy`` or
        ``__array__``, such as a tensor.

    Returns
    -------
    ndarray
        Of as many dimensions as the column has. Dates with a time zone are in UTC.

    Raises
    ------
    StreamError
        If it looks like an array, and cannot be turned into one.
    """
    if isinstance(column, np.ma.MaskedArray):
        return _with_gaps(np.asarray(column.data), np.ma.getmaskarray(column))
    if isinstance(column, np.ndarray):
        return np.asarray(column)
    if hasattr(column, "array") and hasattr(column, "dtype"):
        return _pandas_cells(column)
    import narwhals as nw

    series = nw.from_native(column, allow_series=True, pass_through=True)
    if isinstance(series, nw.Series):
        return _series_cells(series)
    if hasattr(column, "__arrow_c_array__"):
        import pyarrow as pa

        return _arrow_cells(pa.array(column))
    try:
        # asanyarray, for a masked array has to stay one.
        array = column.to_numpy() if hasattr(column, "to_numpy") else np.asanyarray(column)
    except UNREADABLE as error:
        raise StreamError(
            f"streams: a {type(column).__name__} cannot be read as an array ({error}). Turn it into a numpy array first."
        ) from error
    return cells_of(array) if isinstance(array, np.ndarray) else np.asarray(array)


def _with_gaps(values: Cells, missing: npt.NDArray[np.bool_]) -> Cells:
    if not missing.any():
        return values
    if values.dtype.kind in "iuf":
        return np.where(missing, np.nan, values.astype(np.float64))
    if values.dtype.kind == "M":
        return np.where(missing, np.datetime64("NaT"), values)
    cells = values.astype(object)
    cells[missing] = None
    return cells


def _pandas_cells(series: Any) -> Cells:
    """Return the cells of a series or an index of pandas."""
    dtype = series.dtype
    kind = getattr(dtype, "kind", "O")
    cells: Cells
    if kind in "iuf":
        gaps = bool(np.any(series.isna()))
        cells = series.to_numpy(dtype=np.float64, na_value=np.nan) if gaps else series.to_numpy()
        return cells
    dates = getattr(series, "dt", series)  # a series keeps what is about dates under dt, an index has it itself
    if str(dtype).startswith("period["):
        series = dates.to_timestamp()
    elif kind == "M" and getattr(dates, "tz", None) is not None:
        series = dates.tz_convert(None)
    # What pandas has of its own, categories for instance, would otherwise come out as now this and now that.
    cells = series.to_numpy(dtype=object) if kind in "Ob" and series.dtype is dtype else series.to_numpy()
    return cells


def _series_cells(series: Any) -> Cells:
    """Return the cells of a series of narwhals."""
    import pyarrow as pa

    if series.implementation.is_pandas_like():
        return _pandas_cells(series.to_pandas())
    if str(series.dtype) != "Object":
        try:
            return _arrow_cells(series.to_arrow())
        except pa.ArrowInvalid:
            pass  # Arrow has no such type, integers of 128 bits for one
    return _listed(series.to_list())


def _arrow_cells(array: Any) -> Cells:
    """Return the cells of an Arrow array."""
    import pyarrow.types as kinds

    if kinds.is_dictionary(array.type):
        array = array.cast(array.type.value_type)
    kind = array.type
    numbers = kinds.is_integer(kind) or kinds.is_floating(kind)
    if (
        numbers
        or kinds.is_timestamp(kind)
        or kinds.is_date(kind)
        or kinds.is_string(kind)
        or kinds.is_large_string(kind)
    ):
        cells: Cells = array.to_numpy(zero_copy_only=False)
        return cells
    return _listed(array.to_pylist())


def _listed(items: list[Any]) -> Cells:
    """Return items as an array of objects, also where they are lists of one length."""
    return np.fromiter(items, dtype=object, count=len(items))


def numbers_in(cells: Cells) -> tuple[FloatArray, int | None]:
    """Return cells as float64, NaN where there is no number, and the first row that holds something else than one.

    Examples
    --------
    >>> numbers_in(np.array([1, None, "n/a"], dtype=object))
    (array([ 1., nan, nan]), 2)
    """
    if cells.dtype.kind in "iuf":
        return cells.astype(np.float64), None
    # Dates and truth values turn into numbers without complaint, so anything else is looked at cell by cell.
    if cells.dtype.kind == "O":
        numbers = [_number(cell) for cell in cells]
    else:
        gaps = np.isnat(cells) if cells.dtype.kind in "mM" else np.zeros(len(cells), dtype=bool)
        numbers = [math.nan if gap else None for gap in gaps.tolist()]
    bad_rows = [row for row, number in enumerate(numbers) if number is None]
    return np.array(numbers, dtype=np.float64), _telling_row(cells, bad_rows)


def _telling_row(cells: Cells, bad_rows: list[int]) -> int | None:
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
    """Return a cell as a float, NaN where it is empty, None where it is no number that a float can hold."""
    if is_missing(cell):
        return math.nan
    if isinstance(cell, bool) or not isinstance(cell, Real | Decimal):
        return None
    try:
        return float(cell)
    except (OverflowError, ValueError):
        return None


def is_missing(cell: object) -> bool:
    """Tell an empty cell, however its library writes one.

    Examples
    --------
    >>> [is_missing(cell) for cell in (None, float("nan"), np.ma.masked, 0, "")]
    [True, True, True, False, False]
    """
    if cell is None or type(cell).__name__ in GAPS:
        return True
    if isinstance(cell, float | np.floating):
        return bool(cell != cell)
    return isinstance(cell, np.datetime64 | np.timedelta64) and bool(np.isnat(cell))
