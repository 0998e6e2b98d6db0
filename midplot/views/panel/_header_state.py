"""The state of the replay view's header: the streams to choose from, the progress, the figures of one stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from midplot._text import counted, signed, with_minus
from midplot.errors import legible
from midplot.evidence._luck import luck_of_ledger
from midplot.evidence._shown import luck_words
from midplot.money._account import StreamAccount
from midplot.money._figures import KeyFigure, stream_figures
from midplot.money._ledger import Ledger

__all__ = ["header_state"]


def header_state(
    ledger: Ledger,
    stream_id: int,
    progress: dict[str, Any],
    *,
    running: bool,
    plain: bool = False,
    n_failed: Callable[[StreamAccount], int],
) -> dict[str, Any]:
    """Return the state of the header widget.

    Parameters
    ----------
    ledger
        What happened in the replay.
    stream_id
        Id of the stream that is shown.
    progress
        Progress of the replay, as returned by `Pace.state`.
    running
        Whether the replay is still running.
    plain
        Whether streams are listed by name alone: what came of them would give away the outcome of a window.
    n_failed
        Counts the saved scenarios that the replay of a stream fails. It is called only after the replay has ended.
    """
    streams = ledger.streams
    return {
        "stream": stream_id,
        "streams": [
            # Only titles during the run: with scores, the whole list would change and be sent at every refresh.
            {"id": each.stream_id, "text": legible(each.title) if running or plain else _listed(each, n_failed(each))}
            for each in streams.values()
        ],
        "plain": plain,
        "progress": progress,
        "facts": _facts(ledger, streams[stream_id], running) if stream_id in streams else [],
    }


def _facts(ledger: Ledger, account: StreamAccount, running: bool) -> list[dict[str, str]]:
    facts = [
        {
            "name": figure.name.lower(),
            "value": with_minus(figure.value),
            "kind": _kind(figure),
            "detail": with_minus(figure.detail),
        }
        for figure in stream_figures(account)
    ]
    if len(ledger.streams) > 1:
        total = {"name": "all streams", "value": with_minus(signed(ledger.total_score)), "kind": "fact", "detail": ""}
        facts.insert(1, total)
    if not running:
        # Once the replay has ended: until then it would be counted anew at each refresh.
        luck, detail = luck_words(luck_of_ledger(ledger))
        words = {"name": "its interval", "value": with_minus(luck), "kind": "luck", "detail": detail}
        facts.insert(2 if len(ledger.streams) > 1 else 1, words)
    if ledger.interrupted and not running:
        facts.append(
            {"name": "replay", "value": "interrupted", "kind": "warning", "detail": "this is a partial result"}
        )
    return facts


def _kind(figure: KeyFigure) -> str:
    """Return the class that gives a figure its look in the header."""
    if figure.key == "score":
        return {"good": "gain", "bad": "loss", "": "score"}[figure.tone]
    return "warning" if figure.key == "latency" and figure.tone == "bad" else "fact"


def _listed(account: StreamAccount, n_failed: int) -> str:
    n = int(account.summary["num_resolved_decisions"] or 0)
    words = [legible(account.title), with_minus(signed(account.score)), counted(n, "decision")]
    return " · ".join([*words, f"{counted(n_failed, 'label')} failed"] if n_failed else words)
