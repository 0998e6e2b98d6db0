"""Which windows of a replay are most worth labelling: where the attacker missed, lost, took back, or took too long.

A suggested window ends at the tick at which the decision was or should have been taken, so that an attacker that is
checked on it later sees what there was to see. Its label is a proposal made in hindsight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from midplot._arguments import whole_number
from midplot.errors import ArgumentError
from midplot.money._account import StreamAccount
from midplot.play._settings import ReplaySettings
from midplot.scenarios._scenario import label_of
from midplot.scenarios._selection import Selection
from midplot.scenarios._suspects import KINDS, Field, Found, Ticks
from midplot.streams._stream import FloatArray

__all__ = ["Suggestion", "suggest"]

LONGEST = 1000
"""The most ticks that a suggested window has."""

_CHOICE = ("slow tick", "taken back", "worst loss", "missed up", "missed down")
"""In a round the rarer kinds choose first: moves are missed in many places, so all get their turn."""

Select = Callable[[int, int, int], Selection]


@dataclass(frozen=True, slots=True, eq=False)
class Suggestion:
    """A window worth labelling.

    Attributes
    ----------
    kind
        ``"missed up"``, ``"missed down"``, ``"worst loss"``, ``"taken back"`` or ``"slow tick"``.
    why
        What happened there, in one sentence.
    expected
        The label that hindsight proposes: 1.0, -1.0 or 0.0.
    selection
        The window, ready to be saved.
    size
        How bad it is, by which those of a kind are ranked: in the units of the price, or in milliseconds.
    """

    kind: str
    why: str
    expected: float
    selection: Selection
    size: float

    def __repr__(self) -> str:
        window = f"{self.selection.stream_title} {self.selection.first}-{self.selection.last}"
        return f"Suggestion({self.kind}, {label_of(self.expected)} {window!r}: {self.why})"


def suggest(
    streams: Iterable[StreamAccount],
    settings: ReplaySettings,
    n: int = 10,
    *,
    stream_id: int | None = None,
    length: int = 50,
    select: Select | None = None,
    labelled: Iterable[tuple[int, int, int]] = (),
) -> list[Suggestion]:
    """Propose the windows of a replay that are most worth labelling.

    Parameters
    ----------
    streams
        What was replayed.
    settings
        By which rules.
    n
        The most windows to propose.
    stream_id
        Propose windows of this stream only.
    length
        Ticks of a window, 1000 at the most; fewer where its part starts later.
    select
        Selects a window by stream id, first and last index; by default in the part that was replayed.
    labelled
        Stream id, first and last index of the windows that have a label: no suggestion shares a tick with one.

    Returns
    -------
    list of Suggestion
        The kinds in turn, each kind's worst first. No two windows share a tick.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If n or length is not a whole number of at least 1, or there is no such stream.

    Notes
    -----
    The kinds, with ``x`` the price, ``h`` the horizon and ``e`` epsilon:

    - missed up, missed down: ``x[t + h] - x[t]`` went further than ``e`` that way, and nothing was decided within ``h``
      ticks of ``t``;
    - worst loss: a counted decision that lost;
    - taken back: two counted decisions in opposite directions, at most ``h`` ticks apart, that lost together;
    - slow tick: a decision that took longer than the budget.

    An attacker needs some ticks to get ready: moves missed and ticks slow are sought where a whole window precedes.
    """
    n, length = whole_number("n", n, 1), whole_number("length", length, 1)
    if length > LONGEST:
        raise ArgumentError(
            f"{length} is above {LONGEST}", where="length", advice=f"Give a whole number from 1 to {LONGEST}."
        )
    fields = [Field(part, settings, length) for stream in _chosen(streams, stream_id) for part in stream.parts]
    queues = [_Queue.of(kind, find, fields) for kind, find in KINDS.items()]
    for labelled_id, first, last in labelled:
        for queue in queues:
            queue.strike_out(fields, labelled_id, first, last, length)
    picked = _in_turn(queues, n, length)
    return [_suggestion(fields[each.part], each, select) for each in picked]


def _chosen(streams: Iterable[StreamAccount], stream_id: int | None) -> list[StreamAccount]:
    listed = list(streams)
    chosen = [stream for stream in listed if stream_id in (None, stream.stream_id)]
    if listed and not chosen:
        ids = ", ".join(str(stream.stream_id) for stream in listed)
        raise ArgumentError(f"{stream_id!r} was not replayed", where="stream_id", advice=f"Choose one of {ids}.")
    return chosen


@dataclass(frozen=True, slots=True, eq=False)
class _Picked:
    """A candidate that was taken: its part, and its window's first and last tick there."""

    kind: str
    part: int
    first: int
    last: int
    why: str
    expected: float
    size: float


