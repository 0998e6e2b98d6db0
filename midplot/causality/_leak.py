"""Tests on surrogate streams whether an attacker earns on a future that it was never shown.

A surrogate of a stream has the same increments in another order. Decisions on it cannot earn more than chance on the
**original** at the same indices, unless the attacker reads the original from elsewhere, by position.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from midplot._arithmetic import directions, finite, quiet
from midplot.causality._evidence import Earnings
from midplot.play._engine import PartReplay, first_parts
from midplot.streams._stream import FloatArray, Part

__all__ = ["Elsewhere", "earned_elsewhere"]

# 200 horizons of the game. On half of that a perfect leak has a z of 16, so an imperfect one is found as well.
LEAK_TICKS = 6_000
"""Ticks of surrogates that are replayed at least; short data get several surrogates."""

LEAK_SHARE = 0.1
"""Share of the data that is tested at least, so that the test of long data costs little beside its replay."""


MOST_RIVALS = 8
"""Other streams on whose future the decisions on one stream are tried."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """How an attacker decides on surrogates.

    Attributes
    ----------
    earnings
        What it earns on the originals.
    alike
        Share of the ticks with a decision at which it decides the same on every surrogate as on the original: 1 for an
        attacker that goes by the clock.
    """

    earnings: Earnings
    alike: float


@dataclass(frozen=True, slots=True)
class _Trial:
    """Decisions on the surrogates of one part, added up, and the moves of the original, both of shape ``(n,)``."""

    decisions: FloatArray
    moves: FloatArray


def earned_elsewhere(
    replays: Sequence[PartReplay],
    decide: Callable[[Part], FloatArray],
    *,
    horizon: int,
    rng: np.random.Generator,
) -> Elsewhere | None:
    """Return what decisions on surrogates earn on the originals, in standard deviations above chance.

    The z is the smaller of two figures, since there are two kinds of chance. The first compares with the same decisions
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
    Elsewhere or None
        None if nothing was decided, or no part is longer than four horizons.
    """
    # A shorter part has hardly a shift that is not related to no shift at all.
    long = [replay for replay in replays if replay.n_ticks > 4 * horizon]
    taken = first_parts(long, max(LEAK_TICKS, LEAK_SHARE * sum(replay.n_ticks for replay in long)))
    if not taken:
        return None
    n_surrogates = -(-LEAK_TICKS // sum(replay.n_ticks for replay in taken))  # rounded up
    trials, n_alike, n_decided = [], 0, 0
    for replay in taken:
        values = replay.part.values[: replay.n_ticks]
        surrogates = [replace(replay.part, values=_surrogate(values, rng)) for _ in range(n_surrogates)]
        signs = np.sign([decide(surrogate) for surrogate in surrogates])
        shown = np.vstack([np.sign(replay.decisions), signs])
        decided = shown.any(axis=0)
        n_decided += int(np.count_nonzero(decided))
        n_alike += int(np.count_nonzero((shown == shown[0]).all(axis=0) & decided))
        moves = directions(values[:-horizon], values[horizon:])
        trials.append(_Trial(signs[:, :-horizon].sum(axis=0), moves))
    if not any(trial.decisions.any() for trial in trials):
        return None
    return Elsewhere(_earnings(trials, horizon), n_alike / n_decided)


def _earnings(trials: Sequence[_Trial], horizon: int) -> Earnings:
    z, rival = _z_of(trials, horizon)
    # On other streams, at the same ticks: what is earned there as well is a shape that the streams share.
    for distance in range(1, min(len(trials), MOST_RIVALS + 1)):
        rival = max(rival, _z_of(_crossed(trials, distance), horizon)[0])
    perfect = [_Trial(np.abs(trial.decisions) * trial.moves, trial.moves) for trial in trials]
    return Earnings(z, rival, _z_of(perfect, horizon, centred=False)[0])


def _crossed(trials: Sequence[_Trial], distance: int) -> list[_Trial]:
    """Pair the decisions on each stream with the moves of another one, as far as both go."""
    crossed = []
    for number, trial in enumerate(trials):
        other = trials[(number + distance) % len(trials)]
        n = min(len(trial.moves), len(other.moves))
        crossed.append(_Trial(trial.decisions[:n], other.moves[:n]))
    return crossed


def _z_of(trials: Sequence[_Trial], horizon: int, *, centred: bool = True) -> tuple[float, float]:
    """Return the z of what decisions earn, and the largest one that they have at an unrelated shift."""
    shortest, longest = (bound(len(trial.moves) for trial in trials) for bound in (min, max))
    by_shift = np.zeros(longest)
    for trial in trials:
        earned = _earned_by_shift(trial.decisions, trial.moves)
        by_shift += earned[np.arange(longest) * len(trial.moves) // longest]
    blocks = np.concatenate([_earned_by_block(trial, horizon) for trial in trials])
    z, rival = _z_of_no_shift(by_shift, -(-horizon * longest // shortest))
    return min(z, _z_of_mean(blocks, centred=centred)), rival


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
def _z_of_no_shift(earned: FloatArray, related: int) -> tuple[float, float]:
    """Return the z of the earnings without a shift among those of the shifts that are not related to it, and their largest."""
    unrelated = earned[related : len(earned) - related]
    deviation = float(unrelated.std()) if len(unrelated) else 0.0
    if not deviation:
        return 0.0, 0.0
    mean = float(unrelated.mean())
    return (float(earned[0]) - mean) / deviation, (float(unrelated.max()) - mean) / deviation


def _earned_by_block(trial: _Trial, horizon: int) -> FloatArray:
    """Return what decisions earn in each block of one horizon, decisions and moves taken as deviations from their means."""
    earned = (trial.decisions - trial.decisions.mean()) * (trial.moves - trial.moves.mean())
    blocks: FloatArray = earned[: len(earned) // horizon * horizon].reshape(-1, horizon).sum(axis=1)
    return blocks


@quiet()
def _z_of_mean(earned: FloatArray, *, centred: bool = True) -> float:
    """Return the z of the mean against 0; it is about 1 if a single block has earned everything.

    Not centred, the deviation is that of decisions that are right and wrong in turn, of which a perfect leak has none.
    """
    deviation = float(earned.std(ddof=1)) if centred else math.sqrt(float(np.square(earned).mean()))
    return float(earned.mean()) / deviation * math.sqrt(len(earned)) if deviation else 0.0
