"""The leak test for an attacker that compares the price it is shown with a later one that it has from elsewhere.

Such a reader, ``everything[t + horizon] - x``, earns nothing on surrogates that wander off: there its ``x`` is far from
the original's. So these surrogates meet the original, exactly, at ticks a few horizons apart: the *anchors*. What is
shown just before an anchor is drawn at random, so at an anchor an attacker that keeps to what it is shown knows the
price, and no more of how the original came there. That it nevertheless earns on the original's next move is a leak.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from midplot.core.arithmetic import directions, finite, quiet, unit_scale
from midplot.core.engine import PartReplay, first_parts
from midplot.core.stream import FloatArray, Part

__all__ = ["anchored_z"]

FREE, BRIDGE, APPROACH = 1, 4, 5
"""Horizons after an anchor that are random, that lead over to the next one, and before it that are random again."""

SPACING = FREE + BRIDGE + APPROACH

FEWEST = 40
"""Decisions at anchors, below which it cannot be told what of a move was foreseeable."""

ENOUGH_TICKS = 12_000
"""How much of the data is looked at, and of one part: some 400 anchors at the game's horizon."""

_Ticks = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What was decided at anchors, and what the original did after them; all of shape ``(n,)``, but ``known``."""

    decision: FloatArray
    move: FloatArray
    known: FloatArray
    """What the past of the original tells, shape ``(n, features)``: some of its moves can be foreseen honestly."""


def anchored_z(
    replays: Sequence[PartReplay],
    decide: Callable[[Part], FloatArray],
    *,
    horizon: int,
    rng: np.random.Generator,
) -> float | None:
    """Return by how many standard deviations decisions at anchors agree with the original's next moves.

    The part of a move that the original's own past foretells, its level and its last moves, is taken out first, since
    an attacker is shown some of that past at the anchors. Moves are a horizon apart, in as many surrogates as that
    takes, so none counts twice.

    Parameters
    ----------
    replays
        What was decided, on which values.
    decide
        Gives the decisions of a fresh attacker on a part, one on each value.
    horizon
        Ticks from a decision to its resolution.
    rng
        Draws the surrogates.

    Returns
    -------
    float or None
        None where fewer than 40 decisions were made at anchors.
    """
    found = [
        _evidence(replay, offset * horizon, decide, horizon, rng)
        for replay in first_parts(replays, ENOUGH_TICKS)
        for offset in range(SPACING)
    ]
    evidence = _joined([each for each in found if each is not None])
    if evidence is None or len(evidence.move) < FEWEST:
        return None
    with quiet():
        decision = evidence.decision - evidence.decision.mean()
        earned = decision * _unforeseen(evidence)
        deviation = math.sqrt(float(np.square(earned).sum()))
        return float(earned.sum()) / deviation if deviation else 0.0


def _evidence(
    replay: PartReplay, offset: int, decide: Callable[[Part], FloatArray], horizon: int, rng: np.random.Generator
) -> _Evidence | None:
    """Replay one surrogate whose first anchor comes after an offset."""
    values = replay.part.values[: min(replay.n_ticks, ENOUGH_TICKS)]
    anchors = np.arange(APPROACH * horizon + offset, len(values) - horizon, SPACING * horizon)
    if not len(anchors):
        return None
    decisions = np.sign(decide(replace(replay.part, values=_surrogate(values, anchors, horizon, rng))))
    near = decisions[anchors[:, None] + np.arange(max(1, horizon // 3))]
    decision = np.take_along_axis(near, np.argmax(near != 0, axis=1)[:, None], axis=1)[:, 0]  # the first one there
    decided = decision != 0
    at = anchors[decided]
    return _Evidence(decision[decided], directions(values[at], values[at + horizon]), _known(values, at, horizon))


@quiet()
def _surrogate(values: FloatArray, anchors: _Ticks, horizon: int, rng: np.random.Generator) -> FloatArray:
    """Draw a path of the original's increments that starts where it does and meets it at the anchors."""
    increments = np.concatenate([[0.0], rng.permutation(np.diff(values))])
    # Between two anchors, and before the first, the path is led over in the middle.
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
    path[anchors] = values[anchors]
    return finite(np.asarray(path, dtype=np.float64))


@quiet()
def _known(values: FloatArray, at: _Ticks, horizon: int) -> FloatArray:
    """Return what the original's past says at some ticks: its level and its last moves, and their signs."""
    values = values * unit_scale(values)
    level = values[at] - values.mean()
    moves = [values[at] - values[np.maximum(at - n * horizon, 0)] for n in (1, 4, SPACING)]
    scale = float(values.std()) or 1.0
    features = [each / scale for each in (level, *moves)]
    known: FloatArray = np.stack([*features, *map(np.sign, features)], axis=1)
    return known


def _unforeseen(evidence: _Evidence) -> FloatArray:
    """Return the moves without what a linear fit makes of the past."""
    known = np.column_stack([np.ones(len(evidence.move)), evidence.known])
    fit, *_ = np.linalg.lstsq(known, evidence.move, rcond=None)
    rest: FloatArray = evidence.move - known @ fit
    return rest


def _joined(found: Sequence[_Evidence]) -> _Evidence | None:
    if not found:
        return None
    return _Evidence(
        np.concatenate([each.decision for each in found]),
        np.concatenate([each.move for each in found]),
        np.concatenate([each.known for each in found]),
    )
