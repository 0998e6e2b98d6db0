"""The FigureWidget of the view: it is written to by messages, and what plotly's page tells of itself is not taken over.

What midplot uses of plotly that is private to plotly is in this file. The names are looked up once, before the first
figure is made; where a release lacks one, `PlainFigure` does the same through plotly's public interface.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from typing import Any, Final
from weakref import ref

import traitlets

from midplot.views._later_cells import at_a_later_cell
from midplot.views._static_files import widget_script
from midplot.views._widgets_inside import set_quietly
from midplot.views.chart._plotly_loaded import basedatatypes, go, plotly

__all__ = ["PlainFigure", "ReplayFigure", "plotly_is_known"]

_PRIVATE_OF_WIDGETS = (
    "_config",
    "_esm",
    "_handler_js2py_layoutDelta",
    "_handler_js2py_pointsCallback",
    "_handler_js2py_relayout",
    "_handler_js2py_restyle",
    "_handler_js2py_traceDeltas",
    "_handler_js2py_update",
    "_js2py_relayout",
    "_send_update_msg",
    "_widget_data",
    "_widget_layout",
)
_PRIVATE_OF_FIGURES = ("_data", "_layout_obj")

SLOWEST_PAGE: Final = 5.0
"""Seconds in which a page has read the script that came with a figure. A slower one asks for it."""

# What plotly puts in a message for "this trace keeps its value". Only `ReplayFigure` needs it.
_UNDEFINED = getattr(basedatatypes, "Undefined", None)

Traces = Mapping[int, Mapping[str, Any]]
"""For each trace, by position, the values of its properties, by path, such as ``"line.color"``."""

Ranged = Callable[[float | None, float | None], object]
"""Is called with the visible range to which a person has zoomed, or with None for the whole stream."""


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


@cache
def _plotly_script() -> str:
    """Return plotly's own script for a page. `str` of what anywidget makes of its path is the content of the file."""
    return str(getattr(go.FigureWidget, "_esm", ""))


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

    def draw(self, traces: Traces, layout: Mapping[str, Any], *, again: bool = False) -> None:
        """Give traces and layout some values, in the page as well.

        Parameters
        ----------
        traces, layout
            The values. They are not copied, and must not be written to afterwards.
        again
            Whether they are sent although the figure has them: a page that was loading has missed them.
        """
        if again:
            # Plotly sends only what differs from what it holds, so each value is taken away first.
            self._assign({place: dict.fromkeys(values) for place, values in traces.items()}, dict.fromkeys(layout))
        self._assign(traces, layout)

    def _assign(self, traces: Traces, layout: Mapping[str, Any]) -> None:
        with self.batch_update():
            for place, values in traces.items():
                for path, value in values.items():
                    self.data[place][path] = value
            for path, value in layout.items():
                self.layout[path] = value

    def on_range(self, told: Ranged) -> None:
        """Call a function when a person has zoomed, for pages that cannot tell midplot themselves."""

        def changed(_: Any, shown: Any, autorange: Any) -> None:
            told(*((None, None) if autorange or not shown else map(float, shown)))

        self.layout.on_change(changed, "xaxis.range", "xaxis.autorange")

    def send_script(self) -> None:
        """Send plotly's script to a page that asks for it. Here it is part of the widget, and no page asks."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class ReplayFigure(PlainFigure):
    """A FigureWidget that a page gets whole, however late it is loaded or how often it is reloaded.

    Plotly opens the connection to the page with an empty figure, sends the rest after it, and later edits as messages.
    A page that is slow to load 5 MB of JavaScript, or is reloaded, misses what came before. If it is so slow that
    anywidget gives up waiting, it also misses everything that comes after; so our own script loads those 5 MB.
    """

    _esm = widget_script("figure.js")
    _plotly_version = traitlets.Unicode(plotly.__version__).tag(sync=True)
    _plotly_script = traitlets.Unicode("").tag(sync=True)

    _config: dict[str, Any]
    _midplot_told: Ranged | None = None
    # Whether a page of this process may have plotly's script already.
    _midplot_is_sent = False

    def complete(self) -> None:
        """Mark the figure as complete, and open the connection."""
        # The first figure of a process brings the script along, since a kernel that runs a cell may not hear a page that
        # asks for it. All figures of a page share it, and later ones do not bring it again.
        if not ReplayFigure._midplot_is_sent:
            ReplayFigure._midplot_is_sent = True
            set_quietly(self, "_plotly_script", _plotly_script())
            figure = ref(self)

            def forget() -> None:
                own = figure()
                if own is not None:
                    own.forget_script()

            at_a_later_cell(forget, after=SLOWEST_PAGE)
        self.on_msg(_answer)
        super().complete()

    def forget_script(self) -> None:
        """Take plotly's script out of the state: whoever executes a notebook without a page saves all of that, 5 MB."""
        if self._plotly_script:
            self._plotly_script = ""

    def send_script(self) -> None:
        """Send plotly's script to a page that asks for it, such as one that was reloaded."""
        self.send({"midplot": "plotly"}, [_plotly_script().encode()])

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

    def draw(self, traces: Traces, layout: Mapping[str, Any], *, again: bool = False) -> None:  # noqa: ARG002
        """Give traces and layout some values, as `PlainFigure.draw` does, in one message that plotly does not validate.

        Plotly would validate and compare each array, which takes three times as long as thinning a stream.
        """
        # Whoever reads the figure, or loads the page anew, gets the same.
        for place, values in traces.items():
            for path, value in values.items():
                _put(self._data[place], path, value)
        for path, value in layout.items():
            _put(self._layout_obj._props, path, value)
        places = sorted(traces)
        paths = sorted({path for values in traces.values() for path in values})
        data = {path: [traces[place].get(path, _UNDEFINED) for place in places] for path in paths}
        self._send_update_msg(restyle_data=data, relayout_data=dict(layout), trace_indexes=places)

    def on_range(self, told: Ranged) -> None:
        """Call a function when a person has zoomed, for pages that cannot tell midplot themselves."""
        self._midplot_told = told

    # What plotly's page tells: each handler replaces the one of plotly, which would change the figure and send again.

    @traitlets.observe("_js2py_traceDeltas")  # type: ignore[untyped-decorator]
    def _handler_js2py_traceDeltas(self, _: Any) -> None:  # noqa: N802 -- the name is plotly\'s
        """Ignore what plotly.js adds to traces by default."""
        set_quietly(self, "_js2py_traceDeltas", None)

    @traitlets.observe("_js2py_layoutDelta")  # type: ignore[untyped-decorator]
    def _handler_js2py_layoutDelta(self, _: Any) -> None:  # noqa: N802 -- the name is plotly\'s
        """Ignore what plotly.js adds to the layout by default."""
        set_quietly(self, "_js2py_layoutDelta", None)

    @traitlets.observe("_js2py_update")  # type: ignore[untyped-decorator]
    def _handler_js2py_update(self, _: Any) -> None:
        """Ignore an update made in the page: nothing there makes one."""
        set_quietly(self, "_js2py_update", None)

    @traitlets.observe("_js2py_restyle")  # type: ignore[untyped-decorator]
    def _handler_js2py_restyle(self, change: Any) -> None:
        """Remember which traces a person has hidden in the legend, for a page that is reloaded."""
        message = change["new"] or {}
        set_quietly(self, "_js2py_restyle", None)
        places = message.get("style_traces") or []
        for place, visible in zip(places, (message.get("style_data") or {}).get("visible", []), strict=False):
            if isinstance(place, int) and 0 <= place < len(self._data):
                _put(self._data[place], "visible", visible)

    @traitlets.observe("_js2py_relayout")  # type: ignore[untyped-decorator]
    def _handler_js2py_relayout(self, change: Any) -> None:
        """Pass on the range to which a person has zoomed."""
        zoomed = (change["new"] or {}).get("relayout_data") or {}
        set_quietly(self, "_js2py_relayout", None)
        if self._midplot_told is None:
            return
        if zoomed.get("xaxis.autorange"):
            self._midplot_told(None, None)
        low, high = (zoomed.get(f"xaxis.range[{place}]") for place in (0, 1))
        if low is not None and high is not None:
            self._midplot_told(float(low), float(high))


def _answer(figure: ReplayFigure, content: Any, _: Any) -> None:
    """Answer a page that asks for plotly's script where no view can pass the question on."""
    if isinstance(content, dict) and content.get("act") == "script":
        figure.send_script()


def _put(values: dict[str, Any], path: str, value: Any) -> None:
    """Set a property by its path; None takes it away."""
    *above, name = path.split(".")
    for each in above:
        # One of a list, such as ``annotations[1]``, is there already: no scene adds one.
        each, _, place = each.partition("[")
        values = values[each][int(place[:-1])] if place else values.setdefault(each, {})
    if value is None:
        values.pop(name, None)
    else:
        values[name] = value
