"""Does a scenario still fit its stream? Data are exported again, rounded, cut or replaced after labels were made."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from midplot._text import same_name
from midplot.money._account import StreamAccount
from midplot.scenarios._scenario import UNKNOWN_STREAM, Scenario
from midplot.streams._stream import FloatArray, Stream

__all__ = ["belongs", "may_belong", "misfit"]

# Rounding to four significant digits changes a price by at most 0.05%, and storing it as float32 by far less.
CLOSE = 1e-3
"""The relative difference up to which prices count as the same data stored with fewer digits."""

# With one or two different prices, a run on a coarse grid is found all over a stream.
LEAST_RUN = 3
"""The number of different prices that a run needs before it can be recognised elsewhere in the stream."""


def belongs(scenario: Scenario, stream: StreamAccount) -> bool:
    """Return whether a scenario was picked in a stream, and the prices are still the same at the same indices."""
    selection = scenario.selection
    if not may_belong(scenario, stream):
        return False
    for part in stream.parts:
        window = _window(part.part.values, selection.first - part.part.first_index, selection.n_ticks)
        # The scenario holds a tuple: turning that into an array would take longer than comparing lists.
        if window is not None and window.tolist() == list(selection.values):
            return True
    return False


def misfit(scenario: Scenario, stream: Stream, fingerprint: Callable[[], str] | None = None) -> str | None:
    """Return why a scenario of a stream no longer fits it; None if it fits, or belongs to another stream.

    A stream is recognised by its name. A stream without a name shares its id with streams of other replays, so a
    scenario of it is reported only if its prices are found again: almost the same, or at other indices.

    Parameters
    ----------
    scenario
        A scenario of any stream.
    stream
        The whole stream, even if only part of it was replayed.
    fingerprint
        Returns the fingerprint of the stream; asked only where the prices differ, because it reads all of them.
    """
    s = scenario.selection
    if not may_belong(scenario, stream):
        return None
    values, data = np.array(s.values), stream.values
    there = _window(data, s.first - stream.offset, s.n_ticks)
    if there is not None and np.array_equal(there, values):
        return None
    if there is not None and np.allclose(there, values, rtol=CLOSE, atol=0):
        off = float(np.max(np.abs(there - values)))
        return f"its prices differ by up to {off:.2g}: they may have been rounded or stored with fewer digits"
    place = _found_again(values, data)
    if place is not None:
        first = stream.offset + place
        return f"its prices are at {first}-{first + s.n_ticks - 1} now: the stream may have been cut or joined"
    if s.stream_name is None:
        return None  # nothing says that it was picked in this stream and not in another one without a name
    if there is None:
        last = stream.offset + len(data) - 1
        return f"its window is not in the stream, which has the indices {stream.offset}-{last}"
    at = int(np.argmax(there != values))
    other = fingerprint is not None and s.fingerprint is not None and fingerprint() != s.fingerprint
    changed = ", and the fingerprint of the stream differs too" if other else ""
    return f"its prices differ: {values[at]:.10g} at {s.first + at}, where the stream has {there[at]:.10g}{changed}"


def may_belong(scenario: Scenario, stream: StreamAccount | Stream) -> bool:
    """Return whether a scenario may have been picked in a stream, judging by name and id alone."""
    selection = scenario.selection
    if selection.stream_name is not None and stream.name is not None:
        return same_name(selection.stream_name, stream.name)
    if selection.stream_name is None and stream.name is None:
        return selection.stream_id in (UNKNOWN_STREAM, stream.stream_id)
    return True


def _window(values: FloatArray, start: int, n_ticks: int) -> FloatArray | None:
    """Return the given stretch of prices; None if part of it is outside."""
    if start < 0 or start + n_ticks > len(values):
        return None
    return values[start : start + n_ticks]


def _found_again(values: FloatArray, data: FloatArray) -> int | None:
    """Return the position at which a run of prices begins, if the data hold it exactly once."""
    if len(np.unique(values)) < LEAST_RUN:
        return None
    # Only places with the right first price are compared in full: that leaves few even in a million prices.
    starts = np.flatnonzero(data[: max(0, len(data) - len(values) + 1)] == values[0])
    found = [int(start) for start in starts if np.array_equal(data[start : start + len(values)], values)]
    return found[0] if len(found) == 1 else None
