"""The accounts of a replay as a table of plain text."""

from __future__ import annotations

from midplot._text import in_columns, printable
from midplot.cli._output import fitting
from midplot.money._columns import COLUMNS, row_of, total_of
from midplot.money._ledger import Ledger

__all__ = ["accounts_table"]

_LEFT_OUT = {"wins", "losses", "over_budget"}
"""What the other columns tell too: without these the table fits a terminal of 120 characters."""

_SHOWN = [column for column in COLUMNS if column.key not in _LEFT_OUT]


def accounts_table(ledger: Ledger) -> str:
    """Return one line per stream and a total, aligned."""
    rows = [*map(row_of, ledger.streams.values()), total_of(ledger)]
    head = ["stream", *(column.heading.lower() for column in _SHOWN)]
    # What an encoding lacks is replaced before the columns are measured, so that they stay aligned.
    cells = [[fitting(printable(row.title)), *(fitting(column.text(row)) for column in _SHOWN)] for row in rows]
    rule = ["─" * max(map(len, column)) for column in zip(head, *cells, strict=True)]
    return "\n".join(in_columns([head, rule, *cells[:-1], rule, cells[-1]], right=range(1, len(head))))
