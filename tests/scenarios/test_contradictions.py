"""Which pairs of labels no attacker can satisfy: compared with an oracle that tries every sequence of decisions."""

from __future__ import annotations

from itertools import combinations_with_replacement, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from midplot.checks._verdict import judge
from midplot.scenarios._contradictions import contradict, contradictions_among, contradictions_with, described
from midplot.scenarios._movie import Movie
from midplot.scenarios._scenario import Scenario, Selection
from midplot.streams._stream import Stream

N = 5
PRICES = Stream([100.0, 101.0, 99.5, 102.0, 100.5], stream_id=4, name="s")
INTERVALS = list(combinations_with_replacement(range(N), 2))
ROWS = [np.array(row, dtype=float) for row in product((-1.0, 0.0, 1.0), repeat=N)]


def label(first, last, expected, source=PRICES, horizon=2, **more):
    return Scenario(
        selection=Selection.of(source, first, last, horizon=horizon, epsilon=0.1, **more), expected=expected
    )


def met(scenario):
    """The rows of decisions, one for each tick of the stream, that the checker says meet a label."""
    s = scenario.selection
    start = s.first - len(s.before)
    return {at for at, row in enumerate(ROWS) if judge(scenario, row[start : s.last + 1]).succeeded}


@pytest.mark.parametrize("warmup", [0, 2])
def test_two_labels_contradict_each_other_where_no_row_of_decisions_meets_both(warmup):
    labels = [label(*interval, sign, warmup=warmup) for interval in INTERVALS for sign in (1, -1, 0)]
    rows = {each.identity: met(each) for each in labels}
    n_found = 0
    for one, other in combinations_with_replacement(labels, 2):
        expected = not rows[one.identity] & rows[other.identity]
        assert contradict(one, other) == contradict(other, one) == expected, (one, other)
        n_found += expected
    assert n_found > 100
    assert len(contradictions_among(labels)) == n_found


UP = label(1, 2, 1)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (label(1, 3, 0), True),
        (label(1, 3, -1), True),
        (label(2, 2, -1), True),
        (label(2, 2, 0), False),  # up may come at 1
        (label(2, 3, 0), False),
        (label(1, 3, 0, horizon=3), False),  # an attacker is told the horizon
        (label(1, 3, 0, Stream(PRICES.values, stream_id=9, name="s")), True),  # the name counts
        (label(1, 3, 0, Stream(PRICES.values, stream_id=4, name="t")), False),
        (label(1, 3, 0, Stream(PRICES.values, stream_id=4)), True),  # no name: the id
        (label(1, 3, 0, Stream(PRICES.values, stream_id=5)), False),
        (label(1, 3, 0, Stream(PRICES.values + 1, stream_id=4, name="s")), False),  # other prices
        (label(1, 3, 0, warmup=0), True),
    ],
)
def test_it_takes_the_same_ticks_and_the_same_horizon(other, expected):
    assert contradict(UP, other) == contradict(other, UP) == expected


def test_names_are_one_however_their_accents_are_written():
    composed, apart = (Stream(PRICES.values, name=name) for name in ("caf\xe9", "cafe\u0301"))
    assert contradict(label(1, 2, 1, composed), label(1, 2, -1, apart))


def test_a_stream_of_the_first_version_has_no_id_but_its_prices():
    unknown = UP.selection.changed(stream_id=-1, stream_name=None)
    assert contradict(UP, Scenario(selection=unknown, expected=0))


def test_the_sentence_names_both_and_says_why():
    other = label(1, 3, 0)
    (found,) = contradictions_with(UP, [other, label(1, 2, 1), label(4, 4, -1)])
    assert (found.one, found.other) == (UP, other)
    assert found.why == (
        "UP s 1-2 and NOTHING s 1-3 contradict each other: the window of UP s 1-2 lies inside that of NOTHING s 1-3, "
        "and no attacker can meet both."
    )
    (same,) = contradictions_with(UP, [label(1, 2, -1)])
    assert "the window is the same" in same.why
    assert found.why in described([same, found])
    assert "… and 5 more: movie.contradictions() has them all." in described([same] * 25)
    assert described([]) == ""


def test_a_movie_lists_its_pairs():
    movie = Movie([UP, label(1, 3, 0), label(1, 2, -1), label(4, 4, 1)])
    assert [{pair.one.label, pair.other.label} for pair in movie.contradictions()] == [
        {"NOTHING", "DOWN"},
        {"NOTHING", "UP"},
        {"DOWN", "UP"},
    ]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12), st.sampled_from([1, -1, 0])), max_size=40))
def test_going_through_by_start_finds_what_comparing_all_pairs_finds(drawn):
    source = Stream(np.arange(100.0), name="long")
    labels = list({s.identity: s for s in (label(a, a + n, sign, source) for a, n, sign in drawn)}.values())
    pairs = {frozenset((a.identity, b.identity)) for a in labels for b in labels if contradict(a, b)}
    assert {frozenset((c.one.identity, c.other.identity)) for c in contradictions_among(labels)} == pairs


# Hindsight


@pytest.mark.parametrize(
    ("values", "window", "expected", "marked"),
    [
        ([5.0, 4.0, 3.0, 2.0], (0, 1), 1, True),
        ([5.0, 4.0, 3.0, 2.0], (0, 1), -1, False),
        ([5.0, 4.0, 3.0, 2.0], (0, 1), 0, False),
        ([1.0, 2.0, 3.0, 4.0], (0, 1), -1, True),
        ([5.0, 4.0, 5.5, 2.0], (0, 1), 1, False),  # the first would have won
        ([5.0, 4.0, 5.05, 2.0], (0, 1), 1, True),  # but not after costs
        ([5.0, 4.0, 5.125, 2.0], (0, 1), 1, False),  # neither won nor lost
        ([5.0, 4.0, 3.0], (0, 1), 1, False),  # not all outcomes are known
    ],
)
def test_a_label_that_its_own_window_speaks_against_is_marked(values, window, expected, marked):
    selection = Selection.of(Stream(values), *window, horizon=2, epsilon=0.125)
    scenario = Scenario(selection=selection, expected=expected)
    assert (scenario.hindsight is not None) == marked


def test_the_mark_says_what_the_best_would_have_earned():
    selection = Selection.of(Stream([5.0, 4.0, 4.5, 2.0]), 0, 1, horizon=2, epsilon=0.25)
    sentence = "every decision UP in the window would have lost, the best of them -0.75"
    assert Scenario(selection=selection, expected=1).hindsight == sentence
