"""Replays many parts at once, through joblib: few large tasks, arrays back, the same outcome as one by one.

Whoever outgrows the machine sets ``joblib.parallel_config(backend="dask")`` or another backend and changes nothing else.
"""

from __future__ import annotations

import math
import threading
import warnings
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pickle import PicklingError
from time import perf_counter
from types import TracebackType
from typing import Literal

import numpy as np

from midplot.errors import MidplotError
from midplot.play._backends import DaskCluster, dask_cluster, is_death
from midplot.play._engine import PartReplay, PartRun
from midplot.play._lockstep import BoundInfer
from midplot.play._probe import Probes
from midplot.play._raised import MEANT, mark, own_frames
from midplot.play._sent_error import packed_error, unpacked_error
from midplot.play._travel import packed, unpacked
from midplot.streams._stream import Part, read_only

__all__ = ["Meter", "Replayed", "Workers", "available_jobs", "pays"]

TASKS_PER_JOB = 8
"""How many tasks each process gets: enough to even out long parts, few enough to cost nothing."""

MOST_TICKS = 1_000_000
"""More than this a task has only where a single part has: a cluster's scheduler keeps a task's data."""

SAMPLE_SECONDS = 0.1
"""How much has to be replayed before its pace is believed."""

LEAST_SAVED_SECONDS = 2.0
"""How much several processes must save: about twice what it takes to start them."""

SETTLING_SECONDS = 0.2
"""How long a stop waits for tasks on their way: loky's thread fails where one has not reached the workers' queue."""

_NO_VALUES = np.empty(0)

_Task = list[tuple[int, Part]]
_Outcome = tuple[int, PartReplay, bytes | None]


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """What came of one part in a worker.

    Attributes
    ----------
    replay
        What was decided; where the attacker failed, until then.
    error
        What the attacker raised, or None.
    """

    replay: PartReplay
    error: BaseException | None = None


def available_jobs(n_jobs: int | Literal["auto"]) -> int:
    """Return how many processes there would be, as joblib and its present backend count them; 1 is this one."""
    from joblib import effective_n_jobs

    jobs = int(effective_n_jobs(-1 if n_jobs == "auto" else n_jobs))
    # A cluster's workers come and go: with one left at the moment, it is still there that the work was sent.
    return jobs if dask_cluster() is None else max(2, jobs)


def pays(seconds_left: float, n_jobs: int) -> bool:
    """Tell whether several processes are worth their start: whether they would save at least two seconds.

    Examples
    --------
    >>> pays(3.9, n_jobs=2), pays(4.0, n_jobs=2), pays(60.0, n_jobs=1)
    (False, True, False)
    """
    return seconds_left * (1 - 1 / n_jobs) >= LEAST_SAVED_SECONDS


class Meter:
    """Tells when the rest of a replay had better run in several processes, by the pace so far.

    Parameters
    ----------
    n_ticks
        How many there are in all.
    """

    def __init__(self, n_ticks: int) -> None:
        self._left = n_ticks
        self._done = 0
        self._begun = perf_counter()

    def note(self, n_ticks: int) -> None:
        """Count ticks that were replayed in this process."""
        self._done += n_ticks
        self._left -= n_ticks

    def jobs(self) -> int:
        """Return in how many processes to go on: 1 is this one."""
        seconds = perf_counter() - self._begun
        if not self._done or seconds < SAMPLE_SECONDS:
            return 1
        seconds_left = self._left * seconds / self._done
        if seconds_left < LEAST_SAVED_SECONDS:
            return 1  # whatever there is: without the time to ask
        jobs = available_jobs("auto")
        return jobs if pays(seconds_left, jobs) else 1


class Workers:
    """Processes that replay parts; iterating gives what came of each, in order, whatever finishes first.

    A context manager: leaving it stops what still runs.

    Parameters
    ----------
    parts
        What to replay.
    infer
        The attacker. What is defined in a notebook travels.
    probes
        What to sample of the attacker after each decision.
    n_jobs
        How many processes.

    Raises
    ------
    MidplotError
        If the attacker cannot travel, or a worker was killed, as the system does when memory runs out.
    """

    def __init__(self, parts: Sequence[Part], infer: BoundInfer, probes: Probes, n_jobs: int) -> None:
        self._parts = parts
        self._finished: dict[int, _Outcome] = {}
        self._outcomes = _outcomes(_tasks(parts, n_jobs), packed(infer, probes), n_jobs)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._outcomes.close()

    def __iter__(self) -> Iterator[Replayed]:
        for position in range(len(self._parts)):
            while position not in self._finished:
                self._wait()
            yield self._taken(position)

    def left(self) -> Iterator[Replayed]:
        """Give what has finished and was not given yet: parts that ran ahead of one that was stopped.

        Nothing after an attacker's error, where a replay in one process would have ended; but all after Ctrl-C.
        """
        for position in sorted(self._finished):
            yield self._taken(position)

    def _wait(self) -> None:
        """Wait for one more task."""
        try:
            outcomes = next(self._outcomes)
        except MEANT:
            raise
        except BaseException as error:
            raise _in_words(error) from error
        for outcome in outcomes:
            self._finished[outcome[0]] = outcome

    def _taken(self, position: int) -> Replayed:
        _, replay, error = self._finished.pop(position)
        whole = replace(replay, part=self._parts[position], decisions=read_only(replay.decisions))
        if error is None:
            return Replayed(whole)
        raised = unpacked_error(error)
        if isinstance(raised, Exception):
            mark(raised)
            self._finished.clear()
        return Replayed(whole, raised)


