"""The stand-in calls train and infer as the platform's runner (release 5.2.0) did, and gives back the frame that it gave."""

from __future__ import annotations

import copy
import math
import pickle
import shutil
import sys
import types
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from midplot import ReplayResults, Stream, replay
from midplot.crunch import Notebook, StreamMessage, load_notebook
from midplot.errors import ArgumentError, ArgumentTypeError, MidplotError, ProtocolError, StreamError
from midplot.helpers import wrap
from midplot.play._latency import Latency
from midplot.streams import load_streams
from midplot.test import pnl

NAN = math.nan

# In the order of the file stream_2 is first; in lexicographic order stream_10 is. Gaps at either end, and double ones.
TEST = {"stream_2": [NAN, 1.0, 2.0, NAN, NAN, 3.0, 5.0, 4.0], "stream_10": [7.0, 6.5, NAN, 8.0, NAN]}
TRAIN = {"stream_9": [1.0, NAN, 2.0, 3.0], "stream_11": [4.0, 5.0]}


def as_frame(streams, times=None):
    """Write streams row by row, one of each in turn, as long as they last: a file need not be sorted by stream."""
    rows = [(f"09:{t:02}", name, values[t]) for t in range(99) for name, values in streams.items() if t < len(values)]
    frame = pd.DataFrame(rows, columns=["time", "stream", "value"])
    return frame if times is None else frame.assign(time=times[: len(frame)])


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    as_frame(TRAIN).to_parquet(folder / "X_train.parquet")
    as_frame(TEST).to_parquet(folder / "X_test.parquet")
    return folder


@pytest.fixture
def notebook_of(data, tmp_path):
    """Return a function that makes a notebook of functions, as cells would define them."""

    def make(train=None, infer=None):
        module = types.ModuleType("player")
        vars(module).update({name: each for name, each in [("train", train), ("infer", infer)] if each is not None})
        return load_notebook(module, tmp_path / "resources", data)

    return make


def no_train():
    pass


def counting(stream):
    """Decide by the count of messages: what starts afresh starts at 1."""
    yield
    for count, _ in enumerate(stream, 1):
        yield count


def following(stream):
    """Follow every larger move."""
    yield
    last = None
    for message in stream:
        move, last = message["x"] - (message["x"] if last is None else last), message["x"]
        yield move if abs(move) > 1 else 0


# Streams


def test_streams_are_the_parts_in_lexicographic_order_of_their_names(notebook_of):
    x_train, x_test = notebook_of().load_streams()
    assert [(s.stream_id, s.name, s.values.tolist()) for s in x_test] == [
        (0, "stream_10", [7.0, 6.5]),
        (1, "stream_10", [8.0]),
        (2, "stream_2", [1.0, 2.0]),
        (3, "stream_2", [3.0, 5.0, 4.0]),
    ]
    assert [(s.name, s.values.tolist()) for s in x_train] == [
        ("stream_11", [4.0, 5.0]),
        ("stream_9", [1.0]),
        ("stream_9", [2.0, 3.0]),
    ]


def test_without_a_folder_the_embedded_sample_is_used(tmp_path):
    module = types.ModuleType("player")
    module.train, module.infer = no_train, counting
    notebook = load_notebook(module, tmp_path / "resources", tmp_path / "nothing")
    assert repr(notebook) == "Notebook(module='player', data='embedded sample')"
    _, x_test = notebook.load_streams()
    predictions = notebook.test()
    assert len(predictions) == sum(map(len, x_test)) > 0
    assert predictions["stream"].drop_duplicates().is_monotonic_increasing
    assert predictions["time"].notna().all()


def test_the_messages_of_the_streams_are_the_platforms(notebook_of):
    for streams in notebook_of().load_streams():
        for stream in streams:
            assert [message.x for message in stream] == [message["x"] for message in stream] == stream.values.tolist()
    copied = copy.deepcopy(streams[-1])
    assert next(iter(pickle.loads(pickle.dumps(copied)))).x == 3.0


def test_a_cell_can_save_a_model_before_any_test(notebook_of, tmp_path):
    def train(model_directory_path):
        Path(model_directory_path, "params.json").write_text("{}")

    notebook = notebook_of(train, counting)
    train(str(tmp_path / "resources"))  # by hand, as the cell that defines it may do
    shutil.rmtree(tmp_path / "resources")
    notebook.test()
    assert (tmp_path / "resources" / "params.json").is_file()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(
        ArgumentError, match=r"^model_directory: the folder '.*file.models' cannot be made: .+\. Name a folder"
    ):
        load_notebook("__main__", tmp_path / "file" / "models")
    with pytest.raises(ArgumentError, match=r"cannot be made: .+\. Name a folder in which train may save its model\.$"):
        load_notebook("__main__", tmp_path / "file")


