"""Draws one replayed stream: the price with its decisions and their outcomes, the equity, the latency."""

from __future__ import annotations

import math
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from midplot.core.account import StreamAccount, win_rate
from midplot.core.game import LATENCY_BUDGET
from midplot.core.ledger import IntArray
from midplot.core.thin import FEWEST_POINTS
from midplot.views.bands import DOWN_REACH, UP_REACH, decision_bands
from midplot.views.chart_layout import LATENCY_CAPTION, Trace, chart_layout, empty_traces
from midplot.views.lines import Line, equity_line, latency_line, realized_line, warm_up_line
from midplot.views.marks import MOST_MARKS, Marks, Outcome, decision_marks
from midplot.views.numbers import clipped, counted, percent, signed
from midplot.views.windows import Window, opening_window, part_windows

__all__ = ["bare_figure", "drawn", "heading", "outcome_words", "stream_figure"]

PRICE_POINTS = 3000
PANEL_POINTS = 1500

_BUDGET_MS = LATENCY_BUDGET * 1e3
_NEAR = 0.25
_MOST_LATENCY_TICKS = 3
_MOST_BUTTONS = 4
_HEADING_HEIGHT, _LINE_HEIGHT = 92, 16

_MARKED = {
    Trace.UP_PROFIT: Outcome.UP_PROFIT,
    Trace.UP_LOSS: Outcome.UP_LOSS,
    Trace.DOWN_PROFIT: Outcome.DOWN_PROFIT,
    Trace.DOWN_LOSS: Outcome.DOWN_LOSS,
    Trace.UNRESOLVED: Outcome.UNRESOLVED,
}


def stream_figure(account: StreamAccount, horizon: int) -> go.Figure:
    """Draw one replayed stream.

    Parameters
    ----------
    account
        What was decided on the stream, and what it earned.
    horizon
        Ticks from a decision to its resolution.

    Returns
    -------
    plotly.graph_objects.Figure
        Of a constant number of traces, in the order of `Trace`, thinned to what a screen shows. Where the prices of
        its parts lie too far apart for one look, it opens on the part with the most decisions; it has a button for
        each part and one for all.
    """
    figure = bare_figure(account)
    title = heading(account, horizon)
    top = _HEADING_HEIGHT + _LINE_HEIGHT * title["subtitle"]["text"].count("<br>")
    figure.update_layout(title=title, margin_t=top)
    windows = part_windows(account)
    if windows:
        figure.update_layout(_looks(windows))
    return figure


def bare_figure(account: StreamAccount) -> go.Figure:
    """Draw one replayed stream without a heading and without buttons, all of it in sight."""
    figure = go.Figure(data=empty_traces(), layout=chart_layout())
    for trace, points in drawn(account).items():
        figure.data[trace].update(points)
    figure.update_layout(yaxis4=_latency_axis(account))
    if _is_near_budget(account):
        figure.layout.annotations[LATENCY_CAPTION].text += f"   dashed: the {_BUDGET_MS:g} allowed"
    return figure


def drawn(account: StreamAccount) -> dict[Trace, dict[str, Any]]:
    """Return the points of each trace, thinned."""
    marks = decision_marks(account).largest()
    return {
        Trace.REALIZED: _price(realized_line(account), marks),
        Trace.WARM_UP: _line(warm_up_line(account), PRICE_POINTS),
        Trace.UP_BANDS: _bands(account, up=True),
        Trace.DOWN_BANDS: _bands(account, up=False),
        **{trace: _marks(marks.of(outcome)) for trace, outcome in _MARKED.items()},
        Trace.EQUITY: _line(equity_line(account), PANEL_POINTS),
        Trace.LATENCY: _line(latency_line(account), PANEL_POINTS),
        Trace.BUDGET: _budget(account),
    }


# Words


def heading(account: StreamAccount, horizon: int) -> dict[str, Any]:
    """Say in a title what the stream is and what came of it."""
    title = f"<b>{escape(clipped(account.title))}</b>   score {signed(account.score)}"
    return {"text": title, "subtitle": {"text": "<br>".join(outcome_words(account, horizon))}}


def outcome_words(account: StreamAccount, horizon: int) -> list[str]:
    """Say in a line what came of a stream, and in a second, where needed, what is not to be seen of it."""
    n = int(account.summary["num_resolved_decisions"] or 0)
    words = [counted(n, "decision")]
    if account.unresolved:
        words = [counted(n, "resolved decision"), f"{account.unresolved:,} unresolved"]
    if n:
        words.append(f"win rate {percent(win_rate(account.summary))}")
        words.append(f"{signed(account.summary['profit_per_decision'], 4)} each")
    lines = [[*words, f"horizon {horizon}"], _notes(account)]
    return [" · ".join(line) for line in lines if line]


