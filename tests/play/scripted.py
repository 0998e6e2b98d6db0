"""Random attackers that decide, fail and misbehave by a script, and all that can be seen of an error of theirs."""

from __future__ import annotations

import dataclasses
import functools
import signal
from decimal import Decimal
from fractions import Fraction
from typing import Any
from unittest import mock

import numpy as np
from hypothesis import strategies as st

from midplot.errors import ProtocolError
from midplot.helpers import wrap
from midplot.play._raised import is_attackers, own_frames

NAN = float("nan")


class Clock:
    """Moves by 7 ns when it is read, and by as much as an attacker says it has taken."""

    now = 0

    def __call__(self):
        self.now += 7
        return self.now


class DemandingError(Exception):
    """Cannot be made without its two arguments, and refuses attributes."""

    __slots__ = ("a", "b")

    def __init__(self, a, b):
        super().__init__(f"{a} and {b}")


class Ended(StopIteration):
    pass


class Odd:
    """A number that raises when it is asked for its value."""

    ndim = 0

    def __init__(self, error):
        self.error = error

    def __float__(self):
        raise self.error

    def __repr__(self):
        return f"Odd({self.error!r})"


class Unspeakable:
    def __repr__(self):
        raise SystemExit(3)


def generated():
    yield 1.0


VALUES = [
    *(1.0, -2.5, 0, 3, True, -0.0, float("inf"), -float("inf"), 10**400, -(10**400)),
    *(np.float64(2.0), np.float32(-1.5), np.float16(0.5), np.bool_(True), np.int8(-3), np.uint64(2**63)),
    *(np.array(4.0), Decimal("0.5"), Decimal("NaN"), Fraction(1, 3), NAN, np.float32("nan"), np.array(NAN)),
    *(None, "1", "", b"1", [1.0], (), np.array([1.0]), np.array("1"), 1j, np.complex64(1), np.datetime64("NaT")),
    *(object, Unspeakable(), generated, {"x": 1}, Decimal("sNaN")),
]
ERRORS = [
    *(lambda: ValueError("bad value"), lambda: KeyError("x"), lambda: OverflowError(), lambda: DemandingError(1, 2)),
    *(lambda: SystemExit(0), lambda: SystemExit("over"), lambda: KeyboardInterrupt(), lambda: GeneratorExit()),
    *(lambda: StopIteration(), lambda: StopIteration(5.0), lambda: Ended(1), lambda: StopAsyncIteration()),
    *(lambda: ProtocolError("mine", where="stream 3, tick 1"), lambda: ProtocolError("mine", where="elsewhere")),
    *(lambda: BaseExceptionGroup("two", [KeyboardInterrupt(), ValueError(1)]), lambda: BaseException("base")),
    *(lambda: RuntimeError("generator raised StopIteration"), lambda: MemoryError(), lambda: RecursionError("deep")),
]


def given_out(value):
    return lambda attacker: value


def raised(make):
    def act(attacker):
        raise make()

    return act


def raised_from(make, other):
    def act(attacker):
        try:
            raise other()
        except BaseException as cause:
            raise make() from cause

    return act


def odd(make):
    return lambda attacker: Odd(make())


def rewritten(attacker):
    """Decide by an array that is written to at every tick."""
    attacker.array += 1
    return attacker.array


def strict(attacker):
    np.seterr(all="raise")
    return 1.0


def dividing(attacker):
    return float(np.float64(1.0) / np.float64(0.0))


def slow(attacker):
    attacker.script.clock.now += 3 * 10**9
    return 1


def interrupted(attacker):
    signal.raise_signal(signal.SIGINT)
    return 1


def counting(attacker):
    return attacker.n - 2


ACTS = [
    *(given_out(value) for value in VALUES),
    *(raised(make) for make in ERRORS),
    *(odd(make) for make in ERRORS),
    *(raised_from(make, other) for make in ERRORS[:1] + ERRORS[8:10] for other in ERRORS[::4]),
    *(rewritten, strict, dividing, slow, interrupted),
]
FINE = [counting, rewritten, strict, slow, *(given_out(value) for value in VALUES[:20])]

# Mostly decisions, so that a run goes on for a while, and then something else.
acts = st.lists(st.sampled_from(FINE), max_size=12).flatmap(
    lambda fine: st.lists(st.sampled_from(ACTS), max_size=2).map(lambda last: [*fine, *last])
)


