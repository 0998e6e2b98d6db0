"""What luck alone earns: sign flips of block sums, and the interval around their total."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np

from midplot.streams._stream import FloatArray

__all__ = ["chance_of", "corrected", "interval_of", "student_t", "z_of"]

PAIRS = 10_000
"""Pairs of opposite sign flips that are drawn: 20,000 in all, which give a p of 5% to within 0.3%."""

ROUNDING = 1e-12
"""Relative to the sum of all amounts: flips whose totals differ by less are ties, which rounding would split by chance."""


def chance_of(sums: FloatArray, seed: int = 0) -> float:
    """Return the chance that an attacker without skill earns at least as much: p.

    Without skill each block is as likely to lose what it earned, whatever its size. So the signs of the block sums are
    flipped at random, again and again, and the totals counted that are not below the actual one.

    Parameters
    ----------
    sums
        The profit of each block, shape ``(n_blocks,)``.
    seed
        Seed for the flips.

    Notes
    -----
    Every flip is drawn together with its opposite, and the actual total counts as a draw. The test is therefore exact:
    under the null hypothesis p is at most x with a probability of at most x [1]_.

    .. [1] Hemerik and Goeman, "Exact testing with random permutations", TEST 27 (2018), 811-825.
    """
    amounts = sums[sums != 0]
    actual, slack = float(amounts.sum()), ROUNDING * float(np.abs(amounts).sum())
    totals = _flipped(amounts, np.random.default_rng(seed))
    above = np.count_nonzero(totals >= actual - slack) + np.count_nonzero(-totals >= actual - slack)
    # The actual total is one of the draws, and so is its opposite.
    above += 1 + (-actual >= actual - slack)
    return float(above / (2 * PAIRS + 2))


def _flipped(amounts: FloatArray, draw: np.random.Generator) -> FloatArray:
    """Return the totals of ``PAIRS`` random sign flips, shape ``(PAIRS,)``."""
    totals = np.zeros(PAIRS)
    padded = np.concatenate([amounts, np.zeros(-len(amounts) % 8)]).reshape(-1, 8)
    # A random byte is eight signs at once: the totals of all 256 ways to flip eight amounts are computed beforehand.
    signs = 1.0 - 2.0 * np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
    for ways in padded @ signs.T:
        totals += ways[draw.integers(0, 256, PAIRS, dtype=np.uint8)]
    return totals


def z_of(sums: FloatArray) -> float:
    """Return the total over the root of the sum of squares, which is near normal for an attacker without skill."""
    return float(sums.sum() / sqrt(float(sums @ sums)))


def interval_of(sums: FloatArray) -> tuple[float, float]:
    """Return the 95% interval of the total, in the units of the sums.

    Parameters
    ----------
    sums
        The profit of each block, shape ``(n_blocks,)``; at least 20 of them differ from 0.
    """
    deviation = sqrt(len(sums) * float(np.var(sums, ddof=1)))
    # Blocks without a profit or loss tell nothing about the spread, so they add no degree of freedom.
    half = student_t(int(np.count_nonzero(sums)) - 1) * deviation
    total = float(sums.sum())
    return total - half, total + half


def student_t(freedom: int) -> float:
    """Return the 97.5% quantile of Student's distribution, for 19 degrees of freedom or more.

    By the expansion in powers of 1/n of Abramowitz and Stegun, 26.7.5: wrong by less than 0.00001 there.

    Examples
    --------
    >>> round(student_t(19), 4), round(student_t(1000), 4)
    (2.093, 1.9623)
    """
    z = NormalDist().inv_cdf(0.975)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92_160,
    )
    return float(z + sum(term / freedom**power for power, term in enumerate(terms, start=1)))


def corrected(p: float, trials: int) -> float:
    """Return the chance that the best of several attackers without skill does as well (Šidák).

    Examples
    --------
    >>> round(corrected(0.01, 10), 4)
    0.0956
    """
    return float(1.0 - (1.0 - p) ** trials)
