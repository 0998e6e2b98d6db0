"""`load_streams`: from a folder, a file, a frame or nothing to the train and the test streams."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Hashable
from pathlib import Path
from typing import Final

from midplot._files import given_path
from midplot.errors import ArgumentError, ArgumentTypeError, StreamError
from midplot.streams._containers import Frame, Table, contained
from midplot.streams._frames import names_streams
from midplot.streams._stream import Stream
from midplot.streams.files._csv_text import Dialect
from midplot.streams.files._layouts import Reading, read_file, read_folder, read_frame

__all__ = ["SAMPLE_FOLDER", "load_streams"]

SAMPLE_FOLDER: Final = Path(__file__).parents[1] / "sample"
"""The embedded sample, in the competition's layout."""


def load_streams(
    source: str | os.PathLike[str] | Frame | None = None,
    *,
    id_column: Hashable | None = None,
    value_column: Hashable | None = None,
    time_column: Hashable | None = None,
    lazy: bool | None = None,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
) -> tuple[list[Stream], list[Stream]]:
    """Load train and test streams.

    Parameters
    ----------
    source
        None loads the embedded sample, 20 train and 9 test streams. Otherwise one of

        - a folder with ``X_train.parquet`` and ``X_test.parquet``, the competition's layout: columns ``time``,
          ``stream`` and ``value``, a NaN between two parts of a stream;
        - a folder of files ``stream_<id>_file_<k>.csv`` with a column ``value``, or one with such folders called
          ``train`` and ``test``. The files of a stream are joined by ascending k, with a gap (NaN) between two files,
          since each was recorded by itself;
        - a parquet file (``.parquet``, ``.pq``), a CSV file (``.csv``, ``.tsv``, ``.txt``, also compressed: ``.csv.gz``,
          ``.csv.bz2``, ``.csv.zst``), or a frame. It is long if it has a column of ids (``stream``, ``stream_id``,
          ``id``, ``series``, ``symbol``, ``name``) and one of values (``value``, ``x``, ``price``, ``mid``, ``close``);
          otherwise it is wide, and each column is a stream. Levels of an index that pandas wrote count as columns.
          Columns called like row numbers or times (``Unnamed: 0``, ``index``, ``ts``, ``open_time``) are no streams;
          where one is called like a quantity (``volume``, ``qty``, ``bid``), you are asked which is the price.

        A ``~`` at the start of a path stands for the user's home folder.
    id_column, value_column
        The columns of ids and of values, if they have other names. If a wide source has a ``value_column``, that
        column is the only stream. Ids are kept as text: ``000`` is not ``0``, and ``NA`` is an id.
    time_column
        The column of times, if it is not called ``time``, ``date``, ``datetime`` or ``timestamp``. Dates and text
        such as ``2024-01-02 09:00`` become the ``times`` of the streams. Numbers do not, since nothing says what they
        count, and neither do dates such as ``02/03/2024`` unless another date tells the day from the month. Times,
        numbers, durations and times of day must not go back within a stream, and if most cells can be read, all must.
    lazy
        Whether values stay in their file and are read each time a stream is replayed or looked at. By default they do
        in large files: more than 30 million cells of parquet, or 500 MB of CSV. Parquet that is written stream by
        stream is read by row groups; any other file is sorted once into a temporary file of 8 bytes per value, and
        8 more for its time. Streams and errors are the same either way.
    separator
        The character between two fields of a CSV file. By default a comma, semicolon, tab or ``|``, whichever the header
        uses.
    decimal
        The decimal mark of a CSV file, ``"."`` or ``","``. By default it is recognised from the first rows; commas that
        could also separate thousands, as in ``1,281``, raise an error that asks for it.
    encoding
        The encoding of a CSV file. By default UTF-8, or UTF-16 if the file starts with its byte order mark.

    Returns
    -------
    x_train, x_test : list of Stream
        The streams with their names; ``stream_id`` is the position in the list. Folders and the competition's layout
        are ordered by the text of the name (``stream_10`` before ``stream_2``), as on the platform; other sources by
        first appearance. NaNs are kept: a replay cuts streams at them. A source without a test set gives an empty
        second list.

    Raises
    ------
    StreamError
        If there is nothing at the path, its layout is not recognised, a file cannot be read, a column does not exist, a
        value is not a number, the rows of a stream go back in time, or a row of a CSV file has more or fewer fields
        than the header. Messages name the file and the line.
    ArgumentTypeError
        If the source is neither a path nor a frame, or ``lazy`` is not True, False or None.
    ArgumentError
        If a frame is to be read lazily, or ``separator``, ``decimal`` or ``encoding`` is not valid.

    Examples
    --------
    >>> x_train, x_test = load_streams()
    >>> len(x_train), len(x_test)
    (20, 9)
    >>> x_train[0]
    Stream(stream_id=0, name='stream_0', 3496 points)
    """
    if lazy not in (None, True, False):
        raise ArgumentTypeError(
            f"expected True, False or None, got {lazy!r}",
            where="lazy",
            advice="Leave it out to go by size.",
        )
    reading = Reading(id_column, value_column, time_column, lazy, _dialect(separator, decimal, encoding))
    if source is None:
        return _found_in("the embedded sample", read_folder(SAMPLE_FOLDER, Reading(lazy=lazy)))
    if isinstance(source, str | os.PathLike):
        return _found_in(os.fsdecode(source), _read_path(given_path(source, "source"), reading))
    table = contained(source)
    if isinstance(table, Table) and (table.series is None or names_streams(table)):
        if lazy:
            raise ArgumentError(
                "a frame is in memory already",
                where="lazy",
                advice="Give the path of a file, or leave lazy out.",
            )
        return _found_in("a frame", (read_frame(table, reading), []))
    raise ArgumentTypeError(
        f"expected a path or a frame, got {source!r} ({type(source).__name__})",
        where="source",
        advice="Give a folder, a file, a frame, or nothing for the embedded sample.",
    )


