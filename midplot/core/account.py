"""What one stream earned: its parts, their trades, the summary, the equity, the latency."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from midplot.core.engine import PartReplay
from midplot.core.latency import Latency
from midplot.core.ledger import IntArray, Summary, Trades, score_decisions, summarise
from midplot.core.settings import ReplaySettings
from midplot.core.stream import FloatArray, Part

__all__ = ["PartAccount", "StreamAccount", "account_of", "unresolved_in", "win_rate"]

_NO_TIMES = np.empty(0, dtype=np.int64)
_NO_MONEY = np.empty(0)


@dataclass(frozen=True, eq=False)
class PartAccount:
    """One replayed part and the trades made in it.

    Attributes
    ----------
    replay
        What was decided.
    trades
        What it earned; ticks count from the first value fed, warm-up included.
    """

    replay: PartReplay
    trades: Trades

    @property
    def part(self) -> Part:
        """What was fed."""
        return self.replay.part

    @cached_property
    def index(self) -> IntArray:
        """The original indices of the ticks, warm-up included, shape ``(n_ticks,)``."""
        first = self.part.first_index
        return np.arange(first, first + self.replay.n_ticks, dtype=np.int64)

    @cached_property
    def booked(self) -> FloatArray:
        """The profit that became known at each scored tick, shape ``(n_scored,)``."""
        profit = np.zeros(self.trades.n_ticks)
        resolved = self.trades.resolved
        np.add.at(profit, self.trades.resolution_tick[resolved] - self.part.warmup, self.trades.profit[resolved])
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
        return sum(part.trades.n_ticks for part in self.parts)

    @property
    def unresolved(self) -> int:
        """How many decisions were still pending at the ends of the parts."""
        return sum(part.trades.unresolved for part in self.parts)

    @cached_property
    def profits(self) -> list[float]:
        """The profits of the resolved decisions, in order."""
        return [profit for part in self.parts for profit in part.trades.profits]

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
        return Latency.of(np.concatenate([_NO_TIMES, *(p.replay.latency_ns[p.replay.scored] for p in self.parts)]))

    @cached_property
    def equity(self) -> FloatArray:
        """The cumulative profit by scored tick, over all parts, shape ``(n_ticks,)``."""
        with np.errstate(over="ignore", invalid="ignore"):
            equity: FloatArray = np.cumsum(np.concatenate([_NO_MONEY, *(part.booked for part in self.parts)]))
        return equity

    @property
    def interrupted(self) -> bool:
        """Whether a part was not replayed to its end."""
        return any(not part.replay.complete for part in self.parts)


def account_of(replay: PartReplay, settings: ReplaySettings) -> PartAccount:
    """Score what was decided on one part by the rules of the replay."""
    trades = score_decisions(
        replay.part.values,
        replay.decisions,
        horizon=settings.horizon,
        epsilon=settings.epsilon,
        backoff=settings.backoff,
        with_trading_lag=settings.with_trading_lag,
        warmup=replay.part.warmup,
    )
    return PartAccount(replay, trades)


def win_rate(summary: Summary) -> float:
    """Return the share of resolved decisions with a profit; NaN without any."""
    n = summary["num_resolved_decisions"]
    wins = summary["wins"]
    return (wins or 0) / n if n else float("nan")


def unresolved_in(accounts: list[StreamAccount]) -> int:
    """Return how many decisions are pending over all streams."""
    return sum(account.unresolved for account in accounts)
