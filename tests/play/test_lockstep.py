"""One message out, one decision in: what counts as a decision, what is timed, and what ends it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot.errors import ProtocolError
from midplot.play._lockstep import Lockstep

VALUES = [10.0, 11.0, 12.0, 13.0, 14.0, 15.0]
FIRST = 100
"""The original index of the first value, so that messages are seen to name original indices."""


def feed(lockstep, values=VALUES, chunk=4):
    for start in range(0, len(values), chunk):
        lockstep.run(values[start : start + chunk])
    lockstep.finish()


def play(infer, values=VALUES, chunk=4, message=None):
    lockstep = Lockstep(infer, "stream 3", FIRST, len(values), message)
    feed(lockstep, values, chunk)
    return lockstep


def decide(function):
    """Return an infer that decides by a function of the tick, from 0."""

    def infer(stream):
        yield
        for tick, _ in enumerate(stream):
            yield function(tick)

    return infer


def at(tick, decision, otherwise=0):
    return decide(lambda t: decision if t == tick else otherwise)


# What goes well


@given(st.lists(st.floats(allow_nan=False), max_size=30), st.integers(1, 10))
def test_each_message_comes_once_and_each_decision_is_kept(values, chunk):
    seen = []

    def infer(stream):
        yield
        for message in stream:
            seen.append(message)
            yield message["x"]

    lockstep = play(infer, values, chunk)
    assert seen == [{"x": x} for x in values]
    assert lockstep.decisions().tolist() == values
    assert lockstep.done == len(lockstep.latency_ns()) == len(values)


def test_a_message_is_made_only_after_the_decision_on_the_one_before():
    events = []

    def make(x):
        events.append(("message", x))
        return x

    def infer(stream):
        yield
        for x in stream:
            events.append(("decision", x))
            yield x

    play(infer, message=make)
    assert events == [(what, x) for x in VALUES for what in ("message", "decision")]


def test_a_message_that_the_attacker_changes_changes_nothing():
    def infer(stream):
        yield
        for message in stream:
            x = message.pop("x")
            message["x"] = -1.0
            yield x

    assert play(infer).decisions().tolist() == VALUES


def test_the_stream_can_be_pulled_by_next_and_without_a_loop():
    def infer(stream):
        yield
        first = next(stream)
        yield first["x"]
        yield from (message["x"] for message in stream)

    assert play(infer).decisions().tolist() == VALUES


def test_code_after_the_loop_runs():
    ran = []

    def infer(stream):
        yield
        for _ in stream:
            yield 0
        ran.append(True)

    play(infer)
    assert ran == [True]


class Side(IntEnum):
    SHORT = -2


class ZeroDimensional:
    """As the tensors of other libraries."""

    ndim = 0

    def __float__(self):
        return 0.5


ACCEPTED = [
    (1, 1.0),
    (-2.5, -2.5),
    (True, 1.0),
    (False, 0.0),
    (-0.0, 0.0),
    (np.float64(1.5), 1.5),
    (np.float32(1.5), 1.5),
    (np.float16(-1.5), -1.5),
    (np.longdouble("1.5"), 1.5),
    (np.int8(-1), -1.0),
    (np.uint64(3), 3.0),
    (np.bool_(True), 1.0),
    (np.array(-1.5), -1.5),
    (np.array(2, dtype=np.int32), 2.0),
    (np.array(True), 1.0),
    (Fraction(-1, 2), -0.5),
    (Decimal("0.5"), 0.5),
    (Decimal("Infinity"), np.inf),
    (Side.SHORT, -2.0),
    (ZeroDimensional(), 0.5),
    (float("inf"), np.inf),
    (-np.inf, -np.inf),
    (np.array(-np.inf), -np.inf),
    (10**400, np.inf),
    (-(10**400), -np.inf),
    (Fraction(-(10**400)), -np.inf),
    (Decimal("1e400"), np.inf),
]


@pytest.mark.parametrize(("decision", "expected"), ACCEPTED, ids=lambda x: f"{x!r:.30}")
def test_real_numbers_are_decisions(decision, expected):
    decisions = play(at(2, decision, otherwise=-1)).decisions()
    assert decisions.dtype == np.float64
    assert decisions.tolist() == [-1, -1, expected, -1, -1, -1]


REFUSED = [
    (None, "None"),
    ("1", "'1' (str)"),
    (b"1", "b'1' (bytes)"),
    (np.str_("1"), "(str_)"),
    ([1.0], "[1.0] (list)"),
    ((), "() (tuple)"),
    ({"x": 1.0}, "(dict)"),
    (np.array([1.0]), "array([1.]) (ndarray)"),
    (np.array([]), "(ndarray)"),
    (np.array("1"), "(ndarray)"),
    (np.array(1.0, dtype=object), "(ndarray)"),
    (1j, "1j (complex)"),
    (np.complex128(1), "(complex128)"),
    (np.array(1j), "(ndarray)"),
    (datetime(2020, 1, 1, tzinfo=UTC), "(datetime)"),
    (np.datetime64("2020-01-01"), "(datetime64)"),
    (np.timedelta64(1, "s"), "(timedelta64)"),
    (object, "(type)"),
    (float, "(type)"),
    (Decimal("sNaN"), "sNaN"),
    (float("nan"), "nan"),
    (np.float32("nan"), "nan"),
    (np.array(np.nan), "nan"),
    (Decimal("NaN"), "nan"),
    ([0.0] * 1000, "... (list)"),
]


@pytest.mark.parametrize(
    ("decision", "words", "tick"),
    [*((*each, 2) for each in REFUSED), *((*REFUSED[0], tick) for tick in (0, 5))],
    ids=lambda x: f"{x!r:.30}",
)
def test_anything_else_is_no_decision(decision, words, tick):
    lockstep = Lockstep(at(tick, decision, otherwise=1), "stream 3", FIRST, len(VALUES))
    with pytest.raises(ProtocolError) as caught:
        feed(lockstep)
    text = str(caught.value)
    assert text.startswith(f"stream 3, tick {FIRST + tick}: expected a number as decision, got ")
    assert words in text
    assert "Yield " in text
    assert len(text) < 300
    assert lockstep.decisions().tolist() == [1.0] * tick


class Exhausted:
    """A number, as it seems, that ends an iteration when it is asked for its value."""

    ndim = 0

    def __float__(self):
        raise StopIteration


class ExhaustedFromTheStart:
    @property
    def ndim(self):
        raise StopIteration


@pytest.mark.parametrize("decision", [Exhausted(), ExhaustedFromTheStart()])
def test_a_decision_that_raises_stopiteration_is_not_taken_for_the_end_of_infer(decision):
    lockstep = Lockstep(at(2, decision, otherwise=1), "stream 3", FIRST, len(VALUES))
    with pytest.raises(RuntimeError, match="the decision raised StopIteration") as caught:
        feed(lockstep)
    assert caught.value.__notes__ == [f"stream 3, tick {FIRST + 2}"]
    assert lockstep.decisions().tolist() == [1.0, 1.0]


def test_the_first_fault_counts_whatever_comes_after_it_in_the_same_chunk():
    def decision(tick):
        if tick == 3:
            raise KeyError("later")
        return np.nan if tick == 1 else 0

    with pytest.raises(ProtocolError, match=r"stream 3, tick 101: .* got nan"):
        play(decide(decision))


@pytest.mark.parametrize("kind", [np.float64, np.int64])
def test_an_array_that_is_yielded_again_and_again_cannot_rewrite_the_past(kind):
    decision = np.array(0, dtype=kind)

    def infer(stream):
        yield
        for message in stream:
            decision[...] = message["x"]
            yield decision
        decision[...] = -99

    lockstep = play(infer)
    decision[...] = -99
    assert lockstep.decisions().tolist() == VALUES


def test_decisions_are_given_out_read_only():
    decisions = play(decide(float)).decisions()
    with pytest.raises(ValueError, match="read-only"):
        decisions[0] = 9.0


# An attacker's own exceptions


class Unusual(Exception):  # noqa: N818 - an attacker names its exceptions as it likes
    pass


@pytest.mark.parametrize("error", [ValueError("a"), Unusual(), ProtocolError("another replay's"), OverflowError("b")])
@pytest.mark.parametrize("tick", [0, 2, 5])
def test_an_exception_goes_through_unchanged_with_a_note(error, tick):
    def decision(now):
        if now == tick:
            raise error
        return 1

    error.__dict__.pop("__notes__", None)
    lockstep = Lockstep(decide(decision), "stream 3", FIRST, len(VALUES))
    with pytest.raises(type(error)) as caught:
        feed(lockstep)
    assert caught.value is error
    assert caught.value.__notes__ == [f"stream 3, tick {FIRST + tick}"]
    assert lockstep.decisions().tolist() == [1.0] * tick


def test_an_exception_before_the_first_tick_and_after_the_last_says_so():
    def early(stream):
        raise Unusual
        yield

    def at_call(stream):
        raise Unusual

    def late(stream):
        yield
        for _ in stream:
            yield 0
        raise Unusual

    for infer, note in ((early, "before the first tick"), (at_call, "before the first tick"), (late, "after the last")):
        with pytest.raises(Unusual) as caught:
            play(infer)
        assert caught.value.__notes__[0].startswith(f"stream 3, {note}")


@pytest.mark.parametrize(("error", "raised"), [(KeyboardInterrupt, KeyboardInterrupt), (GeneratorExit, ProtocolError)])
def test_an_interrupt_goes_through_and_keeps_the_decisions(error, raised):
    def decision(tick):
        if tick == 4:
            raise error
        return tick

    lockstep = Lockstep(decide(decision), "stream 3", FIRST, len(VALUES))
    with pytest.raises(raised):
        feed(lockstep)
    assert lockstep.decisions().tolist() == [0.0, 1.0, 2.0, 3.0]
    assert lockstep.done == len(lockstep.latency_ns()) == 4


def test_closing_stops_the_attacker_and_lets_it_clean_up():
    cleaned = []

    def infer(stream):
        yield
        try:
            for _ in stream:
                yield 0
        finally:
            cleaned.append(True)

    lockstep = Lockstep(infer, "stream 3", FIRST, len(VALUES))
    lockstep.run(VALUES[:2])
    lockstep.close()
    assert cleaned == [True]
    assert lockstep.held() == {}


def test_an_error_while_closing_does_not_hide_what_ended_the_replay():
    def infer(stream):
        yield
        for _ in stream:
            try:
                yield 0
            except:  # noqa: E722 - as an attacker may be written
                yield 0

    lockstep = Lockstep(infer, "stream 3", FIRST, len(VALUES))
    lockstep.run(VALUES[:2])
    cause = ValueError("the reason")
    lockstep.close(cause)
    (note,) = cause.__notes__
    assert note.startswith("stream 3: when the attacker was stopped, it raised RuntimeError(")


# Latency


class Clock:
    """A clock that moves only where it is told to."""

    def __init__(self):
        self.now = 0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("midplot.play._drive.perf_counter_ns", clock)
    return clock


def timed(clock, took, chunk):
    """Feed an attacker that takes so long at each tick, with a pause before each chunk."""

    def infer(stream):
        clock.now += 1000
        yield
        for tick, _ in enumerate(stream):
            clock.now += took[tick]
            yield 0

    lockstep = Lockstep(infer, "stream 3", FIRST, len(VALUES))
    for start in range(0, len(VALUES), chunk):
        clock.now += 1_000_000
        lockstep.run(VALUES[start : start + chunk])
    lockstep.finish()
    return lockstep


@pytest.mark.parametrize("chunk", [1, 2, 6])
def test_latency_is_what_the_attacker_took_and_no_pause_between_chunks(clock, chunk):
    took = [5, 70, 0, 11, 2, 9]
    lockstep = timed(clock, took, chunk)
    assert lockstep.startup_ns == 1000
    assert lockstep.latency_ns().tolist() == took
    assert lockstep.latency_ns().dtype == np.int32


@pytest.mark.parametrize("chunk", [1, 2, 6])
def test_a_latency_of_many_seconds_is_exact(clock, chunk):
    took = [5, 2**31 - 1, 2**31, 11, 2**40 + 1, 9]
    assert timed(clock, took, chunk).latency_ns().tolist() == took


def test_decisions_cut_short_have_a_latency_each(clock):
    def infer(stream):
        yield
        for tick, _ in enumerate(stream):
            clock.now += tick + 1
            yield np.nan if tick == 3 else 0

    lockstep = Lockstep(infer, "stream 3", FIRST, len(VALUES))
    with pytest.raises(ProtocolError):
        feed(lockstep)
    assert lockstep.latency_ns().tolist() == [1, 2, 3]
