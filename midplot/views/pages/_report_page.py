"""Writes the result of a replay as one page that opens in any browser, without a network or a kernel."""

from __future__ import annotations

from html import escape
from os import PathLike
from pathlib import Path
from string import Template
from typing import Final

from midplot._text import clipped, counted, plain, with_minus
from midplot.evidence._shown import figures_with_luck
from midplot.money._figures import KeyFigure, latency_exactly
from midplot.money._ledger import Ledger
from midplot.views._static_files import static_text
from midplot.views.pages._check_cards import Report
from midplot.views.pages._evidence_section import evidence_section
from midplot.views.pages._html import by_size, figure_cell
from midplot.views.pages._page_file import INSIDE, plotly_script, script_policy, write_page, write_plotly
from midplot.views.pages._report_about import About, about_list
from midplot.views.pages._report_charts import charts, looks
from midplot.views.pages._report_scenarios import scenarios_section, scenarios_style
from midplot.views.pages._report_table import accounts_table
from midplot.views.pages._report_trades import ListedTrades
from midplot.views.pages._shell import whole_page

__all__ = ["MOST_BYTES", "report_page", "write_report"]

MOST_BYTES: Final = 5_900_000
"""Bytes that a page takes at most: mail servers and chats take a file of six megabytes, and plotly is most of it."""

_SHARED_BYTES: Final = 4_000_000
"""The same for a page that shares plotly with others."""

# The key figures that the page shows as they are; latency and time it shows exactly.
_MONEY = {"score", "decisions", "win_rate", "per_decision", "told"}


def write_report(
    ledger: Ledger,
    path: str | PathLike[str],
    about: About,
    *,
    report: Report | None = None,
    unchecked: str = "",
    plotly: str = INSIDE,
) -> Path:
    """Write a report: key figures, all streams with their charts, evidence, the saved scenarios, the trades.

    Parameters
    ----------
    ledger
        What happened in the replay.
    path
        File to write. Its folder is created if necessary, and an existing file is replaced as a whole.
    about
        Whose attacker it is, of which data, and when the page was made.
    report
        The check of the attacker on the saved scenarios, if there was one.
    unchecked
        Why there was none, if that is to be said.
    plotly
        ``"inside"`` for a page that is whole in itself; ``"shared"`` for one that finds plotly in a file beside it, which
        is written if it is not there.

    Returns
    -------
    pathlib.Path
        Path of the file.

    Raises
    ------
    ArgumentError
        If the path is a folder, or ``plotly`` is neither of the two.
    """
    written = write_page(report_page(ledger, about, report=report, unchecked=unchecked, plotly=plotly), path)
    if plotly != INSIDE and ledger.streams:
        write_plotly(written)
    return written


def report_page(
    ledger: Ledger, about: About, *, report: Report | None = None, unchecked: str = "", plotly: str = INSIDE
) -> str:
    """Return the page as HTML."""
    streams, trades = by_size(ledger.streams.values()), ListedTrades(ledger)
    numbers = {account.stream_id: number for number, account in enumerate(streams)}
    script = plotly_script(plotly)
    fields = {
        "attacker": escape(clipped(about.provenance.attacker)),
        "interrupted": '<p class="badge">interrupted: a partial result</p>' if ledger.interrupted else "",
        "facts": "".join(map(figure_cell, _figures(ledger))),
        "about": about_list(ledger, about),
        "streams": counted(len(streams), "stream"),
        "table": accounts_table(ledger, numbers),
        "evidence": evidence_section(ledger),
        "scenarios": scenarios_section(report, unchecked),
        "words": escape(trades.words()),
        "trades": trades.data(numbers),
        "looks": looks(streams),
        "plotly": script if streams else "",
    }

    def page(charts: str) -> str:
        body = Template(static_text("report.html")).substitute(fields, charts=charts)
        css = static_text("report.css") + scenarios_style(report)
        return whole_page(_title(ledger, about), body, css=css, script="pages/report.js", scripts=script_policy(plotly))

    most = MOST_BYTES if plotly == INSIDE else _SHARED_BYTES
    room = most - len(page(charts="").encode("utf-8", "replace"))
    return page("".join(charts(streams, ledger.settings.horizon, room, trades.near())))


def _title(ledger: Ledger, about: About) -> str:
    score = with_minus(figures_with_luck(ledger)[0].value)
    return f"{clipped(about.provenance.attacker)}: {score} · midplot replay"


def _figures(ledger: Ledger) -> list[KeyFigure]:
    """Return the key figures, with times exactly as measured, since nobody compares pages from run to run."""
    money = [figure for figure in figures_with_luck(ledger) if figure.key in _MONEY]
    replayed = f"{counted(ledger.n_ticks, 'tick')} of {counted(len(ledger.streams), 'stream')}"
    elapsed = KeyFigure("elapsed", "Elapsed", f"{plain(ledger.elapsed, 3)} s", replayed)
    return [*money, latency_exactly(ledger.latency), elapsed]
