"""The account of a part that is being replayed: each look at it scores only what became known since the last one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import RLock

import numpy as np

from midplot.money._account import PartAccount, StreamSums
from midplot.money._latencies import Latencies
from midplot.money._scoring import counted_ticks, earned
from midplot.money._tally import Tally
from midplot.play._engine import PartReplay
from midplot.play._growing import Growing
from midplot.play._latency import Latency
from midplot.play._settings import ReplaySettings
from midplot.streams._stream import Part

__all__ = ["Looks", "PartLooks"]


@dataclass(frozen=True, slots=True)
class _Known:
    """How far a part has been scored: so many ticks were seen, so many decisions counted, so many of them resolved."""

    ticks: int = 0
    counted: int = 0
    resolved: int = 0


class PartLooks:
    """Scores one part as it grows.

    Parameters
    ----------
    part
        The part that is being replayed.
    settings
        The rules by which it is scored.
    """

    def __init__(self, part: Part, settings: ReplaySettings) -> None:
        self.part = part
        self._settings = settings
        self._counted = Growing(np.int64)
        self._profits = Growing(np.float64)
        # Replaced as a whole, and last: a Ctrl-C in the middle of a look leaves what was known before.
        self._known = _Known()

    def account(self, replay: PartReplay) -> PartAccount:
        """Return the account of the outcome so far; it equals ``account_of(replay, settings)`` to the last bit.

        Parameters
        ----------
        replay
            The outcome. What it says of ticks that were seen before must not have changed.
        """
        known, settings, decisions = self._known, self._settings, replay.decisions
        delay = settings.horizon + int(settings.with_trading_lag)
        fresh = self._counted_since(replay)
        n_counted = known.counted + len(fresh)
        self._counted.put(known.counted, fresh)
        counted = self._counted.first(n_counted)
        profits = earned(
            self.part.values[: len(decisions)],
            decisions,
            counted[known.resolved :],
            settings.horizon,
            delay - settings.horizon,
            settings.epsilon,
        )
        n_resolved = known.resolved + len(profits)
        self._profits.put(known.resolved, profits)
        self._known = _Known(len(decisions), n_counted, n_resolved)
        return PartAccount(replay, settings, self._profits.first(n_resolved), n_counted - n_resolved, counted)

    def _counted_since(self, replay: PartReplay) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Return the ticks of the decisions that were made since the last look and count."""
        known = self._known
        start = max(known.ticks, self.part.warmup)
        if known.counted:
            last = int(self._counted.first(known.counted)[-1])
            start = max(start, last + self._settings.backoff)
        return counted_ticks(replay.decisions[start:], self._settings.backoff) + start


@dataclass(frozen=True, slots=True)
class _StreamLooks:
    """What the looks at one stream have added up so far: of which parts, and how much of each."""

    tally: Tally = field(default_factory=Tally)
    latencies: Latencies = field(default_factory=Latencies)
    n_whole: int = 0
    n_profits: int = 0
    n_latencies: int = 0


class Looks:
    """What a ledger has already added up, so that a look at a running replay costs what is new.

    Only streams that somebody looked at while they were replayed are added up here. It is neither copied nor pickled: it
    can be computed again.
    """

    def __init__(self) -> None:
        self.lock = RLock()
        self.part: PartLooks | None = None
        # Of one stream only: of all of them, the latencies would take a good part of the memory.
        self._stream: tuple[int | None, _StreamLooks] = (None, _StreamLooks())
        # Over all streams; of which parts, by the identity of the part, and how many ticks of each.
        self._latencies: tuple[Latencies, dict[int, int]] = (Latencies(), {})

    def __reduce__(self) -> tuple[type[Looks], tuple[()]]:
        return Looks, ()

    def account(self, replay: PartReplay, settings: ReplaySettings) -> PartAccount:
        """Return the account of a part that is being replayed."""
        if self.part is None or self.part.part is not replay.part:
            self.part = PartLooks(replay.part, settings)
        return self.part.account(replay)

    def whole_account(self, replay: PartReplay) -> PartAccount | None:
        """Return the account of a part whose replay has ended, without spare memory; None if nobody looked at it."""
        looks, self.part = self.part, None
        if looks is None or looks.part is not replay.part:
            return None
        account = looks.account(replay)
        return replace(
            account,
            profits=account.profits.copy(),
            # Of a part that stays in its file, what can be computed again is not kept in memory.
            known_ticks=account.counted.copy() if account.keeps_trades else None,
        )

    def sums(self, stream_id: int, parts: tuple[PartAccount, ...], *, is_running: bool) -> StreamSums | None:
        """Return what a stream amounts to.

        Parameters
        ----------
        stream_id
            Id of the stream.
        parts
            The accounts of its parts. Those seen before may only have grown, and only the last one.
        is_running
            Whether the last part is still being replayed.

        Returns
        -------
        StreamSums or None
            None if nobody looked at the stream while it was replayed, or at another one since.
        """
        looked_at, looked = self._stream
        if stream_id != looked_at:
            if not is_running:
                return None
            looked = _StreamLooks()
        for place in range(looked.n_whole, len(parts)):
            looked = _added(looked, parts[place], is_whole=place < len(parts) - 1)
        self._stream = stream_id, looked
        return StreamSums(looked.tally.ended(), looked.latencies.latency())

    def latency(self, parts: list[PartAccount]) -> Latency:
        """Return how long the scored decisions of all streams took.

        Parameters
        ----------
        parts
            The accounts of all parts. Those seen before may only have grown.
        """
        with self.lock:
            latencies, n_seen = self._latencies
            seen = dict(n_seen)
            for part in parts:
                fresh = part.replay.latency_ns[part.part.warmup + n_seen.get(id(part.part), 0) :]
                if len(fresh):
                    latencies = latencies.plus(fresh)
                    seen[id(part.part)] = part.n_ticks
            self._latencies = latencies, seen
            return latencies.latency()


def _added(looked: _StreamLooks, part: PartAccount, *, is_whole: bool) -> _StreamLooks:
    """Add what is new of a part, and go on to the next one if it is whole."""
    latencies = part.replay.latency_ns[part.replay.scored]
    tally = looked.tally.plus(part.profits[looked.n_profits :])
    summed = looked.latencies.plus(latencies[looked.n_latencies :])
    if is_whole:
        return _StreamLooks(tally, summed, looked.n_whole + 1)
    return _StreamLooks(tally, summed, looked.n_whole, len(part.profits), len(latencies))
