"""The card that a notebook shows of a replay's result: its key figures and its largest streams."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

from midplot._text import clipped, counted, percent, signed, with_minus
from midplot.evidence._shown import figures_with_luck
from midplot.money._account import StreamAccount, win_rate
from midplot.money._figures import KeyFigure, Tone, tone
from midplot.money._ledger import Ledger
from midplot.views._static_files import static_text

__all__ = ["MOST_ROWS", "by_size", "figure_cell", "harmless", "results_card", "score_bar", "shown_name", "tone_class"]

MOST_ROWS = 10
"""Largest number of streams on a card, so that it stays shorter than a screen."""

_IN_CARD = {"decisions", "win_rate", "per_decision", "latency", "told"}
"""The key figures below the score; the others are part of the heading."""


def results_card(ledger: Ledger) -> str:
    """Return the card as HTML, without JavaScript, in the colours of the notebook around it.

    Parameters
    ----------
    ledger
        What happened in the replay.

    Returns
    -------
    str
        HTML that is the same from run to run if decisions and scores are: latency is rounded to coarse steps.
    """
    figures = figures_with_luck(ledger)
    score, replayed = (next(each for each in figures if each.key == key) for key in ("score", "replayed"))
    return (
        f'<style>{static_text("card.css")}</style><div class="midplot-card">'
        f"{_head(score, replayed, interrupted=ledger.interrupted)}"
        f"<dl>{''.join(figure_cell(each) for each in figures if each.key in _IN_CARD)}</dl>"
        f"{_table(list(ledger.streams.values()))}</div>"
    )


def shown_name(account: StreamAccount) -> str:
    """Return the name of a stream as HTML, whatever it contains."""
    return f"<bdi>{escape(clipped(account.title))}</bdi>"


def tone_class(tone: Tone) -> str:
    """Return the class of what is good or bad news, or an empty text."""
    return f"midplot-{tone}" if tone else ""


def score_bar(score: float, largest: float) -> str:
    """Return a cell with a score as a bar: to the right of the middle, or to the left if it is a loss."""
    # Half of the cell is for gains and half for losses. An infinite score leaves nothing to compare with.
    share = 50 * abs(score) / largest if 0 < largest < math.inf else 0.0
    side = "left" if score >= 0 else "right"
    bar = f'<i class="{tone_class(tone(score))}" style="{side}: 50%; width: {share:.1f}%"></i>'
    return f'<td class="midplot-card-bar"><span>{bar}</span></td>'


def _head(score: KeyFigure, replayed: KeyFigure, *, interrupted: bool) -> str:
    badge = '<span class="midplot-card-badge">interrupted: a partial result</span>' if interrupted else ""
    return (
        '<header><div><span class="midplot-card-label">Score</span>'
        f'<strong class="midplot-card-score {tone_class(score.tone)}">{escape(with_minus(score.value))}</strong></div>'
        f"<p>{badge}<span>{escape(replayed.value)}</span><span>{escape(replayed.detail)}</span></p>"
        f'<p class="midplot-card-luck">{escape(with_minus(score.detail))}</p></header>'
    )


def figure_cell(figure: KeyFigure) -> str:
    """Return one key figure as the pair of a definition list."""
    return (
        f'<div class="midplot-card-fact"><dt>{escape(figure.name)}</dt>'
        f'<dd><b class="{tone_class(figure.tone)}">{escape(with_minus(figure.value))}</b>'
        f"<small>{escape(with_minus(figure.detail))}</small></dd></div>"
    )


def harmless(text: str) -> str:
    """Return JSON in which nothing can end the script element that contains it."""
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def by_size(streams: Iterable[StreamAccount]) -> list[StreamAccount]:
    """Return streams by the size of their gain or loss, largest first."""
    return sorted(streams, key=lambda account: -abs(account.score))


def _table(streams: list[StreamAccount]) -> str:
    if not streams:
        return '<p class="midplot-card-none">Nothing was replayed.</p>'
    listed = by_size(streams)[:MOST_ROWS]
    # The longest bar fills its half of the cell.
    largest = max(abs(account.score) for account in listed)
    rows = "".join(_row(account, largest) for account in listed)
    more = len(streams) - len(listed)
    rest = f'<p class="midplot-card-more">and {counted(more, "more stream")}, with smaller scores</p>' if more else ""
    return (
        '<table><thead><tr><th>Stream</th><th>Score</th><th class="midplot-card-bar"></th><th>Decisions</th><th>Win rate</th>'
        "</tr></thead>"
        f"<tbody>{rows}</tbody></table>{rest}"
    )


def _row(account: StreamAccount, largest: float) -> str:
    return (
        f'<tr><th scope="row">{shown_name(account)}</th><td>{with_minus(signed(account.score))}</td>'
        f"{score_bar(account.score, largest)}"
        f"<td>{account.summary['num_resolved_decisions']:,}</td><td>{percent(win_rate(account.summary))}</td></tr>"
    )
