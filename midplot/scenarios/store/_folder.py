"""Saves, renames and deletes scenarios in a folder, so that none is ever lost or overwritten by another."""

from __future__ import annotations

import os.path
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from midplot._files import locked, sweep, sync_folder, write_whole
from midplot.errors import ScenarioError
from midplot.scenarios._scenario import DEFAULT_FOLDER, Scenario
from midplot.scenarios.store._document import encode_movie, encode_scenario, is_movie, parse
from midplot.scenarios.store._naming import file_name, file_stem, own_names
from midplot.scenarios.store._reading import read_scenario, scenario_files

__all__ = ["delete_scenario", "relabel", "save_movie", "save_scenario"]


def save_scenario(scenario: Scenario, folder: str | Path = DEFAULT_FOLDER) -> Path:
    """Save a scenario in a file of its own.

    The same stream, window, horizon and label again go to the same file: untouched where nothing else changed,
    and with its first time of creation where something did. A file of another scenario is never overwritten.

    Parameters
    ----------
    scenario
        What to save.
    folder
        Where. Made where it is missing.

    Returns
    -------
    pathlib.Path
        The file. When this returns, it is whole and on the disk.

    Raises
    ------
    ScenarioError
        If it cannot be written. What was saved before is untouched.
    """
    place = Path(folder)
    with locked(place):
        return _put(scenario, place, _names_in(place))


def save_movie(scenarios: Iterable[Scenario], path: str | Path) -> Path:
    """Save scenarios in a folder, one a file, or in one file where the path ends in ``.json``.

    Parameters
    ----------
    scenarios
        What to save.
    path
        A folder, whose other scenarios stay; or a file, which is replaced where it holds a movie.

    Returns
    -------
    pathlib.Path
        The folder or file.

    Raises
    ------
    ScenarioError
        If it cannot be written, or there is a file that is no movie.
    """
    place = Path(path)
    if place.suffix.lower() == ".json" and not place.is_dir():
        _save_movie_file(list(scenarios), place)
        return place
    with locked(place):
        names = _names_in(place)
        for scenario in scenarios:
            names.add(_put(scenario, place, names).name)
    return place


def relabel(scenario: Scenario | str | Path, expected: float, folder: str | Path = DEFAULT_FOLDER) -> Path:
    """Give a saved scenario another label, and so another file.

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
        If it is not in the folder, or cannot be written.
    """
    place = _existing(folder)
    with locked(place):
        old = _file_of(scenario, place)
        new = _put(read_scenario(old).changed(expected=expected), place, _names_in(place))
        if new != old:
            _unlink(old)
        return new


def delete_scenario(scenario: Scenario | str | Path, folder: str | Path = DEFAULT_FOLDER) -> Path:
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
        If it is not in the folder, or cannot be deleted.
    """
    place = _existing(folder)
    with locked(place):
        path = _file_of(scenario, place)
        _unlink(path)
        return path


def _existing(folder: str | Path) -> Path:
    place = Path(folder)
    if not place.is_dir():
        raise ScenarioError(f"{place}: there is no such folder. Give the one that the scenario was saved in.")
    return place


def _names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _put(scenario: Scenario, folder: Path, names: set[str]) -> Path:
    """Write a scenario to its own file, or to the first free one; under the lock, with the names in the folder."""
    stem = file_stem(scenario)
    for name in own_names(stem, names):
        existing = _same(scenario, folder / name)
        if existing is not None:
            return _update(scenario, existing, folder / name)
    path = next(path for path in (folder / file_name(stem, n) for n in count(1)) if not os.path.lexists(path))
    write_whole(path, encode_scenario(scenario))
    return path


def _same(scenario: Scenario, path: Path) -> Scenario | None:
    """Return what a file holds, if it is the same scenario; one that cannot be read is another's, to be left alone."""
    try:
        existing = read_scenario(path)
    except ScenarioError:
        return None
    return existing if existing.identity == scenario.identity else None


def _update(scenario: Scenario, existing: Scenario, path: Path) -> Path:
    content = encode_scenario(scenario.changed(created=existing.created or scenario.created))
    if path.read_bytes() != content:
        write_whole(path, content)
    return path


def _save_movie_file(scenarios: list[Scenario], path: Path) -> None:
    if path.exists() and not _holds_movie(path):
        raise ScenarioError(f"{path}: there is a file that is no movie. Give another path, or delete it.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ScenarioError(f"{path.parent}: it cannot be made ({error.strerror}). Give another path.") from error
    sweep(path.parent)
    write_whole(path, encode_movie(scenarios))


def _holds_movie(path: Path) -> bool:
    try:
        return is_movie(parse(path.read_bytes()))
    except (OSError, ScenarioError):
        return False


def _file_of(scenario: Scenario | str | Path, folder: Path) -> Path:
    """Return the file of a scenario in a folder, and in no other."""
    if not isinstance(scenario, Scenario):
        return _inside(Path(scenario), folder)
    for path in _likely_first(scenario, folder):
        if _same(scenario, path) is not None:
            return path
    raise ScenarioError(f"{folder}: the scenario {scenario.title!r} is not in it. Give one that was saved there.")


def _likely_first(scenario: Scenario, folder: Path) -> list[Path]:
    """Return a folder's files, those first that bear the scenario's name: a user may have given it another."""
    files = scenario_files(folder)
    named = set(own_names(file_stem(scenario), [path.name for path in files]))
    return sorted(files, key=lambda path: path.name not in named)


def _inside(path: Path, folder: Path) -> Path:
    """Return a file that lies directly in a folder, given by its path or its name."""
    candidates = [folder / path.name] if path.parent == Path() else [path]
    for candidate in candidates:
        same_folder = candidate.parent.resolve() == folder.resolve()
        if same_folder and candidate.name in {each.name for each in scenario_files(folder)}:
            return folder / candidate.name
    raise ScenarioError(f"{path}: there is no such scenario file in {folder}. Give the name of a file in that folder.")


def _unlink(path: Path) -> None:
    try:
        path.unlink()
        sync_folder(path.parent)
    except OSError as error:
        raise ScenarioError(
            f"{path}: it cannot be deleted ({error.strerror}). Nothing is lost. Get the right to write there."
        ) from error
