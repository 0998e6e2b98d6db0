"""The speed of a running replay, and the time that it will still take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp
from time import monotonic
from typing import Any, Final

from midplot.play._engine import Progress, Run

__all__ = ["Ending", "Pace", "smoothed"]

SETTLING: Final = 3.0
"""Seconds within which most of a new estimate of the end is taken over; it is news only if it lasts."""

PART_SETTLING: Final = 0.1
"""The same as a fraction of the time left: an estimate of an hour may move by minutes, but not every few seconds."""

UNSAID: Final = 1.0
"""Seconds in which nothing is said of the time left: what the first ticks take says little about the rest."""


@dataclass(frozen=True, slots=True)
class Ending:
    """When a replay is expected to end, and when that was thought, in seconds of one clock."""

    at: float
    noted: float


def smoothed(before: Ending | None, now: float, left: float) -> Ending:
    """Return when a replay is expected to end, given what was expected before and a new estimate.

    The end is smoothed, not the time left, which gets shorter with the clock.

    Parameters
    ----------
    before
        The expectation so far; None if this is the first estimate.
    now
        Time of the estimate.
    left
        Estimated seconds until the end.
    """
    if before is None:
        return Ending(now + left, now)
    settling = max(SETTLING, PART_SETTLING * (before.at - now))
    weight = 1.0 - exp(-(now - before.noted) / settling)
    return Ending(before.at + weight * (now + left - before.at), now)


class Pace:
    """Counts ticks and streams of a running replay.

    Parameters
    ----------
    fed
        Function that returns, for the id of a stream, the original indices between which it is fed, the last one excluded.
    clock
        Function that returns the time in seconds.
    """

    def __init__(self, fed: Callable[[int], tuple[int, int]], clock: Callable[[], float] = monotonic) -> None:
        self.ticks = 0
        self._fed = fed
        self._clock = clock
        self._started = clock()
        self._n_streams = 1
        # The streams that were begun, of which each has a run for each part; their size without the last, and its own.
        self._seen: set[int] = set()
        self._size_before = self._size = 0
        self._run: Run | None = None
        self._done_before = 0
        self._share = 1.0
        self._elapsed = 0.0
        # When there was first anything to tell of, and how much of the whole was done then.
        self._first: tuple[float, float] | None = None
        self._ending: Ending | None = None

    def begin(self, n_streams: int) -> None:
        """Start counting."""
        self._started = self._clock()
        self._n_streams = max(1, n_streams)
        self._share = 0.0

    def note(self, checkpoint: Progress) -> None:
        """Take a checkpoint into account."""
        # `done` counts within a run.
        if checkpoint.run is not self._run:
            self._run, self._done_before = checkpoint.run, 0
        self.ticks += checkpoint.done - self._done_before
        self._done_before = checkpoint.done
        part, now = checkpoint.part, self._clock()
        first, stop = self._fed(part.stream_id)
        if part.stream_id not in self._seen:
            self._seen.add(part.stream_id)
            self._size_before, self._size = self._size_before + self._size, max(1, stop - first)
        # Gaps count like ticks: how many there are is known only when all values have been looked at.
        covered = min(part.first_index + checkpoint.done - first, self._size)
        self._share = (len(self._seen) - 1 + covered / self._size) / self._n_streams
        self._elapsed = now - self._started
        self._expect(now, self._size_before + covered)

    def _expect(self, now: float, covered: int) -> None:
        """Estimate the end from the pace since the first checkpoint, before which the attacker was loaded."""
        # A stream that was not begun is taken to be as long as those before it are on average.
        whole = (self._size_before + self._size) * self._n_streams / len(self._seen)
        if self._first is None:
            self._first = now, covered
        began, covered_then = self._first
        if now > began and covered > covered_then:
            self._ending = smoothed(self._ending, now, (now - began) * (whole - covered) / (covered - covered_then))

    def finish(self) -> None:
        """Stop counting."""
        self._share = 1.0
        self._run = None

    def state(self) -> dict[str, Any]:
        """Return the fraction that is done, whether that is all, and the pace as text."""
        finished = self._share >= 1.0
        return {"share": self._share, "finished": finished, "text": "" if finished else self._text()}

    def _text(self) -> str:
        if self._elapsed <= 0:
            return "starting"
        words = f"{self.ticks / self._elapsed:,.0f} ticks/s"
        if self._ending is None or self._elapsed < UNSAID:
            return words
        return f"{words} · {_duration(self._ending.at - self._clock())} left"


_STEPS: Final = ((3600, 300), (600, 60), (60, 10), (10, 5))
"""From how many seconds on a remaining time is rounded to how many: the longer it is, the less is known of it."""


def _duration(seconds: float) -> str:
    """Return a remaining time as a rough text.

    Examples
    --------
    >>> _duration(0.4), _duration(17), _duration(64), _duration(678), _duration(7300)
    ('1 s', '15 s', '1 min', '11 min', '2 h')
    >>> _duration(88), _duration(7999)
    ('1 min 30 s', '2 h 15 min')
    """
    step = next((step for least, step in _STEPS if seconds >= least), 1)
    whole = max(1, step * round(seconds / step))
    parts = {"h": whole // 3600, "min": whole // 60 % 60, "s": whole % 60}
    return " ".join(f"{number} {unit}" for unit, number in parts.items() if number)
