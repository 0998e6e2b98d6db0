"""The second output of a displayed view, a picture: shown when the replay has ended, and kept true while a person labels."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from threading import Lock, Timer
from typing import Any, Final
from uuid import uuid4

from midplot._text import printable

__all__ = ["LEAST_SECONDS", "StillOutput"]

LEAST_SECONDS: Final = 2.0
"""Time from an act to the picture that shows it: a person who labels makes several acts in a row."""

_LONGEST_TEXT = 110


class StillOutput:
    """An output that is replaced in place.

    A saved notebook cannot fall back from a widget to another type of the same output: JupyterLab shows an error where
    the widget is gone. So the picture is an output of its own, and what it consists of hides it while the view is there.

    Parameters
    ----------
    html
        Returns the picture.
    words
        Returns the same in words, for front ends that show text.
    """

    def __init__(self, html: Callable[[], str], words: Callable[[], str]) -> None:
        self._html = html
        self._words = words
        # Not part of a saved notebook, so it may differ from run to run.
        self._id = f"midplot-{uuid4()}"
        self._lock = Lock()
        self._shown = b""
        self._timer: Timer | None = None
        self._is_stale = False

    @property
    def is_shown(self) -> bool:
        """Whether the picture was displayed."""
        return bool(self._shown)

    def show(self) -> None:
        """Display the picture below the cell that is running."""
        self._display(self._html(), update=False)

    def touch(self, *, soon: bool) -> None:
        """Take note that a person has changed something.

        Parameters
        ----------
        soon
            Whether the picture is made anew shortly afterwards, so that a notebook that is saved then has it, and not
            only when the view is closed.
        """
        with self._lock:
            self._is_stale = True
            if soon and self._shown and self._timer is None:
                # One for all acts until it is due. A daemon, so that a kernel that shuts down does not wait for it.
                self._timer = Timer(LEAST_SECONDS, self.update)
                self._timer.daemon = True
                self._timer.start()

    def update(self) -> None:
        """Replace the picture by a new one, if a person has changed something since."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None
            due, self._is_stale = self._is_stale and bool(self._shown), False
        if due:
            # Outside the lock: making a picture waits for the view's own.
            self._display(self._html(), update=True)

    def _display(self, html: str, *, update: bool) -> None:
        from IPython.display import display

        digest = sha256(html.encode()).digest()
        if update and digest == self._shown:
            return
        self._shown = digest
        bundle: dict[str, Any] = {"text/html": html, "text/plain": printable(self._words(), _LONGEST_TEXT)}
        display(bundle, raw=True, display_id=self._id, update=update)
