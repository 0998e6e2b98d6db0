"""The live chart: a FigureWidget whose traces are made once, and the one writer that sends scenes to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from midplot.views.chart._chart_layout import CONFIG, Trace, chart_layout, empty_traces
from midplot.views.chart._palette import LIGHT
from midplot.views.chart._plotly_loaded import plotly
from midplot.views.chart._probe_panels import add_probe_panels, probe_traces
from midplot.views.chart.live._replay_figure import PlainFigure, ReplayFigure, plotly_is_known
from midplot.views.chart.live._scene import Scene
from midplot.views.chart.live._writer import Writer

__all__ = ["Chart"]

# Pixels. There is no title, and the view also has to fit its header and its controls on a screen: above the panels is room
# for the name of the first one, and below them for a line of indices and one of the legend.
_TOP, _BOTTOM, _HEIGHT, _PROBE_HEIGHT = 22, 51, 426, 70

# Scrolling over the chart must scroll the notebook. A double click and the parts' buttons do what plotly's own buttons
# and its own double click would do, and are acts that Python hears of.
_LIVE_CONFIG = {
    **CONFIG,
    "scrollZoom": False,
    "doubleClick": False,
    "modeBarButtons": [["toImage"]],
}


class Chart:
    """The chart of a view.

    Parameters
    ----------
    probes
        Names of the probed values that have a panel.

    Attributes
    ----------
    figure
        The widget. Traces 0 and 1 are 'Realized' and 'Selected'.
    loss
        What works less well than it should, for the status line; usually empty.
    """

    def __init__(self, probes: Sequence[str] = ()) -> None:
        layout = chart_layout(LIGHT)
        # The view's header takes the place of a title.
        layout.update(
            title_text="",
            margin_t=_TOP,
            margin_b=_BOTTOM,
            # Plotly would make room for the indices once more, above that for the legend, and fails to draw the axis where
            # the panel that it belongs to is hidden when a page is loaded.
            xaxis_automargin=False,
            height=_HEIGHT,
            autosize=True,
            shapes=[{"type": "rect", "visible": False}, {"type": "line", "visible": False}],
        )
        # At the edge of the chart: placed by the panels, it would stay where they ended before the legend was shown.
        layout.legend.update(yref="container", y=0, yanchor="bottom")
        add_probe_panels(layout, probes)
        # Slimmer panels than in a static figure: the buttons below must not be pushed off the screen.
        layout.height = _HEIGHT + _PROBE_HEIGHT * len(probes)
        known = plotly_is_known()
        self.loss = "" if known else f"plotly {plotly.__version__} is unknown to midplot, so the chart is slower"
        figure = ReplayFigure if known else PlainFigure
        self.figure: PlainFigure = figure(data=[*empty_traces(LIGHT), *probe_traces(probes)], layout=layout)
        self.figure.configure(_LIVE_CONFIG)
        self._writer = Writer(self.figure)

    @property
    def number(self) -> int:
        """Number of scenes that were sent."""
        return self._writer.number

    def complete(self) -> None:
        """Make the chart ready for display."""
        self.figure.complete()

    def draw(self, scene: Scene) -> None:
        """Send what differs from the scene that was sent last."""
        self._writer.write(scene)

    def resend(self) -> None:
        """Send the whole scene to a page that has just drawn the chart."""
        self._writer.resend()

    def forget_touched(self) -> None:
        """Send with the next scene whatever a person may have changed in the page, such as the visible range."""
        self._writer.forget_touched()

    def on_drawn_click(self, act: Callable[[float], None]) -> None:
        """Call a function with the x of plotly's own click events, for pages where our own listener cannot work."""

        def clicked(_: Any, points: Any, __: Any) -> None:
            if points.xs:
                act(float(points.xs[0]))

        for trace in (Trace.REALIZED, Trace.WARM_UP):
            self.figure.data[trace].on_click(clicked)
