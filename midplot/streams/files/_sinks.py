"""What streams are sorted into, piece by piece; here in memory, in `midplot.streams.files._spool` on the disk."""

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
"""Under which a sink keeps the times that all streams of a wide file have in common."""


class Sink(Protocol):
    """What streams are sorted into, piece by piece."""

    def know(self, names: Iterable[str]) -> None:
        """Give streams their positions, the next ones where they are new."""

    def count(self, name: str) -> int:
        """Return how many values a stream has by now."""

    def label(self, name: str) -> str:
        """How messages call the stream that has this name."""

    def add(self, name: str, values: FloatArray) -> None:
        """Add values to a stream, after those that it has."""

    def add_times(self, name: str, times: npt.NDArray[Any]) -> None:
        """Add times, datetime64[ns], after those that are there."""

    def drop_times(self, names: Iterable[str]) -> None:
        """Forget times, which were none after all."""

    def streams(self, *, by_name: bool = False) -> list[Stream]:
        """Return the streams, in order of first appearance or of their names."""


class Held:
    """Streams that are held in memory.

    Parameters
    ----------
    source
        The file, or folder, that is read: for messages.
    """

    def __init__(self, source: Path) -> None:
        self._source = source
        self._values: dict[str, list[FloatArray]] = {}
        self._counts: dict[str, int] = {}
        self._times: dict[str, list[npt.NDArray[Any]]] = {}

    def know(self, names: Iterable[str]) -> None:
        """Give streams their positions, the next ones where they are new."""
        for name in names:
            self._values.setdefault(name, [])
            self._counts.setdefault(name, 0)

    def count(self, name: str) -> int:
        """Return how many values a stream has by now."""
        return self._counts[name]

    def label(self, name: str) -> str:
        """How messages call the stream that has this name."""
        return f"stream {list(self._values).index(name)} {name!r}"

    def add(self, name: str, values: FloatArray) -> None:
        """Add values to a stream, after those that it has."""
        self.know([name])
        self._values[name].append(values)
        self._counts[name] += len(values)

    def add_times(self, name: str, times: npt.NDArray[Any]) -> None:
        """Add times, after those that are there."""
        self._times.setdefault(name, []).append(times)

    def drop_times(self, names: Iterable[str]) -> None:
        """Forget times, which were none after all."""
        for name in names:
            self._times.pop(name, None)

    def streams(self, *, by_name: bool = False) -> list[Stream]:
        """Return the streams, in order of first appearance or of their names."""
        shared = self._finished_times(SHARED)
        streams = []
        for number, name in enumerate(sorted(self._values) if by_name else list(self._values)):
            own = self._finished_times(name)
            values = np.concatenate(self._values.pop(name))
            streams.append(Stream(values, number, name, times=shared if own is None else own))
        return streams

    def _finished_times(self, name: str) -> npt.NDArray[np.datetime64] | None:
        pieces = self._times.pop(name, None)
        return None if pieces is None else finished_times(np.concatenate(pieces))


def finished_times(times: npt.NDArray[Any]) -> npt.NDArray[np.datetime64] | None:
    """Return times as a stream has them, in seconds where nothing finer is there; None where none is known."""
    return None if np.isnat(times).all() else as_times(times)
