"""Attackers side by side: which earned more, whether that is luck, and where they decided differently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from midplot._arguments import whole_number
from midplot._plain import as_json
from midplot._text import in_columns
from midplot.errors import ArgumentError
from midplot.evidence._comparison_texts import (
    agreement_rows,
    plain_agreement,
    plain_luck,
    plain_total,
    plain_window,
    total_rows,
)
from midplot.evidence._disagreements import Disagreement, expected_of, why_of
from midplot.evidence._luck import Luck
from midplot.evidence._paired import Window, check_comparable, luck_of_difference, widest_windows
from midplot.results import ReplayResults
from midplot.scenarios._scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from midplot.money._ledger import Ledger
    from midplot.views.chart._figure import Figure
    from midplot.views.panel._box import PlainBox

__all__ = ["ReplayComparison"]

# Nobody reads more of them in one go, and each is a picture to look at.
MOST_LISTED = 10
"""The number of disagreements that a page and a view list."""


class ReplayComparison:
    """Attackers compared on the same streams, tick by tick and block by block. Made by `compare`.

    Parameters
    ----------
    results
        The results by name, two or more. All are compared with the first.

    Attributes
    ----------
    results
        The results by name.

    Raises
    ------
    ArgumentError
        If they are not of the same ticks of the same streams, with the same horizon and epsilon; it says what differs.
    """

    def __init__(self, results: Mapping[str, ReplayResults]) -> None:
        self.results = dict(results)
        check_comparable(self.ledgers)

    @property
    def names(self) -> list[str]:
        """The names of the attackers; the first is the one that the others are compared with."""
        return list(self.results)

    @property
    def ledgers(self) -> dict[str, Ledger]:
        """What happened in each replay, by name."""
        return {name: result.ledger for name, result in self.results.items()}

    @property
    def difference(self) -> Luck:
        """What the second attacker earned more than the first, and how much of it may be luck.

        It is paired: block by block one is subtracted from the other, so that what both share drops out.

        Raises
        ------
        ArgumentError
            If there are more than two; see `differences`.
        """
        if len(self.differences) > 1:
            raise ArgumentError(
                f"{len(self.results)} attackers are compared, so there are {len(self.differences)} differences",
                where="difference",
                advice="Look at differences, which has each by name, or choose one: comparison.pair(name).",
            )
        return next(iter(self.differences.values()))

    @cached_property
    def differences(self) -> dict[str, Luck]:
        """What each other attacker earned more than the first, by name; ``p`` is corrected for their number."""
        first, *others = self.ledgers.values()
        names = self.names[1:]
        lucks = (luck_of_difference(first, other, trials=len(others)) for other in others)
        return dict(zip(names, lucks, strict=True))

    def pair(self, name: str) -> ReplayComparison:
        """Return the comparison of the first attacker with one other."""
        if name not in self.names[1:]:
            raise ArgumentError(
                f"{name!r} is not compared with {self.names[0]!r}",
                where="pair",
                advice=f"Choose one of {', '.join(map(repr, self.names[1:]))}.",
            )
        return ReplayComparison({each: self.results[each] for each in (self.names[0], name)})

    @property
    def totals(self) -> pd.DataFrame:
        """One row per attacker: ``score, low, high, p, decisions, unresolved, win_rate, latency_ms``."""
        from midplot.evidence._comparison_frames import totals_frame

        return totals_frame(self.ledgers)

    @property
    def by_stream(self) -> pd.DataFrame:
        """One row per stream: the score of each attacker, and ``difference, low, high, p`` of the stream alone.

        With more than two attackers the last four bear the name of the attacker as well.
        """
        from midplot.evidence._comparison_frames import by_stream_frame

        return by_stream_frame(self.ledgers, self.differences)

    @property
    def agreement(self) -> pd.DataFrame:
        """How often the attackers agreed and differed, and what each earned there.

        One row each for both up, both down, opposite, only the one, only the other; the columns are ``ticks``, one per
        attacker with what it earned, and ``difference``, whose sum is the difference of the scores. With more than two
        attackers there are these rows for each but the first, whose name is another level of the index.
        """
        from midplot.evidence._comparison_frames import agreement_frame

        return agreement_frame(self.ledgers)

    def disagreements(self, n: int = MOST_LISTED, *, length: int = 50) -> list[Disagreement]:
        """Return the windows in which the attackers differ most in money, the largest difference first.

        Parameters
        ----------
        n
            The greatest number of windows. No two of one pair of attackers share a tick.
        length
            The greatest number of ticks in a window.

        Returns
        -------
        list of Disagreement
            Each with its ``selection``; ``save()`` labels it.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            If ``n`` or ``length`` is not a whole number of at least 1.
        """
        n, length = whole_number("n", n, 1), whole_number("length", length, 1)
        (one, first), *others = self.ledgers.items()
        found = [
            self._disagreement(window, (one, other))
            for other, second in others
            for window in widest_windows(first, second, n, length)
        ]
        return sorted(found, key=lambda each: -abs(each.difference))[:n]

    def figure(self, stream: int | str | None = None, *, dark: bool | None = None) -> Figure:
        """Draw the equity of all attackers, their difference with a band for luck, and their decisions.

        Parameters
        ----------
        stream
            Id or name of the stream; None for all streams, one after the other.
        dark
            The colours: True for a dark page, False for a light one. By default the figure has no background, and colours
            that can be read on either.

        Returns
        -------
        plotly.graph_objects.Figure
            Static, with a constant number of traces, thinned to what a screen can show.
        """
        from midplot.views.chart._comparison_figure import comparison_figure
        from midplot.views.chart._palette import palette_for

        chosen = None if stream is None else next(iter(self.results.values())).stream(stream).stream_id
        return comparison_figure(self.ledgers, self.differences, chosen, palette_for(dark))

    def show(self) -> PlainBox:
        """Return a view: the figure and the disagreements, of which a click opens one in a replay view.

        Returns
        -------
        ipywidgets.VBox
            The view, which a notebook displays if it is the last line of a cell.
        """
        from midplot.views.panel._cells import CELLS
        from midplot.views.panel._comparison_view import ComparisonView

        view = ComparisonView(self)
        CELLS.display(view)
        return view.box

    def to_html(self, path: str | PathLike[str]) -> Path:
        """Write a self-contained page that opens in any browser without a network.

        Parameters
        ----------
        path
            File to write. Its folder is made if it is missing.

        Returns
        -------
        pathlib.Path
            The file.
        """
        from midplot.views.pages._comparison_page import write_comparison

        return write_comparison(self, path)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data that can be written as JSON."""
        (one, first), *_ = self.ledgers.items()
        return {
            "attackers": {name: plain_total(ledger) for name, ledger in self.ledgers.items()},
            "differences": {
                name: {"from": one, **plain_luck(luck), "agreement": plain_agreement(first, self.ledgers[name])}
                for name, luck in self.differences.items()
            },
            "streams": [
                {"stream_id": stream_id, "name": account.name, "scores": self._scores(stream_id)}
                for stream_id, account in first.streams.items()
            ],
            "disagreements": [plain_window(each) for each in self.disagreements()],
        }

    def to_json(self, indent: int | None = 2) -> str:
        """Return the comparison as JSON; a number that is not finite is null."""
        return as_json(self.to_dict(), indent)

    def summary(self) -> list[str]:
        """Return one sentence on each difference."""
        return [f"{other} minus {self.names[0]}: {luck}" for other, luck in self.differences.items()]

    def __str__(self) -> str:
        return "\n".join(self.summary())

    def __repr__(self) -> str:
        blocks = [in_columns(total_rows(self.ledgers), right=range(1, 7))]
        first, *others = self.ledgers.values()
        for name, other in zip(self.names[1:], others, strict=True):
            blocks.append(in_columns(agreement_rows(self.names[0], name, first, other), right=range(1, 5)))
        blocks.append(self.summary())
        return "\n\n".join(["ReplayComparison", *("\n".join(block) for block in blocks)])

    def _repr_html_(self) -> str:
        from midplot.views.pages._comparison_page import comparison_card

        return comparison_card(self)

    def _scores(self, stream_id: int) -> dict[str, float]:
        return {name: ledger.streams[stream_id].score for name, ledger in self.ledgers.items()}

    def _disagreement(self, window: Window, names: tuple[str, str]) -> Disagreement:
        source = next(iter(self.results.values())).labeller
        return Disagreement(
            selection=source.window(window.stream_id, window.first, window.last),
            earned=dict(zip(names, window.earned, strict=True)),
            difference=window.difference,
            why=why_of(window, names),
            expected=expected_of(window),
            _save=self._label,
        )

    def _label(
        self, chosen: Disagreement, expected: float, note: str, tags: Iterable[str], path: str | PathLike[str]
    ) -> Scenario:
        result, selection = next(iter(self.results.values())), chosen.selection
        result.select(selection.stream_id, selection.first, selection.last)
        return result.save_selected(expected, note=note, tags=tags, path=path)
