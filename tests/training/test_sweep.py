"""Sweeps: every combination is a replay of its own, the best is corrected for their number, and its place is told."""

from __future__ import annotations

import itertools
import statistics

import numpy as np
import pytest

from midplot import replay
from midplot.errors import ArgumentError, ArgumentTypeError
from midplot.scenarios._scenario import Scenario, Selection
from midplot.streams._stream import Stream
from midplot.training import sweep
from midplot.training._overfitting import MOST_GROUPS, probability_of_overfitting
from midplot.training._sweep import Sweep
from midplot.training._trials import Trial

RULES = {"horizon": 3, "epsilon": 0.01}


def walks(n_streams=3, n=500, seed=0):
    """Random walks on a tick grid, each with a gap, behind which the price has jumped by thousands."""
    random = np.random.default_rng(seed)
    values = np.round(random.normal(size=(n_streams, n)).cumsum(axis=1) + 100, 2)
    values[:, n // 3 :] += 5000
    values[:, n // 3] = np.nan
    return [Stream(row, name=f"s{i}") for i, row in enumerate(values)]


class Threshold:
    """Follows a move that is large enough, or goes against it."""

    last = None

    def update_from_hyper_parameters(self, hyper_parameters):
        self.least, self.sign = hyper_parameters["least"], hyper_parameters.get("sign", 1)
        hyper_parameters["seen"] = True  # its own copy, which the sweep does not show

    def tick_and_predict(self, x, horizon):
        move, self.last = 0.0 if self.last is None else x - self.last, x
        return self.sign * move if abs(move) > self.least else 0.0


GRID = {"least": [0.2, 1.0, 0.6], "sign": [1, -1]}


@pytest.mark.parametrize(
    "rules", [{}, {"start_index": 30, "warmup": 10, "backoff": 2, "only_stream_ids": ["s0", "s2"]}]
)
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_each_combination_earns_what_its_own_replay_earns(n_jobs, rules):
    found = sweep(walks(), Threshold, GRID, n_jobs=n_jobs, **RULES, **rules)
    frame = found.to_frame()
    assert [tuple(row) for row in frame[["least", "sign"]].to_numpy().tolist()] == list(
        itertools.product(*GRID.values())
    )
    for trial, (_, row) in zip(found.trials, frame.iterrows(), strict=True):
        result = replay(walks(), infer=Threshold, hyper_parameters=dict(trial.hyper_parameters), **RULES, **rules)
        assert trial.score == row["score"] == result.total_score
        assert list(trial.scores.values()) == list(result.scores.values())
        assert trial.luck.p == row["p"] == result.luck().p
        assert (row["low"], row["high"]) == result.luck().interval
        assert row["decisions"] == result.summary()["num_resolved_decisions"]
        assert row["win_rate"] == result.win_rate


def test_the_luck_of_the_best_knows_how_many_were_tried():
    found = sweep(walks(), Threshold, GRID, **RULES)
    assert found.best.score == max(trial.score for trial in found.trials)
    assert found.luck.trials == 6
    assert found.luck.p == pytest.approx(1 - (1 - found.best.luck.p) ** 6)
    assert f"score {found.luck}" in str(found)


def test_the_best_fails_the_fewest_scenarios_first():
    selection = Selection.of(Stream(range(30)), 5, 12, horizon=3, epsilon=0.5)
    movie = [Scenario(selection=selection, expected=1)]
    found = sweep(walks(), Threshold, {"least": [0.5], "sign": [-1, 1]}, movie, **RULES)
    assert [trial.failed for trial in found.trials] == [1, 0]
    assert found.best.hyper_parameters["sign"] == 1
    assert found.to_frame()["failed"].tolist() == [1, 0]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_an_attackers_error_comes_with_its_hyper_parameters(n_jobs):
    def infer(stream, hyper_parameters):
        yield
        for _ in stream:
            yield 1 / hyper_parameters["least"]

    with pytest.raises(ZeroDivisionError) as raised:
        sweep(walks(), infer, {"least": [1, 0]}, n_jobs=n_jobs, **RULES)
    assert "hyper_parameters: {'least': 0}" in raised.value.__notes__


def test_ctrl_c_ends_a_sweep():
    def infer(stream, hyper_parameters):
        yield
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(walks(), infer, {"least": [1]}, **RULES)


@pytest.mark.parametrize(
    ("grid", "error", "words"),
    [
        ({}, ArgumentError, "grid: it is empty"),
        ([1], ArgumentTypeError, r"expected values by the name of a hyper-parameter, got \[1\]"),
        ({"least": 3}, ArgumentTypeError, r"grid 'least': expected a list of values, got 3"),
        ({"least": "abc"}, ArgumentTypeError, r"expected a list of values, got 'abc'"),
        ({"least": []}, ArgumentError, "it has no values"),
        ({"least": [1, 1]}, ArgumentError, "a value is there twice"),
    ],
)
def test_a_wrong_grid_is_refused(grid, error, words):
    with pytest.raises(error, match=words):
        sweep(walks(), Threshold, grid)


def test_unknown_arguments_are_named():
    with pytest.raises(ArgumentTypeError, match=r"sweep: it takes no argument 'horizn'.*Did you mean 'horizon'"):
        sweep(walks(), Threshold, GRID, horizn=3)


# Plateau or spike


def made(grid, score_of):
    """Return a sweep whose combinations have given scores, without a replay."""
    trials = []
    for each in itertools.product(*grid.values()):
        named = dict(zip(grid, each, strict=True))
        score = float(score_of(*each))
        trials.append(Trial(named, {0: score}, 1, 0.5, 0.0, {0: np.array([score])}, {0: "s"}))
    return Sweep({name: tuple(values) for name, values in grid.items()}, tuple(trials))


@pytest.mark.parametrize(
    ("grid", "score_of", "standing", "words"),
    [
        # Given out of order: neighbours are those next to it in value.
        (
            {"x": [3, 1, 2, 4, 5]},
            lambda x: 10 - (x - 3) ** 2,
            "plateau",
            "on a plateau: its 2 neighbours earn on average 90% of it",
        ),
        (
            {"x": [1, 2, 3, 4, 5]},
            lambda x: 10 * (x == 3),
            "spike",
            "a spike: its 2 neighbours earn on average 0% of it",
        ),
        ({"x": [1, 2, 3]}, lambda x: -x, "loss", "no combination earned anything"),
        ({"x": [1]}, lambda x: x, "alone", "nothing beside it was tried"),
        (
            {"x": [1, 2, 3], "y": [1, 2, 3]},
            lambda x, y: 8 - abs(x - 2) - abs(y - 2),
            "plateau",
            "its 4 neighbours earn on average 88%",
        ),
        # Words have the order in which they were given.
        (
            {"kind": ["b", "a", "c"]},
            lambda kind: {"b": 8, "a": 10, "c": 6}[kind],
            "plateau",
            "its 2 neighbours earn on average 70%",
        ),
    ],
)
def test_what_stands_around_the_best(grid, score_of, standing, words):
    found = made(grid, score_of)
    assert found.standing == standing
    assert words in found.remarks()[0]


def test_the_edge_of_the_grid_is_named():
    edge = "the best is at the edge of what was tried: try x above 5 too"
    assert edge in made({"x": [5, 1, 3]}, lambda x: x).remarks()
    assert not any("edge" in line for line in made({"x": [1, 3, 5]}, lambda x: -abs(x - 3) + 9).remarks())
    assert not any("edge" in line for line in made({"kind": ["a", "b"]}, lambda kind: kind == "b").remarks())


def test_the_text_lists_the_best_first():
    lines = repr(made({"x": range(30)}, lambda x: x)).splitlines()
    assert lines[0] == "Sweep: 30 combinations"
    assert lines[2].split() == ["x", "score", "95%", "decisions"]
    assert lines[3].split()[:2] == ["29", "+29"]
    assert "… and 10 more: to_frame() has them all" in lines


# The probability of overfitting


def by_hand(scores):
    """Cross-validate over all splits in half by plain loops."""
    n = len(scores[0])
    halves = {n // 2, n - n // 2}
    parts = []
    for size in halves:
        for inside in itertools.combinations(range(n), size):
            ins = [sum(row[i] for i in inside) for row in scores]
            outs = [sum(row[i] for i in range(n) if i not in inside) for row in scores]
            best = [place for place, value in enumerate(ins) if value == max(ins)]
            parts.append(sum(outs[place] < statistics.median(outs) for place in best) / len(best))
    return statistics.mean(parts)


@pytest.mark.parametrize("n_sets", [2, 3, 7])
@pytest.mark.parametrize("n_streams", [2, 3, 4, 7, 8])
def test_overfitting_is_that_of_brute_force(n_sets, n_streams):
    # Whole numbers have exact sums and many ties.
    scores = np.random.default_rng(n_sets * 100 + n_streams).integers(-3, 4, (n_sets, n_streams)).astype(float)
    assert probability_of_overfitting(scores) == pytest.approx(by_hand(scores.tolist()))


def test_noise_overfits_and_skill_does_not():
    random = np.random.default_rng(0)
    noise = [probability_of_overfitting(random.normal(size=(10, 10))) for _ in range(60)]
    assert 0.4 < np.mean(noise) < 0.65
    skilled = random.normal(size=(10, 10)) + 3 * (np.arange(10) == 4)[:, None]
    assert probability_of_overfitting(skilled) < 0.02


def test_many_streams_are_grouped():
    random = np.random.default_rng(0)
    scores = random.normal(size=(5, 50))
    groups = np.stack([scores[:, first::MOST_GROUPS].sum(axis=1) for first in range(MOST_GROUPS)], axis=1)
    assert probability_of_overfitting(scores) == probability_of_overfitting(groups)


def test_overfitting_needs_streams_and_sets():
    assert probability_of_overfitting(np.ones((1, 5))) is None
    assert probability_of_overfitting(np.ones((5, 1))) is None
    found = sweep(walks(1), Threshold, {"least": [0.2, 0.4]}, **RULES)
    assert found.overfitting is None
    assert not any("overfitting" in line for line in found.remarks())


# Pictures


def test_a_line_has_the_scores_and_their_intervals():
    found = sweep(walks(), Threshold, {"least": [0.6, 0.2, 1.0]}, **RULES)
    band, line, best = found.figure().data
    ordered = sorted(found.trials, key=lambda trial: trial.hyper_parameters["least"])
    assert list(line.x) == [0.2, 0.6, 1.0]
    assert list(line.y) == [trial.score for trial in ordered]
    assert list(band.y)[:3] == [trial.luck.interval[1] for trial in ordered]
    assert list(band.y)[:2:-1] == [trial.luck.interval[0] for trial in ordered]
    assert (best.x[0], best.y[0]) == (found.best.hyper_parameters["least"], found.best.score)


def test_a_heat_map_has_each_score_in_its_place():
    grid = {"x": [1, 2, 3], "y": ["a", "b"], "z": [0, 5]}
    found = made(grid, lambda x, y, z: 10 * x + (y == "b") + z)
    (heat,) = found.figure().data
    assert np.array(heat.z).tolist() == [[10 * x + 5, 10 * x + 6] for x in (1, 2, 3)]
    assert (list(heat.x), list(heat.y)) == (["a", "b"], ["1", "2", "3"])
    (frame,) = found.figure().layout.shapes
    assert (frame.x0, frame.y0) == (0.5, 1.5)


@pytest.mark.parametrize("ignored", [[1, 2, 3], ["a", "b"]])
def test_a_parameter_that_changes_nothing_is_named_and_its_values_are_no_trials(ignored):
    found = sweep(walks(), Threshold, {"leest": ignored, "least": [0.2, 0.6, 1.0]}, n_jobs=1, **RULES)
    alone = sweep(walks(), Threshold, {"least": [0.2, 0.6, 1.0]}, n_jobs=1, **RULES)
    assert len(found.trials) == 3 * len(ignored)
    assert found.luck.trials == 3
    assert found.luck.p == alone.luck.p
    assert (found.standing, found.overfitting) == (alone.standing, alone.overfitting)
    words = "leest changes nothing: with each of its values the attacker earns the same"
    assert [each for each in found.remarks() if each not in alone.remarks()] == [words]
    assert not any("changes nothing" in each for each in alone.remarks())


def test_a_parameter_that_matters_beside_another_changes_something():
    class Only:
        def update_from_hyper_parameters(self, hyper_parameters):
            self.decision = hyper_parameters["up"] and hyper_parameters["size"]

        def tick_and_predict(self, x, horizon):
            return self.decision

    found = sweep(walks(), Only, {"up": [0, 1], "size": [1, -1]}, n_jobs=1, **RULES)
    assert found.luck.trials == 3  # nothing, up and down
    assert "changes nothing" not in repr(found)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_key_that_the_grid_lacks_is_said(n_jobs):
    with pytest.raises(KeyError, match="least") as raised:
        sweep(walks(), Threshold, {"leest": [1, 2]}, n_jobs=n_jobs, **RULES)
    (said,) = (each for each in raised.value.__notes__ if "They have no" in each)
    assert said.startswith("They have no 'least': if the attacker takes it from them, give it as well.")
    assert "Did you mean 'leest'?" in said
