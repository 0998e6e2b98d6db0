"""The counted decisions of a stream on the positions of its chart, taken over from its account as it grows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from midplot._arithmetic import quiet
from midplot.money._account import PartAccount
from midplot.money._scoring import IntArray
from midplot.play._growing import Growing
from midplot.streams._stream import FloatArray
from midplot.views.chart.growth._axis import Axis
from midplot.views.chart.growth._runs import Runs

__all__ = ["Book", "delay_of"]

_UNRESOLVED = -1.0
"""The size of a decision that its part ended too early for: below that of any other."""


def delay_of(part: PartAccount) -> int:
    """Return the number of ticks from a decision to its resolution."""
    return part.settings.horizon + int(part.settings.with_trading_lag)


@dataclass(frozen=True, slots=True)
class _Taken:
    """How much was taken over: so many whole stretches, and of the one after them so many decisions and outcomes."""

    stretches: int = 0
    decisions: int = 0
    resolved: int = 0
    n: int = 0
    n_booked: int = 0
    equity: float = 0.0


class Book:
    """The decisions of a stream whose outcome is settled, in order.

    Settled are those that are resolved, and those that their part ended too early for. The decisions that may still
    resolve are in the account itself.
    """

    def __init__(self) -> None:
        self._places, self._profits = Growing(np.int64), Growing()
        self._booked, self._equity = Growing(np.int64), Growing()
        self.runs = {True: Runs(), False: Runs()}
        self._taken = _Taken()

    def take(self, axis: Axis) -> None:
        """Take over what is new on the axis of the scored ticks."""
        for which in range(self._taken.stretches, len(axis.parts)):
            self._take_part(axis, which, is_whole=which < len(axis.parts) - 1)

    def _take_part(self, axis: Axis, which: int, *, is_whole: bool) -> None:
        part, taken = axis.parts[which], self._taken
        shift = int(axis.start[which] - axis.tick[which])
        counted, n_resolved = part.counted, len(part.profits)
        is_known = n_resolved <= taken.resolved and len(counted) <= taken.decisions
        if is_known and not is_whole:
            return  # the same account again, or one from before: everything of it is known
        places, profits = counted[taken.resolved : n_resolved] + shift, part.profits[taken.resolved :]
        with quiet():
            # Starting at what was earned before, so that the sums are rounded as one long one would be.
            equity = np.cumsum(np.append(taken.equity, profits))[1:]
        self._booked.put(taken.n_booked, places + delay_of(part))
        self._equity.put(taken.n_booked, equity)
        if is_whole:
            places = np.append(places, counted[n_resolved:] + shift)
            profits = np.append(profits, np.full(part.unresolved, np.nan))
        self._places.put(taken.n, places)
        self._profits.put(taken.n, profits)
        self._take_runs(part, taken.decisions, is_whole=is_whole)
        self._taken = replace(
            taken,
            stretches=which + is_whole,
            decisions=0 if is_whole else len(counted),
            resolved=0 if is_whole else n_resolved,
            n=taken.n + len(places),
            n_booked=taken.n_booked + len(equity),
            equity=float(equity[-1]) if len(equity) else taken.equity,
        )

    def _take_runs(self, part: PartAccount, start: int, *, is_whole: bool) -> None:
        fresh, first = part.counted[start:], part.part.first_index
        ups = part.replay.decisions[fresh] > 0
        for up, runs in self.runs.items():
            begin = fresh[ups == up] + first
            runs.add(begin, begin + delay_of(part))
            if is_whole:
                runs.end_at(first + part.replay.n_ticks - 1)

    @property
    def places(self) -> IntArray:
        """The positions of the settled decisions, ascending, shape ``(n,)``."""
        return self._places.first(self._taken.n)

    @property
    def profits(self) -> FloatArray:
        """What they earned; NaN if unresolved."""
        return self._profits.first(self._taken.n)

    def sizes(self, start: int, stop: int) -> FloatArray:
        """Return how much was earned or lost by the settled decision at each position of a range; NaN without one."""
        begin, end = np.searchsorted(self.places, [start, stop])
        profits, sizes = self.profits[begin:end], np.full(stop - start, np.nan)
        sizes[self.places[begin:end] - start] = np.where(np.isnan(profits), _UNRESOLVED, np.abs(profits))
        return sizes

    def equity(self, start: int, stop: int) -> FloatArray:
        """Return what was earned up to each position of a range, as if no part had ended."""
        booked = self._booked.first(self._taken.n_booked)
        begin, end = np.searchsorted(booked, [start, stop - 1], side="right")
        steps = np.concatenate([self._equity_after(np.array([begin])), self._equity.first(int(end))[begin:]])
        return np.repeat(steps, np.diff(booked[begin:end], prepend=start, append=stop))

    def equity_at(self, positions: IntArray) -> FloatArray:
        """Return what was earned up to some positions."""
        booked = self._booked.first(self._taken.n_booked)
        return self._equity_after(np.searchsorted(booked, positions, side="right"))

    def _equity_after(self, n_booked: IntArray) -> FloatArray:
        """Return what was earned by the first so many resolved decisions."""
        earned = np.zeros(len(n_booked))
        some = n_booked > 0
        earned[some] = self._equity.first(self._taken.n_booked)[n_booked[some] - 1]
        return earned
