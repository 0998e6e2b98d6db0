"""Which numbers stand along an axis, and how they are written so that no two of them read the same."""

from __future__ import annotations

import math
from decimal import Decimal

__all__ = ["tick_texts", "ticks"]

_STEPS = (1.0, 2.0, 5.0, 10.0)

# Numbers outside these powers of ten are written with an exponent: they would be wider than the panel's margin.
_LEAST_POWER, _LARGEST_POWER = -7, 9


def ticks(low: float, high: float, at_most: int, *, whole: bool = False) -> list[float]:
    """Return round numbers within a range, evenly spaced and ascending.

    Parameters
    ----------
    low, high
        Ends of the range.
    at_most
        Largest number of ticks.
    whole
        Whether only whole numbers will do, as for indices.

    Examples
    --------
    >>> ticks(-0.3, 4.2, 5)
    [0.0, 1.0, 2.0, 3.0, 4.0]
    >>> ticks(0.0, 1.0, 8, whole=True)
    [0.0, 1.0]
    """
    # Halved so that the difference cannot overflow.
    rough = (high / 2 - low / 2) * (2 / max(1, at_most))
    if not (math.isfinite(rough) and rough > 0):
        return []
    power = math.floor(math.log10(rough))
    for step in _STEPS * 2:
        # Division by a power of ten is exact where multiplication by its inverse is not: 3 / 10 is 0.3, 3 × 0.1 is not.
        size = step * 10.0**power if power >= 0 else step / 10.0**-power
        if size < rough or (whole and size < 1):
            continue
        first, last = math.ceil(low / size), math.floor(high / size)
        if last - first < at_most:
            # Where the range is narrower than the precision of its numbers, ticks fall together.
            return sorted({_times(k, step, power) for k in range(first, last + 1)})
    return []


def _times(k: int, step: float, power: int) -> float:
    whole = k * int(step)
    return float(whole * 10**power) if power >= 0 else whole / 10.0**-power


def tick_texts(values: list[float]) -> list[str]:
    """Return ticks as texts: all with as many decimals as their distance needs, large ones with thousands separated.

    Examples
    --------
    >>> tick_texts([1.5, 2.0, 2.5]), tick_texts([-1000.0, 0.0, 1000.0])
    (['1.5', '2.0', '2.5'], ['−1,000', '0', '1,000'])
    >>> tick_texts([1e12, 2e12]), tick_texts([1e-9, 2e-9])
    (['1e+12', '2e+12'], ['1e-09', '2e-09'])
    """
    largest = max(map(abs, values), default=0.0)
    # Round numbers have short texts, so the last digit of any of them is the last that is needed.
    exponents = [int(Decimal(repr(value)).normalize().as_tuple().exponent) for value in values if value]
    finest = min(exponents, default=0)
    if largest and not (finest >= _LEAST_POWER and math.log10(largest) < _LARGEST_POWER):
        # As many digits as tell neighbours apart, of the 17 that a float has.
        digits = min(17, max(1, math.floor(math.log10(largest)) - finest + 1))
        return [_minus(f"{value:.{digits}g}") for value in values]
    return [_minus(f"{value + 0.0:,.{max(0, -finest)}f}") for value in values]


def _minus(text: str) -> str:
    # The sign, not the hyphen, is as wide as a digit. An exponent keeps its hyphen.
    return f"−{text[1:]}" if text.startswith("-") else text
