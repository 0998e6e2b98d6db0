"""Saves a movie in one file, and keeps what somebody else has added there and what cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from midplot.errors import ScenarioError
from midplot.scenarios._order import in_order
from midplot.scenarios._scenario import Identity, Scenario
from midplot.scenarios.store._acts import folder_at
from midplot.scenarios.store._document import check_movie, check_writable, encode_movie, is_movie, parse, scenario_of
from midplot.scenarios.store._entries import split_movie
from midplot.scenarios.store._files import content_now, is_folder, placed
from midplot.scenarios.store._journal import Change

__all__ = ["note_movie", "save_movie"]

_written: dict[Path, dict[Identity, Scenario]] = {}
"""The scenarios that this process last read from or wrote to each movie file, and therefore may remove from it."""


def save_movie(
    scenarios: Iterable[Scenario], path: str | Path, base: Mapping[Identity, Scenario] | None = None, by: str = ""
) -> Path:
    """Save scenarios in a folder, one per file, or in one file if the path ends in ``.json``.

    Parameters
    ----------
    scenarios
        The scenarios to save.
    path
        A folder, whose other scenarios are kept; or a file. If the file already holds a movie, the differences from
        ``base`` are made in it: what others have added since is kept, and so are entries that cannot be read.
    base
        What the movie held when it was read; by default, what this process last read from or wrote to the file.
    by
        The part of this process that acts; "" for the process itself.

    Returns
    -------
    pathlib.Path
        The folder or file.

    Raises
    ------
    ScenarioError
        If it cannot be written; if the file is not a movie, or is from a newer version; or if somebody else has
        changed a scenario that was changed here too. Nothing is written then.
    """
    place, listed = placed(path), list(scenarios)
    for each in listed:
        check_writable(each)
    if place.suffix.lower() != ".json" or is_folder(place):
        folder_at(place).save(listed, by, f"saved {len(listed)} scenario{'s' * (len(listed) != 1)}")
        return place
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ScenarioError(
            f"it cannot be made ({error.strerror})", where=place.parent, advice="Give another path."
        ) from error
    folder = folder_at(place.parent)
    with folder.writing(scan=False):
        content = content_now(place)
        known = base if base is not None else _written.get(place.absolute(), {})
        fresh = _merged(place, content, listed, known)
        if fresh != content:
            folder.change([Change(place.name, content, fresh)], f"saved the movie {place.name}", by)
        note_movie(place, listed)
    return place


def note_movie(path: Path, scenarios: Iterable[Scenario]) -> None:
    """Remember what a movie's file holds as far as this process knows; see `save_movie`."""
    _written[path.absolute()] = {each.identity: each for each in scenarios}


def _merged(path: Path, content: bytes | None, ours: list[Scenario], base: Mapping[Identity, Scenario]) -> bytes:
    """Merge three ways: return the content of the file with the differences between base and ours made in it."""
    if content is None:
        return encode_movie(ours)
    theirs, others, more = _read(path, content)
    wanted = {each.identity: each for each in ours}
    kept: dict[Identity, Scenario] = {}
    for identity, scenario in theirs.items():
        was = base.get(identity)
        if identity in wanted:
            kept[identity] = _one_of(path, wanted[identity], scenario, was)
        elif was is None:
            kept[identity] = scenario  # added by somebody else
        elif scenario != was:
            raise _conflict(path, scenario)
    # What was in base and is gone from the file was removed by somebody else. It comes back only if it was changed here.
    kept |= {i: scenario for i, scenario in wanted.items() if i not in theirs and base.get(i) != scenario}
    if list(kept.values()) == list(theirs.values()):
        return content
    return encode_movie(in_order(kept.values()), others, more)


def _one_of(path: Path, ours: Scenario, theirs: Scenario, was: Scenario | None) -> Scenario:
    """Return the version of a scenario to keep: that of the side which changed it, unless both did."""
    merged = ours.changed(
        note=ours.note or theirs.note, tags=ours.tags or theirs.tags, created=theirs.created or ours.created
    )
    if merged == theirs or (was is not None and ours == was):
        return theirs
    if was is not None and theirs == was:
        return merged
    if was is None and (merged.note, merged.tags) == (theirs.note, theirs.tags):
        return theirs
    raise _conflict(path, theirs)


def _conflict(path: Path, scenario: Scenario) -> ScenarioError:
    return ScenarioError(
        f"somebody else has changed {scenario.title} there since it was read here",
        where=path,
        advice="Nothing was written. Load the movie again with load_scenarios(), and make the change in that.",
    )


def _read(path: Path, content: bytes) -> tuple[dict[Identity, Scenario], list[bytes], dict[str, Any]]:
    """Return the scenarios in a movie's file, the texts of the entries that cannot be read, and what else it holds."""
    try:
        head, entries = split_movie(content)
    except ScenarioError:
        head, entries = {}, []
    if not is_movie(head):
        raise ScenarioError(
            "there is a file that is not a movie", where=path, advice="Give another path, or delete it."
        )
    try:
        check_movie(head)
    except ScenarioError as error:
        raise ScenarioError(error.what, where=path, advice=f"{error.advice} It was not replaced.") from error
    theirs: dict[Identity, Scenario] = {}
    others: list[bytes] = []
    for entry in entries:
        try:
            scenario = scenario_of(parse(entry))
        except ScenarioError:
            others.append(entry)
            continue
        theirs.setdefault(scenario.identity, scenario)
    return theirs, others, {key: value for key, value in head.items() if key not in ("format", "version")}
