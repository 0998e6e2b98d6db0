"""The times of the ticks of a replayed stream, for tables and charts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from midplot.money._account import PartAccount, StreamAccount
from midplot.money._scoring import IntArray
from midplot.streams._times import Times

__all__ = ["first_and_last", "time_of_ticks", "times_at"]


def time_of_ticks(part: PartAccount, ticks: npt.NDArray[np.int64]) -> Times:
    """Return the times of a part's ticks, counted from the first value fed; NaT beyond its end and if unknown."""
    times = part.part.times
    found = np.full(len(ticks), np.datetime64("NaT"), "datetime64[s]" if times is None else times.dtype)
    if times is not None:
        inside = ticks < len(times)
        found[inside] = times[ticks[inside]]
    return found


def times_at(account: StreamAccount, index: IntArray) -> Times | None:
    """Return the times at original indices, NaT between two parts; None if no part has times."""
    if not any(part.part.has_times for part in account.parts):
        return None
    # Nanoseconds: the parts of a stream may have times of different units, and this holds all of them.
    found = np.full(len(index), np.datetime64("NaT"), "datetime64[ns]")
    for part in account.parts:
        ticks = index - part.part.first_index
        own = (ticks >= 0) & (ticks < len(part.part))
        found[own] = time_of_ticks(part, ticks[own])
    return found


def first_and_last(account: StreamAccount) -> tuple[np.datetime64, np.datetime64]:
    """Return the times of the first and the last scored tick that has one; NaT if none has."""
    scored = [time_of_ticks(part, np.arange(part.part.warmup, part.replay.n_ticks)) for part in account.parts]
    known = [times[~np.isnat(times)] for times in scored]
    ends = np.array([times[place] for times in known if len(times) for place in (0, -1)], dtype="datetime64[ns]")
    return (ends[0], ends[-1]) if len(ends) else (np.datetime64("NaT", "ns"), np.datetime64("NaT", "ns"))
