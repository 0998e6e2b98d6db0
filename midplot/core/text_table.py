"""How rows become a table of plain text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from unicodedata import combining, east_asian_width

from midplot.errors import legible

__all__ = ["in_columns", "printable", "width_of"]

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
