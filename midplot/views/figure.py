"""Draws one replayed stream: the price with its decisions and their outcomes, the equity, the latency."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from midplot.core.account import StreamAccount, win_rate
from midplot.core.game import LATENCY_BUDGET
from midplot.views.bands import decision_bands
from midplot.views.chart_layout import Trace, chart_layout, empty_traces
from midplot.views.lines import Line, equity_line, latency_line, realized_line, warm_up_line
from midplot.views.marks import Marks, Outcome, decision_marks
from midplot.views.numbers import clipped, counted, percent, signed
from midplot.views.windows import Window, opening_window, part_windows

__all__ = ["drawn", "stream_figure"]

PRICE_POINTS = 3000
PANEL_POINTS = 1500

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
        its parts lie too far apart for one look, it opens on the longest part and has a button for each.
    """
    figure = go.Figure(data=empty_traces(), layout=chart_layout())
    for trace, points in drawn(account).items():
        figure.data[trace].update(points)
    figure.update_layout(title=heading(account, horizon))
    windows = part_windows(account)
    if windows:
        figure.update_layout(_looks(windows))
    return figure


def drawn(account: StreamAccount) -> dict[Trace, dict[str, Any]]:
    """Return the points of each trace, thinned: what changes in a chart while a replay is running."""
    marks = decision_marks(account).largest()
    return {
        Trace.REALIZED: _line(realized_line(account), PRICE_POINTS),
        Trace.WARM_UP: _line(warm_up_line(account), PRICE_POINTS),
        Trace.UP_BANDS: _bands(account, up=True),
        Trace.DOWN_BANDS: _bands(account, up=False),
        **{trace: _marks(marks.of(outcome)) for trace, outcome in _MARKED.items()},
        Trace.EQUITY: _line(equity_line(account), PANEL_POINTS),
        Trace.LATENCY: _line(latency_line(account), PANEL_POINTS),
        Trace.BUDGET: _budget(account),
    }
