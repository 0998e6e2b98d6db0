"""The points of each trace of a chart: of the whole stream or of the visible range, up to a chosen index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

from midplot._arithmetic import quiet
from midplot.game import LATENCY_BUDGET
from midplot.money._account import Memory, StreamAccount
from midplot.money._scoring import IntArray
from midplot.money._when import times_at
from midplot.streams._stream import FloatArray
from midplot.views.chart._bands import DOWN_REACH, UP_REACH, decision_bands
from midplot.views.chart._chart_layout import Trace, price_hover
from midplot.views.chart._clock import common_and_own, time_texts
from midplot.views.chart._detail import LIVE, STILL, Detail
from midplot.views.chart._lines import (
    Drawn,
    Line,
    equity_line,
    latency_line,
    measured_latencies,
    probe_lines,
    realized_line,
    warm_up_line,
)
from midplot.views.chart._marks import Marks, decision_marks
from midplot.views.chart._outcome import Outcome
from midplot.views.chart._ranges import PRICE_MARGIN, range_of
from midplot.views.chart.growth._axis import Axis, scored_axis
from midplot.views.chart.growth._pyramid import FEWEST_POINTS

__all__ = ["BUDGET_MS", "LIVE", "STILL", "Detail", "Drawing"]

# Points of a selected window. As many as the chart has pixels: a window can span a whole stream by dragging.
MOST_SELECTED = 1000

POINT_BYTES: Final = 16
"""Bytes that a point of the price takes to send, without the text of its time: x, y and an empty text."""

BUDGET_MS = LATENCY_BUDGET * 1e3

_NEAR = 0.25
"""The budget is drawn if a decision took this fraction of it; otherwise the line would only squeeze the panel."""

_OUTCOMES = {
    Trace.UP_PROFIT: Outcome.UP_PROFIT,
    Trace.UP_LOSS: Outcome.UP_LOSS,
    Trace.DOWN_PROFIT: Outcome.DOWN_PROFIT,
    Trace.DOWN_LOSS: Outcome.DOWN_LOSS,
    Trace.UNRESOLVED: Outcome.UNRESOLVED,
}

Points = dict[str, Any]

_P = ParamSpec("_P")
_T = TypeVar("_T")


def alone(method: Callable[Concatenate[Drawing, _P], _T]) -> Callable[Concatenate[Drawing, _P], _T]:
    """Decorate a method of a drawing, so that no other thread extends what is kept of the stream meanwhile."""

    @wraps(method)
    def run(self: Drawing, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        memory = self.account.memory
        with memory.lock:
            try:
                return method(self, *args, **kwargs)
            except BaseException:
                # Ctrl-C may have come in the middle of an extension: the next drawing starts anew.
                memory.held.clear()
                raise

    return run


class Drawing:
    """One replayed stream as points of traces.

    What a live one has to know of the stream, its accounts keep from one look to the next: a drawing of a stream that goes
    on costs what is new, and the points that are asked for.

    Parameters
    ----------
    account
        The decisions on the stream, and what they earned.
    detail
        How much of the stream to draw.
    """

    def __init__(self, account: StreamAccount, detail: Detail = STILL) -> None:
        # A chart that is drawn once leaves nothing behind: of a thousand reported streams it would be more than they are.
        self.account = account if detail.is_live else replace(account, memory=Memory())
        self.detail = detail

    @cached_property
    def _axis(self) -> Axis:
        return scored_axis(self.account.parts)

    @cached_property
    def price(self) -> Line:
        """The price at the scored ticks."""
        return realized_line(self.account, self._axis)

    @cached_property
    def warm_up(self) -> Line:
        """The price at the ticks before the scored ones."""
        return warm_up_line(self.account)

    @cached_property
    def _equity(self) -> Line:
        return equity_line(self.account, self._axis)

    @cached_property
    def latency(self) -> Line:
        """The time that each decision took, in milliseconds."""
        return latency_line(self.account, self._axis)

    @cached_property
    def _probes(self) -> dict[str, Line]:
        return probe_lines(self.account)

    @cached_property
    @alone
    def latency_span(self) -> tuple[float, float] | None:
        """The shortest and the longest time that a decision took, in milliseconds; None where nothing was measured."""
        span = self.latency.span(0, len(self.latency))
        if span is None or span[0] > 0:
            return span
        # The clock of some systems is so coarse that it gives 0, which has no place on a logarithmic axis.
        return measured_latencies(self.account, self._axis).span(0, len(self.latency))

    @property
    def is_near_budget(self) -> bool:
        """Whether a decision came near the budget."""
        return self.latency_span is not None and self.latency_span[1] >= _NEAR * BUDGET_MS

    @alone
    def points(
        self,
        visible: tuple[float, float] | None = None,
        *,
        last: int | None = None,
        decisions: bool = True,
        keep: IntArray | None = None,
    ) -> dict[Trace, Points]:
        """Return the points of each trace, thinned.

        Parameters
        ----------
        visible
            Original indices at the edges of the chart; None for the whole stream.
        last
            Last original index to draw, and to know outcomes by; None for all.
        decisions
            Whether to draw what the attacker decided and earned.
        keep
            Original indices of scored ticks at which the price is drawn in any case.
        """
        marks = self._marks(visible, last if decisions else -1)
        by_outcome = {trace: marks.of(outcome) for trace, outcome in _OUTCOMES.items()}
        equity = self._equity.until(last if decisions else -1)
        return {
            Trace.REALIZED: self._price_points(marks, visible, last, keep),
            Trace.WARM_UP: _line(self.warm_up.until(last), self.detail.price, visible),
            Trace.UP_BANDS: self._band_points(visible, last, up=True) if decisions else _nothing(),
            Trace.DOWN_BANDS: self._band_points(visible, last, up=False) if decisions else _nothing(),
            **{trace: {"x": as_x(mark.index), "y": mark.price} for trace, mark in by_outcome.items()},
            Trace.EQUITY: _short(_line(equity, self.detail.panel, visible)),
            Trace.LATENCY: _short(_line(self.latency.until(last), self.detail.panel, visible)),
            Trace.BUDGET: self._budget_points(),
        }

    @alone
    def probe_points(
        self,
        names: Sequence[str],
        visible: tuple[float, float] | None = None,
        *,
        last: int | None = None,
        decisions: bool = True,
    ) -> list[Points]:
        """Return the points of the lines of probes; arguments as in `points`."""
        # The lines share the points of one panel, so that a message stays as small with four probes as with one.
        lines = [self._probes.get(name) for name in names]
        n_out = self.detail.panel // max(1, len(names))
        return [
            _line(line.until(last), n_out, visible) if decisions and line is not None else _nothing() for line in lines
        ]

    @alone
    def window(self, first: int, last: int) -> Points:
        """Return the points of a selected window, including its warm-up; both indices are inclusive."""
        lines = [line for line in (self.warm_up, self.price) if len(line)]
        ranges = [line.within(first, last) for line in lines]
        wanted = sum(stop - start for start, stop in ranges)
        share = min(1.0, MOST_SELECTED / max(1, wanted))
        found = [
            line.between(start, stop, max(FEWEST_POINTS, int(share * (stop - start))))
            for line, (start, stop) in zip(lines, ranges, strict=True)
            if start < stop
        ]
        index = np.concatenate([np.empty(0, dtype=np.int64), *(each.index for each in found)])
        y = np.concatenate([np.empty(0), *(each.y for each in found)])
        # The two lines share the tick at which they meet, and the one between two parts has no price.
        index, unique = np.unique(index, return_index=True)
        present = ~np.isnan(y[unique])
        return {"x": as_x(index[present]), "y": y[unique][present]}

    @alone
    def extent(self) -> tuple[int, int]:
        """Return the first and last original index; 0 and 0 if there are no ticks."""
        axes = [line.axis for line in (self.warm_up, self.price) if len(line)]
        ends = [int(each) for axis in axes for each in axis.index_at(np.array([0, len(axis) - 1]))]
        return (min(ends), max(ends)) if ends else (0, 0)

    @alone
    def nearest_index(self, x: float, last: int | None = None) -> int | None:
        """Return the original index of the value nearest to a position on the x-axis, or None if there is no value."""
        candidates = []
        for line in (self.warm_up.until(last), self.price.until(last)):
            if len(line):
                place = line.axis.position_of(x)
                # Between two parts lies one position without a price, so that one of the three before it has one.
                near = np.unique(np.clip(np.arange(place - 2, place + 2), 0, len(line) - 1))
                candidates += line.axis.index_at(near[~np.isnan(line.at(near))]).tolist()
        return min(candidates, key=lambda index: (abs(index - x), index)) if candidates else None

    @alone
    def price_span(self, low: float, high: float) -> tuple[float, float] | None:
        """Return the range of prices between two indices, with a margin, or None if there are none."""
        spans = [line.span(*line.within(low, high)) for line in (self.warm_up, self.price)]
        seen = [price for span in spans if span is not None for price in span]
        if not seen:
            return None
        return range_of(min(seen), max(seen), PRICE_MARGIN)

    def _marks(self, visible: tuple[float, float] | None, last: int | None) -> Marks:
        return decision_marks(self.account, self._axis, visible, last=last, at_most=self.detail.marks)

    def _price_points(
        self, marks: Marks, visible: tuple[float, float] | None, last: int | None, keep: IntArray | None
    ) -> Points:
        """Thin the price but keep the marked decisions, so that the hover text of each is found at its index."""
        low, high = _edges(visible)
        line = self.price.until(last)
        n_out = self.detail.price
        always = marks.index if keep is None else np.union1d(marks.index, keep)
        points = line.thinned(max(FEWEST_POINTS, n_out - len(marks)), low, high, always=always)
        common, own = self._clock(points)
        if self.detail.is_live and any(own):
            # How long the texts are is known only once points are chosen, so they are chosen twice.
            n_out = n_out * POINT_BYTES // (POINT_BYTES + max(map(len, own)))
            points = line.thinned(max(FEWEST_POINTS, n_out - len(marks)), low, high, always=marks.index)
            common, own = self._clock(points)
        texts = np.array(own, dtype=object)
        texts[np.searchsorted(points.index, marks.index)] += np.array(marks.texts(), dtype=object)
        return {"x": as_x(points.index), "y": points.y, "customdata": texts, "hovertemplate": price_hover(common)}

    def _clock(self, points: Drawn) -> tuple[str, list[str]]:
        """Return the beginning that the times of all points share, and the rest of each."""
        times = times_at(self.account, points.index)
        if times is None:
            return "", [""] * len(points)
        texts = np.array(time_texts(times), dtype=object)
        shown = ~np.isnan(points.y)
        common, texts[shown] = common_and_own(texts[shown].tolist())
        return common, texts.tolist()

    def _band_points(self, visible: tuple[float, float] | None, last: int | None, *, up: bool) -> Points:
        bands = decision_bands(self.account, self._axis, visible, up=up, last=last, at_most=self.detail.bands)
        x, y = bands.polygons(*(UP_REACH if up else DOWN_REACH))
        return {"x": as_x(x), "y": y.astype(np.float32)}

    def _budget_points(self) -> Points:
        if not self.is_near_budget:
            return _nothing()
        return {"x": as_x(self._axis.index_at(np.array([0, len(self._axis) - 1]))), "y": np.full(2, BUDGET_MS)}


def as_x(index: IntArray) -> npt.NDArray[Any]:
    """Return indices in a type that plotly sends as binary: it writes int64 as text."""
    fits = not len(index) or index[-1] <= np.iinfo(np.int32).max
    return index.astype(np.int32 if fits else np.float64)


def _nothing() -> Points:
    return {"x": np.empty(0), "y": np.empty(0)}


def _line(line: Line, n_out: int, visible: tuple[float, float] | None) -> Points:
    points = line.thinned(n_out, *_edges(visible))
    return {"x": as_x(points.index), "y": points.y}


def _short(points: Points) -> Points:
    return {**points, "y": as_y(points["y"])}


@quiet()
def as_y(y: FloatArray) -> FloatArray | npt.NDArray[np.float32]:
    """Return values in half the bytes, unless they are too large for float32."""
    # Seven digits are left, one more than is shown.
    short = y.astype(np.float32)
    return short if np.array_equal(np.isfinite(short), np.isfinite(y)) else y


def _edges(visible: tuple[float, float] | None) -> tuple[int | None, int | None]:
    return (None, None) if visible is None else (int(np.floor(visible[0])), int(np.ceil(visible[1])))