@dataclass(frozen=True, slots=True, eq=False)
class _Queue:
    """The candidates of one kind over all parts; those that overlap what was taken are struck out."""

    kind: str
    found: Sequence[Found]
    starts: Ticks
    sizes: FloatArray

    @classmethod
    def of(cls, kind: str, find: Callable[[Field], Found], fields: Sequence[Field]) -> _Queue:
        found = [find(each) for each in fields]
        starts = np.cumsum([0, *(len(each.ticks) for each in found)])
        return cls(kind, found, starts, np.concatenate([np.empty(0), *(each.sizes for each in found)]))

    def worst(self, length: int) -> _Picked | None:
        """Return the worst candidate that is left."""
        place = int(np.argmax(self.sizes)) if len(self.sizes) else 0
        if not len(self.sizes) or np.isneginf(self.sizes[place]):
            return None
        part = int(np.searchsorted(self.starts, place, side="right")) - 1
        found, at = self.found[part], place - int(self.starts[part])
        last = int(found.ticks[at])
        return _Picked(self.kind, part, max(0, last - length + 1), last, *found.tell(at), float(self.sizes[place]))

    def strike_out(self, fields: Sequence[Field], stream_id: int, first: int, last: int, length: int) -> None:
        """Strike out every candidate whose window would share a tick with one, given by original indices."""
        for at, field in enumerate(fields):
            part = field.account.part
            inside = first < part.first_index + len(field.values) and last >= part.first_index
            if part.stream_id == stream_id and inside:
                taken = _Picked(self.kind, at, first - part.first_index, last - part.first_index, "", 0.0, 0.0)
                self.strike(taken, length)

    def strike(self, taken: _Picked, length: int) -> None:
        """Strike out every candidate whose window would share a tick with one that was taken."""
        low, high = np.searchsorted(self.found[taken.part].ticks, [taken.first, taken.last + length])
        start = int(self.starts[taken.part])
        self.sizes[start + low : start + high] = -np.inf


def _in_turn(queues: Sequence[_Queue], n: int, length: int) -> list[_Picked]:
    """Take each kind's worst, round by round, until there are enough or none is left."""
    picked: list[_Picked] = []
    left = sorted(queues, key=lambda queue: _CHOICE.index(queue.kind))
    while left and len(picked) < n:
        turns = {queue.kind: _taken(queue, left, length) for queue in left}
        left = [queue for queue in left if turns[queue.kind] is not None]
        picked += [each for kind in KINDS if (each := turns.get(kind)) is not None]
    return picked[:n]


def _taken(queue: _Queue, left: Sequence[_Queue], length: int) -> _Picked | None:
    """Take a kind's worst, and strike out for all kinds what would overlap it."""
    worst = queue.worst(length)
    if worst is not None:
        for each in left:
            each.strike(worst, length)
    return worst


def _suggestion(field: Field, picked: _Picked, select: Select | None) -> Suggestion:
    first, last = field.index(picked.first), field.index(picked.last)
    stream_id = field.account.part.stream_id
    selection = field.selection(first, last) if select is None else select(stream_id, first, last)
    return Suggestion(picked.kind, picked.why, picked.expected, selection, picked.size)
