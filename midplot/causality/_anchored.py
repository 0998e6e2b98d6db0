"""The leak test for an attacker that compares the price it is shown with a later price that it reads from elsewhere.

Such an attacker, ``everything[t + horizon] - x``, earns nothing on surrogates that wander off, since its ``x`` is far from
the original's there. These surrogates therefore meet the original exactly at ticks a few horizons apart, the *anchors*.
The prices just before an anchor are random. An honest attacker thus knows the price at an anchor, but not how the
original got there. If it still earns on the original's next move, that is a leak.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from midplot._arithmetic import directions, finite, quiet, unit_scale
from midplot.causality._evidence import LEAK_Z, Earnings
from midplot.play._engine import PartReplay, first_parts
from midplot.streams._stream import FloatArray, Part

__all__ = ["earned_at_anchors"]

# A long bridge keeps its drift small beside the steps, and after a long approach an attacker remembers nothing at an
# anchor but random prices.
FREE, BRIDGE, APPROACH = 1, 4, 5
"""Horizons after an anchor that are random, that lead towards the next anchor, and before it that are random again."""

SPACING = FREE + BRIDGE + APPROACH
"""Horizons from one anchor to the next."""

# `_unforeseen` fits nine coefficients. With fewer decisions than this, the fit explains even random moves.
FEWEST = 40
"""Decisions at anchors that the test needs."""

# A bound on the time that the test takes: each of the surrogates is replayed in full.
ENOUGH_TICKS = 12_000
"""Ticks that are tested, of all parts and of one part: some 400 anchors at the game's horizon."""

MOST_SHIFTS = 300
"""Shifts in time at which the same decisions are tried: seasons of up to a hundred horizons are seen."""

MOST_RIVALS = 8
"""Other streams on whose future they are tried."""

_Ticks = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Evidence:
    """Decisions at anchors, where those are, both of shape ``(n,)``, and the original whose moves follow."""

    decision: FloatArray
    at: _Ticks
    values: FloatArray
    horizon: int

    def moved(self, shift: int) -> _Evidence:
        """Return the same decisions somewhat later, wrapped round the end of the original."""
        return replace(self, at=(self.at + shift) % (len(self.values) - self.horizon))

    def on(self, other: FloatArray) -> _Evidence:
        """Return the same decisions on another original, as far as it goes."""
        within = self.at < len(other) - self.horizon
        return replace(self, decision=self.decision[within], at=self.at[within], values=other)


def earned_at_anchors(
    replays: Sequence[PartReplay],
    decide: Callable[[Part], FloatArray],
    *,
    horizon: int,
    rng: np.random.Generator,
) -> Earnings | None:
    """Return how well decisions at anchors agree with the original's next moves, in standard deviations above chance.

    The share of a move that can be predicted from the original's own past, its level and its last moves, is removed
    first, since an attacker is shown some of that past at the anchors. The anchors of all surrogates together are one
    horizon apart, so no move counts twice.

    Parameters
    ----------
    replays
        The replays to test.
    decide
        Returns the decisions of a fresh attacker on a part, one per value.
    horizon
        Ticks from a decision to its resolution.
    rng
        Source of randomness for the surrogates.

    Returns
    -------
    Earnings or None
        None if fewer than 40 decisions were made at anchors.
    """
    taken = first_parts(replays, ENOUGH_TICKS)
    originals = [replay.part.values[: min(replay.n_ticks, ENOUGH_TICKS)] for replay in taken]
    found = [
        _evidence(replay.part, values, offset * horizon, decide, horizon, rng)
        for replay, values in zip(taken, originals, strict=True)
        for offset in range(SPACING)
    ]
    evidence = [each for each in found if each is not None]
    if sum(len(each.at) for each in evidence) < FEWEST:
        return None
    z = _z_of(evidence, horizon)
    # Where nothing is earned there is nothing to explain.
    rival = _rival(evidence, originals, horizon) if z > LEAK_Z else 0.0
    return Earnings(z, rival, math.sqrt(sum(len(each.at) for each in evidence)))


