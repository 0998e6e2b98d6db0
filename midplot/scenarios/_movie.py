"""A movie: an ordered set of scenarios that can be saved, split, varied and shown as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self, overload

from midplot._text import same_name
from midplot._warnings import warn
from midplot.errors import ScenarioError
from midplot.scenarios._contradictions import Contradiction, contradictions_among, described
from midplot.scenarios._order import in_order
from midplot.scenarios._scenario import DEFAULT_FOLDER, LABELS, Identity, Label, Scenario, decision_of, label_of
from midplot.scenarios._split import chosen_for_training
from midplot.scenarios._variants import VARIANTS, variants
from midplot.streams._stream import Stream

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Movie"]

_COLUMNS = [
    *("label", "stream", "stream_id", "first", "last", "ticks", "warmup", "horizon", "epsilon"),
    *("note", "tags", "variant", "origin", "created", "hindsight"),
]


@dataclass(frozen=True, init=False, repr=False)
class Movie:
    """An ordered set of scenarios that can be saved, split, varied and shown as a table.

    It is ordered by stream, then by index, then by label.

    Parameters
    ----------
    scenarios
        The scenarios, in any order, each only once.

    Raises
    ------
    ScenarioError
        If a scenario is given twice, or something that is not a scenario is given.

    See Also
    --------
    load_scenarios : Load a movie from files.

    Examples
    --------
    >>> from midplot.scenarios import Selection
    >>> stream = Stream([1.0, 2.0, 3.0, 4.0], name="eurusd")
    >>> selection = Selection.of(stream, 1, 2, horizon=1, epsilon=0.0025)
    >>> movie = Movie([Scenario(selection=selection, expected=1)])
    >>> movie
    Movie(1 scenario: 1 UP)
    >>> movie.streams()
    [Stream(stream_id=0, name='UP eurusd 1-2', 3 points)]
    """

    scenarios: tuple[Scenario, ...]

    # A class variable with a value per instance: dataclass then leaves it out of comparison, hash and signature.
    _read_from: ClassVar[tuple[Path, dict[Identity, Scenario]] | None] = None
    """The file that this movie was last read from or saved to, and what it held then."""

    def __init__(self, scenarios: Iterable[Scenario] = ()) -> None:
        ordered = in_order(_checked(scenarios))
        repeated = [s for s, n in Counter(s.identity for s in ordered).items() if n > 1]
        if repeated:
            title = next(s.title for s in ordered if s.identity == repeated[0])
            raise ScenarioError(f"the scenario {title!r} was given twice", where="movie", advice="Give each one once.")
        object.__setattr__(self, "scenarios", ordered)  # frozen dataclasses allow no plain assignment, even here

    def streams(self) -> list[Stream]:
        """Return what an attacker is fed: one stream per scenario, in order, each with its warm-up.

        Returns
        -------
        list of Stream
            The streams; the id of each is the position of its scenario in the movie.
        """
        return [scenario.stream(position) for position, scenario in enumerate(self.scenarios)]

    def add(self, *scenarios: Scenario) -> Self:
        """Return a movie with scenarios added; a scenario that it already contains is replaced.

        Parameters
        ----------
        *scenarios
            The scenarios to add.
        """
        added = {s.identity: s for s in _checked(scenarios)}
        return type(self)([*(s for s in self.scenarios if s.identity not in added), *added.values()])._of_file(
            self._read_from
        )

    def remove(self, *scenarios: Scenario) -> Self:
        """Return a movie without the given scenarios.

        Parameters
        ----------
        *scenarios
            The scenarios to remove.

        Raises
        ------
        ScenarioError
            If one of them is not in the movie.
        """
        removed = {s.identity: s for s in _checked(scenarios)}
        missing = removed.keys() - {s.identity for s in self.scenarios}
        if missing:
            title = min(removed[identity].title for identity in missing)
            raise ScenarioError(
                f"the scenario {title!r} is not in it", where="movie", advice="Remove one of its own scenarios."
            )
        return type(self)(s for s in self.scenarios if s.identity not in removed)._of_file(self._read_from)

    def filter(
        self,
        label: Label | str | float | None = None,
        tag: str | None = None,
        stream: int | str | None = None,
    ) -> Self:
        """Return the scenarios that meet all of the given conditions.

        Parameters
        ----------
        label
            UP, DOWN or NOTHING, as a number or as a word in any case.
        tag
            One of the scenario's tags. An accented letter may be written as one character or as two.
        stream
            The id or name of the scenario's stream.

        Raises
        ------
        ArgumentError
            If there is no such label.
        """
        wanted = None if label is None else label_of(decision_of(label, "label"))
        return type(self)(
            s
            for s in self.scenarios
            if wanted in (None, s.label)
            and (tag is None or any(same_name(tag, each) for each in s.tags))
            and (stream is None or stream == s.selection.stream_id or same_name(stream, s.selection.stream_title))
        )

    def split(self, fraction: float = 0.8, seed: int = 0) -> tuple[Self, Self]:
        """Split into a movie to train with and one that is held out.

        Each label is split separately, so that both movies get their share of it. A scenario and the variants derived
        from it stay together. The same seed gives the same split on any machine.

        Parameters
        ----------
        fraction
            The share of the scenarios to train with, between 0 and 1.
        seed
            The seed for the choice.

        Returns
        -------
        training, held_out
            The two movies.

        Raises
        ------
        ArgumentError
            If the fraction is not between 0 and 1.
        """
        training = chosen_for_training(self.scenarios, fraction, seed)
        chosen = {s.identity for s in training}
        return type(self)(training), type(self)(s for s in self.scenarios if s.identity not in chosen)

    def contradictions(self) -> list[Contradiction]:
        """Return the pairs of labels that no attacker can satisfy together.

        UP and DOWN contradict each other if one window contains the other; UP or DOWN contradicts NOTHING if its
        window lies inside the one labelled NOTHING. Both must be on one stream, with the same prices and horizon.

        Returns
        -------
        list of Contradiction
            The pairs, each with ``one``, ``other`` and ``why``, in the order of their windows.
        """
        return contradictions_among(self.scenarios)

    def save(self, path: str | PathLike[str] = DEFAULT_FOLDER) -> Path:
        """Save the movie in a folder, one scenario per file, or in one file if the path ends in ``.json``.

        A warning names the labels that contradict each other.

        Parameters
        ----------
        path
            A folder, or one file; ``~`` stands for the home folder. Other scenarios in a folder are kept. If the file
            already holds a movie, scenarios that were added to or removed from this movie since it was loaded are
            added or removed there; what somebody else has added meanwhile is kept, and so are entries that cannot be
            read. A movie that was not loaded replaces what this process last read or wrote there.

        Returns
        -------
        pathlib.Path
            The folder or file.

        Raises
        ------
        ScenarioError
            If it cannot be written; if the file is not a movie, or is from a newer version; or if somebody else has
            meanwhile changed what would be replaced. Whatever was there before is left untouched.
        """
        from midplot.scenarios.store import placed, save_movie

        file = placed(path).absolute()
        base = self._read_from[1] if self._read_from is not None and self._read_from[0] == file else None
        place = save_movie(self.scenarios, Path(path), base)
        self._of_file((file, {each.identity: each for each in self.scenarios}))
        contradictions = self.contradictions()
        if contradictions:
            warn(described(contradictions))
        return place

    def _of_file(self, read_from: tuple[Path, dict[Identity, Scenario]] | None) -> Self:
        object.__setattr__(self, "_read_from", read_from)
        return self

    def variants(self, kinds: str | Iterable[str] = VARIANTS, seed: int = 0) -> Movie:
        """Derive scenarios that an attacker must pass as well.

        Parameters
        ----------
        kinds
            Any of ``shifted``, ``scaled``, ``mirrored`` and ``noisy``.
        seed
            The seed for the constants and for the noise.

        Returns
        -------
        Movie
            Only the derived scenarios, each with its kind as ``variant`` and the title of its source as ``origin``.
        """
        return Movie(variants(self, kinds, seed))

    def to_frame(self) -> pd.DataFrame:
        """Return a table with one row per scenario.

        Returns
        -------
        pandas.DataFrame
            The columns ``label, stream, stream_id, first, last, ticks, warmup, horizon, epsilon, note, tags, variant,
            origin, created, hindsight``. Indices are original ones, both included. ``hindsight`` says how the outcome
            of the window contradicts the label, and is missing if it does not.
        """
        import pandas as pd

        return pd.DataFrame([_row(scenario) for scenario in self.scenarios], columns=_COLUMNS)

    def to_html(self, path: str | PathLike[str]) -> Path:
        """Write the movie as a gallery, a self-contained page that opens in any browser without a network.

        It has a picture of each scenario, by stream, and can be filtered by label and tag.

        Parameters
        ----------
        path
            The file to write. Its folder is created if it does not exist.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            If the path is a folder, cannot be written, or is no path.
        """
        from midplot.views.pages._movie_page import write_movie_page

        return write_movie_page(self.scenarios, path)

    def _repr_html_(self) -> str:
        from midplot.views.pages._movie_page import movie_card

        return movie_card(self.scenarios)

    def __len__(self) -> int:
        return len(self.scenarios)

    def __iter__(self) -> Iterator[Scenario]:
        return iter(self.scenarios)

    @overload
    def __getitem__(self, position: int) -> Scenario: ...

    @overload
    def __getitem__(self, position: slice) -> Self: ...

    def __getitem__(self, position: int | slice) -> Scenario | Self:
        if isinstance(position, slice):
            return type(self)(self.scenarios[position])
        return self.scenarios[position]

    def __repr__(self) -> str:
        counts = Counter(s.label for s in self.scenarios)
        labels = ", ".join(f"{counts[label]} {label}" for label in LABELS.values() if counts[label])
        name = f"{len(self)} scenario{'s' * (len(self) != 1)}"
        return f"{type(self).__name__}({name}{': ' * bool(labels)}{labels})"


def _row(scenario: Scenario) -> tuple[object, ...]:
    s = scenario.selection
    return (
        *(scenario.label, s.stream_title, s.stream_id, s.first, s.last, s.n_ticks, len(s.before), s.horizon, s.epsilon),
        *(scenario.note, scenario.tags, scenario.variant, scenario.origin, scenario.created, scenario.hindsight),
    )


def _checked(scenarios: Iterable[Scenario]) -> list[Scenario]:
    listed = list(scenarios)
    for each in listed:
        if not isinstance(each, Scenario):
            raise ScenarioError(
                f"expected a scenario, got {each!r} ({type(each).__name__})", where="movie", advice="Give a Scenario."
            )
    return listed
