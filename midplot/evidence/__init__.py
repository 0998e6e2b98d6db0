"""What a score is worth: how much of it luck alone could have earned, and what it depends on.

Inside, each module may import those before it: words, blocks, chance and frames; luck; rescore, paths and paired; shown,
provenance and disagreements; run; run file; runs; event study, sensitivity and comparison, which draw themselves.
"""

from typing import TYPE_CHECKING

from midplot._door import door

if TYPE_CHECKING:
    from midplot.evidence._comparison import ReplayComparison, compare
    from midplot.evidence._disagreements import Disagreement
    from midplot.evidence._event_study import EventStudy
    from midplot.evidence._luck import Luck
    from midplot.evidence._run import Run
    from midplot.evidence._runs import Runs, load_runs
    from midplot.evidence._sensitivity import Sensitivity
    from midplot.evidence._shown import luck_words

__all__ = [
    "Disagreement",
    "EventStudy",
    "Luck",
    "ReplayComparison",
    "Run",
    "Runs",
    "Sensitivity",
    "compare",
    "load_runs",
    "luck_words",
]

__getattr__, __dir__ = door(
    __name__,
    {
        "_comparison": ("ReplayComparison", "compare"),
        "_disagreements": ("Disagreement",),
        "_event_study": ("EventStudy",),
        "_luck": ("Luck",),
        "_run": ("Run",),
        "_runs": ("Runs", "load_runs"),
        "_sensitivity": ("Sensitivity",),
        "_shown": ("luck_words",),
    },
)
