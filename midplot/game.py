"""The constants of the Mid+One game, which a test compares with midone's, and those of midplot itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = [
    "DEFAULT_FOLDER",
    "DEFAULT_RUNS",
    "DOWN",
    "EPSILON",
    "HORIZON",
    "LABELS",
    "LATENCY_BUDGET",
    "NOTHING",
    "UP",
    "Label",
    "LabelName",
]

# Repeated here rather than imported, because `import midplot` must not load midone.
HORIZON: Final = 30
"""Ticks from a decision to its resolution."""

EPSILON: Final = 0.0025
"""The cost of one resolved decision, in the units of the price."""

UP: Final = 1.0
DOWN: Final = -1.0
NOTHING: Final = 0.0

LabelName = Literal["UP", "DOWN", "NOTHING"]


@dataclass(frozen=True, slots=True)
class Label:
    """What an attacker should have decided: how it is named, drawn and typed.

    Attributes
    ----------
    name
        The name that people read and files store.
    decision
        The decision that an attacker would give.
    sign
        The shape used in charts and on buttons, so that nobody has to tell the colours apart.
    colour
        The role of its colour in the view, as in the classes ``midplot-…`` and ``midplot-is-…`` of the style sheet.
    key
        The key that saves the selected window with this label.
    """

    name: LabelName
    decision: float
    sign: str
    colour: str
    key: str


LABELS: Final = (
    Label("UP", UP, "▲", "up", "u"),
    Label("DOWN", DOWN, "▼", "down", "d"),
    Label("NOTHING", NOTHING, "●", "nothing", "n"),
)
"""The labels, in the order in which every list shows them."""

LATENCY_BUDGET: Final = 0.020
"""The average time that the game allows for one decision, in seconds."""

DEFAULT_FOLDER: Final = "scenarios"
"""The folder where scenarios are saved unless another is named."""

DEFAULT_RUNS: Final = "runs"
"""The folder where runs are saved unless another is named."""

# The build reads it here too. It is at the bottom of all modules because what is saved names the version that saved it.
__version__ = "0.1.0"
