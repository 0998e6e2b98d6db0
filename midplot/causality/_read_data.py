"""Tells whether the streams are in a file that an attacker reads: the file is read again and held against them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from midplot._arithmetic import quiet
from midplot._text import counted, printable
from midplot.causality._numbers import runs_of_numbers
from midplot.causality._reads import Heard
from midplot.causality._stretch import Likeness, StretchIndex
from midplot.streams._stream import FloatArray, Part

__all__ = ["Reading", "what_is_read"]

LARGEST = 1 << 27
"""Bytes of a file that is looked into."""

# Compressed prices take two to four bytes. What is smaller than this cannot be the data.
BYTES_PER_TICK = 2
"""Bytes per tick of the shortest stream from which a file is as large as the data."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Something that an attacker opened.

    Attributes
    ----------
    path
        The file, or what it connected to.
    kind
        ``"a file"``, or what else it is.
    size
        Bytes of the file; None if unknown.
    deciding
        Whether it was opened after the first tick, and not only while the attacker was started.
    large
        Whether the file is as large as the data.
    stream
        The label of a stream that is in the file; None if none was recognised.
    """

    path: str
    kind: str
    size: int | None
    deciding: bool
    large: bool
    stream: str | None

    @property
    def accused(self) -> bool:
        """Whether it is a peek: the file holds the streams, or is as large as they are and is read while deciding."""
        return self.stream is not None or (self.large and self.deciding)

    def __str__(self) -> str:
        when = "while it decides" if self.deciding else "before the first tick"
        size = "" if self.size is None else f", {counted(self.size, 'byte')}"
        unknown = ", as large as the data" if self.large else ""
        holds = unknown if self.stream is None else f": it holds {self.stream}"
        kind = "" if self.kind == "a file" else f"{self.kind}, "
        return f"{kind}{printable(self.path, 120)}{size}, {when}{holds}"


@quiet()
def what_is_read(starting: Sequence[Heard], running: Sequence[Heard], parts: Sequence[Part]) -> tuple[Reading, ...]:
    """Judge what was opened.

    Parameters
    ----------
    starting
        What was opened by an attacker that was started only.
    running
        What was opened by one that was started and fed.
    parts
        The parts that are replayed.
    """
    index = StretchIndex(parts)
    smallest = BYTES_PER_TICK * min(len(part) for part in parts)
    at_start = {(each.kind, each.path): each.times for each in starting}
    every = {(each.kind, each.path): each for each in (*starting, *running)}
    readings = []
    for key, each in every.items():
        again = next((heard.times for heard in running if (heard.kind, heard.path) == key), 0)
        likeness = _in_file(Path(each.path), index) if each.kind == "a file" else None
        readings.append(
            Reading(
                each.path,
                each.kind,
                each.size,
                again > at_start.get(key, 0),
                each.size is not None and each.size >= max(smallest, 1024),
                likeness.stream if likeness else None,
            )
        )
    return tuple(sorted(readings, key=lambda reading: not reading.accused))


def _in_file(path: Path, index: StretchIndex) -> Likeness | None:
    """Return what of the streams is in a file."""
    try:
        if path.stat().st_size > LARGEST:
            return None
        return next((found for run in _runs_in(path) if (found := index.find(run)) is not None), None)
    except Exception:  # noqa: BLE001 -- a file of any format may come along, and need not be readable
        return None


def _runs_in(path: Path) -> list[FloatArray]:
    """Read the numbers of a file: as numpy's, as a table of streams, or as they lie in it."""
    if path.suffix == ".npy":
        return [run for _, run in runs_of_numbers(np.load(path, allow_pickle=False))]
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as arrays:
            return [run for name in arrays for _, run in runs_of_numbers(arrays[name])]
    return _as_streams(path) or _as_they_lie(path.read_bytes())


def _as_streams(path: Path) -> list[FloatArray]:
    from midplot.streams import load_streams

    try:
        train, test = load_streams(path, lazy=False)
    except Exception:  # noqa: BLE001 -- not a table of streams: it may be anything
        return []
    return [part.values for stream in (*train, *test) for part in stream.parts()]


@quiet()
def _as_they_lie(content: bytes) -> list[FloatArray]:
    """Find numbers in the bytes of a file: text, an array at any alignment, or the floats of a pickle."""
    runs = [run for _, run in runs_of_numbers(content.decode("ascii", "ignore"))]
    for kind in (np.float64, np.float32):
        size = np.dtype(kind).itemsize
        for offset in range(size):
            whole = (len(content) - offset) // size * size
            runs.append(np.frombuffer(content[offset : offset + whole], dtype=kind).astype(np.float64))
    # A pickle writes each float as the letter G and eight bytes, the largest first.
    floats = re.findall(rb"G(.{8})", content, re.DOTALL)
    runs.append(np.frombuffer(b"".join(floats), dtype=">f8").astype(np.float64))
    return runs
