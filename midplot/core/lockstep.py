"""Drives one ``infer`` over one part in lockstep: one message out, one decision in, each one timed.

The engine alone holds the values. What ``infer`` is given is a generator that can reach only the message
of the present tick, so a second pull before the decision on the first is caught where it happens.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from enum import Enum, auto
from time import perf_counter_ns
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.core.arithmetic import ErrorState, in_own_error_state
from midplot.core.decision import IMMUTABLE, as_floats, described, is_number, to_float
from midplot.core.latency import Nanoseconds
from midplot.core.raised import MEANT, claim
from midplot.core.stream import FloatArray, read_only
from midplot.errors import ProtocolError

__all__ = ["BoundInfer", "Lockstep", "MessageFactory"]

BoundInfer = Callable[[Iterator[Any]], Any]
"""An infer of which all arguments but the stream are bound."""

MessageFactory = Callable[[float], Any]

_LONGEST = np.iinfo(np.int32).max
"""Nanoseconds up to which a latency takes half the memory: two seconds."""


class _Phase(Enum):
    STARTING = auto()
    RUNNING = auto()
    CLOSED = auto()


class _Fault(Enum):
    """What an infer did wrong with its stream: the runner's wording, and what to change."""

    NOT_READY = (
        "yield must be called once before the loop: a message was pulled before the attacker said it was ready. "
        "Put a bare `yield` before the first use of the stream."
    )
    LOOK_AHEAD = (
        "previous value not yield-ed: a second message was pulled before the decision on the first, "
        "which would be look-ahead. Yield one decision for each message, in the loop."
    )


class _Gate:
    """What the feed knows of the game: the value of the present tick, until it is pulled, and what went wrong."""

    __slots__ = ("fault", "phase", "x")

    def __init__(self) -> None:
        self.x: float | None = None
        self.phase = _Phase.STARTING
        self.fault: _Fault | None = None

    def refuse(self) -> None:
        """Raise, where a message was asked for out of turn; return where the stream has ended."""
        if self.phase is _Phase.CLOSED:
            return
        self.fault = _Fault.NOT_READY if self.phase is _Phase.STARTING else _Fault.LOOK_AHEAD
        raise ProtocolError(self.fault.value)


def _feed(gate: _Gate) -> Iterator[dict[str, float]]:
    """Yield the message of the present tick, once."""
    while True:
        x = gate.x
        if x is None:
            gate.refuse()
            return
        gate.x = None
        yield {"x": x}


def _feed_made(gate: _Gate, make: MessageFactory) -> Iterator[Any]:
    """Yield the message of the present tick, once, as the platform's message object."""
    return (make(message["x"]) for message in _feed(gate))


