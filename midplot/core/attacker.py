"""Turns whatever a user gives as an attacker into an ``infer`` whose parameters are bound."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from midplot.core.game import HORIZON, NOTHING
from midplot.core.lockstep import BoundInfer
from midplot.core.paths import given_path
from midplot.errors import ArgumentTypeError, ProtocolError

__all__ = ["InferParameters", "as_infer", "bind", "infer_nothing", "is_attacker", "unused_parameters", "wrap"]

Infer = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class InferParameters:
    """What an infer may ask for by the names of its parameters, besides the stream.

    Attributes
    ----------
    hyper_parameters
        Passed through as they are.
    with_hyper_parameters_load
        Whether the attacker should load its saved parameters.
    model_directory_path
        Where they are.
    horizon
        Ticks from a decision to its resolution.
    """

    hyper_parameters: Any = None
    with_hyper_parameters_load: bool = False
    model_directory_path: str = "."
    horizon: int = HORIZON

    def __post_init__(self) -> None:
        folder = self.model_directory_path
        if isinstance(folder, str) and folder.startswith("~"):
            object.__setattr__(self, "model_directory_path", str(given_path(folder, "model_directory_path")))

    @property
    def given(self) -> frozenset[str]:
        """The names that are not as they are by default."""
        return frozenset(field.name for field in fields(self) if not _same(getattr(self, field.name), field.default))


def _same(value: Any, default: Any) -> bool:
    """Tell whether a value is a default; what is of another type, such as an array, is not compared."""
    return type(value) is type(default) and bool(value == default)


_NAMES = tuple(InferParameters.__dataclass_fields__)


def infer_nothing(stream: Iterator[Any]) -> Iterator[float | None]:
    """Decide nothing on every message."""
    yield None
    for _ in stream:
        yield NOTHING


def is_attacker(candidate: Any) -> bool:
    """Tell whether an object or class can decide: ``tick_and_predict``, or ``tick`` and ``predict``."""
    if callable(getattr(candidate, "tick_and_predict", None)):
        return True
    return callable(getattr(candidate, "tick", None)) and callable(getattr(candidate, "predict", None))


def wrap(attacker_class: Callable[[], Any], *, horizon: int = HORIZON) -> Infer:
    """Make an ``infer`` function of an attacker class.

    Parameters
    ----------
    attacker_class
        A class, or a function without parameters, whose products have ``tick_and_predict(x, horizon)``,
        or ``tick(x)`` and ``predict(horizon)``. A fresh one is made for every stream.
    horizon
        What the attacker is told as horizon where ``infer`` is called by other than midplot; a replay
        passes its own.

    Returns
    -------
    callable
        ``infer(stream, hyper_parameters=None, with_hyper_parameters_load=False, model_directory_path=".")``,
        a generator function. ``hyper_parameters`` go to the attacker's ``update_from_hyper_parameters``; with
        ``with_hyper_parameters_load`` its ``load_params(model_directory_path)`` is called.

    Raises
    ------
    ArgumentTypeError
        If what is given cannot make attackers.

    Examples
    --------
    >>> class Contrarian:
    ...     last = None
    ...
    ...     def tick_and_predict(self, x, horizon):
    ...         before, self.last = self.last, x
    ...         return 0 if before is None else before - x
    >>> infer = wrap(Contrarian)
    >>> decisions = infer(iter([{"x": 1.0}, {"x": 3.0}]))
    >>> next(decisions)  # ready
    >>> list(decisions)
    [0, -2.0]
    """
    _check_makes_attackers(attacker_class)

    def infer(
        stream: Iterator[Any],
        hyper_parameters: Any = None,
        with_hyper_parameters_load: bool = False,
        model_directory_path: str = ".",
    ) -> Iterator[Any]:
        parameters = InferParameters(hyper_parameters, with_hyper_parameters_load, model_directory_path, horizon)
        attacker = _made(attacker_class, parameters)
        decide = _decider(attacker)
        yield
        for message in stream:
            yield decide(message["x"], horizon)

    infer.__name__ = infer.__qualname__ = "infer"
    infer.__doc__ = f"Replay a fresh {_name_of(attacker_class)} over a stream."
    infer.for_horizon = functools.partial(wrap, attacker_class)  # type: ignore[attr-defined]
    return infer


def as_infer(candidate: Any) -> Infer:
    """Return the infer function that a user meant.

    Parameters
    ----------
    candidate
        A generator function, an attacker class, or a factory: a function without required parameters that
        returns an attacker.

    Raises
    ------
    ArgumentTypeError
        If it is none of these.
    """
    if inspect.isclass(candidate):
        return wrap(candidate)
    if is_attacker(candidate):
        raise ArgumentTypeError(
            f"infer: got an attacker object, {type(candidate).__name__}, which would carry its state from one stream "
            f"to the next. Give the class itself: infer={type(candidate).__name__}."
        )
    if not callable(candidate):
        raise ArgumentTypeError(
            f"infer: expected a generator function, an attacker class or a factory, got {candidate!r} "
            f"({type(candidate).__name__}). Define `def infer(stream): ...` or pass the attacker's class."
        )
    if inspect.isgeneratorfunction(candidate) or _required_parameters(candidate):
        return candidate  # type: ignore[no-any-return]
    return wrap(candidate)


def bind(infer: Infer, parameters: InferParameters) -> BoundInfer:
    """Bind those parameters that an infer's signature accepts, by name.

    What the replay was not given leaves alone what a `functools.partial` has set, and ``hyper_parameters`` that
    have a default.

    Raises
    ------
    ArgumentTypeError
        If infer has no parameter for the stream, or requires one that is not known.
    """
    infer = _told_horizon(infer, parameters.horizon)
    kept = _set_by_user(infer) - parameters.given
    names = accepted_names(infer) - kept
    return functools.partial(infer, **{name: getattr(parameters, name) for name in names})


def _told_horizon(infer: Infer, horizon: int) -> Infer:
    """Return a wrapped attacker's infer with its horizon; a function that only decorates one is left as it is."""
    if isinstance(infer, functools.partial):
        return functools.partial(_told_horizon(infer.func, horizon), *infer.args, **infer.keywords)
    for_horizon: Infer | None = None if hasattr(infer, "__wrapped__") else getattr(infer, "for_horizon", None)
    return infer if for_horizon is None else for_horizon(horizon=horizon)


