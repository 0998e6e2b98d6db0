"""`load_scenarios`: from a folder or file to a movie."""

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
        A folder with one scenario a file, of this version or the first; a movie in one file; or one scenario's file.
        The default folder need not exist yet.
    on_error
        ``"raise"`` where a file is damaged, foreign or of a newer version; ``"skip"`` to warn and go on with the good
        ones. A scenario that is there twice is counted once, with a warning.

    Returns
    -------
    Movie

    Raises
    ------
    ScenarioError
        Listing every bad file and why; or if there is no such folder or file.
    ArgumentError
        If on_error is neither of the two.
    """
    from midplot.scenarios.store import placed, read_scenarios
    from midplot.scenarios.store._movie_file import note_movie

    if on_error not in ("raise", "skip"):
        raise ArgumentError(f"got {on_error!r}", where="on_error", advice="Give 'raise' or 'skip'.")
    place = placed(path)
    if place == Path(DEFAULT_FOLDER) and not place.exists():
        return Movie()
    reading = read_scenarios(place)
    if reading.bad and on_error == "raise":
        advice = "Repair or move these files, or go on without them by load_scenarios(..., on_error='skip')."
        raise ScenarioError(f"{reading.describe_bad()}\n{advice}")
    if reading.bad:
        warn(f"{reading.describe_bad()}\nThey were skipped.")
    if reading.duplicates:
        warn(reading.describe_duplicates())
    movie = Movie(reading.scenarios)
    if place.is_dir():
        return movie
    note_movie(place, movie.scenarios)
    return movie._of_file((place.absolute(), {each.identity: each for each in movie.scenarios}))
