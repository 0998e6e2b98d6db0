"""What midplot uses of ipywidgets and ipykernel that is private to them: all of it is here, each with a way to do without."""

from __future__ import annotations

from typing import Any

import ipywidgets
import traitlets

__all__ = ["KNOWS_TRAITS", "answer_where_asked", "inner_widgets", "set_quietly"]

KNOWS_TRAITS = hasattr(traitlets.HasTraits(), "_trait_values")
"""Whether this release of traitlets keeps the values of a widget where midplot looks for them."""


def set_quietly(widget: traitlets.HasTraits, name: str, value: Any) -> None:
    """Set a synchronised trait without sending it: only a page that is loaded later needs to know.

    Where traitlets keeps its values elsewhere, the trait is set as usual. Pages are then sent more than they need.
    """
    # Setting the attribute would notify ipywidgets, which sends every change of a synchronised trait.
    if KNOWS_TRAITS:
        widget._trait_values[name] = value
    else:
        setattr(widget, name, value)


def answer_where_asked(comm: Any) -> bool:
    """Let ipykernel answer a connection on whichever thread the page asks, although a running cell opened it.

    From release 7 on, ipykernel notes with each connection which thread wrote to it last, and hands it messages on that
    thread alone. For one that was opened by a running cell that is the thread which the cell keeps busy.

    Returns
    -------
    bool
        Whether there was such a note. Without it nothing can be done, and a running cell may have to end first.
    """
    if not hasattr(comm, "_reply_subshell_id"):
        return False
    # ipykernel then falls back to the thread that the page's message names.
    del comm._reply_subshell_id
    return True


def inner_widgets(widget: Any) -> list[Any]:
    """Return a widget and all widgets that it refers to, such as its children and what ipywidgets made for their layout.

    Where traitlets keeps its values elsewhere, only the children are known.
    """
    seen = [widget]
    for each in seen:
        if KNOWS_TRAITS:
            # Not by attribute: a FigureWidget has a `layout` of its own, which hides the one of ipywidgets.
            values = [each._trait_values.get(name) for name in each.trait_names(sync=True)]
        else:
            values = [getattr(each, "children", ())]
        for value in values:
            found = value if isinstance(value, (list, tuple)) else (value,)
            for other in found:
                if isinstance(other, ipywidgets.Widget) and not any(other is known for known in seen):
                    seen.append(other)
    return seen
