"""Argument checks that several rooms share."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from midplot.errors import ArgumentError, ArgumentTypeError

__all__ = ["whole_number"]


def whole_number(name: str, value: Any, minimum: int) -> int:
    """Return a whole-number argument as an int.

    Parameters
    ----------
    name
        The argument, for messages.
    value
        What the user passed.
    minimum
        The smallest value allowed.

    Raises
    ------
    ArgumentTypeError
        If it is not a whole number.
    ArgumentError
        If it is below the minimum.
    """
    # True is an int in Python, and hardly ever meant as one here.
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise ArgumentTypeError(
            f"expected a whole number, got {value!r} ({type(value).__name__})",
            where=name,
            advice=f"Give an int of {minimum} or more.",
        )
    if value < minimum:
        raise ArgumentError(
            f"{value} is below {minimum}",
            where=name,
            advice=f"Give a whole number of {minimum} or more.",
        )
    return int(value)
