"""What the price does around decisions: text, frame and figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from midplot.evidence._paths import MeanPath
from midplot.evidence._shown import path_words

if TYPE_CHECKING:
    import pandas as pd

    from midplot.views.chart._figure import Figure

__all__ = ["EventStudy"]


@dataclass(frozen=True, repr=False, eq=False)
class EventStudy:
    """The mean path of the price around decisions up and down: whether the move comes after the decision or before it.

    Parameters
    ----------
    up, down
        The mean paths, relative to the price at the decision, in the units of the price.
    horizon
        Ticks from a decision to its resolution.
    """

    up: MeanPath
    down: MeanPath
    horizon: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row per direction and offset.

        Returns
        -------
        pandas.DataFrame
            Columns ``direction, offset, mean, low, high, n``: the sign of the decisions, the ticks from the decision,
            the mean move since the decision with its 95% band, and the number of decisions. The band is NaN if there is
            too little data.
        """
        import pandas as pd

        columns = ["offset", "mean", "low", "high"]
        blocks = [
            pd.DataFrame({"direction": path.direction, **{name: getattr(path, name) for name in columns}, "n": path.n})
            for path in (self.up, self.down)
        ]
        return pd.concat(blocks, ignore_index=True)

    def figure(self, *, dark: bool | None = None) -> Figure:
        """Draw both paths with their bands.

        Parameters
        ----------
        dark
            The colours: True for a dark page, False for a light one. By default the figure has no background, and colours
            that can be read on either.

        Returns
        -------
        plotly.graph_objects.Figure
        """
        from midplot.views.chart._evidence_figures import paths_figure
        from midplot.views.chart._palette import palette_for

        return paths_figure([self.up, self.down], self.horizon, palette_for(dark))

    def __repr__(self) -> str:
        return "\n".join(["EventStudy", *(f"  {path_words(path, self.horizon)}" for path in (self.up, self.down))])
