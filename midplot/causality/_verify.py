"""Replays an attacker again to find out whether it uses only the past, and decides the same on the same values.

First it is looked at: what it *holds* before it is shown the streams is held against them, and what it *reads* is listened
to. Then it is replayed, in three trials. *Determinism*: the same values must give the same decisions again. *Causality*:
with the future taken away or altered, the decisions up to now must not change; this finds an attacker that reaches behind
its stream. *Leak*: on surrogate streams, whose increments are reshuffled, the decisions must not earn on the future of
the **original** at the same indices; this finds an attacker that knows the data from elsewhere, in a form that is not
recognised. An error in a trial, where the replay had none, counts as a change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from midplot._arguments import whole_number
from midplot._arithmetic import finite, quiet
from midplot.causality._anchored import earned_at_anchors
from midplot.causality._evidence import Earnings
from midplot.causality._fresh import Cause, cause_of_change, cause_without_future
from midplot.causality._holds import Holdings, what_is_held
from midplot.causality._leak import earned_elsewhere
from midplot.causality._reach import Reach
from midplot.causality._read_data import what_is_read
from midplot.causality._reads import Heard, listening
from midplot.causality._verification import BY_CLOCK, Change, Verification
from midplot.errors import ArgumentError, message_of
from midplot.play._engine import PartReplay, PartRun, first_parts
from midplot.play._history import history_of
from midplot.play._lockstep import BoundInfer
from midplot.play._trial import Started
from midplot.streams._stream import FloatArray, Part

__all__ = ["verify_replays"]

# Each takes 60 bytes of memory while it is compared, and streams may be left in their files to save memory.
MOST_TICKS = 2_000_000
"""Ticks with which what is held and read is compared."""

DETERMINISM_SHARE = 0.1
"""Share of the ticks that is replayed again: what is random shows early, and verifying should cost less than a replay."""


TIMES_AGAIN = 3
"""Times that an attacker is fed the same again before it is said to look ahead."""

MOST_EARLIER = 100_000
"""Ticks of other parts that are fed to it in a fresh process."""


def verify_replays(
    replays: Sequence[PartReplay], infer: BoundInfer, *, horizon: int, n_ticks: int = 20, seed: int = 0
) -> Verification:
    """Replay parts again on the same, shortened, altered and surrogate values, and compare the decisions.

    Parameters
    ----------
    replays
        The replays to verify.
    infer
        The attacker, bound to its parameters.
    horizon
        Ticks from a decision to its resolution.
    n_ticks
        Number of ticks at which the future is taken away and altered, at least 1.
    seed
        Seed for the choice of ticks and for the altered values, at least 0.

    Returns
    -------
    Verification

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If nothing was replayed, or a number is wrong.
    """
    n_ticks, seed = whole_number("n_ticks", n_ticks, 1), whole_number("seed", seed, 0)
    fed = [replay for replay in replays if replay.n_ticks]
    if not fed:
        raise ArgumentError(
            "nothing was replayed, so there is nothing to verify",
            where="verify",
            advice="Replay a stream first.",
        )
    rng = np.random.default_rng(seed)
    held, starting = _looked_at(fed, infer, horizon)
    repeated = first_parts(fed, DETERMINISM_SHARE * sum(replay.n_ticks for replay in fed))
    running: list[Heard] = []
    change = _first(_repeated(replay, infer, running) for replay in repeated)
    reads = what_is_read(starting, running, _compared_with(fed))
    sample = _sampled_ticks(fed, n_ticks, rng)
    outcome = _tried(fed, sample, change, infer, rng)
    surrogates = _Surrogates(infer)
    elsewhere = earned_elsewhere(fed, surrogates.decide, horizon=horizon, rng=rng)
    anchored = earned_at_anchors(fed, surrogates.decide, horizon=horizon, rng=rng)
    by_clock = elsewhere is not None and elsewhere.alike >= BY_CLOCK
    earnings = [each for each in (elsewhere.earnings if elsewhere else None, anchored) if each is not None]
    # A season and a peek earn alike by the clock, so what is earned accuses nobody there.
    earned = not by_clock and any(each.is_leak for each in earnings)
    if held.found:
        # What an attacker appends to has grown by now; what it has brought along is as it was.
        held = held.compared(_looked_at(fed, infer, horizon)[0])
    knows = any(not each.gathered for each in held.found)
    return Verification(
        causal=outcome.causal,
        deterministic=outcome.deterministic,
        leak=knows or any(each.accused for each in reads) or earned,
        leak_z=max((each.z for each in earnings), default=None),
        first_change=outcome.change,
        n_ticks=len(sample),
        surrogate_error=surrogates.error,
        holds=held.found,
        others=held.others,
        reads=reads,
        by_clock=by_clock,
        cause=outcome.cause,
        smallest_leak=_smallest(earnings),
        history=history_of(fed, infer) if outcome.deterministic else None,
        n_repeated=sum(replay.n_ticks for replay in repeated),
        complete=held.complete,
        silent=not any(replay.decisions.any() for replay in replays),
    )


def _looked_at(replays: Sequence[PartReplay], infer: BoundInfer, horizon: int) -> tuple[Holdings, list[Heard]]:
    """Start an attacker, and return what it holds when it is ready and soon after, and what it has opened until then."""
    with listening() as heard:
        started = Started(infer)
    with started:
        ready = Reach([("infer", infer), *started.state()])
        started.feed(replays[0].part.values.tolist())
        later = Reach(started.state())
        parts = _compared_with(replays)
        held = what_is_held(ready, later, parts, horizon)
        return replace(held, complete=held.complete and len(parts) == len(replays)), heard


def _compared_with(replays: Sequence[PartReplay]) -> list[Part]:
    """Return the parts with which what is held and read is compared."""
    return [replay.part for replay in first_parts(replays, MOST_TICKS)]


@dataclass(frozen=True, slots=True)
class _Outcome:
    causal: bool | None
    deterministic: bool
    change: Change | None
    cause: Cause | None = None


def _tried(
    replays: Sequence[PartReplay],
    sample: Sequence[tuple[PartReplay, int]],
    change: Change | None,
    infer: BoundInfer,
    rng: np.random.Generator,
) -> _Outcome:
    """Alter the future of an attacker that has decided the same again, and find out why a decision has changed."""
    if change is None:
        change = _first(trial for replay, tick in sample for trial in _future_trials(replay, tick, infer, rng))
        if change is None:
            return _Outcome(causal=True, deterministic=True, change=None)
        # A random attacker may have passed the first trial by luck. Before it is called a peeker, it is asked again.
        # So may one that keeps something, such as a counter in its class, which takes a few times to show.
        accused = _changed(replays, change)
        again = _first(_repeated(accused, infer) for _ in range(TIMES_AGAIN))
        if again is None:
            cause = cause_without_future(_up_to(accused, change), infer, _earlier(replays, accused))
            return _Outcome(None if cause else False, deterministic=cause is None, change=change, cause=cause)
        change = again
    changed = _changed(replays, change)
    cause = cause_of_change(changed.part.values[: changed.n_ticks], infer, _earlier(replays, changed))
    # What differs here alone, whatever was drawn and whatever came before, is seen by one that looks behind its stream.
    return _Outcome(False if cause == "surroundings" else None, deterministic=False, change=change, cause=cause)


def _changed(replays: Sequence[PartReplay], change: Change) -> PartReplay:
    return next(r for r in replays if (r.part.stream_id, r.part.part) == (change.stream, change.part))


def _up_to(replay: PartReplay, change: Change) -> FloatArray:
    """Return the values of a part up to the tick of a change, in memory of their own, without what follows."""
    past: FloatArray = replay.part.values[: change.tick - replay.part.index_of(0) + 1].copy()
    return past


def _earlier(replays: Sequence[PartReplay], changed: PartReplay) -> list[FloatArray]:
    """Return what was fed besides a part, which an attacker may have kept."""
    others = [replay for replay in replays if replay.part.stream_id != changed.part.stream_id]
    return [replay.part.values[: replay.n_ticks] for replay in first_parts(others, MOST_EARLIER)] if others else []


def _smallest(earnings: Sequence[Earnings]) -> float | None:
    """Return the share of right decisions from which one of two kinds of surrogates would have shown a leak."""
    return min((each.smallest for each in earnings if each.smallest is not None), default=None)


def _first(changes: Iterator[Change | None]) -> Change | None:
    return next((change for change in changes if change is not None), None)


def _sampled_ticks(
    replays: Sequence[PartReplay], n_ticks: int, rng: np.random.Generator
) -> list[tuple[PartReplay, int]]:
    """Choose ticks from all parts, half of them at decisions, where a peek would show."""
    bounds = np.cumsum([replay.n_ticks for replay in replays])
    fired = np.flatnonzero(np.concatenate([replay.decisions for replay in replays]))
    at_decisions = rng.choice(fired, min(len(fired), n_ticks // 2), replace=False)
    rest = min(n_ticks - len(at_decisions), int(bounds[-1]))
    anywhere = rng.choice(int(bounds[-1]), rest, replace=False)
    chosen = []
    for place in np.unique(np.concatenate([at_decisions, anywhere])).tolist():
        number = int(np.searchsorted(bounds, place, side="right"))
        before = int(bounds[number - 1]) if number else 0
        chosen.append((replays[number], place - before))
    return chosen


def _decided(part: Part, infer: BoundInfer, n_ticks: int) -> tuple[FloatArray, str | None]:
    """Return the decisions on the first ticks of a part, and the error that ended them early, or None."""
    run = PartRun(part, infer)
    error = None
    try:
        run.run(n_ticks)
    except Exception as raised:  # noqa: BLE001 -- whatever an attacker raises in a trial is a finding
        error = f"{type(raised).__name__}: {message_of(raised)}"
    # The last chunk may have gone further than was asked for; an error there is not part of the trial.
    decisions = run.outcome().decisions[:n_ticks]
    return decisions, error if len(decisions) < n_ticks else None


class _Surrogates:
    """Replays the attacker on surrogate streams, and keeps the first error that it raises there."""

    def __init__(self, infer: BoundInfer) -> None:
        self._infer = infer
        self.error: str | None = None

    def decide(self, part: Part) -> FloatArray:
        decisions, error = _decided(part, self._infer, len(part.values))
        self.error = self.error or error
        return np.pad(decisions, (0, len(part.values) - len(decisions)))


def _repeated(replay: PartReplay, infer: BoundInfer, running: list[Heard] | None = None) -> Change | None:
    """Feed the same values again, and add what the attacker opens to a list."""
    values = replay.part.values  # before anybody listens: they may be read from a file
    with listening() as heard:
        change = _compared(replay, values, infer, "the same values again", replay.n_ticks)
    if running is not None:
        running += heard
    return change


def _future_trials(
    replay: PartReplay, tick: int, infer: BoundInfer, rng: np.random.Generator
) -> Iterator[Change | None]:
    """Feed the same past without its future, and then with another future."""
    past, future = np.split(replay.part.values, [tick + 1])
    yield _compared(replay, past, infer, "the future taken away", tick + 1)
    if len(future):
        altered = np.concatenate([past, _altered(future, past[-1], rng)])
        yield _compared(replay, altered, infer, "the future altered", tick + 1)


@quiet()
def _altered(future: FloatArray, now: float, rng: np.random.Generator) -> FloatArray:
    """Reverse the moves of a future, shuffle them and add noise, so that it goes elsewhere."""
    increments = np.diff(future, prepend=now)
    size = float(np.std(increments)) or 1.0  # a future that stands still has to move as well
    altered: FloatArray = now - np.cumsum(rng.permutation(increments)) + size * rng.standard_normal(len(future))
    return finite(altered)


def _compared(replay: PartReplay, values: FloatArray, infer: BoundInfer, trial: str, n_ticks: int) -> Change | None:
    """Return the first change of a decision in the first ``n_ticks`` ticks if other values are fed, or None."""
    # Without its times, which would be read from a file.
    decided, error = _decided(replace(replay.part.without_times(), values=values), infer, n_ticks)
    changed = np.flatnonzero(replay.decisions[: len(decided)] != decided)
    tick = int(changed[0]) if len(changed) else len(decided)
    if tick == n_ticks:
        return None
    part = replay.part
    after, error = (float(decided[tick]), None) if len(changed) else (None, error)
    return Change(part.stream_id, part.part, part.index_of(tick), trial, float(replay.decisions[tick]), after, error)
