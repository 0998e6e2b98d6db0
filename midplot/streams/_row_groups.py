"""Streams that stay in a parquet file: each is a run of its rows, found by reading the ids once.

A row group is the least that can be read of a parquet file, so what this needs in memory is the stream in hand and one
row group. A file whose streams are mixed, or that is one large row group, is for `midplot.streams._spool`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from midplot.streams._file_stamp import FileStamp
from midplot.streams._frame_layout import FrameLayout
from midplot.streams._stored import FloatArray, StoredValues
from midplot.streams._stream import Stream, checked_values
from midplot.streams._tables import reading

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = ["ParquetValues", "parquet_streams"]

LARGEST_GROUP = 1 << 22
"""Rows of a row group, beyond which many streams in it would each cost too much to read."""

BATCH = 1 << 20
"""How many ids are looked at together."""

_Runs = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class ParquetValues(StoredValues):
    """A run of rows of one column of a parquet file.

    Attributes
    ----------
    file
        As it was when the stream was found.
    column
        Holds the values.
    start, stop
        The rows, half-open.
    label
        How messages call the stream.
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
        """Return what a row group holds of the stream; one that others have a share in is kept for them."""
        if self.start <= first and last <= self.stop:
            return _floats(opened.read_row_group(number, [self.column], use_threads=False))
        return _group(self.file, self.column, number)[max(self.start - first, 0) : self.stop - first]


def parquet_streams(path: Path, layout: FrameLayout) -> list[Stream] | None:
    """List the streams of a parquet file without reading their values.

    Parameters
    ----------
    path
        The file.
    layout
        Which of its columns are streams.

    Returns
    -------
    list of Stream or None
        In order of first appearance. None where the streams are no runs of rows, or something in the file takes
        a closer look.
    """
    stamp = FileStamp.of(path)
    with reading(path), _opened(path) as file:
        if not all(map(_is_plain, (file.schema_arrow.field(column).type for column in layout.values))):
            return None
        if layout.ids is None:
            whole = (0, file.metadata.num_rows)
            return [_stream(stamp, str(c), *whole, i, str(c)) for i, c in enumerate(layout.values)]
        sizes = [last - first for _, first, last in _bounds(file)]
        runs = _runs(file, str(layout.ids)) if max(sizes, default=0) <= LARGEST_GROUP else None
    if runs is None:
        return None
    (column,) = layout.values
    return [_stream(stamp, str(column), *rows, i, name) for i, (name, rows) in enumerate(runs.items())]


def _stream(stamp: FileStamp, column: str, start: int, stop: int, number: int, name: str) -> Stream:
    stored = ParquetValues(stamp, column, start, stop, f"stream {name!r}")
    return Stream(stored, number, name)


def _opened(path: Path) -> pq.ParquetFile:
    import pyarrow.parquet as pq

    return pq.ParquetFile(path)


def _bounds(file: pq.ParquetFile) -> Iterator[tuple[int, int, int]]:
    """Give the number of each row group, its first row, and the row after its last."""
    first = 0
    for number in range(file.metadata.num_row_groups):
        last = first + file.metadata.row_group(number).num_rows
        yield number, first, last
        first = last


@lru_cache(maxsize=2)
def _group(file: FileStamp, column: str, number: int) -> FloatArray:
    """Read a column of one row group that several streams share; the last two are kept, for those that follow."""
    with _opened(file.path) as opened:
        return _floats(opened.read_row_group(number, columns=[column], use_threads=False))


def _floats(table: pa.Table) -> FloatArray:
    import pyarrow as pa

    values: FloatArray = table.column(0).cast(pa.float64(), safe=False).to_numpy()
    return values


def _is_plain(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _runs(file: pq.ParquetFile, id_column: str) -> _Runs | None:
    """Return the rows of each stream, or None where one has several runs or an id is not plain."""
    runs: _Runs = {}
    current, first = None, 0
    for batch in file.iter_batches(BATCH, columns=[id_column], use_threads=False):
        names = _names(batch.column(0))
        if names is None:
            return None
        for name, length in names:
            if name != current and name in runs:
                return None
            start, _ = runs.get(name, (first, first))
            first += length
            runs[name] = (start, first)
            current = name
    return runs


def _names(ids: Any) -> list[tuple[str, int]] | None:
    """Return the runs of one id after the other, each with its length; None where an id is no text or whole number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(ids.type):
        ids = ids.dictionary_decode()
    kind = ids.type
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    if ids.null_count or not len(ids) or not (text or pa.types.is_integer(kind)):
        return None
    runs = pc.run_end_encode(ids)
    lengths = np.diff(runs.run_ends.to_numpy(), prepend=0)
    return list(zip(map(str, runs.values.to_pylist()), lengths.tolist(), strict=True))
