"""Where luck is shown: among the key figures of a replay, and in the header of the view, which has little room."""

from __future__ import annotations

from midplot._text import counted
from midplot.evidence._luck import FEWEST, Luck, luck_of_ledger
from midplot.evidence._words import TOO_LITTLE, chance_words, interval_words, remark
from midplot.money._figures import KeyFigure, key_figures
from midplot.money._ledger import Ledger

__all__ = ["figures_with_luck", "luck_words"]


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
