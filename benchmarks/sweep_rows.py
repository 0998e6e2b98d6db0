"""Whether a sweep costs no more than the replays that it consists of, spread over the cores."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from midplot import Stream, replay
from midplot.training import sweep

from .machine import load_average
from .measure import interleaved, wall_seconds
from .parallel_rows import COST, loops_of, working
from .subject import Subject, random_walk
from .table import Row

__all__ = ["sweep_rows"]

N_STREAMS = 10
N_SETS = 7
CORES = 2


def sweep_rows(subject: Subject) -> list[Row]:
    """Sweep seven sets, which do not divide by the number of cores, and replay one of them alone."""
    streams = [Stream(random_walk(2_500 if subject.quick else 5_000)) for _ in range(N_STREAMS)]
    infer = partial(trying, n_loops=loops_of(COST))

    def swept() -> float:
        return sweep(streams, infer, {"k": range(N_SETS)}, n_jobs=CORES).best.score

    def alone() -> float:
        return replay(streams, infer=infer, hyper_parameters={"k": 0}, dry=True).total_score

    rounds = min(subject.rounds, 5)
    samples = interleaved({"sweep": wall_seconds(swept), "replay": wall_seconds(alone)}, rounds)
    return [
        Row(
            f"sweep of {N_SETS} sets in {CORES} warm processes ÷ ({N_SETS} replays ÷ {CORES})",
            samples.ratio("sweep", "replay") * CORES / N_SETS,
            1.1,
            note=f"{sum(map(len, streams)):,} ticks in {N_STREAMS} streams, 20 µs per tick: {samples.median('sweep'):.2f} s "
            f"for the sweep and {samples.median('replay'):.2f} s for one replay, {rounds} rounds. It takes two free cores: "
            f"{load_average()} processes wanted one over the last minute.",
        )
    ]


def trying(stream: Iterator[Any], hyper_parameters: Any = None, n_loops: int = 0) -> Iterator[float | None]:
    """Work as hard whatever the hyper-parameters are."""
    return working(stream, n_loops)
