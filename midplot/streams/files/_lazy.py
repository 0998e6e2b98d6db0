"""Which files are large, and how the streams of a file are read into memory or left where they are."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from midplot.errors import StreamError
from midplot.streams._frame_layout import listed
from midplot.streams._stream import Stream
from midplot.streams.files._cells import Clock
from midplot.streams.files._columns import Columns, columns_of
from midplot.streams.files._csv_text import COMPRESSED, Dialect
from midplot.streams.files._row_groups import parquet_streams
from midplot.streams.files._sinks import Held, Sink
from midplot.streams.files._sorting import sort_into
from midplot.streams.files._spool import Spool
from midplot.streams.files._tables import ParquetTable, Table, in_file, is_parquet, open_table, reading

__all__ = ["LARGE_BYTES", "LARGE_CELLS", "are_large", "file_streams", "recorded_streams"]

LARGE_CELLS: Final = 30_000_000
"""Number of cells beyond which a parquet file is not read into memory: ten million rows of time, stream and value."""

LARGE_BYTES: Final = 500_000_000
"""Size in bytes beyond which CSV is not read into memory: about as many cells."""

UNPACKED: Final = 5
"""Roughly how many times larger a compressed file is once it is unpacked."""


def are_large(*paths: Path) -> bool:
    """Tell whether files that are read together are too large to be held in memory by default."""
    if len(paths) == 1 and is_parquet(paths[0]):  # by its cells: its size depends on how well it was compressed
        return _cells(paths[0]) > LARGE_CELLS
    n_bytes = 0
    for path in paths:
        with reading(path):
            n_bytes += path.stat().st_size * (UNPACKED if path.suffix.lower() in COMPRESSED else 1)
    return n_bytes > LARGE_BYTES


def _cells(path: Path) -> int:
    import pyarrow.parquet as pq

    with reading(path):
        metadata = pq.read_metadata(path)
    return int(metadata.num_rows * metadata.num_columns)


def file_streams(table: Table, columns: Columns, *, lazy: bool, by_name: bool) -> list[Stream]:
    """Return the streams of a file.

    Parameters
    ----------
    table
        The file.
    columns
        Which of its columns are streams.
    lazy
        Whether the values stay in the file, or in a temporary one.
    by_name
        Whether the streams are ordered by name; otherwise by first appearance.

    Raises
    ------
    StreamError
        If the file cannot be read, a row has no id, a value is not a number, or the rows of a stream go back in time.
    """
    # Left in the parquet file itself if its rows allow it; otherwise, sorted into memory or a temporary file.
    streams = None
    if lazy and isinstance(table, ParquetTable):
        streams = parquet_streams(table, columns, by_name=by_name)
    if streams is None:
        sink: Sink = Spool(table.path) if lazy else Held(table.path)
        if not sort_into(sink, table, columns):
            raise _no_rows(table)
        streams = sink.streams(by_name=by_name)
    return streams


def recorded_streams(
    folder: Path,
    files: Mapping[str, list[Path]],
    value_column: Hashable,
    time_column: Hashable | None,
    *,
    dialect: Dialect,
    lazy: bool,
) -> list[Stream]:
    """Return streams that were recorded in several files each, with a gap between two files.

    Parameters
    ----------
    folder
        The folder of the files, for messages.
    files
        The files of each stream, in order, by the name of the stream.
    value_column, time_column
        The columns of values and times.
    dialect
        How the files are written.
    lazy
        Whether the values stay in a temporary file.

    Raises
    ------
    StreamError
        As `file_streams`; the error names the file.
    """
    sink: Sink = Spool(folder) if lazy else Held(folder)
    for name, paths in files.items():
        # One clock for all files of a stream: if one of them has no times, the stream has none.
        clock = Clock()
        for position, path in enumerate(paths):
            if position:  # each file was recorded by itself, so no trade may span two of them
                sink.add(name, np.array([np.nan]))
                sink.add_times(name, np.array([np.datetime64("NaT", "ns")]))
            with in_file(path):
                table = open_table(path, dialect)
                columns = columns_of(table, None, value_column, time_column)
                if columns.time is None:
                    clock.stop()
                if not sort_into(sink, table, columns, name=name, clock=clock):
                    raise _no_rows(table)
        if not clock.has_times:
            sink.drop_times([name])
    with in_file(folder):
        return sink.streams()


def _no_rows(table: Table) -> StreamError:
    return StreamError(
        f"it has the columns {listed([c for c in table.columns if c not in table.levels])} but no rows",
        where=table.path,
        advice="Give at least one value.",
    )
