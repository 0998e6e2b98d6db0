"""What streams are sorted into, piece by piece: the interface, and the sink in memory. `_spool` has the one on the disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from midplot.streams._stored import FloatArray
from midplot.streams._stream import Stream
from midplot.streams._times import as_times

__all__ = ["SHARED", "Held", "Sink", "finished_times"]

SHARED: Final = "\0shared"
"""The name under which a sink keeps the times that all streams of a wide file share, and which no file gives a column."""


class Sink(Protocol):
    """What streams are sorted into, piece by piece."""

    def know(self, names: Iterable[str]) -> None:
        """Give each new stream the next position, in the order of the names."""

    def count(self, name: str) -> int:
        """Return the number of values that a stream has so far."""

    def label(self, name: str) -> str:
        """Return the name of a stream in messages, with its position."""

    def add(self, name: str, values: FloatArray) -> None:
        """Append values to a stream."""

    def add_times(self, name: str, times: npt.NDArray[Any]) -> None:
        """Append times, datetime64[ns], to those of a stream."""

    def drop_times(self, names: Iterable[str]) -> None:
        """Discard the times of streams: the column turned out to hold something else."""

    def streams(self, *, by_name: bool = False) -> list[Stream]:
        """Return the streams, in order of first appearance or of their names; nothing can be added afterwards."""


class Held:
    """Streams that are held in memory; the methods are those of `Sink`.

    Parameters
    ----------
    source
        The file or folder that is read, for messages.
    """

    def __init__(self, source: Path) -> None:
        self._source = source
        self._values: dict[str, list[FloatArray]] = {}
        self._counts: dict[str, int] = {}
        self._times: dict[str, list[npt.NDArray[Any]]] = {}

    def know(self, names: Iterable[str]) -> None:
        """Give each new stream the next position."""
        for name in names:
            self._values.setdefault(name, [])
            self._counts.setdefault(name, 0)

    def count(self, name: str) -> int:
        """Return the number of values that a stream has so far."""
        return self._counts[name]

    def label(self, name: str) -> str:
        """Return the name of a stream in messages, with its position."""
        return f"stream {list(self._values).index(name)} {name!r}"

    def add(self, name: str, values: FloatArray) -> None:
        """Append values to a stream."""
        self.know([name])
        self._values[name].append(values)
        self._counts[name] += len(values)

    def add_times(self, name: str, times: npt.NDArray[Any]) -> None:
        """Append times to those of a stream."""
        self._times.setdefault(name, []).append(times)

    def drop_times(self, names: Iterable[str]) -> None:
        """Discard the times of streams."""
        for name in names:
            self._times.pop(name, None)

    def streams(self, *, by_name: bool = False) -> list[Stream]:
        """Return the streams, in order of first appearance or of their names."""
        shared = self._finished_times(SHARED)
        streams = []
        for number, name in enumerate(sorted(self._values) if by_name else list(self._values)):
            own = self._finished_times(name)
            # Popped, so that the pieces of one stream at most are in memory twice.
            values = np.concatenate(self._values.pop(name))
            streams.append(Stream(values, number, name, times=shared if own is None else own))
        return streams

    def _finished_times(self, name: str) -> npt.NDArray[np.datetime64] | None:
        pieces = self._times.pop(name, None)
        return None if pieces is None else finished_times(np.concatenate(pieces))


def finished_times(times: npt.NDArray[Any]) -> npt.NDArray[np.datetime64] | None:
    """Return times as a stream stores them, in seconds if none is finer; None if no time is known."""
    return None if np.isnat(times).all() else as_times(times)
