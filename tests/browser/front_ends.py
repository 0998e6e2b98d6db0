"""The front ends of Jupyter in which a notebook is opened, as their users do: where each has its page, and how it runs cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pytest

from .open_notebook import HARMLESS, OpenNotebook
from .server import PATIENCE
from .tab import Tab

_CLASSIC_IS_READY = """
() => {
  const { notebook } = window.Jupyter ?? {};
  return Boolean(notebook?._fully_loaded && notebook.kernel?.is_connected() && notebook.kernel.widget_manager);
}
"""
# As it starts, ipywidgets asks the kernel which widgets there are. A view of a cell that is running when the answer comes
# is taken off the page. So an empty question is put behind that one.
_CLASSIC_RUNS = """
new Promise((reply) => Jupyter.notebook.kernel.execute("", { shell: { reply } }, { silent: true }))
  .then(() => void Jupyter.notebook.execute_all_cells())
"""
_CLASSIC_ATTACHES_EARLY = r"Host is not attached\.\s+at .*/nbextensions/jupyter-js-widgets/extension"
_FONTS_OF_VOILA = r"^https://cdn\.jsdelivr\.net/npm/@fortawesome/"


@dataclass(frozen=True)
class FrontEnd:
    """A front end.

    Attributes
    ----------
    name
        What its users call it.
    package
        The package that brings it.
    path
        Where the server shows a notebook in it; what Jupyter calls the notebook takes the place of the braces.
    cells
        Selector of its cells: a key that is not taken from it may delete one.
    is_ready, run
        JavaScript: whether its kernel can run cells, and what runs them all. Empty where the page does so by itself.
    harmless, offsite
        Regular expressions of errors that its page raises, and of addresses that it asks for, without midplot.
    """

    name: str
    package: str
    path: str
    cells: str
    is_ready: str = ""
    run: str = ""
    harmless: list[str] = field(default_factory=list)
    offsite: list[str] = field(default_factory=list)

    def open(self, opened: OpenNotebook, notebook: Path) -> Tab:
        """Open a notebook in a page of its own, on a system that prefers dark, and run its cells."""
        if find_spec(self.package) is None:
            pytest.fail(f"{self.name}: it is not installed. Install it: pip install {self.package}.")
        tab = opened.open_tab(width=1300, height=900, theme="dark")
        tab.allowed_errors += self.harmless
        tab.allowed_offsite += self.offsite
        tab.page.goto(opened.server.url + self.path.format(opened.server.path(notebook)))
        if self.run:
            tab.page.wait_for_function(self.is_ready, timeout=1000 * PATIENCE)
            tab.page.evaluate(self.run)
        return tab


_LAB_IS_READY, _LAB_RUNS = "() => harness.ready()", "harness.startAll()"
_LAB_CELLS = ".jp-Notebook .jp-Cell"

FRONT_ENDS = (
    FrontEnd("JupyterLab", "jupyterlab", "lab/tree/{}?reset", _LAB_CELLS, _LAB_IS_READY, _LAB_RUNS, HARMLESS["lab"]),
    FrontEnd("Notebook 7", "notebook", "notebooks/{}", _LAB_CELLS, _LAB_IS_READY, _LAB_RUNS, HARMLESS["notebook"]),
    FrontEnd(
        "nbclassic",
        "nbclassic",
        "nbclassic/notebooks/{}",
        "#notebook .cell",
        _CLASSIC_IS_READY,
        _CLASSIC_RUNS,
        [*HARMLESS["lab"], _CLASSIC_ATTACHES_EARLY],
    ),
    FrontEnd("Voila", "voila", "voila/render/{}", ".jp-Cell", harmless=HARMLESS["lab"], offsite=[_FONTS_OF_VOILA]),
)
