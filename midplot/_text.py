"""How rows become a table of plain text."""

from __future__ import annotations

from collections.abc import Collection, Sequence

__all__ = ["in_columns", "printable"]

LONGEST_CELL = 48


def printable(text: str, longest: int = LONGEST_CELL) -> str:
    r"""Return a text that keeps to its line: a user's names may hold anything.

    Examples
    --------
    >>> printable("eur\nusd"), printable("abcdef", 4)
    ('eur·usd', 'abc…')
    """
    clean = "".join(c if c.isprintable() else "·" for c in text)
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"


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
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_padded(cell, widths[at], at in right) for at, cell in enumerate(row)).rstrip() for row in rows]


def _padded(cell: str, width: int, right: bool) -> str:
    return cell.rjust(width) if right else cell.ljust(width)
