"""The cells of one column as an array, with its missing values marked, whatever library the column comes from."""

from __future__ import annotations

import math
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.errors import StreamError
from midplot.streams._stored import FloatArray

__all__ = ["Cells", "cells_of", "is_missing", "numbers_in"]

Cells = npt.NDArray[Any]
"""A column as an array. A missing value is NaN among numbers, NaT among dates, and None or the like among objects."""

GAPS = frozenset({"NAType", "NaTType", "MaskedConstant"})
"""The types of the missing values of pandas and numpy, by name, so that pandas need not be imported to recognise them."""

UNREADABLE = (TypeError, ValueError, RuntimeError, BufferError)
"""Exceptions raised by objects that cannot be converted to an array, such as a tensor on a GPU."""


def cells_of(column: Any) -> Cells:
    """Return a column of any library as an array.

    Parameters
    ----------
    column
        A numpy array, masked or not; a pandas series or index; a series of polars or of another library that narwhals
        knows; an Arrow array, chunked or not; anything that has ``to_numpy`` or ``__array__``, such as a tensor.

    Returns
    -------
    ndarray
        With the dimensions of the column. Dates with a time zone are in UTC.

    Raises
    ------
    StreamError
        If it looks like an array but cannot be converted to one.
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
        # asanyarray, so that a masked array stays one.
        array = column.to_numpy() if hasattr(column, "to_numpy") else np.asanyarray(column)
    except UNREADABLE as error:
        raise StreamError(
            f"a {type(column).__name__} cannot be read as an array ({error})",
            where="streams",
            advice="Turn it into a numpy array first.",
        ) from error
    return cells_of(array) if isinstance(array, np.ndarray) else np.asarray(array)


def _with_gaps(values: Cells, missing: npt.NDArray[np.bool_]) -> Cells:
    if not missing.any():
        return values
    if values.dtype.kind in "iuf":  # integers become floats, the only numbers that have a NaN
        return np.where(missing, np.nan, values.astype(np.float64))
    if values.dtype.kind == "M":
        return np.where(missing, np.datetime64("NaT"), values)
    cells = values.astype(object)
    cells[missing] = None
    return cells


def _pandas_cells(series: Any) -> Cells:
    """Return the cells of a pandas series or index."""
    dtype = series.dtype
    kind = getattr(dtype, "kind", "O")
    cells: Cells
    if kind in "iuf":
        gaps = bool(np.any(series.isna()))
        cells = series.to_numpy(dtype=np.float64, na_value=np.nan) if gaps else series.to_numpy()
        return cells
    dates = getattr(series, "dt", series)  # a series keeps its methods for dates under .dt; an index has them itself
    if str(dtype).startswith("period["):
        series = dates.to_timestamp()
    elif kind == "M" and getattr(dates, "tz", None) is not None:
        series = dates.tz_convert(None)
    # Other types of pandas' own, such as categories, choose their numpy type by their content.
    cells = series.to_numpy(dtype=object) if kind in "Ob" and series.dtype is dtype else series.to_numpy()
    return cells


def _series_cells(series: Any) -> Cells:
    """Return the cells of a narwhals series."""
    import pyarrow as pa

    if series.implementation.is_pandas_like():
        return _pandas_cells(series.to_pandas())
    if str(series.dtype) != "Object":
        try:
            return _arrow_cells(series.to_arrow())
        except pa.ArrowInvalid:
            pass  # a type that Arrow does not have, such as 128-bit integers
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
    """Return items as a one-dimensional array of objects."""
    # np.array would make two dimensions of lists that have the same length.
    return np.fromiter(items, dtype=object, count=len(items))


def numbers_in(cells: Cells) -> tuple[FloatArray, int | None]:
    """Return cells as float64, and the row to report if some cell is neither a number nor missing.

    Cells without a number are NaN.

    Examples
    --------
    >>> numbers_in(np.array([1, None, "n/a"], dtype=object))
    (array([ 1., nan, nan]), 2)
    """
    if cells.dtype.kind in "iuf":
        return cells.astype(np.float64), None
    # numpy converts dates and booleans to numbers without complaint, so anything else is examined cell by cell.
    if cells.dtype.kind == "O":
        numbers = [_number(cell) for cell in cells]
    else:
        gaps = np.isnat(cells) if cells.dtype.kind in "mM" else np.zeros(len(cells), dtype=bool)
        numbers = [math.nan if gap else None for gap in gaps.tolist()]
    bad_rows = [row for row, number in enumerate(numbers) if number is None]
    return np.array(numbers, dtype=np.float64), _telling_row(cells, bad_rows)


def _telling_row(cells: Cells, bad_rows: list[int]) -> int | None:
    """Return the row that best shows what is wrong; None if no row is bad."""
    # One bad cell in a CSV file turns its whole column into text: '1.5' is then as bad as 'oops', but says less.
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
    """Return a cell as a float; NaN if it is empty, None if it is not a number that a float can hold."""
    if is_missing(cell):
        return math.nan
    if isinstance(cell, bool) or not isinstance(cell, Real | Decimal):
        return None
    try:
        return float(cell)
    except (OverflowError, ValueError):
        return None


def is_missing(cell: object) -> bool:
    """Tell whether a cell is empty, in the notation of any library.

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
