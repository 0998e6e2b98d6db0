"""A plain FigureWidget that follows a replay: all points, and one trace per decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from midplot import HORIZON
from midplot.streams._stream import FloatArray

from .subject import messages

__all__ = ["replay_into_a_plain_figure"]

EVERY = 100
"""Ticks between two updates of the line: what midplot's ``update_frequency`` is by default."""


def replay_into_a_plain_figure(values: FloatArray, infer: Callable[[Iterator[Any]], Iterator[Any]]) -> None:
    """Replay an infer, and draw it in the most obvious way."""
    import plotly.graph_objects as go

    figure = go.FigureWidget()
    figure.add_scatter(y=np.empty(0), name="price")
    decisions = infer(messages(values.tolist()))
    next(decisions)
    for index, decision in enumerate(decisions):
        if decision:
            end = min(index + HORIZON, len(values) - 1)
            figure.add_scatter(x=[index, end], y=[values[index], values[end]], mode="lines", showlegend=False)
        if index % EVERY == EVERY - 1:
            figure.data[0].y = values[: index + 1]
