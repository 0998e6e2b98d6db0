"""What acts need to know of a replay: its streams and parts, which windows can be selected. Nothing here changes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from midplot.game import DOWN, UP
from midplot.money._account import StreamAccount
from midplot.money._ledger import Ledger
from midplot.money._scoring import profit_of
from midplot.play._probe import column_names
from midplot.scenarios._labeller import Labeller
from midplot.scenarios._selection import Selection, resolution_of
from midplot.views._view_state import ViewState
from midplot.views.chart._drawing import LIVE, Drawing
from midplot.views.chart._probe_panels import MOST_PANELS
from midplot.views.chart._windows import Window, part_windows
from midplot.views.chart.live._brackets import Bracket
from midplot.views.chart.live._scene import Subject
from midplot.views.chart.live._sight import Range, visible_range

__all__ = ["World", "described", "hidden_words"]

NEAR: Final = 0.01
"""How far beyond the last tick that is shown a click still means that tick, as a fraction of the chart's width."""


class World:
    """A replay as acts and scenes see it.

    Parameters
    ----------
    ledger
        What happened in the replay.
    labeller
        Makes selections.
    """

    def __init__(self, ledger: Ledger, labeller: Labeller) -> None:
        self.ledger = ledger
        self._labeller = labeller
        self.probes = column_names(ledger.settings.probe)[:MOST_PANELS]
        self._known: dict[int, tuple[StreamAccount, Drawing, list[Window]]] = {}

    @property
    def running(self) -> bool:
        """Whether the replay is still running."""
        return self.ledger.state == "running"

    @property
    def horizon(self) -> int:
        """Ticks from a decision to its resolution."""
        return self.ledger.settings.horizon

    def streams(self) -> list[int]:
        """Return the ids of the streams, in the order of the replay."""
        return list(self.ledger.streams)

    def drawing(self, stream: int) -> Drawing | None:
        """Return the points of a stream; None before its first tick."""
        known = self._look(stream)
        return None if known is None else known[1]

    def windows(self, stream: int) -> Sequence[Window]:
        """Return the parts of a stream as they can be shown; nothing if it has only one."""
        known = self._look(stream)
        return () if known is None else known[2]

    def _look(self, stream: int) -> tuple[StreamAccount, Drawing, list[Window]] | None:
        account = self.ledger.streams.get(stream)
        if account is None:
            return None
        known = self._known.get(stream)
        if known is None or known[0] is not account:
            known = self._known[stream] = account, Drawing(account, LIVE), part_windows(account)
        return known

    def extent(self, stream: int) -> tuple[int, int]:
        """Return the first and last index that was replayed of a stream; 0 and 0 before its first tick."""
        drawing = self.drawing(stream)
        return (0, 0) if drawing is None else drawing.extent()

    def fed(self, stream: int) -> tuple[int, int]:
        """Return the first index of a stream that is fed to the attacker, and the one after the last, gaps included."""
        source, settings = self.ledger.sources[stream], self.ledger.settings
        first = max(source.offset, settings.start_index - settings.warmup)
        stop = source.offset + len(source)
        return first, stop if settings.stop_index is None else min(stop, settings.stop_index)

    def end(self, state: ViewState) -> int:
        """Return the last index that a playback may show."""
        last = self.extent(state.stream)[1]
        return min(last, state.selection.last) if state.hides_future and state.selection is not None else last

    def hidden_from(self, state: ViewState) -> float | None:
        """Return the position on the x-axis from which on a click would be on what is hidden; None if nothing is."""
        last = state.last_shown
        if last is None or last >= self.extent(state.stream)[1]:
            return None
        low, high = self.visible(state)
        return last + max(0.5, NEAR * (high - low))

    def part_bounds(self, stream: int, index: int) -> tuple[int, int]:
        """Return the first and last index of the part around an index, whether or not it has been replayed."""
        return self._labeller.part_bounds(stream, index)

    def nearest(self, state: ViewState, x: float) -> int | None:
        """Return the index nearest to a position on the x-axis, of those that are shown; None if there is none."""
        drawing = self.drawing(state.stream)
        return None if drawing is None else drawing.nearest_index(x, state.last_shown)

    def part_beside(self, stream: int, index: int, by: int) -> tuple[int, int] | None:
        """Return the first and last replayed index of the part after the one around an index, or before it if ``by`` is negative.

        None if there is no such part.
        """
        account = self.ledger.streams.get(stream)
        parts = [] if account is None else [each for each in account.parts if each.replay.n_ticks]
        ends = [(each.part.first_index, each.part.first_index + each.replay.n_ticks - 1) for each in parts]
        beside = (
            [each for each in ends if each[0] > index] if by > 0 else [each for each in ends if each[1] < index][::-1]
        )
        return beside[0] if beside else None

    def selection(self, stream: int, first: int, last: int) -> Selection:
        """Return a window of a stream; what cannot be selected raises a MidplotError."""
        return self._labeller.window(stream, first, last)

    def visible(self, state: ViewState) -> Range:
        """Return the indices at the edges of the chart."""
        drawing = self.drawing(state.stream)
        if drawing is None:
            return 0.0, 1.0
        newest = self.running and state.follow
        return visible_range(state.sight, drawing, self.windows(state.stream), newest=newest)

    def subject(self, state: ViewState, brackets: Sequence[Bracket]) -> Subject:
        """Return what the scene of a state draws."""
        return Subject(
            self.drawing(state.stream), self.windows(state.stream), self.probes, brackets, running=self.running
        )


def described(selection: Selection, *, hides_future: bool) -> str:
    """Describe a selection, and say what UP and DOWN would have earned unless the outcome is hidden or unknown."""
    n = selection.n_ticks
    text = f"selected {selection.first:,} – {selection.last:,} of {selection.stream_title}, {n:,} point{'s' * (n != 1)}"
    resolution = None if hides_future else resolution_of(selection)
    if resolution is None:
        return text
    prices = selection.values[-1], resolution[1]
    up, down = (profit_of(*prices, decision, selection.epsilon) for decision in (UP, DOWN))
    return f"{text}; UP at its end earns {up:+.4g}, DOWN {down:+.4g}"


def hidden_words(state: ViewState) -> str:
    """Say what is hidden in a state in which something is, and what to do about it."""
    last = f"{state.last_shown or 0:,}"
    if state.selection is None or not state.hides_future or state.last_shown != state.selection.last:
        return f"the playback hides everything after {last}; step on, or press whole to see the rest"
    if state.target is not None:
        return f"labelling in a row hides everything after {last}; label this window, skip it, or leave with Escape"
    return f"blind hides everything after {last}; move the window with →, or untick blind to see the rest"
