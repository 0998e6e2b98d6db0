"""Drives one ``infer`` over one part in lockstep: one message out, one decision in, each one timed.

The engine alone holds the values. What ``infer`` is given is a generator that can reach only the message
of the present tick, so a second pull before the decision on the first is caught where it happens.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import Enum, auto
from numbers import Real
from time import perf_counter_ns
from typing import Any

import numpy as np
import numpy.typing as npt

from midplot.core.stream import FloatArray
from midplot.errors import ProtocolError

__all__ = ["BoundInfer", "Lockstep", "MessageFactory"]

BoundInfer = Callable[[Iterator[Any]], Any]
"""An infer of which all arguments but the stream are bound."""

MessageFactory = Callable[[float], Any]

# Immutable scalars can be checked for NaN by the chunk. Anything else is turned into a float as it comes:
# an attacker that yields one array again and again could otherwise rewrite its past decisions.
_IMMUTABLE = frozenset(
    {int, bool, np.float64, np.float32, np.float16, np.bool_}
    | {np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64}
)


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
        self._sealed: list[FloatArray] = []
        self._n_sealed = 0
        self._decisions: list[Any] = []
        self._stamps: list[int] = []
        self._stream = _feed(self._gate) if message is None else _feed_made(self._gate, message)
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

    def _started(self, infer: BoundInfer) -> types.GeneratorType[Any, None, None]:
        """Call infer and bring it to its ready yield."""
        begun = perf_counter_ns()
        consumer = infer(self._stream)
        if not isinstance(consumer, types.GeneratorType):
            raise ProtocolError(
                f"{self.label}: yield not called: infer returned {_described(consumer)}, not a generator. "
                "Write infer with a bare `yield` before the loop and `yield decision` in it."
            )
        try:
            ready = next(consumer)
        except StopIteration:
            self._raise_fault()
            raise ProtocolError(
                f"{self.label}: yield must be called once before the loop: infer ended without a yield. "
                "Put a bare `yield` before the loop."
            ) from None
        except Exception as error:
            self._raise_fault(error)
            error.add_note(f"{self.label}, before the first tick")
            raise
        self._raise_fault()
        if ready is not None:
            raise ProtocolError(
                f"{self.label}: first yield must return None, got {_described(ready)}. "
                "Put a bare `yield` before the loop: it says that the attacker is ready."
            )
        self._gate.phase = _Phase.RUNNING
        self.startup_ns = perf_counter_ns() - begun
        self._stamps.append(perf_counter_ns())
        return consumer

    def run(self, values: list[float]) -> None:
        """Feed values, one a tick, and take one decision on each.

        Parameters
        ----------
        values
            The next values of the part.

        Raises
        ------
        ProtocolError
            If the attacker breaks the protocol, naming stream and tick.
        """
        # One method, locals only: this loop is what a replay costs.
        gate, advance, clock = self._gate, self._consumer.__next__, perf_counter_ns
        stamp, record, immutable = self._stamps.append, self._decisions.append, _IMMUTABLE
        try:
            for x in values:
                gate.x = x
                decision = advance()
                stamp(clock())
                if gate.x is not None:
                    self._raise_multiple()
                kind = type(decision)
                if kind is not float and kind not in immutable:
                    decision = self._as_number(decision)
                record(decision)
        except StopIteration:
            self._seal()
            self._raise_fault()
            raise self._too_few() from None
        except ProtocolError as error:
            self._seal()
            self._raise_fault(error)
            raise
        except Exception as error:
            self._seal()
            self._raise_fault(error)
            error.add_note(self._where())
            raise
        except BaseException:
            self._seal()
            raise
        self._seal()
        self._raise_fault()

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
        except Exception as error:
            error.add_note(f"{self.label}, after the last tick")
            raise
        raise ProtocolError(
            f"{self.label}, after the last tick: multiple yield detected: {_described(extra)} was yielded "
            "when no message was left. Yield once for each message, in the loop only."
        )

    def close(self) -> None:
        """Stop an attacker before the end of its stream."""
        self._consumer.close()

    def decisions(self) -> FloatArray:
        """Return the decisions so far, shape ``(done,)``."""
        if len(self._sealed) != 1:
            self._sealed = [np.concatenate(self._sealed)] if self._sealed else [np.empty(0)]
        return self._sealed[0]

    def latency_ns(self) -> npt.NDArray[np.int64]:
        """Return the nanoseconds that each decision took, shape ``(done,)``."""
        stamps = np.array(self._stamps[: self.done + 1], dtype=np.int64)
        return stamps[1:] - stamps[:-1]

    def _seal(self) -> None:
        """Check the decisions of a chunk and put them away."""
        fresh, self._decisions = self._decisions, []
        decisions = _as_floats(fresh)
        nans = np.flatnonzero(np.isnan(decisions))
        kept = int(nans[0]) if len(nans) else len(decisions)
        self._sealed.append(decisions[:kept])
        self._n_sealed += kept
        if len(nans):
            raise ProtocolError(
                f"{self._where()}: expected a number as decision, got nan. "
                "Yield 0 where the attacker has no opinion, and look for a division by 0 or a mean of nothing."
            )

    def _where(self) -> str:
        return f"{self.label}, tick {self.first_index + self._n_sealed + len(self._decisions)}"

    def _as_number(self, decision: Any) -> float:
        """Turn a decision that is not a plain scalar into a float, or say that it is not a number."""
        if decision is None:
            raise ProtocolError(
                f"{self._where()}: expected a number as decision, got None. Yield 0 where the attacker has no opinion."
            )
        if not _is_number(decision):
            raise ProtocolError(
                f"{self._where()}: expected a number as decision, got {_described(decision)}. "
                "Yield one plain number: > 0 for up, < 0 for down, 0 for nothing."
            )
        return float(decision)

    def _raise_fault(self, cause: BaseException | None = None) -> None:
        """Raise the fault that the feed noticed, even where the attacker swallowed it."""
        fault = self._gate.fault
        if fault is None:
            return
        where = self.label if fault is _Fault.NOT_READY else self._where()
        raise ProtocolError(f"{where}: {fault.value}") from cause

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


def _is_number(decision: Any) -> bool:
    """Tell whether a decision is one real number: a scalar or a 0-d array, not text, a list or a longer array."""
    if isinstance(decision, np.ndarray | np.generic):
        return decision.ndim == 0 and decision.dtype.kind in "fiub"
    if isinstance(decision, Real | Decimal):
        return True
    return getattr(decision, "ndim", None) == 0 and hasattr(decision, "__float__")


def _as_floats(decisions: list[Any]) -> FloatArray:
    try:
        return np.fromiter(decisions, dtype=np.float64, count=len(decisions))
    except OverflowError:
        # An int too large for a float still has its sign.
        return np.array([_sign_of_huge(decision) for decision in decisions], dtype=np.float64)


def _sign_of_huge(decision: Any) -> float:
    try:
        return float(decision)
    except OverflowError:
        return np.inf if decision > 0 else -np.inf


def _described(value: Any) -> str:
    """Name a value and its type, short enough for a message."""
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:57] + '...'} ({type(value).__name__})"
