"""The constants of the Mid+One game, equal to midone's (a test holds them equal)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = [
    "DEFAULT_FOLDER",
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
    """What an attacker should have decided: how that is named, drawn and typed.

    Attributes
    ----------
    name
        What people read, and what files hold.
    decision
        The number that an attacker would give.
    sign
        The shape that stands for it in charts and on buttons, so that no one needs to tell the colours apart.
    colour
        The role of its colour in the view: the classes ``midplot-…`` and ``midplot-is-…`` of the style sheet.
    key
        The key that saves the selected window with it.
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
"""The labels, in the order in which they are listed everywhere."""

LATENCY_BUDGET: Final = 0.020
"""Seconds that one decision may take on average, by the rules of the game."""

DEFAULT_FOLDER: Final = "scenarios"
"""Where scenarios are saved."""
