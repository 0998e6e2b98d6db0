"""The rules of a replay are checked: each wrong argument is named, with its value and what to give."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from midplot.errors import ArgumentError, ArgumentTypeError, MidplotError
from midplot.play._settings import ReplaySettings

WHOLE = {"horizon": 1, "start_index": 0, "stop_index": 0, "warmup": 0, "backoff": 0, "update_frequency": 1}


def test_defaults_are_those_of_the_game():
    settings = ReplaySettings()
    assert (settings.horizon, settings.epsilon, settings.backoff) == (30, 0.0025, 1)
    assert (settings.start_index, settings.stop_index, settings.warmup) == (0, None, 0)
    assert (settings.update_frequency, settings.n_jobs, settings.with_trading_lag) == (100, 1, False)


@pytest.mark.parametrize(("name", "value"), [(name, np.int32(7)) for name in WHOLE] + [("n_jobs", np.int64(1))])
def test_numpy_integers_are_whole_numbers(name, value):
    assert getattr(ReplaySettings(**{name: value}), name) == int(value)


@pytest.mark.parametrize(("name", "least"), WHOLE.items())
def test_below_the_least(name, least):
    with pytest.raises(ArgumentError) as caught:
        ReplaySettings(**{name: least - 1})
    assert str(caught.value) == f"{name}: {least - 1} is below {least}. Give a whole number of {least} or more."
    assert isinstance(caught.value, MidplotError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("name", [*WHOLE, "n_jobs"])
@pytest.mark.parametrize("value", [1.0, "1", True, [1]])
def test_not_a_whole_number(name, value):
    with pytest.raises(ArgumentTypeError) as caught:
        ReplaySettings(**{name: value})
    assert str(caught.value).startswith(
        f"{name}: expected a whole number, got {value!r} ({type(value).__name__}). Give "
    )
    assert isinstance(caught.value, MidplotError)
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize("name", ["horizon", "start_index", "warmup", "backoff", "update_frequency", "n_jobs"])
def test_none_is_not_a_whole_number(name):
    with pytest.raises(ArgumentTypeError, match=rf"^{name}: .* None"):
        ReplaySettings(**{name: None})


@pytest.mark.parametrize(("start", "stop"), [(5, 4), (5, 5), (0, 0)])
def test_a_stop_that_is_not_after_the_start(start, stop):
    with pytest.raises(
        ArgumentError, match=rf"^stop_index: {stop} is not after start_index {start}.*Give a stop_index"
    ):
        ReplaySettings(start_index=start, stop_index=stop)


@pytest.mark.parametrize(("epsilon", "cost"), [(0, 0.0), (np.float32(0.5), 0.5), (Fraction(1, 4), 0.25)])
def test_epsilon_becomes_a_float(epsilon, cost):
    assert ReplaySettings(epsilon=epsilon).epsilon == cost


@pytest.mark.parametrize("epsilon", [-0.1, float("nan"), float("inf"), -np.inf, 10**400])
def test_epsilon_must_be_a_cost(epsilon):
    with pytest.raises(ArgumentError, match=r"^epsilon: \S+ is not a cost\. Give a finite number of 0 or more\."):
        ReplaySettings(epsilon=epsilon)


@pytest.mark.parametrize("epsilon", ["0.1", None, True, 1j, [0.1]])
def test_epsilon_must_be_a_number(epsilon):
    with pytest.raises(ArgumentTypeError, match=r"^epsilon: expected a number, got .*\. Give a cost of 0 or more\."):
        ReplaySettings(epsilon=epsilon)


@pytest.mark.parametrize("n_jobs", [1, 2, -1, -2, "auto"])
def test_n_jobs_counts_as_joblib_does_or_decides_by_itself(n_jobs):
    assert ReplaySettings(n_jobs=n_jobs).n_jobs == n_jobs


def test_no_processes_replay_nothing():
    with pytest.raises(ArgumentError, match=r'^n_jobs: 0 processes replay nothing\. Give 1 or more, .* or "auto"'):
        ReplaySettings(n_jobs=0)
