"""The embedded sample: made by its script, shaped like the real streams, with something in it to find."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from midplot.game import EPSILON, HORIZON
from midplot.streams import load_streams
from midplot.streams._make_sample import CALM, GAPS, NAMES, sample_frames, sample_streams, write_sample
from midplot.streams.files._readers import SAMPLE_FOLDER

FILES = ("X_train.parquet", "X_test.parquet")


@pytest.fixture(scope="module")
def committed():
    return [pd.read_parquet(SAMPLE_FOLDER / name) for name in FILES]


@pytest.fixture(scope="module")
def sample():
    return load_streams()


@pytest.fixture(scope="module")
def everything(sample):
    x_train, x_test = sample
    return [stream.values for stream in x_train + x_test]


def known(values):
    return values[~np.isnan(values)]


# Made by its script


def test_the_script_makes_the_committed_sample(committed):
    for made, frame in zip(sample_frames(), committed, strict=True):
        pd.testing.assert_frame_equal(made, frame)


def test_the_script_writes_what_the_package_holds(tmp_path, committed):
    write_sample(tmp_path / "new" / "folder")
    for name, frame in zip(FILES, committed, strict=True):
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "new" / "folder" / name), frame)


def test_the_sample_is_small():
    assert sorted(path.name for path in SAMPLE_FOLDER.iterdir()) == sorted(FILES)
    assert sum((SAMPLE_FOLDER / name).stat().st_size for name in FILES) < 700_000


AS_A_MODULE = """
import runpy
import sys
from pathlib import Path

from midplot.streams.files import _readers as readers

