"""What can be done with saved scenarios, as functions of a path: read, save, relabel, delete, undo."""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from midplot.errors import ScenarioError, did_you_mean
from midplot.scenarios._scenario import DEFAULT_FOLDER, Scenario, decision_of
from midplot.scenarios.store._document import parse, scenario_of
from midplot.scenarios.store._files import LOST_LINK, digest_of, is_folder, placed, read_file, unread
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

# A process works in one folder or two; with ten thousand scenarios each, eight still fit well into memory.
MOST_FOLDERS = 8
"""The number of folders whose contents are kept in memory, the most recently used ones."""

_folders: OrderedDict[tuple[str, str], ScenarioFolder] = OrderedDict()
_lock = Lock()
_actor = new_actor()


def folder_at(path: str | os.PathLike[str]) -> ScenarioFolder:
    """Return the folder at a path, with what this process remembers about it."""
    place = placed(path)
    # The same relative path is another folder once the process has changed its working directory.
    key = str(place), "" if place.is_absolute() else str(Path.cwd())
    with _lock:
        # Taken out and put back at the end, so that the first entry is always the one used longest ago.
        folder = _folders.pop(key, None) or ScenarioFolder(place, _actor)
        _folders[key] = folder
        while len(_folders) > MOST_FOLDERS:
            _folders.popitem(last=False)
        return folder


def read_scenario(path: str | os.PathLike[str]) -> Scenario:
    """Read the file of one scenario, in the current format or that of the first version.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    ScenarioError
        If it is missing, damaged, foreign or from a newer version.
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
    """Read the scenarios in a folder, in a movie's file, or in the file of one scenario.

    Parameters
    ----------
    path
        A folder, in which every ``.json`` file that is not hidden is read; or one file.

    Returns
    -------
    Reading
        The good scenarios and the bad files; a bad file does not raise an error.

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
        return Reading(place, (), (BadFile(place, LOST_LINK),))
    except OSError as error:
        return Reading(place, (), (BadFile(place, unread(error)),))
    except ScenarioError as error:
        return Reading(place, (), (BadFile(place, str(error)),))
    SEEN.add(digest_of(content))
    return reading_of(place, found_in_file(place, content))


def save_scenario(scenario: Scenario, folder: str | os.PathLike[str] = DEFAULT_FOLDER) -> Path:
    """Save a scenario in a file of its own.

    A scenario with the same stream, window, horizon and label is saved in the same file, whatever that file is called
    by now. The file is left untouched if nothing else has changed, and keeps its time of creation if something has.
    Its note and tags are kept unless new ones are given. The file of another scenario is never overwritten.

    Parameters
    ----------
    scenario
        The scenario to save.
    folder
        The folder to save it in, which is created if it does not exist; ``~`` stands for the home folder.

    Returns
    -------
    pathlib.Path
        The file. By the time this function returns, it is complete and on the disk.

    Raises
    ------
    ScenarioError
        If it cannot be written; or if somebody else has labelled the window, with a note or tags that this process has
        not read and would replace. What was saved before is left untouched.
    """
    return folder_at(folder).save([scenario])[0].path


def relabel(
    scenario: Scenario | str | os.PathLike[str], expected: float | str, folder: str | os.PathLike[str] = DEFAULT_FOLDER
) -> Path:
    """Give a saved scenario another label, and with it another file unless the user has named the file.

    The new file is written before the old one is deleted: a crash in between leaves both.

    Parameters
    ----------
    scenario
        The scenario, or its file in the folder.
    expected
        UP, DOWN or NOTHING, as a number, of which only the sign counts, or as a word in any case.
    folder
        The folder that it was saved in.

    Returns
    -------
    pathlib.Path
        The new file.

    Raises
    ------
    ScenarioError
        If it is not in the folder, cannot be written, or has changed since this process read it; or if the window
        already has the new label. Nothing is changed in any of these cases.
    ArgumentError
        If there is no such label.
    """
    target = scenario if isinstance(scenario, Scenario) else placed(scenario)
    return folder_at(folder).relabel(target, decision_of(expected)).path


def delete_scenario(
    scenario: Scenario | str | os.PathLike[str], folder: str | os.PathLike[str] = DEFAULT_FOLDER
) -> Path:
    """Delete one scenario in a folder.

    Parameters
    ----------
    scenario
        The scenario, or its file in the folder.
    folder
        The folder that it was saved in.

    Returns
    -------
    pathlib.Path
        The file that was deleted.

    Raises
    ------
    ScenarioError
        If it is not in the folder, cannot be deleted, or has changed since this process read it.
    """
    target = scenario if isinstance(scenario, Scenario) else placed(scenario)
    return folder_at(folder).delete(target).path


def undo(folder: str | os.PathLike[str] = DEFAULT_FOLDER) -> Step:
    """Undo the last change that this process made in a folder.

    Parameters
    ----------
    folder
        The folder, or the folder that contains a movie's file.

    Returns
    -------
    Step
        What was done, in words. Every file that it changed is the same as before, to the byte.

    Raises
    ------
    ScenarioError
        If there is nothing to undo, or somebody has changed one of the files since. Nothing is changed then, and the
        next undo takes back the change before.
    """
    return folder_at(folder).undo()


def redo(folder: str | os.PathLike[str] = DEFAULT_FOLDER) -> Step:
    """Redo the change that was undone last; see `undo`."""
    return folder_at(folder).redo()


def _names_near(path: Path) -> list[str]:
    try:
        return [each.name for each in path.parent.iterdir()]
    except OSError:
        return []  # they only serve a hint in an error message, which must not be replaced by another error
