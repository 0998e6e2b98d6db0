"""Derives scenarios from scenarios: what holds at one price level, scale or direction must hold at others.

An attacker that passes the original but fails a variant has learned something by heart that is not part of the
pattern: a level, a scale, a direction or the last digits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Final

import numpy as np

from midplot._arguments import whole_number
from midplot._arithmetic import quiet
from midplot.errors import ArgumentError, ScenarioError, did_you_mean
from midplot.scenarios._scenario import Scenario
from midplot.streams._stream import FloatArray

__all__ = ["VARIANTS", "variants"]

VARIANTS: Final = ("shifted", "scaled", "mirrored", "noisy")
"""The kinds of variants."""

# Large enough to change the last digits of every price, and far below the moves that a label is about.
NOISE: Final = 0.1
"""The standard deviation of the noise, as a share of the median one-tick move."""

Change = tuple[Callable[[FloatArray], FloatArray], float, float]
"""The change to the prices, and the factors by which epsilon and the expected decision are multiplied."""


def variants(
    source: Scenario | Iterable[Scenario], kinds: str | Iterable[str] = VARIANTS, seed: int = 0
) -> list[Scenario]:
    """Derive scenarios that must hold where the original ones do.

    Parameters
    ----------
    source
        A movie or a scenario. Nothing is derived from scenarios that are variants themselves.
    kinds
        Any of the following; all of them by default.

        - ``shifted``: all prices are raised by a constant, 5 to 10 times the range of the window;
        - ``scaled``: the distances from the window's first price are stretched, and epsilon with them. The factor is
          1.5 to 3 for UP and DOWN, and the inverse for NOTHING, so that the label also holds at the original epsilon;
        - ``mirrored``: prices are turned upside down about the window's first price; UP becomes DOWN and DOWN UP;
        - ``noisy``: normal noise of a tenth of the window's median one-tick move is added.
    seed
        The seed for the constants and the noise. What is derived from a scenario does not depend on the others.

    Returns
    -------
    list of Scenario
        Only the derived scenarios, in the order of the source. Each has its kind as ``variant`` and the title of its
        source as ``origin``.

    Raises
    ------
    ArgumentError
        If there is no such kind, or the seed is below 0.
    ScenarioError
        If the prices are so large that derived prices would be infinite.

    Examples
    --------
    >>> from midplot.scenarios._scenario import Selection
    >>> from midplot.streams._stream import Stream
    >>> selection = Selection.of(Stream([1.0, 2.0, 4.0]), 0, 2, horizon=1, epsilon=0.0025)
    >>> up = Scenario(selection=selection, expected=1)
    >>> down = variants(up, "mirrored")[0]
    >>> down, down.selection.values
    (Scenario(DOWN 'stream 0' 0-2 mirrored), (1.0, 0.0, -2.0))
    """
    wanted = _checked_kinds(kinds)
    scenarios = [source] if isinstance(source, Scenario) else source
    start = whole_number("seed", seed, 0)
    return [_derived(s, kind, start) for s in scenarios if s.variant is None for kind in wanted]


def _checked_kinds(kinds: str | Iterable[str]) -> tuple[str, ...]:
    wanted = (kinds,) if isinstance(kinds, str) else tuple(dict.fromkeys(kinds))
    for kind in wanted:
        if kind not in VARIANTS:
            raise ArgumentError(
                f"there is no {kind!r}",
                where="kinds",
                advice=f"{did_you_mean(str(kind), VARIANTS)} Choose among {', '.join(VARIANTS)}.",
            )
    return wanted


@quiet()
def _derived(scenario: Scenario, kind: str, seed: int) -> Scenario:
    selection = scenario.selection
    # Seeded by kind and title, not by position, so that adding a scenario to a movie does not change the others'.
    digest = hashlib.sha256(f"{kind} {scenario.title}".encode("utf-8", "surrogatepass")).digest()
    rng = np.random.default_rng([seed, int.from_bytes(digest[:8], "little")])
    move, cost, sign = KINDS[kind](scenario, rng)
    prices = move(np.array(selection.before + selection.values + selection.after))
    if not np.isfinite(prices).all() or not np.isfinite(cost * selection.epsilon):
        raise ScenarioError(
            f"{kind}, its prices would be infinite",
            where=scenario.title,
            advice="Leave it out, or scale its values down.",
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
            fingerprint=None,  # these prices were never in any stream
        ),
    )


def _shifted(scenario: Scenario, rng: np.random.Generator) -> Change:
    window = np.array(scenario.selection.values)
    # A flat window has no range: its level serves instead, and 1 if that is 0 as well.
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
    moves = moves[moves > 0]  # prices on a coarse grid mostly stand still, so the median of all moves would be 0
    size = NOISE * float(np.median(moves)) if len(moves) else 0.0
    return lambda prices: prices + rng.normal(0, size, len(prices)), 1.0, 1.0


KINDS: Final[dict[str, Callable[[Scenario, np.random.Generator], Change]]] = {
    "shifted": _shifted,
    "scaled": _scaled,
    "mirrored": _mirrored,
    "noisy": _noisy,
}
"""The function that makes each kind of variant."""
