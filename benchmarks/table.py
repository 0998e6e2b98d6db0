"""One row of the table, and how the table is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["HEADINGS", "Row", "as_line", "as_record", "as_table", "cells"]

HEADINGS = ("what", "measured", "target", "ok?")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was measured.

    Attributes
    ----------
    what
        In the words of the promise.
    measured
        The number; None where it could not be measured, and the note says why.
    target
        What it may be at the most; None where nothing is promised.
    unit
        Printed behind the number. A unit of ``"1/"`` prints a small ratio as one over a number.
    note
        What exactly was compared, and the numbers behind it.
    """

    what: str
    measured: float | None
    target: float | None = None
    unit: str = ""
    note: str = ""

    @property
    def ok(self) -> bool | None:
        """Whether the target is met; None if there is none, or if nothing was measured."""
        return None if self.target is None or self.measured is None else self.measured <= self.target


def as_record(row: Row) -> dict[str, Any]:
    """Return a row as plain data."""
    return {**asdict(row), "ok": row.ok}


def as_line(row: Row) -> str:
    """Return a row as one line, to read while others are still being measured.

    Examples
    --------
    >>> as_line(Row("new ÷ old", 0.5, 0.25))
    'new ÷ old: 0.5 (≤ 0.25: NO)'
    >>> as_line(Row("speed", 12.0, unit="m/s"))
    'speed: 12 m/s'
    """
    what, measured, target, ok = cells(row)
    return f"{what}: {measured}" + ("" if row.target is None else f" ({target}: {ok})")


def as_table(rows: Sequence[Row]) -> str:
    """Return rows as an aligned table, followed by what each of them compares.

    Examples
    --------
    >>> print(as_table([Row("new ÷ old", 0.0207, 1 / 30, "1/"), Row("speed", 12.0, unit="m/s", note="uphill")]))
       what       measured  target  ok?
    1  new ÷ old      1/48  ≤ 1/30  yes
    2  speed        12 m/s       –    –
    <BLANKLINE>
    2  uphill
    """
    lines = [("", *HEADINGS), *((str(i), *cells(row)) for i, row in enumerate(rows, 1))]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    notes = [f"{i:<{widths[0]}}  {row.note}" for i, row in enumerate(rows, 1) if row.note]
    return "\n".join([*(_aligned(line, widths) for line in lines), "", *notes])


def cells(row: Row) -> tuple[str, str, str, str]:
    """Return the cells of a row, one per heading."""
    target = "–" if row.target is None else f"≤ {_shown(row.target, row.unit)}"
    measured = "–" if row.measured is None else _shown(row.measured, row.unit)
    return row.what, measured, target, {None: "–", True: "yes", False: "NO"}[row.ok]


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    number, what, *rest = line
    right = [cell.rjust(width) for cell, width in zip(rest, widths[2:], strict=True)]
    return "  ".join([number.ljust(widths[0]), what.ljust(widths[1]), *right])


def _shown(value: float, unit: str) -> str:
    if unit == "1/":
        return f"1/{1 / value:.0f}"
    # Three digits, but no power of ten: a refresh of 1230 ms is one of 1,230.
    digits = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{digits} {unit}".rstrip()
