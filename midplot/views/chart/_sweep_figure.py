"""Draws what was tried in training: a line or heat map of scores with their intervals, and the folds of a walk-forward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from numbers import Real
from typing import Any

import numpy as np

from midplot._text import clipped, signed, with_minus
from midplot.evidence._words import amount
from midplot.views.chart._chart_layout import chart_template
from midplot.views.chart._palette import DARK, EITHER, LIGHT, Palette
from midplot.views.chart._plotly_loaded import go

__all__ = ["Scored", "folds_figure", "sweep_figure"]

Interval = tuple[float, float] | None
Scored = tuple[Mapping[str, Any], float, Interval]
"""Hyper-parameters by name, their score and its interval."""

# Two lines of text fit into a cell of this many per row and column of a chart as wide as a notebook.
MOST_WRITTEN = 10
"""Cells in a row or column of a heat map up to which each has its score and interval written in it."""

_HEIGHT = 460


@dataclass(frozen=True, slots=True)
class _Cells:
    """The colours of a heat map's cells, pale enough for the text in them; they are opaque, whatever the page is."""

    ink: str
    zero: str
    profit: str
    loss: str

    @classmethod
    def on(cls, palette: Palette) -> _Cells:
        return _Cells("#f4f7fa", "#222b36", "#0b6b4e", "#8f4413") if palette is DARK else _ON_LIGHT


_ON_LIGHT = _Cells(LIGHT.ink, "#f6f8fa", "#7fd0b4", "#f0a878")


def sweep_figure(
    grid: Mapping[str, Sequence[Any]],
    scored: Sequence[Scored],
    best: Mapping[str, Any],
    words: Sequence[str],
    palette: Palette = EITHER,
) -> go.Figure:
    """Draw the scores of all combinations of some hyper-parameters.

    Parameters
    ----------
    grid
        The values by name.
    scored
        Hyper-parameters, score and interval of each combination.
    best
        The hyper-parameters of the best one.
    words
        The lines of the heading.
    palette
        The colours.
    """
    names = list(grid)
    if len(names) == 1:
        figure = _line(names[0], grid[names[0]], scored, best, palette)
    else:
        figure = _heat_map((names[0], names[1]), grid, scored, best, _Cells.on(palette))
    _set_looks(figure, "Sweep", words, palette)
    return figure


def folds_figure(rows: Sequence[Mapping[str, Any]], words: Sequence[str], palette: Palette = EITHER) -> go.Figure:
    """Draw each fold: what its streams earned held out, with an interval, beside what as many earned in sample."""
    x = [f"fold {number}" for number in range(len(rows))]
    outside = np.array([row["out_of_sample"] for row in rows], dtype=np.float64)
    low, high = (np.array([row[name] for row in rows], dtype=np.float64) for name in ("low", "high"))
    inside = go.Bar(
        x=x, y=[row["in_sample"] for row in rows], name="in sample, as many streams", marker_color=palette.warm_up
    )
    error = {
        "type": "data",
        "array": high - outside,
        "arrayminus": outside - low,
        "color": palette.ink,
        "thickness": 1.2,
    }
    held_out = go.Bar(x=x, y=outside, name="out of sample", marker_color=palette.equity, error_y=error)
    held_out.customdata = [escape(clipped(str(row["hyper_parameters"]), 80)) for row in rows]
    held_out.hovertemplate = "%{y:+.6~g}<br>%{customdata}<extra></extra>"
    figure = go.Figure(data=[inside, held_out], layout={"barmode": "group", "yaxis": {"title": "score"}})
    _set_looks(figure, "Walk-forward", words, palette)
    return figure


