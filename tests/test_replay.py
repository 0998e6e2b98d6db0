"""The promises of replay: the names and defaults, the slices, the gaps, the faults, and what is left after them."""

from __future__ import annotations

import functools
import importlib
import inspect
import itertools
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from midplot import UP, ReplayResults, Stream, get_replay_result, replay
from midplot.errors import ArgumentError, ArgumentTypeError, MidplotError, ProtocolError, StreamError
from midplot.helpers import wrap

NAN = float("nan")
MAIN = sys.modules["__main__"]


def always_up(stream):
    yield
    for _ in stream:
        yield UP


class Recorder:
    """An attacker that remembers all that was made and fed, and decides by the price."""

    made = []  # noqa: RUF012 - emptied by a fixture

    def __init__(self):
        self.fed = []
        self.made.append(self)

    def tick_and_predict(self, x, horizon):
        self.fed.append(x)
        return x if int(x) % 3 == 0 else -x if int(x) % 3 == 1 else 0


@pytest.fixture(autouse=True)
def _no_recordings():
    Recorder.made.clear()


def fed():
    return [recorder.fed for recorder in Recorder.made]


def decided(result):
    """Return what was decided, by stream, part and original index."""
    return {
        (stream.stream_id, part.part.part, int(index)): decision
        for stream in result.streams.values()
        for part in stream.parts
        for index, decision in zip(part.index, part.replay.decisions.tolist(), strict=True)
    }


# Names


def test_names_positions_and_defaults_are_those_of_the_quickstarter():
    parameters = inspect.signature(replay).parameters.values()
    assert [(p.name, p.default) for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD] == [
        ("streams", inspect.Parameter.empty),
        ("horizon", 30),
        ("epsilon", 0.0025),
        ("only_stream_ids", None),
        ("start_index", 0),
        ("stop_index", None),
        ("update_frequency", 100),
        ("with_visualization", False),
        ("with_accounting_visualizer", False),
        ("dry", False),
        ("hyper_parameters", None),
        ("with_hyper_parameters_load", False),
    ]
    assert {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY} == {
        "infer": None,
        "model_directory_path": ".",
        "warmup": 0,
        "backoff": 1,
        "with_trading_lag": False,
        "probe": (),
        "n_jobs": 1,
        "progress": None,
    }


def test_a_result_has_scores_by_stream_their_total_and_the_time():
    result = replay({"a": [1, 2, 3, 4], "b": [4, 3, 2, 1]}, 1, 0.25, infer=always_up)
    assert isinstance(result, ReplayResults)
    assert result.scores == {0: 3 * 0.75, 1: 3 * -1.25}
    assert result.total_score == sum(result.scores.values())
    assert result.elapsed > 0
    assert result.unresolved == 2
    assert not result.interrupted
    assert get_replay_result() is result


# Where infer comes from


def test_the_infer_of_the_main_module_is_the_default(monkeypatch):
    monkeypatch.setattr(MAIN, "infer", always_up, raising=False)
    assert decided(replay([1, 2])) == {(0, 0, 0): 1.0, (0, 0, 1): 1.0}


def test_the_main_module_may_define_an_attacker_class(monkeypatch):
    monkeypatch.setattr(MAIN, "infer", Recorder, raising=False)
    replay([1, 2])
    assert fed() == [[1.0, 2.0]]


def test_without_infer_the_replay_warns_once_and_decides_nothing(monkeypatch):
    monkeypatch.delattr(MAIN, "infer", raising=False)
    with pytest.warns(UserWarning, match="Please define") as caught:
        result = replay([[1, 2], [3, 4]], hyper_parameters={"a": 1})
    (warning,) = caught
    expected = "Please define the 'infer' function in the main module: for debugging, showing no attacks."
    assert str(warning.message) == expected
    assert warning.filename == __file__
    assert set(decided(result).values()) == {0.0}
    assert result.n_ticks == 4


@pytest.mark.parametrize(
    "infer",
    [always_up, lambda stream: always_up(stream), functools.partial(always_up), type("C", (Recorder,), {}), Recorder],
)
def test_an_infer_may_be_a_function_a_class_or_a_factory(infer):
    assert replay([3, 6, 9], infer=infer).summary()["num_resolved_decisions"] == 0
    assert len(decided(replay([3, 6, 9], infer=infer))) == 3


@pytest.mark.parametrize("infer", [5, "infer", Recorder(), [always_up]], ids=["int", "text", "object", "list"])
@pytest.mark.parametrize("in_main", [False, True])
def test_an_infer_that_cannot_be_called(monkeypatch, infer, in_main):
    monkeypatch.setattr(MAIN, "infer", infer, raising=False)
    with pytest.raises(ArgumentTypeError, match=r"^infer: .*(int|str|Recorder|list)"):
        replay([1, 2], infer=None if in_main else infer)


