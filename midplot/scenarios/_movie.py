"""The movie as users meet it: loaded from files, saved to files, shown as a table."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from midplot._warnings import warn
from midplot.errors import ArgumentError, ScenarioError
from midplot.scenarios import _movie_core as core
from midplot.scenarios._scenario import DEFAULT_FOLDER, Scenario
from midplot.scenarios._variants import VARIANTS, variants

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Movie", "load_scenarios"]


_COLUMNS = [
    *("label", "stream", "stream_id", "first", "last", "ticks", "warmup", "horizon", "epsilon"),
    *("note", "tags", "variant", "origin", "created"),
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

    def save(self, path: str | PathLike[str] = DEFAULT_FOLDER) -> Path:
        """Save the movie: in a folder, one scenario a file, or in one file where the path ends in ``.json``.

        Parameters
        ----------
        path
            A folder, whose other scenarios stay; or a file, which is replaced where it holds a movie.

        Returns
        -------
        pathlib.Path
            Where it is.

        Raises
        ------
        ScenarioError
            If it cannot be written, or there is a file that is no movie. What was there before is untouched.
        """
        from midplot.scenarios.store import save_movie

        return save_movie(self.scenarios, Path(path))

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
            origin, created``. Indices are original ones, both included.
        """
        import pandas as pd

        return pd.DataFrame([_row(scenario) for scenario in self.scenarios], columns=_COLUMNS)


def _row(scenario: Scenario) -> tuple[object, ...]:
    s = scenario.selection
    return (
        *(scenario.label, s.stream_title, s.stream_id, s.first, s.last, s.n_ticks, len(s.before), s.horizon, s.epsilon),
        *(scenario.note, scenario.tags, scenario.variant, scenario.origin, scenario.created),
    )


def load_scenarios(path: str | PathLike[str] = DEFAULT_FOLDER, on_error: Literal["raise", "skip"] = "raise") -> Movie:
    """Load the scenarios of a folder or file.

    Parameters
    ----------
    path
        A folder with one scenario a file, of this version or the first; a movie in one file; or one scenario's file.
        The default folder need not exist yet.
    on_error
        ``"raise"`` where a file is damaged, foreign, of a newer version or a duplicate; ``"skip"`` to warn and go on
        with the good ones.

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
    from midplot.scenarios.store import read_scenarios

    if on_error not in ("raise", "skip"):
        raise ArgumentError(f"on_error: got {on_error!r}. Give 'raise' or 'skip'.")
    if Path(path) == Path(DEFAULT_FOLDER) and not Path(path).exists():
        return Movie()
    reading = read_scenarios(Path(path))
    if reading.bad and on_error == "raise":
        advice = "Repair or move these files, or go on without them by load_scenarios(..., on_error='skip')."
        raise ScenarioError(f"{reading.describe_bad()}\n{advice}")
    if reading.bad:
        warn(f"{reading.describe_bad()}\nThey were skipped.")
    return Movie(reading.scenarios)
