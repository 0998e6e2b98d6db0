"""The one `compare`: of results and of reports, with names where none were given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from midplot.checks._comparison import Comparison, compare_reports
from midplot.checks._report import CheckReport
from midplot.errors import ArgumentError, ArgumentTypeError
from midplot.evidence._comparison import ReplayComparison
from midplot.evidence.runs._provenance import provenance_of
from midplot.results import ReplayResults

__all__ = ["compare"]


def compare(before: Any, after: Any = None) -> ReplayComparison | Comparison:
    """Compare replays of the same streams, or checks of the same scenarios.

    Parameters
    ----------
    before, after
        Two results of `replay`, or two reports of `check`. For more than two results, or to name them, one mapping of
        names to results: the others are compared with the first.

    Returns
    -------
    ReplayComparison
        Of results: the paired ``difference`` with its interval and chance, ``by_stream``, ``agreement``,
        ``disagreements(n)``, ``figure()``, ``show()`` and ``to_html(path)``.
    Comparison
        Of reports: which scenarios were fixed, are broken, or stayed as they were.

    Raises
    ------
    ArgumentError
        If there is only one, or the results are not of the same streams, ticks, horizon and epsilon; it says what differs.
    ArgumentTypeError
        If they are something else, or one of each.

    Examples
    --------
    >>> from midplot import replay
    >>> def up(stream):
    ...     yield
    ...     for message in stream:
    ...         yield 1
    >>> def down(stream):
    ...     yield
    ...     for message in stream:
    ...         yield -1
    >>> streams = [[1, 2, 4, 8]]
    >>> results = {each.__name__: replay(streams, horizon=1, epsilon=0.5, infer=each) for each in (up, down)}
    >>> print(compare(results))
    down minus up: -14 (too little data to say)
    """
    if after is None and isinstance(before, Mapping):
        return ReplayComparison(_named(before))
    if isinstance(before, ReplayResults) and isinstance(after, ReplayResults):
        return ReplayComparison(_with_names(before, after))
    _check_two(before, after)
    if isinstance(before, ReplayResults) != isinstance(after, ReplayResults) and (
        isinstance(before, CheckReport) or isinstance(after, CheckReport)
    ):
        raise ArgumentTypeError(
            "a result of a replay and a report of a check are nothing of a kind",
            where="compare",
            advice="Give two results or two reports. result.check_scenarios(movie.scenarios) makes a report of a replay "
            "of movie.streams().",
        )
    return compare_reports(before, after)


def _check_two(before: Any, after: Any) -> None:
    """Refuse a single result or report, wherever None stands beside it."""
    for kind, what, example in (
        (ReplayResults, "result", "compare(old, new)"),
        (CheckReport, "report", "compare(before, after)"),
    ):
        if (isinstance(before, kind) and after is None) or (before is None and isinstance(after, kind)):
            raise ArgumentError(
                f"there is nothing to compare: a second {what} is missing",
                where="compare",
                advice=f"Give two {what}s: {example}.",
            )


def _named(given: Mapping[Any, Any]) -> dict[str, ReplayResults]:
    wrong = next((each for each in given.values() if not isinstance(each, ReplayResults)), None)
    if wrong is not None:
        raise ArgumentTypeError(
            f"expected results of replays by name, got {type(wrong).__name__}",
            where="compare",
            advice='Give for example {"old": replay(…), "new": replay(…)}.',
        )
    if len(given) < 2:
        raise ArgumentError(
            f"there is nothing to compare: {len(given)} given",
            where="compare",
            advice='Give two results or more, for example {"old": replay(…), "new": replay(…)}.',
        )
    return {str(name): result for name, result in given.items()}


def _with_names(before: ReplayResults, after: ReplayResults) -> dict[str, ReplayResults]:
    """Name two results after their attackers, or before and after if both have the same name."""
    names = [provenance_of(result.bound_infer).attacker for result in (before, after)]
    return dict(zip(names if names[0] != names[1] else ["before", "after"], (before, after), strict=True))
