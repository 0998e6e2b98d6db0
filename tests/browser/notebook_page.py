"""Drives one notebook in a browser as its user would, and asks its kernel what came of it."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from .plot import PlotHandle
from .server import PATIENCE
from .tab import Tab

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_TO_JSON = "__import__('json').dumps({}, default=lambda value: value.tolist())"


@dataclass(frozen=True)
class Cell:
    """A cell as the notebook holds it.

    Attributes
    ----------
    kind
        ``code``, ``markdown`` or ``raw``.
    source
        Its text.
    count
        The number that its last run got; None before.
    """

    kind: str
    source: str
    count: int | None = None


@dataclass(frozen=True)
class CellError:
    """An exception that a cell shows in its output."""

    name: str
    message: str
    traceback: str


@dataclass(frozen=True)
class _Answer:
    """The kernel's answer to a question; None where it gave none."""

    reply: dict[str, Any] | None

    @property
    def ok(self) -> bool:
        return self.reply is not None and self.reply["status"] == "ok"

    @property
    def value(self) -> Any:
        """What the kernel wrote as JSON, which came as the repr of a text."""
        assert self.reply is not None
        return json.loads(ast.literal_eval(self.reply["data"]["text/plain"]))

    @property
    def words(self) -> str:
        """What it said instead of a value; a request dropped after another cell's error has no traceback."""
        if self.reply is None:
            return "the kernel did not answer"
        return _plain(self.reply.get("traceback", [self.reply["status"]]))


