"""Streams that are sorted into a temporary file in one pass: of files whose rows cannot be read stream by stream.

That is a CSV file, a parquet file in which the rows of the streams are mixed, or one that is a single row group. The
temporary file takes eight bytes for each value, and eight for its time where there are times. It is made in Python's
folder for such files (``TMPDIR``), and goes with the last of its streams.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.errors import StreamError
from midplot.streams._stored import FloatArray, StoredTimes, StoredValues
from midplot.streams._stream import Stream, checked_values
from midplot.streams.files._sinks import SHARED, finished_times
from midplot.streams.files._stamp import FileStamp

__all__ = ["Spool", "SpooledTimes", "SpooledValues"]

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
        self._times: dict[str, list[_Piece]] = {}
        self._timed: set[str] = set()
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
        """How messages call the stream that has this name."""
        return f"stream {list(self._pieces).index(name)} {name!r}"

    def add(self, name: str, values: FloatArray) -> None:
        """Add values to a stream, after those that it has."""
        self.know([name])
        self._append(self._pieces[name], values)

    def add_times(self, name: str, times: npt.NDArray[Any]) -> None:
        """Add times, datetime64[ns], after those that are there."""
        self._append(self._times.setdefault(name, []), times)
        if name not in self._timed and not np.isnat(times).all():
            self._timed.add(name)

    def drop_times(self, names: Iterable[str]) -> None:
        """Forget times, which were none after all."""
        self._timed -= set(names)

    def streams(self, *, by_name: bool = False) -> list[Stream]:
        """End the file and return its streams, in order of first appearance or of their names."""
        self._file.close()
        stamp = FileStamp.of(self.path)
        streams = []
        for number, name in enumerate(sorted(self._pieces) if by_name else self._pieces):
            label = f"{self._source}: stream {number} {name!r}"
            stored = SpooledValues(stamp, tuple(self._pieces[name]), label, self._source.name, self)
            under = next((each for each in (name, SHARED) if each in self._timed), None)
            times = None if under is None else SpooledTimes(stamp, tuple(self._times[under]), self._source.name, self)
            streams.append(Stream(stored, number, name, times=times))
        return streams

    def _append(self, pieces: list[_Piece], content: npt.NDArray[Any]) -> None:
        try:
            self._write(memoryview(content.tobytes()))
        except OSError as error:
            raise self._in_words(error) from error
        if pieces and sum(pieces[-1]) == self._n:
            first, length = pieces.pop()
            pieces.append((first, length + len(content)))
        else:
            pieces.append((self._n, len(content)))
        self._n += len(content)

    def _write(self, content: memoryview) -> None:
        while content:
            content = content[self._file.write(content) :]

    def _in_words(self, error: OSError) -> StreamError:
        return StreamError(
            f"its streams do not fit into the temporary folder {tempfile.gettempdir()} ({error.strerror})",
            where=self._source,
            advice="Set TMPDIR to a folder with more room, or write the file as parquet, stream by stream.",
        )


class SpooledValues(StoredValues):
    """One stream of a spool.

    Parameters
    ----------
    file
        The temporary file, when it was complete.
    pieces
        Where its values are.
    label
        How messages call the stream.
    place
        The name of the file that it was read from.
    spool
        What keeps the file; in another process nothing does, there the one that made it has to live on.
    """

    __slots__ = ("_file", "_label", "_n", "_pieces", "_place", "_spool")

    def __init__(
        self, file: FileStamp, pieces: tuple[_Piece, ...], label: str, place: str, spool: Spool | None = None
    ) -> None:
        self._file = file
        self._pieces = pieces
        self._label = label
        self._place = place
        self._spool = spool
        self._n = sum(length for _, length in pieces)

    def __len__(self) -> int:
        return self._n

    def __reduce__(self) -> Any:
        return SpooledValues, (self._file, self._pieces, self._label, self._place)

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
        return checked_values(_content(self._file, self._pieces, np.dtype(np.float64)), self._label)


class SpooledTimes(StoredTimes):
    """The times of one stream of a spool; parameters as those of `SpooledValues`."""

    __slots__ = ("_file", "_n", "_pieces", "_place", "_spool")

    def __init__(self, file: FileStamp, pieces: tuple[_Piece, ...], place: str, spool: Spool | None = None) -> None:
        self._file = file
        self._pieces = pieces
        self._place = place
        self._spool = spool
        self._n = sum(length for _, length in pieces)

    def __len__(self) -> int:
        return self._n

    def __reduce__(self) -> Any:
        return SpooledTimes, (self._file, self._pieces, self._place)

    @property
    def place(self) -> str:
        """The name of the file that they were read from."""
        return self._place

    def load(self) -> npt.NDArray[Any]:
        """Read the times.

        Raises
        ------
        StreamError
            If the temporary file is gone.
        """
        times = finished_times(_content(self._file, self._pieces, np.dtype("datetime64[ns]")))
        assert times is not None  # else none of them would have been kept
        return times


def _content(stamp: FileStamp, pieces: tuple[_Piece, ...], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """Read pieces of a temporary file one after the other."""
    stamp.check()
    content = np.empty(sum(length for _, length in pieces), dtype)
    done = 0
    with stamp.path.open("rb", buffering=0) as file:
        for first, length in pieces:
            file.seek(first * ITEM)
            content[done : done + length] = np.fromfile(file, dtype=np.int64, count=length).view(dtype)
            done += length
    return content


def _removed(file: Any, path: Path) -> None:
    """Remove the temporary file, which may have been removed by others."""
    file.close()
    path.unlink(missing_ok=True)
