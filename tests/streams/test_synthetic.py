"""Synthetic streams: on the grid, the same for a seed, and with moves that are where the truth says."""

from __future__ import annotations

import dataclasses
import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from midplot.errors import ArgumentError, ArgumentTypeError, MidplotError
from midplot.streams import PlantedMove, Synthetic, synthetic_streams
from midplot.streams._stream import Stream

HORIZON = 30

arguments = st.fixed_dictionaries(
    {
        "n_streams": st.integers(1, 3),
        "n_points": st.one_of(st.integers(1, 1500), st.tuples(st.integers(1, 500), st.integers(500, 1500))),
        "seed": st.integers(0, 2**40),
        "tick_size": st.sampled_from([0.0625, 0.05, 0.01, 1.0, (0.25, 0.5), [0.1]]),
        "momentum": st.floats(0, 0.99),
        "reversion": st.floats(0, 1),
        "jump_rate": st.floats(0, 1),
        "move_every": st.one_of(st.none(), st.integers(1, 400)),
        "move_strength": st.floats(0.05, 5),
    }
)


@settings(max_examples=40, deadline=None)
@given(arguments)
def test_any_arguments_give_sound_streams_and_truth(arguments):
    synthetic = synthetic_streams(**arguments)
    assert len(synthetic.streams) == arguments["n_streams"]
    for number, stream in enumerate(synthetic.streams):
        assert isinstance(stream, Stream)
        assert (stream.stream_id, stream.name) == (number, f"synthetic_{number}")
        assert np.isfinite(stream.values).all()
        assert length_is_asked(len(stream), arguments["n_points"])
        assert is_on_a_grid(stream.values, arguments["tick_size"])
        moves = [move for move in synthetic.moves if move.stream_id == number]
        check_moves(moves, stream.values)
        np.testing.assert_array_equal(synthetic.truth(number), truth_by_hand(moves, len(stream)))


def length_is_asked(length, n_points):
    least, most = n_points if isinstance(n_points, tuple) else (n_points, n_points)
    return least <= length <= most


def is_on_a_grid(values, tick_size):
    sizes = tick_size if isinstance(tick_size, tuple | list) else [tick_size]
    return any((np.rint(values / size) * size == values).all() for size in sizes)


def check_moves(moves, values):
    for move in moves:
        assert move.direction in (1.0, -1.0)
        assert move.kind in ("drift", "breakout")
        assert 0 < move.first < move.last < len(values)
        assert values[move.last] - values[move.first] == move.direction * move.size
        assert move.size > 0
    for before, after in itertools.pairwise(moves):
        assert before.last < after.first


def truth_by_hand(moves, length):
    return [sum(m.direction for m in moves if m.first <= index <= m.last) for index in range(length)]


def test_the_streams_start_between_1000_and_20000():
    starts = [stream.values[0] for stream in synthetic_streams(200, 1).streams]
    assert 990 < min(starts) < 2_000
    assert 12_000 < max(starts) < 20_010


def test_a_seed_gives_the_same_streams():
    one, again, other = (synthetic_streams(2, 2000, seed=seed) for seed in (3, 3, 4))
    assert one.moves == again.moves
    for left, right in zip(one.streams, again.streams, strict=True):
        np.testing.assert_array_equal(left.values, right.values)
    assert not np.array_equal(one.streams[0].values, other.streams[0].values)


def test_a_larger_set_begins_with_the_smaller():
    small, large = synthetic_streams(2, 1000, seed=1), synthetic_streams(4, 1000, seed=1)
    for left, right in zip(small.streams, large.streams, strict=False):
        np.testing.assert_array_equal(left.values, right.values)


def test_the_streams_of_a_set_differ():
    first, second = synthetic_streams(2, 1000, seed=1).streams
    assert not np.array_equal(np.diff(first.values), np.diff(second.values))


def test_each_stream_draws_its_length_and_its_tick():
    streams = synthetic_streams(60, (50, 60), tick_size=(0.25, 0.5)).streams
    assert {len(stream) for stream in streams} == set(range(50, 61))
    whole = [(stream.values % 0.5 == 0).all() for stream in streams]
    assert any(whole)
    assert not all(whole)


# Regimes, jumps and what cannot be predicted


def moves_over(values, ticks):
    return values[ticks:] - values[:-ticks]


