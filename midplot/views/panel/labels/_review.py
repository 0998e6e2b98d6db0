"""The labelling of many windows in a row, as functions from one state of the view to the next.

In this mode one window is shown large, with its past and nothing after it. What a label does to files is not decided here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from midplot.views._view_state import Review, Sight, Target, ViewState
from midplot.views.panel._world import World
from midplot.views.panel.acts._looking import show_stream

__all__ = ["PAUSED", "ask", "back", "begin", "go_on", "leave", "left", "mark", "settled", "skip"]

PAST: Final = 4
"""Ticks before the window that are shown, as a multiple of its length: it is judged by what led to it."""

_AFTER: Final = 0.05
"""What is left empty after the window, as a fraction of what is shown, so that its end does not touch the frame."""

PAUSED: Final = "labelling in a row is paused"


def begin(state: ViewState, targets: Iterable[Target], done: Collection[int], world: World) -> ViewState:
    """Return the state in labelling mode, at the first window without a label.

    Parameters
    ----------
    state
        The state before.
    targets
        The windows. If they are the ones of the last time, the mode goes on where it was left.
    done
        Positions of those that are labelled already.
    world
        The replay.
    """
    targets, before = tuple(targets), state.review
    if before is None or before.targets != targets:
        before = Review(targets)
    review = replace(before, done=before.done | frozenset(done), active=True)
    # What was skipped is asked for again once everything after it has been seen.
    place = _next(review, review.place) if review.place < len(targets) else len(targets)
    place = _next(review, 0) if place == len(targets) else place
    return _at(state, review, place, world)


def ask(state: ViewState, place: int, world: World) -> ViewState:
    """Ask for the window at a position, whether or not it has a label."""
    return state if state.review is None else _at(state, state.review, place, world)


def go_on(state: ViewState, world: World) -> ViewState:
    """Go on to the next window without a label. After the last one the mode ends."""
    review = state.review
    return state if review is None else _at(state, review, _next(review, review.place + 1), world)


def mark(state: ViewState, *, done: Collection[int] = (), open_again: Collection[int] = ()) -> ViewState:
    """Take note of which windows have a label, and which no longer do."""
    review = state.review
    if review is None:
        return state
    return state.changed(review=replace(review, done=(review.done | frozenset(done)) - frozenset(open_again)))


def skip(state: ViewState, world: World) -> ViewState:
    """Go on without a label."""
    after = go_on(state, world)
    return after.saying(f"skipped, {left(after.review)}") if after.target is not None else after


def back(state: ViewState, world: World) -> ViewState:
    """Go back to the window before, to label it again."""
    review = state.review
    if review is None or review.place == 0:
        return state.saying("this is the first window", "error")
    state = ask(state, review.place - 1, world)
    return state.saying("back: a label replaces the one it has" if review.place - 1 in review.done else "back")


def leave(state: ViewState) -> ViewState:
    """Leave the mode, which goes on from here when it is entered again."""
    review = state.review
    if review is None or not review.active:
        return state
    state = state.changed(review=replace(review, active=False), question=None)
    return state.saying(f"{PAUSED}: {left(review)}")


def settled(state: ViewState, world: World) -> ViewState:
    """Return a state that is in labelling mode only if it shows the window that is asked for.

    A person may choose another stream meanwhile, and code may select something.
    """
    target, selected = state.target, state.selection
    if target is None:
        return state
    shown = None if selected is None else (state.stream, selected.first, selected.last)
    if shown == (target.stream, target.first, target.last):
        # A double click shows all of a stream elsewhere, but the window may be in a part that is not the best one.
        return state.changed(sight=sight_of(target, world)) if isinstance(state.sight, str) else state
    status = state.status
    state = leave(state)
    return state.saying(f"{status.text} · {state.status.text}", status.kind)


def left(review: Review | None) -> str:
    """Say how many windows are left."""
    return "" if review is None else f"{review.n_left:,} of {len(review.targets):,} left"


def sight_of(target: Target, world: World) -> Sight:
    """Return what is visible of a window: itself and its past, as far as its part goes, and a little room after it."""
    length = target.last - target.first + 1
    # A window of a few ticks is judged by more than a few times its length.
    past = max(PAST * length, world.horizon)
    low = max(world.part_bounds(target.stream, target.last)[0], target.first - past) - 1.0
    return low, target.last + max(1.0, _AFTER * (target.last - low))


def _at(state: ViewState, review: Review, place: int, world: World) -> ViewState:
    if place >= len(review.targets):
        ended = replace(review, place=len(review.targets), active=False)
        # Nothing stays selected: one key press too many would label the last window once more.
        return state.changed(review=ended, question=None, selection=None)
    target = review.targets[place]
    # The field for notes is not in sight in this mode: what is in it belongs to another window.
    state = show_stream(state, target.stream).filled_with()
    return state.changed(
        review=replace(review, place=place, active=True),
        selection=world.selection(target.stream, target.first, target.last),
        sight=sight_of(target, world),
        suggestion=None,
        question=None,
        revealed=None,
        playing=False,
        follow=False,
    )


def _next(review: Review, start: int) -> int:
    """Return the first position from a given one on that has no label; the number of windows if there is none."""
    return next((p for p in range(start, len(review.targets)) if p not in review.done), len(review.targets))
