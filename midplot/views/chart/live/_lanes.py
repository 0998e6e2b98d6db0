"""On which of a few lanes brackets are drawn, one below the other, so that neighbours can be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["MOST_LANES", "Slot", "slots"]

MOST_LANES = 3
"""Lanes of brackets. With more, they would hide the price, which has the rest of the panel."""


@dataclass(slots=True)
class Slot:
    """A place on a lane.

    Attributes
    ----------
    lane
        Number of the lane, from 0, which is at the top.
    left, right
        The ends of what is drawn there.
    members
        Positions of the spans that share the place: one, or several where every lane was taken.
    """

    lane: int
    left: float
    right: float
    members: list[int]


def slots(spans: Sequence[tuple[float, float]], gap: float, at_most: int = MOST_LANES) -> list[Slot]:
    """Give each span a place on one of some lanes, so that no two places on a lane overlap.

    Each takes the uppermost lane that is free where it begins. If none is, it shares the place on the lowest lane: the
    others stay readable however many come.

    Parameters
    ----------
    spans
        Left and right end of what each takes.
    gap
        Least distance between two places on a lane.
    at_most
        Number of lanes.

    Returns
    -------
    list of Slot
        The places from left to right; those that begin at the same point, from the top.

    Examples
    --------
    >>> [(slot.lane, slot.members) for slot in slots([(0, 4), (3, 6), (5, 9)], gap=1)]
    [(0, [0]), (1, [1]), (0, [2])]
    """
    found: list[Slot] = []
    last: list[Slot] = []  # the last place on each lane
    # Of those that begin together the longest comes first: it lies above the others, as a heading does.
    for place in sorted(range(len(spans)), key=lambda each: (spans[each][0], -spans[each][1], each)):
        left, right = spans[place]
        free = next((lane for lane, taken in enumerate(last) if taken.right + gap <= left), len(last))
        if free == at_most:
            shared = last[-1]
            shared.members.append(place)
            shared.right = max(shared.right, right)
            continue
        slot = Slot(free, left, right, [place])
        last[free : free + 1] = [slot]
        found.append(slot)
    return found
