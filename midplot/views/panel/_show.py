"""Shows something in a notebook, and knows whether there is one."""

from __future__ import annotations

import sys
from typing import Any

from midplot.errors import legible

__all__ = ["in_notebook", "say", "show"]


def in_notebook() -> bool:
    """Tell whether output can be displayed: whether this is an IPython kernel, not a script or a terminal."""
    # IPython is not imported for this: a script does not need it, and it takes long to load.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and getattr(shell, "kernel", None) is not None


def show(displayed: Any) -> None:
    """Display an object below the cell."""
    from IPython.display import display

    display(displayed)


def say(text: str) -> None:
    """Show a line of text in a notebook; elsewhere nothing."""
    if in_notebook():
        show(Said(text))


class Said:
    """A line of text as an output of its own, the same in every front end."""

    def __init__(self, text: str) -> None:
        self.text = legible(text)

    def __repr__(self) -> str:
        return self.text
