"""Several processes give what one gives: the same outcome in the same order, the same errors, and what was finished.

The workers are real. What they run is defined within functions, so that it travels whole.
"""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import threading

import joblib
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from midplot import Stream, get_replay_result, replay
from midplot.cli import main
from midplot.errors import ArgumentError, ArgumentTypeError, MidplotError, ProtocolError, StreamError
from midplot.play.workers import _parallel as parallel
from midplot.play.workers._parallel import LEAST_SAVED_SECONDS, Meter, pays
from midplot.streams._stream import cut_into_parts

NAN = float("nan")
rng = np.random.default_rng(6)
WALKS = {f"walk {i}": 100 + rng.normal(size=n).cumsum() for i, n in enumerate([900, 40, 300, 1, 700, 120])}
WALKS["walk 2"][[50, 51, 200]] = NAN


def momentum():
    class Momentum:
        """Decides by the last move; the factor and the number of ticks can be seen."""

        last, n, factor = None, 0, 1.0

        def tick_and_predict(self, x, horizon):
            before, self.last = self.last, x
            self.n += 1
            return 0 if before is None else self.factor * (x - before)

        def update_from_hyper_parameters(self, factor):
            self.factor = factor

    return Momentum


def acting(at, act):
    """Make an infer that acts once it is fed a value."""

    def infer(stream):
        yield
        for message in stream:
            if message["x"] == at:
                act()
            yield 1.0

    return infer


def raising(*errors):
    """Make an infer that raises the first error at -1, the second at -2 ..."""

    def infer(stream):
        yield
        for message in stream:
            if message["x"] < 0:
                raise errors[int(-message["x"]) - 1]
            yield 1.0

    return infer


def outcome(result):
    """Return all that a replay says but how long things took."""
    parts = [part for stream in result.streams.values() for part in stream.parts]
    return {
        "streams": [(stream.stream_id, stream.name) for stream in result.streams.values()],
        "scores": result.scores,
        "summary": result.summary(),
        "parts": [(p.part.label, p.part.first_index, p.part.warmup, p.replay.complete) for p in parts],
        "values": [p.part.values.tolist() for p in parts],
        "decisions": [p.replay.decisions.tobytes() for p in parts],
        "latencies": [p.replay.latency_ns.shape for p in parts],
        "trades": result.trades.drop(columns="latency_ms").to_dict("list").__repr__(),
        "interrupted": result.interrupted,
    }


# The same as one by one


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"start_index": 30, "warmup": 10, "stop_index": 250, "horizon": 3, "epsilon": 0.5, "backoff": 4},
        {"only_stream_ids": ["walk 4", 1], "with_trading_lag": True},
        {"hyper_parameters": -2.0},
    ],
    ids=str,
)
def test_the_outcome_is_that_of_one_process(rules):
    serial = replay(WALKS, infer=momentum(), **rules)
    parallel = replay(WALKS, infer=momentum(), n_jobs=2, **rules)
    assert outcome(parallel) == outcome(serial)
    assert parallel.settings.n_jobs == 2
    assert get_replay_result() is parallel
    assert parallel.elapsed > 0
    assert parallel.latency.n == serial.latency.n
    pd.testing.assert_frame_equal(parallel.predictions, serial.predictions)


def test_the_workers_are_other_processes_and_values_are_those_that_were_given():
    class Where:
        pid = property(lambda self: os.getpid())

        def tick_and_predict(self, x, horizon):
            return 0

    stream = Stream([1.0, 2.0])
    result = replay([stream, [1.0]], infer=Where, n_jobs=2, probe="pid")
    assert not {os.getpid()} & {*result.probes(0)["pid"], *result.probes(1)["pid"]}
    assert result.stream(0).parts[0].part.values.base is not None
    assert np.shares_memory(result.stream(0).parts[0].part.values, stream.values)
    assert not result.stream(0).parts[0].replay.decisions.flags.writeable


def test_large_data_is_the_same():
    walk = 100 + rng.normal(size=140_000).cumsum()  # above the megabyte from which joblib maps a file
    streams = [walk, walk[::-1]]
    parallel, serial = (replay(streams, infer=momentum(), n_jobs=n_jobs) for n_jobs in (2, 1))
    assert parallel.scores == serial.scores
    pd.testing.assert_frame_equal(parallel.predictions, serial.predictions)