# What the runner did, call by call


def test_the_transcript_of_a_test(notebook_of, tmp_path):
    log = []

    def train(streams, model_directory_path, number_of_features, embargo, has_gpu):
        assert (tmp_path / "resources").is_dir()
        log.append(["train", model_directory_path, number_of_features, embargo, has_gpu])
        log.extend(["of", repr(stream), len(stream), [message["x"] for message in stream]] for stream in streams)

    def infer(stream, model_directory_path, number_of_features, embargo, has_gpu):
        log.append(["infer", model_directory_path, number_of_features, embargo, has_gpu])
        yield
        log.append("ready")
        for message in stream:
            log.append(message["x"])
            yield 0
        log.append("end")

    notebook_of(train, infer).test()
    given = [str(tmp_path / "resources"), 0, 0, False]
    assert log == [
        ["train", *given],
        ["of", "iterable[2]", 2, [4.0, 5.0]],
        ["of", "iterable[1]", 1, [1.0]],
        ["of", "iterable[2]", 2, [2.0, 3.0]],
        *[["infer", *given], "ready", 7.0, 6.5, "end"],
        *[["infer", *given], "ready", 8.0, "end"],
        *[["infer", *given], "ready", 1.0, 2.0, "end"],
        *[["infer", *given], "ready", 3.0, 5.0, 4.0, "end"],
    ]


def test_the_frame_has_a_row_for_each_point_and_restarts_at_each_stream(notebook_of):
    predictions = notebook_of(no_train, counting).test()
    expected = pd.DataFrame(
        {
            "time": ["09:00", "09:01", "09:03", "09:01", "09:02", "09:05", "09:06", "09:07"],
            "stream": ["stream_10"] * 3 + ["stream_2"] * 5,
            "prediction": [1.0, 2.0, 1.0, 1.0, 2.0, 1.0, 2.0, 3.0],
        },
        index=[0, 1, 2, 0, 1, 2, 3, 4],
    )
    pd.testing.assert_frame_equal(predictions, expected)


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_times_keep_their_type(notebook_of, data, zone):
    times = pd.date_range("2024-01-01", periods=99, freq="min", tz=zone)
    as_frame(TEST, times).to_parquet(data / "X_test.parquet")
    predictions = notebook_of(no_train, counting).test()
    assert predictions["time"].dt.tz is times.tz or str(predictions["time"].dt.tz) == str(times.tz)
    assert predictions["time"].iloc[0] == times[1]  # the file's second row is stream_10's first


def platforms_frame(frame, decide):
    """Make the frame as the runner did, in plain loops over rows."""
    rows, index = [], []
    for name in sorted(set(frame["stream"])):
        number, age = 0, 0
        for time, value in frame.loc[frame["stream"] == name, ["time", "value"]].itertuples(index=False):
            if math.isnan(value):
                age = 0
                continue
            rows.append((time, name, float(decide(age, value))))
            index.append(number)
            number, age = number + 1, age + 1
    return pd.DataFrame(rows, columns=["time", "stream", "prediction"], index=index)


@pytest.mark.parametrize("seed", range(5))
def test_the_frame_equals_the_runners_on_random_files(notebook_of, data, seed):
    rng = np.random.default_rng(seed)
    n = 60
    values = np.where(rng.random(n) < 0.2, NAN, rng.integers(-4, 5, n) / 4)
    names = rng.choice(["stream_1", "stream_10", "stream_2", "a"], n)
    frame = pd.DataFrame({"time": [str(t) for t in range(n)], "stream": names, "value": values})
    frame.to_parquet(data / "X_test.parquet")

    def infer(stream):
        yield
        for age, message in enumerate(stream):
            yield age * message.x

    predictions = notebook_of(no_train, infer).test()
    pd.testing.assert_frame_equal(predictions, platforms_frame(frame, lambda age, x: age * x))


# The rule by which parameters are filled


def called_with(notebook_of, function, role):
    """Test with one function to look at, and return the texts of the warnings."""
    notebook = notebook_of(**{"train": no_train, "infer": counting, role: function})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        notebook.test()
    assert all(issubclass(warning.category, UserWarning) for warning in caught)
    return [str(warning.message) for warning in caught]


