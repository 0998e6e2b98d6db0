"""Synthetic streams with planted moves: the truth is known, so a detector can be measured against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Final, Literal

import numpy as np

from midplot._arguments import whole_number
from midplot.errors import ArgumentError, ArgumentTypeError
from midplot.streams._price_process import Habits, price_path
from midplot.streams._stream import FloatArray, Stream

__all__ = ["PlantedMove", "Synthetic", "synthetic_streams"]

LEVELS: Final = (1_000.0, 20_000.0)
"""Lowest and highest price that a stream starts at, as in the competition's data."""


@dataclass(frozen=True, slots=True)
class PlantedMove:
    """A drift that was put into a stream on purpose.

    Attributes
    ----------
    stream_id
        The id of the stream that contains it.
    first, last
        Original indices, both inclusive: the move starts from the value at ``first`` and ends at ``last``.
    direction
        ``1.0`` for up, ``-1.0`` for down: the decision that a detector should make.
    size
        Distance that the price covers from ``first`` to ``last``, in the units of the price, positive.
    kind
        ``"drift"`` moves steadily; ``"breakout"`` covers a quarter of the distance in a jump at its first tick.
    """

    stream_id: int
    first: int
    last: int
    direction: float
    size: float
    kind: Literal["drift", "breakout"]


@dataclass(frozen=True, slots=True, eq=False)
class Synthetic:
    """Synthetic streams and the truth about them.

    Attributes
    ----------
    streams
        The streams, ready to be replayed.
    moves
        The planted moves of all streams, by stream and index.
    """

    streams: list[Stream]
    moves: tuple[PlantedMove, ...]

    def truth(self, stream_id: int) -> FloatArray:
        """Return the planted direction at each index of a stream.

        Parameters
        ----------
        stream_id
            The id of the stream.

        Returns
        -------
        ndarray of float64, shape (n,)
            The direction of the planted move, both ends included, and 0 outside of moves.

        Raises
        ------
        ArgumentError
            If there is no such stream.
        """
        number = whole_number("stream_id", stream_id, 0)
        if number >= len(self.streams):
            raise ArgumentError(
                f"there is no stream {number}",
                where="stream_id",
                advice=f"Give a number from 0 to {len(self.streams) - 1}.",
            )
        truth = np.zeros(len(self.streams[number]))
        for move in self.moves:
            if move.stream_id == number:
                truth[move.first : move.last + 1] = move.direction
        return truth


def synthetic_streams(
    n_streams: int = 10,
    n_points: int | tuple[int, int] = 5_000,
    *,
    seed: int = 0,
    tick_size: float | Sequence[float] = 0.0625,
    momentum: float = 0.4,
    reversion: float = 0.05,
    jump_rate: float = 0.003,
    move_every: int | None = 1_500,
    move_strength: float = 0.3,
) -> Synthetic:
    """Draw synthetic price streams with planted moves.

    A price starts between 1,000 and 20,000 and moves in whole ticks. Regimes of momentum, of mean reversion and of
    neither alternate, interrupted by jumps and by the planted moves that a detector should find.
    With ``momentum=0, reversion=0, move_every=None`` nothing can be predicted: a detector that earns there is lucky.

    Parameters
    ----------
    n_streams
        Number of streams.
    n_points
        Number of points of each stream, or a pair of bounds from which each stream draws its own.
    seed
        Seed for everything that is drawn. The first streams of a larger set are those of a smaller one.
    tick_size
        Grid of the prices, from 0.000001 to 1: each value is a multiple of it. If there are several sizes, each stream
        draws one. Sums of moves are exact if it is a power of two, as the default is.
    momentum
        Fraction of the recent trend by which a tick continues it in a momentum regime, from 0 to 0.99.
    reversion
        Fraction of the distance to its anchor that a tick goes back in a mean-reverting regime, from 0 to 1.
    jump_rate
        Probability of a jump at each tick, from 0 to 1.
    move_every
        Average number of points from one planted move to the next; None plants none.
    move_strength
        Drift of a planted move per tick, in standard deviations of the noise, from 0.05 to 5.

    Returns
    -------
    Synthetic
        The streams, named ``synthetic_0`` and so on, and their planted moves.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If an argument is out of range or has the wrong type.

    Examples
    --------
    >>> synthetic = synthetic_streams(2, 3000, seed=1)
    >>> synthetic.streams
    [Stream(stream_id=0, name='synthetic_0', 3000 points), Stream(stream_id=1, name='synthetic_1', 3000 points)]
    >>> move = synthetic.moves[0]
    >>> bool(synthetic.truth(move.stream_id)[move.first] == move.direction)
    True
    """
    lengths = _lengths(n_points)
    grids = _tick_sizes(tick_size)
    habits = Habits(
        momentum=_number("momentum", momentum, 0.0, 0.99),
        reversion=_number("reversion", reversion, 0.0, 1.0),
        jump_rate=_number("jump_rate", jump_rate, 0.0, 1.0),
        move_every=None if move_every is None else whole_number("move_every", move_every, 1),
        move_strength=_number("move_strength", move_strength, 0.05, 5.0),
    )
    root = whole_number("seed", seed, 0)
    drawn = [_draw_stream(i, root, lengths, grids, habits) for i in range(whole_number("n_streams", n_streams, 1))]
    return Synthetic([stream for stream, _ in drawn], tuple(move for _, moves in drawn for move in moves))


