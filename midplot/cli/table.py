"""The accounts of a replay as a table of plain text, with readable headings."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from midplot.cli.output import fitting
from midplot.core.text_table import printable

if TYPE_CHECKING:
    from midplot.results import ReplayResults

__all__ = ["accounts_table"]

Format = Callable[[Any], str]


def _whole(value: Any) -> str:
    return f"{int(value):,}"


def _money(value: Any) -> str:
    return f"{value:,.4f}"


def _ratio(value: Any) -> str:
    return f"{value:.2f}".replace("inf", "∞")


def _milliseconds(value: Any) -> str:
    return f"{value:.4f}"


_COLUMNS: dict[str, tuple[str, Format]] = {
    "current_ndx": ("ticks", _whole),
    "num_resolved_decisions": ("decisions", _whole),
    "unresolved": ("unresolved", _whole),
    "total_profit": ("profit", _money),
    "wins": ("wins", _whole),
    "losses": ("losses", _whole),
    "win_loss_ratio": ("win/loss", _ratio),
    "profit_per_decision": ("profit/decision", _money),
    "standardized_profit_per_decision": ("standardised", _ratio),
    "latency_mean_ms": ("mean ms", _milliseconds),
    "latency_p99_ms": ("p99 ms", _milliseconds),
}


def accounts_table(result: ReplayResults) -> str:
    """Return one line a stream and a total, aligned."""
    frame = result.accounts
    head = ["stream", *(title for title, _ in _COLUMNS.values())]
    rows = [
        [fitting(printable(str(name))), *_cells(row)]
        for name, row in zip(frame.index, frame.to_dict("records"), strict=True)
    ]
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    rule = "  ".join("─" * width for width in widths)
    lines = [_line(row, widths) for row in rows]
    return "\n".join([_line(head, widths), rule, *lines[:-1], rule, lines[-1]])


def _cells(row: Any) -> list[str]:
    return [_cell(row[column], show) for column, (_, show) in _COLUMNS.items()]


def _cell(value: Any, show: Format) -> str:
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return fitting("–" if missing else show(value))


def _line(cells: list[str], widths: list[int]) -> str:
    first, *rest = [
        cell.ljust(width) if i == 0 else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join([first, *rest]).rstrip()
