"""The cost of a replay: compared with a bare loop, the first version and midone, on its own, and over a long stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from time import perf_counter_ns
from typing import Any

from midplot import HORIZON, Stream, replay
from midplot.examples import MomentumAttacker
from midplot.helpers import wrap

from .first_version import replay_as_first_version
from .measure import Samples, cpu_seconds, interleaved
from .subject import Subject, messages, random_walk
from .table import Row

__all__ = ["Idle", "follow", "idle", "idle_rows", "linearity_rows", "momentum", "momentum_rows"]

SHORT = 100_000


def momentum_rows(subject: Subject) -> list[Row]:
    """Replay the quickstarter's attacker both ways, and compare with the bare loop, the first version's and midone's."""
    sides = {
        "midplot": lambda: replay(subject.streams, infer=MomentumAttacker, dry=True).total_score,
        "infer": lambda: replay(subject.streams, infer=momentum, dry=True).total_score,
        "bare": lambda: _decide_in_a_bare_loop(subject),
        "first": lambda: replay_as_first_version(subject.parts, wrap(MomentumAttacker)),
        "midone": lambda: sum(_profit_by_midone(values) for values in subject.parts),
    }
    samples = interleaved({name: cpu_seconds(work) for name, work in sides.items()}, subject.rounds)
    a_tick = {name: f"{samples.median(name) / subject.n_ticks * 1e9:,.0f} ns" for name in sides}
    return [
        Row(
            "replay of MomentumAttacker, timed and scored ÷ bare loop",
            samples.ratio("midplot", "bare"),
            1.25,
            note=f"The class, called directly: a tick takes {a_tick['midplot']} in replay(...).total_score, "
            f"{a_tick['bare']} in `for message in stream: decide(message['x'], horizon)` over a generator. "
            f"Single rounds: {samples.spread('midplot', 'bare')}.",
        ),
        Row(
            "replay of an infer around MomentumAttacker, timed and scored ÷ bare loop",
            samples.ratio("infer", "bare"),
            1.6,
            note=f"Driven through its generator: a tick takes {a_tick['infer']}. "
            f"Single rounds: {samples.spread('infer', 'bare')}.",
        ),
        Row(
            "replay of MomentumAttacker ÷ the first version's replay",
            samples.ratio("midplot", "first"),
            0.25,
            note=f"A tick takes {a_tick['first']} in a stand-in: two pydantic objects, a dict of decisions, midone's "
            f"Pnl.tick. Single rounds: {samples.spread('midplot', 'first')}.",
        ),
        Row(
            "replay of MomentumAttacker ÷ midone's own loop",
            samples.ratio("midplot", "midone"),
            note=f"A tick takes {a_tick['midone']} in `decide(x, horizon)` and `Pnl.tick`, without a latency, a stream or "
            f"a check. Single rounds: {samples.spread('midplot', 'midone')}.",
        ),
    ]


def momentum(stream: Iterator[Any]) -> Iterator[float | None]:
    """Decide as MomentumAttacker does, in an infer that is the user's own."""
    decide = MomentumAttacker().tick_and_predict
    yield None
    for message in stream:
        yield decide(message["x"], HORIZON)


def _decide_in_a_bare_loop(subject: Subject) -> None:
    for values in subject.parts:
        decide = MomentumAttacker().tick_and_predict
        for message in messages(values):
            decide(message["x"], HORIZON)


def _profit_by_midone(values: Sequence[float]) -> float:
    from midone.accounting.pnl import Pnl

    decide, pnl = MomentumAttacker().tick_and_predict, Pnl()
    for x in values:
        pnl.tick(x, HORIZON, decide(x, HORIZON))
    return float(pnl.summary()["total_profit"])


def idle_rows(subject: Subject) -> list[Row]:
    """Replay a class and an infer that do nothing, so that only what midplot adds is left."""
    sides = {
        "class": lambda: replay(subject.streams, infer=Idle, dry=True).total_score,
        "replay": lambda: replay(subject.streams, infer=idle, dry=True).total_score,
        "messages": lambda: _exhaust(messages(values) for values in subject.parts),
        "values": lambda: _exhaust(subject.parts),
        "clock": lambda: _read_the_clock(subject.parts),
    }
    samples = interleaved({name: cpu_seconds(work) for name, work in sides.items()}, subject.rounds)
    clock = _added(samples, "clock", "values", subject)
    beyond_messages = _added(samples, "replay", "messages", subject)
    beyond_values = _added(samples, "replay", "values", subject)
    return [
        Row(
            "added to a class that does nothing, per tick",
            _added(samples, "class", "messages", subject),
            170,
            "ns",
            note="CPU time of replay(...).total_score, minus a loop over a generator of messages; the call of the "
            "attacker is included.",
        ),
        Row(
            "added to an infer that does nothing, per tick",
            beyond_messages,
            300,
            "ns",
            note="CPU time of replay(...).total_score, minus a loop over a generator of the same messages.",
        ),
        Row(
            "added to an infer that does nothing, making the message included",
            beyond_values,
            unit="ns",
            note="Minus a loop over the list of values, so the message, its generator and the infer's own loop are included.",
        ),
        Row(
            "added to an infer that does nothing ÷ one perf_counter_ns()",
            beyond_messages / clock,
            note=f"One reading of the clock takes {clock:.0f} ns here, and each decision needs one.",
        ),
    ]


class Idle:
    """Do nothing."""

    def tick_and_predict(self, x: float, horizon: int) -> float:
        return 0.0


def idle(stream: Iterator[Any]) -> Iterator[float | None]:
    """Do nothing."""
    yield None
    for _ in stream:
        yield 0.0


def _added(samples: Samples, side: str, less: str, subject: Subject) -> float:
    """Return the extra nanoseconds per tick of one side over another."""
    return (samples.median(side) - samples.median(less)) / subject.n_ticks * 1e9


def _exhaust(parts: Iterable[Iterable[object]]) -> None:
    for part in parts:
        for _ in part:
            pass


def _read_the_clock(parts: Iterable[Iterable[object]]) -> None:
    for part in parts:
        for _ in part:
            perf_counter_ns()


def linearity_rows(subject: Subject) -> list[Row]:
    """Replay a long stream, and its beginning repeatedly, until both have had the same number of ticks."""
    times = 10 if subject.quick else 100
    n_ticks = times * SHORT
    walk = random_walk(n_ticks)
    long, short = Stream(walk), Stream(walk[:SHORT])
    sides = {
        "long": lambda: [replay(long, infer=follow, dry=True).total_score],
        "short": lambda: [replay(short, infer=follow, dry=True).total_score for _ in range(times)],
    }
    rounds = min(subject.rounds, 5)
    samples = interleaved({name: cpu_seconds(work) for name, work in sides.items()}, rounds)
    return [
        Row(
            f"time per tick at {n_ticks:,} ticks ÷ at {SHORT:,}",
            samples.ratio("long", "short"),
            1.1,
            note=f"A random walk, an infer that follows the last move and so decides at nearly every tick: "
            f"{samples.median('long') / n_ticks * 1e9:,.0f} and {samples.median('short') / n_ticks * 1e9:,.0f} ns per tick. "
            f"{rounds} rounds: {samples.spread('long', 'short')}.",
        )
    ]


def follow(stream: Iterator[Any]) -> Iterator[float | None]:
    """Expect the last move to continue: cheap, and trades all the time."""
    before = next_before = 0.0
    yield None
    for message in stream:
        before, next_before = next_before, message["x"]
        yield next_before - before
