"""What speaks against each label of the selected window before it is saved, and how the view says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from midplot.errors import legible
from midplot.game import LABELS
from midplot.scenarios._scenario import Scenario
from midplot.scenarios._selection import Selection
from midplot.views._view_state import ViewState
from midplot.views.panel.labels._shelf import Shelf

__all__ = ["Caution", "Cautions", "marks_in_words"]


@dataclass(frozen=True, slots=True)
class Caution:
    """What speaks against a label: its button is marked with an exclamation mark.

    Attributes
    ----------
    against
        A saved scenario that it would contradict, or None.
    hindsight
        How the outcome of the window contradicts it, or None.
    """

    against: Scenario | None
    hindsight: str | None

    def __str__(self) -> str:
        against = [f"contradicts {self.against.title}"] if self.against else []
        return legible("; ".join([*against, *([f"in hindsight {self.hindsight}"] if self.hindsight else [])]))


class Cautions:
    """Looks up what speaks against the labels of a window.

    Parameters
    ----------
    shelf
        The saved scenarios.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        # What was looked up last, and for which window, labels and state.
        self._known: tuple[tuple[Any, ...], dict[str, Caution]] | None = None

    def of(self, state: ViewState) -> Mapping[str, Caution]:
        """Return what speaks against each label of the selected window, those that nothing speaks against left out."""
        # In labelling mode nothing of it is shown, and to look for it takes long in a large folder.
        if state.selection is None or state.target is not None:
            return {}
        # Looking through all labels takes a while, and most acts, such as a frame of a playback, change none of this.
        asked = (state.selection, self._shelf.reading, state.hides_future)
        if self._known is not None and all(now is then for now, then in zip(asked, self._known[0], strict=True)):
            return self._known[1]
        found = self._look_up(state.selection, hides_future=state.hides_future)
        self._known = asked, found
        return found

    def _look_up(self, selection: Selection, *, hides_future: bool) -> dict[str, Caution]:
        found: dict[str, Caution] = {}
        for label in LABELS:
            draft = Scenario(selection=selection, expected=label.decision)
            against = [kept.scenario for kept in self._shelf.against(draft)[:1]]
            # The outcome would be given away where the future is hidden.
            hindsight = None if hides_future else draft.hindsight
            if against or hindsight:
                found[label.name] = Caution(against[0] if against else None, hindsight)
        return found


def marks_in_words(cautions: Mapping[str, Caution], state: ViewState) -> str:
    """Return what the exclamation marks on the label buttons mean, for the status line; an empty text without any."""
    if state.status.kind == "error" or state.question is not None:
        return ""  # that is more urgent, and says why itself
    # A label that was just saved says in full what speaks against it.
    said = state.status.kind == "saved"
    loses = [] if said else [name for name, caution in cautions.items() if caution.hindsight]
    words = [f"{_doing(loses, 'lose')} in hindsight"] if loses else []
    contrary: dict[str, list[str]] = {}
    for name, caution in cautions.items():
        if caution.against is not None:
            contrary.setdefault(_named(caution.against, state), []).append(name)
    words += [f"{_doing(names, 'contradict')} {what}" for what, names in contrary.items()]
    return legible(f"! {'; '.join(words)}") if words else ""


def _doing(names: Sequence[str], verb: str) -> str:
    return f"{' and '.join(names)} {verb}{'s' * (len(names) == 1)}"


def _named(scenario: Scenario, state: ViewState) -> str:
    """Name a scenario of the stream that is shown, in few words."""
    window, selected = scenario.selection, state.selection
    if selected is not None and (window.first, window.last) == (selected.first, selected.last):
        return "it" if state.status.kind == "saved" else f"the {scenario.label} saved here"
    return f"{scenario.label} {window.first:,} – {window.last:,}"
