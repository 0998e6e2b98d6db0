"""What is followed, what is heard, and what an attacker needs: the parts of a verification, each by itself."""

from __future__ import annotations

import functools
import socket
import sys
import types

import numpy as np
import pandas as pd
import pytest

from midplot import replay
from midplot.causality import _reads
from midplot.causality._evidence import LEAK_Z, Earnings
from midplot.causality._fresh import cause_of_change
from midplot.causality._holds import what_is_held
from midplot.causality._leak import earned_elsewhere
from midplot.causality._numbers import runs_of_numbers
from midplot.causality._reach import Reach
from midplot.causality._reads import listening
from midplot.play._attacker import InferParameters, as_infer, bind
from midplot.play._history import history_of
from midplot.play._trial import Started
from midplot.streams import Stream, load_streams
from midplot.streams._stream import Part
from tests.causality.markets import walk
from tests.causality.test_leak import HORIZON, reader_of, replays_of

RUN = walk(200, 77).tolist()
values = RUN  # a global with the name of an attribute below


def bound(infer, **parameters):
    return bind(as_infer(infer), InferParameters(**parameters))


def paths(candidate):
    return {path for path, _ in Reach([("infer", candidate)]).runs}


# What is followed


class Holds:
    """Each way in which an object holds a run."""

    __slots__ = ("slot",)

    def __init__(self):
        self.slot = RUN

    def tick_and_predict(self, x, horizon):
        return self.slot[0] - x

    @property
    def by_property(self):
        return RUN


def names_an_attribute(self):
    return self.values


def names_a_global():
    return values


def names_it_by_text():
    return eval("values")


def names_it_in_a_comprehension():
    return [each + 1 for each in (lambda: values)()]


def test_a_global_is_told_from_an_attribute_of_the_same_name():
    assert paths(names_an_attribute) == set()
    for function in (names_a_global, names_it_by_text, names_it_in_a_comprehension):
        assert "values" in paths(function)


def test_the_attribute_that_getattr_names_is_no_global():
    def reads(self):
        return getattr(self, "values")  # noqa: B009

    assert paths(reads) == set()


def test_objects_are_followed_whatever_they_hold_a_run_in():
    assert paths(Holds()) == {"infer.slot"}
    held = {
        "a list": [0, {"deep": (RUN,)}],
        "an iterator": iter(RUN),
        "a method": RUN.__getitem__,
        "a partial": functools.partial(max, RUN),
        "a namespace": types.SimpleNamespace(run=RUN),
        "messages": [{"x": each} for each in RUN],
        "rows": [(t, each) for t, each in enumerate(RUN)],
        "a stream": Stream(RUN),
        "bytes": np.array(RUN).tobytes(),
        "text": ", ".join(map(str, RUN)),
        "a frame of objects": np.array(RUN, dtype=object),
        "a generator": (each for each in RUN),
        "a record": np.array([(t, each) for t, each in enumerate(RUN)], dtype=[("t", int), ("x", float)]),
        "many arrays": [np.array(RUN[i : i + 4]) for i in range(150)],
    }
    for name, each in held.items():
        found = [run for _, run in Reach([("held", each)]).runs]
        assert any(RUN[5] in run and len(run) > 100 for run in found), name


class Refuses:
    def __getattr__(self, name):
        raise RuntimeError(name)

    def __array__(self, *_):
        raise SystemExit


def test_whatever_refuses_to_be_read_is_passed_over():
    circle: list[object] = [RUN]
    circle.append(circle)
    circle.append(Refuses())
    assert len(Reach([("circle", circle)]).runs) == 1
    assert runs_of_numbers(Refuses()) == []


def test_too_many_objects_are_not_all_looked_at_and_it_is_said(monkeypatch):
    monkeypatch.setattr("midplot.causality._reach.MOST_OBJECTS", 50)
    held = what_is_held(
        Reach([("many", [[object()] for _ in range(100)])]), None, [Part(0, None, 0, 0, 0, walk(100))], 30
    )
    assert not held.complete
    assert held.lines()[-1] == "not all was compared: it holds too many objects, or there are too many ticks"


def test_what_came_before_the_first_scored_tick_may_be_known():
    past, future = walk(900, 3)[:400], walk(900, 3)
    known = Reach([("known", past)])
    assert what_is_held(known, None, [Part(0, None, 0, 0, 400, future)], 30).found == ()
    assert what_is_held(known, None, [Part(0, None, 0, 0, 0, future)], 30).found[0].path == "known"


