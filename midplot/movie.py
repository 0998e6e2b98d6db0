"""The movie as users meet it: loaded from files, saved to files, shown as a table."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from midplot.core import movie as core
from midplot.core.contradictions import described
from midplot.core.scenario import DEFAULT_FOLDER, Identity, Scenario
from midplot.core.variants import VARIANTS, variants
from midplot.errors import ArgumentError, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Movie", "load_scenarios"]


_COLUMNS = [
    *("label", "stream", "stream_id", "first", "last", "ticks", "warmup", "horizon", "epsilon"),
    *("note", "tags", "variant", "origin", "created", "hindsight"),
]


class Movie(core.Movie):
    """An ordered set of scenarios that can be saved, split, varied and shown as a table.

    Parameters
    ----------
    scenarios
        In any order; none twice.

    See Also
    --------
    load_scenarios : Load one from files.
    """

    _read_from: tuple[Path, dict[Identity, Scenario]] | None = None
    """The file that this movie was read from or saved to last, and what it held then."""

    def add(self, *scenarios: Scenario) -> Self:
        """Return a movie with scenarios added; one that is there already is replaced.

        Parameters
        ----------
        *scenarios
            What to add.
        """
        return super().add(*scenarios)._of_file(self._read_from)

    def remove(self, *scenarios: Scenario) -> Self:
        """Return a movie without some scenarios.

        Parameters
        ----------
        *scenarios
            What to remove.

        Raises
        ------
        ScenarioError
            If one is not in the movie.
        """
        return super().remove(*scenarios)._of_file(self._read_from)

    def save(self, path: str | PathLike[str] = DEFAULT_FOLDER) -> Path:
        """Save the movie: in a folder, one scenario a file, or in one file where the path ends in ``.json``.

        Labels that contradict each other are named in a warning.

        Parameters
        ----------
        path
            A folder, whose other scenarios stay. Or a file: where it holds a movie already, what was added to this
            movie and removed from it since it was loaded is added and removed there; what somebody else has added
            meanwhile stays, and so do entries that cannot be read. A movie that was not loaded replaces what this
            process last read or wrote there. ``~`` is the home folder.

        Returns
        -------
        pathlib.Path
            Where it is.

        Raises
        ------
        ScenarioError
            If it cannot be written; if there is a file that is no movie, or one of a newer version; or if somebody
            else has changed meanwhile what would be replaced. What was there before is untouched.
        """
        from midplot.store import placed, save_movie

        file = placed(path).absolute()
        base = self._read_from[1] if self._read_from is not None and self._read_from[0] == file else None
        place = save_movie(self.scenarios, Path(path), base)
        self._of_file((file, {each.identity: each for each in self.scenarios}))
        contradictions = self.contradictions()
        if contradictions:
            warnings.warn(described(contradictions), UserWarning, stacklevel=2)
        return place

    def _of_file(self, read_from: tuple[Path, dict[Identity, Scenario]] | None) -> Self:
        object.__setattr__(self, "_read_from", read_from)
        return self

    def variants(self, kinds: str | Iterable[str] = VARIANTS, seed: int = 0) -> Movie:
        """Derive scenarios that an attacker must pass too.

        Parameters
        ----------
        kinds
            Any of ``shifted``, ``scaled``, ``mirrored`` and ``noisy``.
        seed
            Of the constants and of the noise.

        Returns
        -------
        Movie
            The derived scenarios only, each with its kind as ``variant`` and its source's title as ``origin``.
        """
        return Movie(variants(self, kinds, seed))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a scenario.

        Returns
        -------
        pandas.DataFrame
            Columns ``label, stream, stream_id, first, last, ticks, warmup, horizon, epsilon, note, tags, variant,
            origin, created, hindsight``. Indices are original ones, both included. ``hindsight`` says where the
            window's own outcome is the opposite of the label, and is missing elsewhere.
        """
        import pandas as pd

        return pd.DataFrame([_row(scenario) for scenario in self.scenarios], columns=_COLUMNS)


def _row(scenario: Scenario) -> tuple[object, ...]:
    s = scenario.selection
    return (
        *(scenario.label, s.stream_title, s.stream_id, s.first, s.last, s.n_ticks, len(s.before), s.horizon, s.epsilon),
        *(scenario.note, scenario.tags, scenario.variant, scenario.origin, scenario.created, scenario.hindsight),
    )


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
    from midplot.store import placed, read_scenarios
    from midplot.store.movie_file import note_movie

    if on_error not in ("raise", "skip"):
        raise ArgumentError(f"on_error: got {on_error!r}. Give 'raise' or 'skip'.")
    place = placed(path)
    if place == Path(DEFAULT_FOLDER) and not place.exists():
        return Movie()
    reading = read_scenarios(place)
    if reading.bad and on_error == "raise":
        advice = "Repair or move these files, or go on without them by load_scenarios(..., on_error='skip')."
        raise ScenarioError(f"{reading.describe_bad()}\n{advice}")
    if reading.bad:
        warnings.warn(f"{reading.describe_bad()}\nThey were skipped.", UserWarning, stacklevel=2)
    if reading.duplicates:
        warnings.warn(reading.describe_duplicates(), UserWarning, stacklevel=2)
    movie = Movie(reading.scenarios)
    if place.is_dir():
        return movie
    note_movie(place, movie.scenarios)
    return movie._of_file((place.absolute(), {each.identity: each for each in movie.scenarios}))