def _line(
    name: str, values: Sequence[Any], scored: Sequence[Scored], best: Mapping[str, Any], palette: Palette
) -> go.Figure:
    numeric = all(isinstance(each, Real) and not isinstance(each, bool) for each in values)
    ordered = sorted(scored, key=lambda each: each[0][name]) if numeric else list(scored)
    x = [each[0][name] if numeric else escape(clipped(str(each[0][name]), 24)) for each in ordered]
    y = np.array([score for _, score, _ in ordered], dtype=np.float64)
    known = [(place, *interval) for place, (_, _, interval) in enumerate(ordered) if interval is not None]
    edges = [x[place] for place, _, _ in known]
    band = go.Scatter(
        x=[*edges, *reversed(edges)],
        y=[*(high for _, _, high in known), *(low for _, low, _ in reversed(known))],
        name="95% of each alone",
        mode="lines",
        fill="toself",
        fillcolor="rgba(0, 114, 178, 0.13)",
        line={"width": 0, "color": palette.equity},
        hoverinfo="skip",
    )
    line = go.Scatter(x=x, y=y, name="score", mode="lines+markers", line={"color": palette.equity, "width": 1.8})
    line.customdata = [_between(interval) for _, _, interval in ordered]
    line.hovertemplate = "%{x}: %{y:+.6~g}<br>%{customdata}<extra></extra>"
    place = next(place for place, each in enumerate(ordered) if each[0] == best)
    mark = {"size": 13, "symbol": "circle-open", "color": palette.ink, "line": {"width": 2}}
    chosen = go.Scatter(x=[x[place]], y=[y[place]], name="best", mode="markers", marker=mark, hoverinfo="skip")
    layout = {"xaxis": {"title": escape(clipped(name))}, "yaxis": {"title": "score", "zeroline": True}}
    return go.Figure(data=[band, line, chosen], layout=layout)


def _heat_map(
    names: tuple[str, str],
    grid: Mapping[str, Sequence[Any]],
    scored: Sequence[Scored],
    best: Mapping[str, Any],
    look: _Cells,
) -> go.Figure:
    down, across = names
    rows, columns = list(grid[down]), list(grid[across])
    cells: dict[tuple[int, int], tuple[float, Interval]] = {}
    for hyper_parameters, score, interval in scored:
        place = rows.index(hyper_parameters[down]), columns.index(hyper_parameters[across])
        # Of more than two hyper-parameters, a cell shows the best combination of the others.
        if place not in cells or score > cells[place][0]:
            cells[place] = score, interval
    z = np.array([[cells[row, column][0] for column in range(len(columns))] for row in range(len(rows))])
    words = [[_between(cells[row, column][1]) for column in range(len(columns))] for row in range(len(rows))]
    shown = [[escape(clipped(str(each), 16)) for each in values] for values in (columns, rows)]
    largest = float(np.abs(z[np.isfinite(z)]).max(initial=0.0)) or 1.0
    small = max(len(rows), len(columns)) <= MOST_WRITTEN
    heat = go.Heatmap(
        x=shown[0],
        y=shown[1],
        z=z,
        zmid=0,
        zmin=-largest,
        zmax=largest,
        colorscale=[[0, look.loss], [0.5, look.zero], [1, look.profit]],
        customdata=words,
        text=[
            [f"{with_minus(signed(value, 3))}<br>{word}" for value, word in zip(*row, strict=True)]
            for row in zip(z, words, strict=True)
        ],
        texttemplate="%{text}" if small else None,
        textfont={"size": 10, "color": look.ink},
        hovertemplate="%{y}, %{x}: %{z:+.6~g}<br>%{customdata}<extra></extra>",
        xgap=1,
        ygap=1,
    )
    row, column = rows.index(best[down]), columns.index(best[across])
    frame = {"x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5}
    others = f" (best of {', '.join(list(grid)[2:])})" if len(grid) > 2 else ""
    layout = {
        "xaxis": {"title": escape(clipped(across + others)), "type": "category", "showgrid": False},
        "yaxis": {"title": escape(clipped(down)), "type": "category", "showgrid": False},
        "shapes": [{"type": "rect", **frame, "line": {"color": look.ink, "width": 2.5}}],
    }
    return go.Figure(data=[heat], layout=layout)


def _between(interval: Interval) -> str:
    return "too little data" if interval is None else " to ".join(map(amount, interval))


def _set_looks(figure: go.Figure, title: str, words: Sequence[str], palette: Palette) -> None:
    subtitle = {"text": "<br>".join(escape(clipped(line, 200)) for line in words)}
    figure.update_layout(
        template=chart_template(palette),
        height=_HEIGHT + 16 * len(words),
        margin_t=76 + 16 * len(words),
        title={"text": f"<b>{title}</b>", "subtitle": subtitle},
        legend={"y": -0.2},
        # The template counts ticks of a stream; here values of any size are meant.
        xaxis={"tickformat": "", "hoverformat": ""},
    )
