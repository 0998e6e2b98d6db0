"""How long decisions took, against the budget of the game."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from midplot.core.game import LATENCY_BUDGET

__all__ = ["Latency"]


@dataclass(frozen=True, slots=True)
class Latency:
    """Latencies of decisions, in seconds.

    Attributes
    ----------
    n
        How many decisions.
    mean, p50, p99, max
        NaN without decisions. The rule of the game is on the mean.
    over_budget
        How many took longer than the budget.
    budget
        What one decision may take on average.
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
        return not self.mean > self.budget

    @classmethod
    def of(cls, latency_ns: npt.NDArray[np.int64]) -> Latency:
        """Summarise nanoseconds, shape ``(n,)``.

        Examples
        --------
        >>> Latency.of(np.array([1_000_000, 3_000_000])).mean
        0.002
        """
        if not len(latency_ns):
            return cls(0, np.nan, np.nan, np.nan, np.nan, 0)
        seconds = latency_ns / 1e9
        p50, p99 = np.percentile(seconds, [50, 99])
        return cls(
            n=len(seconds),
            mean=float(seconds.mean()),
            p50=float(p50),
            p99=float(p99),
            max=float(seconds.max()),
            over_budget=int(np.count_nonzero(seconds > LATENCY_BUDGET)),
        )
