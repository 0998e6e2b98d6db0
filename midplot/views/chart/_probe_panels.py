"""The panels of probed values, stacked below the latency: their axes, names and traces."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Final

from midplot._text import clipped
from midplot.views.chart._chart_layout import LATENCY_AXIS, PROBE_HOVER, panel_name
from midplot.views.chart._palette import LIGHT, Palette
from midplot.views.chart._plotly_loaded import go

__all__ = ["MOST_PANELS", "PROBE_AXES", "add_probe_panels", "panel_height", "probe_style", "probe_traces"]

# With more, the chart would not fit on a screen.
MOST_PANELS: Final = 4
"""If there are more probes, only the first ones have a panel; `probes` of the result has them all."""

PROBE_AXES: Final = tuple(f"yaxis{int(LATENCY_AXIS[1:]) + 1 + place}" for place in range(MOST_PANELS))
"""Names of the axes of probes in a layout, in the order of the probes."""

_PANEL, _ROOM = 76, 24
"""Height of a panel in pixels, and of the room above it for its name."""

_AREA = 420
"""Approximate height in pixels of the panels above, of which the layout's domains are fractions."""


def panel_height(probes: Sequence[str]) -> int:
    """Return the height that the panels of probes add to a chart, in pixels."""
    return len(probes) * (_PANEL + _ROOM)


def probe_traces(probes: Sequence[str], palette: Palette = LIGHT) -> list[go.Scatter]:
    """Create the traces of probes, without points; they come after those of `Trace`."""
    return [
        go.Scatter(
            x=[],
            y=[],
            # plotly renders names as HTML, and probes are named by a user's attributes.
            name=escape(clipped(name)),
            yaxis=_axis(place),
            legendgroup=f"probe {place}",
            showlegend=False,
            hovertemplate=PROBE_HOVER,
            **probe_style(palette),
        )
        for place, name in enumerate(probes)
    ]


def probe_style(palette: Palette) -> dict[str, Any]:
    """Return the look of a probe's line."""
    return {"mode": "lines", "line": {"color": palette.ink, "width": 1.1}}


def add_probe_panels(layout: go.Layout, probes: Sequence[str]) -> None:
    """Move a chart's panels up, and add one for each probe.

    Parameters
    ----------
    layout
        Layout as returned by `chart_layout`, of any height; it is changed in place.
    probes
        Names of the probes.
    """
    if not probes:
        return
    added = panel_height(probes)
    # The existing panels are squeezed into the upper part of a figure that grows, so they keep their heights.
    share = added / (_AREA + added)
    layout.height += added
    for axis in (layout.yaxis, layout.yaxis2, layout.yaxis3, layout.yaxis4):
        axis.domain = [share + (1 - share) * edge for edge in axis.domain]
    for annotation in layout.annotations:
        annotation.y = share + (1 - share) * annotation.y
    for place, name in enumerate(probes):
        low, high = _domain(place, len(probes), share)
        layout[PROBE_AXES[place]] = {"domain": (low, high), "anchor": "x", "nticks": 4, "fixedrange": True}
        layout.annotations += (go.layout.Annotation(panel_name(escape(clipped(name)), high)),)
    # The indices are written below the lowest panel.
    layout.xaxis.anchor = _axis(len(probes) - 1)


def _domain(place: int, n_probes: int, share: float) -> tuple[float, float]:
    """Return the lower and upper edge of a panel, as fractions of the height."""
    low = share * (n_probes - 1 - place) / n_probes
    return low, low + share / n_probes * _PANEL / (_PANEL + _ROOM)


def _axis(place: int) -> str:
    return PROBE_AXES[place].replace("axis", "")
