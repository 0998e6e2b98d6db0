"""Which stretches of a replay are nearly independent, and what was earned in each: the sums behind every interval."""

from __future__ import annotations

import numpy as np

from midplot._arithmetic import quiet
from midplot.money._account import PartAccount, StreamAccount
from midplot.money._ledger import Ledger
from midplot.streams._stream import FloatArray

__all__ = ["HORIZONS", "BlockSums", "block_sums", "block_ticks", "stream_sums"]

BlockSums = dict[int, FloatArray]
"""The profit booked in each block, by stream id, in the order of the replay; each array has shape ``(n_blocks,)``."""

# Decisions less than a horizon apart share most of their move. In blocks of 8 horizons no more than an eighth of the
# decisions share theirs with another block; longer blocks would leave too few of them.
HORIZONS = 8
"""Length of a block, in horizons."""


def block_ticks(horizon: int) -> int:
    """Return the number of ticks in a block."""
    return HORIZONS * horizon


def block_sums(ledger: Ledger) -> BlockSums:
    """Sum the profit that became known in each block of each part.

    A part is cut into blocks of 8 horizons, counted from its first scored tick. A remainder that is shorter than a block
    belongs to the block before it, and a part that is shorter than a block is one block. Where the blocks lie depends
    only on the streams and the horizon: two attackers that were replayed on the same streams have the same blocks.

    Parameters
    ----------
    ledger
        The record of a replay.

    Returns
    -------
    dict of int to ndarray of float64, shape (n_blocks,)
        The profit in the units of the price, by stream id. Blocks without a decision are 0.
    """
    horizon = ledger.settings.horizon
    return {stream_id: stream_sums(account, horizon) for stream_id, account in ledger.streams.items()}


def stream_sums(account: StreamAccount, horizon: int) -> FloatArray:
    """Sum the profit that became known in each block of one stream; see `block_sums`."""
    size = block_ticks(horizon)
    return np.concatenate([np.empty(0), *(_part_sums(part, size) for part in account.parts)])


@quiet()
def _part_sums(account: PartAccount, size: int) -> FloatArray:
    if not account.n_ticks:
        return np.empty(0)
    n_blocks = max(1, account.n_ticks // size)
    block = np.minimum(account.resolution_ticks // size, n_blocks - 1)
    # Without a trade bincount would return whole numbers, whatever the weights.
    sums: FloatArray = np.bincount(block, weights=account.profits, minlength=n_blocks).astype(np.float64)
    return sums
