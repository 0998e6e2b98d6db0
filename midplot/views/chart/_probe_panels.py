"""The panels of probed values, one below the other under the latency: their axes, names and traces."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Final

from midplot._text import clipped
from midplot.views.chart._chart_layout import LATENCY_AXIS, panel_name
from midplot.views.chart._palette import LIGHT, Palette
from midplot.views.chart._plotly_loaded import go

__all__ = ["MOST_PANELS", "add_probe_panels", "panel_height", "probe_style", "probe_traces"]

MOST_PANELS: Final = 4
"""Of more probes the first ones have a panel; `probes` of the result has them all."""

_PANEL, _ROOM = 76, 24
"""Pixels of a panel, and of the room above it, for its name."""

_AREA = 420
"""Pixels of the panels above, about: what the layout's shares are shares of."""


def panel_height(probes: Sequence[str]) -> int:
    """Return how many pixels the panels of probes add to a chart."""
    return len(probes) * (_PANEL + _ROOM)


def probe_traces(probes: Sequence[str], palette: Palette = LIGHT) -> list[go.Scatter]:
    """Make the traces of probes, without points; they come after those of `Trace`."""
    return [
        go.Scatter(
            x=[],
            y=[],
            name=escape(clipped(name)),
            yaxis=_axis(place),
            legendgroup=f"probe {place}",
            showlegend=False,
            hovertemplate="<b>%{x:,d}</b>  %{y:,.6~g}<extra></extra>",
            **probe_style(palette),
        )
        for place, name in enumerate(probes)
    ]


def probe_style(palette: Palette) -> dict[str, Any]:
    """Return how the line of a probe looks."""
    return {"mode": "lines", "line": {"color": palette.ink, "width": 1.1}}


def add_probe_panels(layout: go.Layout, probes: Sequence[str]) -> None:
    """Move a chart's panels up, and add one for each probe.

    Parameters
    ----------
    layout
        As `chart_layout` makes it, of any height.
    probes
        What they are called.
    """
    if not probes:
        return
    added = panel_height(probes)
    share = added / (_AREA + added)
    layout.height += added
    for axis in (layout.yaxis, layout.yaxis2, layout.yaxis3, layout.yaxis4):
        axis.domain = [share + (1 - share) * edge for edge in axis.domain]
    for annotation in layout.annotations:
        annotation.y = share + (1 - share) * annotation.y
    for place, name in enumerate(probes):
        low, high = _domain(place, len(probes), share)
        layout[f"yaxis{_number(place)}"] = {"domain": (low, high), "anchor": "x", "nticks": 4, "fixedrange": True}
        layout.annotations += (go.layout.Annotation(panel_name(escape(clipped(name)), high)),)
    layout.xaxis.anchor = _axis(len(probes) - 1)


def _domain(place: int, n_probes: int, share: float) -> tuple[float, float]:
    """Return from where to where a panel reaches, in shares of the height."""
    low = share * (n_probes - 1 - place) / n_probes
    return low, low + share / n_probes * _PANEL / (_PANEL + _ROOM)


def _number(place: int) -> int:
    return int(LATENCY_AXIS[1:]) + 1 + place


def _axis(place: int) -> str:
    return f"y{_number(place)}"
