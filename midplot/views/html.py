"""What a notebook shows of a replay's result: a card of its key numbers and its largest streams."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from midplot.core.account import StreamAccount, win_rate
from midplot.describe import described_latency
from midplot.views.facts import Fact, by_size, key_facts, tone
from midplot.views.numbers import NOT_KNOWN, clipped, counted, percent, signed
from midplot.views.static_files import static_text

if TYPE_CHECKING:
    from midplot.results import ReplayResults

__all__ = ["MOST_ROWS", "results_card", "score_bar", "shown_name"]

MOST_ROWS = 10
"""How many streams a card lists."""


def results_card(result: ReplayResults) -> str:
    """Return the card as HTML, without JavaScript, in the colours of the notebook around it.

    Parameters
    ----------
    result
        What a replay gave.

    Returns
    -------
    str
        The same from run to run where decisions and scores are: latency is told in steps.
    """
    score, *others = key_facts(result)
    standing = NOT_KNOWN if not result.latency.n else "within budget" if result.latency.ok else "over budget"
    latency = Fact("Latency", standing, described_latency(result.latency), "" if result.latency.ok else "bad")
    return (
        f'<style>{static_text("card.css")}</style><div class="midplot-card">'
        f"{_head(result, score)}<dl>{''.join(_fact(fact) for fact in [*others, latency])}</dl>"
        f"{_table(list(result.streams.values()))}</div>"
    )


def shown_name(account: StreamAccount) -> str:
    """Return the name of a stream as HTML: names are a user's data."""
    return f"<bdi>{escape(clipped(account.title))}</bdi>"


def score_bar(score: float, largest: float) -> str:
    """Return a cell with a score as a bar, to the right of the middle, or to the left where it is a loss."""
    share = 50 * abs(score) / largest if 0 < largest < math.inf else 0.0
    side = "left" if score >= 0 else "right"
    return f'<td class="bar"><span><i class="{tone(score)}" style="{side}: 50%; width: {share:.1f}%"></i></span></td>'


def _head(result: ReplayResults, score: Fact) -> str:
    replayed = f"{counted(result.n_ticks, 'tick')} of {counted(len(result.streams), 'stream')}"
    badge = '<span class="badge">interrupted: a partial result</span>' if result.interrupted else ""
    return (
        f'<header><div><span class="label">Score</span><strong class="score {score.tone}">{escape(score.value)}</strong></div>'
        f"<p>{badge}<span>{escape(replayed)}</span><span>{escape(score.detail)}</span></p></header>"
    )


def _fact(fact: Fact) -> str:
    return (
        f'<div><dt>{escape(fact.label)}</dt><dd><b class="{fact.tone}">{escape(fact.value)}</b>'
        f"<small>{escape(fact.detail)}</small></dd></div>"
    )


def _table(streams: list[StreamAccount]) -> str:
    if not streams:
        return '<p class="none">Nothing was replayed.</p>'
    listed = by_size(streams)[:MOST_ROWS]
    largest = max(abs(account.score) for account in listed)
    rows = "".join(_row(account, largest) for account in listed)
    more = len(streams) - len(listed)
    rest = f'<p class="more">and {counted(more, "more stream")}, with smaller scores</p>' if more else ""
    return (
        '<table><thead><tr><th>Stream</th><th>Score</th><th class="bar"></th><th>Decisions</th><th>Win rate</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>{rest}"
    )


def _row(account: StreamAccount, largest: float) -> str:
    return (
        f'<tr><th scope="row">{shown_name(account)}</th><td>{signed(account.score)}</td>{score_bar(account.score, largest)}'
        f"<td>{account.summary['num_resolved_decisions']:,}</td><td>{percent(win_rate(account.summary))}</td></tr>"
    )