def _set_by_user(infer: Infer) -> frozenset[str]:
    """Return the names that a partial has set, and ``hyper_parameters`` where they have a default."""
    names = set(infer.keywords) if isinstance(infer, functools.partial) else set()
    hyper_parameters = _signature(infer).parameters.get("hyper_parameters")
    if hyper_parameters is not None and not _is_required(hyper_parameters):
        names.add("hyper_parameters")
    return frozenset(names)


def accepted_names(infer: Infer) -> frozenset[str]:
    """Return which of the known parameters an infer takes, besides the stream, its first.

    Raises
    ------
    ArgumentTypeError
        If infer takes no stream, or requires a parameter that midplot does not know.
    """
    known = _signature(infer).parameters
    positional = [p for p in known.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.VAR_POSITIONAL)]
    if not positional:
        raise ArgumentTypeError("infer: it takes no stream. Write `def infer(stream): ...`.")
    rest = [p for p in known.values() if p is not positional[0]]
    by_name = frozenset(p.name for p in rest if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY))
    unknown = [p.name for p in rest if _is_required(p) and p.name not in by_name.intersection(_NAMES)]
    if unknown:
        raise ArgumentTypeError(
            f"infer: it requires {', '.join(unknown)}, which a replay does not know. "
            f"Give a default, or use the names {', '.join(_NAMES)}."
        )
    if any(p.kind is p.VAR_KEYWORD for p in rest):
        return frozenset(_NAMES)
    return by_name.intersection(_NAMES)


def _check_makes_attackers(attacker_class: Any) -> None:
    # Whether a class's objects can decide is seen when one is made: they may have methods that the class has not.
    is_object = is_attacker(attacker_class) and not inspect.isclass(attacker_class)
    if is_object or not callable(attacker_class):
        raise ArgumentTypeError(
            f"wrap: expected an attacker class, got {attacker_class!r} ({type(attacker_class).__name__}). "
            "Pass the class itself, not an object of it."
        )


def _made(attacker_class: Callable[[], Any], parameters: InferParameters) -> Any:
    """Make one attacker and give it its parameters."""
    attacker = attacker_class()
    name = _name_of(attacker_class)
    if not is_attacker(attacker):
        raise ProtocolError(
            f"{name}: it made {attacker!r} ({type(attacker).__name__}), which has no tick_and_predict(x, horizon), "
            "nor tick(x) with predict(horizon). Add one of these, or return an attacker."
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
            f"{type(attacker).__name__}: {because}, but it has no method {name}. Add it, or write your own infer."
        )
    return method


def _decider(attacker: Any) -> Callable[[float, int], Any]:
    """Return ``(x, horizon) -> decision`` of an attacker."""
    tick_and_predict: Callable[[float, int], Any] | None = getattr(attacker, "tick_and_predict", None)
    if tick_and_predict is not None:
        return tick_and_predict
    tick, predict = attacker.tick, attacker.predict

    def decide(x: float, horizon: int) -> Any:
        tick(x)
        return predict(horizon)

    return decide


def _required_parameters(function: Callable[..., Any]) -> list[str]:
    return [p.name for p in _signature(function).parameters.values() if _is_required(p)]


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError) as error:
        raise ArgumentTypeError(
            f"infer: the parameters of {function!r} cannot be told. Write `def infer(stream): ...` around it."
        ) from error


def _is_required(parameter: inspect.Parameter) -> bool:
    variadic = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    return not variadic and parameter.default is parameter.empty


def _name_of(candidate: Any) -> str:
    return getattr(candidate, "__name__", type(candidate).__name__)


def unused_parameters(infer: Infer, parameters: InferParameters) -> list[str]:
    """Say which parameters were given that the attacker never sees: an optimiser would turn in circles."""
    if infer is infer_nothing:
        return []
    unseen = sorted(parameters.given - {"model_directory_path", "horizon"} - accepted_names(infer))
    return [
        f"{name} was given, but infer does not take it, so it has no effect. Add a parameter {name} to infer."
        for name in unseen
    ]
