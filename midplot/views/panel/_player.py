"""Reveals a finished replay tick by tick, as a trading terminal's bar replay does."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, RLock, Thread
from time import monotonic
from typing import Any

__all__ = ["Player"]

FRAME_SECONDS = 0.12
DEFAULT_SPEED = 100.0


class Player:
    """Moves an index through a stream, by steps or by time.

    Parameters
    ----------
    reveal
        Called with the index up to which the replay is to be shown, None for all; from the player's own thread
        while it plays.

    Attributes
    ----------
    at
        The last index shown; None for all.
    bounds
        The first and last index there is.
    """

    def __init__(self, reveal: Callable[[int | None], None]) -> None:
        self._reveal = reveal
        self._lock = RLock()
        self._stop = Event()
        self._thread: Thread | None = None
        self.at: int | None = None
        self.bounds = (0, 0)
        self.speed = DEFAULT_SPEED

    @property
    def playing(self) -> bool:
        """Whether time moves on."""
        return self._thread is not None and not self._stop.is_set()

    def state(self) -> dict[str, Any]:
        """Return what the controls show."""
        return {"playing": self.playing, "at": self.at, "speed": self.speed}

    def step(self, by: int) -> None:
        """Show so many ticks more, or less, and stop there."""
        self.pause()
        first, last = self.bounds
        now = last if self.at is None else self.at
        self.at = min(max(now + by, first), last)

    def set_speed(self, ticks_per_second: float) -> None:
        """Set how many ticks pass in a second."""
        self.speed = max(1.0, ticks_per_second)

    def toggle(self) -> None:
        """Play from where it stands, from the start if all is shown; or pause."""
        if self.playing:
            self.pause()
            return
        first, last = self.bounds
        if self.at is None or self.at >= last:
            self.at = first
        self._stop = Event()
        self._thread = Thread(target=self._play, args=(self._stop,), name="midplot-player", daemon=True)
        self._thread.start()

    def pause(self) -> None:
        """Stop where it is."""
        self._stop.set()
        self._thread = None

    def show_whole(self) -> None:
        """Stop, and show all."""
        self.pause()
        self.at = None

    def _play(self, stop: Event) -> None:
        place, before = float(self.at or 0), monotonic()
        while not stop.wait(FRAME_SECONDS):
            now = monotonic()
            place += (now - before) * self.speed
            before = now
            if place >= self.bounds[1]:
                stop.set()
                self._thread = None
                self.at = None
            elif not stop.is_set():
                self.at = int(place)
            self._reveal(self.at)
