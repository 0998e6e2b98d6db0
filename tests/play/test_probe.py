"""Probes name values of an attacker, and are sampled as numbers."""

from __future__ import annotations

import types

import numpy as np
import pytest

from midplot.errors import ArgumentTypeError, ProtocolError
from midplot.play._attacker import InferParameters, as_infer, bind
from midplot.play._direct import driven
from midplot.play._probe import Sampler, as_probes


class Attacker:
    factor = 2.5

    def __init__(self):
        self.inner = types.SimpleNamespace(depth=types.SimpleNamespace(value=7))
        self.nothing = None
        self.text = "up"
        self.huge = 10**400
        self.array = np.ones(3)

    def tick_and_predict(self, x, horizon):
        return 0


def infer(stream):
    attacker_class = Attacker  # a class among the variables is not the attacker
    attacker = attacker_class()
    yield
    for message in stream:
        yield attacker.tick_and_predict(message["x"], 30)


def keeping_none(stream):
    yield
    for _ in stream:
        yield 0


def drive_of(attacker):
    """Drive an attacker on stream 3 from tick 12 on, for one tick."""
    drive = driven(bind(as_infer(attacker), InferParameters()), "stream 3", 12, 1)
    drive.run([1.0])
    return drive


def sampled(*probes, attacker=Attacker):
    sampler = Sampler(probes)
    sampler.sample(drive_of(attacker), 12)
    return {name: values.tolist() for name, values in sampler.columns(1).items()}


def last_factor(attacker):
    return attacker.factor


@pytest.mark.parametrize(
    ("probes", "expected"),
    [
        (["factor"], {"factor": [2.5]}),
        (["inner.depth.value"], {"inner.depth.value": [7.0]}),
        ([last_factor], {"last_factor": [2.5]}),
        ([lambda a: a.factor, lambda a: True], {"<lambda>": [2.5], "<lambda> 2": [1.0]}),
        ([], {}),
    ],
)
def test_sampled(probes, expected):
    assert sampled(*probes) == sampled(*probes, attacker=infer) == expected


def test_hyper_parameters_that_could_decide_are_not_taken_for_the_attacker():
    class Learned(Attacker):
        factor = 1.0

    class Nested(Attacker):
        def update_from_hyper_parameters(self, learned):
            self.inner = learned

    drive = driven(bind(as_infer(Nested), InferParameters(hyper_parameters=Learned())), "stream 3", 12, 1)
    drive.run([1.0])
    sampler = Sampler(["factor", "inner.factor"])
    sampler.sample(drive, 12)
    assert {name: values.tolist() for name, values in sampler.columns(1).items()} == {
        "factor": [2.5],
        "inner.factor": [1.0],
    }


def test_none_is_sampled_as_nan():
    assert np.isnan(sampled("nothing")["nothing"]).all()


@pytest.mark.parametrize(
    ("probe", "words"),
    [
        ("factr", ["Attacker has no attribute 'factr'", "Did you mean 'factor'?", "It has array, factor,"]),
        ("inner.dept", ["probe 'inner.dept'", "SimpleNamespace has no attribute 'dept'", "Did you mean 'depth'?"]),
        ("text", ["probe 'text' gave 'up'", "Probe a number"]),
        ("array", ["probe 'array'", "not a number"]),
        ("huge", ["probe 'huge'", "not a number"]),
    ],
)
def test_what_cannot_be_sampled(probe, words):
    with pytest.raises(ProtocolError) as caught:
        sampled(probe)
    for word in ["stream 3, tick 12: probe ", *words]:
        assert word in str(caught.value)


def test_no_attacker_is_found():
    drive = drive_of(keeping_none)
    with pytest.raises(ProtocolError, match=r"stream 3: probe found no attacker in infer\. Keep an object with"):
        Sampler(["factor"]).sample(drive, 12)
    drive.finish()
    with pytest.raises(ProtocolError, match="stream 3: probe found no attacker"):
        Sampler(["factor"]).sample(drive, 12)


@pytest.mark.parametrize("n_ticks", [0, 1, 3])
def test_columns_are_as_long_as_the_decisions(n_ticks):
    sampler = Sampler(["factor"])
    sampler.sample(drive_of(Attacker), 12)
    column = sampler.columns(n_ticks)["factor"]
    np.testing.assert_array_equal(column, [2.5, np.nan, np.nan][:n_ticks])


@pytest.mark.parametrize(
    ("probe", "expected"),
    [("a.b", ("a.b",)), (["a", "b"], ("a", "b")), (last_factor, (last_factor,)), ((), ()), (iter("ab"), ("a", "b"))],
)
def test_one_probe_or_several(probe, expected):
    assert as_probes(probe) == expected
    assert bool(Sampler(expected)) == bool(expected)


@pytest.mark.parametrize("probe", [5, None, [1], ["a", 2.5]])
def test_what_is_no_probe(probe):
    with pytest.raises(
        ArgumentTypeError, match=r"^probe: expected the name of an attribute or a function.*Write probe="
    ):
        as_probes(probe)
