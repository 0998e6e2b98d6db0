"""What a container is: a table with named columns, one array, groups, or nothing of the kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from numbers import Number
from typing import Any, Protocol, runtime_checkable

import numpy as np

from midplot.core.cells import Cells, cells_of
from midplot.core.frame_layout import listed
from midplot.core.index_levels import Level, levels_of
from midplot.errors import StreamError

__all__ = ["Frame", "Table", "contained", "groups_of", "is_frame", "is_series"]

ARROW_STREAM = "__arrow_c_stream__"
ARROW_ARRAY = "__arrow_c_array__"

ARRAYS = ("__array__", ARROW_STREAM, ARROW_ARRAY, "to_numpy")
"""What an object has that turns into an array or an Arrow table; a run of Python's own has none of them."""


@runtime_checkable
class Frame(Protocol):
    """The least that a frame is: names of columns, and columns that turn into numpy arrays."""

    @property
    def columns(self) -> Any:
        """The names of the columns, in order."""

    def __getitem__(self, key: Any, /) -> Any: ...


class Table:
    """A frame of any library, or a series of pandas with its index: columns by name, and what in them is missing.

    Parameters
    ----------
    columns
        The columns by name, as their library has them; of one length.
    library
        The library of the frame: ``pandas``, ``polars``, ``pyarrow`` or another.
    levels
        The columns that are levels of an index: they may say which stream a row is of, or when it was; none is a price.
    dated
        The level that holds dates, whatever it is called.
    grouping
        The levels that may say which stream a row is of, whatever they are called.
    series
        The column that is a series, where the table is one with its index.
    """

    def __init__(
        self,
        columns: Mapping[Hashable, Any],
        library: str = "",
        *,
        levels: Iterable[Hashable] = (),
        dated: Hashable | None = None,
        grouping: Iterable[Hashable] = (),
        series: Hashable | None = None,
    ) -> None:
        self._columns = dict(columns)
        self._read: dict[Hashable, Cells] = {}
        self.columns: list[Hashable] = list(self._columns)
        self.library = library
        self.levels = frozenset(levels)
        self.dated = dated
        self.grouping = tuple(grouping)
        self.series = series

    def __len__(self) -> int:
        return len(self.cells(self.columns[0])) if self.columns else 0

    def cells(self, column: Hashable) -> Cells:
        """Return a column as an array; see `cells_of`."""
        if column not in self._read:
            self._read[column] = cells_of(self._columns[column])
        return self._read[column]

    def sorted_by(self, *columns: Hashable) -> str:
        """Return what a user can write to sort the rows."""
        if self.library == "pandas":
            if self.series is not None or self.levels.issuperset(columns):
                return f"{'frame' if self.series is None else 'series'}.sort_index()"
            return f"frame.sort_values({list(columns)!r}, kind='stable')"
        if self.library == "polars":
            return f"frame.sort({', '.join(map(repr, columns))}, maintain_order=True)"
        if self.library == "pyarrow":
            return f"table.sort_by({[(column, 'ascending') for column in columns]!r})"
        return f"by {' and '.join(map(repr, columns))}"


def is_frame(source: object) -> bool:
    """Tell whether an object has named columns: a frame of any library, an Arrow table, a structured array.

    Examples
    --------
    >>> is_frame([1.0, 2.0])
    False
    >>> is_frame(np.zeros(2, dtype=[("stream", "U8"), ("value", "f8")]))
    True
    """
    if isinstance(source, Table):
        return True
    if isinstance(source, np.ndarray):
        return source.dtype.names is not None
    if _is_plain(source):
        return False
    # Libraries that narwhals knows come first: merely to look at the columns of a lazy frame makes polars warn.
    return _is_known(source) or isinstance(source, Frame) or hasattr(source, "__dataframe__")


def _is_known(source: object) -> bool:
    """Tell a frame of a library that narwhals knows."""
    import narwhals as nw
    from narwhals import dependencies

    if dependencies.is_pandas_dataframe(source) or dependencies.is_pyarrow_table(source):
        return True  # also with two columns of one name, which narwhals does not take
    return isinstance(nw.from_native(source, allow_series=True, pass_through=True), nw.DataFrame | nw.LazyFrame)


def is_series(source: object) -> bool:
    """Tell whether an object turns into one array: a series, an Arrow array, a tensor; numpy's own is not meant.

    Examples
    --------
    >>> is_series([1.0, 2.0])
    False
    """
    if _is_plain(source) or isinstance(source, np.ndarray) or is_frame(source):
        return False
    return isinstance(source, memoryview) or any(hasattr(source, name) for name in ARRAYS)


def _is_plain(source: object) -> bool:
    """Tell what is no frame or array, without a look at other libraries."""
    if isinstance(source, Iterator):
        return not hasattr(source, ARROW_STREAM)  # a reader of batches iterates too
    return source is None or isinstance(source, type | str | bytes | Number | Mapping | list | tuple | range)