def test_parameters_reach_an_infer_that_takes_them():
    got = []

    def infer(stream, hyper_parameters, with_hyper_parameters_load, model_directory_path, horizon):
        got.append((hyper_parameters, with_hyper_parameters_load, model_directory_path, horizon))
        yield from always_up(stream)

    replay([1], 7, hyper_parameters=[1], with_hyper_parameters_load=True, model_directory_path="m", infer=infer)
    replay([1], infer=infer)
    assert got == [([1], True, "m", 7), (None, False, ".", 30)]


@pytest.mark.parametrize("name", ["hyper_parameters", "with_hyper_parameters_load"])
def test_parameters_without_effect_are_warned_of(name):
    with pytest.warns(UserWarning, match=f"^{name} was given, but infer does not take it") as caught:
        replay([1], infer=always_up, **{name: True})
    assert [warning.filename for warning in caught] == [__file__]


# Arguments


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"horizon": 0}, ArgumentError),
        ({"horizon": 1.5}, ArgumentTypeError),
        ({"epsilon": -1}, ArgumentError),
        ({"epsilon": NAN}, ArgumentError),
        ({"epsilon": float("inf")}, ArgumentError),
        ({"epsilon": "1"}, ArgumentTypeError),
        ({"backoff": -1}, ArgumentError),
        ({"warmup": -1}, ArgumentError),
        ({"start_index": -1}, ArgumentError),
        ({"stop_index": -1}, ArgumentError),
        ({"stop_index": 2, "start_index": 3}, ArgumentError),
        ({"update_frequency": 0}, ArgumentError),
        ({"n_jobs": 0}, ArgumentError),
        ({"progress": 5}, ArgumentTypeError),
        ({"probe": 5}, ArgumentTypeError),
        ({"infer": 5}, ArgumentTypeError),
        ({"only_stream_ids": 9}, ArgumentError),
        ({"only_stream_ids": 9.0}, ArgumentTypeError),
    ],
    ids=str,
)
def test_a_wrong_argument_is_named_with_its_value_and_nothing_is_replayed(arguments, error):
    name, value = next(iter(arguments.items()))
    with pytest.raises(error) as caught:
        replay([1.0, 2.0], **{"infer": Recorder, **arguments})
    assert isinstance(caught.value, MidplotError)
    assert isinstance(caught.value, ValueError | TypeError)
    assert str(caught.value).startswith(f"{name}: ")
    assert str(value) in str(caught.value)
    assert fed() == []
    with pytest.raises(MidplotError, match="nothing was replayed yet"):
        get_replay_result()


def test_wrong_streams_name_stream_and_tick():
    with pytest.raises(StreamError, match=r"^stream 1 'b', tick 1: expected a number, got 'x'"):
        replay({"a": [1], "b": [1, "x"]}, infer=always_up)


@pytest.mark.parametrize(
    "slicing", [{"start_index": 5}, {"start_index": 2, "stop_index": 4}], ids=["beyond the end", "in a gap"]
)
def test_a_slice_without_a_value_is_an_error(slicing):
    with pytest.raises(ArgumentError, match=r"^start_index: no stream has a value in \[.* of the 2 given"):
        replay([[0, 1, NAN, NAN, 4], [0.0]], infer=always_up, **slicing)


# Streams in


@pytest.mark.parametrize(
    "streams",
    [
        [5, 6, 7],
        [[{"x": 5}, {"x": 6}, {"x": 7}]],
        range(5, 8),
        (x for x in (5, 6, 7)),
        np.array([5, 6, 7]),
        np.array([[5.0, 6.0, 7.0]]),
        {"a": [5, 6, 7]},
        Stream([5, 6, 7]),
        [Stream([5, 6, 7])],
        pd.Series([5, 6, 7]),
        pd.DataFrame({"a": [5, 6, 7]}),
        pd.DataFrame({"id": ["a"] * 3, "value": [5, 6, 7]}),
    ],
    ids=lambda streams: type(streams).__name__,
)
def test_every_kind_of_stream_is_fed_as_plain_floats(streams):
    replay(streams, infer=Recorder)
    assert fed() == [[5.0, 6.0, 7.0]]
    assert {type(x) for x in fed()[0]} == {float}


