"""The parts of the view that plotly does not draw, each an anywidget: header, accounting table, controls, report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from itertools import count
from typing import Any

import anywidget
import traitlets

from midplot.game import LABELS
from midplot.scenarios._suggest import LONGEST
from midplot.views._static_files import static_text, widget_script
from midplot.views._widgets_inside import answer_where_asked, set_quietly
from midplot.views.panel._keys import KEYS, REVIEW_KEYS

__all__ = ["AccountsTable", "Acts", "ChecksPanel", "Controls", "Header"]

Message = dict[str, Any]


class _Panel(anywidget.AnyWidget):
    """A widget that shows state owned by Python."""

    _css = static_text("view.css")

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class _StatePanel(_Panel):
    """A panel that opens its connection with its first state, because a slow page draws what it was opened with.

    What it draws is numbered. A page that is loaded, or connected again, asks for the state of all widgets, and may put
    the answer in place of what it was sent since: newest.js then keeps what has the higher number.
    """

    # The trait without which there is nothing to draw, and all that are drawn.
    _drawn = "state"
    _numbered: tuple[str, ...] = ("state",)

    def __init__(self) -> None:
        super().__init__()
        self._numbers = count(1)
        self.observe(lambda _: self.open(), self._drawn)

    @traitlets.validate("state", "lists", "table", "changed")  # type: ignore[untyped-decorator]
    def _number(self, proposal: traitlets.Bunch) -> dict[str, Any]:
        """Return a value with a number, if it is new. One that is not keeps its number, and is not sent again."""
        before: dict[str, Any] = getattr(self, proposal.trait.name)
        if {name: value for name, value in before.items() if name != "number"} == proposal.value:
            return before
        return {**proposal.value, "number": next(self._numbers)}

    def resend(self) -> None:
        """Send what is drawn to a page that may have missed some of it while it was loading."""
        if self.comm is not None:
            self.send_state(list(self._numbered))

    def open(self) -> None:
        """Open the connection once there is something to show."""
        if getattr(self, self._drawn):
            super().open()


class _Acting:
    """Mixin of the widgets that tell Python what a person did."""

    def on_act(self, act: Callable[[Message], None]) -> None:
        """Call a function with each message of the front end."""
        self.on_msg(lambda _, content, __: act(content))  # type: ignore[attr-defined]


class Acts(_Acting, _Panel):
    """Carries what a person did in any part of the view.

    Python never writes to this widget. The kernel handles a widget's messages on the thread that last wrote to it, so
    one that a running cell has written to is not heard until the cell has ended.

    Attributes
    ----------
    is_heard
        Whether the kernel is known to hear this widget while a cell is running.
    """

    _esm = widget_script("acts.js")

    def __init__(self) -> None:
        super().__init__()
        # Opening the connection counts as writing.
        self.is_heard = answer_where_asked(self.comm)


class Header(_StatePanel):
    """Which stream, how far, what score."""

    _esm = widget_script("header.js")
    state = traitlets.Dict().tag(sync=True)


class Controls(_StatePanel):
    """Labels, scenarios, suggestions and play; it also listens to the chart."""

    _esm = widget_script("controls.js")
    # These are sent once, when the connection is opened. The name `keys` is taken by ipywidgets.
    labels = traitlets.List([asdict(label) for label in LABELS], read_only=True).tag(sync=True)
    shortcuts = traitlets.List([asdict(key) for key in KEYS], read_only=True).tag(sync=True)
    review_shortcuts = traitlets.List([asdict(key) for key in REVIEW_KEYS], read_only=True).tag(sync=True)
    longest = traitlets.Int(LONGEST, read_only=True).tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    # The lists are sent on their own: a page of trades is longer than all of the state, and changes less often.
    lists = traitlets.Dict().tag(sync=True)
    _numbered = ("lists", "state")


class AccountsTable(_StatePanel):
    """One row per stream and a total, sorted by a click on a heading."""

    _esm = widget_script("accounts.js")
    _drawn = "table"
    _numbered = ("table",)
    table = traitlets.Dict().tag(sync=True)
    changed = traitlets.Dict().tag(sync=True)

    def show(self, table: dict[str, Any]) -> None:
        """Show a table. If most of it is shown already, send only the rows that changed."""
        known = {row["id"]: row for row in self.table.get("rows", ())}
        fresh = [row for row in table["rows"] if known.get(row["id"]) != row]
        most_shown = len(fresh) <= len(table["rows"]) // 2 and known.keys() <= {row["id"] for row in table["rows"]}
        if not self.table or not most_shown:
            self.table = table
            return
        self.changed = {"rows": fresh, "total": table["total"], "current": table["current"]}
        # A page that is loaded later needs the whole table.
        set_quietly(self, "table", {**table, "number": max(self.table["number"], self.changed["number"])})


class ChecksPanel(_Acting, _Panel):
    """The report of a check, in which a click opens a scenario."""

    _esm = widget_script("checks.js")
    html = traitlets.Unicode().tag(sync=True)
    current = traitlets.Unicode("").tag(sync=True)
    # Whether the replay that was checked can be shown, too.
    goes_there = traitlets.Bool(default_value=False).tag(sync=True)
