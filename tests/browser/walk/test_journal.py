"""The journal says which changes on disk an act did not name, and lets pass those that it did."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from midplot import DOWN, NOTHING, replay

from .acts import Deed
from .disk import Label, changed, labels_in
from .journal import Journal

A = Label("a", 30, 39, "UP", "1")
B = Label("a", 50, 60, "DOWN", "2")
STATE = {"name": "a", "selection": [30, 39], "suggestion": None, "question": None, "labelling": False}
SUGGESTED = STATE | {"suggestion": {"first": 30, "last": 39, "decision": 1.0}}

LABEL = Deed("u", may="label", label="UP")
ACCEPT = Deed("enter", may="accept")
EDIT, ANSWER = Deed("note", may="edit"), Deed("replace", may="answer")
ASKED, IN_A_ROW = STATE | {"question": "UP"}, STATE | {"labelling": True}
AROUND = Label("a", 20, 50, "DOWN", "3")
UNDO, REDO, LOOK = Deed("z", may="undo"), Deed("y", may="redo"), Deed("click")


class Silent:
    def tick_and_predict(self, x, horizon):
        return NOTHING


def judged(deed, before, after, state=STATE):
    return Journal().judge(deed, state, before, after)


@pytest.mark.parametrize(
    ("deed", "before", "after", "state"),
    [
        (LOOK, {"b": B}, {"b": B}, STATE),
        (LABEL, {"b": B}, {"b": B, "a": A}, STATE),
        (LABEL, {"a": A}, {"a": A}, STATE),  # labelled already
        (LABEL, {}, {}, STATE | {"selection": None}),
        (ACCEPT, {"b": B}, {"b": B, "a": A}, SUGGESTED),
        (ACCEPT, {}, {}, STATE),
        (Deed("relabel", "relabel", "UP", (50, 60)), {"b": B}, {"c": Label("a", 50, 60, "UP", "3")}, STATE),
        (Deed("✕", "delete", None, (50, 60)), {"b": B, "a": A}, {"a": A}, STATE),
        (UNDO, {"b": B}, {"b": B}, STATE),
        (EDIT, {"b": B, "a": A}, {"b": B, "a": replace(A, digest="2")}, STATE),
        (ANSWER, {"b": B, "c": AROUND}, {"b": B, "a": A}, ASKED),
        (ANSWER, {"c": AROUND}, {"c": AROUND, "a": A}, ASKED),
        (ANSWER, {"c": AROUND}, {"c": AROUND}, ASKED),
        (LABEL, {"a": replace(A, label="DOWN")}, {"c": A}, IN_A_ROW),
        # One that contradicts another may be asked about first.
        (LABEL, {"c": AROUND}, {"c": AROUND}, STATE),
    ],
)
def test_what_an_act_names_it_may_change(deed, before, after, state):
    assert judged(deed, before, after, state) == []


@pytest.mark.parametrize(
    ("deed", "before", "after", "state"),
    [
        (LOOK, {"b": B}, {}, STATE),
        (LOOK, {}, {"a": A}, STATE),
        (LABEL, {"b": B}, {"a": A}, STATE),  # another label is gone
        (LABEL, {"b": B}, {"b": Label("a", 50, 60, "DOWN", "4"), "a": A}, STATE),  # another was written over
        (LABEL, {}, {"a": Label("a", 30, 39, "DOWN", "1")}, STATE),
        (LABEL, {}, {"a": Label("b", 30, 39, "UP", "1")}, STATE),
        (LABEL, {}, {"a": Label("a", 31, 39, "UP", "1")}, STATE),
        (LABEL, {}, {}, STATE),  # nothing was saved
        (ACCEPT, {}, {"a": A}, STATE),  # nothing was suggested
        (ACCEPT, {}, {"a": A}, SUGGESTED | {"selection": [31, 40]}),  # another window is selected
        (Deed("✕", "delete", None, (50, 60)), {"b": B, "a": A}, {"b": B}, STATE),
        (UNDO, {"b": B}, {}, STATE),
        (EDIT, {"b": B, "a": A}, {"b": replace(B, digest="3"), "a": A}, STATE),  # of another label
        (ANSWER, {"b": B}, {"a": A}, ASKED),  # what does not contradict it is gone
        (ANSWER, {"c": replace(AROUND, label="UP")}, {"a": A}, ASKED),
        (ANSWER, {"c": AROUND}, {"a": replace(A, label="DOWN")}, ASKED),
        (LABEL, {"a": replace(A, label="DOWN")}, {"c": A}, STATE),  # outside of the mode both are kept
        (LABEL, {"b": B}, {"a": A}, IN_A_ROW),
    ],
)
def test_whatever_else_changes_is_said(deed, before, after, state):
    assert len(judged(deed, before, after, state)) == 1


def test_an_undo_takes_back_the_last_act_and_a_redo_does_it_again():
    journal = Journal()
    both = {"b": B, "a": A}
    assert journal.judge(LABEL, STATE, {"b": B}, both) == []
    assert journal.judge(UNDO, STATE, both, {"b": B}) == []
    assert journal.judge(REDO, STATE, {"b": B}, both) == []
    assert journal.judge(UNDO, STATE, both, {"a": A}) != []


def test_an_undo_takes_back_what_was_done_in_the_view_and_not_in_code():
    journal = Journal()
    both = {"b": B, "a": A}
    in_code = replace(LABEL, elsewhere=True)
    assert journal.judge(Deed("relabel", "relabel", "DOWN", (50, 60)), STATE, {}, {"b": B}) == []
    assert journal.judge(in_code, STATE, {"b": B}, both) == []
    assert journal.judge(UNDO, STATE, both, {"a": A}) == []
    assert journal.judge(in_code, STATE, {"a": A}, {"a": replace(A, label="DOWN")}) != []


def test_a_view_that_is_another_one_now_has_nothing_to_undo():
    journal = Journal()
    journal.judge(LABEL, STATE, {}, {"a": A})
    journal.judge(Deed("cell run again", fresh=True), STATE, {"a": A}, {"a": A})
    assert journal.judge(UNDO, STATE, {"a": A}, {}) != []


def test_the_labels_on_disk_are_read_from_their_files(tmp_path):
    assert labels_in(tmp_path / "none") == {}
    result = replay([[float(i % 7) for i in range(100)]], infer=Silent)
    result.select(0, 30, 39)
    result.save_selected(DOWN, path=tmp_path)
    before = labels_in(tmp_path)
    ((name, label),) = before.items()
    assert (label.first, label.last, label.label) == (30, 39, "DOWN")
    record = json.loads((tmp_path / name).read_text())
    (tmp_path / name).write_text(json.dumps(record | {"note": "changed"}))
    assert list(changed(before, labels_in(tmp_path))) == [name]
    (tmp_path / name).unlink()
    assert changed(before, labels_in(tmp_path)) == {name: (label, None)}
