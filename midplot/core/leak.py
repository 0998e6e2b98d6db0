"""Does an attacker earn on a future that it was never shown? Found out on surrogate streams.

A surrogate of a stream has its increments in another order. What an attacker decides on it can earn nothing on the
**original** at the same indices, beyond chance, unless the attacker reads the original from elsewhere, by position.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from midplot.core.arithmetic import directions, finite, quiet
from midplot.core.engine import PartReplay, first_parts
from midplot.core.stream import FloatArray, Part

__all__ = ["LEAK_Z", "leak_z"]

LEAK_Z = 4.0
"""Beyond this many standard deviations chance is no explanation: about 1 in 30,000."""

LEAK_TICKS = 6_000
LEAK_SHARE = 0.1


def leak_z(
    replays: Sequence[PartReplay],
    decide: Callable[[Part], FloatArray],
    *,
    horizon: int,
    rng: np.random.Generator,
) -> float | None:
    """Return by how many standard deviations decisions on surrogates earn on the originals.

    It is the lesser of two, for chance comes in two kinds. Against the same decisions *shifted in time*, all streams
    by the same share of their length: that keeps the clustering of the decisions, the overlap of the moves, and what
    the streams have in common, such as a rise towards their ends. And over *blocks* of a horizon: a leak earns
    everywhere, while a jump that lands by chance where the original jumps earns in one block.

    A perfect leak has a z of some 5 on 10 horizons of data, and 16 on 100.

    Parameters
    ----------
    replays
        What was decided, on which values.
    decide
        Gives the decisions of a fresh attacker on a part, one on each value.
    horizon
        Ticks from a decision to its resolution.
    rng
        Shuffles the increments.

    Returns
    -------
    float or None
        None where nothing was decided, or no part is longer than four horizons.
    """
    taken = _taken([replay for replay in replays if replay.n_ticks > 4 * horizon])
    if not taken:
        return None
    n_ticks = sum(replay.n_ticks for replay in taken)
    n_surrogates = -(-LEAK_TICKS // n_ticks)
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


def _taken(replays: Sequence[PartReplay]) -> list[PartReplay]:
    return first_parts(replays, max(LEAK_TICKS, LEAK_SHARE * sum(replay.n_ticks for replay in replays)))


@quiet()
def _surrogate(values: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Put the increments in another order; a path of prices that would fall to 0 is lifted to the original's lowest."""
    path: FloatArray = np.cumsum(np.concatenate([values[:1], rng.permutation(np.diff(values))]))
    lowest, least = float(values.min()), float(path.min())
    # An attacker may take the logarithm of a price. Else the first value stays, by which a reader may know the stream.
    return finite(path + (lowest - least) if least <= 0 < lowest else path)


@quiet()
def _earned_by_shift(decisions: FloatArray, moves: FloatArray) -> FloatArray:
    """Return what decisions earn on the signs of moves when they come later, by 0, 1, … ticks, round the end.

    The signs keep one jump from deciding. All shifts at once are a cross-correlation, by the Fourier transform;
    its terms are whole numbers, so rounding makes it exact.
    """
    spectrum = np.conj(np.fft.rfft(decisions)) * np.fft.rfft(moves)
    earned: FloatArray = np.rint(np.fft.irfft(spectrum, len(moves)))
    return earned


@quiet()
def _z_of_no_shift(earned: FloatArray, related: int) -> float:
    """Return how far above chance no shift at all is, against the shifts that are not related to it."""
    unrelated = earned[related : len(earned) - related]
    deviation = float(unrelated.std())
    return float(earned[0] - unrelated.mean()) / deviation if deviation else 0.0


def _earned_by_block(decisions: FloatArray, moves: FloatArray, horizon: int) -> FloatArray:
    """Return what decisions earn beyond their means in each block of a horizon."""
    earned = (decisions - decisions.mean()) * (moves - moves.mean())
    blocks: FloatArray = earned[: len(earned) // horizon * horizon].reshape(-1, horizon).sum(axis=1)
    return blocks


@quiet()
def _z_of_mean(earned: FloatArray) -> float:
    """Return how far above 0 the mean is: about 1 where a single block has it all."""
    deviation = float(earned.std(ddof=1))
    return float(earned.mean()) / deviation * math.sqrt(len(earned)) if deviation else 0.0
