"""Draws several replays of the same streams: their equities, the differences with a band for luck, and their decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from midplot._arithmetic import quiet
from midplot._text import clipped, counted
from midplot.evidence._blocks import block_sums, block_ticks
from midplot.evidence._luck import Luck, luck_of
from midplot.evidence._paired import or_the_same
from midplot.money._account import PartAccount
from midplot.money._ledger import Ledger
from midplot.money._scoring import IntArray
from midplot.streams._stream import FloatArray
from midplot.views.chart._chart_layout import chart_template, panel_name
from midplot.views.chart._drawing import as_x
from midplot.views.chart._outcome import FILLED_AND_HOLLOW, mark_of, outcome_of
from midplot.views.chart._palette import EITHER, Palette
from midplot.views.chart._plotly_loaded import go
from midplot.views.chart._thin import thinned

__all__ = ["comparison_figure", "comparison_styles"]

MOST_POINTS = 1500
"""Points of a line, and marks of one direction in a row: as many as a chart has pixels."""

# 95% of a normal distribution lie within this many standard deviations.
_WITHIN = 1.96

_EQUITY_PANEL, _DIFFERENCE_PANEL, _DECISIONS_PANEL = (0.56, 1.0), (0.22, 0.49), (0.0, 0.15)
_HEIGHT = 560

_MOST_NAMES = 12
"""Streams up to which each is named below its stretch of the x-axis."""

_SMALL: dict[str, Any] = {"font": {"size": 12}}


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """Points of a line; both arrays have shape ``(n,)``."""

    index: IntArray
    y: FloatArray

    def thinned(self) -> _Line:
        """Return the points that are worth drawing."""
        if len(self.y) <= MOST_POINTS:
            return self
        kept = thinned(self.y, n_out=MOST_POINTS)
        return _Line(self.index[kept], self.y[kept])


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of one replay and where it is drawn: the position of its first scored tick on the x-axis."""

    account: PartAccount
    start: int

    @property
    def x(self) -> IntArray:
        return np.arange(self.start, self.start + self.account.n_ticks, dtype=np.int64)


def comparison_figure(
    ledgers: Mapping[str, Ledger],
    differences: Mapping[str, Luck],
    stream_id: int | None = None,
    palette: Palette = EITHER,
) -> go.Figure:
    """Draw several replays of the same streams.

    Parameters
    ----------
    ledgers
        The replays by name.
    differences
        The luck in the difference of each from the first, by name.
    stream_id
        The stream to draw; None for all of them, one after the other.
    palette
        The colours.

    Returns
    -------
    plotly.graph_objects.Figure
        Static. It has three panels on one x-axis, and a number of traces that depends only on the number of replays.
    """
    stretches = {name: _stretches(ledger, stream_id) for name, ledger in ledgers.items()}
    first, *others = ledgers
    equities = {name: _equity(each) for name, each in stretches.items()}
    traces = [_line_trace(name, equity, "y") for name, equity in equities.items()]
    if len(others) == 1:
        traces.append(_band(ledgers[first], ledgers[others[0]], stretches[first], stream_id))
    traces += [_difference(first, name, equities) for name in others]
    for row, (name, parts) in enumerate(reversed(stretches.items())):
        traces += [_decisions(name, parts, row, up=up) for up in (True, False)]
    figure = go.Figure(data=traces, layout=_layout(list(ledgers), palette))
    _style(figure, comparison_styles(palette, len(ledgers)))
    subtitle = [_words(ledgers, name, luck, stream_id) for name, luck in differences.items()]
    figure.update_layout(title=_heading(ledgers[first], stream_id, subtitle), margin_t=76 + 16 * len(subtitle))
    several = stream_id is None and len(ledgers[first].streams) > 1
    figure.update_layout(xaxis=_stream_axis(ledgers[first]) if several else {"title": {"text": "tick", **_SMALL}})
    if several:
        figure.update_layout(shapes=_boundaries(ledgers[first], palette))
    return figure


