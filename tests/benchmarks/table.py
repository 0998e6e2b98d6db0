"""What a row of the table is, and how the table is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Row", "as_record", "as_table"]

HEADINGS = ("what", "measured", "target", "ok?")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was measured.

    Attributes
    ----------
    what
        In the words of the promise.
    measured
        The number.
    target
        What it may be at the most; None where nothing is promised.
    unit
        Printed behind the number. A unit of ``"1/"`` prints a small ratio as one over a number.
    note
        What exactly was compared, and the numbers behind it.
    """

    what: str
    measured: float
    target: float | None = None
    unit: str = ""
    note: str = ""

    @property
    def ok(self) -> bool | None:
        """Whether the promise is kept; None where there is none."""
        return None if self.target is None else self.measured <= self.target


def as_record(row: Row) -> dict[str, Any]:
    """Return a row as plain data."""
    return {**asdict(row), "ok": row.ok}


def as_table(rows: Sequence[Row]) -> str:
    """Return rows as an aligned table, and below it what each of them compares.

    Examples
    --------
    >>> print(as_table([Row("new ÷ old", 0.0207, 1 / 30, "1/"), Row("speed", 12.0, unit="m/s", note="uphill")]))
       what       measured  target  ok?
    1  new ÷ old      1/48  ≤ 1/30  yes
    2  speed        12 m/s       –    –
    <BLANKLINE>
    2  uphill
    """
    cells = [("", *HEADINGS), *((str(i), *_cells(row)) for i, row in enumerate(rows, 1))]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [_aligned(row, widths) for row in cells]
    notes = [f"{i:<{widths[0]}}  {row.note}" for i, row in enumerate(rows, 1) if row.note]
    return "\n".join([*lines, "", *notes])


def _cells(row: Row) -> tuple[str, str, str, str]:
    target = "–" if row.target is None else f"≤ {_shown(row.target, row.unit)}"
    ok = {None: "–", True: "yes", False: "NO"}[row.ok]
    return row.what, _shown(row.measured, row.unit), target, ok


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    number, what, *rest = cells
    right = [cell.rjust(width) for cell, width in zip(rest, widths[2:], strict=True)]
    return "  ".join([number.ljust(widths[0]), what.ljust(widths[1]), *right])


def _shown(value: float, unit: str) -> str:
    if unit == "1/":
        return f"1/{1 / value:.0f}"
    return f"{value:.3g} {unit}".rstrip()
