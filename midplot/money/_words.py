"""Says in a few lines what came of a replay, in words that are the same from run to run."""

from __future__ import annotations

from midplot.game import LATENCY_BUDGET
from midplot.money._ledger import Ledger
from midplot.play._latency import Latency

__all__ = ["describe", "described_latency"]

_STEPS_MS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_STEPS_OVER_MS = (20.0, 50.0, 100.0, 500.0, 1000.0)


def describe(ledger: Ledger) -> list[tuple[str, str]]:
    """Return what is worth knowing of a replay, as names and texts."""
    summary = ledger.summary()
    n, wins, losses = summary["num_resolved_decisions"], summary["wins"], summary["losses"]
    settings = ledger.settings
    rows = [
        ("score", f"{ledger.total_score:.6g} (horizon {settings.horizon}, epsilon {settings.epsilon:g})"),
        ("decisions", f"{n:,} resolved, {ledger.unresolved:,} unresolved"),
    ]
    if n:
        rows.append(("win rate", f"{ledger.win_rate:.1%} ({wins:,} wins, {losses:,} losses)"))
        rows.append(("per trade", f"{summary['profit_per_decision']:.6g}"))
    rows.append(("latency", described_latency(ledger.latency)))
    streams = len(ledger.streams)
    rows.append(("replayed", f"{ledger.n_ticks:,} ticks of {streams} stream{'s' * (streams != 1)}"))
    if ledger.interrupted:
        rows.append(("stopped", "interrupted: this is a partial result"))
    return rows


def described_latency(latency: Latency) -> str:
    """Say how a mean latency stands to the budget, in steps, so that the words do not change from run to run.

    Examples
    --------
    >>> import numpy as np
    >>> described_latency(Latency.of(np.array([3_000, 5_000])))
    'mean under 0.1 ms of the 20 ms allowed'
    >>> described_latency(Latency.of(np.array([70_000_000])))
    'mean over 50 ms: more than the 20 ms allowed'
    """
    budget = f"{LATENCY_BUDGET * 1e3:g} ms"
    if not latency.n:
        return f"no decisions to time ({budget} allowed)"
    mean_ms = latency.mean * 1e3
    if mean_ms > LATENCY_BUDGET * 1e3:
        passed = max(step for step in _STEPS_OVER_MS if mean_ms > step)
        return f"mean over {passed:g} ms: more than the {budget} allowed"
    step = next(step for step in _STEPS_MS if mean_ms <= step)
    return f"mean under {step:g} ms of the {budget} allowed"
