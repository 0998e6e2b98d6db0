"""An attacker that ends the program fails like any other, wherever it is run; and errors show the attacker's frames only."""

from __future__ import annotations

import asyncio
import sys
import traceback
import types

import click
import pandas as pd
import pytest

from midplot import Stream, check, get_replay_result, replay, replay_async
from midplot.crunch import load_notebook
from midplot.errors import ArgumentError, MidplotError, ProtocolError
from midplot.examples import MomentumAttacker
from midplot.play._engine import PartRun
from midplot.scenarios._scenario import Scenario, Selection
from midplot.streams._stream import cut_into_parts
from midplot.testing import check_attacker
from midplot.training import objective

PRICES = [100.0 + t for t in range(30)]


class Cancelled(BaseException):
    """As libraries have them, so that `except Exception` does not catch it."""


def called_exit():
    sys.exit(3)


def exit_with_words():
    sys.exit("enough")


def exit_as_if_well():
    raise SystemExit(0)


def quitter():
    quit()


def own_base_exception():
    raise Cancelled("now")


def cancelled():
    raise asyncio.CancelledError


def skipped():
    pytest.skip("not today")


def generator_exit():
    raise GeneratorExit


ENDS = [called_exit, exit_with_words, exit_as_if_well, quitter, own_base_exception, cancelled, skipped, generator_exit]
ends = pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)


@pytest.fixture(autouse=True)
def _stdin(monkeypatch):
    """Keep `quit`, which closes standard input, from closing that of the tests."""
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(close=lambda: None))


def at_tick(end, tick=7):
    class Attacker:
        seen = 0

        def tick_and_predict(self, x, horizon):
            self.seen += 1
            if self.seen > tick:
                end()
            return 0

    return Attacker


def when_made(end):
    class Attacker:
        def __init__(self):
            end()

        def tick_and_predict(self, x, horizon):
            return 0

    return Attacker


def at_call(end):
    def infer(stream, horizon):
        end()

    return infer


def at_the_end(end):
    def infer(stream):
        yield
        for _ in stream:
            yield 0
        end()

    return infer


def a_scenario(name="rising"):
    selection = Selection.of(Stream(PRICES, name=name), 10, 20, horizon=2, epsilon=0.5)
    return Scenario(selection=selection, expected=1)


# replay


@ends
@pytest.mark.parametrize(
    ("attacker", "where"),
    [
        (at_tick, "stream 0, tick 7"),
        (when_made, "stream 0, before the first tick"),
        (at_call, "stream 0, before the first tick"),
        (at_the_end, "stream 0, after the last tick"),
    ],
)
def test_a_replay_ends_with_an_error_that_names_stream_and_tick(end, attacker, where):
    with pytest.raises(ProtocolError) as caught:
        replay(PRICES, infer=attacker(end))
    assert str(caught.value).startswith(f"{where}: the attacker ")
    assert isinstance(caught.value.__cause__, BaseException)
    assert not isinstance(caught.value.__cause__, Exception)
    assert f"test_exits.py, line {end.__code__.co_firstlineno + 1}, in {end.__name__})" in str(caught.value)


@pytest.mark.parametrize(
    ("code", "told"), [(3, "3"), (0, "0"), (None, "None"), ("enough", "'enough'"), ("x" * 99, "...")]
)
def test_the_code_is_told(code, told):
    with pytest.raises(
        ProtocolError, match=rf"tried to exit the program \(SystemExit, code '*x*{told.replace('.', '[.]')}"
    ):
        replay(PRICES, infer=at_tick(lambda: sys.exit(code)))


def test_what_was_replayed_before_is_kept():
    with pytest.raises(ProtocolError):
        replay([PRICES, PRICES], infer=at_tick(called_exit))
    assert (get_replay_result().n_ticks, get_replay_result().interrupted) == (7, True)