def test_a_parameter_with_a_default_keeps_it_and_a_warning_names_it(notebook_of):
    seen = []

    def infer(stream, hyper_parameters=None, with_hyper_parameters_load=False, model_directory_path="."):
        seen.append((hyper_parameters, with_hyper_parameters_load, model_directory_path))
        return counting(stream)

    texts = called_with(notebook_of, infer, "infer")
    assert set(seen) == {(None, False, ".")}
    because = "infer: the platform fills only parameters without a default, so"
    assert texts == [
        f"{because} hyper_parameters stays None, whatever was trained.",
        f"{because} with_hyper_parameters_load stays False, whatever was trained.",
        f"{because} model_directory_path stays '.', whatever was trained.",
    ]


def test_a_default_that_the_platform_would_not_fill_is_no_surprise(notebook_of):
    def train(threshold=3.0):
        assert threshold == 3.0

    assert called_with(notebook_of, train, "train") == []


@pytest.mark.parametrize("role", ["train", "infer"])
def test_an_unknown_parameter_without_a_default_is_none(notebook_of, role):
    seen = []

    def train(horizon):
        seen.append(horizon)

    def infer(stream, horizon):
        seen.append(horizon)
        return counting(stream)

    texts = called_with(notebook_of, {"train": train, "infer": infer}[role], role)
    assert set(seen) == {None}
    assert texts == [f"{role}: the platform knows no parameter 'horizon' and passes None. Remove it."]


def test_streams_are_trains_alone_and_a_stream_is_infers_alone(notebook_of):
    def train(stream):
        assert stream is None

    assert called_with(notebook_of, train, "train") == [
        "train: the platform knows no parameter 'stream' and passes None. Remove it."
    ]


def test_stars_are_skipped(notebook_of):
    def infer(stream, *rest, has_gpu, **more):
        assert (rest, has_gpu, more) == ((), False, {})
        return counting(stream)

    assert called_with(notebook_of, infer, "infer") == []


def test_a_notebook_warns_of_each_thing_once(notebook_of):
    def infer(stream, has_gpu=True):
        return counting(stream)

    notebook = notebook_of(no_train, infer)
    with pytest.warns(UserWarning, match="has_gpu stays True") as caught:
        notebook.test()
    assert len(caught) == 1
    assert len(notebook.test()) == 8  # in these tests a second warning would be an error


def test_a_wrapped_attacker_keeps_its_defaults_so_what_was_trained_is_not_used(notebook_of):
    class Trained:
        def load_params(self, path):
            raise AssertionError("the platform does not load what was trained")

        def tick_and_predict(self, x, horizon):
            return 1

    texts = called_with(notebook_of, wrap(Trained), "infer")
    assert any("with_hyper_parameters_load stays False, whatever was trained" in text for text in texts)


def test_anything_that_can_be_called_may_train_or_infer(notebook_of):
    class Model:
        trained = False

        def train(self, streams):
            self.trained = len(streams) == 3

        def __call__(self, stream, has_gpu=True):
            assert self.trained
            return counting(stream)

    model = Model()
    with pytest.warns(UserWarning, match="^Model: the platform fills only .* has_gpu stays True"):
        predictions = notebook_of(model.train, model).test()
    assert len(predictions) == 8


# Messages


def test_a_message_is_read_only_and_has_no_length():
    message = StreamMessage(1.5)
    assert (message["x"], message.x, message.get("x"), message.get("y"), message.get("y", 3)) == (
        1.5,
        1.5,
        1.5,
        None,
        3,
    )
    assert (list(message), "x" in message, dict(message)) == (["x"], True, {"x": 1.5})
    assert (message.keys(), message.values(), message.items()) == (("x",), (1.5,), (("x", 1.5),))
    assert repr(message) == "{'x': 1.5}"
    assert copy.copy(message).x == copy.deepcopy(message).x == 1.5
    for attempt in ("message['x'] = 2", "message.x = 2", "message.y = 2", "del message.x"):
        with pytest.raises(AttributeError, match="Messages are read-only"):
            exec(attempt, {"message": message})
    with pytest.raises(KeyError):
        message["y"]
    with pytest.raises(TypeError):
        len(message)


