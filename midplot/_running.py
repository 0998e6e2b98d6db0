"""Runs a replay's sources into its ledger: one by one in this process, or their parts in several."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from midplot._warnings import warn
from midplot.errors import ArgumentError
from midplot.money._ledger import Ledger
from midplot.play._engine import FinishedRun, PartRun, Progress
from midplot.play._lockstep import BoundInfer
from midplot.streams._stream import Part, cut_into_parts

if TYPE_CHECKING:
    from midplot.play._parallel import Replayed
    from midplot.streams._inputs import Source

__all__ = ["Listener", "Replay"]

Listener = Callable[[Progress], None]

Steps = Generator[None, None, None]


class _Audience:
    """Those who hear of each checkpoint. None of them can end or change the replay: one that raises hears no more."""

    def __init__(self, listeners: Iterable[Listener]) -> None:
        self._listeners = list(listeners)

    def tell(self, checkpoint: Progress) -> None:
        for listener in list(self._listeners):
            try:
                listener(checkpoint)
            except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever it raises, the replay goes on
                self._listeners.remove(listener)
                name = getattr(listener, "__qualname__", type(listener).__name__)
                warn(
                    f"progress: {name} raised {type(error).__name__}: {error}. The replay goes on without it. "
                    "Mend it, and replay again to hear of every checkpoint."
                )


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay that is ready to run.

    Attributes
    ----------
    ledger
        To be filled.
    infer
        The attacker, bound to its parameters.
    sources
        What to replay.
    listeners
        Called with each checkpoint; they have no influence on the outcome.
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
        """Replay all sources, giving way after each chunk; Ctrl-C ends it with what there is.

        Raises
        ------
        ArgumentError
            If no source has a value to replay.
        MidplotError
            If the streams are wrong, the attacker breaks the rules, or a worker process was killed.
        """
        begun, audience = perf_counter(), _Audience(self.listeners)
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
            return
        finally:
            self.ledger.close("complete" if complete else "interrupted", perf_counter() - begun)
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
                self.ledger.watch(run)
                audience.tell(checkpoint)
                yield
        finally:
            self.ledger.record(run.outcome())

    def _run_many(self, audience: _Audience) -> Steps:
        """Read all sources, and replay them in several processes, from where that is asked for or pays."""
        from midplot.play._parallel import Meter, available_jobs

        parts, fault = self._all_parts()
        meter = Meter(sum(len(part) for part in parts))
        n_jobs = self.ledger.settings.n_jobs
        for position, part in enumerate(parts):
            jobs = 1
            if position < len(parts) - 1:  # a part alone is not split
                jobs = meter.jobs() if n_jobs == "auto" else available_jobs(n_jobs)
            if jobs > 1:
                yield from self._run_elsewhere(parts[position:], audience, jobs)
                break
            yield from self._run_part(part, audience)
            meter.note(len(part))
        if fault is not None:
            raise fault

    def _all_parts(self) -> tuple[list[Part], Exception | None]:
        """Read the sources up to one that is wrong: what comes before it is replayed first, as it is one by one."""
        parts: list[Part] = []
        for source in self.sources:
            try:
                parts += self._parts(source)
            except Exception as fault:  # noqa: BLE001 -- a user's iterable may raise anything; it is raised in its turn
                return parts, fault
        return parts, None

    def _run_elsewhere(self, parts: list[Part], audience: _Audience, n_jobs: int) -> Steps:
        """Replay parts in other processes, and record them in order."""
        from midplot.play._parallel import Workers

        begun = perf_counter()
        with Workers(parts, self.infer, self.ledger.settings.probe, n_jobs) as workers:
            try:
                for replayed in workers:
                    self._take(replayed, audience, begun)
                    yield
            finally:
                for replayed in workers.left():
                    self.ledger.record(replayed.replay)

    def _take(self, replayed: Replayed, audience: _Audience, begun: float) -> None:
        """Record what came of a part, after the listeners have heard of it, or raise what its attacker raised."""
        n_ticks, run = len(replayed.replay.part), FinishedRun(replayed.replay)
        try:
            if replayed.error is not None:
                raise replayed.error
            self.ledger.watch(run)
            audience.tell(Progress(run, n_ticks, n_ticks, perf_counter() - begun))
        finally:
            self.ledger.record(replayed.replay)
