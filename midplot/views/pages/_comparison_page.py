"""Writes a comparison of attackers as a card for a notebook, and as one page that opens without a network or a kernel."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from os import PathLike
from pathlib import Path
from string import Template
from typing import Any, Protocol

from midplot._text import NOT_KNOWN, clipped, percent, signed
from midplot.evidence._disagreements import Disagreement
from midplot.evidence._luck import Luck, luck_of_ledger
from midplot.evidence._paired import agreements, decide_the_same
from midplot.evidence._words import SAME, amount, frequency
from midplot.game import LABELS
from midplot.money._figures import tone
from midplot.money._ledger import Ledger
from midplot.views._static_files import static_text
from midplot.views.chart._chart_layout import CONFIG, chart_template
from midplot.views.chart._comparison_figure import comparison_figure, comparison_styles
from midplot.views.chart._palette import DARK, LIGHT, Palette
from midplot.views.chart._plotly_loaded import get_plotlyjs
from midplot.views.pages._html import harmless, tone_class
from midplot.views.pages._minus import with_minus_in_html
from midplot.views.pages._page_file import write_page
from midplot.views.pages._shell import whole_page

__all__ = ["Compared", "comparison_card", "disagreement_cards", "tables", "write_comparison"]

MOST_STREAMS = 200
"""Largest number of streams in the table, those with the largest differences first."""


# Not in the style sheet, which cards in notebooks have as well.
_WIDTH = ":root { --m-page: 1280px; }\n"

_READ_BAND = "Inside the band, luck alone does as well 95% of the time."
"""How to read the band, which is drawn around a single difference only."""


class Compared(Protocol):
    """What these pages need of a comparison, which draws itself and so stands above them."""

    @property
    def ledgers(self) -> Mapping[str, Ledger]:
        """The replays by name."""

    @property
    def differences(self) -> Mapping[str, Luck]:
        """The luck in the difference of each from the first, by name."""

    def summary(self) -> list[str]:
        """Return one sentence on each difference."""

    def disagreements(self) -> list[Disagreement]:
        """Return the windows in which they differ most."""


def comparison_card(compared: Compared) -> str:
    """Return the totals and agreements as HTML for a notebook, without JavaScript."""
    return f'<style>{static_text("comparison.css")}</style><div class="midplot-comparison">{tables(compared)}</div>'


def write_comparison(compared: Compared, path: str | PathLike[str]) -> Path:
    """Write a self-contained page: sentences, totals, the figure, agreements, disagreements and streams.

    Raises
    ------
    ArgumentError
        If the path is a folder or cannot be written.
    """
    figure = comparison_figure(compared.ledgers, compared.differences)
    # The page has its own title, and sets colours that follow the screen.
    figure.update_layout(template=None, title=None, margin_t=28)
    body = Template(static_text("comparison.html")).substitute(
        tables=with_minus_in_html(tables(compared)),
        disagreements=with_minus_in_html(disagreement_cards(compared.disagreements())),
        streams=with_minus_in_html(_streams(compared)),
        band=_READ_BAND if len(compared.differences) == 1 else "",
        figure=harmless(figure.to_json()),
        looks=harmless(json.dumps({"light": _look(LIGHT, compared), "dark": _look(DARK, compared), "config": CONFIG})),
        plotly=get_plotlyjs(),
    )
    title = f"Comparison: {', '.join(map(clipped, compared.ledgers))}"
    page = whole_page(title, body, css=_WIDTH + static_text("comparison.css"), script="pages/comparison.js")
    return write_page(page, path)


def tables(compared: Compared) -> str:
    """Return the sentences, the totals and the agreements as HTML."""
    sentences = "".join(f"<p class='midplot-comparison-sentence'>{escape(line)}</p>" for line in compared.summary())
    return sentences + _totals(compared.ledgers) + "".join(_agreements(compared.ledgers))


def disagreement_cards(found: Iterable[Disagreement]) -> str:
    """Return the disagreements as cards with the ids ``disagreement-0`` and so on."""
    cards = [_card(place, each) for place, each in enumerate(found)]
    if not cards:
        return "<p class='midplot-comparison-none'>They decided the same everywhere.</p>"
    return f'<div class="midplot-comparison-disagreements">{"".join(cards)}</div>'


def _card(place: int, each: Disagreement) -> str:
    selection = each.selection
    label = next(label.name for label in LABELS if label.decision == each.expected)
    return (
        f'<article id="disagreement-{place}"><header>'
        f'<b class="{tone_class(tone(each.difference))}">{signed(each.difference, 4)}</b>'
        f"<strong><bdi>{escape(clipped(selection.stream_title))}</bdi> {selection.first:,}–{selection.last:,}</strong></header>"
        f"<p>{escape(clipped(each.why, 300))}</p>"
        f"<p class='midplot-comparison-proposal'>in hindsight: {label}</p></article>"
    )


def _totals(ledgers: Mapping[str, Ledger]) -> str:
    heads = ["Attacker", "Score", "95% interval", "Luck alone", "Decisions", "Win rate", "Latency, ms"]
    rows = []
    for name, ledger in ledgers.items():
        luck, latency = luck_of_ledger(ledger), ledger.latency
        rows.append(
            [
                _name(name),
                _money(ledger.total_score),
                *_chances(luck),
                f"{ledger.summary()['num_resolved_decisions']:,}",
                percent(ledger.win_rate),
                f"{latency.mean * 1e3:.2g}" if latency.n else NOT_KNOWN,
            ]
        )
    return _table("Totals", heads, rows)


def _agreements(ledgers: Mapping[str, Ledger]) -> Iterable[str]:
    (one, first), *others = ledgers.items()
    for other, second in others:
        rows = [
            [
                escape(clipped(each.words(one, other))),
                f"{each.n:,}",
                *map(_money, (each.first, each.second, each.second - each.first)),
            ]
            for each in agreements(first, second)
        ]
        yield _table(
            "Where they agree and where they differ", ["Decided", "Ticks", _name(one), _name(other), "Difference"], rows
        )


def _streams(compared: Compared) -> str:
    (_, first), *_ = compared.ledgers.items()
    names = list(compared.ledgers)
    heads = ["Stream", *map(_name, names)]
    for name in compared.differences:
        heads += ["Difference" + f" of {_name(name)}" * (len(names) > 2), "95% interval", "Luck alone"]
    by_stream = {name: luck.by_stream for name, luck in compared.differences.items()}
    rows = []
    for place, (stream_id, account) in enumerate(first.streams.items()):
        row = [_name(account.title), *(_money(ledger.streams[stream_id].score) for ledger in compared.ledgers.values())]
        for name, frame in by_stream.items():
            score, low, high, p = frame.iloc[place][["score", "low", "high", "p"]]
            between, chance = _chances_of(None if math.isnan(low) else (low, high), None if math.isnan(p) else p)
            same = math.isnan(low) and decide_the_same(first, compared.ledgers[name], stream_id)
            row += [_money(score), SAME if same else between, chance]
        rows.append((abs(sum(frame.iloc[place]["score"] for frame in by_stream.values())), row))
    rows.sort(key=lambda each: -each[0])
    return _table("", heads, [row for _, row in rows[:MOST_STREAMS]])


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th scope='col'>{each}</th>" for each in heads)
    body = "".join(
        f"<tr><th scope='row'>{row[0]}</th>{''.join(f'<td>{each}</td>' for each in row[1:])}</tr>" for row in rows
    )
    title = f"<caption>{caption}</caption>" if caption else ""
    table = f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="midplot-comparison-scroll">{table}</div>'


def _name(name: str) -> str:
    return f"<bdi>{escape(clipped(name))}</bdi>"


def _money(value: float) -> str:
    return f'<span class="{tone_class(tone(value))}">{signed(value)}</span>'


def _chances(luck: Luck) -> list[str]:
    return _chances_of(luck.interval, luck.p)


def _chances_of(interval: tuple[float, float] | None, p: float | None) -> list[str]:
    between = "too little data" if interval is None else " to ".join(map(amount, interval))
    return [between, NOT_KNOWN if p is None else frequency(p)]


def _look(palette: Palette, compared: Compared) -> dict[str, Any]:
    n = len(compared.ledgers)
    return {
        "template": chart_template(palette).to_plotly_json(),
        "traces": comparison_styles(palette, n),
        "shape": {"line": {"color": palette.rule}},  # where a stream ends
    }