@pytest.mark.parametrize("form", ["class", "factory", "lambda", "partial", "generator"])
def test_whatever_is_an_infer_travels(form):
    attacker = momentum()

    def generator(stream, hyper_parameters, factor=1.0):
        one = attacker()
        yield
        for message in stream:
            yield hyper_parameters * factor * one.tick_and_predict(message["x"], 1)

    infer = {
        "class": attacker,
        "factory": lambda: attacker(),
        "lambda": lambda stream, hyper_parameters: generator(stream, hyper_parameters),
        "partial": functools.partial(generator, factor=-2.0),
        "generator": generator,
    }[form]
    rules = {"infer": infer, "hyper_parameters": 3.0}
    assert outcome(replay(WALKS, n_jobs=2, **rules)) == outcome(replay(WALKS, **rules))


def test_probes_are_sampled():
    probe = ["n", lambda attacker: attacker.n**2]
    result = replay(WALKS, infer=momentum(), n_jobs=2, probe=probe)
    serial = replay(WALKS, infer=momentum(), probe=probe)
    for name in WALKS:
        assert list(result.probes(name)) == ["n", "<lambda>"]
        np.testing.assert_equal(result.probes(name), serial.probes(name))


def test_a_progress_comes_for_each_part_in_order_and_shows_the_result_so_far():
    seen = []

    def listen(progress):
        seen.append((progress.part.label, progress.done, progress.total, len(get_replay_result().streams)))
        assert progress.run.outcome().complete

    replay(WALKS, infer=momentum(), n_jobs=2, progress=listen)
    parts = [part for i, (name, walk) in enumerate(WALKS.items()) for part in cut_into_parts(Stream(walk, i, name))]
    assert [each[:3] for each in seen] == [(p.label, len(p.values), len(p.values)) for p in parts]
    streams = [len({part.stream_id for part in parts[:n]}) for n in range(1, len(parts) + 1)]
    assert [each[3] for each in seen] == streams  # the one in hand is counted in


@pytest.mark.parametrize("backend", ["threading", "sequential"])
def test_joblib_says_where(backend):
    with joblib.parallel_config(backend=backend):
        assert outcome(replay(WALKS, infer=momentum(), n_jobs=2)) == outcome(replay(WALKS, infer=momentum()))


@pytest.mark.parametrize("n_jobs", [-1, np.int64(2)])
def test_jobs_are_counted_as_joblib_does(n_jobs):
    assert replay(WALKS, infer=momentum(), n_jobs=n_jobs).scores == replay(WALKS, infer=momentum()).scores


@pytest.mark.parametrize(
    ("n_jobs", "error"), [(0, ArgumentError), ("all", ArgumentTypeError), (2.0, ArgumentTypeError)]
)
def test_a_wrong_number_of_jobs(n_jobs, error):
    with pytest.raises(error, match=rf"^n_jobs: .*{n_jobs}.*auto"):
        replay(WALKS, infer=momentum(), n_jobs=n_jobs)


# Errors


def failed(streams, **rules):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is, it is compared
        replay(streams, **rules)
    return caught.value, outcome(get_replay_result())


FAILING = [[1.0] * 20, [*[1.0] * 3000, NAN, 1.0, -1.0], [2.0] * 9, [-2.0], [3.0]]


def test_the_first_error_in_the_order_of_the_streams_is_raised_with_what_came_before_it():
    class OwnError(Exception):
        pass

    infer = raising(OwnError("first"), ValueError("second"))
    error, partial = failed(FAILING, infer=infer, n_jobs=2)
    serial, serial_partial = failed(FAILING, infer=infer)
    assert type(error) is OwnError
    assert error.args == serial.args == ("first",)
    assert error.__notes__[-1:] == ["stream 1, part 1, tick 3002"]
    assert partial == serial_partial
    assert partial["interrupted"]
    assert "in infer" in str(error.__cause__)


def test_a_broken_protocol_reads_the_same():
    streams = [[1.0], [1.0, 2.0], [3.0]]

    def wrong(stream):
        yield
        for message in stream:
            yield None if message["x"] == 2.0 else 1

    error, partial = failed(streams, infer=wrong, n_jobs=2)
    serial, serial_partial = failed(streams, infer=wrong)
    assert (type(error), str(error), partial) == (ProtocolError, str(serial), serial_partial)


def test_an_error_whose_class_wants_other_arguments_is_raised_as_itself():
    class UnportableError(LookupError):
        def __init__(self, one, two):
            super().__init__(f"{one} and {two}")
            self.lock = threading.Lock()

    def infer(stream):
        yield
        for message in stream:
            if message["x"] == -1:
                raise UnportableError(1, 2)
            yield 1

    error, partial = failed(FAILING, infer=infer, n_jobs=2)
    assert type(error) is UnportableError
    assert str(error) == "1 and 2"
    assert error.__notes__ == ["stream 1, part 1, tick 3002"]
    assert partial["interrupted"]


