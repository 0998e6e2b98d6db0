"""Refuses classes and functions that are not attackers, and says what to write instead."""

from __future__ import annotations

import inspect
from typing import Any

from midplot.errors import ArgumentTypeError, ProtocolError
from midplot.play._signature import is_attacker, is_required, parameters_of

__all__ = ["NO_ATTACKER", "check_class", "check_not_async", "name_of"]

NO_ATTACKER = "which has no tick_and_predict(x, horizon), nor tick(x) with predict(horizon)"


def name_of(candidate: Any) -> str:
    """Return the name of a class or function, or the class name of an object."""
    return getattr(candidate, "__name__", type(candidate).__name__)


def check_not_async(candidate: Any) -> None:
    """Refuse a function that is asynchronous, or an object whose ``__call__`` is.

    Raises
    ------
    ProtocolError
        If it is asynchronous.
    """
    functions = (candidate, getattr(candidate, "__call__", None))  # noqa: B004 -- to inspect it, not to see whether it can be called
    if any(inspect.iscoroutinefunction(each) or inspect.isasyncgenfunction(each) for each in functions):
        raise ProtocolError(
            f"{name_of(candidate)} is an `async def`, and a replay awaits nothing",
            where="infer",
            advice="Write it as a plain `def infer(stream): ...` with `yield`, and `for` instead of `async for`.",
        )


def check_class(candidate: type) -> None:
    """Refuse a class that cannot make attackers, as far as the class itself shows it.

    Raises
    ------
    ProtocolError
        If its objects are not attackers.
    ArgumentTypeError
        If they are attackers, but cannot be made without arguments.
    """
    required = _required_parameters(candidate)
    if is_attacker(candidate):
        if required:
            raise ArgumentTypeError(
                f"{candidate.__name__} requires {', '.join(required)} to be made, which a replay does not know",
                where="infer",
                advice=f"Give a default, or a factory: infer=lambda: {candidate.__name__}(...).",
            )
    elif inspect.isgeneratorfunction(vars(candidate).get("__call__")):
        raise ProtocolError(
            f"got the class {candidate.__name__}, whose objects are called with the stream",
            where="infer",
            advice=f"Give such an object: infer={candidate.__name__}({'...' if required else ''}).",
        )
    elif required and hasattr(candidate, "__iter__"):
        raise ProtocolError(
            f"got the class {candidate.__name__}, whose objects are iterated over (__iter__), {NO_ATTACKER}",
            where="infer",
            advice=f"Write a generator function: `def infer(stream): yield from {candidate.__name__}(stream)`.",
        )
    elif required:
        raise ProtocolError(
            f"got the class {candidate.__name__}, made from {', '.join(required)}, {NO_ATTACKER}",
            where="infer",
            advice="Give it one of these, or write a generator function: `def infer(stream): ...`.",
        )


def _required_parameters(candidate: type) -> list[str]:
    try:
        return [name for name, each in parameters_of(candidate).items() if is_required(each)]
    except ArgumentTypeError:
        return []  # a class written in C: whether it needs arguments is seen when an object is made
