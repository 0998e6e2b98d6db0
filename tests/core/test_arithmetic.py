"""What midplot computes is computed at any size of prices and in any error state of numpy's; an attacker has its own."""

from __future__ import annotations

import numpy as np
import pytest

from midplot import Movie, Scenario, check, replay
from midplot.core.arithmetic import directions, finite, quiet, unit_scale
from midplot.core.variants import VARIANTS, variants
from midplot.errors import ScenarioError
from midplot.test import pnl

rng = np.random.default_rng(8)
N = 1500
LARGEST = np.finfo(float).max

SERIES = {
    "large": rng.choice([-1e300, 1e300], N) * rng.random(N),
    "largest": rng.choice([-LARGEST, LARGEST], N, p=[0.8, 0.2]),
    "subnormal": rng.normal(size=N) * 1e-320,
    "level": np.full(N, 1e308),
    "jumps": np.repeat([1e-300, 1e300, -1.5e308], N // 3),
    "plain": 100 + rng.normal(size=N).cumsum(),
}

STATES = {"as it was": {}, "raise": {"all": "raise"}, "warn": {"all": "warn"}}


class Trend:
    last = None
    value = 0.0

    def tick_and_predict(self, x, horizon):
        before, self.last = self.last, x
        self.value = x
        return 0 if before is None else (x > before) - (x < before)


class Strict(Trend):
    """Sets numpy's error state for the whole process, as it means to."""

    def __init__(self):
        np.seterr(all="raise")


def everything(result, values, infer):
    repr(result), result._repr_html_(), result.summary(), result.trades, result.equity, result.predictions
    repr(result.accounts), result.latency, result.win_rate, result.suggest(4), result.figure(), result.view()
    repr(result.verify(n_ticks=2)), str(pnl(result.predictions, [values], 5, 0.0025))
    movie = Movie([Scenario(selection=result.select(0, at, at + 60), expected=at % 2) for at in (100, 1001)])
    _, report = check(movie, infer)
    repr(report), report.to_frame(), report._repr_html_(), report.show(), movie.to_frame()
    for kind in VARIANTS:
        try:
            variants(movie, kind)
        except ScenarioError as error:
            assert "would be infinite" in str(error)  # noqa: PT017 - not all of them are


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("infer", [Trend, Strict])
def test_prices_of_any_size_in_any_error_state(name, state, infer, tmp_path):
    values = SERIES[name]
    with np.errstate(**state):
        before = np.geterr()
        result = replay({name: values}, horizon=5, infer=infer, probe="value")
        everything(result, values, infer)
        result.to_html(tmp_path / "report.html")
        assert np.geterr() == before
    with np.errstate(all="ignore"):
        assert result.scores == replay({name: values}, horizon=5, infer=Trend).scores


def test_an_attacker_keeps_its_error_state_through_its_part_and_no_longer():
    seen = []

    class Setting:
        n = 0

        def tick_and_predict(self, x, horizon):
            if self.n == 0:
                seen.append(np.geterr()["over"])
                np.seterr(over="raise")
            self.n += 1
            if self.n in (2, 3000):
                try:
                    np.float64(1e300) * np.float64(1e300)
                except FloatingPointError:
                    seen.append("raised")
            return 0

    values = np.arange(4000.0)
    with np.errstate(over="ignore"):
        replay([values, values], infer=Setting)
        assert np.geterr()["over"] == "ignore"
    assert seen == ["ignore", "raised", "raised"] * 2


@pytest.mark.parametrize("probe", [(), "n"])
def test_an_attacker_that_fails_leaves_no_error_state(probe):
    class Failing:
        n = 0

        def tick_and_predict(self, x, horizon):
            self.n += 1
            np.seterr(divide="raise")
            return np.float64(x) / np.float64(0.0 if self.n == 7 else 1.0)

    before = np.geterr()
    with pytest.raises(FloatingPointError):
        replay([np.arange(1.0, 30.0)], infer=Failing, probe=probe)
    assert np.geterr() == before


def test_an_infer_that_cleans_up_does_so_in_its_own_error_state():
    seen = []

    def infer(stream):
        np.seterr(under="raise")
        try:
            yield
            for _ in stream:
                yield 0
        finally:
            seen.append(np.geterr()["under"])

    before = np.geterr()
    replay([[1.0, 2.0]], infer=infer)
    assert (seen, np.geterr()) == (["raise"], before)


def test_a_large_price_is_drawn_where_it_is():
    values = SERIES["large"]
    figure = replay([values], horizon=5, infer=Trend).figure()
    drawn = max(float(np.nanmax(trace.y)) for trace in figure.data if trace.y is not None and len(trace.y))
    assert np.isfinite(drawn)
    assert drawn >= values.max()


def test_quiet_is_a_decorator_too():
    @quiet()
    def overflown():
        return np.float64(1e300) * np.float64(1e300)

    with np.errstate(all="raise"):
        assert overflown() == np.inf
        with pytest.raises(FloatingPointError):
            np.float64(1e300) * np.float64(1e300)


def test_scaling_by_a_power_of_two_is_exact():
    for values in (np.array([3.0, -7.1]), np.array([1e300, 1e-5]), np.zeros(3), np.array([LARGEST])):
        scale = unit_scale(values)
        assert np.abs(values * scale).max() <= 1
        np.testing.assert_array_equal(values * scale / scale, values)


def test_directions_and_finite():
    before, after = rng.normal(size=50), rng.normal(size=50)
    np.testing.assert_array_equal(directions(before, after), np.sign(after - before))
    np.testing.assert_array_equal(finite(before), before)
