"""Runs a replay and fills its ledger: source by source in this process, or part by part in several."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from midplot._warnings import warn
from midplot.errors import ArgumentError, message_of
from midplot.money._ledger import Ledger
from midplot.play._engine import FinishedRun, PartRun, Progress
from midplot.play._lockstep import BoundInfer
from midplot.streams._stream import Part, cut_into_parts

if TYPE_CHECKING:
    from midplot.play.workers._parallel import Replayed
    from midplot.streams._inputs import Source

__all__ = ["Listener", "Replay"]

Listener = Callable[[Progress], None]
"""A function that is called with each checkpoint."""

Steps = Generator[None, None, None]
"""Yields after each chunk, so that whoever iterates can do something else in between."""


class _Audience:
    """The listeners of a replay. None of them can end or change it: a listener that raises an error is dropped."""

    def __init__(self, listeners: Iterable[Listener]) -> None:
        self._listeners = list(listeners)

    def tell(self, checkpoint: Progress) -> None:
        for listener in list(self._listeners):  # a copy, since one may be removed
            try:
                listener(checkpoint)
            except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever it raises, the replay goes on; not Ctrl-C
                self._listeners.remove(listener)
                name = getattr(listener, "__qualname__", type(listener).__name__)
                warn(
                    f"progress: {name} raised {type(error).__name__}: {message_of(error)}. The replay goes on without it. "
                    "Fix it and replay again to get every checkpoint."
                )


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay that is ready to run.

    Attributes
    ----------
    ledger
        The ledger to fill.
    infer
        The attacker, bound to its parameters.
    sources
        The sources to replay.
    listeners
        Functions that are called with each checkpoint; they have no influence on the outcome.
    """

    ledger: Ledger
    infer: BoundInfer
    sources: list[Source]
    listeners: tuple[Listener, ...] = ()

    def run(self) -> None:
        """Replay all sources in one go; see `steps`."""
        for _ in self.steps():
            pass

    def steps(self) -> Steps:
        """Replay all sources and yield after each chunk; Ctrl-C ends the replay and keeps what was replayed.

        Raises
        ------
        ArgumentError
            If no source has a value to replay.
        MidplotError
            If the streams are wrong, the attacker breaks the rules, or a worker process was killed.
        """
        started, audience = perf_counter(), _Audience(self.listeners)
        complete = False
        try:
            if self.ledger.settings.n_jobs == 1:
                for source in self.sources:
                    for part in self._parts(source):
                        yield from self._run_part(part, audience)
            else:
                yield from self._run_many(audience)
            complete = True
        except KeyboardInterrupt:
            # Not raised again: the caller gets the partial result, which says that it is partial.
            return
        finally:
            self.ledger.close("complete" if complete else "interrupted", perf_counter() - started)
        if not self.ledger.streams:
            settings = self.ledger.settings
            raise ArgumentError(
                f"no stream has a value in [{settings.start_index}, {settings.stop_index}) of the "
                f"{len(self.sources)} given",
                where="start_index",
                advice="Choose a slice inside the streams.",
            )

    def _parts(self, source: Source) -> list[Part]:
        settings = self.ledger.settings
        stream = source.read(settings.stop_index)
        self.ledger.open_stream(stream)
        return cut_into_parts(stream, settings.start_index, settings.stop_index, settings.warmup)

    def _run_part(self, part: Part, audience: _Audience) -> Steps:
        """Replay a part in this process."""
        run = PartRun(part, self.infer, self.ledger.settings.probe)
        try:
            for checkpoint in run:
                # First, since the listeners read the ledger.
                self.ledger.watch(run)
                audience.tell(checkpoint)
                yield
        finally:
            self.ledger.record(run.outcome())

    def _run_many(self, audience: _Audience) -> Steps:
        """Read all sources, and replay their parts in several processes, as soon as the user asks for it or it pays off."""
        from midplot.play.workers._parallel import Meter, available_jobs

        parts, fault = self._all_parts()
        meter = Meter(sum(len(part) for part in parts))
        n_jobs = self.ledger.settings.n_jobs
        for position, part in enumerate(parts):
            jobs = 1
            if position < len(parts) - 1:  # a single part cannot be split
                jobs = meter.jobs() if n_jobs == "auto" else available_jobs(n_jobs)
            if jobs > 1:
                yield from self._run_elsewhere(parts[position:], audience, jobs)
                break
            yield from self._run_part(part, audience)
            meter.note(len(part))
        if fault is not None:
            raise fault

    def _all_parts(self) -> tuple[list[Part], Exception | None]:
        """Read the sources up to the first that cannot be read; its error is raised after the replay of those before it."""
        parts: list[Part] = []
        for source in self.sources:
            try:
                parts += self._parts(source)
            except Exception as fault:  # noqa: BLE001 -- a user's iterable may raise anything
                return parts, fault
        return parts, None

    def _run_elsewhere(self, parts: list[Part], audience: _Audience, n_jobs: int) -> Steps:
        """Replay parts in other processes, and record them in order."""
        from midplot.play.workers._parallel import Workers

        started = perf_counter()
        with Workers(parts, self.infer, self.ledger.settings.probe, n_jobs) as workers:
            try:
                for replayed in workers:
                    self._take(replayed, audience, started)
                    yield
            finally:
                for replayed in workers.left():
                    self.ledger.record(replayed.replay)

    def _take(self, replayed: Replayed, audience: _Audience, started: float) -> None:
        """Tell the listeners of a part that has finished and record it, or record it and raise its attacker's error."""
        n_ticks, run = len(replayed.replay.part), FinishedRun(replayed.replay)
        try:
            if replayed.error is not None:
                raise replayed.error
            self.ledger.watch(run)
            audience.tell(Progress(run, n_ticks, n_ticks, perf_counter() - started))
        finally:
            self.ledger.record(replayed.replay)
