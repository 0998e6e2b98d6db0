"""An attacker class is called directly, whatever it comes wrapped in; whatever may do more than it is not."""

from __future__ import annotations

import functools
import gc
import sys
import weakref

import cloudpickle
import numpy as np
import pytest

from midplot import replay
from midplot.crunch import StreamMessage
from midplot.errors import ArgumentTypeError, ProtocolError
from midplot.examples import MeanReversionAttacker, MomentumAttacker
from midplot.helpers import wrap
from midplot.play._attacker import InferParameters, as_infer, bind
from midplot.play._direct import BoundClass, Direct, driven
from midplot.play._engine import PartRun
from midplot.play._lockstep import Lockstep
from midplot.play._trial import Trial
from midplot.streams._stream import Stream, cut_into_parts


class Follower:
    """Bets on the last move, and notes who calls it."""

    callers: list[str]
    last: float | None = None
    scale: float = 1.0

    def __init__(self):
        self.callers = []

    def tick_and_predict(self, x, horizon):
        self.callers.append(sys._getframe(1).f_code.co_qualname)
        before, self.last = self.last, x
        return 0 if before is None else self.scale * (x - before)

    def update_from_hyper_parameters(self, scale):
        self.scale = scale

    def load_params(self, folder):
        self.scale = float(folder)

    def infer(self, stream):
        """Decide otherwise, as a generator of its own."""
        yield
        for _ in stream:
            yield 7


class Sub(Follower):
    def tick_and_predict(self, x, horizon):
        return -super().tick_and_predict(x, horizon)


class TickThenPredict:
    def tick(self, x):
        self.x = x

    def predict(self, horizon):
        return self.x * horizon


def assigned():
    attacker = type("Plain", (), {})()
    attacker.tick_and_predict = lambda x, horizon: x
    return attacker


class Delegating:
    def __init__(self):
        self.inner = Follower()

    def __getattr__(self, name):
        return getattr(self.inner, name)


def bound(infer, **given):
    return bind(as_infer(infer), InferParameters(**given))


def drive_of(infer, n=3, message=None, **given):
    return driven(bound(infer, **given), "stream 3", 100, n, message)


def decided(infer, values=(1.0, 2.0, 4.0), **given):
    return Trial(list(values), bound(infer, **given)).decisions.tolist()


CLASSES = [
    Follower,
    Sub,
    TickThenPredict,
    Delegating,
    assigned,
    MomentumAttacker,
    MeanReversionAttacker,
    lambda: Sub(),
    functools.partial(Follower),
    wrap(Follower),
    wrap(lambda: Follower(), horizon=99),
    functools.partial(wrap(Follower)),
    functools.partial(wrap(Follower), hyper_parameters=3.0),
    functools.partial(functools.partial(wrap(Follower), with_hyper_parameters_load=True), model_directory_path="5"),
]


@pytest.mark.parametrize("attacker", CLASSES)
def test_a_class_is_driven_directly(attacker):
    assert type(drive_of(attacker)) is Direct
    # Once sent to another process, bound or not, it still is.
    assert type(driven(cloudpickle.loads(cloudpickle.dumps(bound(attacker))), "stream 3", 100, 3)) is Direct
    assert type(drive_of(cloudpickle.loads(cloudpickle.dumps(attacker)))) is Direct


@pytest.mark.parametrize("attacker", [Follower, wrap(Follower), lambda: Follower()])
def test_no_generator_is_between_the_engine_and_the_attacker(attacker):
    callers = []
    for part in cut_into_parts(Stream([1.0, 2.0, np.nan, 3.0])):
        PartRun(part, bound(attacker), probes=[lambda each: callers.extend(each.callers) or 0]).run()
    assert set(callers) == {"Direct.run"}


def twice(infer):
    """Decorate an infer without `functools.wraps`."""

    def decorated(stream, *args, **kwargs):
        for decision in infer(stream, *args, **kwargs):
            yield decision if decision is None else 2 * decision

    return decorated


def known_twice(infer):
    return functools.wraps(infer)(twice(infer))


