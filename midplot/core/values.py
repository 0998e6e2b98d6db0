"""From a run of numbers or messages to the values of a stream."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from itertools import islice
from reprlib import Repr
from typing import Any

import numpy as np

from midplot.core.cells import cells_of, is_missing
from midplot.core.stored import FloatArray
from midplot.errors import StreamError

__all__ = ["is_message", "read_values"]

_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 80

_PLAIN = frozenset({float, int, type(None), np.float64, np.float32, np.int64})
"""What numpy turns into floats by itself, as it should."""


def is_message(item: Any) -> bool:
    """Tell a message object, such as the crunch CLI's, which has ``["x"]`` and ``.x`` and can be iterated.

    The rows of ``DataFrame.itertuples()`` and of a structured array are messages too.
    """
    if isinstance(item, Mapping) or hasattr(item, "_fields"):
        return True
    if isinstance(item, np.void):
        return item.dtype.names is not None
    # An array of xarray has an .x where x is one of its dimensions.
    return hasattr(item, "x") and hasattr(item, "__getitem__") and not hasattr(item, "dims")


def read_values(values: Any, label: str, stop_index: int | None = None) -> FloatArray:
    """Read a run of messages or numbers into float64.

    Parameters
    ----------
    values
        An array, or an iterable of numbers or messages. Read once.
    label
        How messages call the stream.
    stop_index
        Read no further than this index.

    Raises
    ------
    StreamError
        Naming stream and tick, if a value is not a number.
    """
    if isinstance(values, np.ndarray):
        values = values[:stop_index]
        if values.dtype.kind in "fiu" and values.ndim == 1:
            numbers: FloatArray = values.astype(np.float64)
            return numbers
        _check_row(values, label)
    if isinstance(values, str | bytes | Set) or not isinstance(values, Iterable):
        raise StreamError(
            f"{label}: got {values!r} ({type(values).__name__}). Give an ordered run of numbers or messages."
        )
    return _from_items(list(islice(values, stop_index)), label)


def _check_row(values: np.ndarray[Any, Any], label: str) -> None:
    if values.ndim != 1:
        raise StreamError(f"{label}: the values have shape {values.shape}. Give a one-dimensional run of numbers.")


def _from_items(items: list[Any], label: str) -> FloatArray:
    kinds = set(map(type, items))
    if kinds <= _PLAIN:
        if type(None) in kinds:
            items = [math.nan if item is None else item for item in items]
        try:
            return np.array(items, dtype=np.float64)
        except OverflowError:
            pass  # an int beyond the floats: the slow path names its tick
    return np.array([_value(item, label, tick) for tick, item in enumerate(items)], dtype=np.float64)


def _value(item: Any, label: str, tick: int) -> float:
    """Return the value of a number or a message."""
    where = f"{label}, tick {tick}"
    number = _x_of(item, where) if is_message(item) else item
    if hasattr(number, "as_py"):  # a scalar of Arrow
        number = number.as_py()
    elif hasattr(number, "__array__") and not hasattr(number, "__float__"):
        number = cells_of(number)  # a tensor of one value
    if is_missing(number):
        return math.nan
    if not _is_real(number):
        raise StreamError(
            f"{where}: expected a number, got {_SHORT.repr(number)} ({type(number).__name__}). "
            "Give a number, or NaN where there is a gap."
        )
    try:
        return float(number)
    except (TypeError, ValueError) as error:
        raise StreamError(
            f"{where}: {_SHORT.repr(number)} is not a number ({error}). Give a number, or NaN for a gap."
        ) from error
    except OverflowError as error:
        raise StreamError(f"{where}: {_SHORT.repr(number)} is too large for a float. Scale the values.") from error


def _is_real(item: Any) -> bool:
    if isinstance(item, np.ndarray | np.generic):
        return item.ndim == 0 and item.dtype.kind in "fiub"
    if tuple(getattr(item, "shape", ())) != ():  # a series or tensor of one value turns into a float, and is a run
        return False
    return not isinstance(item, str | bytes | bytearray | complex) and hasattr(item, "__float__")


def _x_of(message: Any, where: str) -> Any:
    names = getattr(message, "_fields", None) or getattr(getattr(message, "dtype", None), "names", None)
    try:
        return message.x if hasattr(message, "_fields") else message["x"]
    except (KeyError, AttributeError, IndexError, TypeError, ValueError):
        keys = list(names or (message if isinstance(message, Iterable) else []))
        hint = f" Rename the key {str(keys[0])!r} to 'x'." if len(keys) == 1 else " Put the value under the key 'x'."
        raise StreamError(f"{where}: expected a number under 'x', got keys {keys}.{hint}") from None
