"""One pass over a file, whether its streams are held or left: what is where, what is wrong, in which order.

Reading eagerly and lazily is the same pass into another sink, so that both find the same and say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from pathlib import Path
from reprlib import repr as short_repr
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from midplot.core.frame_layout import TIME_NAMES, frame_layout, listed
from midplot.core.stored import FloatArray
from midplot.core.stream import Stream
from midplot.core.times import as_times, check_in_order
from midplot.data.cells import Clock, decimal_mark, ids_of, numbers
from midplot.data.tables import UNNAMED, Table
from midplot.errors import StreamError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Columns", "Held", "OrderCheck", "Sink", "columns_of", "finished_times", "sort_into"]

_NamePerRow = tuple[str, npt.NDArray[np.intp] | slice]

SHARED = "\0shared"
"""Under which a sink keeps the times that all streams of a wide file have in common."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a file are streams.

    Attributes
    ----------
    ids
        Says which stream a row belongs to; None where each column of values is a stream.
    values
        Those of values.
    time
        That of times, where there is one.
    """

    ids: str | None
    values: tuple[str, ...]
    time: str | None


class Sink(Protocol):
    """What streams are sorted into, piece by piece."""

    def know(self, names: Iterable[str]) -> None:
        """Give streams their positions, the next ones where they are new."""

    def count(self, name: str) -> int:
        """Return how many values a stream has by now."""

    def label(self, name: str) -> str:
        """How messages call the stream that has this name."""

    def add(self, name: str, values: FloatArray) -> None:
        """Add values to a stream, after those that it has."""

    def add_times(self, name: str, times: npt.NDArray[Any]) -> None:
        """Add times, datetime64[ns], after those that are there."""

    def drop_times(self, names: Iterable[str]) -> None:
        """Forget times, which were none after all."""

    def streams(self, *, by_name: bool = False) -> list[Stream]:
        """Return the streams, in order of first appearance or of their names."""


class Held:
    """Streams that are held in memory.

    Parameters
    ----------
    source
        The file, or folder, that is read: for messages.
    """

    def __init__(self, source: Path) -> None:
        self._source = source
        self._values: dict[str, list[FloatArray]] = {}
        self._counts: dict[str, int] = {}
        self._times: dict[str, list[npt.NDArray[Any]]] = {}

    def know(self, names: Iterable[str]) -> None:
        """Give streams their positions, the next ones where they are new."""
        for name in names:
            self._values.setdefault(name, [])
            self._counts.setdefault(name, 0)

    def count(self, name: str) -> int:
        """Return how many values a stream has by now."""
        return self._counts[name]

    def label(self, name: str) -> str:
        """How messages call the stream that has this name."""
        return f"stream {list(self._values).index(name)} {name!r}"

    def add(self, name: str, values: FloatArray) -> None:
        """Add values to a stream, after those that it has."""
        self.know([name])
        self._values[name].append(values)
        self._counts[name] += len(values)

    def add_times(self, name: str, times: npt.NDArray[Any]) -> None:
        """Add times, after those that are there."""
        self._times.setdefault(name, []).append(times)

    def drop_times(self, names: Iterable[str]) -> None:
        """Forget times, which were none after all."""
        for name in names:
            self._times.pop(name, None)

    def streams(self, *, by_name: bool = False) -> list[Stream]:
        """Return the streams, in order of first appearance or of their names."""
        shared = self._finished_times(SHARED)
        streams = []
        for number, name in enumerate(sorted(self._values) if by_name else list(self._values)):
            own = self._finished_times(name)
            values = np.concatenate(self._values.pop(name))
            streams.append(Stream(values, number, name, times=shared if own is None else own))
        return streams

    def _finished_times(self, name: str) -> npt.NDArray[np.datetime64] | None:
        pieces = self._times.pop(name, None)
        return None if pieces is None else finished_times(np.concatenate(pieces))


def finished_times(times: npt.NDArray[Any]) -> npt.NDArray[np.datetime64] | None:
    """Return times as a stream has them, in seconds where nothing finer is there; None where none is known."""
    return None if np.isnat(times).all() else as_times(times)


# The columns


def columns_of(
    table: Table, id_column: Hashable | None, value_column: Hashable | None, time_column: Hashable | None
) -> Columns:
    """Tell which columns of a file are streams; see `midplot.core.frame_layout`.

    Levels of an index count as columns, but a level is a stream only where it is asked for. One without a name that
    counts the rows is left out, and one that holds times is the time.

    Raises
    ------
    StreamError
        If a column that was named does not exist, there is no column of values, or a level of the index is text that
        may as well be ids.
    """
    named = [None if each is None else str(each) for each in (id_column, value_column, time_column)]
    with_name = [column for column in table.columns if not _has_no_name(column, table)]
    if not with_name:
        raise StreamError(f"{table.path}: there is an index and no column. Give a column of values.")
    layout = frame_layout(with_name, *named)
    values = tuple(str(column) for column in layout.values)
    ids = None if layout.ids is None else str(layout.ids)
    time = named[2] or _usual_time([c for c in table.columns if c not in (*values, ids)])
    if ids is None and named[1] is None:
        time = time or _usual_time(table.columns)
        values = tuple(column for column in values if column not in table.levels)
        if not values:
            raise StreamError(
                f"{table.path}: there is no column of values beside the index {listed(sorted(table.levels))}. Add one."
            )
    for level in sorted(table.levels - {ids, time, *values}):
        role = _role(table, level) if ids is None or time is None else "count"
        if role == "time" and time is None:
            time = level
        elif role == "text" and ids is None:
            raise StreamError(_may_be_ids(table, level))
    return Columns(ids, values, time)


def _has_no_name(column: str, table: Table) -> bool:
    return column in table.levels and (column == UNNAMED or column.startswith("__index_level_"))


def _usual_time(columns: Iterable[str]) -> str | None:
    by_name = {column.lower(): column for column in columns}
    return next((by_name[name] for name in TIME_NAMES if name in by_name), None)


def _role(table: Table, level: str) -> str:
    """Return what a level of an index is good for: ``count``, ``time`` or ``text``."""
    clock = Clock()
    for batch in table.batches([level]):
        if clock.read(batch.column(0)) is None:
            return "text"
        return "time" if clock.has_times else "count"
    return "count"


def _may_be_ids(table: Table, level: str) -> str:
    if level in table.levels and not _has_no_name(level, table):
        return (
            f"{table.path}: the index level {level!r} holds text, which may say what stream a row belongs to. "
            f"Give id_column={level!r} and a value_column, or leave the level out of the file."
        )
    where = "the first column" if level == UNNAMED else "the index"
    return (
        f"{table.path}: {where} has no name and holds text, which may say what stream a row belongs to. "
        "Name it, 'stream' if it does and 'time' if it holds times, or leave it out of the file."
    )


# The pass


class OrderCheck:
    """Looks whether the rows of each stream go back in time.

    Parameters
    ----------
    columns
        Of the file.
    """

    def __init__(self, columns: Columns) -> None:
        self._column = columns.time
        by = [name for name in (columns.ids, columns.time) if name is not None]
        self._sort_by = f"read the file into a frame, and write frame.sort_values({by!r}, kind='stable')"
        self._last: dict[str, tuple[int, Any]] = {}

    def __call__(self, name: str, first: int, cells: npt.NDArray[Any], label: Callable[[], str]) -> None:
        """Look at the next rows of a stream.

        Parameters
        ----------
        name
            Of the stream.
        first
            The tick of the first of them.
        cells
            Their times.
        label
            Gives what messages call the stream.
        """
        is_time = cells.dtype.kind == "M"
        ticks = np.arange(first, first + len(cells), dtype=np.int64)
        last = self._last.get(name)
        if last is not None and np.asarray(last[1]).dtype.kind == cells.dtype.kind:
            cells = np.concatenate([np.array([last[1]]), cells])
            ticks = np.concatenate([np.array([last[0]]), ticks])
        known = ~(np.isnat(cells) if is_time else np.isnan(cells))
        present = cells if known.all() else cells[known]
        if (present[1:] < present[:-1]).any():
            check_in_order(cells, label(), self._column, self._sort_by, ticks)
        if len(present):
            at = int(np.flatnonzero(known)[-1])
            self._last[name] = int(ticks[at]), cells[at]


def sort_into(
    sink: Sink, table: Table, columns: Columns, *, name: str | None = None, clock: Clock | None = None
) -> int:
    """Sort the streams of a file into a sink.

    Parameters
    ----------
    sink
        Where to.
    table
        The file.
    columns
        Which of its columns are streams.
    name
        Of the stream, where the file is a recording of one.
    clock
        What reads the times, where those of several files belong together.

    Returns
    -------
    int
        The number of rows.

    Raises
    ------
    StreamError
        For the first row in which something is wrong.
    """
    one_pass = _Pass(sink, table, columns, name, Clock() if clock is None else clock)
    wanted = [column for column in (columns.ids, *columns.values, columns.time) if column is not None]
    texts = [column for column in (columns.ids, columns.time) if column is not None]
    for batch in table.batches(list(dict.fromkeys(wanted)), texts):
        one_pass.take(batch)
    if name is None and not one_pass.clock.has_times:  # of recordings, those that follow may have them
        sink.drop_times(one_pass.timed)
    return one_pass.n_rows


class _Pass:
    """Where a pass over a file is."""

    def __init__(self, sink: Sink, table: Table, columns: Columns, name: str | None, clock: Clock) -> None:
        self.sink, self.table, self.columns, self.clock = sink, table, columns, clock
        self.n_rows = 0
        self.timed: set[str] = set()
        self._name = name
        self._in_order = OrderCheck(columns)
        self._decimal = table.decimal

    def take(self, batch: pa.RecordBatch) -> None:
        """Sort the next rows."""
        if self._decimal is None:
            self._decimal = self._recognised(batch)
        times = None if self.columns.time is None else self.clock.read(batch.column(self.columns.time))
        if self.columns.ids is None:
            self._take_wide(batch, times)
        else:
            self._take_long(batch, self.columns.ids, times)
        self.n_rows += batch.num_rows

    def _take_wide(self, batch: pa.RecordBatch, times: npt.NDArray[Any] | None) -> None:
        """Add a batch in which each column is a stream."""
        names = [self._name or column for column in self.columns.values]
        self.sink.know(names)
        first = self.n_rows
        for column in self.columns.values:
            where = f"stream 0 {column!r}" if self._name is not None else self.sink.label(column)
            values, bad_row, cell = numbers(batch.column(column), self._decimal)
            if bad_row is not None:
                raise self._not_a_number(column, cell, f"{where}, tick {first + bad_row}", first + bad_row)
            if times is not None and column == self.columns.values[0]:
                self._in_order("", first, times, lambda where=where: where)  # type: ignore[misc]
            self.sink.add(self._name or column, values)
        if times is not None:
            self._add_times(self._name or SHARED, times)

    def _take_long(self, batch: pa.RecordBatch, id_column: str, times: npt.NDArray[Any] | None) -> None:
        """Add a batch in which a row has the id of its stream."""
        (names, codes), missing = ids_of(batch.column(id_column))
        if missing is not None:
            raise StreamError(
                f"{self.table.path}, {self.table.place(self.n_rows + missing)}: the id in column {id_column!r} is "
                "missing. Give each value the id of its stream."
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
        """Recognise the decimal mark of text by the first rows; a file of numbers has none."""
        from midplot.data.tables import CsvTable

        if not isinstance(self.table, CsvTable):
            return None
        mark = decimal_mark([batch.column(column) for column in self.columns.values])
        if mark is None:
            raise StreamError(
                f"{self.table.path}: numbers are written with a comma that may be the decimal mark, or stand between "
                "thousands. Give decimal=',', or write them without a mark between thousands."
            )
        return mark

    def _not_a_number(self, column: str, cell: Any, where: str, row: int) -> StreamError:
        hint = ""
        if isinstance(cell, str) and self.table.decimal is None and "," in cell and self._decimal == ".":
            hint = " If a comma is the decimal mark, give decimal=','; between thousands, leave it out."
        elif self.columns.ids is None and self._name is None and len(self.table.columns) > 1:
            hint = f" If the file is long, name its id_column and value_column among {listed(self.table.columns)}."
        return StreamError(
            f"{where}: column {column!r} holds {short_repr(cell)}, which is not a number. "
            f"Put a number there ({self.table.place(row)}), nothing where there is a gap, or leave the column out.{hint}"
        )


def _rows_of(codes: npt.NDArray[np.intp], n_names: int) -> list[Any]:
    """Return the rows of each name, ascending; as slices where they lie together."""
    if n_names == 1:
        return [slice(None)]
    ends = np.cumsum(np.bincount(codes, minlength=n_names))
    if (codes[1:] >= codes[:-1]).all():
        return [slice(start, stop) for start, stop in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)]
    small = codes.astype(np.uint16) if n_names <= 1 << 16 else codes  # a radix sort, ten times as fast
    return np.split(np.argsort(small, kind="stable"), ends[:-1])
