"""What kind of container an object is: a table with named columns, one array, groups, or none of these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from numbers import Number
from typing import Any, Protocol, runtime_checkable

import numpy as np

from midplot._text import normal_form
from midplot.errors import StreamError
from midplot.streams._cells import Cells, cells_of
from midplot.streams._frame_layout import listed
from midplot.streams._index_levels import Level, levels_of

__all__ = ["Frame", "Table", "contained", "groups_of", "is_frame", "is_series"]

ARROW_STREAM = "__arrow_c_stream__"
ARROW_ARRAY = "__arrow_c_array__"

ARRAYS = ("__array__", ARROW_STREAM, ARROW_ARRAY, "to_numpy")
"""Attributes of objects that convert to an array or an Arrow table; Python's own sequences have none of them."""


@runtime_checkable
class Frame(Protocol):
    """The least that counts as a frame: column names, and columns that convert to numpy arrays."""

    @property
    def columns(self) -> Any:
        """The names of the columns, in order."""

    def __getitem__(self, key: Any, /) -> Any: ...


class Table:
    """A frame of any library, or a pandas series with its index, as columns by name.

    Parameters
    ----------
    columns
        The columns by name, in the types of their own library and all of the same length.
    library
        The library of the frame: ``pandas``, ``polars``, ``pyarrow`` or another.
    levels
        The columns that are levels of an index: they may hold the ids or the times of the rows, never prices.
    dated
        The level that holds dates, whatever its name.
    grouping
        The levels that may hold ids of streams, whatever their names.
    series
        The column that holds the values, if the table is a series with its index.
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
        # Kept: the layout, the order of the rows and the values each look at it, and converting text is slow.
        if column not in self._read:
            self._read[column] = cells_of(self._columns[column])
        return self._read[column]

    def sorted_by(self, *columns: Hashable, key: str = "") -> str:
        """Return the expression with which a user can sort the rows.

        Parameters
        ----------
        columns
            The columns of ids, if there is one, and of times.
        key
            The function of pandas by which the times have to be sorted, as code; see `sort_key`.
        """
        time = columns[-1]
        if self.library == "pandas":
            if self.series is not None or self.levels.issuperset(columns):
                by_key = f"level={self._level(time)!r}, key={key}, kind='stable'" if key else ""
                return f"{'frame' if self.series is None else 'series'}.sort_index({by_key})"
            # By the times alone: the key would be applied to the ids as well.
            return f"frame.sort_values({[time]!r}, key={key}, kind='stable')" if key else _by_values(columns)
        if self.library == "polars":
            if key:
                return f"frame[({key})(pd.Series(frame[{time!r}].to_list())).argsort(kind='stable').to_numpy()]"
            return f"frame.sort({', '.join(map(repr, columns))}, maintain_order=True)"
        if self.library == "pyarrow":
            if key:
                return f"table.take(({key})(pd.Series(table[{time!r}].to_pylist())).argsort(kind='stable').to_numpy())"
            return f"table.sort_by({[(column, 'ascending') for column in columns]!r})"
        return f"by {' and '.join(map(repr, columns))}"

    def _level(self, column: Hashable) -> int:
        return [each for each in self.columns if each in self.levels].index(column)


def _by_values(columns: Sequence[Hashable]) -> str:
    return f"frame.sort_values({list(columns)!r}, kind='stable')"


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
    # Libraries that narwhals knows come first: merely looking at the columns of a lazy frame makes polars warn.
    return _is_known(source) or isinstance(source, Frame) or hasattr(source, "__dataframe__")


def _is_known(source: object) -> bool:
    """Tell whether an object is a frame of a library that narwhals knows."""
    import narwhals as nw
    from narwhals import dependencies

    if dependencies.is_pandas_dataframe(source) or dependencies.is_pyarrow_table(source):
        return True  # even with two columns of the same name, which narwhals refuses
    return isinstance(nw.from_native(source, allow_series=True, pass_through=True), nw.DataFrame | nw.LazyFrame)


def is_series(source: object) -> bool:
    """Tell whether an object converts to one array: a series, an Arrow array, a tensor, but not a numpy array itself.

    Examples
    --------
    >>> is_series([1.0, 2.0])
    False
    """
    if _is_plain(source) or isinstance(source, np.ndarray) or is_frame(source):
        return False
    return isinstance(source, memoryview) or any(hasattr(source, name) for name in ARRAYS)


def _is_plain(source: object) -> bool:
    """Tell whether an object cannot be a frame or an array, without importing other libraries."""
    if isinstance(source, Iterator):
        return not hasattr(source, ARROW_STREAM)  # an Arrow reader of batches is an iterator too
    return source is None or isinstance(source, type | str | bytes | Number | Mapping | list | tuple | range)


def contained(source: Any) -> Table | Cells | None:
    """Return a container as a table or an array.

    Parameters
    ----------
    source
        Any object.

    Returns
    -------
    Table, ndarray or None
        A table for frames (`is_frame`) and for a pandas series with its index; an array for other series (`is_series`)
        and numpy arrays; None for anything else, such as lists and generators.

    Raises
    ------
    StreamError
        If it cannot be read as what it looks like, or two columns have the same name.
    """
    if isinstance(source, Table):
        return source
    if isinstance(source, np.ndarray):
        names = source.dtype.names
        return cells_of(source) if names is None else Table({name: source[name] for name in names}, "numpy")
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
    """Return what an object exports to Arrow: only then is it known whether that is a table or an array."""
    import pyarrow as pa

    array = pa.chunked_array(source if hasattr(source, ARROW_STREAM) else [pa.array(source)])
    if pa.types.is_struct(array.type):
        return _frame_table(pa.Table.from_struct_array(array))
    return cells_of(array)


def _pandas_table(frame: Any) -> Table:
    """Return a pandas frame as a table, with the levels of its index among the columns."""
    names = _all_different(frame.columns)
    # By position: frame[name] takes a tuple for a path through several levels of columns.
    columns = {name: frame.iloc[:, at] for at, name in enumerate(names)}
    return _with_index(columns, levels_of(frame.index, names))


def _series_table(series: Any) -> Table:
    """Return a pandas series and its index as a table."""
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
    counts = Counter(map(normal_form, names))
    twice = [name for name in dict.fromkeys(names) if counts[normal_form(name)] > 1]
    if twice:
        raise StreamError(
            f"several columns are called {listed(twice)}",
            where="frame",
            advice="Give each a name of its own.",
        )
    return names


def groups_of(source: Any) -> dict[Hashable, Any] | None:
    """Return the result of ``frame.groupby`` as a mapping of names to frames; None for anything else.

    Raises
    ------
    StreamError
        If the groups have no fixed order, which is polars' default.
    """
    # By the name of the type: pandas, polars and others each have several classes of the kind, and no common base.
    if not type(source).__name__.endswith("GroupBy") or not isinstance(source, Iterable):
        return None
    if getattr(source, "maintain_order", True) is False:
        raise StreamError(
            "these groups come in a different order each time",
            where="streams",
            advice="Give the frame itself, if the column is called 'stream', or group_by(..., maintain_order=True).",
        )
    # Grouping by a list of one column gives keys that are tuples of one.
    return {key[0] if isinstance(key, tuple) and len(key) == 1 else key: group for key, group in source}
