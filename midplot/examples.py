"""Two attackers to start from: one follows a move that accelerates, one bets on mean reversion.

Each is short enough to be copied into a notebook and changed there. They use nothing of midplot but the constants of the
game, so a copy runs wherever the game is played.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

import numpy as np

from midplot.game import DOWN, HORIZON, NOTHING, UP

__all__ = ["MeanReversionAttacker", "MomentumAttacker"]

PARAMS_FILE = "params.json"


class MomentumAttacker:
    """Follow a move that accelerates; it decides exactly as the quickstarter's attacker does.

    It compares how far the price has moved in the first and in the second half of the last ``num_points`` values. If both
    halves move the same way, and the second more than ``factor`` times as far, it expects the move to go on.

    Attributes
    ----------
    factor
        How many times as far as the first half the second half must move.
    buffer
        The last values, at most ``num_points``, in order.
    num_points
        Number of values that it looks at. It decides nothing until it has seen that many.

    Examples
    --------
    It fires on a price that accelerates from rest, until the first half is fast as well:

    >>> attacker = MomentumAttacker()
    >>> decisions = [attacker.tick_and_predict(float(t * t)) for t in range(200)]
    >>> [t for t, decision in enumerate(decisions) if decision > 0]
    [99, 100, 101, 102, 103, 104, 105, 106, 107]

    The same in a replay:

    >>> from midplot import replay
    >>> replay([[float(t * t) for t in range(200)]], epsilon=1.0, infer=MomentumAttacker).summary()["wins"]
    9
    """

    factor: float = 2.5

    def __init__(self) -> None:
        self.buffer: list[float] = []
        self.num_points = 100

    def tick_and_predict(self, x: float, horizon: int = HORIZON) -> float:  # noqa: ARG002 - the game passes it
        """Take one value and decide.

        Parameters
        ----------
        x
            The price.
        horizon
            Ticks until the decision is resolved. It makes no difference here.

        Returns
        -------
        float
            UP, DOWN or NOTHING.
        """
        self.buffer.append(x)
        if len(self.buffer) > self.num_points:
            self.buffer.pop(0)
        if len(self.buffer) < self.num_points:
            return NOTHING
        mid = self.num_points // 2
        first_half_change = self.buffer[mid - 1] - self.buffer[0]
        second_half_change = self.buffer[-1] - self.buffer[mid]
        # By numpy, as in the quickstarter: its attacker is to be matched decision by decision.
        if np.sign(first_half_change) != np.sign(second_half_change):
            return NOTHING
        if np.abs(second_half_change) > self.factor * np.abs(first_half_change):
            direction: float = np.sign(second_half_change)
            return direction
        return NOTHING

    def update_from_hyper_parameters(self, hyper_parameters: Mapping[str, float]) -> None:
        """Set ``factor`` to the value that an optimiser proposes.

        Raises
        ------
        KeyError
            If ``"factor"`` is missing.
        """
        self.factor = float(hyper_parameters["factor"])

    def load_params(self, directory: str | PathLike[str]) -> None:
        """Set ``factor`` to the value that `save_params` has written to a folder.

        Raises
        ------
        FileNotFoundError
            If nothing was saved there.
        """
        self.update_from_hyper_parameters(_read_params(directory))

    def save_params(self, directory: str | PathLike[str]) -> None:
        """Write ``factor`` to ``params.json`` in a folder, which is made if it is missing."""
        _write_params(directory, {"factor": self.factor})


class MeanReversionAttacker:
    """Bet on mean reversion: DOWN if the price is far above its running average, UP if it is far below.

    Distances are measured in deviations of the price, so the same ``threshold`` suits any price level.

    Attributes
    ----------
    threshold
        Number of deviations from the average that count as far.
    fading
        Share of the average and of the deviation that is renewed at each tick: 0.01 remembers about 100 ticks.
        It decides nothing until that many have passed.
    average
        Exponential running average of the price.
    deviation
        Square root of the exponential running average of the squared distance from the average.

    Examples
    --------
    A price that swings by 1 and then jumps by 5:

    >>> attacker = MeanReversionAttacker()
    >>> decisions = [attacker.tick_and_predict(100.0 + t % 2) for t in range(200)]
    >>> any(decisions)
    False
    >>> attacker.tick_and_predict(105.0) == DOWN
    True
    """

    threshold: float = 3.0
    fading: float = 0.01

    def __init__(self) -> None:
        self.average = 0.0
        self.deviation = 0.0
        self.ticks = 0

    def tick_and_predict(self, x: float, horizon: int = HORIZON) -> float:  # noqa: ARG002 - the game passes it
        """Take one value and decide.

        Parameters
        ----------
        x
            The price.
        horizon
            Ticks until the decision is resolved. It makes no difference here.

        Returns
        -------
        float
            UP, DOWN or NOTHING.
        """
        # Compared with what came before it: a value must not widen the band that it is compared with.
        away = x - self.average
        band = self.threshold * self.deviation
        settled = self.ticks * self.fading >= 1
        self._learn(x)
        if not settled or abs(away) <= band:
            return NOTHING
        return DOWN if away > 0 else UP

    def _learn(self, x: float) -> None:
        if not self.ticks:
            self.average = x
        away = x - self.average
        self.average += self.fading * away
        self.deviation = math.sqrt((1 - self.fading) * self.deviation**2 + self.fading * away**2)
        self.ticks += 1

    def update_from_hyper_parameters(self, hyper_parameters: Mapping[str, float]) -> None:
        """Set ``threshold`` to the value that an optimiser proposes.

        Raises
        ------
        KeyError
            If ``"threshold"`` is missing.
        """
        self.threshold = float(hyper_parameters["threshold"])

    def load_params(self, directory: str | PathLike[str]) -> None:
        """Set ``threshold`` to the value that `save_params` has written to a folder.

        Raises
        ------
        FileNotFoundError
            If nothing was saved there.
        """
        self.update_from_hyper_parameters(_read_params(directory))

    def save_params(self, directory: str | PathLike[str]) -> None:
        """Write ``threshold`` to ``params.json`` in a folder, which is made if it is missing."""
        _write_params(directory, {"threshold": self.threshold})


def _read_params(directory: str | PathLike[str]) -> dict[str, float]:
    params: dict[str, float] = json.loads(Path(directory, PARAMS_FILE).read_text(encoding="utf-8"))
    return params


def _write_params(directory: str | PathLike[str], params: dict[str, float]) -> None:
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PARAMS_FILE).write_text(json.dumps(params), encoding="utf-8")