def _rival(evidence: Sequence[_Evidence], originals: Sequence[FloatArray], horizon: int) -> float:
    """Return the largest z elsewhere in time, and on other streams: no leak can earn there, but a season or a shape can."""
    shortest = min(len(each.values) for each in evidence)
    # Close together, or none of them may be a whole number of seasons.
    shifts = range(2 * horizon, shortest - 2 * horizon, max(1, horizon // 3))[:MOST_SHIFTS]
    tried = [[each.moved(shift) for each in evidence] for shift in shifts]
    tried += [[each.on(other) for each in evidence if each.values is not other] for other in originals[:MOST_RIVALS]]
    return max((_z_of(each, horizon) for each in tried), default=0.0)


@quiet()
def _z_of(evidence: Sequence[_Evidence], horizon: int) -> float:
    """Return the z of decisions against the share of the moves that the past does not explain."""
    kept = [each for each in evidence if len(each.at)]
    if sum(len(each.at) for each in kept) < FEWEST:
        return 0.0
    move = np.concatenate([directions(each.values[each.at], each.values[each.at + horizon]) for each in kept])
    known = np.concatenate([_known(each.values, each.at, horizon) for each in kept])
    decision = np.concatenate([each.decision for each in kept])
    # Less the mean: always betting on a rising market is no leak.
    earned = (decision - decision.mean()) * _unforeseen(move, known)
    deviation = math.sqrt(float(np.square(earned).sum()))
    return float(earned.sum()) / deviation if deviation else 0.0


def _evidence(
    part: Part,
    values: FloatArray,
    offset: int,
    decide: Callable[[Part], FloatArray],
    horizon: int,
    rng: np.random.Generator,
) -> _Evidence | None:
    """Replay one surrogate whose anchors are shifted by an offset, in ticks."""
    anchors = np.arange(APPROACH * horizon + offset, len(values) - horizon, SPACING * horizon)
    if not len(anchors):
        return None
    decisions = np.sign(decide(replace(part, values=_surrogate(values, anchors, horizon, rng))))
    # An attacker need not decide at the anchor itself. Within a third of the horizon the price is still near, and most
    # of the original's move is still to come.
    near = decisions[anchors[:, None] + np.arange(max(1, horizon // 3))]
    decision = np.take_along_axis(near, np.argmax(near != 0, axis=1)[:, None], axis=1)[:, 0]  # the first of them
    decided = decision != 0
    return _Evidence(decision[decided], anchors[decided], values, horizon)


@quiet()
def _surrogate(values: FloatArray, anchors: _Ticks, horizon: int, rng: np.random.Generator) -> FloatArray:
    """Return a path of shuffled increments of the original that starts where it does and meets it at the anchors."""
    increments = np.concatenate([[0.0], rng.permutation(np.diff(values))])
    # Between two anchors, and before the first, the bridge in the middle adds the drift that leads to the next anchor.
    last, level = 0, float(values[0])
    for anchor in anchors.tolist():
        start = last + (FREE * horizon if last else 0)
        stop = max(start + 1, anchor - APPROACH * horizon)
        wanted = float(values[anchor]) - level - float(increments[last + 1 : anchor + 1].sum())
        increments[start + 1 : stop + 1] += wanted / (stop - start)
        last, level = anchor, float(values[anchor])
    path = values[0] + np.cumsum(increments)
    lowest = float(values.min())
    path = np.maximum(path, lowest) if lowest > 0 else path  # an attacker may take the logarithm of a price
    path[anchors] = values[anchors]  # exactly, without the rounding of the sums
    return finite(np.asarray(path, dtype=np.float64))


@quiet()
def _known(values: FloatArray, at: _Ticks, horizon: int) -> FloatArray:
    """Return the level and the last moves of the original at some ticks, and their signs."""
    values = values * unit_scale(values)  # prices near the largest float would overflow below
    level = values[at] - values.mean()
    moves = [values[at] - values[np.maximum(at - n * horizon, 0)] for n in (1, 4, SPACING)]
    scale = float(values.std()) or 1.0
    features = [each / scale for each in (level, *moves)]
    known: FloatArray = np.stack([*features, *map(np.sign, features)], axis=1)
    return known


def _unforeseen(move: FloatArray, known: FloatArray) -> FloatArray:
    """Return the moves without the share that a linear fit predicts from the past."""
    known = np.column_stack([np.ones(len(move)), known])
    fit, *_ = np.linalg.lstsq(known, move, rcond=None)
    rest: FloatArray = move - known @ fit
    return rest
