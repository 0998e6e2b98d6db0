"""A stand-in for the replay loop of midplot's first version, with the same kind of work per tick.

Two pydantic objects per tick, a manager that keeps the decisions in a dict, a sink where a chart would be updated, and
midone's ``Pnl`` fed tick by tick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from midplot.game import HORIZON

from .subject import messages

__all__ = ["replay_as_first_version"]


class StreamPoint(BaseModel):
    """A value and its place in a stream."""

    substream_id: str
    value: float
    ndx: int


class Prediction(BaseModel):
    """A decision and its tick."""

    value: float
    ndx: int
    horizon: int


class DecisionManager:
    """Keeps the decisions, by tick.

    Only the numbers: if it kept objects, most of the time would go to the garbage collector instead of the loop.
    """

    def __init__(self) -> None:
        self.decisions: dict[int, float] = {}

    def process(self, point: StreamPoint, prediction: Prediction) -> None:
        """Keep one decision."""
        self.decisions[point.ndx] = prediction.value


class NoSink:
    """Where a chart would be updated."""

    def process(self, point: StreamPoint, prediction: Prediction) -> None:
        """Do nothing."""


def replay_as_first_version(parts: Sequence[Sequence[float]], infer: Callable[[Iterator[Any]], Iterator[Any]]) -> float:
    """Replay parts, object by object, and return the total profit."""
    return sum(_replay_part(str(i), values, infer) for i, values in enumerate(parts))


def _replay_part(substream_id: str, values: Sequence[float], infer: Callable[[Iterator[Any]], Iterator[Any]]) -> float:
    from midone.accounting.pnl import Pnl

    manager, sink, pnl = DecisionManager(), NoSink(), Pnl()
    decisions = infer(messages(values))
    next(decisions)
    for ndx, x in enumerate(values):
        point = StreamPoint(substream_id=substream_id, value=x, ndx=ndx)
        prediction = Prediction(value=next(decisions), ndx=ndx, horizon=HORIZON)
        manager.process(point, prediction)
        sink.process(point, prediction)
        pnl.tick(point.value, prediction.horizon, prediction.value)
    return float(pnl.summary()["total_profit"])
