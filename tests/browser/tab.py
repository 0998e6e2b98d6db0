"""Opens pages that can reach only this machine, and keeps their requests and their errors."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route, WebSocket
from playwright.sync_api import Error as PlaywrightError

from .plot import PlotHandle
from .server import PATIENCE, Theme

ARTEFACTS = Path(__file__).parent / "artefacts"

_LOCAL = r"(?:https?|wss?)://127\.0\.0\.1[:/]|data:|blob:|about:"
_OFFSITE = re.compile(rf"^(?!{_LOCAL}|file:)")
_IN_PAGE = (Path(__file__).parent / "in_page.js").read_text()


@dataclass
class Tab:
    """One page in a browser context of its own.

    Attributes
    ----------
    page
        Playwright's page: the keyboard, the mouse, and locators for everything the harness has no word for. Give its
        ``wait_for_function`` a function, not an expression, where a content security policy forbids eval.
    test
        The name of the test, which begins the names of its screenshots.
    offsite
        The addresses it asked for that are not on this machine. Every one was refused.
    page_errors
        What its scripts raised and nobody caught.
    console
        The lines of its console.
    allowed_errors
        Regular expressions of the page errors that a test expects.
    allowed_offsite
        Regular expressions of the addresses off this machine that a front end asks for by itself. They are refused too.
    kept
        Whether it outlives the test: somebody else closes it.
    tests
        How many tests have used it.
    """

    page: Page
    test: str
    offsite: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    allowed_errors: list[str] = field(default_factory=list)
    allowed_offsite: list[str] = field(default_factory=list)
    kept: bool = False
    tests: int = 1
    _files: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        context = self.page.context
        context.route(_OFFSITE, _refuse)
        context.on("request", self._note_request)
        self.page.on("websocket", self._note_socket)
        self.page.on("pageerror", self._note_error)
        self.page.on("console", self._note_console)

    def begin(self, test: str) -> None:
        """Forget what it asked for and complained of: from now on it is another test's."""
        self.test, self.kept, self.tests = test, False, self.tests + 1
        for said in (self.offsite, self.page_errors, self.console, self.allowed_errors, self.allowed_offsite):
            said.clear()

    def open_file(self, path: Path, *others: Path) -> None:
        """Open a file of this machine: whatever it asks of the disk but itself and the others counts as off-site."""
        self._files.update(each.resolve().as_uri() for each in (path, *others))
        self.page.goto(path.resolve().as_uri())

    def plot(self, n: int = 0) -> PlotHandle:
        """Return the n-th chart of the page, once it is painted."""
        plot = PlotHandle(self.page, n)
        plot.wait_painted()
        return plot

    def screenshot(self, label: str, *, full_page: bool = False) -> Path:
        """Keep a picture of the page as ``artefacts/<test>-<label>.png``."""
        path = ARTEFACTS / f"{_file_name(self.test)}-{_file_name(label)}.png"
        self.page.screenshot(path=path, full_page=full_page, animations="disabled")
        return path

    def complaints(self) -> list[str]:
        """Say what no test may pass over: requests off this machine, and errors that it does not expect."""
        errors = _unexpected(self.page_errors, self.allowed_errors)
        asked = _unexpected(self.offsite, self.allowed_offsite)
        return [f"asked for {url}" for url in asked] + [f"uncaught: {error}" for error in errors]

    def _note_request(self, request: Request) -> None:
        self._note_address(request.url)

    def _note_socket(self, socket: WebSocket) -> None:
        self._note_address(socket.url)

    def _note_address(self, url: str) -> None:
        if not re.match(_LOCAL, url) and url.partition("#")[0] not in self._files:
            self.offsite.append(url)

    def _note_error(self, error: PlaywrightError) -> None:
        self.page_errors.append(error.stack or str(error))

    def _note_console(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")


class Tabs:
    """Opens the tabs of one test.

    Parameters
    ----------
    browser
        The running Chromium.
    test
        The name of the test.
    """

    def __init__(self, browser: Browser, test: str) -> None:
        self._browser = browser
        self._test = test
        self.opened: list[Tab] = []

    def __call__(self, *, width: int = 1400, height: int = 1000, theme: Theme = "light") -> Tab:
        """Open an empty tab of a size in CSS pixels, with the system's preference for light or dark."""
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, service_workers="block"
        )
        context.set_default_timeout(1000 * PATIENCE)
        context.add_init_script(_IN_PAGE)
        tab = Tab(context.new_page(), self._test)
        self.opened.append(tab)
        return tab

    def adopt(self, tab: Tab) -> None:
        """Take over a tab that an earlier test has left open."""
        tab.begin(self._test)
        self.opened.append(tab)

    def complaints(self) -> list[str]:
        """Say what no test may pass over, in all tabs."""
        return [complaint for tab in self.opened for complaint in tab.complaints()]

    def close(self) -> None:
        """Close the tabs and forget what they stored, but for those that are kept."""
        for tab in self.opened:
            if not tab.kept:
                tab.page.context.close()


def _unexpected(said: list[str], allowed: list[str]) -> list[str]:
    return [each for each in said if not any(re.search(pattern, each) for pattern in allowed)]


def _refuse(route: Route) -> None:
    route.abort("blockedbyclient")


def _file_name(words: str) -> str:
    return re.sub(r"[^\w.]+", "-", words).strip("-")
