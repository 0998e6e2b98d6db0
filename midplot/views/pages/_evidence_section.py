"""The section of the report page on evidence: luck, what the price does around decisions, and the score under other rules."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from midplot._text import counted, with_minus
from midplot.evidence._luck import luck_of_ledger
from midplot.evidence._paths import both_paths
from midplot.evidence._rescore import scores_over
from midplot.evidence._shown import path_words
from midplot.money._ledger import Ledger
from midplot.views.chart._evidence_figures import narrow_scores, paths_figure, scores_figure
from midplot.views.chart._palette import DARK, LIGHT
from midplot.views.chart._plotly_loaded import go
from midplot.views.pages._html import harmless
from midplot.views.pages._minus import with_minus_in_html

__all__ = ["MOST_TICKS", "evidence_section"]

# Each of some twenty scores takes about as long as the one of the replay: a second for this many ticks, and if the
# values are left in their file, it is read for each.
MOST_TICKS = 2_000_000
"""The most ticks that are scored again under other rules for a page."""

_READ_LUCK = (
    "How much of the score may be luck. What was earned within one block is nearly one bet; a score that is gone without "
    "one stream or one block was one event."
)
_READ_PATHS = (
    "The mean path of the price, less the price at the decision. An attacker that knows something has its move after the "
    "decision; one that is late has it before."
)
_READ_SCORES = (
    "The same decisions scored under other rules, each alone. The filled point is this replay. A score that is real "
    "survives a small change of any rule."
)


def evidence_section(ledger: Ledger) -> str:
    """Return the section as HTML; an empty text if nothing was decided, which needs no evidence."""
    if not any(len(part.profits) for part in ledger.parts):
        return ""
    return (
        f'<section aria-label="Luck">{_luck(ledger)}</section><section class="evidence" aria-label="Evidence">'
        f"{_around_decisions(ledger)}{_other_rules(ledger)}</section>"
    )


def _luck(ledger: Ledger) -> str:
    """Return what stands behind the words on luck beside the score: where it was earned, and from how many pieces."""
    told = luck_of_ledger(ledger).rows()
    rows = "".join(f"<dt>{name.capitalize()}</dt><dd>{escape(text)}</dd>" for name, text in told)
    return f'<h2>Luck</h2><p class="note">{_READ_LUCK}</p><dl class="luck">{with_minus_in_html(rows)}</dl>'


def _around_decisions(ledger: Ledger) -> str:
    paths, horizon = both_paths(ledger), ledger.settings.horizon
    words = " · ".join(path_words(path, horizon) for path in paths)
    figures = [paths_figure(paths, horizon, palette) for palette in (LIGHT, DARK)]
    return _picture("paths", "Around the decisions", with_minus(f"{words}. {_READ_PATHS}"), figures)


def _other_rules(ledger: Ledger) -> str:
    title = "Under other rules"
    if ledger.n_ticks > MOST_TICKS:
        words = (
            f"Not drawn for more than {counted(MOST_TICKS, 'tick')}: result.sensitivity() takes its time and has it."
        )
        return _picture("scores", title, words, [])
    scores = scores_over(ledger, {})
    figures = [scores_figure(scores, palette) for palette in (LIGHT, DARK)]
    return _picture("scores", title, _READ_SCORES, figures, narrow_scores())


def _picture(name: str, title: str, words: str, figures: list[go.Figure], narrow: dict[str, Any] | None = None) -> str:
    heading = f'<h2>{title}</h2><p class="note">{escape(words)}</p>'
    if not figures:
        return f"<div>{heading}</div>"
    light, dark = (harmless(figure.to_json()) for figure in figures)
    data = f'{{"light": {light}, "dark": {dark}, "narrow": {json.dumps(narrow)}}}'
    return (
        f'<div>{heading}<div class="picture" id="{name}"></div>'
        f'<script type="application/json" id="{name}-figures">{data}</script></div>'
    )
