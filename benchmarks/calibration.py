"""Whether luck tells the truth: attackers without skill on prices without memory, many times over.

The prices are martingales of five kinds and the attackers use only the past, so nobody can earn anything there: p has to
be uniform, and 95% of the intervals have to contain 0. Attackers decide on whole arrays at once, which is fast enough
for thousands of replays; midplot's own ledger scores them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import sqrt

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from midplot.evidence import Luck
from midplot.evidence._luck import luck_of_ledger
from midplot.money._ledger import Ledger
from midplot.play._engine import PartReplay
from midplot.play._settings import ReplaySettings
from midplot.streams._stream import Stream, cut_into_parts

__all__ = ["ATTACKERS", "HARD", "MARTINGALES", "Attacker", "Prices", "lucks", "lucks_on", "planted", "scored"]

Array = npt.NDArray[np.float64]
Attacker = Callable[[Array], Array]
"""Takes the prices of a part and returns one decision per tick, each from the prices up to that tick."""

Prices = list[Array]
"""The prices of some streams; NaN is a gap."""

N_STREAMS, N_TICKS = 8, 3_000


# Prices without memory


def gaussian(draw: np.random.Generator) -> Prices:
    """Draw random walks with normal steps."""
    return list(5_000 + draw.normal(size=(N_STREAMS, N_TICKS)).cumsum(axis=1))


def fat_tailed(draw: np.random.Generator) -> Prices:
    """Draw random walks whose steps have infinite kurtosis."""
    return list(5_000 + draw.standard_t(3, size=(N_STREAMS, N_TICKS)).cumsum(axis=1))


def clustered(draw: np.random.Generator) -> Prices:
    """Draw walks that are calm for hundreds of ticks and then wild, each stream at a scale of its own."""
    return [5_000 + (_volatility(draw) * draw.standard_t(5, size=N_TICKS)).cumsum() for _ in range(N_STREAMS)]


def tick_grid(draw: np.random.Generator) -> Prices:
    """Draw walks in whole ticks, which stand still half of the time."""
    steps = draw.choice([-2, -1, 0, 1, 2], p=[0.05, 0.2, 0.5, 0.2, 0.05], size=(N_STREAMS, N_TICKS))
    return list(5_000 + 0.25 * steps.cumsum(axis=1))


def with_gaps(draw: np.random.Generator) -> Prices:
    """Draw clustered walks that are cut into parts of any length, and jump by thousands at each gap."""
    prices = clustered(draw)
    for values in prices:
        for gap in draw.integers(1, N_TICKS, 3):
            values[gap:] += draw.normal(scale=3_000)
            values[gap] = np.nan
    return prices


def _volatility(draw: np.random.Generator) -> Array:
    """Return a volatility that changes every 150 ticks on average, by a factor of 2 or so."""
    regime = (draw.random(N_TICKS) < 1 / 150).cumsum()
    levels: Array = np.exp(draw.normal(scale=0.8, size=regime[-1] + 1))
    return np.exp(draw.normal()) * levels[regime]


MARTINGALES: dict[str, Callable[[np.random.Generator], Prices]] = {
    "Gaussian": gaussian,
    "fat-tailed": fat_tailed,
    "clustered": clustered,
    "tick grid": tick_grid,
    "gaps": with_gaps,
}


def planted(draw: np.random.Generator, strength: float) -> Prices:
    """Draw Gaussian walks with drifts of 300 ticks every 600, up or down by so many standard deviations per tick."""
    directions = draw.choice([-strength, strength], size=(N_STREAMS, N_TICKS // 600))
    drift = np.repeat(directions, 600, axis=1)
    drift[:, np.arange(N_TICKS) % 600 >= 300] = 0.0
    return list(5_000 + (drift + draw.normal(size=drift.shape)).cumsum(axis=1))


# Attackers that use only the past


def momentum(x: Array) -> Array:
    """Follow a move that accelerates, as the example attacker does."""
    return _late(x, 30, lambda w: np.where(_accelerates(w), np.sign(w[:, -1] - w[:, -16]), 0.0))


def _accelerates(w: Array) -> npt.NDArray[np.bool_]:
    first, second = w[:, -16] - w[:, 0], w[:, -1] - w[:, -16]
    return (first * second > 0) & (np.abs(second) > 2 * np.abs(first))


def reversion(x: Array) -> Array:
    """Bet against a price that is two standard deviations away from its mean."""
    return _late(x, 50, lambda w: -np.sign(w[:, -1] - w.mean(axis=1)) * (_distance(w) > 2.0))


def _distance(w: Array) -> Array:
    away: Array = np.abs(w[:, -1] - w.mean(axis=1)) / (w.std(axis=1) + 1e-9)
    return away


def rare(x: Array) -> Array:
    """Bet against single moves that are far larger than the moves before."""
    return _late(x, 60, lambda w: -np.sign(w[:, -1] - w[:, -2]) * (_surprise(w) > 3.8))


def _surprise(w: Array) -> Array:
    moves = np.abs(np.diff(w, axis=1))
    surprise: Array = moves[:, -1] / (moves[:, :-1].mean(axis=1) + 1e-9)
    return surprise


def breakout(x: Array) -> Array:
    """Follow a price that leaves the range of the last 60."""
    return _late(x, 60, lambda w: (w[:, -1] >= w.max(axis=1)) * 1.0 - (w[:, -1] <= w.min(axis=1)))


def always_up(x: Array) -> Array:
    """Decide up at every tick."""
    return np.ones(len(x))


ATTACKERS: dict[str, Attacker] = {
    "momentum": momentum,
    "mean reversion": reversion,
    "rare": rare,
    "breakout": breakout,
    "always up": always_up,
}


def after_a_fall(x: Array) -> Array:
    """Decide up as long as the price is lower than a block of 8 horizons ago: slow mean reversion."""
    decisions = np.zeros(len(x))
    decisions[240:] = x[240:] < x[:-240]
    return decisions


def until_ahead(x: Array) -> Array:
    """Decide up at every tick, and never again once enough was earned."""
    decisions = np.ones(len(x))
    if len(x) > 60:
        earned = np.concatenate([np.zeros(30), (x[30:] - x[:-30]).cumsum()])
        enough = 10 * sqrt(len(x)) * np.abs(np.diff(x[:60])).mean()
        decisions[(earned > enough).cumsum() > 0] = 0.0
    return decisions


HARD: dict[str, Attacker] = {"after a fall": after_a_fall, "until ahead": until_ahead}
"""Attackers that win often and little, and lose seldom and much: what they earn is far from symmetric."""


def _late(x: Array, length: int, decide: Callable[[Array], Array]) -> Array:
    """Decide from the last ``length`` prices; nothing as long as there are fewer."""
    decisions = np.zeros(len(x))
    if len(x) >= length:
        decisions[length - 1 :] = decide(sliding_window_view(x, length))
    return decisions


# Replays without the time they take


def scored(prices: Prices, attacker: Attacker, settings: ReplaySettings | None = None) -> Ledger:
    """Return the ledger of an attacker that decides on whole arrays."""
    # Without a cost: then the expected score is exactly 0.
    ledger = Ledger(settings or ReplaySettings(epsilon=0.0))
    for stream_id, values in enumerate(prices):
        stream = Stream(values, stream_id)
        ledger.open_stream(stream)
        for part in cut_into_parts(stream):
            decisions = attacker(part.values)
            ledger.record(PartReplay(part, decisions, np.zeros(len(decisions), np.int32), 0, complete=True))
    ledger.close("complete", 0.0)
    return ledger


def lucks_on(
    martingale: str, runs: int, seed: int = 0, attackers: Mapping[str, Attacker] = ATTACKERS
) -> Iterator[tuple[str, Luck]]:
    """Yield the luck of each attacker on each of so many sets of streams, with the attacker's name."""
    for run in range(runs):
        prices = MARTINGALES[martingale](np.random.default_rng([seed, run, *martingale.encode()]))
        for name, attacker in attackers.items():
            yield name, luck_of_ledger(scored(prices, attacker), seed=run)


def lucks(runs: int, seed: int = 0, attackers: Mapping[str, Attacker] = ATTACKERS) -> dict[tuple[str, str], list[Luck]]:
    """Return the lucks of so many runs by attacker and martingale; those with too little data are left out."""
    found: dict[tuple[str, str], list[Luck]] = {(name, kind): [] for name in attackers for kind in MARTINGALES}
    for kind in MARTINGALES:
        for name, luck in lucks_on(kind, runs, seed, attackers):
            if luck.enough:
                found[name, kind].append(luck)
    return found
