"""Says of a class or function that was given as an attacker, and is none, what it is and what to write."""

from __future__ import annotations

import inspect
from typing import Any

from midplot.core.signature import is_attacker, is_required, parameters_of
from midplot.errors import ArgumentTypeError, ProtocolError

__all__ = ["NO_ATTACKER", "check_class", "check_not_async", "name_of"]

NO_ATTACKER = "which has no tick_and_predict(x, horizon), nor tick(x) with predict(horizon)"


def name_of(candidate: Any) -> str:
    """Return what a class or function is called."""
    return getattr(candidate, "__name__", type(candidate).__name__)


def check_not_async(candidate: Any) -> None:
    """Refuse a function, or an object called as one, that is asynchronous.

    Raises
    ------
    ProtocolError
        If it is.
    """
    functions = (candidate, getattr(candidate, "__call__", None))  # noqa: B004 -- an object may have one of that kind
    if any(inspect.iscoroutinefunction(each) or inspect.isasyncgenfunction(each) for each in functions):
        raise ProtocolError(
            f"infer: {name_of(candidate)} is an `async def`, and a replay awaits nothing. "
            "Write it as a plain `def infer(stream): ...` with `yield`, and `for` in the place of `async for`."
        )


def check_class(candidate: type) -> None:
    """Refuse a class of which no attacker can be made, where the class itself shows that.

    Raises
    ------
    ProtocolError
        If its objects are no attackers.
    ArgumentTypeError
        If they are, and cannot be made without arguments.
    """
    required = _required(candidate)
    if is_attacker(candidate):
        if required:
            raise ArgumentTypeError(
                f"infer: {candidate.__name__} requires {', '.join(required)} to be made, which a replay does not know. "
                f"Give a default, or a factory: infer=lambda: {candidate.__name__}(...)."
            )
    elif inspect.isgeneratorfunction(vars(candidate).get("__call__")):
        raise ProtocolError(
            f"infer: got the class {candidate.__name__}, whose objects are called with the stream. "
            f"Give such an object: infer={candidate.__name__}({'...' if required else ''})."
        )
    elif required and hasattr(candidate, "__iter__"):
        raise ProtocolError(
            f"infer: got the class {candidate.__name__}, whose objects are iterated over (__iter__), {NO_ATTACKER}. "
            f"Write a generator function: `def infer(stream): yield from {candidate.__name__}(stream)`."
        )
    elif required:
        raise ProtocolError(
            f"infer: got the class {candidate.__name__}, made from {', '.join(required)}, {NO_ATTACKER}. "
            "Give it one of these, or write a generator function: `def infer(stream): ...`."
        )


def _required(candidate: type) -> list[str]:
    try:
        return [name for name, each in parameters_of(candidate).items() if is_required(each)]
    except ArgumentTypeError:
        return []  # of a class written in C: seen when an object is made
