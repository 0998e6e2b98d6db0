"""What a score is worth: how much of it luck alone could have earned, and what it depends on.

Inside, each module may import those before it: words, blocks, chance and frames; luck; rescore and paths; shown; event
study and sensitivity, which draw themselves.
"""

from typing import TYPE_CHECKING

from midplot._door import door

if TYPE_CHECKING:
    from midplot.evidence._event_study import EventStudy
    from midplot.evidence._luck import Luck
    from midplot.evidence._paths import MeanPath
    from midplot.evidence._rescore import Rescored
    from midplot.evidence._sensitivity import Sensitivity
    from midplot.evidence._shown import luck_words

__all__ = ["EventStudy", "Luck", "MeanPath", "Rescored", "Sensitivity", "luck_words"]

__getattr__, __dir__ = door(
    __name__,
    {
        "_event_study": ("EventStudy",),
        "_luck": ("Luck",),
        "_paths": ("MeanPath",),
        "_rescore": ("Rescored",),
        "_sensitivity": ("Sensitivity",),
        "_shown": ("luck_words",),
    },
)
