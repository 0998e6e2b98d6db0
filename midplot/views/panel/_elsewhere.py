"""What is shown of a replay where there are no widgets, as in marimo: a chart, the figures, and how to label all the same."""

from __future__ import annotations

import sys
from html import escape
from typing import Any

from midplot.money._ledger import Ledger
from midplot.play._engine import Progress
from midplot.views._front_end import marimo_output
from midplot.views.chart._figure import stream_figure
from midplot.views.pages._html import results_card

__all__ = ["MarimoView", "note", "shown_elsewhere"]

_LABELS = (
    "This is the chart without its controls: to label with a click, run the replay in Jupyter (midplot lab opens a "
    "notebook). Here, result.select(stream, first, last) and then result.save_selected(UP) label a window in code."
)


def shown_elsewhere(ledger: Ledger, stream: int, *, chart: bool, accounts: bool) -> list[Any]:
    """Return figures and texts of HTML that show a replay.

    Parameters
    ----------
    ledger
        What happened in the replay.
    stream
        Id of the stream to draw.
    chart, accounts
        Whether to show its chart, and the key figures with the largest streams.
    """
    account = ledger.streams.get(stream)
    figures = [stream_figure(account, ledger.settings.horizon)] if chart and account is not None else []
    cards = [results_card(ledger)] if accounts or account is None else []
    others = len(ledger.streams) - 1
    more = (
        f" result.figure(stream) draws another of the {len(ledger.streams):,} streams." if others > 0 and chart else ""
    )
    # Above the chart, since marimo shows a part of a long output.
    return [*([note(_LABELS + more)] if figures else []), *figures, *cards]


def note(words: str) -> str:
    """Return a sentence beside what is shown, as HTML."""
    return f'<p style="margin: 4px 2px 8px; font-size: 13px; opacity: 0.85">{escape(words)}</p>'


class MarimoView:
    """Stands for the view of a replay in marimo, which has nothing to show before the end.

    Parameters
    ----------
    ledger
        What happens in the replay.
    chart, accounts
        What to show of it.
    """

    def __init__(self, ledger: Ledger, *, chart: bool, accounts: bool) -> None:
        self._ledger = ledger
        self._shown = {"chart": chart, "accounts": accounts}

    def on_progress(self, checkpoint: Progress) -> None:
        """Do nothing."""

    def finish(self) -> None:
        """Add what is shown of the replay to the output of the cell."""
        first = next(iter(self._ledger.streams), 0)
        output = marimo_output(shown_elsewhere(self._ledger, first, **self._shown))
        sys.modules["marimo"].output.append(output)