def variance_ratio(**habits):
    """How much farther 30 ticks go than a walk without memory would."""
    streams = synthetic_streams(10, 5000, jump_rate=0.0, move_every=None, **habits).streams
    ratios = [np.var(moves_over(s.values, HORIZON)) / HORIZON / np.var(np.diff(s.values)) for s in streams]
    return float(np.median(ratios))


def test_momentum_goes_on_and_reversion_comes_back():
    neither = variance_ratio(momentum=0.0, reversion=0.0)
    assert 0.85 < neither < 1.15
    assert variance_ratio(momentum=0.6, reversion=0.0) > neither + 0.2
    assert variance_ratio(momentum=0.0, reversion=0.1) < neither - 0.2


def test_jumps_stand_out():
    assert kurtosis(jump_rate=0.0) < 15 < kurtosis(jump_rate=0.003)


def kurtosis(jump_rate):
    moves = [np.diff(s.values) for s in synthetic_streams(10, 5000, jump_rate=jump_rate, move_every=None).streams]
    return float(np.median([np.mean((m - m.mean()) ** 4) / np.var(m) ** 2 for m in moves]))


def momentum_decisions(values, factor=2.5):
    """Decide as the quickstarter's momentum attacker does, on a buffer of 100 points in two halves."""
    decisions = np.zeros(len(values))
    first = values[49:-50] - values[:-99]
    second = values[99:] - values[50:-49]
    agree = (np.sign(first) == np.sign(second)) & (np.abs(second) > factor * np.abs(first))
    decisions[99:] = np.where(agree, np.sign(second), 0.0)
    return decisions


def profits(values, decisions, epsilon=0.0):
    """Return the profit of each resolved decision."""
    decided = decisions[:-HORIZON]
    return (decided * moves_over(values, HORIZON) - epsilon)[decided != 0]


def test_nothing_is_to_be_found_where_nothing_was_put():
    """The profit before costs is no farther from 0 than chance takes it, stream by stream."""
    streams = synthetic_streams(30, 3000, momentum=0.0, reversion=0.0, move_every=None).streams
    totals = np.array([profits(s.values, momentum_decisions(s.values)).sum() for s in streams])
    assert abs(totals.sum() / np.sqrt((totals**2).sum())) < 3


# Planted moves can be found


@pytest.fixture(scope="module")
def planted():
    return synthetic_streams(20, 5000, seed=7)


def test_there_are_moves_of_each_kind_and_direction(planted):
    assert len(planted.moves) > 30
    found = {(move.kind, move.direction) for move in planted.moves}
    assert found == {("drift", 1.0), ("drift", -1.0), ("breakout", 1.0), ("breakout", -1.0)}


def test_a_breakout_opens_with_a_jump(planted):
    opening = {"drift": [], "breakout": []}
    for move in planted.moves:
        values = planted.streams[move.stream_id].values
        opening[move.kind].append(move.direction * (values[move.first + 1] - values[move.first]) / move.size)
    assert np.median(opening["drift"]) < 0.1
    assert np.median(opening["breakout"]) > 0.2


def test_with_hindsight_a_decision_inside_a_move_earns(planted):
    earned = []
    for move in planted.moves:
        values = planted.streams[move.stream_id].values
        inside = np.arange(move.first, move.last - HORIZON + 1)
        earned.extend(move.direction * (values[inside + HORIZON] - values[inside]))
    assert np.mean(np.array(earned) > 0) > 0.9


def slope_decisions(values, window=40, threshold=1.8):
    """Decide by how far the last points went, in standard deviations of what went before: no look ahead."""
    moves = np.diff(values)
    deviations = np.array([moves[max(0, i - 400) : i].std() if i > 100 else np.inf for i in range(len(values))])
    went = np.concatenate([np.zeros(window), moves_over(values, window)]) / (deviations * np.sqrt(window))
    return np.sign(went) * (np.abs(went) > threshold)


def test_a_plain_detector_finds_the_moves(planted):
    decisions = [slope_decisions(stream.values) for stream in planted.streams]
    found = [(decisions[m.stream_id][m.first : m.last + 1] == m.direction).any() for m in planted.moves]
    assert np.mean(found) > 0.75

    said = np.concatenate(decisions)
    truth = np.concatenate([planted.truth(i) for i in range(len(planted.streams))])
    inside = truth != 0
    assert np.mean(said[inside & (said != 0)] == truth[inside & (said != 0)]) > 0.95
    assert np.mean(said[inside] != 0) > 2 * np.mean(said[~inside] != 0)


