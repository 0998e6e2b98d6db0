"""The outcome of checking a movie: the verdicts counted, as text, tables, plain data and pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import ReferenceType, ref

from midplot._plain import as_json
from midplot._text import in_columns, printable
from midplot.checks._tally import ORIGINAL, Tally, check_row, checked_threshold, shown_share
from midplot.checks._verdict import Check
from midplot.errors import ScenarioError
from midplot.scenarios._contradictions import Contradiction, contradictions_among, described
from midplot.scenarios._scenario import LABELS, label_of
from midplot.scenarios._variants import VARIANTS

if TYPE_CHECKING:
    import pandas as pd

    from midplot.scenarios._labeller import Labeller
    from midplot.views.panel._box import PlainBox

__all__ = ["CheckReport"]

# More would scroll the summary out of sight.
MOST_ROWS = 40
"""The greatest number of checks that are listed as text."""

_HEADINGS = ["verdict", "scenario", "first", "delay", "earned", "why"]
_RIGHT = {3, 4}
"""The columns with numbers, which are aligned to the right."""


@dataclass(frozen=True, repr=False, eq=False)
class CheckReport:
    """The checks of all scenarios of a movie, with their tables and pictures.

    Parameters
    ----------
    checks
        One check per scenario, in the order of the movie; at least one.
    threshold
        The fraction of scenarios that must succeed, from 0 to 1; None for all of them.
    attacker
        The name and the file of the attacker, which the page of `to_html` shows.

    Raises
    ------
    ScenarioError
        If there is no check.
    ArgumentError, ArgumentTypeError
        If the threshold is not a fraction.
    """

    checks: tuple[Check, ...]
    threshold: float | None = None
    attacker: str = ""
    _replay: ReferenceType[Labeller] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "threshold", checked_threshold(self.threshold))
        if not self.checks:
            raise ScenarioError(
                "there is no scenario to check",
                where="check",
                advice="Select a window of a replay and save it first: result.save_selected(UP).",
            )

    def linked_to(self, labeller: Labeller) -> CheckReport:
        """Remember the replay whose decisions were checked, as long as somebody else keeps it."""
        # Weakly: of a hundred attackers that were compared, each with its report, no replay must stay in memory.
        object.__setattr__(self, "_replay", ref(labeller))
        return self

    @property
    def labeller(self) -> Labeller | None:
        """What selects windows in the replay that was checked; None if there was none, or if it is gone."""
        return None if self._replay is None else self._replay()

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_replay": None}

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
        """The number of scenarios that were checked."""
        return len(self.checks)

    @property
    def share(self) -> float:
        """The fraction of scenarios that succeeded, from 0 to 1."""
        return len(self.success) / self.n

    @property
    def ok(self) -> bool:
        """Whether enough scenarios succeeded."""
        # Both sides are rounded once, to the nearest float, so 7 of 100 reaches 0.07.
        return not self.failed if self.threshold is None else self.share >= self.threshold

    @cached_property
    def contradictions(self) -> list[Contradiction]:
        """The pairs of labels that no attacker can satisfy together, so that one of each pair must fail."""
        return contradictions_among(check.scenario for check in self.checks)

    def contradicted(self) -> list[Check]:
        """Return the failed checks whose label contradicts another: they say nothing about the attacker."""
        involved = {scenario.identity for pair in self.contradictions for scenario in pair[:2]}
        return [check for check in self.failed if check.scenario.identity in involved]

    def by_label(self) -> dict[str, Tally]:
        """Count the scenarios by their label.

        Returns
        -------
        dict
            For each of ``UP``, ``DOWN`` and ``NOTHING`` that occurs, how many succeeded and how many there are.
        """
        return self._counted(lambda check: check.label, list(LABELS.values()))

    def by_variant(self) -> dict[str, Tally]:
        """Count the scenarios by variant: an attacker that knows the pattern, not just one instance, passes all kinds.

        Returns
        -------
        dict
            For ``original`` and each kind of variant that occurs, how many succeeded and how many there are.
        """
        return self._counted(lambda check: check.scenario.variant or ORIGINAL, [ORIGINAL, *VARIANTS])

    def by_reason(self) -> dict[str, int]:
        """Count the failed checks by their reason, the most frequent first."""
        counts: dict[str, int] = {}
        for check in self.failed:
            counts[check.reason.value] = counts.get(check.reason.value, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: -item[1]))

    def failed_first(self) -> list[Check]:
        """Return all checks, the failed ones first, otherwise in the order of the movie."""
        return [*self.failed, *self.success]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data that can be written as JSON."""
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
        """Return the report as JSON, the same text for the same decisions; a number that is not finite is null.

        Parameters
        ----------
        indent
            The number of spaces per level; None puts everything on one line.
        """
        return as_json(self.to_dict(), indent)

    def to_frame(self) -> pd.DataFrame:
        """Return a table with one row per scenario, in the order of the movie.

        Returns
        -------
        pandas.DataFrame
            The columns ``title, label, succeeded, reason, why, first_index, first_decision, delay, earned, stream_id,
            stream, first, last, warm_up, horizon, epsilon, variant, origin, note, tags, hindsight, error``. Indices
            are original ones, and ``first_decision`` is the sign of the decision.
        """
        import pandas as pd

        frame = pd.DataFrame([check_row(check) for check in self.checks])
        # Without this, the types of a column would depend on whether any of its values is missing.
        return frame.astype(
            {"first_index": "Int64", "delay": "Int64", "first_decision": "float64", "earned": "float64"}
        )

    def to_html(self, path: str | PathLike[str]) -> Path:
        """Write a self-contained page, failed scenarios first, that opens in any browser without a network.

        Parameters
        ----------
        path
            The file to write. Its folder is created if it does not exist.

        Returns
        -------
        pathlib.Path
            The file.
        """
        from midplot.views.pages._check_page import write_check_page

        return write_check_page(self, path)

    def show(self) -> PlainBox:
        """Return the report as a view: a picture of each scenario, failed first; a click opens one in a replay view.

        Returns
        -------
        ipywidgets.VBox
            The view, which a notebook displays if it is the last line of a cell.
        """
        from midplot.views.panel._cells import CELLS
        from midplot.views.panel._report_view import ReportView

        view = ReportView(self, self.labeller)
        CELLS.display(view)
        return view.box

    def _repr_html_(self) -> str:
        from midplot.views.pages._check_page import check_card

        return check_card(self)

    def __str__(self) -> str:
        demanded = "all must succeed" if self.threshold is None else f"threshold {100 * self.threshold:g}%"
        counts = f"Success: {len(self.success)}, Failed: {len(self.failed)}"
        verdict = "passed" if self.ok else "failed"
        n = len(self.contradicted())
        apart = f"; {n} of the failed contradict{'s' * (n == 1)} another label" if n else ""
        return f"{counts} ({shown_share(len(self.success), self.n, self.threshold)} of {self.n}; {demanded}){apart}: {verdict}"

    def __repr__(self) -> str:
        listed = self.failed_first()[:MOST_ROWS]
        rows = [_text_row(check) for check in listed]
        more = self.n - len(listed)
        rest = [f"… and {more:,} more: to_frame() has them all"] if more else []
        pairs = [printable(line, 1000) for line in described(self.contradictions).split("\n")]
        table = in_columns([_HEADINGS, *rows], right=_RIGHT)
        return "\n".join([f"CheckReport: {self}", "", *table, *rest, *(["", *pairs] if self.contradictions else [])])

    def _counted(self, key: Callable[[Check], str], order: Sequence[str]) -> dict[str, Tally]:
        found = {key(check) for check in self.checks}
        names = [*(name for name in order if name in found), *sorted(found.difference(order))]
        groups = {name: [check for check in self.checks if key(check) == name] for name in names}
        return {name: (sum(check.succeeded for check in group), len(group)) for name, group in groups.items()}


def _plain_tallies(tallies: Mapping[str, Tally]) -> dict[str, dict[str, int]]:
    return {name: {"n_success": n_success, "n": n} for name, (n_success, n) in tallies.items()}


def _text_row(check: Check) -> list[str]:
    return [
        "ok" if check.succeeded else "FAILED",
        printable(check.title),
        "-" if check.first_decision is None else f"{label_of(check.first_decision)} {check.first_index}",
        "-" if check.delay is None else f"{check.delay}",
        "-" if check.earned is None else f"{check.earned:+.6g}",
        printable(f"{check.why} ({check.scenario.hindsight})" if check.scenario.hindsight else check.why, 1000),
    ]
