"""Finds how much history an attacker needs before it decides, and before it decides as with all of its past.

Take history away from a decision and show a fresh attacker only the last ``m`` ticks up to it. The smallest ``m`` with
which it still decides is what it needs to be ready. A fresh attacker that is started in the middle of a stream, and fed
from there, agrees sooner or later with the one that was started at the beginning: from then on it has settled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from midplot.play._engine import PartReplay
from midplot.play._lockstep import BoundInfer
from midplot.play._trial import Trial
from midplot.streams._stream import FloatArray

__all__ = ["History", "Run", "first_decision", "history_of", "needed_ticks"]

# Each takes some ten replays by bisection. With a fixed number of them, the cost does not grow with the movie.
MOST_RUNS = 5
"""The number of decisions from which history is taken away."""

MULTIPLES = (1, 2, 4, 8)
"""Times the warm-up after which decisions are compared."""

# Eight times this is the warm-up that a scenario keeps.
WARMUP = 125
"""Ticks of warm-up where a replay has none."""

STARTS = 6
"""Places at which a fresh attacker is started."""

Run = list[float]
"""The prices that an attacker was fed from its start."""


@dataclass(frozen=True, slots=True)
class History:
    """How much history an attacker needs.

    Attributes
    ----------
    needed
        The fewest ticks with which it was seen to decide; None if it decided nothing.
    settled
        The ticks after which all its decisions were those of an attacker that has seen everything before; None if some
        still differed at the end.
    differing
        After 1, 2, 4 and 8 times the warm-up, the ticks, and the share of decisions that still differed until the next
        multiple.
    """

    needed: int | None
    settled: int | None
    differing: tuple[tuple[int, float], ...]


def needed_ticks(runs: Iterable[Run], infer: BoundInfer) -> int | None:
    """Return the smallest number of ticks with which an attacker is seen to decide.

    Parameters
    ----------
    runs
        The prices from the attacker's start up to and including the tick of a decision. The shortest runs are used.
    infer
        The attacker, bound to its parameters.

    Returns
    -------
    int or None
        An estimate, found by bisection from at most five decisions; None if there is no run.
    """
    shortest = sorted(runs, key=len)[:MOST_RUNS]
    if not shortest:
        return None
    enough = len(shortest[0])
    for run in shortest:
        enough = _least(run, enough, infer)
    return enough


def _least(run: Run, enough: int, infer: BoundInfer) -> int:
    """Bisect for the smallest number of last ticks of a run with which the attacker decides, at most ``enough``."""
    # One replay settles most runs: with one tick less than the best so far it stays silent.
    if enough == 1 or first_decision(run[1 - enough :], infer) is None:
        return enough
    too_few, enough = 0, enough - 1
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if first_decision(run[-middle:], infer) is None:
            too_few = middle
        else:
            enough = middle
    return enough


def first_decision(values: Run, infer: BoundInfer) -> int | None:
    """Return the tick of a fresh attacker's first decision; None if it made none, perhaps because it failed."""
    fired = np.flatnonzero(Trial(values, infer).decisions)
    return int(fired[0]) if len(fired) else None


def history_of(replays: Sequence[PartReplay], infer: BoundInfer) -> History | None:
    """Start fresh attackers in the middle of parts, and compare them with the replay.

    Parameters
    ----------
    replays
        The replays of an attacker that decides the same on the same values.
    infer
        The attacker, bound to its parameters.

    Returns
    -------
    History or None
        None if it decided nothing, or no part is longer than twice the warm-up.
    """
    longest = max(replays, key=lambda replay: replay.n_ticks)
    # An attacker that raised an error was fed no further than this.
    values, signs = longest.part.values[: longest.n_ticks].tolist(), np.sign(longest.decisions)
    warmup = min(longest.part.warmup or WARMUP, longest.n_ticks // 2)
    fired = np.flatnonzero(signs)
    if not len(fired) or warmup < MULTIPLES[1]:
        return None
    length = 2 * MULTIPLES[-1] * warmup
    last = max(1, longest.n_ticks - min(length, longest.n_ticks // 2))
    differs = [
        _differing(values[start : start + length], signs[start : start + length], infer)
        for start in np.unique(np.linspace(1, last, STARTS).astype(int)).tolist()
    ]
    settled = max(int(np.flatnonzero(each)[-1]) + 1 if each.any() else 0 for each in differs)
    shares = []
    for ticks in (multiple * warmup for multiple in MULTIPLES):
        after = [each[ticks : 2 * ticks] for each in differs]
        if sum(map(len, after)):
            shares.append((ticks, float(np.concatenate(after).mean())))
    # Seldom may mean never: what still differs in the second half of a run may do so for good.
    open_ended = any(each[len(each) // 2 :].any() for each in differs)
    some = fired[:: -(-len(fired) // MOST_RUNS)].tolist()
    runs = [values[max(0, tick + 1 - 8 * warmup) : tick + 1] for tick in some]
    needed = needed_ticks([run for run in runs if first_decision(run, infer) is not None], infer)
    return History(needed, None if open_ended else settled, tuple(shares))


def _differing(values: Run, signs: FloatArray, infer: BoundInfer) -> npt.NDArray[np.bool_]:
    """Return at which ticks a fresh attacker decides otherwise than the replay did."""
    fresh = np.sign(Trial(values, infer).decisions)
    differs: npt.NDArray[np.bool_] = np.pad(fresh, (0, len(signs) - len(fresh))) != signs
    return differs
