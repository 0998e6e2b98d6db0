"""The comparison view: the figure, and the disagreements. A click on one opens it in a replay view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from midplot.scenarios._labeller import Labeller
from midplot.views._front_end import get_ready
from midplot.views._static_files import static_text
from midplot.views.chart._comparison_figure import comparison_figure
from midplot.views.chart.live._replay_figure import PlainFigure, ReplayFigure, plotly_is_known
from midplot.views.pages._comparison_page import Compared, disagreement_cards, tables
from midplot.views.panel._box import PlainBox
from midplot.views.panel._elsewhere import note
from midplot.views.panel._replay_view import ReplayView
from midplot.views.panel._widgets import ChecksPanel

__all__ = ["ComparisonView"]

_ADVICE = (
    "It is shown in Jupyter, and midplot lab opens a notebook. "
    'Without one, comparison.to_html("comparison.html") writes a page for the browser.'
)
_IN_JUPYTER = "In Jupyter, a click on a disagreement opens it in the replay view."


class Labelled(Protocol):
    """A result of a replay, which stands above the views."""

    @property
    def labeller(self) -> Labeller:
        """The selection, and the labels that are saved from it."""


class Comparable(Compared, Protocol):
    """A comparison that also has the results it compares."""

    @property
    def results(self) -> Mapping[str, Labelled]:
        """The results by name."""


class ComparisonView:
    """One view of a comparison.

    Parameters
    ----------
    compared
        The comparison.

    Attributes
    ----------
    box
        The widget to display.
    opened
        Replay view of the disagreement that was clicked last, or None: that of the attacker that earned less there.
    """

    def __init__(self, compared: Comparable) -> None:
        get_ready()
        self.compared = compared
        self.opened: ReplayView | None = None
        self._views: dict[str, ReplayView] = {}
        self.disagreements = compared.disagreements()
        drawn = comparison_figure(compared.ledgers, compared.differences)
        figure = (ReplayFigure if plotly_is_known() else PlainFigure)(drawn)
        figure.complete()
        cards = f"{tables(compared)}{disagreement_cards(self.disagreements)}"
        self.panel = ChecksPanel(
            html=f'<style>{static_text("comparison.css")}</style><div class="midplot-comparison">{cards}</div>'
        )
        self.panel.on_act(self._on_message)
        self._fixed = (figure, self.panel)
        self.box = PlainBox(
            list(self._fixed),
            lambda: "\n".join(compared.summary()),
            "midplot-comparing",
            elsewhere=self._elsewhere,
            advice=_ADVICE,
        )

    def open(self, name: str) -> None:
        """Show a disagreement in a replay view below the list."""
        # The name comes from the page, where any script can send a message.
        place = name.removeprefix("disagreement-")
        if not place.isdecimal() or int(place) >= len(self.disagreements):
            return
        chosen = self.disagreements[int(place)]
        # The one that earned less there has something to learn.
        worse = min(chosen.earned, key=lambda each: chosen.earned[each])
        if worse not in self._views:
            labeller = self.compared.results[worse].labeller
            self._views[worse] = ReplayView(labeller.ledger, labeller)
        self.opened = self._views[worse]
        self.opened.show_window(chosen.selection)
        self.panel.current = name
        self.box.children = (*self._fixed, self.opened.box)

    def _elsewhere(self) -> list[Any]:
        figure = comparison_figure(self.compared.ledgers, self.compared.differences)
        return [figure, self.panel.html, note(_IN_JUPYTER)]

    def close(self) -> None:
        """Close the comparison, and the replays that were opened in it."""
        for view in self._views.values():
            view.close()
        self.box.close_all()

    def _on_message(self, message: dict[str, Any]) -> None:
        if message.get("act") == "open":
            self.open(str(message.get("id")))
