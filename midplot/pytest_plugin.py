"""Runs scenario files as tests under pytest: one test per scenario, which fails with five lines of text.

The files of snapshots are tests too, one per stream: `midplot.testing._snapshot_tests` has those.

It is loaded by the module ``midplot_pytest`` if an attacker is given, and by nothing else.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from pydantic_core import from_json

from midplot._text import printable
from midplot.checks._checker import check_scenarios
from midplot.checks._verdict import Check
from midplot.errors import MidplotError, ScenarioError, legible
from midplot.evidence.runs._provenance import name_and_file
from midplot.evidence.snapshots._file import is_snapshot, load_snapshot
from midplot.game import DOWN, NOTHING, UP
from midplot.play._attack_file import attacker_of
from midplot.play._attacker import InferParameters, as_infer, bind
from midplot.play._raised import own_frames
from midplot.scenarios._scenario import LABELS, Scenario
from midplot.scenarios.store import read_scenarios
from midplot.scenarios.store._files import read_file
from midplot.streams._stream import FloatArray
from midplot.testing._test_names import LONGEST_NAME, readable_name, unique

if TYPE_CHECKING:
    from midplot.testing._snapshot_tests import SnapshotFile

__all__ = ["ScenarioFile", "ScenarioItem", "ScenarioTests"]

# Enough to see a pattern, and still one line of a failure.
MOST_RUNS = 4
"""The number of runs of equal decisions that a failure lists."""

# Looked for in the bytes: a folder of tests may hold large JSON files of another kind, which need not be parsed.
MARKS: Final = (b"midplot.scenario", b"midplot.movie", b"midplot.snapshot", b"original_start_index")
"""At least one of these is in the file of every scenario, movie and snapshot, including those of the first version."""

EXPECTED: Final = {
    LABELS[decision]: f"{LABELS[decision]}: {demand}"
    for decision, demand in (
        (UP, "at least one decision up, and none down"),
        (DOWN, "at least one decision down, and none up"),
        (NOTHING, "no decision up or down"),
    )
}


class ScenarioTests:
    """The hooks that are active while an attacker is under test.

    Parameters
    ----------
    attacker
        ``FILE.py``, or ``FILE.py:name``.
    """

    def __init__(self, attacker: str) -> None:
        self._attacker = attacker
        self._shown = _from_here(attacker)
        self._infer: Any = None
        self._name = ""
        self._others: list[str] = []
        self._in_use = ExitStack()
        self._among_scenarios: dict[Path, bool] = {}

    def pytest_report_header(self) -> str:
        """Say in the header of the run which attacker is under test."""
        return f"midplot: attacker {self._shown}"

    def pytest_sessionstart(self) -> None:
        """Load the attacker before anything is collected, so that a wrong one is reported at once, and only once."""
        try:
            self._infer = as_infer(self._in_use.enter_context(attacker_of(self._attacker)))
            self._name, _ = name_and_file(bind(self._infer, InferParameters()))  # also to see whether it can be called
        except MidplotError as error:
            raise pytest.UsageError(f"--midplot-attacker: {error}") from error
        except Exception as error:
            raised = legible("".join(traceback.format_exception_only(error)).rstrip())
            raise pytest.UsageError(f"--midplot-attacker {self._shown}: it cannot be run.\n{raised}") from error

    def pytest_unconfigure(self) -> None:
        """Restore Python's search path, which loading the attacker has changed."""
        self._in_use.close()

    def pytest_report_collectionfinish(self) -> list[str]:
        """Name the snapshots that are no tests of this attacker, so that nobody takes them for passed."""
        return [f"midplot: {each}" for each in self._others]

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> ScenarioFile | SnapshotFile | None:
        """Collect the files that hold scenarios, and the snapshots of the attacker."""
        if file_path.suffix.lower() != ".json" or file_path.name.startswith("."):
            return None
        if is_snapshot(file_path):
            return self._snapshot_file(file_path, parent)
        # A file that was named on the command line is meant to hold scenarios, whatever is in it.
        if not parent.session.isinitpath(file_path) and not self._is_ours(file_path):
            return None
        return ScenarioFile.from_parent(parent, path=file_path, infer=self._infer, attacker=self._shown)

    def _snapshot_file(self, path: Path, parent: pytest.Collector) -> SnapshotFile | None:
        """Return the tests of a snapshot; None if it is of another attacker and was not named on the command line."""
        from midplot.testing._snapshot_tests import SnapshotFile

        shown = _from_here(path)
        if not parent.session.isinitpath(path):
            try:
                owner = load_snapshot(path).attacker
            except ScenarioError:
                owner = None  # it says what is wrong when it is collected
            if owner is not None and not owner.is_that(self._attacker, self._name):
                self._others.append(f"{shown} is a snapshot of {printable(owner.title)}, and was not run")
                return None
        again = shlex.join(["midplot", "snapshot", self._shown, "--into", shown, "--update"])
        return SnapshotFile.from_parent(parent, path=path, infer=self._infer, again=again, shown=shown)

    def _is_ours(self, path: Path) -> bool:
        """Return whether a JSON file holds scenarios, or did so before it was damaged.

        A file that is damaged beyond recognition, such as an empty one, counts if there are scenarios in its folder: a
        label must not be lost silently. Any other JSON file is none of our business.
        """
        content = _content(path)
        if not _is_marked(content) and not self._lies_among_scenarios(path.parent):
            return False
        try:
            return _is_scenario_like(from_json(content))
        except ValueError:
            return True  # damaged JSON with the mark of a scenario, or next to scenarios

    def _lies_among_scenarios(self, folder: Path) -> bool:
        if folder not in self._among_scenarios:
            files = (path for path in folder.iterdir() if path.suffix.lower() == ".json")
            self._among_scenarios[folder] = any(_is_marked(_content(path)) for path in files)
        return self._among_scenarios[folder]


