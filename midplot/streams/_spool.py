"""Streams that are sorted into a temporary file in one pass: of files whose rows cannot be read stream by stream.

That is a CSV file, a parquet file in which the rows of the streams are mixed, or one that is a single row group. The
temporary file takes eight bytes a value, is made in Python's folder for such files (``TMPDIR``), and goes with the last
of its streams.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from midplot.errors import StreamError
from midplot.streams._file_stamp import FileStamp
from midplot.streams._stored import FloatArray, StoredValues
from midplot.streams._stream import Stream, checked_values

__all__ = ["Spool", "SpooledValues"]

ITEM = np.dtype(np.float64).itemsize

_Piece = tuple[int, int]
"""Where some values of a stream begin, counted in values from the start of the file, and how many they are."""


class Spool:
    """A temporary file to which values are added stream by stream, a piece at a time.

    Parameters
    ----------
    source
        The file, or folder, that is read: for messages.

    Raises
    ------
    StreamError
        If the temporary file cannot be made or written.
    """

    def __init__(self, source: Path) -> None:
        self._source = source
        self._pieces: dict[str, list[_Piece]] = {}
        self._n = 0
        try:
            number, path = tempfile.mkstemp(prefix="midplot-", suffix=".values")
        except OSError as error:
            raise self._in_words(error) from error
        self.path = Path(path)
        # Unbuffered: what is added is large, and a full disk shows where it is written.
        self._file = os.fdopen(number, "wb", buffering=0)
        weakref.finalize(self, _removed, self._file, self.path)

    def count(self, name: str) -> int:
        """Return how many values a stream has by now."""
        return sum(length for _, length in self._pieces.get(name, ()))

    def know(self, names: Iterable[str]) -> None:
        """Give streams their positions, the next ones where they are new."""
        for name in names:
            self._pieces.setdefault(name, [])

    def label(self, name: str) -> str:
        """How messages call a stream that is known."""
        return f"stream {list(self._pieces).index(name)} {name!r}"

    def add(self, name: str, values: FloatArray) -> None:
        """Add values to a stream, after those that it has."""
        self.know([name])
        pieces = self._pieces[name]
        try:
            self._write(memoryview(values.tobytes()))
        except OSError as error:
            raise self._in_words(error) from error
        if pieces and sum(pieces[-1]) == self._n:
            first, length = pieces.pop()
            pieces.append((first, length + len(values)))
        else:
            pieces.append((self._n, len(values)))
        self._n += len(values)

    def streams(self) -> list[Stream]:
        """End the file and return its streams, in order of first appearance."""
        self._file.close()
        stamp = FileStamp.of(self.path)
        return [
            Stream(SpooledValues(stamp, tuple(pieces), name, self._source.name, self), number, name)
            for number, (name, pieces) in enumerate(self._pieces.items())
        ]

    def _write(self, content: memoryview) -> None:
        while content:
            content = content[self._file.write(content) :]

    def _in_words(self, error: OSError) -> StreamError:
        return StreamError(
            f"{self._source}: its streams do not fit into the temporary folder {tempfile.gettempdir()} "
            f"({error.strerror}). Set TMPDIR to a folder with more room, or write the file as parquet, stream by stream."
        )


class SpooledValues(StoredValues):
    """One stream of a spool.

    Parameters
    ----------
    file
        The temporary file, when it was complete.
    pieces
        Where its values are.
    name
        Of the stream.
    place
        The name of the file that it was read from.
    spool
        What keeps the file; in another process nothing does, there the one that made it has to live on.
    """

    __slots__ = ("_file", "_n", "_name", "_pieces", "_place", "_spool")

    def __init__(
        self, file: FileStamp, pieces: tuple[_Piece, ...], name: str, place: str, spool: Spool | None = None
    ) -> None:
        self._file = file
        self._pieces = pieces
        self._name = name
        self._place = place
        self._spool = spool
        self._n = sum(length for _, length in pieces)

    def __len__(self) -> int:
        return self._n

    def __reduce__(self) -> Any:
        return SpooledValues, (self._file, self._pieces, self._name, self._place)

    @property
    def place(self) -> str:
        """The name of the file that it was read from."""
        return self._place

    def load(self) -> FloatArray:
        """Read the values.

        Raises
        ------
        StreamError
            If the temporary file is gone, or a value is infinite.
        """
        self._file.check()
        values = np.empty(self._n)
        done = 0
        with self._file.path.open("rb", buffering=0) as file:
            for first, length in self._pieces:
                file.seek(first * ITEM)
                values[done : done + length] = np.fromfile(file, dtype=np.float64, count=length)
                done += length
        return checked_values(values, f"stream {self._name!r}")


def _removed(file: Any, path: Path) -> None:
    """Remove the temporary file, which may have been removed by others."""
    file.close()
    path.unlink(missing_ok=True)
