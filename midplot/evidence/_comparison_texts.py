"""A comparison as rows of text, and as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from midplot._text import percent, printable, signed
from midplot.evidence._disagreements import Disagreement
from midplot.evidence._luck import Luck, luck_of_ledger
from midplot.evidence._paired import agreements
from midplot.evidence._words import amount
from midplot.money._ledger import Ledger
from midplot.play._latency import Latency

__all__ = ["agreement_rows", "plain_agreement", "plain_luck", "plain_total", "plain_window", "total_rows"]


def total_rows(ledgers: Mapping[str, Ledger]) -> list[list[str]]:
    """Return one row per attacker, with its score and what it is worth, below a row of headings."""
    rows = [["attacker", "score", "95%", "decisions", "win rate", "mean latency, ms"]]
    for name, ledger in ledgers.items():
        luck = luck_of_ledger(ledger)
        between = "–" if luck.interval is None else " to ".join(map(amount, luck.interval))
        n = ledger.summary()["num_resolved_decisions"]
        cells = [signed(ledger.total_score), between, f"{n:,}", percent(ledger.win_rate), _milliseconds(ledger.latency)]
        rows.append([printable(name), *cells])
    return rows


def _milliseconds(latency: Latency) -> str:
    return f"{latency.mean * 1e3:.2g}" if latency.n else "–"


def agreement_rows(one: str, other: str, first: Ledger, second: Ledger) -> list[list[str]]:
    """Return one row for each way to agree or differ, below a row of headings."""
    rows = [["decided", "ticks", printable(one), printable(other), "difference"]]
    for each in agreements(first, second):
        kind = printable(each.words(one, other))
        money = (each.first, each.second, each.second - each.first)
        rows.append([kind, f"{each.n:,}", *(signed(value) for value in money)])
    return rows


def plain_total(ledger: Ledger) -> dict[str, Any]:
    """Return the totals of one attacker."""
    luck = luck_of_ledger(ledger)
    return {
        **plain_luck(luck),
        "decisions": ledger.summary()["num_resolved_decisions"],
        "unresolved": ledger.unresolved,
        "win_rate": ledger.win_rate,
        "latency_seconds": ledger.latency.mean,
    }


def plain_luck(luck: Luck) -> dict[str, Any]:
    """Return what luck has to do with a score."""
    interval = None if luck.interval is None else list(luck.interval)
    return {"score": luck.score, "interval": interval, "p": luck.p, "n_blocks": luck.n_blocks, "trials": luck.trials}


def plain_agreement(first: Ledger, second: Ledger) -> list[dict[str, Any]]:
    """Return where two attackers agreed and differed."""
    found = agreements(first, second)
    return [{"decided": each.kind, "ticks": each.n, "first": each.first, "second": each.second} for each in found]


def plain_window(each: Disagreement) -> dict[str, Any]:
    """Return a disagreement."""
    selection = each.selection
    return {
        "stream_id": selection.stream_id,
        "stream": selection.stream_name,
        **{name: getattr(selection, name) for name in ("first", "last")},
        "earned": dict(each.earned),
        "difference": each.difference,
        "why": each.why,
        "expected": each.expected,
    }
