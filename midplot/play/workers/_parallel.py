"""Replays many parts at once through joblib: a few large tasks go out, arrays come back, the outcome is that of one process.

Users who outgrow their machine set ``joblib.parallel_config(backend="dask")`` or another backend and change nothing else.
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
from typing import Literal, Self

import numpy as np

from midplot.errors import MidplotError
from midplot.play._engine import PartReplay, PartRun
from midplot.play._lockstep import BoundInfer
from midplot.play._probe import Probes
from midplot.play._raised import mark, own_frames
from midplot.play.workers._backends import DaskCluster, dask_cluster, is_death
from midplot.play.workers._sent_error import packed_error, unpacked_error
from midplot.play.workers._travel import packed, unpacked
from midplot.streams._stream import Part, read_only

__all__ = ["Meter", "Replayed", "Workers", "available_jobs", "pays"]

TASKS_PER_JOB = 8
"""Tasks per process: enough to even out long parts, few enough for their overhead not to matter."""

MOST_TICKS = 1_000_000
"""Ticks that a task has at most, unless a single part has more: 8 MB, since a cluster's scheduler keeps a task's data."""

SAMPLE_SECONDS = 0.1
"""Seconds of replay before the pace is trusted: two of the engine's chunks, of which the first are very short."""

LEAST_SAVED_SECONDS = 2.0
"""Seconds that several processes must save: about twice what it takes to start them."""

SETTLING_SECONDS = 0.2
"""Seconds that a stop waits for tasks on their way: loky's thread fails if one has not reached the workers' queue yet."""

_NO_VALUES = np.empty(0)
"""Replaces the values of a part on the way back: this process has them already."""

_Task = list[tuple[int, Part]]
_Work = tuple[_Task, bytes]
"""A task, and the attacker that it is for."""
_Outcome = tuple[int, PartReplay, bytes | None]


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """The outcome of one part that was replayed in a worker.

    Attributes
    ----------
    replay
        The outcome; if the attacker failed, up to that tick.
    error
        The error that the attacker raised, or None.
    """

    replay: PartReplay
    error: BaseException | None = None


def available_jobs(n_jobs: int | Literal["auto"]) -> int:
    """Return the number of processes, as joblib and its present backend count them; 1 stands for this process."""
    # Loaded late, here and below: most replays run in one process and need no joblib.
    from joblib import effective_n_jobs

    jobs = int(effective_n_jobs(-1 if n_jobs == "auto" else n_jobs))
    # A cluster's workers come and go. Even if only one is left at the moment, the user wants the work done there.
    return jobs if dask_cluster() is None else max(2, jobs)


def pays(seconds_left: float, n_jobs: int) -> bool:
    """Tell whether several processes are worth starting: whether they would save at least two seconds.

    Examples
    --------
    >>> pays(3.9, n_jobs=2), pays(4.0, n_jobs=2), pays(60.0, n_jobs=1)
    (False, True, False)
    """
    return seconds_left * (1 - 1 / n_jobs) >= LEAST_SAVED_SECONDS


class Meter:
    """Tells from the pace so far whether the rest of a replay should run in several processes.

    Parameters
    ----------
    n_ticks
        Number of ticks of the whole replay.
    """

    def __init__(self, n_ticks: int) -> None:
        self._left = n_ticks
        self._done = 0
        self._started = perf_counter()

    def note(self, n_ticks: int) -> None:
        """Count ticks that were replayed in this process."""
        self._done += n_ticks
        self._left -= n_ticks

    def jobs(self) -> int:
        """Return the number of processes to continue in; 1 stands for this process."""
        seconds = perf_counter() - self._started
        if not self._done or seconds < SAMPLE_SECONDS:
            return 1
        seconds_left = self._left * seconds / self._done
        if seconds_left < LEAST_SAVED_SECONDS:
            return 1  # not worth asking joblib, which takes time to count
        jobs = available_jobs("auto")
        return jobs if pays(seconds_left, jobs) else 1


