"""Drives the generator of one ``infer`` over one part in lockstep: one message out, one decision in, each decision timed.

Only the engine holds the values. The stream that ``infer`` gets is a generator that can reach only the message of the
present tick, so a second pull before the decision on the first is caught where it happens.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from enum import Enum, auto
from typing import Any

from midplot._arithmetic import in_own_error_state
from midplot.errors import ProtocolError
from midplot.play._decision import IMMUTABLE, described, repr_of
from midplot.play._drive import Drive

__all__ = ["BoundInfer", "Lockstep", "MessageFactory"]

BoundInfer = Callable[[Iterator[Any]], Any]
"""An infer whose arguments, except the stream, are bound."""

MessageFactory = Callable[[float], Any]
"""Makes a message from a value."""


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


class Lockstep(Drive):
    """One attacker on one part, driven through the generator of its infer.

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
    """

    def __init__(
        self,
        infer: BoundInfer,
        label: str,
        first_index: int,
        n_ticks: int,
        message: MessageFactory | None = None,
    ) -> None:
        super().__init__(label, first_index, n_ticks)
        self._gate = _Gate()
        self._stream = _feed(self._gate) if message is None else _feed_made(self._gate, message)
        self._consumer = self._started(infer)

    def held(self) -> Mapping[str, Any]:
        """Return the variables of the running infer by name; none when it has ended."""
        frame: types.FrameType | None = self._consumer.gi_frame
        return {} if frame is None else dict(frame.f_locals)

    @in_own_error_state
    def _started(self, infer: BoundInfer) -> types.GeneratorType[Any, None, None]:
        """Call infer and bring it to its ready yield."""
        started = self._clock()
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
        self.startup_ns = self._clock() - started
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
        """Feed values, one per tick, and take one decision on each; see `Drive.run`."""
        # One method that uses nothing but local names: the speed of a replay is the speed of this loop.
        gate, advance, clock = self._gate, self._consumer.send, self._clock
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
        """End the stream and let infer run to its end; a further yield is a fault."""
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
        """Close the generator; what its cleanup raises becomes a note on the cause."""
        try:
            self._consumer.close()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if cause is None:
                self._claim(error, f"{self.label}, when the attacker was stopped")
                raise
            cause.add_note(f"{self.label}: when the attacker was stopped, it raised {repr_of(error)}")

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