def test_a_wrong_stream_is_found_after_those_before_it_were_replayed():
    streams = [[1.0, 2.0], [3.0], [1.0, "x"], [5.0]]
    error, partial = failed(streams, infer=momentum(), n_jobs=2)
    serial, serial_partial = failed(streams, infer=momentum())
    assert (type(error), str(error), partial) == (StreamError, str(serial), serial_partial)
    assert len(partial["streams"]) == 2


def test_an_attacker_that_cannot_travel_is_an_error_that_says_so():
    lock = threading.Lock()
    with pytest.raises(MidplotError, match=r"^infer: it cannot be sent to another process \(TypeError: .*n_jobs=1"):
        replay(WALKS, infer=acting(0, lambda: lock), n_jobs=2)


def test_a_listener_that_raises_is_dropped_and_the_replay_goes_on():
    def listen(progress):
        raise OSError("the disk is full")

    with pytest.warns(UserWarning, match="raised OSError: the disk is full. The replay goes on without it"):
        result = replay(WALKS, infer=momentum(), n_jobs=2, progress=listen)
    assert outcome(result) == outcome(replay(WALKS, infer=momentum()))


# Stopped


@pytest.fixture
def interruptible():
    """Have Ctrl-C heard, which a shell switches off for what it runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_stops_the_workers_and_keeps_what_finished(tmp_path):
    here, pipe = os.getpid(), tmp_path / "pipe"
    os.mkfifo(pipe)
    event = threading.Event  # made in the worker

    def interrupt():
        pipe.read_text()  # until the listener has heard of stream 1
        os.kill(here, signal.SIGINT)
        event().wait()

    def listen(progress):
        if progress.part.stream_id == 1:
            pipe.write_text("go on")

    streams = [[1.0] * 9, [2.0] * 9, [-1.0] * 9, [3.0] * 9]
    result = replay(streams, infer=acting(-1.0, interrupt), n_jobs=2, progress=listen)
    assert result.interrupted
    assert get_replay_result() is result
    assert 0 in result.streams
    assert 2 not in result.streams
    assert all(part.replay.complete for stream in result.streams.values() for part in stream.parts)
    assert replay(streams[:2], infer=acting(-1.0, interrupt), n_jobs=2).n_ticks == 18


@pytest.fixture
def backwards(monkeypatch):
    """Finish the last task first, here; where the test says so, press Ctrl-C in the stead of the first."""
    interrupting = []

    def given(calls):
        first, *later = list(calls)
        for function, arguments, keywords in reversed(later):
            yield function(*arguments, **keywords)
        if interrupting:
            raise KeyboardInterrupt
        yield first[0](*first[1], **first[2])

    monkeypatch.setattr(joblib, "Parallel", lambda **_: given)
    return interrupting


def test_the_order_is_that_of_the_streams_whatever_finishes_first(backwards):
    seen = []
    result = replay(WALKS, infer=momentum(), n_jobs=2, progress=lambda p: seen.append(p.part.stream_id))
    assert outcome(result) == outcome(replay(WALKS, infer=momentum()))
    assert seen == sorted(seen)


def test_ctrl_c_keeps_what_ran_ahead(backwards):
    backwards.append("Ctrl-C")
    result = replay(WALKS, infer=momentum(), n_jobs=2)
    serial = replay(WALKS, infer=momentum())
    assert result.interrupted
    assert list(result.streams) == [1, 2, 3, 4, 5]
    assert result.scores == {i: serial.scores[i] for i in result.streams}


def test_an_error_keeps_nothing_that_ran_ahead(backwards):
    error, partial = failed(FAILING, infer=raising(ValueError("first"), ValueError("second")), n_jobs=2)
    assert error.args == ("first",)
    assert [stream_id for stream_id, _ in partial["streams"]] == [0, 1]


def test_ctrl_c_in_a_listener():
    def listen(progress):
        if progress.part.stream_id == 1:
            raise KeyboardInterrupt

    result = replay(WALKS, infer=momentum(), n_jobs=2, progress=listen)
    assert result.interrupted
    assert list(result.streams)[:2] == [0, 1]


def test_a_killed_worker_is_an_error_that_says_so_and_the_next_replay_runs():
    infer = acting(-1.0, lambda: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(MidplotError, match=r"^replay: a worker process was killed, .*memory.*n_jobs"):
        replay([[1.0], [2.0], [-1.0]], infer=infer, n_jobs=2)
    assert get_replay_result().interrupted
    assert replay([[1.0], [2.0]], infer=infer, n_jobs=2).n_ticks == 2


# auto


def test_what_pays():
    assert LEAST_SAVED_SECONDS == 2.0
    assert [pays(4.0, n) for n in (1, 2, 3)] == [False, True, True]
    assert [pays(2.5, n) for n in (2, 4, 8)] == [False, False, True]


@pytest.fixture
def clock(monkeypatch):
    """Make time pass only where the test says so."""
    now = [0.0]
    monkeypatch.setattr(parallel, "perf_counter", lambda: now[0])
    return now


def test_the_meter_goes_over_to_workers_once_that_pays(clock, monkeypatch):
    asked = []
    monkeypatch.setattr(parallel, "available_jobs", lambda n_jobs: asked.append(n_jobs) or 2)
    meter = Meter(1_000)
    assert meter.jobs() == 1  # nothing is known
    meter.note(1)
    clock[0] = 0.09
    assert meter.jobs() == 1  # 90 s left, but by a pace that was measured for too short a time
    meter.note(99)
    clock[0] = 0.2
    assert meter.jobs() == 1  # 1.8 s left
    assert asked == []
    clock[0] = 0.4
    assert meter.jobs() == 1  # 3.6 s left, of which 1.8 would be saved
    clock[0] = 0.5
    assert meter.jobs() == 2
    assert asked == ["auto", "auto"]


def test_auto_stays_here_where_it_does_not_pay(clock):
    fed = []  # a worker's would not be this one
    replay([[1.0, 2.0], [3.0]], infer=acting(3.0, lambda: fed.append("here")), n_jobs="auto")
    assert fed == ["here"]


def test_auto_goes_over_after_the_first_stream_where_it_pays(clock, monkeypatch):
    monkeypatch.setattr(parallel, "available_jobs", lambda n_jobs: 2)

    class Where:
        pid = property(lambda self: os.getpid())

        def tick_and_predict(self, x, horizon):
            return x

    def listen(progress):
        clock[0] += 10.0

    result = replay([[1.0], [2.0], [3.0]], infer=Where, n_jobs="auto", probe="pid", progress=listen)
    (first,), (second,), (third,) = (result.probes(i)["pid"] for i in range(3))
    assert first == os.getpid()
    assert os.getpid() not in (second, third)
    assert list(result.streams) == [0, 1, 2]


# From a script and the command line


SCRIPT = """
import os
from midplot import replay

