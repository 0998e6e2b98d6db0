"""Where does an attacker decide that is silent on a movie? Finds out by putting history in front of its scenarios.

An attacker that is silent on a scenario may not have been ready yet, or may not have seen what it looks for. What it
needs to be ready is found from decisions that it made elsewhere, in `midplot.play._history`; a scenario with fewer ticks
is too short for it. If it made no decision elsewhere, longer histories are put in front of the scenarios on which it was
silent: their own prices in reverse, the same turned upside down about the first price, or that first price repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from midplot._arithmetic import quiet
from midplot.play._history import MOST_RUNS, Run, first_decision
from midplot.play._lockstep import BoundInfer
from midplot.scenarios._selection import WARMUP

__all__ = ["runs_with_history"]


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
        tick = first_decision(longer, infer)
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
