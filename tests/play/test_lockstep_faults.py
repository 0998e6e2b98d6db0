"""Each fault against the protocol is found at its tick, in the runner's words, even where it is swallowed."""

from __future__ import annotations

import contextlib
import itertools

import pytest

from midplot.errors import MidplotError, ProtocolError
from midplot.play._lockstep import Lockstep

VALUES = [10.0, 11.0, 12.0, 13.0, 14.0, 15.0]


def play(infer, values=VALUES, chunk=4, message=None):
    lockstep = Lockstep(infer, "stream 3", 100, len(values), message)
    for start in range(0, len(values), chunk):
        lockstep.run(values[start : start + chunk])
    lockstep.finish()


# Faults: (infer, where, the runner's words, what to do)


def not_a_generator(stream):
    return 3.0


def a_list_of_decisions(stream):
    return [0 for _ in range(6)]


def pulls_at_once(stream):
    return [0 for _ in stream]


def first_yield_a_decision(stream):
    yield 1.0
    for _ in stream:
        yield 0


def no_ready(stream):
    for _ in stream:
        yield 0


def no_ready_caught(stream):
    try:
        next(stream)
    except ProtocolError:
        yield
    yield 0


def never_yields(stream):
    return
    yield


def looks_ahead_on_each_second(stream):
    yield
    for message in stream:
        yield message["x"] - next(stream)["x"]


def reads_all_first(stream):
    yield
    xs = [message["x"] for message in stream]
    yield from xs


def tees(stream):
    yield
    one, other = itertools.tee(stream)
    next(other)
    for _ in zip(one, other, strict=False):
        yield 0


def forgets_a_yield(stream):
    yield
    for tick, _ in enumerate(stream):
        if tick != 2:
            yield 0


def yields_twice(stream):
    yield
    for tick, _ in enumerate(stream):
        yield 0
        if tick == 2:
            yield 0


def yields_without_pulling(stream):
    yield
    while True:
        yield 0


def yields_twice_on_the_last(stream):
    yield
    for _ in stream:
        yield 0
    yield 1.0


def returns_early(stream):
    yield
    for tick, _ in enumerate(stream):
        if tick == 2:
            return
        yield 0


def closes_its_stream(stream):
    yield
    for tick, _ in enumerate(stream):
        if tick == 2:
            stream.close()
        yield 0


NOT_CALLED = "yield not called"
READY_FIRST = "yield must be called once before the loop"
LOOK_AHEAD = "previous value not yield-ed"
MULTIPLE = "multiple yield detected"

FAULTS = [
    (not_a_generator, "stream 3:", NOT_CALLED, "3.0 (float), not a generator. Write infer with a bare `yield`"),
    (a_list_of_decisions, "stream 3:", NOT_CALLED, "(list), not a generator"),
    (pulls_at_once, "stream 3:", READY_FIRST, "Put a bare `yield` before the first use of the stream"),
    (first_yield_a_decision, "stream 3:", "first yield must return None", "got 1.0 (float). Put a bare `yield`"),
    (no_ready, "stream 3:", READY_FIRST, "a message was pulled before the attacker said it was ready"),
    (no_ready_caught, "stream 3:", READY_FIRST, "Put a bare `yield` before the first use of the stream"),
    (never_yields, "stream 3:", READY_FIRST, "infer ended without a yield. Put a bare `yield` before the loop"),
    (looks_ahead_on_each_second, "stream 3, tick 100:", LOOK_AHEAD, "look-ahead. Yield one decision for each message"),
    (reads_all_first, "stream 3, tick 100:", LOOK_AHEAD, "in the loop"),
    (tees, "stream 3, tick 100:", LOOK_AHEAD, "in the loop"),
    (forgets_a_yield, "stream 3, tick 102:", LOOK_AHEAD, "in the loop"),
    (yields_twice, "stream 3, tick 103:", MULTIPLE, "a message that was not pulled. Yield once for each message"),
    (yields_without_pulling, "stream 3, tick 100:", MULTIPLE, "Yield once for each message"),
    (yields_twice_on_the_last, "stream 3, after the last tick:", MULTIPLE, "1.0 (float) was yielded when no message"),
    (
        returns_early,
        "stream 3, tick 102:",
        "yield not called enough time (2 / 6)",
        "Let infer run until its stream ends",
    ),
    (closes_its_stream, "stream 3, tick 103:", "yield not called enough time (3 / 6)", "do not return from the loop"),
]


