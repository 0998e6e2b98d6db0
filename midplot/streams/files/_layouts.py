"""The layouts of folders that hold streams: the competition's two parquet files, or recordings in CSV files."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from midplot._text import normal_form
from midplot.errors import StreamError
from midplot.streams._containers import Frame, Table
from midplot.streams._frames import frame_columns, frame_streams
from midplot.streams._stream import Stream
from midplot.streams.files._columns import columns_of
from midplot.streams.files._csv_text import Dialect
from midplot.streams.files._lazy import are_large, file_streams, recorded_streams
from midplot.streams.files._tables import in_file, open_table

__all__ = ["TEST_FILE", "TRAIN_FILE", "Reading", "read_file", "read_folder", "read_frame"]

TRAIN_FILE: Final = "X_train.parquet"
TEST_FILE: Final = "X_test.parquet"

COMPETITION_COLUMNS: Final = frozenset({"time", "stream", "value"})

RECORDING: Final = re.compile(r"stream_(?P<stream>.+)_file_(?P<number>\d+)\.csv", re.IGNORECASE)
"""The name of a recording: the id of its stream, and its number among the recordings of that stream."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The user's arguments for reading a source; None for anything to be recognised.

    Attributes
    ----------
    id_column, value_column, time_column
        The columns that the user named.
    lazy
        Whether values stay in their files; None decides by size.
    dialect
        How CSV files are written.
    """

    id_column: Hashable | None = None
    value_column: Hashable | None = None
    time_column: Hashable | None = None
    lazy: bool | None = None
    dialect: Dialect = field(default_factory=Dialect)

    def leaves(self, *paths: Path) -> bool:
        """Tell whether the values of files that are read together stay there until they are replayed."""
        return are_large(*paths) if self.lazy is None else self.lazy


def read_frame(frame: Frame | Table, reading: Reading) -> list[Stream]:
    """Return the streams of a frame; in the competition's layout they are ordered by name."""
    streams = frame_streams(frame, reading.id_column, reading.value_column, reading.time_column)
    if set(frame_columns(frame)) != COMPETITION_COLUMNS:
        return streams
    # As the competition's platform orders them, which groups the rows by the text of the id.
    ordered = sorted(streams, key=lambda stream: stream.name or "")
    return [stream.renamed(i) for i, stream in enumerate(ordered)]


def read_file(path: Path, reading: Reading, *, by_name: bool = False) -> list[Stream]:
    """Return the streams of a parquet or CSV file.

    Parameters
    ----------
    path
        The file.
    reading
        The user's arguments.
    by_name
        Whether to order the streams by name even if the file is not in the competition's layout.

    Raises
    ------
    StreamError
        If the file cannot be read, or its content cannot be replayed.
    """
    with in_file(path):
        table = open_table(path, reading.dialect)
        columns = columns_of(table, reading.id_column, reading.value_column, reading.time_column)
        # A level of the index may be there as well: pandas writes the row numbers of a filtered frame.
        is_competition = set(table.columns) - table.levels <= COMPETITION_COLUMNS <= set(table.columns)
        return file_streams(table, columns, lazy=reading.leaves(path), by_name=by_name or is_competition)


def read_folder(folder: Path, reading: Reading) -> tuple[list[Stream], list[Stream]]:
    """Return the train and test streams of a folder; without a test set, the second list is empty.

    Raises
    ------
    StreamError
        If the folder is in none of the layouts.
    """
    if (folder / TRAIN_FILE).is_file():
        train = read_file(folder / TRAIN_FILE, reading, by_name=True)
        test = folder / TEST_FILE
        return train, read_file(test, reading, by_name=True) if test.is_file() else []
    if _recordings(folder):
        return _read_recordings(folder, reading), []
    if _recordings(folder / "train"):
        return _read_recordings(folder / "train", reading), _read_recordings(folder / "test", reading)
    raise StreamError(
        f"no streams are recognised in the folder, which holds {_contents(folder)}",
        where=folder,
        advice=f"Give a folder with {TRAIN_FILE} and {TEST_FILE}, one with files stream_<id>_file_<k>.csv, "
        "or a single file.",
    )


def _recordings(folder: Path) -> dict[str, list[Path]]:
    """Return the files of each stream by ascending number, with the streams in lexicographic order of name."""
    numbered: dict[str, list[tuple[int, Path]]] = {}
    spelled: dict[str, str] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        match = RECORDING.fullmatch(path.name)
        if match:
            # By the number itself, or file_10 would come before file_2.
            name = f"stream_{match['stream']}"
            numbered.setdefault(spelled.setdefault(normal_form(name), name), []).append((int(match["number"]), path))
    return {name: [path for _, path in sorted(files)] for name, files in sorted(numbered.items())}


def _read_recordings(folder: Path, reading: Reading) -> list[Stream]:
    if reading.id_column is not None:
        raise StreamError(
            f"id_column {reading.id_column!r} has no use here, since the names of the files say which stream "
            "they belong to",
            where=folder,
            advice="Leave it out.",
        )
    value_column = "value" if reading.value_column is None else reading.value_column
    files = _recordings(folder)
    lazy = reading.leaves(*(path for paths in files.values() for path in paths))
    return recorded_streams(folder, files, value_column, reading.time_column, dialect=reading.dialect, lazy=lazy)


def _contents(folder: Path) -> str:
    names = sorted(path.name for path in folder.iterdir())
    if not names:
        return "nothing"
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
