"""Finds exact stretches of a stream in a run of numbers: its prices, its moves, or its prices in another order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from midplot._arithmetic import quiet
from midplot.streams._stream import FloatArray, Part

__all__ = ["STRETCH", "Likeness", "StretchIndex"]

STRETCH = 32
"""Values in a row that have to agree."""

# In a calm stretch, or on a straight line, unrelated numbers agree often enough: what tells them apart is turns.
FEWEST_TURNS = 12
"""Ticks of a stretch at which its pace must change."""

# A price such as 100.5 is in many streams, one such as 1286.856449 in one.
DIGITS = 8
"""Digits of a price that make it that of one stream only."""

MOST = 0.9
"""Share of the prices of a run that have to be in a stream, in whatever order."""

SAMPLE = 256
"""Prices of a run that are looked for first."""

_Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a run of numbers looks like.

    Attributes
    ----------
    stream
        The label of the stream.
    what
        What of the stream it is, to be followed by "of" and the stream.
    n
        Numbers that agree.
    """

    stream: str
    what: str
    n: int


class StretchIndex:
    """An index of the streams by what each stretch of them looks like, with which a run is compared in one go.

    Parameters
    ----------
    parts
        The parts that are replayed. Their warm-up is not compared, since an attacker may know what came before.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = list(parts)
        self._values = [part.values[part.warmup :] for part in parts]
        self._sorted = np.sort(np.concatenate([*self._values, np.empty(0)]))
        self._tables = [
            ("the prices", self._table(self._values)),
            ("the moves", self._table([np.diff(values) for values in self._values])),
        ]

    def find(self, run: FloatArray) -> Likeness | None:
        """Return the stream of which a run holds a stretch, forwards or backwards; None if there is none."""
        for name, (hashes, places) in self._tables:
            for order, numbers in (("", run), (", backwards", run[::-1])):
                hit = _hits(hashes, _hashes_of(numbers))
                if len(hit):
                    stream, first, last, n = self._longest(places[hit])
                    return Likeness(stream, f"{name} at ticks {first:,} to {last:,}{order},", n)
        return self._in_any_order(run)

    def _table(self, runs: list[FloatArray]) -> tuple[_Hashes, npt.NDArray[np.int64]]:
        """Return the hash of every stretch that moves enough, in order, and where it is: the part and the position."""
        hashes, places = [np.empty(0, np.uint64)], [np.empty((0, 2), np.int64)]
        for number, run in enumerate(runs):
            if len(run) < STRETCH:
                continue
            turned = np.concatenate([[0], np.cumsum(np.diff(run, 2) != 0)])
            moving = np.flatnonzero(turned[STRETCH - 2 :] - turned[: len(run) - STRETCH + 1] >= FEWEST_TURNS)
            hashes.append(_hashes_of(run)[moving])
            places.append(np.column_stack([np.full(len(moving), number), moving]))
        together, where = np.concatenate(hashes), np.concatenate(places)
        order = np.argsort(together, kind="stable")
        return together[order], where[order]

    def _longest(self, places: npt.NDArray[np.int64]) -> tuple[str, int, int, int]:
        """Return the label of the part with the most hits, its first and last tick that agree, and their number."""
        number = int(np.bincount(places[:, 0]).argmax())
        at = places[places[:, 0] == number, 1]
        part = self._parts[number]
        first, last = int(at.min()), int(at.max()) + STRETCH - 1
        start, others = part.warmup, len(np.unique(places[:, 0])) - 1
        # A column of all streams in a row, as a frame holds them.
        label = part.label + (f" and {others} more" if others else "")
        return label, part.index_of(start + first), part.index_of(start + last), last - first + 1

    @quiet()
    def _in_any_order(self, run: FloatArray) -> Likeness | None:
        """Return the stream whose prices a run holds in an order of their own, as a sorted table or a set does."""
        if len(run) < STRETCH or not len(self._sorted):
            return None
        # A few of them tell of most runs that they are something else, which is sooner than to sort them.
        some = run[:: -(-len(run) // SAMPLE)]
        at = np.minimum(np.searchsorted(self._sorted, some), len(self._sorted) - 1)
        if np.mean(self._sorted[at] == some) < MOST / 2:
            return None
        precise = np.unique(run[~_is_round(run)])
        if len(precise) < STRETCH:
            return None
        shares = [float(np.isin(precise, values).mean()) for values in self._values]
        best = int(np.argmax(shares))
        if shares[best] < MOST:
            return None
        return Likeness(self._parts[best].label, "the prices, in another order,", int(shares[best] * len(precise)))


def _is_round(run: FloatArray) -> npt.NDArray[np.bool_]:
    """Tell which numbers have fewer digits than a price that is in one stream only."""
    unit = 10.0 ** (np.floor(np.log10(np.abs(run))) - DIGITS + 2)
    distance = np.abs(run - np.round(run / unit) * unit)
    is_round: npt.NDArray[np.bool_] = ~(distance > 1e-13 * np.abs(run))
    return is_round


@quiet()
def _hashes_of(run: FloatArray) -> _Hashes:
    """Return a hash of every stretch of a run, shape ``(n - STRETCH + 1,)``."""
    if len(run) < STRETCH:
        return np.empty(0, np.uint64)
    # As float32, so that a copy in half the memory is the same; adding 0 makes 0 of -0.
    bits = (np.ascontiguousarray(run, dtype=np.float32) + np.float32(0)).view(np.uint32).astype(np.uint64)
    mixed = (bits ^ (bits >> np.uint64(15))) * np.uint64(0x9E3779B97F4A7C15)
    weights = np.random.default_rng(0).integers(1, 2**63, STRETCH, dtype=np.uint64) | np.uint64(1)
    n = len(run) - STRETCH + 1
    total = np.zeros(n, np.uint64)
    for place, weight in enumerate(weights):
        total += (mixed[place : place + n] >> np.uint64(7)) * weight
    return total


def _hits(table: _Hashes, hashes: _Hashes) -> npt.NDArray[np.int64]:
    """Return the rows of a sorted table at which hashes are found."""
    at = np.searchsorted(table, hashes)
    within = at < len(table)
    at, hashes = at[within], hashes[within]
    rows: npt.NDArray[np.int64] = at[table[at] == hashes]
    return rows
