"""The accounts of a report page: a sortable table with one row per stream, where a click shows the stream's chart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape

from midplot._text import with_minus
from midplot.money._account import StreamAccount
from midplot.money._columns import COLUMNS, AccountRow, Column, row_of, total_of
from midplot.money._figures import tone
from midplot.money._ledger import Ledger
from midplot.views.pages._html import score_bar, shown_name, tone_class

__all__ = ["accounts_table"]

_PROFIT = [column.key for column in COLUMNS].index("total_profit")
"""Index of the column with a bar beside it."""


def accounts_table(ledger: Ledger, charts: Mapping[int, int]) -> str:
    """Return the table as HTML. The total is at its top, where it hides no stream.

    Parameters
    ----------
    ledger
        What happened in the replay.
    charts
        Numbers of the charts, by stream id.
    """
    if not ledger.streams:
        return '<p class="note">Nothing was replayed.</p>'
    largest = max(abs(score) for score in ledger.scores.values())
    rows = [
        _row(_name(account), row_of(account), charts[stream_id], largest)
        for stream_id, account in ledger.streams.items()
    ]
    headings = [_heading(column.heading, column.help) for column in COLUMNS]
    headings.insert(_PROFIT + 1, '<td class="midplot-card-bar"></td>')
    return (
        f'<table id="accounts"><thead><tr>{_heading("Stream")}{"".join(headings)}</tr>'
        f"{_row('Total', total_of(ledger), None, 0.0)}</thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _heading(text: str, explained: str = "") -> str:
    title = f' title="{escape(explained)}"' if explained else ""
    return f'<th scope="col"{title}><button type="button">{escape(text)}</button></th>'


def _row(name: str, account: AccountRow, chart: int | None, largest: float) -> str:
    """Return one row. A click on it shows the chart with its number; the total has none."""
    cells = [_cell(column, account) for column in COLUMNS]
    cells.insert(_PROFIT + 1, score_bar(account.summary["total_profit"] or 0.0, largest))
    clickable = "" if chart is None else f' data-chart="{chart}"'
    return f'<tr{clickable}><th scope="row">{name}</th>{"".join(cells)}</tr>'


def _name(account: StreamAccount) -> str:
    """Return the name of a stream as a button, so that its chart can be reached by keyboard."""
    return f'<button type="button">{shown_name(account)}</button>'


def _cell(column: Column, account: AccountRow) -> str:
    value = column.value(account)
    known = value is not None and not math.isnan(value)
    # As JavaScript's `Number` reads it, with as many digits as it takes to sort by it: a page may have many rows.
    number = f"{value:.9g}".replace("inf", "Infinity") if known else ""
    look = f' class="{tone_class(tone(value))}"' if column.signed and value is not None else ""
    return f'<td data-value="{number}"{look}>{escape(with_minus(column.text(account)))}</td>'
