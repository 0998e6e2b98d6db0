"""Writes notebooks, and opens each in a tab, a folder and a kernel of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .lab_pages import LabPages
from .notebook_page import NotebookPage
from .server import Interface, JupyterServer, Theme, has_notebook_7
from .tab import Tabs

# On a busy machine anywidget gives up waiting for a widget's script after two seconds, says so, and shows it later.
_SLOW_WIDGET = r"\[anywidget\] Failed to initialize model\.\s+at AbortSignal"
# What Notebook 7.6 raises in every page as it starts, without any extension of ours.
_NOTEBOOK_7_STARTS = [
    r"Cannot read properties of undefined \(reading 'schema'\)\s+at .*/static/notebook/notebook_core",
    r"Command 'filebrowser:open-path' not registered",
]
HARMLESS: dict[Interface, list[str]] = {"lab": [_SLOW_WIDGET], "notebook": [_SLOW_WIDGET, *_NOTEBOOK_7_STARTS]}


@dataclass(frozen=True)
class OpenNotebook:
    """Opens the notebooks of one test.

    Attributes
    ----------
    server
        The running Jupyter.
    open_tab
        Opens the tabs of the test.
    lab_pages
        Lends the pages with JupyterLab.
    """

    server: JupyterServer
    open_tab: Tabs
    lab_pages: LabPages

    def __call__(
        self,
        cells: Sequence[str],
        *,
        width: int = 1400,
        height: int = 1000,
        theme: Theme = "light",
        interface: Interface = "lab",
    ) -> NotebookPage:
        """Write a notebook, open it and wait until its kernel is idle.

        Parameters
        ----------
        cells
            The sources of its code cells. None is run yet.
        width, height
            The size of the page in CSS pixels. JupyterLab takes about 300 of the width for itself.
        theme
            Jupyter's theme, and what the system prefers.
        interface
            JupyterLab, or Notebook 7: ``"notebook"``.
        """
        if interface == "notebook" and not has_notebook_7():
            pytest.fail("notebook: Notebook 7 is not installed. Install it: pip install 'notebook>=7.2'.")
        return self.open(written(cells, self.server.root), width, height, theme, interface)

    def open(
        self,
        path: Path,
        width: int = 1400,
        height: int = 1000,
        theme: Theme = "light",
        interface: Interface = "lab",
    ) -> NotebookPage:
        """Open a notebook that lies below the server's root, and wait until its kernel is idle."""
        self.server.start_kernel(path)
        if interface == "lab":
            tab = self.lab_pages.open(path, self.open_tab, width=width, height=height, theme=theme)
        else:
            self.server.set_theme(theme)
            tab = self.open_tab(width=width, height=height, theme=theme)
            tab.page.goto(self.server.page_url(path, interface))
        tab.allowed_errors += HARMLESS[interface]
        page = NotebookPage(tab, path.parent)
        page.wait_ready()
        return page


def written(cells: Sequence[str], root: Path) -> Path:
    """Write the cells as a notebook in a new folder below the root."""
    folder = root / f"{1 + len(list(root.iterdir()))}"
    folder.mkdir()
    path = folder / "notebook.ipynb"
    path.write_text(json.dumps(_document(cells)))
    return path


def _document(cells: Sequence[str]) -> dict[str, Any]:
    empty: dict[str, Any] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "cells": [empty | {"id": f"cell-{i}", "source": source} for i, source in enumerate(cells)],
    }
