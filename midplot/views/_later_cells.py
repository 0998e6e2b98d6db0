"""Does something when a notebook runs one of its later cells."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import monotonic
from typing import Any

__all__ = ["at_a_later_cell"]


def at_a_later_cell(act: Callable[[], object], *, after: float) -> None:
    """Call a function once, when the first cell begins that is run some time from now; outside IPython never.

    Parameters
    ----------
    act
        The function.
    after
        Number of seconds until a cell counts.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return
    begun = monotonic()

    def look(_: Any = None) -> None:
        if monotonic() - begun >= after:
            shell.events.unregister("pre_run_cell", look)
            act()

    shell.events.register("pre_run_cell", look)
