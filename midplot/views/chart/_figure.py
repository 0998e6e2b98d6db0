"""Draws one replayed stream: the price with its decisions and their outcomes, the equity, the latency."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from typing import Any

from midplot._text import clipped, counted, percent, signed, with_minus
from midplot.money._account import StreamAccount, win_rate
from midplot.play._probe import column_names
from midplot.views.chart._chart_layout import LATENCY_CAPTION, Trace, chart_layout, empty_traces
from midplot.views.chart._drawing import BUDGET_MS, Drawing
from midplot.views.chart._marks import MOST_MARKS
from midplot.views.chart._palette import EITHER, LIGHT, Palette
from midplot.views.chart._plotly_loaded import go
from midplot.views.chart._probe_panels import MOST_PANELS, PROBE_AXES, add_probe_panels, probe_traces
from midplot.views.chart._ranges import axis_of, axis_with
from midplot.views.chart._windows import Window, opening_window, part_windows

__all__ = [
    "Figure",
    "bare_figure",
    "empty_figure",
    "heading",
    "latency_axis",
    "latency_caption",
    "outcome_words",
    "shown_probes",
    "stream_figure",
    "value_axes",
]

Figure = go.Figure
"""plotly's own class, under a name that callers can use without importing plotly."""

# The panel is so slim that more labels would touch each other.
_MOST_LATENCY_TICKS = 3
# More buttons than this do not fit beside the title, so a menu takes their place.
_MOST_BUTTONS = 4
# Pixels of a title with one line of text below it, and of each further line.
_HEADING_HEIGHT, _LINE_HEIGHT = 92, 16


def stream_figure(account: StreamAccount, horizon: int, palette: Palette = EITHER) -> go.Figure:
    """Draw one replayed stream.

    Parameters
    ----------
    account
        The decisions on the stream, and what they earned.
    horizon
        Ticks from a decision to its resolution.
    palette
        The colours.

    Returns
    -------
    plotly.graph_objects.Figure
        A figure with a constant number of traces, those of `Trace` in order and one per probe, thinned to what a
        screen can show. It has a button for each part and one for all. If the prices of its parts are too far apart
        to be readable together, it opens on the part with the most decisions.
    """
    figure = bare_figure(account, palette)
    title = heading(account, horizon)
    top = _HEADING_HEIGHT + _LINE_HEIGHT * title["subtitle"]["text"].count("<br>")
    figure.update_layout(title=title, margin_t=top)
    windows = part_windows(account)
    if windows:
        figure.update_layout(_looks(windows))
    return figure


def bare_figure(account: StreamAccount, palette: Palette = LIGHT) -> go.Figure:
    """Draw the whole of one replayed stream, without a heading or buttons."""
    probes = shown_probes(account)
    figure = empty_figure(probes, palette)
    drawing = Drawing(account)
    for trace, points in drawing.points().items():
        figure.data[trace].update(points)
    for place, points in enumerate(drawing.probe_points(probes), len(Trace)):
        figure.data[place].update(points)
    figure.update_layout(value_axes(drawing, dict(enumerate(figure.data))))
    figure.layout.annotations[LATENCY_CAPTION].text += latency_caption(drawing)
    return figure


def shown_probes(account: StreamAccount) -> list[str]:
    """Return the names of the probes that have a panel."""
    return column_names(account.parts[0].settings.probe)[:MOST_PANELS] if account.parts else []


def empty_figure(probes: list[str], palette: Palette = LIGHT) -> go.Figure:
    """Return the figure of a stream before it has points: its traces, one per probe after them, and its panels."""
    figure = go.Figure(data=[*empty_traces(palette), *probe_traces(probes, palette)], layout=chart_layout(palette))
    add_probe_panels(figure.layout, probes)
    return figure


def latency_caption(drawing: Drawing) -> str:
    """Return what the name of the latency panel has to explain besides: the budget, if it is drawn."""
    return f"   dashed: the {BUDGET_MS:g} allowed" if drawing.is_near_budget else ""


# Words


def heading(account: StreamAccount, horizon: int) -> dict[str, Any]:
    """Return a title that names the stream, its score and its outcome."""
    title = f"<b>{escape(clipped(account.title))}</b>   score {with_minus(signed(account.score))}"
    return {"text": title, "subtitle": {"text": "<br>".join(outcome_words(account, horizon))}}


def outcome_words(account: StreamAccount, horizon: int) -> list[str]:
    """Return a line on the outcome of a stream and, if needed, a second one on what the chart does not show."""
    n = int(account.summary["num_resolved_decisions"] or 0)
    words = [counted(n, "decision")]
    if account.unresolved:
        words = [counted(n, "resolved decision"), f"{account.unresolved:,} unresolved"]
    if n:
        words.append(f"win rate {percent(win_rate(account.summary))}")
        words.append(f"{with_minus(signed(account.summary['profit_per_decision'], 4))} each")
    lines = [[*words, f"horizon {horizon}"], _notes(account)]
    return [" · ".join(line) for line in lines if line]


def _notes(account: StreamAccount) -> list[str]:
    notes = ["interrupted: a partial replay"] if account.interrupted else []
    n_trades = sum(part.n_trades for part in account.parts)
    if n_trades > MOST_MARKS:
        notes.append(f"marked: the largest outcomes of each stretch, of {n_trades:,}")
    return notes


# What is visible


def value_axes(drawing: Drawing, points: Mapping[int, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what the axes of a figure need besides the layout, by their names.

    Parameters
    ----------
    drawing
        What is drawn.
    points
        The points of its traces, by their place.
    """
    price = drawing.price_span(*drawing.extent())
    probes = {axis: points[place] for place, axis in enumerate(PROBE_AXES, len(Trace)) if place in points}
    return {
        # The price fits its panel by itself, also after a person has zoomed.
        "yaxis2": {"tickformat": axis_with(price)["tickformat"]},
        **{axis: axis_of(line["y"]) for axis, line in {"yaxis3": points[Trace.EQUITY], **probes}.items()},
        "yaxis4": latency_axis(drawing),
    }


def latency_axis(drawing: Drawing) -> dict[str, Any]:
    """Return range and ticks in whole powers of ten: plotly by default labels so slim a panel too much or not at all."""
    span = drawing.latency_span
    # Any range will do where nothing was measured.
    if span is None:
        return {"range": [-3, 1], "tickvals": []}
    top = max(span[1], BUDGET_MS if drawing.is_near_budget else 0.0)
    # Beyond both ends: a power of ten itself would lie on the edge of the panel.
    low, high = math.ceil(math.log10(span[0])) - 1, math.floor(math.log10(top)) + 1
    powers = range(low, high + 1, math.ceil((high - low) / (_MOST_LATENCY_TICKS - 1)))
    return {"range": [low, high], "tickvals": [10.0**k for k in powers], "ticktext": [f"{10.0**k:g}" for k in powers]}


def _looks(windows: list[Window]) -> dict[str, Any]:
    """Return the buttons that show one part or all of them, and the range that is visible at first."""
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