def test_an_exit_in_the_cleanup_is_noted_on_the_error_that_ended_the_replay():
    def infer(stream):
        try:
            yield
            for _ in stream:
                raise KeyError("x")
        finally:
            sys.exit(0)

    with pytest.raises(ProtocolError, match="stream 0, tick 0: the attacker tried to exit"):
        replay(PRICES, infer=infer)

    def stopped(stream):
        try:
            yield
            for _ in stream:
                yield "no number"
        finally:
            sys.exit(0)

    with pytest.raises(ProtocolError, match="expected a number") as caught:
        replay(PRICES, infer=stopped)
    assert "when the attacker was stopped, it raised SystemExit(0)" in caught.value.__notes__[0]


def test_an_exit_in_a_probe_is_a_failure_too():
    with pytest.raises(ProtocolError, match=r"stream 0, tick 0: the attacker tried to exit .*code 4"):
        replay(PRICES, infer=MomentumAttacker, probe=lambda _: sys.exit(4))


def test_an_error_in_a_probe_has_its_place():
    with pytest.raises(ZeroDivisionError) as caught:
        replay(PRICES, infer=MomentumAttacker, probe=lambda _: 1 / 0)
    assert caught.value.__notes__ == ["stream 0, tick 0"]


@pytest.mark.parametrize("kind", [click.exceptions.Exit, click.Abort])
def test_what_click_ends_a_command_with_is_an_error_of_the_attacker(kind):
    def end():
        raise kind

    with pytest.raises(kind) as caught:
        replay(PRICES, infer=at_tick(end))
    assert caught.value.__notes__ == ["stream 0, tick 7"]


def no_more():
    next(iter([]))


def no_more_awaited():
    raise StopAsyncIteration


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize(
    ("attacker", "where"),
    [
        (at_tick, "tick 7"),
        (when_made, "before the first tick"),
        (at_call, "before the first tick"),
        (at_the_end, "after the last tick"),
    ],
)
@pytest.mark.parametrize("end", [no_more, no_more_awaited])
def test_an_iterator_that_runs_out_is_an_error_like_any_other(end, attacker, where, n_jobs):
    with pytest.raises(RuntimeError if end is no_more else StopAsyncIteration) as caught:
        replay([PRICES, PRICES], infer=attacker(end), n_jobs=n_jobs)
    assert caught.value.__notes__ == [f"stream 0, {where}"]
    assert ("StopIteration" in str(caught.value)) == (end is no_more)
    if n_jobs == 1:
        found = caught.value if end is no_more_awaited else caught.value.__cause__
        assert frames(found)[-1] == end.__name__


def test_an_iterator_that_runs_out_in_a_probe_is_an_error_like_any_other():
    with pytest.raises(RuntimeError, match="raised StopIteration") as caught:
        replay(PRICES, infer=MomentumAttacker, probe=lambda _: no_more())
    assert caught.value.__notes__ == ["stream 0, tick 0"]
    assert frames(caught.value.__cause__)[-2:] == ["<lambda>", "no_more"]


def test_an_iterator_that_runs_out_in_an_asynchronous_replay():
    with pytest.raises(RuntimeError, match="raised StopIteration"):
        asyncio.run(replay_async(PRICES, infer=at_call(no_more)))


def test_a_replay_that_is_closed_stops_its_attacker_without_an_error():
    stopped = []

    def infer(stream):
        yield
        try:
            for _ in stream:
                yield 0
        except GeneratorExit:
            stopped.append(True)
            raise

    chunks = iter(PartRun(cut_into_parts(Stream(PRICES))[0], infer))
    next(chunks)
    chunks.close()
    assert stopped == [True]


@ends
def test_in_an_asynchronous_replay(end):
    with pytest.raises(ProtocolError, match="tick 7: the attacker "):
        asyncio.run(replay_async(PRICES, infer=at_tick(end)))


@pytest.mark.parametrize("end", [called_exit, own_base_exception])
@pytest.mark.parametrize("attacker", [at_tick, when_made])
def test_in_several_processes(end, attacker):
    with pytest.raises(ProtocolError, match=rf"^stream 0, .*: the attacker .*; .*line \d+, in {end.__name__}\)"):
        replay([PRICES, PRICES], infer=attacker(end), n_jobs=2)


