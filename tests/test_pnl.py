"""The double check equals the replay's score, explains the naive figure exactly, and refuses what does not belong together."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from midplot import Stream, replay
from midplot.errors import ArgumentError, ArgumentTypeError, MidplotError, StreamError
from midplot.test import PnlCheck, pnl

prices = st.integers(-6, 6).map(lambda k: 100 + k / 4) | st.just(math.nan)
streams_of_prices = st.lists(
    st.lists(prices, min_size=1, max_size=40).filter(lambda values: not all(map(math.isnan, values))),
    min_size=1,
    max_size=4,
)
scripts = st.lists(st.sampled_from([0, 0, 1, -1, 0.25, -3.0, 7]), min_size=40, max_size=40)


def scripted(script):
    def infer(stream):
        yield
        for decision, _ in zip(script, stream, strict=False):
            yield decision

    return infer


def as_named_parts(values):
    """Give the parts of every stream as streams of their own, under one name, as the platform hands them out."""
    streams = [Stream(each, i, f"s{i % 2}") for i, each in enumerate(values)]
    return [part for stream in streams for part in stream.parts()]


SHAPES = {
    "nameless": lambda values: [np.array(each) for each in values],
    "named": lambda values: {f"stream_{9 - i}": each for i, each in enumerate(values)},
    "parts of one name": as_named_parts,
    "streams": lambda values: [Stream(each, name=f"n{i}") for i, each in enumerate(values)],
    "some named": lambda values: [Stream(each, name=None if i else "only") for i, each in enumerate(values)],
}


def naive_score(predictions, parts, horizon, epsilon):
    """Score as the first version did: prediction times move, and epsilon on every decision, resolved or not."""
    total, rest = 0.0, iter(predictions)
    for part in parts:
        decided = [next(rest) for _ in part]
        total += sum(d * (y - x) for d, x, y in zip(decided, part, part[horizon:], strict=False))
        total -= epsilon * sum(d != 0 for d in decided)
    return total


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=12)
@given(values=streams_of_prices, script=scripts, horizon=st.integers(1, 9), epsilon=st.sampled_from([0.0, 0.0025, 0.5]))
def test_it_equals_the_replay_and_explains_the_naive_figure(shape, values, script, horizon, epsilon):
    x_test = SHAPES[shape](values)
    result = replay(x_test, horizon=horizon, epsilon=epsilon, infer=scripted(script), dry=True)
    predictions = result.predictions
    check = pnl(predictions, x_test, horizon, epsilon)
    assert check.total_score == pytest.approx(result.total_score, abs=1e-9)
    assert sum(check.scores.values()) == pytest.approx(check.total_score, abs=1e-9)
    by_title: dict[str, float] = {}
    for stream in result.streams.values():
        by_title[stream.title] = by_title.get(stream.title, 0.0) + stream.score
    assert check.scores == pytest.approx(by_title, abs=1e-9)
    assert check.n_unresolved == result.unresolved
    assert check.n_decisions == int(predictions["prediction"].ne(0).sum())
    parts = [p.part.values.tolist() for s in result.streams.values() for p in s.parts]
    naive = naive_score(predictions["prediction"].tolist(), parts, horizon, epsilon)
    assert check.naive_score == pytest.approx(naive, abs=1e-9)
    assert check.unresolved_cost == epsilon * check.n_unresolved
    assert "\n" not in str(check)


def test_the_luck_is_that_of_the_replay():
    rng = np.random.default_rng(3)
    walks = {f"s{i}": np.round(100 + rng.normal(size=900).cumsum(), 2) for i in range(3)}
    walks["s1"][[0, 300, 301, 650]] = math.nan
    walks["s2"] = walks["s2"][:25]  # shorter than a block

    def infer(stream):
        yield
        for message in stream:
            yield round(message["x"] * 7) % 3 - 1

    result = replay(walks, 4, 0.1, infer=infer, dry=True)
    check, luck = pnl(result.predictions, walks, 4, 0.1), result.luck()
    assert luck.enough
    assert check.luck.n_blocks == luck.n_blocks
    assert check.luck.interval == pytest.approx(luck.interval)
    assert (check.luck.p, check.luck.z) == pytest.approx((luck.p, luck.z))
    assert list(check.luck.by_stream["score"]) == pytest.approx(list(luck.by_stream["score"]))
    assert str(check).startswith(f"score {result.total_score:.6g} (95%: ")


def frame(**predictions):
    rows = [(name, each) for name, values in predictions.items() for each in values]
    return pd.DataFrame(rows, columns=["stream", "prediction"])


def test_it_says_in_one_line_what_was_charged_and_why_the_totals_agree():
    check = pnl(frame(a=[2, 0, 0, -1]), {"a": [1.0, 2.0, 3.0, 4.0]}, 2, 0.5)
    assert str(check) == (
        "score 1.5 (too little data to say): epsilon 0.5 was charged on 1 resolved decisions of 2, each by its sign, "
        "so it equals the replay's; "
        "the naive figure 3 charges 0.5 on 1 unresolved ones and adds 2 for weights other than 1 and -1"
    )
    assert (check.total_score, check.weight_term, check.unresolved_cost, check.naive_score) == (1.5, 2.0, 0.5, 3.0)
    assert check == PnlCheck(1.5, {"a": 1.5}, 2, 1, 0.5, 2.0, 0.5)


def test_an_infinite_decision_has_a_sign():
    assert pnl(frame(a=[math.inf, -math.inf, 0]), {"a": [1.0, 3.0, 2.0]}, 1, 0.0).total_score == 3.0


def test_streams_are_matched_by_name_not_by_order_or_length():
    x_test = {"a": [0.0, 1.0, 2.0], "b": [0.0, 10.0, 20.0]}
    check = pnl(frame(b=[0, -1, 0], a=[1, 0, 0]), x_test, 1, 0.0)
    assert check.scores == {"a": 1.0, "b": -10.0}


def test_interleaved_rows_keep_the_order_within_their_stream():
    predictions = pd.DataFrame({"stream": ["a", "b"] * 2, "prediction": [1, 0, 0, 1]}, index=[7, 7, 1, 0])
    assert pnl(predictions, {"a": [0.0, 1.0], "b": [5.0, 3.0]}, 1, 0.0).scores == {"a": 1.0, "b": 0.0}


def test_nameless_streams_are_matched_by_order_alone():
    predictions = frame(whatever=[1, 0, 0], other=[1, 0])
    assert pnl(predictions, [[0, 1, 2], [5, 3]], 1, 0.0).scores == {"whatever": 1.0, "other": -2.0}
    assert pnl(predictions, [[0, 1, math.nan, 2], [5, 3]], 1, 0.0).scores == {"whatever": 1.0, "other": -2.0}
    # Several nameless parts make up one stream of the frame.
    assert pnl(predictions, [[0, 1], [2], [5, 3]], 1, 0.0).scores == {"whatever": 1.0, "other": -2.0}


def test_warm_up_of_a_stream_has_no_predictions():
    stream = Stream([1.0, 2.0, 4.0, 7.0], name="a", warmup=2)
    result = replay(stream, 1, 0.0, infer=scripted([1] * 4))
    assert result.total_score == 3.0
    assert pnl(result.predictions, stream, 1, 0.0).total_score == 3.0


def test_a_categorical_stream_column_and_other_column_names():
    predictions = frame(a=[1, 0]).astype({"stream": pd.CategoricalDtype(["a", "never"])})
    assert pnl(predictions, {"a": [1.0, 2.0]}, 1, 0.0).total_score == 1.0
    renamed = frame(a=[1, 0]).rename(columns={"stream": "id", "prediction": "p"})
    assert pnl(renamed, {"a": [1.0, 2.0]}, 1, 0.0, stream_column="id", prediction_column="p").total_score == 1.0


AB = {"alpha": [1.0, 2.0], "beta": [1.0, 2.0, 3.0]}


@pytest.mark.parametrize(
    ("predictions", "x_test", "text"),
    [
        (
            frame(alpha=[0, 0]),
            AB,
            "pnl: stream 'beta' is not in predictions. Give the predictions and the streams of the same test.",
        ),
        (
            frame(alpha=[0, 0], beta=[0] * 3, betta=[0]),
            AB,
            "pnl: stream 'betta' is not in x_test. Did you mean 'beta'? Give the predictions and the streams of the same test.",
        ),
        (
            frame(zeta=[0], eta=[0], theta=[0]),
            AB,
            "pnl: stream 'zeta' is not in x_test. Did you mean 'beta'? Give the predictions and the streams of the same test.",
        ),
        (
            frame(alpha=[0, 0], beta=[0, 0]),
            AB,
            "pnl: stream 'beta' has 2 predictions and 3 values. "
            "Give one prediction for each value that is not NaN, streams in the same order.",
        ),
        (
            frame(x=[0, 0], y=[0]),
            [[1, 2]],
            "pnl: stream 'y' has 1 predictions and 0 values. "
            "Give one prediction for each value that is not NaN, streams in the same order.",
        ),
        (
            frame(x=[0]),
            [[1, 2]],
            "pnl: stream 'x' has 1 predictions and 2 values. "
            "Give one prediction for each value that is not NaN, streams in the same order.",
        ),
        (
            frame(x=[0, 0]),
            [[1, 2], [3]],
            "pnl: stream 1 has no predictions. Give the predictions and the streams of the same test.",
        ),
        (
            frame(alpha=[0, None], beta=[0] * 3),
            AB,
            "predictions, stream 'alpha', row 1: the prediction is missing. Give one number for each value.",
        ),
        (
            pd.DataFrame({"stream": ["alpha", None], "prediction": [0, 0]}),
            {"alpha": [1.0]},
            "pnl: stream 'nan' is not in x_test. Give the predictions and the streams of the same test.",
        ),
        (
            frame(alpha=[0, 0]).rename(columns={"stream": "streams"}),
            AB,
            "predictions: there is no column 'stream'. Did you mean 'streams'? "
            "Give a frame with the columns stream and prediction; this one has streams, prediction.",
        ),
        (
            [1, 2],
            AB,
            "predictions: there is no column 'stream'. "
            "Give a frame with the columns stream and prediction; this one has none.",
        ),
    ],
)
def test_what_does_not_belong_together_is_named(predictions, x_test, text):
    with pytest.raises(StreamError) as raised:
        pnl(predictions, x_test)
    assert str(raised.value) == text


def test_predictions_that_are_no_numbers_are_named():
    with pytest.raises(
        StreamError, match=r"^predictions, stream 'a': the predictions are not numbers \(.*'up'.*\)\. Give"
    ):
        pnl(frame(a=["up", 0]), {"a": [1.0, 2.0]})


@pytest.mark.parametrize(
    ("wrong", "error"),
    [({"horizon": 0}, ArgumentError), ({"horizon": 1.5}, ArgumentTypeError), ({"epsilon": -1}, ArgumentError)],
)
def test_wrong_arguments_are_named(wrong, error):
    with pytest.raises(error, match=next(iter(wrong))) as raised:
        pnl(frame(a=[0, 0]), {"a": [1.0, 2.0]}, **wrong)
    assert isinstance(raised.value, MidplotError)


def test_the_defaults_are_the_games():
    check = pnl(frame(a=[1] + [0] * 30), {"a": [*range(31)]})
    assert check.total_score == 30 - 0.0025
    assert check.epsilon == 0.0025
