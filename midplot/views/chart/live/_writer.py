"""The one writer of the chart: sends what differs from the scene that was sent last, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from midplot.views.chart._chart_layout import Trace
from midplot.views.chart.live._replay_figure import PlainFigure
from midplot.views.chart.live._scene import Scene, first_look

__all__ = ["Writer"]

# Belongs to the page: what a drag or the wheel changes there, Python is only told of.
_TOUCHED = ("xaxis.range", "xaxis.autorange", "yaxis2.range", "yaxis2.autorange", "dragmode", "selections", "shapes")


class Writer:
    """Sends scenes to the page.

    Parameters
    ----------
    figure
        The widget to write to. What it believes is never asked: a page may show something else.

    Attributes
    ----------
    number
        Number of scenes that were sent. The page gets it with each of them, and returns it with what it reports.
    """

    def __init__(self, figure: PlainFigure) -> None:
        self._figure = figure
        self._traces, self._layout = first_look(len(figure.data) - len(Trace))
        self.number = 0

    def write(self, scene: Scene) -> bool:
        """Send what differs from the scene that was sent last, and return whether anything did."""
        traces = {
            place: changed
            for place, (fresh, sent) in enumerate(zip(scene.traces, self._traces, strict=True))
            if (changed := _changed(fresh, sent))
        }
        layout = _changed(scene.layout, self._layout)
        if not traces and not layout:
            return False
        for place, changed in traces.items():
            self._traces[place].update(changed)
        self._layout.update(layout)
        self._send(traces, layout)
        return True

    def forget_touched(self) -> None:
        """Send with the next scene whatever a person may have changed in the page, such as the visible range."""
        for path in _TOUCHED:
            self._layout.pop(path, None)

    def resend(self) -> None:
        """Send the whole scene: a page has just drawn the chart, and missed what was sent while it was loading."""
        self._send({place: sent for place, sent in enumerate(self._traces) if sent}, self._layout, again=True)

    def _send(self, traces: Mapping[int, Mapping[str, Any]], layout: Mapping[str, Any], *, again: bool = False) -> None:
        self.number += 1
        # Of all properties of a layout, plotly draws nothing anew for this one; and with a new value it forgets which
        # points a person has dragged around, and so dims none.
        numbered = {**layout, "selectionrevision": self.number}
        self._figure.draw({place: dict(values) for place, values in traces.items()}, numbered, again=again)


def _changed(fresh: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    return {path: value for path, value in fresh.items() if path not in sent or not _equal(value, sent[path])}


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        # Object arrays hold texts. Values of another type are sent again: a page treats 1 and 1.0 alike, but not "1".
        return (
            isinstance(one, np.ndarray)
            and isinstance(other, np.ndarray)
            and one.dtype == other.dtype
            and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
        )
    return bool(one == other)
