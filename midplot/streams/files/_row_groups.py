"""Streams that stay in a parquet file: each is a run of consecutive rows, found by reading the ids once.

A row group is the smallest piece of a parquet file that can be read, so the memory needed is one stream and one row group.
A file whose streams are mixed, or that is one large row group, is left to `midplot.streams.files._spool`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from midplot.streams._stored import FloatArray, StoredTimes, StoredValues
from midplot.streams._stream import Stream, checked_values
from midplot.streams.files._cells import Clock, ids_of, is_plain, is_text
from midplot.streams.files._columns import Columns
from midplot.streams.files._sinks import finished_times
from midplot.streams.files._sorting import OrderCheck
from midplot.streams.files._stamp import FileStamp
from midplot.streams.files._tables import ParquetTable, reading

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = ["ParquetTimes", "ParquetValues", "parquet_streams"]

LARGEST_GROUP = 1 << 22
"""Largest row group, in rows, that is read again for each of its streams: 32 MiB of values."""

_Runs = dict[str, tuple[int, int]]
"""The half-open rows of each stream, by its name."""


@dataclass(frozen=True, slots=True)
class ParquetValues(StoredValues):
    """A run of rows of one column of a parquet file.

    Attributes
    ----------
    file
        The file, in its state when the stream was found.
    column
        The column of the values.
    start, stop
        Half-open bounds of the rows.
    label
        The name of the stream in messages.
    """

    file: FileStamp
    column: str
    start: int
    stop: int
    label: str

    def __len__(self) -> int:
        return self.stop - self.start

    @property
    def place(self) -> str:
        """The name of the file."""
        return self.file.path.name

    def load(self) -> FloatArray:
        """Read the row groups that hold the stream.

        Raises
        ------
        StreamError
            If the file is gone or has changed, or a value is infinite.
        """
        self.file.check()
        with reading(self.file.path), _opened(self.file.path) as opened:
            pieces = [
                self._piece(opened, number, first, last)
                for number, first, last in _bounds(opened)
                if first < self.stop and self.start < last
            ]
        return checked_values(np.concatenate(pieces), self.label)

    def _piece(self, opened: pq.ParquetFile, number: int, first: int, last: int) -> FloatArray:
        """Return the values of the stream in one row group; a group shared with other streams is kept for them."""
        if self.start <= first and last <= self.stop:
            return _floats(opened.read_row_group(number, [self.column], use_threads=False))
        return _group(self.file, self.column, number)[max(self.start - first, 0) : self.stop - first]


@dataclass(frozen=True, slots=True)
class ParquetTimes(StoredTimes):
    """The times of a run of rows of a parquet file.

    Attributes
    ----------
    file
        The file, in its state when the stream was found.
    column
        The column of the times.
    start, stop
        Half-open bounds of the rows.
    order
        The order of the parts of dates such as ``02/01/2024``, as inferred from the whole file.
    """

    file: FileStamp
    column: str
    start: int
    stop: int
    order: str | None

    def __len__(self) -> int:
        return self.stop - self.start

    @property
    def place(self) -> str:
        """The name of the file."""
        return self.file.path.name

    def load(self) -> npt.NDArray[Any]:
        """Read the row groups that hold the stream.

        Raises
        ------
        StreamError
            If the file is gone or has changed.
        """
        self.file.check()
        clock = Clock(self.order)
        pieces = []
        with reading(self.file.path), _opened(self.file.path) as opened:
            for number, first, last in _bounds(opened):
                if first < self.stop and self.start < last:
                    column = opened.read_row_group(number, [self.column], use_threads=False).column(0)
                    inside = column.slice(max(self.start - first, 0), self.stop - max(self.start, first))
                    pieces += [clock.read(chunk) for chunk in inside.chunks if len(chunk)]
        times = finished_times(np.concatenate([piece for piece in pieces if piece is not None]))
        return np.full(len(self), np.datetime64("NaT", "s")) if times is None else times


def parquet_streams(table: ParquetTable, columns: Columns, *, by_name: bool) -> list[Stream] | None:
    """List the streams of a parquet file without reading their values.

    Parameters
    ----------
    table
        The file.
    columns
        Which of its columns are streams.
    by_name
        Whether the streams are ordered by name; otherwise by first appearance.

    Returns
    -------
    list of Stream or None
        None if the rows of a stream are not consecutive, or something in the file needs a closer look.

    Raises
    ------
    StreamError
        If the rows of a stream go back in time.
    """
    stamp = FileStamp.of(table.path)
    with reading(table.path), _opened(table.path) as file:
        n_rows = file.metadata.num_rows
        kinds = {name: file.schema_arrow.field(name).type for name in (*columns.values, columns.ids) if name}
        largest = max((last - first for _, first, last in _bounds(file)), default=0)
    if not n_rows or not all(is_plain(kinds[column]) for column in columns.values):
        return None
    if columns.ids is not None and not (largest <= LARGEST_GROUP and _is_name(kinds[columns.ids])):
        return None
    scan = _Scan(columns, table)
    for batch in table.batches(*scan.columns):
        if not scan.take(batch):
            return None
    runs = scan.runs
    if columns.ids is None:
        runs = dict.fromkeys(columns.values, (0, n_rows))
    streams = []
    for number, name in enumerate(sorted(runs) if by_name else runs):
        column = columns.values[0] if columns.ids is not None else name
        stored = ParquetValues(stamp, column, *runs[name], f"{table.path}: stream {number} {name!r}")
        times = None
        if columns.time is not None and name in scan.timed:
            times = ParquetTimes(stamp, columns.time, *runs[name], scan.clock.order)
        streams.append(Stream(stored, number, name, times=times))
    return streams


class _Scan:
    """Finds the rows of each stream, and checks that they do not go back in time."""

    def __init__(self, columns: Columns, table: ParquetTable) -> None:
        self.clock = Clock()
        self.runs: _Runs = {}
        self._ids, self._time, self._values = columns.ids, columns.time, columns.values
        self._timed: set[str] = set()
        self._in_order = OrderCheck(columns, self.clock, table)
        self._spelled: dict[str, str] = {}
        self._current: str | None = None
        self._row = 0

    @property
    def columns(self) -> tuple[list[str], list[str]]:
        """The columns to read, the ids and the times, and those of them whose text is often repeated: both."""
        wanted = [column for column in (self._ids, self._time) if column is not None]
        return wanted, wanted

    @property
    def timed(self) -> set[str]:
        """The names of the streams that have times."""
        return self._timed if self.clock.has_times else set()

    def take(self, batch: pa.RecordBatch) -> bool:
        """Look at the next rows; return False if a stream is not one run of rows, an id is missing or a time is none."""
        times = None if self._time is None else self.clock.read(batch.column(self._time))
        if self.clock.bad is not None:
            return False
        if self._ids is None:
            self._take_times(self._values[0], self._row, times, self._values)
            self._row += batch.num_rows
            return True
        (names, codes), missing = ids_of(batch.column(self._ids), self._spelled)
        changes = np.flatnonzero(np.diff(codes))
        # Each name begins one run, unless one of them begins again.
        if missing is not None or len(changes) != len(names) - 1:
            return False
        bounds = [0, *(changes + 1).tolist(), len(codes)]
        starts = [self._row + bound for bound in bounds]
        # Only the rows that come first can go on with the last run of the batch before: after another name, it would
        # take in the rows of that one.
        begun = names[1:] if names[:1] == [self._current] else names
        if any(name in self.runs for name in begun):
            return False
        pieces = list(zip(names, starts[:-1], starts[1:], strict=True))
        before = {name: self.runs.get(name, (start, start)) for name, start, _ in pieces}
        for name, _, stop in pieces:
            self.runs[name] = (before[name][0], stop)
        for name, start, stop in pieces:
            own = None if times is None else times[start - self._row : stop - self._row]
            self._take_times(name, start - before[name][0], own, (name,))
        self._current = names[-1]
        self._row += len(codes)
        return True

    def _take_times(self, name: str, tick: int, times: npt.NDArray[Any] | None, streams: tuple[str, ...]) -> None:
        if times is None:
            return
        number = list(self.runs).index(name) if self._ids is not None else 0
        self._in_order(name, tick, times, lambda: f"stream {number} {name!r}")
        if times.dtype.kind == "M" and not np.isnat(times).all():
            self._timed.update(streams)


def _is_name(kind: pa.DataType) -> bool:
    """Tell whether an Arrow type is text or whole numbers, which become the same names in every reader."""
    import pyarrow as pa

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(is_text(kind) or pa.types.is_integer(kind))


def _opened(path: Path) -> pq.ParquetFile:
    import pyarrow.parquet as pq

    return pq.ParquetFile(path)


def _bounds(file: pq.ParquetFile) -> Iterator[tuple[int, int, int]]:
    """Yield the number of each row group, its first row, and the row after its last."""
    first = 0
    for number in range(file.metadata.num_row_groups):
        last = first + file.metadata.row_group(number).num_rows
        yield number, first, last
        first = last


# Two, since a stream may begin in one shared group and end in another.
@lru_cache(maxsize=2)
def _group(file: FileStamp, column: str, number: int) -> FloatArray:
    """Read one column of a row group that several streams share; the last two groups are kept in memory."""
    with _opened(file.path) as opened:
        return _floats(opened.read_row_group(number, columns=[column], use_threads=False))


def _floats(table: pa.Table) -> FloatArray:
    import pyarrow as pa

    values: FloatArray = table.column(0).cast(pa.float64(), safe=False).to_numpy()
    return values
