"""What luck costs, whether it tells the truth, and what a rescore costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from midplot import replay
from midplot.evidence import Luck
from midplot.evidence._luck import FEWEST, luck_of_ledger
from midplot.evidence._rescore import rescored
from midplot.examples import MomentumAttacker

from .calibration import ATTACKERS, HARD, Attacker, lucks, planted, scored
from .measure import cpu_seconds, interleaved
from .subject import Subject, random_walk
from .table import Row

__all__ = ["calibration_rows", "luck_rows"]

N_TICKS, N_DECISIONS = 1_000_000, 100_000


def luck_rows(subject: Subject) -> list[Row]:
    """Measure the luck of a million ticks, and a rescore beside its replay."""
    prices, rare = random_walk(N_TICKS), np.zeros(N_TICKS)
    rare[:: N_TICKS // N_DECISIONS] = np.random.default_rng(1).choice([-1.0, 1.0], N_DECISIONS)
    large = scored([prices], lambda x: rare)
    result = replay(subject.streams, infer=MomentumAttacker, dry=True)

    def again() -> None:
        replay(subject.streams, infer=MomentumAttacker, dry=True)

    def other_rules() -> float:
        return rescored(result.ledger, epsilon=0.1, with_trading_lag=True).total_score

    sides = {
        # A copy each time, of which nothing is known yet.
        "luck": cpu_seconds(lambda: luck_of_ledger(rescored(large))),
        "replay": cpu_seconds(again),
        "rescore": cpu_seconds(other_rules),
    }
    samples = interleaved(sides, subject.rounds)
    return [
        Row(
            "luck of 1,000,000 ticks and 100,000 decisions",
            samples.median("luck") * 1e3,
            50.0,
            "ms",
            note="CPU time, with the decisions scored anew. 20,000 sign flips of 4,166 blocks.",
        ),
        Row(
            "rescore ÷ replay",
            samples.ratio("rescore", "replay"),
            1 / 20,
            "1/",
            note=f"CPU time, {subject.n_ticks:,} ticks of MomentumAttacker, with another epsilon and a trading lag: "
            f"{samples.median('rescore') * 1e3:.2f} and {samples.median('replay') * 1e3:.1f} ms. "
            f"Single rounds: {samples.spread('rescore', 'replay')}.",
        ),
    ]


def calibration_rows(subject: Subject) -> list[Row]:
    """Replay attackers without skill on prices without memory, and those with a little on planted drifts."""
    runs = 40 if subject.quick else 300
    found = lucks(runs, seed=1)
    rows = [*_false_alarms(found, ATTACKERS, 0.08), *_coverage(found)]
    rows += _false_alarms(lucks(runs, seed=2, attackers=HARD), HARD, None)
    return [*rows, *(_power(strength, runs) for strength in (0.02, 0.05, 0.1, 0.2))]


def _false_alarms(
    found: Mapping[tuple[str, str], list[Luck]], attackers: Mapping[str, Attacker], most: float | None
) -> Iterable[Row]:
    for name in attackers:
        ps = np.array([luck.p for key, each in found.items() if key[0] == name for luck in each])
        yield Row(
            f"replays without skill with p ≤ 5%: {name}",
            float(np.mean(ps <= 0.05)),
            most,
            note=f"{len(ps):,} replays of 24,000 ticks on five kinds of martingale; 5% is right. At 1%: "
            f"{np.mean(ps <= 0.01):.3f}.",
        )


def _coverage(found: Mapping[tuple[str, str], list[Luck]]) -> Iterable[Row]:
    intervals = [luck.interval for each in found.values() for luck in each if luck.interval is not None]
    missed = float(np.mean([not low <= 0 <= high for low, high in intervals]))
    yield Row(
        "95% intervals without the truth",
        missed,
        0.08,
        note=f"{len(intervals):,} replays; 5% is right. Replays with fewer than {FEWEST} blocks are left out.",
    )


def _power(strength: float, runs: int) -> Row:
    ps = [
        luck_of_ledger(scored(planted(np.random.default_rng([3, run]), strength), ATTACKERS["momentum"])).p
        for run in range(runs)
    ]
    return Row(
        f"replays with skill with p ≤ 5%: drifts of {strength:g} σ per tick",
        float(np.mean([p is not None and p <= 0.05 for p in ps])),
        note="The power of momentum on 24,000 ticks, half of them in drifts of 300 ticks.",
    )
