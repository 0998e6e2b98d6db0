"""Small data sets on which attackers are verified: streams that share a season, a shape, a structure, and a real look."""

from __future__ import annotations

import numpy as np

from midplot.streams import synthetic_streams

SEASON = 200


def walk(n, seed=0, step=0.1):
    return 100 + step * np.random.default_rng(seed).normal(size=n).cumsum()


def season_of(n):
    """A wave and a jump up and down, in each season anew."""
    at = np.arange(n) % SEASON
    return 3 * np.sin(2 * np.pi * at / SEASON) + 2.0 * ((at > 50) & (at < 90))


def seasonal(n=1200):
    return [walk(n, seed) + season_of(n) for seed in (1, 2)]


def one_seasonal():
    return [walk(1800, 3) + season_of(1800)]


def shared_shapes():
    """Eight streams that all rise in their first hundred ticks, and fall at their ends."""
    at = np.arange(400)
    shape = 8 * np.minimum(at / 100, 1) - 6 * np.maximum((at - 320) / 80, 0)
    return [walk(400, 10 + seed) + shape for seed in range(8)]


def structured():
    """Regimes, a trend that begins late, a jump, and long calms."""
    rng = np.random.default_rng(4)
    regimes = np.cumsum(0.03 * np.repeat(rng.choice([-1, 1], size=6), 150) + 0.1 * rng.normal(size=900))
    late = walk(900, 5) + 0.2 * np.maximum(np.arange(900) - 300, 0)
    calm = np.repeat(np.round(walk(180, 6, 0.4), 2), 5)
    return [100 + regimes, late, walk(900, 7) + 50 * (np.arange(900) > 400), calm]


def real_like():
    """Prices on a tick grid, with momentum, mean reversion, jumps and planted moves, and a gap."""
    streams = [stream.values.copy() for stream in synthetic_streams(2, 900, seed=8).streams]
    streams[1][500] = np.nan
    return streams


MARKETS = {
    "seasonal": seasonal,
    "one seasonal": one_seasonal,
    "shared shapes": shared_shapes,
    "structured": structured,
    "real-like": real_like,
}
