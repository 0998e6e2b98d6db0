"""The objective of training: its value, its constraint, what it remembers, and what it refuses."""

from __future__ import annotations

import math
import subprocess
import sys
from itertools import pairwise

import nevergrad
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import midplot
from midplot import DOWN, NOTHING, UP, Movie, Stream
from midplot.errors import ArgumentError, ArgumentTypeError, MidplotError, ScenarioError, StreamError
from midplot.helpers import wrap
from midplot.scenarios._scenario import Scenario, Selection
from midplot.training import objective

PRICES = [1.0, 2.0, 3.0, 2.0, 5.0, 8.0, 6.0, 7.0]
RULES = {"horizon": 1, "epsilon": 0.5}


class Trend:
    """Follows the last move where it is large enough."""

    made = 0

    def __init__(self):
        type(self).made += 1
        self.last = None
        self.least = 0.0

    def update_from_hyper_parameters(self, hyper_parameters):
        self.least = hyper_parameters["least"]

    def tick_and_predict(self, x, horizon):
        move, self.last = x - (x if self.last is None else self.last), x
        return move if abs(move) > self.least else 0


@pytest.fixture(autouse=True)
def _count_anew():
    Trend.made = 0


def scenario(expected, first, last, name="prices"):
    return Scenario(
        selection=Selection.of(Stream(PRICES, name=name), first, last, horizon=1, epsilon=0.5), expected=expected
    )


@pytest.fixture
def movie():
    """Three scenarios: least=0 passes the first only, least=2.5 the first and the last, least=9 the last only."""
    return Movie([scenario(UP, 4, 5), scenario(DOWN, 5, 6), scenario(NOTHING, 1, 3)])


def by_hand(least, prices=PRICES, epsilon=0.5):
    """The score, as a plain loop."""
    moves = np.diff(prices)
    return sum(np.sign(a) * b - epsilon for a, b in pairwise(moves) if abs(a) > least)


# Its value


@given(st.floats(0, 4, allow_nan=False))
def test_without_a_movie_the_value_is_minus_the_score(least):
    f = objective([PRICES], infer=Trend, **RULES)
    assert f({"least": least}) == pytest.approx(-by_hand(least))
    replayed = midplot.replay([PRICES], infer=Trend, hyper_parameters={"least": least}, dry=True, **RULES)
    assert f.best.score == replayed.total_score


@pytest.mark.parametrize(("least", "failed"), [(0.0, 2), (2.5, 1), (9.0, 2)])
def test_each_failed_scenario_costs_its_share_of_the_weight(movie, least, failed):
    f = objective([PRICES], movie, 30, infer=Trend, **RULES)
    assert f({"least": least}) == pytest.approx(10 * failed - by_hand(least))
    assert f.best.failed == failed


def test_what_is_held_out_is_reported_and_has_no_influence(movie):
    f = objective([PRICES], movie, 30, infer=Trend, held_out=[scenario(UP, 1, 2), scenario(DOWN, 1, 2)], **RULES)
    plain = objective([PRICES], movie, 30, infer=Trend, **RULES)
    assert f({"least": 0.5}) == plain({"least": 0.5})
    assert (f.best.failed_held_out, plain.best.failed_held_out) == (1, None)


def test_held_out_scenarios_need_no_movie():
    f = objective([PRICES], infer=Trend, held_out=scenario(UP, 1, 2), **RULES)
    assert f({"least": 5.0}) == pytest.approx(-by_hand(5.0))
    assert (f.best.failed, f.best.failed_held_out) == (None, 1)


def test_the_arguments_of_a_replay_are_passed_on():
    streams = {"a": PRICES, "b": PRICES[::-1]}
    rules = {"horizon": 2, "epsilon": 0.25, "only_stream_ids": "b", "start_index": 1, "stop_index": 6, "backoff": 2}
    f = objective(streams, infer=Trend, **rules)
    f({"least": 0.0})
    replayed = midplot.replay(streams, infer=Trend, hyper_parameters={"least": 0.0}, dry=True, **rules)
    assert f.best.score == replayed.total_score != by_hand(0.0)


def test_a_movie_may_be_a_folder(movie, tmp_path):
    f = objective([PRICES], movie.save(tmp_path / "scenarios"), 30, infer=Trend, held_out=str(tmp_path / "scenarios"))
    f({"least": 2.5})
    assert (f.best.failed, f.best.failed_held_out) == (1, 1)


def test_streams_are_read_once():
    reads = []
    f = objective([(reads.append(x) or x for x in PRICES)], infer=Trend, **RULES)
    assert f({"least": 0.0}) == f({"least": 0.0}) == pytest.approx(-by_hand(0.0))
    assert reads == PRICES


def test_the_last_replay_stays_what_it_was(movie):
    shown = midplot.replay([PRICES], infer=Trend)
    objective([PRICES], movie, 1, infer=Trend)({"least": 0.0})
    assert midplot.get_replay_result() is shown


