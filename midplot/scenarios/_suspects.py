"""Finds the suspect ticks of a replay: where the attacker missed a move, lost, reversed itself or was slow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt

from midplot._arithmetic import quiet
from midplot.game import DOWN, LATENCY_BUDGET, NOTHING, UP
from midplot.money._account import PartAccount
from midplot.play._settings import ReplaySettings
from midplot.scenarios._scenario import LABELS, label_of
from midplot.scenarios._selection import Selection, fingerprint
from midplot.streams._stream import FloatArray

__all__ = ["KINDS", "Field", "Found", "Ticks"]

Ticks = npt.NDArray[np.int64]


class Field:
    """One replayed part, and how its price moved after each tick.

    Parameters
    ----------
    account
        The decisions on the part and what they earned.
    settings
        The rules of the replay.
    length
        The number of ticks in a window.
    """

    def __init__(self, account: PartAccount, settings: ReplaySettings, length: int) -> None:
        self.account = account
        self.settings = settings
        self.length = length
        self.values = account.part.values[: account.replay.n_ticks]
        # An attacker needs some ticks to get ready, so only ticks that end a whole window are candidates.
        self.ticks = np.arange(max(account.part.warmup, length - 1), len(self.values))
        self.lag = int(settings.with_trading_lag)
        self.reach = settings.horizon + self.lag

    def starts(self, ticks: Ticks) -> Ticks:
        """Return the first tick of the whole window that ends at each tick, or of the part if that begins later."""
        return np.maximum(ticks - self.length + 1, 0)

    def moves(self, ticks: Ticks) -> FloatArray:
        """Return the move of the price over the horizon after each tick; NaN where the replay ended before that."""
        moves = np.full(len(ticks), np.nan)
        known = ticks + self.reach < len(self.values)
        with quiet():
            moves[known] = self.values[ticks[known] + self.reach] - self.values[ticks[known] + self.lag]
        return moves

    def hindsight(self, tick: int) -> float:
        """Return the decision that would have earned."""
        move = float(self.moves(np.array([tick]))[0])
        if not abs(move) > self.settings.epsilon:  # true for NaN as well: an unknown outcome speaks for no decision
            return NOTHING
        return UP if move > 0 else DOWN

    def index(self, tick: int) -> int:
        """Return the original index of a tick."""
        return self.account.part.index_of(int(tick))

    @cached_property
    def _digest(self) -> str:
        """The fingerprint of the part: one for all suggestions, because computing it reads all of the prices."""
        return fingerprint(self.account.part.values)

    def selection(self, first: int, last: int) -> Selection:
        """Select a window by original indices."""
        settings = self.settings
        return Selection.of(
            self.account.part, first, last, horizon=settings.horizon, epsilon=settings.epsilon, digest=self._digest
        )

    @cached_property
    def quiet(self) -> tuple[Ticks, FloatArray]:
        """The ticks without a decision within a horizon before or after, and the move of the price after each."""
        near = self.settings.horizon
        # The running count of decisions is the same on both sides of a stretch exactly if there is none inside.
        fired = np.concatenate([[0], np.cumsum(self.account.replay.decisions != 0)])
        before = fired[np.maximum(self.ticks - near, 0)]
        ticks = self.ticks[before == fired[np.minimum(self.ticks + near + 1, len(self.values))]]
        return ticks, self.moves(ticks)

    def undecided_from(self, ticks: Ticks) -> Ticks:
        """Return, for ticks without a decision, the first tick of the stretch without one that each of them ends."""
        fired = np.flatnonzero(self.account.replay.decisions)
        return np.concatenate([[0], fired + 1])[np.searchsorted(fired, ticks)]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The candidates of one kind in one part.

    Attributes
    ----------
    ticks
        The last tick of each candidate's window, ascending.
    starts
        The first tick of each candidate's window, ascending too.
    sizes
        The size of each, in the units of the price or in milliseconds.
    tell
        A function that takes a candidate's position, and returns a sentence about it and the decision proposed there.
        Sentences are written on demand: of thousands of candidates, a few are suggested.
    """

    ticks: Ticks
    starts: Ticks
    sizes: FloatArray
    tell: Callable[[int], tuple[str, float]]


def _missed(field: Field, direction: float) -> Found:
    settings = field.settings
    ticks, moves = field.quiet
    gains = direction * moves - settings.epsilon
    # An earlier decision in the window, even one that lost, could satisfy the label or make the sentence untrue. So the
    # window begins after it, unless too little of the window would be left to judge the move by.
    starts = np.maximum(field.starts(ticks), field.undecided_from(ticks))
    kept = (gains > 0) & (2 * (ticks - starts + 1) >= field.length)
    ticks, starts, gains = ticks[kept], starts[kept], gains[kept]
    verb = "rose" if direction > 0 else "fell"

    def tell(at: int) -> tuple[str, float]:
        gain = float(gains[at])
        return (
            f"the price {verb} by {gain + settings.epsilon:.6g} in the {settings.horizon} ticks after "
            f"{field.index(ticks[at] + field.lag)}, and nothing was decided near it: "
            f"{LABELS[direction]} would have earned {gain:.6g}",
            direction,
        )

    return Found(ticks, starts, gains, tell)


def _worst_loss(field: Field) -> Found:
    trades = field.account.trades
    lost = np.flatnonzero(trades.profit < 0)

    def tell(at: int) -> tuple[str, float]:
        trade = lost[at]
        named = label_of(float(trades.decision[trade]))
        index = field.index(trades.tick[trade])
        return f"{named} at {index} lost {-trades.profit[trade]:.6g}", NOTHING

    ticks = trades.tick[lost]
    return Found(ticks, field.starts(ticks), -trades.profit[lost], tell)


def _taken_back(field: Field) -> Found:
    trades = field.account.trades
    with quiet():
        together = trades.profit[:-1] + trades.profit[1:]
    opposite = np.sign(trades.decision[:-1]) != np.sign(trades.decision[1:])
    # Without the first decision in the window, the second may be just what is proposed there.
    near = np.diff(trades.tick) <= min(field.settings.horizon, field.length - 1)
    pairs = np.flatnonzero(opposite & near & (together < 0))

    def tell(at: int) -> tuple[str, float]:
        first, second = int(pairs[at]), int(pairs[at]) + 1
        named = [f"{label_of(float(trades.decision[t]))} at {field.index(trades.tick[t])}" for t in (first, second)]
        text = f"{named[0]} was taken back by {named[1]}: together they lost {-together[first]:.6g}"
        return text, field.hindsight(int(trades.tick[second]))

    ticks = trades.tick[pairs + 1]
    return Found(ticks, field.starts(ticks), -together[pairs], tell)


def _slow_tick(field: Field) -> Found:
    latency = field.account.replay.latency_ns[field.ticks] / 1e6
    slow = latency > LATENCY_BUDGET * 1e3
    ticks, milliseconds = field.ticks[slow], latency[slow]

    def tell(at: int) -> tuple[str, float]:
        took = float(milliseconds[at])
        text = f"the decision at {field.index(ticks[at])} took {took:.3g} ms, of {LATENCY_BUDGET * 1e3:g} ms allowed"
        return text, field.hindsight(int(ticks[at]))

    return Found(ticks, field.starts(ticks), milliseconds, tell)


KINDS: dict[str, Callable[[Field], Found]] = {
    "missed up": partial(_missed, direction=UP),
    "missed down": partial(_missed, direction=DOWN),
    "worst loss": _worst_loss,
    "taken back": _taken_back,
    "slow tick": _slow_tick,
}
"""The kinds of suspects, in the order in which suggestions list them, and the function that finds each."""