def test_an_exit_while_the_attacker_is_unpacked_in_a_worker_is_a_failure():
    class Bad:
        def __reduce__(self):
            return sys.exit, (5,)

        def tick_and_predict(self, x, horizon):
            return 0

    bad = Bad()

    def infer(stream):
        yield
        for _ in stream:
            yield bad.tick_and_predict(0, 0)

    with pytest.raises(MidplotError, match="SystemExit"):
        replay([PRICES, PRICES], infer=infer, n_jobs=2)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_ctrl_c_keeps_its_meaning(n_jobs):
    def interrupt():
        raise KeyboardInterrupt

    assert replay([PRICES, PRICES], infer=at_tick(interrupt), n_jobs=n_jobs).interrupted


# check, verify, conformance, training, the platform's runner


@ends
@pytest.mark.parametrize("attacker", [at_tick, when_made, at_call, at_the_end])
def test_a_check_fails_each_scenario_and_goes_on(end, attacker):
    ok, report = check([a_scenario("a"), a_scenario("b")], attacker(end))
    assert not ok
    assert [check.reason.value for check in report.failed] == ["raised", "raised"]
    assert [type(check.error) for check in report.failed] == [ProtocolError, ProtocolError]


def test_verify_counts_it_as_a_change():
    made = []

    class SecondTime:
        def __init__(self):
            made.append(self)

        def tick_and_predict(self, x, horizon):
            return 0 if len(made) < 2 else sys.exit(0)

    verification = replay(PRICES, infer=SecondTime).verify()
    assert not verification.ok
    assert verification.first_change.error.startswith("ProtocolError: stream 0, tick 0: the attacker tried to exit")


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"seed": 1.5}, {"seed": None}, {"n_ticks": 0}, {"n_ticks": -3}])
def test_a_wrong_number_for_verify_is_named(wrong):
    (name,) = wrong
    with pytest.raises(MidplotError, match=f"^{name}: "):
        replay(PRICES, infer=MomentumAttacker).verify(**wrong)


@ends
def test_the_conformance_suite_fails_its_checks(end):
    report = check_attacker(at_tick(end), raise_on_failure=False)
    assert "protocol" in [result.name for result in report.failed]
    assert "stream 0 'random walk', tick 7: the attacker " in report.failed[0].why


@ends
def test_an_objective_ends_with_an_error(end):
    class Trained(at_tick(end)):
        def update_from_hyper_parameters(self, hyper_parameters):
            pass

    with pytest.raises(ProtocolError, match="tick 7: the attacker "):
        objective([PRICES], infer=Trained)({"a": 1})


@pytest.fixture
def notebook(tmp_path):
    """Make the platform's notebook over two short streams, with a module for train and infer."""
    (tmp_path / "data").mkdir()
    frame = pd.DataFrame({"time": [f"{t}" for t in range(30)], "stream": "a", "value": PRICES})
    for name in ("X_train", "X_test"):
        frame.to_parquet(tmp_path / "data" / f"{name}.parquet")
    module = types.ModuleType("notebook_of_a_test")
    module.train = lambda streams: None
    return load_notebook(module, tmp_path / "resources", tmp_path / "data")


@ends
def test_the_platforms_runner_fails_in_infer(notebook, end):
    def infer(stream):
        yield
        for _ in stream:
            end()

    notebook.module.infer = infer
    with pytest.raises(ProtocolError, match=r"stream 0 'a', tick 0: the attacker "):
        notebook.test()


@ends
def test_the_platforms_runner_fails_in_train(notebook, end):
    notebook.module.train = lambda streams: end()
    notebook.module.infer = at_the_end(lambda: None)
    with pytest.raises(ProtocolError, match=r"^in train: the attacker "):
        notebook.test()


def test_an_error_in_train_is_the_users_own(notebook):
    notebook.module.train = lambda streams: 1 / 0
    notebook.module.infer = at_the_end(lambda: None)
    with pytest.raises(ZeroDivisionError) as caught:
        notebook.test()
    assert caught.value.__notes__ == ["in train"]
    assert frames(caught.value) == ["test_an_error_in_train_is_the_users_own", "<lambda>"]


# Frames


