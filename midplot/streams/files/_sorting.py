"""One pass over a file that sorts its rows into streams and reports the first thing that is wrong.

Eager and lazy reading are the same pass into different sinks, so that both give the same streams and the same errors.
"""

from __future__ import annotations

from collections.abc import Callable
from reprlib import repr as short_repr
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from midplot.errors import StreamError
from midplot.streams._frame_layout import has_date_beside, listed
from midplot.streams._time_order import check_in_order, no_time, steps_back
from midplot.streams._time_text import TIMES_OF_DAY
from midplot.streams.files._cells import Clock, decimal_mark, ids_of, numbers
from midplot.streams.files._columns import Columns
from midplot.streams.files._sinks import SHARED, Sink
from midplot.streams.files._tables import UNNAMED, CsvTable, Table

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["OrderCheck", "sort_into"]


class OrderCheck:
    """Checks, piece by piece, that the rows of each stream do not go back in time.

    Parameters
    ----------
    columns
        Which columns of the file are streams, ids and times.
    clock
        The clock that reads the times.
    table
        The file.
    """

    def __init__(self, columns: Columns, clock: Clock, table: Table) -> None:
        self._column = columns.time
        self._columns, self._clock, self._table = columns, clock, table
        self._last: dict[str, tuple[int, Any]] = {}  # tick and time of the last row of each stream

    def __call__(self, name: str, first: int, cells: npt.NDArray[Any], label: Callable[[], str]) -> None:
        """Check the next rows of a stream.

        Parameters
        ----------
        name
            The name of the stream.
        first
            The tick of the first of the rows.
        cells
            The times of the rows.
        label
            Returns the name of the stream in messages; a function, since it takes a search and is rarely needed.

        Raises
        ------
        StreamError
            If a time is earlier than the one before it.
        """
        if cells.dtype == TIMES_OF_DAY and has_date_beside(self._table.columns, self._column):
            return
        ticks = np.arange(first, first + len(cells), dtype=np.int64)
        last = self._last.get(name)
        if last is not None:
            before, cells = _alike(np.array([last[1]]), cells)
            cells = np.concatenate([before, cells])
            ticks = np.concatenate([np.array([last[0]]), ticks])
        known = ~(np.isnat(cells) if cells.dtype.kind in "mM" else np.isnan(cells))
        present = cells if known.all() else cells[known]
        if len(steps_back(present)):
            check_in_order(cells, label(), self._column, self._sort_by, ticks)
        if len(present):
            at = int(np.flatnonzero(known)[-1])
            self._last[name] = int(ticks[at]), cells[at]

    def _sort_by(self) -> str:
        """Return the code with which a user can sort the rows once pandas has read the file."""
        is_csv = isinstance(self._table, CsvTable)
        key = self._clock.sort_key(numbers_are_text=not is_csv)
        code = _sorted_frame(self._columns, key, levels=frozenset() if is_csv else self._table.levels)
        return f"read the file into a frame, and write {code}"


def _sorted_frame(columns: Columns, key: str, levels: frozenset[str]) -> str:
    by_key = f"key={key}, " if key else ""
    # pandas makes a level without a name the index of the frame again, which has no name to sort by.
    if columns.time in levels and str(columns.time).startswith("__index_level_"):
        return f"frame.sort_index({by_key}kind='stable')"
    time = "Unnamed: 0" if columns.time == UNNAMED else columns.time
    # With a key by the times alone: it would be applied to the ids as well.
    by = [name for name in (None if key else columns.ids, time) if name is not None]
    return f"frame.sort_values({by!r}, {by_key}kind='stable')"


