"""Acts that play a replay back: step, seek, play and pause, the next frame, the whole again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from midplot.views._view_state import ViewState
from midplot.views.panel._world import World, described, hidden_words
from midplot.views.panel.acts._act import Act, Message

__all__ = ["PLAYING"]

# Where the newest tick of a playback stays, as a fraction of the chart's width: what follows is given some room.
_HEAD = 0.75


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


PLAYING: Final[Mapping[str, Act]] = {
    "step": _step,
    "seek": _seek,
    "play": _play,
    "frame": _frame,
    "speed": _set_speed,
    "whole": _show_whole,
}
