"""From decisions to money: which ones count, when they resolve, what they earned.

A decision ``d`` at tick ``t`` is counted if ``d != 0`` and at least ``backoff`` ticks have passed since the last
counted one. It earns ``sign(d) * (x[t + horizon] - x[t]) - epsilon``, known at ``t + horizon``. With a trading lag
the anchor is ``x[t + 1]`` and the resolution one tick later. The rule, and the order of the additions, are those of
midone's ``Pnl``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from midplot._arithmetic import quiet
from midplot.money._tally import PIECE, Summary, Tally
from midplot.streams._stream import FloatArray

__all__ = [
    "Summary",
    "Trades",
    "counted_ticks",
    "earned",
    "profit_of",
    "resolved_profits",
    "score_decisions",
    "summarise",
]

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Trades:
    """The counted decisions of one part; all arrays have shape ``(n,)``.

    Attributes
    ----------
    tick
        The tick of each decision, counted from 0 at the first value.
    decision
        The decision as the attacker made it.
    x
        The price it is anchored at; NaN if the part ends before a trading lag has passed.
    resolution_tick
        The tick at which the profit is known, or would be.
    x_resolution
        The price at that tick; NaN while unresolved.
    profit
        The profit after costs, in the units of the price; NaN while unresolved.
    n_ticks
        The number of ticks that were scored.
    """

    tick: IntArray
    decision: FloatArray
    x: FloatArray
    resolution_tick: IntArray
    x_resolution: FloatArray
    profit: FloatArray
    n_ticks: int

    @property
    def resolved(self) -> npt.NDArray[np.bool_]:
        """Which decisions have a profit, shape ``(n,)``."""
        return ~np.isnan(self.profit)

    @property
    def unresolved(self) -> int:
        """The number of decisions still pending when the part ends: no score, no cost."""
        return int(np.count_nonzero(np.isnan(self.profit)))

    @property
    def profits(self) -> FloatArray:
        """The profits of the resolved decisions, in order."""
        return self.profit[self.resolved]


def profit_of(anchor: float, resolution: float, decision: float, epsilon: float) -> float:
    """Return what one resolved decision earns after costs, in the units of the price.

    Parameters
    ----------
    anchor
        The price that the decision is anchored at.
    resolution
        The price a horizon later.
    decision
        Any number except 0; only its sign counts.
    epsilon
        The cost of one resolved decision, in the units of the price.

    Examples
    --------
    >>> profit_of(2.0, 5.0, 0.3, 0.5), profit_of(2.0, 5.0, -1, 0.5)
    (2.5, -3.5)
    """
    # First the difference of the prices, then the cost: midone rounds in this order, and so does `earned` for arrays.
    return (resolution - anchor if decision > 0 else anchor - resolution) - epsilon


def counted_ticks(decisions: FloatArray, backoff: int = 1) -> IntArray:
    """Return the ticks of the decisions that count.

    Parameters
    ----------
    decisions
        One decision per tick, shape ``(n,)``.
    backoff
        Minimum number of ticks between two counted decisions.
    """
    nonzero = np.flatnonzero(decisions)
    if backoff <= 1 or not len(nonzero):
        return nonzero
    counted = [int(nonzero[0])]
    # A search per counted decision, not a look at every decision: with a long backoff few of many are counted.
    while True:
        following = int(np.searchsorted(nonzero, counted[-1] + backoff))
        if following == len(nonzero):
            return np.array(counted, dtype=np.int64)
        counted.append(int(nonzero[following]))


def score_decisions(
    values: FloatArray,
    decisions: FloatArray,
    *,
    horizon: int,
    epsilon: float,
    backoff: int = 1,
    with_trading_lag: bool = False,
    warmup: int = 0,
) -> Trades:
    """Score the decisions on one part.

    Parameters
    ----------
    values
        The prices, shape ``(n,)``.
    decisions
        One decision for each of the first ``len(decisions)`` values.
    horizon
        Ticks from a decision to its resolution.
    epsilon
        Cost of one resolved decision, in the units of the price.
    backoff
        Minimum number of ticks between two counted decisions.
    with_trading_lag
        Whether a decision is anchored at the tick after it.
    warmup
        Number of values at the start on which decisions do not count.

    Returns
    -------
    Trades
    """
    lag = int(with_trading_lag)
    known = values[: len(decisions)]  # a run that was stopped early has not seen the prices that follow
    tick = _counted_after(decisions, backoff, warmup)
    resolution_tick = tick + (horizon + lag)
    profit = np.full(
        len(tick), np.nan
    )  # NaN marks the unresolved: a resolved profit may overflow to inf, but not to NaN
    profits = earned(known, decisions, tick, horizon, lag, epsilon)
    profit[: len(profits)] = profits
    return Trades(
        tick=tick,
        decision=decisions[tick],
        x=_at(known, tick + lag),
        resolution_tick=resolution_tick,
        x_resolution=_at(known, resolution_tick),
        profit=profit,
        n_ticks=max(0, len(decisions) - warmup),
    )


def resolved_profits(
    values: FloatArray,
    decisions: FloatArray,
    *,
    horizon: int,
    epsilon: float,
    backoff: int = 1,
    with_trading_lag: bool = False,
    warmup: int = 0,
) -> tuple[FloatArray, int]:
    """Return the profits of the resolved decisions, in order, and the number still pending: all that a score needs.

    The parameters are those of `score_decisions`.
    """
    tick = _counted_after(decisions, backoff, warmup)
    profits = earned(values[: len(decisions)], decisions, tick, horizon, int(with_trading_lag), epsilon)
    return profits, len(tick) - len(profits)


def _counted_after(decisions: FloatArray, backoff: int, warmup: int) -> IntArray:
    tick = counted_ticks(decisions[warmup:], backoff)
    tick += warmup
    return tick


def earned(
    known: FloatArray, decisions: FloatArray, tick: IntArray, horizon: int, lag: int, epsilon: float
) -> FloatArray:
    """Return the profits of the counted ticks that resolve; ticks ascend, so these come first.

    Parameters
    ----------
    known
        The prices that were fed so far, shape ``(n,)``.
    decisions
        One decision for each of them.
    tick
        Ticks of counted decisions, ascending.
    horizon, lag, epsilon
        The rules; ``lag`` is 1 with a trading lag, 0 without.
    """
    resolved = tick[: int(np.searchsorted(tick, len(known) - horizon - lag))]
    profits = np.empty(len(resolved))
    # Piece by piece: the temporary arrays stay in the processor's cache, and need no fresh memory from the system.
    for start in range(0, len(resolved), PIECE):
        piece = resolved[start : start + PIECE]
        anchor, resolution = known[piece + lag], known[piece + (horizon + lag)]
        with quiet():
            gained = np.where(decisions[piece] > 0, resolution - anchor, anchor - resolution)
            np.subtract(gained, epsilon, out=profits[start : start + PIECE])
    return profits


def _at(values: FloatArray, ticks: IntArray) -> FloatArray:
    """Return the values at ascending ticks; NaN beyond the end."""
    found = np.full(len(ticks), np.nan)
    inside = int(np.searchsorted(ticks, len(values)))
    found[:inside] = values[ticks[:inside]]
    return found


def summarise(profits: Sequence[float] | FloatArray, n_ticks: int) -> Summary:
    """Summarise resolved profits under midone's keys.

    Parameters
    ----------
    profits
        The profits of the resolved decisions, in order.
    n_ticks
        The number of ticks that were scored.

    Returns
    -------
    dict
        ``current_ndx, num_resolved_decisions, total_profit, wins, losses, win_loss_ratio, profit_per_decision,
        standardized_profit_per_decision``. The ratio is inf without losses; the last three are None without decisions.
    """
    return Tally.of(np.asarray(profits, dtype=np.float64)).summary(n_ticks)
