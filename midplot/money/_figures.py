"""The key figures of a replay: one list, rendered by the text, the card, the view's header and the report page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from midplot._text import NOT_KNOWN, counted, percent, plain, signed
from midplot.game import LATENCY_BUDGET
from midplot.money._account import StreamAccount, win_rate
from midplot.money._ledger import Ledger
from midplot.money._scoring import Summary
from midplot.play._latency import Latency

__all__ = ["KeyFigure", "Tone", "key_figures", "latency_exactly", "latency_in_steps", "stream_figures", "tone"]

Tone = Literal["good", "bad", ""]

# Coarse steps, not the measured mean: reprs end up in notebooks, whose outputs are compared from run to run.
_STEPS_MS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_STEPS_OVER_MS = (20.0, 50.0, 100.0, 500.0, 1000.0)


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One figure with its name.

    Attributes
    ----------
    key
        Name in code.
    name
        Name for people.
    value
        The formatted figure.
    detail
        What it is based on.
    tone
        Whether it is good or bad news.
    """

    key: str
    name: str
    value: str
    detail: str = ""
    tone: Tone = ""

    def __str__(self) -> str:
        return f"{self.value} ({self.detail})" if self.detail else self.value


def key_figures(ledger: Ledger, remark: str = "") -> list[KeyFigure]:
    """Return the key figures over all streams, in display order; two runs with the same decisions give the same text.

    Parameters
    ----------
    ledger
        What happened in the replay.
    remark
        What to say beside the score: how much of it may be luck, which `evidence` knows and money does not.
    """
    settings, latency = ledger.settings, ledger.latency
    figures = _money(ledger.summary(), ledger.unresolved, remark)
    # Being faster than the budget earns nothing, so latency is never good news, only bad.
    figures.append(
        KeyFigure("latency", "Latency", _standing(latency), latency_in_steps(latency), "" if latency.ok else "bad")
    )
    replayed = f"{counted(ledger.n_ticks, 'tick')} of {counted(len(ledger.streams), 'stream')}"
    rules = f"horizon {settings.horizon}, epsilon {settings.epsilon:g}"
    figures.append(KeyFigure("replayed", "Replayed", replayed, rules))
    if ledger.told_horizon != settings.horizon:
        figures.append(
            KeyFigure("told", "Told", f"horizon {ledger.told_horizon}", "what the attacker decided for", "bad")
        )
    if ledger.interrupted:
        figures.append(KeyFigure("stopped", "Stopped", "interrupted", "this is a partial result", "bad"))
    return figures


def stream_figures(account: StreamAccount) -> list[KeyFigure]:
    """Return the key figures of one stream, in display order."""
    return [*_money(account.summary, account.unresolved, ""), latency_exactly(account.latency)]


def _money(summary: Summary, unresolved: int, remark: str) -> list[KeyFigure]:
    score, per_decision = float(summary["total_profit"] or 0.0), summary["profit_per_decision"]
    wins, losses = int(summary["wins"] or 0), int(summary["losses"] or 0)
    outcomes = f"{counted(wins, 'win')}, {losses:,} loss{'es' * (losses != 1)}"
    return [
        KeyFigure("score", "Score", signed(score), remark, tone(score)),
        KeyFigure("decisions", "Decisions", f"{summary['num_resolved_decisions']:,}", f"{unresolved:,} unresolved"),
        KeyFigure("win_rate", "Win rate", percent(win_rate(summary)), outcomes),
        KeyFigure(
            "per_decision", "Per decision", signed(per_decision, 4), "after costs", tone(float(per_decision or 0.0))
        ),
    ]


def tone(value: float) -> Tone:
    """Return whether a profit is good or bad news."""
    return "good" if value > 0 else "bad" if value < 0 else ""


def _standing(latency: Latency) -> str:
    """Return whether latencies keep to the budget. The rule is on the mean, and it can hide many slow ticks.

    Examples
    --------
    >>> import numpy as np
    >>> _standing(Latency.of(np.array([30_000_000] * 10 + [1_000_000] * 90)))
    'mean within budget, 10 ticks over'
    """
    if not latency.n:
        return NOT_KNOWN
    if not latency.ok:
        return "over budget"
    return f"mean within budget, {latency.over_budget:,} ticks over" if latency.often_over else "within budget"


def latency_exactly(latency: Latency) -> KeyFigure:
    """Return the mean latency as measured, which differs from run to run."""
    detail = f"of {latency.budget * 1e3:g} ms allowed; p99 {plain(latency.p99 * 1e3, 3)}, longest {plain(latency.max * 1e3, 3)}"
    if latency.over_budget:
        detail += f"; {latency.over_budget:,} over"
    value = f"{plain(latency.mean * 1e3, 3)} ms" if latency.n else NOT_KNOWN
    return KeyFigure("latency", "Mean latency", value, detail, "" if latency.ok else "bad")


def latency_in_steps(latency: Latency) -> str:
    """Compare a mean latency with the budget in coarse steps, so that the text is the same from run to run.

    Examples
    --------
    >>> import numpy as np
    >>> latency_in_steps(Latency.of(np.array([3_000, 5_000])))
    'mean under 0.1 ms of the 20 ms allowed'
    >>> latency_in_steps(Latency.of(np.array([70_000_000])))
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
