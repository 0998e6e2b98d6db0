"""What a chart of a stream consists of: its traces in order, its panels, and the look of both."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

from midplot.views.chart._outcome import FILLED_AND_HOLLOW, Outcome, mark_of
from midplot.views.chart._palette import EITHER, FONT, LIGHT, Palette
from midplot.views.chart._plotly_loaded import go

__all__ = [
    "CONFIG",
    "HEIGHT",
    "HIDING_PRICE_CAPTION",
    "LATENCY_AXIS",
    "LATENCY_CAPTION",
    "LATENCY_NAME",
    "OF_DECISIONS",
    "PRICE_CAPTION",
    "SHORT_PRICE_CAPTION",
    "Trace",
    "chart_layout",
    "chart_template",
    "empty_traces",
    "panel_name",
    "price_hover",
    "trace_hover",
    "trace_styles",
]

CONFIG: Final[dict[str, Any]] = {
    "responsive": True,
    "displaylogo": False,
    "showSendToCloud": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "zoomIn2d", "zoomOut2d"],
}
"""Configuration of plotly.js. Its default mode bar would offer to upload the chart, and selections that nothing reads."""

HEIGHT: Final = 560
"""Height of a chart in pixels: it fits a laptop's screen below a cell of code."""

# Bands and prices share a panel. The price's axis overlays that of the bands, so the bands lie behind.
BANDS_AXIS, PRICE_AXIS, EQUITY_AXIS, LATENCY_AXIS = "y", "y2", "y3", "y4"

PRICE_CAPTION: Final = f"Price as fed (realized)  ·  {FILLED_AND_HOLLOW}  ·  bands: up above, down below"
SHORT_PRICE_CAPTION: Final = "Price as fed (realized)"
HIDING_PRICE_CAPTION: Final = f"{SHORT_PRICE_CAPTION}  ·  nothing after the window is shown"
"""The name of the price's panel; what is left of it where there is no room for a legend either, or where decisions are
hidden; and the name where a window's future is hidden."""

LATENCY_CAPTION: Final = 2
"""Index of the layout's annotation that names the latency panel."""

LATENCY_NAME: Final = "Latency, ms (log scale)"

# Fractions of the height, from the bottom. What matters most, the price, has most of the room; the gaps hold the names.
_PRICE_PANEL, _EQUITY_PANEL, _LATENCY_PANEL = (0.38, 1.0), (0.17, 0.33), (0.0, 0.12)


class Trace(IntEnum):
    """The traces of a chart, by their position in ``figure.data``, which is the same whatever is drawn."""

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
    SCENARIOS = 13
    SIGNS = 14


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
    Trace.SCENARIOS: "Scenarios",
    Trace.SIGNS: "Labels",
}

_AXES: Final = {
    Trace.UP_BANDS: BANDS_AXIS,
    Trace.DOWN_BANDS: BANDS_AXIS,
    Trace.SCENARIOS: BANDS_AXIS,
    Trace.SIGNS: BANDS_AXIS,
    Trace.EQUITY: EQUITY_AXIS,
    Trace.LATENCY: LATENCY_AXIS,
    Trace.BUDGET: LATENCY_AXIS,
}

_IN_LEGEND: Final = frozenset(
    {Trace.REALIZED, Trace.SELECTED, Trace.WARM_UP, Trace.UP_BANDS, Trace.DOWN_BANDS, Trace.UNRESOLVED}
)
OF_DECISIONS: Final = frozenset({Trace.UP_BANDS, Trace.DOWN_BANDS, Trace.UNRESOLVED})
"""The entries of the legend that mean what the attacker decided."""

_GROUPS: Final = {
    Trace.UP_PROFIT: "Up",
    Trace.UP_LOSS: "Up",
    Trace.DOWN_PROFIT: "Down",
    Trace.DOWN_LOSS: "Down",
}
"""The legend has one entry per direction, which shows and hides its bands and marks together."""


def price_hover(common: str = "") -> str:
    """Return the hover text of the price: index, price, time and decision. All times begin with ``common``."""
    # What all times have in common is sent once, in the template, and the rest with each point.
    return f"<b>%{{x:,d}}</b>  %{{y:,.6~f}}{'   ' * bool(common)}{common}%{{customdata}}<extra></extra>"


PROBE_HOVER: Final = "%{y:,.6~g}<extra></extra>"

