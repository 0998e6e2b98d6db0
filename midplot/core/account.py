"""What one stream earned: its parts, their trades, the summary, the equity, the latency."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from midplot.core.arithmetic import quiet
from midplot.core.engine import PartReplay
from midplot.core.latency import Latency
from midplot.core.ledger import IntArray, Summary, Trades, resolved_profits, score_decisions, summarise
from midplot.core.settings import ReplaySettings
from midplot.core.stream import FloatArray, Part

__all__ = ["PartAccount", "StreamAccount", "account_of", "unresolved_in", "win_rate"]

_NO_MONEY = np.empty(0)

SPARSE = 12
"""Of a part that stays in its file, trades are kept where there is at most one in so many ticks."""


@dataclass(frozen=True, eq=False)
class PartAccount:
    """One replayed part and the trades made in it.

    A score takes the profits only; the trades are made when they are first looked at. Of a part whose values stay in
    its file they are not kept, where they are many, but made again.

    Attributes
    ----------
    replay
        What was decided.
    settings
        The rules by which it is scored.
    profits
        Of the resolved decisions, in order, shape ``(n_resolved,)``.
    unresolved
        How many decisions were still pending at the end.
    """

    replay: PartReplay
    settings: ReplaySettings
    profits: FloatArray
    unresolved: int

    @property
    def part(self) -> Part:
        """What was fed."""
        return self.replay.part

    @property
    def n_ticks(self) -> int:
        """How many ticks were scored."""
        return max(0, self.replay.n_ticks - self.part.warmup)

    @property
    def trades(self) -> Trades:
        """What it earned; ticks count from the first value fed, warm-up included."""
        n_trades = len(self.profits) + self.unresolved
        if self.part.is_stored and n_trades * SPARSE > self.n_ticks:
            return self._made_trades()
        return self._kept_trades

    @cached_property
    def _kept_trades(self) -> Trades:
        return self._made_trades()

    def _made_trades(self) -> Trades:
        return score_decisions(self.part.values, self.replay.decisions, **_rules(self.replay, self.settings))

    @property
    def index(self) -> IntArray:
        """The original indices of the ticks, warm-up included, shape ``(n_ticks,)``."""
        first = self.part.first_index
        return np.arange(first, first + self.replay.n_ticks, dtype=np.int64)

    @property
    @quiet()
    def booked(self) -> FloatArray:
        """The profit that became known at each scored tick, shape ``(n_scored,)``."""
        profit, trades = np.zeros(self.n_ticks), self.trades
        resolved = trades.resolved
        np.add.at(profit, trades.resolution_tick[resolved] - self.part.warmup, trades.profit[resolved])
        return profit


@dataclass(frozen=True, eq=False)
class StreamAccount:
    """One replayed stream.

    Attributes
    ----------
    stream_id
        Its position among the streams that were given.
    name
        Its own name, where it has one.
    parts
        In order.
    """

    stream_id: int
    name: str | None
    parts: tuple[PartAccount, ...]

    @property
    def title(self) -> str:
        """What a person calls the stream."""
        return self.name if self.name is not None else f"stream {self.stream_id}"

    @property
    def n_ticks(self) -> int:
        """How many ticks were scored."""
        return sum(part.n_ticks for part in self.parts)

    @property
    def unresolved(self) -> int:
        """How many decisions were still pending at the ends of the parts."""
        return sum(part.unresolved for part in self.parts)

    @property
    def profits(self) -> FloatArray:
        """The profits of the resolved decisions, in order, shape ``(n_resolved,)``."""
        return np.concatenate([_NO_MONEY, *(part.profits for part in self.parts)])

    @cached_property
    def summary(self) -> Summary:
        """The profits summarised under midone's keys."""
        return summarise(self.profits, self.n_ticks)

    @property
    def score(self) -> float:
        """The profit after costs, in the units of the price."""
        return float(self.summary["total_profit"] or 0.0)

    @cached_property
    def latency(self) -> Latency:
        """How long the scored decisions took."""
        return Latency.of(*(part.replay.latency_ns[part.replay.scored] for part in self.parts))

    @property
    def equity(self) -> FloatArray:
        """The cumulative profit by scored tick, over all parts, shape ``(n_ticks,)``."""
        with quiet():
            equity: FloatArray = np.cumsum(np.concatenate([_NO_MONEY, *(part.booked for part in self.parts)]))
        return equity

    @property
    def interrupted(self) -> bool:
        """Whether a part was not replayed to its end."""
        return any(not part.replay.complete for part in self.parts)


def account_of(replay: PartReplay, settings: ReplaySettings) -> PartAccount:
    """Score what was decided on one part by the rules of the replay."""
    profits, unresolved = resolved_profits(replay.part.values, replay.decisions, **_rules(replay, settings))
    return PartAccount(replay, settings, profits, unresolved)


def _rules(replay: PartReplay, settings: ReplaySettings) -> dict[str, Any]:
    return {
        "horizon": settings.horizon,
        "epsilon": settings.epsilon,
        "backoff": settings.backoff,
        "with_trading_lag": settings.with_trading_lag,
        "warmup": replay.part.warmup,
    }


def win_rate(summary: Summary) -> float:
    """Return the share of resolved decisions with a profit; NaN without any."""
    n = summary["num_resolved_decisions"]
    wins = summary["wins"]
    return (wins or 0) / n if n else float("nan")


def unresolved_in(accounts: list[StreamAccount]) -> int:
    """Return how many decisions are pending over all streams."""
    return sum(account.unresolved for account in accounts)
