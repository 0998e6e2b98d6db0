"""How numbers and names are written in views, so that a chart, a card and a page say the same."""

from __future__ import annotations

import math

from midplot.core.text_table import printable

__all__ = ["NOT_KNOWN", "clipped", "counted", "percent", "plain", "signed"]

NOT_KNOWN = "–"
"""What stands where there is no number."""


def signed(value: float | None, digits: int = 6) -> str:
    """Write money with its sign.

    Examples
    --------
    >>> signed(12.34567891), signed(-0.5), signed(0.0), signed(None)
    ('+12.3457', '-0.5', '0', '–')
    """
    if value is None or math.isnan(value):
        return NOT_KNOWN
    return f"{value:+.{digits}g}".replace("inf", "∞") if value else "0"


def plain(value: float | None, digits: int = 4) -> str:
    """Write a number without a sign of its own.

    Examples
    --------
    >>> plain(0.123456), plain(float("inf")), plain(float("nan"))
    ('0.1235', '∞', '–')
    """
    if value is None or math.isnan(value):
        return NOT_KNOWN
    return f"{value:.{digits}g}".replace("inf", "∞")


def percent(share: float) -> str:
    """Write a share.

    Examples
    --------
    >>> percent(0.5234), percent(float("nan"))
    ('52.3%', '–')
    """
    return NOT_KNOWN if math.isnan(share) else f"{share:.1%}"


def counted(n: int, noun: str) -> str:
    """Write how many there are of something.

    Examples
    --------
    >>> counted(1, "decision"), counted(1234, "decision")
    ('1 decision', '1,234 decisions')
    """
    return f"{n:,} {noun}{'s' * (n != 1)}"


def clipped(name: str, longest: int = 60) -> str:
    """Shorten a long name, and take out what cannot be shown: it may hold anything.

    Examples
    --------
    >>> clipped("abcdef", 4)
    'abc…'
    """
    return printable(name, longest)