_HOVER: Final = {
    Trace.REALIZED: price_hover(),
    Trace.WARM_UP: "<b>%{x:,d}</b>  %{y:,.6~f}<br>warm-up<extra></extra>",
    # The tick is named once, by the price: each line is thinned by itself, and may have its nearest point elsewhere.
    Trace.EQUITY: "%{y:+.6~g}<extra></extra>",
    Trace.LATENCY: "%{y:.3~g} ms<extra></extra>",
}
"""Marks have no hover text: that of the price includes the decision at exactly the index under the pointer."""


def trace_hover(trace: int) -> dict[str, Any]:
    """Return what the hover text of a trace consists of."""
    if trace >= len(Trace):
        return {"hoverinfo": "y", "hovertemplate": PROBE_HOVER}
    # Not "all": plotly would also name the tick below the lowest panel, of whichever line has the nearest point.
    return {"hoverinfo": "y", "hovertemplate": _HOVER[Trace(trace)]} if trace in _HOVER else {"hoverinfo": "skip"}


def empty_traces(palette: Palette = LIGHT) -> list[go.Scatter]:
    """Create all traces of a chart, without points, in the order of `Trace`."""
    styles = trace_styles(palette)
    return [
        go.Scatter(
            x=[],
            y=[],
            name=_NAMES[trace],
            yaxis=_AXES.get(trace, PRICE_AXIS),
            legendgroup=_GROUPS.get(trace, _NAMES[trace]),
            showlegend=trace in _IN_LEGEND,
            **trace_hover(trace),
            **styles[trace],
        )
        for trace in Trace
    ]


def trace_styles(palette: Palette) -> dict[Trace, dict[str, Any]]:
    """Return the look of each trace, which includes everything that differs between light and dark."""
    return {
        Trace.REALIZED: _line(palette.realized, 1.4),
        Trace.SELECTED: _mark("circle", palette.selected, palette.selected_edge, 6),
        Trace.WARM_UP: _line(palette.warm_up, 1.4),
        Trace.UP_BANDS: _band(palette.up_band),
        Trace.UP_PROFIT: _decided(Outcome.UP_PROFIT, palette.up),
        Trace.UP_LOSS: _decided(Outcome.UP_LOSS, palette.up),
        Trace.DOWN_BANDS: _band(palette.down_band),
        Trace.DOWN_PROFIT: _decided(Outcome.DOWN_PROFIT, palette.down),
        Trace.DOWN_LOSS: _decided(Outcome.DOWN_LOSS, palette.down),
        Trace.UNRESOLVED: _mark(mark_of(Outcome.UNRESOLVED).symbol, palette.unresolved, palette.unresolved, 5),
        Trace.EQUITY: _line(palette.equity, 1.6, "hv"),
        Trace.LATENCY: _line(palette.latency, 1.0),
        Trace.BUDGET: {"mode": "lines", "line": {"color": palette.budget, "width": 1.2, "dash": "dash"}},
        Trace.SCENARIOS: {
            "mode": "lines",
            "line": {"color": palette.ink, "width": 1.8},
        },
        # A trace of its own, since each sign has a colour, and a line has only one.
        Trace.SIGNS: {
            "mode": "text",
            "textposition": "bottom center",
            # Large enough to read beside a bracket of a few pixels.
            "textfont": {"color": palette.ink, "size": 14},
        },
    }


def _line(color: str, width: float, shape: str = "linear") -> dict[str, Any]:
    return {"mode": "lines", "line": {"color": color, "width": width, "shape": shape}}


def _mark(symbol: str, color: str, edge: str, size: int = 8) -> dict[str, Any]:
    return {
        "mode": "markers",
        "marker": {"symbol": symbol, "color": color, "size": size, "line": {"color": edge, "width": 1}},
    }


def _decided(outcome: Outcome, color: str) -> dict[str, Any]:
    """Return a triangle beside the line: ▲ below the price, ▼ above it."""
    mark = mark_of(outcome)
    # Rotating plotly's ▲, instead of using its ▼, turns the direction of the standoff around as well.
    style = _mark(mark.symbol, color, color)
    style["marker"] |= {"angle": 0 if mark.direction > 0 else -180, "standoff": 5}
    return style


def _band(color: str) -> dict[str, Any]:
    return {"mode": "lines", "fill": "toself", "fillcolor": color, "line": {"width": 0, "color": color}}


