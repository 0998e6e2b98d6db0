"""What a replay gives back: totals that add up, look-ups that help, and words that are the same from run to run."""

from __future__ import annotations

import itertools
import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from midone.accounting.pnl import Pnl

from midplot import Stream, check, get_replay_result, load_scenarios, replay
from midplot.errors import ArgumentError, MidplotError, ScenarioError
from midplot.money._figures import latency_in_steps
from midplot.money._ledger import Ledger
from midplot.play import _drive as drive
from midplot.play._settings import ReplaySettings
from midplot.results import ReplayResults

NAN = math.nan


class Trend:
    last = None

    def tick_and_predict(self, x, horizon):
        before, self.last = self.last, x
        return 0 if before is None else x - before


PRICES = {"eurusd": [1.0, 2.0, 4.0, 3.0, 3.5, 6.0], "gold": [9.0, 8.0, NAN, 5.0, 4.0, 2.0, 1.0]}


@pytest.fixture
def ticking(monkeypatch):
    """Let every look at the clock advance it by a fixed time, so that latencies are known exactly."""

    def set_tick(nanoseconds):
        clock = itertools.count(0, nanoseconds)
        monkeypatch.setattr(drive, "perf_counter_ns", lambda: next(clock))

    set_tick(900_000)
    return set_tick


# Totals


@settings(max_examples=40)
@given(
    st.lists(st.lists(st.integers(-9, 9), min_size=1, max_size=40), min_size=1, max_size=4),
    st.integers(1, 5),
    st.sampled_from([0.0, 0.0025, 0.7]),
    st.integers(0, 4),
    st.booleans(),
)
def test_scores_and_summaries_equal_midones(streams, horizon, epsilon, backoff, lag):
    result = replay(streams, horizon, epsilon, infer=Trend, backoff=backoff, with_trading_lag=lag, dry=True)
    books = []
    for values in streams:
        books.append(Pnl(epsilon, backoff, lag))
        attacker = Trend()
        for x in values:
            books[-1].tick(float(x), horizon, attacker.tick_and_predict(float(x), horizon))
    profits = [book.summary()["total_profit"] for book in books]
    assert result.scores == dict(enumerate(profits))
    assert result.total_score == sum(profits)
    for stream_id, book in enumerate(books):
        theirs, ours = book.summary(), result.summary(stream_id)
        assert {key: ours[key] for key in theirs if key in ours} == {key: theirs[key] for key in theirs if key in ours}
    total = result.summary()
    assert total["total_profit"] == result.total_score
    assert total["current_ndx"] == result.n_ticks == sum(map(len, streams))
    assert total["num_resolved_decisions"] == sum(len(book.pnl_data) for book in books)
    assert result.unresolved == sum(len(book.pending_decisions) for book in books)


def test_a_result_by_hand():
    result = replay(PRICES, 1, 0.25, infer=Trend)
    assert result.scores == {0: 2 - 0.25 - 1 - 0.25 - 0.5 - 0.25 + 2.5 - 0.25, 1: 2 - 0.25 + 1 - 0.25}
    assert result.total_score == 4.5
    assert result.unresolved == 3
    assert result.n_ticks == 12
    assert result.win_rate == 4 / 6
    assert result.summary()["wins"] == 4
    assert result.elapsed > 0


# Look-ups


def test_streams_are_looked_up_by_id_or_name():
    result = replay(PRICES, 1, 0.25, infer=Trend)
    assert list(result.streams) == [0, 1]
    assert result.stream(1) is result.stream("gold") is result.streams[1]
    assert result.summary("eurusd") == result.summary(0) == result.streams[0].summary
    assert result.stream(np.int64(1)) is result.stream(1)


def test_a_summary_is_the_callers_own():
    result = replay(PRICES, 1, 0.25, infer=Trend)
    result.summary(0)["wins"] = 99
    assert result.summary(0)["wins"] == 2


@pytest.mark.parametrize("look_up", ["stream", "summary", "probes"])
def test_an_unknown_stream_is_named_with_what_there_is(look_up):
    result = replay(PRICES, 1, 0.25, infer=Trend)
    with pytest.raises(ArgumentError) as raised:
        getattr(result, look_up)("golt")
    assert str(raised.value) == (
        "stream: 'golt' was not replayed. Did you mean 'gold'? Choose one of 0, 1, 'eurusd', 'gold'."
    )
    with pytest.raises(ArgumentError, match=r"stream: 7 was not replayed\. Choose one of 0, 1, 'eurusd', 'gold'\.$"):
        getattr(result, look_up)(7)


def test_a_name_that_several_streams_have_is_not_guessed():
    parts = [Stream([1.0, 2.0], name="s"), Stream([3.0], name="s"), Stream([4.0], name="t")]
    result = replay(parts, infer=Trend)
    with pytest.raises(ArgumentError, match=r"^stream: several streams are called 's'\. Choose one by its id: 0, 1\.$"):
        result.stream("s")
    assert result.stream("t").stream_id == 2


