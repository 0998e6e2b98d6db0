"""Draws evidence: the mean path of the price around decisions, and the score over grids of rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from midplot._text import counted, plain
from midplot.evidence._paths import MeanPath
from midplot.evidence._rescore import RULES, Rescored
from midplot.views.chart._chart_layout import chart_template, panel_name
from midplot.views.chart._palette import EITHER, Palette
from midplot.views.chart._plotly_loaded import go

__all__ = ["narrow_scores", "paths_figure", "scores_figure"]

_HEIGHT: Final = 380
_MARGIN: Final = {"l": 56, "r": 16, "t": 56, "b": 56}

_RULES: Final = {
    "epsilon": "Score by epsilon",
    "with_trading_lag": "Score by trading lag",
    "backoff": "Score by backoff, ticks",
    "horizon": "Score by horizon, ticks",
}
_PANELS: Final = {
    rule: ((0.0, 0.46) if place % 2 == 0 else (0.54, 1.0), (0.62, 1.0) if place < 2 else (0.0, 0.38))
    for place, rule in enumerate(RULES)
}
"""The part of the width and of the height that each panel has."""

_ROOM: Final = 24
"""Characters of all ticks of a panel up to which they stand on one line, in a panel of 230 pixels."""


def paths_figure(paths: Sequence[MeanPath], horizon: int, palette: Palette = EITHER) -> go.Figure:
    """Draw the mean path of the price around decisions up and down, each with its 95% band.

    Parameters
    ----------
    paths
        The paths, as `mean_path` returns them.
    horizon
        Ticks from a decision to its resolution, which the picture marks.
    palette
        The colours.
    """
    figure = go.Figure(data=[trace for path in paths if path.n for trace in _path_traces(path, palette)])
    figure.update_layout(
        template=chart_template(palette),
        height=_HEIGHT,
        margin=_MARGIN,
        hovermode="x",
        xaxis={"title": {"text": "ticks from the decision", "font": {"size": 12}}, "hoverformat": "+,d"},
        yaxis={"zeroline": True},
        legend={"y": 1.02, "yanchor": "bottom"},
        shapes=[_upright(0, palette, "solid"), _upright(horizon, palette, "dash")],
        annotations=[_beside(0, "decision"), _beside(horizon, "resolution")],
    )
    return figure


def _path_traces(path: MeanPath, palette: Palette) -> list[go.Scatter]:
    is_up = path.direction > 0
    name, color, band = ("up", palette.up, palette.up_band) if is_up else ("down", palette.down, palette.down_band)
    x = path.offset.astype(np.int32)
    known = ~np.isnan(path.low)
    outline = {
        "x": np.concatenate([x[known], x[known][::-1]]),
        "y": np.concatenate([path.high[known], path.low[known][::-1]]),
    }
    shared = {"legendgroup": name, "mode": "lines"}
    return [
        go.Scatter(
            **outline,
            **shared,
            fill="toself",
            fillcolor=band,
            line={"width": 0, "color": band},
            hoverinfo="skip",
            showlegend=False,
        ),
        go.Scatter(
            x=x,
            y=path.mean,
            **shared,
            name=f"{counted(path.n, 'decision')} {name}",
            # Up and down differ in more than their colour.
            line={"color": color, "width": 2, "dash": "solid" if is_up else "dot"},
            hovertemplate="%{y:+.4~g}<extra></extra>",
        ),
    ]


def _upright(x: float, palette: Palette, dash: str) -> dict[str, Any]:
    line = {"color": palette.muted, "width": 1, "dash": dash}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper", "line": line, "layer": "below"}


def _beside(x: float, text: str) -> dict[str, Any]:
    return {
        "x": x,
        "y": 0,
        "yref": "paper",
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "bottom",
        "xshift": 3,
    }


def scores_figure(scores: Sequence[Rescored], palette: Palette = EITHER) -> go.Figure:
    """Draw the score with its 95% interval over grids of rules, one panel per rule.

    Parameters
    ----------
    scores
        The scores, as `scores_over` returns them.
    palette
        The colours.
    """
    figure = go.Figure()
    axes: dict[str, Any] = {}
    captions = []
    for place, (rule, (width, height)) in enumerate(_PANELS.items(), start=1):
        number = "" if place == 1 else str(place)
        figure.add_trace(_score_trace([each for each in scores if each.rule == rule], number, palette))
        # Evenly spaced, whatever the values are: grids go over orders of magnitude.
        shown = [_value_text(each) for each in scores if each.rule == rule]
        axes[f"xaxis{number}"] = {
            "domain": width,
            "anchor": f"y{number}",
            "type": "category",
            "fixedrange": True,
            "tickangle": 0,
            "tickvals": shown,
            "ticktext": _side_by_side(shown),
        }
        axes[f"yaxis{number}"] = {"domain": height, "anchor": f"x{number}", "zeroline": True}
        captions.append({**panel_name(_RULES[rule], height[1]), "x": width[0]})
    figure.update_layout(
        template=chart_template(palette),
        height=_HEIGHT + 140,
        margin=_MARGIN | {"t": 28},
        showlegend=False,
        annotations=captions,
        **axes,
    )
    return figure


def _side_by_side(texts: list[str]) -> list[str]:
    """Return texts of ticks, every second one a line lower if they would touch, which plotly would slant."""
    if sum(map(len, texts)) <= _ROOM:
        return texts
    return [f"<br>{text}" if place % 2 else text for place, text in enumerate(texts)]


def narrow_scores() -> dict[str, Any]:
    """Return what differs where there is no room for two panels beside each other: their places, and the height."""
    n, gap = len(_PANELS), 0.1
    share = (1 - gap * (n - 1)) / n
    tops = [1 - place * (share + gap) for place in range(n)]
    heights = [(max(0.0, top - share), top) for top in tops]
    names = ["" if place == 0 else str(place + 1) for place in range(n)]
    return {
        "axes": {f"xaxis{name}": [0, 1] for name in names}
        | {f"yaxis{name}": list(height) for name, height in zip(names, heights, strict=True)},
        "captions": [{"x": 0, "y": height[1]} for height in heights],
        "height": 200 * n,
    }


def _score_trace(scores: list[Rescored], number: str, palette: Palette) -> go.Scatter:
    # NaN where there is no interval: plotly then draws the point alone.
    halves = [np.nan if each.luck.interval is None else each.luck.interval[1] - each.luck.score for each in scores]
    return go.Scatter(
        x=[_value_text(each) for each in scores],
        y=[each.luck.score for each in scores],
        error_y={"array": halves, "color": palette.realized, "thickness": 1.4, "width": 4},
        mode="lines+markers",
        line={"color": palette.realized, "width": 1},
        marker={
            "color": [palette.equity if each.is_own else palette.paper for each in scores],
            "line": {"color": palette.equity, "width": 1.6},
            "size": 9,
        },
        text=[f"{each.luck}<br>{counted(each.n_decisions, 'decision')}" for each in scores],
        hovertemplate="<b>%{x}</b>  %{text}<extra></extra>",
        xaxis=f"x{number}",
        yaxis=f"y{number}",
    )


def _value_text(score: Rescored) -> str:
    if score.rule == "with_trading_lag":
        return "one tick" if score.value else "none"
    return plain(score.value)
