"""What a movie is: an ordered set of scenarios, without files and frames."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self, overload

from midplot.core.contradictions import Contradiction, contradictions_among
from midplot.core.names import same_name
from midplot.core.scenario import LABELS, Label, Scenario, label_of
from midplot.core.stream import Stream
from midplot.errors import ArgumentError, ArgumentTypeError, ScenarioError, did_you_mean

__all__ = ["Movie", "in_order"]


@dataclass(frozen=True, init=False, repr=False)
class Movie:
    """An ordered set of scenarios, by stream, then indices, then label.

    Parameters
    ----------
    scenarios
        In any order; none twice.

    Raises
    ------
    ScenarioError
        If a scenario is given twice, or something else than a scenario.

    Examples
    --------
    >>> from midplot.core.scenario import Selection
    >>> stream = Stream([1.0, 2.0, 3.0, 4.0], name="eurusd")
    >>> selection = Selection.of(stream, 1, 2, horizon=1, epsilon=0.0025)
    >>> movie = Movie([Scenario(selection=selection, expected=1)])
    >>> movie
    Movie(1 scenario: 1 UP)
    >>> movie.streams()
    [Stream(stream_id=0, name='UP eurusd 1-2', 3 points)]
    """

    scenarios: tuple[Scenario, ...]

    def __init__(self, scenarios: Iterable[Scenario] = ()) -> None:
        ordered = in_order(_checked(scenarios))
        repeated = [s for s, n in Counter(s.identity for s in ordered).items() if n > 1]
        if repeated:
            title = next(s.title for s in ordered if s.identity == repeated[0])
            raise ScenarioError(f"movie: the scenario {title!r} was given twice. Give each one once.")
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
        return type(self)([*(s for s in self.scenarios if s.identity not in added), *added.values()])

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
            raise ScenarioError(f"movie: the scenario {title!r} is not in it. Remove one of its own scenarios.")
        return type(self)(s for s in self.scenarios if s.identity not in removed)

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
        if not 0 <= _share(fraction) <= 1:
            raise ArgumentError(f"fraction: {fraction!r} is not a share. Give a number between 0 and 1.")
        families = _families(self.scenarios)
        training: list[Scenario] = []
        for label in LABELS.values():
            drawn = [root for root, members in families.items() if _family_label(members) == label]
            kept = sorted(drawn, key=lambda root: _draw(seed, root))[: math.floor(fraction * len(drawn) + 0.5)]
            training += [s for root in kept for s in families[root]]
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


def in_order(scenarios: Iterable[Scenario]) -> tuple[Scenario, ...]:
    """Sort scenarios by stream (numbers in names count as numbers), indices, label, and what else tells them apart."""
    return tuple(sorted(scenarios, key=_order))


def _order(scenario: Scenario) -> tuple[Any, ...]:
    s = scenario.selection
    title = s.stream_title
    return (
        *(natural(title), title, s.first, s.last, scenario.label),
        *(scenario.variant or "", s.horizon, s.values),
    )


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts texts as people do: 2 before 10, whatever the case.

    Examples
    --------
    >>> sorted(["stream 10", "Stream 2", "stream 1"], key=natural)
    ['stream 1', 'Stream 2', 'stream 10']
    """
    pieces = re.split(r"([0-9]+)", text.casefold())
    # A number is compared by its length first: of any size, without becoming an int.
    return tuple(
        (len(piece.lstrip("0")), piece.lstrip("0")) if at % 2 else (-1, piece) for at, piece in enumerate(pieces)
    )


def _checked(scenarios: Iterable[Scenario]) -> list[Scenario]:
    listed = list(scenarios)
    for each in listed:
        if not isinstance(each, Scenario):
            raise ScenarioError(f"movie: expected a scenario, got {each!r} ({type(each).__name__}). Give a Scenario.")
    return listed


def _as_label(label: str | float) -> Label:
    if not isinstance(label, str):
        try:
            return label_of(label)
        except ValueError as error:
            raise ArgumentError(f"label: {error}") from error
    known = {name.casefold(): name for name in LABELS.values()}
    if label.casefold() not in known:
        raise ArgumentError(
            f"label: there is no {label!r}.{did_you_mean(label.upper(), LABELS.values())} Give UP, DOWN or NOTHING."
        )
    return known[label.casefold()]


def _share(fraction: Any) -> float:
    try:
        return float(fraction)
    except (TypeError, ValueError) as error:
        raise ArgumentTypeError(f"fraction: got {fraction!r}. Give a number between 0 and 1.") from error


def _families(scenarios: Iterable[Scenario]) -> dict[str, list[Scenario]]:
    """Group scenarios with the variants derived of them, by title."""
    families: dict[str, list[Scenario]] = defaultdict(list)
    for scenario in scenarios:
        families[scenario.origin or scenario.title].append(scenario)
    return families


def _family_label(members: list[Scenario]) -> Label:
    """Return the label of the scenario that the others were derived of, where it is there."""
    return min(members, key=lambda s: s.variant is not None).label


def _draw(seed: int, root: str) -> bytes:
    """Return where a scenario comes in the draw: by a hash, so that one more scenario does not move the others."""
    return hashlib.sha256(f"{seed} {root}".encode("utf-8", "surrogatepass")).digest()
