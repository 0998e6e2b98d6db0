"""The probability of overfitting: how often the best set of parameters on some streams is a poor one on the others."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from midplot.streams._stream import FloatArray

__all__ = ["probability_of_overfitting"]

# 16 groups are split in half in 12,870 ways; Bailey et al. use as many. Two more groups would take four times as long.
MOST_GROUPS = 16
"""Groups of streams beyond which streams are put together."""

SPLITS_AT_ONCE = 2048
"""Splits that are computed together, so that thousands of sets of parameters need little memory."""


def probability_of_overfitting(scores: FloatArray) -> float | None:
    """Return how often the set that is best in sample is below the median out of sample, over all splits in half.

    This is combinatorially symmetric cross-validation [1]_ over streams. Streams are independent of each other, which
    stretches of one stream are not.

    Parameters
    ----------
    scores
        The score of each set of parameters on each stream, shape ``(n_sets, n_streams)``.

    Returns
    -------
    float or None
        Between 0 and 1; None with fewer than two sets or two streams. If several sets are best in sample, each counts as
        an equal part of a split.

    Notes
    -----
    .. [1] Bailey, Borwein, López de Prado and Zhu, "The probability of backtest overfitting", Journal of Computational
       Finance 20 (2017).

    Examples
    --------
    >>> probability_of_overfitting(np.array([[1.0, 1.0], [0.0, 0.0]]))
    0.0
    >>> probability_of_overfitting(np.array([[1.0, -1.0], [-1.0, 1.0]]))
    1.0
    """
    n_sets, n_streams = scores.shape
    if n_sets < 2 or n_streams < 2:
        return None
    grouped = _grouped(scores)
    splits = _splits(grouped.shape[1])
    below = 0.0
    for start in range(0, len(splits), SPLITS_AT_ONCE):
        chosen = splits[start : start + SPLITS_AT_ONCE]
        below += _share_below(chosen @ grouped.T, (1.0 - chosen) @ grouped.T)
    return below / len(splits)


def _grouped(scores: FloatArray) -> FloatArray:
    """Put streams together if there are many: every sixteenth into one group, so that the order of streams matters little."""
    n = scores.shape[1]
    if n <= MOST_GROUPS:
        return scores
    return np.stack([scores[:, first::MOST_GROUPS].sum(axis=1) for first in range(MOST_GROUPS)], axis=1)


def _splits(n: int) -> FloatArray:
    """Return all ways to choose half of n groups, shape ``(n_splits, n)``; of an odd number, either half may be larger."""
    sizes = {n // 2, n - n // 2}
    chosen = [each for size in sorted(sizes) for each in combinations(range(n), size)]
    splits = np.zeros((len(chosen), n))
    for row, each in enumerate(chosen):
        splits[row, each] = 1.0
    return splits


def _share_below(inside: FloatArray, outside: FloatArray) -> float:
    """Return in how many splits the best in sample is below the median out of sample; both of shape (n_splits, n_sets)."""
    # Sums of the same scores in another order differ in their last digits, and would break ties by chance.
    slack = 1e-9 * max(1.0, float(np.abs(inside).max()), float(np.abs(outside).max()))
    best = inside >= inside.max(axis=1, keepdims=True) - slack
    below = outside < np.median(outside, axis=1, keepdims=True) - slack
    return float(((best & below).sum(axis=1) / best.sum(axis=1)).sum())
