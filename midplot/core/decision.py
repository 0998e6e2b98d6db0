"""What an attacker may yield as its decision, and how it becomes a float."""

from __future__ import annotations

from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from midplot.core.stream import FloatArray

__all__ = ["IMMUTABLE", "as_floats", "described", "is_number", "shortened", "to_float"]

# Immutable scalars can be checked for NaN by the chunk. Anything else is turned into a float as it comes:
# an attacker that yields one array again and again could otherwise rewrite its past decisions.
IMMUTABLE = frozenset(
    {int, bool, np.float64, np.float32, np.float16, np.bool_}
    | {np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64}
)


def is_number(decision: Any) -> bool:
    """Tell whether a decision is one real number: a scalar or a 0-d array, not text, a list or a longer array."""
    if isinstance(decision, np.ndarray | np.generic):
        return decision.ndim == 0 and decision.dtype.kind in "fiub"
    if isinstance(decision, Real | Decimal):
        return True
    return getattr(decision, "ndim", None) == 0 and hasattr(decision, "__float__")


def as_floats(decisions: list[Any]) -> FloatArray:
    """Return numbers as an array, shape ``(n,)``."""
    try:
        return np.fromiter(decisions, dtype=np.float64, count=len(decisions))
    except OverflowError:
        # An int too large for a float still has its sign.
        return np.array([to_float(decision) for decision in decisions], dtype=np.float64)


def to_float(decision: Any) -> float:
    """Return a number as a float, of which only the sign is left where it is too large for one."""
    try:
        return float(decision)
    except OverflowError:
        return np.inf if decision > 0 else -np.inf


def described(value: Any) -> str:
    """Name a value and its type, short enough for a message."""
    return f"{shortened(repr(value))} ({type(value).__name__})"


def shortened(text: str) -> str:
    """Cut a text that is too long for a message."""
    return text if len(text) <= 60 else text[:57] + "..."