def test_no_moves_where_none_are_asked():
    assert synthetic_streams(3, 5000, move_every=None).moves == ()
    assert synthetic_streams(3, 150, move_every=1).moves == ()


# The result


def test_the_truth_about_a_stream_that_does_not_exist():
    synthetic = synthetic_streams(2, 10)
    with pytest.raises(ArgumentError, match=re.escape("stream_id: there is no stream 2. Give a number from 0 to 1.")):
        synthetic.truth(2)
    with pytest.raises(ArgumentTypeError, match="stream_id: expected a whole number, got 'a'"):
        synthetic.truth("a")


def test_the_result_is_frozen():
    synthetic = synthetic_streams(1, 2000, move_every=100)
    assert isinstance(synthetic, Synthetic)
    assert isinstance(synthetic.moves[0], PlantedMove)
    for thing, name in ((synthetic, "streams"), (synthetic.moves[0], "first")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(thing, name, 0)


# Arguments


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_streams": 0}, "n_streams: 0 is below 1."),
        ({"n_points": 0}, "n_points: 0 is below 1."),
        ({"n_points": (5, 4)}, "n_points: the most, 4, is below the least, 5."),
        ({"n_points": (5, 6, 7)}, "n_points: (5, 6, 7) has 3 numbers."),
        ({"n_points": (0, 7)}, "n_points: 0 is below 1."),
        ({"seed": -1}, "seed: -1 is below 0."),
        ({"tick_size": 0.0}, "tick_size: 0.0 is out of range."),
        ({"tick_size": -0.5}, "tick_size: -0.5 is out of range."),
        ({"tick_size": 2}, "tick_size: 2.0 is out of range. Give a number from 1e-06 to 1."),
        ({"tick_size": float("nan")}, "tick_size: nan is out of range."),
        ({"tick_size": []}, "tick_size: it is empty."),
        ({"tick_size": [0.5, float("inf")]}, "tick_size: inf is out of range."),
        ({"momentum": 1.0}, "momentum: 1.0 is out of range. Give a number from 0 to 0.99."),
        ({"momentum": -0.1}, "momentum: -0.1 is out of range."),
        ({"reversion": 1.5}, "reversion: 1.5 is out of range."),
        ({"jump_rate": 2}, "jump_rate: 2.0 is out of range."),
        ({"move_every": 0}, "move_every: 0 is below 1."),
        ({"move_strength": 0.0}, "move_strength: 0.0 is out of range. Give a number from 0.05 to 5."),
    ],
)
def test_a_value_out_of_range_is_told_with_its_argument(arguments, message):
    with pytest.raises(ArgumentError, match=re.escape(message)) as caught:
        synthetic_streams(**arguments)
    assert isinstance(caught.value, MidplotError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_streams": 2.5}, "n_streams: expected a whole number, got 2.5 (float)."),
        ({"n_streams": True}, "n_streams: expected a whole number, got True (bool)."),
        ({"n_points": "9"}, "n_points: expected a whole number, got '9' (str)."),
        ({"n_points": (5, None)}, "n_points: expected a whole number, got None (NoneType)."),
        ({"seed": None}, "seed: expected a whole number, got None (NoneType)."),
        ({"tick_size": "0.5"}, "tick_size: expected a number, got '0.5' (str)."),
        ({"tick_size": [None]}, "tick_size: expected a number, got None (NoneType)."),
        ({"momentum": None}, "momentum: expected a number, got None (NoneType)."),
        ({"jump_rate": True}, "jump_rate: expected a number, got True (bool)."),
        ({"move_every": 2.5}, "move_every: expected a whole number, got 2.5 (float)."),
    ],
)
def test_a_value_of_a_wrong_type_is_told_with_its_argument(arguments, message):
    with pytest.raises(ArgumentTypeError, match=re.escape(message)) as caught:
        synthetic_streams(**arguments)
    assert isinstance(caught.value, MidplotError)
    assert isinstance(caught.value, TypeError)
