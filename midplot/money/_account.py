"""What one stream earned: its parts, their trades, its summary, equity and latency."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from midplot._arithmetic import quiet
from midplot.money._scoring import (
    IntArray,
    Summary,
    Trades,
    counted_ticks,
    resolved_profits,
    score_decisions,
    summarise,
)
from midplot.play._engine import PartReplay
from midplot.play._latency import Latency
from midplot.play._settings import ReplaySettings
from midplot.streams._stream import FloatArray, Part

__all__ = ["PartAccount", "StreamAccount", "account_of", "unresolved_in", "win_rate"]

_NO_MONEY = np.empty(0)  # np.concatenate refuses an empty list, and a stream may have no parts yet

SPARSE = 12
"""The fewest ticks per trade at which the trades of a part that stays in its file are kept in memory.

A trade takes 48 bytes and a tick 8: trades in more than every twelfth tick would take more than half of the memory that
leaving the values in the file was meant to save.
"""


# eq=False here and below: the == of two arrays is an array, and has no truth value.
@dataclass(frozen=True, eq=False)
class PartAccount:
    """One replayed part and the trades made in it.

    The score needs the profits only; the trades are computed when they are first looked at. If the values of the part
    stay in their file and its trades are many, they are computed each time rather than kept.

    Attributes
    ----------
    replay
        The part and the decisions made on it.
    settings
        The rules by which it is scored.
    profits
        The profits of the resolved decisions, in order, shape ``(n_resolved,)``.
    unresolved
        The number of decisions that were still pending at the end.
    """

    replay: PartReplay
    settings: ReplaySettings
    profits: FloatArray
    unresolved: int

    @property
    def part(self) -> Part:
        """The part that was fed."""
        return self.replay.part

    @property
    def n_ticks(self) -> int:
        """The number of ticks that were scored."""
        return max(0, self.replay.n_ticks - self.part.warmup)

    @property
    def trades(self) -> Trades:
        """The counted decisions and what they earned; ticks count from the first value fed, warm-up included."""
        n_trades = len(self.profits) + self.unresolved  # known without computing the trades
        if self.part.is_stored and n_trades * SPARSE > self.n_ticks:
            return self._scored()
        return self._kept_trades

    @cached_property
    def _kept_trades(self) -> Trades:
        return self._scored()

    def _scored(self) -> Trades:
        return score_decisions(self.part.values, self.replay.decisions, **_rules(self.replay, self.settings))

    @property
    def index(self) -> IntArray:
        """The original indices of the ticks, warm-up included, shape ``(n_ticks,)``."""
        first = self.part.first_index
        return np.arange(first, first + self.replay.n_ticks, dtype=np.int64)

    @property
    def resolution_ticks(self) -> IntArray:
        """The tick at which each of the profits became known, counted from the first scored one, shape ``(n_resolved,)``.

        It follows from the decisions alone: values that stay in their file are not read.
        """
        ticks = counted_ticks(self.replay.decisions[self.replay.scored], self.settings.backoff)
        # Ticks ascend, so those that resolve come first.
        return ticks[: len(self.profits)] + (self.settings.horizon + int(self.settings.with_trading_lag))

    @property
    @quiet()
    def booked(self) -> FloatArray:
        """The profit that became known at each scored tick, shape ``(n_scored,)``."""
        profit = np.zeros(self.n_ticks)
        np.add.at(profit, self.resolution_ticks, self.profits)
        return profit


@dataclass(frozen=True, eq=False)
class StreamAccount:
    """One replayed stream.

    Attributes
    ----------
    stream_id
        The position of the stream in the user's list.
    name
        The stream's own name, if it has one.
    parts
        The accounts of its parts, in order.
    """

    stream_id: int
    name: str | None
    parts: tuple[PartAccount, ...]

    @property
    def title(self) -> str:
        """The name of the stream for people: its own, or ``stream 3``."""
        return self.name if self.name is not None else f"stream {self.stream_id}"

    @property
    def n_ticks(self) -> int:
        """The number of ticks that were scored."""
        return sum(part.n_ticks for part in self.parts)

    @property
    def unresolved(self) -> int:
        """The number of decisions that were still pending at the ends of the parts."""
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
        """The cumulative profit at each scored tick, over all parts, shape ``(n_ticks,)``."""
        with quiet():
            equity: FloatArray = np.cumsum(np.concatenate([_NO_MONEY, *(part.booked for part in self.parts)]))
        return equity

    @property
    def interrupted(self) -> bool:
        """Whether any part was not replayed to its end."""
        return any(not part.replay.complete for part in self.parts)


def account_of(replay: PartReplay, settings: ReplaySettings) -> PartAccount:
    """Score the decisions on one part by the rules of the replay."""
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
    """Return the number of decisions still pending over all streams."""
    return sum(account.unresolved for account in accounts)
