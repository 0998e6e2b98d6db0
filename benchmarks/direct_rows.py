"""Where each nanosecond of a tick goes if a class is called directly: the loop, built up around one that does nothing."""

from __future__ import annotations

from time import perf_counter_ns
from typing import Any

from midplot import HORIZON, Stream, replay
from midplot.play._attacker import InferParameters, as_infer, bind
from midplot.play._decision import IMMUTABLE
from midplot.play._direct import BoundClass, Direct
from midplot.play._engine import SLICE, PartRun
from midplot.streams._stream import FloatArray, cut_into_parts

from .measure import Side, cpu_seconds
from .replay_rows import Idle
from .subject import Subject, random_walk
from .table import Row
from .tick_rows import N_TICKS, exhaust, pieces_rows

__all__ = ["direct_rows"]

# The pieces up to the list of decisions are the loop of `Direct.run`, written out: they have to follow it.
_PIECES = (
    "a loop over the values",
    "calling the attacker, which returns",
    "the clock and its stamp",
    "the type of the decision, called directly",
    "keeping the decision, called directly",
    "floats of the array of values, called directly",
    "sealing, called directly",
    "chunks and checkpoints, called directly",
    "replay() itself, scoring included, called directly",
)
_NOTES = {_PIECES[1]: f"A class that returns 0, {N_TICKS:,} ticks; no message and no generator is made."}


def direct_rows(subject: Subject) -> list[Row]:
    """Measure what each piece adds to the ones before it."""
    return pieces_rows(_PIECES, _sides(random_walk(N_TICKS)), _NOTES, subject)


def _sides(values: FloatArray) -> list[Side]:
    """Return one side per piece, in order."""
    slices = [values[start : start + SLICE] for start in range(0, len(values), SLICE)]
    lists = [each.tolist() for each in slices]
    stream = Stream(values)
    (part,) = cut_into_parts(stream)
    bound = bind(as_infer(Idle), InferParameters())
    works = [
        lambda: [_loop(each) for each in lists],
        lambda: _call(lists),
        lambda: _stamp(lists),
        lambda: _type(lists),
        lambda: _decisions(lists),
        lambda: _decisions(each.tolist() for each in slices),
        lambda: _direct(bound, slices),
        lambda: exhaust(PartRun(part, bound)),
        lambda: replay(stream, infer=Idle, dry=True).total_score,
    ]
    return [cpu_seconds(work) for work in works]


def _loop(values: Any) -> None:
    for _ in values:
        pass


def _call(slices: Any) -> None:
    decide, horizon = Idle().tick_and_predict, HORIZON
    for values in slices:
        for x in values:
            decide(x, horizon)


def _stamp(slices: Any) -> None:
    decide, horizon, clock = Idle().tick_and_predict, HORIZON, perf_counter_ns
    for values in slices:
        stamps = [clock()]
        for x in values:
            decide(x, horizon)
            stamps.append(clock())


def _type(slices: Any) -> None:
    decide, horizon, clock = Idle().tick_and_predict, HORIZON, perf_counter_ns
    kind_of, plain, immutable = type, float, IMMUTABLE
    for values in slices:
        stamps = [clock()]
        for x in values:
            decision = decide(x, horizon)
            stamps.append(clock())
            if kind_of(decision) is not plain and kind_of(decision) not in immutable:
                raise AssertionError


def _decisions(slices: Any) -> None:
    decide, horizon, clock = Idle().tick_and_predict, HORIZON, perf_counter_ns
    kind_of, plain, immutable = type, float, IMMUTABLE
    for values in slices:
        stamps, decisions = [clock()], []
        for x in values:
            decision = decide(x, horizon)
            stamps.append(clock())
            if kind_of(decision) is not plain and kind_of(decision) not in immutable:
                raise AssertionError
            decisions.append(decision)


def _direct(bound: Any, slices: list[FloatArray]) -> None:
    if not isinstance(bound, BoundClass):
        raise TypeError("a class is expected to be called directly")
    drive = Direct(bound, "stream 0", 0, sum(map(len, slices)))
    for values in slices:
        drive.run(values.tolist())
    drive.finish()
