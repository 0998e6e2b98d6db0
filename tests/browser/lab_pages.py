"""Keeps pages with JupyterLab open between tests: loading one takes seconds, opening a notebook in it a moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .server import JupyterServer, Theme
from .tab import Tab, Tabs

_MOST_TESTS = 8
"""After which a page is given up: it never lets go of the plotly.js that each chart brings along."""


class LabPages:
    """Lends out pages with JupyterLab, each in the state in which a new one would be.

    Parameters
    ----------
    server
        The running Jupyter.
    """

    def __init__(self, server: JupyterServer) -> None:
        self._server = server
        self._free: list[Tab] = []
        self._lent: list[Tab] = []

    def open(self, notebook: Path, tabs: Tabs, *, width: int, height: int, theme: Theme) -> Tab:
        """Open a notebook in a page that is free, or in a new one."""
        if not self._free:
            return self._loaded(notebook, tabs, width=width, height=height, theme=theme)
        tab = self._free.pop()
        tabs.adopt(tab)
        self._lent.append(tab)
        tab.page.set_viewport_size({"width": width, "height": height})
        tab.page.emulate_media(color_scheme=theme)
        tab.page.evaluate("theme => harness.setTheme(theme)", theme)
        tab.page.evaluate("path => harness.open(path)", self._server.path(notebook))
        return tab

    def _loaded(self, notebook: Path, tabs: Tabs, *, width: int, height: int, theme: Theme) -> Tab:
        self._server.set_theme(theme)
        tab = tabs(width=width, height=height, theme=theme)
        self._lent.append(tab)
        tab.page.goto(self._server.page_url(notebook, "lab"))
        return tab

    def take_back(self, *, usable: Callable[[Tab], bool]) -> None:
        """Tidy the pages lent out and keep them for others, unless they cannot be used any more."""
        for tab in self._lent:
            if tab.tests < _MOST_TESTS and usable(tab):
                tab.page.mouse.move(0, 0)
                tab.page.evaluate("harness.closeAll()")
                tab.kept = True
                self._free.append(tab)
        self._lent.clear()

    def close(self) -> None:
        """Close the pages that are free."""
        for tab in self._free:
            tab.page.context.close()
