"""The charts of a report page: one of every stream, with as many points as the page has room for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from midplot._text import clipped, counted
from midplot.money._account import StreamAccount
from midplot.money._scoring import IntArray
from midplot.views.chart._bands import DOWN_REACH, UP_REACH
from midplot.views.chart._chart_layout import (
    CONFIG,
    LATENCY_CAPTION,
    SHORT_PRICE_CAPTION,
    Trace,
    chart_template,
    trace_styles,
)
from midplot.views.chart._detail import STILL, Detail
from midplot.views.chart._drawing import Drawing
from midplot.views.chart._figure import (
    empty_figure,
    latency_caption,
    outcome_words,
    shown_probes,
    value_axes,
)
from midplot.views.chart._palette import DARK, LIGHT, Palette
from midplot.views.chart._probe_panels import MOST_PANELS, panel_height, probe_style
from midplot.views.chart._windows import opening_window, part_windows
from midplot.views.pages._html import harmless
from midplot.views.pages._packed import Packed, packed, packed_indices

__all__ = ["charts", "looks"]

# A chart of so few points still shows the course of the price, and every stream has one, however many there are.
_LEAST: Final = Detail(price=70, panel=24, marks=12, bands=8)
_LEAST_BYTES: Final = 1_500
"""Bytes that each chart may take in any case."""

_USUAL_BYTES: Final = 60_000
"""About what a chart takes that is as detailed as one in a notebook."""

_MOST_PRICES: Final = 4
"""How many times the points of a notebook's price line a page draws where it has room: nothing refines it on a zoom."""

_TRIES: Final = 4
"""How often a chart is drawn with more or fewer points; each time it comes nearer to its room."""

_FULL: Final = 0.8
"""The part of its room from which a chart is full."""

_ELEMENT: Final = '<script type="application/json" id="chart-{}">'
_ELEMENT_BYTES: Final = 70
"""Bytes of the element around the data of a chart."""

_BANDS: Final = {Trace.UP_BANDS: UP_REACH, Trace.DOWN_BANDS: DOWN_REACH}

_MARKS: Final = (Trace.UP_PROFIT, Trace.UP_LOSS, Trace.DOWN_PROFIT, Trace.DOWN_LOSS, Trace.UNRESOLVED)


