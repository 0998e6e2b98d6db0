"""midplot: replay, see, label and check attackers for the Mid+One game."""

from midplot.core.game import DOWN, EPSILON, HORIZON, NOTHING, UP
from midplot.core.stream import Stream
from midplot.movie import Movie, load_scenarios
from midplot.replay import ReplayResults, get_replay_result, replay

__all__ = [
    "DOWN",
    "EPSILON",
    "HORIZON",
    "NOTHING",
    "UP",
    "Movie",
    "ReplayResults",
    "Stream",
    "get_replay_result",
    "load_scenarios",
    "replay",
]
__version__ = "0.1.0"
