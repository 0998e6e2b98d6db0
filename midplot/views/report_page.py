"""Writes what came of a replay as one page that opens in any browser, without a network or a kernel."""

from __future__ import annotations

import json
from html import escape
from os import PathLike
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from midplot.core.account import StreamAccount
from midplot.core.latency import Latency
from midplot.views.chart_layout import CONFIG, Trace, chart_template, trace_styles
from midplot.views.facts import Fact, by_size, key_facts
from midplot.views.figure import bare_figure, outcome_words
from midplot.views.numbers import NOT_KNOWN, clipped, counted, plain
from midplot.views.page_file import write_page
from midplot.views.palette import DARK, LIGHT, Palette, css_variables
from midplot.views.probe_panels import MOST_PANELS, panel_height, probe_style
from midplot.views.report_table import accounts_table
from midplot.views.static_files import static_text
from midplot.views.windows import opening_window, part_windows

if TYPE_CHECKING:
    from midplot.results import ReplayResults

__all__ = ["MOST_CHARTS", "write_report"]

MOST_CHARTS = 40
"""How many streams are drawn in a page; each adds some 200 kB."""


def write_report(result: ReplayResults, path: str | PathLike[str]) -> Path:
    """Write a self-contained report: key numbers, a table of the streams that sorts, and a chart of each.

    Parameters
    ----------
    result
        What a replay gave.
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
    return write_page(report_page(result), path)


def report_page(result: ReplayResults) -> str:
    """Return the page as HTML."""
    from midplot.views.plotly_loaded import get_plotlyjs

    streams = list(result.streams.values())
    drawn = by_size(streams)[:MOST_CHARTS]
    numbers = {account.stream_id: number for number, account in enumerate(drawn)}
    return Template(static_text("report.html")).substitute(
        title=escape(f"Replay, score {key_facts(result)[0].value}"),
        light=css_variables(LIGHT),
        dark=css_variables(DARK),
        css=static_text("report.css"),
        interrupted=_interrupted(result),
        facts="".join(map(_fact, _facts(result))),
        rules=escape(_rules(result)),
        table=accounts_table(result, numbers),
        undrawn=_undrawn(len(streams) - len(drawn)),
        charts="".join(_chart(number, account, result.settings.horizon) for number, account in enumerate(drawn)),
        looks=_embedded({"light": _look(LIGHT), "dark": _look(DARK), "config": CONFIG}),
        plotly=get_plotlyjs() if drawn else "",
        js=static_text("report.js"),
    )


def _facts(result: ReplayResults) -> list[Fact]:
    return [*key_facts(result), _latency_fact(result.latency), _elapsed_fact(result)]


def _latency_fact(latency: Latency) -> Fact:
    detail = f"of {latency.budget * 1e3:g} ms allowed; p99 {plain(latency.p99 * 1e3, 3)}, longest {plain(latency.max * 1e3, 3)}"
    if latency.over_budget:
        detail += f"; {latency.over_budget:,} over"
    value = f"{plain(latency.mean * 1e3, 3)} ms" if latency.n else NOT_KNOWN
    return Fact("Mean latency", value, detail, "" if latency.ok else "bad")


def _elapsed_fact(result: ReplayResults) -> Fact:
    replayed = f"{counted(result.n_ticks, 'tick')} of {counted(len(result.streams), 'stream')}"
    return Fact("Elapsed", f"{plain(result.elapsed, 3)} s", replayed)


def _fact(fact: Fact) -> str:
    return (
        f'<div class="fact"><dt>{escape(fact.label)}</dt><dd><b class="{fact.tone}">{escape(fact.value)}</b>'
        f"<small>{escape(fact.detail)}</small></dd></div>"
    )


def _rules(result: ReplayResults) -> str:
    settings = result.settings
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


def _interrupted(result: ReplayResults) -> str:
    return '<p class="badge">interrupted: a partial result</p>' if result.interrupted else ""


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
