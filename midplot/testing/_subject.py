"""The attacker under test, and the streams that it is tested on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from midplot.play._engine import PartReplay
from midplot.play._lockstep import BoundInfer
from midplot.play._trial import replay_stream
from midplot.streams._stream import FloatArray, Stream

__all__ = ["Subject", "random_walk"]

LEVEL = 100.0
"""Price at which a stream starts by default."""

TICK_SIZE = 0.01
"""Grid of the prices."""

REGIME = 50
"""Ticks that a trend or a calm lasts: the 500 ticks that are the default have ten of them."""

JUMP = 400
"""Size of the jumps in tick sizes: far enough for an attacker that bets on mean reversion to act too."""


def random_walk(n_ticks: int, seed: int = 0, level: float = LEVEL) -> FloatArray:
    """Return prices on a grid that trend up, jump, stay calm and trend down in turn, shape ``(n_ticks,)``.

    Parameters
    ----------
    n_ticks
        Number of prices.
    seed
        Seed for the random steps.
    level
        First price.

    Examples
    --------
    >>> float(random_walk(500)[0]), len(random_walk(500))
    (100.0, 500)
    """
    steps = np.random.default_rng(seed).normal(size=n_ticks)
    trend = np.resize(np.repeat([1.0, 0.0, 0.0, -1.0], REGIME), n_ticks)
    # Noise twice the trend: an attacker sees the trend over a regime, not from tick to tick.
    moves = np.rint(2 * steps + trend)
    # Jumps up and down alternate, so that prices stay near their level.
    moves[3 * REGIME :: 4 * REGIME] += JUMP
    moves[5 * REGIME :: 4 * REGIME] -= JUMP
    moves[:1] = 0.0
    prices: FloatArray = np.round(level + TICK_SIZE * np.cumsum(moves), 2)
    return prices


@dataclass(frozen=True, slots=True)
class Subject:
    """An attacker under test, which is started afresh for every stream.

    Attributes
    ----------
    infer
        The attacker, bound to its parameters.
    n_ticks
        Length of the longest streams.
    latency_budget
        Seconds that one decision may take on average.
    """

    infer: BoundInfer
    n_ticks: int
    latency_budget: float

    def walk(self) -> FloatArray:
        """Return the prices that most checks use."""
        return random_walk(self.n_ticks)

    def replay(self, values: FloatArray, name: str) -> list[PartReplay]:
        """Feed a stream to fresh attackers, one for each part between its gaps.

        Parameters
        ----------
        values
            Prices, shape ``(n,)``; NaN is a gap.
        name
            Name of the stream in error messages.
        """
        return replay_stream(Stream(values, name=name), self.infer)

    def decide(self, values: FloatArray, name: str) -> FloatArray:
        """Return the decisions on a stream without gaps, shape ``(n,)``."""
        return self.replay(values, name)[0].decisions