@pytest.mark.parametrize("chunk", [1, 3, 6])
@pytest.mark.parametrize(("infer", "where", "runner", "advice"), FAULTS, ids=lambda x: getattr(x, "__name__", ""))
def test_faults_name_stream_and_tick_in_the_runners_words(infer, where, runner, advice, chunk):
    with pytest.raises(ProtocolError) as caught:
        play(infer, chunk=chunk)
    text = str(caught.value)
    assert isinstance(caught.value, RuntimeError)
    assert isinstance(caught.value, MidplotError)
    assert text.startswith(f"{where} {runner}")
    assert advice in text
    assert not getattr(caught.value, "__notes__", [])


# Attackers that swallow the fault, at tick 2


def swallow_by_except(stream):
    yield
    for tick, _ in enumerate(stream):
        if tick == 2:
            with contextlib.suppress(Exception):
                next(stream)
        yield 0


def swallow_by_bare_except(stream):
    yield
    for tick, _ in enumerate(stream):
        if tick == 2:
            try:  # noqa: SIM105
                next(stream)
            except:  # noqa: E722 - as an attacker may be written
                pass
        yield 0


def swallow_by_default(stream):
    yield
    for tick, _ in enumerate(stream):
        if tick == 2:
            try:
                list(stream)
            except RuntimeError:
                next(stream, None)  # the feed has ended
        yield 0


def swallow_and_go_on_yielding(stream):
    yield
    tick = 0
    while True:
        try:
            next(stream)
            if tick == 2:
                next(stream)
        except (ProtocolError, StopIteration):
            pass
        tick += 1
        yield 0


def swallow_and_return(stream):
    yield
    for tick, _ in enumerate(stream):
        if tick == 2:
            try:
                next(stream)
            except ProtocolError:
                return
        yield 0


def swallow_and_raise_something_else(stream):
    yield
    for tick, _ in enumerate(stream):
        if tick == 2:
            try:
                next(stream)
            except ProtocolError:
                raise KeyError("mine") from None
        yield 0


def swallow_and_raise_later(stream):
    yield
    for tick, _ in enumerate(stream):
        if tick == 2:
            try:
                next(stream)
            except ProtocolError:
                yield 0
                raise KeyError("mine") from None
        yield 0


def swallow_in_a_finally(stream):
    yield
    try:
        for tick, _ in enumerate(stream):
            if tick == 2:
                next(stream)
            yield 0
    finally:
        next(stream, None)


SWALLOWERS = [
    swallow_by_except,
    swallow_by_bare_except,
    swallow_by_default,
    swallow_and_go_on_yielding,
    swallow_and_return,
    swallow_and_raise_something_else,
    swallow_and_raise_later,
    swallow_in_a_finally,
]


@pytest.mark.parametrize("chunk", [1, 2, 3, 6])
@pytest.mark.parametrize("infer", SWALLOWERS)
def test_a_swallowed_look_ahead_is_still_a_fault_at_its_own_tick(infer, chunk):
    with pytest.raises(ProtocolError, match=r"^stream 3, tick 102: previous value not yield-ed"):
        play(infer, chunk=chunk)


@pytest.mark.parametrize("infer", SWALLOWERS)
def test_a_swallowed_look_ahead_on_the_last_tick_is_a_fault(infer):
    with pytest.raises(ProtocolError, match=r"^stream 3, tick 102: previous value not yield-ed"):
        play(infer, VALUES[:3])
