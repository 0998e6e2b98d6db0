"""Renders a movie as a gallery: a card for a notebook, and one page that opens in any browser and can be filtered."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from os import PathLike
from pathlib import Path
from string import Template

from midplot._text import counted
from midplot.game import LABELS
from midplot.scenarios._scenario import Scenario
from midplot.views._static_files import static_text
from midplot.views.chart.cards._window_picture import scenario_picture
from midplot.views.pages._minus import with_minus_in_html
from midplot.views.pages._page_file import write_page
from midplot.views.pages._scenario_card import SIGNS, label_chip, remarks, shown_text, window_name
from midplot.views.pages._shell import whole_page

__all__ = ["MOST_DRAWN", "MOST_FILTERS", "movie_card", "movie_page", "write_movie_page"]

MOST_DRAWN = 24
"""Most scenarios on a card: a notebook's file grows by 1.5 kB or more with each."""

MOST_FILTERS = 24
"""Most tags that the page offers to filter by, the most frequent ones."""

_EXPECTS = {
    "UP": "Expects a decision up and none down within",
    "DOWN": "Expects a decision down and none up within",
    "NOTHING": "Expects no decision within",
}


def movie_card(scenarios: Sequence[Scenario]) -> str:
    """Return the gallery as HTML for a notebook, in the notebook's colours, without JavaScript.

    Parameters
    ----------
    scenarios
        The scenarios, in the order of the movie.
    """
    shown = scenarios[:MOST_DRAWN]
    more = len(scenarios) - len(shown)
    rest = (
        f'<p class="midplot-check-more">and {counted(more, "more scenario")}: movie.to_html("movie.html") shows them all</p>'
        if more
        else ""
    )
    return (
        f'<style>{static_text("check.css")}</style><div class="midplot-check">{_heading(scenarios, "p")}'
        f"{_groups(shown, 'p')}{rest}</div>"
    )


def write_movie_page(scenarios: Sequence[Scenario], path: str | PathLike[str]) -> Path:
    """Write a self-contained page with a picture of each scenario, by stream, which can be filtered by label and tag.

    Parameters
    ----------
    scenarios
        The scenarios, in the order of the movie.
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
    return write_page(movie_page(scenarios), path)


def movie_page(scenarios: Sequence[Scenario]) -> str:
    """Return the page as HTML."""
    body = Template(static_text("movie.html")).substitute(
        heading=_heading(scenarios, "h1"),
        filters=_filters(scenarios) if len(scenarios) > 1 else "",
        groups=with_minus_in_html(_groups(scenarios, "h2")),
    )
    title = f"Movie: {counted(len(scenarios), 'scenario')}"
    return whole_page(title, body, css=static_text("check.css"), script="pages/movie.js")


def _heading(scenarios: Sequence[Scenario], element: str) -> str:
    counts = Counter(scenario.label for scenario in scenarios)
    labels = "".join(
        f'<span class="midplot-check-{label.colour}"><i>{label.sign}</i> {counts[label.name]:,} {label.name}</span>'
        for label in LABELS
        if counts[label.name]
    )
    n_streams = len({scenario.selection.stream_title for scenario in scenarios})
    where = f" on {counted(n_streams, 'stream')}" if scenarios else ""
    noun = "scenario" if len(scenarios) == 1 else "scenarios"
    return (
        '<header class="midplot-check-totals"><div class="midplot-check-headline">'
        f"<{element}><b>{len(scenarios):,}</b> {noun}{where}</{element}></div>"
        f'<p class="midplot-check-labels">{labels}</p></header>'
    )


def _filters(scenarios: Iterable[Scenario]) -> str:
    """Return buttons for the labels and tags that occur, which the page's script shows and hides cards by."""
    scenarios = list(scenarios)
    labels = Counter(scenario.label for scenario in scenarios)
    tags = Counter(tag for scenario in scenarios for tag in scenario.tags)
    buttons = [
        _filter("label", label.name, f"{SIGNS[label.name]} {label.name}", labels[label.name])
        for label in LABELS
        if labels[label.name] and len(labels) > 1
    ]
    buttons += [_filter("tag", tag, shown_text(tag, 30), n) for tag, n in tags.most_common(MOST_FILTERS)]
    if not buttons:
        return ""
    return (
        f'<div class="midplot-check-filters" role="group" aria-label="Show only">{"".join(buttons)}'
        '<span id="count" aria-live="polite"></span></div>'
    )


def _filter(kind: str, value: str, shown: str, n: int) -> str:
    return f'<button type="button" aria-pressed="false" data-{kind}="{escape(value)}">{shown} <small>{n:,}</small></button>'


def _groups(scenarios: Iterable[Scenario], element: str) -> str:
    """Return the cards by stream, in the order of the movie."""
    return "".join(
        f'<section><{element} class="midplot-check-stream">{shown_text(title, 60)}</{element}>'
        f'<div class="midplot-check-cards">{"".join(map(_card, group))}</div></section>'
        for title, group in groupby(scenarios, key=lambda scenario: scenario.selection.stream_title)
    )


def _card(scenario: Scenario) -> str:
    label, n_ticks = scenario.label, counted(scenario.selection.n_ticks, "tick")
    tags = escape(json.dumps(list(scenario.tags)))
    origin = (
        f'<p class="midplot-check-facts">Derived from {shown_text(scenario.origin, 80)}.</p>' if scenario.origin else ""
    )
    return (
        f'<article class="midplot-check-wants-{label.lower()}" data-label="{label}" data-tags="{tags}">'
        f"<header>{label_chip(label)}{window_name(scenario)}</header>{scenario_picture(scenario)}"
        f'<p class="midplot-check-why">{_EXPECTS[label]} {n_ticks}.</p>{origin}{remarks(scenario)}</article>'
    )
