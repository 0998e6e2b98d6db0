"""What it costs to compare two results."""

from __future__ import annotations

import numpy as np

from midplot import compare, replay

from .measure import cpu_seconds, interleaved
from .subject import Subject, random_walk
from .table import Row

__all__ = ["compare_rows"]

N_TICKS = 200_000


class Often:
    """Decides at one tick in ten, by its seed."""

    seed = 1

    def __init__(self) -> None:
        self._decisions = iter(np.random.default_rng(self.seed).choice([0.0] * 18 + [1.0, -1.0], N_TICKS).tolist())

    def tick_and_predict(self, x: float, horizon: int) -> float:
        """Decide whatever the price is."""
        return next(self._decisions)


class Otherwise(Often):
    """Decides at other ticks."""

    seed = 2


def compare_rows(subject: Subject) -> list[Row]:
    """Compare two attackers on one stream, beside what their replays cost."""
    prices = random_walk(N_TICKS)
    one, other = (replay([prices], infer=attacker, dry=True) for attacker in (Often, Otherwise))
    sides = {
        "compare": cpu_seconds(lambda: str(compare(one, other))),
        "replays": cpu_seconds(lambda: [replay([prices], infer=each, dry=True) for each in (Often, Otherwise)]),
    }
    samples = interleaved(sides, subject.rounds)
    return [
        Row(
            "comparing two results ÷ replaying them",
            samples.ratio("compare", "replays"),
            unit="1/",
            note=f"CPU time, {N_TICKS:,} ticks and {len(one.trades):,} decisions each: {samples.median('compare') * 1e3:.0f} "
            f"and {samples.median('replays') * 1e3:.0f} ms. Single rounds: {samples.spread('compare', 'replays')}.",
        )
    ]