def _notes(account: StreamAccount) -> list[str]:
    notes = ["interrupted: a partial replay"] if account.interrupted else []
    n_marks = sum(len(part.trades.tick) for part in account.parts)
    if n_marks > MOST_MARKS:
        notes.append(f"marked: the {MOST_MARKS:,} largest of {n_marks:,} outcomes")
    return notes


# Points


def _line(line: Line, n_out: int) -> dict[str, Any]:
    points = line.thinned(n_out)
    return {"x": _x(points.index), "y": points.y}


def _price(line: Line, marks: Marks) -> dict[str, Any]:
    """Thin the price around the marked decisions, so that pointing at one tells of it and of no other."""
    points = line.thinned(max(FEWEST_POINTS, PRICE_POINTS - len(marks)), always=marks.index)
    told = np.full(len(points), "", dtype=object)
    told[np.searchsorted(points.index, marks.index)] = marks.told()
    return {"x": _x(points.index), "y": points.y, "customdata": told.tolist()}


def _bands(account: StreamAccount, *, up: bool) -> dict[str, Any]:
    x, y = decision_bands(account, up=up).merged().polygons(*(UP_REACH if up else DOWN_REACH))
    return {"x": _x(x), "y": y.astype(np.float32)}


def _marks(marks: Marks) -> dict[str, Any]:
    return {"x": _x(marks.index), "y": marks.price}


def _budget(account: StreamAccount) -> dict[str, Any]:
    """Draw the budget where a decision came near it; elsewhere it would only squeeze the panel."""
    if not _is_near_budget(account):
        return {"x": np.empty(0), "y": np.empty(0)}
    return {"x": _x(latency_line(account).index[[0, -1]]), "y": np.full(2, _BUDGET_MS)}


def _is_near_budget(account: StreamAccount) -> bool:
    return bool((latency_line(account).y >= _NEAR * _BUDGET_MS).any())


def _x(index: IntArray) -> npt.NDArray[Any]:
    """Return indices in a type that travels as binary: int64 would be written out as text."""
    fits = not len(index) or index[-1] <= np.iinfo(np.int32).max
    return index.astype(np.int32 if fits else np.float64)


# What is in sight


def _latency_axis(account: StreamAccount) -> dict[str, Any]:
    """Return range and ticks in whole powers of ten: of itself plotly labels so slim a panel too much or not at all."""
    latency = latency_line(account).y
    seen = latency[latency > 0]
    if not len(seen):
        return {"range": [-3, 1], "tickvals": []}
    top = max(float(seen.max()), _BUDGET_MS if _is_near_budget(account) else 0.0)
    low = math.floor(math.log10(seen.min()))
    high = max(math.ceil(math.log10(top)), low + 1)
    powers = range(low, high + 1, math.ceil((high - low) / (_MOST_LATENCY_TICKS - 1)))
    return {"range": [low, high], "tickvals": [10.0**k for k in powers], "ticktext": [f"{10.0**k:g}" for k in powers]}


def _looks(windows: list[Window]) -> dict[str, Any]:
    """Return the buttons that bring a part, or all, into sight, and what is in sight at first."""
    opening = opening_window(windows)
    everything = {"xaxis.autorange": True, "yaxis2.autorange": True}
    looks = [everything, *(_look(window) for window in windows)]
    labels = ["All parts", *(window.label for window in windows)]
    few = len(looks) <= _MOST_BUTTONS
    menu = {
        "buttons": [
            {"label": label, "method": "relayout", "args": [look]} for label, look in zip(labels, looks, strict=True)
        ],
        "type": "buttons" if few else "dropdown",
        "direction": "right" if few else "down",
        "active": 0 if opening is None else 1 + windows.index(opening),
        "x": 1,
        "xanchor": "right",
        "y": 1.01,
        "yanchor": "bottom",
    }
    if opening is None:
        return {"updatemenus": [menu]}
    return {"updatemenus": [menu], "xaxis.range": opening.x_range, "yaxis2.range": opening.y_range}


def _look(window: Window) -> dict[str, Any]:
    return {"xaxis.range": window.x_range, "yaxis2.range": window.y_range}
