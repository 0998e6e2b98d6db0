"""The accounts of a report page: one row a stream, which sorts, and whose click shows the stream's chart."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from midplot.money._account import StreamAccount, win_rate
from midplot.money._ledger import Ledger
from midplot.money._scoring import Summary
from midplot.play._latency import Latency
from midplot.views._numbers import NOT_KNOWN, percent, plain, signed
from midplot.views.pages._facts import tone
from midplot.views.pages._html import score_bar, shown_name

__all__ = ["accounts_table"]

Value = float | int | None


@dataclass(frozen=True, slots=True)
class _Account:
    """What a row is made of: one stream, or all."""

    summary: Summary
    unresolved: int
    latency: Latency


@dataclass(frozen=True, slots=True)
class _Column:
    """One column: its heading, its value, and how that is written."""

    heading: str
    value: Callable[[_Account], Value]
    written: Callable[[float], str]
    toned: bool = False


def _count(value: float) -> str:
    return f"{int(value):,}"


_COLUMNS = (
    _Column("Score", lambda a: a.summary["total_profit"], signed, toned=True),
    _Column("Decisions", lambda a: a.summary["num_resolved_decisions"], _count),
    _Column("Unresolved", lambda a: a.unresolved, _count),
    _Column("Win rate", lambda a: win_rate(a.summary), percent),
    _Column("Per decision", lambda a: a.summary["profit_per_decision"], lambda v: signed(v, 4)),
    _Column("Standardized", lambda a: a.summary["standardized_profit_per_decision"], lambda v: signed(v, 3)),
    _Column("Ticks", lambda a: a.summary["current_ndx"], _count),
    _Column("Mean, ms", lambda a: a.latency.mean * 1e3, lambda v: plain(v, 3)),
    _Column("p99, ms", lambda a: a.latency.p99 * 1e3, lambda v: plain(v, 3)),
    _Column("Over budget", lambda a: a.latency.over_budget, _count),
)


def accounts_table(ledger: Ledger, charts: Mapping[int, int]) -> str:
    """Return the table as HTML.

    Parameters
    ----------
    ledger
        What happened in the replay.
    charts
        The number of the chart of each stream id that has one.
    """
    if not ledger.streams:
        return '<p class="note">Nothing was replayed.</p>'
    largest = max(abs(score) for score in ledger.scores.values())
    rows = [
        _row(_name(account, charts.get(stream_id)), _of(account), charts.get(stream_id), largest)
        for stream_id, account in ledger.streams.items()
    ]
    total = _row("Total", _Account(ledger.summary(), ledger.unresolved, ledger.latency), None, 0.0)
    headings = [_heading("Stream"), *(_heading(column.heading) for column in _COLUMNS)]
    headings.insert(2, '<td class="bar"></td>')
    return (
        f'<table id="accounts"><thead><tr>{"".join(headings)}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody><tfoot>{total}</tfoot></table>"
    )


def _of(account: StreamAccount) -> _Account:
    return _Account(account.summary, account.unresolved, account.latency)


def _heading(text: str) -> str:
    return f'<th scope="col"><button type="button">{escape(text)}</button></th>'


def _row(name: str, account: _Account, chart: int | None, largest: float) -> str:
    """Return one row; the number of its chart is what a click asks for."""
    cells = [_cell(column.written, column.value(account), toned=column.toned) for column in _COLUMNS]
    cells.insert(1, score_bar(account.summary["total_profit"] or 0.0, largest))
    clickable = "" if chart is None else f' data-chart="{chart}"'
    return f'<tr{clickable}><th scope="row">{name}</th>{"".join(cells)}</tr>'


def _name(account: StreamAccount, chart: int | None) -> str:
    """Return the cell that names a stream: a button where there is a chart, so that a keyboard reaches it."""
    name = shown_name(account)
    return name if chart is None else f'<button type="button">{name}</button>'


def _cell(written: Callable[[float], str], value: Value, *, toned: bool) -> str:
    known = value is not None and not math.isnan(value)
    number = str(value).replace("inf", "Infinity") if known else ""
    look = f' class="{tone(value)}"' if toned and value is not None else ""
    return (
        f'<td data-value="{number}"{look}>{escape(written(value)) if value is not None and known else NOT_KNOWN}</td>'
    )