class ScenarioFile(pytest.File):
    """A file with one scenario, or with a movie."""

    def __init__(self, *, infer: Any, attacker: str, **given: Any) -> None:
        super().__init__(**given)
        self._infer = infer
        self._attacker = attacker

    def collect(self) -> Iterator[ScenarioItem]:
        """Yield one test per scenario.

        Raises
        ------
        pytest.Collector.CollectError
            If the file, or a scenario in it, cannot be used.
        """
        try:
            reading = read_scenarios(self.path)
        except ScenarioError as error:
            raise self.CollectError(str(error)) from error
        if reading.bad:
            raise self.CollectError("\n".join(map(str, [*reading.bad, *reading.duplicates])))
        for twice in reading.duplicates:
            self.warn(pytest.PytestCollectionWarning(str(twice)))
        names = unique(map(readable, reading.scenarios))
        for name, scenario in zip(names, reading.scenarios, strict=True):
            yield ScenarioItem.from_parent(
                self, name=name, scenario=scenario, infer=self._infer, attacker=self._attacker
            )


class ScenarioItem(pytest.Item):
    """One scenario as a test of the attacker."""

    def __init__(self, *, scenario: Scenario, infer: Any, attacker: str, **given: Any) -> None:
        super().__init__(**given)
        self._scenario = scenario
        self._infer = infer
        self._attacker = attacker
        self.extra_keyword_matches.update(scenario.tags)  # so that `pytest -k TAG` selects by tag

    def runtest(self) -> None:
        """Check the scenario."""
        (check,) = check_scenarios([self._scenario], self._infer)
        if check.error is not None and not isinstance(check.error, MidplotError):
            own_frames(check.error)
            self.add_report_section("call", "traceback", legible("".join(traceback.format_exception(check.error))))
        if not check.succeeded:
            rerun = shell_line(["midplot", "check", self._attacker, _from_here(self.path), "--html", "check.html"])
            pytest.fail(failure_text(check, rerun), pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the file of the test and its name."""
        return self.path, None, self.name


def failure_text(check: Check, rerun: str) -> str:
    """Say in five lines what was expected, what was decided, and why that is a failure.

    Parameters
    ----------
    check
        The failed check.
    rerun
        The command that shows the failure as a picture.
    """
    selection = check.selection
    note = f" ({printable(check.scenario.note, LONGEST_NAME)})" if check.scenario.note else ""
    lines = [
        printable(check.why, 1000),
        f"  scenario   {readable(check.scenario)}: {_ticks(selection.n_ticks)}, after {len(selection.before)} of warm-up",
        f"  expected   {EXPECTED[check.label]}{note}",
        f"  decisions  {decided(check.decisions[len(selection.before) :], selection.first)}",
        f"  to see it  {rerun}",
    ]
    return "\n".join(lines)


def decided(decisions: FloatArray, first: int) -> str:
    """Describe the decisions in a window, one run of equal decisions after the other.

    Parameters
    ----------
    decisions
        The decisions in the window, shape ``(n,)``.
    first
        The original index of the first one.

    Examples
    --------
    >>> decided(np.array([0.0, 1.0, 2.0, 0.0, -1.0]), 100)
    'UP at 101-102, DOWN at 104'
    >>> decided(np.zeros(5), 100)
    'none'
    """
    places = groupby(enumerate(np.sign(decisions).tolist(), first), key=lambda place: place[1])
    runs = [(sign, [index for index, _ in run]) for sign, run in places if sign]
    listed = [f"{LABELS[sign]} at {_span(indices)}" for sign, indices in runs[:MOST_RUNS]]
    more = sum(len(indices) for _, indices in runs[MOST_RUNS:])
    return ", ".join(listed) + (f" and {more} more" if more else "") or "none"


def _span(indices: list[int]) -> str:
    return f"{indices[0]}" if len(indices) == 1 else f"{indices[0]}-{indices[-1]}"


def _ticks(n: int) -> str:
    return f"{n} tick{'s' * (n != 1)}"


def readable(scenario: Scenario) -> str:
    """Return a scenario's title as the name of a test."""
    return readable_name(scenario.title)


def _content(path: Path) -> bytes:
    try:
        return read_file(path)[0]
    except (OSError, ScenarioError):
        return b""  # like a damaged file: if there are scenarios next to it, it is reported when it is collected


def _is_marked(content: bytes) -> bool:
    return any(mark in content for mark in MARKS)


def _is_scenario_like(document: Any) -> bool:
    """Return whether a document is a scenario or movie, right or wrong; a schema, say, only mentions them."""
    if not isinstance(document, dict):
        return False
    if "format" in document:
        return str(document["format"]).startswith("midplot.")
    return isinstance(document.get("selection"), dict)


def shell_line(words: list[str], system: str = os.name) -> str:
    r"""Return words as one would type them into the shell of a system.

    Examples
    --------
    >>> shell_line(["midplot", "check", "my attack.py"], "posix")
    "midplot check 'my attack.py'"
    >>> shell_line(["midplot", "check", r"C:\my attacks\trend.py"], "nt")
    'midplot check "C:\\my attacks\\trend.py"'
    """
    return subprocess.list2cmdline(words) if system == "nt" else shlex.join(words)


def _from_here(path: str | Path) -> str:
    """Return a path as one would type it."""
    path, here = Path(path), Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
