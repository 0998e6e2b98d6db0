"""What a scenario or a stream is called as a test of pytest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, count
from typing import Final

from midplot._text import printable

__all__ = ["LONGEST_NAME", "readable_name", "unique"]

# The name of a stream may be of any length, but pytest prints the name of a test on one line.
LONGEST_NAME = 200

ROUND: Final = str.maketrans("[]", "()")


def readable_name(title: str) -> str:
    """Return a title as the name of a test: on one line, and without what separates the parts of an id.

    These are double colons and brackets: pytest takes what is in brackets for the parameters of a test.

    Examples
    --------
    >>> readable_name("UP EUR::USD [5 min] 1-2")
    'UP EUR:USD (5 min) 1-2'
    """
    return re.sub(":{2,}", ":", printable(title, LONGEST_NAME)).translate(ROUND)


def unique(names: Iterable[str]) -> list[str]:
    """Add a number to names that occur again.

    Examples
    --------
    >>> unique(["UP eurusd 1-2", "DOWN eurusd 1-2", "UP eurusd 1-2"])
    ['UP eurusd 1-2', 'DOWN eurusd 1-2', 'UP eurusd 1-2 (2)']
    """
    numbered: dict[str, None] = {}
    for name in names:
        # The next number may be the name of another scenario, so go on to the first that is free.
        candidates = chain([name], (f"{name} ({n})" for n in count(2)))
        numbered[next(each for each in candidates if each not in numbered)] = None
    return list(numbered)