def comparison_styles(palette: Palette, n: int) -> list[dict[str, Any]]:
    """Return the look of each trace of a comparison of ``n`` replays, in order."""
    colours = [palette.muted, palette.equity, palette.latency, palette.down, palette.up, palette.selected_edge]
    lines: list[dict[str, Any]] = [
        {"line": {"color": colours[place % len(colours)], "width": 1.6}} for place in range(n)
    ]
    if n == 2:
        fill: dict[str, Any] = {
            "fillcolor": "rgba(127, 140, 155, 0.20)",
            "line": {"color": palette.realized, "width": 0},
        }
        differences = [fill, {"line": {"color": palette.latency, "width": 1.6}}]
    else:
        differences = lines[1:]
    marks = [{"marker": {"color": palette.up}}, {"marker": {"color": palette.down}}] * n
    return [*lines, *differences, *marks]


def _style(figure: go.Figure, styles: list[dict[str, Any]]) -> None:
    for trace, style in zip(figure.data, styles, strict=True):
        trace.update(style)


# What is drawn


def _stretches(ledger: Ledger, stream_id: int | None) -> list[_Stretch]:
    if stream_id is not None:
        parts = ledger.streams[stream_id].parts
        return [_Stretch(part, part.part.index_of(part.part.warmup)) for part in parts]
    ends = np.cumsum([0, *(part.n_ticks for part in ledger.parts)]).tolist()
    return [_Stretch(part, start) for part, start in zip(ledger.parts, ends, strict=False)]


@quiet()
def _equity(stretches: list[_Stretch]) -> _Line:
    index = np.concatenate([np.empty(0, dtype=np.int64), *(each.x for each in stretches)])
    return _Line(index, np.cumsum(np.concatenate([np.empty(0), *(each.account.booked for each in stretches)])))


def _line_trace(name: str, line: _Line, axis: str) -> go.Scatter:
    points = line.thinned()
    return go.Scatter(
        x=as_x(points.index),
        y=points.y,
        name=escape(clipped(name)),
        yaxis=axis,
        mode="lines",
        line_shape="hv",
        hovertemplate="%{y:+.6~g}",
    )


def _difference(first: str, name: str, equities: Mapping[str, _Line]) -> go.Scatter:
    one, other = equities[first], equities[name]
    with quiet():
        trace = _line_trace(f"{name} minus {first}", _Line(other.index, other.y - one.y), "y2")
    return trace.update(showlegend=len(equities) == 2)


def _band(first: Ledger, second: Ledger, stretches: list[_Stretch], stream_id: int | None) -> go.Scatter:
    """Return the band in which the difference of two attackers stays 95% of the time by luck alone, tick by tick."""
    one, other = block_sums(first), block_sums(second)
    chosen = list(one) if stream_id is None else [stream_id]
    with quiet():
        squares = np.concatenate([np.empty(0), *((other[each] - one[each]) ** 2 for each in chosen)])
        half = _WITHIN * np.sqrt(np.cumsum(squares))
    ends = np.concatenate([np.empty(0, dtype=np.int64), *_block_ends(stretches, first.settings.horizon)])
    edge = _Line(ends, half).thinned()
    start = stretches[0].start if stretches else 0
    x = np.concatenate([[start], edge.index])
    y = np.concatenate([[0.0], edge.y])
    return go.Scatter(
        x=as_x(np.concatenate([x, x[::-1]]).astype(np.int64)) if len(x) else [],
        y=np.concatenate([y, -y[::-1]]),
        name="95% of what luck alone does",
        yaxis="y2",
        mode="lines",
        fill="toself",
        hoverinfo="skip",
    )


