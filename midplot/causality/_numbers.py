"""Finds the runs of numbers in an object: an array, a list, a frame, bytes or text."""

from __future__ import annotations

import array
import math
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from numbers import Real
from typing import Any

import numpy as np

from midplot._arithmetic import quiet
from midplot.streams._stream import FloatArray, Part, Stream

__all__ = ["SHORTEST", "as_float", "is_number", "runs_of_numbers"]

SHORTEST = 32
"""Numbers in a run that is looked at. A shorter one may look like a stretch of prices by chance."""

MOST_COLUMNS = 64
"""Columns of a table that are looked at one by one; of a wider one, all its numbers in a row."""

LONGEST_RANGE = 100_000
"""Numbers of a range that are looked at."""

LONGEST_TEXT = 4_000_000
"""Characters of a text in which numbers are looked for."""

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")

_SEQUENCES = (list, tuple, deque, set, frozenset, range, array.array)


def is_number(candidate: Any) -> bool:
    """Tell whether an object is a real number of Python or numpy."""
    return isinstance(candidate, Real | np.bool_)


@quiet()
def as_float(number: Any) -> float:
    """Return a number as a float; NaN if it is None, or has no float, as 10**400: no price is as large."""
    if number is None:
        return math.nan
    try:
        return float(number)
    except Exception:
        if is_number(number):
            return math.nan
        raise


def runs_of_numbers(held: Any) -> list[tuple[str, FloatArray]]:
    """Return the runs of numbers in an object, each with what to write behind the object's name to get it.

    Parameters
    ----------
    held
        Any object. What a user's class does when it is asked for its numbers is not an error here.

    Returns
    -------
    list of (str, ndarray of float64)
        Each of at least `SHORTEST` numbers; an empty list if the object is none itself, whatever is inside of it.
    """
    try:
        runs = _listed(held)
    except Exception:  # noqa: BLE001 -- any object at all may come along, and may refuse to be read
        return []
    return [(suffix, run) for suffix, run in runs if len(run) >= SHORTEST]


@quiet()
def _listed(held: Any) -> list[tuple[str, FloatArray]]:
    return list(_runs(held))


def _runs(held: Any) -> Iterator[tuple[str, FloatArray]]:
    if isinstance(held, np.ndarray):
        yield from _runs_of_array(held)
    elif isinstance(held, Stream | Part):
        yield ".values", held.values
    elif isinstance(held, _SEQUENCES):
        yield from _runs_of_cells(held)
    elif isinstance(held, bytes | bytearray | memoryview):
        yield from _runs_of_bytes(bytes(held))
    elif isinstance(held, str):
        if len(held) >= 2 * SHORTEST:
            yield "", np.array(_NUMBER.findall(held[:LONGEST_TEXT]), dtype=np.float64)
    elif not isinstance(held, Mapping | type):
        yield from _runs_of_table(held)


def _runs_of_array(held: np.ndarray[Any, Any]) -> Iterator[tuple[str, FloatArray]]:
    if held.dtype.names:
        for name in held.dtype.names:
            yield from ((f"[{name!r}]{suffix}", run) for suffix, run in _runs_of_array(held[name]))
    elif held.dtype.kind == "O":
        yield from _runs_of_cells(held.ravel().tolist())
    elif held.dtype.kind in "fiub" and held.size >= SHORTEST:
        numbers = np.asarray(held, dtype=np.float64)
        if numbers.ndim == 2 and min(numbers.shape) > 1:
            narrow = [axis for axis in (0, 1) if numbers.shape[axis] <= MOST_COLUMNS]
            for axis in narrow:
                yield from (
                    (f"[{i}]" if axis == 0 else f"[:, {i}]", np.take(numbers, i, axis))
                    for i in range(numbers.shape[axis])
                )
        if numbers.ndim != 2 or max(numbers.shape) > MOST_COLUMNS:
            yield "", numbers.ravel()


def _runs_of_cells(held: Iterable[Any]) -> Iterator[tuple[str, FloatArray]]:
    """Read a list, or anything like it: of numbers, of tuples of numbers, or of messages."""
    # A range costs nothing to hold, however long it is; as a list it may not fit into memory.
    cells = list(held[:LONGEST_RANGE] if isinstance(held, range) else held)
    if len(cells) < SHORTEST:
        return
    first = cells[0]
    if is_number(first) or first is None:
        yield "", _floats(cells)
    elif isinstance(first, Mapping):
        for key in [key for key, value in first.items() if is_number(value)]:
            yield f"[…][{key!r}]", _floats([each[key] for each in cells])
    elif isinstance(first, list | tuple) and first and all(map(is_number, first)):
        for place in range(min(len(first), MOST_COLUMNS)):
            yield f"[…][{place}]", _floats([each[place] for each in cells])
    elif isinstance(first, np.ndarray) and all(
        isinstance(each, np.ndarray) and each.shape == first.shape for each in cells
    ):
        yield from _runs_of_array(np.array(cells))
    elif is_number(getattr(first, "x", None)):
        yield "[…].x", _floats([each.x for each in cells])


def _floats(cells: list[Any]) -> FloatArray:
    try:
        return np.array([np.nan if each is None else each for each in cells], dtype=np.float64)
    except Exception:  # noqa: BLE001 -- one of them has no float: the others may be prices all the same
        return np.array([as_float(each) for each in cells])


def _runs_of_bytes(held: bytes) -> Iterator[tuple[str, FloatArray]]:
    for kind in (np.float64, np.float32):
        size = np.dtype(kind).itemsize
        if len(held) >= size * SHORTEST and len(held) % size == 0:
            numbers = np.frombuffer(held, dtype=kind).astype(np.float64)
            if np.isfinite(numbers).all():
                yield "", numbers


def _runs_of_table(held: Any) -> Iterator[tuple[str, FloatArray]]:
    """Read a frame, a column or a tensor by what it offers, so that none of their libraries has to be loaded."""
    names = getattr(held, "columns", None)
    if names is not None and hasattr(held, "__getitem__"):
        by_name = not hasattr(held, "column_names")  # an Arrow table has names apart from its columns
        for name in islice(names if by_name else held.column_names, MOST_COLUMNS):
            column = np.asarray(held[name])
            yield from ((f"[{name!r}]{suffix}", run) for suffix, run in _runs_of_array(column))
    elif hasattr(held, "to_numpy"):
        yield from _runs_of_array(np.asarray(held.to_numpy()))
    elif hasattr(type(held), "__array__"):
        yield from _runs_of_array(np.asarray(held))
