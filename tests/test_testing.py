"""The conformance suite: good attackers pass it, and each kind of bad attacker is caught, by the right check."""

from __future__ import annotations

import dataclasses
import random
import sys
import types

import numpy as np
import pytest

import midplot
from midplot.errors import ArgumentError, ArgumentTypeError, MidplotError
from midplot.examples import MeanReversionAttacker, MomentumAttacker
from midplot.helpers import wrap
from midplot.play import _drive as drive
from midplot.play._engine import PartRun
from midplot.testing import CHECKS, ConformanceError, check_attacker

pytest_plugins = ["pytester"]


class Clock:
    """Stands still but where an attacker takes its time."""

    def __init__(self):
        self.now = 0

    def __call__(self):
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(drive, "perf_counter_ns", clock)
    return clock


class Contrarian:
    """Conforms in all."""

    def __init__(self):
        self.last = None

    def tick_and_predict(self, x, horizon):
        before, self.last = self.last, x
        return self.decide(x, before)

    def decide(self, x, before):
        return 0 if before is None else before - x


class TickThenPredict:
    def tick(self, x):
        self.x = x

    def predict(self, horizon):
        return round(self.x) % 3 - 1


def infer_nothing(stream):
    yield
    for _ in stream:
        yield 0


def why(attacker, **options) -> dict[str, str]:
    """Return the failed checks of an attacker and their reasons."""
    report = check_attacker(attacker, raise_on_failure=False, **options)
    return {result.name: result.why for result in report.failed}


# Good attackers


@pytest.mark.parametrize(
    "attacker",
    [
        *(MomentumAttacker, MeanReversionAttacker, Contrarian, TickThenPredict, infer_nothing),
        *(wrap(Contrarian), lambda: Contrarian()),
    ],
    ids=["momentum", "mean reversion", "contrarian", "tick and predict", "infer", "wrapped", "factory"],
)
def test_a_good_attacker_passes_every_check(attacker):
    report = check_attacker(attacker)
    assert report.ok
    assert [result.name for result in report.results] == list(CHECKS)
    assert all(result.passed and result.why for result in report.results)
    assert report.failed == ()


def test_the_report_says_on_how_many_ticks_it_decided_something():
    report = check_attacker(infer_nothing)
    assert report.results[0].why == "one decision on each of 500 ticks, 0 of them not 0"


def test_the_examples_decide_something_on_the_test_streams():
    for attacker in (MomentumAttacker, MeanReversionAttacker):
        report = check_attacker(attacker)
        assert ", 0 of them not 0" not in report.results[0].why


# Bad attackers, one a check


def test_protocol():
    def infer(stream):
        yield
        for tick, _ in enumerate(stream):
            yield None if tick == 7 else 0

    reason = why(infer)["protocol"]
    assert reason.startswith("stream 0 'random walk', tick 7: expected a number as decision, got None.")


def counting(period, where):
    """Return an attacker that decides by a count of its starts, which it keeps in its class, a module or a closure."""
    kept = types.ModuleType("kept")
    kept.count = 0

    class Counts(Contrarian):
        count = 0

        def __init__(self):
            super().__init__()
            kept.count += 1
            type(self).count += 1

        def decide(self, x, before):
            count = type(self).count if where == "class" else kept.count
            return 1.0 if count % period == 0 else -1.0

    return Counts


@pytest.mark.parametrize("period", [2, 3])
@pytest.mark.parametrize("where", ["class", "module"])
def test_what_is_kept_across_streams_is_never_called_a_peek(period, where):
    causality = why(counting(period, where), n_ticks=60, skip=["gaps", "huge prices", "tiny streams"]).get(
        "causality", ""
    )
    assert "it decides differently if" not in causality


def test_look_ahead_is_a_broken_protocol():
    def infer(stream):
        yield
        for message in stream:
            yield next(stream)["x"] - message["x"]

    assert "look-ahead" in why(infer)["protocol"]


class Peeker:
    """Reaches behind its stream, for the values that are still to come."""

    def __init__(self):
        self.tick = -1

    def tick_and_predict(self, x, horizon):
        self.tick += 1
        values = self.values_behind()
        return self.decide(values, values[self.tick + 1] - x if self.tick + 1 < len(values) else 0)

    def decide(self, values, rise):
        return rise

    def values_behind(self):
        frame = sys._getframe()
        while not isinstance(frame.f_locals.get("self"), PartRun):
            frame = frame.f_back
        return frame.f_locals["self"].part.values


