"""Runs a replay's sources into its result: one by one in this process, or their parts in several."""

from __future__ import annotations

from collections.abc import Callable, Generator
from time import perf_counter
from typing import TYPE_CHECKING

from midplot.errors import ArgumentError
from midplot.play._engine import FinishedRun, PartRun, Progress
from midplot.results import ReplayResults
from midplot.streams._inputs import Source
from midplot.streams._stream import Part, cut_into_parts

if TYPE_CHECKING:
    from midplot.play._parallel import Replayed

__all__ = ["Listener", "run", "steps"]

Listener = Callable[[Progress], None]

Steps = Generator[None, None, None]


def run(result: ReplayResults, sources: list[Source], listeners: list[Listener]) -> None:
    """Replay all sources into a result at one go; see `steps`."""
    for _ in steps(result, sources, listeners):
        pass


def steps(result: ReplayResults, sources: list[Source], listeners: list[Listener]) -> Steps:
    """Replay all sources into a result, giving way after each chunk; Ctrl-C ends it with what there is.

    Parameters
    ----------
    result
        To be filled.
    sources
        What to replay.
    listeners
        Called with each checkpoint; they have no influence on the outcome.

    Raises
    ------
    ArgumentError
        If no source has a value to replay.
    MidplotError
        If the streams are wrong, the attacker breaks the rules, or a worker process was killed.
    """
    begun = perf_counter()
    result.interrupted = True
    try:
        if result.settings.n_jobs == 1:
            for source in sources:
                for part in _parts(result, source):
                    yield from _run_part(result, part, listeners)
        else:
            yield from _run_many(result, sources, listeners)
        result.interrupted = False
    except KeyboardInterrupt:
        return
    finally:
        result.elapsed = perf_counter() - begun
    _check_any_ticks(result, sources)


def _parts(result: ReplayResults, source: Source) -> list[Part]:
    settings = result.settings
    stream = source.read(settings.stop_index)
    result.open_stream(stream)
    return cut_into_parts(stream, settings.start_index, settings.stop_index, settings.warmup)


def _run_part(result: ReplayResults, part: Part, listeners: list[Listener]) -> Steps:
    """Replay a part in this process."""
    run = PartRun(part, result.bound_infer, result.settings.probe)
    try:
        for checkpoint in run:
            for listen in listeners:
                listen(checkpoint)
            yield
    finally:
        result.record(run.outcome())


def _run_many(result: ReplayResults, sources: list[Source], listeners: list[Listener]) -> Steps:
    """Read all sources, and replay them in several processes, from where that is asked for or pays."""
    from midplot.play._parallel import Meter, available_jobs

    parts, fault = _all_parts(result, sources)
    meter = Meter(sum(len(part) for part in parts))
    n_jobs = result.settings.n_jobs
    for position, part in enumerate(parts):
        jobs = 1
        if position < len(parts) - 1:  # a part alone is not split
            jobs = meter.jobs() if n_jobs == "auto" else available_jobs(n_jobs)
        if jobs > 1:
            yield from _run_elsewhere(result, parts[position:], listeners, jobs)
            break
        yield from _run_part(result, part, listeners)
        meter.note(len(part))
    if fault is not None:
        raise fault


def _all_parts(result: ReplayResults, sources: list[Source]) -> tuple[list[Part], Exception | None]:
    """Read the sources up to one that is wrong: what comes before it is replayed first, as it is one by one."""
    parts: list[Part] = []
    for source in sources:
        try:
            parts += _parts(result, source)
        except Exception as fault:  # noqa: BLE001 -- a user's iterable may raise anything; it is raised in its turn
            return parts, fault
    return parts, None


def _run_elsewhere(result: ReplayResults, parts: list[Part], listeners: list[Listener], n_jobs: int) -> Steps:
    """Replay parts in other processes, and record them in order."""
    from midplot.play._parallel import Workers

    begun = perf_counter()
    with Workers(parts, result.bound_infer, result.settings.probe, n_jobs) as workers:
        try:
            for replayed in workers:
                _take(result, replayed, listeners, begun)
                yield
        finally:
            for replayed in workers.left():
                result.record(replayed.replay)


def _take(result: ReplayResults, replayed: Replayed, listeners: list[Listener], begun: float) -> None:
    """Record what came of a part, after the listeners have heard of it, or raise what its attacker raised."""
    n_ticks = len(replayed.replay.part)
    checkpoint = Progress(FinishedRun(replayed.replay), n_ticks, n_ticks, perf_counter() - begun)
    try:
        if replayed.error is not None:
            raise replayed.error
        for listen in listeners:
            listen(checkpoint)
    finally:
        result.record(replayed.replay)


def _check_any_ticks(result: ReplayResults, sources: list[Source]) -> None:
    if not result.streams:
        settings = result.settings
        raise ArgumentError(
            f"start_index: no stream has a value in [{settings.start_index}, {settings.stop_index}) "
            f"of the {len(sources)} given. Choose a slice inside the streams."
        )
