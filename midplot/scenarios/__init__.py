"""What an attacker should have done: windows that were picked and labelled, kept in files and gathered in movies.

Inside, each module may import those before it: record, selection, scenario; order, split, variants, contradictions,
fit, suspects, suggest; store; movie, loading, labeller.
"""

from typing import TYPE_CHECKING

from midplot._door import door

if TYPE_CHECKING:
    from midplot.scenarios._loading import load_scenarios
    from midplot.scenarios._movie import Movie
    from midplot.scenarios._scenario import Scenario
    from midplot.scenarios._selection import Selection
    from midplot.scenarios._suggest import Suggestion

__all__ = ["Movie", "Scenario", "Selection", "Suggestion", "load_scenarios"]

__getattr__, __dir__ = door(
    __name__,
    {
        "_loading": ("load_scenarios",),
        "_movie": ("Movie",),
        "_scenario": ("Scenario",),
        "_selection": ("Selection",),
        "_suggest": ("Suggestion",),
    },
)