def chart_layout(palette: Palette = LIGHT) -> go.Layout:
    """Return the panels of a chart: the price with bands behind it, and below it equity and latency, on the same x."""
    return go.Layout(
        template=chart_template(palette),
        height=HEIGHT,
        # One position of the pointer shows the values of all panels there.
        hovermode="x",
        hoversubplots="axis",
        # A redraw keeps the zoom, and which traces the legend hides.
        uirevision="keep",
        dragmode="zoom",
        xaxis={"anchor": LATENCY_AXIS, "showspikes": True, "spikemode": "across", "spikesnap": "hovered data"},
        yaxis={"domain": _PRICE_PANEL, "range": [0, 1], "visible": False, "fixedrange": True},
        yaxis2={"domain": _PRICE_PANEL, "overlaying": BANDS_AXIS, "anchor": "x", "tickmode": "auto", "nticks": 8},
        yaxis3={"domain": _EQUITY_PANEL, "anchor": "x", "nticks": 4, "zeroline": True, "fixedrange": True},
        yaxis4={"domain": _LATENCY_PANEL, "anchor": "x", "type": "log", "fixedrange": True},
        annotations=[
            panel_name(PRICE_CAPTION, _PRICE_PANEL[1]),
            panel_name("Equity", _EQUITY_PANEL[1]),
            panel_name(LATENCY_NAME, _LATENCY_PANEL[1]),
        ],
    )


def panel_name(text: str, top: float) -> dict[str, Any]:
    """Return the name of a panel as an annotation above its top left corner."""
    return {
        "text": text,
        "x": 0,
        "y": top,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 3,
        "showarrow": False,
    }


def chart_template(palette: Palette) -> go.layout.Template:
    """Return the look of a chart's background, axes and texts, without its traces."""
    axis = _axis_look(palette)
    # What has a ground of its own needs a text that stands out from that, not from the page.
    plate = LIGHT if palette is EITHER else palette
    return go.layout.Template(
        layout={
            "paper_bgcolor": palette.paper,
            "plot_bgcolor": palette.paper,
            "font": {"family": FONT, "size": 12, "color": palette.ink},
            "margin": {"l": 56, "r": 16, "t": 96, "b": 36},
            "title": _title_look(palette),
            "xaxis": {**axis, **_index_axis_look(palette)},
            "yaxis": {**axis, "tickformat": ",~r"},
            "legend": _legend_look(),
            "hoverlabel": {
                "align": "left",
                "bgcolor": plate.raised,
                "bordercolor": plate.rule,
                "font": {"color": plate.ink, "family": FONT, "size": 12},
            },
            "annotationdefaults": {"font": {"color": palette.muted, "size": 11}},
            # Light whatever the page is: plotly paints the button that was pressed last almost white.
            "updatemenudefaults": {
                "bgcolor": LIGHT.raised,
                "bordercolor": LIGHT.rule,
                "font": {"color": LIGHT.ink, "size": 11},
            },
            "modebar": {"bgcolor": "rgba(0, 0, 0, 0)", "color": palette.muted, "activecolor": palette.ink},
        }
    )


def _axis_look(palette: Palette) -> dict[str, Any]:
    return {
        "gridcolor": palette.rule,
        "linecolor": palette.rule,
        "zerolinecolor": palette.realized,
        "zeroline": False,
        "tickfont": {"color": palette.muted, "size": 11},
        "automargin": True,
        "spikecolor": palette.muted,
        "spikethickness": 1,
        "spikedash": "dot",
    }


def _index_axis_look(palette: Palette) -> dict[str, Any]:
    return {
        "showgrid": False,
        "showline": True,
        "ticks": "outside",
        "tickcolor": palette.rule,
        "tickformat": ",d",
        "hoverformat": ",d",
    }


def _title_look(palette: Palette) -> dict[str, Any]:
    return {
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": 1,
        "yref": "container",
        "yanchor": "top",
        "pad": {"t": 14},
        "font": {"size": 16},
        "subtitle": {"font": {"color": palette.muted, "size": 12}},
    }


def _legend_look() -> dict[str, Any]:
    return {
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "y": -0.08,
        "yanchor": "top",
        "font": {"size": 11},
        "bgcolor": "rgba(0, 0, 0, 0)",
    }
