"""Turns whatever is passed as an attacker into an ``infer`` whose parameters are bound."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from midplot.errors import ArgumentError, ArgumentTypeError, ProtocolError, message_of
from midplot.game import HORIZON, NOTHING
from midplot.play._direct import BoundClass, decider, made
from midplot.play._lockstep import BoundInfer
from midplot.play._refused import check_class, check_not_async, name_of
from midplot.play._signature import (
    KNOWN,
    InferParameters,
    is_attacker,
    is_required,
    is_unspecific,
    parameters_of,
    set_by_partials,
    takes_stream,
)

__all__ = [
    "InferParameters",
    "as_infer",
    "bind",
    "infer_nothing",
    "is_attacker",
    "main_infer",
    "rebound",
    "required_infer",
    "unused_parameters",
    "wrap",
]

Infer = Callable[..., Any]


def infer_nothing(stream: Iterator[Any]) -> Iterator[float | None]:
    """Decide nothing on every message."""
    yield None
    for _ in stream:
        yield NOTHING


def main_infer() -> Any:
    """Return ``infer`` of the main module, which is the attacker unless one is given; None if there is none."""
    return getattr(sys.modules.get("__main__"), "infer", None)


def required_infer(infer: Any, purpose: str) -> Infer:
    """Return the given attacker as an infer function, or ``infer`` of the main module if None is given.

    Parameters
    ----------
    infer
        What the user passed, or None.
    purpose
        A verb for the error message that says what the attacker is needed for, such as ``"check"``.

    Raises
    ------
    ArgumentError
        If there is no attacker.
    ArgumentTypeError
        If it is not an infer, an attacker class or a factory.
    """
    chosen = main_infer() if infer is None else infer
    if chosen is None:
        raise ArgumentError(
            f"there is none in the main module, so there is nothing to {purpose}",
            where="infer",
            advice="Define infer there, or pass an attacker class as infer.",
        )
    return as_infer(chosen)


def wrap(attacker_class: Callable[[], Any], *, horizon: int = HORIZON) -> Infer:
    """Make an ``infer`` function from an attacker class.

    Parameters
    ----------
    attacker_class
        A class, or a function without parameters, that makes objects with ``tick_and_predict(x, horizon)``, or with
        ``tick(x)`` and ``predict(horizon)``. A fresh object is made for every stream.
    horizon
        The horizon, in ticks, that is passed to the attacker when you call ``infer`` yourself; a replay passes its own.

    Returns
    -------
    callable
        ``infer(stream, hyper_parameters=None, with_hyper_parameters_load=False, model_directory_path=".")``,
        a generator function. It passes ``hyper_parameters`` to the attacker's ``update_from_hyper_parameters``, and
        calls its ``load_params(model_directory_path)`` if ``with_hyper_parameters_load`` is true. A replay that is given
        it calls the attacker directly, which is faster and changes nothing else.

    Raises
    ------
    ArgumentTypeError
        If the argument cannot make attackers.

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
        attacker = made(attacker_class, parameters)
        decide = decider(attacker)
        yield
        for message in stream:
            yield decide(message["x"], horizon)

    infer.__name__ = infer.__qualname__ = "infer"
    infer.__doc__ = f"Replay a fresh {name_of(attacker_class)} over a stream."
    # `bind` finds this and wraps the class again, since `horizon` is not a parameter of infer on the platform.
    infer.wrapped = _Wrapped(attacker_class, infer)  # type: ignore[attr-defined]
    return infer


@dataclass(frozen=True, eq=False)
class _Wrapped:
    """What the infer of a wrapped class carries with it: the class, and the infer itself.

    A decorator may copy the attributes of what it decorates. Then `infer` shows that its wrapper is another function,
    which may do more than the class does.
    """

    attacker_class: Callable[[], Any]
    infer: Infer


def _wrapped_class(infer: Infer) -> Callable[[], Any] | None:
    """Return the class that `wrap` has made an infer of; None for any other infer, a decorated one included."""
    wrapped = getattr(infer, "wrapped", None)
    return wrapped.attacker_class if isinstance(wrapped, _Wrapped) and wrapped.infer is infer else None


def as_infer(candidate: Any) -> Infer:
    """Return the infer function that stands for whatever was passed as the attacker.

    Parameters
    ----------
    candidate
        A generator function, an attacker class, or a factory: a function without required parameters that
        returns an attacker.

    Raises
    ------
    ArgumentTypeError
        If it is none of these.
    ProtocolError
        If it is a class whose objects are not attackers, or an asynchronous function.
    """
    if inspect.isclass(candidate):
        check_class(candidate)
        return wrap(candidate)
    if is_attacker(candidate):
        raise ArgumentTypeError(
            f"got an attacker object, {type(candidate).__name__}, which would carry its state from one "
            "stream to the next",
            where="infer",
            advice=f"Give the class itself: infer={type(candidate).__name__}.",
        )
    if not callable(candidate):
        raise ArgumentTypeError(
            f"expected a generator function, an attacker class or a factory, got {candidate!r} ({type(candidate).__name__})",
            where="infer",
            advice="Define `def infer(stream): ...` or pass the attacker's class.",
        )
    check_not_async(candidate)
    return candidate if takes_stream(candidate) else wrap(candidate)


