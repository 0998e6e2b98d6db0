"""The rules of one replay, validated: what is fed, how it is scored, how often a view is refreshed."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from numbers import Integral, Real
from typing import Any, Literal

from midplot._arguments import whole_number
from midplot.errors import ArgumentError, ArgumentTypeError
from midplot.game import EPSILON, HORIZON
from midplot.play._probe import Probe
from midplot.play.workers._carried import Carried

__all__ = ["ReplaySettings"]


@dataclass(frozen=True, slots=True)
class ReplaySettings:
    """The rules of one replay.

    Attributes
    ----------
    horizon
        Ticks from a decision to its resolution, at least 1.
    epsilon
        The cost of one resolved decision, in the units of the price, at least 0.
    start_index, stop_index
        Half-open slice of original indices that is scored.
    warmup
        Number of values before ``start_index`` that are fed first and never scored.
    backoff
        Minimum number of ticks between two counted decisions.
    with_trading_lag
        Whether a decision counts from the price of the next tick.
    update_frequency
        Minimum number of ticks between two refreshes of a view.
    n_jobs
        Number of processes, as joblib counts them: -1 is one per core. ``"auto"`` decides by the pace.
    probe
        Attributes or functions of the attacker that are sampled after each decision.
    """

    horizon: int = HORIZON
    epsilon: float = EPSILON
    start_index: int = 0
    stop_index: int | None = None
    warmup: int = 0
    backoff: int = 1
    with_trading_lag: bool = False
    update_frequency: int = 100
    n_jobs: int | Literal["auto"] = 1
    probe: tuple[Probe, ...] = ()

    def __post_init__(self) -> None:
        least = {"horizon": 1, "start_index": 0, "warmup": 0, "backoff": 0, "update_frequency": 1}
        # The only way to set a field of a frozen dataclass, here and below.
        for name, minimum in least.items():
            object.__setattr__(self, name, whole_number(name, getattr(self, name), minimum))
        object.__setattr__(self, "epsilon", _cost(self.epsilon))
        if self.stop_index is not None:
            object.__setattr__(self, "stop_index", whole_number("stop_index", self.stop_index, 0))
            self._check_slice(self.stop_index)
        object.__setattr__(self, "n_jobs", _jobs(self.n_jobs))

    # Not pickled field by field: a probe may be a lambda, which plain pickle refuses.
    def __reduce__(self) -> tuple[type[ReplaySettings], tuple[Any, ...]]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        probes = tuple(each if isinstance(each, str) else Carried(each) for each in self.probe)
        return type(self), tuple((values | {"probe": probes}).values())

    def _check_slice(self, stop_index: int) -> None:
        if stop_index <= self.start_index:
            raise ArgumentError(
                f"{stop_index} is not after start_index {self.start_index}, so nothing would be scored",
                where="stop_index",
                advice="Give a stop_index beyond the start.",
            )


def _cost(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ArgumentTypeError(
            f"expected a number, got {value!r} ({type(value).__name__})",
            where="epsilon",
            advice="Give a cost of 0 or more.",
        )
    try:
        cost = float(value)
    except OverflowError:
        cost = math.inf  # an int beyond the largest float
    if not math.isfinite(cost) or cost < 0:
        raise ArgumentError(f"{cost} is not a cost", where="epsilon", advice="Give a finite number of 0 or more.")
    return cost


def _jobs(n_jobs: Any) -> int | Literal["auto"]:
    if isinstance(n_jobs, str) and n_jobs == "auto":
        return "auto"
    if isinstance(n_jobs, bool) or not isinstance(n_jobs, Integral):
        raise ArgumentTypeError(
            f"expected a whole number, got {n_jobs!r} ({type(n_jobs).__name__})",
            where="n_jobs",
            advice='Give a number of processes, -1 for one per core, or "auto".',
        )
    if n_jobs == 0:
        raise ArgumentError(
            "0 processes replay nothing",
            where="n_jobs",
            advice='Give 1 or more, -1 for one per core, or "auto".',
        )
    return int(n_jobs)
