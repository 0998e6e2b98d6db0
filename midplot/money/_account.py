"""What one stream earned: its parts, their trades, its summary, equity and latency."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from threading import RLock
from typing import Any

import numpy as np

from midplot._arithmetic import quiet
from midplot.money._scoring import IntArray, Trades, counted_ticks, resolved_profits, score_decisions
from midplot.money._tally import Summary, Tally
from midplot.play._engine import PartReplay
from midplot.play._latency import Latency
from midplot.play._settings import ReplaySettings
from midplot.streams._stream import FloatArray, Part

__all__ = ["Memory", "PartAccount", "StreamAccount", "StreamSums", "account_of", "unresolved_in", "win_rate"]

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
    known_ticks
        The ticks of the counted decisions, if whoever scored the part has them already.
    """

    replay: PartReplay
    settings: ReplaySettings
    profits: FloatArray
    unresolved: int
    known_ticks: IntArray | None = None

    @property
    def part(self) -> Part:
        """The part that was fed."""
        return self.replay.part

    @property
    def n_ticks(self) -> int:
        """The number of ticks that were scored."""
        return max(0, self.replay.n_ticks - self.part.warmup)

    @property
    def n_trades(self) -> int:
        """The number of counted decisions, resolved or not."""
        return len(self.profits) + self.unresolved

    @property
    def keeps_trades(self) -> bool:
        """Whether the trades are kept once they are computed."""
        return not self.part.is_stored or self.n_trades * SPARSE <= self.n_ticks

    @property
    def trades(self) -> Trades:
        """The counted decisions and what they earned; ticks count from the first value fed, warm-up included."""
        return self._kept_trades if self.keeps_trades else self._scored()

    @property
    def counted(self) -> IntArray:
        """The ticks of the counted decisions, from the first value fed on, shape ``(n_trades,)``."""
        if self.known_ticks is not None:
            return self.known_ticks
        return self._kept_ticks if self.keeps_trades else self._counted()

    @cached_property
    def _kept_ticks(self) -> IntArray:
        return self._counted()

    def _counted(self) -> IntArray:
        warmup = self.part.warmup
        return counted_ticks(self.replay.decisions[warmup:], self.settings.backoff) + warmup

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
        later = self.settings.horizon + int(self.settings.with_trading_lag)
        # Ticks ascend, so those that resolve come first.
        return self.counted[: len(self.profits)] + (later - self.part.warmup)

    @property
    @quiet()
    def booked(self) -> FloatArray:
        """The profit that became known at each scored tick, shape ``(n_scored,)``."""
        profit = np.zeros(self.n_ticks)
        np.add.at(profit, self.resolution_ticks, self.profits)
        return profit


class Memory:
    """What readers derive from a stream and extend as it grows, by name. It is not copied, pickled or compared.

    Attributes
    ----------
    held
        What is derived.
    lock
        Held by whoever reads or extends it: views read in several threads.
    """

    def __init__(self) -> None:
        self.held: dict[str, Any] = {}
        self.lock = RLock()

    def __reduce__(self) -> tuple[type[Memory], tuple[()]]:
        return Memory, ()


@dataclass(frozen=True, slots=True)
class StreamSums:
    """What the profits and latencies of a stream amount to so far.

    Attributes
    ----------
    tally
        The profits of its resolved decisions.
    latency
        How long its scored decisions took.
    """

    tally: Tally
    latency: Latency


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
    sums
        What its profits and latencies amount to, if that was computed as they came.
    memory
        What readers derive from the stream and extend as it grows; the accounts of a stream that is being replayed, one
        for each look, hand it on from one to the next.
    """

    stream_id: int
    name: str | None
    parts: tuple[PartAccount, ...]
    sums: StreamSums | None = None
    memory: Memory = field(default_factory=lambda: Memory())

    @property
    def title(self) -> str:
        """The name of the stream for people: its own, or ``stream 3``."""
        return self.name if self.name is not None else f"stream {self.stream_id}"

    @cached_property
    def n_ticks(self) -> int:
        """The number of ticks that were scored."""
        return sum(part.n_ticks for part in self.parts)

    @cached_property
    def unresolved(self) -> int:
        """The number of decisions that were still pending at the ends of the parts."""
        return sum(part.unresolved for part in self.parts)

    @property
    def profits(self) -> FloatArray:
        """The profits of the resolved decisions, in order, shape ``(n_resolved,)``."""
        return np.concatenate([_NO_MONEY, *(part.profits for part in self.parts)])

    @cached_property
    def tally(self) -> Tally:
        """The profits as far as sums over several streams need them."""
        return Tally.of(self.profits) if self.sums is None else self.sums.tally

    @cached_property
    def summary(self) -> Summary:
        """The profits summarised under midone's keys."""
        return self.tally.summary(self.n_ticks)

    @property
    def score(self) -> float:
        """The profit after costs, in the units of the price."""
        return float(self.summary["total_profit"] or 0.0)

    @cached_property
    def latency(self) -> Latency:
        """How long the scored decisions took."""
        if self.sums is not None:
            return self.sums.latency
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
    """Score the decisions on one part by the rules of the replay, from the first to the last."""
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
