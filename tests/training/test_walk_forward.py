"""Walk-forward: what is scored was never fitted, and every stream is scored once."""

from __future__ import annotations

import numpy as np
import pytest

from midplot import replay
from midplot.errors import ArgumentError, ArgumentTypeError
from midplot.streams._stream import Stream
from midplot.training import sweep, walk_forward

RULES = {"horizon": 3, "epsilon": 0.01}


def walks(n_streams=7, n=300, seed=0):
    """Random walks on a tick grid, each with a gap, behind which the price has jumped by thousands."""
    random = np.random.default_rng(seed)
    values = np.round(random.normal(size=(n_streams, n)).cumsum(axis=1) + 100, 2)
    values[:, n // 3 :] += 5000
    values[:, n // 3] = np.nan
    return [Stream(row, name=f"s{i}") for i, row in enumerate(values)]


def infer(stream, hyper_parameters):
    last = None
    yield
    for message in stream:
        move, last = 0.0 if last is None else message["x"] - last, message["x"]
        yield move if abs(move) > hyper_parameters["least"] else 0.0


def fit(train):
    """Choose a parameter that depends on every stream it is given."""
    return {"least": 0.2 + 0.1 * len(train) + 0.01 * sum(stream.stream_id for stream in train)}


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("forward", [False, True])
def test_the_score_is_that_of_plain_replays_of_what_was_held_out(n_jobs, forward):
    streams, seen = walks(), []

    def watched(train):
        seen.append([stream.name for stream in train])
        return fit(train)

    found = walk_forward(streams, watched, infer, 3, forward=forward, n_jobs=n_jobs, **RULES)
    cuts = [0, 2, 4, 7]
    expected, sums = 0.0, []
    for fold, start, stop in zip(found.folds, cuts[forward:-1], cuts[1 + forward :], strict=True):
        train = [*range(start), *([] if forward else range(stop, 7))]
        assert seen.pop(0) == [f"s{i}" for i in train]
        assert (list(fold.train), list(fold.test)) == (train, list(range(start, stop)))
        held_out = replay(
            streams, infer=infer, hyper_parameters=fold.hyper_parameters, only_stream_ids=list(fold.test), **RULES
        )
        fitted = replay(streams, infer=infer, hyper_parameters=fold.hyper_parameters, only_stream_ids=train, **RULES)
        assert fold.out_of_sample.score == pytest.approx(held_out.total_score)
        assert fold.in_sample.score == pytest.approx(fitted.total_score)
        expected += held_out.total_score
        sums += [each for stream in held_out.luck().sums.values() for each in stream.tolist()]
    assert found.score == pytest.approx(expected)
    assert np.concatenate(list(found.luck.sums.values())).tolist() == sums
    assert found.luck.trials == 1


def test_the_table_compares_like_with_like():
    found = walk_forward(walks(), fit, infer, 3, **RULES)
    frame = found.to_frame()
    assert frame["n_train"].tolist() == [5, 5, 4]
    assert frame["n_test"].tolist() == [2, 2, 3]
    for fold, (_, row) in zip(found.folds, frame.iterrows(), strict=True):
        assert row["in_sample"] == pytest.approx(fold.in_sample.score * row["n_test"] / row["n_train"])
        assert row["out_of_sample"] == fold.out_of_sample.score
    inside, outside = found.figure().data
    assert list(inside.y) == frame["in_sample"].tolist()
    assert list(outside.y) == frame["out_of_sample"].tolist()
    assert repr(found).splitlines()[2].split()[0] == "fold"
    assert str(found).startswith(f"out of sample over 3 folds: {found.luck}")


def test_the_best_of_many_on_noise_is_good_in_sample_only():
    # Ten streams without memory: each fit picks the luckiest of thirty random attackers.
    def lucky(stream, hyper_parameters):
        random = np.random.default_rng(hyper_parameters["seed"])
        yield
        for _ in stream:
            yield float(random.choice([-1, 1]))

    random = np.random.default_rng(3)
    streams = list(random.normal(size=(10, 60)).cumsum(axis=1) + 100)
    rules = {"horizon": 1, "epsilon": 0.0}
    found = walk_forward(
        streams,
        lambda train: sweep(train, lucky, {"seed": range(12)}, n_jobs=1, **rules).best.hyper_parameters,
        lucky,
        n_jobs=1,
        **rules,
    )
    assert found.to_frame()["in_sample"].sum() > 0
    assert found.to_frame()["in_sample"].sum() > found.score


def test_overfitting_is_none_where_too_few_sets_differ():
    found = walk_forward(walks(), lambda train: {"least": 0.5}, infer, 3, **RULES)
    assert found.overfitting is None
    assert walk_forward(walks(), fit, infer, 3, **RULES).overfitting is None
    assert 0 <= walk_forward(walks(), fit, infer, 5, **RULES).overfitting <= 1


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"folds": 8}, ArgumentError, "8 folds need 8 streams or more, and there are 7"),
        ({"folds": 1}, ArgumentError, "folds: 1 is below 2"),
        ({"fit": 3}, ArgumentTypeError, "fit: expected a function of streams, got 3"),
        ({"movie": []}, ArgumentTypeError, "walk_forward: it takes no argument 'movie'"),
    ],
)
def test_wrong_arguments_are_refused(given, error, words):
    with pytest.raises(error, match=words):
        walk_forward(walks(), **{"fit": fit, "infer": infer, **RULES, **given})


def test_what_fit_raises_comes_through():
    def broken(train):
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        walk_forward(walks(), broken, infer, 3)


@pytest.mark.parametrize(
    ("made", "what"),
    [
        (lambda found: None, "None"),
        (lambda found: found, "a Sweep"),
        (lambda found: found.best, "a Trial"),
    ],
)
def test_what_is_no_hyper_parameters_is_refused_before_anything_is_replayed_with_it(made, what):
    def wrong(train):
        return made(sweep(train, infer, {"least": [0.1, 0.5]}, n_jobs=1, **RULES))

    words = rf"fit: it returned {what}, and not hyper-parameters\. .*\.best\.hyper_parameters"
    with pytest.raises(ArgumentTypeError, match=words):
        walk_forward(walks(), wrong, infer, 3, n_jobs=1, **RULES)


def test_a_walk_forward_in_a_fit_is_refused_and_other_kinds_of_hyper_parameters_are_not():
    inner = walk_forward(walks(), fit, infer, 2, n_jobs=1, **RULES)
    with pytest.raises(ArgumentTypeError, match="a WalkForward"):
        walk_forward(walks(), lambda train: inner, infer, 3, n_jobs=1, **RULES)

    def by_number(stream, hyper_parameters):
        yield
        for _ in stream:
            yield hyper_parameters

    assert walk_forward(walks(), lambda train: 0, by_number, 3, n_jobs=1, **RULES).score == 0
