"""What a chart of a stream is made of: its traces in their order, its panels, and how both look."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

import plotly.graph_objects as go

from midplot.views.palette import FONT, LIGHT, Palette

__all__ = ["CONFIG", "HEIGHT", "Trace", "chart_layout", "chart_template", "empty_traces", "trace_styles"]

CONFIG: Final[dict[str, Any]] = {
    "responsive": True,
    "displaylogo": False,
    "showSendToCloud": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "zoomIn2d", "zoomOut2d"],
}
"""What plotly.js is told besides the figure; the default mode bar would offer to upload the chart."""

HEIGHT: Final = 560
"""Pixels."""

BANDS_AXIS, PRICE_AXIS, EQUITY_AXIS, LATENCY_AXIS = "y", "y2", "y3", "y4"

_PRICE_PANEL, _EQUITY_PANEL, _LATENCY_PANEL = (0.38, 1.0), (0.17, 0.33), (0.0, 0.12)


class Trace(IntEnum):
    """The traces of a chart, by their place in ``figure.data``: the same whatever is drawn."""

    REALIZED = 0
    SELECTED = 1
    WARM_UP = 2
    UP_BANDS = 3
    UP_PROFIT = 4
    UP_LOSS = 5
    DOWN_BANDS = 6
    DOWN_PROFIT = 7
    DOWN_LOSS = 8
    UNRESOLVED = 9
    EQUITY = 10
    LATENCY = 11
    BUDGET = 12


_NAMES: Final = {
    Trace.REALIZED: "Realized",
    Trace.SELECTED: "Selected",
    Trace.WARM_UP: "Warm-up",
    Trace.UP_BANDS: "Up",
    Trace.UP_PROFIT: "Up, profit",
    Trace.UP_LOSS: "Up, loss",
    Trace.DOWN_BANDS: "Down",
    Trace.DOWN_PROFIT: "Down, profit",
    Trace.DOWN_LOSS: "Down, loss",
    Trace.UNRESOLVED: "Unresolved",
    Trace.EQUITY: "Equity",
    Trace.LATENCY: "Latency",
    Trace.BUDGET: "Budget",
}

_AXES: Final = {
    Trace.UP_BANDS: BANDS_AXIS,
    Trace.DOWN_BANDS: BANDS_AXIS,
    Trace.EQUITY: EQUITY_AXIS,
    Trace.LATENCY: LATENCY_AXIS,
    Trace.BUDGET: LATENCY_AXIS,
}

_MARK_HOVER = (
    "%{fullData.name}: decision %{customdata[0]:.4~g}, profit %{customdata[1]:+.6~g}, "
    "known at %{customdata[2]:,d}<extra></extra>"
)
_HOVER: Final = {
    Trace.REALIZED: "price %{y:,.6~f}<extra></extra>",
    Trace.WARM_UP: "warm-up %{y:,.6~f}<extra></extra>",
    Trace.EQUITY: "equity %{y:+.6~g}<extra></extra>",
    Trace.LATENCY: "latency %{y:.3~g} ms<extra></extra>",
    Trace.UP_PROFIT: _MARK_HOVER,
    Trace.UP_LOSS: _MARK_HOVER,
    Trace.DOWN_PROFIT: _MARK_HOVER,
    Trace.DOWN_LOSS: _MARK_HOVER,
    Trace.UNRESOLVED: "Unresolved: decision %{customdata[0]:.4~g}, due at %{customdata[2]:,d}<extra></extra>",
}


def empty_traces(palette: Palette = LIGHT) -> list[go.Scatter]:
    """Make all traces of a chart, without points, in the order of `Trace`."""
    styles = trace_styles(palette)
    return [
        go.Scatter(
            x=[],
            y=[],
            name=_NAMES[trace],
            yaxis=_AXES.get(trace, PRICE_AXIS),
            showlegend=trace not in (Trace.EQUITY, Trace.LATENCY, Trace.BUDGET),
            **({"hovertemplate": _HOVER[trace]} if trace in _HOVER else {"hoverinfo": "skip"}),
            **styles[trace],
        )
        for trace in Trace
    ]


def trace_styles(palette: Palette) -> dict[Trace, dict[str, Any]]:
    """Return how each trace looks: all that changes between light and dark is in here."""
    return {
        Trace.REALIZED: _line(palette.realized, 1.4),
        Trace.SELECTED: _mark("circle", palette.selected, palette.selected_edge, 6),
        Trace.WARM_UP: _line(palette.warm_up, 1.4),
        Trace.UP_BANDS: _band(palette.up_band),
        Trace.UP_PROFIT: _mark("triangle-up", palette.up, palette.up),
        Trace.UP_LOSS: _mark("triangle-up-open", palette.up, palette.up),
        Trace.DOWN_BANDS: _band(palette.down_band),
        Trace.DOWN_PROFIT: _mark("triangle-down", palette.down, palette.down),
        Trace.DOWN_LOSS: _mark("triangle-down-open", palette.down, palette.down),
        Trace.UNRESOLVED: _mark("circle-open", palette.unresolved, palette.unresolved, 5),
        Trace.EQUITY: {**_line(palette.equity, 1.6, "hv")},
        Trace.LATENCY: _line(palette.latency, 1.0),
        Trace.BUDGET: {"mode": "lines", "line": {"color": palette.budget, "width": 1.2, "dash": "dash"}},
    }


def _line(color: str, width: float, shape: str = "linear") -> dict[str, Any]:
    return {"mode": "lines", "line": {"color": color, "width": width, "shape": shape}}


def _mark(symbol: str, color: str, edge: str, size: int = 8) -> dict[str, Any]:
    return {"mode": "markers", "marker": {"symbol": symbol, "color": color, "size": size, "line": {"color": edge, "width": 1}}}


def _band(color: str) -> dict[str, Any]:
    return {"mode": "lines", "fill": "toself", "fillcolor": color, "line": {"width": 0, "color": color}}


def chart_layout(palette: Palette = LIGHT) -> go.Layout:
    """Make the panels of a chart: bands behind the price, and below them, sharing x, equity and latency."""
    return go.Layout(
        template=chart_template(palette),
        height=HEIGHT,
        hovermode="x",
        hoversubplots="axis",
        hoverdistance=-1,
        uirevision="keep",
        dragmode="zoom",
        xaxis={"anchor": LATENCY_AXIS, "showspikes": True, "spikemode": "across", "spikesnap": "hovered data"},
        yaxis={"domain": _PRICE_PANEL, "range": [0, 1], "visible": False, "fixedrange": True},
        yaxis2={"domain": _PRICE_PANEL, "overlaying": BANDS_AXIS, "anchor": "x", "nticks": 8},
        yaxis3={"domain": _EQUITY_PANEL, "anchor": "x", "nticks": 4, "zeroline": True},
        yaxis4={"domain": _LATENCY_PANEL, "anchor": "x", "nticks": 3, "type": "log"},
        annotations=[
            _panel_name("Equity", _EQUITY_PANEL[1]),
            _panel_name("Latency, ms", _LATENCY_PANEL[1]),
        ],
    )


def _panel_name(text: str, top: float) -> dict[str, Any]:
    return {
        "text": text,
        "x": 0,
        "y": top,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
    }


def chart_template(palette: Palette) -> go.layout.Template:
    """Make the look of a chart's paper, axes and words, without its traces."""
    axis = {
        "gridcolor": palette.rule,
        "linecolor": palette.rule,
        "zerolinecolor": palette.muted,
        "zeroline": False,
        "tickfont": {"color": palette.muted, "size": 11},
        "automargin": True,
        "spikecolor": palette.muted,
        "spikethickness": 1,
        "spikedash": "dot",
    }
    return go.layout.Template(
        layout={
            "paper_bgcolor": palette.paper,
            "plot_bgcolor": palette.paper,
            "font": {"family": FONT, "size": 12, "color": palette.ink},
            "title": {"x": 0, "xref": "paper", "xanchor": "left", "font": {"size": 16}, "subtitle": {"font": {"color": palette.muted, "size": 12}}},
            "margin": {"l": 56, "r": 16, "t": 96, "b": 36},
            "xaxis": {**axis, "showgrid": False, "showline": True, "ticks": "outside", "tickcolor": palette.rule, "tickformat": ",d", "hoverformat": ",d"},
            "yaxis": {**axis, "tickformat": ",~r"},
            "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.01, "yanchor": "bottom", "font": {"size": 11}, "bgcolor": "rgba(0, 0, 0, 0)"},
            "hoverlabel": {"bgcolor": palette.raised, "bordercolor": palette.rule, "font": {"color": palette.ink, "family": FONT, "size": 12}},
            "annotationdefaults": {"font": {"color": palette.muted, "size": 11}},
            "updatemenudefaults": {"bgcolor": palette.raised, "bordercolor": palette.rule, "font": {"color": palette.ink, "size": 11}},
            "modebar": {"bgcolor": "rgba(0, 0, 0, 0)", "color": palette.muted, "activecolor": palette.ink},
        }
    )
