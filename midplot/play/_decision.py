"""What an attacker may yield as a decision, and how it becomes a float."""

from __future__ import annotations

from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from midplot.streams._stream import FloatArray

__all__ = ["IMMUTABLE", "as_floats", "described", "is_number", "repr_of", "shortened", "to_float"]

# Immutable scalars are converted and checked for NaN one chunk at a time. Anything else is converted at once: an
# attacker that yields the same array again and again could otherwise rewrite its past decisions.
IMMUTABLE = frozenset(
    {int, bool, np.float64, np.float32, np.float16, np.bool_}
    | {np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64}
)


def is_number(decision: Any) -> bool:
    """Tell whether a decision is one real number: a scalar or a 0-d array, not a string, a list or a longer array."""
    if isinstance(decision, np.ndarray | np.generic):
        return decision.ndim == 0 and decision.dtype.kind in "fiub"
    if isinstance(decision, Real | Decimal):
        return True
    # A 0-d tensor of torch, jax and the like.
    return getattr(decision, "ndim", None) == 0 and hasattr(decision, "__float__")


def as_floats(decisions: list[Any]) -> FloatArray:
    """Return numbers as an array, shape ``(n,)``."""
    try:
        return np.fromiter(decisions, dtype=np.float64, count=len(decisions))
    except OverflowError:
        # An int too large for a float still has its sign.
        return np.array([to_float(decision) for decision in decisions], dtype=np.float64)


def to_float(decision: Any) -> float:
    """Return a number as a float; one that is too large for a float becomes an infinity of the same sign."""
    try:
        return float(decision)
    except OverflowError:
        return np.inf if decision > 0 else -np.inf


def described(value: Any) -> str:
    """Return the repr of a value and its type, short enough for a message."""
    return f"{shortened(repr_of(value))} ({type(value).__name__})"


def repr_of(value: Any) -> str:
    """Return the repr of a value, or that of a plain object if its class raises whatever it likes instead."""
    try:
        return repr(value)
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 -- the message that the repr is for matters more than the fault in it
        return object.__repr__(value)


def shortened(text: str) -> str:
    """Cut a text that is too long for a message."""
    # 60 characters leave room for the rest of the message on one line of a terminal.
    return text if len(text) <= 60 else text[:57] + "..."
