"""The parts of the view that plotly does not draw: header, accounting table and controls, each an anywidget."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

__all__ = ["AccountsTable", "ChecksPanel", "Controls", "Header"]

_STATIC = Path(__file__).parent / "static"

Message = dict[str, Any]


class _Panel(anywidget.AnyWidget):
    """A widget that shows a state which Python owns, and sends what a person did."""

    _css = _STATIC / "view.css"

    def on_act(self, act: Callable[[Message], None]) -> None:
        """Call with each message of the front end."""
        self.on_msg(lambda _, content, __: act(content))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Header(_Panel):
    """Which stream, how far, what score."""

    _esm = _STATIC / "header.js"
    state = traitlets.Dict().tag(sync=True)


class Controls(_Panel):
    """Labels, scenarios, suggestions and play; it also listens to the chart."""

    _esm = _STATIC / "controls.js"
    state = traitlets.Dict().tag(sync=True)


class AccountsTable(_Panel):
    """A row a stream and a total, sorted by a click on a heading."""

    _esm = _STATIC / "accounts.js"
    table = traitlets.Dict().tag(sync=True)


class ChecksPanel(_Panel):
    """The checker's report, whose scenarios can be opened."""

    _esm = _STATIC / "checks.js"
    html = traitlets.Unicode().tag(sync=True)
    current = traitlets.Unicode("").tag(sync=True)
