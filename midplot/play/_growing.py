"""An array that grows at its end without being copied each time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Growing"]


class Growing:
    """A one-dimensional array to which values are added at the end, at a cost that depends only on what is added.

    It does not know how many of its values count: whoever writes keeps that number, and raises it only when everything
    that belongs together is written. So a write that is interrupted, by Ctrl-C for instance, changes nothing.

    Parameters
    ----------
    dtype
        Type of the values.
    """

    __slots__ = ("_array",)

    def __init__(self, dtype: npt.DTypeLike = np.float64) -> None:
        self._array: npt.NDArray[Any] = np.empty(0, dtype)

    def put(self, start: int, values: npt.NDArray[Any]) -> None:
        """Write values from a position on; what stands before it stays as it is."""
        stop = start + len(values)
        if stop > len(self._array):
            # Half as long again each time, so that a value is copied about twice on average, however long the array gets.
            larger = np.empty(stop + stop // 2, self._array.dtype)
            larger[:start] = self._array[:start]
            self._array = larger
        self._array[start:stop] = values

    def first(self, n: int) -> npt.NDArray[Any]:
        """Return the first ``n`` values as a read-only view; only a write before its end changes it."""
        view = self._array[:n]
        view.flags.writeable = False
        return view
