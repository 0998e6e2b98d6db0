"""The picture of a view with its figures in words, as HTML that needs neither a kernel nor a script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape

from midplot._text import clipped, counted, percent, signed, with_minus
from midplot.errors import legible
from midplot.money._account import StreamAccount, win_rate
from midplot.money._ledger import Ledger
from midplot.views._static_files import static_text
from midplot.views._view_state import ViewState
from midplot.views.chart.live._scene import Scene
from midplot.views.pages._html import results_card
from midplot.views.still._picture import picture_height, scene_svg

__all__ = ["shown_to_readers", "still_html", "still_words"]

_WIDTH = 900

_HOW = "A picture of the view: run the cell again to work with it."


def shown_to_readers(state: ViewState) -> ViewState:
    """Return a state without what is hidden from the person who labels, or that person's theme: others will read it."""
    return state.changed(blind=False, revealed=None, review=None, dark=False)


def still_html(
    ledger: Ledger,
    state: ViewState,
    scene: Scene | None,
    probes: Sequence[str],
    labels: Sequence[str],
    *,
    accounts: bool,
) -> str:
    """Return the picture of a view.

    Parameters
    ----------
    ledger
        What happened in the replay.
    state
        What the view shows of it.
    scene
        Its chart, or None if it shows none.
    probes
        Names of the probes that have a panel.
    labels
        Labels of the scenarios saved for the stream, ``UP``, ``DOWN`` or ``NOTHING`` for each.
    accounts
        Whether the view has the accounting table, in place of which the largest streams are listed.

    Returns
    -------
    str
        HTML that is the same from run to run if decisions and scores are. All that matters of it is left where styles
        are removed, as they are from notebooks that are not trusted.
    """
    words = still_words(ledger, state, labels)
    account = ledger.streams.get(state.stream)
    parts = [f"<style>{static_text('still.css')}</style>"]
    if scene is not None and account is not None:
        title = f"{clipped(legible(account.title))} · score {_amount(account.score)}"
        parts.append(_image(scene_svg(scene, probes, _WIDTH, title=title, words=words), f"{title}. {words}", probes))
        parts.append(f"<p>{escape(words)} {_HOW}</p>")
    elif not accounts:
        parts.append(f"<p>{escape(words)}</p>")
    if accounts:
        parts.append(results_card(ledger))
    return f'<div class="midplot-still">{"".join(parts)}</div>'


def still_words(ledger: Ledger, state: ViewState, labels: Sequence[str] = ()) -> str:
    """Return in words what a view shows, without whatever differs from run to run."""
    account = ledger.streams.get(state.stream)
    if account is None:
        return "Nothing was replayed."
    return " ".join([*_money(account, ledger), *_labels(state, labels)])


def _amount(value: float | None, digits: int = 6) -> str:
    return with_minus(signed(value, digits))


def _image(svg: str, words: str, probes: Sequence[str]) -> str:
    # An image, since front ends remove the elements of an SVG from notebooks that are not trusted.
    source = b64encode(svg.encode()).decode()
    size = f'width="{_WIDTH}" height="{picture_height(probes)}" style="max-width: 100%; height: auto"'
    return f'<img alt="{escape(words)}" {size} src="data:image/svg+xml;base64,{source}">'


def _money(account: StreamAccount, ledger: Ledger) -> Iterator[str]:
    """Yield sentences on what was earned, and over what."""
    summary = account.summary
    n = int(summary["num_resolved_decisions"] or 0)
    what = (
        [counted(n, "resolved decision"), f"{account.unresolved:,} unresolved"]
        if account.unresolved
        else [counted(n, "decision")]
    )
    if n:
        wins, losses = int(summary["wins"] or 0), int(summary["losses"] or 0)
        outcomes = f"{counted(wins, 'win')}, {losses:,} loss{'es' * (losses != 1)}"
        each = f"{_amount(summary['profit_per_decision'], 4)} per decision after costs"
        what += [f"win rate {percent(win_rate(summary))} ({outcomes})", each]
    yield f"{clipped(legible(account.title))}: score {_amount(account.score)}, {', '.join(what)}."
    settings = ledger.settings
    yield f"Horizon {settings.horizon}, epsilon {settings.epsilon:g}."
    if len(ledger.streams) > 1:
        yield f"All {len(ledger.streams):,} streams: score {_amount(ledger.total_score)}."
    if ledger.interrupted:
        yield "The replay was interrupted: this is a partial result."


def _labels(state: ViewState, labels: Sequence[str]) -> Iterator[str]:
    """Yield sentences on what is selected and labelled."""
    if state.selection is not None:
        yield f"Selected: {state.selection.first:,} to {state.selection.last:,}."
    if labels:
        counts = ", ".join(f"{labels.count(label):,} {label}" for label in dict.fromkeys(labels))
        yield f"{counted(len(labels), 'saved label')}: {counts}."
