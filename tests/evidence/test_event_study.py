"""The mean path around decisions, against a hand loop, and whether its band tells the truth."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.calibration import ATTACKERS, gaussian, scored
from midplot import replay
from midplot.errors import ArgumentError, ArgumentTypeError
from midplot.evidence import EventStudy
from midplot.evidence._paths import mean_path

GAP = float("nan")


def attacker_of(decisions):
    remaining = iter(decisions)

    def infer(stream):
        mine = iter(next(remaining))
        yield
        for _ in stream:
            yield next(mine)

    return infer


def path_by_hand(parts, decisions, direction, before, after):
    """Return the number of decisions and the mean move at each offset, decision by decision."""
    moves = []
    for values, decided in zip(parts, decisions, strict=True):
        for tick, decision in enumerate(decided):
            if np.sign(decision) == direction and tick >= before and tick + after < len(values):
                moves.append([values[tick + k] - values[tick] for k in range(-before, after + 1)])
    return len(moves), [sum(column) / len(moves) for column in zip(*moves, strict=True)]


@pytest.mark.parametrize(("before", "after"), [(0, 0), (3, 5), (10, 0), (0, 40)])
def test_the_mean_path_is_that_of_a_loop(before, after):
    draw = np.random.default_rng(1)
    parts = [draw.normal(size=n).cumsum() for n in (200, 7, 90)]
    decisions = [draw.choice([-2.0, 0.0, 0.5], size=len(part)) for part in parts]
    stream = np.concatenate([np.r_[part, GAP] for part in parts])
    study = replay([stream], infer=attacker_of(decisions), horizon=4).event_study(before=before, after=after)
    for path, direction in [(study.up, 1), (study.down, -1)]:
        n, mean = path_by_hand(parts, decisions, direction, before, after)
        assert path.n == n
        assert path.offset.tolist() == list(range(-before, after + 1))
        assert path.mean.tolist() == pytest.approx(mean, abs=1e-9)


def test_it_looks_one_horizon_back_and_two_ahead_unless_told():
    result = replay([np.arange(100.0)], infer=attacker_of([np.ones(100)]), horizon=5)
    assert result.event_study().up.offset.tolist() == list(range(-5, 11))


def test_the_price_before_the_first_scored_tick_counts_as_before():
    result = replay([np.arange(60.0)], infer=attacker_of([np.ones(40)]), horizon=5, start_index=30, warmup=10)
    up = result.event_study(before=10, after=0).up
    assert up.n == 30
    assert up.at(-10)[0] == -10


def test_a_move_after_the_decision_is_seen_after_it():
    draw = np.random.default_rng(2)
    steps = draw.normal(size=(4, 12_000))
    decisions = np.zeros(steps.shape)
    for tick in range(100, 11_900, 100):  # up, and then the price rises for 20 ticks; down likewise
        decisions[:, tick] = draw.choice([-1.0, 1.0], size=4)
        steps[:, tick + 1 : tick + 21] += 0.5 * decisions[:, [tick]]
    prices = list(steps.cumsum(axis=1))
    study = replay(prices, infer=attacker_of(decisions), horizon=20).event_study()
    for path, sign in [(study.up, 1), (study.down, -1)]:
        _, low, high = (sign * each for each in path.at(20))
        assert min(low, high) > 0
        assert path.at(-20)[1] < 0 < path.at(-20)[2]
        assert path.at(20)[0] == pytest.approx(sign * 10, abs=1.5)
    assert "in the 20 ticks after (95%: +" in repr(study)


def test_bands_contain_the_truth_as_often_as_they_say():
    """On a random walk the expected move after a decision is 0, whatever the past was."""
    covered = []
    for run in range(150):
        ledger = scored(gaussian(np.random.default_rng([11, run])), ATTACKERS["mean reversion"])
        for direction in (1, -1):
            path = mean_path(ledger, direction, 0, 30)
            covered += [low <= 0 <= high for _, low, high in [path.at(10), path.at(30)]]
    assert 0.92 <= np.mean(covered) <= 0.98


@pytest.mark.parametrize(
    ("argument", "value", "error"), [("before", -1, ArgumentError), ("after", 1.5, ArgumentTypeError)]
)
def test_wrong_lengths_are_named(argument, value, error):
    result = replay([np.arange(10.0)], infer=attacker_of([np.ones(10)]), horizon=2)
    with pytest.raises(error, match=argument):
        result.event_study(**{argument: value})


def test_too_few_decisions_have_a_path_and_no_band():
    result = replay([np.arange(100.0)], infer=attacker_of([np.ones(100)]), horizon=5)
    study = result.event_study()
    assert isinstance(study, EventStudy)
    assert study.up.mean.tolist() == list(range(-5, 11))
    assert np.isnan(study.up.low).all()
    assert repr(study) == (
        "EventStudy\n"
        "  Up: 85 decisions; the price moved +5.00 in the 5 ticks before (too little data to say), "
        "+5.00 in the 5 ticks after (too little data to say)\n"
        "  Down: no decision has its whole surroundings in the data"
    )
    assert [trace.name for trace in study.figure().data if trace.name] == ["85 decisions up"]


def test_the_frame_has_a_row_per_direction_and_offset():
    draw = np.random.default_rng(3)
    decisions = draw.choice([-1.0, 1.0], size=(2, 6_000))
    prices = list(draw.normal(size=(2, 6_000)).cumsum(axis=1))
    study = replay(prices, infer=attacker_of(decisions), horizon=4).event_study()
    frame = study.to_frame()
    assert list(frame.columns) == ["direction", "offset", "mean", "low", "high", "n"]
    assert frame.groupby("direction").size().to_dict() == {-1: 13, 1: 13}
    assert frame[frame.direction == 1]["mean"].tolist() == study.up.mean.tolist()
    assert (frame.low <= frame["mean"]).all()
    band, line, *_ = study.figure().data
    assert list(line.y) == study.up.mean.tolist()
    assert set(band.y) == {*study.up.low, *study.up.high}
