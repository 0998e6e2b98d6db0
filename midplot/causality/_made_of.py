"""Finds runs of numbers that are made of a stream: scaled, differenced, smoothed over the future, or its moves to come.

Runs are laid along the streams at every distance at once, by a cross-correlation with the moves of all parts. Where a run
is made of a stream, it agrees with it at one place far better than at any other. What repeats, such as a season, or a
shape that streams have in common, agrees at several places, and is not made of the stream but of what its past explains.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from midplot._arithmetic import quiet, unit_scale
from midplot.causality._stretch import Likeness
from midplot.streams._stream import FloatArray, Part

__all__ = ["MadeOf"]

LEAST_Z = 9.0
"""Standard deviations of agreement; among a million places chance reaches 5 to 6."""

AHEAD_OF_OTHERS = 1.5
"""Times that the best place has to be better than the next best. Of a season the two are about the same."""

MADE = 0.9
"""Share of a run's variance that the prices around each tick have to explain, on numbers that the fit has not seen."""

CORRELATED = 0.2
"""The same for a run that is not made of the moves but goes with them, as the signs of the moves to come."""

ALONE = 1.3
"""Times that the correlation has to be larger than anywhere else. Of a season, and a shared shape, it is about the same."""

FEWEST = 100
"""Numbers that a run must have for a fit."""

FITTED = 3000
"""Numbers of a run that are fitted, half of them to test the fit."""

MOST_VALUES = 1 << 20
"""Values of the streams that are looked at."""

REACH = 48
"""Ticks before and after a place that the fit looks at; twice the horizon if that is more."""

LIMIT = 3.0
"""Standard moves at which a move is cut off: one jump should not decide."""


