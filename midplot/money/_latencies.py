"""Latencies that are added as they are measured, so that no look at a running replay has to rank all of them again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from midplot.game import LATENCY_BUDGET
from midplot.play._latency import Latency, Nanoseconds
from midplot.streams._stream import FloatArray

__all__ = ["Latencies"]

_FAST = 1 << 15
"""Nanoseconds below which latencies are counted one by one. Only attackers that are faster, 33 µs, can take ten million
decisions within minutes; of slower decisions there are at most 30,000 per second, which are kept and ranked when asked."""

_FEW = 1 << 12
"""Latencies that are counted one after the other. Counting more of them takes a fresh array of all counts."""

_COUNTS = np.zeros(_FAST, dtype=np.int64)
_NONE: Nanoseconds = np.empty(0, dtype=np.int64)


# eq=False: the comparison of two arrays is not a bool.
@dataclass(frozen=True, slots=True, eq=False)
class Latencies:
    """The latencies of decisions so far, as far as `Latency` needs them; their order does not matter.

    Never changed: `plus` returns another one. `latency` equals ``Latency.of`` all of them, to the last bit.
    """

    n: int = 0
    _total: int = 0
    _longest: int = 0
    _over_budget: int = 0
    _counts: npt.NDArray[np.int64] = field(default_factory=lambda: _COUNTS)
    # The slow ones as they came, in arrays that are joined when they are ranked.
    _slow: tuple[Nanoseconds, ...] = ()

    def plus(self, nanoseconds: Nanoseconds) -> Latencies:
        """Return these latencies and further ones, shape ``(n,)``."""
        if not len(nanoseconds):
            return self
        longest = int(nanoseconds.max())
        slow = nanoseconds[nanoseconds >= _FAST] if longest >= _FAST else _NONE
        return replace(
            self,
            n=self.n + len(nanoseconds),
            _total=self._total + int(nanoseconds.sum(dtype=np.int64)),
            _longest=max(self._longest, longest),
            _over_budget=self._over_budget + int(np.count_nonzero(nanoseconds > LATENCY_BUDGET * 1e9)),
            _counts=self._counted(nanoseconds[nanoseconds < _FAST] if len(slow) else nanoseconds),
            _slow=_merged((*self._slow, slow)) if len(slow) else self._slow,
        )

    def _counted(self, fast: Nanoseconds) -> npt.NDArray[np.int64]:
        if len(fast) > _FEW:
            return self._counts + np.bincount(fast, minlength=_FAST)
        counts = self._counts.copy()
        np.add.at(counts, fast, 1)
        return counts

    def latency(self) -> Latency:
        """Return the summary."""
        if not self.n:
            return Latency.of()
        places = [(self.n - 1) * 0.5, (self.n - 1) * 0.99]
        below = [int(place) for place in places]
        ranks = np.array([each for rank in below for each in (rank, min(rank + 1, self.n - 1))])
        low50, high50, low99, high99 = map(float, self._ranked(ranks))
        p50 = _interpolated(low50, high50, places[0] - below[0])
        p99 = _interpolated(low99, high99, places[1] - below[1])
        return Latency(
            self.n,
            float(self._total) / self.n / 1e9,
            p50 / 1e9,
            p99 / 1e9,
            float(self._longest) / 1e9,
            self._over_budget,
        )

    def _ranked(self, ranks: npt.NDArray[np.int64]) -> FloatArray:
        """Return the latencies of some ranks, counted from 0 and ascending."""
        up_to = np.cumsum(self._counts)
        n_fast = int(up_to[-1])
        found = np.searchsorted(up_to, ranks, side="right").astype(np.float64)
        is_slow = ranks >= n_fast
        if is_slow.any():
            slow = np.concatenate(self._slow)
            wanted = ranks[is_slow] - n_fast
            found[is_slow] = np.partition(slow, wanted)[wanted]
        return found


def _interpolated(low: float, high: float, part: float) -> float:
    """Return what lies between two neighbours in rank, rounded as ``np.percentile`` rounds."""
    return high - (high - low) * (1 - part) if part >= 0.5 else low + (high - low) * part


def _merged(arrays: tuple[Nanoseconds, ...]) -> tuple[Nanoseconds, ...]:
    """Join the last arrays until each is longer than the one after it: a latency is copied seldom, and arrays stay few."""
    kept = list(arrays)
    while len(kept) > 1 and len(kept[-2]) <= len(kept[-1]):
        last = kept.pop()
        kept[-1] = np.concatenate([kept[-1], last])
    return tuple(kept)