@dataclasses.dataclass
class Script:
    """What an attacker does: when it is made, when it gets parameters, and at each tick, over and over."""

    acts: list[Any]
    making: Any = counting
    setting: Any = counting
    form: str = "Whole"
    clock: Clock = dataclasses.field(default_factory=Clock)
    log: list[Any] = dataclasses.field(default_factory=list)

    def fresh(self):
        return dataclasses.replace(self, clock=Clock(), log=[])


class Scripted:
    """Does what the script says, and writes down all that it is told."""

    def __init__(self, script):
        self.script, self.n, self.array = script, 0, np.array(0.0)
        script.log.append("made")
        script.clock.now += 11
        script.making(self)

    def act(self, *told):
        script = self.script
        script.log.append((*map(type, told), *told, np.geterr()["divide"]))
        self.n += 1
        script.clock.now += self.n
        return (script.acts[(self.n - 1) % len(script.acts)] if script.acts else counting)(self)

    def update_from_hyper_parameters(self, hyper_parameters):
        self.script.log.append(("update", hyper_parameters))
        self.script.setting(self)

    def load_params(self, folder):
        self.script.log.append(("load", folder))
        self.script.setting(self)


class Whole(Scripted):
    def tick_and_predict(self, x, horizon):
        return self.act(x, horizon)


class Inherited(Whole):
    def tick_and_predict(self, *args):
        return super().tick_and_predict(*args)


class ActsInTick(Scripted):
    def tick(self, x):
        self.decision = self.act(x)

    def predict(self, horizon):
        self.script.log.append(horizon)
        return self.decision


class ActsInPredict(Scripted):
    def tick(self, x):
        self.x = x

    def predict(self, horizon):
        return self.act(self.x, horizon)


class Dynamic(Scripted):
    """Finds its method by its own rule, and each time anew."""

    def __getattr__(self, name):
        if name == "tick_and_predict":
            self.script.log.append("looked up")
            return self.act
        raise AttributeError(name)


class Lacking:
    """Has no way to decide, and no way to take parameters."""

    def __init__(self, script):
        script.log.append("made")

    def __repr__(self):
        return "Lacking()"


class Poor:
    """Decides, but takes no parameters."""

    def __init__(self, script):
        self.tick_and_predict = lambda x, horizon: script.log.append(x) or x


FORMS = {each.__name__: each for each in (Whole, Inherited, ActsInTick, ActsInPredict, Dynamic, Lacking, Poor)}
GIVEN = {
    "factory": lambda make: make,
    "partial": functools.partial,
    "class": lambda make: type("Made", (), {"__new__": lambda cls: make(), "tick": None, "predict": None}),
    "wrapped": wrap,
    "own horizon": lambda make: wrap(make, horizon=99),
    "partial of wrapped": lambda make: functools.partial(wrap(make), hyper_parameters={"a": 1}),
    "loading": lambda make: functools.partial(wrap(make), with_hyper_parameters_load=True),
    "lost": lambda make: functools.partial(wrap(make), model_directory_path="~nobody is called like this/models"),
}


def attacker_of(script, as_given="factory"):
    made = FORMS[script.form]
    return GIVEN[as_given](lambda: made(script))


scripts = st.builds(
    Script,
    acts,
    making=st.sampled_from([counting] * 40 + ACTS),
    setting=st.sampled_from([counting] * 20 + ACTS),
    form=st.sampled_from(sorted(FORMS)),
)
# What can be seen of an error, a run and an attacker


def seen_of(error):
    """Return all that can be seen of an error and its causes, as its traceback is shown to users."""
    if error is None:
        return None
    own_frames(error)
    frames, entry = [], error.__traceback__
    while entry is not None:
        frames.append((entry.tb_frame.f_code, entry.tb_lineno))
        entry = entry.tb_next
    return (
        *(type(error), str(error), repr(error.args) if not isinstance(error, BaseExceptionGroup) else error.message),
        *(list(getattr(error, "__notes__", ())), is_attackers(error), error.__suppress_context__),
        *(frames, seen_of(error.__cause__), seen_of(error.__context__)),
    )


def evenly_clocked(work):
    with mock.patch("midplot.play._drive.perf_counter_ns", Clock()):
        return work()
