"""What is left behind when a cell with a view is run again and again: widgets, memory, and the time of a reload."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from ..notebook_page import NotebookPage
from .page import ViewPage

_MEGA = 1e6


@dataclass(frozen=True)
class Left:
    """What there is after some runs.

    Attributes
    ----------
    runs
        Number of runs of the cell.
    widgets, comms
        Widgets and open connections in the kernel.
    models
        Widgets that the page knows.
    resident, heap
        Bytes of the kernel's memory, and of the page's JavaScript.
    """

    runs: int
    widgets: int
    comms: int
    models: int
    resident: int
    heap: int

    def __str__(self) -> str:
        return (
            f"after {self.runs:>2} runs: {self.widgets} widgets and {self.comms} comms in the kernel, {self.models} models in "
            f"the page, kernel {self.resident / _MEGA:.0f} MB, heap {self.heap / _MEGA:.0f} MB"
        )


def left(notebook: NotebookPage, runs: int) -> Left:
    """Count and weigh what there is now."""
    page = ViewPage(notebook)
    page.look()
    page.settled(scene=None, frames=10, seconds=20.0)
    kernel = notebook.python("walk_widgets()")
    models = notebook.page.evaluate("harness.models()")
    return Left(runs, kernel["widgets"], kernel["comms"], models, kernel["resident"], page.heap())


def run_again(notebook: NotebookPage, times: int) -> Left:
    """Run the cell so many times and say what is left."""
    for _ in range(times):
        notebook.run(1)
        notebook.plot()
    return left(notebook, times + 1)


def reload_seconds(notebook: NotebookPage) -> float:
    """Return the seconds from a reload of the page until its chart is painted."""
    begun = perf_counter()
    notebook.reload()
    notebook.plot()
    return perf_counter() - begun


def measured(notebook: NotebookPage, reruns: int) -> str:
    """Return the figures after one run and after many, and their ratio, as text."""
    before, first = left(notebook, 1), reload_seconds(notebook)
    after = run_again(notebook, reruns)
    last = reload_seconds(notebook)
    reloaded = left(notebook, reruns + 1)
    ratio = {name: getattr(after, name) / getattr(before, name) for name in ("widgets", "comms", "resident", "heap")}
    return "\n".join(
        [
            f"{before}, reload {first:.1f} s",
            f"{after}, reload {last:.1f} s",
            f"reloaded after that: {reloaded}",
            f"reload × {last / first:.2f}, " + ", ".join(f"{name} × {value:.2f}" for name, value in ratio.items()),
        ]
    )