class Lockstep:
    """One attacker on one part.

    Parameters
    ----------
    infer
        Takes the stream, gives the generator of decisions.
    label
        How messages call the part.
    first_index
        The original index of the first value, for the ticks that messages name.
    n_ticks
        How many values there are to feed.
    message
        Makes a message of a value; a plain ``{"x": value}`` where it is None.

    Attributes
    ----------
    startup_ns
        Nanoseconds until the attacker was ready.
    error_state
        numpy's error state while the attacker runs, as it has set it.
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
        """How many decisions were taken and checked."""
        return self._n_sealed

    @in_own_error_state
    def _started(self, infer: BoundInfer) -> types.GeneratorType[Any, None, None]:
        """Call infer and bring it to its ready yield."""
        begun = perf_counter_ns()
        try:
            consumer = self._called(infer)
            ready = next(consumer)
        except StopIteration:
            self._raise_fault()
            raise ProtocolError(
                f"{self.label}: yield must be called once before the loop: infer ended without a yield. "
                "Put a bare `yield` before the loop."
            ) from None
        except MEANT:
            raise
        except BaseException as error:
            self._raise_fault(error)
            self._claim(error, f"{self.label}, before the first tick")
            raise
        self._raise_fault()
        if ready is not None:
            raise ProtocolError(
                f"{self.label}: first yield must return None, got {described(ready)}. "
                "Put a bare `yield` before the loop: it says that the attacker is ready."
            )
        self._gate.phase = _Phase.RUNNING
        self.startup_ns = perf_counter_ns() - begun
        return consumer

    def _called(self, infer: BoundInfer) -> types.GeneratorType[Any, None, None]:
        """Call infer, which does not run its body yet."""
        consumer = infer(self._stream)
        self._raise_fault()
        if not isinstance(consumer, types.GeneratorType):
            raise ProtocolError(
                f"{self.label}: yield not called: infer returned {described(consumer)}, not a generator. "
                "Write infer with a bare `yield` before the loop and `yield decision` in it."
            )
        return consumer

    @in_own_error_state
    def run(self, values: list[float]) -> None:
        """Feed values, one a tick, and take one decision on each.

        Parameters
        ----------
        values
            The next values of the part.

        Raises
        ------
        ProtocolError
            If the attacker breaks the protocol or ends the program, naming stream and tick.
        """
        # One method, locals only: this loop is what a replay costs.
        gate, advance, clock = self._gate, self._consumer.send, perf_counter_ns
        kind_of, plain, immutable = type, float, IMMUTABLE
        self._stamps = stamps = [clock()]  # what passed between two chunks is no time of the attacker's
        decisions = self._decisions
        try:
            for gate.x in values:
                decision = advance(None)
                stamps.append(clock())
                if gate.x is not None:
                    self._raise_multiple()
                if kind_of(decision) is not plain and kind_of(decision) not in immutable:
                    decision = self._as_number(decision)
                decisions.append(decision)
        except StopIteration:
            self._seal()
            self._raise_fault()
            raise self._too_few() from None
        except MEANT:
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
        """End the stream and let infer run out.

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
        except MEANT:
            raise
        except BaseException as error:
            self._claim(error, f"{self.label}, after the last tick")
            raise
        raise ProtocolError(
            f"{self.label}, after the last tick: multiple yield detected: {described(extra)} was yielded "
            "when no message was left. Yield once for each message, in the loop only."
        )

    @in_own_error_state
    def close(self, cause: BaseException | None = None) -> None:
        """Stop an attacker before the end of its stream.

        Parameters
        ----------
        cause
            What ended it. An error in the attacker's cleanup is noted on it, not raised in its stead.
        """
        try:
            self._consumer.close()
        except MEANT:
            raise
        except BaseException as error:
            if cause is None:
                self._claim(error, f"{self.label}, when the attacker was stopped")
                raise
            cause.add_note(f"{self.label}: when the attacker was stopped, it raised {error!r}")

    def decisions(self) -> FloatArray:
        """Return the decisions so far, shape ``(done,)``, read-only."""
        return read_only(self._taken[: self._n_sealed])

    def latency_ns(self) -> Nanoseconds:
        """Return the nanoseconds that each decision took, shape ``(done,)``; int32 where none took two seconds."""
        return self._latency[: self._n_sealed]

    def _seal(self) -> None:
        """Check the decisions of a chunk and put them away."""
        fresh, self._decisions = as_floats(self._decisions), []
        nans = np.flatnonzero(np.isnan(fresh))
        kept = int(nans[0]) if len(nans) else len(fresh)
        sealed = slice(self._n_sealed, self._n_sealed + kept)
        self._taken[sealed] = fresh[:kept]
        stamps = np.fromiter(self._stamps, np.int64, kept + 1)
        self._keep_latency(sealed, stamps[1:] - stamps[:-1])
        self._n_sealed += kept
        if len(nans):
            raise ProtocolError(
                f"{self._where()}: expected a number as decision, got nan. "
                "Yield 0 where the attacker has no opinion, and look for a division by 0 or a mean of nothing."
            )

    def _keep_latency(self, sealed: slice, took: npt.NDArray[np.int64]) -> None:
        if took.max(initial=0) > _LONGEST and self._latency.dtype != np.int64:
            self._latency = self._latency.astype(np.int64)
        self._latency[sealed] = took

    def _where(self, shift: int = 0) -> str:
        return f"{self.label}, tick {self.first_index + self._n_sealed + len(self._decisions) + shift}"

    def _as_number(self, decision: Any) -> float:
        """Turn a decision that is not a plain scalar into a float, or say that it is not a number."""
        if decision is None:
            raise ProtocolError(
                f"{self._where()}: expected a number as decision, got None. Yield 0 where the attacker has no opinion."
            )
        if not is_number(decision):
            raise ProtocolError(
                f"{self._where()}: expected a number as decision, got {described(decision)}. "
                "Yield one plain number: > 0 for up, < 0 for down, 0 for nothing."
            )
        try:
            return to_float(decision)
        except (TypeError, ValueError) as error:
            raise ProtocolError(
                f"{self._where()}: expected a number as decision, got {described(decision)} ({error}). "
                "Yield one plain number: > 0 for up, < 0 for down, 0 for nothing."
            ) from error

    def _raise_fault(self, cause: BaseException | None = None, *, decided: bool = False) -> None:
        """Raise the fault that the feed noticed, even where the attacker swallowed it.

        A fault ends the feed, so at most one decision can follow it: the one on its own tick. That one was taken
        where the next value lies unpulled, or where the chunk is through.
        """
        fault = self._gate.fault
        if fault is None:
            return
        followed = decided or self._gate.x is not None
        where = self.label if fault is _Fault.NOT_READY else self._where(-followed)
        raise ProtocolError(f"{where}: {fault.value}") from cause

    def _claim(self, error: BaseException, where: str) -> None:
        """Note on an attacker's error where it came from; a fault that midplot found says so itself."""
        if not (isinstance(error, ProtocolError) and str(error).startswith(self.label)):
            claim(error, where)

    def _raise_multiple(self) -> None:
        self._raise_fault()
        raise ProtocolError(
            f"{self._where()}: multiple yield detected: a decision was yielded on a message that was not pulled. "
            "Yield once for each message, in the loop."
        )

    def _too_few(self) -> ProtocolError:
        return ProtocolError(
            f"{self._where()}: yield not called enough time ({self._n_sealed} / {self.n_ticks}). "
            "Let infer run until its stream ends: yield once for each message, and do not return from the loop."
        )
