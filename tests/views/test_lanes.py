"""The lanes of brackets: no two places on a lane overlap, nothing is lost, and there are never more than a few."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot.views.chart.live._lanes import MOST_LANES, slots

SPANS = st.lists(
    st.tuples(st.integers(0, 200), st.integers(0, 60)).map(lambda each: (each[0], each[0] + each[1])), max_size=60
)


def lanes_of(*spans, gap=1):
    return {member: slot.lane for slot in slots(spans, gap) for member in slot.members}


def needed(spans, gap):
    """Return the most spans that meet at one point, each with the gap after it: no layout gets by with fewer lanes."""
    return max((sum(a <= left < b + gap for a, b in spans) for left, _ in spans), default=0)


@given(SPANS, st.integers(1, 5), st.integers(1, 4))
def test_no_two_places_on_a_lane_overlap_and_each_span_has_one(spans, gap, at_most):
    found = slots(spans, gap, at_most)
    assert sorted(member for slot in found for member in slot.members) == list(range(len(spans)))
    for lane in range(at_most):
        on_lane = [slot for slot in found if slot.lane == lane]
        assert all(a.right + gap <= b.left for a, b in pairwise(on_lane))
    for slot in found:
        assert slot.lane < at_most
        assert slot.left == min(spans[member][0] for member in slot.members)
        assert slot.right == max(spans[member][1] for member in slot.members)


@given(SPANS, st.integers(1, 5))
def test_places_are_shared_only_where_the_lanes_do_not_suffice(spans, gap):
    found = slots(spans, gap)
    shared = [slot for slot in found if len(slot.members) > 1]
    assert bool(shared) == (needed(spans, gap) > MOST_LANES)
    assert all(slot.lane == MOST_LANES - 1 for slot in shared)
    if not shared:
        assert len({slot.lane for slot in found}) == needed(spans, gap)


@given(SPANS, st.randoms())
def test_the_order_in_which_they_are_given_does_not_matter(spans, chance):
    shuffled = list(spans)
    chance.shuffle(shuffled)

    def places(given_spans):
        return [(s.lane, s.left, s.right, [given_spans[each] for each in s.members]) for s in slots(given_spans, 1)]

    assert places(shuffled) == places(spans)


@pytest.mark.parametrize(
    ("spans", "lanes"),
    [
        ([(0, 4), (10, 14)], [0, 0]),
        ([(0, 4), (5, 9)], [0, 0]),  # as far apart as it takes
        ([(0, 4), (4, 9)], [0, 1]),
        ([(0, 4), (3, 6), (5, 9)], [0, 1, 0]),
        ([(2, 5), (2, 9), (2, 5)], [1, 0, 2]),  # the longest on top
        ([(0, 9), (1, 9), (2, 9), (3, 4), (12, 14)], [0, 1, 2, 2, 0]),
        ([], []),
    ],
)
def test_each_takes_the_uppermost_lane_that_is_free(spans, lanes):
    found = lanes_of(*spans)
    assert [found[place] for place in range(len(spans))] == lanes
