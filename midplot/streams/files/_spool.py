"""Streams that are sorted into a temporary file in one pass, from files that cannot be read stream by stream.

Such files are CSV, parquet in which the rows of the streams are mixed, and parquet that is a single row group. The
temporary file takes eight bytes per value, and eight more for its time if there are times. It lies in Python's folder for
temporary files (``TMPDIR``) and is deleted together with the last of its streams.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterable
from contextlib import suppress
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

ITEM = np.dtype(np.float64).itemsize  # times are datetime64[ns], of the same size

_Piece = tuple[int, int]
"""Start and length of some values of a stream, both counted in values; the start is from the beginning of the file."""


class Spool:
    """A sink in a temporary file, to which each piece is appended; the methods are those of `Sink`.

    Parameters
    ----------
    source
        The file or folder that is read, for messages.

    Raises
    ------
    StreamError
        If the temporary file cannot be created or written.
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
            raise self._no_room(error) from error
        self.path = Path(path)
        # Unbuffered: the pieces are large, and a full disk is noticed at once, not when the file is closed.
        self._file = os.fdopen(number, "wb", buffering=0)
        # Runs when Python exits as well, which __del__ may not.
        weakref.finalize(self, _remove, self._file, self.path)

    def count(self, name: str) -> int:
        """Return the number of values that a stream has so far."""
        return sum(length for _, length in self._pieces.get(name, ()))

    def know(self, names: Iterable[str]) -> None:
        """Give each new stream the next position."""
        for name in names:
            self._pieces.setdefault(name, [])

    def label(self, name: str) -> str:
        """Return the name of a stream in messages, with its position."""
        return f"stream {list(self._pieces).index(name)} {name!r}"

    def add(self, name: str, values: FloatArray) -> None:
        """Append values to a stream."""
        self.know([name])
        self._append(self._pieces[name], values)

    def add_times(self, name: str, times: npt.NDArray[Any]) -> None:
        """Append times, datetime64[ns], to those of a stream."""
        self._append(self._times.setdefault(name, []), times)
        if name not in self._timed and not np.isnat(times).all():
            self._timed.add(name)

    def drop_times(self, names: Iterable[str]) -> None:
        """Discard the times of streams; their place in the file is not freed."""
        self._timed -= set(names)

    def streams(self, *, by_name: bool = False) -> list[Stream]:
        """Close the file and return its streams, in order of first appearance or of their names."""
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
            raise self._no_room(error) from error
        if pieces and sum(pieces[-1]) == self._n:  # it follows the last piece directly, and becomes one with it
            first, length = pieces.pop()
            pieces.append((first, length + len(content)))
        else:
            pieces.append((self._n, len(content)))
        self._n += len(content)

    def _write(self, content: memoryview) -> None:
        while content:  # an unbuffered file may write less than it is given
            content = content[self._file.write(content) :]

    def _no_room(self, error: OSError) -> StreamError:
        return StreamError(
            f"its streams do not fit into the temporary folder {tempfile.gettempdir()} ({error.strerror})",
            where=self._source,
            advice="Set TMPDIR to a folder with more room, or write the file as parquet, stream by stream.",
        )


class SpooledValues(StoredValues):
    """The values of one stream of a spool.

    Parameters
    ----------
    file
        The temporary file, in its state when it was complete.
    pieces
        Where the values are.
    label
        The name of the stream in messages.
    place
        The name of the file that it was read from.
    spool
        The spool, referenced so that the file is kept. It is not sent to other processes, which therefore need the
        process that made the file to go on running.
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
    """The times of one stream of a spool; the parameters are those of `SpooledValues`."""

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
        assert times is not None  # the spool gives times only to streams that have one
        return times


def _content(stamp: FileStamp, pieces: tuple[_Piece, ...], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """Read pieces of a temporary file one after the other."""
    stamp.check()
    content = np.empty(sum(length for _, length in pieces), dtype)
    done = 0
    with stamp.path.open("rb", buffering=0) as file:
        for first, length in pieces:
            file.seek(first * ITEM)
            content[done : done + length] = np.fromfile(file, dtype=dtype, count=length)
            done += length
    return content


def _remove(file: Any, path: Path) -> None:
    """Remove the temporary file, unless something else already has."""
    file.close()
    with suppress(
        PermissionError
    ):  # on Windows, while another program has it open: a temporary folder is emptied anyway
        path.unlink(missing_ok=True)
