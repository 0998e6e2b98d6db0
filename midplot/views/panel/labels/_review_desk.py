"""What a person does in labelling mode: the acts of the desk, each followed by the next window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final
from weakref import WeakKeyDictionary

from midplot._text import counted
from midplot.errors import MidplotError, legible
from midplot.game import LABELS
from midplot.scenarios._labeller import Labeller
from midplot.scenarios._scenario import Scenario, decision_of, label_of
from midplot.views._view_state import Review, Target, ViewState
from midplot.views.panel._world import World
from midplot.views.panel.acts._act import Message
from midplot.views.panel.labels import _review
from midplot.views.panel.labels._desk import SUGGESTED, SUGGESTIONS, Desk
from midplot.views.panel.labels._shelf import Kept
from midplot.views.panel.labels._targets import Listed, Windows, listed

__all__ = ["ReviewDesk", "review_state"]

# The mode shows one window after another. A click in the chart turns the keys on, and must not select another window.
_IGNORED: Final = frozenset(
    {"pick", "range", "move", "length", "suggest", "accept", "blind", "relabel", "delete", "edit"}
)

# A view that is closed and opened again goes on where it was left.
_LEFT: WeakKeyDictionary[Labeller, Review] = WeakKeyDictionary()

Act = Callable[[ViewState, Message], ViewState]


class ReviewDesk:
    """The labelling mode of one view.

    Parameters
    ----------
    desk
        Saves labels.
    labeller
        Suggests windows, and finds them in the streams.
    world
        The replay.
    """

    def __init__(self, desk: Desk, labeller: Labeller, world: World) -> None:
        self._desk = desk
        self._labeller = labeller
        self._world = world
        self._acts: Mapping[str, Act] = {
            "label": self._label,
            "answer": self._answer,
            "undo": self._undo,
            "redo": self._undo,
            "skip": lambda state, _: self._ended(_review.skip(state, world)),
            "back": lambda state, _: _review.back(state, world),
        }

    def takes(self, state: ViewState, name: str) -> bool:
        """Return whether an act is one of this mode in a state: to enter or leave it always is."""
        return name == "review" or (state.target is not None and (name in self._acts or name in _IGNORED))

    def act(self, state: ViewState, message: Message) -> ViewState:
        """Return the state after an act; an error is put on the status line."""
        name, state = message["act"], state.changed(picked=None)
        if name in _IGNORED:
            return state.saying(
                "labelling in a row shows one window after another: label this one, skip it, or leave with Escape"
            )
        try:
            if name != "review":
                return self._kept(self._acts[name](state.changed(follow=False), message))
            return self.begin(state) if message.get("on", True) else self._kept(_review.leave(state))
        except (MidplotError, OSError) as error:
            return state.saying(
                str(error) if isinstance(error, MidplotError) else f"{type(error).__name__}: {error}", "error"
            )

    def begin(self, state: ViewState, windows: Windows | None = None) -> ViewState:
        """Enter the mode.

        Parameters
        ----------
        state
            The state before.
        windows
            The windows to label. None goes on with those that are left, or else suggests some over all streams.
        """
        if state.target is not None and windows is None:
            return state
        if state.review is None and self._labeller in _LEFT:
            state = state.changed(review=_LEFT[self._labeller])
        found = self._left(state) if windows is None else None
        if found is None:
            found = listed(self._suggestions() if windows is None else windows, self._labeller)
        state = _review.begin(state, found.targets, self._labelled(found.targets), self._world)
        words = _left_out(found.misfits)
        if state.target is not None:
            return self._kept(state.saying(f"{_review.left(state.review)}{words}"))
        none = "every window has a label already" if found.targets else "there is nothing to label"
        return self._kept(state.saying(f"{none}{words}", "error" if words else "info"))

    def question(self, state: ViewState) -> dict[str, str] | None:
        """Return the question that waits for an answer, and what is kept if the new label is not to replace it."""
        asked, target = state.question, state.target
        if asked is None or target is None:
            return None
        kept = self._on(target)
        return {"text": asked.text, "label": asked.label, "keep": "both" if kept is None else kept.scenario.label}

    def label_now(self, state: ViewState) -> str | None:
        """Return the label that the current window got in this mode; None if it has none yet.

        A label that it had before is not told: it would no longer be an independent judgement.
        """
        review, target = state.review, state.target
        if review is None or target is None or review.place not in review.done:
            return None
        kept = self._on(target)
        return None if kept is None else kept.scenario.label

    # Acts

    def _label(self, state: ViewState, message: Message) -> ViewState:
        """Save the window with a label and go on, unless other labels contradict it: then ask first."""
        review, target, label = state.review, state.target, str(message["label"])
        if review is None or target is None or state.selection is None:
            return state
        # Pressed before the page had drawn this window: the label was meant for the one before.
        if int(message.get("place", review.place)) != review.place:
            return state
        kept = self._on(target)
        if kept is not None and kept.scenario.label == label:
            return self._next(state, label)
        draft = Scenario(selection=state.selection, expected=decision_of(label))
        others = [each for each in self._desk.shelf.against(draft) if kept is None or each.key != kept.key]
        if kept is not None and review.place in review.done and not others:
            self._desk.shelf.relabel(kept, decision_of(label))
            return self._next(state, label)
        tags = SUGGESTED if target.origin == "suggestion" else ""
        return self._after(state, self._desk.act(state, {"act": "label", "label": label, "tags": tags}), label)

    def _answer(self, state: ViewState, message: Message) -> ViewState:
        """Save what was asked about and go on, or ask for a label again."""
        asked = state.question
        if asked is None:
            return state
        if message.get("answer") == "keep":
            kept = None if state.target is None else self._on(state.target)
            if kept is not None:
                return self._next(state, kept.scenario.label, "kept")
            message = {"act": "answer", "answer": "both"}
        return self._after(state, self._desk.act(state, message), asked.label)

    def _after(self, before: ViewState, after: ViewState, label: str) -> ViewState:
        return self._next(before, label) if after.status.kind == "saved" else after

    def _next(self, state: ViewState, label: str, what: str = "saved") -> ViewState:
        """Return the state at the next window, with what may be told now of the one before."""
        review, target = state.review, state.target
        if review is None or target is None:
            return state
        state = _review.go_on(_review.mark(state.changed(question=None), done=[review.place]), self._world)
        told = f"{label} {what}{_told(target, label)}"
        if state.target is None:
            return self._ended(state, told)
        if state.stream != target.stream:
            # The chart shows another stream by now.
            told = f"{legible(self._world.ledger.streams[target.stream].title)}: {told}"
        return state.saying(f"{told} · {_review.left(state.review)}", "saved")

    def _undo(self, state: ViewState, message: Message) -> ViewState:
        """Undo or redo the last act, and ask again for a window that lost its label, or whose label was changed back."""
        review = state.review
        if review is None:
            return state
        before = self._labels(review.targets)
        after = self._desk.act(state, message)
        now = self._labels(review.targets)
        changed = [place for place, label in enumerate(now) if label != before[place]]
        if after.status.kind != "saved" or not changed:
            return after
        status = after.status
        if message["act"] == "redo":
            state = _review.go_on(_review.mark(_review.ask(after, changed[-1], self._world), done=changed), self._world)
            return self._ended(state, status.text) if state.target is None else state.saying(status.text, status.kind)
        state = _review.ask(_review.mark(after, open_again=changed), changed[0], self._world)
        return state.saying(f"{status.text} · {_review.left(state.review)}", status.kind)

    def _ended(self, state: ViewState, told: str = "") -> ViewState:
        """Return the state with a summary, if no window is left."""
        review = state.review
        if review is None or state.target is not None or review.place < len(review.targets):
            return state
        labels = self._labels(review.targets)
        done = sorted(review.done)
        numbers = Counter(label for place in done if (label := labels[place]))
        words = [f"{numbers[each.name]:,} {each.name}" for each in LABELS if numbers[each.name]]
        words += [f"{review.n_left:,} skipped"] if review.n_left else []
        words += _compared([(review.targets[place], labels[place]) for place in done])
        summary = f"{counted(len(review.targets), 'window')} seen: {', '.join(words)}"
        return state.saying(f"{told} · {summary}" if told else summary, "saved")

    # Windows

    def _left(self, state: ViewState) -> Listed | None:
        review = state.review
        return Listed(review.targets) if review is not None and review.n_left else None

    def _suggestions(self) -> Windows:
        return self._labeller.suggest(SUGGESTIONS, path=self._desk.shelf.folder)

    def _labelled(self, targets: Iterable[Target]) -> list[int]:
        """Return the positions of the windows that have a label, apart from the one that is to be reviewed."""
        targets = list(targets)
        return [
            place
            for place, (target, label) in enumerate(zip(targets, self._labels(targets), strict=True))
            if label is not None and (target.origin != "scenario" or label != _expected(target))
        ]

    def _labels(self, targets: Iterable[Target]) -> list[str | None]:
        """Return the label of each window in the folder."""
        targets = list(targets)
        known = {
            (stream, window.first, window.last): kept.scenario.label
            for stream in {each.stream for each in targets}
            for kept in self._desk.kept(stream)
            if (window := kept.scenario.selection).horizon == self._world.horizon
        }
        return [known.get((each.stream, each.first, each.last)) for each in targets]

    def _on(self, target: Target) -> Kept | None:
        """Return the scenario that is saved on a window."""
        window = target.first, target.last, self._world.horizon
        for kept in self._desk.kept(target.stream):
            selection = kept.scenario.selection
            if (selection.first, selection.last, selection.horizon) == window:
                return kept
        return None

    def _kept(self, state: ViewState) -> ViewState:
        """Return a state, and keep its windows for the next view of the replay."""
        if state.review is not None:
            _LEFT[self._labeller] = replace(state.review, active=False)
        return state


def _expected(target: Target) -> str | None:
    return None if target.expected is None else label_of(target.expected)


def _told(target: Target, label: str) -> str:
    """Say what was hidden while a window was judged."""
    expected = _expected(target)
    if target.origin == "scenario":
        return ", as before" if label == expected else f", it was {expected} before"
    if target.origin == "suggestion":
        proposed = "as proposed" if label == expected else f"{expected} was proposed"
        return f", {proposed}: {legible(target.outcome)}"
    return ""


def _compared(done: Iterable[tuple[Target, str | None]]) -> list[str]:
    """Say how many labels differ from those before."""
    reviewed = [(target, label) for target, label in done if target.origin == "scenario"]
    n = sum(label != _expected(target) for target, label in reviewed)
    return [f"{n:,} of {len(reviewed):,} unlike before"] if reviewed else []


def _left_out(misfits: tuple[str, ...]) -> str:
    if not misfits:
        return ""
    more = f" and {len(misfits) - 1:,} more" if len(misfits) > 1 else ""
    return f" · left out: {legible(misfits[0])}{more}"


def review_state(state: ViewState, desk: ReviewDesk) -> dict[str, Any] | None:
    """Return what the page shows of the mode; None if it was never entered."""
    review, target = state.review, state.target
    if review is None:
        return None
    return {
        "active": target is not None,
        "place": review.place,
        "total": len(review.targets),
        "left": review.n_left,
        "why": "" if target is None else legible(target.why),
        "label": desk.label_now(state),
        "question": desk.question(state),
    }