def test_infer_is_by_default_that_of_the_main_module(monkeypatch):
    monkeypatch.setattr(sys.modules["__main__"], "infer", wrap(Trend), raising=False)
    f = objective([PRICES], **RULES)
    monkeypatch.delattr(sys.modules["__main__"], "infer")
    assert f({"least": 0.0}) == pytest.approx(-by_hand(0.0))


# The constraint


def test_violation_is_the_failed_fraction(movie):
    f = objective([PRICES], movie, 0, infer=Trend, **RULES)
    assert [f.violation({"least": least}) for least in (0.0, 2.5)] == pytest.approx([2 / 3, 1 / 3])
    passed = objective([PRICES], movie.filter("UP"), 0, infer=Trend, **RULES)
    assert passed.violation({"least": 0.0}) == 0
    assert not f.history


def test_a_weight_of_0_leaves_the_value_to_the_score(movie):
    assert objective([PRICES], movie, 0, infer=Trend, **RULES)({"least": 0.0}) == pytest.approx(-by_hand(0.0))


def test_the_movie_is_checked_once_for_the_same_hyper_parameters(movie):
    f = objective([PRICES], movie, 0, infer=Trend, **RULES)
    f({"least": 0.0})
    evaluated = Trend.made
    f.violation({"least": 0.0})
    assert Trend.made == evaluated
    f({"least": 0.0})
    assert Trend.made == evaluated + 1  # the streams again: an attacker need not be deterministic
    f.violation({"least": 2.5})
    assert Trend.made > evaluated + 1


def test_hyper_parameters_may_hold_arrays(movie):
    class Array(Trend):
        def update_from_hyper_parameters(self, hyper_parameters):
            self.least = hyper_parameters["leasts"].sum()

    f = objective([PRICES], movie, 0, infer=Array, **RULES)
    f({"leasts": np.array([0.0, 0.0])})
    f({"leasts": np.array([1.0, 1.5])})
    assert f.violation({"leasts": np.array([1.0, 1.5])}) == pytest.approx(1 / 3)


def test_violation_without_a_movie_says_what_to_give():
    with pytest.raises(ArgumentError, match=r"violation: this objective has no movie\. Give one"):
        objective([PRICES], infer=Trend).violation({"least": 0.0})


# With nevergrad


def minimised(f, seed=3, budget=25, **kwargs):
    parametrization = nevergrad.p.Dict(least=nevergrad.p.Scalar(init=1.0, lower=0.0, upper=4.0))
    parametrization.random_state.seed(seed)
    return nevergrad.optimizers.TwoPointsDE(parametrization, budget=budget).minimize(f, **kwargs).value


def test_nevergrad_finds_what_the_score_says():
    f = objective([PRICES], infer=Trend, **RULES)
    found = minimised(f)
    assert f(found) == f.best.value == pytest.approx(-max(by_hand(least) for least in (0, 1, 2, 3)))


def test_nevergrad_keeps_to_the_constraint(movie):
    passable = Movie([scenario(NOTHING, 1, 3)])
    f = objective([PRICES], passable, 0, infer=Trend, **RULES)
    found = minimised(f, constraint_violation=[f.violation])
    assert {evaluation.failed for evaluation in f.history} == {0, 1}
    assert f.violation(found) == 0
    assert f.best.failed == 0
    assert f.best.value == -f.best.score == pytest.approx(-by_hand(found["least"]))
    assert len(f.history) == 25


def test_the_constraint_costs_no_second_check(movie):
    def attackers_made(**kwargs):
        Trend.made = 0
        f = objective([PRICES], movie, 0, infer=Trend, **RULES)
        minimised(f, budget=5, **({"constraint_violation": [f.violation]} if kwargs else {}))
        return Trend.made

    assert attackers_made(with_constraint=True) == attackers_made()


def test_the_same_seed_gives_the_same_history(movie):
    histories = []
    for seed in (5, 5, 6):
        f = objective([PRICES], movie, 30, infer=Trend, **RULES)
        minimised(f, seed)
        histories.append(f.history)
    assert histories[0] == histories[1] != histories[2]


# What it remembers


def test_history_keeps_what_was_tried_even_if_the_attacker_changes_it():
    class Greedy(Trend):
        def update_from_hyper_parameters(self, hyper_parameters):
            self.least = hyper_parameters.pop("least")

    f = objective([PRICES], infer=Greedy, **RULES)
    f({"least": 2.5})
    assert [e.hyper_parameters for e in f.history] == [{"least": 2.5}]


def test_the_best_is_the_first_with_the_least_value(movie):
    f = objective([PRICES], movie, 30, infer=Trend, **RULES)
    values = {least: f({"least": least}) for least in (0.0, 2.5, 2.6, 9.0)}
    assert f.best.value == min(values.values())
    assert f.best.hyper_parameters == {"least": 2.5}


def test_where_the_movie_is_a_constraint_the_best_fails_least():
    rising = [1.0, 2.0, 3.0, 6.0, 9.0, 12.0]
    f = objective([rising], scenario(NOTHING, 2, 3), 0, infer=Trend, **RULES)
    values = {least: f({"least": least}) for least in (0.0, 9.0, 2.5)}
    assert values[0.0] < values[2.5] < values[9.0]
    assert [evaluation.failed for evaluation in f.history] == [1, 0, 0]
    assert f.best.hyper_parameters == {"least": 2.5}