def charts(
    streams: Sequence[StreamAccount], horizon: int, room: int, near: Mapping[int, IntArray] | None = None
) -> list[str]:
    """Return the data of each stream's chart, as script elements with the ids ``chart-0`` and so on.

    Parameters
    ----------
    streams
        The streams, in the order of their numbers.
    horizon
        Ticks from a decision to its resolution.
    room
        Bytes that all charts may take together, unless there are so many that even the thinnest take more.
    near
        Original indices, by stream id, at which the price is drawn in any case.
    """
    near = near or {}
    found: dict[int, str] = {}
    # The short ones first: what they leave of their share is for the others.
    order = sorted(range(len(streams)), key=lambda number: streams[number].n_ticks)
    for left, number in zip(range(len(order), 0, -1), order, strict=True):
        account = streams[number]
        room -= _ELEMENT_BYTES
        share = max(_LEAST_BYTES, room // left)
        found[number] = _fitting(account, horizon, share, near.get(account.stream_id))
        room -= len(found[number].encode("utf-8", "replace"))
    return [f"{_ELEMENT.format(number)}{found[number]}</script>\n" for number in range(len(streams))]


def _fitting(account: StreamAccount, horizon: int, share: int, keep: IntArray | None) -> str:
    """Return the data of one chart, with as many points as its share has room for."""
    drawing, probes = Drawing(account), shown_probes(account)
    size = min(_MOST_PRICES, share / _USUAL_BYTES)
    fitting = ""
    for _ in range(_TRIES):
        drawing.detail = _detail(size)
        text = _chart(drawing, probes, horizon, keep)
        taken = len(text.encode("utf-8", "replace"))
        if taken <= share:
            fitting = max(fitting, text, key=len)
        is_most, is_least = size >= _MOST_PRICES, drawing.detail == _LEAST
        if _FULL * share <= taken <= share or (is_most and taken <= share) or (is_least and taken > share):
            break
        size = min(_MOST_PRICES, size * 0.95 * share / taken)
    return fitting or text


def _detail(size: float) -> Detail:
    price, size = size, min(1.0, size)
    return Detail(
        price=max(_LEAST.price, int(STILL.price * price)),
        panel=max(_LEAST.panel, int(STILL.panel * size)),
        marks=max(_LEAST.marks, int(STILL.marks * size)),
        bands=max(_LEAST.bands, int(STILL.bands * size)),
    )


def _chart(drawing: Drawing, probes: list[str], horizon: int, keep: IntArray | None) -> str:
    account = drawing.account
    points: dict[int, dict[str, Any]] = {int(trace): each for trace, each in drawing.points(keep=keep).items()}
    points |= dict(enumerate(drawing.probe_points(probes), len(Trace)))
    price = points[Trace.REALIZED]
    n_drawn = int(np.count_nonzero(~np.isnan(price["y"])))
    chart = {
        "about": _about(account, horizon, probes, n_drawn),
        "points": {place: _packed(place, each) for place, each in points.items() if len(each["x"])},
        "texts": _texts(price["customdata"].tolist()),
        "hover": price["hovertemplate"],
        "axes": value_axes(drawing, points),
        "caption": latency_caption(drawing),
    }
    return harmless(json.dumps(chart, ensure_ascii=False, separators=(",", ":")))


def _packed(trace: int, points: dict[str, Any]) -> list[Packed]:
    x, y = points["x"], points["y"]
    if trace in _BANDS:  # rectangles of four corners: their edges are enough
        return [packed_indices(x[::4]), packed_indices(x[2::4])]
    if trace in _MARKS:  # on the price, which is drawn at each of them
        return [packed_indices(x)]
    return [packed_indices(x), packed(y)]


def _texts(texts: list[str]) -> dict[str, Any]:
    """Split the texts of the points into their times, of which each is written once, and those of the decisions."""
    pairs = [text.partition("<br>") for text in texts]
    times, marks = [pair[0] for pair in pairs], [pair[1] + pair[2] for pair in pairs]
    changes = [place for place, time in enumerate(times) if place == 0 or time != times[place - 1]]
    marked = [place for place, mark in enumerate(marks) if mark]
    return {
        "times": {"at": changes, "text": [times[place] for place in changes]},
        "marks": {"at": marked, "text": [marks[place] for place in marked]},
    }


def _about(account: StreamAccount, horizon: int, probes: list[str], n_drawn: int) -> dict[str, Any]:
    windows = part_windows(account)
    opening = opening_window(windows)
    words = outcome_words(account, horizon)
    if windows:  # a button beside them names a part, and they do not change with it
        words[0] = f"of the stream: {words[0]}"
    if n_drawn < account.n_ticks:
        words.append(
            f"thinned: {n_drawn:,} of {counted(account.n_ticks, 'tick')} drawn, the highest and lowest included"
        )
    return {
        "title": clipped(account.title),
        "words": words,
        "windows": [{"label": w.label, "x": w.x_range, "y": w.y_range} for w in windows],
        "opening": -1 if opening is None else windows.index(opening),
        "added": panel_height(probes),
    }


def looks(streams: Sequence[StreamAccount]) -> str:
    """Return what all charts share, as JSON: traces and panels without points, and the colours of both schemes."""
    figure = empty_figure(shown_probes(streams[0]) if streams else [])
    # The page sets colours that follow the screen, and has text in place of a title.
    figure.update_layout(template=None, margin_t=28)
    shared = {
        "light": _look(LIGHT),
        "dark": _look(DARK),
        "config": CONFIG,
        "captioned": LATENCY_CAPTION,
        "short": SHORT_PRICE_CAPTION,
        "bands": {int(trace): reach for trace, reach in _BANDS.items()},
        "marks": [int(trace) for trace in _MARKS],
    }
    return harmless(f'{{"figure": {figure.to_json()}, {json.dumps(shared)[1:]}')


def _look(palette: Palette) -> dict[str, Any]:
    styles = trace_styles(palette)
    traces = [*(styles[trace] for trace in sorted(styles)), *[probe_style(palette)] * MOST_PANELS]
    return {"template": chart_template(palette).to_plotly_json(), "traces": traces}
