"""Nothing reachable from what an attacker is given holds the future; a stream has no length and no index either."""

from __future__ import annotations

import gc
import types

import numpy as np
import pytest

from midplot.play._attacker import InferParameters, as_infer, bind
from midplot.play._direct import Direct, driven
from midplot.play._lockstep import Lockstep

VALUES = [10.0, 11.0, 12.0, 13.0, 14.0, 15.0]


def play(infer, values=VALUES, chunk=4, message=None):
    lockstep = Lockstep(infer, "stream 3", 100, len(values), message)
    for start in range(0, len(values), chunk):
        lockstep.run(values[start : start + chunk])
    lockstep.finish()


def reachable(start, depth=12):
    """Return the objects reachable from one, not through modules, types, code and functions."""
    opaque = (types.ModuleType, type, types.FunctionType, types.BuiltinFunctionType, types.CodeType)
    seen, found, level = {id(start)}, [start], [start]
    for _ in range(depth):
        level = [each for parent in level for each in _neighbours(parent) if not isinstance(each, opaque)]
        level = [each for each in level if not _is_namespace(each) and id(each) not in seen]
        seen.update(map(id, level))
        found += level
    return found


def _neighbours(thing):
    names = ("gi_frame", "gi_yieldfrom", "f_back", "f_locals", "f_trace", "__dict__")
    return [*gc.get_referents(thing), *(getattr(thing, name, None) for name in names)]


def _is_namespace(thing):
    return isinstance(thing, dict) and ("__builtins__" in thing or thing.get("__name__") == "builtins")


def numbers_in(things):
    arrays = [thing.ravel().tolist() for thing in things if isinstance(thing, np.ndarray) and thing.dtype.kind == "f"]
    return {thing for thing in things if isinstance(thing, float)}.union(*arrays)


SECRETS = [1000.0625 + i for i in range(20)]


@pytest.mark.parametrize("message", [None, lambda x: {"x": x}], ids=["dict", "made"])
def test_nothing_reachable_from_the_stream_holds_the_future(message):
    def infer(stream):
        yield
        for tick, each in enumerate(stream):
            found = numbers_in(reachable(stream) + reachable(each))
            assert found.isdisjoint(SECRETS[tick + 1 :])
            walked.append(len(found))
            yield 0

    walked = []
    play(infer, SECRETS, len(SECRETS), message)
    assert len(walked) == len(SECRETS)


def test_nothing_reachable_from_a_class_that_is_called_directly_holds_the_future():
    class Looking:
        def __init__(self):
            self.shown = []

        def tick_and_predict(self, *told):
            self.shown.append(told)
            found = numbers_in(reachable(self))
            assert found.isdisjoint(SECRETS[len(self.shown) :])
            walked.append(len(found))
            return 0

    walked = []
    drive = driven(bind(as_infer(Looking), InferParameters()), "stream 3", 100, len(SECRETS))
    attacker = drive.held()["self"]
    drive.run(SECRETS)
    assert type(drive) is Direct
    assert walked == list(range(1, len(SECRETS) + 1))
    assert attacker.shown == [(x, 30) for x in SECRETS]


def test_the_walk_finds_the_future_where_there_is_one():
    class Leaky:
        def __init__(self):
            self.rest = iter([{"x": x} for x in SECRETS])

    for leaky in (iter(SECRETS), Leaky(), ({"x": x} for x in SECRETS), ({"x": x} for x in np.array(SECRETS))):
        assert numbers_in(reachable(leaky)).issuperset(SECRETS[1:])


def test_peeking_at_the_frame_of_the_stream_shows_the_past_only():
    peeked = []

    def infer(stream):
        yield
        for message in stream:
            frame = stream.gi_frame
            assert frame.f_back is None
            gate = frame.f_locals["gate"]
            peeked.append((message["x"], gate.x, frame.f_locals["x"]))
            yield 0

    play(infer, chunk=6)
    assert peeked == [(x, None, x) for x in VALUES]


@pytest.mark.parametrize(
    "ask",
    [len, lambda s: s[0], lambda s: s[1:], reversed, lambda s: s.__length_hint__(), lambda s: s.values],
    ids=["len", "index", "slice", "reversed", "length hint", "values"],
)
@pytest.mark.parametrize("message", [None, float], ids=["dict", "made"])
def test_the_stream_has_no_length_and_no_index(ask, message):
    def infer(stream):
        with pytest.raises((TypeError, AttributeError)):
            ask(stream)
        asked.append(True)
        yield
        for _ in stream:
            yield 0

    asked = []
    play(infer, message=message)
    assert asked == [True]
