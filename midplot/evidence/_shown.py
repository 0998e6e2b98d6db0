"""What is said of the luck in a score where there is little room, as in the header of the view."""

from __future__ import annotations

from midplot._text import counted
from midplot.evidence._luck import FEWEST, Luck
from midplot.evidence._words import TOO_LITTLE, chance_words, interval_words

__all__ = ["luck_words"]


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
