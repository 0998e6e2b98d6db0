"""What changed between two checks of the same scenarios."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from midplot._text import in_columns, printable
from midplot.checks._report import CheckReport
from midplot.checks._verdict import Check
from midplot.errors import ArgumentTypeError

__all__ = ["Comparison", "compare_reports"]


@dataclass(frozen=True, repr=False, eq=False)
class Comparison:
    """Two reports side by side.

    Attributes
    ----------
    fixed
        The checks that failed before and succeed now. These and all others but ``gone`` are from the later report.
    broken
        The checks that succeeded before and fail now.
    still_failing, still_succeeding
        The checks with the same outcome in both reports.
    new
        The checks of scenarios that were not checked before.
    gone
        The checks of scenarios that are not checked any more, from the earlier report.
    """

    fixed: tuple[Check, ...]
    broken: tuple[Check, ...]
    still_failing: tuple[Check, ...]
    still_succeeding: tuple[Check, ...]
    new: tuple[Check, ...]
    gone: tuple[Check, ...]

    def __str__(self) -> str:
        text = (
            f"Fixed: {len(self.fixed)}, Broken: {len(self.broken)}, "
            f"Still failing: {len(self.still_failing)}, Still succeeding: {len(self.still_succeeding)}"
        )
        return text + f" (new: {len(self.new)}, gone: {len(self.gone)})" * bool(self.new or self.gone)

    def __repr__(self) -> str:
        # Still succeeding ones are left out, and what is broken comes first: that is what one looks for.
        groups = {
            "broken": self.broken,
            "still failing": self.still_failing,
            "fixed": self.fixed,
            "new": self.new,
            "gone": self.gone,
        }
        rows = [_row(change, check) for change, group in groups.items() for check in group]
        table = ["", *in_columns([["change", "verdict", "scenario", "why"], *rows])] if rows else []
        return "\n".join([f"Comparison: {self}", *table])


def compare_reports(before: CheckReport, after: CheckReport) -> Comparison:
    """Compare two reports, scenario by scenario.

    Parameters
    ----------
    before, after
        The two reports, of any movies. Scenarios with the same label, stream, window, horizon and variant are compared
        with each other.

    Returns
    -------
    Comparison
        What changed, and what did not.

    Raises
    ------
    ArgumentTypeError
        If one of them is something else, such as the result of a replay.
    """
    for name, report in (("before", before), ("after", after)):
        _check_is_report(name, report)
    old, new = _by_identity(before.checks), _by_identity(after.checks)
    both = [(old[identity], check) for identity, check in new.items() if identity in old]
    return Comparison(
        fixed=tuple(now for then, now in both if now.succeeded and not then.succeeded),
        broken=tuple(now for then, now in both if then.succeeded and not now.succeeded),
        still_failing=tuple(now for then, now in both if not (then.succeeded or now.succeeded)),
        still_succeeding=tuple(now for then, now in both if then.succeeded and now.succeeded),
        new=tuple(check for identity, check in new.items() if identity not in old),
        gone=tuple(check for identity, check in old.items() if identity not in new),
    )


def _check_is_report(name: str, given: Any) -> None:
    if isinstance(given, CheckReport):
        return
    kind = type(given).__name__
    # check() returns a pair, and giving that pair is the mistake that nearly everybody makes once.
    if isinstance(given, tuple) and any(isinstance(each, CheckReport) for each in given):
        raise ArgumentTypeError(
            f"{name} is the pair that check returns, (ok, report)",
            where="compare",
            advice="Give the report alone: ok, report = check(…).",
        )
    advice = "Make a report first: ok, report = check(movie, infer)."
    if hasattr(given, "check_scenarios"):  # the result of a replay, which this room may not import
        advice = "Make a report of a replay of movie.streams(): ok, report = result.check_scenarios(movie.scenarios)."
    raise ArgumentTypeError(
        f"{name} is of type {kind}, and only reports of checks can be compared", where="compare", advice=advice
    )


def _by_identity(checks: Iterable[Check]) -> dict[object, Check]:
    return {check.scenario.identity: check for check in checks}


def _row(change: str, check: Check) -> list[str]:
    verdict = "ok" if check.succeeded else "FAILED"
    return [change, verdict, printable(check.title), printable(check.why, 1000)]