@pytest.mark.parametrize(("only", "expected"), [(1, {1}), ("c", {2}), (["c", 0], {0, 2})])
def test_only_the_streams_that_are_asked_for_are_read(only, expected):
    read = []

    def lazy(i):
        read.append(i)
        yield from (1.0, 2.0)

    result = replay({name: lazy(i) for i, name in enumerate("abc")}, only_stream_ids=only, infer=always_up)
    assert set(result.streams) == set(read) == expected


@pytest.mark.parametrize(("stop", "pulls"), [(3, 3), (None, 5), (50, 5)])
def test_a_generator_is_read_only_as_far_as_the_stop(stop, pulls):
    pulled = []

    def generator():
        for x in range(5):
            pulled.append(x)
            yield x

    replay(generator(), start_index=1, stop_index=stop, infer=Recorder)
    assert pulled == list(range(pulls))
    assert fed() == [[float(x) for x in range(1, pulls)]]


def test_a_stream_that_is_still_a_gap_at_the_stop_is_left_out():
    result = replay([[NAN, NAN, 1.0], [2.0, 3.0, 4.0]], stop_index=2, infer=Recorder)
    assert list(result.streams) == [1]
    assert fed() == [[2.0, 3.0]]


# Slices, warm-up and gaps


PRICES = [0.0, 1.0, 2.0, NAN, 4.0, 5.0, 6.0, 7.0, NAN, NAN, 10.0]


@pytest.mark.parametrize(
    ("slicing", "feeds", "scored"),
    [
        ({}, [[0, 1, 2], [4, 5, 6, 7], [10]], [0, 1, 2, 4, 5, 6, 7, 10]),
        ({"start_index": 5}, [[5, 6, 7], [10]], [5, 6, 7, 10]),
        ({"start_index": 5, "warmup": 1}, [[4, 5, 6, 7], [10]], [5, 6, 7, 10]),
        ({"start_index": 5, "warmup": 9, "stop_index": 7}, [[4, 5, 6]], [5, 6]),
        ({"start_index": 1, "warmup": 9, "stop_index": 5}, [[0, 1, 2], [4]], [1, 2, 4]),
        ({"start_index": 9, "warmup": 9}, [[10]], [10]),
    ],
)
def test_each_part_is_fed_to_a_fresh_attacker_with_original_indices(slicing, feeds, scored):
    result = replay(PRICES, 1, 0.0, infer=Recorder, **slicing)
    assert fed() == feeds
    (stream,) = result.streams.values()
    assert [int(i) for part in stream.parts for i in part.index[part.part.warmup :]] == scored
    assert result.n_ticks == len(scored)
    assert set(result.trades["index"]) <= set(scored)


def test_profit_never_crosses_a_gap_and_parts_keep_their_numbers():
    result = replay([1.0, 2.0, NAN, 10.0, 20.0, 30.0], 1, 0.0, infer=always_up)
    assert result.scores == {0: 1.0 + 10.0 + 10.0}
    trades = result.trades
    assert trades[["part", "index", "resolution_index"]].values.tolist() == [
        [0, 0, 1],
        [0, 1, 2],
        [1, 3, 4],
        [1, 4, 5],
        [1, 5, 6],
    ]
    np.testing.assert_array_equal(trades["profit"], [1.0, NAN, 10.0, 10.0, NAN])


def test_a_sliced_replay_names_the_part_as_in_the_whole_stream():
    result = replay(PRICES, start_index=9, infer=always_up)
    assert list(decided(result)) == [(0, 2, 10)]


def test_the_warm_up_of_a_stream_is_fed_and_not_scored():
    stream = Stream([5.0, 6.0, 7.0, 8.0], offset=100, warmup=2)
    result = replay(stream, 1, 0.0, infer=always_up)
    assert result.n_ticks == 2
    assert result.scores == {0: 1.0}
    assert result.trades["index"].tolist() == [102, 103]


def test_the_decisions_up_to_a_stop_are_those_of_the_whole():
    whole = decided(replay(PRICES, infer=Recorder))
    part = decided(replay(PRICES, stop_index=6, infer=Recorder))
    assert part == {key: decision for key, decision in whole.items() if key[2] < 6}


# Faults and exceptions


def fault_at(x, decision):
    def infer(stream):
        yield
        for message in stream:
            yield decision if message["x"] == x else 1

    return infer


@pytest.mark.parametrize("decision", [None, NAN, "1", [1.0], np.array([1.0])], ids=repr)
def test_a_fault_names_stream_part_and_original_index(decision):
    with pytest.raises(ProtocolError, match=r"^stream 1 'b', part 1, tick 5: expected a number as decision"):
        replay({"a": [1.0, 2.0], "b": PRICES}, infer=fault_at(5.0, decision))
    partial = get_replay_result()
    assert partial.interrupted
    assert len(decided(partial)) == 2 + 3 + 1


