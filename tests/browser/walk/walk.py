"""The walk: one act after the other, and after each what is not as it should be."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from playwright.sync_api import Error as PlaywrightError

from ..notebook_page import NotebookPage
from . import breaches
from .acts import Deed, drawn
from .disk import Labels, labels_in
from .journal import Journal
from .page import ViewPage

_IN_KERNEL = (Path(__file__).parent / "in_kernel.py").read_text()

SAMPLE: Final = "load_streams()[1][5:]"
"""The last streams of the embedded sample, which jump at their gaps, start with a tiny part and stand still."""

STILL_FRAMES: Final = 4
"""Frames without a change after which a picture is looked at."""

STILL_FOR_SURE: Final = 30
"""Frames without a change after which what is wrong is wrong for good, half a second at 60 frames a second."""

PATIENCE: Final = 20.0
"""Seconds that a picture may take to settle: generous, for a busy machine; longer is a breach."""

MOST_ROUNDS: Final = 10
"""How often the kernel may have news for a page that had settled, before the page is called restless."""

_TROUBLE = re.compile(r"Traceback|Error|Exception|Warning", re.IGNORECASE)

# What JupyterLab itself says in every page, whatever is in it.
_NOT_OURS = re.compile(
    r"Failed to load resource|favicon|WebSocket|ServiceWorker|was preloaded|\[anywidget\] Failed to initialize model"
)


def cells(source: str) -> list[str]:
    """Return the cells of a notebook to walk in, given an expression of the streams to replay."""
    setup = "from midplot import replay\nfrom midplot.examples import MomentumAttacker\nfrom midplot.streams import load_streams"
    return [
        f"{setup}\nstreams = {source}",
        "result = replay(streams, infer=MomentumAttacker, with_visualization=True, with_accounting_visualizer=True)",
        _IN_KERNEL,  # last, since it is long, and what is walked in should be in sight of a page that is loaded
    ]


@dataclass(frozen=True)
class Breach:
    """Something that was not as it should be.

    Attributes
    ----------
    number, act
        After which act, counted from 1.
    kind
        What kind of thing it was.
    what
        What differed.
    before
        Whether it was so before the act as well.
    """

    number: int
    act: str
    kind: str
    what: str
    before: bool

    def __str__(self) -> str:
        return f"act {self.number}, {self.act}: {self.kind}{' (still)' * self.before}: {self.what}"


class Walk:
    """A random walk through the view of a notebook made of `cells`, whose cells have been run.

    Parameters
    ----------
    notebook
        The notebook.
    seed
        Seed for the choice of acts and of their places.

    Attributes
    ----------
    found
        All breaches so far.
    done
        The words of all acts so far.
    """

    def __init__(self, notebook: NotebookPage, seed: int) -> None:
        self.notebook = notebook
        self.page = ViewPage(notebook)
        self.chance = Random(seed)
        self.found: list[Breach] = []
        self.done: list[str] = []
        self._journal = Journal()
        self._known: set[str] = set()
        self._said: list[tuple[str, str]] = []
        self._console = 0
        self.page.look()
        self._settle(STILL_FRAMES)
        self._cells = [cell.source for cell in notebook.cells()]

    def go(self, acts: int) -> list[Breach]:
        """Do so many acts, and return what was found."""
        for _ in range(acts):
            self.step()
        return self.found

    def step(self) -> None:
        """Do one act and look at what came of it."""
        state, before = self._state(), self._labels()
        picture = self.page.picture()
        if picture is None or state is None:
            self._revive()
            return
        self._said = []
        deed = self._deed(picture)
        self.done.append(deed.words)
        seen = self._seen(STILL_FRAMES)
        if seen is not None and {kind for kind, _ in self._wrong(seen, deed)} - self._known:
            # What is only late is not wrong yet.
            seen = self._seen(STILL_FOR_SURE)
        found = [("view", "there is no chart")] if seen is None else self._wrong(seen, deed)
        found += [("disk", each) for each in self._journal.judge(deed, state, before, self._labels())]
        self._note(deed, found + self._said + self._heard())

    def _deed(self, picture: dict[str, Any]) -> Deed:
        """Do the next act that can be done now."""
        while True:
            act = drawn(self.chance)
            try:
                deed = act(self.page, self.chance, picture)
            except PlaywrightError as error:
                return Deed(
                    f"{getattr(act, '__name__', 'act')}, which could not be done ({str(error).splitlines()[0]})"
                )
            if deed is not None:
                return deed

    # Looking

    def _settle(self, frames: int) -> None:
        """Wait until the page shows what the kernel holds, and neither has news for the other."""
        obstacle, state = "", None
        for _ in range(MOST_ROUNDS):
            scene = state["scene"] if state else None
            obstacle = self.page.settled(scene=scene, frames=frames, seconds=PATIENCE)
            fresh = self._state()
            if obstacle or fresh == state:
                break
            state = fresh
        else:
            obstacle = "the kernel goes on changing what is shown"
        if obstacle:
            self._said.append(("settled", f"not settled: {obstacle}"))

    def _seen(self, frames: int) -> breaches.Seen | None:
        self._settle(frames)
        picture, state = self.page.picture(), self._state()
        if picture is None or state is None:
            return None
        low, high = picture["x"]["range"]
        prices = self.notebook.python(f"walk_prices({low!r}, {high!r}, {state['last']!r})")
        selected = self.notebook.python("walk_selected_prices()")
        return breaches.Seen(picture, state, prices, selected, self._labels())

    def _wrong(self, seen: breaches.Seen, deed: Deed) -> list[tuple[str, str]]:
        found = [(kind, what) for kind, check in breaches.PICTURE.items() for what in check(seen)]
        if deed.on_chart:
            found += [("keys", what) for what in breaches.keys(seen.picture)]
        if seen.picture["cells"] != self._cells:
            found.append(
                ("cells", f"the notebook has {len(seen.picture['cells'])} cells, not these {len(self._cells)}")
            )
        return found

    def _heard(self) -> list[tuple[str, str]]:
        """Return what page and kernel complained of since the last act."""
        console, self._console = self.notebook.tab.console[self._console :], len(self.notebook.tab.console)
        said = [line for line in console if line.startswith("error:") and not _NOT_OURS.search(line)]
        said += self.notebook.tab.page_errors
        self.notebook.tab.page_errors.clear()
        kernel = [each for each in self.page.page.evaluate("walk.heard()") if _TROUBLE.search(each)]
        return [("page error", _short(each)) for each in said if not _NOT_OURS.search(each)] + [
            ("kernel error", _short(each)) for each in kernel
        ]

    def _state(self) -> dict[str, Any] | None:
        try:
            state: dict[str, Any] = self.notebook.python("walk_state()")
        except RuntimeError as error:
            self._said.append(("kernel error", _short(str(error))))
            return None
        return state

    def _labels(self) -> Labels:
        return labels_in(self.notebook.folder / "scenarios")

    # Noting

    def _note(self, deed: Deed, found: list[tuple[str, str]]) -> None:
        number = len(self.done)
        kinds = {kind for kind, _ in found}
        # Said twice by two parts of the page, it is one breach.
        self.found += [
            Breach(number, deed.words, kind, what, kind in self._known) for kind, what in dict.fromkeys(found)
        ]
        self._known = kinds
        if "cells" in kinds:
            # Told once: what follows is compared with what there is now.
            self._cells = [cell.source for cell in self.notebook.cells()]

    def _revive(self) -> None:
        """Bring back a view that is gone by running its cell again, as a person would."""
        self.notebook.run(1)
        self.notebook.plot()
        self._journal = Journal()
        self.done.append("cell run again, since the view was gone")
        self._said = []
        self._settle(STILL_FRAMES)
        self._note(Deed(self.done[-1]), [("view", "it was gone"), *self._said])


def report(walk: Walk) -> str:
    """Return the breaches of a walk, one a line, and their number by kind."""
    fresh = [each for each in walk.found if not each.before]
    by_kind = Counter(each.kind for each in walk.found)
    new = Counter(each.kind for each in fresh)
    total = f"{len(walk.done)} acts, {len(walk.found)} breaches, {len(fresh)} of them new with their act"
    return "\n".join(
        [*map(str, fresh), "", total, *(f"  {kind}: {n}, {new[kind]} new" for kind, n in by_kind.most_common())]
    )


def _short(words: str) -> str:
    lines = [line for line in words.strip().splitlines() if line.strip()]
    return lines[0][:200] if len(lines) == 1 else f"{lines[0][:120]} … {lines[-1][:200]}"
