"""midplot: replay, see, label and check attackers for the Mid+One game."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from midplot.core.game import DOWN, EPSILON, HORIZON, NOTHING, UP
from midplot.core.stream import Stream
from midplot.replay import ReplayResults, get_replay_result, load_scenarios, replay, replay_async

if TYPE_CHECKING:
    from midplot.checks import check, compare
    from midplot.core.scenario import Scenario
    from midplot.data import load_streams
    from midplot.movie import Movie

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
    "load_scenarios",
    "load_streams",
    "replay",
    "replay_async",
]
__version__ = "0.1.0"

# What takes time to load is loaded when it is asked for. `replay` is not among it: only an eager import of the function
# stands before the module of that name.
_LATER = {
    "Movie": "midplot.movie",
    "Scenario": "midplot.core.scenario",
    "check": "midplot.checks",
    "compare": "midplot.checks",
    "load_streams": "midplot.data",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'midplot' has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
