"""What a person does to labels in a view: each act changes files and returns the state that follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from os import PathLike
from typing import Final

from midplot.errors import MidplotError, ScenarioError, legible
from midplot.scenarios._labeller import Labeller
from midplot.scenarios._scenario import Scenario, decision_of, label_of
from midplot.scenarios._suggest import Suggestion
from midplot.scenarios.store import Saved
from midplot.views._view_state import Question, Suggested, ViewState
from midplot.views.chart.live._brackets import Bracket
from midplot.views.panel._world import World, described
from midplot.views.panel.acts._act import Message
from midplot.views.panel.acts._selecting import select_shown
from midplot.views.panel.labels._cautions import Cautions
from midplot.views.panel.labels._shelf import Kept, Shelf

__all__ = ["Desk"]

# More than a person labels in one sitting; the best come first.
SUGGESTIONS: Final = 40

SUGGESTED: Final = "suggested"
"""The tag of an accepted suggestion: it was proposed in hindsight."""

# More would lie on top of each other, and travel with every scene.
MOST_BRACKETS: Final = 300

# Each view undoes only what was done in it, so views need different names.
_numbers = count(1)

# Where a suggestion is, what it proposes and why all give away what came after the window.
_IN_HINDSIGHT: Final = frozenset({"suggest", "suggestion", "accept"})

Act = Callable[[ViewState, Message], ViewState]


class Desk:
    """The labels of one view.

    Parameters
    ----------
    labeller
        Saves selections.
    world
        The replay.
    path
        Folder of the scenarios, relative to the working directory at the time of the replay.

    Attributes
    ----------
    shelf
        The scenarios in the folder.
    cautions
        What speaks against a label before it is saved.
    """

    def __init__(self, labeller: Labeller, world: World, path: str | PathLike[str]) -> None:
        self._labeller = labeller
        self._world = world
        # A relative path means what it meant when the replay was run, even if the working directory has changed.
        folder, self._part = labeller.label_folder(path), f"view {next(_numbers)}"
        self.shelf = Shelf(folder, labeller, f"{labeller.part}/{self._part}")
        self._suggestions: dict[int, list[Suggestion]] = {}
        self.cautions = Cautions(self.shelf)
        self.acts: Mapping[str, Act] = {
            "label": self._label,
            "answer": self._answer,
            "undo": lambda state, _: self._reopened(self._saying(state, f"undone: {self.shelf.undo()}")),
            "redo": lambda state, _: self._reopened(self._saying(state, f"done again: {self.shelf.redo()}")),
            "open": self._open,
            "relabel": self._relabel,
            "delete": self._delete,
            "edit": self._edit,
            "suggest": self._suggest,
            "suggestion": self._choose_suggestion,
            "accept": self._accept,
        }

    def act(self, state: ViewState, message: Message) -> ViewState:
        """Return the state after an act of `acts`; an error is put on the status line."""
        state = state.changed(follow=False, picked=None)
        if state.blind and message["act"] in _IN_HINDSIGHT:
            return state.saying("suggestions are made in hindsight, so blind hides them; untick blind first", "error")
        try:
            return self.acts[message["act"]](state, message)
        except (MidplotError, OSError) as error:
            return state.saying(
                str(error) if isinstance(error, MidplotError) else f"{type(error).__name__}: {error}", "error"
            )

    # What is on the desk

    def kept(self, stream: int) -> Sequence[Kept]:
        """Return the saved scenarios of a stream, in order of position."""
        account = self._world.ledger.streams.get(stream)
        return () if account is None else self.shelf.of_stream(account)

    def brackets(self, state: ViewState) -> list[Bracket]:
        """Return the saved scenarios that are drawn: those in sight, and if they are too many, evenly chosen ones."""
        low, high = self._world.visible(state)
        seen = [
            Bracket(window.first, window.last, kept.scenario.label, kept.passed)
            for kept in self.kept(state.stream)
            if (window := kept.scenario.selection).last >= low and window.first <= high
        ]
        return seen[:: -(-len(seen) // MOST_BRACKETS)] if len(seen) > MOST_BRACKETS else seen

    def notices(self, stream: int) -> list[str]:
        """Return what is wrong with the folder, or with the labels of a stream."""
        account = self._world.ledger.streams.get(stream)
        notices = [self.shelf.problem] if self.shelf.problem else []
        misfits = [] if account is None else self.shelf.misfits(account)
        if misfits:
            n, (first, why) = len(misfits), misfits[0]
            more = f" and {n - 1} more" if n > 1 else ""
            notices.append(
                f"{n} label{'s' * (n > 1)} of this stream no longer fit{'s' * (n == 1)}: {first.scenario.title} "
                f"({why}){more}"
            )
        return [legible(notice) for notice in notices]

    def suggestions(self, stream: int) -> tuple[list[tuple[Suggestion, bool]], str]:
        """Return the suggestions of a stream, each with whether it has been labelled since; and why there may be none."""
        if self._world.running:
            # They would be made from less than the whole, and each look would take time from the replay.
            return [], "Suggestions are listed when the replay has ended."
        if stream not in self._world.ledger.streams:
            return [], "Nothing was replayed."
        try:
            found = self._found(stream)
        except (MidplotError, OSError) as error:  # such as a folder that cannot be read
            return [], str(error)
        listed = [(each, self._is_labelled(stream, each)) for each in found]
        return listed, "Nothing in this stream is worth a suggestion."

    def n_suggestions(self, stream: int) -> int | None:
        """Return the number of suggestions of a stream; None if they have not been looked for."""
        found = self._suggestions.get(stream)
        return None if found is None else len(found)

    def forget_suggestions(self) -> None:
        """Forget the suggestions, which were made from less of the replay."""
        self._suggestions = {}

    # Acts

    def _label(self, state: ViewState, message: Message) -> ViewState:
        """Save the window with a label, unless other labels contradict it: then ask first."""
        label, note, tags = str(message["label"]), str(message.get("note", "")), str(message.get("tags", ""))
        against = self.shelf.against(self._draft(state, label, note, tags))
        if against:
            others = against[0].scenario.title + (f" and {len(against) - 1} more" if len(against) > 1 else "")
            text = f"{label} here contradicts {others}: no attacker can satisfy both"
            keys = tuple(each.key for each in against)
            return state.changed(question=Question(label, note, tags, text, keys)).saying(text, "error")
        return self._saved(state, label, note, tags)

    def _answer(self, state: ViewState, message: Message) -> ViewState:
        """Save the label that was asked about in place of the others, or beside them, or not at all."""
        asked, answer = state.question, message.get("answer")
        state = state.changed(question=None)
        if asked is None:
            return state
        if answer == "both":
            return self._saved(state, asked.label, asked.note, asked.tags)
        if answer != "replace":
            return state.saying("nothing was saved")
        draft = self._draft(state, asked.label, asked.note, asked.tags)
        saved = self.shelf.replace([self.shelf.find(key) for key in asked.keys], draft)
        return self._after(state, saved)

    def _draft(self, state: ViewState, label: str, note: str, tags: str) -> Scenario:
        if state.selection is None:
            raise ScenarioError("nothing is selected", advice="Click the chart first.")
        return Scenario(selection=state.selection, expected=decision_of(label), note=note, tags=_split(tags))

    def _saved(self, state: ViewState, label: str, note: str, tags: str) -> ViewState:
        draft = self._draft(state, label, note, tags)
        # Another view of the same result may have selected since.
        self._labeller.hold(draft.selection)
        saved = self._labeller.save(
            decision_of(label), note=note, tags=draft.tags, path=self.shelf.folder, part=self._part
        )
        self.shelf.note_act()
        return self._after(state, saved)

    def _after(self, state: ViewState, saved: Saved) -> ViewState:
        """Return the state after a window was labelled: its note and tags stay in their fields, to be edited."""
        words = [
            f"saved {saved.scenario.title} → {saved.path}",
            *(f"but {each.why}" for each in saved.contradictions[:1]),
        ]
        if short := self._labeller.lacks_history(saved.scenario.selection):
            words.append(f"but {short.removesuffix('.')}")
        if saved.scenario.hindsight and not state.hides_future:
            words.append(f"in hindsight {saved.scenario.hindsight}")
        state = state.filled_with(saved.scenario.note, saved.scenario.tags, saved.path.name)
        return state.changed(question=None).saying(" · ".join(words), "saved")

    def _open(self, state: ViewState, message: Message) -> ViewState:
        """Select the window of a saved scenario, and show its note and tags."""
        kept = self.shelf.find(str(message["key"]))
        scenario, window = kept.scenario, kept.scenario.selection
        state = select_shown(state.changed(revealed=None, playing=False), window.first, window.last, self._world)
        if state.selection is None or (state.selection.first, state.selection.last) != (window.first, window.last):
            return state
        state = state.filled_with(scenario.note, scenario.tags, kept.key)
        return state.saying(f"{scenario.title}: {described(window, hides_future=state.hides_future)}")

    def _relabel(self, state: ViewState, message: Message) -> ViewState:
        kept = self.shelf.find(str(message["key"]))
        saved = self.shelf.relabel(kept, decision_of(str(message["label"])))
        state = state.changed(opened=saved.path.name) if state.opened == kept.key else state
        return self._saying(state, f"relabelled: {saved.scenario.title} → {saved.path}")

    def _delete(self, state: ViewState, message: Message) -> ViewState:
        kept = self.shelf.find(str(message["key"]))
        self.shelf.delete(kept)
        state = state.filled_with() if state.opened == kept.key else state
        return self._saying(state, f"deleted {kept.scenario.title}; undo brings it back")

    def _edit(self, state: ViewState, message: Message) -> ViewState:
        """Change note and tags of the scenario whose window is open."""
        kept = self.shelf.find(str(message["key"]))
        saved = self.shelf.edit(kept, str(message["note"]), _split(str(message["tags"])))
        state = state.changed(note=saved.scenario.note, tags=", ".join(saved.scenario.tags))
        return self._saying(state, f"note and tags saved: {saved.scenario.title}")

    def _reopened(self, state: ViewState) -> ViewState:
        """Return the state with note and tags of the open scenario as they are now, or with none if it is gone."""
        window = state.selection
        found = [
            kept
            for kept in self.kept(state.stream)
            if kept.key == state.opened
            # What was done again is the label of the window that is selected.
            or (window and (kept.scenario.selection.first, kept.scenario.selection.last) == (window.first, window.last))
        ]
        if not found:
            return state.filled_with() if state.opened else state
        kept = next((each for each in found if each.key == state.opened), found[0])
        return state.filled_with(kept.scenario.note, kept.scenario.tags, kept.key)

    @staticmethod
    def _saying(state: ViewState, words: str) -> ViewState:
        return state.changed(question=None).saying(words, "saved")

    # Suggestions

    def _suggest(self, state: ViewState, _: Message) -> ViewState:
        """Select the next window that is worth labelling."""
        found = self._found(state.stream)
        before = state.suggestion
        place = 0 if before is None else before.place + 1
        while place < len(found) and self._is_labelled(state.stream, found[place]):
            place += 1
        if place >= len(found):
            none = "nothing in this stream is worth a suggestion"
            last = "that was the last suggestion of this stream" if found else none
            return state.changed(suggestion=None).saying(last)
        return self._go_to_suggestion(state, found, place)

    def _choose_suggestion(self, state: ViewState, message: Message) -> ViewState:
        """Select the window of one suggestion of the list."""
        found, place = self._found(state.stream), int(message["place"])
        return self._go_to_suggestion(state, found, place) if 0 <= place < len(found) else state

    def _go_to_suggestion(self, state: ViewState, found: Sequence[Suggestion], place: int) -> ViewState:
        suggestion = found[place]
        window = suggestion.selection
        state = select_shown(state.changed(suggestion=None), window.first, window.last, self._world)
        state = state.changed(suggestion=Suggested(suggestion, place, len(found)))
        return state.saying(f"{suggestion.kind}: {suggestion.why}")

    def _found(self, stream: int) -> Sequence[Suggestion]:
        """Return the suggestions of a stream, which are looked for when they are first needed."""
        found = self._suggestions.get(stream)
        if found is None:
            found = self._labeller.suggest(SUGGESTIONS, stream=stream, path=self.shelf.folder)
            self._suggestions[stream] = found
        return found

    def _is_labelled(self, stream: int, suggestion: Suggestion) -> bool:
        """Tell whether a suggested window shares a tick with one that was labelled since it was suggested."""
        first, last = suggestion.selection.first, suggestion.selection.last
        windows = (kept.scenario.selection for kept in self.kept(stream))
        return any(window.first <= last and window.last >= first for window in windows)

    def _accept(self, state: ViewState, message: Message) -> ViewState:
        """Save the current suggestion with its label, and go on to the next one."""
        suggested = state.suggestion
        if suggested is None:
            return state.saying("there is no suggestion to accept: press suggest first", "error")
        suggestion = suggested.suggestion
        expected = label_of(suggestion.expected)
        tags = f"{message.get('tags', '')},{SUGGESTED}"
        state = self._label(state, {"label": expected, "note": message.get("note") or suggestion.why, "tags": tags})
        if state.question is not None:
            return state
        saved = state.status
        after = self._suggest(state.changed(suggestion=suggested), message)
        if after.suggestion is None:
            return after.saying(f"{saved.text} · {after.status.text}", saved.kind)
        return after.saying(f"{saved.text} · next: {after.status.text}", saved.kind)


def _split(tags: str) -> tuple[str, ...]:
    return tuple(tag.strip() for tag in tags.split(",") if tag.strip())
