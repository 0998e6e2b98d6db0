"""What several processes gain, and whether ``n_jobs="auto"`` costs nothing if there is nothing to gain."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from time import process_time
from typing import Any, Literal

from midplot import Stream, replay
from midplot.examples import MomentumAttacker

from .machine import load_average
from .measure import interleaved, wall_seconds
from .subject import Subject, random_walk
from .table import Row

__all__ = ["COST", "loops_of", "parallel_rows", "working"]

N_STREAMS = 40
COST = 20e-6


def parallel_rows(subject: Subject) -> list[Row]:
    """Replay a costly attacker in one process and in two warm ones, and a cheap one under ``auto``."""
    return [_costly_row(subject), _cheap_row(subject)]


def _costly_row(subject: Subject) -> Row:
    streams = [Stream(random_walk(1_250 if subject.quick else 2_500)) for _ in range(N_STREAMS)]
    infer = partial(working, n_loops=loops_of(COST))

    def replayed(n_jobs: int) -> float:
        return replay(streams, infer=infer, n_jobs=n_jobs, dry=True).total_score

    rounds = min(subject.rounds, 5)
    samples = interleaved({str(n_jobs): wall_seconds(partial(replayed, n_jobs)) for n_jobs in (1, 2)}, rounds)
    return Row(
        "2 jobs, warm, 20 µs per tick ÷ 1 job",
        samples.ratio("2", "1"),
        1 / 1.7,
        note=f"{sum(map(len, streams)):,} ticks in {N_STREAMS} streams: {samples.median('2'):.2f} and "
        f"{samples.median('1'):.2f} s of wall time, {rounds} rounds, {samples.spread('2', '1')}. It takes two free "
        f"cores: {load_average()} processes wanted one over the last minute.",
    )


def _cheap_row(subject: Subject) -> Row:
    def replayed(n_jobs: int | Literal["auto"]) -> float:
        return replay(subject.streams, infer=MomentumAttacker, n_jobs=n_jobs, dry=True).total_score

    sides = {"auto": wall_seconds(partial(replayed, "auto")), "serial": wall_seconds(partial(replayed, 1))}
    samples = interleaved(sides, subject.rounds)
    return Row(
        'MomentumAttacker, n_jobs="auto" ÷ n_jobs=1',
        samples.ratio("auto", "serial"),
        1.05,
        note=f"{samples.median('auto'):.3f} and {samples.median('serial'):.3f} s of wall time: there are no two seconds "
        f"to be saved. Single rounds: {samples.spread('auto', 'serial')}.",
    )


def working(stream: Iterator[Any], n_loops: int = 0) -> Iterator[float | None]:
    """Count at each tick. A wait would not do, because all processes can wait at the same time."""
    yield None
    for _ in stream:
        for _ in range(n_loops):
            pass
        yield 1.0


def loops_of(seconds: float) -> int:
    """Return how often to count in order to be busy for some seconds."""
    n_loops = 5_000_000
    begun = process_time()
    for _ in range(n_loops):
        pass
    return int(n_loops * seconds / (process_time() - begun))
