"""midplot: replay, see, label and check attackers for the Mid+One game."""

from typing import TYPE_CHECKING

from midplot._door import door
from midplot.game import DOWN, EPSILON, HORIZON, NOTHING, UP
from midplot.game import __version__ as __version__
from midplot.replay import ReplayResults, get_replay_result, load_result, load_scenarios, replay, replay_async

if TYPE_CHECKING:
    from midplot.checks import check
    from midplot.evidence._compare import compare
    from midplot.scenarios import Movie, Scenario
    from midplot.streams import Stream, load_streams

__all__ = [
    "DOWN",
    "EPSILON",
    "HORIZON",
    "NOTHING",
    "UP",
    "Movie",
    "ReplayResults",
    "Scenario",
    "Stream",
    "check",
    "compare",
    "get_replay_result",
    "load_result",
    "load_scenarios",
    "load_streams",
    "replay",
    "replay_async",
]

# These are loaded when they are first used, since they take long to load. `replay` cannot be: importing the module
# midplot.replay sets the attribute `replay` to the module, and only the import above sets it to the function again.
__getattr__, __dir__ = door(
    __name__,
    {
        "checks": ("check",),
        "evidence._compare": ("compare",),
        "scenarios": ("Movie", "Scenario"),
        "streams": ("Stream", "load_streams"),
    },
)
