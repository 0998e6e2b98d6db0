"""The picture of a view, complete: the points of each trace, the range of each axis, the look of everything.

A scene is a function of the replay and of the view's state. It says everything explicitly, above all both ``range`` and
``autorange`` of each axis: plotly takes a value that it believes to hold already for no change, and does not send it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from midplot.scenarios._selection import resolution_of
from midplot.streams._stream import FloatArray
from midplot.views._view_state import ViewState
from midplot.views.chart._chart_layout import (
    HIDING_PRICE_CAPTION,
    LATENCY_CAPTION,
    LATENCY_NAME,
    OF_DECISIONS,
    PRICE_CAPTION,
    SHORT_PRICE_CAPTION,
    Trace,
    chart_layout,
    chart_template,
    trace_hover,
    trace_styles,
)
from midplot.views.chart._drawing import Drawing
from midplot.views.chart._figure import latency_axis, latency_caption
from midplot.views.chart._palette import DARK, LIGHT, Palette
from midplot.views.chart._probe_panels import PROBE_AXES, add_probe_panels, probe_style
from midplot.views.chart._ranges import axis_of, axis_with
from midplot.views.chart._windows import Window
from midplot.views.chart.live._brackets import CROWDED, Bracket, brackets, is_crowd
from midplot.views.chart.live._sight import Range, price_range, visible_range

__all__ = ["Scene", "Subject", "first_look", "scene"]


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is drawn: one stream of a replay.

    Attributes
    ----------
    drawing
        The stream; None before its first tick.
    windows
        Its parts, if it has several.
    probes
        Names of the probes that have a panel.
    brackets
        Its saved scenarios.
    running
        Whether it is still being replayed.
    """

    drawing: Drawing | None
    windows: Sequence[Window] = ()
    probes: Sequence[str] = ()
    brackets: Sequence[Bracket] = ()
    running: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Everything that is drawn.

    Attributes
    ----------
    traces
        For each trace the values of its properties, by path, such as ``"line.color"``.
    layout
        The values of the layout's properties, by path.
    visible
        Original indices at the edges of the chart.
    """

    traces: tuple[Mapping[str, Any], ...]
    layout: Mapping[str, Any]
    visible: Range


def scene(state: ViewState, subject: Subject) -> Scene:
    """Return the picture of a state.

    Parameters
    ----------
    state
        The state of the view.
    subject
        The stream that the state names.
    """
    drawing, palette = subject.drawing, DARK if state.dark else LIGHT
    visible: Range = (0.0, 1.0)
    points: dict[int, Mapping[str, Any]] = {}
    axes: dict[str, dict[str, Any]] = {"yaxis2": axis_with(None), "yaxis3": axis_with(None)}
    if drawing is not None:
        newest = subject.running and state.follow
        visible = visible_range(state.sight, drawing, subject.windows, newest=newest)
        points = _points(state, subject, drawing, visible)
        axes["yaxis2"] = axis_with(price_range(state.sight, drawing, subject.windows, visible, state.last_shown))
        axes["yaxis3"] = axis_of(_seen(points[Trace.EQUITY], visible))
    for place, axis in zip(range(len(subject.probes)), PROBE_AXES, strict=False):
        axes[axis] = axis_of(_seen(points.get(len(Trace) + place, {}), visible))
    axes["xaxis"] = {"range": [float(edge) for edge in visible], "autorange": False}
    traces = _styles(palette, len(subject.probes))
    return Scene(
        tuple(
            {**_EMPTY, **look, **points.get(trace, {}), **_hover(trace, state), **_in_legend(trace, state)}
            for trace, look in enumerate(traces)
        ),
        {
            **{f"{axis}.{name}": value for axis, values in axes.items() for name, value in values.items()},
            **_latency_layout(drawing),
            **_panels(len(subject.probes), alone=state.hides_future),
            "shapes": [_band(state.selection, palette), _outcome(state, drawing, palette)],
            "selections": [],
            # The page selects by itself: plotly would dim everything else until it is asked not to.
            "dragmode": False if state.drag == "select" and state.places else state.drag,
            "showlegend": not state.narrow,
            f"annotations[{LATENCY_CAPTION}].text": LATENCY_NAME
            + ("" if drawing is None else latency_caption(drawing)),
            "annotations[0].text": _caption(state, points.get(Trace.SIGNS, {}).get("text", ())),
            "selectdirection": "h",
            "template": _template(palette),
        },
        visible,
    )


# Every trace has all of these, so that what a trace no longer has is taken away from the page as well.
_EMPTY: dict[str, Any] = {"x": np.empty(0), "y": np.empty(0), "selectedpoints": None}


def _points(state: ViewState, subject: Subject, drawing: Drawing, visible: Range) -> dict[int, Mapping[str, Any]]:
    shown: dict[str, Any] = {"last": state.last_shown, "decisions": not state.hides_future}
    lines: dict[int, Mapping[str, Any]] = {int(trace): each for trace, each in drawing.points(visible, **shown).items()}
    lines |= dict(enumerate(drawing.probe_points(subject.probes, visible, **shown), len(Trace)))
    if state.hides_future:
        lines |= dict.fromkeys((Trace.LATENCY, Trace.BUDGET), _EMPTY)
    if state.selection is not None:
        lines[Trace.SELECTED] = drawing.window(state.selection.first, state.selection.last)
    labelled, palette = () if state.target is not None else subject.brackets, DARK if state.dark else LIGHT
    return lines | brackets(labelled, visible, palette, narrow=state.narrow)


def _caption(state: ViewState, signs: Sequence[str]) -> str:
    """Name the price's panel, and explain the marks in it that are shown, above all a number among the signs of labels."""
    crowded = any(map(is_crowd, signs))
    if state.narrow:
        return CROWDED if crowded else SHORT_PRICE_CAPTION
    if state.hides_future:
        name = SHORT_PRICE_CAPTION if state.selection is None else HIDING_PRICE_CAPTION
    else:
        name = SHORT_PRICE_CAPTION if crowded else PRICE_CAPTION
    return f"{name}  ·  {CROWDED}" if crowded else name


