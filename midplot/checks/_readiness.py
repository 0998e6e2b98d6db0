"""How much history does an attacker need before it decides? Finds out by taking history away from its decisions.

An attacker that is silent on a scenario may not have been ready yet, or may not have seen what it looks for. To
distinguish the two, take a decision that it made elsewhere and show a fresh attacker only the last ``m`` ticks up to it.
The smallest ``m`` with which it still decides is what it needs for that decision; the smallest over several decisions is
what it needs at all, as far as one can know. A scenario with fewer ticks is too short for it.

If it made no decision elsewhere, longer histories are put in front of the scenarios on which it was silent: their own
prices in reverse, the same turned upside down about the first price, or that first price repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from midplot._arithmetic import quiet
from midplot.play._lockstep import BoundInfer
from midplot.play._trial import Trial
from midplot.scenarios._selection import WARMUP

__all__ = ["needed_ticks", "runs_with_history"]

# Each takes some ten replays by bisection. With a fixed number of them, the cost does not grow with the movie.
MOST_RUNS = 5
"""The number of decisions from which history is taken away."""

Run = list[float]
"""The prices that an attacker was fed from its start."""


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


def runs_with_history(silent: Sequence[Run], infer: BoundInfer) -> list[Run]:
    """Put longer histories in front of prices on which an attacker was silent.

    Parameters
    ----------
    silent
        The prices, one run per scenario. The first few are used.
    infer
        The attacker, bound to its parameters.

    Returns
    -------
    list of list of float
        The runs on which it now decides, each from the start of the history up to and including its first decision.
    """
    return list(islice((run for values in silent[:MOST_RUNS] for run in _decided(values, infer)), MOST_RUNS))


def _decided(values: Run, infer: BoundInfer) -> Iterator[Run]:
    for longer in _histories(values):
        tick = _first_decision(longer, infer)
        if tick is not None:
            yield longer[: tick + 1]


def _histories(values: Run) -> Iterator[Run]:
    """Put as much history as a scenario can have in front of prices, in three ways."""
    # Three, because each suits other attackers: one that needs movement, one that needs a trend, one that needs calm.
    front = (WARMUP, 0)
    yield np.pad(values, front, mode="reflect").tolist()
    with quiet():
        turned = np.pad(values, front, mode="reflect", reflect_type="odd")
    if np.isfinite(turned).all():  # enormous prices may overflow, and no replay feeds an infinity
        yield turned.tolist()
    yield np.pad(values, front, mode="edge").tolist()


def _least(run: Run, enough: int, infer: BoundInfer) -> int:
    """Bisect for the smallest number of last ticks of a run with which the attacker decides, at most ``enough``."""
    # One replay settles most runs: with one tick less than the best so far it stays silent.
    if enough == 1 or _first_decision(run[1 - enough :], infer) is None:
        return enough
    too_few, enough = 0, enough - 1
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if _first_decision(run[-middle:], infer) is None:
            too_few = middle
        else:
            enough = middle
    return enough


def _first_decision(values: Run, infer: BoundInfer) -> int | None:
    """Return the tick of a fresh attacker's first decision; None if it made none, perhaps because it failed."""
    fired = np.flatnonzero(Trial(values, infer).decisions)
    return int(fired[0]) if len(fired) else None