def test_before_the_first_evaluation_there_is_no_best():
    f = objective([PRICES, PRICES], infer=Trend)
    assert repr(f) == "Objective: 0 evaluations on 2 streams"
    with pytest.raises(MidplotError, match="nothing was evaluated yet"):
        _ = f.best


def test_its_repr_tells_the_best(movie):
    f = objective([PRICES], movie, 30, infer=Trend, held_out=movie[:1], **RULES)
    f({"least": 2.5})
    f({"least": 9.0})
    assert repr(f) == (
        "Objective: 2 evaluations on 1 stream\n"
        "  best       {'least': 2.5}\n"
        "  score      0 (too little data to say)\n"
        "  scenarios  1 of 3 failed\n"
        "  held out   0 of 1 failed"
    )


def test_luck_counts_what_was_tried():
    walk = np.random.default_rng(0).normal(size=2_000).cumsum()
    f = objective([walk, walk[::-1]], infer=Trend, horizon=3, epsilon=0)
    for least in (0.5, 1.0, 1.5):
        f({"least": least})
    luck = f.luck()
    best = f.best.hyper_parameters
    result = midplot.replay([walk, walk[::-1]], infer=Trend, hyper_parameters=best, horizon=3, epsilon=0)
    assert (luck.score, luck.trials) == (f.best.score, 3)
    assert luck.p == result.luck(trials=3).p > result.luck().p
    assert f.luck(f.history[0]).score == f.history[0].score
    assert f"score      {luck}\n" in f"{f!r}\n"
    assert "in 3 trials" in repr(f)


def test_the_history_is_a_frame(movie):
    f = objective([PRICES], movie, 30, infer=Trend, held_out=movie[:1], **RULES)
    f({"least": 2.5})
    expected = pd.DataFrame(
        {"value": 10 - by_hand(2.5), "score": by_hand(2.5), "failed": 1, "failed_held_out": 0, "least": 2.5}, index=[0]
    )
    pd.testing.assert_frame_equal(f.to_frame(), expected)


def test_a_frame_has_only_what_there_is():
    class Plain(Trend):
        def update_from_hyper_parameters(self, hyper_parameters):
            self.least = hyper_parameters

    f = objective([PRICES], infer=Plain, **RULES)
    f(2.5)
    assert list(f.to_frame().columns) == ["value", "score", "hyper_parameters"]


# What goes wrong


def test_an_interrupted_replay_is_no_evaluation():
    class Stopped(Trend):
        def tick_and_predict(self, x, horizon):
            raise KeyboardInterrupt

    f = objective([PRICES], infer=Stopped)
    with pytest.raises(KeyboardInterrupt):
        f({"least": 0.0})
    assert f.history == []


def test_an_error_of_the_attacker_goes_through():
    f = objective([PRICES], infer=Trend)
    with pytest.raises(KeyError, match="least"):
        f({"most": 0.0})


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        ({"horizn": 3}, ArgumentTypeError, "no argument 'horizn'. Did you mean 'horizon'?"),
        ({"dry": False}, ArgumentTypeError, "no argument 'dry'"),
        ({"with_visualization": True}, ArgumentTypeError, "no argument 'with_visualization'"),
        ({"with_hyper_parameters_load": True}, ArgumentTypeError, "no argument 'with_hyper_parameters_load'"),
        ({"infer": None}, ArgumentError, "infer: there is none in the main module"),
        ({"infer": lambda stream: iter(())}, ArgumentError, "infer: it does not take hyper_parameters"),
        ({"infer": Trend()}, ArgumentTypeError, "infer: got an attacker object, Trend"),
        ({"weight": 1}, ArgumentError, "weight: got 1, but no movie"),
        ({"movie": [], "weight": 1}, ScenarioError, "movie: it holds no scenario"),
        ({"held_out": Movie()}, ScenarioError, "held_out: it holds no scenario"),
        ({"streams": []}, StreamError, "streams"),
    ],
)
def test_wrong_use_is_told_before_the_first_evaluation(wrong, error, words):
    with pytest.raises(error) as raised:
        objective(**{"streams": [PRICES], "infer": Trend, **wrong})
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("weight", "error", "words"),
    [
        (None, ArgumentError, "weight: a movie was given without one. Say what failing all of it costs"),
        (-1, ArgumentError, "weight: -1 is not a cost"),
        (math.inf, ArgumentError, "weight: inf is not a cost"),
        (math.nan, ArgumentError, "weight: nan is not a cost"),
        ("1", ArgumentTypeError, "weight: expected a number, got '1' (str)"),
        (True, ArgumentTypeError, "weight: expected a number, got True (bool)"),
    ],
)
def test_the_weight_of_a_movie_is_a_cost(movie, weight, error, words):
    with pytest.raises(error) as raised:
        objective([PRICES], movie, weight, infer=Trend)
    assert words in str(raised.value)


def test_the_package_does_not_load_nevergrad():
    code = "import sys, midplot.training; sys.exit('nevergrad' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
