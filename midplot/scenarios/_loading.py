"""`load_scenarios`: reads a folder or a file into a movie."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Literal

from midplot._warnings import warn
from midplot.errors import ArgumentError, ScenarioError
from midplot.scenarios._movie import Movie
from midplot.scenarios._scenario import DEFAULT_FOLDER

__all__ = ["load_scenarios"]


def load_scenarios(path: str | PathLike[str] = DEFAULT_FOLDER, on_error: Literal["raise", "skip"] = "raise") -> Movie:
    """Load the scenarios of a folder or file.

    Parameters
    ----------
    path
        A folder with one scenario per file, in the current format or that of the first version; a movie in one file;
        or the file of one scenario. The default folder need not exist yet.
    on_error
        ``"raise"`` to raise an error if a file is damaged, foreign or from a newer version; ``"skip"`` to warn and
        continue with the good files. A scenario that is found twice is counted once, with a warning.

    Returns
    -------
    Movie
        The scenarios, in order.

    Raises
    ------
    ScenarioError
        If there are bad files, listing every one and what is wrong with it; or if there is no such folder or file.
    ArgumentError
        If ``on_error`` is neither of the two.
    """
    from midplot.scenarios.store import placed, read_scenarios
    from midplot.scenarios.store._movie_file import note_movie

    if on_error not in ("raise", "skip"):
        raise ArgumentError(f"got {on_error!r}", where="on_error", advice="Give 'raise' or 'skip'.")
    place = placed(path)
    if place == Path(DEFAULT_FOLDER) and not place.exists():
        return Movie()  # nobody named this folder, so that nothing is saved yet is not an error
    reading = read_scenarios(place)
    if reading.bad and on_error == "raise":
        # A list of files ends in no full stop, so the advice is set on a line of its own.
        advice = "Repair or move these files, or go on without them by load_scenarios(..., on_error='skip')."
        raise ScenarioError(f"{reading.describe_bad()}\n{advice}")
    if reading.bad:
        warn(f"{reading.describe_bad()}\nThey were skipped.")
    if reading.duplicates:
        warn(reading.describe_duplicates())
    movie = Movie(reading.scenarios)
    if place.is_dir():
        return movie
    # What a file held when it was read is what a later save compares with, to keep what others added meanwhile.
    note_movie(place, movie.scenarios)
    return movie._of_file((place.absolute(), {each.identity: each for each in movie.scenarios}))