def copied_twice(infer):
    """Decorate an infer, and copy its attributes by hand."""
    decorated = twice(infer)
    decorated.__dict__.update(infer.__dict__)
    return decorated


class Doubled:
    """An infer that is an object, and has the attributes of the one that it calls."""

    def __init__(self, infer):
        vars(self).update(vars(getattr(infer, "func", infer)))
        self.decorated = twice(infer)

    def __call__(self, stream):
        return self.decorated(stream)


@pytest.mark.parametrize("decorate", [twice, known_twice, copied_twice, Doubled])
@pytest.mark.parametrize("attacker", [wrap(Follower), functools.partial(wrap(Follower), hyper_parameters=5.0)])
def test_what_a_decorator_does_is_done(decorate, attacker):
    decorated = decorate(attacker)
    assert type(drive_of(decorated)) is Lockstep
    assert decided(decorated) == [2 * each for each in decided(attacker)]
    assert decided(functools.partial(decorated)) == decided(decorated)


def forwarded(stream):
    yield from wrap(Follower)(stream)


@pytest.mark.parametrize(
    ("infer", "expected"),
    [
        (forwarded, [0, 1, 2]),
        (lambda stream: twice(wrap(Follower))(stream), [0, 2, 4]),
        (Follower().infer, [7, 7, 7]),
        (functools.partial(Follower.infer, Follower()), [7, 7, 7]),
    ],
)
def test_the_users_own_infer_is_what_is_driven(infer, expected):
    assert decided(infer) == expected
    assert type(drive_of(infer)) is Lockstep


def test_a_class_that_has_an_infer_is_asked_for_its_decisions_as_before():
    assert decided(Follower) == decided(wrap(Follower)) == [0, 1, 2]


def test_where_messages_are_asked_for_a_generator_is_given_them():
    made = []

    def message(x):
        made.append(x)
        return StreamMessage(x)

    drive = drive_of(Follower, message=message)
    drive.run([1.0, 2.0, 4.0])
    assert type(drive) is Lockstep
    assert made == [1.0, 2.0, 4.0]
    assert drive.decisions().tolist() == decided(Follower)


def test_a_stream_that_a_partial_has_set_is_a_fault_as_it_was():
    with pytest.raises(ArgumentTypeError, match="it takes no stream"):
        drive_of(functools.partial(wrap(Follower), stream=[]))
    drive = drive_of(functools.partial(wrap(Follower), []))
    with pytest.raises(ProtocolError, match=r"yield not called enough time \(0 / 3\)"):
        drive.run([1.0, 2.0, 4.0])


def test_it_can_be_called_like_the_infer_that_it_stands_for():
    attacker = bound(Follower, hyper_parameters=10.0)
    assert isinstance(attacker, BoundClass)
    decisions = attacker(iter([{"x": 1.0}, {"x": 3.0}]))
    assert next(decisions) is None
    assert list(decisions) == [0, 20.0]


@pytest.mark.parametrize("end", [Direct.finish, Direct.close])
def test_the_attacker_is_let_go_of_at_the_end_of_its_part(end):
    drive = drive_of(Follower)
    drive.run([1.0, 2.0, 4.0])
    attacker = drive.held()["self"]
    left = weakref.ref(attacker)
    del attacker
    end(drive)
    gc.collect()
    assert left() is None
    assert drive.held() == {}


def test_parts_do_not_share_an_attacker():
    result = replay([[1.0, 2.0, np.nan, 4.0, 6.0]], infer=Follower, probe=lambda each: id(each), epsilon=0)
    (account,) = result.streams.values()
    first, second = (set(part.replay.probes["<lambda>"].tolist()) for part in account.parts)
    assert len(first) == len(second) == 1


def test_what_an_attacker_holds_can_be_seen_before_its_first_tick():
    def infer(stream):
        factor, attacker = 3, Follower()
        yield
        for message in stream:
            yield factor * attacker.tick_and_predict(message["x"], 30)

    drive = drive_of(infer)
    assert set(drive.held()) == {"stream", "factor", "attacker"}
    drive.close()
    assert isinstance(drive_of(Follower).held()["self"], Follower)
    assert set(drive_of(Follower).held()) == {"self"}
