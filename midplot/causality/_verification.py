"""What verifying an attacker has found, and what each finding can and cannot show."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from midplot._text import counted, percent, printable
from midplot.causality._fresh import Cause
from midplot.causality._holds import Holding, Holdings
from midplot.causality._read_data import Reading
from midplot.play._history import History

__all__ = ["BY_CLOCK", "Change", "Verification"]

# An error's text may hold a whole array; this still shows its beginning.
LONGEST_ERROR = 1000
"""Characters of an error's text that are shown."""

BY_CLOCK = 0.99
"""Share of the ticks at which an attacker decides the same whatever it is shown, from which it goes by the clock."""


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


_CAUSES = {
    "dice": "two fresh processes disagree on the same values: it draws random numbers, or goes by the order of a set or "
    "by the time. Seed it in __init__",
    "memory": "fresh processes agree, but not after another stream: it keeps something, in a class, a module or a random "
    "generator that is made once. Make and seed it in __init__",
    "surroundings": "fresh processes agree on the same values, and here they do not: it looks behind its stream, at "
    "frames, memory or other threads. Let it use nothing but the messages of its stream",
    None: "it could not be sent to a fresh process to tell why. Seed it, and start it afresh for each stream",
}


_NOTHING_DECIDED = (
    "NOTHING, so nothing is shown: an attacker that never decides cannot be seen to peek. Verify it on streams on which it "
    "decides"
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
        Whether it knows the future from elsewhere, by what it holds, what it reads, or what it earns on a future that it
        was not shown.
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
    holds
        What it knew of these streams before it was shown them: for each, ``path``, ``stream``, ``what``, the numbers that
        agree, ``n``, of a run of some ``length``, and whether it has ``gathered`` them itself while it was replayed.
    others
        Path and length of other runs of numbers that it holds.
    reads
        What it opened: for each, ``path``, ``kind``, ``size`` in bytes, whether it was ``deciding``, whether the file is
        as ``large`` as the data, and the ``stream`` that was found in it.
    by_clock
        Whether it decides the same at the same tick whatever it is shown.
    cause
        Why it is not deterministic: ``"dice"``, ``"memory"``, ``"surroundings"``; None if it is, or if that is unknown.
    smallest_leak
        The share of right decisions from which a leak would have shown in its earnings on this much data; None if not
        even a perfect one would.
    silent
        Whether it decided nothing in the whole replay, so that nothing is shown: only what decides can peek.
    needed, settled
        Ticks of history with which it is seen to decide, and after which it decides as with all of its past; None if
        unknown.
    """

    causal: bool | None
    deterministic: bool
    leak: bool
    leak_z: float | None
    first_change: Change | None
    n_ticks: int
    surrogate_error: str | None = None
    holds: tuple[Holding, ...] = ()
    others: tuple[tuple[str, int], ...] = ()
    reads: tuple[Reading, ...] = ()
    by_clock: bool = False
    cause: Cause | None = None
    smallest_leak: float | None = None
    history: History | None = None
    n_repeated: int = 0
    complete: bool = True
    silent: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing was found against the attacker, and it decided something at all."""
        return self.is_clean and not self.silent

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found against the attacker, even if that is so because it decided nothing."""
        return bool(self.causal) and self.deterministic and not self.leak

    @property
    def needed(self) -> int | None:
        """Ticks of history with which it is seen to decide."""
        return None if self.history is None else self.history.needed

    @property
    def settled(self) -> int | None:
        """Ticks of history after which it decides as with all of its past."""
        return None if self.history is None else self.history.settled

    def __str__(self) -> str:
        return "\n".join(f"{name:<14}{text}" for name, text in self.lines())

    def __repr__(self) -> str:
        outcome = "ok" if self.ok else "NOTHING SHOWN" if self.is_clean else "FAILED"
        return f"Verification: {outcome}\n{self}"

    def lines(self) -> list[tuple[str, str]]:
        """Return the findings as pairs of a name and a text; what continues a finding has no name."""
        lines = [
            *([("decided", _NOTHING_DECIDED)] if self.silent else []),
            *_several("holds", Holdings(self.holds, self.others, self.complete).lines()),
            *_several("reads", self._reads_texts()),
            ("deterministic", self._deterministic_text()),
            ("causal", self._causal_text()),
            ("leak", self._leak_text()),
        ]
        if self.by_clock:
            lines.append(("by the clock", "it decides the same at the same tick, whatever it is shown"))
        if self.history is not None:
            lines.append(("history", _history_text(self.history)))
        if self.first_change is not None:
            lines.append(("first change", str(self.first_change)))
        if self.surrogate_error is not None:
            error = printable(self.surrogate_error, LONGEST_ERROR)
            lines.append(("raised", f"on a reshuffled stream, where it was followed no further: {error}"))
        return lines

    def to_dict(self) -> dict[str, Any]:
        """Return the findings as plain data."""
        return {"ok": self.ok, **asdict(self)}

    def _reads_texts(self) -> list[str]:
        if not self.reads:
            return ["nothing was opened; what C code opens by itself is not seen"]
        shown = [str(each) for each in self.reads[:8]]
        return [*shown, f"and {len(self.reads) - 8} more"] if len(self.reads) > 8 else shown

    def _deterministic_text(self) -> str:
        if self.deterministic:
            return f"yes (the same on {counted(self.n_repeated, 'tick')} fed again; a rare throw of dice may be missed)"
        return f"NO: {_CAUSES[self.cause]}"

    def _causal_text(self) -> str:
        tried = f"future taken away and altered at {counted(self.n_ticks, 'tick')}"
        if self.causal is None:
            return "unknown: it decides differently on the same values, so a change shows nothing"
        if self.causal:
            return f"yes ({tried}; finds what reaches behind the stream)"
        return f"NO ({tried}): it looks behind its stream"

    def _leak_text(self) -> str:
        z = "no z" if self.leak_z is None else f"z = {round(self.leak_z, 1) + 0.0:.1f}"  # 0.0 for -0.0
        brought = next((each for each in self.holds if not each.gathered), None)
        if brought is not None:
            return f"YES ({z}): it knows {brought.stream} beforehand, from `{printable(brought.path, 80)}`"
        accused = [each for each in self.reads if each.accused]
        if accused:
            return f"YES ({z}): it reads {printable(accused[0].path, 120)}"
        if self.leak_z is None:
            return "none seen, and none could be: it decided nothing on reshuffled streams, or no part is longer than 4 horizons"
        if self.leak:
            return f"YES ({z}): on reshuffled streams its decisions earn on the original, which it was not shown"
        return f"none seen ({z} on reshuffled streams; {self._power_text()})"

    def _power_text(self) -> str:
        if self.by_clock:
            return "a season and a peek earn alike by the clock: what it holds and reads tells them apart"
        if self.smallest_leak is None:
            return "too few decisions to show even a perfect leak"
        return f"one that is right {percent(self.smallest_leak)} of the time would have shown"


def _several(name: str, texts: list[str]) -> list[tuple[str, str]]:
    return [(name if not at else "", text) for at, text in enumerate(texts)]


def _history_text(history: History) -> str:
    needed = "" if history.needed is None else f"decides from {counted(history.needed, 'tick')} on"
    if history.settled is not None:
        settled = f"as with all of its past from {counted(max(history.settled, 1), 'tick')} on"
    else:
        last = history.differing[-1] if history.differing else None
        still = f": {percent(last[1])} of its decisions differ after {counted(last[0], 'tick')}" if last else ""
        settled = f"never quite the same as with all of its past{still}"
    return "; ".join(filter(None, [needed, settled]))
