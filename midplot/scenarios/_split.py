"""Splits a movie into scenarios to train with and scenarios that are held out."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from midplot.errors import ArgumentError, ArgumentTypeError
from midplot.scenarios._scenario import LABELS, Label, Scenario

__all__ = ["chosen_for_training"]


def chosen_for_training(scenarios: Iterable[Scenario], fraction: float, seed: int) -> list[Scenario]:
    """Return the scenarios to train with; see `Movie.split`.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If the fraction is not a number between 0 and 1.
    """
    if not 0 <= _share(fraction) <= 1:
        raise ArgumentError(f"{fraction!r} is not a share", where="fraction", advice="Give a number between 0 and 1.")
    families = _families(scenarios)
    training: list[Scenario] = []
    for label in LABELS.values():
        drawn = [root for root, members in families.items() if _family_label(members) == label]
        # Halves are rounded up. Python's round goes to the even neighbour: of 5 it would take 2, but of 7 it takes 4.
        kept = sorted(drawn, key=lambda root: _draw(seed, root))[: math.floor(fraction * len(drawn) + 0.5)]
        training += [s for root in kept for s in families[root]]
    return training


def _share(fraction: Any) -> float:
    try:
        return float(fraction)
    except (TypeError, ValueError) as error:
        raise ArgumentTypeError(
            f"got {fraction!r}", where="fraction", advice="Give a number between 0 and 1."
        ) from error


def _families(scenarios: Iterable[Scenario]) -> dict[str, list[Scenario]]:
    """Group scenarios with the variants derived from them, by title."""
    families: dict[str, list[Scenario]] = defaultdict(list)
    for scenario in scenarios:
        families[scenario.origin or scenario.title].append(scenario)
    return families


def _family_label(members: list[Scenario]) -> Label:
    """Return the label of the scenario that the others were derived from, or any of theirs if it is absent."""
    # Mirrored variants have the opposite label; False sorts before True, so an original comes first.
    return min(members, key=lambda s: s.variant is not None).label


def _draw(seed: int, root: str) -> bytes:
    """Return a scenario's rank in the draw: a hash, so that adding a scenario does not reshuffle the others."""
    # A name may hold half a surrogate pair, as a wrong decoding leaves it, which plain UTF-8 cannot encode.
    return hashlib.sha256(f"{seed} {root}".encode("utf-8", "surrogatepass")).digest()
