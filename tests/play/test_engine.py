"""A part is replayed in chunks, with checkpoints between them that have no influence on the outcome."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot.errors import ProtocolError
from midplot.play._engine import LARGEST_CHUNK, PartRun, paced
from midplot.streams._stream import Stream, cut_into_parts


def part_of(n, warmup=0):
    (part,) = cut_into_parts(Stream(np.arange(float(n)) + 1.0, 3, "eurusd", offset=50), 50 + warmup, None, warmup)
    return part


def echo(stream):
    yield
    for message in stream:
        yield message["x"]


def fails_at(x, error):
    def infer(stream):
        yield
        for message in stream:
            if message["x"] == x:
                raise error
            yield message["x"]

    return infer


@pytest.fixture
def seconds_a_look(monkeypatch):
    """Make the engine's clock move by a fixed time at each look, and so its chunks known."""

    def use(seconds):
        ticks = itertools.count()
        monkeypatch.setattr("midplot.play._engine.perf_counter", lambda: next(ticks) * seconds)

    return use


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(1.0, list(range(1, 31))), (0.0, [1, 5, 21, 30]), (1 / 64, [1, 4, 13, 30])],
)
def test_chunks_are_paced_by_time(seconds_a_look, seconds, expected):
    seconds_a_look(seconds)
    checkpoints = list(PartRun(part_of(30), echo))
    assert [c.done for c in checkpoints] == expected
    assert {c.total for c in checkpoints} == {30}
    assert [c.elapsed for c in checkpoints] == sorted(c.elapsed for c in checkpoints)


@given(st.integers(1, LARGEST_CHUNK), st.floats(0, 1e6))
def test_a_chunk_is_never_empty_nor_grows_without_bounds(chunk, seconds):
    assert 1 <= paced(chunk, seconds) <= min(4 * chunk, LARGEST_CHUNK)


def test_each_checkpoint_shows_the_state_by_now(seconds_a_look):
    seconds_a_look(0.0)
    part = part_of(30)
    for checkpoint in PartRun(part, echo):
        outcome = checkpoint.run.outcome()
        assert checkpoint.part is part
        assert outcome.decisions.tolist() == part.values[: checkpoint.done].tolist()
        assert outcome.n_ticks == len(outcome.latency_ns) == checkpoint.done
        assert not outcome.complete


@pytest.mark.parametrize("seconds", [0.0, 0.01, 1.0])
def test_the_outcome_does_not_depend_on_the_chunks(seconds_a_look, seconds):
    seconds_a_look(seconds)
    run = PartRun(part_of(200, warmup=20), echo)
    assert len(list(run)) > 1
    outcome = run.outcome()
    assert outcome.complete
    assert outcome.decisions.tolist() == outcome.part.values.tolist()
    assert outcome.part.values[outcome.scored].tolist() == np.arange(21.0, 201.0).tolist()


def test_nothing_can_be_written_through_a_checkpoint():
    for checkpoint in PartRun(part_of(5), echo):
        for array in (checkpoint.part.values, checkpoint.run.outcome().decisions):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0.0


def test_before_it_runs_the_outcome_is_empty():
    outcome = PartRun(part_of(3), echo).outcome()
    assert (outcome.n_ticks, outcome.startup_ns, outcome.complete) == (0, 0, False)


@pytest.mark.parametrize(
    ("infer", "n_ticks", "error"),
    [
        (fails_at(4.0, ValueError()), 3, ValueError),
        (fails_at(4.0, KeyboardInterrupt()), 3, KeyboardInterrupt),
        (lambda stream: 3, 0, ProtocolError),
    ],
)
def test_what_was_decided_before_an_error_is_kept(infer, n_ticks, error):
    run = PartRun(part_of(9), infer)
    with pytest.raises(error):
        list(run)
    outcome = run.outcome()
    assert outcome.n_ticks == n_ticks
    assert not outcome.complete


def test_an_error_after_the_last_tick_leaves_the_part_incomplete():
    def infer(stream):
        yield from echo(stream)
        yield 1

    run = PartRun(part_of(3), infer)
    with pytest.raises(ProtocolError, match=r"stream 3 'eurusd', after the last tick: multiple yield detected"):
        list(run)
    assert run.outcome().n_ticks == 3
    assert not run.outcome().complete


def test_a_run_that_is_left_lets_the_attacker_clean_up():
    cleaned = []

    def infer(stream):
        yield
        try:
            for _ in stream:
                yield 0
        finally:
            cleaned.append(True)

    checkpoints = iter(PartRun(part_of(9), infer))
    next(checkpoints)
    checkpoints.close()
    assert cleaned == [True]


def stubborn(stream):
    yield
    for message in stream:
        try:
            yield None if message["x"] == 2.0 else 0
        except:  # noqa: E722 - as an attacker may be written
            yield 0


def test_an_attacker_that_resists_its_end_does_not_hide_the_fault():
    with pytest.raises(ProtocolError, match="tick 51: expected a number as decision, got None") as caught:
        list(PartRun(part_of(9), stubborn))
    assert "when the attacker was stopped, it raised RuntimeError" in caught.value.__notes__[0]


def test_an_attacker_that_resists_being_left_says_so():
    checkpoints = iter(PartRun(part_of(9), stubborn))
    next(checkpoints)
    with pytest.raises(RuntimeError, match="ignored GeneratorExit"):
        checkpoints.close()


def test_the_messages_are_made_as_asked():
    seen = []

    def infer(stream):
        yield
        for message in stream:
            seen.append(message)
            yield 0

    list(PartRun(part_of(3), infer, message=lambda x: ("made", x)))
    assert seen == [("made", 1.0), ("made", 2.0), ("made", 3.0)]


def test_probes_are_sampled_after_each_decision():
    class Counting:
        n = 0

        def tick_and_predict(self, x, horizon):
            self.n += 1
            return x

    def infer(stream):
        attacker = Counting()
        yield
        for message in stream:
            yield attacker.tick_and_predict(message["x"], 3)

    run = PartRun(part_of(5), infer, ["n", lambda attacker: attacker.n * 10])
    list(run)
    outcome = run.outcome()
    assert {name: values.tolist() for name, values in outcome.probes.items()} == {
        "n": [1, 2, 3, 4, 5],
        "<lambda>": [10, 20, 30, 40, 50],
    }
    assert outcome.decisions.tolist() == part_of(5).values.tolist()