def _draw_stream(
    stream_id: int, seed: int, lengths: tuple[int, int], grids: Sequence[float], habits: Habits
) -> tuple[Stream, list[PlantedMove]]:
    # Seeded by its id as well, so that a stream does not depend on how many others are drawn.
    rng = np.random.default_rng([seed, stream_id])
    length = int(rng.integers(*lengths, endpoint=True))
    tick_size = float(rng.choice(grids))
    # Uniform in the logarithm, or nine of ten streams would start above 2,900.
    level = round(float(np.exp(rng.uniform(*np.log(LEVELS)))) / tick_size)
    path, drifts = price_path(rng, length, habits)
    values: FloatArray = (level + path).astype(np.float64) * tick_size
    moves = [
        PlantedMove(
            stream_id,
            drift.first,
            drift.last,
            drift.direction,
            size=float(abs(values[drift.last] - values[drift.first])),
            kind="breakout" if drift.is_breakout else "drift",
        )
        for drift in drifts
    ]
    return Stream(values, stream_id, f"synthetic_{stream_id}"), moves


def _lengths(n_points: Any) -> tuple[int, int]:
    """Return the smallest and the largest number of points of a stream."""
    if not isinstance(n_points, tuple):
        length = whole_number("n_points", n_points, 1)
        return length, length
    if len(n_points) != 2:
        raise ArgumentError(
            f"{n_points!r} has {len(n_points)} numbers",
            where="n_points",
            advice="Give one, or the least and the most.",
        )
    least, most = (whole_number("n_points", length, 1) for length in n_points)
    if most < least:
        raise ArgumentError(
            f"the most, {most}, is below the least, {least}",
            where="n_points",
            advice="Give the least first.",
        )
    return least, most


def _tick_sizes(tick_size: Any) -> list[float]:
    """Return the tick sizes to choose from."""
    several = isinstance(tick_size, Sequence) and not isinstance(tick_size, str)
    sizes = [_number("tick_size", size, 1e-6, 1.0) for size in (tick_size if several else [tick_size])]
    if not sizes:
        raise ArgumentError(
            "it is empty",
            where="tick_size",
            advice="Give at least one size.",
        )
    return sizes


def _number(name: str, value: Any, least: float, most: float) -> float:
    """Return an argument as a float between two inclusive bounds."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ArgumentTypeError(
            f"expected a number, got {value!r} ({type(value).__name__})",
            where=name,
            advice=f"Give one from {least:g} to {most:g}.",
        )
    number = float(value)
    if not least <= number <= most:
        raise ArgumentError(
            f"{number} is out of range",
            where=name,
            advice=f"Give a number from {least:g} to {most:g}.",
        )
    return number
