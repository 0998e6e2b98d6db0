"""Variants: what exactly is derived from a scenario, and that the label stays true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot.errors import ArgumentError, ScenarioError
from midplot.scenarios._movie import Movie
from midplot.scenarios._scenario import Scenario, Selection
from midplot.scenarios._variants import VARIANTS, variants
from midplot.streams._stream import Stream

WALK = np.cumsum(np.random.default_rng(0).normal(size=500)) + 1000


def a_scenario(expected=1.0, values=WALK, first=100, last=159):
    selection = Selection.of(Stream(values, name="eurusd"), first, last, horizon=30, epsilon=0.5)
    return Scenario(selection=selection, expected=expected, note="n", tags=("t",))


def prices(scenario):
    selection = scenario.selection
    return np.array(selection.before + selection.values + selection.after)


def derived(scenario, kind, seed=0):
    return variants(scenario, kind, seed)[0]


@pytest.mark.parametrize("kind", VARIANTS)
@pytest.mark.parametrize("expected", [1.0, -1.0, 0.0])
def test_a_variant_says_what_it_is_and_what_it_came_of(kind, expected):
    scenario = a_scenario(expected)
    variant = derived(scenario, kind)
    assert (variant.variant, variant.origin) == (kind, scenario.title)
    assert (variant.note, variant.tags, variant.created) == ("n", ("t",), scenario.created)
    assert variant.expected == (-expected if kind == "mirrored" else expected)
    assert variant.selection.fingerprint is None
    kept = ("stream_id", "stream_name", "part", "first", "last", "horizon")
    assert [getattr(variant.selection, name) for name in kept] == [getattr(scenario.selection, name) for name in kept]
    assert len(variant.selection.before) == len(scenario.selection.before)
    assert variant.identity != scenario.identity


@pytest.mark.parametrize("seed", range(5))
def test_shifted_raises_all_prices_by_several_ranges(seed):
    scenario = a_scenario()
    shift = prices(derived(scenario, "shifted", seed)) - prices(scenario)
    span = np.ptp(scenario.selection.values)
    assert np.ptp(shift) < 1e-9
    assert 5 * span <= shift[0] <= 10 * span


@pytest.mark.parametrize(("expected", "low", "high"), [(1.0, 1.5, 3), (-1.0, 1.5, 3), (0.0, 1 / 3, 1 / 1.5)])
@pytest.mark.parametrize("seed", range(5))
def test_scaled_stretches_prices_and_epsilon_alike(expected, low, high, seed):
    scenario = a_scenario(expected)
    variant = derived(scenario, "scaled", seed)
    first = scenario.selection.values[0]
    factor = variant.selection.epsilon / scenario.selection.epsilon
    assert low <= factor <= high
    np.testing.assert_allclose(prices(variant) - first, factor * (prices(scenario) - first), rtol=0, atol=1e-9)


def test_mirrored_turns_prices_upside_down_about_the_first():
    scenario = a_scenario()
    variant = derived(scenario, "mirrored")
    first = scenario.selection.values[0]
    np.testing.assert_allclose(prices(variant) - first, first - prices(scenario), rtol=0, atol=1e-9)
    assert variant.label == "DOWN"
    assert variant.selection.epsilon == scenario.selection.epsilon


def test_noise_is_small_against_the_moves():
    scenario = a_scenario()
    noise = prices(derived(scenario, "noisy")) - prices(scenario)
    typical = np.median(np.abs(np.diff(scenario.selection.values)))
    assert 0.07 * typical < noise.std() < 0.13 * typical
    assert abs(noise.mean()) < 0.02 * typical


def test_noise_is_measured_by_the_moves_where_prices_mostly_stand_still():
    grid = np.repeat(np.arange(50.0), 10)
    scenario = a_scenario(values=grid)
    assert 0.07 < (prices(derived(scenario, "noisy")) - prices(scenario)).std() < 0.13


def test_a_flat_window_has_its_variants_too():
    scenario = a_scenario(0.0, values=np.full(300, 8.0))
    shifted, noisy = derived(scenario, "shifted"), derived(scenario, "noisy")
    assert 40 <= shifted.selection.values[0] - 8.0 <= 80
    assert noisy.selection.values == scenario.selection.values
    assert len(Movie([scenario, *variants(scenario)])) == 5


def test_the_same_seed_gives_the_same_and_the_others_have_no_part_in_it():
    some = [a_scenario(first=first, last=first + 20) for first in (100, 200, 300)]
    assert variants(Movie(some)) == variants(Movie(some))
    alone = variants(some[1])
    assert set(alone) <= set(variants(Movie(some)))
    assert variants(some[1], "noisy", 1) != variants(some[1], "noisy", 2)


def test_kinds_can_be_chosen():
    scenario = a_scenario()
    assert {v.variant for v in variants(scenario)} == set(VARIANTS)
    assert [v.variant for v in variants([scenario], ["noisy", "noisy"])] == ["noisy"]
    assert len(variants(scenario, ())) == 0
    with pytest.raises(ArgumentError, match=r"^kinds: there is no 'miror'\. Did you mean 'mirrored'\? Choose among sh"):
        variants(scenario, "miror")
    with pytest.raises(ArgumentError, match=r"^seed: -1 is below 0"):
        variants(scenario, seed=-1)


def test_nothing_is_derived_of_a_variant():
    scenario = a_scenario()
    assert variants(variants(scenario)) == []
    assert variants([scenario, *variants(scenario)]) == variants(scenario)


def test_prices_too_large_to_vary_are_told():
    scenario = a_scenario(values=np.tile([1e308, -1e308], 150))
    with pytest.raises(ScenarioError, match=r"^UP eurusd 100-159: scaled, its prices would be infinite\. "):
        variants(scenario, "scaled")


@given(st.lists(st.floats(-1e12, 1e12), min_size=3, max_size=40), st.sampled_from([1.0, -1.0, 0.0]), st.integers(0, 99))
def test_of_any_scenario_four_can_be_derived(values, expected, seed):
    selection = Selection.of(Stream(values), 1, len(values) - 2, horizon=1, epsilon=0.0025)
    scenario = Scenario(selection=selection, expected=expected)
    movie = Movie(variants(scenario, seed=seed))
    assert len(movie) == len(VARIANTS)
    for variant in movie:
        assert (len(variant.selection.before), len(variant.selection.after)) == (1, 1)
