"""The order of scenarios, which is the same everywhere: in a movie, in lists and in files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from midplot.scenarios._scenario import Scenario

__all__ = ["in_order", "natural"]


def in_order(scenarios: Iterable[Scenario]) -> tuple[Scenario, ...]:
    """Sort scenarios by stream (numbers in names count as numbers), indices, label and whatever else differs."""
    return tuple(sorted(scenarios, key=_order))


def _order(scenario: Scenario) -> tuple[Any, ...]:
    s = scenario.selection
    title = s.stream_title
    return (
        # Titles that differ only in case are equal to `natural`: the title itself then decides.
        *(natural(title), title, s.first, s.last, scenario.label),
        *(scenario.variant or "", s.horizon, s.values),
    )


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts texts as people do: 2 before 10, ignoring case.

    Examples
    --------
    >>> sorted(["stream 10", "Stream 2", "stream 1"], key=natural)
    ['stream 1', 'Stream 2', 'stream 10']
    """
    pieces = re.split(r"([0-9]+)", text.casefold())
    # Numbers are compared by length first. Python refuses to turn digits beyond a few thousand into an int.
    return tuple(
        (len(piece.lstrip("0")), piece.lstrip("0")) if at % 2 else (-1, piece) for at, piece in enumerate(pieces)
    )
