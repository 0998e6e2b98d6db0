"""Reveals a finished replay tick by tick, as a trading terminal's bar replay does."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic
from typing import Any

__all__ = ["Player"]

# About eight frames per second: each is a message to the page and a redraw there.
FRAME_SECONDS = 0.12
# Ticks per second: a window of the default length passes in half a second.
DEFAULT_SPEED = 100.0


class Player:
    """Moves an index through a stream, by steps or over time.

    Parameters
    ----------
    reveal
        Called with the last index to show, or None for all. While the player plays, it is called from its own thread.

    Attributes
    ----------
    at
        Last index that is shown; None for all.
    bounds
        First and last index of the stream.
    """

    def __init__(self, reveal: Callable[[int | None], None]) -> None:
        self._reveal = reveal
        self._stop = Event()
        self._thread: Thread | None = None
        self.at: int | None = None
        self.bounds = (0, 0)
        self.speed = DEFAULT_SPEED

    @property
    def playing(self) -> bool:
        """Whether the player is playing."""
        return self._thread is not None and not self._stop.is_set()

    def state(self) -> dict[str, Any]:
        """Return the state that the controls show."""
        return {"playing": self.playing, "at": self.at, "speed": self.speed}

    def step(self, by: int) -> None:
        """Show a number of ticks more, or fewer if it is negative, and stop there."""
        self.pause()
        first, last = self.bounds
        now = last if self.at is None else self.at
        self.at = min(max(now + by, first), last)

    def set_speed(self, ticks_per_second: float) -> None:
        """Set the number of ticks per second, at least 1."""
        self.speed = max(1.0, ticks_per_second)

    def toggle(self) -> None:
        """Play from the current index, or from the start if everything is shown; pause if it is playing."""
        if self.playing:
            self.pause()
            return
        first, last = self.bounds
        if self.at is None or self.at >= last:
            self.at = first
        # A new event each time: a thread that was told to stop may still be waiting on the old one.
        self._stop = Event()
        self._thread = Thread(target=self._play, args=(self._stop,), name="midplot-player", daemon=True)
        self._thread.start()

    def pause(self) -> None:
        """Stop at the current index."""
        self._stop.set()
        self._thread = None

    def show_whole(self) -> None:
        """Stop, and show everything."""
        self.pause()
        self.at = None

    def _play(self, stop: Event) -> None:
        place, before = float(self.at or 0), monotonic()
        while not stop.wait(FRAME_SECONDS):
            # By the clock, not by counting frames: a busy kernel makes some of them late.
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
