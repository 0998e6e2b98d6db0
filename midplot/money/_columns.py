"""The columns of the accounts, one row per stream and a total: every table of them, in any medium, is made of this list."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from midplot._text import NOT_KNOWN, percent, plain, signed
from midplot.money._account import StreamAccount, win_rate
from midplot.money._ledger import Ledger
from midplot.money._scoring import Summary
from midplot.play._latency import Latency

__all__ = ["COLUMNS", "AccountRow", "Column", "row_of", "total_of"]


@dataclass(frozen=True, slots=True)
class AccountRow:
    """What one row is computed from: one stream, or all of them.

    Attributes
    ----------
    title
        The name of the stream for people.
    summary
        The profits summarised under midone's keys.
    unresolved
        The number of decisions that were still pending at the end.
    latency
        How long the scored decisions took.
    """

    title: str
    summary: Summary
    unresolved: int
    latency: Latency


def row_of(account: StreamAccount) -> AccountRow:
    """Return the row of one stream."""
    return AccountRow(account.title, account.summary, account.unresolved, account.latency)


def total_of(ledger: Ledger, latency: Latency | None = None) -> AccountRow:
    """Return the row of all streams.

    Parameters
    ----------
    ledger
        What happened in the replay.
    latency
        The latency over all streams, if it is known already: sorting all of them takes longer than everything else.
    """
    return AccountRow("total", ledger.summary(), ledger.unresolved, ledger.latency if latency is None else latency)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the accounts.

    Attributes
    ----------
    key
        Name in frames and in JSON: midone's, if midone has one.
    heading
        Name for people.
    value
        Takes the number from a row; None or NaN if there is none.
    form
        Formats the number.
    help
        What the number means, in one sentence.
    signed
        Whether a positive number is good news and a negative one bad.
    """

    key: str
    heading: str
    value: Callable[[AccountRow], float | None]
    form: Callable[[float], str]
    help: str
    signed: bool = False

    def text(self, row: AccountRow) -> str:
        """Return the cell that a table shows for a row."""
        value = self.value(row)
        return NOT_KNOWN if value is None or math.isnan(value) else self.form(value)


def _count(value: float) -> str:
    return f"{int(value):,}"


def _standardized(row: AccountRow) -> float | None:
    # midone says infinite where the profits do not deviate, of a loss too; in truth there is nothing to divide by.
    value = row.summary["standardized_profit_per_decision"]
    return None if value is None or math.isinf(value) else value


COLUMNS: Final = (
    Column(
        "total_profit",
        "Score",
        lambda r: r.summary["total_profit"],
        signed,
        "Profit after costs, in the units of the price.",
        signed=True,
    ),
    Column(
        "num_resolved_decisions",
        "Decisions",
        lambda r: r.summary["num_resolved_decisions"],
        _count,
        "Decisions whose outcome is known.",
    ),
    Column(
        "unresolved",
        "Unresolved",
        lambda r: r.unresolved,
        _count,
        "Decisions still pending when the stream ended: they neither earn nor cost anything.",
    ),
    Column("win_rate", "Win rate", lambda r: win_rate(r.summary), percent, "Share of decisions with a profit."),
    Column("wins", "Wins", lambda r: r.summary["wins"], _count, "Decisions with a profit."),
    Column("losses", "Losses", lambda r: r.summary["losses"], _count, "Decisions without a profit."),
    Column(
        "win_loss_ratio", "Win/loss", lambda r: r.summary["win_loss_ratio"], lambda v: plain(v, 3), "Wins per loss."
    ),
    Column(
        "profit_per_decision",
        "Per decision",
        lambda r: r.summary["profit_per_decision"],
        lambda v: signed(v, 4),
        "Mean profit per decision after costs.",
        signed=True,
    ),
    Column(
        "standardized_profit_per_decision",
        "Standardized",
        _standardized,
        lambda v: signed(v, 3),
        "Mean profit per decision, in standard deviations of the profits.",
    ),
    Column("current_ndx", "Ticks", lambda r: r.summary["current_ndx"], _count, "Ticks that were scored."),
    Column(
        "latency_mean_ms",
        "Mean ms",
        lambda r: r.latency.mean * 1e3,
        lambda v: plain(v, 3),
        "Mean time per decision, in milliseconds; the game allows 20.",
    ),
    Column(
        "latency_p99_ms",
        "p99 ms",
        lambda r: r.latency.p99 * 1e3,
        lambda v: plain(v, 3),
        "99 of 100 decisions took no longer.",
    ),
    Column(
        "over_budget",
        "Over budget",
        lambda r: r.latency.over_budget,
        _count,
        "Decisions that took longer than the 20 ms that the game allows on average.",
    ),
)
"""The columns, in the order in which they are shown."""
