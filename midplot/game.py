"""The constants of the Mid+One game, equal to midone's (a test holds them equal)."""

from __future__ import annotations

from typing import Final

__all__ = ["DEFAULT_FOLDER", "DOWN", "EPSILON", "HORIZON", "LATENCY_BUDGET", "NOTHING", "UP"]

HORIZON: Final = 30
"""Ticks from a decision to its resolution."""

EPSILON: Final = 0.0025
"""The cost of one resolved decision, in the units of the price."""

UP: Final = 1.0
DOWN: Final = -1.0
NOTHING: Final = 0.0

LATENCY_BUDGET: Final = 0.020
"""Seconds that one decision may take on average, by the rules of the game."""

DEFAULT_FOLDER: Final = "scenarios"
"""Where scenarios are saved."""
