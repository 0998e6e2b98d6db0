"""The FigureWidget of the view: a page gets it whole, and points are sent without being validated again.

What midplot uses of plotly that is private to plotly is in this file. The names are looked up once, before the first
figure is made; where a release lacks one, `PlainFigure` does the same through plotly's public interface.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any

import numpy as np
import traitlets

from midplot.views._static_files import widget_script
from midplot.views._widgets_inside import set_quietly
from midplot.views.chart._plotly_loaded import basedatatypes, go, plotly

__all__ = ["PlainFigure", "ReplayFigure", "plotly_is_known"]

# What changes after a figure was made, and so has to be sent to a page that missed it.
_CHANGING = ("x", "y", "customdata", "hovertemplate", "text", "line", "marker", "fillcolor")
_CHANGING_LAYOUT = (
    "template",
    "dragmode",
    "selectdirection",
    "shapes",
    "xaxis.range",
    "xaxis.autorange",
    "yaxis2.range",
    "yaxis2.autorange",
    "yaxis4.range",
    "yaxis4.tickvals",
    "yaxis4.ticktext",
)

_PRIVATE_OF_WIDGETS = (
    "_config",
    "_esm",
    "_normalize_trace_indexes",
    "_send_relayout_msg",
    "_send_restyle_msg",
    "_send_update_msg",
    "_widget_data",
    "_widget_layout",
)
_PRIVATE_OF_FIGURES = ("_data", "_layout_obj")

# What plotly puts in a message for "this trace keeps its value". Only `ReplayFigure` needs it.
_UNDEFINED = getattr(basedatatypes, "Undefined", None)

Points = Mapping[str, Any]


@cache
def plotly_is_known() -> bool:
    """Tell whether this release of plotly has all the private names that `ReplayFigure` uses."""
    figure = go.Figure()
    return (
        all(hasattr(go.FigureWidget, name) for name in _PRIVATE_OF_WIDGETS)
        and all(hasattr(figure, name) for name in _PRIVATE_OF_FIGURES)
        and hasattr(figure.layout, "_props")
        and _UNDEFINED is not None
    )


class PlainFigure(go.FigureWidget):  # type: ignore[misc]
    """The figure of the view by plotly's public interface alone: slower, and right whatever the release."""

    _midplot_ready = False

    def open(self) -> None:
        """Open the connection to the page, once the figure is complete."""
        if self._midplot_ready:
            super().open()

    def complete(self) -> None:
        """Mark the figure as complete, and open the connection."""
        self._midplot_ready = True
        self.open()

    def configure(self, config: Mapping[str, Any]) -> None:
        """Set how plotly.js behaves. A FigureWidget has no public way to do so, and keeps plotly's own mode bar."""

    def resend(self) -> None:
        """Send everything that changes once more: what was edited while a page was loading never reached it."""
        traces = [{name: trace[name] for name in _CHANGING if trace[name] is not None} for trace in self.data]
        layout = {path: self.layout[path] for path in _CHANGING_LAYOUT if self.layout[path] is not None}
        # Plotly sends only what differs from what it holds, so each value is taken away first.
        self._assign([dict.fromkeys(values) for values in traces], dict.fromkeys(layout))
        self._assign(traces, layout)

    def set_points(self, points: Mapping[int, Points] | Mapping[Any, Points]) -> None:
        """Give traces their points, within ``batch_update``: they are sent with everything else that changes in it.

        Parameters
        ----------
        points
            Arrays or lists under the names of a trace's properties, by the position of the trace. They are not copied,
            and must not be written to afterwards.
        """
        for place, fresh in points.items():
            self.data[place].update(fresh)

    def _assign(self, traces: list[dict[str, Any]], layout: dict[str, Any]) -> None:
        with self.batch_update():
            for trace, values in zip(self.data, traces, strict=True):
                for name, value in values.items():
                    trace[name] = value
            for path, value in layout.items():
                self.layout[path] = value

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class ReplayFigure(PlainFigure):
    """A FigureWidget that a page gets whole, however late it is loaded or how often it is reloaded.

    Plotly opens the connection to the page with an empty figure, sends the rest after it, and later edits as messages.
    A page that is slow to load 5 MB of JavaScript, or is reloaded, misses what came before. If it is so slow that
    anywidget gives up waiting, it also misses everything that comes after; so our own script loads those 5 MB.
    """

    _esm = widget_script("figure.js")
    # Plotly's own script, as text: figure.js imports it. `str` of what anywidget makes of a path is the file's content.
    _plotly_widget = traitlets.Unicode(str(getattr(go.FigureWidget, "_esm", ""))).tag(sync=True)
    _plotly_version = traitlets.Unicode(plotly.__version__).tag(sync=True)

    _config: dict[str, Any]
    _midplot_points: dict[int, dict[str, Any]] | None = None

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> Any:
        """Return the widget's state; if all of it is asked for, with the current data and layout."""
        if key is None and self._midplot_ready:
            # What plotly synchronises is the figure as it was constructed; later edits travel as messages only.
            set_quietly(self, "_widget_data", deepcopy(self._data))
            set_quietly(self, "_widget_layout", deepcopy(self._layout_obj._props))
        return super().get_state(key, drop_defaults)

    def configure(self, config: Mapping[str, Any]) -> None:
        """Set how plotly.js behaves, such as which buttons the mode bar has."""
        self._config = {**self._config, **config}

    def resend(self) -> None:
        """Send everything that changes once more: what was edited while a page was loading never reached it."""
        for place, trace in enumerate(self._data):
            changing = {name: [trace[name]] for name in _CHANGING if name in trace}
            self._send_restyle_msg(changing, trace_indexes=[place])
        self._send_relayout_msg(deepcopy(self._layout_obj._props))

    def set_points(self, points: Mapping[int, Points] | Mapping[Any, Points]) -> None:
        """Give traces their points, as `PlainFigure.set_points` does, without plotly's validation.

        Plotly would validate and compare each array, which takes three times as long as thinning a stream.
        """
        if self._midplot_points is None:
            self._midplot_points = {}
        for place, fresh in points.items():
            known = self._data[place]
            changed = {name: value for name, value in fresh.items() if not _is_known(value, known.get(name))}
            if changed:
                known.update(changed)
                self._midplot_points.setdefault(place, {}).update(changed)

    def plotly_update(
        self, restyle_data: Any = None, relayout_data: Any = None, trace_indexes: Any = None, **kwargs: Any
    ) -> None:
        """Update as plotly does, and send the waiting points along."""
        super().plotly_update(restyle_data, relayout_data, trace_indexes, **kwargs)
        # Plotly sends nothing when nothing but points has changed.
        if self._midplot_points:
            self._send_update_msg(restyle_data={}, relayout_data={}, trace_indexes=[])

    def _send_update_msg(
        self, restyle_data: Any, relayout_data: Any, trace_indexes: Any = None, source_view_id: Any = None
    ) -> None:
        points, self._midplot_points = self._midplot_points, None
        if points:
            known = self._normalize_trace_indexes(trace_indexes) if restyle_data else []
            restyle_data, trace_indexes = _with_points(restyle_data, known, points)
        super()._send_update_msg(restyle_data, relayout_data, trace_indexes, source_view_id)


def _is_known(value: Any, known: Any) -> bool:
    """Tell whether the page already has a trace's values."""
    if not len(value):
        return known is None or not len(known)
    if isinstance(value, np.ndarray) and isinstance(known, np.ndarray) and value.dtype == known.dtype:
        return np.array_equal(value, known, equal_nan=value.dtype.kind == "f")
    return isinstance(value, list | str) and value == known


def _with_points(
    restyle_data: Mapping[str, list[Any]], trace_indexes: list[int], points: Mapping[int, Points]
) -> tuple[dict[str, list[Any]], list[int]]:
    """Add points to the data of a restyle, whose lists have one value per trace."""
    places = sorted({*trace_indexes, *points})
    names = {*restyle_data, *(name for changed in points.values() for name in changed)}
    data: dict[str, list[Any]] = {name: [_UNDEFINED] * len(places) for name in sorted(names)}
    for name, values in restyle_data.items():
        for place, value in zip(trace_indexes, values, strict=True):
            data[name][places.index(place)] = value
    for place, changed in points.items():
        for name, value in changed.items():
            data[name][places.index(place)] = value
    return data, places
