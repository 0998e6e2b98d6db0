"""Writes what came of a replay as one page that opens in any browser, without a network or a kernel."""

from __future__ import annotations

import json
from html import escape
from os import PathLike
from pathlib import Path
from string import Template
from typing import Any

from midplot._text import clipped, counted, plain
from midplot.money._account import StreamAccount
from midplot.money._figures import KeyFigure, key_figures, latency_exactly
from midplot.money._ledger import Ledger
from midplot.views._static_files import page_script, static_text
from midplot.views.chart._chart_layout import CONFIG, Trace, chart_template, trace_styles
from midplot.views.chart._figure import bare_figure, outcome_words
from midplot.views.chart._palette import DARK, LIGHT, Palette, css_variables
from midplot.views.chart._probe_panels import MOST_PANELS, panel_height, probe_style
from midplot.views.chart._windows import opening_window, part_windows
from midplot.views.pages._html import by_size, figure_cell
from midplot.views.pages._page_file import write_page
from midplot.views.pages._report_table import accounts_table

__all__ = ["MOST_CHARTS", "write_report"]

MOST_CHARTS = 40
"""How many streams are drawn in a page; each adds some 200 kB."""

_MONEY = {"score", "decisions", "win_rate", "per_decision"}


def write_report(ledger: Ledger, path: str | PathLike[str]) -> Path:
    """Write a self-contained report: key numbers, a table of the streams that sorts, and a chart of each.

    Parameters
    ----------
    ledger
        What happened in the replay.
    path
        The file to write. Its folder is made where it is missing, and a file there is replaced whole.

    Returns
    -------
    pathlib.Path
        Where it is.

    Raises
    ------
    ArgumentError
        If the path is a folder.
    """
    return write_page(report_page(ledger), path)


def report_page(ledger: Ledger) -> str:
    """Return the page as HTML."""
    from midplot.views.chart._plotly_loaded import get_plotlyjs

    streams = list(ledger.streams.values())
    drawn = by_size(streams)[:MOST_CHARTS]
    numbers = {account.stream_id: number for number, account in enumerate(drawn)}
    return Template(static_text("report.html")).substitute(
        title=escape(f"Replay, score {key_figures(ledger)[0].value}"),
        light=css_variables(LIGHT),
        dark=css_variables(DARK),
        css=static_text("report.css"),
        interrupted=_interrupted(ledger),
        facts="".join(map(figure_cell, _figures(ledger))),
        rules=escape(_rules(ledger)),
        table=accounts_table(ledger, numbers),
        undrawn=_undrawn(len(streams) - len(drawn)),
        charts="".join(_chart(number, account, ledger.settings.horizon) for number, account in enumerate(drawn)),
        looks=_embedded({"light": _look(LIGHT), "dark": _look(DARK), "config": CONFIG}),
        plotly=get_plotlyjs() if drawn else "",
        js=page_script("pages/report.js"),
    )


def _figures(ledger: Ledger) -> list[KeyFigure]:
    """Return the key figures, with times as they were measured: a page is not compared from run to run."""
    money = [figure for figure in key_figures(ledger) if figure.key in _MONEY]
    replayed = f"{counted(ledger.n_ticks, 'tick')} of {counted(len(ledger.streams), 'stream')}"
    elapsed = KeyFigure("elapsed", "Elapsed", f"{plain(ledger.elapsed, 3)} s", replayed)
    return [*money, latency_exactly(ledger.latency), elapsed]


def _rules(ledger: Ledger) -> str:
    settings = ledger.settings
    rules = []
    if settings.start_index or settings.stop_index is not None:
        rules.append(f"scored from {settings.start_index:,} to {settings.stop_index or 'the end'}")
    if settings.warmup:
        rules.append(f"warm-up of {counted(settings.warmup, 'tick')}")
    if settings.backoff > 1:
        rules.append(f"backoff {settings.backoff}")
    if settings.with_trading_lag:
        rules.append("with a trading lag of one tick")
    return " · ".join(rules)


def _interrupted(ledger: Ledger) -> str:
    return '<p class="badge">interrupted: a partial result</p>' if ledger.interrupted else ""


def _undrawn(n: int) -> str:
    if not n:
        return ""
    return f'<p class="note">Charts are of the {MOST_CHARTS} streams with the largest scores, gains or losses.</p>'


def _chart(number: int, account: StreamAccount, horizon: int) -> str:
    """Return what the page needs to draw a stream, as JSON that is parsed when the stream is chosen."""
    figure = bare_figure(account)
    # The page has colours of its own, which follow the screen, and words in place of a title.
    figure.update_layout(template=None, margin_t=28)
    windows = part_windows(account)
    opening = opening_window(windows)
    about = {
        "title": clipped(account.title),
        "words": outcome_words(account, horizon),
        "windows": [{"label": w.label, "x": w.x_range, "y": w.y_range} for w in windows],
        "opening": -1 if opening is None else windows.index(opening),
        "added": panel_height([trace.name for trace in figure.data[len(Trace) :]]),
    }
    # plotly knows how to write arrays as binary; the rest is put around its text.
    text = f'{{"about": {json.dumps(about)}, "figure": {figure.to_json()}}}'
    return f'<script type="application/json" id="chart-{number}">{_harmless(text)}</script>\n'


def _look(palette: Palette) -> dict[str, Any]:
    styles = trace_styles(palette)
    traces = [*(styles[trace] for trace in sorted(styles)), *[probe_style(palette)] * MOST_PANELS]
    return {"template": chart_template(palette).to_plotly_json(), "traces": traces}


def _embedded(value: Any) -> str:
    return _harmless(json.dumps(value))


def _harmless(text: str) -> str:
    """Write JSON so that nothing in it can end the script element that it stands in."""
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
