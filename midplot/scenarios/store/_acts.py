"""The acts on saved scenarios as functions of a path: read, save, relabel, delete, undo."""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from midplot.errors import ScenarioError, did_you_mean
from midplot.scenarios._scenario import DEFAULT_FOLDER, Scenario
from midplot.scenarios.store._document import parse, scenario_of
from midplot.scenarios.store._files import digest_of, is_folder, placed, read_file, unread
from midplot.scenarios.store._folder import SEEN, ScenarioFolder, new_actor
from midplot.scenarios.store._journal import Step
from midplot.scenarios.store._reading import BadFile, Reading, found_in_file, reading_of

__all__ = [
    "delete_scenario",
    "folder_at",
    "read_scenario",
    "read_scenarios",
    "redo",
    "relabel",
    "save_scenario",
    "undo",
]

MOST_FOLDERS = 8
"""How many folders are kept in memory."""

_folders: OrderedDict[tuple[str, str], ScenarioFolder] = OrderedDict()
_lock = Lock()
_actor = new_actor()


def folder_at(path: str | os.PathLike[str]) -> ScenarioFolder:
    """Return the folder at a path, with what this process remembers of it."""
    place = placed(path)
    key = str(place), "" if place.is_absolute() else str(Path.cwd())
    with _lock:
        folder = _folders.pop(key, None) or ScenarioFolder(place, _actor)
        _folders[key] = folder
        while len(_folders) > MOST_FOLDERS:
            _folders.popitem(last=False)
        return folder


def read_scenario(path: str | os.PathLike[str]) -> Scenario:
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
    place = placed(path)
    try:
        content = read_file(place)[0]
        scenario = scenario_of(parse(content))
    except OSError as error:
        raise ScenarioError(unread(error), where=place) from error
    except ScenarioError as error:
        raise error.at(place) from error
    SEEN.add(digest_of(content))
    return scenario


def read_scenarios(path: str | os.PathLike[str]) -> Reading:
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
        If there is no such folder or file, or the folder cannot be listed.
    """
    place = placed(path)
    kind = is_folder(place)
    if kind:
        return folder_at(place).read()
    if kind is None and not place.is_symlink():
        near = did_you_mean(place.name, _names_near(place))
        raise ScenarioError(
            "there is no such folder or file", where=place, advice=f"{near} Give the path of saved scenarios."
        )
    try:
        content = read_file(place)[0]
    except FileNotFoundError:
        return Reading(place, (), (BadFile(place, "it is a link that leads nowhere. Restore it, or delete it."),))
    except OSError as error:
        return Reading(place, (), (BadFile(place, unread(error)),))
    except ScenarioError as error:
        return Reading(place, (), (BadFile(place, str(error)),))
    SEEN.add(digest_of(content))
    return reading_of(place, found_in_file(place, content))


def save_scenario(scenario: Scenario, folder: str | os.PathLike[str] = DEFAULT_FOLDER) -> Path:
    """Save a scenario in a file of its own.

    The same stream, window, horizon and label again go to the same file, whatever that is called by now: untouched
    where nothing else changed, and with its first time of creation where something did. Its note and tags stay unless
    new ones are given. A file of another scenario is never overwritten.

    Parameters
    ----------
    scenario
        What to save.
    folder
        Where. Made where it is missing; ``~`` is the home folder.

    Returns
    -------
    pathlib.Path
        The file. When this returns, it is whole and on the disk.

    Raises
    ------
    ScenarioError
        If it cannot be written; or if somebody else labelled the window, with a note or tags that this process has not
        read and that would be replaced. What was saved before is untouched.
    """
    return folder_at(folder).save([scenario])[0].path


def relabel(
    scenario: Scenario | str | os.PathLike[str], expected: float, folder: str | os.PathLike[str] = DEFAULT_FOLDER
) -> Path:
    """Give a saved scenario another label, and so another file, unless its user has named the file.

    The new file is written before the old one is deleted: a crash in between leaves both.

    Parameters
    ----------
    scenario
        The scenario or its file in the folder.
    expected
        UP, DOWN, NOTHING or any other number, of which the sign counts.
    folder
        Where it was saved.

    Returns
    -------
    pathlib.Path
        The new file.

    Raises
    ------
    ScenarioError
        If it is not in the folder, cannot be written, holds what this process has not read, or if the window has the
        new label already. Nothing is changed then.
    """
    target = scenario if isinstance(scenario, Scenario) else placed(scenario)
    return folder_at(folder).relabel(target, expected).path


def delete_scenario(
    scenario: Scenario | str | os.PathLike[str], folder: str | os.PathLike[str] = DEFAULT_FOLDER
) -> Path:
    """Delete one scenario of a folder.

    Parameters
    ----------
    scenario
        The scenario or its file in the folder.
    folder
        Where it was saved.

    Returns
    -------
    pathlib.Path
        The file that is no more.

    Raises
    ------
    ScenarioError
        If it is not in the folder, cannot be deleted, or holds what this process has not read.
    """
    target = scenario if isinstance(scenario, Scenario) else placed(scenario)
    return folder_at(folder).delete(target).path


def undo(folder: str | os.PathLike[str] = DEFAULT_FOLDER) -> Step:
    """Take back the last change that this process made in a folder.

    Parameters
    ----------
    folder
        The folder, or that of a movie's file.

    Returns
    -------
    Step
        With what was done in words. Every file it changed is again as it was before, to the byte.

    Raises
    ------
    ScenarioError
        If there is none, or somebody has changed one of its files since: then nothing is changed, and the next undo
        takes back the change before.
    """
    return folder_at(folder).undo()


def redo(folder: str | os.PathLike[str] = DEFAULT_FOLDER) -> Step:
    """Make the change again that was taken back last; see `undo`."""
    return folder_at(folder).redo()


def _names_near(path: Path) -> list[str]:
    try:
        return [each.name for each in path.parent.iterdir()]
    except OSError:
        return []
