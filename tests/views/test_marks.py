"""The marks on the price: by direction and outcome, one per counted decision or one that stands for others."""

from __future__ import annotations

import numpy as np
import pytest

from midplot.play._settings import ReplaySettings
from midplot.views.chart._marks import decision_marks
from midplot.views.chart._outcome import Outcome

from .made import a_part, a_stream, busy_part

# Up at 0 earns 4 - 0.5; up at 1 loses; down at 4 earns; down at 5 loses; up at 8 is unresolved.
PRICES = [0.0, 9.0, 0.0, 4.0, 6.0, 0.0, 0.0, 1.0, 2.0, 3.0]
DECISIONS = [2, 1, 0, 0, -1, -0.5, 0, 0, 1, 0]


def marked():
    return decision_marks(a_stream(a_part(PRICES, DECISIONS, first_index=50)))


@pytest.mark.parametrize(
    ("outcome", "index", "profit"),
    [
        (Outcome.UP_PROFIT, 50, 3.5),
        (Outcome.UP_LOSS, 51, -3.5),
        (Outcome.DOWN_PROFIT, 54, 4.5),
        (Outcome.DOWN_LOSS, 55, -2.5),
        (Outcome.UNRESOLVED, 58, np.nan),
    ],
)
def test_each_outcome_has_its_marks(outcome, index, profit):
    marks = marked().of(outcome)
    assert marks.index.tolist() == [index]
    assert marks.price.tolist() == [PRICES[index - 50]]
    np.testing.assert_array_equal(marks.profit, [profit])
    assert marks.resolution_index.tolist() == [index + 3]


def test_every_decision_has_just_one_mark():
    marks = decision_marks(a_stream(busy_part(2000), busy_part(1000, seed=1, first_index=2001, part=1)))
    by_outcome = [marks.of(outcome).index for outcome in Outcome]
    assert sorted(np.concatenate(by_outcome).tolist()) == marks.index.tolist()
    assert len(marks) == 3000


def test_equal_to_a_hand_loop():
    part = busy_part(800, share=0.3, first_index=10)
    values, decisions = part.part.values, part.replay.decisions
    expected = {outcome: [] for outcome in Outcome}
    for t, decision in enumerate(decisions):
        if not decision:
            continue
        if t + 3 >= len(values):
            expected[Outcome.UNRESOLVED].append(10 + t)
        elif decision > 0:
            won = values[t + 3] - values[t] - 0.5 > 0
            expected[Outcome.UP_PROFIT if won else Outcome.UP_LOSS].append(10 + t)
        else:
            won = values[t] - values[t + 3] - 0.5 > 0
            expected[Outcome.DOWN_PROFIT if won else Outcome.DOWN_LOSS].append(10 + t)
    marks = decision_marks(a_stream(part))
    assert {outcome: marks.of(outcome).index.tolist() for outcome in Outcome} == expected


def test_a_profit_of_nothing_is_drawn_as_no_profit():
    free = ReplaySettings(horizon=3, epsilon=0)
    marks = decision_marks(a_stream(a_part(np.zeros(6), [1, 0, 0, 0, 0, 0], settings=free)))
    assert (len(marks.of(Outcome.UP_PROFIT)), len(marks.of(Outcome.UP_LOSS))) == (0, 1)


