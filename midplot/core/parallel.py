"""Replays many streams at once, through joblib: few large tasks, arrays back, the same outcome as one by one.

Whoever outgrows the machine sets ``joblib.parallel_config(backend="dask")`` or another backend and changes nothing else.
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from midplot.core.engine import PartReplay, PartRun
from midplot.core.lockstep import BoundInfer
from midplot.core.settings import ReplaySettings
from midplot.core.stream import Stream, cut_into_parts
from midplot.errors import MidplotError

__all__ = ["Replayed", "replayed_in_parallel", "replayed_parts"]

TASKS_PER_JOB = 4
"""How many tasks each process gets: enough to even out long streams, few enough to cost nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """What came of one stream in a worker.

    Attributes
    ----------
    position
        Of the stream among those that are replayed.
    parts
        What came of its parts; where it failed, of those until then.
    error
        What the attacker raised, or None.
    """

    position: int
    parts: tuple[PartReplay, ...]
    error: BaseException | None = None


def replayed_parts(
    stream: Stream, infer: BoundInfer, settings: ReplaySettings
) -> tuple[list[PartReplay], Exception | None]:
    """Replay one stream, and keep what there is where the attacker raises."""
    replays: list[PartReplay] = []
    for part in cut_into_parts(stream, settings.start_index, settings.stop_index, settings.warmup):
        run = PartRun(part, infer, settings.probe)
        try:
            for _ in run:
                pass
        except Exception as error:  # noqa: BLE001 -- an attacker may raise anything; it is raised anew by the replay
            return [*replays, run.outcome()], error
        replays.append(run.outcome())
    return replays, None


def replayed_in_parallel(
    streams: Sequence[Stream], infer: BoundInfer, settings: ReplaySettings, n_jobs: int
) -> Iterator[Replayed]:
    """Replay streams in several processes, and yield what came of each, in order.

    Parameters
    ----------
    streams
        What to replay.
    infer
        The attacker. What is defined in a notebook travels.
    settings
        The rules of the replay.
    n_jobs
        As joblib counts them: -1 is one for each core.

    Raises
    ------
    MidplotError
        If a worker was killed, as the system does when memory runs out.
    """
    from joblib import Parallel, delayed, effective_n_jobs
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    tasks = _tasks(streams, effective_n_jobs(n_jobs) * TASKS_PER_JOB)
    run = Parallel(n_jobs=n_jobs, return_as="generator", pre_dispatch="all")
    try:
        for outcome in run(delayed(_task)(task, infer, settings) for task in tasks):
            yield from outcome
    except TerminatedWorkerError as error:
        raise MidplotError(
            "replay: a worker process was killed, as the system does when memory runs out. "
            "Replay fewer streams at once: a smaller n_jobs, or only_stream_ids."
        ) from error


def _tasks(streams: Sequence[Stream], n_tasks: int) -> list[list[tuple[int, Stream]]]:
    """Cut the streams, in order, into tasks of about the same number of ticks."""
    total = sum(map(len, streams))
    wanted = max(1, math.ceil(total / max(1, n_tasks)))
    tasks: list[list[tuple[int, Stream]]] = [[]]
    ticks = 0
    for position, stream in enumerate(streams):
        if ticks >= wanted:
            tasks.append([])
            ticks = 0
        tasks[-1].append((position, stream))
        ticks += len(stream)
    return tasks


def _task(streams: list[tuple[int, Stream]], infer: BoundInfer, settings: ReplaySettings) -> list[Replayed]:
    """Replay some streams in a worker; after an error those that follow are left out, as in a serial replay."""
    done = []
    for position, stream in streams:
        parts, error = replayed_parts(stream, infer, settings)
        done.append(Replayed(position, tuple(parts), None if error is None else _portable(error)))
        if error is not None:
            break
    return done


def _portable(error: Exception) -> BaseException:
    """Return an error that can travel to the main process: itself, or its words where it cannot be pickled."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 -- whatever its class raises, it cannot travel
        words = RuntimeError(f"{type(error).__name__}: {error}")
        for note in getattr(error, "__notes__", ()):
            words.add_note(note)
        return words
    return error
