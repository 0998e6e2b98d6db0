"""Where each nanosecond of a tick goes: the loop of a replay, built up piece by piece around an infer that does nothing.

The loop in which a class is called directly is in `direct_rows`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from time import perf_counter_ns
from typing import Any

from midplot import Stream, replay
from midplot.play._decision import IMMUTABLE
from midplot.play._engine import SLICE, PartRun
from midplot.play._lockstep import Lockstep, _feed, _Gate
from midplot.streams._stream import FloatArray, cut_into_parts

from .measure import Side, cpu_seconds, interleaved
from .replay_rows import idle
from .subject import Subject, messages, random_walk
from .table import Row

__all__ = ["N_TICKS", "exhaust", "pieces_rows", "tick_rows"]

N_TICKS = 10 * SLICE
"""Few, so that a round is short and most of them are not disturbed."""

# Each piece does what the one before it does, and the one thing more that its name says.
# The pieces up to the list of decisions are the loop of `Lockstep.run`, written out: they have to follow it.
_PIECES = (
    "a loop over the values",
    "the message, and a generator that yields it",
    "the hand-over to infer and back, through the gate",
    "the guard against a second pull or yield",
    "the clock",
    "keeping its stamp",
    "the type of the decision",
    "keeping the decision",
    "floats of the array of values",
    "sealing: decisions and latencies to arrays, NaN refused",
    "chunks and checkpoints",
    "replay() itself, scoring included",
)


def tick_rows(subject: Subject) -> list[Row]:
    """Measure what each piece adds to the ones before it."""
    return pieces_rows(_PIECES, _sides(random_walk(N_TICKS)), _NOTES, subject)


def pieces_rows(pieces: Sequence[str], sides: Sequence[Side], notes: Mapping[str, str], subject: Subject) -> list[Row]:
    """Return a row for each piece but the first: what it adds to the one before it."""
    samples = interleaved(dict(zip(pieces, sides, strict=True)), 20 if subject.quick else 100)
    so_far = samples.median(pieces[0]) / N_TICKS * 1e9
    rows = []
    for before, piece in pairwise(pieces):
        added = samples.added(piece, before) / N_TICKS * 1e9
        so_far += added
        rows.append(Row(piece, added, unit="ns", note=f"{so_far:.0f} ns so far. {notes.get(piece, '')}".rstrip()))
    return rows


_NOTES = {
    _PIECES[
        1
    ]: f"Each row adds one thing to the loop of the row before it, around an infer that only yields: {N_TICKS:,} "
    "ticks, the median of the extra time in the same round. The first two rows are the loop that is subtracted from what "
    "midplot adds.",
    _PIECES[
        4
    ]: "It waits for everything under way in the processor, so it takes longer here than in a loop of its own.",
    _PIECES[-1]: f"Most of it is the cost of one call, whatever the number of ticks, divided by {N_TICKS:,}.",
}


def _sides(values: FloatArray) -> list[Side]:
    """Return one side per piece, in order."""
    slices = [values[start : start + SLICE] for start in range(0, len(values), SLICE)]
    lists = [each.tolist() for each in slices]
    stream = Stream(values)
    (part,) = cut_into_parts(stream)
    works = [
        lambda: [_loop(each) for each in lists],
        lambda: [_loop(messages(each)) for each in lists],
        lambda: _hand_over(lists),
        lambda: _guard(lists),
        lambda: _clock(lists),
        lambda: _stamp(lists),
        lambda: _type(lists),
        lambda: _decisions(lists),
        lambda: _decisions(each.tolist() for each in slices),
        lambda: _lockstep(slices),
        lambda: exhaust(PartRun(part, idle)),
        lambda: replay(stream, infer=idle, dry=True).total_score,
    ]
    return [cpu_seconds(work) for work in works]


def _loop(values: Any) -> None:
    for _ in values:
        pass


def _started() -> tuple[_Gate, Any]:
    gate = _Gate()
    consumer: Any = idle(_feed(gate))
    next(consumer)
    return gate, consumer.send


def _hand_over(slices: Any) -> None:
    gate, advance = _started()
    for values in slices:
        for gate.x in values:
            advance(None)


def _guard(slices: Any) -> None:
    gate, advance = _started()
    for values in slices:
        for gate.x in values:
            advance(None)
            if gate.x is not None:
                raise AssertionError


def _clock(slices: Any) -> None:
    gate, advance = _started()
    clock = perf_counter_ns
    for values in slices:
        for gate.x in values:
            advance(None)
            clock()
            if gate.x is not None:
                raise AssertionError


def _stamp(slices: Any) -> None:
    gate, advance = _started()
    clock = perf_counter_ns
    for values in slices:
        stamps = [clock()]
        for gate.x in values:
            advance(None)
            stamps.append(clock())
            if gate.x is not None:
                raise AssertionError


def _type(slices: Any) -> None:
    gate, advance = _started()
    clock, kind_of, plain, immutable = perf_counter_ns, type, float, IMMUTABLE
    for values in slices:
        stamps = [clock()]
        for gate.x in values:
            decision = advance(None)
            stamps.append(clock())
            if gate.x is not None:
                raise AssertionError
            if kind_of(decision) is not plain and kind_of(decision) not in immutable:
                raise AssertionError


def _decisions(slices: Any) -> None:
    gate, advance = _started()
    clock, kind_of, plain, immutable = perf_counter_ns, type, float, IMMUTABLE
    for values in slices:
        stamps, decisions = [clock()], []
        for gate.x in values:
            decision = advance(None)
            stamps.append(clock())
            if gate.x is not None:
                raise AssertionError
            if kind_of(decision) is not plain and kind_of(decision) not in immutable:
                raise AssertionError
            decisions.append(decision)


def _lockstep(slices: list[FloatArray]) -> None:
    lockstep = Lockstep(idle, "stream 0", 0, sum(map(len, slices)))
    for values in slices:
        lockstep.run(values.tolist())
    lockstep.finish()


def exhaust(run: PartRun) -> None:
    for _ in run:
        pass
    run.outcome()
