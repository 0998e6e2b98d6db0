"""Drives an attacker class over one part by calling the attacker itself, without a generator in between.

It is given the price and nothing else, so it cannot pull a message too early. All else is as with the generator that
`wrap` makes of the class, which it would be driven through otherwise: decisions, faults, errors and latencies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from midplot._arithmetic import in_own_error_state
from midplot.errors import ProtocolError
from midplot.play._decision import IMMUTABLE
from midplot.play._drive import Drive
from midplot.play._lockstep import BoundInfer, Lockstep, MessageFactory
from midplot.play._refused import NO_ATTACKER, name_of
from midplot.play._signature import InferParameters, is_attacker

__all__ = ["BoundClass", "Direct", "decider", "driven", "made"]

Decide = Callable[[float, int], Any]
"""Takes a price and the horizon, and returns the decision."""


def made(attacker_class: Callable[[], Any], parameters: InferParameters) -> Any:
    """Make one attacker and pass it its parameters.

    Raises
    ------
    ProtocolError
        If what was made is no attacker, or has no method for a parameter that was given.
    """
    attacker = attacker_class()
    name = name_of(attacker_class)
    if not is_attacker(attacker):
        raise ProtocolError(
            f"it made {attacker!r} ({type(attacker).__name__}), {NO_ATTACKER}",
            where=name,
            advice="Add one of these, or return an attacker.",
        )
    if parameters.hyper_parameters is not None:
        _method(attacker, "update_from_hyper_parameters", "hyper_parameters were given")(parameters.hyper_parameters)
    if parameters.with_hyper_parameters_load:
        _method(attacker, "load_params", "with_hyper_parameters_load is set")(parameters.model_directory_path)
    return attacker


def _method(attacker: Any, name: str, because: str) -> Callable[[Any], Any]:
    method: Callable[[Any], Any] | None = getattr(attacker, name, None)
    if method is None:
        raise ProtocolError(
            f"{because}, but it has no method {name}",
            where=type(attacker).__name__,
            advice="Add it, or write your own infer.",
        )
    return method


def decider(attacker: Any) -> Decide:
    """Return ``(x, horizon) -> decision`` of an attacker."""
    tick_and_predict: Decide | None = getattr(attacker, "tick_and_predict", None)
    if tick_and_predict is not None:
        return tick_and_predict
    tick, predict = attacker.tick, attacker.predict

    def decide(x: float, horizon: int) -> Any:
        tick(x)
        return predict(horizon)

    return decide


# Not with slots: whoever looks for what an attacker holds follows vars().
@dataclass(frozen=True, eq=False)
class BoundClass:
    """An attacker class whose parameters are bound. It can be called like the infer that stands for it.

    Attributes
    ----------
    infer
        The infer that `wrap` has made of the class, bound to the same parameters.
    attacker_class
        Makes attackers.
    arguments
        The arguments of `InferParameters`, in order.
    """

    infer: BoundInfer
    attacker_class: Callable[[], Any]
    arguments: tuple[Any, bool, str, int]

    def __call__(self, stream: Iterator[Any]) -> Any:
        """Return the generator of decisions on a stream."""
        return self.infer(stream)


class Direct(Drive):
    """One attacker on one part, called directly.

    Parameters
    ----------
    bound
        The attacker class, bound to its parameters.
    label
        Name of the part in error messages.
    first_index
        Original index of the first value, from which error messages compute the tick.
    n_ticks
        Number of values that will be fed.
    """

    def __init__(self, bound: BoundClass, label: str, first_index: int, n_ticks: int) -> None:
        super().__init__(label, first_index, n_ticks)
        *_, self._horizon = bound.arguments
        self._attacker: Any = None
        self._decide: Decide = _ended
        self._start(bound)

    def held(self) -> Mapping[str, Any]:
        """Return the attacker as ``self``; nothing when it has ended."""
        return {} if self._attacker is None else {"self": self._attacker}

    @in_own_error_state
    def _start(self, bound: BoundClass) -> None:
        """Make the attacker."""
        started = self._clock()
        try:
            try:
                # Not earlier: a folder of parameters that cannot be found is a fault of this start.
                self._attacker = made(bound.attacker_class, InferParameters(*bound.arguments))
                self._decide = decider(self._attacker)
            except StopIteration as error:
                raise _as_in_a_generator() from error
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._claim(error, f"{self.label}, before the first tick")
            raise
        self.startup_ns = self._clock() - started

    @in_own_error_state
    def run(self, values: list[float]) -> None:
        """Call the attacker with values, one per tick, and take one decision on each; see `Drive.run`."""
        # The loop of Lockstep.run without message, gate and generator: the speed of a replay is the speed of this loop.
        decide, horizon, clock = self._decide, self._horizon, self._clock
        kind_of, plain, immutable = type, float, IMMUTABLE
        self._stamps = stamps = [clock()]  # the time between two chunks is not the attacker's
        decisions = self._decisions
        try:
            try:
                for x in values:
                    decision = decide(x, horizon)
                    stamps.append(clock())
                    if kind_of(decision) is not plain and kind_of(decision) not in immutable:
                        decision = self._as_number(decision)
                    decisions.append(decision)
            except StopIteration as error:
                raise _as_in_a_generator() from error
        except KeyboardInterrupt:
            self._seal()
            raise
        except BaseException as error:
            self._seal()
            self._claim(error, self._where())
            raise
        self._seal()

    @in_own_error_state
    def finish(self) -> None:
        """Let go of the attacker, whose own cleanup may run now."""
        self._attacker, self._decide = None, _ended

    def close(self, cause: BaseException | None = None) -> None:  # noqa: ARG002 -- there is no cleanup that could fail
        """Let go of the attacker."""
        self.finish()


def _ended(_: float, __: int) -> Any:
    raise AssertionError("an attacker that has ended was fed")


def _as_in_a_generator() -> RuntimeError:
    """Return what Python makes of a StopIteration that leaves a generator, as it would that of the class's infer."""
    return RuntimeError("generator raised StopIteration")


def driven(
    infer: BoundInfer, label: str, first_index: int, n_ticks: int, message: MessageFactory | None = None
) -> Drive:
    """Start an attacker on one part: directly if it is a class, through its generator if it is anything else.

    Parameters
    ----------
    infer
        The attacker, bound to its parameters.
    label
        Name of the part in error messages.
    first_index
        Original index of the first value, from which error messages compute the tick.
    n_ticks
        Number of values that will be fed.
    message
        Function that makes a message from a value; None for plain ``{"x": value}``. Only a generator is given messages.

    Raises
    ------
    ProtocolError
        If the attacker breaks the protocol or ends the program while it starts.
    Exception
        The attacker's own, unchanged, with a note that it happened before the first tick.
    """
    if isinstance(infer, BoundClass) and message is None:
        return Direct(infer, label, first_index, n_ticks)
    return Lockstep(infer, label, first_index, n_ticks, message)
