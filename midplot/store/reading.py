"""Reads scenarios from a folder or a file: all that is good, and of all that is not, why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from midplot.core.scenario import Identity, Scenario
from midplot.errors import ScenarioError
from midplot.store.document import check_movie, is_movie, movie_entries, parse, scenario_of
from midplot.store.entries import split_movie
from midplot.store.files import digest_of

__all__ = ["BadFile", "Found", "Reading", "found_in", "found_in_file", "reading_of"]


@dataclass(frozen=True, slots=True)
class Found:
    """A scenario and where it was read.

    Attributes
    ----------
    scenario
        What was read.
    path
        Its file: of a movie in one file, the movie's.
    digest
        By which the content of the file is known again.
    """

    scenario: Scenario
    path: Path
    digest: str = ""


@dataclass(frozen=True, slots=True)
class BadFile:
    """What could not be read, and why.

    Attributes
    ----------
    path
        The file.
    reason
        What is wrong and what to do, beginning in lower case.
    entry
        Of a movie in one file, which of its scenarios, from 0.
    """

    path: Path
    reason: str
    entry: int | None = None

    def __str__(self) -> str:
        place = self.path.name if self.entry is None else f"{self.path.name}, scenario {self.entry}"
        return f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a folder or a file.

    Attributes
    ----------
    path
        What was read.
    found
        The scenarios, by file name; none twice.
    bad
        The files, or entries of a movie, that cannot be used, by file name.
    duplicates
        Those that hold a scenario which is among the found already: they are left out, and nothing else suffers.
    """

    path: Path
    found: tuple[Found, ...]
    bad: tuple[BadFile, ...]
    duplicates: tuple[BadFile, ...] = ()

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios without their files."""
        return tuple(found.scenario for found in self.found)

    def describe_bad(self) -> str:
        """List every bad file and why, or return nothing where all are good."""
        n = len(self.bad)
        total = n + len(self.found) + len(self.duplicates)
        return _listed(f"{self.path}: {n} of {total} scenarios cannot be used.", self.bad)

    def describe_duplicates(self) -> str:
        """List every file whose scenario is in another one too, or return nothing where there is none."""
        n = len(self.duplicates)
        head = f"{self.path}: {n} scenario{'s are' if n > 1 else ' is'} there twice, and counted once."
        return _listed(head, self.duplicates)

    def describe_faults(self) -> str:
        """List what cannot be used and what is there twice, or return nothing where all is well."""
        return "\n".join(filter(None, [self.describe_bad(), self.describe_duplicates()]))


def reading_of(path: Path, outcomes: Iterable[Found | BadFile]) -> Reading:
    """Sort what was read into good, bad and repeated."""
    first: dict[Identity, Found] = {}
    bad: list[BadFile] = []
    duplicates: list[BadFile] = []
    for each in outcomes:
        if isinstance(each, BadFile):
            bad.append(each)
            continue
        kept = first.setdefault(each.scenario.identity, each)
        if kept is not each:
            where = f"{kept.path.name}" if kept.path != each.path else "an earlier entry"
            duplicates.append(BadFile(each.path, f"it holds the same scenario as {where}. Delete one of them."))
    return Reading(path, tuple(first.values()), tuple(bad), tuple(duplicates))


def found_in(path: Path, content: bytes) -> Found | BadFile:
    """Return what a file holds that should hold one scenario."""
    try:
        return Found(scenario_of(parse(content)), path, digest_of(content))
    except ScenarioError as error:
        return BadFile(path, str(error))


def found_in_file(path: Path, content: bytes) -> list[Found | BadFile]:
    """Return what a file holds, be it a movie or one scenario."""
    try:
        document = parse(content)
        if not is_movie(document):
            return [found_in(path, content)]
        entries: list[Any] = movie_entries(document)
    except ScenarioError as error:
        try:
            # One entry alone may be at fault: each is looked at by itself.
            head, entries = split_movie(content)
            check_movie(head)
        except ScenarioError:
            return [BadFile(path, str(error))]
    digest = digest_of(content)
    outcomes: list[Found | BadFile] = []
    for number, entry in enumerate(entries):
        try:
            outcomes.append(Found(scenario_of(parse(entry) if isinstance(entry, bytes) else entry), path, digest))
        except ScenarioError as error:
            outcomes.append(BadFile(path, str(error), number))
    return outcomes


def _listed(head: str, files: Iterable[BadFile]) -> str:
    lines = [str(each).replace("\n", "\n    ") for each in files]
    return "\n  ".join([head, *lines]) if lines else ""
