"""Which part of a stream is visible, and the prices that its axis spans there."""

from __future__ import annotations

from collections.abc import Sequence

from midplot.views._view_state import ALL, BEST, Sight
from midplot.views.chart._drawing import Drawing
from midplot.views.chart._windows import TOO_FAR, Window, opening_window

__all__ = ["Range", "around", "price_range", "visible_range"]

Range = tuple[float, float]


def visible_range(sight: Sight, drawing: Drawing, windows: Sequence[Window], *, newest: bool = False) -> Range:
    """Return the original indices at the edges of the chart.

    Parameters
    ----------
    sight
        What is to be visible.
    drawing
        The stream.
    windows
        Its parts, if it has several.
    newest
        Whether the newest part is the best one to show, as it is while a person watches a replay run.
    """
    if not isinstance(sight, str):
        return sight
    first, last = drawing.extent()
    best = opening_window(list(windows)) if sight == BEST else None
    if best is not None:
        low, high = (windows[-1] if newest else best).x_range
        return low, high
    # A little room on either side, so that the line does not end at the frame.
    room = max(1.0, 0.01 * (last - first + 1))
    return first - room, last + room


def price_range(
    sight: Sight, drawing: Drawing, windows: Sequence[Window], visible: Range, last: int | None = None
) -> Range | None:
    """Return the lowest and highest price to show, with a margin; None if no price is visible.

    A few ticks of a part whose prices are far away would flatten the part that fills the chart, so they are left out,
    unless a person has asked for all parts.

    Parameters
    ----------
    sight, drawing, windows
        As for `visible_range`.
    visible
        Its result.
    last
        Last original index that is shown: the axis must not give away what comes after. None for all.
    """
    low, high = visible if last is None else (visible[0], min(visible[1], last))
    everything = drawing.price_span(low, high)
    seen = [w for w in windows if w.first <= high and w.last >= low]
    if sight == ALL or everything is None or len(seen) < 2:
        return everything
    main = max(seen, key=lambda w: min(high, w.last) - max(low, w.first))
    span = drawing.price_span(max(low, main.first), min(high, main.last))
    if span is None or everything[1] - everything[0] <= TOO_FAR * (span[1] - span[0]):
        return everything
    return span


def around(first: int, last: int, visible: Range, bounds: tuple[int, int], horizon: int) -> Range | None:
    """Return the range that shows a window with some room around it; None if it is visible and large enough already.

    Parameters
    ----------
    first, last
        Original indices of the window, both inclusive.
    visible
        What is visible now.
    bounds
        First and last index of the part that contains the window: its neighbours' prices may be far away.
    horizon
        Ticks from a decision to its resolution.
    """
    width, (low, high) = last - first + 1, visible
    # A fortieth of the chart is about 25 pixels: narrower, and its points run into each other.
    if low <= first and last <= high and width * 40 >= high - low:
        return None
    # Enough to see what led to the window and how its decisions turned out.
    room = max(4 * width, 8 * horizon)
    return max(bounds[0], first - room) - 1.0, min(bounds[1], last + room) + 1.0
