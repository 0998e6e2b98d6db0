"""What the index of a pandas frame says about its rows: which stream each belongs to, and when it was recorded."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from midplot.streams._cells import Cells, cells_of
from midplot.streams._times import as_times

__all__ = ["Level", "levels_of"]

_DATE = re.compile(r"\d[-/. ]\w+[-/. ]\d")
"""A day, a month and a year, in any order."""


@dataclass(frozen=True, slots=True)
class Level:
    """A level of an index.

    Attributes
    ----------
    name
        The name of the level; if it has none, ``time`` for dates and ``stream`` for text that may hold ids.
    labels
        One label per row.
    is_dated
        Whether the labels are dates.
    groups
        Whether the labels may be ids of streams: text, or anything but dates in an index of several levels.
    """

    name: Hashable
    labels: Cells
    is_dated: bool
    groups: bool


def levels_of(index: Any, taken: Sequence[Hashable]) -> list[Level]:
    """Return the levels of an index that say something about the rows.

    Parameters
    ----------
    index
        The index of a pandas frame or series.
    taken
        The names of the columns: a level of the same name says nothing new.

    Returns
    -------
    list of Level
        Row numbers without a name or called ``id`` are left out, and so is unnamed text that differs in every row.
    """
    several = index.nlevels > 1
    found: list[Level] = []
    for at, name in enumerate(index.names):
        if name is not None and name in taken:
            continue
        labels = cells_of(index.get_level_values(at))
        if not several and _numbers_rows(name, labels):
            continue
        text = labels.dtype.kind in "OUT"
        dated = labels.dtype.kind == "M" or (text and _are_dates(labels))
        if name is None and not several and not dated and not (text and len(set(labels.tolist())) < len(labels)):
            continue
        known = [*taken, *(level.name for level in found)]
        own = _own_name(known, at, several, dated, text) if name is None else name
        found.append(Level(own, labels, dated, groups=not dated and (text or several)))
    return found


def _numbers_rows(name: Hashable, labels: Cells) -> bool:
    """Tell whether a level is an ``id`` that a database gave each row, which says nothing about streams."""
    return str(name).lower() == "id" and labels.dtype.kind in "iu" and len(set(labels.tolist())) == len(labels)


def _own_name(known: list[Hashable], at: int, several: bool, dated: bool, text: bool) -> str:
    """Return a name for a level that has none; the last resort is what ``reset_index`` would call it."""
    if dated and "time" not in known:
        return "time"
    # pandas.concat({"eurusd": ..., "gbpusd": ...}), for one, puts the ids into a level without a name.
    if several and text and "stream" not in known:
        return "stream"
    return f"level_{at}" if several else "index"


def _are_dates(labels: Cells) -> bool:
    """Tell whether text is dates, and not ids such as "0012" or "2024-03", which can be parsed as dates too."""
    return all(_DATE.search(str(label)) for label in set(labels.tolist())) and as_times(labels) is not None