def _block_ends(stretches: list[_Stretch], horizon: int) -> Iterator[IntArray]:
    """Yield the last position of each block of each part; the last block of a part ends with it."""
    size = block_ticks(horizon)
    for each in stretches:
        n = each.account.n_ticks
        if n:
            ends = np.arange(1, max(1, n // size) + 1, dtype=np.int64) * size - 1
            ends[-1] = n - 1
            yield each.start + ends


def _decisions(name: str, stretches: list[_Stretch], row: int, *, up: bool) -> go.Scatter:
    decided = [_decided(each, up) for each in stretches]
    x = np.concatenate([np.empty(0, dtype=np.int64), *(ticks for ticks, _ in decided)])
    profits = np.concatenate([np.empty(0), *(profit for _, profit in decided)])
    direction = "up" if up else "down"
    kept = _one_per_pixel(x)
    return go.Scatter(
        x=as_x(x[kept]),
        y=np.full(len(kept), float(row)),
        name=f"{escape(clipped(name))}, {direction}",
        yaxis="y3",
        mode="markers",
        marker={
            "symbol": [mark_of(outcome_of(1 if up else -1, each)).symbol for each in profits[kept].tolist()],
            "angle": 0 if up else -180,
            "size": 6,
        },
        showlegend=False,
        hovertemplate=f"{direction}",
    )


def _decided(stretch: _Stretch, up: bool) -> tuple[IntArray, FloatArray]:
    """Return the positions of the decisions in a direction, and their profits."""
    trades = stretch.account.trades
    chosen = (trades.decision > 0) == up
    found: IntArray = trades.tick[chosen].astype(np.int64) - stretch.account.part.warmup + stretch.start
    return found, trades.profit[chosen]


def _one_per_pixel(x: IntArray) -> IntArray:
    """Return the places of no more positions than there are pixels: of those on one, only the first would be seen."""
    if len(x) <= MOST_POINTS:
        return np.arange(len(x))
    width = (int(x[-1]) - int(x[0])) // MOST_POINTS + 1
    _, first = np.unique((x - x[0]) // width, return_index=True)
    kept: IntArray = first
    return kept


# How it looks


def _layout(names: list[str], palette: Palette) -> go.Layout:
    rows = [escape(clipped(name, 24)) for name in reversed(names)]
    return go.Layout(
        template=chart_template(palette),
        height=_HEIGHT,
        hovermode="x unified",
        xaxis={"anchor": "y3"},
        legend={"y": -0.15},  # below the title of the x-axis
        yaxis={"domain": _EQUITY_PANEL, "nticks": 6, "zeroline": True},
        yaxis2={"domain": _DIFFERENCE_PANEL, "anchor": "x", "nticks": 5, "zeroline": True},
        yaxis3={
            "domain": _DECISIONS_PANEL,
            "anchor": "x",
            "range": [-0.6, len(names) - 0.4],
            "tickvals": list(range(len(names))),
            "ticktext": rows,
            "showgrid": False,
            "fixedrange": True,
        },
        annotations=[
            panel_name("Equity", _EQUITY_PANEL[1]),
            panel_name("Difference" if len(names) == 2 else f"Difference from {rows[-1]}", _DIFFERENCE_PANEL[1]),
            panel_name(f"Decisions ▲▼  ·  {FILLED_AND_HOLLOW}", _DECISIONS_PANEL[1]),
        ],
    )


def _words(ledgers: Mapping[str, Ledger], name: str, luck: Luck, stream_id: int | None) -> str:
    first = next(iter(ledgers))
    if stream_id is not None:
        luck = or_the_same(luck_of({stream_id: luck.sums[stream_id]}), ledgers[first], ledgers[name], stream_id)
    return escape(f"{clipped(name)} minus {clipped(first)}: {luck}")


def _heading(ledger: Ledger, stream_id: int | None, lines: list[str]) -> dict[str, Any]:
    n = len(ledger.streams)
    title = ledger.streams[stream_id].title if stream_id is not None else "all streams, one after the other"
    if stream_id is None and n == 1:
        title = next(iter(ledger.streams.values())).title
    return {"text": f"<b>Comparison</b>   {escape(clipped(title))}", "subtitle": {"text": "<br>".join(lines)}}


def _stream_axis(ledger: Ledger) -> dict[str, Any]:
    """Return what the x-axis says where streams lie one after the other: their names, as long as they fit."""
    n = len(ledger.streams)
    title = {"text": f"{counted(n, 'stream')}, one after the other", **_SMALL}
    if n > _MOST_NAMES:
        return {"title": {"text": f"tick, of {title['text']}", **_SMALL}}
    sizes = np.array([account.n_ticks for account in ledger.streams.values()])
    middles = np.cumsum(sizes) - sizes / 2
    names = [escape(clipped(account.title, 14)) for account in ledger.streams.values()]
    return {"title": title, "tickvals": middles.tolist(), "ticktext": names, "ticks": "", "tickfont": {"size": 10}}


def _boundaries(ledger: Ledger, palette: Palette) -> list[dict[str, Any]]:
    """Return a dotted line where each stream but the first starts."""
    ends = np.cumsum([account.n_ticks for account in ledger.streams.values()]).tolist()[:-1]
    # More lines than this would hide what they separate.
    if len(ends) > 60:
        return []
    line = {"color": palette.rule, "width": 1, "dash": "dot"}
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": x,
            "x1": x,
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "line": line,
        }
        for x in ends
    ]
