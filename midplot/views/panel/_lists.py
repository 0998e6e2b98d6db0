"""The lists below the chart as the page draws them: their names and counts, and the rows of the one that is open."""

from __future__ import annotations

from typing import Any

from midplot.errors import legible
from midplot.scenarios._scenario import label_of
from midplot.views._view_state import ViewState
from midplot.views.panel.labels._desk import Desk
from midplot.views.panel.trades._table import Trades

__all__ = ["lists_state"]


def lists_state(state: ViewState, desk: Desk, trades: Trades) -> dict[str, Any]:
    """Return the state of the lists.

    Parameters
    ----------
    state
        The state of the view.
    desk
        Its labels.
    trades
        Its trades.
    """
    # First, since only then the number of suggestions is known.
    suggestions = _suggestions(state, desk) if state.tab == "suggestions" else None
    return {
        "tab": state.tab,
        "stream": state.stream,
        "counts": {
            "labels": len(desk.kept(state.stream)),
            "trades": trades.count(state),
            "unresolved": trades.unresolved(state),
            "suggestions": desk.n_suggestions(state.stream),
        },
        "trades": trades.page(state) if state.tab == "trades" else None,
        "suggestions": suggestions,
    }


def _suggestions(state: ViewState, desk: Desk) -> dict[str, Any]:
    if state.hides_future:
        return {"rows": [], "empty": "Hidden while the future is: suggestions are made in hindsight."}
    found, why_none = desk.suggestions(state.stream)
    current = None if state.suggestion is None else state.suggestion.place
    rows = [
        {
            "place": place,
            "first": each.selection.first,
            "last": each.selection.last,
            "kind": each.kind,
            "why": legible(each.why),
            "label": label_of(each.expected),
            "labelled": is_labelled,
            "current": place == current,
        }
        for place, (each, is_labelled) in enumerate(found)
    ]
    return {"rows": rows, "empty": legible(why_none)}
