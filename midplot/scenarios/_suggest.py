"""Suggests the windows most worth labelling: where the attacker missed a move, lost, reversed itself or was slow.

A suggested window ends at the tick at which the decision was or should have been made, so an attacker that is checked
on it later sees everything that could be seen by then. Its label is a proposal made in hindsight.
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
from midplot.scenarios._selection import WARMUP, Selection
from midplot.scenarios._suspects import KINDS, Field, Found, Ticks
from midplot.streams._stream import FloatArray

__all__ = ["Suggestion", "suggest"]

# As long as the longest warm-up that a scenario keeps. Nobody can judge a longer window at a glance.
LONGEST = 1000
"""The greatest number of ticks in a suggested window."""

# Moves are missed in many places. If those chose first, they would cover the few places of the rarer kinds.
_CHOICE = ("slow tick", "taken back", "worst loss", "missed up", "missed down")
"""The order in which the kinds choose their windows in each round: the rarer first."""

Select = Callable[[int, int, int], Selection]
"""Selects a window by stream id, first and last original index."""


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
        The decision proposed in hindsight: 1.0, -1.0 or 0.0.
    selection
        The window, ready to be saved.
    size
        How bad it is, in the units of the price or in milliseconds; suggestions of one kind are ranked by it.
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
    history: int = 0,
) -> list[Suggestion]:
    """Suggest the windows of a replay that are most worth labelling.

    Parameters
    ----------
    streams
        The replayed streams, with their accounts.
    settings
        The rules of the replay.
    n
        The greatest number of suggestions.
    stream_id
        The id of a stream, to get suggestions from that stream only.
    length
        The number of ticks in a window, at most 1000; fewer if its part begins inside the window. The window of a missed
        move begins after the last decision before the move, but is at least half as long.
    select
        A function that selects a window by stream id, first and last index; by default windows are selected in the
        part that was replayed.
    labelled
        Stream id, first and last index of each window that has a label already. No suggestion shares a tick with them.
    history
        The number of ticks that the attacker needs before it can decide. No window ends earlier in its part, unless
        its warm-up is as long as any can be.

    Returns
    -------
    list of Suggestion
        The kinds in turn, the worst of each kind first. No two windows share a tick.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If ``n`` or ``length`` is not a whole number of at least 1, or there is no such stream.

    Notes
    -----
    The kinds, with ``x`` the price, ``h`` the horizon and ``e`` epsilon:

    - missed up, missed down: ``x[t + h] - x[t]`` moved by more than ``e`` in that direction, and there was no decision
      within ``h`` ticks of ``t``, nor in the window;
    - worst loss: a counted decision that lost;
    - taken back: two counted decisions in opposite directions, at most ``h`` ticks apart and both in the window, that
      lost together;
    - slow tick: a decision that took longer than the budget.

    An attacker needs some ticks to get ready, so missed moves and slow ticks are sought only where a whole window of
    ticks comes before them. The decisions of the replay do not satisfy what is proposed, except maybe at a slow tick:
    there the attacker may have decided the right thing, but too late.
    """
    n, length = whole_number("n", n, 1), whole_number("length", length, 1)
    if length > LONGEST:
        raise ArgumentError(
            f"{length} is above {LONGEST}", where="length", advice=f"Give a whole number from 1 to {LONGEST}."
        )
    fields = [Field(part, settings, length) for stream in _chosen(streams, stream_id) for part in stream.parts]
    queues = [_Queue.of(kind, find, fields) for kind, find in KINDS.items()]
    for queue in queues:
        queue.strike_out_early(history)
    for labelled_id, first, last in labelled:
        for queue in queues:
            queue.strike_out(fields, labelled_id, first, last)
    picked = _in_turn(queues, n)
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
    """A candidate that was chosen: its part, and the first and last tick of its window in that part."""

    kind: str
    part: int
    first: int
    last: int
    why: str
    expected: float
    size: float


@dataclass(frozen=True, slots=True, eq=False)
class _Queue:
    """The candidates of one kind in all parts.

    Attributes
    ----------
    kind
        The kind.
    found
        The candidates, part by part.
    starts
        The position in ``sizes`` at which each part's candidates start, and the total.
    sizes
        The size of each candidate, all parts in one array; minus infinity marks those that were struck out.
    """

    kind: str
    found: Sequence[Found]
    starts: Ticks
    sizes: FloatArray

    @classmethod
    def of(cls, kind: str, find: Callable[[Field], Found], fields: Sequence[Field]) -> _Queue:
        found = [find(each) for each in fields]
        starts = np.cumsum([0, *(len(each.ticks) for each in found)])
        return cls(kind, found, starts, np.concatenate([np.empty(0), *(each.sizes for each in found)]))

    def worst(self) -> _Picked | None:
        """Return the worst remaining candidate; None if there is none left."""
        place = int(np.argmax(self.sizes)) if len(self.sizes) else 0
        if not len(self.sizes) or np.isneginf(self.sizes[place]):
            return None
        part = int(np.searchsorted(self.starts, place, side="right")) - 1
        found, at = self.found[part], place - int(self.starts[part])
        first, last = int(found.starts[at]), int(found.ticks[at])
        return _Picked(self.kind, part, first, last, *found.tell(at), float(self.sizes[place]))

    def strike_out_early(self, history: int) -> None:
        """Strike out the candidates whose windows end too early in their part for the attacker to decide in them."""
        for start, found in zip(self.starts, self.found, strict=False):
            early = (found.ticks + 1 < history) & (found.starts < WARMUP)
            self.sizes[int(start) + np.flatnonzero(early)] = -np.inf

    def strike_out(self, fields: Sequence[Field], stream_id: int, first: int, last: int) -> None:
        """Strike out the candidates whose windows share a tick with a window given by original indices."""
        for at, field in enumerate(fields):
            part = field.account.part
            inside = first < part.first_index + len(field.values) and last >= part.first_index
            if part.stream_id == stream_id and inside:
                taken = _Picked(self.kind, at, first - part.first_index, last - part.first_index, "", 0.0, 0.0)
                self.strike(taken)

    def strike(self, taken: _Picked) -> None:
        """Strike out the candidates whose windows share a tick with one that was chosen."""
        # Both ends of the windows ascend, so those that overlap are neighbours.
        found = self.found[taken.part]
        low = np.searchsorted(found.ticks, taken.first)
        high = np.searchsorted(found.starts, taken.last, side="right")
        start = int(self.starts[taken.part])
        self.sizes[start + low : start + high] = -np.inf


def _in_turn(queues: Sequence[_Queue], n: int) -> list[_Picked]:
    """Choose the worst of each kind, round by round, until there are enough or none is left."""
    picked: list[_Picked] = []
    left = sorted(queues, key=lambda queue: _CHOICE.index(queue.kind))
    while left and len(picked) < n:
        turns = {queue.kind: _take_worst(queue, left) for queue in left}
        left = [queue for queue in left if turns[queue.kind] is not None]
        # Chosen in the order of _CHOICE, but listed in that of KINDS, which is the more useful one to read.
        picked += [each for kind in KINDS if (each := turns.get(kind)) is not None]
    return picked[:n]


def _take_worst(queue: _Queue, left: Sequence[_Queue]) -> _Picked | None:
    """Choose the worst candidate of a kind, and strike out everything that overlaps it, of all kinds."""
    worst = queue.worst()
    if worst is not None:
        for each in left:
            each.strike(worst)
    return worst


def _suggestion(field: Field, picked: _Picked, select: Select | None) -> Suggestion:
    first, last = field.index(picked.first), field.index(picked.last)
    stream_id = field.account.part.stream_id
    selection = field.selection(first, last) if select is None else select(stream_id, first, last)
    return Suggestion(picked.kind, picked.why, picked.expected, selection, picked.size)
