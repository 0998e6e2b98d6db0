"""The report view: a picture of each scenario, failed ones first. A click opens one in a replay view."""

from __future__ import annotations

from typing import Any

import numpy as np

from midplot.checks._verdict import Check
from midplot.money._ledger import Ledger
from midplot.play._engine import PartReplay
from midplot.play._settings import ReplaySettings
from midplot.scenarios._labeller import Labeller
from midplot.streams._stream import cut_into_parts
from midplot.views._front_end import get_ready
from midplot.views._static_files import static_text
from midplot.views.pages._check_cards import Report, cards, legend, totals
from midplot.views.pages._check_page import check_card
from midplot.views.panel._box import PlainBox
from midplot.views.panel._elsewhere import note
from midplot.views.panel._replay_view import ReplayView
from midplot.views.panel._widgets import ChecksPanel

__all__ = ["MOST_SHOWN", "ReportView"]

MOST_SHOWN = 200
"""Largest number of scenarios drawn, failed ones first. A page written by `to_html` has them all."""

_ADVICE = (
    "It is shown in Jupyter, and midplot lab opens a notebook. "
    'Without one, report.to_html("check.html") writes a page for the browser.'
)
_IN_JUPYTER = "In Jupyter, a click on a scenario opens it in the replay view."


class ReportView:
    """One view of a check report.

    Parameters
    ----------
    report
        The report of a check.
    labeller
        What selects windows in the replay that was checked, if there was one and it is still there.

    Attributes
    ----------
    box
        The widget to display.
    opened
        Replay view of the scenario that was clicked last, or None.
    """

    def __init__(self, report: Report, labeller: Labeller | None = None) -> None:
        get_ready()
        self.report = report
        self._labeller = labeller
        self.opened: ReplayView | None = None
        shown = report.failed_first()[:MOST_SHOWN]
        self._checks = {f"scenario-{position}": check for position, check in enumerate(shown)}
        ids = {id(check): name for name, check in self._checks.items()}
        content = totals(report, "p") + cards(shown, ids) + legend()
        self.panel = ChecksPanel(
            html=f'<style>{static_text("check.css")}</style><div class="midplot-check">{content}</div>',
            goes_there=labeller is not None,
        )
        self.panel.on_act(self._on_message)
        self.box = PlainBox(
            [self.panel], lambda: str(report), "midplot-report", elsewhere=self._elsewhere, advice=_ADVICE
        )

    def open(self, name: str) -> None:
        """Show a scenario in a replay view below the report."""
        # The name comes from the page, where any script can send a message.
        if name not in self._checks:
            return
        self._show(name, _replay_view(self._checks[name]))

    def go_there(self, name: str) -> None:
        """Show a scenario in the replay that was checked: here, and in all views of that replay that are open."""
        if self._labeller is None or name not in self._checks:
            return
        check, labeller = self._checks[name], self._labeller
        place = next(place for place, each in enumerate(self.report.checks) if each is check)
        # The view is there first, so that it is told like the others. One part was replayed for each scenario.
        self._show(name, ReplayView(labeller.ledger, labeller))
        stream = labeller.ledger.parts[place].part.stream_id
        labeller.select(stream, check.selection.first, check.selection.last)

    def _show(self, name: str, view: ReplayView) -> None:
        before, self.opened = self.opened, view
        self.panel.current = name
        self.box.children = (self.panel, view.box)
        if before is not None:
            before.close()

    def _elsewhere(self) -> list[str]:
        return [check_card(self.report), note(_IN_JUPYTER)]

    def close(self) -> None:
        """Close the report and the scenario that is open in it."""
        if self.opened is not None:
            self.opened.close()
        self.box.close_all()

    def _on_message(self, message: dict[str, Any]) -> None:
        if message.get("act") == "open":
            self.open(str(message.get("id")))
        elif message.get("act") == "go":
            self.go_there(str(message.get("id")))


def _replay_view(check: Check) -> ReplayView:
    """Return a view of the decisions on one scenario."""
    selection = check.selection
    stream = check.scenario.stream()
    settings = ReplaySettings(horizon=selection.horizon, epsilon=selection.epsilon)
    (part,) = cut_into_parts(stream)
    # A check does not measure latency, and an attacker that raised has decided on less than the whole part.
    n = len(check.decisions)
    replayed = PartReplay(part, check.decisions, np.zeros(n, dtype=np.int64), 0, complete=n == len(part.values))
    ledger = Ledger.of_one(settings, stream, replayed)
    return ReplayView(ledger, Labeller(ledger))
