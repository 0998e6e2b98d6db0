"""Arrays in few bytes of JSON, which `unpacked` in ``static/pages/packed.js`` reads to the last digit."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from midplot._arithmetic import quiet

__all__ = ["packed", "packed_indices"]

MOST_DECIMALS: Final = 8
"""Decimals up to which values are tried as whole numbers of a unit; prices have hardly ever more."""

# Whole numbers beyond this are not exact in JavaScript either, and their differences no longer fit 32 bits.
_LARGEST: Final = 2**31 - 1

Packed = list[Any]


def packed(values: npt.NDArray[Any]) -> Packed:
    """Pack values of any kind, NaN included.

    Most prices have a few decimals. They become whole numbers, of which only the differences are kept; anything else
    stays a float.

    Parameters
    ----------
    values
        The values, shape ``(n,)``.

    Returns
    -------
    list
        The type, and the values in base64, little-endian. For whole numbers these are the differences between each and the
        next, and there follow the first one, the unit that they are multiples of, the power of ten to divide by, and, if
        there are any, the positions of NaNs.

    Examples
    --------
    >>> packed(np.array([1.25, 1.5, 1.0]))
    ['i1', 'AAH+', 5, 25, 100]
    """
    if values.dtype == np.float32:
        return _raw(values, "f4")
    gaps = np.flatnonzero(np.isnan(values))
    filled = _filled(values, gaps)
    for decimals in range(MOST_DECIMALS + 1):
        whole = _whole(filled, 10**decimals)
        if whole is not None:
            # Prices are on a grid of ticks, and a tick is more than the last decimal.
            unit = max(1, int(np.gcd.reduce(whole))) if len(whole) else 1
            places = [gaps.tolist()] if len(gaps) else []
            return [*_differences(whole // unit), unit, 10**decimals, *places]
    return _raw(values, "f8")


def packed_indices(index: npt.NDArray[Any]) -> Packed:
    """Pack ascending indices: the first, and the differences between each and the next."""
    return [*_differences(index.astype(np.int64)), 1, 1]


def _filled(values: npt.NDArray[Any], gaps: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return values in which each NaN is the value before it, so that it costs no large difference."""
    filled: npt.NDArray[np.float64] = values.astype(np.float64)
    if len(gaps):
        known = np.where(np.isnan(filled), -1, np.arange(len(filled)))
        place = np.maximum.accumulate(known)
        filled = np.where(place < 0, 0.0, filled[place])
    return filled


@quiet()
def _whole(values: npt.NDArray[np.float64], scale: int) -> npt.NDArray[np.int64] | None:
    """Return values as whole numbers of a unit, if dividing these by the scale gives exactly the values again."""
    if not len(values) or not np.isfinite(values).all() or np.abs(values).max() * scale > _LARGEST:
        return None if len(values) else np.empty(0, dtype=np.int64)
    whole = np.rint(values * scale)
    return whole.astype(np.int64) if np.array_equal(whole / scale, values) else None


def _differences(whole: npt.NDArray[np.int64]) -> Packed:
    first = int(whole[0]) if len(whole) else 0
    steps = np.diff(whole, prepend=first)
    low, high = (int(steps.min()), int(steps.max())) if len(steps) else (0, 0)
    kind = next((kind for kind in ("i1", "i2", "i4") if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max), "f8")
    return [*_raw(steps, kind), first]


def _raw(values: npt.NDArray[Any], kind: str) -> Packed:
    return [kind, b64encode(values.astype(f"<{kind}").tobytes()).decode("ascii")]