def frames(error):
    """Return the functions in a traceback."""
    return [entry.name for entry in traceback.extract_tb(error.__traceback__)]


class Divides:
    def tick_and_predict(self, x, horizon):
        return self.inner(x)

    def inner(self, x):
        return 1 / (x - 104)

    def update_from_hyper_parameters(self, hyper_parameters):
        pass


def test_an_attackers_error_follows_the_call_of_replay():
    with pytest.raises(ZeroDivisionError) as caught:
        replay(PRICES, infer=Divides)
    assert frames(caught.value) == [
        "test_an_attackers_error_follows_the_call_of_replay",
        "tick_and_predict",
        "inner",
    ]
    assert caught.value.__notes__ == ["stream 0, tick 4"]


def test_an_attackers_error_follows_the_call_of_an_objective():
    f = objective([PRICES], infer=Divides)
    with pytest.raises(ZeroDivisionError) as caught:
        f({"a": 1})
    assert frames(caught.value)[1:] == ["tick_and_predict", "inner"]


def test_an_attackers_error_follows_the_call_of_an_asynchronous_replay():
    async def mine():
        await replay_async(PRICES, infer=Divides)

    with pytest.raises(ZeroDivisionError) as caught:
        asyncio.run(mine())
    assert frames(caught.value)[-3:] == ["mine", "tick_and_predict", "inner"]


def test_an_error_from_a_worker_has_the_attackers_frames_there():
    with pytest.raises(ZeroDivisionError) as caught:
        replay([PRICES, PRICES], infer=Divides, n_jobs=2)
    assert frames(caught.value) == ["test_an_error_from_a_worker_has_the_attackers_frames_there"]
    there = str(caught.value.__cause__)
    assert "in inner" in there
    assert "midplot/" not in there.replace("\\", "/")


def test_a_broken_protocol_points_at_the_call_and_at_the_line_that_broke_it():
    def infer(stream):
        yield
        for _ in stream:
            next(stream)

    with pytest.raises(ProtocolError) as caught:
        replay(PRICES, infer=infer)
    assert frames(caught.value) == ["test_a_broken_protocol_points_at_the_call_and_at_the_line_that_broke_it"]
    assert frames(caught.value.__cause__) == ["infer"]


@pytest.mark.parametrize(
    "call",
    [
        lambda: replay(PRICES, infer=MomentumAttacker, horizon=0),
        lambda: replay([["x"]], infer=MomentumAttacker),
        lambda: check([a_scenario()], MomentumAttacker, threshold=7),
        lambda: check([], MomentumAttacker),
    ],
)
def test_wrong_use_points_at_the_call_alone(call):
    with pytest.raises(MidplotError) as caught:
        call()
    assert frames(caught.value) == ["test_wrong_use_points_at_the_call_alone", "<lambda>"]


def test_an_attacker_that_comes_with_midplot_keeps_its_frames(monkeypatch):
    monkeypatch.setattr(MomentumAttacker, "tick_and_predict", Divides.tick_and_predict)
    monkeypatch.setattr(MomentumAttacker, "inner", Divides.inner, raising=False)
    with pytest.raises(ZeroDivisionError) as caught:
        replay(PRICES, infer=MomentumAttacker)
    assert frames(caught.value)[1:] == ["tick_and_predict", "inner"]


def test_an_error_that_midplot_did_not_foresee_keeps_all_frames(monkeypatch):
    def broken(*_):
        raise ArithmeticError

    monkeypatch.setattr("midplot.money._ledger.account_of", broken)
    with pytest.raises(ArithmeticError) as caught:
        replay(PRICES, infer=MomentumAttacker)
    assert "record" in frames(caught.value)


def test_what_an_attacker_raises_through_midplot_is_its_own():
    def infer(stream):
        yield
        for _ in stream:
            replay(PRICES, infer=MomentumAttacker, horizon=-1, dry=True)

    with pytest.raises(ArgumentError) as caught:
        replay(PRICES, infer=infer)
    assert frames(caught.value) == ["test_what_an_attacker_raises_through_midplot_is_its_own", "infer"]
