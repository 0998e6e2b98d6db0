"""What happened in a replay: its parts and what they earned, written by the run and read by everyone else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

import numpy as np

from midplot._text import same_name
from midplot.errors import ArgumentError, did_you_mean
from midplot.money._account import Memory, PartAccount, StreamAccount, account_of, unresolved_in, win_rate
from midplot.money._looks import Looks
from midplot.money._tally import Summary, Tally
from midplot.play._engine import PartReplay, Run
from midplot.play._latency import Latency
from midplot.play._settings import ReplaySettings
from midplot.streams._stream import FloatArray, Stream

__all__ = ["Ledger", "State"]

State = Literal["running", "complete", "interrupted"]


class Ledger:
    """What happened in a replay so far.

    Only the run writes to it. Everyone else reads, at any time and from any thread: during a run the money is that of
    the last checkpoint, whether or not a view is open.

    Parameters
    ----------
    settings
        The rules of the replay.

    Attributes
    ----------
    settings
        The rules of the replay.
    sources
        The streams that were read, by stream id, in the order of the replay.
    state
        ``"running"`` until the run ends; then ``"complete"``, or ``"interrupted"`` if Ctrl-C or an error in the attacker
        ended it early.
    elapsed
        Duration of the replay in seconds.
    trials
        The number of attackers, or sets of parameters, that were tried to get here; this one is the first unless whoever
        tried the others says so.
    told_horizon
        The horizon that the attacker was told, which differs from that of the settings if decisions were scored again.
    """

    def __init__(self, settings: ReplaySettings) -> None:
        self.settings = settings
        self.sources: dict[int, Stream] = {}
        self.state: State = "running"
        self.elapsed = 0.0
        self.trials = 1
        self.told_horizon = settings.horizon
        self._recorded: dict[int, list[PartAccount]] = {}
        self._running: Run | None = None
        # Counts the writes: readers build the accounts anew only if something was written since they last did.
        self._version = 0
        self._listed: tuple[int, dict[int, StreamAccount]] = (0, {})
        self._looks = Looks()

    @classmethod
    def of_one(cls, settings: ReplaySettings, stream: Stream, replayed: PartReplay) -> Self:
        """Return the ledger of one part that was replayed elsewhere, such as by a check."""
        ledger = cls(settings)
        ledger.open_stream(stream)
        ledger.record(replayed)
        ledger.close("complete", 0.0)
        return ledger

    # Written by the run

    def open_stream(self, stream: Stream) -> None:
        """Add a stream that is about to be replayed; it is listed once it has a tick."""
        self._recorded[stream.stream_id] = []
        self.sources[stream.stream_id] = stream

    def watch(self, run: Run) -> None:
        """Include a part that is being replayed, as far as it has got. Nothing is scored until somebody reads."""
        self._running = run
        self._version += 1

    def record(self, replayed: PartReplay) -> None:
        """Add the outcome of one part, in place of the part that was watched."""
        with self._looks.lock:
            account = self._looks.whole_account(replayed)
            # Nobody looked: it is scored in one go, which is faster.
            account = account_of(replayed, self.settings) if account is None else account
            self._recorded[replayed.part.stream_id].append(account)
            self._running = None
            self._version += 1

    def close(self, state: State, elapsed: float) -> None:
        """Set how the run ended, and its duration in seconds."""
        self.state, self.elapsed = state, elapsed

    # Read by everyone else

    @property
    def interrupted(self) -> bool:
        """Whether the replay ended before its streams did: by Ctrl-C, or by an error in the attacker."""
        return self.state == "interrupted"

    @property
    def streams(self) -> Mapping[int, StreamAccount]:
        """What each stream earned, by stream id, in the order of the replay."""
        if self._listed[0] == self._version:  # the usual case needs no lock
            return self._listed[1]
        with self._looks.lock:
            version, listed = self._version, self._listed[1]
            running = self._running
            live = None if running is None else self._looks.account(running.outcome(), self.settings)
            # A new mapping each time, since another thread may be iterating over the old one; and a list of the ids,
            # since the run may add one meanwhile. An account that has not changed is reused, with its cached sums.
            listed = {
                stream_id: self._account(stream_id, parts, listed.get(stream_id), live)
                for stream_id in list(self._recorded)
                if (parts := self._parts(stream_id, live))
            }
            self._listed = version, listed
        return listed

    def _parts(self, stream_id: int, live: PartAccount | None) -> tuple[PartAccount, ...]:
        shown = live is not None and live.part.stream_id == stream_id and live.replay.n_ticks
        return (*self._recorded[stream_id], *([live] if shown and live is not None else ()))

    def _account(
        self,
        stream_id: int,
        parts: tuple[PartAccount, ...],
        known: StreamAccount | None,
        live: PartAccount | None,
    ) -> StreamAccount:
        # Parts compare by identity: a finished part is the same object each time, a running one is another at each look.
        if known is not None and known.parts == parts:
            return known
        sums = self._looks.sums(stream_id, parts, is_running=parts[-1] is live)
        memory = Memory() if known is None else known.memory
        return StreamAccount(stream_id, self.sources[stream_id].name, parts, sums, memory)

    def stream(self, stream: int | str) -> StreamAccount:
        """Return the account of one stream by its id or name.

        Raises
        ------
        ArgumentError
            If there is no such stream, or several streams have the name.
        """
        # Ids are ints and names are text, so "3" is a name and never the id 3.
        found = [s for s in self.streams.values() if stream == s.stream_id or same_name(stream, s.name)]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(str(s.stream_id) for s in found)
            raise ArgumentError(
                f"several streams are called {stream!r}",
                where="stream",
                advice=f"Choose one by its id: {ids}.",
            )
        names = list(dict.fromkeys(s.name for s in self.streams.values() if s.name is not None))
        raise ArgumentError(
            f"{stream!r} was not replayed",
            where="stream",
            advice=f"{did_you_mean(str(stream), names)} Choose one of "
            f"{', '.join(map(repr, [*self.streams, *names])) or 'none'}.",
        )

    @property
    def parts(self) -> list[PartAccount]:
        """The accounts of all parts, stream by stream."""
        return [part for stream in self.streams.values() for part in stream.parts]

    @property
    def scores(self) -> dict[int, float]:
        """The profit after costs by stream id, in the units of the price."""
        return {stream_id: stream.score for stream_id, stream in self.streams.items()}

    @property
    def total_score(self) -> float:
        """The profit after costs over all streams, in the units of the price."""
        return float(sum(self.scores.values()))

    @property
    def unresolved(self) -> int:
        """The number of decisions still pending when their streams ended: no score, no cost."""
        return unresolved_in(list(self.streams.values()))

    @property
    def n_ticks(self) -> int:
        """The number of ticks that were scored."""
        return sum(stream.n_ticks for stream in self.streams.values())

    @property
    def win_rate(self) -> float:
        """The share of resolved decisions with a profit; NaN without any."""
        return win_rate(self.summary())

    @property
    def latency(self) -> Latency:
        """How long the scored decisions took, over all streams."""
        return self._looks.latency(self.parts)

    def summary(self) -> Summary:
        """Summarise all streams under midone's keys; ``current_ndx`` counts the scored ticks."""
        # The total is the sum of the streams' sums: adding all profits in one run rounds differently, and would not match.
        return Tally.together(stream.tally for stream in self.streams.values()).summary(self.n_ticks)

    def probes(self, stream: int | str) -> dict[str, FloatArray]:
        """Return the attacker's probed values on one stream, by name, shape ``(n_ticks,)``, warm-up included."""
        # A part whose attacker failed before its first tick has no samples at all.
        sampled = [part.replay.probes for part in self.stream(stream).parts if part.replay.probes]
        return {name: np.concatenate([probes[name] for probes in sampled]) for name in (sampled[0] if sampled else ())}
