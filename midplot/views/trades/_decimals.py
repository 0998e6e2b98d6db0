"""With how many decimals the numbers of a column are written, so that their points are below each other."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from midplot._text import plain, signed

__all__ = ["decimals_of", "in_column"]

_MOST_DIGITS: Final = 10
"""Digits of the largest number of a column: those of a price around 4,000 on a grid of 64ths."""

_FEWEST_DIGITS: Final = 6
"""If a column needs more digits than that to be exact, it has at least so many."""

# Larger and smaller ones are written with an exponent, each by itself.
_LEAST, _LARGEST = 1e-7, 1e12


def decimals_of(values: npt.NDArray[Any]) -> int | None:
    """Return with how many decimals to write the numbers of a column.

    Parameters
    ----------
    values
        The numbers. Those that are not finite do not count.

    Returns
    -------
    int or None
        Enough to write all of them exactly. If that were too many, enough to tell them apart, as far as these suffice.
        None if the numbers are so large or so small that each needs an exponent.

    Examples
    --------
    >>> decimals_of(np.array([4108.0, 4104.875])), decimals_of(np.array([1 / 3, 2 / 3]))
    (3, 6)
    """
    numbers = np.unique(values[np.isfinite(values)])
    largest = float(np.abs(numbers).max(initial=0.0))
    if not largest:
        return 0
    if not _LEAST <= largest < _LARGEST:
        return None
    whole = int(np.floor(np.log10(largest))) + 1
    most = max(0, _MOST_DIGITS - whole)
    # Twelve digits are free of what computing leaves behind the last one, such as that of 0.1 + 0.2.
    clean = [Decimal(f"{number:.12g}").normalize() for number in numbers.tolist()]
    exact = max(0, *(-int(number.as_tuple().exponent) for number in clean))
    if exact <= most:
        return exact
    n = len(set(clean))
    fewest = min(most, max(0, _FEWEST_DIGITS - whole))
    apart = (places for places in range(fewest, most) if len({round(number, places) for number in clean}) == n)
    return next(apart, most)


def in_column(values: npt.NDArray[Any], *, sign: bool = False) -> list[str]:
    """Return the numbers of a column as texts, with the decimals of `decimals_of`.

    Parameters
    ----------
    values
        The numbers.
    sign
        Whether those above 0 have a plus sign.

    Examples
    --------
    >>> in_column(np.array([4108.0, 4104.875, np.nan])), in_column(np.array([0.25, 0.0, -1.0]), sign=True)
    (['4108.000', '4104.875', '–'], ['+0.25', '0.00', '-1.00'])
    """
    decimals = decimals_of(values)
    return [_text(number, decimals, sign=sign) for number in values.tolist()]


def _text(number: float, decimals: int | None, *, sign: bool) -> str:
    if decimals is None or not np.isfinite(number):
        return signed(number) if sign else plain(number, 8)
    text = f"{number:{'+' if sign else ''}.{decimals}f}"
    # Neither "+0" nor "-0", of a number that is 0 or rounds to it: it would look like a gain or a loss.
    return text if any(digit in text for digit in "123456789") else text.lstrip("+-")
