"""The speed of a running replay, and the time that it will still take."""

from __future__ import annotations

from time import monotonic
from typing import Any

from midplot.play._engine import Progress, Run

__all__ = ["Pace"]


class Pace:
    """Counts ticks and streams of a running replay."""

    def __init__(self) -> None:
        self.ticks = 0
        self._started = monotonic()
        self._n_streams = 1
        # Stream ids in the order of the replay, in which a stream may have several runs, one per part.
        self._seen: list[int] = []
        self._run: Run | None = None
        self._done_before = 0
        self._share = 1.0
        self._elapsed = 0.0

    def begin(self, n_streams: int) -> None:
        """Start counting."""
        self._started = monotonic()
        self._n_streams = max(1, n_streams)
        self._share = 0.0

    def note(self, checkpoint: Progress) -> None:
        """Take a checkpoint into account."""
        # `done` counts within a run.
        if checkpoint.run is not self._run:
            self._run, self._done_before = checkpoint.run, 0
        self.ticks += checkpoint.done - self._done_before
        self._done_before = checkpoint.done
        stream_id = checkpoint.part.stream_id
        if stream_id not in self._seen:
            self._seen.append(stream_id)
        self._share = (len(self._seen) - 1 + checkpoint.done / checkpoint.total) / self._n_streams
        self._elapsed = monotonic() - self._started

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
        pace = self.ticks / self._elapsed
        left = self._elapsed * (1 - self._share) / self._share if self._share > 0 else float("nan")
        words = f"{pace:,.0f} ticks/s"
        # Only NaN differs from itself: nothing is known of the time left before the first tick.
        return words if left != left else f"{words} · {_duration(left)} left"


def _duration(seconds: float) -> str:
    """Return a remaining time as a rough text.

    Examples
    --------
    >>> _duration(0.4), _duration(61), _duration(7300)
    ('1 s', '1 min 1 s', '2 h 1 min')
    """
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"
