"""The summary of profits, from all of them at once or from what was added since the last look."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np

from midplot._arithmetic import quiet
from midplot.streams._stream import FloatArray

__all__ = ["PIECE", "Summary", "Tally"]

PIECE = 1 << 14
"""Profits that are worked on together: 128 KiB, so that intermediate results stay in the cache."""

Summary = dict[str, float | int | None]

IS_COMPENSATED = sum([1e100, 1.0, -1e100]) != 0.0
"""Whether ``sum`` carries what rounding loses, as it does since Python 3.12. The total follows it, as midone's does."""

_NOTHING = np.empty(0)


@dataclass(frozen=True, slots=True)
class Sum:
    """What ``sum`` makes of a list, so that further numbers can be added later with the same result.

    Attributes
    ----------
    high, low
        The sum so far, and what rounding has lost of it; the latter is always 0 before Python 3.12.
    """

    high: float = 0.0
    low: float = 0.0

    def plus(self, numbers: list[float], *, compensated: bool = IS_COMPENSATED) -> Sum:
        """Return the sum with further numbers, added in order."""
        if not compensated:
            return Sum(sum(numbers, self.high))
        high, low = self.high, self.low
        for x in numbers:  # Neumaier's variant of Kahan's summation, as in CPython's `cs_add`
            total = high + x
            low += (high - total) + x if abs(high) >= abs(x) else (x - total) + high
            high = total
        return Sum(high, low)

    @property
    def value(self) -> float:
        """The sum."""
        return self.high + self.low if self.low and math.isfinite(self.low) else self.high


@dataclass(frozen=True, slots=True)
class _Spread:
    """Number, mean and squared deviations of some profits, which can be joined with those of others.

    The mean of squared deviations of many profits has to be computed in steps, or each look at a running replay would
    go through all of them. (Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample
    Variances", 1979.)
    """

    n: int = 0
    mean: float = 0.0
    squares: float = 0.0

    @classmethod
    @quiet()
    def of(cls, profits: FloatArray) -> _Spread:
        """Return the spread of at most a piece of profits, rounded as ``np.std`` rounds."""
        if not len(profits):
            return cls()
        mean = np.add.reduce(profits) / len(profits)
        off = profits - mean
        return cls(len(profits), float(mean), float(np.add.reduce(off * off)))

    def joined(self, other: _Spread) -> _Spread:
        """Return the spread of these profits and others together."""
        if not (self.n and other.n):
            return self if self.n else other
        n, apart = self.n + other.n, other.mean - self.mean
        mean = self.mean + apart * (other.n / n)
        return _Spread(n, mean, self.squares + other.squares + _squared(apart) * (self.n * other.n / n))

    @property
    def deviation(self) -> float:
        """The standard deviation; 0 for a single profit."""
        return math.sqrt(self.squares / self.n) if self.n > 1 else 0.0


def _squared(number: float) -> float:
    return number * number  # inf where `number ** 2` would raise an OverflowError


# eq=False: the comparison of two arrays is not a bool.
@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """The profits of resolved decisions so far, as far as a summary needs them.

    A tally is never changed: `plus` returns another one, at a cost that depends only on what is added. However the profits
    are divided, the same profits give the same summary, to the last bit.

    Attributes
    ----------
    wins, losses
        Number of profits above and below 0; as in midone, a profit of exactly 0 is neither.
    total
        The sum of the profits.
    spread
        Their number, mean and squared deviations.
    """

    wins: int = 0
    losses: int = 0
    total: Sum = field(default_factory=Sum)
    # Whole pieces, counted from the first profit, and what is left of a piece that is not full yet.
    _whole: _Spread = field(default_factory=_Spread)
    _rest: FloatArray = field(default_factory=lambda: _NOTHING)
    # Of all profits. Kept, since the sums over all streams ask each stream for it at every look.
    spread: _Spread = field(default_factory=_Spread)

    @classmethod
    def of(cls, profits: FloatArray) -> Tally:
        """Return the tally of all profits of a stream that has ended; see `ended`."""
        # Adding them in a loop, where `sum` is compensated, is slow; `sum` itself leaves nothing to continue with.
        pieces = (profits[start : start + PIECE].tolist() for start in range(0, len(profits), PIECE))
        total = Sum(float(sum(chain.from_iterable(pieces))))
        return replace(cls()._counted(profits), total=total).ended()

    def ended(self) -> Tally:
        """Return the tally of a stream that nothing will be added to, which takes a few bytes only."""
        return replace(self, _rest=_NOTHING)

    @classmethod
    def together(cls, tallies: Iterable[Tally]) -> Tally:
        """Return the tally of several streams; its total is the sum of theirs."""
        tallies = list(tallies)
        spread = _Spread()
        for each in tallies:
            spread = spread.joined(each.spread)
        return cls(
            sum(each.wins for each in tallies),
            sum(each.losses for each in tallies),
            Sum(float(sum(each.total.value for each in tallies))),
            spread=spread,
        )

    def plus(self, profits: FloatArray) -> Tally:
        """Return the tally with further profits."""
        if not len(profits):
            return self
        return replace(self._counted(profits), total=self.total.plus(profits.tolist()))

    def _counted(self, profits: FloatArray) -> Tally:
        """Return the tally with further profits, but with its old total."""
        rest = np.concatenate([self._rest, profits]) if len(self._rest) else profits
        whole, n_whole = self._whole, len(rest) - len(rest) % PIECE
        for start in range(0, n_whole, PIECE):
            whole = whole.joined(_Spread.of(rest[start : start + PIECE]))
        rest = rest[n_whole:].copy()  # a copy, since a view would keep all profits in memory
        return Tally(
            self.wins + int(np.count_nonzero(profits > 0)),
            self.losses + int(np.count_nonzero(profits < 0)),
            self.total,
            whole,
            rest,
            whole.joined(_Spread.of(rest)),
        )

    def summary(self, n_ticks: int) -> Summary:
        """Return the summary under midone's keys; see `summarise`."""
        spread, total = self.spread, self.total.value
        n, wins, losses = spread.n, self.wins, self.losses
        return {
            "current_ndx": n_ticks,
            "num_resolved_decisions": n,
            "total_profit": total,
            "wins": wins,
            "losses": losses,
            "win_loss_ratio": None if not n else wins / losses if losses else float("inf"),
            "profit_per_decision": total / n if n else None,
            # inf if all profits are equal, as in midone.
            "standardized_profit_per_decision": (total / n / spread.deviation if spread.deviation else float("inf"))
            if n
            else None,
        }
