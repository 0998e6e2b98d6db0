"""Which points each trace of a chart has: all of a stream, or what is in sight of it, up to a chosen index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from midplot.core.account import StreamAccount
from midplot.core.arithmetic import quiet
from midplot.core.game import LATENCY_BUDGET
from midplot.core.ledger import IntArray
from midplot.core.stream import FloatArray
from midplot.core.thin import FEWEST_POINTS
from midplot.core.when import times_at
from midplot.views.bands import DOWN_REACH, UP_REACH, Bands, decision_bands
from midplot.views.chart_layout import Trace, price_hover
from midplot.views.clock import common_and_own, time_texts
from midplot.views.lines import Line, equity_line, latency_line, probe_lines, realized_line, warm_up_line
from midplot.views.marks import MOST_MARKS, Marks, Outcome, decision_marks

__all__ = ["BUDGET_MS", "LIVE", "STILL", "Detail", "Drawing"]

MOST_SELECTED = 1000

POINT_BYTES: Final = 16
"""What a point of the price takes without the text of its time."""

BUDGET_MS = LATENCY_BUDGET * 1e3

_NEAR = 0.25
"""The budget is drawn where a decision took this share of it; elsewhere it would only squeeze the panel."""

_OUTCOMES = {
    Trace.UP_PROFIT: Outcome.UP_PROFIT,
    Trace.UP_LOSS: Outcome.UP_LOSS,
    Trace.DOWN_PROFIT: Outcome.DOWN_PROFIT,
    Trace.DOWN_LOSS: Outcome.DOWN_LOSS,
    Trace.UNRESOLVED: Outcome.UNRESOLVED,
}

Points = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Detail:
    """How much of a stream is drawn at one look.

    Attributes
    ----------
    price, panel
        Points of the price, and of the line in each panel below it.
    marks
        Decisions that are marked, those with the largest outcomes.
    bands
        Bands of a colour.
    is_live
        Whether the texts of times take the room of points, so that what is sent stays as small as without.
    """

    price: int
    panel: int
    marks: int
    bands: int
    is_live: bool = False


STILL: Final = Detail(price=3000, panel=1500, marks=MOST_MARKS, bands=1000)
"""For a chart that is drawn once."""

LIVE: Final = Detail(price=1400, panel=500, marks=300, bands=120, is_live=True)
"""For one that is refined when a person zooms: what a refresh sends stays below 60 kB, whatever is decided."""


class Drawing:
    """One replayed stream, as points of traces.

    Parameters
    ----------
    account
        What was decided on the stream, and what it earned.
    detail
        How much of it to draw.
    """

    def __init__(self, account: StreamAccount, detail: Detail = STILL) -> None:
        self.account = account
        self.detail = detail

    @cached_property
    def price(self) -> Line:
        """The price, scored ticks only."""
        return realized_line(self.account)

    @cached_property
    def warm_up(self) -> Line:
        """The price before what is scored."""
        return warm_up_line(self.account)

    @cached_property
    def _marks(self) -> Marks:
        return decision_marks(self.account)

    @cached_property
    def _equity(self) -> Line:
        return equity_line(self.account)

    @cached_property
    def latency(self) -> Line:
        """How long decisions took, in milliseconds."""
        return latency_line(self.account)

    @cached_property
    def _probes(self) -> dict[str, Line]:
        return probe_lines(self.account)

    @cached_property
    def is_near_budget(self) -> bool:
        """Whether a decision came near the budget."""
        return bool((self.latency.y >= _NEAR * BUDGET_MS).any())

    def points(
        self, in_sight: tuple[float, float] | None = None, *, last: int | None = None, decisions: bool = True
    ) -> dict[Trace, Points]:
        """Return the points of each trace, thinned.

        Parameters
        ----------
        in_sight
            The original indices at the edges of the chart; all of the stream where it is None.
        last
            Draw nothing beyond this index, and no outcome that was not known by then.
        decisions
            Whether to draw what the attacker decided and earned.
        """
        marks = self._shown_marks(in_sight, last) if decisions else self._marks.before(-1)
        equity = _until(self._equity, last) if decisions else _until(self._equity, -1)
        return {
            Trace.REALIZED: self._price_points(marks, in_sight, last),
            Trace.WARM_UP: _line(_until(self.warm_up, last), self.detail.price, in_sight),
            Trace.UP_BANDS: self._band_points(in_sight, last, up=True) if decisions else _nothing(),
            Trace.DOWN_BANDS: self._band_points(in_sight, last, up=False) if decisions else _nothing(),
            **{trace: _mark_points(marks.of(outcome)) for trace, outcome in _OUTCOMES.items()},
            Trace.EQUITY: _short(_line(equity, self.detail.panel, in_sight)),
            Trace.LATENCY: _short(_line(_until(self.latency, last), self.detail.panel, in_sight)),
            Trace.BUDGET: self._budget_points(),
        }

    def probe_points(
        self,
        names: Sequence[str],
        in_sight: tuple[float, float] | None = None,
        *,
        last: int | None = None,
        decisions: bool = True,
    ) -> list[Points]:
        """Return the points of the lines of probes, thinned the more the more there are; arguments as of `points`."""
        lines = [self._probes.get(name) for name in names]
        n_out = self.detail.panel // max(1, len(names))
        return [
            _line(_until(line, last), n_out, in_sight) if decisions and line is not None else _nothing()
            for line in lines
        ]

    def window(self, first: int, last: int) -> Points:
        """Return the points of a selected window, warm-up included; both indices inclusive."""
        lines = [_between(line, first, last) for line in (self.warm_up, self.price)]
        index = np.concatenate([line.index for line in lines])
        y = np.concatenate([line.y for line in lines])
        index, unique = np.unique(index, return_index=True)
        thinned = Line(index, y[unique]).thinned(MOST_SELECTED)
        return {"x": as_x(thinned.index), "y": thinned.y}

    def extent(self) -> tuple[int, int]:
        """Return the first and last original index that is drawn."""
        ends = [int(line.index[place]) for line in (self.warm_up, self.price) if len(line) for place in (0, -1)]
        return (min(ends), max(ends)) if ends else (0, 0)

    def nearest_index(self, x: float, last: int | None = None) -> int | None:
        """Return the original index of the value nearest to a place on the axis; None where there is none."""
        candidates = []
        for line in (_until(self.warm_up, last), _until(self.price, last)):
            present = line.index[~np.isnan(line.y)]
            if len(present):
                place = int(np.searchsorted(present, x))
                candidates += [int(present[min(max(each, 0), len(present) - 1)]) for each in (place - 1, place)]
        return min(candidates, key=lambda index: (abs(index - x), index)) if candidates else None

    def price_span(self, low: float, high: float) -> tuple[float, float] | None:
        """Return the range of prices between two indices, with a margin; None where there are none."""
        seen = np.concatenate([_between(line, low, high).y for line in (self.warm_up, self.price)])
        seen = seen[~np.isnan(seen)]
        if not len(seen):
            return None
        bottom, top = float(seen.min()), float(seen.max())
        margin = 0.05 * (top - bottom) or max(abs(top) * 1e-4, 1e-9)
        return bottom - margin, top + margin

    def _shown_marks(self, in_sight: tuple[float, float] | None, last: int | None) -> Marks:
        marks = self._marks if last is None else self._marks.before(last)
        return (marks if in_sight is None else marks.within(*in_sight)).largest(self.detail.marks)

    def _price_points(self, marks: Marks, in_sight: tuple[float, float] | None, last: int | None) -> Points:
        """Thin the price around the marked decisions, so that pointing at one tells of it and of no other."""
        low, high = _edges(in_sight)
        line = _until(self.price, last)
        n_out = self.detail.price
        points = line.thinned(max(FEWEST_POINTS, n_out - len(marks)), low, high, always=marks.index)
        common, own = self._clock(points)
        if self.detail.is_live and any(own):
            n_out = n_out * POINT_BYTES // (POINT_BYTES + max(map(len, own)))
            points = line.thinned(max(FEWEST_POINTS, n_out - len(marks)), low, high, always=marks.index)
            common, own = self._clock(points)
        told = np.array(own, dtype=object)
        told[np.searchsorted(points.index, marks.index)] += np.array(marks.told(), dtype=object)
        return {"x": as_x(points.index), "y": points.y, "customdata": told, "hovertemplate": price_hover(common)}

    def _clock(self, points: Line) -> tuple[str, list[str]]:
        """Return what the times of all points begin with, and the rest of each."""
        times = times_at(self.account, points.index)
        if times is None:
            return "", [""] * len(points)
        texts = np.array(time_texts(times), dtype=object)
        shown = ~np.isnan(points.y)
        common, texts[shown] = common_and_own(texts[shown].tolist())
        return common, texts.tolist()

    def _band_points(self, in_sight: tuple[float, float] | None, last: int | None, *, up: bool) -> Points:
        bands = decision_bands(self.account, up=up)
        keep = np.ones(len(bands), dtype=bool)
        if in_sight is not None:
            keep &= (bands.last >= in_sight[0]) & (bands.first <= in_sight[1])
        if last is not None:
            keep &= bands.first <= last
        ends = bands.last[keep] if last is None else np.minimum(bands.last[keep], last)
        x, y = Bands(bands.first[keep], ends).merged(self.detail.bands).polygons(*(UP_REACH if up else DOWN_REACH))
        return {"x": as_x(x), "y": y.astype(np.float32)}

    def _budget_points(self) -> Points:
        if not self.is_near_budget:
            return _nothing()
        return {"x": as_x(self.latency.index[[0, -1]]), "y": np.full(2, BUDGET_MS)}


def as_x(index: IntArray) -> npt.NDArray[Any]:
    """Return indices in a type that travels as binary: int64 would be written out as text."""
    fits = not len(index) or index[-1] <= np.iinfo(np.int32).max
    return index.astype(np.int32 if fits else np.float64)


def _nothing() -> Points:
    return {"x": np.empty(0), "y": np.empty(0)}


def _line(line: Line, n_out: int, in_sight: tuple[float, float] | None) -> Points:
    points = line.thinned(n_out, *_edges(in_sight))
    return {"x": as_x(points.index), "y": points.y}


def _short(points: Points) -> Points:
    """Write y in half the bytes: seven digits, one more than are shown; unless it is too large for that."""
    return {**points, "y": as_y(points["y"])}


@quiet()
def as_y(y: FloatArray) -> FloatArray | npt.NDArray[np.float32]:
    """Return values in half the bytes, where they are not too large for that."""
    short = y.astype(np.float32)
    return short if np.array_equal(np.isfinite(short), np.isfinite(y)) else y


def _mark_points(marks: Marks) -> Points:
    return {"x": as_x(marks.index), "y": marks.price}


def _edges(in_sight: tuple[float, float] | None) -> tuple[int | None, int | None]:
    return (None, None) if in_sight is None else (int(np.floor(in_sight[0])), int(np.ceil(in_sight[1])))


def _until(line: Line, last: int | None) -> Line:
    """Return a line up to an index, not a point beyond it."""
    if last is None:
        return line
    stop = int(np.searchsorted(line.index, last, side="right"))
    return Line(line.index[:stop], line.y[:stop])


def _between(line: Line, first: float, last: float) -> Line:
    start = int(np.searchsorted(line.index, first))
    stop = int(np.searchsorted(line.index, last, side="right"))
    present = ~np.isnan(line.y[start:stop])
    return replace(line, index=line.index[start:stop][present], y=line.y[start:stop][present])
