"""The tables of a comparison, as frames."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from midplot.evidence._luck import Luck, luck_of_ledger
from midplot.evidence._paired import agreements
from midplot.money._ledger import Ledger

__all__ = ["agreement_frame", "by_stream_frame", "totals_frame"]

Ledgers = Mapping[str, Ledger]


def totals_frame(ledgers: Ledgers) -> pd.DataFrame:
    """Return one row per attacker, indexed by its name."""
    rows = []
    for ledger in ledgers.values():
        luck = luck_of_ledger(ledger)
        low, high = luck.interval or (math.nan, math.nan)
        rows.append(
            {
                "score": ledger.total_score,
                "low": low,
                "high": high,
                "p": math.nan if luck.p is None else luck.p,
                "decisions": ledger.summary()["num_resolved_decisions"],
                "unresolved": ledger.unresolved,
                "win_rate": ledger.win_rate,
                "latency_ms": ledger.latency.mean * 1e3,
            }
        )
    return pd.DataFrame(rows, index=pd.Index(list(ledgers), name="attacker"))


def by_stream_frame(ledgers: Ledgers, differences: Mapping[str, Luck]) -> pd.DataFrame:
    """Return one row per stream: the scores, and the difference of each attacker from the first with its interval."""
    first = next(iter(ledgers.values()))
    frame = pd.DataFrame({"stream_id": list(first.streams)}, index=_titles(first))
    for name, ledger in ledgers.items():
        frame[name] = [ledger.streams[stream_id].score for stream_id in first.streams]
    for name, luck in differences.items():
        suffix = "" if len(differences) == 1 else f" {name}"
        found = luck.by_stream[["score", "low", "high", "p"]]
        for column, values in zip(("difference", "low", "high", "p"), found.to_numpy().T, strict=True):
            frame[column + suffix] = values
    return frame


def _titles(ledger: Ledger) -> pd.Index:
    return pd.Index([account.title for account in ledger.streams.values()], name="stream")


def agreement_frame(ledgers: Ledgers) -> pd.DataFrame:
    """Return one row for each way to agree or differ: the number of ticks, and what each attacker earned there."""
    (one, first), *others = ledgers.items()
    frames = {}
    for other, second in others:
        found = agreements(first, second)
        kinds = [each.words(one, other) for each in found]
        frames[other] = pd.DataFrame(
            {
                "ticks": [each.n for each in found],
                one: [each.first for each in found],
                other if len(others) == 1 else "other": [each.second for each in found],
                "difference": [each.second - each.first for each in found],
            },
            index=pd.Index(kinds, name="decided"),
        )
    return next(iter(frames.values())) if len(frames) == 1 else pd.concat(frames, names=["attacker"])
