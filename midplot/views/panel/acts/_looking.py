"""Acts that change what is looked at: the stream, the part, the range, what is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from midplot.views._view_state import ALL, BEST, DRAG_MODES, ViewState
from midplot.views.panel._world import World, hidden_words
from midplot.views.panel.acts._act import Act, Message
from midplot.views.panel.acts._selecting import select_shown
from midplot.views.panel.trades._acts import first_page

__all__ = ["LOOKING", "go_to", "show_stream"]


def show_stream(state: ViewState, stream: int) -> ViewState:
    """Show a stream from its beginning state: nothing selected, nothing hidden by the playback."""
    if stream == state.stream:
        return state
    state = state.filled_with() if state.opened else state
    return first_page(state).changed(
        stream=stream,
        sight=BEST,
        selection=None,
        suggestion=None,
        question=None,
        revealed=None,
        playing=False,
        status=ViewState(stream=stream).status,
    )


def go_to(state: ViewState, stream: int, index: int, world: World) -> ViewState:
    """Show a tick of a stream: the window that ends there is selected, with some room around it."""
    state = show_stream(state, stream).changed(revealed=None, playing=False)
    low, _ = world.part_bounds(stream, index)
    return select_shown(state, max(low, index - state.length + 1), index, world)


def _go_there(state: ViewState, message: Message, world: World) -> ViewState:
    stream, index = int(message["stream"]), int(message["index"])
    return go_to(state, stream, index, world) if stream in world.streams() else state


def _choose_stream(state: ViewState, message: Message, world: World) -> ViewState:
    ids = world.streams()
    if "by" in message:
        place = ids.index(state.stream) if state.stream in ids else 0
        wanted = ids[(place + int(message["by"])) % len(ids)] if ids else state.stream
    else:
        wanted = int(message["id"])
    return show_stream(state, wanted) if wanted in ids else state


def _see(state: ViewState, message: Message, _: World) -> ViewState:
    """Take over the range to which a person has zoomed; without edges that is where the stream was opened."""
    low, high = message.get("low"), message.get("high")
    if message.get("double") and state.picked is not None and state.picked.stream == state.stream:
        # The first click of a double click has selected a window, which nobody asked for.
        state = state.picked
    if low is None or high is None or not float(low) < float(high):
        return state.changed(sight=BEST)
    return state.changed(sight=(float(low), float(high)))


def _show_part(state: ViewState, message: Message, world: World) -> ViewState:
    """Show one part of the stream, or all of it."""
    place = message.get("part")
    windows = world.windows(state.stream)
    if place is None:
        return state.changed(sight=ALL)
    if not 0 <= int(place) < len(windows):
        return state
    low, high = windows[int(place)].x_range
    return state.changed(sight=(low, high))


def _set_drag(state: ViewState, message: Message, _: World) -> ViewState:
    return state.changed(drag=message["value"]) if message["value"] in DRAG_MODES else state


def _set_blind(state: ViewState, message: Message, _: World) -> ViewState:
    state = state.changed(blind=bool(message["on"]))
    if state.blind:
        # It was made in hindsight.
        state = state.changed(suggestion=None)
        after = "the window" if state.selection is not None else "a window, once one is selected"
        return state.saying(f"the decisions are hidden, and so is everything after {after}")
    return state.saying("everything is shown" if state.revealed is None else hidden_words(state))


def _set_theme(state: ViewState, message: Message, _: World) -> ViewState:
    return state.changed(dark=bool(message["dark"]), narrow=bool(message.get("narrow", state.narrow)))


def _follow(state: ViewState, _: Message, __: World) -> ViewState:
    """Show again whatever is being replayed."""
    return state.changed(follow=True, sight=BEST, revealed=None, playing=False)


LOOKING: Final[Mapping[str, Act]] = {
    "stream": _choose_stream,
    "go": _go_there,
    "sight": _see,
    "part": _show_part,
    "drag": _set_drag,
    "blind": _set_blind,
    "theme": _set_theme,
    "follow": _follow,
}
