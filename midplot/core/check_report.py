"""What came of checking a movie: the verdicts, counted, as text and as plain data."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np

from midplot.core.contradictions import Contradiction, contradictions_among, described
from midplot.core.plain import as_json
from midplot.core.scenario import LABELS
from midplot.core.text_table import in_columns, printable
from midplot.core.variants import VARIANTS
from midplot.core.verdict import Check
from midplot.errors import ArgumentError, ArgumentTypeError, ScenarioError

__all__ = ["ORIGINAL", "CheckReport", "Tally", "check_row", "checked_threshold", "shown_share"]

ORIGINAL = "original"
"""What scenarios are counted under that are no variants."""

MOST_ROWS = 40
"""How many checks are listed as text."""

Tally = tuple[int, int]
"""How many succeeded, of how many."""


def checked_threshold(threshold: Any) -> float | None:
    """Return the fraction that must succeed; None, for all, as it is.

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
            f"threshold: expected a fraction, got {threshold!r} ({type(threshold).__name__}). "
            "Give a number between 0 and 1, or None for all."
        )
    if not 0 <= threshold <= 1:
        raise ArgumentError(
            f"threshold: {threshold!r} is not a fraction. Give a number between 0 and 1, or None for all."
        )
    return float(threshold)


def _is_number(threshold: Any) -> bool:
    return isinstance(threshold, Real) and not isinstance(threshold, bool | np.bool_)


