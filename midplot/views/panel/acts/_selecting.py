"""Acts that select a window: a click, a drag, the arrows, the number of points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from midplot._arguments import whole_number
from midplot.errors import MidplotError
from midplot.scenarios._selection import Selection
from midplot.scenarios._suggest import LONGEST
from midplot.views._view_state import ViewState
from midplot.views.chart.live._sight import around
from midplot.views.panel._world import World, described, hidden_words
from midplot.views.panel.acts._act import Act, Message

__all__ = ["SELECTING", "select_shown"]


def _pick(state: ViewState, message: Message, world: World) -> ViewState:
    """Select the points that end where the chart was clicked, or move the start of the selection there."""
    index, hidden = world.nearest(state, float(message["x"])), world.hidden_from(state)
    if index is None:
        return state
    if hidden is not None and float(message["x"]) > hidden:
        return _unselected(state)
    state = state.changed(picked=state.changed(picked=None))
    selected = state.selection
    if message.get("start") and selected is not None:
        return _select(state, min(index, selected.last), selected.last, world)
    # Another window: what was typed for the one before is not its note.
    return _select_ending(state.filled_with(), index, world)


def _pick_range(state: ViewState, message: Message, world: World) -> ViewState:
    first, last = (world.nearest(state, float(message[end])) for end in ("first", "last"))
    if first is None or last is None:
        return state
    hidden = world.hidden_from(state)
    if hidden is not None and float(message["first"]) > hidden:
        return _unselected(state)
    after = _select(state.filled_with(), first, last, world)
    if hidden is None or float(message["last"]) <= hidden or after.selection is state.selection:
        return after
    return after.saying(f"{after.status.text}; what is hidden was left out", after.status.kind)


def _unselected(state: ViewState) -> ViewState:
    return state.saying(f"nothing was selected: {hidden_words(state)}", "error")


def _set_length(state: ViewState, message: Message, world: World) -> ViewState:
    """Set the number of points that a click selects, and keep the end of the selection."""
    length = min(LONGEST, max(1, whole_number("length", int(message["value"]), 1)))
    state = state.changed(length=length)
    return state if state.selection is None else _select_ending(state, state.selection.last, world)


def _move(state: ViewState, message: Message, world: World) -> ViewState:
    """Move the window by a number of ticks, at a gap into the part beyond it; or with ``start`` only its start."""
    selected, by = state.selection, int(message["by"])
    if selected is None:
        return state.saying("select a window first: click the chart", "error")
    if message.get("start"):
        return _select(state, min(selected.first + by, selected.last), selected.last, world)
    moved = _moved(state, selected, by, world)
    if by < 0 or moved.revealed is None or moved.selection in (None, selected):
        return moved
    # A window that is moved beyond what was played back takes the playback along.
    return moved.changed(revealed=max(moved.revealed, 0 if moved.selection is None else moved.selection.last))


def _moved(state: ViewState, selected: Selection, by: int, world: World) -> ViewState:
    first, last = selected.first + by, selected.last + by
    low, high = world.part_bounds(state.stream, selected.last)
    beyond = world.part_beside(state.stream, selected.last, by)
    if low <= first <= last <= high or beyond is None:
        return _select(state, first, last, world)
    # As many as a click selects. Without this nobody could go on in blind mode, where nothing of the next part is shown.
    reach = min(state.length, beyond[1] - beyond[0] + 1) - 1
    first, last = (beyond[0], beyond[0] + reach) if by > 0 else (beyond[1] - reach, beyond[1])
    return select_shown(state, first, last, world)


def _select_ending(state: ViewState, last: int, world: World) -> ViewState:
    """Select the chosen number of points, but none before the start of the part."""
    low, _ = world.part_bounds(state.stream, last)
    return _select(state, max(low, last - state.length + 1), last, world)


def _select(state: ViewState, first: int, last: int, world: World) -> ViewState:
    try:
        selection = world.selection(state.stream, first, last)
    except MidplotError as error:
        return state.saying(str(error), "error")
    suggested = state.suggestion
    if suggested is not None:
        window = suggested.suggestion.selection
        # Otherwise accepting would label a window that was not suggested.
        suggested = suggested if (window.first, window.last) == (first, last) else None
    if state.opened:
        state = state.filled_with()
    state = state.changed(selection=selection, suggestion=suggested, question=None)
    return state.saying(described(selection, hides_future=state.hides_future))


def select_shown(state: ViewState, first: int, last: int, world: World) -> ViewState:
    """Select a window, and make sure that it is visible and large enough to see."""
    if state.revealed is not None and last > state.revealed:
        state = state.changed(revealed=None, playing=False)
    state = _select(state.filled_with(), first, last, world)
    wanted = around(first, last, world.visible(state), world.part_bounds(state.stream, last), world.horizon)
    return state if wanted is None or state.selection is None else state.changed(sight=wanted)


SELECTING: Final[Mapping[str, Act]] = {
    "pick": _pick,
    "range": _pick_range,
    "length": _set_length,
    "move": _move,
}
