"""Renders a check report as a card for a notebook, and as one page that opens in any browser without a network."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from os import PathLike
from pathlib import Path
from string import Template

from midplot._text import NOT_KNOWN, counted, signed
from midplot.checks._snapshot_check import SnapshotCheck
from midplot.checks._verdict import Check
from midplot.game import __version__
from midplot.views._static_files import static_text
from midplot.views.pages._check_cards import Report, cards, legend, totals
from midplot.views.pages._minus import with_minus_in_html
from midplot.views.pages._page_file import write_page
from midplot.views.pages._report_about import about_line
from midplot.views.pages._scenario_card import shown_text
from midplot.views.pages._shell import whole_page
from midplot.views.pages._snapshot_section import snapshot_section

__all__ = ["MOST_CARDS", "check_card", "check_page", "check_table", "write_check_page"]

MOST_CARDS = 24
"""Largest number of scenarios on a card: a notebook's file grows by 1.5 kB or more with each."""

# The table's columns, apart from the last one, which is a sentence.
_TEXTS = ("Verdict", "Label", "Stream", "Variant")
_NUMBERS = ("First", "Last", "Decided at", "Delay", "Earned")


def check_card(report: Report) -> str:
    """Return the report as HTML for a notebook, in the notebook's colours, with failed scenarios first.

    Parameters
    ----------
    report
        The report of a check.

    Returns
    -------
    str
        HTML without JavaScript, which is the same whenever the decisions are the same.
    """
    shown = report.failed_first()[:MOST_CARDS]
    more = report.n - len(shown)
    rest = (
        f'<p class="midplot-check-more">and {counted(more, "more scenario")}: '
        'report.to_html("check.html") shows them all</p>'
        if more
        else ""
    )
    content = f"{totals(report, 'p')}{cards(shown)}{legend()}{rest}"
    return f'<style>{static_text("check.css")}</style><div class="midplot-check">{content}</div>'


def write_check_page(
    report: Report | None,
    path: str | PathLike[str],
    snapshots: Sequence[SnapshotCheck] = (),
    attacker: str = "",
) -> Path:
    """Write a self-contained page: totals, a picture of each scenario, failed ones first, and a sortable table.

    Parameters
    ----------
    report
        The report of a check; None if there were no scenarios.
    path
        File to write. Its folder is created if necessary, and an existing file is replaced as a whole.
    snapshots
        The snapshots that were checked as well.
    attacker
        The attacker's name and file, if there is no report that says them.

    Returns
    -------
    pathlib.Path
        Path of the file.

    Raises
    ------
    ArgumentError
        If the path is a folder.
    """
    return write_page(check_page(report, snapshots, attacker), path)


def check_page(report: Report | None, snapshots: Sequence[SnapshotCheck] = (), attacker: str = "") -> str:
    """Return the page as HTML."""
    about = _about(attacker if report is None else report.attacker)
    if report is None:
        scenarios = {"totals": snapshot_section(snapshots, "h1", about), "scenarios": ""}
    else:
        listed = snapshot_section(snapshots, "h2")
        scenarios = {"totals": totals(report, "h1", about), "scenarios": listed + _scenarios(report)}
    said = [str(report)] if report is not None else [str(each) for each in snapshots]
    body = Template(static_text("check.html")).substitute(
        {name: with_minus_in_html(html) for name, html in scenarios.items()}
    )
    css = static_text("check.css") + static_text("snapshots.css")
    return whole_page(f"Check: {'; '.join(said)}", body, css=css, script="pages/check.js")


def _about(attacker: str) -> str:
    """Return the line below the headline; empty without an attacker, as of a report that somebody put together."""
    if not attacker:
        return ""
    return f'<p class="midplot-check-about">{about_line(attacker, __version__, datetime.now(UTC))}</p>'


def _scenarios(report: Report) -> str:
    """Return the cards and the table of all scenarios."""
    ids = {id(check): f"scenario-{position}" for position, check in enumerate(report.checks)}
    contradicted = report.contradicted()
    # A label that contradicts another may be the one at fault, so these failures are listed apart.
    excused = {id(check) for check in contradicted}
    failed = _section("Failed", [check for check in report.failed if id(check) not in excused], ids)
    return Template(static_text("check_scenarios.html")).substitute(
        failed=failed + _section("Failed, but contradict another label", contradicted, ids),
        succeeded=_section("Succeeded", report.success, ids),
        table=check_table(report, ids),
        legend=legend(),
    )


def check_table(report: Report, ids: Mapping[int, str]) -> str:
    """Return a table with one row per scenario, failed ones first, which a page can sort.

    Parameters
    ----------
    report
        The report of a check.
    ids
        Ids of the cards' elements, by the ``id()`` of their checks; a row whose check is not in it leads nowhere.
    """
    headings = [*map(_heading, _TEXTS), *(_heading(name, "number") for name in _NUMBERS), _heading("Why")]
    rows = "".join(_row(check, ids.get(id(check), "")) for check in report.failed_first())
    return (
        '<div class="midplot-check-scroll" tabindex="0" role="region" aria-label="All scenarios">'
        f'<table id="checks"><thead><tr>{"".join(headings)}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _section(title: str, checks: list[Check], ids: dict[int, str]) -> str:
    if not checks:
        return ""
    count = f'<span class="midplot-check-count">{len(checks):,}</span>'
    return f"<section><h2>{title} {count}</h2>{cards(checks, ids)}</section>"


def _heading(name: str, look: str = "text") -> str:
    return f'<th scope="col" class="midplot-check-{look}"><button type="button">{name}</button></th>'


def _row(check: Check, element_id: str) -> str:
    selection = check.selection
    verdict = "ok" if check.succeeded else "FAILED"
    leading = f'<a href="#{element_id}">{verdict}</a>' if element_id else verdict
    return (
        f'<tr class="midplot-check-{"succeeded" if check.succeeded else "failed"}"><td>{leading}</td>'
        f"<td>{check.label}</td><td>{shown_text(selection.stream_title, 40)}</td><td>{escape(check.scenario.variant or '')}</td>"
        f"{_number(selection.first)}{_number(selection.last)}{_number(check.first_index)}{_number(check.delay)}"
        f"{_number(check.earned, signed(check.earned, 4))}<td>{shown_text(check.why, 400)}</td></tr>"
    )


def _number(value: float | None, text: str = "") -> str:
    # A cell sorts by `data-value`; an empty one counts as unknown and sorts last.
    known = value is not None and math.isfinite(value)
    shown = (text or str(value)) if known else NOT_KNOWN
    return f'<td class="midplot-check-number" data-value="{value if known else ""}">{shown}</td>'
