"""The key numbers of a replay, in the words that its card and its report page share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from midplot.money._account import StreamAccount
from midplot.money._ledger import Ledger
from midplot.views._numbers import counted, percent, signed

__all__ = ["Fact", "by_size", "key_facts", "tone"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One number with its name.

    Attributes
    ----------
    label
        What it is.
    value
        The number, written out.
    detail
        What it rests on.
    tone
        ``"good"``, ``"bad"`` or nothing.
    """

    label: str
    value: str
    detail: str = ""
    tone: str = ""


def key_facts(ledger: Ledger) -> list[Fact]:
    """Return score, decisions, win rate and profit per decision; the same from run to run."""
    summary, settings = ledger.summary(), ledger.settings
    n = int(summary["num_resolved_decisions"] or 0)
    per_decision = summary["profit_per_decision"]
    return [
        Fact(
            "Score",
            signed(ledger.total_score),
            f"horizon {settings.horizon}, epsilon {settings.epsilon:g}",
            tone(ledger.total_score),
        ),
        Fact("Decisions", f"{n:,}", f"resolved, {ledger.unresolved:,} unresolved"),
        Fact(
            "Win rate",
            percent(ledger.win_rate),
            f"{counted(int(summary['wins'] or 0), 'win')}, {_losses(summary['losses'])}",
        ),
        Fact("Per decision", signed(per_decision, 4), "after costs", tone(per_decision or 0.0)),
    ]


def tone(value: float) -> str:
    """Say whether a profit is good or bad."""
    return "good" if value > 0 else "bad" if value < 0 else ""


def by_size(streams: Iterable[StreamAccount]) -> list[StreamAccount]:
    """Return streams by how much they earned or lost, the largest first."""
    return sorted(streams, key=lambda account: -abs(account.score))


def _losses(n: float | int | None) -> str:
    return f"{int(n or 0):,} loss{'es' * (n != 1)}"
