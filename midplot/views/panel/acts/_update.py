"""The one function from a state and an act to the next state, and the table of all acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from midplot.views._view_state import ViewState
from midplot.views.panel._world import World
from midplot.views.panel.acts._act import Act, Message
from midplot.views.panel.acts._looking import LOOKING
from midplot.views.panel.acts._playing import PLAYING
from midplot.views.panel.acts._selecting import SELECTING
from midplot.views.panel.trades._acts import LIST_ACTS

__all__ = ["ACTS", "update"]

ACTS: Final[Mapping[str, Act]] = {**SELECTING, **LOOKING, **PLAYING, **LIST_ACTS}

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
