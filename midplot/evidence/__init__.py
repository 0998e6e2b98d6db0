"""What a score is worth: how much of it luck alone could have earned.

Inside, each module may import those before it: words, blocks, chance and frames; luck; shown; provenance; run; run
file; runs; paired; disagreements; comparison, which draws itself.
"""

from typing import TYPE_CHECKING

from midplot._door import door

if TYPE_CHECKING:
    from midplot.evidence._comparison import ReplayComparison, compare
    from midplot.evidence._disagreements import Disagreement
    from midplot.evidence._luck import Luck
    from midplot.evidence._run import Run
    from midplot.evidence._runs import Runs, load_runs
    from midplot.evidence._shown import luck_words

__all__ = ["Disagreement", "Luck", "ReplayComparison", "Run", "Runs", "compare", "load_runs", "luck_words"]

__getattr__, __dir__ = door(
    __name__,
    {
        "_comparison": ("ReplayComparison", "compare"),
        "_disagreements": ("Disagreement",),
        "_luck": ("Luck",),
        "_run": ("Run",),
        "_runs": ("Runs", "load_runs"),
        "_shown": ("luck_words",),
    },
)
