"""Drives one ``infer`` over one part in lockstep: one message out, one decision in, each decision timed.

Only the engine holds the values. The stream that ``infer`` gets is a generator that can reach only the message of the
present tick, so a second pull before the decision on the first is caught where it happens.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from enum import Enum, auto
from time import perf_counter_ns
from typing import Any

import numpy as np

from midplot._arithmetic import ErrorState, in_own_error_state
from midplot.errors import ProtocolError, message_of
from midplot.play._decision import IMMUTABLE, as_floats, described, is_number, repr_of, to_float
from midplot.play._latency import Nanoseconds
from midplot.play._raised import claim
from midplot.streams._stream import FloatArray, read_only

__all__ = ["BoundInfer", "Lockstep", "MessageFactory"]

BoundInfer = Callable[[Iterator[Any]], Any]
"""An infer whose arguments, except the stream, are bound."""

MessageFactory = Callable[[float], Any]
"""Makes a message from a value."""

_LONGEST = np.iinfo(np.int32).max
"""Longest latency in nanoseconds, two seconds, that fits an int32, which takes half the memory of an int64."""


_ENDED = object()
"""Stands for the ready yield of an infer that ended without one."""


class _Phase(Enum):
    STARTING = auto()
    RUNNING = auto()
    CLOSED = auto()


class _Fault(Enum):
    """What an infer did wrong with its stream, in the words of the platform's runner, and what to change."""

    NOT_READY = (
        "yield must be called once before the loop: a message was pulled before the attacker said it was ready",
        "Put a bare `yield` before the first use of the stream.",
    )
    LOOK_AHEAD = (
        "previous value not yield-ed: a second message was pulled before the decision on the first, "
        "which would be look-ahead",
        "Yield one decision for each message, in the loop.",
    )

    def error(self, where: str = "") -> ProtocolError:
        """Return the error for this fault."""
        what, advice = self.value
        return ProtocolError(what, where=where, advice=advice)


class _Gate:
    """What the feed can see: the value of the current tick until it is pulled, and what went wrong."""

    __slots__ = ("fault", "phase", "x")

    def __init__(self) -> None:
        self.x: float | None = None
        self.phase = _Phase.STARTING
        self.fault: _Fault | None = None

    def refuse(self) -> None:
        """Raise if a message was pulled out of turn; return if the stream has ended."""
        if self.phase is _Phase.CLOSED:
            return
        self.fault = _Fault.NOT_READY if self.phase is _Phase.STARTING else _Fault.LOOK_AHEAD
        raise self.fault.error()


def _feed(gate: _Gate) -> Iterator[dict[str, float]]:
    """Yield the message of the current tick, once."""
    while True:
        x = gate.x
        if x is None:
            gate.refuse()
            return
        gate.x = None  # before the yield, so that a second pull finds nothing
        yield {"x": x}


def _feed_made(gate: _Gate, make: MessageFactory) -> Iterator[Any]:
    """Yield the message of the current tick, once, as the platform's message object."""
    return (make(message["x"]) for message in _feed(gate))