def test_the_state_at_the_ready_yield():
    class Attacker(Holds):
        def __init__(self):
            self.own, self.fed = RUN, 0

        def tick_and_predict(self, x, horizon):
            self.fed += 1
            return 0

    def infer(stream, hyper_parameters=None):
        known = RUN
        yield
        yield from (known[0] for _ in stream)

    def fails(stream):
        raise ValueError
        yield

    with Started(bound(Attacker)) as started:
        [(name, attacker)] = started.state()
        assert name == "self"
        assert attacker.own is RUN
        assert attacker.fed == 0
        started.feed(RUN)
        assert attacker.fed == 3
    with Started(bound(infer, hyper_parameters={"a": 1})) as started:
        assert dict(started.state()) == {"known": RUN, "hyper_parameters": {"a": 1}}
    with Started(bound(fails)) as started:
        started.feed(RUN)
        assert started.state() == []


# What is heard


def test_what_is_opened_for_reading_is_heard_once_with_its_size_and_number(tmp_path):
    file = tmp_path / "a.json"
    with listening() as heard:
        file.write_text("[1, 2]")  # written, not read
        file.read_text()
        file.open("rb").close()
        open(file.parent / "missing.json", "a").close()  # noqa: PTH123
        with pytest.raises(FileNotFoundError):
            (tmp_path / "gone").read_text()
    assert [(each.path, each.kind, each.size, each.times) for each in heard] == [
        (str(file), "a file", 6, 2),
        (str(tmp_path / "gone"), "a file", None, 1),
    ]


def test_connections_are_heard():
    with socket.create_server(("127.0.0.1", 0)) as server, listening() as heard:
        socket.create_connection(server.getsockname()).close()
    assert {each.kind for each in heard} == {"the address of a host", "a connection"}


def test_there_is_one_hook_and_it_does_nothing_when_nobody_listens(tmp_path, monkeypatch):
    added = []
    with listening():
        pass
    monkeypatch.setattr(sys, "addaudithook", added.append)
    with listening() as outer:
        with listening() as inner:
            (tmp_path / "inner").touch()
            (tmp_path / "inner").read_text()
        (tmp_path / "inner").read_text()
    (tmp_path / "inner").read_text()
    assert added == []
    assert _reads._listener is None
    assert [each.times for each in (*outer, *inner)] == [1, 1]


def test_listening_ends_when_an_error_is_raised():
    with pytest.raises(ZeroDivisionError), listening():
        raise ZeroDivisionError
    assert _reads._listener is None


def test_a_file_that_is_read_at_every_tick_is_heard_while_it_decides(tmp_path):
    small, large = tmp_path / "small.json", tmp_path / "large.bin"
    small.write_text("1")
    large.write_bytes(bytes(5000))

    class Reads:
        def __init__(self):
            self.side = int(small.read_text())

        def tick_and_predict(self, x, horizon):
            return large.read_bytes()[0] + self.side

    found = replay([walk(300)], infer=Reads, dry=True).verify(n_ticks=1)
    assert [(each.path, each.deciding, each.large, each.accused) for each in found.reads] == [
        (str(large), True, True, True),
        (str(small), False, False, False),
    ]
    assert not found.ok
    assert f"it reads {large}" in str(found)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_streams_that_stay_in_their_file_are_not_read_by_the_attacker(tmp_path, suffix):
    file = tmp_path / f"walks.{suffix}"
    times = pd.date_range("2024-01-01", periods=600, freq="min")
    frame = pd.concat(
        [pd.DataFrame({"time": times, "stream": name, "value": walk(600, seed)}) for seed, name in enumerate("ab")]
    )
    frame.to_csv(file, index=False) if suffix == "csv" else frame.to_parquet(file, index=False)
    streams = [stream for part in load_streams(file, lazy=True) for stream in part]
    found = replay(streams, infer=Remembers, dry=True).verify(n_ticks=2)
    assert found.reads == ()
    Remembers.seen.clear()


def test_many_ticks_are_compared_in_part_and_it_is_said(monkeypatch):
    monkeypatch.setattr("midplot.causality._verify.MOST_TICKS", 300)
    known = walk(400, 2)

    def infer(stream):
        yield
        for message in stream:
            yield known[0] - message["x"]

    streams = [walk(400, 1), known]
    found = replay(streams, infer=infer, dry=True).verify(n_ticks=1)
    assert found.holds == ()
    assert "not all was compared" in str(found)
    monkeypatch.undo()
    assert replay(streams, infer=infer, dry=True).verify(n_ticks=1).holds[0].stream == "stream 1"


# Why it decides differently


def depends_on_its_frames(stream):
    yield
    frame, depth = sys._getframe(), 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1
    for _ in stream:
        yield depth % 7


class Remembers:
    seen: list[float] = []  # noqa: RUF012 -- the fault that is to be found

    def tick_and_predict(self, x, horizon):
        self.seen.append(x)
        return x - sum(self.seen) / len(self.seen)


class Dice:
    def __init__(self):
        self.dice = np.random.default_rng()

    def tick_and_predict(self, x, horizon):
        return self.dice.normal()


@pytest.mark.parametrize(
    ("infer", "cause"),
    [(Dice, "dice"), (Remembers, "memory"), (depends_on_its_frames, "surroundings")],
)
def test_fresh_processes_tell_why_it_decides_differently(infer, cause):
    assert cause_of_change(walk(60), bound(infer)) == cause


