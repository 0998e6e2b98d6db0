"""A check as plain data, and how successes are counted and written."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

import numpy as np

from midplot.checks._verdict import Check
from midplot.errors import ArgumentError, ArgumentTypeError

__all__ = ["ORIGINAL", "Tally", "check_row", "checked_threshold", "shown_share"]

ORIGINAL = "original"
"""The group in which scenarios that are not variants are counted."""

Tally = tuple[int, int]
"""The number of scenarios that succeeded, and the number of scenarios."""


def checked_threshold(threshold: Any) -> float | None:
    """Return the fraction that must succeed as a float; None, which stands for all, is returned as it is.

    Raises
    ------
    ArgumentTypeError
        If it is not a number.
    ArgumentError
        If it is not between 0 and 1.
    """
    if threshold is None:
        return None
    if not _is_number(threshold):
        raise ArgumentTypeError(
            f"expected a fraction, got {threshold!r} ({type(threshold).__name__})",
            where="threshold",
            advice="Give a number between 0 and 1, or None for all.",
        )
    if not 0 <= threshold <= 1:
        raise ArgumentError(
            f"{threshold!r} is not a fraction",
            where="threshold",
            advice="Give a number between 0 and 1, or None for all.",
        )
    return float(threshold)


def _is_number(threshold: Any) -> bool:
    # True is a number in Python, but whoever writes threshold=True means something else. numpy has a bool of its own.
    return isinstance(threshold, Real) and not isinstance(threshold, bool | np.bool_)


def check_row(check: Check) -> dict[str, Any]:
    """Return one check as plain data, for tables and JSON. Decisions are reduced to their sign."""
    scenario, selection = check.scenario, check.selection
    return {
        "title": check.title,
        "label": check.label,
        "succeeded": check.succeeded,
        "reason": check.reason.value,
        "why": check.why,
        "first_index": check.first_index,
        "first_decision": None if check.first_decision is None else math.copysign(1.0, check.first_decision),
        "delay": check.delay,
        "earned": check.earned,
        "stream_id": selection.stream_id,
        "stream": selection.stream_title,
        "first": selection.first,
        "last": selection.last,
        "warm_up": len(selection.before),
        "horizon": selection.horizon,
        "epsilon": selection.epsilon,
        "variant": scenario.variant,
        "origin": scenario.origin,
        "note": scenario.note,
        "tags": list(scenario.tags),
        "hindsight": scenario.hindsight,
        "error": None if check.error is None else type(check.error).__name__,
    }


def shown_share(n_success: int, n: int, threshold: float | None = None) -> str:
    """Write a share in percent, such that no report says 100% if one failed, or as much as a threshold that it missed.

    Examples
    --------
    >>> shown_share(7, 8), shown_share(2, 3), shown_share(2999, 3000), shown_share(3, 3)
    ('87.5%', '66.7%', '99.9%', '100%')
    >>> shown_share(2, 3, threshold=0.667)
    '66.6%'
    """
    # In whole numbers, since a float slightly below the true share would be rounded down once too often.
    down, nearest = 1000 * n_success // n, (2000 * n_success + n) // (2 * n)
    says_too_much = any(n_success / n < most <= nearest / 1000 for most in (1.0, threshold) if most is not None)
    return f"{(down if says_too_much else nearest) / 10:g}%"
