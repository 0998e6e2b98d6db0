"""Writes the result of a replay as one page that opens in any browser, without a network or a kernel."""

from __future__ import annotations

import json
from html import escape
from os import PathLike
from pathlib import Path
from string import Template
from typing import Any

from midplot._text import clipped, counted, plain
from midplot.evidence._shown import figures_with_luck
from midplot.money._account import StreamAccount
from midplot.money._figures import KeyFigure, latency_exactly
from midplot.money._ledger import Ledger
from midplot.views._static_files import page_script, static_text
from midplot.views.chart._chart_layout import CONFIG, Trace, chart_template, trace_styles
from midplot.views.chart._figure import bare_figure, outcome_words
from midplot.views.chart._palette import DARK, LIGHT, Palette, css_variables
from midplot.views.chart._plotly_loaded import get_plotlyjs
from midplot.views.chart._probe_panels import MOST_PANELS, panel_height, probe_style
from midplot.views.chart._windows import opening_window, part_windows
from midplot.views.pages._evidence_section import evidence_section
from midplot.views.pages._html import by_size, figure_cell, harmless
from midplot.views.pages._page_file import write_page
from midplot.views.pages._report_table import accounts_table

__all__ = ["MOST_CHARTS", "write_report"]

MOST_CHARTS = 40
"""Largest number of streams drawn on a page; each adds about 200 kB."""

# The key figures that the page shows as they are; latency and time it shows exactly.
_MONEY = {"score", "decisions", "win_rate", "per_decision", "told"}


def write_report(ledger: Ledger, path: str | PathLike[str]) -> Path:
    """Write a self-contained report: key figures, a sortable table of the streams, and a chart of each.

    Parameters
    ----------
    ledger
        What happened in the replay.
    path
        File to write. Its folder is created if necessary, and an existing file is replaced as a whole.

    Returns
    -------
    pathlib.Path
        Path of the file.

    Raises
    ------
    ArgumentError
        If the path is a folder.
    """
    return write_page(report_page(ledger), path)


def report_page(ledger: Ledger) -> str:
    """Return the page as HTML."""
    streams = list(ledger.streams.values())
    drawn = by_size(streams)[:MOST_CHARTS]
    numbers = {account.stream_id: number for number, account in enumerate(drawn)}
    return Template(static_text("report.html")).substitute(
        title=escape(f"Replay, score {figures_with_luck(ledger)[0].value}"),
        light=css_variables(LIGHT),
        dark=css_variables(DARK),
        css=static_text("report.css"),
        interrupted='<p class="badge">interrupted: a partial result</p>' if ledger.interrupted else "",
        facts="".join(map(figure_cell, _figures(ledger))),
        rules=escape(_rules(ledger)),
        table=accounts_table(ledger, numbers),
        undrawn=_undrawn(len(streams) - len(drawn)),
        evidence=evidence_section(ledger),
        charts="".join(_chart(number, account, ledger.settings.horizon) for number, account in enumerate(drawn)),
        looks=harmless(json.dumps({"light": _look(LIGHT), "dark": _look(DARK), "config": CONFIG})),
        plotly=get_plotlyjs() if drawn else "",
        js=page_script("pages/report.js"),
    )


def _figures(ledger: Ledger) -> list[KeyFigure]:
    """Return the key figures, with times exactly as measured, since nobody compares pages from run to run."""
    money = [figure for figure in figures_with_luck(ledger) if figure.key in _MONEY]
    replayed = f"{counted(ledger.n_ticks, 'tick')} of {counted(len(ledger.streams), 'stream')}"
    elapsed = KeyFigure("elapsed", "Elapsed", f"{plain(ledger.elapsed, 3)} s", replayed)
    return [*money, latency_exactly(ledger.latency), elapsed]


def _rules(ledger: Ledger) -> str:
    settings = ledger.settings
    rules = [f"horizon {settings.horizon}", f"epsilon {settings.epsilon:g}"]
    if settings.start_index or settings.stop_index is not None:
        rules.append(f"scored from {settings.start_index:,} to {settings.stop_index or 'the end'}")
    if settings.warmup:
        rules.append(f"warm-up of {counted(settings.warmup, 'tick')}")
    if settings.backoff > 1:
        rules.append(f"backoff {settings.backoff}")
    if settings.with_trading_lag:
        rules.append("with a trading lag of one tick")
    return " · ".join(rules)


def _undrawn(n: int) -> str:
    if not n:
        return ""
    return f'<p class="note">Only the {MOST_CHARTS} streams with the largest gains or losses have a chart.</p>'


def _chart(number: int, account: StreamAccount, horizon: int) -> str:
    """Return the data to draw a stream, as JSON that the page parses when the stream is chosen."""
    figure = bare_figure(account)
    # The page sets colours that follow the screen, and has text in place of a title.
    figure.update_layout(template=None, margin_t=28)
    windows = part_windows(account)
    opening = opening_window(windows)
    words = outcome_words(account, horizon)
    if windows:  # a button beside them names a part, and they do not change with it
        words[0] = f"of the stream: {words[0]}"
    about = {
        "title": clipped(account.title),
        "words": words,
        "windows": [{"label": w.label, "x": w.x_range, "y": w.y_range} for w in windows],
        "opening": -1 if opening is None else windows.index(opening),
        "added": panel_height([trace.name for trace in figure.data[len(Trace) :]]),
    }
    # plotly writes arrays as binary, which `json` cannot, so our fields are put around its text.
    text = f'{{"about": {json.dumps(about)}, "figure": {figure.to_json()}}}'
    return f'<script type="application/json" id="chart-{number}">{harmless(text)}</script>\n'


def _look(palette: Palette) -> dict[str, Any]:
    styles = trace_styles(palette)
    traces = [*(styles[trace] for trace in sorted(styles)), *[probe_style(palette)] * MOST_PANELS]
    return {"template": chart_template(palette).to_plotly_json(), "traces": traces}
