"""The snapshots of a check as HTML: what has changed in each, where, and what that earned or cost."""

from __future__ import annotations

from collections.abc import Sequence

from midplot._text import counted, with_minus
from midplot.checks._snapshot_check import ACCEPT, SnapshotCheck
from midplot.views.pages._check_cards import glyph, headline
from midplot.views.pages._scenario_card import shown_text

__all__ = ["snapshot_section"]


def snapshot_section(checks: Sequence[SnapshotCheck], heading: str, about: str = "") -> str:
    """Return the snapshots, those with a change first; an empty text if there are none.

    Parameters
    ----------
    checks
        The snapshots that were checked.
    heading
        Element of the headline, such as ``h1``.
    about
        HTML of the line below the headline.
    """
    if not checks:
        return ""
    n = sum(check.ok for check in checks)
    cards = "".join(map(_card, sorted(checks, key=lambda check: check.ok)))
    counts = f"<b>{n:,}</b> of {counted(len(checks), 'snapshot')} unchanged"
    top = headline(counts, heading, n == len(checks))
    return f'<section class="midplot-check-snapshots">{top}{about}{cards}</section>'


def _card(check: SnapshotCheck) -> str:
    state = "succeeded" if check.ok else "failed"
    rows = "".join(f"<tr><th scope='row'>{name}</th><td>{_cell(name, text)}</td></tr>" for name, text in check.rows)
    table = f"<table>{rows}</table>" if rows else ""
    return (
        f'<article class="midplot-check-{state}"><header><strong>{shown_text(check.place, 200)}</strong>'
        f'<span class="midplot-check-verdict">{glyph(check.ok)}</span></header>'
        f'<p class="midplot-check-why">{shown_text(with_minus(check.outcome), 600)}</p>{table}</article>'
    )


def _cell(name: str, text: str) -> str:
    # The command is there to be copied.
    return f"<code>{shown_text(text, 600)}</code>" if name == ACCEPT else shown_text(with_minus(text), 600)
