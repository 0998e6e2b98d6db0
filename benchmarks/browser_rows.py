"""How long a person waits for a chart of a million points, in a real JupyterLab."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from .subject import Subject
from .table import Row

if TYPE_CHECKING:
    from tests.browser.notebook_page import NotebookPage
    from tests.browser.plot import PlotHandle

__all__ = ["browser_rows"]

N_TICKS = 1_000_000

SETUP = f"""
from midplot import replay
import numpy as np
def infer(stream):
    yield
    for message in stream:
        yield 0.0
prices = 1000 + np.round(np.cumsum(np.random.default_rng(0).normal(size={N_TICKS})) * 4) / 16
result = replay([prices], infer=infer)
"""
VIEW = "result.open_view(chart=True, accounts=False).box"

LOW, HIGH = 500_000, 520_000
"""What is zoomed in to first."""

TIMES = 3


def browser_rows(subject: Subject) -> list[Row]:
    """Open views of a million points, zoom in, click, label and zoom out."""
    seconds: dict[str, list[float]] = {key: [] for key in _WHAT}
    try:
        with notebook([SETUP, *[VIEW] * (1 + TIMES)]) as page:
            page.page.evaluate(_LISTEN)
            page.run(0)
            _time_views(page, seconds)
            _time_acts(page.plot(TIMES), seconds)
    except pytest.fail.Exception as missing:  # what the browser tests say where there is no Chromium
        return [Row(_WHAT["painted"][0], None, note=str(missing))]
    return [Row(what, median(seconds[key]), target, "s", note) for key, (what, target, note) in _WHAT.items()]


_WHAT: dict[str, tuple[str, float | None, str]] = {
    "painted": (
        f"{N_TICKS:,} points: cell run → painted",
        2.0,
        "On the clock, in JupyterLab in headless Chromium on the same cores; the first figure of the page, which loads "
        "plotly, does not count.",
    ),
    "seen": (
        f"{N_TICKS:,} points: click → window seen",
        0.05,
        "From the release of the button to the frame that shows it. The page draws it before Python has answered.",
    ),
    "clicked": (
        f"{N_TICKS:,} points: click → selection drawn",
        0.15,
        "Until the points that Python has selected are in the figure.",
    ),
    "pressed": (f"{N_TICKS:,} points: key → bracket seen", 0.05, "From the key to the frame that shows it."),
    "saved": (
        f"{N_TICKS:,} points: key → label in the figure",
        0.3,
        "Until the scenario is on disk and its bracket is in the figure.",
    ),
    "zoomed": (
        f"{N_TICKS:,} points: zoom → refined",
        0.3,
        f"To {HIGH - LOW:,} points, from the release of the mouse until the new points are in the figure.",
    ),
    "out": (f"{N_TICKS:,} points: zoom out → refined", None, "With a double click."),
}

# Before any view listens, for a view keeps the keys that it answers to itself.
_LISTEN = """for (const event of ["pointerup", "keydown"]) {
  addEventListener(event, ({ timeStamp }) => {
    const heard = window.heard?.[event];
    if (heard) window.heard = null;
    heard?.(timeStamp);
  }, true);
}"""


@contextmanager
def notebook(cells: list[str]) -> Iterator[NotebookPage]:
    """Open a notebook in a JupyterLab and a browser of its own."""
    # Here, for pytest looks for doctests in this module, and calls the browser tests by another name.
    from playwright.sync_api import sync_playwright

    from tests.browser.chromium import chromium_arguments, chromium_path, may_sandbox
    from tests.browser.lab_pages import LabPages
    from tests.browser.open_notebook import OpenNotebook
    from tests.browser.server import JupyterServer
    from tests.browser.tab import Tabs

    chromium = chromium_path()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = JupyterServer(Path(folder))
        try:
            server.wait_until_it_runs()
            browser = playwright.chromium.launch(
                executable_path=chromium, args=chromium_arguments(), chromium_sandbox=may_sandbox()
            )
            tabs = Tabs(browser, "benchmark")
            yield OpenNotebook(server, tabs, LabPages(server))(cells)
            tabs.close()
            browser.close()
        finally:
            server.stop()


def _time_views(page: NotebookPage, seconds: dict[str, list[float]]) -> None:
    for place in range(1 + TIMES):
        begun = perf_counter()
        page.start(1 + place)
        page.plot(place).wait_x_range(lambda _, high: high > 0.99 * N_TICKS)
        if place:
            seconds["painted"].append(perf_counter() - begun)
        page.wait_done()


def _time_acts(plot: PlotHandle, seconds: dict[str, list[float]]) -> None:
    """Zoom in, click and zoom out, several times."""
    for turn in range(TIMES):
        release = _dragged(plot, LOW, HIGH)
        seconds["zoomed"].append(
            _until(plot, release, "Realized", f"x.filter(x => x > {LOW} && x < {HIGH}).length > 1000")
        )
        middle = (LOW + HIGH) // 2 + 1_000 * turn
        _until(
            plot,
            _dragged(plot, middle - 150, middle + 150),
            "Realized",
            f"x.includes({middle}) && x.includes({middle + 1})",
        )
        _time_label(plot, middle, seconds)
        seconds["out"].append(_until(plot, _double_click(plot), "Realized", f"x.at(-1) === {N_TICKS - 1}"))
        plot.wait_x_range(lambda _, high: high > 0.99 * N_TICKS)


def _time_label(plot: PlotHandle, index: int, seconds: dict[str, list[float]]) -> None:
    """Click at an index and press a label's key; note when a person sees something, and when Python has answered."""
    selected = f"x.at(-1) === {index}"
    seen = _seen(plot, "pointerup", "window", "Selected", selected)
    seconds["clicked"].append(_until(plot, _click(plot, index), "Selected", selected))
    seconds["seen"].append(seen())
    # The end of a bracket lies within a tick of the last point selected.
    labelled = f"x.some(at => at !== null && Math.abs(at - {index}) <= 1)"
    seen = _seen(plot, "keydown", "bracket", "Scenarios", labelled)
    seconds["saved"].append(_until(plot, lambda: plot.page.keyboard.press("u"), "Scenarios", labelled))
    seconds["pressed"].append(seen())


