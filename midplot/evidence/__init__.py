"""What a score is worth: how much of it luck alone could have earned, and what it depends on.

Inside, each module may import those before it: words, blocks, chance and frames; luck; rescore, paths and paired; shown;
disagreements; runs; event study, sensitivity and comparison, which draw themselves; compare, which `midplot` has.
"""

from typing import TYPE_CHECKING

from midplot._door import door

if TYPE_CHECKING:
    from midplot.evidence._comparison import ReplayComparison
    from midplot.evidence._disagreements import Disagreement
    from midplot.evidence._event_study import EventStudy
    from midplot.evidence._luck import Luck
    from midplot.evidence._paths import MeanPath
    from midplot.evidence._rescore import Rescored
    from midplot.evidence._sensitivity import Sensitivity
    from midplot.evidence._shown import luck_words
    from midplot.evidence.runs._folder import Runs, load_runs
    from midplot.evidence.runs._run import Run

__all__ = [
    "Disagreement",
    "EventStudy",
    "Luck",
    "MeanPath",
    "ReplayComparison",
    "Rescored",
    "Run",
    "Runs",
    "Sensitivity",
    "load_runs",
    "luck_words",
]

__getattr__, __dir__ = door(
    __name__,
    {
        "_comparison": ("ReplayComparison",),
        "_disagreements": ("Disagreement",),
        "_event_study": ("EventStudy",),
        "_luck": ("Luck",),
        "_paths": ("MeanPath",),
        "_rescore": ("Rescored",),
        "runs._run": ("Run",),
        "runs._folder": ("Runs", "load_runs"),
        "_sensitivity": ("Sensitivity",),
        "_shown": ("luck_words",),
    },
)
