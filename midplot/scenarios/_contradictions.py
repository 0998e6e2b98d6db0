"""Finds pairs of labels that no attacker can satisfy together.

Two labels contradict each other when no sequence of decisions over the ticks of both windows satisfies both: UP and
DOWN when one window contains the other, and UP or DOWN when its window lies inside one labelled NOTHING. This assumes
what is true of any attacker once it is warm: its decision at a tick does not depend on when it was started.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from midplot._text import same_name
from midplot.game import NOTHING
from midplot.scenarios._scenario import UNKNOWN_STREAM, Scenario

__all__ = ["Contradiction", "contradict", "contradictions_among", "contradictions_with", "described"]

# A warning or a report is read on one screen; the full list is one call away.
MOST_DESCRIBED = 20


class Contradiction(NamedTuple):
    """Two labels that no attacker can satisfy together.

    Attributes
    ----------
    one, other
        The two scenarios.
    why
        Why they contradict each other, in one sentence.
    """

    one: Scenario
    other: Scenario
    why: str


def contradict(one: Scenario, other: Scenario) -> bool:
    """Return whether no attacker can satisfy both labels.

    Labels contradict each other only on the same ticks: on one stream (the same name, or the same id if one has no
    name) with the same prices at the same indices. They must also share a horizon, because an attacker is given the
    horizon and may decide by it. Costs and warm-ups may differ.

    Examples
    --------
    >>> from midplot.scenarios._scenario import Selection
    >>> from midplot.streams._stream import Stream
    >>> stream = Stream([1.0, 2.0, 3.0, 4.0, 5.0], name="eurusd")
    >>> pick = lambda first, last: Selection.of(stream, first, last, horizon=1, epsilon=0)
    >>> up = Scenario(selection=pick(1, 2), expected=1)
    >>> contradict(up, Scenario(selection=pick(0, 3), expected=0)), contradict(up, Scenario(selection=pick(2, 3), expected=0))
    (True, False)
    """
    a, b = one.selection, other.selection
    if one.expected == other.expected or a.horizon != b.horizon or not _windows_exclude(one, other):
        return False
    inner, outer = (a, b) if _inside(one, other) else (b, a)
    start = inner.first - outer.first
    return _same_stream(one, other) and outer.values[start : start + inner.n_ticks] == inner.values


def contradictions_with(scenario: Scenario, others: Iterable[Scenario]) -> Iterator[Contradiction]:
    """Yield the contradictions between one scenario and others."""
    expected, first, last = scenario.expected, scenario.selection.first, scenario.selection.last
    for other in others:
        # A folder may hold ten thousand labels, few of which share a tick with this one: skip the rest cheaply.
        if other.expected == expected or other.selection.last < first or other.selection.first > last:
            continue
        if contradict(scenario, other):
            yield Contradiction(scenario, other, _why(scenario, other))


def contradictions_among(scenarios: Iterable[Scenario]) -> list[Contradiction]:
    """Return all pairs that contradict each other: by horizon, then in the order of their windows."""
    groups: dict[int, list[Scenario]] = defaultdict(list)
    for each in scenarios:
        groups[each.selection.horizon].append(each)
    return [found for group in groups.values() for found in _sweep(group)]


def described(contradictions: Sequence[Contradiction]) -> str:
    """Describe contradictions, one per line; the text is empty if there are none."""
    lines = [each.why for each in contradictions[:MOST_DESCRIBED]]
    more = len(contradictions) - len(lines)
    return "\n".join([*lines, *([f"… and {more:,} more: movie.contradictions() has them all."] if more else [])])


def _sweep(scenarios: list[Scenario]) -> Iterator[Contradiction]:
    """Walk through the windows by their starts, and compare each only with those that have not ended yet."""
    open_ones: list[Scenario] = []
    # Of windows with the same start the longest comes first, so a window always meets those that contain it.
    for each in sorted(scenarios, key=lambda s: (s.selection.first, -s.selection.last)):
        open_ones = [other for other in open_ones if other.selection.last >= each.selection.first]
        for other in open_ones:
            if contradict(other, each):
                yield Contradiction(other, each, _why(other, each))
        open_ones.append(each)


def _windows_exclude(one: Scenario, other: Scenario) -> bool:
    if NOTHING not in (one.expected, other.expected):
        return _inside(one, other) or _inside(other, one)
    # UP asks for one decision somewhere in its window. If part of it sticks out of NOTHING, that decision can be there.
    return _inside(one, other) if other.expected == NOTHING else _inside(other, one)


def _inside(one: Scenario, other: Scenario) -> bool:
    return other.selection.first <= one.selection.first and one.selection.last <= other.selection.last


def _same_stream(one: Scenario, other: Scenario) -> bool:
    a, b = one.selection, other.selection
    if a.stream_name is not None and b.stream_name is not None:
        return same_name(a.stream_name, b.stream_name)
    return a.stream_id == b.stream_id or UNKNOWN_STREAM in (a.stream_id, b.stream_id)


def _why(one: Scenario, other: Scenario) -> str:
    same = (one.selection.first, one.selection.last) == (other.selection.first, other.selection.last)
    inner, outer = (one, other) if _inside(one, other) else (other, one)
    where = "the window is the same" if same else f"the window of {inner.title} lies inside that of {outer.title}"
    return f"{one.title} and {other.title} contradict each other: {where}, and no attacker can meet both."