def stretch_of(account, n_stretches, *, first=0, last=None):
    """Return how far two marks may be apart where decisions lie between them: twice the length of a stretch, and its edges."""
    stop = max(part.part.first_index + part.replay.n_ticks for part in account.parts)
    return 2 * -(-((stop if last is None else last + 1) - first) // n_stretches) + 64


@pytest.mark.parametrize("at_most", [8, 30, 100, 1000])
@pytest.mark.parametrize("share", [1.0, 0.1])
def test_no_group_of_decisions_is_without_a_mark(at_most, share):
    """Of ten thousand decisions in bursts, drawn as a hundred marks, each has a mark close by."""
    random = np.random.default_rng(3)
    values = 100 + random.normal(size=40_000).cumsum()
    decisions = random.choice([-1.0, 1.0], 40_000) * (random.random(40_000) < share)
    for quiet in range(0, 40_000, 5000):
        decisions[quiet : quiet + 3000] = 0
    decisions[[1500, 36_700]] = 1, -1  # lonely ones
    account = a_stream(a_part(values, decisions))
    drawn, decided = decision_marks(account, at_most=at_most), decision_marks(account)
    assert at_most / 5 < len(drawn) <= at_most
    assert (np.diff(drawn.index) > 0).all()
    far = stretch_of(account, at_most)
    for index in decided.index.tolist():
        assert np.abs(drawn.index - index).min() <= far
    if at_most > 50:
        assert {1500, 36_700} <= set(drawn.index.tolist())


def test_a_mark_that_stands_for_others_is_the_largest_of_them():
    account = a_stream(busy_part(30_000))
    drawn, decided = decision_marks(account, at_most=100), decision_marks(account)
    sizes = np.nan_to_num(np.abs(decided.profit), nan=-1.0)
    assert set(drawn.index.tolist()) <= set(decided.index.tolist())
    assert sizes.argmax() in np.searchsorted(decided.index, drawn.index)
    # Between two marks there is none that is larger than both, or it would stand for its own stretch.
    places = np.searchsorted(decided.index, drawn.index)
    for left, right in zip(places, places[2:], strict=False):
        assert sizes[left : right + 1].max() <= max(
            sizes[places[(places >= left) & (places <= right)]].max(), sizes[right]
        )


def test_few_marks_are_all_kept():
    account = a_stream(a_part(PRICES, DECISIONS, first_index=50))
    assert decision_marks(account, at_most=5).index.tolist() == [50, 51, 54, 55, 58]
    assert len(decision_marks(account, at_most=4)) <= 4


def test_decisions_that_all_wait_for_their_outcome_are_thinned_too():
    waiting = ReplaySettings(horizon=5000)
    account = a_stream(busy_part(3000, settings=waiting))
    drawn = decision_marks(account, at_most=60)
    assert 25 < len(drawn) <= 60
    assert np.isnan(drawn.profit).all()
    assert np.diff(drawn.index, prepend=0, append=2999).max() <= stretch_of(account, 60)


@pytest.mark.parametrize("part", [0, 1])
def test_what_a_part_ended_too_early_for_is_marked_as_unresolved(part):
    account = a_stream(busy_part(50), busy_part(40, first_index=51, part=1, seed=1))
    marks = decision_marks(account)
    end = [50, 91][part]
    own = (marks.index >= [0, 51][part]) & (marks.index < end)
    assert (np.isnan(marks.profit[own]) == (marks.index[own] >= end - 3)).all()


def test_marks_say_what_was_decided_and_what_came_of_it():
    assert [text.removeprefix("<br>") for text in marked().texts()] == [
        "up 2, profit +3.5 at 53",
        "up, profit −3.5 at 54",
        "down, profit +4.5 at 57",
        "down −0.5, profit −2.5 at 58",
        "up, unresolved until 61",
    ]


def test_before_an_index_later_outcomes_are_not_known():
    marks = decision_marks(a_stream(a_part(PRICES, DECISIONS, first_index=50)), last=54)
    assert marks.index.tolist() == [50, 51, 54]
    np.testing.assert_array_equal(marks.profit, [3.5, -3.5, np.nan])


def test_within_two_indices():
    account = a_stream(a_part(PRICES, DECISIONS, first_index=50))
    assert decision_marks(account, visible=(51, 55)).index.tolist() == [51, 54, 55]
    assert decision_marks(account, visible=(50.5, 54.9)).index.tolist() == [51, 54]


def test_nothing_replayed_and_no_decisions():
    assert len(decision_marks(a_stream())) == 0
    assert decision_marks(a_stream(a_part([1.0, 2.0]))).texts() == []
