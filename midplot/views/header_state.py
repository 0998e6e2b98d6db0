"""What the header of the replay view shows: the streams to choose from, the progress, the figures of one stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from midplot.core.account import StreamAccount, win_rate
from midplot.errors import legible
from midplot.views.numbers import counted, percent, plain, signed

if TYPE_CHECKING:
    from midplot.results import ReplayResults

__all__ = ["header_state"]


def header_state(
    result: ReplayResults,
    stream_id: int,
    progress: dict[str, Any],
    *,
    running: bool,
    n_failed: Callable[[StreamAccount], int],
) -> dict[str, Any]:
    """Return the state of the header widget.

    Parameters
    ----------
    result
        The replay.
    stream_id
        The stream in sight.
    progress
        How far the replay is, as `Pace.state` says it.
    running
        Whether it is still running.
    n_failed
        Counts the saved scenarios that a stream's replay fails; asked when it has ended.
    """
    streams = result.streams
    return {
        "stream": stream_id,
        "streams": [
            # While it runs only the titles: the list is sent when it changes.
            {"id": each.stream_id, "text": legible(each.title) if running else _listed(each, n_failed(each))}
            for each in streams.values()
        ],
        "progress": progress,
        "facts": _facts(result, streams[stream_id], running) if stream_id in streams else [],
    }


def _facts(result: ReplayResults, account: StreamAccount, running: bool) -> list[dict[str, str]]:
    summary, latency = account.summary, account.latency
    facts = [
        _fact(
            "score", signed(account.score), "gain" if account.score > 0 else "loss" if account.score < 0 else "score"
        ),
        _fact("decisions", f"{summary['num_resolved_decisions']:,}"),
        _fact("unresolved", f"{account.unresolved:,}"),
        _fact("win rate", percent(win_rate(summary))),
        _fact("per decision", signed(summary["profit_per_decision"], 3)),
        _fact("latency", f"{plain(latency.mean * 1e3, 2)} ms", "fact" if latency.ok else "warning"),
    ]
    if len(result.streams) > 1:
        facts.insert(1, _fact("all streams", signed(result.total_score)))
    if result.interrupted and not running:
        facts.append(_fact("replay", "interrupted", "warning"))
    return facts


def _fact(name: str, value: str, kind: str = "fact") -> dict[str, str]:
    return {"name": name, "value": value, "kind": kind}


def _listed(account: StreamAccount, n_failed: int) -> str:
    n = int(account.summary["num_resolved_decisions"] or 0)
    words = [legible(account.title), signed(account.score), counted(n, "decision")]
    return " · ".join([*words, f"{n_failed:,} failed"] if n_failed else words)
