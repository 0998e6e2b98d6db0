"""What an act is: a function from a state, what the page sent and the replay to the next state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from midplot.views._view_state import ViewState
from midplot.views.panel._world import World

__all__ = ["Act", "Message"]

Message = Mapping[str, Any]
"""What the page sends: the name of the act under ``act``, and whatever it needs."""

Act = Callable[[ViewState, Message, World], ViewState]
