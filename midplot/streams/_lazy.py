"""Streams of large files stay there: which files are large, and how their streams are found without holding them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from midplot.streams._frame_layout import FrameLayout, frame_layout
from midplot.streams._frames import column_numbers, frame_values, group_rows, not_a_number
from midplot.streams._row_groups import parquet_streams
from midplot.streams._spool import Spool
from midplot.streams._stream import FloatArray, Stream
from midplot.streams._tables import in_file, is_parquet, read_table, table_chunks, table_columns

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LARGE_BYTES", "LARGE_CELLS", "are_large", "stored_recordings", "stored_streams"]

LARGE_CELLS: Final = 30_000_000
"""Cells of a parquet file, beyond which it is not read at once: ten million rows of time, stream and value."""

LARGE_BYTES: Final = 500_000_000
"""Bytes of CSV, beyond which it is not read at once: about as many cells."""


def are_large(*paths: Path) -> bool:
    """Tell whether files that are read together are too large to be held as a matter of course."""
    if len(paths) == 1 and is_parquet(paths[0]):
        return _cells(paths[0]) > LARGE_CELLS
    return sum(path.stat().st_size for path in paths) > LARGE_BYTES


def _cells(path: Path) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return 0  # who reads it says what is wrong with it
    return int(metadata.num_rows * metadata.num_columns)


def stored_streams(
    path: Path, id_column: Hashable | None, value_column: Hashable | None, time_column: Hashable | None
) -> tuple[list[Stream], list[Hashable]]:
    """Find the streams of a parquet or CSV file, and leave their values on the disk.

    Returns
    -------
    streams : list of Stream
        In order of first appearance; empty where the file has no rows.
    columns : list
        The names of the file's columns.

    Raises
    ------
    StreamError
        If the file cannot be read, or something that should be a number is not.
    """
    columns = table_columns(path)
    layout = frame_layout(columns, id_column, value_column, time_column)
    streams = parquet_streams(path, layout) if is_parquet(path) else None
    return (_spooled(path, layout) if streams is None else streams), columns


def stored_recordings(folder: Path, files: Mapping[str, list[Path]], value_column: Hashable) -> list[Stream]:
    """Sort the recordings of each stream one after the other into a temporary file, a gap between two.

    Parameters
    ----------
    folder
        Where they are.
    files
        Those of each stream, by its name, in order.
    value_column
        Holds the values.
    """
    spool = Spool(folder)
    for name, paths in files.items():
        for position, path in enumerate(paths):
            if position:
                spool.add(name, np.array([np.nan]))
            with in_file(path):
                _add_recording(spool, name, path, value_column)
    return spool.streams()


def _add_recording(spool: Spool, name: str, path: Path, value_column: Hashable) -> None:
    frame_layout(table_columns(path), None, value_column, None)
    n_rows = 0
    for frame in table_chunks(path, [value_column]):
        spool.add(name, _checked(frame, value_column, f"stream 0 {str(value_column)!r}", n_rows))
        n_rows += len(frame)
    if not n_rows:
        frame_values(read_table(path), value_column)  # says that there are none


def _spooled(path: Path, layout: FrameLayout) -> list[Stream]:
    """Sort the streams of a file into a temporary one."""
    spool, n_rows = Spool(path), 0
    columns = [*layout.values] if layout.ids is None else [layout.ids, *layout.values]
    for frame in table_chunks(path, columns):
        for name, values in _pieces(frame, layout, spool, n_rows):
            spool.add(name, values)
        n_rows += len(frame)
    return spool.streams() if n_rows else []


def _pieces(frame: pd.DataFrame, layout: FrameLayout, spool: Spool, n_rows: int) -> Iterator[tuple[str, FloatArray]]:
    """Give what some rows hold of each stream."""
    if layout.ids is None:
        spool.know(map(str, layout.values))
        for column in layout.values:
            yield str(column), _checked(frame, column, spool.label(str(column)), n_rows)
        return
    names, rows_of = group_rows(frame, layout.ids, n_rows)
    spool.know(names)
    values, bad_row = column_numbers(frame, layout.values[0])
    if bad_row is not None:
        name, rows = next(each for each in zip(names, rows_of, strict=True) if bad_row in each[1])
        tick = spool.count(name) + int(np.searchsorted(rows, bad_row))
        raise not_a_number(frame, layout.values[0], bad_row, f"{spool.label(name)}, tick {tick}")
    for name, rows in zip(names, rows_of, strict=True):
        yield name, values[rows]


def _checked(frame: pd.DataFrame, column: Hashable, label: str, n_rows: int) -> FloatArray:
    values, bad_row = column_numbers(frame, column)
    if bad_row is not None:
        raise not_a_number(frame, column, bad_row, f"{label}, tick {n_rows + bad_row}")
    return values