def _found_in(place: str, sets: tuple[list[Stream], list[Stream]]) -> tuple[list[Stream], list[Stream]]:
    """Return both sets of streams, each of which says where it was found."""
    names = ("train", "test") if sets[1] else ("", "")
    placed = [
        [stream.found_in(f"{place}, {name} set" if name else place) for stream in each]
        for name, each in zip(names, sets, strict=True)
    ]
    return placed[0], placed[1]


def _dialect(separator: str | None, decimal: str | None, encoding: str | None) -> Dialect:
    # A quotation mark or an end of line separates other things than fields, and text has no NUL.
    if separator is not None and (not isinstance(separator, str) or len(separator) != 1 or separator in '"\r\n\0'):
        raise ArgumentError(
            f"{separator!r} is not a separator",
            where="separator",
            advice="Give one character, such as ';' or '\\t'.",
        )
    if decimal not in (None, ".", ","):
        raise ArgumentError(
            f"{decimal!r} is not a decimal mark",
            where="decimal",
            advice="Give '.' or ','.",
        )
    try:
        "x".encode("utf-8" if encoding is None else encoding)  # unlike codecs.lookup, refuses codecs such as base64
    except (LookupError, TypeError, ValueError) as error:
        raise ArgumentError(
            f"{encoding!r} is not an encoding",
            where="encoding",
            advice="Give, for example, 'utf-8' or 'cp1252'.",
        ) from error
    return Dialect(separator, decimal, encoding)


def _read_path(path: Path, reading: Reading) -> tuple[list[Stream], list[Stream]]:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return read_folder(path, reading)
    except OSError as error:
        raise _not_reached(path, error) from error
    if not stat.S_ISREG(mode):  # to open a named pipe would wait for a writer, for ever
        raise StreamError(
            "it is neither a file nor a folder, but a pipe or a device",
            where=path,
            advice="Copy it into a file.",
        )
    return read_file(path, reading), []


def _not_reached(path: Path, error: OSError) -> StreamError:
    if isinstance(error, PermissionError):
        return StreamError(
            "it may not be read (permission denied)", where=path, advice="Ask for permission to read it, or copy it."
        )
    if error.errno == errno.ENAMETOOLONG:
        return StreamError(
            "the path is too long for the system",
            where=f"{str(path)[:60]}…",
            advice="Give the path of a file or folder.",
        )
    if path.is_symlink():
        return StreamError(
            f"it is a link to {path.readlink()}, where there is nothing",
            where=path,
            advice="Repair the link, or give the file itself.",
        )
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        return StreamError(f"it cannot be read ({error.strerror})", where=path, advice="Check the path and its disk.")
    return StreamError(
        "there is no such file or folder",
        where=path,
        advice="Check the path, or give nothing for the embedded sample.",
    )
