"""What a movie is: an ordered set of scenarios, which can be saved, split, varied and shown as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self, overload

from midplot._text import same_name
from midplot._warnings import warn
from midplot.errors import ArgumentError, ScenarioError, did_you_mean
from midplot.scenarios._contradictions import Contradiction, contradictions_among, described
from midplot.scenarios._order import in_order
from midplot.scenarios._scenario import DEFAULT_FOLDER, LABELS, Identity, Label, Scenario, label_of
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
    """An ordered set of scenarios, by stream, then indices, then label: saved, split, varied, shown as a table.

    Parameters
    ----------
    scenarios
        In any order; none twice.

    Raises
    ------
    ScenarioError
        If a scenario is given twice, or something else than a scenario.

    See Also
    --------
    load_scenarios : Load one from files.

    Examples
    --------
    >>> from midplot.scenarios._scenario import Selection
    >>> stream = Stream([1.0, 2.0, 3.0, 4.0], name="eurusd")
    >>> selection = Selection.of(stream, 1, 2, horizon=1, epsilon=0.0025)
    >>> movie = Movie([Scenario(selection=selection, expected=1)])
    >>> movie
    Movie(1 scenario: 1 UP)
    >>> movie.streams()
    [Stream(stream_id=0, name='UP eurusd 1-2', 3 points)]
    """

    scenarios: tuple[Scenario, ...]

    _read_from: ClassVar[tuple[Path, dict[Identity, Scenario]] | None] = None
    """The file that this movie was read from or saved to last, and what it held then; no part of what it is equal by."""

    def __init__(self, scenarios: Iterable[Scenario] = ()) -> None:
        ordered = in_order(_checked(scenarios))
        repeated = [s for s, n in Counter(s.identity for s in ordered).items() if n > 1]
        if repeated:
            title = next(s.title for s in ordered if s.identity == repeated[0])
            raise ScenarioError(f"the scenario {title!r} was given twice", where="movie", advice="Give each one once.")
        object.__setattr__(self, "scenarios", ordered)

    def streams(self) -> list[Stream]:
        """Return what an attacker is fed: one stream a scenario, in order, each with its warm-up.

        Returns
        -------
        list of Stream
            The id of each is its scenario's position in the movie.
        """
        return [scenario.stream(position) for position, scenario in enumerate(self.scenarios)]

    def add(self, *scenarios: Scenario) -> Self:
        """Return a movie with scenarios added; one that is there already is replaced.

        Parameters
        ----------
        *scenarios
            What to add.
        """
        added = {s.identity: s for s in _checked(scenarios)}
        return type(self)([*(s for s in self.scenarios if s.identity not in added), *added.values()])._of_file(
            self._read_from
        )

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
        """Return the scenarios that meet every condition given.

        Parameters
        ----------
        label
            UP, DOWN or NOTHING, as a number or as a word.
        tag
            One of the scenario's tags. Accents may be written either way, of one character or of two.
        stream
            The id or the name of its stream.

        Raises
        ------
        ArgumentError
            If there is no such label.
        """
        wanted = None if label is None else _as_label(label)
        return type(self)(
            s
            for s in self.scenarios
            if wanted in (None, s.label)
            and (tag is None or any(same_name(tag, each) for each in s.tags))
            and (stream is None or stream == s.selection.stream_id or same_name(stream, s.selection.stream_title))
        )

    def split(self, fraction: float = 0.8, seed: int = 0) -> tuple[Self, Self]:
        """Split into a movie to train with and one that is held out.

        Each label is split by itself, so that both have their share of it. A scenario and the variants derived of
        it stay together. The same seed gives the same split, on any machine.

        Parameters
        ----------
        fraction
            The share to train with, between 0 and 1.
        seed
            Of the choice.

        Returns
        -------
        training, held_out
            Two movies.

        Raises
        ------
        ArgumentError
            If the fraction is not between 0 and 1.
        """
        training = chosen_for_training(self.scenarios, fraction, seed)
        chosen = {s.identity for s in training}
        return type(self)(training), type(self)(s for s in self.scenarios if s.identity not in chosen)

    def contradictions(self) -> list[Contradiction]:
        """Return the pairs of labels that no attacker can meet together.

        UP and DOWN contradict each other where one window holds the other, and so do UP or DOWN and NOTHING where
        the window lies inside the one labelled NOTHING: on one stream, with the same prices and the same horizon.

        Returns
        -------
        list of Contradiction
            Each with ``one``, ``other`` and ``why``, in the order of their windows.
        """
        return contradictions_among(self.scenarios)

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


def _as_label(label: str | float) -> Label:
    if not isinstance(label, str):
        try:
            return label_of(label)
        except ValueError as error:
            raise ArgumentError(
                f"{label!r} is not a label", where="label", advice="Give UP, DOWN or NOTHING."
            ) from error
    known = {name.casefold(): name for name in LABELS.values()}
    if label.casefold() not in known:
        raise ArgumentError(
            f"there is no {label!r}",
            where="label",
            advice=f"{did_you_mean(label.upper(), LABELS.values())} Give UP, DOWN or NOTHING.",
        )
    return known[label.casefold()]
