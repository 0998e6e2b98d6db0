"""Evaluations of an objective: what an optimiser or a sweep waits for, thousands of times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from midplot import HORIZON, Stream
from midplot.examples import MomentumAttacker
from midplot.training import objective

from .measure import cpu_seconds, interleaved
from .subject import Subject, random_walk
from .table import Row

__all__ = ["training_rows"]

N_STREAMS, N_TICKS, EVALUATIONS = 4, 2_500, 4


class Follower:
    """Follow the last move: as cheap as an attacker with a parameter can be."""

    def __init__(self) -> None:
        self.before = 0.0
        self.factor = 1.0

    def tick_and_predict(self, x: float, horizon: int) -> float:
        move, self.before = x - self.before, x
        return move if abs(move) > self.factor else 0.0

    def update_from_hyper_parameters(self, hyper_parameters: dict[str, float]) -> None:
        self.factor = hyper_parameters["factor"]


def training_rows(subject: Subject) -> list[Row]:
    """Evaluate the parameters of two classes, called directly and in an infer of the user's own."""
    return [row for attacker in (MomentumAttacker, Follower) for row in _rows(attacker, subject)]


def _rows(attacker: Any, subject: Subject) -> list[Row]:
    streams = [Stream(random_walk(N_TICKS)) for _ in range(N_STREAMS)]
    direct, through = objective(streams, infer=attacker), objective(streams, infer=_infer_of(attacker))
    if direct({"factor": 2.5}) != through({"factor": 2.5}):
        raise AssertionError("both have to come to the same score")
    sides = {
        "class": lambda: [direct({"factor": 2.5}) for _ in range(EVALUATIONS)],
        "infer": lambda: [through({"factor": 2.5}) for _ in range(EVALUATIONS)],
    }
    samples = interleaved({name: cpu_seconds(work) for name, work in sides.items()}, subject.rounds)
    a_second = {name: EVALUATIONS / samples.median(name) for name in sides}
    name = attacker.__name__
    return [
        Row(
            f"evaluations per second in training, {name}",
            a_second["class"],
            note=f"{N_STREAMS} streams of {N_TICKS:,} ticks, one after the other; CPU time.",
        ),
        Row(
            f"evaluations per second, {name} ÷ an infer around it",
            a_second["class"] / a_second["infer"],
            note=f"{a_second['infer']:.3g} per second in an infer of the user's own, through its generator. "
            f"Seconds in single rounds, class ÷ infer: {samples.spread('class', 'infer')}.",
        ),
    ]


def _infer_of(attacker_class: Any) -> Any:
    def infer(stream: Iterator[Any], hyper_parameters: dict[str, float]) -> Iterator[float | None]:
        attacker = attacker_class()
        attacker.update_from_hyper_parameters(hyper_parameters)
        yield None
        for message in stream:
            yield attacker.tick_and_predict(message["x"], HORIZON)

    return infer