class MadeOf:
    """The moves of the streams, in one row, with which a run is compared.

    Parameters
    ----------
    parts
        The parts that are replayed, without the warm-up.
    horizon
        Ticks from a decision to its resolution.
    """

    def __init__(self, parts: Sequence[Part], horizon: int) -> None:
        self._reach = max(REACH, 2 * horizon)
        self._parts: list[Part] = []
        self._starts: list[int] = []
        moves, at = [], 0
        for part in parts:
            values = part.values[part.warmup :]
            if len(values) < FEWEST or at + len(values) > MOST_VALUES:
                continue
            self._parts.append(part)
            self._starts.append(at)
            # As many zeros as moves are looked at, so that no fit reaches into the next part.
            moves += [_moves(values), np.zeros(2 * self._reach + 1)]
            at += len(values) - 1 + 2 * self._reach + 1
        self._moves = np.concatenate([*moves, np.zeros(self._reach)]) if moves else np.zeros(0)
        self._clipped = _clipped(self._moves)

    def find(self, run: FloatArray) -> Likeness | None:
        """Return the stream that a run is made of; None if there is none."""
        run = np.where(np.isfinite(run), run, 0.0)
        if len(run) < FEWEST or not len(self._moves):
            return None
        run = run * unit_scale(run)
        for is_level, numbers in ((True, np.diff(run)), (False, run)):
            if np.count_nonzero(np.diff(numbers)) < FEWEST // 5 or _repeats(numbers):
                continue
            found = self._found(numbers, is_level)
            if found is not None:
                return found
        return None

    def _found(self, numbers: FloatArray, is_level: bool) -> Likeness | None:
        # Most runs are as long as the part that they are made of, and go by the same index. Others may lie anywhere.
        for part, start in zip(self._parts, self._starts, strict=True):
            if abs(len(numbers) - len(part) + part.warmup) <= self._reach:
                share, taps = self._fit(numbers, start)
                if share >= CORRELATED and self._is_alone(numbers, start, taps):
                    return Likeness(part.label, _described(share, taps, is_level), len(numbers))
        place = self._place(_clipped(numbers))
        if place is None or self._fit(numbers, place)[0] < MADE:
            return None
        number = max(0, int(np.searchsorted(self._starts, place + len(numbers) // 2, side="right")) - 1)
        return Likeness(self._parts[number].label, "made of the prices", len(numbers))

    def _is_alone(self, numbers: FloatArray, place: int, taps: FloatArray) -> bool:
        """Tell whether a fit holds at its place alone, and neither later, as a season does, nor on another stream."""
        fitted = np.convolve(self._moves, taps[::-1], mode="same")
        along = np.abs(_cross_correlation(numbers - numbers.mean(), fitted))
        # By the deviation of what each overlaps with; of an overlap of less than half the run, nothing can be said.
        ones = np.ones(len(numbers))
        overlaps = _cross_correlation(ones, (self._moves != 0).astype(np.float64))
        squares = np.maximum(_cross_correlation(ones, np.square(fitted)), 1e-9)
        along = np.where(overlaps >= overlaps.max() / 2, along / np.sqrt(squares * np.maximum(overlaps, 1)), 0)
        at = place + len(numbers) - 1
        own = along[at]
        along[max(0, at - 2 * self._reach) : at + 2 * self._reach + 1] = 0
        return bool(own >= ALONE * along.max())

    def _place(self, numbers: FloatArray) -> int | None:
        """Return the place in the row of moves where a run begins; None if no place stands out."""
        if not numbers.any():
            return None
        along = _cross_correlation(numbers, self._clipped)
        best = int(np.argmax(np.abs(along)))
        z = self._z(numbers, best - len(numbers) + 1)
        rivals = along.copy()
        rivals[max(0, best - 2 * self._reach) : best + 2 * self._reach + 1] = 0
        second = self._z(numbers, int(np.argmax(np.abs(rivals))) - len(numbers) + 1)
        return best - len(numbers) + 1 if z >= LEAST_Z and z >= AHEAD_OF_OTHERS * second else None

    def _z(self, numbers: FloatArray, place: int) -> float:
        """Return the agreement at a place against that which its own products could reach by chance."""
        first = max(0, -place)
        theirs = self._clipped[place + first : place + len(numbers)]
        products = numbers[first : first + len(theirs)] * theirs
        deviation = math.sqrt(float(np.square(products).sum()))
        return abs(float(products.sum())) / deviation if deviation else 0.0

    @quiet()
    def _fit(self, numbers: FloatArray, place: int) -> tuple[float, FloatArray]:
        """Fit a run by the moves around each tick on one half; return the share explained on the other, and the weights."""
        first = max(0, self._reach - place)
        stop = min(len(numbers), len(self._moves) - place - self._reach - 1, first + FITTED)
        rows = np.lib.stride_tricks.sliding_window_view(
            self._moves[place + first - self._reach : place + stop + self._reach], 2 * self._reach + 1
        )
        wanted = numbers[first : first + len(rows)]
        rows = np.column_stack([rows, np.ones(len(rows))])
        # By halves: of a smooth run, what lies between two numbers is explained by those and not by the moves.
        seen = np.arange(len(rows)) < len(rows) // 2
        if seen.sum() < 0.6 * rows.shape[1]:
            return 0.0, np.zeros(2 * self._reach + 1)
        # A pinch of ridge: with few rows the weights that matter are few as well.
        ridge = 1e-6 * len(rows) * float(np.square(rows[:, :-1]).mean() or 1.0)
        gram = rows[seen].T @ rows[seen] + ridge * np.eye(rows.shape[1])
        taps = np.linalg.solve(gram, rows[seen].T @ wanted[seen])
        rest = wanted[~seen] - rows[~seen] @ taps
        share = 1 - float(np.square(rest).sum()) / (float(np.square(wanted[~seen] - wanted[seen].mean()).sum()) or 1.0)
        return share, taps[:-1]


@quiet()
def _moves(values: FloatArray) -> FloatArray:
    moves: FloatArray = np.diff(values * unit_scale(values))
    return moves / (float(np.std(moves)) or 1.0)


def _described(share: float, taps: FloatArray, is_level: bool) -> str:
    """Say what a run is made of, and from which ticks around each."""
    # Of a loose fit, small weights are noise.
    least = (0.1 if share >= MADE else 0.4) * np.abs(taps).max()
    strong = np.flatnonzero(np.abs(taps) > least) - len(taps) // 2
    first, last = int(strong.min()), int(strong.max()) + (not is_level)
    if share >= MADE and is_level and first == last:
        away = f" {abs(last)} ticks {'ahead' if last > 0 else 'late'}," if last else ""
        return f"a copy, scaled or shifted,{away}"
    what = "made of the prices" if share >= MADE else f"correlated ({math.sqrt(share):.2f}) with the moves"
    return f"{what} from t{first:+d} to t{last:+d}" if last > 0 else f"{what} from t{first:+d} to t"


def _clipped(numbers: FloatArray) -> FloatArray:
    """Return numbers around their mean, cut off where they are far from it."""
    moving = numbers[numbers != 0]
    if not len(moving):
        return np.zeros_like(numbers)
    centred = np.where(numbers != 0, numbers - moving.mean(), 0.0)
    scale = float(np.median(np.abs(centred[numbers != 0]))) or float(np.abs(centred).max()) or 1.0
    clipped: FloatArray = np.clip(centred / scale, -LIMIT, LIMIT)
    return clipped


def _cross_correlation(numbers: FloatArray, row: FloatArray) -> FloatArray:
    """Return the sum of products at every place at which two runs overlap, from the first to the last."""
    size = 1 << (len(numbers) + len(row) - 1).bit_length()
    spectrum = np.fft.rfft(row, size) * np.fft.rfft(numbers[::-1], size)
    along: FloatArray = np.fft.irfft(spectrum, size)[: len(numbers) + len(row) - 1]
    return along


def _repeats(numbers: FloatArray) -> bool:
    """Tell whether a run is a table that repeats itself, such as a season."""
    n = len(numbers)
    doubled = np.fft.irfft(np.abs(np.fft.rfft(numbers - numbers.mean(), 2 * n)) ** 2)[: n // 2]
    for period in (np.argsort(-doubled[1:])[:8] + 1).tolist():
        if np.allclose(numbers[period:], numbers[:-period], rtol=1e-9, atol=1e-9 * float(np.abs(numbers).max() or 1.0)):
            return True
    return False
