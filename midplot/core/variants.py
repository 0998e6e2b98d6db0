"""Derives scenarios from scenarios: what must hold at one price level, scale or direction must hold at others.

An attacker that passes the original but fails the variant has learned something by heart that is no part of the
pattern: a level, a scale, a direction, the last digits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Final

import numpy as np

from midplot.core.arithmetic import quiet
from midplot.core.movie import Movie
from midplot.core.scenario import Scenario
from midplot.core.settings import whole_number
from midplot.core.stream import FloatArray
from midplot.errors import ArgumentError, ScenarioError, did_you_mean

__all__ = ["VARIANTS", "variants"]

VARIANTS: Final = ("shifted", "scaled", "mirrored", "noisy")
"""The kinds of variants."""

NOISE: Final = 0.1
"""The standard deviation of noise, as a share of the median one-tick move: far below what the label is about."""

Change = tuple[Callable[[FloatArray], FloatArray], float, float]
"""What is done to the prices, and the factors of epsilon and of the expected decision."""


def variants(
    source: Movie | Scenario | Iterable[Scenario], kinds: str | Iterable[str] = VARIANTS, seed: int = 0
) -> Movie:
    """Derive scenarios that must hold where the original ones do.

    Parameters
    ----------
    source
        A movie or a scenario. Of what is itself a variant nothing is derived.
    kinds
        Any of these; all of them by default.

        - ``shifted``: all prices raised by a constant, 5 to 10 times the range of the window;
        - ``scaled``: the distances from the window's first price stretched, and epsilon with them. UP and DOWN by 1.5
          to 3, NOTHING by the inverse, so that the label also holds at the original epsilon;
        - ``mirrored``: turned upside down about the window's first price; UP becomes DOWN and DOWN becomes UP;
        - ``noisy``: with normal noise of a tenth of the median one-tick move of the window.
    seed
        Of the constants and of the noise. What is derived of a scenario does not depend on the others.

    Returns
    -------
    Movie
        The derived scenarios only. Each names its kind as ``variant`` and its source's title as ``origin``.

    Raises
    ------
    ArgumentError
        If there is no such kind, or the seed is below 0.
    ScenarioError
        If the prices are so large that what is derived would be infinite.

    Examples
    --------
    >>> from midplot.core.scenario import Selection
    >>> from midplot.core.stream import Stream
    >>> selection = Selection.of(Stream([1.0, 2.0, 4.0]), 0, 2, horizon=1, epsilon=0.0025)
    >>> up = Scenario(selection=selection, expected=1)
    >>> down = variants(up, "mirrored")[0]
    >>> down, down.selection.values
    (Scenario(DOWN 'stream 0' 0-2 mirrored), (1.0, 0.0, -2.0))
    """
    wanted = _checked_kinds(kinds)
    scenarios = [source] if isinstance(source, Scenario) else source
    start = whole_number("seed", seed, 0)
    return Movie(_derived(s, kind, start) for s in scenarios if s.variant is None for kind in wanted)


def _checked_kinds(kinds: str | Iterable[str]) -> tuple[str, ...]:
    wanted = (kinds,) if isinstance(kinds, str) else tuple(dict.fromkeys(kinds))
    for kind in wanted:
        if kind not in VARIANTS:
            raise ArgumentError(
                f"kinds: there is no {kind!r}.{did_you_mean(str(kind), VARIANTS)} Choose among {', '.join(VARIANTS)}."
            )
    return wanted


@quiet()
def _derived(scenario: Scenario, kind: str, seed: int) -> Scenario:
    selection = scenario.selection
    digest = hashlib.sha256(f"{kind} {scenario.title}".encode("utf-8", "surrogatepass")).digest()
    rng = np.random.default_rng([seed, int.from_bytes(digest[:8], "little")])
    move, cost, sign = KINDS[kind](scenario, rng)
    prices = move(np.array(selection.before + selection.values + selection.after))
    if not np.isfinite(prices).all() or not np.isfinite(cost * selection.epsilon):
        raise ScenarioError(
            f"{scenario.title}: {kind}, its prices would be infinite. Leave it out, or scale its values down."
        )
    low = len(selection.before)
    high = low + selection.n_ticks
    values = prices.tolist()
    return scenario.changed(
        expected=sign * scenario.expected,
        variant=kind,
        origin=scenario.title,
        selection=selection.changed(
            before=tuple(values[:low]),
            values=tuple(values[low:high]),
            after=tuple(values[high:]),
            epsilon=cost * selection.epsilon,
            fingerprint=None,
        ),
    )


def _shifted(scenario: Scenario, rng: np.random.Generator) -> Change:
    window = np.array(scenario.selection.values)
    # Of a flat window the range says nothing, so its level has to do.
    scale = float(np.ptp(window)) or abs(float(window[0])) or 1.0
    constant = rng.uniform(5, 10) * scale
    return lambda prices: prices + constant, 1.0, 1.0


def _scaled(scenario: Scenario, rng: np.random.Generator) -> Change:
    first = scenario.selection.values[0]
    stretch = float(rng.uniform(1.5, 3))
    factor = 1 / stretch if scenario.label == "NOTHING" else stretch
    return lambda prices: first + factor * (prices - first), factor, 1.0


def _mirrored(scenario: Scenario, _: np.random.Generator) -> Change:
    first = scenario.selection.values[0]
    return lambda prices: first - (prices - first), 1.0, -1.0


def _noisy(scenario: Scenario, rng: np.random.Generator) -> Change:
    moves = np.abs(np.diff(scenario.selection.values))
    moves = moves[moves > 0]  # prices on a coarse grid mostly stand still: the median of all would be 0
    size = NOISE * float(np.median(moves)) if len(moves) else 0.0
    return lambda prices: prices + rng.normal(0, size, len(prices)), 1.0, 1.0


KINDS: Final[dict[str, Callable[[Scenario, np.random.Generator], Change]]] = {
    "shifted": _shifted,
    "scaled": _scaled,
    "mirrored": _mirrored,
    "noisy": _noisy,
}
"""What each kind does to a scenario."""
