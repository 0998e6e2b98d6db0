"""How names, numbers and tables are written, so that a chart, a card, a page and a terminal say the same."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from unicodedata import combining, east_asian_width, normalize

from midplot.errors import legible

__all__ = [
    "NOT_KNOWN",
    "clipped",
    "counted",
    "in_columns",
    "percent",
    "plain",
    "printable",
    "same_name",
    "signed",
    "width_of",
]

LONGEST_CELL = 48


def printable(text: str, longest: int = LONGEST_CELL) -> str:
    r"""Return a text that keeps to its line: a user's names may hold anything.

    Examples
    --------
    >>> printable("eur\nusd"), printable("abcdef", 4)
    ('eur·usd', 'abc…')
    """
    clean = legible(text).replace("\n", "·")
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"


def width_of(text: str) -> int:
    """Return how many columns a text takes in a terminal: two for a wide character, none for an accent on another.

    Examples
    --------
    >>> width_of("price"), width_of("価格"), width_of("cafe\u0301")
    (5, 4, 4)
    """
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def in_columns(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> list[str]:
    """Pad cells so that they stand below each other.

    Parameters
    ----------
    rows
        Of equally many cells each.
    right
        The columns that stand to the right.

    Examples
    --------
    >>> in_columns([["name", "n"], ["a", "10"]], right={1})
    ['name   n', 'a     10']
    """
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_padded(cell, widths[at], at in right) for at, cell in enumerate(row)).rstrip() for row in rows]


def _padded(cell: str, width: int, right: bool) -> str:
    room = " " * (width - width_of(cell))
    return room + cell if right else cell + room


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


def same_name(one: object, other: object) -> bool:
    r"""Tell whether two names are the same after Unicode normalisation (NFC).

    An é is one character, or an e and an accent, according to the system that a file was written on. Names are kept as
    they were given, and compared by this.

    Examples
    --------
    >>> same_name("caf\u00e9", "cafe\u0301")
    True
    """
    if isinstance(one, str) and isinstance(other, str):
        return one == other or normalize("NFC", one) == normalize("NFC", other)
    return bool(one == other)
