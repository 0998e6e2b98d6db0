"""What a person does in a view, as functions from one state to the next. None of them touches a file or a widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from midplot._arguments import whole_number
from midplot.errors import MidplotError
from midplot.scenarios._selection import Selection
from midplot.scenarios._suggest import LONGEST
from midplot.views._view_state import ALL, BEST, DRAG_MODES, ViewState
from midplot.views.chart.live._sight import around
from midplot.views.panel._world import World, described, hidden_words
from midplot.views.panel.trades._acts import LIST_ACTS, first_page

__all__ = ["ACTS", "Message", "go_to", "select_shown", "show_stream", "update"]

Message = Mapping[str, Any]
"""What the page sends: the name of the act under ``act``, and whatever it needs."""

Act = Callable[[ViewState, Message, World], ViewState]

FRAMES_PER_SECOND: Final = 8
"""Frames of a playback. Each is a message to the page and a redraw there, and eight are enough to see movement."""

# Where the newest tick of a playback stays, as a fraction of the chart's width: what follows is given some room.
_HEAD = 0.75

# Acts by which the page tells what it knows, not what a person did.
_OF_THE_PAGE = frozenset({"theme", "hooked", "frame", "follow", "script"})

# Acts that change only the lists below the chart, which can be read while the view follows the replay.
_OF_THE_LISTS = frozenset(LIST_ACTS)


def update(state: ViewState, message: Message, world: World) -> ViewState:
    """Return the state after an act. One that is unknown changes nothing.

    Parameters
    ----------
    state
        The state before.
    message
        The act.
    world
        The replay.
    """
    name = str(message.get("act", ""))
    act = ACTS.get(name)
    if act is None:
        return state
    if name in _OF_THE_PAGE | _OF_THE_LISTS:
        return act(state, message, world)
    # Only the zoom of a double click goes back to before its first click.
    return act(state.changed(follow=False, picked=state.picked if name == "sight" else None), message, world)


# Selecting


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


# Looking around


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


# Playing back


def _now(state: ViewState, world: World) -> int:
    """Return the index that a playback has reached, or at which it begins: the window's end, or the first that is visible."""
    if state.revealed is not None:
        return min(state.revealed, world.end(state))
    if state.selection is not None:
        return state.selection.last
    first, last = world.extent(state.stream)
    return min(max(first, int(world.visible(state)[0])), last)


def _step(state: ViewState, message: Message, world: World) -> ViewState:
    """Show a number of ticks more, or fewer if it is negative, and stop there."""
    state, by = state.changed(playing=False), int(message["by"])
    now, first = _now(state, world), world.extent(state.stream)[0]
    if by < 0 and now <= first:
        return state.saying(f"{first:,} is the first tick")
    return _at_end(state, world) if by > 0 and now >= world.end(state) else _reveal(state, now + by, world)


def _at_end(state: ViewState, world: World, kind: str = "error") -> ViewState:
    """Say why a playback goes no further."""
    last = world.extent(state.stream)[1]
    if world.end(state) == last:
        return state.saying(f"{last:,} is the last tick")
    return state.saying(hidden_words(state.changed(revealed=None)), kind)


def _seek(state: ViewState, message: Message, world: World) -> ViewState:
    return _reveal(state, int(message["index"]), world)


def _play(state: ViewState, message: Message, world: World) -> ViewState:
    """Play from the current index, or pause."""
    if state.playing:
        return state.changed(playing=False)
    now, (first, last) = _now(state, world), world.extent(state.stream)
    if now >= world.end(state) < last:
        return _at_end(state, world)
    return _reveal(state, first if now >= last else now, world).changed(playing=True, ticked=float(message["now"]))


def _frame(state: ViewState, message: Message, world: World) -> ViewState:
    """Show the next ticks of a playback. The page asks for each frame when it has drawn the one before."""
    if not state.playing or state.revealed is None:
        return state
    now = float(message["now"])
    by = int((now - state.ticked) * state.speed)
    if by < 1:
        return state
    reached, end = state.revealed + by, world.end(state)
    if reached >= end:
        state = state.changed(playing=False, revealed=None)
        return state if end == world.extent(state.stream)[1] else _at_end(state, world, "info")
    # Not `now`: the fraction of a tick that has passed must not get lost at a low speed.
    return _reveal(state, reached, world).changed(ticked=state.ticked + by / state.speed)


def _set_speed(state: ViewState, message: Message, _: World) -> ViewState:
    return state.changed(speed=max(1.0, float(message["value"])))


def _show_whole(state: ViewState, _: Message, __: World) -> ViewState:
    return _past_refusal(state.changed(revealed=None, playing=False))


def _past_refusal(state: ViewState) -> ViewState:
    """Return the state without a refusal on its status line, now that another act was done."""
    if state.status.kind != "error" or state.question is not None:
        return state
    if state.selection is None:
        return state.changed(status=ViewState(stream=state.stream).status)
    return state.saying(described(state.selection, hides_future=state.hides_future))


def _reveal(state: ViewState, index: int, world: World) -> ViewState:
    """Show the replay up to an index, which stays visible."""
    index = min(max(index, world.extent(state.stream)[0]), world.end(state))
    state = _past_refusal(state.changed(revealed=index))
    low, high = world.visible(state)
    if low <= index <= high:
        return state
    begin, end = world.part_bounds(state.stream, index)
    width = min(high - low, end - begin + 2.0)
    low = max(begin - 1.0, index - _HEAD * width)
    return state.changed(sight=(low, low + width))


ACTS: Final[Mapping[str, Act]] = {
    "pick": _pick,
    "range": _pick_range,
    "length": _set_length,
    "move": _move,
    "stream": _choose_stream,
    "go": _go_there,
    "sight": _see,
    "part": _show_part,
    "drag": _set_drag,
    "blind": _set_blind,
    "theme": _set_theme,
    "follow": _follow,
    "step": _step,
    "seek": _seek,
    "play": _play,
    "frame": _frame,
    "speed": _set_speed,
    "whole": _show_whole,
    **LIST_ACTS,
}