def _hover(trace: int, state: ViewState) -> dict[str, Any]:
    """Hide the hover text where the future is hidden: it would lie on what comes after the pointer."""
    hidden = state.hides_future and "hovertemplate" in trace_hover(trace)
    # Not "skip": the page writes what is under the pointer elsewhere, and is told of it only with "none".
    return {"hoverinfo": "none", "hovertemplate": ""} if hidden else {}


def _in_legend(trace: int, state: ViewState) -> dict[str, Any]:
    """Leave out of the legend what is hidden while the future is."""
    return {"showlegend": not state.hides_future} if trace in OF_DECISIONS else {}


def _seen(points: Mapping[str, Any], visible: Range) -> FloatArray:
    """Return the values of a line in a lower panel that are visible."""
    x, y = np.asarray(points.get("x", ())), np.asarray(points.get("y", ()), dtype=np.float64)
    seen: FloatArray = y[(x >= visible[0]) & (x <= visible[1])]
    return seen


@cache
def _panels(n_probes: int, *, alone: bool) -> dict[str, Any]:
    """Return where the panels are. What is below the price would be empty while the future is hidden: then it has all."""
    layout = chart_layout()
    add_probe_panels(layout, [""] * n_probes)
    below = ["yaxis3", "yaxis4", *PROBE_AXES[:n_probes]]
    domains = {axis: list(layout[axis].domain) for axis in ("yaxis", "yaxis2", *below)}
    if alone:
        domains |= {"yaxis": [0.03, 1.0], "yaxis2": [0.03, 1.0]} | {axis: [0.0, 0.01] for axis in below}
    return {
        **{f"{axis}.domain": domain for axis, domain in domains.items()},
        **{f"{axis}.visible": not alone for axis in below},
        **{f"annotations[{place}].visible": not alone for place in range(1, len(layout.annotations))},
    }


def _latency_layout(drawing: Drawing | None) -> dict[str, Any]:
    axis: dict[str, Any] = {"range": [-3, 1], "tickvals": [], "ticktext": []}
    if drawing is not None:
        axis |= latency_axis(drawing)
    return {"yaxis4.autorange": False, **{f"yaxis4.{name}": value for name, value in axis.items()}}


def _band(selection: Any, palette: Palette) -> dict[str, Any]:
    """Return the shape behind the selected window. There is always one, hidden or not, so that none is ever added."""
    first, last = (selection.first, selection.last) if selection is not None else (0, 0)
    return {
        "type": "rect",
        "visible": selection is not None,
        "layer": "below",
        "xref": "x",
        "yref": "y domain",
        # Half a tick beyond the points, so that a window of one tick has a width.
        "x0": first - 0.5,
        "x1": last + 0.5,
        "y0": 0,
        "y1": 1,
        "fillcolor": palette.selected,
        "opacity": 0.22,
        "line": {"color": palette.selected_edge, "width": 1},
    }


def _outcome(state: ViewState, drawing: Drawing | None, palette: Palette) -> dict[str, Any]:
    """Return the line from the end of the selected window to where a decision there resolves, hidden if that is not shown."""
    selected, ends, is_shown = state.selection, ((0.0, 0.0), (0.0, 0.0)), False
    resolution = None if selected is None else resolution_of(selected)
    if selected is not None and resolution is not None and drawing is not None:
        ends = (selected.last, selected.values[-1]), resolution
        last = drawing.extent()[1]
        is_shown = resolution[0] <= (last if state.last_shown is None else min(last, state.last_shown))
    return {
        "type": "line",
        "visible": is_shown,
        "layer": "above",
        "xref": "x",
        "yref": "y2",
        **{f"{axis}{end}": ends[end][place] for end in (0, 1) for place, axis in enumerate("xy")},
        "line": {"color": palette.ink, "width": 2, "dash": "dot"},
    }


@cache
def _styles(palette: Palette, n_probes: int) -> tuple[dict[str, Any], ...]:
    """Return the look of each trace, by path."""
    styles = [*trace_styles(palette).values(), *([probe_style(palette)] * n_probes)]
    return tuple({**dict(_flat(style)), **trace_hover(trace)} for trace, style in enumerate(styles))


def _flat(values: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in values.items():
        path = f"{before}{name}"
        found += _flat(value, f"{path}.") if isinstance(value, Mapping) else [(path, value)]
    return found


def first_look(n_probes: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return what a figure has that was just made, for traces and layout: the look, which no scene needs to send again."""
    legend = ({"showlegend": True} if trace in OF_DECISIONS else {} for trace in range(len(Trace) + n_probes))
    looks = zip(_styles(LIGHT, n_probes), legend, strict=True)
    return [{**look, **more} for look, more in looks], {"template": _template(LIGHT)}


@cache
def _template(palette: Palette) -> dict[str, Any]:
    template: dict[str, Any] = chart_template(palette).to_plotly_json()
    return template
