"""The verdict on one scenario: the rule of each label, the reason, the first decision and what it would have earned."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot import DOWN, NOTHING, UP
from midplot.checks._verdict import Check, Reason, judge, judged_raised
from midplot.errors import ProtocolError, ScenarioError
from midplot.money._scoring import score_decisions
from midplot.scenarios._scenario import Scenario, Selection

FIRST = 1200


def a_scenario(expected, n_before=3, n_window=5, n_after=2, horizon=2, epsilon=0.5, prices=None):
    """Return a scenario whose window begins at index 1200."""
    n = n_before + n_window + n_after
    prices = tuple(float(x) for x in (range(n) if prices is None else prices))
    selection = Selection(
        stream_id=3,
        stream_name="eurusd",
        first=FIRST,
        last=FIRST + n_window - 1,
        horizon=horizon,
        epsilon=epsilon,
        before=prices[:n_before],
        values=prices[n_before : n_before + n_window],
        after=prices[n_before + n_window :],
    )
    return Scenario(selection=selection, expected=expected)


def verdict(expected, window, warm_up=(0, 0, 0), **options):
    scenario = a_scenario(expected, n_before=len(warm_up), n_window=len(window), **options)
    return judge(scenario, np.array([*warm_up, *window], dtype=float))


# The rule


@pytest.mark.parametrize(
    ("expected", "window", "reason"),
    [
        (UP, [0, 0, 1, 0], Reason.SUCCEEDED),
        (UP, [0.001, 0, np.inf, 7], Reason.SUCCEEDED),
        (UP, [0, 0, 0, 0], Reason.NO_DECISION),
        (UP, [1, 0, -1, 0], Reason.WRONG_DIRECTION),
        (UP, [-1, 0, 1, 0], Reason.WRONG_DIRECTION),
        (UP, [0, 0, 0, -0.5], Reason.WRONG_DIRECTION),
        (DOWN, [0, 0, -1, 0], Reason.SUCCEEDED),
        (DOWN, [-0.001, -np.inf, 0, 0], Reason.SUCCEEDED),
        (DOWN, [0, 0, 0, 0], Reason.NO_DECISION),
        (DOWN, [-1, 1, 0, 0], Reason.WRONG_DIRECTION),
        (DOWN, [0, 0, 2, 0], Reason.WRONG_DIRECTION),
        (NOTHING, [0, 0, 0, -0.0], Reason.SUCCEEDED),
        (NOTHING, [0, 1, 0, 0], Reason.FIRED),
        (NOTHING, [0, 0, 0, -1], Reason.FIRED),
    ],
)
def test_the_rule_of_each_label(expected, window, reason):
    check = verdict(expected, window)
    assert check.reason is reason
    assert check.succeeded == (reason is Reason.SUCCEEDED)


@pytest.mark.parametrize("warm_up", [(1, 0, 0), (-1, -1, -1), (0, 0, 1)])
@pytest.mark.parametrize(
    ("expected", "window", "succeeded"),
    [(UP, [0, 1], True), (DOWN, [0, -1], True), (NOTHING, [0, 0], True), (UP, [0, 0], False), (DOWN, [0, 0], False)],
)
def test_decisions_in_the_warm_up_do_not_count(expected, window, succeeded, warm_up):
    check = verdict(expected, window, warm_up)
    assert check.succeeded == succeeded
    assert (check.first_index is None) == (not any(window))


some_decisions = st.lists(st.sampled_from([0.0, 0.0, 0.0, 1.0, -1.0, 0.25, -7.0, np.inf]), min_size=1, max_size=12)


@given(st.sampled_from([UP, DOWN, NOTHING]), some_decisions, st.integers(0, 11), st.integers(1, 4), st.integers(0, 4))
def test_a_verdict_equals_the_rule_written_as_a_loop(expected, decisions, n_before, horizon, n_after):
    n_before = min(n_before, len(decisions) - 1)
    prices = np.random.default_rng(0).normal(size=len(decisions) + min(n_after, horizon)).cumsum()
    scenario = a_scenario(
        expected, n_before, len(decisions) - n_before, min(n_after, horizon), horizon=horizon, prices=prices
    )
    check = judge(scenario, np.array(decisions))
    ups = downs = 0
    first = None
    for tick in range(n_before, len(decisions)):
        ups += decisions[tick] > 0
        downs += decisions[tick] < 0
        if first is None and decisions[tick] != 0:
            first = tick
    wanted = {UP: ups > 0 and downs == 0, DOWN: downs > 0 and ups == 0, NOTHING: ups == downs == 0}
    assert check.succeeded == wanted[expected]
    assert check.delay == (None if first is None else first - n_before)
    assert check.first_index == (None if first is None else FIRST + first - n_before)
    assert check.first_decision == (None if first is None else decisions[first])
    assert (check.reason is Reason.SUCCEEDED) == check.succeeded


@given(some_decisions, st.integers(1, 4), st.integers(0, 4), st.floats(0, 2))
def test_what_the_first_decision_would_have_earned_is_what_the_ledger_says(decisions, horizon, n_after, epsilon):
    n_after = min(n_after, horizon)
    prices = np.random.default_rng(1).normal(size=len(decisions) + n_after).cumsum()
    scenario = a_scenario(UP, 0, len(decisions), n_after, horizon=horizon, epsilon=epsilon, prices=prices)
    padded = np.array([*decisions, *[0.0] * n_after])
    trades = score_decisions(prices, padded, horizon=horizon, epsilon=epsilon)
    earned = judge(scenario, np.array(decisions)).earned
    if not len(trades.tick) or np.isnan(trades.profit[0]):
        assert earned is None
    else:
        assert earned == trades.profit[0]


# What it tells


def test_a_check_tells_index_delay_and_profit_of_the_first_decision():
    check = verdict(UP, [0, 0, 3.0, 1, 0], prices=[0, 0, 0, 0, 0, 10, 0, 14.5, 0, 0])
    assert (check.first_index, check.first_decision, check.delay, check.earned) == (1202, 3.0, 2, 4.0)
    assert (check.selection.first, check.decision, check.label, check.title) == (1200, UP, "UP", "UP eurusd 1200-1204")
    assert (check.n_ticks, check.fired.tolist(), check.error) == (8, [1202, 1203], None)
    assert check.decisions.tolist() == [0, 0, 0, 0, 0, 3, 1, 0]


def test_a_decision_down_earns_what_the_price_falls():
    assert verdict(DOWN, [-1, 0], n_after=2, prices=[0, 0, 0, 10, 0, 6, 0]).earned == 3.5


def test_a_decision_in_the_wrong_direction_tells_what_it_would_have_lost():
    assert verdict(UP, [-1, 0], n_after=2, prices=[0, 0, 0, 10, 0, 14, 0]).earned == -4.5


def test_nothing_is_earned_where_the_values_end_before_the_horizon():
    assert verdict(UP, [0, 1], n_after=2, horizon=2).earned == 1.5
    assert verdict(UP, [0, 1], n_after=1, horizon=2).earned is None


def test_no_decision_has_no_index_delay_or_profit():
    check = verdict(NOTHING, [0, 0])
    assert (check.first_index, check.first_decision, check.delay, check.earned) == (None, None, None, None)


@pytest.mark.parametrize(
    ("expected", "window", "warm_up", "why"),
    [
        (UP, [0, 0], (0, 0, 0), "no decision in the window"),
        (UP, [0, 0], (1, -1, 0), "no decision in the window; the last one before it, DOWN at 1198, is 2 ticks early"),
        (DOWN, [0, 0], (0, 0, 1), "no decision in the window; the last one before it, UP at 1199, is 1 tick early"),
        (UP, [0, -1, 1], (), "decided DOWN at 1201 first"),
        (UP, [1, 0, -1, -1], (), "decided DOWN at 1202, after UP at 1200"),
        (DOWN, [0, 0, 1], (), "decided UP at 1202 first"),
        (NOTHING, [0, 1], (), "fired UP at 1201 where nothing was expected"),
        (NOTHING, [-1, 1], (), "fired DOWN at 1200 where nothing was expected"),
        (NOTHING, [0, 0], (1, 1, 1), "no decision in the window, as expected"),
        (UP, [0, 1], (), "decided UP at 1201, 1 tick into the window"),
        (DOWN, [-1, 0], (), "decided DOWN at 1200, 0 ticks into the window"),
    ],
)
def test_every_verdict_says_why(expected, window, warm_up, why):
    assert verdict(expected, window, warm_up).why == why


def test_a_check_is_told_in_one_line():
    assert repr(verdict(UP, [0, 0])) == "Check(FAILED, 'UP eurusd 1200-1201': no decision in the window)"
    assert (
        repr(verdict(NOTHING, [0])) == "Check(ok, 'NOTHING eurusd 1200-1200': no decision in the window, as expected)"
    )


# What an attacker raised


def raised(error, n_decisions=4, where=""):
    return judged_raised(a_scenario(UP), np.array([0, 0, 0, 1.0, 0, 0, 0, 0])[:n_decisions], error, where)


def test_what_the_attacker_raised_fails_the_scenario_and_is_kept():
    error = ZeroDivisionError("division by zero")
    check = raised(error)
    assert (check.reason, check.succeeded, check.error) == (Reason.RAISED, False, error)
    assert check.why == "the attacker raised ZeroDivisionError: division by zero at tick 1201"
    assert (check.first_index, check.delay, check.decisions.tolist()) == (1200, 0, [0, 0, 0, 1])


def test_an_error_before_or_after_the_ticks_says_so():
    early = judged_raised(a_scenario(UP), np.empty(0), ValueError("no file"), was_ready=False)
    assert early.why == "the attacker raised ValueError: no file before the first tick"
    assert raised(ValueError("bad"), 0).why == "the attacker raised ValueError: bad at tick 1197, in the warm-up"
    assert raised(ValueError("bad"), 8).why == "the attacker raised ValueError: bad after the last tick"
    assert raised(ValueError(), 3).why == "the attacker raised ValueError at tick 1200"


def test_a_broken_protocol_is_told_without_the_name_of_the_stream():
    where = "stream 0 'UP eurusd 1200-1204'"
    error = ProtocolError("expected a number as decision, got None", where=f"{where}, tick 1203", advice="Yield 0.")
    assert raised(error, 6, where).why == (
        "the attacker broke the protocol: tick 1203: expected a number as decision, got None. Yield 0."
    )


def test_a_long_message_is_cut_and_put_in_one_line():
    check = raised(ValueError("first\n  second " + "x" * 500))
    assert check.why.startswith("the attacker raised ValueError: first second xxx")
    assert "\n" not in check.why
    assert len(check.why) < 300


# Wrong use


@pytest.mark.parametrize("decisions", [[0, 0], [0] * 9, [[0] * 8], [0, 0, 0, np.nan, 0, 0, 0, 0]])
def test_decisions_that_are_not_one_number_a_tick_are_refused(decisions):
    with pytest.raises(ScenarioError, match="one number for each of its 8 ticks"):
        judge(a_scenario(UP), np.array(decisions, dtype=float))


def test_a_check_cannot_be_changed():
    check = verdict(UP, [1])
    with pytest.raises(AttributeError):
        check.reason = Reason.FIRED
    assert isinstance(check, Check)