def test_nothing_was_replayed():
    result = ReplayResults(Ledger(ReplaySettings()), lambda stream: stream)
    with pytest.raises(ArgumentError, match=r"^stream: 0 was not replayed\. Choose one of none\.$"):
        result.stream(0)
    with pytest.raises(ArgumentError, match="nothing was replayed, so there is nothing to draw"):
        result.figure()
    assert (result.scores, result.total_score, result.n_ticks, result.latency.n) == ({}, 0.0, 0, 0)
    assert math.isnan(result.win_rate)
    assert repr(result).splitlines()[1] == "  score        0 (too little data to say)"


# Words


def test_the_text_of_a_result_is_the_same_from_run_to_run(ticking):
    texts = {repr(replay(PRICES, 1, 0.25, infer=Trend)) for _ in range(3)}
    assert texts == {
        "ReplayResults\n"
        "  score        +4.5 (too little data to say)\n"
        "  decisions    6 (3 unresolved)\n"
        "  win rate     66.7% (4 wins, 2 losses)\n"
        "  per decision +0.75 (after costs)\n"
        "  latency      within budget (mean under 1 ms of the 20 ms allowed)\n"
        "  replayed     12 ticks of 2 streams (horizon 1, epsilon 0.25)"
    }


def test_the_text_where_nothing_is_resolved(ticking):
    assert repr(replay([[1.0]], infer=Trend)) == (
        "ReplayResults\n"
        "  score        0 (too little data to say)\n"
        "  decisions    0 (0 unresolved)\n"
        "  latency      within budget (mean under 1 ms of the 20 ms allowed)\n"
        "  replayed     1 tick of 1 stream (horizon 30, epsilon 0.0025)"
    )


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0.0001, "mean under 0.1 ms of the 20 ms allowed"),
        (0.3, "mean under 0.5 ms of the 20 ms allowed"),
        (19, "mean under 20 ms of the 20 ms allowed"),
        (21, "mean over 20 ms: more than the 20 ms allowed"),
        (499, "mean over 100 ms: more than the 20 ms allowed"),
        (90_000, "mean over 1000 ms: more than the 20 ms allowed"),
    ],
)
def test_latency_is_told_in_steps(ticking, milliseconds, text):
    ticking(int(milliseconds * 1e6))
    result = replay([[1.0, 2.0, 3.0]], infer=Trend)
    assert latency_in_steps(result.latency) == text
    assert f"({text})" in repr(result)


def test_a_mean_within_budget_does_not_hide_many_slow_ticks(monkeypatch):
    clock = itertools.accumulate(itertools.cycle([30_000_000] + [10_000] * 24))
    monkeypatch.setattr(drive, "perf_counter_ns", lambda: next(clock))
    result = replay([[1.0, 2.0, 3.0] * 300], infer=Trend)
    words = f"mean within budget, {result.latency.over_budget} ticks over"
    assert result.latency.over_budget > 10
    assert f"  latency      {words} (mean under 2 ms of the 20 ms allowed)\n" in repr(result)
    assert words in result._repr_html_()


def test_no_decision_no_latency(ticking):
    latency = ReplayResults(Ledger(ReplaySettings()), lambda stream: stream).latency
    assert latency_in_steps(latency) == "no decisions to time (20 ms allowed)"


def test_a_notebook_is_given_text_and_html():
    result = replay(PRICES, infer=Trend)
    bundle = result._repr_mimebundle_(include=None, exclude=None)
    assert bundle["text/plain"] == repr(result)
    assert set(bundle) == {"text/plain", "text/html"}


# Time


def test_every_scored_decision_is_timed_overall_and_by_stream(ticking):
    ticking(30_000_000)
    result = replay(PRICES, infer=Trend, start_index=1, warmup=1)
    assert result.latency.n == 10
    assert {stream_id: latency.n for stream_id, latency in result.latencies.items()} == {0: 5, 1: 5}
    assert result.latency.p50 == result.latency.p99 == result.latency.max == 0.03
    assert result.latency.mean == pytest.approx(0.03)
    assert result.latency.over_budget == 10
    assert not result.latency.ok


# Partial results


class Stops(Trend):
    """Raise on the price 3.5."""

    raised: BaseException = ZeroDivisionError("3.5")

    def tick_and_predict(self, x, horizon):
        if x == 3.5:
            raise self.raised
        return super().tick_and_predict(x, horizon)


class StopsByCtrlC(Stops):
    raised = KeyboardInterrupt()


def assert_partial(result):
    assert result.interrupted
    assert list(result.streams) == [0]
    assert result.stream(0).interrupted
    assert result.n_ticks == 4
    assert result.scores == {0: 2 - 0.25 - 1 - 0.25}
    assert result.equity["equity"].iloc[-1] == result.total_score
    assert result.elapsed > 0
    assert repr(result).endswith("  stopped      interrupted (this is a partial result)")