@pytest.mark.parametrize("error", [ValueError("mine"), ZeroDivisionError(), KeyError("x")], ids=repr)
@pytest.mark.parametrize("form", ["function", "class"])
def test_an_attackers_exception_comes_out_unchanged_with_a_note_and_a_partial_result(error, form):
    class Failing(Recorder):
        def tick_and_predict(self, x, horizon):
            if x == 5.0:
                raise error
            return 1

    error.__dict__.pop("__notes__", None)
    with pytest.raises(type(error)) as caught:
        replay([[1.0, 2.0], PRICES], 1, 0.0, infer=Failing if form == "class" else wrap(Failing))
    assert caught.value is error
    assert caught.value.__notes__ == ["stream 1, part 1, tick 5"]
    partial = get_replay_result()
    assert partial.interrupted
    assert partial.scores == {0: 1.0, 1: 2.0}
    assert list(decided(partial)) == [(0, 0, 0), (0, 0, 1), (1, 0, 0), (1, 0, 1), (1, 0, 2), (1, 1, 4)]
    assert partial.elapsed > 0


def test_ctrl_c_in_the_attacker_gives_the_partial_result():
    class Interrupted(Recorder):
        def tick_and_predict(self, x, horizon):
            if x == 5.0:
                raise KeyboardInterrupt
            return 1

    result = replay([PRICES, [1.0]], 1, 0.0, infer=Interrupted)
    assert result.interrupted
    assert get_replay_result() is result
    assert list(decided(result)) == [(0, 0, 0), (0, 0, 1), (0, 0, 2), (0, 1, 4)]
    assert result.scores == {0: 2.0}
    assert "partial" in repr(result)


def test_ctrl_c_in_a_listener_gives_the_partial_result():
    def listener(progress):
        if progress.part.stream_id == 1:
            raise KeyboardInterrupt

    result = replay([[1.0, 2.0, 3.0], range(1000)], 1, 0.0, infer=always_up, progress=listener)
    assert result.interrupted
    assert result.scores == {0: 2.0, 1: 0.0}
    assert list(decided(result)) == [(0, 0, 0), (0, 0, 1), (0, 0, 2), (1, 0, 0)]


@pytest.mark.parametrize("when", ["reading", "starting"])
def test_ctrl_c_before_the_first_tick_gives_an_empty_result(when):
    def interrupted(*_):
        raise KeyboardInterrupt
        yield

    stream = interrupted() if when == "reading" else [1.0]
    result = replay([stream], infer=interrupted)
    assert result.interrupted
    assert (result.total_score, result.n_ticks) == (0.0, 0)


@pytest.mark.parametrize("error", [OSError("the disk is full"), SystemExit(3), ProtocolError("not yours")], ids=repr)
def test_a_listener_that_raises_is_dropped_with_one_warning_and_the_replay_goes_on(chunk_of_one, error):
    heard = []

    def listener(progress):
        heard.append(progress.done)
        raise error

    with pytest.warns(UserWarning, match=r"^progress: .*listener raised .* The replay goes on without it\.") as warned:
        result = replay([range(5)], 1, 0.25, infer=always_up, progress=listener)
    assert len(warned) == 1
    assert warned[0].filename == __file__
    assert heard == [1]
    assert result.ledger.state == "complete"
    assert result.scores == replay([range(5)], 1, 0.25, infer=always_up).scores


def test_ctrl_c_in_a_listener_interrupts(chunk_of_one):
    def listener(progress):
        raise KeyboardInterrupt

    assert replay([range(5)], infer=always_up, progress=listener).ledger.state == "interrupted"


# Listeners


@pytest.fixture
def chunk_of_one(monkeypatch):
    """Make the engine's clock so slow that a checkpoint comes after each tick."""
    seconds = itertools.count()
    monkeypatch.setattr("midplot.play._engine.perf_counter", lambda: next(seconds))


def test_checkpoints_come_in_order_and_show_the_result_so_far(chunk_of_one):
    seen = []
    replay({"a": [1, 2], "b": [3, NAN, 5]}, infer=always_up, progress=lambda p: seen.append((p.part.label, p.done)))
    assert seen == [("stream 0 'a'", 1), ("stream 0 'a'", 2), ("stream 1 'b'", 1), ("stream 1 'b', part 1", 1)]


