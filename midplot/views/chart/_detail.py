"""How much of a stream a chart draws at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from midplot.views.chart._marks import MOST_MARKS

__all__ = ["LIVE", "STILL", "Detail"]


@dataclass(frozen=True, slots=True)
class Detail:
    """How much of a stream is drawn at once.

    Attributes
    ----------
    price, panel
        Number of points of the price, and of the line in each panel below it.
    marks
        Number of decisions that are marked: of each stretch with decisions, the one with the largest outcome.
    bands
        Number of bands per colour.
    is_live
        Whether the stream will be drawn again, so that its account keeps what was found out about it. Fewer points are
        drawn when they have times, so that a message is no larger than without.
    """

    price: int
    panel: int
    marks: int
    bands: int
    is_live: bool = False


STILL: Final = Detail(price=3000, panel=1500, marks=MOST_MARKS, bands=1000)
"""For a chart that is drawn once: about twice the pixels that a wide screen has."""

LIVE: Final = Detail(price=1400, panel=500, marks=300, bands=120, is_live=True)
"""For a chart that is refined when a person zooms: a refresh sends less than 60 kB, whatever was decided."""
