"""The marks on the price: one per counted decision, by direction and outcome."""

from __future__ import annotations

import numpy as np
import pytest

from midplot.play._settings import ReplaySettings
from midplot.views.chart._marks import Outcome, decision_marks

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


def test_the_largest_outcomes_are_kept_in_order():
    marks = decision_marks(a_stream(busy_part(3000)))
    kept = marks.largest(100)
    assert len(kept) == 100
    assert (np.diff(kept.index) > 0).all()
    left = np.setdiff1d(np.abs(marks.profit[~np.isnan(marks.profit)]), np.abs(kept.profit))
    assert np.abs(kept.profit).min() >= left.max()


def test_few_marks_are_all_kept():
    marks = marked()
    assert marks.largest(5) is marks
    assert marks.largest(4).index.tolist() == [50, 51, 54, 55]


def test_marks_say_what_was_decided_and_what_came_of_it():
    assert [text.removeprefix("<br>") for text in marked().told()] == [
        "up 2, profit +3.5 at 53",
        "up, profit -3.5 at 54",
        "down, profit +4.5 at 57",
        "down -0.5, profit -2.5 at 58",
        "up, unresolved until 61",
    ]


def test_before_an_index_later_outcomes_are_not_known():
    marks = marked().before(54)
    assert marks.index.tolist() == [50, 51, 54]
    np.testing.assert_array_equal(marks.profit, [3.5, -3.5, np.nan])


def test_within_two_indices():
    assert marked().within(51, 55).index.tolist() == [51, 54, 55]


def test_nothing_replayed_and_no_decisions():
    assert len(decision_marks(a_stream())) == 0
    assert decision_marks(a_stream(a_part([1.0, 2.0]))).told() == []