def _outcomes(tasks: list[_Task], content: bytes, n_jobs: int) -> Generator[list[_Outcome], None, None]:
    """Give what comes of tasks as they finish; closing it stops them."""
    cluster = dask_cluster()
    return _on_joblib(tasks, content, n_jobs) if cluster is None else _on_dask(tasks, content, cluster)


def _on_joblib(tasks: list[_Task], content: bytes, n_jobs: int) -> Generator[list[_Outcome], None, None]:
    """Run tasks on joblib's present backend: on its worker processes, where nothing else was chosen."""
    from joblib import Parallel, delayed

    stopping = threading.Event()
    sent = (delayed(_task)(task, content) for task in takewhile(lambda _: not stopping.is_set(), tasks))
    # joblib sends two tasks a job ahead, no more, so that a stop finds few that are under way.
    outcomes = Parallel(n_jobs=min(n_jobs, len(tasks)), batch_size=1, return_as="generator_unordered")(sent)
    try:
        for outcome in outcomes:  # noqa: UP028 -- `yield from` would stop joblib at once
            yield outcome
    except GeneratorExit:
        stopping.set()
        threading.Event().wait(SETTLING_SECONDS)
        raise
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of tasks that joblib has to stop: that is what is wanted
            outcomes.close()


def _on_dask(tasks: list[_Task], content: bytes, cluster: DaskCluster) -> Generator[list[_Outcome], None, None]:
    """Run tasks on the cluster that joblib was told of.

    joblib's own way there waits for ever for a task that has killed its workers, and cancels nothing.
    """
    from distributed import as_completed

    # pure=False: otherwise Dask would hand out the decisions of an earlier replay of the same attacker.
    futures = [cluster.client.submit(_task, task, content, pure=False, **cluster.options) for task in tasks]
    try:
        with cluster.waiting():
            for future in as_completed(futures):
                yield future.result()
    finally:
        cluster.client.cancel(futures)


def _in_words(error: BaseException) -> Exception:
    """Say what became of a worker; an error that is none of the workers' is returned as it is."""
    if is_death(error):
        return MidplotError(
            "a worker process was killed, as the system does when memory runs out",
            where="replay",
            advice="Replay in fewer processes, a smaller n_jobs, or fewer streams at once, by only_stream_ids.",
        )
    if isinstance(error, PicklingError):
        return MidplotError(
            f"something cannot be sent between processes ({error})",
            where="replay",
            advice="Give n_jobs=1 to replay in this one.",
        )
    return MidplotError(
        f"the worker processes failed ({type(error).__name__}: {error})",
        where="replay",
        advice="Look at what they printed, or give n_jobs=1 to replay in this one.",
    )


def _tasks(parts: Sequence[Part], n_jobs: int) -> list[_Task]:
    """Cut parts, in order, into tasks of about the same number of ticks."""
    n_ticks = sum(map(len, parts))
    wanted = min(MOST_TICKS, math.ceil(n_ticks / (n_jobs * TASKS_PER_JOB)))
    tasks: list[_Task] = []
    room = 0
    for position, part in enumerate(parts):
        if room <= 0:
            tasks.append([])
            room = wanted
        tasks[-1].append((position, part.without_times()))
        room -= len(part)
    return tasks


def _task(parts: _Task, content: bytes) -> list[_Outcome]:
    """Replay some parts in a worker; after an error those that follow are left out, as in a serial replay."""
    outcomes: list[_Outcome] = []
    with unpacked(content) as (infer, probes):
        for position, part in parts:
            replay, error = _replayed(part, infer, probes)
            outcomes.append((position, replay, error))
            if error is not None:
                break
    return outcomes


def _replayed(part: Part, infer: BoundInfer, probes: Probes) -> tuple[PartReplay, bytes | None]:
    """Replay one part, and keep what there is where the attacker raises; the values stay where they are."""
    run = PartRun(part, infer, probes)
    error = None
    try:
        run.run()
    except BaseException as raised:  # noqa: BLE001 -- an attacker may raise anything; the replay raises it anew
        own_frames(raised)
        error = packed_error(raised)
    return replace(run.outcome(), part=replace(part, values=_NO_VALUES)), error