class OwnError(Exception):
    pass

class Attacker:
    n = 0
    def tick_and_predict(self, x, horizon):
        self.n += 1
        if x < 0:
            raise OwnError(self.n)
        return helper(x)

def helper(x):
    return x - 2

def squared(attacker):
    return attacker.n ** 2 + 0 * (os.getpid() == {pid})

if __name__ == "__main__":
    streams = [[1.0, 2.0, 3.0, 4.0], [4.0, 3.0], [2.0, 5.0]]
    rules = dict(horizon=1, epsilon=0.0, infer=Attacker, probe=squared)
    serial, parallel = replay(streams, **rules), replay(streams, n_jobs=2, **rules)
    print(parallel.scores == serial.scores, parallel.probes(0)["squared"].tolist())
    try:
        replay([*streams, [1.0, -1.0]], n_jobs=2, infer=Attacker)
    except OwnError as error:
        print(error, error.__notes__)
"""


def test_what_a_script_defines_travels(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.replace("{pid}", str(os.getpid())))
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["True [1.0, 4.0, 9.0, 16.0]", "2 ['stream 3, tick 1']"]
    assert done.stderr == ""


def test_the_command_line_has_jobs_for_a_file_and_what_lies_beside_it(tmp_path):
    beside = f"beside_{os.getpid()}"
    (tmp_path / f"{beside}.py").write_text("def sign(x):\n    return 1.0\n")
    attack = tmp_path / "attack.py"
    attack.write_text(
        f"from {beside} import sign\n\nclass Up:\n    def tick_and_predict(self, x, horizon):\n        return sign(x)\n"
    )
    outputs = [CliRunner().invoke(main, ["replay", str(attack), "--jobs", jobs]).output for jobs in ("1", "2", "auto")]
    tables = [output.partition("latency")[0] for output in outputs]
    assert "total" in tables[0]
    assert [scores(each) for each in outputs] == [scores(outputs[0])] * 3


def scores(output):
    return [line.split()[1:3] for line in output.splitlines() if line.startswith("stream_")]


def test_the_command_line_refuses_what_is_no_number_of_jobs(tmp_path):
    attack = tmp_path / "attack.py"
    attack.write_text("def infer(stream):\n    yield\n    for message in stream:\n        yield 0\n")
    done = CliRunner().invoke(main, ["replay", str(attack), "--jobs", "many"])
    assert done.exit_code == 2
    assert "'many' is not a valid integer" in done.output
