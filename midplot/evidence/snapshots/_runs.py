"""Decisions as runs of equal ones, exact to the bit, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np

from midplot.streams._stream import FloatArray

__all__ = ["Decided", "Run", "decisions_of", "runs_of"]

Decided = int | float | Literal["inf", "-inf"]
"""A decision other than 0; JSON has no number for the infinite ones, whose sign counts as any other's."""

Run = tuple[int, int, Decided]
"""The first and the last original index of a run of equal decisions, and the decision."""


def runs_of(decisions: FloatArray, first_index: int) -> list[Run]:
    """Return the runs of equal decisions, those of 0 left out.

    Parameters
    ----------
    decisions
        One decision per tick, shape ``(n,)``.
    first_index
        The original index of the first one.

    Examples
    --------
    >>> runs_of(np.array([0.0, 1.0, 1.0, -0.5, 0.0, 1.0]), 100)
    [(101, 102, 1), (103, 103, -0.5), (105, 105, 1)]
    """
    if not len(decisions):
        return []
    starts = np.flatnonzero(np.concatenate([[True], decisions[1:] != decisions[:-1]]))
    ends = np.append(starts[1:], len(decisions)) - 1
    chosen = decisions[starts] != 0
    bounds = zip(starts[chosen].tolist(), ends[chosen].tolist(), decisions[starts[chosen]].tolist(), strict=True)
    return [(first_index + start, first_index + end, _written(decision)) for start, end, decision in bounds]


def decisions_of(runs: Iterable[Run], first_index: int, n_ticks: int) -> FloatArray:
    """Return the decisions from ``first_index`` on, 0 where there is no run, shape ``(n_ticks,)``.

    Examples
    --------
    >>> decisions_of([(101, 102, 1), (103, 103, -0.5)], 100, 5).tolist()
    [0.0, 1.0, 1.0, -0.5, 0.0]
    """
    decisions = np.zeros(n_ticks)
    for first, last, decision in runs:
        # A run of another part of the stream ends before this one or starts after it.
        decisions[max(0, first - first_index) : max(0, last - first_index + 1)] = float(decision)
    return decisions


def _written(decision: float) -> Decided:
    if not np.isfinite(decision):
        return "inf" if decision > 0 else "-inf"
    # 1 for 1.0: most decisions are 1 and -1, and files are read by people.
    return int(decision) if decision.is_integer() and abs(decision) < 2**53 else decision
