"""Reads scenarios from a folder or a file: all that is good, and of all that is not, why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from midplot.errors import ScenarioError, did_you_mean
from midplot.scenarios._scenario import Scenario
from midplot.scenarios.store._document import is_movie, movie_entries, parse, scenario_of

__all__ = ["BadFile", "Found", "Reading", "read_scenario", "read_scenarios"]

RESCANS = 5
"""How often a folder is listed anew where a file vanished: another process may have given it another name."""


@dataclass(frozen=True, slots=True)
class Found:
    """A scenario and where it was read.

    Attributes
    ----------
    scenario
        What was read.
    path
        Its file: of a movie in one file, the movie's.
    """

    scenario: Scenario
    path: Path


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
        The scenarios, by file name.
    bad
        The files, or entries of a movie, that cannot be used, by file name.
    """

    path: Path
    found: tuple[Found, ...]
    bad: tuple[BadFile, ...]

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios without their files."""
        return tuple(found.scenario for found in self.found)

    def describe_bad(self) -> str:
        """List every bad file and why, or return nothing where all are good."""
        n = len(self.bad)
        if not n:
            return ""
        lines = [str(bad).replace("\n", "\n    ") for bad in self.bad]
        head = f"{self.path}: {n} of {n + len(self.found)} scenarios cannot be used."
        return "\n  ".join([head, *lines])


def read_scenario(path: str | Path) -> Scenario:
    """Read one scenario's file, of this version or the first.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    ScenarioError
        If it is missing, damaged, foreign or of a newer version.
    """
    path = Path(path)
    try:
        return scenario_of(parse(path.read_bytes()))
    except OSError as error:
        raise ScenarioError(f"{path}: {_unread(error)}") from error
    except ScenarioError as error:
        raise ScenarioError(f"{path}: {error}") from error


def read_scenarios(path: str | Path) -> Reading:
    """Read the scenarios of a folder, of a movie in one file, or of one scenario's file.

    Parameters
    ----------
    path
        A folder, of which every ``.json`` file is read that is not hidden; or one file.

    Returns
    -------
    Reading
        The good and the bad: a bad file raises nothing.

    Raises
    ------
    ScenarioError
        If there is no such folder or file.
    """
    path = Path(path)
    if path.is_dir():
        return _without_duplicates(_read_folder(path))
    if not path.exists():
        near = did_you_mean(path.name, [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else [])
        raise ScenarioError(f"{path}: there is no such folder or file.{near} Give the path of saved scenarios.")
    return _without_duplicates(Reading(path, *_sorted_out(_read_file(path))))


def scenario_files(folder: Path) -> list[Path]:
    """Return the files of a folder that should hold a scenario, by name; hidden ones are not ours to read."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise ScenarioError(f"{folder}: {_unread(error)}") from error
    return [
        path
        for path in entries
        if path.suffix.lower() == ".json" and not path.name.startswith(".") and not path.is_dir()
    ]


def _read_folder(folder: Path) -> Reading:
    outcomes: list[Found | BadFile] = []
    for _ in range(RESCANS):
        outcomes, whole = [], True
        for path in scenario_files(folder):
            try:
                outcomes.append(_read_one(path))
            except FileNotFoundError:
                whole = False
        if whole:
            break
    return Reading(folder, *_sorted_out(iter(outcomes)))


def _read_one(path: Path) -> Found | BadFile:
    """Read one scenario of a folder; only that it has vanished is raised."""
    try:
        return Found(scenario_of(parse(path.read_bytes())), path)
    except FileNotFoundError:
        if path.is_symlink():
            return BadFile(path, "it is a link that leads nowhere. Restore it, or delete it.")
        raise
    except OSError as error:
        return BadFile(path, _unread(error))
    except ScenarioError as error:
        return BadFile(path, str(error))


def _read_file(path: Path) -> Iterator[Found | BadFile]:
    """Read a movie in one file, or a scenario."""
    try:
        document = parse(path.read_bytes())
        entries = movie_entries(document) if is_movie(document) else None
    except OSError as error:
        yield BadFile(path, _unread(error))
        return
    except ScenarioError as error:
        yield BadFile(path, str(error))
        return
    for number, entry in enumerate([document] if entries is None else entries):
        try:
            yield Found(scenario_of(entry), path)
        except ScenarioError as error:
            yield BadFile(path, str(error), None if entries is None else number)


def _sorted_out(outcomes: Iterator[Found | BadFile]) -> tuple[tuple[Found, ...], tuple[BadFile, ...]]:
    listed = list(outcomes)
    found = tuple(each for each in listed if isinstance(each, Found))
    return found, tuple(each for each in listed if isinstance(each, BadFile))


def _without_duplicates(reading: Reading) -> Reading:
    """Count a scenario that was found before as bad: it would be checked twice, and twice be in the way."""
    first: dict[object, Found] = {}
    bad = list(reading.bad)
    for found in reading.found:
        kept = first.setdefault(found.scenario.identity, found)
        if kept is not found:
            where = f"{kept.path.name}" if kept.path != found.path else "an earlier entry"
            bad.append(BadFile(found.path, f"it holds the same scenario as {where}. Delete one of them."))
    if len(bad) == len(reading.bad):
        return reading
    return Reading(reading.path, tuple(first.values()), tuple(sorted(bad, key=lambda each: each.path.name)))


def _unread(error: OSError) -> str:
    return f"it cannot be read ({error.strerror or error}). Get the right to read it."