def test_ctrl_c_gives_the_partial_result():
    result = replay(PRICES, 1, 0.25, infer=StopsByCtrlC)
    assert_partial(result)
    assert get_replay_result() is result


def test_an_error_in_the_attacker_leaves_the_partial_result():
    with pytest.raises(ZeroDivisionError, match=r"3\.5") as raised:
        replay(PRICES, 1, 0.25, infer=Stops)
    assert raised.value.__notes__ == ["stream 0 'eurusd', tick 4"]
    assert_partial(get_replay_result())


def test_a_whole_result_is_not_interrupted():
    result = replay(PRICES, 1, 0.25, infer=Trend)
    assert not result.interrupted
    assert not any(stream.interrupted for stream in result.streams.values())
    assert "interrupted" not in repr(result)


def test_a_dry_replay_is_not_remembered():
    replay(PRICES, infer=Trend, dry=True)
    with pytest.raises(
        MidplotError, match=r"^get_replay_result: nothing was replayed yet\. Call replay\(streams\) first\.$"
    ):
        get_replay_result()


# Probes


def test_probes_run_over_all_parts_with_the_warm_up():
    result = replay({"gold": PRICES["gold"]}, infer=Trend, probe="last", start_index=1, warmup=1)
    assert result.probes("gold")["last"].tolist() == [9.0, 8.0, 5.0, 4.0, 2.0, 1.0]
    assert replay(PRICES, infer=Trend).probes(0) == {}


def test_probes_of_a_part_that_did_not_start_are_left_out():
    starts = iter([Trend])

    def infer(stream):
        attacker = next(starts)()
        yield
        for message in stream:
            yield attacker.tick_and_predict(message["x"], 1)

    with pytest.raises(RuntimeError):
        replay([1.0, 2.0, NAN, 3.0], infer=infer, probe="last")
    assert get_replay_result().probes(0)["last"].tolist() == [1.0, 2.0]


# Labels


def test_without_scenarios_those_of_the_default_folder_are_checked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = replay({"rising": range(100, 120)}, horizon=3, infer=Trend, dry=True)
    result.select("rising", 5, 12)
    result.save_selected(1)
    again = replay(load_scenarios().streams(), horizon=3, infer=Trend, dry=True)
    (ok, report), (same, given) = again.check_scenarios(), again.check_scenarios(load_scenarios().scenarios)
    assert ok is same is True
    assert report.to_dict() == given.to_dict()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    with pytest.raises(ScenarioError, match="there are 0 scenarios"):
        again.check_scenarios()


class Patient:
    """Decides from the tenth tick of a part on."""

    ticks = 0

    def tick_and_predict(self, x, horizon):
        self.ticks += 1
        return float(self.ticks >= 10)


@pytest.mark.parametrize(
    ("first", "last", "short"), [(2, 7, True), (2, 8, True), (2, 9, False), (25, 30, True), (25, 45, False)]
)
def test_a_label_without_enough_history_is_warned_of(tmp_path, first, last, short):
    prices = [float(t) for t in range(60)]
    prices[23] = NAN
    result = replay([prices], horizon=3, infer=Patient, dry=True)
    result.select(0, first, last)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        result.save_selected(1, path=tmp_path)
    told = [str(each.message) for each in warned]
    assert len(told) == short
    if short:
        history = last + 1 if first < 23 else last - 23
        assert f"it ends {history} ticks after the start of its part" in told[0]
        assert "has never decided within fewer than 10" in told[0]
    ok, report = check(tmp_path, Patient)
    assert ok is not short  # as the warning said
    assert not short or report.failed[0].reason.value == "too short"


def test_no_window_is_suggested_that_saving_warns_of(tmp_path):
    prices = [float(t) for t in range(200)]
    prices[90] = NAN
    result = replay([prices], horizon=3, infer=Late, dry=True)
    suggested = result.suggest(50, length=5, path=tmp_path)
    starts = {False: 0, True: 91}
    assert {each.kind for each in suggested} >= {"missed up"}
    assert all(each.selection.last - starts[each.selection.last > 90] + 1 >= 61 for each in suggested)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for each in suggested:
            result.select(0, each.selection.first, each.selection.last)
            result.save_selected(each.expected, path=tmp_path)


class Late:
    """Decides only at the 61st tick of a part."""

    ticks = 0

    def tick_and_predict(self, x, horizon):
        self.ticks += 1
        return float(self.ticks == 61)


def test_a_silent_attacker_needs_no_history(tmp_path):
    result = replay([range(60)], horizon=3, infer=lambda: Silent(), dry=True)
    result.select(0, 0, 3)
    result.save_selected(0, path=tmp_path)


class Silent:
    def tick_and_predict(self, x, horizon):
        return 0
