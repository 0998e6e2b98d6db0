"""What the rows are measured on: the streams, and the number of rounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from midplot import Stream
from midplot.streams import load_streams
from midplot.streams._stream import FloatArray, cut_into_parts

__all__ = ["Subject", "messages", "random_walk"]

LEAST_TICKS = 100_000


@dataclass(frozen=True)
class Subject:
    """The data and the effort of a run.

    Attributes
    ----------
    data
        Where the streams come from; None for the embedded sample.
    quick
        Whether to spend seconds rather than minutes: the numbers are rougher.
    """

    data: Path | None = None
    quick: bool = False

    @property
    def rounds(self) -> int:
        """The number of times that each side is measured."""
        return 3 if self.quick else 11

    @cached_property
    def streams(self) -> list[Stream]:
        """The test streams of the data; for the embedded sample, one stream joined from all of them."""
        _, x_test = load_streams(self.data)
        return x_test if self.data is not None else [joined(x_test)]

    @cached_property
    def parts(self) -> list[list[float]]:
        """The values of each part, cut as in a replay, for the loops that it is compared with."""
        return [part.values.tolist() for stream in self.streams for part in cut_into_parts(stream)]

    @property
    def n_ticks(self) -> int:
        """The number of ticks in a replay of the streams."""
        return sum(map(len, self.parts))

    def __str__(self) -> str:
        source = "the embedded sample, joined" if self.data is None else f"the test streams of {self.data.name}"
        parts = f"{len(self.parts)} part{'s' * (len(self.parts) != 1)}"
        return f"{source}: {self.n_ticks:,} ticks in {parts}; medians of {self.rounds} rounds"


def messages(values: Sequence[float]) -> Iterator[dict[str, float]]:
    """Yield one message per value: the simplest stream possible."""
    for x in values:
        yield {"x": x}


def joined(streams: Sequence[Stream]) -> Stream:
    """Join streams into one of at least 100,000 ticks without gaps: each continues where the last one ended."""
    moves = np.concatenate([np.diff(part.values) for stream in streams for part in cut_into_parts(stream)])
    repeats = -(-LEAST_TICKS // len(moves))
    return Stream(1_000.0 + np.cumsum(np.tile(moves, repeats)), name="joined")


def random_walk(n_ticks: int) -> FloatArray:
    """Draw a price that wanders on a grid of sixteenths."""
    steps = np.random.default_rng(0).integers(-16, 17, n_ticks)
    return 1_000.0 + steps.cumsum() / 16
