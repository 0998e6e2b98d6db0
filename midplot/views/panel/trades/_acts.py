"""What a person does with the lists below the chart: open one of them, sort, filter and page the trades."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from midplot.views._view_state import OUTCOMES, TABS, ViewState
from midplot.views.panel._world import World
from midplot.views.trades._columns import COLUMNS

__all__ = ["LIST_ACTS", "first_page"]

_KEYS: Final = frozenset(column.key for column in COLUMNS)


def first_page(state: ViewState) -> ViewState:
    """Return the state at the first page of the trades, if another stream brings other ones."""
    if state.trades.everywhere or not state.trades.offset:
        return state
    return state.changed(trades=replace(state.trades, offset=0))


def _open(state: ViewState, message: Mapping[str, Any], _: World) -> ViewState:
    """Open a list; the one that is open already is closed."""
    name = message["name"]
    return state.changed(tab="" if name == state.tab else name) if name in TABS else state


def _ask(state: ViewState, message: Mapping[str, Any], _: World) -> ViewState:
    """Ask for trades. What the message does not name stays, and unless it names a page, the first one is shown."""
    asked = state.trades
    sort, outcome = message.get("sort", asked.sort), message.get("outcome", asked.outcome)
    if sort not in _KEYS or outcome not in OUTCOMES:
        return state
    asked = replace(
        asked,
        sort=sort,
        outcome=outcome,
        ascending=bool(message.get("ascending", asked.ascending)),
        everywhere=bool(message.get("everywhere", asked.everywhere)),
        offset=max(0, int(message.get("offset", 0))),
    )
    return state.changed(trades=asked)


LIST_ACTS: Final[Mapping[str, Callable[[ViewState, Mapping[str, Any], World], ViewState]]] = {
    "tab": _open,
    "trades": _ask,
}
