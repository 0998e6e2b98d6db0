"""Shows something in a notebook, and knows whether there is one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from midplot.errors import legible

if TYPE_CHECKING:
    from midplot.results import ReplayResults
    from midplot.views.replay_view import ReplayView

__all__ = ["in_notebook", "opened", "say"]


def in_notebook() -> bool:
    """Tell whether output can be displayed: whether this is an IPython kernel, not a script or a terminal."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and getattr(shell, "kernel", None) is not None


def opened(result: ReplayResults, n_streams: int, *, chart: bool, accounts: bool) -> ReplayView:
    """Display a view of a replay that is about to begin, and return it."""
    from IPython.display import display

    view = result.open_view(chart=chart, accounts=accounts)
    view.begin(n_streams)
    display(view.box)
    return view


def say(text: str) -> None:
    """Show a line of text in a notebook; elsewhere nothing."""
    if in_notebook():
        from IPython.display import display

        display(Said(text))


class Said:
    """A line of text as an output of its own, the same in every front end."""

    def __init__(self, text: str) -> None:
        self.text = legible(text)

    def __repr__(self) -> str:
        return self.text
