"""Whether an attacker class is called directly or through the generator of its infer changes nothing that can be seen.

The oracle is the generator, which everything went through before: random attackers are driven both ways.
"""

from __future__ import annotations

import functools
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from midplot.play._attacker import InferParameters, as_infer, bind
from midplot.play._direct import BoundClass, Direct
from midplot.play._lockstep import Lockstep
from midplot.play._trial import Trial

from .scripted import (
    ACTS,
    ERRORS,
    FORMS,
    GIVEN,
    Script,
    attacker_of,
    counting,
    evenly_clocked,
    raised,
    scripts,
    seen_of,
)


def driven_by(start, values, chunks, script):
    """Drive an attacker in chunks, and return all that can be seen of it."""
    drive, error, state = None, None, np.geterr()
    with mock.patch("midplot.play._drive.perf_counter_ns", script.clock):
        try:
            drive = start()
            done = 0
            for chunk in chunks:
                drive.run(values[done : done + chunk])
                done += chunk
            drive.run(values[done:])
            drive.finish()
        except BaseException as caught:
            error = caught
            if drive is not None:
                drive.close(error)
    assert np.geterr() == state
    told = (seen_of(error), script.log, script.clock.now)
    if drive is None:
        return told
    latency = drive.latency_ns()
    return (*told, drive.decisions().tobytes(), latency.tolist(), latency.dtype, drive.startup_ns, drive.done)


parameters = st.builds(
    InferParameters,
    st.sampled_from([None, None, {}, {"a": 2}, [Script]]),
    st.booleans(),
    st.sampled_from([".", "models"]),
    st.sampled_from([1, 30]),
)


def both_drives(script, parameters, as_given, values, chunks):
    """Assert that both drives of an attacker do the same."""
    outcomes = []
    for through_generator in (True, False):
        run = script.fresh()
        bound = bind(as_infer(attacker_of(run, as_given)), parameters)
        assert isinstance(bound, BoundClass)
        start = functools.partial(Lockstep, bound.infer) if through_generator else functools.partial(Direct, bound)
        outcomes.append(driven_by(lambda start=start: start("stream 3", 100, len(values)), values, chunks, run))
    assert outcomes[0] == outcomes[1]


@given(
    scripts,
    parameters,
    st.sampled_from(sorted(GIVEN)),
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20),
    st.lists(st.integers(0, 7), max_size=4),
)
@settings(max_examples=300)
def test_both_drives_do_the_same(script, parameters, as_given, values, chunks):
    both_drives(script, parameters, as_given, values, chunks)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("form", "chunks"), [("Whole", []), ("Whole", [2]), ("ActsInTick", [1]), ("ActsInPredict", [3])]
)
def test_both_drives_do_the_same_whatever_the_third_decision_is(act, form, chunks):
    script = Script([counting, counting, act], form=form)
    both_drives(script, InferParameters(), "wrapped", [1.0, 2.0, 4.0, 8.0], chunks)


@pytest.mark.parametrize("as_given", sorted(GIVEN))
@pytest.mark.parametrize("form", sorted(FORMS))
def test_both_drives_do_the_same_whatever_is_given(as_given, form):
    for parameters in (InferParameters(), InferParameters({"a": 1}, True, "models", 7)):
        both_drives(Script([], form=form), parameters, as_given, [1.0, 2.0, 4.0], [2])


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("when", ["making", "setting"])
def test_both_drives_do_the_same_whatever_happens_at_the_start(act, when):
    script = Script([], form="Whole", **{when: act})
    loading = InferParameters({"a": 1}, True, "models")
    both_drives(script, loading, "factory", [1.0, 2.0], [])


@pytest.mark.parametrize("act", [counting, *(raised(make) for make in ERRORS)])
def test_trials_are_the_same(act):
    def seen(infer, run):
        try:
            trial = evenly_clocked(lambda: Trial([1.0, 2.0, 3.0, 4.0], infer, "trial", 7))
        except BaseException as error:
            return seen_of(error), run.log
        return seen_of(trial.error), trial.was_ready, trial.decisions.tobytes(), run.log

    outcomes = []
    for script in (Script([counting, counting, act]), Script([], making=act)):
        for form in (lambda bound: bound, lambda bound: bound.infer):
            run = script.fresh()
            outcomes.append(seen(form(bind(as_infer(attacker_of(run)), InferParameters())), run))
    assert outcomes[::2] == outcomes[1::2]
