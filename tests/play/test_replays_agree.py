"""Replays, and what is built on them, are the same whether a class is driven directly or through the generator of its infer."""

from __future__ import annotations

import cloudpickle
import joblib
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from midplot import Stream, get_replay_result, replay
from midplot.checks import check
from midplot.errors import ArgumentError
from midplot.examples import MomentumAttacker
from midplot.helpers import wrap
from midplot.play import _attacker as attacker_module
from midplot.play._raised import is_attackers
from midplot.scenarios import Scenario, Selection
from midplot.testing import check_attacker

from .scripted import (
    ACTS,
    ERRORS,
    GIVEN,
    Script,
    attacker_of,
    counting,
    evenly_clocked,
    interrupted,
    raised,
    scripts,
    seen_of,
)

NAN = float("nan")


@pytest.fixture
def both_ways(monkeypatch):
    """Return a function that calls another twice: with every class driven through its generator, and directly."""

    def call(work):
        with monkeypatch.context() as patch:
            patch.setattr(attacker_module, "_as_class", lambda bound, horizon: None)
            expected = work()
        return expected, work()

    return call


def seen_of_result(result):
    return [
        (
            *(part.replay.decisions.tobytes(), part.replay.latency_ns.tolist(), part.replay.startup_ns),
            *(part.replay.complete, {name: values.tobytes() for name, values in part.replay.probes.items()}),
            *(part.replay.part.label, part.replay.part.first_index, part.replay.part.warmup),
        )
        for account in result.streams.values()
        for part in account.parts
    ] + [result.summary(), result.interrupted, result.unresolved, result.total_score]


streams = st.lists(
    st.lists(st.one_of(st.floats(-1e3, 1e3), st.just(NAN)), min_size=1, max_size=25).filter(
        lambda values: not np.isnan(values).all()
    ),
    min_size=1,
    max_size=3,
)
rules = st.fixed_dictionaries(
    {
        "horizon": st.integers(1, 5),
        "epsilon": st.sampled_from([0.0, 0.5]),
        "backoff": st.integers(0, 3),
        "with_trading_lag": st.booleans(),
        "probe": st.sampled_from([(), ("n",), (lambda attacker: attacker.array, "script.clock.now"), ("missing",)]),
    }
)


def replayed(data, rules, script, as_given):
    """Replay a scripted attacker, and return all that can be seen of it."""
    run, error = script.fresh(), None
    try:
        evenly_clocked(lambda: replay(data, infer=attacker_of(run, as_given), **rules))
    except BaseException as caught:
        error = caught
    result = get_replay_result() if error is None or not isinstance(error, ArgumentError) else None
    return seen_of(error), run.log, result and seen_of_result(result)


@pytest.mark.filterwarnings("ignore:.*has no effect")
@given(scripts, st.sampled_from(sorted(GIVEN)), streams, rules, st.integers(0, 4), st.integers(0, 4))
@example(Script([]), "factory", [[1.0, 2.0, NAN, 3.0, 2.0, 5.0, NAN], [NAN, 4.0, 3.0]], {"probe": ("n",)}, 1, 1)
@example(Script([counting] * 3 + [interrupted]), "factory", [[1.0, NAN, *range(9)], [4.0]], {}, 0, 0)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_replays_are_the_same(both_ways, script, as_given, data, rules, start_index, warmup):
    rules = {**rules, "start_index": start_index, "warmup": warmup}
    expected, got = both_ways(lambda: replayed(data, rules, script, as_given))
    assert got == expected


def trend():
    """Return a class that another process can only get by value."""

    class Trend:
        last, factor, n = None, 1.0, 0

        def tick_and_predict(self, x, horizon):
            before, self.last, self.n = self.last, x, self.n + 1
            if x < 0:
                raise ValueError(f"negative at {self.n}")
            return 0 if before is None else self.factor * (x - before)

        def update_from_hyper_parameters(self, factor):
            self.factor = factor

    return Trend


WALKS = [100 + np.random.default_rng(seed).normal(size=200).cumsum() for seed in range(4)]
WALKS[1][[50, 51, 120]] = NAN


@pytest.mark.parametrize("failing", [False, True])
@pytest.mark.parametrize("as_given", [lambda made: made, wrap, lambda made: lambda: made()])
def test_several_workers_do_the_same(both_ways, as_given, failing):
    data = [*WALKS, np.where(np.arange(200) == 150, -1.0, WALKS[0])] if failing else WALKS

    def work():
        error = None
        try:
            # Threads unpack the attacker as processes do, and need no time to start.
            with joblib.parallel_config(backend="threading"):
                replay(data, infer=as_given(trend()), hyper_parameters=2.0, probe=["n", "factor"], n_jobs=2)
        except Exception as caught:
            error = caught
        told = (type(error), str(error), getattr(error, "__notes__", None), is_attackers(error) if error else None)
        seen = seen_of_result(get_replay_result())[:-4]
        return told, [(decisions, *rest) for decisions, _, _, *rest in seen], get_replay_result().total_score

    expected, got = both_ways(work)
    assert got == expected


class PeekingByIndex:
    """Knows the first walk, and so decides by the next value."""

    n = 0

    def tick_and_predict(self, x, horizon):
        self.n += 1
        return WALKS[0][self.n + 20] - x if self.n + 20 < len(WALKS[0]) else 0


@pytest.mark.parametrize("attacker", [MomentumAttacker, trend(), PeekingByIndex])
def test_verify_and_the_suite_say_the_same(both_ways, attacker):
    def work():
        result = replay(WALKS[0], infer=attacker)
        return str(result.verify()), str(check_attacker(attacker, raise_on_failure=False, latency_budget=60.0))

    expected, got = both_ways(work)
    assert got == expected


@pytest.mark.parametrize("act", [counting, ACTS[20], ACTS[24], raised(ERRORS[4]), raised(ERRORS[8]), raised(ERRORS[0])])
def test_checks_say_the_same(both_ways, act):
    stream = Stream(WALKS[0], name="walk")
    scenarios = [
        Scenario(selection=Selection.of(stream, n, n + 5, horizon=5, epsilon=0.1), expected=1) for n in (0, 60, 120)
    ]

    def work():
        ok, report = check(scenarios, attacker_of(Script([counting] * 9 + [act])))
        return ok, str(report), [str(each) for each in (*report.success, *report.failed)]

    expected, got = both_ways(work)
    assert got == expected


def test_a_result_that_was_pickled_verifies_the_same(both_ways):
    def work():
        result = cloudpickle.loads(cloudpickle.dumps(replay(WALKS[0], infer=trend(), hyper_parameters=3.0)))
        return result.total_score, str(result.verify())

    expected, got = both_ways(work)
    assert got == expected
