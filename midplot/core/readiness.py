"""How much history does an attacker need before it decides? Found out by taking history away from its decisions.

An attacker that is silent on a scenario may not have been ready yet, or may not have seen what it looks for. To tell
the two apart, take a decision that it made elsewhere, and show a fresh attacker only the last ``m`` ticks up to it. The
least ``m`` with which it still decides is what it needs for that decision; the least over several decisions is what it
needs at all, as far as can be told. A scenario with fewer ticks is too short for it.

Where it made no decision elsewhere, longer histories are put in front of the scenarios on which it was silent: their own
prices mirrored, turned about the first one, or that first one standing still.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from midplot.core.arithmetic import quiet
from midplot.core.lockstep import BoundInfer
from midplot.core.selection import WARMUP
from midplot.core.trial import Trial

__all__ = ["needed_ticks", "runs_with_history"]

MOST_RUNS = 5
"""From how many decisions history is taken away: the cost does not grow with the movie."""

Run = list[float]


def needed_ticks(runs: Iterable[Run], infer: BoundInfer) -> int | None:
    """Return the least number of ticks with which an attacker is seen to decide.

    Parameters
    ----------
    runs
        Values from the attacker's start up to a decision of it, that one included. The shortest are used.
    infer
        The attacker, bound to its parameters.

    Returns
    -------
    int or None
        None without a run. It is about right only: it is found by bisection, and by no more than five decisions.
    """
    shortest = sorted(runs, key=len)[:MOST_RUNS]
    if not shortest:
        return None
    enough = len(shortest[0])
    for run in shortest:
        enough = _least(run, enough, infer)
    return enough


def runs_with_history(silent: Sequence[Run], infer: BoundInfer) -> list[Run]:
    """Put longer histories in front of values on which an attacker was silent.

    Parameters
    ----------
    silent
        The values, one run a scenario. The first few are used.
    infer
        The attacker, bound to its parameters.

    Returns
    -------
    list of list of float
        Where it decides now: the values from the start of the history up to its first decision.
    """
    return list(islice((run for values in silent[:MOST_RUNS] for run in _decided(values, infer)), MOST_RUNS))


def _decided(values: Run, infer: BoundInfer) -> Iterator[Run]:
    for longer in _histories(values):
        tick = _first_decision(longer, infer)
        if tick is not None:
            yield longer[: tick + 1]


def _histories(values: Run) -> Iterator[Run]:
    """Put the most history that a scenario could have in front of values, in three ways."""
    front = (WARMUP, 0)
    yield np.pad(values, front, mode="reflect").tolist()
    with quiet():
        turned = np.pad(values, front, mode="reflect", reflect_type="odd")
    if np.isfinite(turned).all():
        yield turned.tolist()
    yield np.pad(values, front, mode="edge").tolist()


def _least(run: Run, enough: int, infer: BoundInfer) -> int:
    """Bisect for the least number of last ticks of a run on which the attacker still decides, below ``enough``."""
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
    """Return the tick of a fresh attacker's first decision; None where it made none, be it that it failed before."""
    fired = np.flatnonzero(Trial(values, infer).decisions)
    return int(fired[0]) if len(fired) else None
