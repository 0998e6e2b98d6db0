"""Walks by hand: ``python -m tests.browser.walk --acts 500 --seed 7 [--data FOLDER]`` prints what it found."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from playwright.sync_api import sync_playwright

from ..chromium import chromium_arguments, chromium_path, may_sandbox
from ..lab_pages import LabPages
from ..notebook_page import NotebookPage
from ..open_notebook import OpenNotebook
from ..server import JupyterServer
from ..tab import Tabs
from .reruns import measured
from .walk import SAMPLE, Walk, cells, report


@contextmanager
def opened(source: str) -> Iterator[NotebookPage]:
    """Open a notebook of `cells` in a JupyterLab and a browser of its own."""
    with TemporaryDirectory(prefix="walk", ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        server = JupyterServer(Path(folder))
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=chromium_arguments(), chromium_sandbox=may_sandbox()
        )
        try:
            server.wait_until_it_runs()
            notebook = OpenNotebook(server, Tabs(browser, "walk"), LabPages(server))(cells(source))
            for index in (0, 2, 1):  # the view last, so that it is what is in sight
                notebook.run(index)
            notebook.plot()
            yield notebook
            server.shut_down_kernels()
        finally:
            browser.close()
            server.stop()


def main(arguments: list[str] | None = None) -> int:
    """Walk, or run the cell again and again, and print what came of it; return 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.walk", description=__doc__)
    parser.add_argument("--acts", type=int, default=100, help="number of acts")
    parser.add_argument("--seed", type=int, default=0, help="seed for the choice of acts")
    parser.add_argument("--data", type=Path, help="a folder with X_test.parquet, instead of the embedded sample")
    parser.add_argument("--reruns", type=int, help="instead of a walk, run the cell so many times")
    parser.add_argument("--trace", action="store_true", help="print every act as well")
    chosen = parser.parse_args(arguments)
    source = SAMPLE if chosen.data is None else f"load_streams({str(chosen.data.resolve())!r})[1]"
    with opened(source) as notebook:
        if chosen.reruns is not None:
            print(measured(notebook, chosen.reruns))
            return 0
        walk, begun = Walk(notebook, chosen.seed), perf_counter()
        walk.go(chosen.acts)
        if chosen.trace:
            print("\n".join(f"{number}. {words}" for number, words in enumerate(walk.done, start=1)), end="\n\n")
        print(report(walk), flush=True)
        print(f"{perf_counter() - begun:.0f} s")
        return 1 if walk.found else 0


if __name__ == "__main__":
    sys.exit(main())
