"""Finds labels that no attacker can meet together.

Two labels contradict each other where no row of decisions over the ticks of both windows meets both: UP and DOWN where
one window holds the other, and UP or DOWN where its window lies inside one labelled NOTHING. That presumes what holds
for any attacker once it is warm: that its decision at a tick does not depend on how long before it was started.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from midplot.core.game import NOTHING
from midplot.core.scenario import UNKNOWN_STREAM, Scenario

__all__ = ["Contradiction", "contradict", "contradictions_among", "contradictions_with", "described"]

MOST_DESCRIBED = 20


class Contradiction(NamedTuple):
    """Two labels that no attacker can meet together.

    Attributes
    ----------
    one, other
        The scenarios.
    why
        In one sentence.
    """

    one: Scenario
    other: Scenario
    why: str


def contradict(one: Scenario, other: Scenario) -> bool:
    """Tell whether no attacker can meet both labels.

    They must be of the same ticks: of one stream, by name, or by id where a name is lacking, with the same prices at
    the same indices. They must have the same horizon as well, since an attacker is told it and may decide by it. Costs
    and warm-ups may differ.

    Examples
    --------
    >>> from midplot.core.scenario import Selection
    >>> from midplot.core.stream import Stream
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
    """Yield the labels that contradict one."""
    expected, first, last = scenario.expected, scenario.selection.first, scenario.selection.last
    for other in others:
        # Of ten thousand labels few share a tick with one: the others are passed over at once.
        if other.expected == expected or other.selection.last < first or other.selection.first > last:
            continue
        if contradict(scenario, other):
            yield Contradiction(scenario, other, _why(scenario, other))


def contradictions_among(scenarios: Iterable[Scenario]) -> list[Contradiction]:
    """Return all pairs that contradict each other, by stream and window."""
    groups: dict[int, list[Scenario]] = defaultdict(list)
    for each in scenarios:
        groups[each.selection.horizon].append(each)
    return [found for group in groups.values() for found in _swept(group)]


def described(contradictions: Sequence[Contradiction]) -> str:
    """Name pairs of labels that contradict each other, one line each; nothing where there is none."""
    lines = [each.why for each in contradictions[:MOST_DESCRIBED]]
    more = len(contradictions) - len(lines)
    return "\n".join([*lines, *([f"… and {more:,} more: movie.contradictions() has them all."] if more else [])])


def _swept(scenarios: list[Scenario]) -> Iterator[Contradiction]:
    """Go through windows by their starts, and keep at hand only those that have not ended."""
    open_ones: list[Scenario] = []
    for each in sorted(scenarios, key=lambda s: (s.selection.first, -s.selection.last)):
        open_ones = [other for other in open_ones if other.selection.last >= each.selection.first]
        for other in open_ones:
            if contradict(other, each):
                yield Contradiction(other, each, _why(other, each))
        open_ones.append(each)


def _windows_exclude(one: Scenario, other: Scenario) -> bool:
    if NOTHING not in (one.expected, other.expected):
        return _inside(one, other) or _inside(other, one)
    return _inside(one, other) if other.expected == NOTHING else _inside(other, one)


def _inside(one: Scenario, other: Scenario) -> bool:
    return other.selection.first <= one.selection.first and one.selection.last <= other.selection.last


def _same_stream(one: Scenario, other: Scenario) -> bool:
    a, b = one.selection, other.selection
    if a.stream_name is not None and b.stream_name is not None:
        return a.stream_name == b.stream_name or unicodedata.normalize("NFC", a.stream_name) == unicodedata.normalize(
            "NFC", b.stream_name
        )
    return a.stream_id == b.stream_id or UNKNOWN_STREAM in (a.stream_id, b.stream_id)


def _why(one: Scenario, other: Scenario) -> str:
    same = (one.selection.first, one.selection.last) == (other.selection.first, other.selection.last)
    inner, outer = (one, other) if _inside(one, other) else (other, one)
    where = "the window is the same" if same else f"the window of {inner.title} lies inside that of {outer.title}"
    return f"{one.title} and {other.title} contradict each other: {where}, and no attacker can meet both."
