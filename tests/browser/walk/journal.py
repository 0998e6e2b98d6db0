"""Whether an act has changed the labels on disk that it named, and no other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .acts import Deed
from .disk import Label, Labels, changed

_Change = Mapping[str, tuple[Label | None, Label | None]]

DECISIONS = {1.0: "UP", -1.0: "DOWN", 0.0: "NOTHING"}


class Journal:
    """Remembers what the acts of a view have changed, so that it is known what an undo may take back."""

    def __init__(self) -> None:
        self._done: list[_Change] = []
        self._undone: list[_Change] = []

    def judge(self, deed: Deed, state: dict[str, Any], before: Labels, after: Labels) -> list[str]:
        """Say what an act changed without having named it, or named without changing it.

        Parameters
        ----------
        deed
            The act.
        state
            What the kernel held before it.
        before, after
            The labels on disk.
        """
        if deed.fresh:
            self._done, self._undone = [], []
        change = changed(before, after)
        if deed.may == "undo":
            return self._taken_back(change, self._done, self._undone, "undo")
        if deed.may == "redo":
            return self._taken_back(_mirrored(change), self._undone, self._done, "redo")
        if change and not deed.elsewhere:
            self._done.append(change)
            self._undone.clear()
        wrong = [
            f"{name} went from {_said(old)} to {_said(new)}"
            for name, (old, new) in change.items()
            if not (_may_go(deed, state, old) and _may_come(deed, state, new))
        ]
        if wrong:
            return [f"labels changed that the act did not name: {'; '.join(wrong)}"]
        return _kept_back(deed, state, before, after)

    @staticmethod
    def _taken_back(change: _Change, stack: list[_Change], other: list[_Change], word: str) -> list[str]:
        if not change:
            return []
        if not stack:
            return [f"{word} changed {', '.join(change)}, though there was nothing to {word}"]
        last = stack.pop()
        other.append(last)
        if change != _mirrored(last):
            return [f"{word} changed {', '.join(change)}, the last act had changed {', '.join(last)}"]
        return []


def _mirrored(change: _Change) -> _Change:
    return {name: (new, old) for name, (old, new) in change.items()}


def _may_come(deed: Deed, state: dict[str, Any], label: Label | None) -> bool:
    """Tell whether an act may put a label on disk; None stands for no label."""
    _, expected = _named(deed, state)
    return label is None or (_is_on_window(deed, state, label) and (deed.may == "edit" or label.label == expected))


def _may_go(deed: Deed, state: dict[str, Any], label: Label | None) -> bool:
    """Tell whether an act may take a label from disk, or write over it; None stands for no label."""
    window, expected = _named(deed, state)
    if label is None:
        return True
    if _is_on_window(deed, state, label):
        # Outside of labelling mode, a label that contradicts another on the same window is asked about first.
        replaces = deed.may in ("delete", "relabel", "edit", "answer") or state["labelling"]
        return replaces or label.label == expected
    # To replace what contradicts a label takes that away as well.
    contradicts = label.label != expected and window is not None and _nested((label.first, label.last), window)
    return deed.may == "answer" and label.stream == state["name"] and contradicts


def _is_on_window(deed: Deed, state: dict[str, Any], label: Label) -> bool:
    window, _ = _named(deed, state)
    return window is not None and (label.stream, label.first, label.last) == (state["name"], *window)


def _named(deed: Deed, state: dict[str, Any]) -> tuple[tuple[int, int] | None, str | None]:
    """Return the window and the label that an act names."""
    if deed.may == "accept":
        suggestion = state["suggestion"]
        window = suggestion and (suggestion["first"], suggestion["last"])
        # Enter never labels what was not suggested.
        if not window or window != tuple(state["selection"] or ()):
            return None, None
        return window, DECISIONS[suggestion["decision"]]
    if not deed.may:
        return None, None
    selected = state["selection"]
    label = state["question"] if deed.may == "answer" else deed.label
    return deed.window or (tuple(selected) if selected else None), label


def _kept_back(deed: Deed, state: dict[str, Any], before: Labels, after: Labels) -> list[str]:
    """Say that a label which was asked for is not on disk."""
    window, expected = _named(deed, state)
    if deed.may not in ("label", "accept") or window is None:
        return []
    mine = [each for each in before.values() if each.stream == state["name"]]
    # A label that contradicts another may be asked about first.
    if any(each.label != expected and _nested((each.first, each.last), window) for each in mine):
        return []
    wanted = (state["name"], *window, expected)
    if any((each.stream, each.first, each.last, each.label) == wanted for each in after.values()):
        return []
    return [f"{expected} of {window} was not saved"]


def _nested(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return (one[0] <= other[0] and other[1] <= one[1]) or (other[0] <= one[0] and one[1] <= other[1])


def _said(label: Label | None) -> str:
    return "nothing" if label is None else f"{label.label} {label.stream} {label.first}-{label.last}"
