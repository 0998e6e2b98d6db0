"""How a synthetic price moves: noise on a tick grid, regimes of momentum and mean reversion, jumps, planted moves.

The order of the draws is part of the result: one more draw in between gives other streams for the same seed, and another
embedded sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from midplot.streams._stream import FloatArray

__all__ = ["Drift", "Habits", "price_path"]

NOISE_IN_TICKS: Final = (1.9, 4.5)
"""Range of the standard deviation of a one-tick move, in ticks: about a sixth of the moves then round to zero."""

TAIL: Final = 4
"""Degrees of freedom of the noise. Student's t is the simplest way to tails as heavy as those of real one-tick moves."""

VOLATILITY_SPREAD: Final = 0.35
"""Standard deviation of the logarithm of the volatility."""

VOLATILITY_MEMORY: Final = 200
"""Number of points over which the volatility forgets its past."""

REGIME_POINTS: Final = (150, 600)
"""Shortest and longest regime, in points."""

REVERTING_NOISE: Final = 1.5
"""Factor by which the noise is louder in a mean-reverting regime, which swings wide and comes back."""

TREND_MEMORY: Final = 25
"""Number of points over which the trend that momentum follows is averaged: about one horizon."""

ANCHOR_MEMORY: Final = 400
"""Number of points over which the anchor of mean reversion follows the price."""

JUMP_SIZE: Final = (5.0, 15.0)
"""Smallest and largest jump, in standard deviations of the noise."""

MOVE_POINTS: Final = (60, 160)
"""Shortest and longest planted move, in points: at least two horizons, so that a decision inside it can pay."""

MOVE_MARGIN: Final = 100
"""Points before the first planted move, between two, and after the last: room to warm up and to resolve."""

BREAKOUT_JUMP: Final = 0.25
"""Fraction of a breakout that its first tick covers."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How the prices of a set of streams behave.

    Attributes
    ----------
    momentum
        Fraction of the recent trend by which a tick continues it, in a momentum regime.
    reversion
        Fraction of the distance to its anchor that a tick goes back, in a mean-reverting regime.
    jump_rate
        Probability of a jump at each tick.
    move_every
        Average number of points from one planted move to the next, on top of the margin; None plants none.
    move_strength
        Drift of a planted move per tick, in standard deviations of the noise.
    """

    momentum: float
    reversion: float
    jump_rate: float
    move_every: int | None
    move_strength: float


@dataclass(frozen=True, slots=True)
class Drift:
    """Where a move is planted, in which direction it goes, and whether it opens with a jump."""

    first: int
    last: int
    direction: float
    is_breakout: bool

    @property
    def ticks(self) -> slice:
        """The ticks whose moves belong to it: not the first index, which it starts from."""
        return slice(self.first + 1, self.last + 1)


def price_path(rng: np.random.Generator, length: int, habits: Habits) -> tuple[npt.NDArray[np.int64], list[Drift]]:
    """Draw one path.

    Parameters
    ----------
    rng
        Source of random numbers.
    length
        Number of points.
    habits
        How the price behaves.

    Returns
    -------
    path : ndarray of int64, shape (length,)
        The price in ticks, relative to its start.
    drifts : list of Drift
        The planted moves, in order.
    """
    sigma = float(np.exp(rng.uniform(*np.log(NOISE_IN_TICKS))))
    drifts = _draw_drifts(rng, length, habits.move_every)
    momentum, reversion = _draw_regimes(rng, length, habits)
    # Student's t has the variance TAIL / (TAIL - 2): divided by its root, the noise has the deviation sigma.
    noise = sigma * _draw_volatility(rng, length) * rng.standard_t(TAIL, length) / np.sqrt(TAIL / (TAIL - 2))
    shocks = np.where(reversion > 0, REVERTING_NOISE, 1.0) * noise + sigma * _draw_jumps(rng, length, habits.jump_rate)
    for drift in drifts:
        momentum[drift.ticks] = reversion[drift.ticks] = 0.0
        shocks[drift.ticks] = _drifting(noise[drift.ticks], drift, sigma * habits.move_strength)
    return np.rint(_accumulated(shocks, momentum, reversion)).astype(np.int64), drifts


def _draw_drifts(rng: np.random.Generator, length: int, move_every: int | None) -> list[Drift]:
    """Draw planted moves until the next one would not fit."""
    drifts: list[Drift] = []
    end = 0
    while move_every is not None:
        first = end + MOVE_MARGIN + int(rng.exponential(move_every))
        end = first + int(rng.integers(*MOVE_POINTS, endpoint=True))
        if end + MOVE_MARGIN >= length:
            break
        drifts.append(Drift(first, end, float(rng.choice((-1.0, 1.0))), bool(rng.random() < 0.5)))
    return drifts


def _draw_regimes(rng: np.random.Generator, length: int, habits: Habits) -> tuple[FloatArray, FloatArray]:
    """Return the momentum and the reversion at each tick; a third of the regimes have neither."""
    momentum, reversion = np.zeros(length), np.zeros(length)
    start = 0
    while start < length:
        stop = start + int(rng.integers(*REGIME_POINTS, endpoint=True))
        kind = int(rng.integers(3))
        momentum[start:stop] = habits.momentum * (kind == 1)
        reversion[start:stop] = habits.reversion * (kind == 2)
        start = stop
    return momentum, reversion


def _draw_volatility(rng: np.random.Generator, length: int) -> FloatArray:
    """Return a volatility around 1 that wanders slowly."""
    keep = 1.0 - 1.0 / VOLATILITY_MEMORY
    # Scaled so that the logarithm keeps a variance of 1, from its first point to its last.
    kicks = np.sqrt(1.0 - keep**2) * rng.standard_normal(length)
    level = float(rng.standard_normal())
    logs = []
    for kick in kicks.tolist():
        level = keep * level + kick
        logs.append(level)
    volatility: FloatArray = np.exp(VOLATILITY_SPREAD * np.array(logs))
    return volatility


def _draw_jumps(rng: np.random.Generator, length: int, jump_rate: float) -> FloatArray:
    jumps = rng.random(length) < jump_rate
    sizes: FloatArray = rng.choice((-1.0, 1.0), length) * rng.uniform(*JUMP_SIZE, length)
    sizes[~jumps] = 0.0
    return sizes


def _drifting(noise: FloatArray, drift: Drift, step: float) -> FloatArray:
    """Return a drift plus noise that adds up to zero, so that the size of the move is the drift's alone."""
    steps = np.full(len(noise), step)
    if drift.is_breakout:
        steps *= 1.0 - BREAKOUT_JUMP
        steps[0] += BREAKOUT_JUMP * step * len(noise)
    return noise - float(noise.mean()) + drift.direction * steps


def _accumulated(shocks: FloatArray, momentum: FloatArray, reversion: FloatArray) -> FloatArray:
    """Add up the shocks and the price's reaction to its own past."""
    # A loop, since each tick needs the one before it; over lists, whose floats are faster to reach than an array's.
    price = trend = anchor = 0.0
    prices = []
    for shock, follow, pull in zip(shocks.tolist(), momentum.tolist(), reversion.tolist(), strict=True):
        move = shock + follow * trend - pull * (price - anchor)
        price += move
        trend += (move - trend) / TREND_MEMORY
        # Outside a mean-reverting regime the anchor is the price itself, so that no regime starts by undoing the last.
        anchor = anchor + (price - anchor) / ANCHOR_MEMORY if pull else price
        prices.append(price)
    return np.array(prices)
