"""Replays one part in chunks and yields a checkpoint between them; it knows no view.

Views listen to the checkpoints. Since nothing flows back, a replay has the same outcome with and without them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

import numpy as np

from midplot.play._latency import Nanoseconds
from midplot.play._lockstep import BoundInfer, Lockstep, MessageFactory
from midplot.play._probe import Probes, Sampler
from midplot.streams._stream import FloatArray, Part

__all__ = ["FinishedRun", "PartReplay", "PartRun", "Progress", "Run", "first_parts"]

CHUNK_SECONDS = 0.05
"""How long a chunk should take: short enough for a view that refreshes four times a second."""

LARGEST_CHUNK = 1 << 16

SLICE = 1 << 11


@dataclass(frozen=True, slots=True, eq=False)
class PartReplay:
    """What came of replaying one part.

    Attributes
    ----------
    part
        What was fed.
    decisions
        As the attacker gave them, one a tick, shape ``(n_ticks,)``; warm-up included.
    latency_ns
        Nanoseconds each took, shape ``(n_ticks,)``; int32 where none took more than two seconds.
    startup_ns
        Nanoseconds until the attacker was ready.
    complete
        Whether the whole part was fed.
    probes
        Sampled values of the attacker by name, each of shape ``(n_ticks,)``.
    """

    part: Part
    decisions: FloatArray
    latency_ns: Nanoseconds
    startup_ns: int
    complete: bool
    probes: Mapping[str, FloatArray] = field(default_factory=dict)

    @property
    def n_ticks(self) -> int:
        """How many ticks were fed."""
        return len(self.decisions)

    @property
    def scored(self) -> slice:
        """The ticks after the warm-up."""
        return slice(self.part.warmup, None)


def first_parts(replays: Sequence[PartReplay], n_ticks: float) -> list[PartReplay]:
    """Return as many whole parts, from the first, as make up so many ticks."""
    before = np.cumsum([0, *(replay.n_ticks for replay in replays)])
    return [replay for replay, ticks in zip(replays, before, strict=False) if ticks < n_ticks]


class Run(Protocol):
    """A part that is being replayed, here or elsewhere."""

    @property
    def part(self) -> Part:
        """What is being replayed."""

    def outcome(self) -> PartReplay:
        """Return what came of the part so far."""


@dataclass(frozen=True, slots=True, eq=False)
class FinishedRun:
    """A part that was replayed in another process: all that is known of it came when it had finished.

    Attributes
    ----------
    replay
        What came of it.
    """

    replay: PartReplay

    @property
    def part(self) -> Part:
        """What was replayed."""
        return self.replay.part

    def outcome(self) -> PartReplay:
        """Return what came of the part."""
        return self.replay


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """How far the replay of one part is: the checkpoint between two chunks.

    Attributes
    ----------
    run
        The replay itself; ``run.outcome()`` is its state by now.
    done, total
        Ticks fed by now, and in the end.
    elapsed
        Seconds since the part began.
    """

    run: Run
    done: int
    total: int
    elapsed: float

    @property
    def part(self) -> Part:
        """What is being replayed."""
        return self.run.part


class PartRun:
    """One part being replayed by one fresh attacker.

    Parameters
    ----------
    part
        What to feed.
    infer
        The attacker, bound to its parameters.
    probes
        What to sample of the attacker after each decision.
    message
        Makes a message of a value; a plain dict where it is None.
    """

    def __init__(
        self, part: Part, infer: BoundInfer, probes: Probes = (), message: MessageFactory | None = None
    ) -> None:
        self.part = part
        self._infer = infer
        self._message = message
        self._lockstep: Lockstep | None = None
        self._sampler = Sampler(probes)
        self._complete = False

    def __iter__(self) -> Iterator[Progress]:
        """Replay the part, yielding a checkpoint after each chunk."""
        part, values = self.part, self.part.values
        begun = perf_counter()
        lockstep = Lockstep(self._infer, part.label, part.first_index, len(values), self._message)
        self._lockstep = lockstep
        done, chunk = 0, 1
        try:
            while done < len(values):
                before = perf_counter()
                self._feed(lockstep, values[done : done + chunk])
                done = lockstep.done
                now = perf_counter()
                chunk = paced(chunk, now - before)
                yield Progress(self, done, len(values), now - begun)
            lockstep.finish()
            self._complete = True
        except BaseException as error:
            lockstep.close(None if isinstance(error, GeneratorExit) else error)
            raise

    def run(self, n_ticks: int | None = None) -> PartReplay:
        """Replay in one go; see `__iter__`.

        Parameters
        ----------
        n_ticks
            Stop after the chunk in which this tick is reached; None for the whole part.

        Returns
        -------
        PartReplay
            What came of it; where this raises, `outcome` has what was decided until then.
        """
        for checkpoint in self:
            if n_ticks is not None and checkpoint.done >= n_ticks:
                break
        return self.outcome()

    def outcome(self) -> PartReplay:
        """Return what came of the part so far."""
        lockstep = self._lockstep
        if lockstep is None:
            return PartReplay(self.part, np.empty(0), np.empty(0, dtype=np.int32), 0, complete=False)
        return PartReplay(
            self.part,
            lockstep.decisions(),
            lockstep.latency_ns(),
            lockstep.startup_ns,
            self._complete,
            self._sampler.columns(lockstep.done),
        )

    def _feed(self, lockstep: Lockstep, chunk: FloatArray) -> None:
        if not self._sampler:
            # In slices: the objects made of one are freed before the next, and so stay in the processor's cache.
            for start in range(0, len(chunk), SLICE):
                lockstep.run(chunk[start : start + SLICE].tolist())
            return
        with lockstep.error_state:
            for value in chunk.tolist():
                lockstep.run([value])
                self._sampler.sample(lockstep.attacker_frame, lockstep.label, self.part.index_of(lockstep.done - 1))


def paced(chunk: int, seconds: float) -> int:
    """Return the next chunk's ticks, so that it takes about ``CHUNK_SECONDS``; growing by 4 at the most.

    Examples
    --------
    >>> paced(100, 1.0)
    5
    >>> paced(100, 0.0001)
    400
    """
    wanted = chunk * CHUNK_SECONDS / max(seconds, 1e-9)
    return int(max(1, min(wanted, 4 * chunk, LARGEST_CHUNK)))
