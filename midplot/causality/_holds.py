"""Finds what an attacker holds of the streams that it is replayed on, before it is shown them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from midplot._arithmetic import quiet
from midplot._text import counted, printable
from midplot.causality._made_of import MadeOf
from midplot.causality._reach import Reach
from midplot.causality._selected import Selections
from midplot.causality._statistics import WholeFigures
from midplot.causality._stretch import Likeness, StretchIndex
from midplot.streams._stream import Part

__all__ = ["Holding", "Holdings", "what_is_held"]

# Each is laid along all streams at every distance, which takes a tenth of a second on a million ticks.
MOST_FITTED = 16
"""Runs of numbers that are compared by their shape; all are compared number by number."""

MOST_OTHERS = 1000
"""Other runs of numbers that are kept: a model may have very many."""

MOST_NAMED = 8
"""Holdings that are named."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Something of the streams that an attacker knows before it is shown them.

    Attributes
    ----------
    path
        Where it is, as one would write it: ``everything``, ``self.table``, ``helpers.DATA``.
    stream
        The label of the stream that it is made of.
    what
        What it looks like.
    n
        Number of numbers that agree.
    length
        Number of numbers in the run.
    gathered
        Whether the attacker has gathered it from the streams that it was fed, and goes on doing so: a list in a class or
        a module, to which it appends. That is memory, and no leak by itself.
    """

    path: str
    stream: str
    what: str
    n: int
    length: int
    gathered: bool = False

    def __str__(self) -> str:
        gathered = ", gathered while it was replayed" if self.gathered else ""
        return f"`{printable(self.path, 80)}`: {self.what} of {self.stream}{gathered}"


@dataclass(frozen=True, slots=True)
class Holdings:
    """What an attacker holds.

    Attributes
    ----------
    found
        What is made of the streams being replayed.
    others
        Paths to other runs of numbers, with their lengths, the longest first: training data or parameters, perhaps.
    complete
        Whether everything was looked at.
    """

    found: tuple[Holding, ...]
    others: tuple[tuple[str, int], ...]
    complete: bool = True

    def compared(self, later: Holdings) -> Holdings:
        """Mark as gathered what is no longer the same after more replays."""
        same = set(later.found)
        return replace(self, found=tuple(each if each in same else replace(each, gathered=True) for each in self.found))

    def lines(self) -> list[str]:
        """Say what is held, one sentence each."""
        said = [str(each) for each in self.found[:MOST_NAMED]]
        if len(self.found) > MOST_NAMED:
            said.append(f"and {len(self.found) - MOST_NAMED} more")
        if not said:
            other = ", ".join(f"`{printable(path, 60)}` ({counted(n, 'number')})" for path, n in self.others[:3])
            more = f" and {len(self.others) - 3} more" if len(self.others) > 3 else ""
            said.append(f"nothing of these streams{f'; of others: {other}{more}' if other else ''}")
        if not self.complete:
            said.append("not all was compared: it holds too many objects, or there are too many ticks")
        return said


@quiet()
def what_is_held(reach: Reach, later: Reach | None, parts: Sequence[Part], horizon: int) -> Holdings:
    """Hold the numbers that an attacker can reach against the streams.

    Parameters
    ----------
    reach
        What it can reach when it is ready.
    later
        What it can reach a few ticks later, if that is known. Single numbers of it are prices that it was shown.
    parts
        The parts that are replayed.
    horizon
        Ticks from a decision to its resolution.
    """
    known = {run.tobytes() for _, run in reach.runs} | {path for path, _ in reach.runs}
    fresh = [] if later is None else [each for each in later.runs if known.isdisjoint((each[0], each[1].tobytes()))]
    runs = sorted([*reach.runs, *fresh], key=lambda each: -len(each[1]))
    exact, made, selections = StretchIndex(parts), MadeOf(parts, horizon), Selections(parts, horizon)
    found, others, fitted = [], [], 0
    for path, run in runs:
        likeness = exact.find(run) or selections.find(run)
        if likeness is None and fitted < MOST_FITTED:
            fitted += 1
            likeness = made.find(run)
        if likeness is None:
            others.append((path, len(run)))
        else:
            found.append(_holding(path, likeness, len(run)))
    return Holdings((*found, *_figures_held(reach.scalars, parts)), tuple(others[:MOST_OTHERS]), reach.complete)


def _holding(path: str, likeness: Likeness, length: int) -> Holding:
    return Holding(path, likeness.stream, likeness.what, likeness.n, length)


def _figures_held(scalars: Sequence[tuple[str, float]], parts: Sequence[Part]) -> list[Holding]:
    """Return the single numbers that are figures of a whole stream."""
    figures = WholeFigures(parts)
    hits = [(path, *hit) for path, number in scalars if (hit := figures.find(number)) is not None]
    # Prices on a grid are round, and 100 may be the lowest of a stream by chance; two figures of one stream are not.
    figures_of: dict[str, set[str]] = {}
    for _, likeness, _ in hits:
        figures_of.setdefault(likeness.stream, set()).add(likeness.what)
    return [
        _holding(path, likeness, 1)
        for path, likeness, precise in hits
        if precise or len(figures_of[likeness.stream]) >= 2
    ]
