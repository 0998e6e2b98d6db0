"""Replays one part in chunks and yields a checkpoint after each. It knows nothing of views.

Views listen to the checkpoints. Since nothing flows back, a replay has the same outcome with and without a view.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

import numpy as np

from midplot.play._direct import driven
from midplot.play._drive import Drive
from midplot.play._latency import Nanoseconds
from midplot.play._lockstep import BoundInfer, MessageFactory
from midplot.play._probe import Probes, Sampler
from midplot.streams._stream import FloatArray, Part

__all__ = ["FinishedRun", "PartReplay", "PartRun", "Progress", "Run", "first_parts"]

CHUNK_SECONDS = 0.05
"""How long a chunk should take: a view refreshes up to four times a second and should not wait long for a checkpoint."""

# A part of a million ticks still gives a dozen checkpoints, and a chunk that is suddenly slow ends soon enough.
LARGEST_CHUNK = 1 << 16
"""Ticks that a chunk has at most, however fast the attacker is."""

# The floats, decisions and time stamps of this many ticks fit the processor's cache; see PartRun._feed.
SLICE = 1 << 11
"""Ticks that are passed to the lockstep at once."""


# eq=False, here and below: a comparison of arrays is not a single bool.
@dataclass(frozen=True, slots=True, eq=False)
class PartReplay:
    """The outcome of replaying one part.

    Attributes
    ----------
    part
        The part that was fed.
    decisions
        The attacker's decisions, one per tick, warm-up included, shape ``(n_ticks,)``.
    latency_ns
        Nanoseconds that each decision took, shape ``(n_ticks,)``; int32 if none took more than two seconds.
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
        """The number of ticks that were fed."""
        return len(self.decisions)

    @property
    def scored(self) -> slice:
        """The ticks after the warm-up."""
        return slice(self.part.warmup, None)


def first_parts(replays: Sequence[PartReplay], n_ticks: float) -> list[PartReplay]:
    """Return the first parts, each of them whole, that together have at least ``n_ticks`` ticks; all if they have fewer."""
    before = np.cumsum([0, *(replay.n_ticks for replay in replays)])
    return [replay for replay, ticks in zip(replays, before, strict=False) if ticks < n_ticks]


class Run(Protocol):
    """The replay of a part, in this process or another one."""

    @property
    def part(self) -> Part:
        """The part that is replayed."""

    def outcome(self) -> PartReplay:
        """Return the outcome so far."""


@dataclass(frozen=True, slots=True, eq=False)
class FinishedRun:
    """The replay of a part in another process, of which nothing is known until it has finished.

    Attributes
    ----------
    replay
        The outcome.
    """

    replay: PartReplay

    @property
    def part(self) -> Part:
        """The part that was replayed."""
        return self.replay.part

    def outcome(self) -> PartReplay:
        """Return the outcome."""
        return self.replay


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """How far the replay of one part has got: the checkpoint after a chunk.

    Attributes
    ----------
    run
        The replay itself; ``run.outcome()`` is the outcome so far.
    done, total
        Number of ticks that were fed so far, and that the part has.
    elapsed
        Seconds since the replay of the part started.
    """

    run: Run
    done: int
    total: int
    elapsed: float

    @property
    def part(self) -> Part:
        """The part that is replayed."""
        return self.run.part


class PartRun:
    """The replay of one part by a fresh attacker.

    Parameters
    ----------
    part
        The part to feed.
    infer
        The attacker, bound to its parameters.
    probes
        Attributes or functions of the attacker to sample after each decision.
    message
        Function that makes a message from a value; None for plain dicts.
    """

    def __init__(
        self, part: Part, infer: BoundInfer, probes: Probes = (), message: MessageFactory | None = None
    ) -> None:
        self.part = part
        self._infer = infer
        self._message = message
        self._lockstep: Drive | None = None
        self._sampler = Sampler(probes)
        self._complete = False

    def __iter__(self) -> Iterator[Progress]:
        """Replay the part, yielding a checkpoint after each chunk."""
        part, values = self.part, self.part.values
        started = perf_counter()
        lockstep = driven(self._infer, part.label, part.first_index, len(values), self._message)
        self._lockstep = lockstep
        done, chunk = 0, 1  # a single tick first: an attacker may take a second for each
        try:
            while done < len(values):
                before = perf_counter()
                self._feed(lockstep, values[done : done + chunk])
                done = lockstep.done
                now = perf_counter()
                chunk = paced(chunk, now - before)
                yield Progress(self, done, len(values), now - started)
            lockstep.finish()
            self._complete = True
        except BaseException as error:
            # GeneratorExit means that whoever iterates has stopped: there is no error to note the attacker's cleanup on.
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
            The outcome. If this raises, `outcome` gives what was decided until then.
        """
        for checkpoint in self:
            if n_ticks is not None and checkpoint.done >= n_ticks:
                break
        return self.outcome()

    def outcome(self) -> PartReplay:
        """Return the outcome so far."""
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

    def _feed(self, lockstep: Drive, chunk: FloatArray) -> None:
        if not self._sampler:
            # In slices: the objects of one slice are freed before the next is made, so they stay in the processor's cache.
            for start in range(0, len(chunk), SLICE):
                lockstep.run(chunk[start : start + SLICE].tolist())
            return
        # Tick by tick, since the attacker has to be sampled between two decisions. Probes are the user's code too, and run
        # in the error state that the attacker has set.
        with lockstep.error_state:
            for value in chunk.tolist():
                lockstep.run([value])
                self._sampler.sample(lockstep, self.part.index_of(lockstep.done - 1))


def paced(chunk: int, seconds: float) -> int:
    """Return the number of ticks for the next chunk, so that it takes about ``CHUNK_SECONDS``.

    It is at most four times that of the last chunk, since the first ticks are rarely typical: an attacker without
    enough values returns at once.

    Examples
    --------
    >>> paced(100, 1.0)
    5
    >>> paced(100, 0.0001)
    400
    """
    wanted = chunk * CHUNK_SECONDS / max(seconds, 1e-9)
    return int(max(1, min(wanted, 4 * chunk, LARGEST_CHUNK)))