def _seen(plot: PlotHandle, event: str, box: str, trace: str, condition: str) -> Callable[[], float]:
    """Have the page time its next event until what it draws itself, or what Python draws, is on the screen.

    The page does so, since the way of a click to the browser takes as long as what is measured.
    """
    plot.page.evaluate(
        f"""([question, event]) => {{
          const there = () => {{
            const [{{x}} = {{x: []}}] = harness.points(question);
            return document.querySelector(".midplot-overlay-{box}:not([hidden])") || ({condition});
          }};
          window.seen = new Promise((done) => {{
            window.heard = {{ [event]: (begun) => {{
              const look = () => requestAnimationFrame(() =>
                there() ? setTimeout(() => done((performance.now() - begun) / 1000)) : look());
              look();
            }} }};
          }});
        }}""",
        [[plot.n, trace], event],
    )
    return lambda: float(plot.page.evaluate("window.seen"))


def _dragged(plot: PlotHandle, first: float, last: float) -> Callable[[], None]:
    """Drag without releasing the mouse; return the release."""
    start, end = plot.data_to_page(first), plot.data_to_page(last)
    _wait_calm(plot)
    mouse = plot.page.mouse
    mouse.move(*start)
    mouse.down()
    mouse.move(*end, steps=8)
    return mouse.up


def _click(plot: PlotHandle, index: float) -> Callable[[], None]:
    """Move to a place, and return the click on it."""
    at = plot.data_to_page(index)
    _wait_calm(plot)
    plot.page.mouse.move(*at)
    return lambda: plot.page.mouse.click(*at)


def _double_click(plot: PlotHandle) -> Callable[[], None]:
    """Move to the middle, and return the double click that zooms out."""
    at = plot.data_to_page(sum(plot.x_range()) / 2)
    _wait_calm(plot)
    plot.page.mouse.move(*at)
    return lambda: plot.page.mouse.dblclick(*at)


def _wait_calm(plot: PlotHandle) -> None:
    """Wait until the next click cannot count as the second half of a double click."""
    plot.page.wait_for_function("n => harness.calm(n)", arg=plot.n)


def _until(plot: PlotHandle, act: Callable[[], None], trace: str, condition: str) -> float:
    """Act, and return the seconds until the points of a trace are as wanted and the next frame is drawn."""
    begun = perf_counter()
    act()
    plot.page.wait_for_function(
        f"question => {{ const [{{x}} = {{x: []}}] = harness.points(question); return {condition} }}",
        arg=[plot.n, trace],
    )
    plot.page.evaluate("harness.nextFrame()")
    return perf_counter() - begun
