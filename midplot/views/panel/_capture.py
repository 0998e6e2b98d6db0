"""What a person does to a chart, as plain state: pick a window, label it, undo that. It does not depend on any widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from os import PathLike
from threading import RLock

from midplot._arguments import whole_number
from midplot.errors import MidplotError, ScenarioError, legible
from midplot.game import DOWN, LABELS, UP
from midplot.money._scoring import profit_of
from midplot.scenarios._labeller import Labeller
from midplot.scenarios._selection import Selection
from midplot.scenarios._suggest import LONGEST, Suggestion
from midplot.scenarios.store import Saved
from midplot.views.panel._shelf import Kept, Shelf

__all__ = ["DEFAULT_LENGTH", "LONGEST", "Capture", "Captured", "Status"]

# Enough to see a pattern, and two thirds more than the horizon of 30.
DEFAULT_LENGTH = 50
# More than a person labels in one sitting; the best come first.
SUGGESTIONS = 40
SUGGESTED = "suggested"
"""The tag of an accepted suggestion: it was proposed in hindsight."""

# Each view undoes only what was done in it, so views need different names.
_numbers = count(1)

EXPECTED: dict[str, float] = {each.name: each.decision for each in LABELS}


@dataclass(frozen=True, slots=True)
class Status:
    """Content of the status line.

    Attributes
    ----------
    text
        Text of the line.
    kind
        ``info``, ``saved`` or ``error``.
    """

    text: str
    kind: str = "info"


@dataclass(frozen=True, slots=True)
class Captured:
    """The state of a capture at one moment.

    Attributes
    ----------
    stream_id
        Id of the stream that is shown.
    selection
        The window selected in it.
    length
        Number of points that a click selects.
    blind
        Whether everything after the window is hidden.
    suggestion
        The current suggestion, its position among all of them, and their number.
    status
        Content of the status line.
    cleared
        Number of times that the note and the tags were used, upon which their fields are cleared.
    """

    stream_id: int
    selection: Selection | None = None
    length: int = DEFAULT_LENGTH
    blind: bool = False
    suggestion: tuple[Suggestion, int, int] | None = None
    status: Status = Status("click the chart to select the points that end there")
    cleared: int = 0


class Capture:
    """Picks windows of a replayed stream and saves them as scenarios.

    Every method may be called from any thread. Errors go to the status line; none is raised, since nobody would see it.

    Parameters
    ----------
    labeller
        Holds the selection and saves labels.
    stream_id
        Id of the stream that is shown first.
    path
        Folder for scenarios.

    Attributes
    ----------
    state
        The current state: frozen, and replaced at every change.
    """

    def __init__(self, labeller: Labeller, stream_id: int, path: str | PathLike[str] = "scenarios") -> None:
        self.labeller = labeller
        # A relative path means what it meant when the replay was run, even if the working directory has changed.
        folder, number = labeller.label_folder(path), next(_numbers)
        self._part = f"view {number}"
        self.shelf = Shelf(folder, labeller, f"{labeller.part}/{self._part}")
        self.lock = RLock()
        self.state = Captured(stream_id)
        self._suggestions: list[Suggestion] | None = None

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo that was done in this view."""
        return self.shelf.can_undo

    def kept(self) -> list[Kept]:
        """Return the saved scenarios of the stream that is shown."""
        stream = self.labeller.ledger.streams.get(self.state.stream_id)
        return [] if stream is None else self.shelf.of_stream(stream)

    def status(self) -> Status:
        """Return the status line, with any notices about the stream's labels."""
        stream = self.labeller.ledger.streams.get(self.state.stream_id)
        notices = [self.shelf.problem] if self.shelf.problem else []
        misfits = [] if stream is None else self.shelf.misfits(stream)
        if misfits:
            n, (first, why) = len(misfits), misfits[0]
            more = f" and {n - 1} more" if n > 1 else ""
            notices.append(
                f"{n} label{'s' * (n > 1)} of this stream no longer fit{'s' * (n == 1)}: {first.scenario.title} "
                f"({why}){more}"
            )
        return replace(self.state.status, text=" · ".join([self.state.status.text, *notices]))

    # Picking

    def pick(self, index: int, *, start: bool = False) -> None:
        """Select the points that end at an index, or move the start of the selection there."""
        with self.lock:
            selected = self.state.selection
            if start and selected is not None:
                self._select(min(index, selected.last), selected.last)
            else:
                self._select_ending(index)

    def pick_range(self, first: int, last: int) -> None:
        """Select the points between two indices, both inclusive."""
        with self.lock:
            self._select(first, last)

    def set_length(self, length: int) -> None:
        """Set the number of points that a click selects, and keep the end of the selection."""
        with self.lock:
            length = min(LONGEST, max(1, whole_number("length", length, 1)))
            self.state = replace(self.state, length=length)
            if self.state.selection is not None:
                self._select_ending(self.state.selection.last)

    def move(self, by: int, *, start: bool = False) -> None:
        """Move the window by a number of ticks, or with ``start`` only its start."""
        with self.lock:
            selected = self.state.selection
            if selected is None:
                self._say("select a window first: click the chart", "error")
            elif start:
                self._select(min(selected.first + by, selected.last), selected.last)
            else:
                self._select(selected.first + by, selected.last + by)

    def _select_ending(self, last: int) -> None:
        """Select the chosen number of points, but none before the start of the part."""
        low, _ = self.labeller.part_bounds(self.state.stream_id, last)
        self._select(max(low, last - self.state.length + 1), last)

    def _select(self, first: int, last: int) -> None:
        try:
            selection = self.labeller.select(self.state.stream_id, first, last)
        except MidplotError as error:
            self._say(str(error), "error")
            return
        self.state = replace(self.state, selection=selection)
        self._say(described(selection, self.state.blind))

    # Labelling

    def label(self, label: str, note: str = "", tags: str = "") -> None:
        """Save the selection with a label."""
        with self.lock:
            self._act(lambda: self._save(EXPECTED[label], note, tags), "saved")

    def undo(self) -> None:
        """Undo the last act of this view, whatever it was: a label, a relabelling, a deletion."""
        with self.lock:
            self._act(lambda: f"undone: {self.shelf.undo()}", "saved")

    def redo(self) -> None:
        """Redo what was undone last."""
        with self.lock:
            self._act(lambda: f"done again: {self.shelf.redo()}", "saved")

    def relabel(self, key: str, label: str) -> None:
        """Give a saved scenario another label."""
        with self.lock:
            self._act(lambda: self._relabelled(key, label), "saved")

    def delete(self, key: str) -> None:
        """Delete a saved scenario."""
        with self.lock:
            self._act(lambda: self._deleted(key))

    def open(self, key: str) -> None:
        """Select the window of a saved scenario."""
        with self.lock:
            self._act(lambda: self._opened(self.shelf.find(key)))

    def _save(self, expected: float, note: str, tags: str) -> str:
        self._reselect()
        saved = self.labeller.save(
            expected,
            note=note,
            tags=tuple(tag.strip() for tag in tags.split(",") if tag.strip()),
            path=self.shelf.folder,
            part=self._part,
        )
        self.shelf.note_act()
        self.state = replace(self.state, cleared=self.state.cleared + 1)
        return " ".join([f"saved {saved.scenario.title} → {saved.path}", *_warned(saved)])

    def _reselect(self) -> None:
        """Make this view's window the one to save, even if another view has selected since."""
        selected = self.state.selection
        if selected is None:
            raise ScenarioError("nothing is selected", advice="Click the chart first.")
        self.labeller.select(self.state.stream_id, selected.first, selected.last)

    def _relabelled(self, key: str, label: str) -> str:
        saved = self.shelf.relabel(self.shelf.find(key), EXPECTED[label])
        return f"relabelled: {saved.scenario.title} → {saved.path}"

    def _deleted(self, key: str) -> str:
        kept = self.shelf.find(key)
        self.shelf.delete(kept)
        return f"deleted {kept.scenario.title}; undo brings it back"

    def _opened(self, kept: Kept) -> str:
        scenario, selection = kept.scenario, kept.scenario.selection
        self._select(selection.first, selection.last)
        words = [scenario.note, *(f"#{tag}" for tag in scenario.tags)]
        said = "".join(f" · {word}" for word in words if word)
        return f"{scenario.title}{said}: {described(selection, self.state.blind)}"

    # Suggestions

    def suggest(self) -> None:
        """Select the next window that is worth labelling."""
        with self.lock:
            self._act(self._next_suggestion)

    def accept(self, note: str = "", tags: str = "") -> None:
        """Save the current suggestion with its label, and go on to the next one."""
        with self.lock:
            suggestion = self.state.suggestion
            if suggestion is None:
                self._say("there is no suggestion to accept: press suggest first", "error")
                return
            self._act(lambda: self._accepted(suggestion[0], note, tags), "saved")

    def _next_suggestion(self) -> str:
        if self._suggestions is None:
            self._suggestions = self.labeller.suggest(SUGGESTIONS, stream=self.state.stream_id, path=self.shelf.folder)
        before = self.state.suggestion
        place = 0 if before is None else before[1] + 1
        if place >= len(self._suggestions):
            self.state = replace(self.state, suggestion=None)
            none = "nothing in this stream is worth a suggestion"
            return "that was the last suggestion of this stream" if self._suggestions else none
        suggestion = self._suggestions[place]
        self.state = replace(self.state, suggestion=(suggestion, place, len(self._suggestions)))
        self._select(suggestion.selection.first, suggestion.selection.last)
        return f"{suggestion.kind}: {suggestion.why}"

    def _accepted(self, suggestion: Suggestion, note: str, tags: str) -> str:
        saved = self._save(suggestion.expected, note or suggestion.why, f"{tags},{SUGGESTED}")
        self._next_suggestion()
        return saved

    # What is shown

    def go_to(self, stream_id: int) -> None:
        """Show another stream."""
        with self.lock:
            if stream_id == self.state.stream_id:
                return
            self._suggestions = None
            self.state = replace(
                self.state, stream_id=stream_id, selection=None, suggestion=None, status=Captured(stream_id).status
            )

    def set_blind(self, blind: bool) -> None:
        """Hide or show everything after the window."""
        with self.lock:
            self.state = replace(self.state, blind=blind)
            self._say("everything after the window is hidden" if blind else "everything is shown")

    def replay_changed(self) -> None:
        """Forget the suggestions, which were made from less of the replay."""
        with self.lock:
            self._suggestions = None

    def fail(self, error: Exception) -> None:
        """Put an error on the status line."""
        with self.lock:
            self._say(
                f"{type(error).__name__}: {error}" if not isinstance(error, MidplotError) else str(error), "error"
            )

    def _act(self, act: Callable[[], str], kind: str = "info") -> None:
        """Run an act and show the text that it returns, or its error."""
        try:
            text = act()
        except (MidplotError, OSError) as error:
            self.fail(error)
        else:
            self._say(text, kind)

    def _say(self, text: str, kind: str = "info") -> None:
        self.state = replace(self.state, status=Status(legible(text), kind))


def _warned(saved: Saved) -> list[str]:
    """Return warnings about a label that was saved."""
    warnings = [f"But {each.why}" for each in saved.contradictions[:1]]
    if saved.scenario.hindsight:
        warnings.append(f"In hindsight {saved.scenario.hindsight}.")
    return warnings


def described(selection: Selection, blind: bool) -> str:
    """Describe a selection, and say what UP and DOWN would have earned unless the outcome is hidden or unknown."""
    n = selection.n_ticks
    text = f"selected {selection.first:,} – {selection.last:,} of {selection.stream_title}, {n:,} point{'s' * (n != 1)}"
    if blind or len(selection.after) < selection.horizon:
        return text
    prices = selection.values[-1], selection.after[selection.horizon - 1]
    up, down = (profit_of(*prices, decision, selection.epsilon) for decision in (UP, DOWN))
    return f"{text}; UP at its end earns {up:+.4g}, DOWN {down:+.4g}"
