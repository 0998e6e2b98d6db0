"""Finds the parameters of an attacker's function, even behind a decorator that hides them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from inspect import Parameter
from typing import Any

from midplot._files import given_path
from midplot.errors import ArgumentTypeError
from midplot.game import HORIZON

__all__ = [
    "KNOWN",
    "InferParameters",
    "is_attacker",
    "is_required",
    "is_unspecific",
    "parameters_of",
    "set_by_partials",
    "takes_stream",
]

_VARIADIC = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
_POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)

# A limit is needed, since a function may hold itself; nobody stacks as many decorators as this.
DEEPEST = 20
"""Number of decorators on top of each other that are looked through."""


@dataclass(frozen=True, slots=True)
class InferParameters:
    """The values of the parameters that an infer may have besides the stream.

    Attributes
    ----------
    hyper_parameters
        Whatever the user passed.
    with_hyper_parameters_load
        Whether the attacker should load its saved parameters.
    model_directory_path
        Folder of the saved parameters.
    horizon
        Ticks from a decision to its resolution.
    """

    hyper_parameters: Any = None
    with_hyper_parameters_load: bool = False
    model_directory_path: str = "."
    horizon: int = HORIZON

    def __post_init__(self) -> None:
        # Attackers open files in it by open(), which does not expand ~.
        folder = self.model_directory_path
        if isinstance(folder, str) and folder.startswith("~"):
            object.__setattr__(self, "model_directory_path", str(given_path(folder, "model_directory_path")))

    @property
    def given(self) -> frozenset[str]:
        """The names of the parameters that differ from their defaults."""
        return frozenset(field.name for field in fields(self) if not _same(getattr(self, field.name), field.default))


def _same(value: Any, default: Any) -> bool:
    """Tell whether a value equals a default; values of another type, such as arrays, are not compared with it."""
    return type(value) is type(default) and bool(value == default)


KNOWN = tuple(InferParameters.__dataclass_fields__)
"""The names of the parameters that an infer may ask for, besides the stream."""


def is_attacker(candidate: Any) -> bool:
    """Tell whether an object or class can decide: ``tick_and_predict``, or ``tick`` and ``predict``."""
    if callable(getattr(candidate, "tick_and_predict", None)):
        return True
    return callable(getattr(candidate, "tick", None)) and callable(getattr(candidate, "predict", None))


def is_required(parameter: Parameter) -> bool:
    """Tell whether a call must give a parameter."""
    return parameter.kind not in _VARIADIC and parameter.default is parameter.empty


def parameters_of(function: Callable[..., Any]) -> dict[str, Parameter]:
    """Return the parameters that a function can be called with, by name.

    For a decorator's wrapper, ``(*args, **kwargs)`` without `functools.wraps`, these are the parameters that it can
    pass on to the function that it wraps.

    Raises
    ------
    ArgumentTypeError
        If Python cannot tell the parameters, as for some functions written in C.
    """
    return _parameters(function, DEEPEST)


def is_unspecific(function: Callable[..., Any]) -> bool:
    """Tell whether a function takes ``(*args, **kwargs)``, and the function that it wraps cannot be found."""
    kinds = [each.kind for each in parameters_of(function).values()]
    return kinds[:1] == [Parameter.VAR_POSITIONAL] and Parameter.VAR_KEYWORD in kinds


def takes_stream(function: Callable[..., Any]) -> bool:
    """Tell whether a function is an infer rather than a factory: it is a generator function or needs an argument."""
    parameters = list(parameters_of(function).values())
    if inspect.isgeneratorfunction(function) or any(map(is_required, parameters)):
        return True
    # `def infer(stream=None)` and `def infer(*args)` may return a generator made elsewhere.
    first = parameters[0] if parameters else None
    return first is not None and (first.kind is first.VAR_POSITIONAL or first.name == "stream")


def set_by_partials(function: Callable[..., Any]) -> frozenset[str]:
    """Return the names of the arguments that a `functools.partial` has set, even if it is behind a decorator."""
    names: set[str] = set()
    inner: Callable[..., Any] | None = function
    for _ in range(DEEPEST):
        if isinstance(inner, functools.partial):
            names |= inner.keywords.keys()
            inner = inner.func
        elif inner is not None:
            inner = getattr(inner, "__wrapped__", None) or _wrapped_by(inner, _own(inner), DEEPEST)
    return frozenset(names)


def _own(function: Callable[..., Any]) -> list[Parameter]:
    return list(inspect.signature(function).parameters.values())


def _parameters(function: Callable[..., Any], depth: int) -> dict[str, Parameter]:
    try:
        own = _own(function)
    except (TypeError, ValueError) as error:
        raise ArgumentTypeError(
            f"the parameters of {function!r} cannot be read",
            where="infer",
            advice="Write `def infer(stream): ...` around it.",
        ) from error
    inner = _wrapped_by(function, own, depth) if depth else None
    if inner is None:
        return {each.name: each for each in own}
    named = {each.name: each for each in own if each.kind not in _VARIADIC}
    theirs = list(_parameters(inner, depth - 1).values())
    first: list[Parameter] = []
    if not inspect.isclass(inner):
        first, theirs = theirs[:1], theirs[1:]
    if any(each.kind in _POSITIONAL for each in named.values()):
        first = []  # the first parameter of the wrapper itself is the stream
    # Any other required parameter is filled by the wrapper itself.
    taken = [*first, *(each for each in theirs if each.name in KNOWN or not is_required(each))]
    return named | {each.name: each for each in taken if each.name not in named}


def _wrapped_by(function: Callable[..., Any], own: list[Parameter], depth: int) -> Callable[..., Any] | None:
    """Return the function or class that a wrapper passes its arguments to, if it can reach exactly one infer or attacker."""
    if not any(each.kind is each.VAR_KEYWORD for each in own):
        return None
    has_stream = any(each.kind in _POSITIONAL for each in own)
    held = {id(each): each for each in _held_by(function, with_globals=not has_stream) if each is not function}
    found = [each for each in held.values() if _is_infer(each, depth - 1)]
    if has_stream or inspect.isgeneratorfunction(function):
        # It may be an infer itself that uses a generator as a helper: one with required arguments of its own is no infer.
        found = [each for each in found if not any(is_required(p) and p.name not in KNOWN for p in _own(each)[1:])]
    else:
        found += [each for each in held.values() if inspect.isclass(each) and is_attacker(each)]
    return found[0] if len(found) == 1 else None


def _is_infer(candidate: Any, depth: int) -> bool:
    """Tell whether a candidate is a generator function, or a wrapper of one."""
    if not callable(candidate) or inspect.isclass(candidate):
        return False
    if inspect.isgeneratorfunction(candidate) or inspect.isgeneratorfunction(getattr(candidate, "__call__", None)):  # noqa: B004
        return True
    if depth <= 0:
        return False
    try:
        return _wrapped_by(candidate, _own(candidate), depth) is not None
    except (TypeError, ValueError):
        return False


def _held_by(function: Callable[..., Any], *, with_globals: bool) -> Iterator[Any]:
    """Yield what a function can reach: in its closure, on the object whose method it is, among its globals."""
    if isinstance(function, functools.partial):
        yield from _held_by(function.func, with_globals=with_globals)
        return
    owner = getattr(function, "__self__", None if inspect.isfunction(function) else function)
    plain = getattr(function, "__func__", function)
    if not inspect.isfunction(plain):
        plain = getattr(type(function), "__call__", None)  # noqa: B004 -- its code is looked at
    if owner is not None:
        yield from getattr(owner, "__dict__", {}).values()
    if not inspect.isfunction(plain):
        return
    for cell in plain.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    if with_globals:
        yield from (plain.__globals__[name] for name in plain.__code__.co_names if name in plain.__globals__)
