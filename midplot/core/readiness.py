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

from midplot.core.engine import PartRun
from midplot.core.lockstep import BoundInfer
from midplot.core.selection import WARMUP
from midplot.core.stream import FloatArray, Part

__all__ = ["decisions_with_history", "needed_ticks"]

MOST_RUNS = 5
"""From how many decisions history is taken away: the cost does not grow with the movie."""


def needed_ticks(runs: Iterable[FloatArray], infer: BoundInfer) -> int | None:
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


def decisions_with_history(silent: Sequence[FloatArray], infer: BoundInfer) -> list[FloatArray]:
    """Put longer histories in front of values on which an attacker was silent.

    Parameters
    ----------
    silent
        The values, one run a scenario. The first few are used.
    infer
        The attacker, bound to its parameters.

    Returns
    -------
    list of array
        Where it decided now: the values from the start of the history up to its first decision.
    """
    return list(islice((run for values in silent[:MOST_RUNS] for run in _decided(values, infer)), MOST_RUNS))


def _decided(values: FloatArray, infer: BoundInfer) -> Iterator[FloatArray]:
    for longer in _histories(values):
        tick = first_decision(longer, infer)
        if tick is not None:
            yield longer[: tick + 1]


def _histories(values: FloatArray) -> Iterator[FloatArray]:
    """Put the most history that a scenario could have in front of values, in three ways."""
    front = (WARMUP, 0)
    yield np.pad(values, front, mode="reflect")
    with np.errstate(over="ignore"):
        turned = np.pad(values, front, mode="reflect", reflect_type="odd")
    if np.isfinite(turned).all():
        yield turned
    yield np.pad(values, front, mode="edge")


def _least(run: FloatArray, enough: int, infer: BoundInfer) -> int:
    """Bisect for the least number of last ticks of a run on which the attacker still decides, below ``enough``."""
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


def first_decision(values: FloatArray, infer: BoundInfer) -> int | None:
    """Return the tick of a fresh attacker's first decision on values; None where it made none before it ended."""
    run = PartRun(Part(0, None, 0, 0, 0, values), infer)
    try:
        for _ in run:
            fired = np.flatnonzero(run.outcome().decisions)
            if len(fired):
                return int(fired[0])
    except Exception:  # noqa: BLE001 - on made-up history an attacker may fail in any way: it has not decided then
        return None
    return None
