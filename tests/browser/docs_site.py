"""Builds the site of the documentation, serves it, and reads its pages."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parents[2]
SOURCES = ("docs", "notebooks", "CHANGELOG.md")
LOADING = {
    "link": "href",
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
}
NOT_LOADED = {"index", "search", "next", "prev", "author", "help", "copyright"}


@dataclass(frozen=True)
class Site:
    """What came of a build.

    Attributes
    ----------
    folder
        Where the pages are.
    code
        The exit code: not 0 where there were warnings.
    said
        What the build said.
    """

    folder: Path
    code: int
    said: str

    @property
    def pages(self) -> list[str]:
        """The addresses of the pages, from the folder."""
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.html"))


def built_site(home: Path) -> Site:
    """Build the site into an empty folder, from a copy of its sources: a build writes beside them."""
    ignored = shutil.ignore_patterns("_build", ".ipynb_checkpoints")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, home / name, ignore=ignored)
        else:
            shutil.copyfile(source, home / name)
    for schema in (ROOT / "midplot").rglob("*.schema.json"):  # a page shows them
        copy = home / schema.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(schema, copy)
    flags = ["-W", "--keep-going", "-n", "-q", "-E", "-b", "html", "-d", str(home / "doctrees")]
    command = [sys.executable, "-m", "sphinx", *flags, str(home / "docs"), str(home / "html")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return Site(home / "html", ended.returncode, ended.stdout + ended.stderr)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine only; yield its address."""
    handler = partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class PageReader(HTMLParser):
    """Collects what a page loads, what it links to, and the words of its blocks of code.

    Attributes
    ----------
    loads, links
        Addresses, as they stand in the page.
    code
        The text of each ``pre``.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.code: list[str] = []
        self._in_code = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an address, or the start of a block."""
        found = dict(attrs)
        is_loaded = tag in LOADING and not set((found.get("rel") or "").split()) & NOT_LOADED
        if is_loaded and found.get(LOADING[tag]):
            self.loads.append(found[LOADING[tag]] or "")
        if tag == "a" and found.get("href"):
            self.links.append(found["href"] or "")
        if tag == "pre":
            self._in_code = True
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a block."""
        if tag == "pre":
            self._in_code = False

    def handle_data(self, data: str) -> None:
        """Keep the words of a block."""
        if self._in_code:
            self.code[-1] += data
