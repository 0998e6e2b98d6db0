"""The cost of scoring compared with midone's ``Pnl``, and whether the results are equal."""

from __future__ import annotations

from typing import Any

import numpy as np

from midplot import EPSILON, HORIZON, replay
from midplot.examples import MomentumAttacker
from midplot.money._scoring import Summary, score_decisions, summarise
from midplot.play._engine import PartReplay

from .measure import cpu_seconds, interleaved
from .subject import Subject
from .table import Row

__all__ = ["scoring_rows"]


def scoring_rows(subject: Subject) -> list[Row]:
    """Score the decisions of MomentumAttacker, with the ledger and with midone's loop."""
    replayed = replay(subject.streams, infer=MomentumAttacker, dry=True)
    parts = [part.replay for stream in replayed.streams.values() for part in stream.parts]
    decided = [(part.part.values.tolist(), part.decisions.tolist()) for part in parts]

    def by_the_ledger() -> list[Summary]:
        return [_by_the_ledger(part) for part in parts]

    def by_midone() -> list[dict[str, Any]]:
        return [_by_midone(values, decisions) for values, decisions in decided]

    samples = interleaved({"ledger": cpu_seconds(by_the_ledger), "pnl": cpu_seconds(by_midone)}, subject.rounds)
    n_decisions = sum(int(np.count_nonzero(part.decisions)) for part in parts)
    return [
        Row(
            "scoring from the decisions ÷ midone's Pnl.tick loop",
            samples.ratio("ledger", "pnl"),
            1 / 30,
            "1/",
            note=f"Summary included, {n_decisions:,} decisions, {subject.n_ticks:,} ticks: {samples.median('ledger') * 1e3:.2f} "
            f"and {samples.median('pnl') * 1e3:.1f} ms of CPU time. Single rounds: {samples.spread('ledger', 'pnl')}.",
        ),
        Row(
            "greatest difference of the two summaries",
            max(_difference(ours, theirs) for ours, theirs in zip(by_the_ledger(), by_midone(), strict=True)),
            1e-9,
            note="Over all keys of the summary and all parts, absolute.",
        ),
    ]


def _by_the_ledger(part: PartReplay) -> Summary:
    trades = score_decisions(part.part.values, part.decisions, horizon=HORIZON, epsilon=EPSILON)
    return summarise(trades.profits, trades.n_ticks)


def _by_midone(values: list[float], decisions: list[float]) -> dict[str, Any]:
    from midone.accounting.pnl import Pnl

    pnl = Pnl()
    for x, decision in zip(values, decisions, strict=True):
        pnl.tick(x, HORIZON, decision)
    summary: dict[str, Any] = pnl.summary()
    return summary


def _difference(ours: Summary, theirs: dict[str, Any]) -> float:
    """Return the largest difference over the keys in common: without decisions, midone uses other names."""
    pairs: list[tuple[Any, Any]] = [(ours[key], value) for key, value in theirs.items() if key in ours]
    return max(0.0 if one == other else abs(one - other) for one, other in pairs)
