"""Replays an attacker again to find out whether it uses only the past, and decides the same on the same values.

There are three trials. *Determinism*: the same values must give the same decisions again. *Causality*: with the future
taken away or altered, the decisions up to now must not change; this finds an attacker that reaches behind its stream.
*Leak*: on surrogate streams, whose increments are reshuffled, the decisions must not earn on the future of the
**original** at the same indices; this finds an attacker that reads the data from elsewhere, by position. Some of the
surrogates wander off. Others meet the original now and then, which finds an attacker that compares what it reads with
what it is shown, or looks it up by what it is shown. An error in a trial, where the replay had none, counts as a change.

Three things no replay can show: knowledge of the data that is built into the attacker's parameters; a table of the data
that is looked up by several values in a row, which no surrogate contains; and a memory in a class or module that
outlives a stream and no longer changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from midplot._arguments import whole_number
from midplot._arithmetic import finite, quiet
from midplot._text import printable
from midplot.causality._anchored import anchored_z
from midplot.causality._leak import LEAK_Z, leak_z
from midplot.errors import ArgumentError, message_of
from midplot.play._engine import PartReplay, PartRun, first_parts
from midplot.play._lockstep import BoundInfer
from midplot.streams._stream import FloatArray, Part

__all__ = ["Change", "Verification", "verify_replays"]

DETERMINISM_SHARE = 0.1
"""Share of the ticks that is replayed again: what is random shows early, and verifying should cost less than a replay."""

# An error's text may hold a whole array; this still shows its beginning.
LONGEST_ERROR = 1000
"""Characters of an error's text that are shown."""


@dataclass(frozen=True, slots=True)
class Change:
    """The first tick whose decision changed.

    Attributes
    ----------
    stream
        Stream id.
    part
        Number of the part in its stream.
    tick
        Original index of the tick.
    trial
        The trial: ``"the same values again"``, ``"the future taken away"`` or ``"the future altered"``.
    before, after
        The decisions in the replay and in the trial; ``after`` is None if the attacker raised an error.
    error
        The error that the attacker raised in the trial, or None.
    """

    stream: int
    part: int
    tick: int
    trial: str
    before: float
    after: float | None
    error: str | None = None

    def __str__(self) -> str:
        after = f"raised {printable(str(self.error), LONGEST_ERROR)}" if self.after is None else f"{self.after:g}"
        return (
            f"stream {self.stream}{f', part {self.part}' if self.part else ''}, tick {self.tick}: "
            f"decided {self.before:g} in the replay, {after} with {self.trial}"
        )


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of verifying an attacker.

    Attributes
    ----------
    causal
        Whether its decisions depended on the past only; None if that is unknown, since they are not deterministic.
    deterministic
        Whether it decided the same on the same values.
    leak
        Whether it earned on a future that it was not shown.
    leak_z
        Standard deviations above chance of these earnings, the larger figure of the two kinds of surrogates; None
        without decisions on surrogates.
    first_change
        The first tick whose decision changed, or None.
    n_ticks
        Number of ticks at which the future was taken away and altered.
    surrogate_error
        The first error that the attacker raised on a surrogate stream, or None. After an error it counts as deciding
        nothing on that stream.
    """

    causal: bool | None
    deterministic: bool
    leak: bool
    leak_z: float | None
    first_change: Change | None
    n_ticks: int
    surrogate_error: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the attacker passed all trials."""
        return bool(self.causal) and self.deterministic and not self.leak

    def __str__(self) -> str:
        return "\n".join(f"{name:<14}{text}" for name, text in self.lines())

    def __repr__(self) -> str:
        return f"Verification: {'ok' if self.ok else 'FAILED'}\n{self}"

    def lines(self) -> list[tuple[str, str]]:
        """Return the findings as pairs of a name and a text."""
        lines = [
            ("deterministic", _said(self.deterministic)),
            ("causal", self._causal_text()),
            ("leak", self._leak_text()),
        ]
        if self.first_change is not None:
            lines.append(("first change", str(self.first_change)))
        if self.surrogate_error is not None:
            error = printable(self.surrogate_error, LONGEST_ERROR)
            lines.append(("raised", f"on a reshuffled stream, where it was followed no further: {error}"))
        return lines

    def to_dict(self) -> dict[str, Any]:
        """Return the findings as plain data."""
        return {"ok": self.ok, **asdict(self)}

    def _causal_text(self) -> str:
        if self.causal is None:
            return "unknown: the attacker decides differently on the same values. Seed it, and start it afresh."
        return f"{_said(self.causal)} (future taken away and altered at {self.n_ticks} ticks)"

    def _leak_text(self) -> str:
        if self.leak_z is None:
            return "unknown: it decided nothing on reshuffled streams, or no part is longer than 4 horizons"
        meaning = (
            "it earns on data that it was not shown: it reads the streams from elsewhere"
            if self.leak
            else f"what it decides on reshuffled streams earns no more than chance on the original; {LEAK_Z:g} would be a leak"
        )
        # Adding 0.0 makes 0.0 of -0.0.
        return f"{'YES' if self.leak else 'no'} (z = {round(self.leak_z, 1) + 0.0:.1f}: {meaning})"


def _said(good: bool) -> str:
    return "yes" if good else "NO"


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
    repeated = first_parts(fed, DETERMINISM_SHARE * sum(replay.n_ticks for replay in fed))
    change = _first(_repeated(replay, infer) for replay in repeated)
    deterministic, causal = change is None, None
    sample = _sampled_ticks(fed, n_ticks, rng)
    if deterministic:
        change = _first(trial for replay, tick in sample for trial in _future_trials(replay, tick, infer, rng))
        # A random attacker may have passed the first trial by luck. Before it is called a peeker, it is asked again.
        again = None
        if change is not None:
            changed = next(r for r in fed if (r.part.stream_id, r.part.part) == (change.stream, change.part))
            again = _repeated(changed, infer)
        deterministic = again is None
        causal = change is None if deterministic else None
        change = again or change
    surrogates = _Surrogates(infer)
    trials = (trial(fed, surrogates.decide, horizon=horizon, rng=rng) for trial in (leak_z, anchored_z))
    z = max((each for each in trials if each is not None), default=None)
    leak = z is not None and z > LEAK_Z
    return Verification(causal, deterministic, leak, z, change, len(sample), surrogates.error)


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


def _repeated(replay: PartReplay, infer: BoundInfer) -> Change | None:
    """Feed the same values again."""
    return _compared(replay, replay.part.values, infer, "the same values again", replay.n_ticks)


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
    decided, error = _decided(replace(replay.part, values=values), infer, n_ticks)
    changed = np.flatnonzero(replay.decisions[: len(decided)] != decided)
    tick = int(changed[0]) if len(changed) else len(decided)
    if tick == n_ticks:
        return None
    part = replay.part
    after, error = (float(decided[tick]), None) if len(changed) else (None, error)
    return Change(part.stream_id, part.part, part.index_of(tick), trial, float(replay.decisions[tick]), after, error)