def test_causality():
    found = why(Peeker)
    assert list(found) == ["causality"]
    assert "it decides differently if all after tick" in found["causality"]


def test_causality_finds_one_that_only_knows_the_length():
    class Counter(Peeker):
        def decide(self, values, rise):
            return 1 if self.tick == len(values) // 2 else 0

    found = why(Counter)
    assert list(found) == ["causality"]
    assert found["causality"].endswith("taken away.")


def test_causality_finds_one_that_peeks_seldom():
    class Seldom(Peeker):
        def decide(self, values, rise):
            return rise if self.tick % 50 == 33 else 0

    assert list(why(Seldom)) == ["causality"]


def test_determinism():
    dice = random.Random(1)

    class Dice(Contrarian):
        def decide(self, x, before):
            return dice.choice([-1, 0, 1])

    found = why(Dice)
    assert found["determinism"].startswith("at tick ")
    assert found["determinism"].endswith("Seed what is random.")
    for other in ("causality", "fresh state", "gaps"):  # it is no peeker and leaks no state: it is unknown
        assert found[other].startswith("unknown")
    assert len(found) == 4


def test_fresh_state():
    class Shared(Contrarian):
        seen = []  # noqa: RUF012 - the mistake that is to be found

        def decide(self, x, before):
            self.seen.append(x)
            del self.seen[:-50]
            return x - np.mean(self.seen)

    found = why(Shared)
    assert "Keep its state in the object, made in __init__" in found["fresh state"]
    assert "differently than on part 0 alone" in found["gaps"]
    assert found["causality"].startswith("unknown")
    assert "determinism" not in found
    assert len(found) == 3


def test_constant_stream():
    class Standardised(Contrarian):
        seen = 0
        moves = 0.0

        def decide(self, x, before):
            self.seen += 1
            self.moves += abs(x - (before or 90.0))
            return (x - before) / (self.moves - 10.0) if self.seen > 300 else 0

    found = why(Standardised)
    assert found == {
        "constant stream": "ZeroDivisionError: float division by zero (stream 0 'constant', tick 300)",
    }


def test_tiny_streams():
    def infer(stream):
        yield
        moves, last = [], None
        for message in stream:
            moves.append(0 if last is None else message["x"] - last)
            last = message["x"]
            yield 0
        1 / (len(moves) - 3)

    assert why(infer) == {
        "tiny streams": "ZeroDivisionError: division by zero (stream 0 '3 points', after the last tick)",
    }


def test_huge_prices():
    class Exponential(Contrarian):
        def decide(self, x, before):
            return 0 if before is None else np.float64(x) ** 40 - np.float64(before) ** 40

    with np.errstate(over="ignore", invalid="ignore"):
        found = why(Exponential)
    assert list(found) == ["huge prices"]
    assert found["huge prices"].startswith(
        "stream 0 'prices about 1e+09', tick 1: expected a number as decision, got nan."
    )


def test_gaps():
    def infer(stream):
        yield
        first = None
        for message in stream:
            first = message["x"] if first is None else first
            yield 0
        if first not in (100.0, 1e9, 50.0, 2000.0):
            raise LookupError(f"a stream that begins at {first}")

    assert list(why(infer)) == ["gaps"]


@pytest.mark.parametrize(("milliseconds", "passed"), [(20, True), (21, False)])
def test_latency(clock, milliseconds, passed):
    class Slow(Contrarian):
        def decide(self, x, before):
            clock.now += milliseconds * 1_000_000
            return 0

    found = why(Slow)
    assert found == (
        {}
        if passed
        else {
            "latency": "a decision takes 21 ms on average, more than the 20 ms allowed (median 21 ms, longest 21 ms)."
        }
    )


def test_the_latency_that_counts_is_the_mean(clock):
    class Seldom(Contrarian):
        ticks = 0

        def decide(self, x, before):
            self.ticks += 1
            clock.now += 1_000_000_000 if self.ticks % 100 == 0 else 0
            return 0

    assert why(Seldom) == {}


def test_the_latency_budget_can_be_set(clock):
    class Slow(Contrarian):
        def decide(self, x, before):
            clock.now += 2_000_000
            return 0

    assert why(Slow, latency_budget=0.0021) == {}
    assert "2 ms on average, more than the 1 ms allowed" in why(Slow, latency_budget=0.001)["latency"]


# What is done with failures


class Broken(Contrarian):
    def decide(self, x, before):
        return 1 / (x - before)