def contained(source: Any) -> Table | Cells | None:
    """Return a container as a table or an array.

    Parameters
    ----------
    source
        Anything.

    Returns
    -------
    Table, ndarray or None
        A table, for what `is_frame`, and for a series of pandas with its index; an array, for what `is_series` and
        for numpy's own; None for anything else, such as lists and generators.

    Raises
    ------
    StreamError
        If it cannot be read as what it looks like, or two columns have one name.
    """
    if isinstance(source, Table):
        return source
    if isinstance(source, np.ndarray):
        return cells_of(source) if source.dtype.names is None else _structured_table(source)
    if is_frame(source):
        return _frame_table(source)
    if not is_series(source):
        return None
    import narwhals as nw
    from narwhals import dependencies

    if dependencies.is_pandas_series(source):
        return _series_table(source)
    known = nw.from_native(source, allow_series=True, pass_through=True)
    is_run = isinstance(known, nw.Series) and known.dtype != nw.Struct
    to_arrow = not is_run and (hasattr(source, ARROW_STREAM) or hasattr(source, ARROW_ARRAY))
    return _of_arrow(known.to_arrow() if isinstance(known, nw.Series) else source) if to_arrow else cells_of(source)


def _structured_table(array: np.ndarray[Any, Any]) -> Table:
    """Return an array of records as a table, a column for each field."""
    return Table({name: array[name] for name in array.dtype.names or ()}, "numpy")


def _frame_table(frame: Any) -> Table:
    import narwhals as nw
    from narwhals import dependencies

    if dependencies.is_pandas_dataframe(frame):
        return _pandas_table(frame)
    if dependencies.is_pyarrow_table(frame):
        names = _all_different(frame.column_names)
        return Table({name: frame.column(at) for at, name in enumerate(names)}, "pyarrow")
    known = nw.from_native(frame, pass_through=True)
    if isinstance(known, nw.LazyFrame):
        known = known.collect()
    if isinstance(known, nw.DataFrame):
        if known.implementation.is_pandas_like():
            return _pandas_table(known.to_pandas())
        library = "polars" if known.implementation.is_polars() else "pyarrow"
        return Table({name: known[name] for name in known.columns}, library)
    if hasattr(frame, ARROW_STREAM):
        import pyarrow as pa

        return _frame_table(pa.table(frame))
    if hasattr(frame, "__dataframe__"):
        from pyarrow.interchange import from_dataframe

        return _frame_table(from_dataframe(frame))
    column_of: Callable[[Hashable], Any] = frame.__getitem__
    return Table({name: column_of(name) for name in _all_different(frame.columns)})


def _of_arrow(source: Any) -> Table | Cells:
    """Return what an object gives to Arrow: only then is it known whether that is a table or a run."""
    import pyarrow as pa

    array = pa.chunked_array(source if hasattr(source, ARROW_STREAM) else [pa.array(source)])
    if pa.types.is_struct(array.type):
        return _frame_table(pa.Table.from_struct_array(array))
    return cells_of(array)


def _pandas_table(frame: Any) -> Table:
    """Return a frame of pandas as a table, the levels of its index among the columns."""
    names = _all_different(frame.columns)
    columns = {name: frame.iloc[:, at] for at, name in enumerate(names)}
    return _with_index(columns, levels_of(frame.index, names))


def _series_table(series: Any) -> Table:
    """Return a series of pandas and its index as a table."""
    name = "value" if series.name is None else series.name
    return _with_index({name: series}, levels_of(series.index, [name]), series=name)


def _with_index(columns: dict[Hashable, Any], levels: list[Level], series: Hashable | None = None) -> Table:
    return Table(
        {level.name: level.labels for level in levels} | columns,
        "pandas",
        levels=[level.name for level in levels],
        dated=next((level.name for level in levels if level.is_dated), None),
        grouping=[level.name for level in levels if level.groups],
        series=series,
    )


def _all_different(columns: Iterable[Hashable]) -> list[Hashable]:
    names = list(columns)
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise StreamError(f"frame: several columns are called {listed(twice)}. Give each a name of its own.")
    return names


def groups_of(source: Any) -> dict[Hashable, Any] | None:
    """Return what ``frame.groupby`` gives as a mapping of names to frames; None for anything else.

    Raises
    ------
    StreamError
        If the groups come in no order, as those of polars do by default.
    """
    if not type(source).__name__.endswith("GroupBy") or not isinstance(source, Iterable):
        return None
    if getattr(source, "maintain_order", True) is False:
        raise StreamError(
            "streams: these groups come in another order each time. Give the frame itself, if the column is called "
            "'stream', or group_by(..., maintain_order=True)."
        )
    return {key[0] if isinstance(key, tuple) and len(key) == 1 else key: group for key, group in source}
