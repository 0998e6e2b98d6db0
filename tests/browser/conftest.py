"""Fixtures of the browser tests: one server and one browser per process, a new browser context and kernel per test."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from .chromium import chromium_arguments, chromium_path, may_sandbox
from .lab_pages import LabPages
from .open_notebook import OpenNotebook
from .server import PATIENCE, JupyterServer
from .tab import Tabs

HERE = Path(__file__).parent

FAILED = pytest.StashKey[bool]()

LAST_LINES = 40
"""How much of a browser's console is shown for a failed test."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a picture of the pages of a failed test, and show what their consoles said."""
    report = yield
    tabs = getattr(item, "funcargs", {}).get("open_tab")
    if report.failed:
        item.stash[FAILED] = True
    if report.failed and isinstance(tabs, Tabs):
        for tab in tabs.opened:
            report.sections.append(("Browser console", "\n".join([*tab.console[-LAST_LINES:], *tab.page_errors])))
            with suppress(PlaywrightError):  # the page may be closed or have crashed: the failure itself is reported
                report.sections.append(("Screenshot", str(tab.screenshot("failed"))))
    return report


@pytest.fixture(scope="package")
def jupyter_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """Yield a running JupyterLab that shares nothing with the user's own."""
    server = JupyterServer(tmp_path_factory.mktemp("lab"))
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
    tabs = Tabs(chromium, f"{request.path.stem}-{request.node.name}")
    yield tabs
    tabs.close()
    complaints = tabs.complaints()
    if complaints:
        pytest.fail("in the browser:\n" + "\n".join(complaints))


@pytest.fixture(scope="package")
def lab_pages(jupyter_lab: JupyterServer, chromium: Browser) -> Iterator[LabPages]:
    """Yield the pages with JupyterLab that tests take over from each other."""
    pages = LabPages(jupyter_lab)
    yield pages
    pages.close()


@pytest.fixture
def notebook(
    jupyter_lab: JupyterServer, lab_pages: LabPages, open_tab: Tabs, request: pytest.FixtureRequest
) -> Iterator[OpenNotebook]:
    """Yield a function that opens notebooks; afterwards end their kernels."""
    yield OpenNotebook(jupyter_lab, open_tab, lab_pages)
    # Whatever a failed test has left in a page, no other shall meet it.
    lab_pages.take_back(usable=lambda tab: FAILED not in request.node.stash and not tab.complaints())
    jupyter_lab.let_kernels_end()
