"""How the score depends on the rules of the game: text, frame and figure."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

from midplot._text import counted, in_columns, plain
from midplot.evidence._rescore import Rescored

if TYPE_CHECKING:
    import pandas as pd

    from midplot.views.chart._figure import Figure

__all__ = ["Sensitivity"]


@dataclass(frozen=True, repr=False, eq=False)
class Sensitivity:
    """The score, and how much of it may be luck, over grids of epsilon, trading lag, backoff and horizon.

    One rule varies at a time; the decisions and the other rules are those of the replay.

    Parameters
    ----------
    scores
        One entry per rule and value.
    """

    scores: tuple[Rescored, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per rule and value.

        Returns
        -------
        pandas.DataFrame
            Columns ``rule, value, is_own, n_decisions, score, low, high, p``; the last three are NaN if there is too
            little data. ``is_own`` marks the rules of the replay. A trading lag is 0 or 1.
        """
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "rule": each.rule,
                    "value": each.value,
                    "is_own": each.is_own,
                    "n_decisions": each.n_decisions,
                    "score": each.luck.score,
                    "low": nan if each.luck.interval is None else each.luck.interval[0],
                    "high": nan if each.luck.interval is None else each.luck.interval[1],
                    "p": nan if each.luck.p is None else each.luck.p,
                }
                for each in self.scores
            ]
        )

    def figure(self, *, dark: bool | None = None) -> Figure:
        """Draw one panel per rule: the score with its 95% interval by the value of the rule.

        Parameters
        ----------
        dark
            The colours: True for a dark page, False for a light one. By default the figure has no background, and colours
            that can be read on either.

        Returns
        -------
        plotly.graph_objects.Figure
            The filled point is the replay's own.
        """
        from midplot.views.chart._evidence_figures import scores_figure
        from midplot.views.chart._palette import palette_for

        return scores_figure(self.scores, palette_for(dark))

    def __repr__(self) -> str:
        rows = [
            (
                each.rule,
                plain(each.value),
                "*" if each.is_own else "",
                str(each.luck),
                counted(each.n_decisions, "decision"),
            )
            for each in self.scores
        ]
        return "\n".join(["Sensitivity (* as replayed)", *(f"  {line}" for line in in_columns(rows, right={1}))])
