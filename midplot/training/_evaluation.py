"""What came of one set of hyper-parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from midplot.evidence._blocks import BlockSums

__all__ = ["Evaluation"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome of one set of hyper-parameters.

    Attributes
    ----------
    hyper_parameters
        The hyper-parameters, copied before they were tried.
    value
        The value to minimise: minus the score, plus the weight times the failed fraction of the movie.
    score
        Profit after costs over all streams, in the units of the price.
    failed
        Number of scenarios of the movie that failed; None without a movie.
    failed_held_out
        Number of held-out scenarios that failed, which has no influence on the value; None if none were held out.
    sums
        The profit of each block by stream id, from which `Objective.luck` tells how much of the score may be luck.
    """

    hyper_parameters: Any
    value: float
    score: float
    failed: int | None = None
    failed_held_out: int | None = None
    sums: BlockSums = field(default_factory=dict, repr=False, compare=False)
