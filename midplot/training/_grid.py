"""The grid of a sweep: which values are tried, and in which order they lie next to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np

from midplot.errors import ArgumentError, ArgumentTypeError

__all__ = ["are_numbers", "as_grid", "ranks"]


def as_grid(grid: Any) -> dict[str, tuple[Any, ...]]:
    """Return the values to try by the name of the hyper-parameter.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If it is not a mapping of names to values, or there is nothing to try.
    """
    if not isinstance(grid, Mapping):
        raise ArgumentTypeError(
            f"expected values by the name of a hyper-parameter, got {grid!r} ({type(grid).__name__})",
            where="grid",
            advice='Give for example {"factor": [1, 1.5, 2, 3]}.',
        )
    values = {str(name): _as_values(str(name), each) for name, each in grid.items()}
    if not values:
        raise ArgumentError(
            "it is empty, so there is nothing to try", where="grid", advice='Give for example {"factor": [1, 2]}.'
        )
    return values


def _as_values(name: str, values: Any) -> tuple[Any, ...]:
    # A text is iterable as well, but its letters are never what was meant.
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise ArgumentTypeError(
            f"expected a list of values, got {values!r} ({type(values).__name__})",
            where=f"grid {name!r}",
            advice="Give a list, of a single value too.",
        )
    # Plain numbers, not numpy's: they are shown as they were written.
    listed = tuple(each.item() if isinstance(each, np.generic) else each for each in values)
    if not listed:
        raise ArgumentError("it has no values", where=f"grid {name!r}", advice="Give one or more.")
    if len({repr(each) for each in listed}) < len(listed):
        raise ArgumentError("a value is there twice", where=f"grid {name!r}", advice="Give each value once.")
    return listed


def are_numbers(values: Sequence[Any]) -> bool:
    """Tell whether all values are numbers, which have an order of their own."""
    return all(isinstance(each, Real) and not isinstance(each, bool) for each in values)


def ranks(values: Sequence[Any]) -> list[int]:
    """Return the place of each value in ascending order; in the order given if they are not all numbers."""
    if not are_numbers(values):
        return list(range(len(values)))
    order = sorted(range(len(values)), key=lambda place: values[place])
    return [order.index(place) for place in range(len(values))]
