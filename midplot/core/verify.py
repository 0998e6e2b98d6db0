"""Does an attacker use only the past, and does it decide the same again? Found out by replaying it.

Three trials. *Determinism*: the same values again must give the same decisions. *Causality*: with the future taken
away, or altered, the decisions up to now must stay as they were; this finds an attacker that reached behind its
stream. *Leak*: on surrogate streams, whose increments are reshuffled, the decisions must not earn on the future of
the **original** at the same indices; this finds an attacker that reads the data from elsewhere, by position.

What no re-run can show: knowledge of the data that was put into the attacker's parameters beforehand, and a table
of the data that is looked up by value, for a surrogate has other values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from midplot.core.engine import PartReplay, PartRun
from midplot.core.lockstep import BoundInfer
from midplot.core.settings import whole_number
from midplot.core.stream import FloatArray, Part
from midplot.errors import ArgumentError

__all__ = ["Change", "Verification", "verify_replays"]

LEAK_Z = 4.0
"""Beyond this many standard deviations chance is no explanation: about 1 in 30,000."""

DETERMINISM_SHARE = 0.1
LEAK_TICKS = 6_000


@dataclass(frozen=True, slots=True)
class Change:
    """The first tick whose decision changed.

    Attributes
    ----------
    stream
        Its stream id.
    part
        Its part.
    tick
        Its original index.
    trial
        What was done: ``"same values again"``, ``"future taken away"`` or ``"future altered"``.
    before, after
        The decisions in the replay and in the trial.
    """

    stream: int
    part: int
    tick: int
    trial: str
    before: float
    after: float

    def __str__(self) -> str:
        return (
            f"stream {self.stream}{f', part {self.part}' if self.part else ''}, tick {self.tick}: "
            f"decided {self.before:g} in the replay, {self.after:g} with {self.trial}"
        )


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of verifying an attacker.

    Attributes
    ----------
    causal
        Whether its decisions kept to the past; None where it cannot be told, since they are not deterministic.
    deterministic
        Whether it decided the same again.
    leak
        Whether it earned on a future that it was not shown.
    leak_z
        How many standard deviations above chance that was; None where it made no decisions on surrogates.
    first_change
        The first tick whose decision changed, where one did.
    n_ticks
        At how many ticks the future was taken away and altered.
    """

    causal: bool | None
    deterministic: bool
    leak: bool
    leak_z: float | None
    first_change: Change | None
    n_ticks: int

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return bool(self.causal) and self.deterministic and not self.leak

    def __str__(self) -> str:
        return "\n".join(f"{name:<14}{text}" for name, text in self.lines())

    def __repr__(self) -> str:
        return f"Verification: {'ok' if self.ok else 'FAILED'}\n{self}"

    def lines(self) -> list[tuple[str, str]]:
        """Return what was found, as names and texts."""
        lines = [
            ("deterministic", _said(self.deterministic)),
            ("causal", self._causal_text()),
            ("leak", self._leak_text()),
        ]
        if self.first_change is not None:
            lines.append(("first change", str(self.first_change)))
        return lines

    def to_dict(self) -> dict[str, Any]:
        """Return what was found as plain data."""
        return {"ok": self.ok, **asdict(self)}

    def _causal_text(self) -> str:
        if self.causal is None:
            return "cannot be told: the attacker decides differently on the same values. Seed it, and start it afresh."
        return f"{_said(self.causal)} (future taken away and altered at {self.n_ticks} ticks)"

    def _leak_text(self) -> str:
        if self.leak_z is None:
            return "no (it decided nothing on reshuffled streams)"
        meaning = (
            "it earns on data that it was not shown: it reads the streams from elsewhere"
            if self.leak
            else f"what it decides on reshuffled streams earns no more than chance on the original; {LEAK_Z:g} would be a leak"
        )
        return f"{'YES' if self.leak else 'no'} (z = {self.leak_z:.1f}: {meaning})"


def _said(good: bool) -> str:
    return "yes" if good else "NO"


def verify_replays(
    replays: Sequence[PartReplay], infer: BoundInfer, *, horizon: int, n_ticks: int = 20, seed: int = 0
) -> Verification:
    """Replay parts again, on the same, shortened, altered and surrogate values, and compare.

    Parameters
    ----------
    replays
        What was decided.
    infer
        The attacker.
    horizon
        Ticks from a decision to its resolution.
    n_ticks
        At how many ticks the future is taken away and altered, at least 1.
    seed
        Of the choice of ticks and of the altered values.

    Returns
    -------
    Verification

    Raises
    ------
    ArgumentError
        If nothing was replayed.
    """
    n_ticks = whole_number("n_ticks", n_ticks, 1)
    fed = [replay for replay in replays if replay.n_ticks]
    if not fed:
        raise ArgumentError("verify: nothing was replayed, so there is nothing to verify. Replay a stream first.")
    rng = np.random.default_rng(seed)
    leak_z = _leak_z(_first_ticks(fed, LEAK_TICKS), infer, horizon, rng)
    change = _first(_repeated(replay, infer) for replay in _first_ticks(fed, DETERMINISM_SHARE))
    sample = _sampled_ticks(fed, n_ticks, rng)
    deterministic, causal = change is None, None
    if deterministic:
        change = _first(trial for replay, tick in sample for trial in _future_trials(replay, tick, infer, rng))
        # A random attacker may have come through the first trial: before it is called a peeker, ask it again.
        deterministic = change is None or _repeated(_replay_of(fed, change), infer) is None
        causal = change is None if deterministic else None
    leak = leak_z is not None and leak_z > LEAK_Z
    return Verification(causal, deterministic, leak, leak_z, change, len(sample))


