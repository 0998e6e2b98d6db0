"""Tests on surrogate streams whether an attacker earns on a future that it was never shown.

A surrogate of a stream has the same increments in another order. Decisions on it cannot earn more than chance on the
**original** at the same indices, unless the attacker reads the original from elsewhere, by position.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from midplot._arithmetic import directions, finite, quiet
from midplot.play._engine import PartReplay, first_parts
from midplot.streams._stream import FloatArray, Part

__all__ = ["LEAK_Z", "leak_z"]

LEAK_Z = 4.0
"""Standard deviations beyond which chance is no explanation: its odds are about 1 in 30,000."""

# 200 horizons of the game. On half of that a perfect leak has a z of 16, so an imperfect one is found as well.
LEAK_TICKS = 6_000
"""Ticks of surrogates that are replayed at least; short data get several surrogates."""

LEAK_SHARE = 0.1
"""Share of the data that is tested at least, so that the test of long data costs little beside its replay."""


def leak_z(
    replays: Sequence[PartReplay],
    decide: Callable[[Part], FloatArray],
    *,
    horizon: int,
    rng: np.random.Generator,
) -> float | None:
    """Return the number of standard deviations above chance that decisions on surrogates earn on the originals.

    It is the smaller of two figures, since there are two kinds of chance. The first compares with the same decisions
    *shifted in time*, in all streams by the same share of their length. This preserves the clustering of the decisions,
    the overlap of the moves, and what the streams have in common, such as a rise towards their ends. The second looks
    at *blocks* of one horizon: a leak earns everywhere, while a jump that happens to land on a jump of the original
    earns in one block only.

    A perfect leak has a z of about 5 on 10 horizons of data, and of 16 on 100.

    Parameters
    ----------
    replays
        The replays to test.
    decide
        Returns the decisions of a fresh attacker on a part, one per value.
    horizon
        Ticks from a decision to its resolution.
    rng
        Source of randomness for the surrogates.

    Returns
    -------
    float or None
        None if nothing was decided, or no part is longer than four horizons.
    """
    # A shorter part has hardly a shift that is not related to no shift at all.
    long = [replay for replay in replays if replay.n_ticks > 4 * horizon]
    taken = first_parts(long, max(LEAK_TICKS, LEAK_SHARE * sum(replay.n_ticks for replay in long)))
    if not taken:
        return None
    n_ticks = sum(replay.n_ticks for replay in taken)
    n_surrogates = -(-LEAK_TICKS // n_ticks)  # rounded up
    shortest, longest = (bound(replay.n_ticks - horizon for replay in taken) for bound in (min, max))
    by_shift, by_block, n_decisions = np.zeros(longest), [], 0
    for replay in taken:
        values = replay.part.values[: replay.n_ticks]
        surrogates = [replace(replay.part, values=_surrogate(values, rng)) for _ in range(n_surrogates)]
        signs = np.sign([decide(surrogate)[:-horizon] for surrogate in surrogates])
        n_decisions += int(np.count_nonzero(signs))
        decisions, moves = signs.sum(axis=0), directions(values[:-horizon], values[horizon:])
        by_shift += _earned_by_shift(decisions, moves)[np.arange(longest) * len(moves) // longest]
        by_block.append(_earned_by_block(decisions, moves, horizon))
    if not n_decisions:
        return None
    related = -(-horizon * longest // shortest)
    return min(_z_of_no_shift(by_shift, related), _z_of_mean(np.concatenate(by_block)))


@quiet()
def _surrogate(values: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Shuffle the increments; a path of prices that falls to 0 or below is lifted to the lowest price of the original."""
    path: FloatArray = np.cumsum(np.concatenate([values[:1], rng.permutation(np.diff(values))]))
    lowest, least = float(values.min()), float(path.min())
    # An attacker may take the logarithm of a price. Otherwise the first value stays, since a cheat may look it up.
    return finite(path + (lowest - least) if least <= 0 < lowest else path)


@quiet()
def _earned_by_shift(decisions: FloatArray, moves: FloatArray) -> FloatArray:
    """Return what decisions earn on the signs of moves if they are shifted by 0, 1, … ticks, wrapped round the end.

    Signs are used so that a single jump does not decide the result. All shifts at once are a cross-correlation, computed
    by Fourier transform; its terms are whole numbers, so rounding makes it exact.
    """
    spectrum = np.conj(np.fft.rfft(decisions)) * np.fft.rfft(moves)
    earned: FloatArray = np.rint(np.fft.irfft(spectrum, len(moves)))
    return earned


@quiet()
def _z_of_no_shift(earned: FloatArray, related: int) -> float:
    """Return the z of the earnings without a shift among those of the shifts that are not related to it."""
    unrelated = earned[related : len(earned) - related]
    deviation = float(unrelated.std())
    return float(earned[0] - unrelated.mean()) / deviation if deviation else 0.0


def _earned_by_block(decisions: FloatArray, moves: FloatArray, horizon: int) -> FloatArray:
    """Return what decisions earn in each block of one horizon, decisions and moves taken as deviations from their means."""
    earned = (decisions - decisions.mean()) * (moves - moves.mean())
    blocks: FloatArray = earned[: len(earned) // horizon * horizon].reshape(-1, horizon).sum(axis=1)
    return blocks


@quiet()
def _z_of_mean(earned: FloatArray) -> float:
    """Return the z of the mean against 0; it is about 1 if a single block has earned everything."""
    deviation = float(earned.std(ddof=1))
    return float(earned.mean()) / deviation * math.sqrt(len(earned)) if deviation else 0.0
