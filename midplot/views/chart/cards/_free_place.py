"""Where a text of a picture goes, so that it covers no line and no mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["Box", "Point", "free_place", "text_width"]

Point = tuple[float, float]

_MARGINS: Final = (2, 1, 0)
"""Units that are kept free around a text, the first if there is room for it."""

# The widest digits of common system fonts, bold, as a fraction of the font's size.
_WIDEST: Final = 0.70


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a picture, whose y runs downwards."""

    left: float
    top: float
    right: float
    bottom: float


def text_width(text: str, size: float) -> float:
    """Return the room that a line of digits, signs or capitals needs."""
    return len(text) * _WIDEST * size


def free_place(
    near: Point, size: tuple[float, float], within: Box, lines: Iterable[Sequence[Point]], taken: Iterable[Box]
) -> Box:
    """Return the place nearest to a point where a text covers nothing; if there is none, where it covers the least.

    Parameters
    ----------
    near
        Where the middle of the text should be.
    size
        Width and height of the text.
    within
        The room for it. A text that is larger starts at its left, or at its top.
    lines
        The corners of each line.
    taken
        The places of marks.
    """
    width, height = (int(np.ceil(each)) for each in size)
    columns, rows = (max(1, int(each)) for each in (within.right - within.left, within.bottom - within.top))
    covered = _covered(within, (rows, columns), lines, taken)
    # All places of the text's upper left corner, and the square of how far from the point its middle then is.
    tops, lefts = np.arange(max(1, rows - height + 1)), np.arange(max(1, columns - width + 1))
    far = (
        np.square(within.top + tops + height / 2 - near[1])[:, None]
        + np.square(within.left + lefts + width / 2 - near[0])[None, :]
    )
    for margin in _MARGINS:
        count = _counts(covered, (len(tops), len(lefts)), (height, width), margin)
        least = count.min()
        if not least:
            break
    best = int(np.argmin(np.where(count == least, far, np.inf)))
    place = np.unravel_index(best, far.shape)
    left, top = within.left + float(place[1]), within.top + float(place[0])
    return Box(left, top, left + width, top + height)


def _covered(
    within: Box, shape: tuple[int, int], lines: Iterable[Sequence[Point]], taken: Iterable[Box]
) -> npt.NDArray[np.bool_]:
    """Return the unit squares of a room through which a line runs or which a mark touches."""
    covered = np.zeros(shape, dtype=np.bool_)
    for line in lines:
        x, y = _along(np.asarray(line, dtype=np.float64))
        columns, rows = np.floor(x - within.left).astype(np.int64), np.floor(y - within.top).astype(np.int64)
        seen = (columns >= 0) & (columns < shape[1]) & (rows >= 0) & (rows < shape[0])
        covered[rows[seen], columns[seen]] = True
    for box in taken:
        top, bottom = (max(0, int(np.floor(box.top - within.top))), max(0, int(np.ceil(box.bottom - within.top))))
        left, right = (max(0, int(np.floor(box.left - within.left))), max(0, int(np.ceil(box.right - within.left))))
        covered[top:bottom, left:right] = True
    return covered


def _along(corners: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return points along a line, each less than a third of a unit from the next."""
    starts, moves = corners[:-1], np.diff(corners, axis=0)
    steps = np.ceil(3 * np.abs(moves).max(axis=1, initial=0.0)).astype(np.int64) + 1
    which = np.repeat(np.arange(len(starts)), steps)
    share = (np.arange(len(which)) - np.repeat(np.cumsum(steps) - steps, steps)) / np.repeat(steps, steps)
    points = np.concatenate([starts[which] + moves[which] * share[:, None], corners[-1:]])
    return points[:, 0], points[:, 1]


def _counts(
    covered: npt.NDArray[np.bool_], places: tuple[int, int], size: tuple[int, int], margin: int
) -> npt.NDArray[np.int32]:
    """Return how many covered squares there are in a rectangle with a margin, for each place of its upper left corner."""
    height, width = (each + 2 * margin for each in size)
    # Wide enough also for a text that is larger than its room.
    around = [(margin, margin + max(0, each - room)) for each, room in zip(size, covered.shape, strict=True)]
    wide = np.pad(covered, around)
    total = np.zeros((wide.shape[0] + 1, wide.shape[1] + 1), dtype=np.int32)
    total[1:, 1:] = wide.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32)
    rows, columns = places
    upper, lower = total[:rows], total[height : height + rows]
    left, right = slice(0, columns), slice(width, width + columns)
    counts: npt.NDArray[np.int32] = lower[:, right] - upper[:, right] - lower[:, left] + upper[:, left]
    return counts