class Lockstep:
    """One attacker on one part.

    Parameters
    ----------
    infer
        The attacker: a function that takes the stream and returns the generator of decisions.
    label
        Name of the part in error messages.
    first_index
        Original index of the first value, from which error messages compute the tick.
    n_ticks
        Number of values that will be fed.
    message
        Function that makes a message from a value; None for plain ``{"x": value}``.

    Attributes
    ----------
    startup_ns
        Nanoseconds until the attacker was ready.
    error_state
        numpy's error state while the attacker runs, as the attacker has set it.
    """

    def __init__(
        self,
        infer: BoundInfer,
        label: str,
        first_index: int,
        n_ticks: int,
        message: MessageFactory | None = None,
    ) -> None:
        self.label = label
        self.first_index = first_index
        self.n_ticks = n_ticks
        self.startup_ns = 0
        self._gate = _Gate()
        self._taken = np.empty(n_ticks)
        self._latency: Nanoseconds = np.empty(n_ticks, dtype=np.int32)
        self._n_sealed = 0
        self._decisions: list[Any] = []
        self._stamps: list[int] = []
        self._stream = _feed(self._gate) if message is None else _feed_made(self._gate, message)
        self.error_state = ErrorState()
        self._consumer = self._started(infer)

    @property
    def attacker_frame(self) -> types.FrameType | None:
        """The frame of the running infer, or None when it has ended."""
        frame: types.FrameType | None = self._consumer.gi_frame
        return frame

    @property
    def done(self) -> int:
        """The number of decisions that were taken and checked."""
        return self._n_sealed

    @in_own_error_state
    def _started(self, infer: BoundInfer) -> types.GeneratorType[Any, None, None]:
        """Call infer and bring it to its ready yield."""
        started = perf_counter_ns()
        try:
            consumer = self._called(infer)
            # Not by `except StopIteration`: an infer that is no generator function may raise one itself.
            ready = next(consumer, _ENDED)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._raise_fault(error)
            self._claim(error, f"{self.label}, before the first tick")
            raise
        self._raise_fault()
        if ready is _ENDED:
            raise ProtocolError(
                "yield must be called once before the loop: infer ended without a yield",
                where=self.label,
                advice="Put a bare `yield` before the loop.",
            )
        if ready is not None:
            raise ProtocolError(
                f"first yield must return None, got {described(ready)}",
                where=self.label,
                advice="Put a bare `yield` before the loop: it says that the attacker is ready.",
            )
        self._gate.phase = _Phase.RUNNING
        self.startup_ns = perf_counter_ns() - started
        return consumer

    def _called(self, infer: BoundInfer) -> types.GeneratorType[Any, None, None]:
        """Call infer, which returns its generator without running its body."""
        consumer = infer(self._stream)
        # What is not a generator function has run by now, and may have pulled a message.
        self._raise_fault()
        if not isinstance(consumer, types.GeneratorType):
            raise ProtocolError(
                f"yield not called: infer returned {described(consumer)}, not a generator",
                where=self.label,
                advice="Write infer with a bare `yield` before the loop and `yield decision` in it.",
            )
        return consumer

    @in_own_error_state
    def run(self, values: list[float]) -> None:
        """Feed values, one per tick, and take one decision on each.

        Parameters
        ----------
        values
            The next values of the part.

        Raises
        ------
        ProtocolError
            If the attacker breaks the protocol or ends the program, naming stream and tick.
        Exception
            The attacker's own, unchanged, with a note of stream and tick.
        """
        # One method that uses nothing but local names: the speed of a replay is the speed of this loop.
        gate, advance, clock = self._gate, self._consumer.send, perf_counter_ns
        kind_of, plain, immutable = type, float, IMMUTABLE
        self._stamps = stamps = [clock()]  # the time between two chunks is not the attacker's
        decisions = self._decisions
        try:
            for gate.x in values:  # releases the value of this tick: the feed reads it from the gate
                decision = advance(None)
                stamps.append(clock())
                if gate.x is not None:  # it was not pulled
                    self._raise_multiple()
                if kind_of(decision) is not plain and kind_of(decision) not in immutable:
                    decision = self._as_number(decision)
                decisions.append(decision)
        except StopIteration:
            self._seal()
            self._raise_fault()
            raise self._too_few() from None
        except KeyboardInterrupt:
            self._seal()
            raise
        except BaseException as error:
            self._seal()
            self._raise_fault(error)
            self._claim(error, self._where())
            raise
        self._seal()
        self._raise_fault(decided=True)

    @in_own_error_state
    def finish(self) -> None:
        """End the stream and let infer run to its end.

        Raises
        ------
        ProtocolError
            If infer yields once more.
        """
        self._gate.phase = _Phase.CLOSED
        try:
            extra = next(self._consumer)
        except StopIteration:
            return
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            # No fault of the feed can be behind it: a pull after the end is only told that the stream has ended.
            self._claim(error, f"{self.label}, after the last tick")
            raise
        raise ProtocolError(
            f"multiple yield detected: {described(extra)} was yielded when no message was left",
            where=f"{self.label}, after the last tick",
            advice="Yield once for each message, in the loop only.",
        )

    @in_own_error_state
    def close(self, cause: BaseException | None = None) -> None:
        """Stop an attacker before the end of its stream.

        Parameters
        ----------
        cause
            The error that stopped it. What the attacker raises in its cleanup becomes a note on this error, so that it
            does not hide it.
        """
        try:
            self._consumer.close()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if cause is None:
                self._claim(error, f"{self.label}, when the attacker was stopped")
                raise
            cause.add_note(f"{self.label}: when the attacker was stopped, it raised {repr_of(error)}")

    def decisions(self) -> FloatArray:
        """Return the decisions so far, shape ``(done,)``, read-only."""
        return read_only(self._taken[: self._n_sealed])

    def latency_ns(self) -> Nanoseconds:
        """Return the nanoseconds that each decision took, shape ``(done,)``; int32 if none took more than two seconds."""
        return self._latency[: self._n_sealed]

    def _seal(self) -> None:
        """Check the decisions of a chunk and store them."""
        fresh, self._decisions = as_floats(self._decisions), []
        nans = np.flatnonzero(np.isnan(fresh))
        # What was decided before a NaN is kept, as it is before any other error.
        kept = int(nans[0]) if len(nans) else len(fresh)
        sealed = slice(self._n_sealed, self._n_sealed + kept)
        self._taken[sealed] = fresh[:kept]
        # One stamp more than decisions: the first is taken when the chunk starts. A decision that was refused
        # has left a stamp too, which is not counted.
        stamps = np.fromiter(self._stamps, np.int64, kept + 1)
        took = stamps[1:] - stamps[:-1]
        # Widened when it is needed, which is hardly ever.
        if took.max(initial=0) > _LONGEST and self._latency.dtype != np.int64:
            self._latency = self._latency.astype(np.int64)
        self._latency[sealed] = took
        self._n_sealed += kept
        if len(nans):
            raise ProtocolError(
                "expected a number as decision, got nan",
                where=self._where(),
                advice="Yield 0 where the attacker has no opinion, and look for a division by 0 or a mean of nothing.",
            )

    def _where(self, shift: int = 0) -> str:
        return f"{self.label}, tick {self.first_index + self._n_sealed + len(self._decisions) + shift}"

    def _as_number(self, decision: Any) -> float:
        """Convert a decision that is not a plain scalar to a float, or raise if it is not a number."""
        if decision is None:
            raise ProtocolError(
                "expected a number as decision, got None",
                where=self._where(),
                advice="Yield 0 where the attacker has no opinion.",
            )
        if not is_number(decision):
            raise ProtocolError(
                f"expected a number as decision, got {described(decision)}",
                where=self._where(),
                advice="Yield one plain number: > 0 for up, < 0 for down, 0 for nothing.",
            )
        try:
            return to_float(decision)
        except (TypeError, ValueError) as error:
            raise ProtocolError(
                f"expected a number as decision, got {described(decision)} ({message_of(error)})",
                where=self._where(),
                advice="Yield one plain number: > 0 for up, < 0 for down, 0 for nothing.",
            ) from error

    def _raise_fault(self, cause: BaseException | None = None, *, decided: bool = False) -> None:
        """Raise the fault that the feed noticed, even where the attacker swallowed it.

        A fault ends the feed, so at most one decision can follow it: the one on the tick of the fault. That decision
        was taken if the next value waits to be pulled, or if the chunk is through. The fault is then one tick back.
        """
        fault = self._gate.fault
        if fault is None:
            return
        followed = decided or self._gate.x is not None
        where = self.label if fault is _Fault.NOT_READY else self._where(-followed)
        raise fault.error(where) from cause

    def _claim(self, error: BaseException, where: str) -> None:
        """Note on an attacker's error where it happened, unless it is a fault that midplot found, which says so itself."""
        if not (isinstance(error, ProtocolError) and error.where.startswith(self.label)):
            claim(error, where)

    def _raise_multiple(self) -> None:
        self._raise_fault()
        raise ProtocolError(
            "multiple yield detected: a decision was yielded on a message that was not pulled",
            where=self._where(),
            advice="Yield once for each message, in the loop.",
        )

    def _too_few(self) -> ProtocolError:
        return ProtocolError(
            f"yield not called enough time ({self._n_sealed} / {self.n_ticks})",
            where=self._where(),
            advice="Let infer run until its stream ends: yield once for each message, and do not return from the loop.",
        )