def _replay_of(replays: Sequence[PartReplay], change: Change) -> PartReplay:
    return next(r for r in replays if (r.part.stream_id, r.part.part) == (change.stream, change.part))


def _first(changes: Iterator[Change | None]) -> Change | None:
    return next((change for change in changes if change is not None), None)


def _first_ticks(replays: Sequence[PartReplay], wanted: float) -> list[PartReplay]:
    """Return as many whole parts as make up a share of all ticks (below 1) or a number of ticks."""
    total = sum(replay.n_ticks for replay in replays)
    enough = wanted * total if wanted < 1 else max(wanted, DETERMINISM_SHARE * total)
    taken, ticks = [], 0
    for replay in replays:
        if ticks >= enough:
            break
        taken.append(replay)
        ticks += replay.n_ticks
    return taken


def _sampled_ticks(
    replays: Sequence[PartReplay], n_ticks: int, rng: np.random.Generator
) -> list[tuple[PartReplay, int]]:
    """Choose ticks over all parts; half of them right at decisions, where a peek would show."""
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


def _decided(part: Part, infer: BoundInfer) -> FloatArray:
    run = PartRun(part, infer)
    for _ in run:
        pass
    return run.outcome().decisions


def _repeated(replay: PartReplay, infer: BoundInfer) -> Change | None:
    """Feed the same values again."""
    values = replay.part.values[: replay.n_ticks]
    again = _decided(replace(replay.part, values=values), infer)
    return _compared(replay, again, "same values again")


def _future_trials(
    replay: PartReplay, tick: int, infer: BoundInfer, rng: np.random.Generator
) -> Iterator[Change | None]:
    """Feed the same past without its future, and with another one."""
    past = replay.part.values[: tick + 1]
    future = replay.part.values[tick + 1 :]
    yield _compared(replay, _decided(replace(replay.part, values=past), infer), "the future taken away", tick)
    if len(future):
        altered = np.concatenate([past, _altered(future, past[-1], rng)])
        yield _compared(replay, _decided(replace(replay.part, values=altered), infer), "the future altered", tick)


def _altered(future: FloatArray, now: float, rng: np.random.Generator) -> FloatArray:
    """Turn a future around and shuffle it, so that wherever it went, it now goes elsewhere."""
    increments = np.diff(future, prepend=now)
    size = float(np.std(increments)) or 1.0
    return now - np.cumsum(rng.permutation(increments)) + size * rng.standard_normal(len(future))


def _compared(replay: PartReplay, decided: FloatArray, trial: str, last: int | None = None) -> Change | None:
    stop = replay.n_ticks if last is None else min(last + 1, replay.n_ticks)
    changed = np.flatnonzero(replay.decisions[:stop] != decided[:stop])
    if not len(changed):
        return None
    tick = int(changed[0])
    part = replay.part
    before, after = float(replay.decisions[tick]), float(decided[tick])
    return Change(part.stream_id, part.part, part.index_of(tick), trial, before, after)


def _leak_z(replays: Sequence[PartReplay], infer: BoundInfer, horizon: int, rng: np.random.Generator) -> float | None:
    """Return by how many deviations decisions on surrogates earn on the originals; None without decisions."""
    excess = variance = 0.0
    for replay in replays:
        values = replay.part.values[: replay.n_ticks]
        if len(values) <= 4 * horizon:
            continue
        shuffled = np.cumsum(np.concatenate([values[:1], rng.permutation(np.diff(values))]))
        decisions = np.sign(_decided(replace(replay.part, values=shuffled), infer))
        part_excess, part_variance = _earned_beyond_chance(decisions, values, horizon)
        excess, variance = excess + part_excess, variance + part_variance
    return excess / float(np.sqrt(variance)) if variance else None


def _earned_beyond_chance(decisions: FloatArray, values: FloatArray, horizon: int) -> tuple[float, float]:
    """Return what decisions earn on the signs of moves less its mean over all circular shifts, and the variance.

    Shifting the decisions keeps their clustering and the overlap of the moves, which a plain standard error ignores;
    the signs keep one jump from deciding. All shifts at once are a cross-correlation, by the Fourier transform.
    """
    moves = np.sign(np.concatenate([values[horizon:] - values[:-horizon], np.zeros(horizon)]))
    spectrum = np.conj(np.fft.rfft(decisions)) * np.fft.rfft(moves)
    earned = np.fft.irfft(spectrum, len(moves))
    unrelated = earned[horizon : len(earned) - horizon]
    return float(earned[0] - unrelated.mean()), float(unrelated.var())