def _alike(last: npt.NDArray[Any], cells: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return two pieces of one column as the same type: whole numbers may be followed by fractions, or by gaps."""
    if last.dtype.kind == cells.dtype.kind:
        return last, cells
    return tuple(_floats(piece) for piece in (last, cells))  # type: ignore[return-value]


def _floats(cells: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if cells.dtype.kind == "f":
        return cells
    return np.where(np.isnat(cells), np.nan, cells.astype(np.int64))


def sort_into(
    sink: Sink, table: Table, columns: Columns, *, name: str | None = None, clock: Clock | None = None
) -> int:
    """Sort the streams of a file into a sink.

    Parameters
    ----------
    sink
        The sink to sort into.
    table
        The file.
    columns
        Which of its columns are streams.
    name
        The name of the stream, if the file is a recording of a single one.
    clock
        The clock that reads the times, if several files share one.

    Returns
    -------
    int
        The number of rows.

    Raises
    ------
    StreamError
        If something is wrong; the error names the first row where it is.
    """
    one_pass = _Pass(sink, table, columns, name, Clock() if clock is None else clock)
    wanted = [column for column in (columns.ids, *columns.values, columns.time) if column is not None]
    texts = [column for column in (columns.ids, columns.time) if column is not None]
    for batch in table.batches(list(dict.fromkeys(wanted)), texts):
        one_pass.take(batch)
    # A recording is one of several files with a common clock; whoever sorts them decides at the end.
    if name is None and not one_pass.clock.has_times:
        sink.drop_times(one_pass.timed)
    return one_pass.n_rows


class _Pass:
    """The state of a pass over a file."""

    def __init__(self, sink: Sink, table: Table, columns: Columns, name: str | None, clock: Clock) -> None:
        self.sink, self.table, self.columns, self.clock = sink, table, columns, clock
        self.n_rows = 0
        self.timed: set[str] = set()
        self._name = name
        self._in_order = OrderCheck(columns, clock, table)
        self._spelled: dict[str, str] = {}
        self._decimal = table.decimal

    def take(self, batch: pa.RecordBatch) -> None:
        """Sort the next rows."""
        if self._decimal is None:
            self._decimal = self._recognised(batch)
        times = None if self.columns.time is None else self.clock.read(batch.column(self.columns.time))
        if self.clock.bad is not None:
            row, cell = self.clock.bad
            raise no_time(self.columns.time, cell, f"{self.table.path}, {self.table.place(self.n_rows + row)}")
        if self.columns.ids is None:
            self._take_wide(batch, times)
        else:
            self._take_long(batch, self.columns.ids, times)
        self.n_rows += batch.num_rows

    def _take_wide(self, batch: pa.RecordBatch, times: npt.NDArray[Any] | None) -> None:
        """Add a batch of rows in which each column is a stream."""
        names = [self._name or column for column in self.columns.values]
        self.sink.know(names)
        first = self.n_rows
        for column in self.columns.values:
            where = f"stream 0 {column!r}" if self._name is not None else self.sink.label(column)
            values, bad_row, cell = numbers(batch.column(column), self._decimal)
            if bad_row is not None:
                raise self._not_a_number(column, cell, f"{where}, tick {first + bad_row}", first + bad_row)
            if times is not None and column == self.columns.values[0]:  # all columns share the times
                self._in_order("", first, times, lambda where=where: where)  # type: ignore[misc]
            self.sink.add(self._name or column, values)
        if times is not None:
            self._add_times(self._name or SHARED, times)

    def _take_long(self, batch: pa.RecordBatch, id_column: str, times: npt.NDArray[Any] | None) -> None:
        """Add a batch of rows that each have the id of their stream."""
        (names, codes), missing = ids_of(batch.column(id_column), self._spelled)
        if missing is not None:
            raise StreamError(
                f"the id in column {id_column!r} is missing",
                where=f"{self.table.path}, {self.table.place(self.n_rows + missing)}",
                advice="Give each value the id of its stream.",
            )
        self.sink.know(names)
        (column,) = self.columns.values
        values, bad_row, cell = numbers(batch.column(column), self._decimal)
        if bad_row is not None:
            name = names[codes[bad_row]]
            tick = self.sink.count(name) + int(np.count_nonzero(codes[:bad_row] == codes[bad_row]))
            raise self._not_a_number(column, cell, f"{self.sink.label(name)}, tick {tick}", self.n_rows + bad_row)
        for place, rows in enumerate(_rows_of(codes, len(names))):
            name = names[place]
            if times is not None:
                self._in_order(name, self.sink.count(name), times[rows], lambda name=name: self.sink.label(name))  # type: ignore[misc]
                self._add_times(name, times[rows])
            self.sink.add(name, values[rows])

    def _add_times(self, name: str, times: npt.NDArray[Any]) -> None:
        if times.dtype.kind == "M":
            self.timed.add(name)
            self.sink.add_times(name, times)

    def _recognised(self, batch: pa.RecordBatch) -> str | None:
        """Recognise the decimal mark from the first rows; None for a file that stores numbers as numbers."""
        if not isinstance(self.table, CsvTable):
            return None
        mark = decimal_mark([batch.column(column) for column in self.columns.values])
        if mark is None:
            raise StreamError(
                "numbers are written with a comma that may be the decimal mark, or stand between thousands",
                where=self.table.path,
                advice="Give decimal=',', or write them without a mark between thousands.",
            )
        return mark

    def _not_a_number(self, column: str, cell: Any, where: str, row: int) -> StreamError:
        hint = ""
        if isinstance(cell, str) and self.table.decimal is None and "," in cell and self._decimal == ".":
            hint = " If a comma is the decimal mark, give decimal=','; between thousands, leave it out."
        elif self.columns.ids is None and self._name is None and len(self.table.columns) > 1:
            hint = f" If the file is long, name its id_column and value_column among {listed(self.table.columns)}."
        return StreamError(
            f"column {column!r} holds {short_repr(cell)}, which is not a number",
            where=where,
            advice=f"Put a number there ({self.table.place(row)}), nothing where there is a gap, or leave the "
            f"column out.{hint}",
        )


def _rows_of(codes: npt.NDArray[np.intp], n_names: int) -> list[Any]:
    """Return the rows of each name, ascending; as slices if they are consecutive, since a slice copies nothing."""
    if n_names == 1:
        return [slice(None)]
    ends = np.cumsum(np.bincount(codes, minlength=n_names))
    if (codes[1:] >= codes[:-1]).all():
        return [slice(start, stop) for start, stop in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)]
    small = codes.astype(np.uint16) if n_names <= 1 << 16 else codes  # a radix sort, ten times as fast
    return np.split(np.argsort(small, kind="stable"), ends[:-1])
