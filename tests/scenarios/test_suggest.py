"""Suggestions: every kind is found where it is, ranked, without overlap, and none crowds out the others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot import DOWN, NOTHING, UP
from midplot.checks._verdict import judge
from midplot.errors import ArgumentError, ArgumentTypeError
from midplot.money._account import StreamAccount, account_of
from midplot.play._engine import PartReplay
from midplot.play._settings import ReplaySettings
from midplot.scenarios._scenario import Scenario
from midplot.scenarios._suggest import suggest
from midplot.streams._stream import Part

RULES = ReplaySettings(horizon=10, epsilon=0.5)


def a_part(values, decisions=None, latency_ms=0.01, *, first_index=0, warmup=0, part=0, stream_id=0, settings=RULES):
    values = np.asarray(values, dtype=float)
    taken = np.zeros(len(values)) if decisions is None else np.asarray(decisions, dtype=float)
    latency = (np.broadcast_to(np.asarray(latency_ms, dtype=float), len(taken)) * 1e6).astype(np.int64)
    fed = Part(stream_id, f"s{stream_id}", part, first_index, warmup, values)
    return account_of(PartReplay(fed, taken, latency, 0, len(taken) == len(values)), settings)


def a_stream(*parts, stream_id=0):
    return StreamAccount(stream_id, f"s{stream_id}", parts)


def at(n, **where):
    """Return zeros, but for some ticks: ``at(100, t20=1)``."""
    array = np.zeros(n)
    for tick, value in where.items():
        array[int(tick[1:])] = value
    return array


def steps(n, **where):
    """Return a price that stands still but for steps at some ticks."""
    return 100 + at(n, **where).cumsum()


def of_kind(kind, suggestions):
    return [s for s in suggestions if s.kind == kind]


def ends(suggestions):
    return [s.selection.last for s in suggestions]


def windows_overlap(suggestions):
    taken = set()
    for s in suggestions:
        ticks = {(s.selection.stream_id, i) for i in range(s.selection.first, s.selection.last + 1)}
        if taken & ticks:
            return True
        taken |= ticks
    return False


# The kinds


def test_missed_moves_are_found_where_the_decision_should_have_been_taken():
    price = steps(400, t120=8, t250=-5, t330=3)
    found = suggest([a_stream(a_part(price))], RULES, length=20)
    up, down = of_kind("missed up", found), of_kind("missed down", found)
    assert [(s.expected, s.size) for s in up] == [(UP, 7.5), (UP, 2.5)]
    assert [(s.expected, s.size) for s in down] == [(DOWN, 4.5)]
    for s, step in zip([*up, *down], [120, 330, 250], strict=True):
        assert step - 10 <= s.selection.last < step  # the step lies within the horizon after the window
        assert s.selection.n_ticks == 20
    assert up[0].why == (
        f"the price rose by 8 in the 10 ticks after {up[0].selection.last}, and nothing was decided near it: "
        "UP would have earned 7.5"
    )
    assert "the price fell by 5" in down[0].why


@pytest.mark.parametrize("decision", [1, -1])
@pytest.mark.parametrize(("tick", "missed"), [(89, True), (100, False), (129, False), (130, True)])
def test_a_move_is_not_missed_where_something_was_decided_near_it(tick, missed, decision):
    # The step at 120 is within the horizon of the ticks 110 to 119; near is ten ticks before or after.
    part = a_part(steps(400, t120=8), at(400, **{f"t{tick}": decision}))
    ticks = {s.selection.last for s in of_kind("missed up", suggest([a_stream(part)], RULES, 40, length=1))}
    near = {t for t in range(110, 120) if abs(t - tick) <= 10}
    assert ticks == set(range(110, 120)) - near
    assert missed == (not near)


def test_moves_within_epsilon_are_not_worth_a_decision():
    assert suggest([a_stream(a_part(steps(400, t120=0.5)))], RULES) == []


def test_moves_of_the_warm_up_and_before_a_whole_window_are_not_missed():
    assert suggest([a_stream(a_part(steps(400, t120=8), warmup=130))], RULES) == []
    assert suggest([a_stream(a_part(steps(400, t45=8)))], RULES, length=50) == []


def test_the_worst_losses_come_first_and_are_false_alarms():
    price = steps(600, t105=-3, t305=9, t505=2)
    part = a_part(price, at(600, t100=1, t300=-1, t500=1, t550=1))
    losses = of_kind("worst loss", suggest([a_stream(part)], RULES))
    assert [(s.selection.last, s.size, s.expected) for s in losses] == [
        (300, 9.5, NOTHING),
        (100, 3.5, NOTHING),
        (550, 0.5, NOTHING),
    ]
    assert losses[0].why == "DOWN at 300 lost 9.5"


def test_a_decision_taken_back_within_the_horizon_is_found():
    part = a_part(steps(600, t215=4), at(600, t200=1, t207=-1, t400=1, t420=-1))
    (back,) = of_kind("taken back", suggest([a_stream(part)], RULES))
    assert (back.selection.last, back.expected, back.size) == (207, UP, 5.0)
    assert back.why == "UP at 200 was taken back by DOWN at 207: together they lost 5"


def test_a_change_of_mind_that_earned_is_no_fault():
    part = a_part(steps(600, t203=4, t209=-4), at(600, t200=1, t207=-1))
    assert of_kind("taken back", suggest([a_stream(part)], RULES)) == []


def test_slow_ticks_are_those_over_the_budget():
    slow = 0.01 + at(600, t300=30, t400=80, t500=15)
    found = of_kind("slow tick", suggest([a_stream(a_part(steps(600, t405=-6), latency_ms=slow))], RULES))
    assert [(s.selection.last, s.expected) for s in found] == [(400, DOWN), (300, NOTHING)]
    assert [s.size for s in found] == [80.01, 30.01]
    assert found[0].why == "the decision at 400 took 80 ms, of 20 ms allowed"


def test_a_slow_start_is_not_worth_a_label():
    slow = 0.01 + at(600, t0=3000, t48=30)
    assert suggest([a_stream(a_part(steps(600), latency_ms=slow))], RULES, length=50) == []


def test_backoff_and_trading_lag_are_those_of_the_replay():
    settings = ReplaySettings(horizon=10, epsilon=0.5, backoff=50, with_trading_lag=True)
    part = a_part(steps(600, t311=-7), at(600, t300=1, t310=1), settings=settings)
    found = suggest([a_stream(part)], settings)
    assert [(s.selection.last, s.size) for s in of_kind("worst loss", found)] == [(300, 7.5)]
    lagged = suggest([a_stream(a_part(steps(600, t311=7), settings=settings))], settings, 99, length=1)
    # Anchored one tick later: the step at 311 pays for decisions at 300 to 309.
    assert sorted(ends(of_kind("missed up", lagged))) == list(range(300, 310))
    for s in of_kind("missed up", lagged):
        assert s.why.startswith(f"the price rose by 7 in the 10 ticks after {s.selection.last + 1}, ")


# Ranking


def busy(seed, n=3000, stream_id=0, rate=0.02, **options):
    random = np.random.default_rng(seed)
    decisions = random.choice([-1.0, 1.0], n) * (random.random(n) < rate)
    latency = np.where(random.random(n) < 0.01, 25.0 * random.random(n) + 15, 0.1)
    return a_part(100 + random.normal(size=n).cumsum(), decisions, latency, stream_id=stream_id, **options)


def test_kinds_take_turns_and_none_crowds_out_the_others():
    found = suggest([a_stream(busy(0))], RULES, 10)
    assert [s.kind for s in found] == ["missed up", "missed down", "worst loss", "taken back", "slow tick"] * 2


def test_a_kind_that_is_used_up_leaves_its_turns_to_the_others():
    price = steps(2000, **{f"t{t}": 3 for t in range(100, 2000, 100)})
    found = suggest([a_stream(a_part(price, at(2000, t1950=1)))], RULES, 6)
    assert [s.kind for s in found] == ["missed up", "worst loss", *["missed up"] * 4]


@given(st.integers(0, 200), st.integers(1, 30), st.integers(1, 120))
def test_no_two_windows_overlap_and_each_kind_is_ranked(seed, n, length):
    streams = [
        a_stream(busy(seed, 700), busy(seed + 1, 400, first_index=800, part=1)),
        a_stream(busy(seed + 2, 600, stream_id=1, warmup=50), stream_id=1),
    ]
    found = suggest(streams, RULES, n, length=length)
    assert len(found) <= n
    assert not windows_overlap(found)
    for kind in {s.kind for s in found}:
        sizes = [s.size for s in of_kind(kind, found)]
        assert sizes == sorted(sizes, reverse=True)
        assert min(sizes) > 0
    for s in found:
        whole = min(length, s.selection.last - (800 if s.selection.part else 0) + 1)
        assert s.selection.n_ticks == whole or (
            s.kind.startswith("missed") and whole / 2 <= s.selection.n_ticks < whole
        )


@given(
    st.integers(0, 200),
    st.integers(1, 120),
    st.sampled_from([1, 3, 10, 40]),
    st.sampled_from([0.005, 0.02, 0.2]),
    st.integers(0, 100),
)
def test_the_attacker_does_not_pass_what_is_suggested_and_the_reason_is_true(seed, length, horizon, rate, history):
    settings = ReplaySettings(horizon=horizon, epsilon=0.5)
    part = busy(seed, 700, rate=rate, settings=settings)
    price, decisions = part.part.values, part.replay.decisions
    for s in suggest([a_stream(part)], settings, 50, length=length, history=history):
        first, last = s.selection.first, s.selection.last
        decided = decisions[first : last + 1]
        assert last + 1 >= history
        if s.kind == "slow tick":
            continue
        scenario = Scenario(selection=s.selection, expected=s.expected)
        assert not judge(scenario, decisions[first - len(s.selection.before) : last + 1]).succeeded
        if s.kind.startswith("missed"):
            assert not decided.any()
            assert not decisions[max(0, last - horizon) : last + horizon + 1].any()
            assert s.expected * (price[last + horizon] - price[last]) - 0.5 == s.size > 0
            assert 2 * len(decided) >= length
        elif s.kind == "taken back":
            assert {*np.sign(decided)} >= {UP, DOWN}


def test_the_window_of_a_missed_move_begins_after_the_last_decision():
    price = steps(400, t120=8)
    (found,) = of_kind("missed up", suggest([a_stream(a_part(price, at(400, t80=1)))], RULES, 1, length=50))
    assert found.selection.first == 81
    assert 110 <= found.selection.last < 120
    # Less than half of the window would be left after this one.
    late = a_stream(a_part(price, at(400, t97=-1)))
    assert of_kind("missed up", suggest([late], RULES, length=50)) == []


def test_a_decision_is_not_taken_back_by_one_in_whose_window_it_is_not():
    part = a_stream(a_part(steps(600, t202=-9, t215=-1), at(600, t200=1, t207=-1)))
    assert len(of_kind("taken back", suggest([part], RULES, length=8))) == 1
    assert of_kind("taken back", suggest([part], RULES, length=7)) == []


def test_windows_too_near_to_the_start_of_their_part_are_left_out():
    part = a_stream(a_part(steps(1200, t70=8, t1100=5)))
    assert [s.size for s in of_kind("missed up", suggest([part], RULES))] == [7.5, 4.5]
    assert [s.size for s in of_kind("missed up", suggest([part], RULES, history=71))] == [4.5]
    # A warm-up of 1,000 ticks is as long as any, however many the attacker needs.
    assert [s.size for s in of_kind("missed up", suggest([part], RULES, history=1190))] == [4.5]


@given(st.integers(0, 100))
def test_the_first_of_a_kind_is_the_worst_there_is(seed):
    account = busy(seed, 900, settings=ReplaySettings(horizon=10, epsilon=0.5))
    quiet = account_of(
        PartReplay(account.part, account.replay.decisions, np.zeros(900, dtype=np.int64), 0, complete=True), RULES
    )
    price, fired = account.part.values, np.flatnonzero(account.replay.decisions)
    gains = [abs(price[t + 10] - price[t]) - 0.5 for t in range(49, 890) if not any(abs(t - f) <= 10 for f in fired)]
    missed = [s.size for s in suggest([a_stream(quiet)], RULES, 10**6) if s.kind.startswith("missed")]
    assert all(size in gains for size in missed)
    undecided = account_of(PartReplay(account.part, np.zeros(900), np.zeros(900, dtype=np.int64), 0, True), RULES)
    moves = price[59:] - price[49:-10]
    first = suggest([a_stream(undecided)], RULES, 2)
    assert first[0].size == moves.max() - 0.5
    assert first[1].size <= -moves.min() - 0.5


def test_the_worst_is_found_over_all_streams_and_one_can_be_asked_for():
    streams = [
        a_stream(a_part(steps(400, t120=3), stream_id=4), stream_id=4),
        a_stream(a_part(steps(400, t120=8), stream_id=7), stream_id=7),
    ]
    assert [s.selection.stream_id for s in suggest(streams, RULES)] == [7, 4]
    assert [s.selection.stream_id for s in suggest(streams, RULES, stream_id=4)] == [4]
    with pytest.raises(ArgumentError, match=r"stream_id: 5 was not replayed. Choose one of 4, 7"):
        suggest(streams, RULES, stream_id=5)


def test_suggestions_are_the_same_from_run_to_run():
    told = [[repr(s) for s in suggest([a_stream(busy(3))], RULES, 20)] for _ in range(2)]
    assert told[0] == told[1]
    assert told[0][0].startswith("Suggestion(missed up, UP 's0 ")


# The selection


def test_a_suggestion_can_be_saved_at_once():
    part = a_part(steps(400, t120=8), first_index=1000, part=2, warmup=30)
    (suggestion,) = suggest([a_stream(part)], RULES, 1, length=20)
    selection = suggestion.selection
    assert (selection.stream_id, selection.stream_name, selection.part) == (0, "s0", 2)
    assert (selection.horizon, selection.epsilon) == (10, 0.5)
    assert 1110 <= selection.last < 1120
    assert len(selection.before) == selection.first - 1000
    assert 8 in np.diff(selection.after)
    assert Scenario(selection=selection, expected=suggestion.expected).label == "UP"


def test_windows_are_clipped_where_their_part_starts():
    part = a_part(steps(100, t12=-3), at(100, t10=1), first_index=500)
    (loss,) = of_kind("worst loss", suggest([a_stream(part)], RULES))
    assert (loss.selection.first, loss.selection.last) == (500, 510)


def test_the_caller_can_select_in_its_own_way():
    asked = []

    def select(stream_id, first, last):
        asked.append((stream_id, first, last))
        return "selected"

    found = suggest([a_stream(a_part(steps(400, t120=8)))], RULES, 1, length=20, select=select)
    assert found[0].selection == "selected"
    assert len(asked) == 1
    assert asked[0][0] == 0
    assert asked[0][2] - asked[0][1] == 19


# Edges


def test_nothing_to_suggest():
    assert suggest([], RULES) == []
    assert suggest([a_stream(a_part([1.0]))], RULES) == []
    assert suggest([a_stream(a_part([1.0, 2.0], []))], RULES) == []


def test_a_replay_cut_short_is_judged_as_far_as_it_came():
    part = a_part(steps(400, t120=8, t300=9), np.zeros(200))
    assert all(s.selection.last < 120 for s in suggest([a_stream(part)], RULES, 99))


def test_prices_whose_differences_overflow_are_no_obstacle():
    price = np.where(np.arange(400) % 40 < 20, 1.5e308, -1.5e308)
    decisions = at(400, t100=1, t105=-1, t200=-1, t203=1)
    assert not windows_overlap(suggest([a_stream(a_part(price, decisions))], RULES, 50))


@pytest.mark.parametrize(("n", "length"), [(0, 50), (-1, 50), (10, 0), (10, 1001)])
def test_counts_out_of_range_are_refused(n, length):
    with pytest.raises(ArgumentError, match="n: " if n < 1 else "length: "):
        suggest([], RULES, n, length=length)


def test_counts_that_are_no_whole_numbers_are_refused():
    with pytest.raises(ArgumentTypeError, match="n: expected a whole number"):
        suggest([], RULES, 2.5)
    with pytest.raises(ArgumentTypeError, match="length: expected a whole number"):
        suggest([], RULES, length="50")