def bind(infer: Infer, parameters: InferParameters) -> BoundInfer:
    """Bind those parameters that an infer's signature accepts, by name.

    A parameter that was not given to the replay is left alone where a `functools.partial` has set it, and so are
    ``hyper_parameters`` with a default.

    Raises
    ------
    ArgumentTypeError
        If infer has no parameter for the stream, or requires a parameter that midplot does not know.
    """
    infer = _with_horizon(infer, parameters.horizon)
    names = accepted_names(infer)
    if is_unspecific(infer):
        # Only what was given: whatever is behind it may well take nothing but the stream.
        return functools.partial(
            _called, infer, **{name: getattr(parameters, name) for name in names & parameters.given}
        )
    names -= _set_by_user(infer) - parameters.given
    bound = functools.partial(infer, **{name: getattr(parameters, name) for name in names})
    return _as_class(bound, parameters.horizon) or bound


def rebound(infer: BoundInfer, horizon: int, other: int) -> BoundInfer:
    """Return a bound infer with another horizon, and all else as it was bound.

    Parameters
    ----------
    infer
        What `bind` returned.
    horizon
        The horizon that it was bound to. An infer that was bound to another one by its author stays as it is.
    other
        The other horizon.
    """
    if other == horizon:
        return infer
    if isinstance(infer, BoundClass):
        return bind(wrap(infer.attacker_class, horizon=other), InferParameters(*infer.arguments[:3], other))
    if isinstance(infer, functools.partial):
        own = {"horizon": other} if infer.keywords.get("horizon") == horizon else {}
        return functools.partial(_with_horizon(infer.func, other), *infer.args, **infer.keywords | own)
    return infer


def _as_class(bound: functools.partial[Any], horizon: int) -> BoundClass | None:
    """Return the class behind an infer that `wrap` has made, bound alike, which can be driven without a generator."""
    attacker_class = _wrapped_class(bound.func)
    if attacker_class is None or bound.args:  # a partial may have set the stream
        return None
    given = {name: each.default for name, each in parameters_of(bound.func).items()} | bound.keywords
    arguments = (given["hyper_parameters"], given["with_hyper_parameters_load"], given["model_directory_path"], horizon)
    return BoundClass(bound, attacker_class, arguments)


def _called(infer: Infer, stream: Iterator[Any], /, **given: Any) -> Any:
    """Call an infer that takes ``(*args, **kwargs)``, behind which the function that it wraps cannot be seen."""
    try:
        return infer(stream, **given)
    except TypeError as error:
        raise ProtocolError(
            f"{name_of(infer)} takes any arguments, so it was called with "
            f"{', '.join(['the stream', *sorted(given)])} alone, and raised TypeError: {message_of(error)}",
            where="infer",
            advice="Put @functools.wraps(function) on the wrapper inside the decorator, so that the parameters of "
            "what it wraps can be seen.",
        ) from error


def _with_horizon(infer: Infer, horizon: int) -> Infer:
    """Return the infer of a wrapped attacker class for a horizon; any other function is returned as it is."""
    if isinstance(infer, functools.partial):
        return functools.partial(_with_horizon(infer.func, horizon), *infer.args, **infer.keywords)
    attacker_class = _wrapped_class(infer)
    return infer if attacker_class is None else wrap(attacker_class, horizon=horizon)


def _set_by_user(infer: Infer) -> frozenset[str]:
    """Return the names that a partial has set, and ``hyper_parameters`` if it has a default."""
    names = set(set_by_partials(infer))
    hyper_parameters = parameters_of(infer).get("hyper_parameters")
    if hyper_parameters is not None and not is_required(hyper_parameters):
        names.add("hyper_parameters")
    return frozenset(names)


def accepted_names(infer: Infer) -> frozenset[str]:
    """Return the names of the known parameters that an infer takes besides its first, the stream.

    Raises
    ------
    ArgumentTypeError
        If infer takes no stream, or requires a parameter that midplot does not know.
    """
    known = parameters_of(infer)
    positional = [p for p in known.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.VAR_POSITIONAL)]
    if not positional:
        raise ArgumentTypeError("it takes no stream", where="infer", advice="Write `def infer(stream): ...`.")
    rest = [p for p in known.values() if p is not positional[0]]
    by_name = frozenset(p.name for p in rest if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY))
    unknown = [p.name for p in rest if is_required(p) and p.name not in by_name.intersection(KNOWN)]
    if unknown:
        raise ArgumentTypeError(
            f"it requires {', '.join(unknown)}, which a replay does not know",
            where="infer",
            advice=f"Give a default, or use the names {', '.join(KNOWN)}.",
        )
    if any(p.kind is p.VAR_KEYWORD for p in rest):
        return frozenset(KNOWN)
    return by_name.intersection(KNOWN)


def _check_makes_attackers(attacker_class: Any) -> None:
    # Whether the objects of a class can decide is only seen once one is made: __init__ may give them the methods.
    is_object = is_attacker(attacker_class) and not inspect.isclass(attacker_class)
    if is_object or not callable(attacker_class):
        raise ArgumentTypeError(
            f"expected an attacker class, got {attacker_class!r} ({type(attacker_class).__name__})",
            where="wrap",
            advice="Pass the class itself, not an object of it.",
        )


def unused_parameters(infer: Infer, parameters: InferParameters) -> list[str]:
    """Return a warning for each given parameter that the attacker never sees: an optimiser would tune it in vain."""
    if infer is infer_nothing:
        return []
    unseen = sorted(parameters.given - {"model_directory_path", "horizon"} - accepted_names(infer))
    return [
        f"{name} was given, but infer does not take it, so it has no effect. Add a parameter {name} to infer."
        for name in unseen
    ]