class NotebookPage:
    """A notebook with a running kernel.

    Parameters
    ----------
    tab
        Where it is open.
    folder
        Its folder: the kernel's working directory, empty but for the notebook.
    """

    def __init__(self, tab: Tab, folder: Path) -> None:
        self.tab = tab
        self.folder = folder

    @property
    def page(self) -> Page:
        """Playwright's page."""
        return self.tab.page

    # Cells

    def run(self, index: int, *, may_fail: bool = False) -> None:
        """Run a cell and wait until it is done; raise what it raised, unless it may."""
        self.start(index)
        self.wait_done()
        if not may_fail:
            self._raise_error(index)

    def _raise_error(self, index: int) -> None:
        failed = self.errors(index)
        if failed:
            raise AssertionError(f"cell {index} failed:\n{failed[0].traceback}")

    def start(self, index: int) -> None:
        """Run a cell without waiting for it."""
        self.page.evaluate("index => harness.start(index)", index)

    def run_all(self, *, timeout: float) -> None:
        """Run all cells from top to bottom, as the menu does; raise what a cell raised.

        Parameters
        ----------
        timeout
            Seconds after which it is an error.
        """
        self.page.evaluate("harness.startAll()")
        self.wait_done(timeout=timeout)
        for index in range(len(self.cells())):
            self._raise_error(index)

    def wait_done(self, *, timeout: float = PATIENCE) -> None:
        """Wait until what was started last is done, however it ended."""
        self.page.wait_for_function("() => harness.done()", timeout=1000 * timeout)

    def cells(self) -> list[Cell]:
        """Return what its cells are, in order."""
        return [Cell(**each) for each in self.page.evaluate("harness.cells()")]

    @property
    def busy(self) -> bool:
        """Whether the kernel is running a cell."""
        busy: bool = self.page.evaluate("harness.busy()")
        return busy

    def wait_busy(self) -> None:
        """Wait until the kernel is running a cell."""
        self.page.wait_for_function("() => harness.busy()")

    def output(self, index: int) -> Locator:
        """Return the output area of a cell."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index).locator(".jp-Cell-outputArea")

    def output_text(self, index: int) -> str:
        """Return what a reader sees below a cell, as text."""
        text: str = self.page.evaluate("index => harness.outputText(index)", index)
        return text

    def errors(self, index: int) -> list[CellError]:
        """Return the exceptions in the output of a cell."""
        return [_cell_error(each) for each in self.page.evaluate("index => harness.errors(index)", index)]

    def wait_drawn(self, index: int, *, charts: int, timeout: float = PATIENCE) -> None:
        """Wait until all that scripts draw below a cell is to be seen, with so many charts, each with a line.

        Raises
        ------
        AssertionError
            If something is not drawn in time; says what is.
        """
        self.page.evaluate("index => harness.goTo(index)", index)
        condition = (
            "([index, count]) => { const all = harness.drawn(index); const charts = all.flatMap(each => each.charts);"
            " return all.every(each => each.seen) && charts.length === count && charts.every(line => line) }"
        )
        try:
            self.page.wait_for_function(condition, arg=[index, charts], timeout=1000 * timeout)
        except PlaywrightTimeout:
            drawn = self.page.evaluate("index => harness.drawn(index)", index)
            raise AssertionError(f"cell {index}: {charts} charts were to be painted, but there is {drawn}") from None

    # The kernel

    def python(self, expression: str, *, while_busy: bool = False) -> Any:
        """Evaluate an expression in the kernel and return its value, by way of JSON.

        Neither the history nor the notebook's names notice. numpy's numbers and arrays become Python's.

        Parameters
        ----------
        expression
            In the names of the notebook.
        while_busy
            Ask a subshell of the kernel, which answers while a cell is running. Otherwise the answer comes when what
            was sent before is done; yet what a *widget* sends is handled in a thread of its own: use `wait_python`.

        Raises
        ------
        RuntimeError
            With the kernel's traceback, if the expression raised.
        """
        question = [_TO_JSON.format(f"({expression})"), while_busy, PATIENCE]
        answer = _Answer(self.page.evaluate("question => harness.evaluate(question)", question))
        if not answer.ok:
            raise RuntimeError(f"{expression}: {answer.words}")
        return answer.value

    def wait_python(self, expression: str, *, timeout: float = PATIENCE) -> Any:
        """Wait until an expression is true in the kernel, also while a cell is running; return its value.

        An exception counts as not yet true: a name may be yet to come.

        Parameters
        ----------
        expression
            In the names of the notebook.
        timeout
            Seconds after which it is an error.

        Raises
        ------
        AssertionError
            If it was never true; says what it was in the end.
        """
        tested = _TO_JSON.format(f"(lambda value: [bool(value), value])({expression})")
        answer = _Answer(self.page.evaluate("question => harness.until(question)", [tested, timeout, PATIENCE]))
        if not answer.ok:
            raise AssertionError(f"never true: {expression}. In the end: {answer.words}")
        holds, value = answer.value
        if not holds:
            raise AssertionError(f"never true: {expression}. In the end: {value!r}")
        return value

    def interrupt(self) -> None:
        """Interrupt the kernel, as the stop button does."""
        self.page.evaluate("harness.kernel().interrupt()")

    def restart(self) -> None:
        """Restart the kernel and wait until it is idle. What ran before is forgotten."""
        self.page.evaluate("harness.restart()")
        self.wait_ready()

    # The page

    def reload(self, *, timeout: float = PATIENCE) -> None:
        """Save, reload the browser's page and wait until the kernel, which lives on, is connected again."""
        self.command("docmanager:save")
        self.page.reload()
        self.wait_ready(timeout=timeout)

    def wait_ready(self, *, timeout: float = PATIENCE) -> None:
        """Wait until the notebook is shown and its kernel idle."""
        self.page.wait_for_function("() => harness.ready()", timeout=1000 * timeout)

    def command(self, name: str, **arguments: Any) -> None:
        """Run a command of Jupyter's by its name, such as ``application:toggle-left-area``, and wait for its end."""
        self.page.evaluate(
            "([name, args]) => jupyterapp.commands.execute(name, args).then(() => null)", [name, arguments]
        )

    def plot(self, n: int = 0) -> PlotHandle:
        """Return the n-th chart of the page, once it is painted."""
        return self.tab.plot(n)

    def screenshot(self, label: str) -> Path:
        """Keep a picture of the page as ``artefacts/<test>-<label>.png``."""
        return self.tab.screenshot(label)


def _cell_error(output: dict[str, Any]) -> CellError:
    return CellError(output["ename"], output["evalue"], _plain(output["traceback"]))


def _plain(traceback: list[str]) -> str:
    return _COLOURS.sub("", "\n".join(traceback))