def test_infer_is_given_such_messages_and_a_stream_without_a_length(notebook_of):
    seen = set()

    def infer(stream):
        assert not hasattr(stream, "__len__")
        assert not hasattr(stream, "__getitem__")
        yield
        for message in stream:
            seen.add((type(message), type(message.x)))
            yield 0

    def train(streams):
        seen.update((type(message), type(message.x)) for stream in streams for message in stream)
        assert [len(list(stream)) for stream in streams] == [2, 1, 2]

    notebook_of(train, infer).test()
    assert seen == {(StreamMessage, float)}


# Latency and determinism


def test_latency_is_kept_of_each_decision(notebook_of):
    notebook = notebook_of(no_train, counting)
    assert notebook.latency is None
    notebook.test()
    assert isinstance(notebook.latency, Latency)
    assert notebook.latency.n == 8


def test_determinism_is_checked_on_request(notebook_of):
    starts = []

    def moody(stream):
        starts.append(1)
        yield
        for message in stream:
            yield len(starts) > 4 and message.x == 4.0

    notebook = notebook_of(no_train, counting)
    notebook.test()
    assert notebook.deterministic is None
    notebook.test(check_determinism=True)
    assert notebook.deterministic is True
    notebook.test()
    assert notebook.deterministic is None  # of the last test, where it was not asked for

    notebook = notebook_of(no_train, moody)
    predictions = notebook.test(check_determinism=True)
    assert notebook.deterministic is False
    assert not predictions["prediction"].any()  # the first run counts


def test_a_test_that_fails_leaves_nothing_of_the_one_before(notebook_of):
    notebook = notebook_of(no_train, counting)
    notebook.test(check_determinism=True)
    del notebook.module.infer
    with pytest.raises(MidplotError):
        notebook.test()
    assert (notebook.latency, notebook.deterministic, notebook.luck) == (None, None, None)


# The same money


def test_replay_and_double_check_of_the_same_predictions_agree(notebook_of):
    notebook = notebook_of(no_train, counting)
    _, x_test = notebook.load_streams()
    check = pnl(notebook.test(), x_test, 1, 0.25)
    result = replay(x_test, 1, 0.25, infer=counting)
    assert isinstance(result, ReplayResults)
    assert check.total_score == result.total_score == pytest.approx(-0.75 + 0.75 + 1.75 - 1.25)
    # Uncut streams of the same names give the same, for a replay cuts them at their gaps.
    uncut = [Stream(values, name=name) for name, values in TEST.items()]
    assert pnl(notebook.test(), uncut, 1, 0.25).scores == pytest.approx(check.scores)


def test_the_luck_in_the_score_is_that_of_a_replay(notebook_of, data):
    walks = np.random.default_rng(0).normal(size=(2, 4_000)).cumsum(axis=1)
    streams = {"a": np.r_[walks[0], np.nan, walks[1]], "b": walks[1]}
    frames = [pd.DataFrame({"time": range(len(x)), "stream": name, "value": x}) for name, x in streams.items()]
    pd.concat(frames).to_parquet(data / "X_test.parquet")
    notebook = notebook_of(no_train, following)
    assert (notebook.luck, ", score: " in repr(notebook)) == (None, False)
    notebook.test()
    result = replay(load_streams(data)[1], infer=following)
    assert notebook.luck.enough
    assert str(notebook.luck) == str(result.luck())
    assert repr(notebook).endswith(f"score: {result.luck()})")


# What is wrong is named


@pytest.mark.parametrize("missing", ["train", "infer"])
def test_train_and_infer_are_required(notebook_of, missing):
    functions = {"train": no_train, "infer": counting, missing: None}
    with pytest.raises(MidplotError) as raised:
        notebook_of(**functions).test()
    assert str(raised.value) == (
        f"test: there is no function {missing} in player. "
        f"Define `def {missing}(...)`: the platform calls train first, then infer for each stream."
    )


def test_a_missing_infer_is_told_before_a_long_training(notebook_of):
    def train():
        raise AssertionError("too late")

    with pytest.raises(MidplotError, match="there is no function infer"):
        notebook_of(train).test()


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({"time": "when"}, "there is no column 'time'. Give the competition's columns: time, stream, value."),
        ({"stream": "id"}, "there is no column 'stream'. Give the competition's columns: time, stream, value."),
    ],
)
def test_a_missing_column_is_named_before_a_long_training(notebook_of, data, columns, text):
    def train():
        raise AssertionError("too late")

    as_frame(TEST).rename(columns=columns).to_parquet(data / "X_test.parquet")
    with pytest.raises(StreamError) as raised:
        notebook_of(train, counting).test()
    assert str(raised.value) == f"{data / 'X_test.parquet'}: {text}"


