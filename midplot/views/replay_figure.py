"""The FigureWidget of the view: a page gets it whole, and points are sent without being looked at again."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import traitlets

from midplot.views.plotly_loaded import Undefined, go, plotly

__all__ = ["ReplayFigure"]

_CHANGING = ("x", "y", "customdata", "hovertemplate", "text", "line", "marker", "fillcolor")

Points = Mapping[str, Any]


class ReplayFigure(go.FigureWidget):  # type: ignore[misc]
    """A FigureWidget that a page gets whole, however late it is loaded or how often it is reloaded.

    Plotly opens the connection to the page with an empty figure, sends the rest after it, and later edits as messages.
    A page that is slow to load 5 MB of JavaScript, or is loaded anew, misses what came before. If it is so slow that
    anywidget gives up waiting, it misses all that comes after, too: so those 5 MB are loaded by a script of our own.
    """

    _esm = Path(__file__).parent / "static" / "figure.js"
    _plotly_widget = traitlets.Unicode(str(go.FigureWidget._esm)).tag(sync=True)
    _plotly_version = traitlets.Unicode(plotly.__version__).tag(sync=True)

    _midplot_ready = False
    _midplot_points: dict[int, dict[str, Any]] | None = None

    def open(self) -> None:
        """Open the connection to the page, once the figure is complete."""
        if self._midplot_ready:
            super().open()

    def complete(self) -> None:
        """Say that the figure is complete, and open the connection."""
        self._midplot_ready = True
        self.open()

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> Any:
        """Return the widget's state, with the data and layout of now where all of it is asked for."""
        if key is None and self._midplot_ready:
            # What plotly synchronises is the figure at its construction; later edits travel as messages only.
            self._trait_values["_widget_data"] = deepcopy(self._data)
            self._trait_values["_widget_layout"] = deepcopy(self._layout_obj._props)
        return super().get_state(key, drop_defaults)

    def resend(self) -> None:
        """Send all that changes once more: what was edited while a page was loading never reached it."""
        for place, trace in enumerate(self._data):
            changing = {name: [trace[name]] for name in _CHANGING if name in trace}
            self._send_restyle_msg(changing, trace_indexes=[place])
        self._send_relayout_msg(deepcopy(self._layout_obj._props))

    def set_points(self, points: Mapping[int, Points] | Mapping[Any, Points]) -> None:
        """Give traces their points, within ``batch_update``: they travel with what else is changed in it.

        Plotly would look at each array twice, which takes three times as long as to thin a stream.

        Parameters
        ----------
        points
            By the place of the trace: arrays or lists that a trace takes as they are, under the names of its
            properties. They are not copied, and must not be written to any more.
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
        """Perform an update as plotly does, and send what points there are with it."""
        super().plotly_update(restyle_data, relayout_data, trace_indexes, **kwargs)
        if self._midplot_points:
            self._send_update_msg(restyle_data={}, relayout_data={}, trace_indexes=[])

    def _send_update_msg(
        self, restyle_data: Any, relayout_data: Any, trace_indexes: Any = None, source_view_id: Any = None
    ) -> None:
        points, self._midplot_points = self._midplot_points, None
        if points:
            known = self._normalize_trace_indexes(trace_indexes) if restyle_data else []
            restyle_data, trace_indexes = _joined(restyle_data, known, points)
        super()._send_update_msg(restyle_data, relayout_data, trace_indexes, source_view_id)

    def __repr__(self) -> str:
        return "ReplayFigure()"


def _is_known(value: Any, known: Any) -> bool:
    """Tell whether the page has a trace's values already."""
    if not len(value):
        return known is None or not len(known)
    if isinstance(value, np.ndarray) and isinstance(known, np.ndarray) and value.dtype == known.dtype:
        return np.array_equal(value, known, equal_nan=value.dtype.kind == "f")
    return isinstance(value, list | str) and value == known


def _joined(
    restyle_data: Mapping[str, list[Any]], trace_indexes: list[int], points: Mapping[int, Points]
) -> tuple[dict[str, list[Any]], list[int]]:
    """Put points into the data of a restyle, whose lists have a value for each trace."""
    places = sorted({*trace_indexes, *points})
    names = {*restyle_data, *(name for changed in points.values() for name in changed)}
    data: dict[str, list[Any]] = {name: [Undefined] * len(places) for name in sorted(names)}
    for name, values in restyle_data.items():
        for place, value in zip(trace_indexes, values, strict=True):
            data[name][places.index(place)] = value
    for place, changed in points.items():
        for name, value in changed.items():
            data[name][places.index(place)] = value
    return data, places
