"""The same decisions under other rules: equal to a replay by these rules, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from midplot import replay
from midplot.errors import ArgumentError, ArgumentTypeError
from midplot.evidence import Sensitivity
from midplot.examples import MomentumAttacker
from midplot.results import ReplayResults

RULES = [
    {"epsilon": 0.5},
    {"epsilon": 0.0},
    {"backoff": 7},
    {"with_trading_lag": True},
    {"horizon": 11},
    {"epsilon": 0.1, "backoff": 40, "with_trading_lag": True, "horizon": 3},
]


@pytest.fixture(scope="module")
def streams():
    draw = np.random.default_rng(0)
    values = np.round(draw.normal(size=(3, 2_500)).cumsum(axis=1) * 4) / 4 + 1_000
    values[1, 700] = np.nan
    values[1, 701:] += 5_000
    return {"a": values[0], "b [1 min]": values[1], "c": values[2]}


@pytest.fixture(scope="module")
def result(streams):
    return replay(streams, infer=MomentumAttacker, warmup=50, start_index=50)


@pytest.mark.parametrize("rules", RULES)
def test_a_rescore_equals_a_replay_by_these_rules(streams, result, rules):
    # MomentumAttacker does not look at the horizon it is told, so it decides the same.
    other, again = result.rescore(**rules), replay(streams, infer=MomentumAttacker, warmup=50, start_index=50, **rules)
    columns = ["latency_ms"]
    pd.testing.assert_frame_equal(other.trades.drop(columns=columns), again.trades.drop(columns=columns))
    assert other.summary() == again.summary()
    assert other.scores == again.scores
    assert str(other.luck()) == str(again.luck())
    assert {name: getattr(other.settings, name) for name in rules} == rules


def test_a_rescore_leaves_the_result_as_it_is(result):
    before = repr(result), result.trades
    other = result.rescore(epsilon=1.0, horizon=5)
    assert isinstance(other, ReplayResults)
    assert other.elapsed == result.elapsed
    assert (repr(result), result.settings.epsilon) == (before[0], 0.0025)
    pd.testing.assert_frame_equal(result.trades, before[1])


def test_another_horizon_is_said_and_remembered(result):
    other = result.rescore(horizon=5)
    told = "told         horizon 30 (what the attacker decided for)"
    assert told in repr(other)
    assert "horizon 30" in other._repr_html_()
    assert told in repr(other.rescore(epsilon=0))
    assert "told" not in repr(other.rescore(horizon=30))
    assert "told" not in repr(result.rescore(epsilon=0))


def test_a_rescore_keeps_the_number_of_trials(result):
    result.ledger.trials = 5
    try:
        assert result.rescore(epsilon=0).luck().trials == 5
    finally:
        result.ledger.trials = 1


def test_a_replay_that_still_runs_is_rescored_as_a_partial_result(streams, result):
    seen = []

    def look(checkpoint):
        from midplot import get_replay_result

        if (running := get_replay_result()) is not None and running.ledger.state == "running":
            seen.append(running.rescore(epsilon=0.0))

    replay(streams, infer=MomentumAttacker, progress=look)
    assert seen
    assert all(each.interrupted for each in seen)


@pytest.mark.parametrize(
    ("rules", "error"),
    [
        ({"epsilon": -1}, ArgumentError),
        ({"epsilon": "a"}, ArgumentTypeError),
        ({"horizon": 0}, ArgumentError),
        ({"backoff": 1.5}, ArgumentTypeError),
    ],
)
def test_wrong_rules_are_named(result, rules, error):
    (name,) = rules
    with pytest.raises(error, match=name):
        result.rescore(**rules)
    with pytest.raises(error, match=name):
        result.sensitivity(**{name: list(rules.values())})


# Over grids


def test_sensitivity_has_the_scores_of_rescores(result):
    frame = result.sensitivity(epsilon=[0, 0.0025, 0.1], horizon=[7, 30]).to_frame()
    for rule, value in [("epsilon", 0.1), ("horizon", 7), ("with_trading_lag", True)]:
        other = result.rescore(**{rule: value})
        (row,) = frame[(frame.rule == rule) & (frame.value == float(value))].itertuples()
        assert (row.score, row.low, row.high) == (other.total_score, *other.luck().interval)
        assert (row.p, row.n_decisions) == (other.luck().p, other.summary()["num_resolved_decisions"])
        assert not row.is_own
    assert frame[frame.rule == "epsilon"].value.tolist() == [0, 0.0025, 0.1]
    own = frame[frame.is_own]
    assert own.rule.tolist() == ["epsilon", "with_trading_lag", "backoff", "horizon"]
    assert own.score.tolist() == [result.total_score] * 4


@pytest.mark.parametrize("rules", [{}, {"epsilon": 0.0}, {"horizon": 1, "backoff": 0}, {"with_trading_lag": True}])
def test_its_own_rules_are_always_among_the_grids(streams, rules):
    result = replay({"a": streams["a"]}, infer=MomentumAttacker, **rules)
    frame = result.sensitivity().to_frame()
    assert frame[frame.is_own].groupby("rule").size().to_dict() == dict.fromkeys(frame.rule.unique(), 1)
    assert all(frame.groupby("rule").value.apply(lambda values: values.is_monotonic_increasing))
    assert (frame.groupby("rule").size() >= 2).all()


@pytest.mark.parametrize(
    ("grid", "error", "text"),
    [([], ArgumentError, "there is no value to look at"), (0.1, ArgumentTypeError, "expected some values, got 0.1")],
)
def test_a_grid_without_values_is_named(result, grid, error, text):
    with pytest.raises(error, match=f"epsilon: {text}"):
        result.sensitivity(epsilon=grid)


def test_the_text_of_a_sensitivity(result):
    sensitivity = result.sensitivity(epsilon=[0.0025], backoff=[1], horizon=[10, 30])
    assert isinstance(sensitivity, Sensitivity)
    head, *lines = repr(sensitivity).splitlines()
    assert head == "Sensitivity (* as replayed)"
    assert [line.split()[:3:2] for line in lines if "*" in line] == [
        [rule, "*"] for rule in ("epsilon", "with_trading_lag", "backoff", "horizon")
    ]
    assert str(result.rescore(horizon=10).luck()) in lines[-2]


def test_the_figure_has_a_panel_per_rule_with_intervals(result):
    sensitivity = result.sensitivity()
    frame, figure = sensitivity.to_frame(), sensitivity.figure()
    assert len(figure.data) == frame.rule.nunique() == 4
    for trace, (_, rows) in zip(figure.data, frame.groupby("rule", sort=False), strict=True):
        assert list(trace.y) == rows.score.tolist()
        assert np.array_equal(trace.error_y.array, rows.high - rows.score, equal_nan=True)
    assert len({trace.xaxis for trace in figure.data}) == 4


def test_without_decisions_there_is_a_sensitivity_all_the_same():
    def silent(stream):
        yield
        for _ in stream:
            yield 0

    for epsilon in (0.0, 0.5):
        sensitivity = replay([np.arange(50.0)], infer=silent, epsilon=epsilon).sensitivity()
        assert set(sensitivity.to_frame().score) == {0.0}
        assert len(sensitivity.figure().data) == 4
