"""The fixtures of the browser tests: one server and one browser for all, a new browser context and kernel for each."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from .chromium import chromium_arguments, chromium_path
from .notebook_page import NotebookPage
from .server import PATIENCE, Interface, JupyterServer, Theme, has_notebook_7
from .tab import Tabs

HERE = Path(__file__).parent

LAST_LINES = 40
"""How much of a browser's console is shown for a failed test."""

# On a busy machine anywidget gives up waiting for a widget's script after two seconds, says so, and shows it later.
SLOW_WIDGET = r"\[anywidget\] Failed to initialize model\.\s+at AbortSignal"
# What Notebook 7.6 raises in every page as it starts, without any extension of ours.
NOTEBOOK_7_STARTS = [
    r"Cannot read properties of undefined \(reading 'schema'\)\s+at .*/static/notebook/notebook_core",
    r"Command 'filebrowser:open-path' not registered",
]
ALLOWED_ERRORS = {"lab": [SLOW_WIDGET], "notebook": [SLOW_WIDGET, *NOTEBOOK_7_STARTS]}
"""What Jupyter and anywidget raise in a page without any harm."""


class OpenNotebook(Protocol):
    """Writes a notebook, opens it and waits until its kernel is idle."""

    def __call__(
        self,
        cells: Sequence[str],
        *,
        width: int = 1400,
        height: int = 1000,
        theme: Theme = "light",
        interface: Interface = "lab",
    ) -> NotebookPage:
        """Return the open notebook."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and keep them in one process: they share a server."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            if config.pluginmanager.hasplugin("xdist"):
                item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a picture of the pages of a failed test, and show what their consoles said."""
    report = yield
    tabs = getattr(item, "funcargs", {}).get("open_tab")
    if report.failed and isinstance(tabs, Tabs):
        for tab in tabs.opened:
            report.sections.append(("Browser console", "\n".join([*tab.console[-LAST_LINES:], *tab.page_errors])))
            with suppress(PlaywrightError):  # of a page that crashed or was closed: the failure itself is reported
                report.sections.append(("Screenshot", str(tab.screenshot("failed"))))
    return report


@pytest.fixture(scope="package")
def jupyter_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """Yield a running JupyterLab that shares nothing with the user's own."""
    server = JupyterServer(tmp_path_factory.mktemp("jupyter"))
    try:
        server.wait_until_it_runs()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Yield a running Chromium."""
    path = chromium_path()
    if path is None:
        pytest.fail(
            "chromium: none is installed. Install one (on Debian and Ubuntu: apt install chromium), "
            "or name one: MIDPLOT_CHROMIUM=/path/to/chromium."
        )
    expect.set_options(timeout=1000 * PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=chromium_arguments(), chromium_sandbox=None, timeout=1000 * PATIENCE
        )
        yield browser
        browser.close()


@pytest.fixture
def open_tab(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Tabs]:
    """Yield a function that opens empty tabs; afterwards fail if one reached off this machine or raised."""
    tabs = Tabs(chromium, request.node.name)
    yield tabs
    tabs.close()
    complaints = tabs.complaints()
    if complaints:
        pytest.fail("the browser\n" + "\n".join(complaints))


@pytest.fixture
def notebook(jupyter_lab: JupyterServer, open_tab: Tabs, tmp_path_factory: pytest.TempPathFactory) -> OpenNotebook:
    """Return a function that opens notebooks, each in a folder and with a kernel of its own."""
    jupyter_lab.shut_down_kernels()

    def open_notebook(
        cells: Sequence[str],
        *,
        width: int = 1400,
        height: int = 1000,
        theme: Theme = "light",
        interface: Interface = "lab",
    ) -> NotebookPage:
        if interface == "notebook" and not has_notebook_7():
            pytest.fail("notebook: not installed. Install it: pip install 'notebook>=7.2'.")
        jupyter_lab.set_theme(theme)
        path = _written(cells, jupyter_lab.root)
        jupyter_lab.start_kernel(path)
        tab = open_tab(width=width, height=height, theme=theme)
        tab.allowed_errors += ALLOWED_ERRORS[interface]
        tab.page.goto(jupyter_lab.page_url(path, interface))
        page = NotebookPage(tab, path.parent)
        page.wait_ready()
        return page

    return open_notebook


def _written(cells: Sequence[str], root: Path) -> Path:
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
