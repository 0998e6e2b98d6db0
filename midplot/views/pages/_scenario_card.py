"""What every card of a scenario shows, whether an attacker was checked on it or not: label, window, note, tags."""

from __future__ import annotations

from html import escape
from typing import Final

from midplot._text import clipped
from midplot.game import LABELS, LabelName
from midplot.scenarios._scenario import Scenario

__all__ = ["SIGNS", "label_chip", "remarks", "shown_text", "window_name"]

SIGNS: Final[dict[str, str]] = {label.name: label.sign for label in LABELS}
"""The shape of each label."""

# What fits a card without making it much taller than its neighbours; a note may have 2000 characters.
LONGEST_NOTE = 240
MOST_TAGS = 6


def shown_text(text: str, longest: int = 80) -> str:
    """Return a user's text as HTML, whatever it contains."""
    # `bdi` keeps text that runs from right to left from reordering what is around it.
    return f"<bdi>{escape(clipped(text, longest))}</bdi>"


def label_chip(label: LabelName) -> str:
    """Return a label with its sign, in its colour."""
    sign = f'<span aria-hidden="true">{SIGNS[label]}</span>'
    return f'<span class="midplot-check-chip midplot-check-{label.lower()}">{sign} {label}</span>'


def window_name(scenario: Scenario) -> str:
    """Return the stream, the variant if it is one, and the window."""
    selection = scenario.selection
    variant = f" <em>{escape(scenario.variant)}</em>" if scenario.variant else ""
    return (
        f"<strong>{shown_text(selection.stream_title, 40)}{variant} "
        f'<span class="midplot-check-range">{selection.first}–{selection.last}</span></strong>'
    )


def remarks(scenario: Scenario) -> str:
    """Return the scenario's note and tags, and what its outcome says against its label."""
    note = f"<q>{shown_text(' '.join(scenario.note.split()), LONGEST_NOTE)}</q>" if scenario.note.strip() else ""
    tags = "".join(f'<span class="midplot-check-tag">{shown_text(tag, 30)}</span>' for tag in scenario.tags[:MOST_TAGS])
    more = (
        f'<span class="midplot-check-tag">+{len(scenario.tags) - MOST_TAGS}</span>'
        if len(scenario.tags) > MOST_TAGS
        else ""
    )
    mark = f"<p>In hindsight {escape(scenario.hindsight)}.</p>" if scenario.hindsight else ""
    return mark + (f'<p class="midplot-check-remarks">{note}{tags}{more}</p>' if note or tags else "")
