"""Where the price goes around the decisions: mean paths before and after, with a band."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from midplot._arguments import whole_number
from midplot._arithmetic import quiet
from midplot.evidence._blocks import HORIZONS
from midplot.evidence._chance import student_t
from midplot.evidence._luck import FEWEST
from midplot.money._account import PartAccount
from midplot.money._ledger import Ledger
from midplot.money._scoring import IntArray
from midplot.streams._stream import FloatArray

__all__ = ["MeanPath", "both_paths", "mean_path"]


@dataclass(frozen=True, slots=True, eq=False)
class MeanPath:
    """The mean path of the price around the decisions in one direction.

    Attributes
    ----------
    direction
        1 for decisions up, -1 for decisions down.
    offset
        Ticks from the decision, negative before it, shape ``(before + 1 + after,)``.
    mean
        The mean of the price less the price at the decision, in the units of the price; NaN without decisions.
    low, high
        Where the expected path lies with a confidence of 95%, at each offset for itself; NaN if there is too little data.
    n
        The number of decisions whose surroundings are within their part.
    n_blocks
        The number of blocks that contain such decisions.
    """

    direction: int
    offset: IntArray
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    n: int
    n_blocks: int

    def at(self, offset: int) -> tuple[float, float, float]:
        """Return mean, low and high at one offset."""
        place = offset - int(self.offset[0])
        return float(self.mean[place]), float(self.low[place]), float(self.high[place])


def both_paths(ledger: Ledger, before: int | None = None, after: int | None = None) -> tuple[MeanPath, MeanPath]:
    """Return the mean paths around decisions up and down, by default from one horizon before to two after.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If a number of ticks is negative or not whole.
    """
    horizon = ledger.settings.horizon
    first = whole_number("before", horizon if before is None else before, 0)
    last = whole_number("after", 2 * horizon if after is None else after, 0)
    return mean_path(ledger, 1, first, last), mean_path(ledger, -1, first, last)


@quiet()
def mean_path(ledger: Ledger, direction: int, before: int, after: int) -> MeanPath:
    """Return the mean path around all counted decisions in one direction.

    Decisions close to each other share most of their surroundings. The band therefore comes from blocks of decisions,
    as intervals of scores do: it is that of a ratio, the sum of the moves over the number of decisions.

    Parameters
    ----------
    ledger
        The record of a replay.
    direction
        1 for decisions up, -1 for decisions down.
    before, after
        The number of ticks to look at before and after a decision.
    """
    offset = np.arange(-before, after + 1)
    size = HORIZONS * max(ledger.settings.horizon, before, after)
    # One row per block that contains decisions: their number, and the sums of their moves at each offset.
    blocks = [each for part in ledger.parts for each in _blocks(part, direction, offset, size)]
    numbers = np.array([number for number, _ in blocks], dtype=np.float64)
    moves = np.array([moved for _, moved in blocks]).reshape(len(blocks), len(offset))
    n = numbers.sum()
    mean = moves.sum(axis=0) / n
    half = np.full(len(offset), np.nan)
    if len(blocks) >= FEWEST:
        left_over = moves - numbers[:, None] * mean
        deviation = np.sqrt(len(blocks) / (len(blocks) - 1) * (left_over**2).sum(axis=0)) / n
        half = student_t(len(blocks) - 1) * deviation
    return MeanPath(direction, offset, mean, mean - half, mean + half, int(n), len(blocks))


def _blocks(account: PartAccount, direction: int, offset: IntArray, size: int) -> Iterator[tuple[int, FloatArray]]:
    """Yield the number of decisions in each block of a part that has any, and the sums of their moves."""
    values, trades = account.part.values[: account.replay.n_ticks], account.trades
    before, after = -int(offset[0]), int(offset[-1])
    inside = (trades.tick >= before) & (trades.tick < len(values) - after)
    ticks = trades.tick[inside & (np.sign(trades.decision) == direction)]
    if not len(ticks):
        return
    block = (ticks - account.part.warmup) // size
    starts = np.flatnonzero(np.diff(block, prepend=-1))
    numbers = np.diff(starts, append=len(ticks))
    # Offset by offset: all surroundings at once would take hundreds of times the memory of the stream.
    moves = [np.add.reduceat(values[ticks + each] - values[ticks], starts) for each in offset.tolist()]
    yield from zip(numbers.tolist(), np.array(moves).T, strict=True)
