"""What is said of evidence among the key figures of a replay, in the header of the view, and of mean paths."""

from __future__ import annotations

from math import isnan

from midplot._text import counted
from midplot.evidence._luck import FEWEST, Luck, luck_of_ledger
from midplot.evidence._paths import MeanPath
from midplot.evidence._words import TOO_LITTLE, amount, chance_words, interval_words, remark
from midplot.money._figures import KeyFigure, key_figures
from midplot.money._ledger import Ledger

__all__ = ["figures_with_luck", "luck_words", "path_words"]


def figures_with_luck(ledger: Ledger) -> list[KeyFigure]:
    """Return the key figures of a replay, with what may be luck in its score beside the score."""
    luck = luck_of_ledger(ledger)
    return key_figures(ledger, remark(luck.interval, luck.p, luck.trials))


def luck_words(luck: Luck) -> tuple[str, str]:
    """Return a few words on the luck in a score, and the details to show when somebody points at them.

    Parameters
    ----------
    luck
        What `ReplayResults.luck` returns.

    Returns
    -------
    short : str
        ``95%: -700 to +790``, or ``too little data to say``.
    detail : str
        A sentence or two.
    """
    blocks = f"{counted(luck.n_blocks, 'block')} of 8 horizons with a profit or loss"
    if luck.p is None:
        return TOO_LITTLE, f"There are {blocks}; at least {FEWEST} are needed to tell skill from luck."
    chance = chance_words(luck.p, luck.trials).capitalize()
    return interval_words(luck.interval), f"{chance}. Counted over {blocks}."


def path_words(path: MeanPath, horizon: int) -> str:
    """Return a sentence on a path: what had happened before the decisions, and what happened after them."""
    name = "Up" if path.direction > 0 else "Down"
    if not path.n:
        return f"{name}: no decision has its whole surroundings in the data"
    first, last = int(path.offset[0]), int(path.offset[-1])
    # The move until the decision is minus the price before it, which is relative to the decision.
    earlier, low, high = (-value for value in path.at(first))
    moved = [_move(earlier, high, low, f"in the {-first} ticks before")] if first < 0 else []
    reach = min(horizon, last)
    moved += [_move(*path.at(reach), f"in the {reach} ticks after")] if reach > 0 else []
    return f"{name}: {counted(path.n, 'decision')}; the price moved {', '.join(moved)}"


def _move(mean: float, low: float, high: float, when: str) -> str:
    band = interval_words(None if isnan(low) else (low, high))
    return f"{amount(mean)} {when} ({band})"