def test_one_error_lists_every_failure():
    with pytest.raises(ConformanceError) as raised:
        check_attacker(Broken)
    assert isinstance(raised.value, MidplotError)
    assert isinstance(raised.value, AssertionError)
    head, *lines = str(raised.value).splitlines()
    found = why(Broken)
    assert head == f"Broken: {len(found)} of {len(CHECKS)} checks failed. Fix these and check it again."
    assert lines == [f"  {name}: {reason}" for name, reason in found.items()]
    assert "TypeError" in found["protocol"]
    assert "(stream 0 'random walk', tick 0)" in found["protocol"]


def test_without_raising_the_report_tells():
    report = check_attacker(Broken, raise_on_failure=False)
    assert not report.ok
    assert repr(report).startswith(f"Broken: {len(report.failed)} of 9 checks failed.\n  FAILED  protocol: TypeError")
    with pytest.raises(ConformanceError):
        report.raise_if_failed()


def test_the_report_is_frozen():
    report = check_attacker(Contrarian)
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.attacker = "other"
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.results[0].passed = False


def test_the_report_is_the_same_from_run_to_run():
    assert repr(check_attacker(MomentumAttacker)) == repr(check_attacker(MomentumAttacker))


def test_ctrl_c_goes_through():
    class Stops(Contrarian):
        def decide(self, x, before):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_attacker(Stops)


def test_it_is_no_replay_that_is_remembered():
    check_attacker(Contrarian)
    with pytest.raises(MidplotError, match="nothing was replayed"):
        midplot.get_replay_result()


# Options


def test_checks_can_be_left_out():
    names = [result.name for result in check_attacker(Contrarian, skip=["latency", "gaps"]).results]
    assert names == [name for name in CHECKS if name not in ("latency", "gaps")]
    assert len(check_attacker(Contrarian, skip="latency").results) == len(CHECKS) - 1


def test_an_unknown_check_is_an_error_with_a_suggestion():
    with pytest.raises(ArgumentError, match=r"skip: there is no check 'latenzy'\. Did you mean 'latency'\?"):
        check_attacker(Contrarian, skip=["latenzy"])


@pytest.mark.parametrize(("n_ticks", "error"), [(9, ArgumentError), (1.5, ArgumentTypeError)])
def test_a_wrong_number_of_ticks_is_an_error(n_ticks, error):
    with pytest.raises(error, match="n_ticks"):
        check_attacker(Contrarian, n_ticks=n_ticks)


@pytest.mark.parametrize("n_ticks", [10, 11, 100, 2000])
def test_streams_can_be_shorter_and_longer(n_ticks):
    report = check_attacker(Contrarian, n_ticks=n_ticks)
    assert report.results[0].why.startswith(f"one decision on each of {n_ticks:,} ticks")


def test_parameters_and_the_horizon_reach_the_attacker(tmp_path):
    told = set()

    class Told(Contrarian):
        def update_from_hyper_parameters(self, hyper_parameters):
            told.add(("update", hyper_parameters))

        def load_params(self, path):
            told.add(("load", path))

        def tick_and_predict(self, x, horizon):
            told.add(("horizon", horizon))
            return 0

    check_attacker(
        Told, hyper_parameters=3, with_hyper_parameters_load=True, model_directory_path=str(tmp_path), horizon=7
    )
    assert told == {("update", 3), ("load", str(tmp_path)), ("horizon", 7)}


@pytest.mark.parametrize("attacker", [Contrarian(), 3, "attack.py"])
def test_what_is_no_attacker_is_wrong_use_and_no_failure(attacker):
    with pytest.raises(ArgumentTypeError, match="infer"):
        check_attacker(attacker)


# As the body of a test


def test_it_is_the_body_of_a_users_own_test(pytester):
    pytester.makepyfile(
        """
        from midplot.testing import check_attacker

        class MyAttacker:
            def tick_and_predict(self, x, horizon):
                return 1 / (x - 100)

        def test_my_attacker():
            check_attacker(MyAttacker)
        """
    )
    result = pytester.runpytest_inprocess("-W", "error", "-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*>*check_attacker(MyAttacker)",
            "E *ConformanceError: MyAttacker: * of 9 checks failed. Fix these and check it again.",
            "E *protocol: ZeroDivisionError: float division by zero (stream 0 'random walk', tick 0)",
        ]
    )
    result.stdout.no_fnmatch_line("*raise_if_failed*")
