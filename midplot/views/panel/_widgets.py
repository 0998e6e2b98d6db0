"""The parts of the view that plotly does not draw: header, accounting table and controls, each an anywidget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import anywidget
import traitlets

from midplot.game import LABELS
from midplot.scenarios._suggest import LONGEST
from midplot.views._static_files import static_text, widget_script
from midplot.views._widgets_inside import answer_where_asked, set_quietly
from midplot.views.panel._keys import KEYS

__all__ = ["AccountsTable", "Acts", "ChecksPanel", "Controls", "Header"]

Message = dict[str, Any]


class _Panel(anywidget.AnyWidget):
    """A widget that shows a state which Python owns."""

    _css = static_text("view.css")

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class _StatePanel(_Panel):
    """A panel that opens its connection with its first state: a page that is slow draws what it was opened with."""

    _drawn = "state"

    def __init__(self) -> None:
        super().__init__()
        self.observe(lambda _: self.open(), self._drawn)

    def open(self) -> None:
        """Open the connection, where it is not and there is something to show."""
        if getattr(self, self._drawn):
            super().open()


class _Telling:
    """What a widget has that tells Python what a person did."""

    def on_act(self, act: Callable[[Message], None]) -> None:
        """Call with each message of the front end."""
        self.on_msg(lambda _, content, __: act(content))  # type: ignore[attr-defined]


class Acts(_Telling, _Panel):
    """Carries what a person did in any part of the view.

    Python never writes to it: the kernel answers a widget where it was written to last, and one that a running cell
    wrote to is not heard before the cell is through.
    """

    _esm = widget_script("acts.js")

    def __init__(self) -> None:
        super().__init__()
        # The opening counts as writing.
        self.is_heard = answer_where_asked(self.comm)


class Header(_StatePanel):
    """Which stream, how far, what score."""

    _esm = widget_script("header.js")
    state = traitlets.Dict().tag(sync=True)


class Controls(_StatePanel):
    """Labels, scenarios, suggestions and play; it also listens to the chart."""

    _esm = widget_script("controls.js")
    # They travel once, when the connection is opened. `keys` would be a name of ipywidgets' own.
    labels = traitlets.List([asdict(label) for label in LABELS], read_only=True).tag(sync=True)
    shortcuts = traitlets.List([asdict(key) for key in KEYS], read_only=True).tag(sync=True)
    longest = traitlets.Int(LONGEST, read_only=True).tag(sync=True)
    state = traitlets.Dict().tag(sync=True)


class AccountsTable(_StatePanel):
    """A row a stream and a total, sorted by a click on a heading."""

    _esm = widget_script("accounts.js")
    _drawn = "table"
    table = traitlets.Dict().tag(sync=True)
    changed = traitlets.Dict().tag(sync=True)

    def show(self, table: dict[str, Any]) -> None:
        """Show a table; of a long one, most of which is shown already, send the page the rows that changed."""
        known = {row["id"]: row for row in self.table.get("rows", ())}
        fresh = [row for row in table["rows"] if known.get(row["id"]) != row]
        most_shown = len(fresh) <= len(table["rows"]) // 2 and known.keys() <= {row["id"] for row in table["rows"]}
        if not self.table or not most_shown:
            self.table = table
            return
        # The whole table is not sent now, but to a page that is loaded later it is.
        set_quietly(self, "table", table)
        self.changed = {"rows": fresh, "total": table["total"], "current": table["current"]}


class ChecksPanel(_Telling, _Panel):
    """The checker's report, whose scenarios can be opened."""

    _esm = widget_script("checks.js")
    html = traitlets.Unicode().tag(sync=True)
    current = traitlets.Unicode("").tag(sync=True)