readers.SAMPLE_FOLDER = Path(sys.argv[1])
runpy.run_module("midplot.streams._make_sample", run_name="__main__")
"""


def test_the_script_can_be_run_as_a_module(tmp_path):
    # In a process of its own: where midplot is installed from a wheel, pytest loads the whole of it, since a plugin is
    # among its files, by a loader that runpy cannot use.
    subprocess.run([sys.executable, "-W", "error", "-c", AS_A_MODULE, str(tmp_path)], check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)


# In the competition's layout


def test_the_columns_are_the_competitions(committed):
    for frame in committed:
        assert list(frame.columns) == ["time", "stream", "value"]
        assert frame["value"].dtype == np.float64
        assert frame["time"].map(type).eq(str).all()
        assert frame["time"].str.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d").all()
        assert frame.groupby("stream")["time"].is_monotonic_increasing.all()


def test_there_are_20_train_and_9_test_streams(sample):
    x_train, x_test = sample
    assert [s.name for s in x_train] == sorted(f"stream_{i}" for i in range(20))
    assert [s.name for s in x_test] == [*(f"stream_{i}" for i in range(20, 28)), "stream_28 [5 min]"]
    for streams in sample:
        assert [s.stream_id for s in streams] == list(range(len(streams)))
        assert all(s.offset == s.warmup == 0 for s in streams)


def number(stream):
    return int(stream.name.split()[0].removeprefix("stream_"))


def test_the_streams_are_those_that_were_drawn(sample):
    """But for gaps and calms, so that the planted moves are the truth about the sample."""
    drawn = {s.stream_id: s.values for s in sample_streams().streams}
    for stream in sample[0] + sample[1]:
        if number(stream) not in {*GAPS, *CALM}:
            np.testing.assert_array_equal(stream.values, drawn[number(stream)])


def test_no_gap_and_no_calm_touches_a_planted_move(sample):
    drawn = sample_streams()
    for stream in sample[0] + sample[1]:
        for move in (move for move in drawn.moves if move.stream_id == number(stream)):
            ends = (
                stream.values[[move.first, move.last]] - drawn.streams[number(stream)].values[[move.first, move.last]]
            )
            assert ends[0] == ends[1]
            assert not np.isnan(stream.values[move.first : move.last + 1]).any()


# As nasty as the real streams


def test_the_gaps_are_those_that_are_listed(sample):
    found = {number(s): np.flatnonzero(np.isnan(s.values)).tolist() for s in sample[0] + sample[1]}
    assert {stream: gaps for stream, gaps in found.items() if gaps} == {key: list(gaps) for key, gaps in GAPS.items()}


def test_parts_lie_far_further_apart_than_the_price_moves_in_them(sample):
    parted = [s.parts() for s in sample[0] + sample[1] if number(s) in GAPS]
    for before, after in (pair for parts in parted for pair in pairwise(parts)):
        jump = abs(after.values[0] - before.values[-1])
        assert jump > 1_000
        assert jump > 30 * max(np.ptp(before.values), np.ptp(after.values))
    # Shown whole, it is a flat line: no part gets a hundredth of the height.
    for parts in parted[1:]:
        whole = np.ptp(np.concatenate([part.values for part in parts]))
        assert max(np.ptp(part.values) for part in parts) < whole / 100


def test_a_first_part_is_far_shorter_than_a_horizon(sample):
    lengths = [[len(part.values) for part in s.parts()] for s in sample[1]]
    assert any(len(parts) > 2 and parts[0] < HORIZON / 3 for parts in lengths)


def test_a_price_stands_still_for_hundreds_of_ticks(sample):
    (stream,) = (s for s in sample[1] if number(s) in CALM)
    calm = CALM[number(stream)]
    assert calm.stop - calm.start > 400
    assert len(set(stream.values[calm])) == 1
    assert len(set(stream.values[calm.start - HORIZON : calm.start])) > 5
    assert abs(stream.values[calm.stop] - stream.values[calm.stop - 1]) < 5


def test_a_name_has_a_space_and_brackets(sample):
    assert set(NAMES.values()) <= {s.name for s in sample[1]}
    assert any({" ", "[", "]"} <= set(name) for name in NAMES.values())


# Shaped like the real streams


def test_streams_have_2000_to_8000_points(everything):
    lengths = [len(values) for values in everything]
    assert min(lengths) >= 2_000
    assert max(lengths) <= 8_000
    assert len(set(lengths)) > 20


def test_prices_are_on_a_tick_grid_around_1000_to_20000(everything):
    medians = [np.median(known(values)) for values in everything]
    assert min(medians) > 1_000
    assert max(medians) < 20_000
    assert max(medians) > 5 * min(medians)
    for values in everything:
        tick = np.abs(np.diff(known(values)))
        tick = tick[tick > 0].min()
        assert tick in {1 / 64, 1 / 32, 1 / 16, 1 / 8}
        assert (known(values) % tick == 0).all()


def test_a_sixth_of_the_moves_are_none(everything):
    moves = np.concatenate([known(np.diff(values)) for values in everything])
    assert np.mean(moves == 0) == pytest.approx(0.17, abs=0.01)


def test_a_move_over_the_horizon_is_half_a_point_in_the_median(everything):
    moves = np.concatenate([np.abs(known(values[HORIZON:] - values[:-HORIZON])) for values in everything])
    assert np.median(moves) == pytest.approx(0.5, abs=0.05)


def test_moves_have_heavy_tails(everything):
    moves = [known(np.diff(values)) for values in everything]
    kurtosis = [np.mean((m - m.mean()) ** 4) / np.var(m) ** 2 for m in moves]
    assert 8 < np.median(kurtosis) < 40


# Something to find


def momentum(values, factor=2.5):
    """Decide as the quickstarter's momentum attacker does: a hand-written loop over its buffer."""
    decisions = []
    for index in range(len(values)):
        if index < 99:
            decisions.append(0.0)
            continue
        buffer = values[index - 99 : index + 1]
        first, second = buffer[49] - buffer[0], buffer[-1] - buffer[50]
        agree = np.sign(first) == np.sign(second) and abs(second) > factor * abs(first)
        decisions.append(float(np.sign(second)) if agree else 0.0)
    return decisions


def mean_reversion(values, fading=0.01, distance=1.0):
    """Decide as midone's example of mean reversion does."""
    decisions, average = [], values[0]
    for value in values:
        average = (1 - fading) * average + fading * value
        decisions.append(-1.0 if value > average + distance else 1.0 if value < average - distance else 0.0)
    return decisions


def profits(attacker, streams):
    earned = []
    for part in (part for stream in streams for part in stream.parts()):
        values = part.values.tolist()
        decided = enumerate(attacker(values)[:-HORIZON])
        earned += [d * (values[i + HORIZON] - values[i]) - EPSILON for i, d in decided if d]
    return np.array(earned)


@pytest.mark.parametrize("attacker", [momentum, mean_reversion])
@pytest.mark.parametrize("which", [0, 1], ids=["train", "test"])
def test_a_simple_attacker_earns_a_little(sample, attacker, which):
    earned = profits(attacker, sample[which])
    assert earned.sum() > 0
    assert 0 < earned.mean() < 0.15
    assert 0.45 < np.mean(earned > 0) < 0.55


def test_the_first_500_ticks_of_the_first_streams_have_decisions(sample):
    """The quickstarter replays these alone."""
    for stream_id in (0, 1, 2):
        assert np.count_nonzero(momentum(sample[0][stream_id].values[:500].tolist())) > 20
