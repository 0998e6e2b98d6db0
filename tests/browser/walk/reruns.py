"""What is left behind when a cell with a view is run again and again: widgets, memory, and the time of a reload."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
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


def reload_seconds(notebook: NotebookPage, times: int = 3) -> float:
    """Return the seconds from a reload of the page until its chart is painted, the median of several."""
    seconds = []
    for _ in range(times):
        begun = perf_counter()
        notebook.reload()
        notebook.plot()
        seconds.append(perf_counter() - begun)
    return median(seconds)


@dataclass(frozen=True)
class Reruns:
    """What there is after one run and after many.

    Attributes
    ----------
    once, often
        What there is after one run, and after all of them.
    reload_once, reload_often
        Seconds of a reload then.
    """

    once: Left
    often: Left
    reload_once: float
    reload_often: float

    def ratios(self) -> dict[str, float]:
        """Return how many times as much there is after all runs, by what it is."""
        names = ("widgets", "comms", "models", "resident", "heap")
        ratios = {name: getattr(self.often, name) / getattr(self.once, name) for name in names}
        return {"reload": self.reload_often / self.reload_once, **ratios}

    def __str__(self) -> str:
        times = ", ".join(f"{name} × {value:.2f}" for name, value in self.ratios().items())
        return f"{self.once}, reload {self.reload_once:.1f} s\n{self.often}, reload {self.reload_often:.1f} s\n{times}"


def measured(notebook: NotebookPage, reruns: int) -> Reruns:
    """Run the cell again and again, and weigh what there is before and after."""
    # After a reload: until then a page also holds what the harness and the notebook themselves keep of earlier outputs.
    first = reload_seconds(notebook)
    once = left(notebook, 1)
    run_again(notebook, reruns)
    last = reload_seconds(notebook)
    return Reruns(once, left(notebook, reruns + 1), first, last)