def test_what_cannot_be_sent_is_not_told():
    handle = socket.socket()
    handle.close()

    def infer(stream):
        yield
        for _ in stream:
            yield handle.fileno()

    assert cause_of_change(walk(20), bound(infer)) is None


def test_who_decides_by_its_surroundings_looks_behind_its_stream():
    def knows_where_it_is(stream):
        yield
        deep, frame = False, sys._getframe()
        while frame is not None:
            deep, frame = deep or frame.f_code.co_name == "verify_replays", frame.f_back
        for _ in stream:
            yield -1 if deep else 1

    found = replay([walk(100)], infer=knows_where_it_is, dry=True).verify(n_ticks=1)
    assert (found.ok, found.causal, found.deterministic, found.cause) == (False, False, False, "surroundings")
    assert "it looks behind its stream" in str(found)


# How much history it needs


class MovesOver:
    def __init__(self, window):
        self.window, self.seen = window, []

    def tick_and_predict(self, x, horizon):
        self.seen.append(x)
        return 0 if len(self.seen) <= self.window else x - self.seen[-1 - self.window]


class Averages:
    """Remembers everything, ever less."""

    mean = None

    def tick_and_predict(self, x, horizon):
        self.mean = x if self.mean is None else 0.9 * self.mean + 0.1 * x
        return x - self.mean


class Mean:
    def __init__(self):
        self.total, self.n = 0.0, 0

    def tick_and_predict(self, x, horizon):
        self.total, self.n = self.total + x, self.n + 1
        return x - self.total / self.n


def history(infer, n=3000):
    result = replay([walk(n, 5)], infer=infer, dry=True)
    return history_of([part.replay for part in result.ledger.parts], result.bound_infer)


@pytest.mark.parametrize("window", [1, 7, 60])
def test_what_it_needs_and_when_it_settles_is_exact_for_a_window(window):
    found = history(lambda: MovesOver(window))
    # By hand: the first decision is at tick `window`, from window + 1 ticks, and all ticks before it differ.
    assert (found.needed, found.settled) == (window + 1, window)
    assert found.differing == ((125, 0.0), (250, 0.0), (500, 0.0), (1000, 0.0))


def test_one_that_forgets_slowly_settles_later_and_one_that_never_forgets_does_not():
    forgets, never = history(Averages), history(Mean)
    assert 20 < forgets.settled < 400
    assert never.settled is None
    shares = [share for _, share in never.differing]
    assert len(shares) == 4
    assert min(shares) > 0
    said = str(replay([walk(3000, 5)], infer=Mean, dry=True).verify(n_ticks=1))
    assert (
        f"never quite the same as with all of its past: {shares[-1]:.1%} of its decisions differ after 1,000 ticks"
        in said
    )


def test_the_warm_up_of_a_replay_is_what_is_multiplied():
    result = replay([walk(2000, 5)], infer=lambda: MovesOver(5), start_index=50, warmup=40, dry=True)
    found = history_of([part.replay for part in result.ledger.parts], result.bound_infer)
    assert [ticks for ticks, _ in found.differing] == [40, 80, 160, 320]


# The size of leak that so much data could have shown


@pytest.mark.parametrize(("n", "n_streams"), [(1500, 1), (3000, 2), (800, 6)])
def test_a_leak_that_is_larger_than_the_smallest_is_found_and_one_that_is_much_smaller_is_not(n, n_streams):
    streams = [walk(n, seed) for seed in range(n_streams)]
    dice = np.random.default_rng(0)

    def reader(hits):
        whole = reader_of(streams)

        def decide(values):
            right = np.repeat(dice.random(len(values) // HORIZON + 1) < hits, HORIZON)[: len(values)]
            return whole(values) * np.where(right, 1, -1)

        return decide

    def found(hits, seed):
        rng = np.random.default_rng(seed)
        return earned_elsewhere(
            replays_of(streams), lambda part: reader(hits)(part.values), horizon=HORIZON, rng=rng
        ).earnings

    smallest = found(0.5, 0).smallest
    assert 0.5 < smallest < 1
    above = [found(min(1, smallest + 0.15), seed).is_leak for seed in range(8)]
    below = [found(0.5 + (smallest - 0.5) / 4, seed).is_leak for seed in range(8)]
    assert sum(above) >= 6
    assert sum(below) <= 1


def test_what_is_earned_elsewhere_too_raises_what_is_needed():
    assert Earnings(5.0, 1.0, 10.0).is_leak
    assert not Earnings(5.0, 3.5, 10.0).is_leak
    assert Earnings(0.0, 0.0, 10.0).smallest == 0.5 + 0.5 * LEAK_Z / 10
    assert Earnings(0.0, 0.0, 3.0).smallest is None
