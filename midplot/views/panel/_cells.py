"""Which cell of a notebook a view was displayed in: a cell that is run again takes the place of what it displayed before."""

from __future__ import annotations

import sys
from typing import Any, Protocol
from weakref import WeakSet

__all__ = ["CELLS", "Cells"]


class Closable(Protocol):
    """A view."""

    def close(self) -> None:
        """Close it."""


class Cells:
    """The views of a process by the cells that display them.

    The notebook removes the output of a cell that is run again, but keeps its widgets and whatever they hold for as long
    as the kernel lives. So they are closed here, once no other cell displays them.
    """

    def __init__(self) -> None:
        # By the name of the cell: the id of its run, and what it has displayed in it.
        self._shown: dict[str, tuple[str, WeakSet[Any]]] = {}

    def display(self, view: Closable) -> None:
        """Take note that a view is displayed by the cell that is running, and close what an earlier run displayed."""
        cell = _cell_now()
        if cell is None:
            return
        name, run = cell
        known_run, views = self._shown.get(name, (run, WeakSet()))
        if known_run != run:
            outdated, views = views, WeakSet()
            self._shown[name] = run, views
            for each in list(outdated):
                if each is not view and not any(each in others for _, others in self._shown.values()):
                    each.close()
        views.add(view)
        self._shown[name] = run, views


def _cell_now() -> tuple[str, str] | None:
    """Return the name of the cell that is running, and the id of its run; None outside a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return None
    parent: dict[str, Any] = getattr(shell, "get_parent", dict)() or {}
    # JupyterLab and VS Code name the cell. Elsewhere it is known by its text: a cell that is run again has the same one.
    name = (parent.get("metadata") or {}).get("cellId") or (parent.get("content") or {}).get("code")
    return None if name is None else (str(name), str((parent.get("header") or {}).get("msg_id")))


CELLS = Cells()
"""The cells of this process."""
