"""Recognises figures of a whole stream: its mean, its deviation, its lowest price, as a scaler holds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from midplot._arithmetic import quiet
from midplot.causality._stretch import DIGITS, Likeness
from midplot.streams._stream import FloatArray, Part

__all__ = ["WholeFigures"]

_FIGURES: dict[str, Callable[[FloatArray], Any]] = {
    "mean": np.mean,
    "standard deviation": np.std,
    "sample standard deviation": lambda numbers: np.std(numbers, ddof=1),
    "variance": np.var,
    "sample variance": lambda numbers: np.var(numbers, ddof=1),
    "median": np.median,
    "lowest": np.min,
    "highest": np.max,
    "range": np.ptp,
}
_QUANTILES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99)

AGREEMENT = 1e-9
"""Relative difference up to which two figures are the same: a sum in another order."""

FEWEST = 64
"""Values of a stream whose figures are looked for."""


class WholeFigures:
    """The figures of all streams that are replayed, of each part and of all parts together.

    Parameters
    ----------
    parts
        The parts that are replayed.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        found: list[tuple[float, str, str]] = []
        values = [part.values for part in parts if len(part.values) >= FEWEST]
        labels = [part.label for part in parts if len(part.values) >= FEWEST]
        if len(values) > 1:
            values, labels = [*values, np.concatenate(values)], [*labels, "all streams"]
        for label, each in zip(labels, values, strict=True):
            found += [(figure, label, name) for figure, name in _figures(each)]
        found.sort()
        self._figures = np.array([figure for figure, _, _ in found])
        self._names = [(label, name) for _, label, name in found]

    def find(self, number: float) -> tuple[Likeness, bool] | None:
        """Return the stream whose figure a number is, and whether it has too many digits for a coincidence."""
        if not np.isfinite(number) or not number or not len(self._figures):
            return None
        at = int(np.searchsorted(self._figures, number - AGREEMENT * abs(number)))
        if at == len(self._figures) or abs(self._figures[at] - number) > AGREEMENT * abs(number):
            return None
        label, name = self._names[at]
        return Likeness(label, name, 1), float(f"{number:.{DIGITS - 1}g}") != number


@quiet()
def _figures(values: FloatArray) -> list[tuple[float, str]]:
    """Return the figures of prices, of their moves and of their relative moves."""
    moves = np.diff(values)
    runs = [("prices", values), ("moves", moves)]
    if values.min() > 0:
        runs += [("relative moves", moves / values[:-1]), ("logarithmic moves", np.diff(np.log(values)))]
    found = []
    for name, run in runs:
        if np.ptp(run) == 0:
            continue  # a stream that stands still has no figures of its own
        found += [(float(function(run)), f"the {figure} of all {name}") for figure, function in _FIGURES.items()]
        quantiles = np.quantile(run, _QUANTILES).tolist()
        found += [(each, f"the {q:.0%} quantile of all {name}") for q, each in zip(_QUANTILES, quantiles, strict=True)]
    return [(figure, name) for figure, name in found if np.isfinite(figure) and figure]
