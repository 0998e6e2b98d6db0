"""How long decisions took, compared with the budget of the game."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.game import LATENCY_BUDGET

__all__ = ["Latency", "Nanoseconds"]

Nanoseconds = npt.NDArray[np.signedinteger[Any]]

# On a busy machine, any attacker has a slow tick now and then, which is no fault of its own and differs from run to run.
# From more than one in a hundred, the 99th percentile is over the budget, too; and of a short replay, one tick is that.
_SLOW_SHARE = 0.01
_FEWEST_SLOW = 10


@dataclass(frozen=True, slots=True)
class Latency:
    """Latencies of decisions, in seconds.

    Attributes
    ----------
    n
        Number of decisions.
    mean, p50, p99, max
        Mean, median, 99th percentile and maximum; NaN without decisions. The rule of the game is on the mean.
    over_budget
        Number of decisions that took longer than the budget.
    budget
        Time that one decision may take on average.
    """

    n: int
    mean: float
    p50: float
    p99: float
    max: float
    over_budget: int
    budget: float = LATENCY_BUDGET

    @property
    def ok(self) -> bool:
        """Whether the mean keeps to the budget."""
        # Not `mean <= budget`: the mean is NaN without decisions, and that is fine.
        return not self.mean > self.budget

    @property
    def often_over(self) -> bool:
        """Whether so many decisions took longer than the budget that a busy machine is not the reason."""
        return self.over_budget >= _FEWEST_SLOW and self.over_budget > _SLOW_SHARE * self.n

    @classmethod
    def of(cls, *latencies_ns: Nanoseconds) -> Latency:
        """Summarise one or more arrays of nanoseconds, each of shape ``(n,)``.

        Examples
        --------
        >>> Latency.of(np.array([1_000_000, 3_000_000])).mean
        0.002
        """
        together = np.concatenate([np.empty(0, dtype=np.int32), *latencies_ns])
        if not len(together):
            return cls(0, np.nan, np.nan, np.nan, np.nan, 0)
        mean, longest = float(together.sum(dtype=np.int64)) / len(together), float(together.max())
        over_budget = int(np.count_nonzero(together > LATENCY_BUDGET * 1e9))
        # `together` is a copy, so percentile may sort it in place, which saves another copy of all latencies.
        p50, p99 = np.percentile(together, [50, 99], overwrite_input=True).tolist()
        return cls(len(together), mean / 1e9, p50 / 1e9, p99 / 1e9, longest / 1e9, over_budget)

    @classmethod
    def together(cls, latencies: Sequence[Latency]) -> Latency:
        """Combine summaries. The percentiles are NaN, since they need the single latencies.

        Examples
        --------
        >>> halves = Latency.of(np.array([1_000_000])), Latency.of(np.array([3_000_000, 5_000_000]))
        >>> Latency.together(halves).n, Latency.together(halves).max
        (3, 0.005)
        """
        some = [each for each in latencies if each.n]
        n = sum(each.n for each in some)
        if not n:
            return cls.of()
        mean = sum(each.mean * each.n for each in some) / n
        longest = max(each.max for each in some)
        return cls(n, mean, np.nan, np.nan, longest, sum(each.over_budget for each in some))