def test_the_result_can_be_looked_at_while_it_grows(chunk_of_one):
    seen = []
    replay([range(4), range(4)], 1, 0.0, infer=always_up, progress=lambda p: seen.append(get_replay_result().scores))
    assert seen == [{0: s} for s in (0.0, 1.0, 2.0, 3.0)] + [{0: 3.0, 1: s} for s in (0.0, 1.0, 2.0, 3.0)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([1.0, 2.0, 3.0, 7.0, NAN]), min_size=1, max_size=40), st.integers(0, 9))
def test_the_outcome_is_the_same_with_and_without_a_listener(prices, warmup):
    prices.append(4.0)

    def outcome(progress):
        result = replay(
            [prices], 2, 0.5, start_index=len(prices) // 3, warmup=warmup, infer=Recorder, progress=progress
        )
        return decided(result), result.scores, result.summary()

    assert outcome(None) == outcome(lambda progress: (progress.run.outcome(), get_replay_result().summary()))


@pytest.mark.parametrize("error", [None, ValueError("mine"), ProtocolError("theirs")], ids=repr)
def test_faults_are_the_same_with_and_without_a_listener(chunk_of_one, error):
    def infer(stream):
        yield
        for message in stream:
            if message["x"] == 7.0 and error:
                raise error
            yield next(stream)["x"] if message["x"] == 8.0 else 1

    texts = []
    for progress in (None, lambda progress: progress.run.outcome()):
        with pytest.raises((ValueError, ProtocolError)) as caught:
            replay([range(20)], infer=infer, progress=progress)
        texts.append((type(caught.value), str(caught.value), decided(get_replay_result())))
    assert texts[0] == texts[1]
    assert len(texts[0][2]) == (7 if error else 8)


# dry, probes, latency


def test_dry_leaves_the_last_result_as_it_is():
    first = replay([1, 2], infer=always_up)
    second = replay([1, 2], dry=True, infer=always_up)
    assert second is not first
    assert get_replay_result() is first


def test_dry_leaves_the_last_result_even_after_an_error():
    first = replay([1, 2], infer=always_up)
    with pytest.raises(ProtocolError):
        replay([1, 2], dry=True, infer=lambda stream: 3)
    assert get_replay_result() is first


def test_before_any_replay_there_is_no_result():
    with pytest.raises(MidplotError, match=r"^get_replay_result: nothing was replayed yet\. Call replay\(streams\)"):
        get_replay_result()


def test_the_module_and_the_function_share_one_last_result():
    result = replay([1], infer=always_up)
    assert importlib.import_module("midplot.replay").get_replay_result() is result


@pytest.mark.parametrize("probe", ["n", ["n"], lambda attacker: attacker.n])
def test_probes_are_sampled_by_stream_over_its_parts(probe):
    class Counting:
        n = 0

        def tick_and_predict(self, x, horizon):
            self.n += 1
            return 0

    plain = replay([[1.0, NAN, 1.0, 1.0], [1.0]], infer=Counting)
    result = replay([[1.0, NAN, 1.0, 1.0], [1.0]], infer=Counting, probe=probe)
    (values,) = result.probes(0).values()
    assert values.tolist() == [1.0, 1.0, 2.0]
    assert plain.probes(0) == {}
    assert decided(result) == decided(plain)


def test_a_wrong_probe_names_stream_and_tick():
    with pytest.raises(ProtocolError, match=r"^stream 0, tick 2: probe 'fedd': .*Did you mean 'fed'\?"):
        replay([[1.0, 2.0, 3.0]], start_index=2, infer=Recorder, probe="fedd")


def test_latency_is_of_the_scored_decisions_overall_and_by_stream(monkeypatch):
    now = [0]
    monkeypatch.setattr("midplot.play._drive.perf_counter_ns", lambda: now[0])

    def slow(stream):
        yield
        for message in stream:
            now[0] += int(message["x"] * 1_000_000)
            yield 0

    result = replay([[900, 10, 20, NAN, 30], [900, 50]], start_index=1, warmup=1, infer=slow)
    first, second, overall = result.latencies[0], result.latencies[1], result.latency
    assert (first.n, first.mean, first.p50, first.max, first.over_budget) == pytest.approx((3, 0.02, 0.02, 0.03, 1))
    assert (second.n, second.mean, second.over_budget) == pytest.approx((1, 0.05, 1))
    assert (overall.n, overall.mean, overall.over_budget) == pytest.approx((4, 0.0275, 2))
    assert overall.p99 == pytest.approx(np.percentile([0.01, 0.02, 0.03, 0.05], 99))
    assert first.ok
    assert not overall.ok


def test_a_replay_prints_and_warns_nothing(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        replay(PRICES, infer=Recorder, with_visualization=True, with_accounting_visualizer=True)
    assert capsys.readouterr() == ("", "")
