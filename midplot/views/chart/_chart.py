"""The live chart: one FigureWidget whose traces are created once and redrawn as the replay goes on.

Everything it draws is thinned to what a screen can show and refined when a person zooms. Indices are always those of
the original stream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

import numpy as np

from midplot.game import LABELS
from midplot.money._account import StreamAccount
from midplot.views.chart._chart_layout import CONFIG, Trace, chart_layout, chart_template, empty_traces, trace_styles
from midplot.views.chart._drawing import LIVE, Drawing
from midplot.views.chart._figure import latency_axis
from midplot.views.chart._palette import DARK, LIGHT, Palette
from midplot.views.chart._plotly_loaded import plotly
from midplot.views.chart._probe_panels import MOST_PANELS, add_probe_panels, probe_style, probe_traces
from midplot.views.chart._replay_figure import PlainFigure, ReplayFigure, plotly_is_known
from midplot.views.chart._windows import opening_window, part_windows

__all__ = ["Chart", "Range"]

Range = tuple[int, int]
"""Original indices, both inclusive."""

DRAG_MODES = ("zoom", "select", "pan")

# Pixels. There is no title, and the view also has to fit its header and its controls on a screen.
_TOP, _HEIGHT = 40, 500

# Scrolling over the chart must scroll the notebook.
_LIVE_CONFIG = {**CONFIG, "scrollZoom": False}


class Chart:
    """The chart of a view, which shows one stream at a time.

    Parameters
    ----------
    horizon
        Ticks from a decision to its resolution.
    probes
        Names of the probed values; the first four have a panel.

    Attributes
    ----------
    figure
        The widget. Traces 0 and 1 are 'Realized' and 'Selected'.
    loss
        What works less well than it should, for the status line; usually empty.
    page_tells
        Whether the page reports the visible range; plotly's own report of it is stale after a double click.
    lock
        Held around every change of the figure: callbacks come from several threads.
    """

    def __init__(self, horizon: int, probes: Sequence[str] = ()) -> None:
        self.horizon = horizon
        self.lock = RLock()
        self._probes = probes[:MOST_PANELS]
        self._band = _band(None, LIGHT)
        layout = chart_layout(LIGHT)
        # The view's header takes the place of a title.
        layout.update(title_text="", margin_t=_TOP, height=_HEIGHT, autosize=True, shapes=[self._band])
        add_probe_panels(layout, self._probes)
        known = plotly_is_known()
        self.loss = "" if known else f"plotly {plotly.__version__} is unknown to midplot, so the chart is slower"
        figure = ReplayFigure if known else PlainFigure
        self.figure = figure(data=[*empty_traces(LIGHT), *probe_traces(self._probes)], layout=layout)
        # Selected points lie on top of everything else.
        self.figure.data[Trace.SELECTED].zorder = 10
        self.figure.configure(_LIVE_CONFIG)
        self.dark = False
        self.page_tells = False
        self._drawing: Drawing | None = None
        self._visible: tuple[float, float] | None = None
        self._selected: Range | None = None
        self._blind_after: int | None = None
        self._revealed: int | None = None
        self._scenarios: Sequence[tuple[int, int, str]] = ()
        self.figure.layout.on_change(self._on_range, "xaxis.range", "xaxis.autorange")

    def complete(self) -> None:
        """Make the chart ready for display."""
        self.figure.complete()

    def resend(self) -> None:
        """Update a page that has just drawn the chart."""
        with self.lock:
            # To send its range again, a plain figure changes it twice. A change of range usually means that a person
            # has zoomed; here it must not.
            page_tells, self.page_tells = self.page_tells, True
            try:
                self.figure.resend()
            finally:
                self.page_tells = page_tells

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Hold the lock and send all changes of the figure at once."""
        with self.lock, self.figure.batch_update():
            yield

    # What is drawn

    def show(self, account: StreamAccount, *, keep_range: bool = True) -> None:
        """Draw a stream as far as it has been replayed.

        Parameters
        ----------
        account
            Account of the stream.
        keep_range
            Whether to keep the visible range. Otherwise the whole stream is shown, or one part of it.
        """
        with self.batch():
            self._drawing = Drawing(account, LIVE)
            if not keep_range:
                self._look_at_first(account)
            self.figure.layout.yaxis4.update(latency_axis(self._drawing))
            self._draw()

    def select(self, selected: Range | None) -> None:
        """Mark the points of a window."""
        with self.batch():
            self._selected = selected
            self._draw_selected()

    def scenarios(self, scenarios: Sequence[tuple[int, int, str]]) -> None:
        """Draw saved scenarios, each given as first index, last index and label, as brackets."""
        if list(scenarios) != list(self._scenarios):
            with self.batch():
                self._scenarios = scenarios
                self._draw_scenarios()

    def hide_after(self, blind_after: int | None, revealed: int | None) -> None:
        """Hide everything after an index.

        Parameters
        ----------
        blind_after
            Last index to show while labelling without hindsight, which hides all decisions as well; None to turn
            that off.
        revealed
            Last index to show while the replay is played back; None for all.
        """
        with self.lock:
            if (blind_after, revealed) == (self._blind_after, self._revealed):
                return
            self._blind_after, self._revealed = blind_after, revealed
            with self.figure.batch_update():
                self._draw()

    # How it looks and behaves

    def set_dark(self, dark: bool) -> None:
        """Use the colours for a dark background, or for a light one."""
        palette = DARK if dark else LIGHT
        with self.batch():
            self.dark = dark
            self.figure.layout.template = chart_template(palette)
            for trace, style in trace_styles(palette).items():
                self.figure.data[trace].update(style)
            for trace in self.figure.data[len(Trace) :]:
                trace.update(probe_style(palette))
            self._draw_selected()

    def set_drag(self, mode: str) -> None:
        """Let a drag zoom, select or pan."""
        with self.batch():
            self.figure.layout.dragmode = mode
            self.figure.layout.selectdirection = "h"

    def clear_outline(self) -> None:
        """Remove the outline that plotly leaves of a dragged selection."""
        with self.batch():
            self.figure.layout.selections = []
            for trace in self.figure.data:
                trace.selectedpoints = None

    def make_visible(self, first: int, last: int) -> None:
        """Show a window with some room around it, unless it is already visible and large enough to see."""
        with self.lock:
            if self._drawing is None:
                return
            low, high = self._visible or self._drawing.extent()
            width = last - first + 1
            # A fortieth of the chart is about 25 pixels: narrower, and its points run into each other.
            if low <= first and last <= high and width * 40 >= high - low:
                return
            # Enough to see what led to the window and how its decisions turned out.
            room = max(4 * width, 8 * self.horizon)
            begin, end = self._drawing.extent()
            self.look_at(max(begin, first - room), min(end, last + room))

    def look_at(self, low: float, high: float) -> None:
        """Set the visible range."""
        with self.batch():
            self._visible = (low, high)
            self.figure.layout.xaxis.update({"range": (low, high), "autorange": False})
            self._fit_prices()
            self._draw()

    def extent(self) -> Range:
        """Return the first and last original index of the stream that is shown; 0 and 0 if there is none."""
        return (0, 0) if self._drawing is None else self._drawing.extent()

    def nearest_index(self, x: float) -> int | None:
        """Return the original index nearest to a position on the x-axis, or None if nothing is drawn."""
        drawing = self._drawing
        return None if drawing is None else drawing.nearest_index(x, self._last_shown())

    def on_drawn_click(self, act: Callable[[float], None]) -> None:
        """Call a function with the x of plotly's own click events, for pages where our own listener cannot work."""

        def clicked(_: Any, points: Any, __: Any) -> None:
            if points.xs:
                act(float(points.xs[0]))

        for trace in (Trace.REALIZED, Trace.WARM_UP):
            self.figure.data[trace].on_click(clicked)

    # Drawing

    def _look_at_first(self, account: StreamAccount) -> None:
        """Show all of a stream, or one part of it if their prices are too far apart to be readable together."""
        opening = opening_window(part_windows(account))
        self._visible = None if opening is None else (opening.x_range[0], opening.x_range[1])
        if opening is None:
            self.figure.layout.xaxis.autorange = True
        else:
            self.figure.layout.xaxis.update({"range": opening.x_range, "autorange": False})
        self._fit_prices()

    def see(self, low: float | None, high: float | None) -> None:
        """Draw the range to which a person has zoomed in more detail; without edges that is the whole stream."""
        with self.lock:
            fresh = None if low is None or high is None else (low, high)
            if fresh == self._visible or self._drawing is None:
                return
            self._visible = fresh
            with self.figure.batch_update():
                # Plotly's Python side has to know as well, so that a page that is reloaded shows the same.
                self.figure.layout.xaxis.update({"autorange": fresh is None, **({"range": fresh} if fresh else {})})
                self._fit_prices()
                self._draw()

    def _on_range(self, _: Any, shown: Any, autorange: Any) -> None:
        """Use the visible range that plotly reports, if the page does not report it itself."""
        if not self.page_tells:
            self.see(*((None, None) if autorange or not shown else map(float, shown)))

    def _fit_prices(self) -> None:
        """Fit the price axis to the visible range."""
        axis = self.figure.layout.yaxis2
        span = None if self._visible is None or self._drawing is None else self._drawing.price_span(*self._visible)
        if span is None:
            axis.autorange = True
        else:
            axis.range = span

    def _last_shown(self) -> int | None:
        limits = [each for each in (self._blind_after, self._revealed) if each is not None]
        return min(limits) if limits else None

    def _draw(self) -> None:
        drawing = self._drawing
        if drawing is None:
            return
        shown: dict[str, Any] = {"last": self._last_shown(), "decisions": self._blind_after is None}
        probed = drawing.probe_points(self._probes, self._visible, **shown)
        self.figure.set_points(drawing.points(self._visible, **shown))
        self.figure.set_points(dict(enumerate(probed, len(Trace))))
        self._draw_selected()
        self._draw_scenarios()

    def _draw_selected(self) -> None:
        drawing = self._drawing
        band = _band(self._selected, DARK if self.dark else LIGHT)
        if band != self._band:
            self._band = band
            self.figure.layout.shapes = [band]
        points = {"x": np.empty(0), "y": np.empty(0)}
        if drawing is not None and self._selected is not None:
            points = drawing.window(*self._selected)
        self.figure.set_points({Trace.SELECTED: points})

    def _draw_scenarios(self) -> None:
        self.figure.set_points({Trace.SCENARIOS: brackets(self._scenarios)})


def _band(selected: Range | None, palette: Palette) -> dict[str, Any]:
    """Return the shape behind the selected window. There is always one, hidden or not, so that none is ever added."""
    first, last = selected if selected is not None else (0, 0)
    return {
        "type": "rect",
        "visible": selected is not None,
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


def brackets(scenarios: Sequence[tuple[int, int, str]]) -> dict[str, Any]:
    """Return the points of one trace that draws a bracket per scenario, with the sign of its label in the middle."""
    signs: dict[str, str] = {each.name: each.sign for each in LABELS}
    x: list[float] = []
    y: list[float] = []
    text: list[str] = []
    for first, last, label in scenarios:
        # Heights are fractions of the panel: at its top, where there is seldom a price. NaN lifts the pen.
        x += [first, first, (first + last) / 2, last, last, last]
        y += [0.94, 0.97, 0.97, 0.97, 0.94, float("nan")]
        text += ["", "", signs[label], "", "", ""]
    return {"x": np.array(x, dtype=np.float64), "y": np.array(y, dtype=np.float64), "text": text}
