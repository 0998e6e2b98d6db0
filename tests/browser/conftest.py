"""The fixtures of the browser tests: one server and one browser for all, a new browser context and kernel for each."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from .chromium import chromium_arguments, chromium_path, may_sandbox
from .open_notebook import OpenNotebook
from .server import PATIENCE, JupyterServer
from .tab import Tabs

HERE = Path(__file__).parent

LAST_LINES = 40
"""How much of a browser's console is shown for a failed test."""


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
            with suppress(PlaywrightError):  # the page may be closed or have crashed: the failure itself is reported
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
    """Yield a running Chromium; fail, not skip, where there is none."""
    path = chromium_path()
    expect.set_options(timeout=1000 * PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=chromium_arguments(),
            chromium_sandbox=may_sandbox(),
            timeout=1000 * PATIENCE,
        )
        yield browser
        browser.close()


@pytest.fixture
def open_tab(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Tabs]:
    """Yield a function that opens empty tabs; afterwards fail if one asked for anything off-site, or raised."""
    tabs = Tabs(chromium, request.node.name)
    yield tabs
    tabs.close()
    complaints = tabs.complaints()
    if complaints:
        pytest.fail("in the browser:\n" + "\n".join(complaints))


@pytest.fixture
def notebook(jupyter_lab: JupyterServer, open_tab: Tabs) -> OpenNotebook:
    """Return a function that opens notebooks."""
    jupyter_lab.shut_down_kernels()
    return OpenNotebook(jupyter_lab, open_tab)
