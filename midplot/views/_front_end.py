"""Which front end shows what is displayed, and what it needs before it can show a widget."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any

from midplot._warnings import warn
from midplot.errors import message_of

__all__ = ["get_ready", "in_colab", "in_marimo", "marimo_output"]

_COLAB_OUTPUT = "google.colab.output"
_ENABLE_BY_HAND = (
    "Run this in a cell of its own, then the cell of the view again: "
    "from google.colab import output; output.enable_custom_widget_manager()"
)


def in_colab() -> bool:
    """Tell whether this is a kernel of Google Colab, which has loaded its own package."""
    return "google.colab" in sys.modules


def in_marimo() -> bool:
    """Tell whether this is a notebook of marimo. Its package may also be loaded by a test or a script."""
    marimo = sys.modules.get("marimo")
    return marimo is not None and bool(marimo.running_in_notebook())


def get_ready() -> None:
    """Make the front end ready for widgets, before the first one is made.

    Warns
    -----
    UserWarning
        If Colab cannot be told to load widgets that it does not know, with what to do.
    """
    if in_colab():
        _enable_in_colab()


@cache
def _enable_in_colab() -> None:
    """Tell Colab to load widgets that are not its own. Once: whoever forbids it later has a reason.

    anywidget tells it as well, when the first widget is made, but has no words for what may go wrong.
    """
    try:
        import_module(_COLAB_OUTPUT).enable_custom_widget_manager()
    except Exception as error:  # noqa: BLE001 -- a view that may stay empty must not take the replay with it
        warn(f"Colab: the view may stay empty ({type(error).__name__}: {message_of(error)}). {_ENABLE_BY_HAND}.")


def marimo_output(parts: Iterable[Any]) -> Any:
    """Return figures and texts of HTML as one output of marimo, which is loaded if it asks for this."""
    marimo = sys.modules["marimo"]
    return marimo.vstack([marimo.Html(each) if isinstance(each, str) else each for each in parts])
