"""From a sequence of numbers or messages to the values of a stream."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from itertools import islice
from reprlib import Repr
from typing import Any

import numpy as np

from midplot.errors import StreamError
from midplot.streams._cells import cells_of, is_missing
from midplot.streams._stored import FloatArray

__all__ = ["is_message", "read_values"]

# reprlib cuts at 30 characters, which hides what is wrong with most values; 80 still fit on a line.
_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 80

_PLAIN = frozenset({float, int, type(None), np.float64, np.float32, np.int64})
"""Types that numpy converts correctly by itself. bool and str are not among them: numpy would take them for numbers."""


def is_message(item: Any) -> bool:
    """Tell whether an item is a message.

    A message is a mapping, an object such as the crunch CLI's, which has ``["x"]`` and ``.x`` and can be iterated, or a
    row of ``DataFrame.itertuples()`` or of a structured array.
    """
    if isinstance(item, Mapping) or hasattr(item, "_fields"):
        return True
    if isinstance(item, np.void):
        return item.dtype.names is not None
    # An xarray array has an .x too if x is one of its dimensions, and is no message.
    return hasattr(item, "x") and hasattr(item, "__getitem__") and not hasattr(item, "dims")


def read_values(values: Any, label: str, stop_index: int | None = None) -> FloatArray:
    """Read a sequence of messages or numbers into float64.

    Parameters
    ----------
    values
        An array, or an iterable of numbers or messages, which is iterated once.
    label
        The name of the stream in error messages.
    stop_index
        The index at which reading stops; None reads to the end.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where a value is missing.

    Raises
    ------
    StreamError
        If a value is not a number; the error names stream and tick.
    """
    if isinstance(values, np.ndarray):
        values = values[:stop_index]
        if values.dtype.kind in "fiu" and values.ndim == 1:
            numbers: FloatArray = values.astype(np.float64)
            return numbers
        if values.ndim != 1:
            raise StreamError(
                f"the values have shape {values.shape}",
                where=label,
                advice="Give a one-dimensional run of numbers.",
            )
    if isinstance(values, str | bytes | Set) or not isinstance(values, Iterable):
        raise StreamError(
            f"got {values!r} ({type(values).__name__})",
            where=label,
            advice="Give an ordered run of numbers or messages.",
        )
    return _from_items(list(islice(values, stop_index)), label)


def _from_items(items: list[Any], label: str) -> FloatArray:
    kinds = set(map(type, items))
    if kinds <= _PLAIN:
        if type(None) in kinds:
            items = [math.nan if item is None else item for item in items]
        try:
            return np.array(items, dtype=np.float64)
        except OverflowError:
            pass  # an int too large for a float: the slow path below finds its tick
    return np.array([_value(item, label, tick) for tick, item in enumerate(items)], dtype=np.float64)


def _value(item: Any, label: str, tick: int) -> float:
    """Return the value of a number or a message."""
    where = f"{label}, tick {tick}"
    number = _x_of(item, where) if is_message(item) else item
    if hasattr(number, "as_py"):  # an Arrow scalar
        number = number.as_py()
    elif hasattr(number, "__array__") and not hasattr(number, "__float__"):
        number = cells_of(number)  # a tensor with a single value
    if is_missing(number):
        return math.nan
    if not _is_real(number):
        raise StreamError(
            f"expected a number, got {_SHORT.repr(number)} ({type(number).__name__})",
            where=where,
            advice="Give a number, or NaN where there is a gap.",
        )
    try:
        return float(number)
    except (TypeError, ValueError) as error:
        raise StreamError(
            f"{_SHORT.repr(number)} is not a number ({error})",
            where=where,
            advice="Give a number, or NaN for a gap.",
        ) from error
    except OverflowError as error:
        raise StreamError(
            f"{_SHORT.repr(number)} is too large for a float",
            where=where,
            advice="Scale the values.",
        ) from error


def _is_real(item: Any) -> bool:
    if isinstance(item, np.ndarray | np.generic):
        return item.ndim == 0 and item.dtype.kind in "fiub"
    # A series or tensor of length 1 converts to a float as well, but it is a sequence, not a value.
    if tuple(getattr(item, "shape", ())) != ():
        return False
    return not isinstance(item, str | bytes | bytearray | complex) and hasattr(item, "__float__")


def _x_of(message: Any, where: str) -> Any:
    names = getattr(message, "_fields", None) or getattr(getattr(message, "dtype", None), "names", None)
    try:
        return message.x if hasattr(message, "_fields") else message["x"]
    except (KeyError, AttributeError, IndexError, TypeError, ValueError):
        keys = list(names or (message if isinstance(message, Iterable) else []))
        hint = f" Rename the key {str(keys[0])!r} to 'x'." if len(keys) == 1 else " Put the value under the key 'x'."
        raise StreamError(
            f"expected a number under 'x', got keys {keys}",
            where=where,
            advice=hint,
        ) from None
