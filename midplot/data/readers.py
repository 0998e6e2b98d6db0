"""`load_streams`: from a folder, a file, a frame or nothing to the train and the test streams."""

from __future__ import annotations

import os
from collections.abc import Hashable
from pathlib import Path
from typing import Final

from midplot.core.containers import Frame, Table, contained
from midplot.core.frames import names_streams
from midplot.core.stream import Stream
from midplot.data.layouts import Reading, read_file, read_folder, read_frame
from midplot.errors import ArgumentError, ArgumentTypeError, StreamError

__all__ = ["SAMPLE_FOLDER", "load_streams"]

SAMPLE_FOLDER: Final = Path(__file__).parent / "sample"
"""The embedded sample, in the competition's layout."""


def load_streams(
    source: str | os.PathLike[str] | Frame | None = None,
    *,
    id_column: Hashable | None = None,
    value_column: Hashable | None = None,
    time_column: Hashable | None = None,
    lazy: bool | None = None,
) -> tuple[list[Stream], list[Stream]]:
    """Load train and test streams.

    Parameters
    ----------
    source
        Nothing: the embedded sample, 20 train and 6 test streams. Otherwise one of

        - a folder with ``X_train.parquet`` and ``X_test.parquet``, the competition's layout: columns ``time``,
          ``stream`` and ``value``, a NaN between two parts of a stream;
        - a folder of files ``stream_<id>_file_<k>.csv`` with a column ``value``, or one with such folders called
          ``train`` and ``test``. The files of a stream are joined by ascending k, with a gap (NaN) between two,
          for each was recorded by itself;
        - a parquet or CSV file, or a frame. It is long where it has a column of ids (``stream``, ``stream_id``,
          ``id``, ``series``, ``symbol``, ``name``) and one of values (``value``, ``x``, ``price``, ``mid``, ``close``);
          otherwise wide, each column a stream.
    id_column, value_column
        The columns of ids and of values, where they are called otherwise. Of a wide source with a ``value_column``,
        that column is the one stream.
    time_column
        The column that a wide source leaves out, where it is not called ``time``, ``date``, ``datetime`` or
        ``timestamp``. It orders nothing: the rows of a stream stay in the order they are in.
    lazy
        Whether values stay in their file, and are read each time a stream is replayed or looked at. By default those
        of large files do: of more than 30 million cells of parquet, or 500 MB of CSV. Parquet that is written stream
        by stream is read by row groups; any other file is sorted, once, into a temporary file of 8 bytes a value.

    Returns
    -------
    x_train, x_test : list of Stream
        The streams with their names; ``stream_id`` is the position in the list. Folders and the competition's layout
        are ordered by the text of the name (``stream_10`` before ``stream_2``), as the platform does it; other
        sources by first appearance. NaNs are kept: a replay cuts streams at them. A source without a test set gives
        an empty second list.

    Raises
    ------
    StreamError
        If there is nothing at the path, its layout is not known, a file cannot be read, a column does not exist, or
        a value is not a number.
    ArgumentTypeError
        If the source is neither a path nor a frame, or ``lazy`` is no truth value.
    ArgumentError
        If a frame is to be read lazily.

    Examples
    --------
    >>> x_train, x_test = load_streams()
    >>> len(x_train), len(x_test)
    (20, 6)
    >>> x_train[0]
    Stream(stream_id=0, name='stream_0', 3496 points)
    """
    if lazy not in (None, True, False):
        raise ArgumentTypeError(f"lazy: expected True, False or None, got {lazy!r}. Leave it out to go by size.")
    reading = Reading(id_column, value_column, time_column, lazy)
    if source is None:
        return read_folder(SAMPLE_FOLDER, Reading(lazy=lazy))
    if isinstance(source, str | os.PathLike):
        return _read_path(Path(source), reading)
    table = contained(source)
    if isinstance(table, Table) and (table.series is None or names_streams(table)):
        if lazy:
            raise ArgumentError("lazy: a frame is in memory already. Give the path of a file, or leave lazy out.")
        return read_frame(table, reading), []
    raise ArgumentTypeError(
        f"source: expected a path or a frame, got {source!r} ({type(source).__name__}). "
        "Give a folder, a file, a frame, or nothing for the embedded sample."
    )


def _read_path(path: Path, reading: Reading) -> tuple[list[Stream], list[Stream]]:
    if path.is_dir():
        return read_folder(path, reading)
    if path.is_file():
        return read_file(path, reading), []
    raise StreamError(
        f"{path}: there is no such file or folder. Check the path, or give nothing for the embedded sample."
    )
