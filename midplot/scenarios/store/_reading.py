"""What comes of reading a folder or a file: all good scenarios, and for everything else the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from midplot.errors import ScenarioError
from midplot.scenarios._scenario import Identity, Scenario
from midplot.scenarios.store._document import check_movie, is_movie, movie_entries, parse, scenario_of
from midplot.scenarios.store._entries import split_movie
from midplot.scenarios.store._files import digest_of

__all__ = ["BadFile", "Found", "Reading", "found_in", "found_in_file", "reading_of"]


@dataclass(frozen=True, slots=True)
class Found:
    """A scenario and the file that it was read from.

    Attributes
    ----------
    scenario
        The scenario.
    path
        Its file, which it shares with others in the case of a movie.
    digest
        A digest of the file's content.
    """

    scenario: Scenario
    path: Path
    digest: str = ""


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file, or an entry of a movie, that cannot be used.

    Attributes
    ----------
    path
        The file.
    reason
        What is wrong with it and what to do, starting in lower case.
    entry
        The position of the entry in the movie, from 0; None if the whole file is bad.
    """

    path: Path
    reason: str
    entry: int | None = None

    def __str__(self) -> str:
        place = self.path.name if self.entry is None else f"{self.path.name}, scenario {self.entry}"
        return f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Reading:
    """The outcome of reading a folder or a file.

    Attributes
    ----------
    path
        The folder or file.
    found
        The scenarios, each only once, in the order of their file names.
    bad
        The files, or entries of a movie, that cannot be used, in the same order.
    duplicates
        Those that hold a scenario which was already found in another file or entry.
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
        """Return a list of every bad file and what is wrong with it; the text is empty if there is none."""
        n = len(self.bad)
        total = n + len(self.found) + len(self.duplicates)
        return _listed(f"{self.path}: {n} of {total} scenarios cannot be used.", self.bad)

    def describe_duplicates(self) -> str:
        """Return a list of the files whose scenario is in another one as well; the text is empty if there is none."""
        n = len(self.duplicates)
        head = f"{self.path}: {n} scenario{'s are' if n > 1 else ' is'} there twice, and counted once."
        return _listed(head, self.duplicates)

    def describe_faults(self) -> str:
        """Return a list of what cannot be used and what is there twice; the text is empty if all is well."""
        return "\n".join(filter(None, [self.describe_bad(), self.describe_duplicates()]))


def reading_of(path: Path, outcomes: Iterable[Found | BadFile]) -> Reading:
    """Sort what was read into scenarios, bad files and duplicates."""
    first: dict[Identity, Found] = {}
    bad: list[BadFile] = []
    duplicates: list[BadFile] = []
    for each in outcomes:
        if isinstance(each, BadFile):
            bad.append(each)
            continue
        # The first by file name counts, so which one is kept does not depend on the file system.
        kept = first.setdefault(each.scenario.identity, each)
        if kept is not each:
            where = f"{kept.path.name}" if kept.path != each.path else "an earlier entry"
            duplicates.append(BadFile(each.path, f"it holds the same scenario as {where}. Delete one of them."))
    return Reading(path, tuple(first.values()), tuple(bad), tuple(duplicates))


def found_in(path: Path, content: bytes) -> Found | BadFile:
    """Return the scenario in a file that should hold exactly one, or why it cannot be used."""
    try:
        return Found(scenario_of(parse(content)), path, digest_of(content))
    except ScenarioError as error:
        return BadFile(path, str(error))


def found_in_file(path: Path, content: bytes) -> list[Found | BadFile]:
    """Return the scenarios in a file, which may hold a movie or a single scenario, and what cannot be used."""
    try:
        document = parse(content)
        if not is_movie(document):
            return [found_in(path, content)]
        entries: list[Any] = movie_entries(document)
    except ScenarioError as error:
        try:
            # Perhaps one entry of a movie makes the whole file unreadable: split it, and read each entry by itself.
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