@dataclass(frozen=True, repr=False, eq=False)
class CheckReport:
    """The checks of all scenarios of a movie.

    Parameters
    ----------
    checks
        One a scenario, in the order of the movie; at least one.
    threshold
        The fraction that must succeed; all where it is None.

    Raises
    ------
    ScenarioError
        If there is no check.
    ArgumentError, ArgumentTypeError
        If the threshold is not a fraction.
    """

    checks: tuple[Check, ...]
    threshold: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "threshold", checked_threshold(self.threshold))
        if not self.checks:
            raise ScenarioError(
                "check: there is no scenario to check. Select a window of a replay and save it first: "
                "result.save_selected(UP)."
            )

    @property
    def success(self) -> list[Check]:
        """The checks that succeeded, in the order of the movie."""
        return [check for check in self.checks if check.succeeded]

    @property
    def failed(self) -> list[Check]:
        """The checks that failed, in the order of the movie."""
        return [check for check in self.checks if not check.succeeded]

    @property
    def n(self) -> int:
        """How many scenarios were checked."""
        return len(self.checks)

    @property
    def share(self) -> float:
        """Which fraction succeeded."""
        return len(self.success) / self.n

    @property
    def ok(self) -> bool:
        """Whether as many succeeded as must."""
        # Both sides are rounded once, to the nearest float, so 7 of 100 reaches 0.07.
        return not self.failed if self.threshold is None else self.share >= self.threshold

    @cached_property
    def contradictions(self) -> list[Contradiction]:
        """The pairs of labels that no attacker can meet together: one of each fails through no fault of the attacker."""
        return contradictions_among(check.scenario for check in self.checks)

    def contradicted(self) -> list[Check]:
        """Return the failed checks whose label contradicts another: they say nothing about the attacker."""
        involved = {scenario.identity for pair in self.contradictions for scenario in pair[:2]}
        return [check for check in self.failed if check.scenario.identity in involved]

    def by_label(self) -> dict[str, Tally]:
        """Count by what was expected.

        Returns
        -------
        dict
            ``UP``, ``DOWN`` and ``NOTHING``, as far as there are any, to how many succeeded of how many.
        """
        return self._counted(lambda check: check.label, list(LABELS.values()))

    def by_variant(self) -> dict[str, Tally]:
        """Count by capability: what an attacker that knows the pattern, and not one instance of it, also passes.

        Returns
        -------
        dict
            ``original`` and the kinds of variants, as far as there are any, to how many succeeded of how many.
        """
        return self._counted(lambda check: check.scenario.variant or ORIGINAL, [ORIGINAL, *VARIANTS])

    def by_reason(self) -> dict[str, int]:
        """Count the failed checks by the reason, the most frequent first."""
        counts: dict[str, int] = {}
        for check in self.failed:
            counts[check.reason.value] = counts.get(check.reason.value, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: -item[1]))

    def failed_first(self) -> list[Check]:
        """Return all checks, the failed before the others, else in the order of the movie."""
        return [*self.failed, *self.success]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, fit for JSON."""
        return {
            "ok": self.ok,
            "n": self.n,
            "n_success": len(self.success),
            "n_failed": len(self.failed),
            "share": self.share,
            "threshold": self.threshold,
            "by_label": _plain_tallies(self.by_label()),
            "by_variant": _plain_tallies(self.by_variant()),
            "by_reason": self.by_reason(),
            "contradictions": [
                {"one": each.one.title, "other": each.other.title, "why": each.why} for each in self.contradictions
            ],
            "checks": [check_row(check) for check in self.checks],
        }

    def to_json(self, indent: int | None = 2) -> str:
        """Return the report as JSON, the same for the same decisions; a number that is not finite is null.

        Parameters
        ----------
        indent
            Spaces a level; None for one line.
        """
        return as_json(self.to_dict(), indent)

    def __str__(self) -> str:
        demanded = "all must succeed" if self.threshold is None else f"threshold {100 * self.threshold:g}%"
        counts = f"Success: {len(self.success)}, Failed: {len(self.failed)}"
        verdict = "passed" if self.ok else "failed"
        n = len(self.contradicted())
        apart = f"; {n} of the failed contradict{'s' * (n == 1)} another label" if n else ""
        return f"{counts} ({shown_share(len(self.success), self.n)} of {self.n}; {demanded}){apart}: {verdict}"

    def __repr__(self) -> str:
        listed = self.failed_first()[:MOST_ROWS]
        rows = [_text_row(check) for check in listed]
        more = self.n - len(listed)
        rest = [f"… and {more:,} more: to_frame() has them all"] if more else []
        pairs = (
            ["", *(printable(line, 1000) for line in described(self.contradictions).split("\n"))]
            if self.contradictions
            else []
        )
        return "\n".join([f"CheckReport: {self}", "", *in_columns([_HEADINGS, *rows], right=_RIGHT), *rest, *pairs])

    def _counted(self, key: Callable[[Check], str], order: Sequence[str]) -> dict[str, Tally]:
        found = {key(check) for check in self.checks}
        names = [*(name for name in order if name in found), *sorted(found.difference(order))]
        groups = {name: [check for check in self.checks if key(check) == name] for name in names}
        return {name: (sum(check.succeeded for check in group), len(group)) for name, group in groups.items()}


_HEADINGS = ["verdict", "scenario", "first", "delay", "earned", "why"]
_RIGHT = {3, 4}


def check_row(check: Check) -> dict[str, Any]:
    """Return one check as plain data: what a frame and JSON have of it. Of a decision it has the sign."""
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


def shown_share(n_success: int, n: int) -> str:
    """Write a share in percent, rounded down, so that no report says 100% where one failed.

    Examples
    --------
    >>> shown_share(7, 8), shown_share(2999, 3000), shown_share(3, 3)
    ('87.5%', '99.9%', '100%')
    """
    return f"{1000 * n_success // n / 10:g}%"


def _plain_tallies(tallies: Mapping[str, Tally]) -> dict[str, dict[str, int]]:
    return {name: {"n_success": n_success, "n": n} for name, (n_success, n) in tallies.items()}


def _text_row(check: Check) -> list[str]:
    return [
        "ok" if check.succeeded else "FAILED",
        printable(check.title),
        "-"
        if check.first_index is None
        else f"{'UP' if (check.first_decision or 0) > 0 else 'DOWN'} {check.first_index}",
        "-" if check.delay is None else f"{check.delay}",
        "-" if check.earned is None else f"{check.earned:+.6g}",
        printable(_why(check), 1000),
    ]


def _why(check: Check) -> str:
    return f"{check.why} ({check.scenario.hindsight})" if check.scenario.hindsight else check.why
