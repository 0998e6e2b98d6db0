"""The scenarios on a report page: how many the attacker passes, a picture of each, failed ones first."""

from __future__ import annotations

from html import escape
from typing import Final

from midplot._text import counted
from midplot.views._static_files import static_text
from midplot.views.pages._check_cards import Report, cards, legend, totals
from midplot.views.pages._check_page import check_table
from midplot.views.pages._minus import with_minus_in_html

__all__ = ["MOST_PICTURES", "scenarios_section", "scenarios_style"]

MOST_PICTURES: Final = 60
"""Most scenarios with a picture, failed ones first; each takes about 3 kB. The table has all of them."""


def scenarios_section(report: Report | None, unchecked: str) -> str:
    """Return the section as HTML.

    Parameters
    ----------
    report
        The check of the attacker on the saved scenarios; None if there was none.
    unchecked
        Why there was none; an empty text if there is nothing to be said, and so no section.
    """
    if report is None:
        words = f'<h2>Scenarios</h2><p class="note">{escape(unchecked)}</p>'
        return f'<section aria-label="Scenarios">{words}</section>' if unchecked else ""
    ids = {id(check): f"scenario-{position}" for position, check in enumerate(report.failed_first()[:MOST_PICTURES])}
    shown = report.failed_first()[:MOST_PICTURES]
    more = report.n - len(shown)
    rest = f'<p class="midplot-check-more">{counted(more, "more scenario")} in the table below</p>' if more else ""
    content = (
        f"{totals(report, 'h3')}{cards(shown, ids)}{legend()}{rest}"
        f"<details{' open' if more else ''}><summary>All scenarios as a table</summary>{check_table(report, ids)}</details>"
    )
    return (
        '<section aria-label="Scenarios"><h2>Scenarios</h2><p class="note">Replayed for this page by a fresh attacker, '
        "each from its warm-up on.</p>"
        f'<div class="midplot-check midplot-check-page">{with_minus_in_html(content)}</div></section>'
    )


def scenarios_style(report: Report | None) -> str:
    """Return the style sheet of the section; an empty text if there are no pictures."""
    return "" if report is None else static_text("check.css")
