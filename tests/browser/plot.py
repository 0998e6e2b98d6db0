"""Touches and reads one Plotly chart, in data coordinates."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page

Point = tuple[float, float]


class PlotHandle:
    """A chart in a page.

    It is looked up anew for every question, so that it outlives a redraw, a second run of the cell and a reload.

    Parameters
    ----------
    page
        The page with the chart.
    n
        Which of its charts, counted from 0 in the order of the document.
    """

    def __init__(self, page: Page, n: int) -> None:
        self.page = page
        self.n = n

    @property
    def element(self) -> Locator:
        """The chart's element."""
        return self.page.locator(".js-plotly-plot").nth(self.n)

    # Painting

    @property
    def paints(self) -> int:
        """How often it was drawn since the harness first looked at it; 0 before there is anything to see."""
        count: int = self.page.evaluate("n => harness.paints(n)", self.n)
        return count

    def wait_painted(self, *, after: int = 0) -> int:
        """Wait until it is on the screen, drawn more often than ``after`` times; return how often that is."""
        self.page.wait_for_function("([n, after]) => harness.paints(n) > after", arg=[self.n, after])
        self.page.evaluate("harness.nextFrame()")
        return self.paints

    def wait_points(self, name: str, count: int) -> list[Point]:
        """Wait until a trace has so many points; return them."""
        return self.wait_trace(name, f"x.length === {count}")

    def wait_trace(self, name: str, condition: str) -> list[Point]:
        """Wait until the points of a trace are as wanted; return them.

        Parameters
        ----------
        name
            The name of the one trace.
        condition
            In JavaScript, of the arrays ``x`` and ``y``: ``"x.at(-1) === 5999"``.
        """
        self.page.wait_for_function(
            f"question => {{ const [{{x, y}} = {{x: [], y: []}}] = harness.points(question); return {condition} }}",
            arg=[self.n, name],
        )
        return self.trace_points(name)

    def wait_x_range(self, wanted: Callable[[float, float], bool], xaxis: str = "x") -> Point:
        """Wait, paint by paint, until the first and last x in sight are as wanted; return them."""
        paints = self.paints
        while not wanted(*self.x_range(xaxis)):
            paints = self.wait_painted(after=paints)
        return self.x_range(xaxis)

    # Reading

    def names(self) -> list[str]:
        """Return the names of its traces, in order."""
        names: list[str] = self.page.evaluate("n => harness.names(n)", self.n)
        return names

    def trace_points(self, name: str) -> list[Point]:
        """Return the points drawn by the one trace of a name; gaps are NaN."""
        found: list[dict[str, Any]] = self.page.evaluate("a => harness.points(a)", [self.n, name])
        if len(found) != 1:
            raise LookupError(f"trace {name!r}: {len(found)} of that name. Choose from {', '.join(self.names())}.")
        return [(_number(x), _number(y)) for x, y in zip(found[0]["x"], found[0]["y"], strict=True)]

    def x_range(self, xaxis: str = "x") -> Point:
        """Return the first and the last x in sight."""
        return self._range(xaxis)

    def y_range(self, yaxis: str = "y") -> Point:
        """Return the lowest and the highest y in sight."""
        return self._range(yaxis)

    def _range(self, axis: str) -> Point:
        low, high = self.page.evaluate("a => harness.range(a)", [self.n, axis])
        return low, high

    # Touching

    def data_to_page(self, x: float, y: float | None = None, *, xaxis: str = "x", yaxis: str = "y") -> Point:
        """Return where a point lies in the window, in CSS pixels, after scrolling the chart into sight.

        Parameters
        ----------
        x, y
            The point in the units of its axes; without y, half-way up the panel.
        xaxis, yaxis
            The short names of its axes: ``y2`` and the like.
        """
        self.element.scroll_into_view_if_needed()
        across, down = self.page.evaluate("a => harness.toPage(a)", [self.n, x, y, xaxis, yaxis])
        return across, down

    def click_x(self, x: float, y: float | None = None, *, yaxis: str = "y") -> None:
        """Click at x, once it can no longer be taken for the second half of a double click."""
        at = self.data_to_page(x, y, yaxis=yaxis)
        self.page.wait_for_function("n => harness.calm(n)", arg=self.n)
        self.page.mouse.move(*at)
        self.page.mouse.click(*at)

    def double_click(self) -> None:
        """Double-click in the middle: Plotly then shows all again."""
        low, high = self.x_range()
        at = self.data_to_page((low + high) / 2)
        self.page.wait_for_function("n => harness.calm(n)", arg=self.n)
        self.page.mouse.dblclick(*at)

    def drag_x(self, x0: float, x1: float, *, yaxis: str = "y") -> None:
        """Drag from x0 to x1, half-way up the panel."""
        start, end = self.data_to_page(x0, yaxis=yaxis), self.data_to_page(x1, yaxis=yaxis)
        self.page.wait_for_function("n => harness.calm(n)", arg=self.n)
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=8)
        self.page.mouse.up()


def _number(value: float | None) -> float:
    return math.nan if value is None else value
