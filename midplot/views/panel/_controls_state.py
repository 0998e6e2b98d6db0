"""The state of the controls below the chart, as the page draws it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from midplot._text import with_minus
from midplot.errors import legible
from midplot.scenarios._scenario import label_of
from midplot.views._view_state import BEST, Suggested, ViewState
from midplot.views.panel._world import World
from midplot.views.panel.labels._cautions import marks_in_words
from midplot.views.panel.labels._desk import Desk
from midplot.views.panel.labels._shelf import Kept

__all__ = ["controls_state"]

SHORT_PATH: Final = 16
"""The number of characters from which the path to the folder of scenarios is shortened on the status line."""

MOST_LISTED: Final = 200
"""Largest number of saved scenarios in the list: with thousands, each act would send and draw all of them again."""


def controls_state(
    state: ViewState, world: World, desk: Desk, *, scene: int, heard: Sequence[str], losses: Sequence[str]
) -> dict[str, Any]:
    """Return the state of the controls.

    Parameters
    ----------
    state
        The state of the view.
    world
        The replay.
    desk
        Its labels.
    scene
        Number of the scene that belongs to the state.
    heard
        Names of the acts that were answered last.
    losses
        What works less well than it should.
    """
    selected = state.selection
    kept = desk.kept(state.stream)
    listed = _nearest(kept, state, world)
    cautions = desk.cautions.of(state)
    marks = marks_in_words(cautions, state)
    said = " · ".join(filter(None, [state.status.text, marks, *desk.notices(state.stream), *losses]))
    shown = with_minus(_shortened(said, desk.shelf.folder))
    return {
        "scene": scene,
        "heard": heard,
        "extent": list(world.extent(state.stream)),
        "limit": state.last_shown,
        "hidden": world.hidden_from(state),
        "hides": state.hides_future,
        "length": state.length,
        "selection": None if selected is None else {"first": selected.first, "last": selected.last},
        "warnings": {label: with_minus(str(caution)) for label, caution in cautions.items()},
        "can_undo": desk.shelf.can_undo,
        "can_redo": desk.shelf.can_redo,
        "blind": state.blind,
        "drag": state.drag,
        "dark": state.dark,
        "narrow": state.narrow,
        "fields": {"filled": state.filled, "note": state.note, "tags": state.tags, "key": state.opened},
        "status": {"text": shown, "kind": state.status.kind, "full": said if shown != with_minus(said) else ""},
        "play": None if world.running else _play(state, world),
        "follow": world.running and not state.follow,
        "suggestion": None if state.suggestion is None else _suggested(state.suggestion),
        "question": None if state.question is None else {"text": state.question.text, "label": state.question.label},
        "parts": _parts(state, world),
        "scenarios": [_shown(each, state) for each in listed],
        "n_scenarios": len(kept),
    }


def _shortened(text: str, folder: Path) -> str:
    """Return a text in which the path of a folder, however long, is written as ``…/name``."""
    home = str(folder.parent)
    # A short one says more than an ellipsis, and the root of a disk ends with the separator.
    return text if len(home) < SHORT_PATH or home.endswith(os.sep) else text.replace(home + os.sep, f"…{os.sep}")


def _nearest(kept: Sequence[Kept], state: ViewState, world: World) -> Sequence[Kept]:
    """Return the scenarios to list: all, or those nearest to what is visible."""
    if len(kept) <= MOST_LISTED:
        return kept
    low, high = world.visible(state)
    middle = (low + high) / 2 if state.selection is None else state.selection.last
    place = sum(each.scenario.selection.last < middle for each in kept)
    start = min(max(0, place - MOST_LISTED // 2), len(kept) - MOST_LISTED)
    return kept[start : start + MOST_LISTED]


def _play(state: ViewState, world: World) -> dict[str, Any]:
    # The slider ends where the playback has to, and gives nothing away of what is hidden.
    first, last = world.extent(state.stream)[0], world.end(state)
    return {"playing": state.playing, "at": state.revealed, "speed": state.speed, "first": first, "last": last}


def _parts(state: ViewState, world: World) -> list[dict[str, Any]]:
    """Return the parts of the stream, each with whether it is the one that is shown."""
    low, high = world.visible(state)
    windows = world.windows(state.stream)
    shown = [
        {"part": place, "text": window.label, "first": window.first, "last": window.last,
         "current": state.sight != "all" and window.x_range[0] - 1 <= low and high <= window.x_range[1] + 1}
        for place, window in enumerate(windows)
    ]  # fmt: skip
    if not shown:
        return []
    whole = state.sight == "all" or (state.sight == BEST and not any(each["current"] for each in shown))
    return [{"part": None, "text": "All parts", "current": whole}, *shown]


def _suggested(suggested: Suggested) -> dict[str, str]:
    suggestion = suggested.suggestion
    return {
        "position": f"{suggested.place + 1} of {suggested.total}",
        "why": f"{suggestion.kind}: {suggestion.why}",
        "label": label_of(suggestion.expected),
    }


def _shown(kept: Kept, state: ViewState) -> dict[str, Any]:
    scenario, window, selected = kept.scenario, kept.scenario.selection, state.selection
    return {
        "key": kept.key,
        "label": scenario.label,
        "first": window.first,
        "last": window.last,
        "note": legible(scenario.note),
        "tags": [legible(tag) for tag in scenario.tags],
        "passed": kept.passed,
        "hindsight": kept.hindsight,
        "current": selected is not None and (window.first, window.last) == (selected.first, selected.last),
    }
