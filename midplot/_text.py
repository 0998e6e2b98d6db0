"""How names, numbers and tables are written, so that a chart, a card, a page and a terminal agree."""

from __future__ import annotations

import math
import re
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
    "with_minus",
]

LONGEST_CELL = 48
"""The most characters of a name in a table: one long name must not push the numbers beside it off the screen."""


def printable(text: str, longest: int = LONGEST_CELL) -> str:
    r"""Return a text that stays on one line and within a length: users' names may contain anything.

    Examples
    --------
    >>> printable("eur\nusd"), printable("abcdef", 4)
    ('eur·usd', 'abc…')
    """
    clean = legible(text).replace("\n", "·")
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"


def width_of(text: str) -> int:
    """Return the number of terminal columns a text takes: two per wide character, none for a combining accent.

    Examples
    --------
    >>> width_of("price"), width_of("価格"), width_of("cafe\u0301")
    (5, 4, 4)
    """
    if text.isascii():  # nearly always, and much faster
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def in_columns(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> list[str]:
    """Pad cells so that they line up in columns.

    Parameters
    ----------
    rows
        The cells, the same number in each row.
    right
        The positions of the columns to align right, from 0.

    Examples
    --------
    >>> in_columns([["name", "n"], ["a", "10"]], right={1})
    ['name   n', 'a     10']
    """
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        # str.ljust counts characters, not columns, and would leave wide ones out of line.
        blanks = [" " * (width - width_of(cell)) for cell, width in zip(row, widths, strict=True)]
        padded = [blanks[at] + cell if at in right else cell + blanks[at] for at, cell in enumerate(row)]
        lines.append("  ".join(padded).rstrip())
    return lines


NOT_KNOWN = "–"
"""Shown in place of a number that does not exist."""


def signed(value: float | None, digits: int = 6) -> str:
    """Format an amount with its sign.

    Examples
    --------
    >>> signed(12.34567891), signed(-0.5), signed(0.0), signed(None)
    ('+12.3457', '-0.5', '0', '–')
    """
    if value is None or math.isnan(value):
        return NOT_KNOWN
    # "+0" would look like a gain.
    return f"{value:+.{digits}g}".replace("inf", "∞") if value else "0"


# Not between numbers, as in "120-180", and not inside a name, a date or a path.
_HYPHEN = re.compile(r"(?<![\w.,)\]/\\-])-(?=[\d.∞])")


def with_minus(text: str) -> str:
    """Return a text with minus signs in place of the hyphens before negative numbers, as the axes of a chart write them.

    For what people look at. What is copied or parsed, such as JSON, reprs and the command line, keeps its hyphens.

    Examples
    --------
    >>> with_minus("95%: -92.5 to +1,320"), with_minus("UP eurusd-2 120-180")
    ('95%: −92.5 to +1,320', 'UP eurusd-2 120-180')
    """
    return _HYPHEN.sub("−", text)


def plain(value: float | None, digits: int = 4) -> str:
    """Format a number that needs no plus sign.

    Examples
    --------
    >>> plain(0.123456), plain(float("inf")), plain(float("nan"))
    ('0.1235', '∞', '–')
    """
    if value is None or math.isnan(value):
        return NOT_KNOWN
    return f"{value:.{digits}g}".replace("inf", "∞")


def percent(share: float) -> str:
    """Format a share as a percentage.

    Examples
    --------
    >>> percent(0.5234), percent(float("nan"))
    ('52.3%', '–')
    """
    return NOT_KNOWN if math.isnan(share) else f"{share:.1%}"


def counted(n: int, noun: str) -> str:
    """Format a count with its noun, in the plural where it belongs there.

    Examples
    --------
    >>> counted(1, "decision"), counted(1234, "decision")
    ('1 decision', '1,234 decisions')
    """
    return f"{n:,} {noun}{'s' * (n != 1)}"


def clipped(name: str, longest: int = 60) -> str:
    """Shorten a long name and replace what cannot be shown.

    Examples
    --------
    >>> clipped("abcdef", 4)
    'abc…'
    """
    return printable(name, longest)


def normal_form(name: object) -> str:
    r"""Return a name as text in the form by which names are compared: Unicode's NFC.

    Examples
    --------
    >>> normal_form("cafe\u0301") == "caf\u00e9", normal_form(1)
    (True, '1')
    """
    return normalize("NFC", str(name))


def same_name(one: object, other: object) -> bool:
    r"""Tell whether two names are the same after Unicode normalisation (NFC).

    An é is stored as one character or as an e and an accent, depending on the system that wrote the file. Names are kept
    as the user wrote them, and compared with this function.

    Examples
    --------
    >>> same_name("caf\u00e9", "cafe\u0301")
    True
    """
    if isinstance(one, str) and isinstance(other, str):
        return one == other or normalize("NFC", one) == normalize("NFC", other)
    return bool(one == other)