def test_a_missing_test_set_is_named(notebook_of, data):
    (data / "X_test.parquet").unlink()
    with pytest.raises(
        StreamError, match=r"X_test\.parquet: there is no such file\. Put the competition's test set there\.$"
    ):
        notebook_of(no_train, counting).test()


def test_an_infer_that_breaks_the_rules_names_stream_and_tick(notebook_of):
    def looks_ahead(stream):
        yield
        for _ in stream:
            next(stream, None)
            yield 0

    with pytest.raises(ProtocolError, match=r"^stream 0 'stream_10', tick 0: previous value not yield-ed"):
        notebook_of(no_train, looks_ahead).test()
    with pytest.raises(ProtocolError, match="yield not called"):
        notebook_of(no_train, lambda stream: [0]).test()


# After the last decision


class OwnError(Exception):
    def __init__(self, what, code):
        super().__init__(what, code)


def summing_up(error):
    """Return an infer that decides on every message and then fails where a part was short."""

    def infer(stream):
        yield
        seen = 0
        for seen, _ in enumerate(stream, 1):
            yield seen
        if seen < 3:
            raise error

    return infer


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("division by zero"), OSError(28, "No space left"), OwnError("a", 3)]
)
def test_an_error_after_the_last_decision_is_a_warning_and_the_decisions_count(notebook_of, error):
    notebook = notebook_of(no_train, summing_up(error))
    with pytest.warns(UserWarning, match="after the last decision") as caught:
        predictions = notebook.test(check_determinism=True)
    (warning,) = caught  # three parts are short, and each is replayed twice
    assert str(warning.message).startswith(
        f"infer: {type(error).__name__} was raised after the last decision on stream 0 'stream_10' (2 values): "
    )
    assert "the platform's runner would have failed" in str(warning.message)
    pd.testing.assert_frame_equal(predictions, notebook_of(no_train, counting).test())
    assert notebook.deterministic
    assert notebook.luck is not None


def test_an_error_on_the_last_tick_or_a_fault_at_the_end_is_none_of_these(notebook_of):
    def raises_on_the_last(stream):
        yield
        for message in stream:
            if message["x"] == 6.5:
                raise ZeroDivisionError
            yield 1

    def yields_again(stream):
        yield from counting(stream)
        yield 0

    def exits(stream):
        yield from counting(stream)
        sys.exit()

    with pytest.raises(ZeroDivisionError):
        notebook_of(no_train, raises_on_the_last).test()
    with pytest.raises(ProtocolError, match="multiple yield detected"):
        notebook_of(no_train, yields_again).test()
    with pytest.raises(ProtocolError, match="after the last tick"):
        notebook_of(no_train, exits).test()
    # A replay has its own rule: what the attacker raises passes through.
    with pytest.raises(ZeroDivisionError):
        replay([[1.0, 2.0]], infer=summing_up(ZeroDivisionError()))


def test_the_module_is_one_or_the_name_of_one(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # where the folder for the model is made
    assert load_notebook().module is sys.modules["__main__"]
    module = types.ModuleType("cells")
    monkeypatch.setitem(sys.modules, "cells", module)
    notebook = load_notebook("cells", "resources", "no such folder")
    assert isinstance(notebook, Notebook)
    assert notebook.module is load_notebook(module).module is module
    with pytest.raises(
        ArgumentError, match=r"^module: 'sells' is not imported\. Import it first, or give '__main__'\.$"
    ):
        load_notebook("sells")
    with pytest.raises(ArgumentTypeError, match=r"^module: expected a module or its name, got 3\. Give '__main__'\.$"):
        load_notebook(3)


def test_parts_keep_their_times(data, notebook_of):
    minutes = [f"2024-03-01 09:{t:02}" for t in range(99)]
    frame = pd.DataFrame(
        [(minutes[t], name, value) for name, values in TEST.items() for t, value in enumerate(values)],
        columns=["time", "stream", "value"],
    )
    frame.set_index(["stream", "time"]).to_parquet(data / "X_test.parquet")
    notebook = notebook_of(infer=lambda stream: None)
    _, x_test = notebook.load_streams()
    assert [s.times.astype("datetime64[m]").tolist()[0].minute for s in x_test] == [0, 3, 1, 5]