class Workers:
    """Processes that replay parts. Iterating gives the outcome of each in order, whichever finishes first.

    A context manager: leaving it stops whatever still runs.

    Parameters
    ----------
    parts
        The parts to replay.
    infer
        The attacker. It may be defined in a notebook.
    probes
        Attributes or functions of the attacker to sample after each decision.
    n_jobs
        Number of processes.

    Raises
    ------
    MidplotError
        If the attacker cannot be sent to another process, or a worker was killed, as the system does when memory runs
        out.
    """

    def __init__(self, parts: Sequence[Part], infer: BoundInfer, probes: Probes, n_jobs: int) -> None:
        self._parts = parts
        self._finished: dict[int, _Outcome] = {}
        # The attacker is packed once, not once per task: it may hold a large model.
        content = packed(infer, probes)
        self._outcomes = _outcomes([(task, content) for task in _tasks(parts, n_jobs)], n_jobs)

    @classmethod
    def of_many(cls, parts: Sequence[Part], infers: Sequence[BoundInfer], n_jobs: int) -> Self:
        """Return processes that replay all parts with one attacker after the other.

        Iterating gives the outcomes of all parts with the first attacker, then those with the second, and so on.

        Parameters
        ----------
        parts
            The parts to replay.
        infers
            The attackers.
        n_jobs
            Number of processes.

        Raises
        ------
        MidplotError
            As for the class.
        """
        many = cls.__new__(cls)
        many._parts = [part for _ in infers for part in parts]
        many._finished = {}
        work: list[_Work] = []
        for number, infer in enumerate(infers):
            content, first = packed(infer, ()), number * len(parts)
            # With many attackers each is a task or two: as many in all as for one attacker would be too few or too long.
            tasks = _tasks(parts, n_jobs / len(infers))
            work += [([(first + position, part) for position, part in task], content) for task in tasks]
        many._outcomes = _outcomes(work, n_jobs)
        return many

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
        """Yield the outcomes that were not yielded yet: parts that were finished before an earlier one.

        There are none after an attacker's error, where a replay in one process would have ended. After Ctrl-C all of
        them are kept.
        """
        for position in sorted(self._finished):
            yield self._taken(position)

    def _wait(self) -> None:
        """Wait for one more task to finish."""
        try:
            outcomes = next(self._outcomes)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise _explained(error) from error
        for outcome in outcomes:
            self._finished[outcome[0]] = outcome

    def _taken(self, position: int) -> Replayed:
        _, replay, error = self._finished.pop(position)
        # An array is writable again once it was pickled.
        whole = replace(replay, part=self._parts[position], decisions=read_only(replay.decisions))
        if error is None:
            return Replayed(whole)
        raised = unpacked_error(error)
        if isinstance(raised, Exception):
            mark(raised)
            self._finished.clear()  # parts that ran ahead; see `left`
        return Replayed(whole, raised)


def _outcomes(work: list[_Work], n_jobs: int) -> Generator[list[_Outcome], None, None]:
    """Yield the outcomes of tasks as they finish; closing the generator stops the rest."""
    cluster = dask_cluster()
    return _on_joblib(work, n_jobs) if cluster is None else _on_dask(work, cluster)


def _on_joblib(work: list[_Work], n_jobs: int) -> Generator[list[_Outcome], None, None]:
    """Run tasks on joblib's present backend: on its own worker processes, unless the user chose another one."""
    from joblib import Parallel, delayed

    stopping = threading.Event()
    sent = (delayed(_task)(*each) for each in takewhile(lambda _: not stopping.is_set(), work))
    # joblib sends at most two tasks per process ahead, so only a few are under way when the replay is stopped.
    # batch_size=1: the tasks are large already, and joblib would wait for several of them before it returned one.
    outcomes = Parallel(n_jobs=min(n_jobs, len(work)), batch_size=1, return_as="generator_unordered")(sent)
    try:
        for outcome in outcomes:  # noqa: UP028 -- `yield from` would stop joblib at once
            yield outcome
    except GeneratorExit:
        stopping.set()
        threading.Event().wait(SETTLING_SECONDS)
        raise
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # joblib warns of tasks that it has to stop, which is intended here
            outcomes.close()


def _on_dask(work: list[_Work], cluster: DaskCluster) -> Generator[list[_Outcome], None, None]:
    """Run tasks on the Dask cluster that joblib was configured with.

    joblib's own way to use Dask waits for ever for a task that has killed its workers, and cancels nothing.
    """
    from distributed import as_completed

    # pure=False: otherwise Dask would hand out the decisions of an earlier replay of the same attacker.
    futures = [cluster.client.submit(_task, *each, pure=False, **cluster.options) for each in work]
    try:
        with cluster.waiting():
            for future in as_completed(futures):
                yield future.result()
    finally:
        cluster.client.cancel(futures)


def _explained(error: BaseException) -> MidplotError:
    """Return an error that says what happened to the workers, and what to do."""
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
            advice="Give n_jobs=1 to replay in this process.",
        )
    return MidplotError(
        f"the worker processes failed ({type(error).__name__}: {error})",
        where="replay",
        advice="Look at what they printed, or give n_jobs=1 to replay in this process.",
    )


def _tasks(parts: Sequence[Part], n_jobs: float) -> list[_Task]:
    """Cut parts, in order, into tasks of about the same number of ticks."""
    n_ticks = sum(map(len, parts))
    wanted = min(MOST_TICKS, math.ceil(n_ticks / (n_jobs * TASKS_PER_JOB)))
    tasks: list[_Task] = []
    room = 0
    for position, part in enumerate(parts):
        if room <= 0:
            tasks.append([])
            room = wanted
        tasks[-1].append((position, part.without_times()))  # times are not fed, and weigh as much as the values
        room -= len(part)
    return tasks


def _task(parts: _Task, content: bytes) -> list[_Outcome]:
    """Replay some parts in a worker, up to the first that raises an error, as in a serial replay."""
    outcomes: list[_Outcome] = []
    with unpacked(content) as (infer, probes):
        for position, part in parts:
            replay, error = _replayed(part, infer, probes)
            outcomes.append((position, replay, error))
            if error is not None:
                break
    return outcomes


def _replayed(part: Part, infer: BoundInfer, probes: Probes) -> tuple[PartReplay, bytes | None]:
    """Replay one part, and keep the outcome so far if the attacker raises; the values are not sent back."""
    run = PartRun(part, infer, probes)
    error = None
    try:
        run.run()
    except BaseException as raised:  # noqa: BLE001 -- an attacker may raise anything; the replay raises it again
        own_frames(raised)  # the text of the traceback is sent back, and the user need not see midplot's frames in it
        error = packed_error(raised)
    return replace(run.outcome(), part=replace(part, values=_NO_VALUES)), error
