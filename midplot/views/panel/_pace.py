"""How fast a running replay is, and how long it will take."""

from __future__ import annotations

from time import monotonic
from typing import Any

from midplot.play._engine import Progress, Run

__all__ = ["Pace"]


class Pace:
    """Counts ticks and streams of a running replay."""

    def __init__(self) -> None:
        self.ticks = 0
        self._begun = monotonic()
        self._n_streams = 1
        self._seen: list[int] = []
        self._run: Run | None = None
        self._done_before = 0
        self._share = 1.0
        self._elapsed = 0.0

    def begin(self, n_streams: int) -> None:
        """Start counting."""
        self._begun = monotonic()
        self._n_streams = max(1, n_streams)
        self._share = 0.0

    def note(self, checkpoint: Progress) -> None:
        """Take a checkpoint into account."""
        if checkpoint.run is not self._run:
            self._run, self._done_before = checkpoint.run, 0
        self.ticks += checkpoint.done - self._done_before
        self._done_before = checkpoint.done
        stream_id = checkpoint.part.stream_id
        if stream_id not in self._seen:
            self._seen.append(stream_id)
        self._share = (len(self._seen) - 1 + checkpoint.done / checkpoint.total) / self._n_streams
        self._elapsed = monotonic() - self._begun

    def finish(self) -> None:
        """Stop counting."""
        self._share = 1.0
        self._run = None

    def state(self) -> dict[str, Any]:
        """Return the share that is done, and the pace in words."""
        finished = self._share >= 1.0
        return {"share": self._share, "finished": finished, "text": "" if finished else self._text()}

    def _text(self) -> str:
        if self._elapsed <= 0:
            return "starting"
        pace = self.ticks / self._elapsed
        left = self._elapsed * (1 - self._share) / self._share if self._share > 0 else float("nan")
        words = f"{pace:,.0f} ticks/s"
        return words if left != left else f"{words} · {_duration(left)} left"


def _duration(seconds: float) -> str:
    """Write a time left, roughly.

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
