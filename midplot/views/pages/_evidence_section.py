"""The section of the report page on evidence: what the price does around decisions, and the score under other rules."""

from __future__ import annotations

from html import escape

from midplot._text import counted
from midplot.evidence._paths import both_paths
from midplot.evidence._rescore import scores_over
from midplot.evidence._shown import path_words
from midplot.money._ledger import Ledger
from midplot.views.chart._evidence_figures import paths_figure, scores_figure
from midplot.views.chart._palette import DARK, LIGHT
from midplot.views.chart._plotly_loaded import go
from midplot.views.pages._html import harmless

__all__ = ["MOST_TICKS", "evidence_section"]

# Each of some twenty scores takes about as long as the one of the replay: a second for this many ticks, and if the
# values are left in their file, it is read for each.
MOST_TICKS = 2_000_000
"""The most ticks that are scored again under other rules for a page."""

_READ_PATHS = (
    "The mean path of the price, less the price at the decision. An attacker that knows something has its move after the "
    "decision; one that is late has it before."
)
_READ_SCORES = (
    "The same decisions scored by other rules, each alone. The filled point is this replay. A score that is real "
    "survives a small change of any rule."
)


def evidence_section(ledger: Ledger) -> str:
    """Return the section as HTML; an empty text if nothing was decided, which needs no evidence."""
    if not any(len(part.profits) for part in ledger.parts):
        return ""
    return (
        f'<section class="evidence" aria-label="Evidence">{_around_decisions(ledger)}{_other_rules(ledger)}</section>'
    )


def _around_decisions(ledger: Ledger) -> str:
    paths, horizon = both_paths(ledger), ledger.settings.horizon
    words = " · ".join(path_words(path, horizon) for path in paths)
    figures = [paths_figure(paths, horizon, palette) for palette in (LIGHT, DARK)]
    return _picture("paths", "Around the decisions", f"{words}. {_READ_PATHS}", figures)


def _other_rules(ledger: Ledger) -> str:
    title = "Under other rules"
    if ledger.n_ticks > MOST_TICKS:
        words = (
            f"Not drawn for more than {counted(MOST_TICKS, 'tick')}: result.sensitivity() takes its time and has it."
        )
        return _picture("scores", title, words, [])
    scores = scores_over(ledger, {})
    figures = [scores_figure(scores, palette) for palette in (LIGHT, DARK)]
    return _picture("scores", title, _READ_SCORES, figures, "tall")


def _picture(name: str, title: str, words: str, figures: list[go.Figure], size: str = "") -> str:
    heading = f'<h2>{title}</h2><p class="note">{escape(words)}</p>'
    if not figures:
        return f"<div>{heading}</div>"
    light, dark = (harmless(figure.to_json()) for figure in figures)
    return (
        f'<div>{heading}<div class="picture {size}" id="{name}"></div>'
        f'<script type="application/json" id="{name}-figures">{{"light": {light}, "dark": {dark}}}</script></div>'
    )
