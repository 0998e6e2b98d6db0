"""Replays one attacker with many sets of hyper-parameters: in this process, or all of them side by side in several."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import Any, Literal

import numpy as np

from midplot._running import Replay
from midplot.errors import did_you_mean
from midplot.evidence._blocks import BlockSums, block_sums
from midplot.evidence._luck import Luck, luck_of
from midplot.money._ledger import Ledger
from midplot.play._attacker import InferParameters, bind
from midplot.play._lockstep import BoundInfer
from midplot.play._settings import ReplaySettings
from midplot.play.workers._parallel import Meter, Workers, available_jobs
from midplot.streams._inputs import Source, as_sources, selected
from midplot.streams._stream import FloatArray, Part, Stream, cut_into_parts

__all__ = ["Ground", "Trial", "finite_score", "replayed", "score_matrix"]


@dataclass(frozen=True, eq=False)
class Trial:
    """One set of hyper-parameters, and what the attacker earned with it.

    Attributes
    ----------
    hyper_parameters
        The hyper-parameters.
    scores
        The profit after costs by stream id, in the units of the price.
    n_decisions
        The number of resolved decisions.
    win_rate
        The share of them with a profit; NaN without any.
    latency
        The mean seconds that a decision took.
    failed
        The number of scenarios that failed; None if none were checked.
    """

    hyper_parameters: Any
    scores: Mapping[int, float]
    n_decisions: int
    win_rate: float
    latency: float
    sums: BlockSums
    titles: Mapping[int, str]
    failed: int | None = None

    @property
    def score(self) -> float:
        """The profit after costs over all streams, in the units of the price."""
        return float(sum(self.scores.values()))

    @cached_property
    def outcome(self) -> tuple[Any, ...]:
        """What it came to, down to the blocks, so that trials that came to the same can be told."""
        sums = tuple((stream_id, each.tobytes()) for stream_id, each in self.sums.items())
        return sums, tuple(self.scores.items()), self.n_decisions, self.failed

    @cached_property
    def luck(self) -> Luck:
        """How much of the score may be luck, as if nothing else had been tried."""
        return self.luck_of_trials(1)

    def luck_of_trials(self, trials: int) -> Luck:
        """Return how much of the score may be luck if it is the best of a number of trials."""
        return luck_of(self.sums, titles=self.titles, score=self.score, trials=trials)

    @classmethod
    def of(cls, hyper_parameters: Any, ledger: Ledger, failed: int | None) -> Trial:
        """Keep of a replay what is shown; the decisions of hundreds of trials would fill the memory."""
        return cls(
            hyper_parameters=hyper_parameters,
            scores=ledger.scores,
            n_decisions=int(ledger.summary()["num_resolved_decisions"] or 0),
            win_rate=ledger.win_rate,
            latency=ledger.latency.mean,
            sums=block_sums(ledger),
            titles={stream_id: account.title for stream_id, account in ledger.streams.items()},
            failed=failed,
        )

    def __repr__(self) -> str:
        return f"Trial({self.hyper_parameters}, score={self.score:.6g})"


class Ground:
    """The streams and rules on which sets of hyper-parameters are tried. Streams are read once.

    Parameters
    ----------
    streams
        The streams, as for `replay`.
    infer
        The attacker.
    rules
        Further arguments of `replay`.
    n_jobs
        The number of processes, or ``"auto"``.
    """

    def __init__(self, streams: Any, infer: Any, rules: Mapping[str, Any], n_jobs: int | Literal["auto"]) -> None:
        named = dict(rules)
        self._infer = infer
        self.model_directory = named.pop("model_directory_path", ".")
        only = named.pop("only_stream_ids", None)
        self.settings = ReplaySettings(**named, n_jobs=n_jobs)
        self.streams = [source.read(self.settings.stop_index) for source in selected(as_sources(streams), only)]

    def bound(self, hyper_parameters: Any) -> BoundInfer:
        """Return the attacker with hyper-parameters."""
        parameters = InferParameters(hyper_parameters, False, self.model_directory, self.settings.horizon)
        return bind(self._infer, parameters)

    def parts(self) -> list[Part]:
        """Return the parts of all streams."""
        rules = self.settings
        cut = (cut_into_parts(each, rules.start_index, rules.stop_index, rules.warmup) for each in self.streams)
        return [part for parts in cut for part in parts]


def replayed(ground: Ground, tried: Sequence[Any]) -> Iterator[Ledger]:
    """Yield the ledger of each set of hyper-parameters, in order.

    Raises
    ------
    KeyboardInterrupt
        At Ctrl-C: part of a score is not a score.
    Exception
        The attacker's own, with a note of the hyper-parameters.
    """
    parts = ground.parts()
    n_ticks = sum(map(len, parts))
    meter, n_jobs = Meter(n_ticks * len(tried)), ground.settings.n_jobs
    for place, hyper_parameters in enumerate(tried):
        jobs = 1
        if n_jobs != 1 and (len(parts) > 1 or place < len(tried) - 1):
            jobs = meter.jobs() if n_jobs == "auto" else available_jobs(n_jobs)
        if jobs > 1:
            yield from _in_processes(ground, parts, tried[place:], jobs)
            return
        yield _here(ground, hyper_parameters)
        meter.note(n_ticks)


def _here(ground: Ground, hyper_parameters: Any) -> Ledger:
    ledger = Ledger(_serial(ground.settings))
    sources = [_as_source(stream) for stream in ground.streams]
    try:
        Replay(ledger, ground.bound(hyper_parameters), sources).run()
    except Exception as error:
        _note(error, hyper_parameters)
        raise
    if ledger.interrupted:
        raise KeyboardInterrupt
    return ledger


def _as_source(stream: Stream) -> Source:
    return Source(stream.stream_id, stream.name, lambda _: stream)


def _in_processes(ground: Ground, parts: list[Part], tried: Sequence[Any], jobs: int) -> Generator[Ledger, None, None]:
    """Replay all parts with all sets at once, so that no process is idle while another finishes a set."""
    if not parts:
        _here(ground, tried[0])  # raises, and says that nothing is left to replay
    infers = [ground.bound(each) for each in tried]
    with Workers.of_many(parts, infers, jobs) as workers:
        outcomes = iter(workers)
        for hyper_parameters in tried:
            started, ledger = perf_counter(), Ledger(_serial(ground.settings))
            for stream in ground.streams:
                ledger.open_stream(stream)
            for _ in parts:
                outcome = next(outcomes)
                if outcome.error is not None:
                    _note(outcome.error, hyper_parameters)
                    raise outcome.error
                ledger.record(outcome.replay)
            ledger.close("complete", perf_counter() - started)
            yield ledger


def _serial(settings: ReplaySettings) -> ReplaySettings:
    # A ledger that went through other processes is the same as one that did not, down to its rules.
    names = ("horizon", "epsilon", "start_index", "stop_index", "warmup", "backoff", "with_trading_lag")
    return ReplaySettings(**{name: getattr(settings, name) for name in names})


def _note(error: BaseException, hyper_parameters: Any) -> None:
    error.add_note(f"hyper_parameters: {hyper_parameters!r}")
    key = error.args[0] if isinstance(error, KeyError) and error.args else None
    if isinstance(key, str) and isinstance(hyper_parameters, Mapping) and key not in hyper_parameters:
        close = did_you_mean(key, hyper_parameters).strip()
        # An attacker may look it up somewhere else, and then this is not what is wrong.
        error.add_note(
            " ".join(
                filter(None, [f"They have no {key!r}: if the attacker takes it from them, give it as well.", close])
            )
        )


def score_matrix(trials: Sequence[Trial]) -> FloatArray:
    """Return the score of each trial on each stream, shape ``(n_trials, n_streams)``."""
    return np.array([list(trial.scores.values()) for trial in trials], dtype=np.float64)


def finite_score(trial: Trial) -> float:
    """Return the score of a trial, or minus infinity if it overflowed to NaN, so that the best can be chosen."""
    return -math.inf if math.isnan(trial.score) else trial.score
