"""The example attackers decide what their descriptions say, and keep their parameters."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot import DOWN, NOTHING, UP, replay
from midplot.examples import MeanReversionAttacker, MomentumAttacker

# Prices made of straight runs: on random numbers alone the momentum attacker would seldom have an opinion.
runs = st.lists(st.tuples(st.integers(1, 90), st.integers(-8, 8)), min_size=1, max_size=8)
factors = st.sampled_from([0.0, 0.5, 1.0, 2.5, 7.0])


def prices_of(runs: list[tuple[int, int]]) -> list[float]:
    """Return prices on a grid of eighths, so that sums and differences are exact."""
    steps = [step / 8 for length, step in runs for _ in range(length)]
    return [1000.0 + sum(steps[:t]) for t in range(len(steps))]


def decisions_of(attacker, prices):
    return [float(attacker.tick_and_predict(x, 30)) for x in prices]


def momentum_oracle(prices, factor, t):
    """Decide at one tick from the whole history, with no state and no numpy."""
    if t < 99:
        return 0.0
    first = prices[t - 50] - prices[t - 99]
    second = prices[t] - prices[t - 49]
    if first > 0 and second > factor * first:
        return 1.0
    if first < 0 and second < factor * first:
        return -1.0
    return 0.0


@given(runs, factors)
def test_momentum_equals_a_hand_written_oracle(runs, factor):
    prices = prices_of(runs)
    attacker = MomentumAttacker()
    attacker.factor = factor
    assert decisions_of(attacker, prices) == [momentum_oracle(prices, factor, t) for t in range(len(prices))]


def test_momentum_equals_the_oracle_on_a_long_random_walk():
    prices = (1000 + np.random.default_rng(1).integers(-8, 9, 5000).cumsum() / 8).tolist()
    decisions = decisions_of(MomentumAttacker(), prices)
    assert decisions == [momentum_oracle(prices, 2.5, t) for t in range(len(prices))]
    assert {-1.0, 0.0, 1.0} == set(decisions)


def test_momentum_keeps_one_buffer_of_100_values():
    attacker = MomentumAttacker()
    decisions_of(attacker, range(250))
    assert attacker.buffer == list(range(150, 250))
    assert (attacker.num_points, attacker.factor) == (100, 2.5)


def test_momentum_has_no_opinion_on_a_flat_price():
    assert not any(decisions_of(MomentumAttacker(), [5.0] * 300))


def reversion_oracle(prices, threshold, t, fading=0.01):
    """Decide at one tick from explicit weights over the history, with no state."""
    if t < 100:
        return 0.0
    averages = [prices[0]]
    for x in prices[:t]:
        averages.append(averages[-1] * (1 - fading) + x * fading)
    squares = [(x - average) ** 2 for x, average in zip(prices[:t], averages[:-1], strict=True)]
    weights = [fading * (1 - fading) ** age for age in range(t - 1, -1, -1)]
    deviation = math.sqrt(sum(w * s for w, s in zip(weights, squares, strict=True)))
    distance = (prices[t] - averages[-1]) / deviation
    return -1.0 if distance > threshold else 1.0 if distance < -threshold else 0.0


def test_mean_reversion_equals_a_hand_written_oracle():
    prices = (1000 + np.random.default_rng(2).normal(size=600).cumsum()).tolist()
    attacker = MeanReversionAttacker()
    attacker.threshold = 2.0
    decisions = decisions_of(attacker, prices)
    assert decisions == [reversion_oracle(prices, 2.0, t) for t in range(len(prices))]
    assert {-1.0, 0.0, 1.0} == set(decisions)


def test_mean_reversion_bets_against_a_jump():
    calm = [100.0, 101.0] * 60
    assert MeanReversionAttacker().tick_and_predict(100.0) == NOTHING
    assert decisions_of(MeanReversionAttacker(), [*calm, 110.0])[-1] == DOWN
    assert decisions_of(MeanReversionAttacker(), [*calm, 90.0])[-1] == UP
    assert not any(decisions_of(MeanReversionAttacker(), calm))


def test_mean_reversion_has_no_opinion_on_a_flat_price_and_none_before_it_is_settled():
    assert not any(decisions_of(MeanReversionAttacker(), [5.0] * 300))
    jumpy = [0.0] * 50 + [1000.0] * 50
    assert not any(decisions_of(MeanReversionAttacker(), jumpy))


@given(runs, st.integers(-20, 20))
def test_mean_reversion_does_not_depend_on_the_unit_of_the_price(runs, power):
    # Scaling by a power of two is exact, so even a tie stays a tie.
    prices = prices_of(runs)
    scaled = [x * 2.0**power for x in prices]
    assert decisions_of(MeanReversionAttacker(), scaled) == decisions_of(MeanReversionAttacker(), prices)


@pytest.mark.parametrize("attacker_class", [MomentumAttacker, MeanReversionAttacker])
@given(runs=runs)
def test_a_mirrored_price_gives_mirrored_decisions(attacker_class, runs):
    prices = prices_of(runs)
    mirrored = decisions_of(attacker_class(), [-x for x in prices])
    assert mirrored == [-decision for decision in decisions_of(attacker_class(), prices)]


CASES = [(MomentumAttacker, "factor"), (MeanReversionAttacker, "threshold")]


@pytest.mark.parametrize(("attacker_class", "name"), CASES)
def test_a_hyper_parameter_is_one_attackers_own(attacker_class, name):
    default = getattr(attacker_class, name)
    attacker = attacker_class()
    attacker.update_from_hyper_parameters({name: np.float32(0.5)})
    assert getattr(attacker, name) == 0.5
    assert getattr(attacker_class(), name) == default


@pytest.mark.parametrize(("attacker_class", "name"), CASES)
def test_a_missing_hyper_parameter_is_not_passed_over(attacker_class, name):
    with pytest.raises(KeyError, match=name):
        attacker_class().update_from_hyper_parameters({"fctr": 1.0})


@pytest.mark.parametrize(("attacker_class", "name"), CASES)
def test_saved_parameters_are_loaded(attacker_class, name, tmp_path):
    saved, loaded = attacker_class(), attacker_class()
    setattr(saved, name, 0.1 + 0.2)
    saved.save_params(tmp_path / "resources")
    loaded.load_params(str(tmp_path / "resources"))
    assert getattr(loaded, name) == 0.1 + 0.2
    assert json.loads((tmp_path / "resources" / "params.json").read_text()) == {name: 0.1 + 0.2}


@pytest.mark.parametrize("attacker_class", [MomentumAttacker, MeanReversionAttacker])
def test_loading_what_was_never_saved_names_the_file(attacker_class, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"params\.json"):
        attacker_class().load_params(tmp_path)


@pytest.mark.parametrize(("attacker_class", "name"), CASES)
def test_a_replay_passes_parameters_on(attacker_class, name, tmp_path):
    prices = (1000 + np.random.default_rng(3).normal(size=2000).cumsum()).tolist()
    attacker = attacker_class()
    setattr(attacker, name, 1.0)
    attacker.save_params(tmp_path)
    expected = decisions_of(attacker, prices)
    given = replay([prices], infer=attacker_class, hyper_parameters={name: 1.0})
    loaded = replay([prices], infer=attacker_class, with_hyper_parameters_load=True, model_directory_path=str(tmp_path))
    for result in (given, loaded):
        assert result.stream(0).parts[0].replay.decisions.tolist() == expected
    assert any(expected)


@pytest.mark.parametrize("attacker_class", [MomentumAttacker, MeanReversionAttacker])
def test_the_examples_neither_look_ahead_nor_roll_dice(attacker_class):
    prices = (1000 + np.random.default_rng(4).normal(size=1500).cumsum()).tolist()
    assert replay([prices], infer=attacker_class).verify(n_ticks=10).ok
