"""Random acts of two processes and an editor on one folder, against a plain model: nothing else ever changes."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from midplot.core.scenario import Scenario, Selection
from midplot.errors import ScenarioError
from midplot.store import ScenarioFolder
from midplot.store.document import encode_scenario, parse, scenario_of

WINDOWS = st.sampled_from([(0, 2), (4, 4)])
SIGNS = st.sampled_from([1.0, -1.0, 0.0])
NOTES = st.sampled_from(["", "double top", "news"])
PROCESSES = st.integers(0, 1)
CHOICE = st.integers(0, 9)


def a_scenario(window, expected, note):
    first, last = window
    values = tuple(float(each) for each in range(first, last + 1))
    selection = Selection(stream_id=0, stream_name="s", first=first, last=last, horizon=5, epsilon=0.1, values=values)
    return Scenario(selection=selection, expected=expected, note=note, created=None)


def held(content):
    return scenario_of(parse(content))


def identities(contents):
    return {held(content).identity for content in contents if content is not None}


class Labels(RuleBasedStateMachine):
    """The files are the state; the model says what each act may do to them, and to which of them.

    An act either does what it says to the label that it names, or raises and changes nothing.
    """

    def __init__(self):
        super().__init__()
        self.path = Path(tempfile.mkdtemp()) / "scenarios"
        self.path.mkdir()
        self.seen = [set(), set()]
        self.processes = [ScenarioFolder(self.path, f"process {n}", seen) for n, seen in enumerate(self.seen)]
        self.model: dict[str, bytes] = {}
        self.done: list[list[tuple[dict, dict]]] = [[], []]
        self.undone: list[list[tuple[dict, dict]]] = [[], []]
        self.knows = [set(), set()]

    def teardown(self):
        shutil.rmtree(self.path.parent)

    # Helpers of the model

    def files(self):
        return {path.name: path.read_bytes() for path in self.path.iterdir() if not path.name.startswith(".")}

    def where(self, scenario):
        """The file that holds a scenario, the first by name if there are several."""
        same = (name for name in sorted(self.model) if held(self.model[name]).identity == scenario.identity)
        return next(same, None)

    def act(self, process, do):
        """Do something; return what it changed, or None where it was refused, with nothing changed."""
        before = self.files()
        try:
            do()
        except ScenarioError:
            assert self.files() == before
            return None
        after = self.files()
        changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        self.knows[process] |= {after[name] for name in changed if name in after}
        if changed:
            self.done[process].append(
                ({name: before.get(name) for name in changed}, {name: after.get(name) for name in changed})
            )
            self.undone[process].clear()
        self.model = after
        return {name: (before.get(name), after.get(name)) for name in changed}

    def chosen(self, number):
        names = sorted(self.model)
        return names[number % len(names)] if names else None

    # Acts of a process

    @rule(process=PROCESSES)
    def look(self, process):
        found = self.processes[process].read().found
        self.knows[process] |= {self.model[each.path.name] for each in found}

    @rule(process=PROCESSES, window=WINDOWS, expected=SIGNS, note=NOTES)
    def save(self, process, window, expected, note):
        scenario = a_scenario(window, expected, note)
        name = self.where(scenario)
        old = None if name is None else self.model[name]
        changes = self.act(process, lambda: self.processes[process].save([scenario]))
        if old is None:
            assert changes is not None
            ((_, (before, after)),) = changes.items()
            assert (before, held(after)) == (None, scenario)
            return
        known, kept = old in self.knows[process], note in ("", held(old).note)
        assert (changes is None) == (not known and not kept)
        if changes is not None and kept:
            assert changes == {}  # the note stays
        elif changes is not None:
            assert {each: held(after) for each, (_, after) in changes.items()} == {name: scenario}

    @rule(process=PROCESSES, number=CHOICE, expected=SIGNS)
    def relabel(self, process, number, expected):
        name = self.chosen(number)
        if name is None:
            return
        old = held(self.model[name])
        new = old.changed(expected=expected)
        known, taken = self.model[name] in self.knows[process], self.where(new)
        changes = self.act(process, lambda: self.processes[process].relabel(name, expected))
        if not known:
            assert changes is None
        elif new.label == old.label:
            assert changes == {}
        elif taken is not None and held(self.model[taken]) != new:
            assert changes is None
        else:
            assert changes is not None
            assert [held(before) for before, _ in changes.values() if before is not None] == [old]
            assert [held(after) for _, after in changes.values() if after is not None] == ([] if taken else [new])

    @rule(process=PROCESSES, number=CHOICE)
    def delete(self, process, number):
        name = self.chosen(number)
        if name is None:
            return
        content = self.model[name]
        changes = self.act(process, lambda: self.processes[process].delete(name))
        assert changes == ({name: (content, None)} if content in self.knows[process] else None)

    @rule(process=PROCESSES)
    def undo(self, process):
        self.back(process, self.done, self.undone, self.processes[process].undo, 0)

    @rule(process=PROCESSES)
    def redo(self, process):
        self.back(process, self.undone, self.done, self.processes[process].redo, 1)

    def back(self, process, from_stack, to_stack, do, to):
        """Either every file of the last act is as it was, or nothing has changed and the act is given up."""
        before = self.files()
        step = from_stack[process].pop() if from_stack[process] else ({}, {})
        touched = any(before.get(name) != content for name, content in step[1 - to].items())
        returning = identities(step[to].values()) - identities(step[1 - to].values())
        others = identities(content for name, content in before.items() if name not in step[to])
        nothing = step == ({}, {})
        try:
            do()
        except ScenarioError:
            assert self.files() == before
            assert touched or returning & others or nothing  # it was refused for a reason
            return
        assert not touched
        assert not returning & others
        assert not nothing
        after = self.files()
        expected = {name: content for name, content in {**before, **step[to]}.items() if content is not None}
        assert after == expected
        to_stack[process].append(step)
        self.knows[process] |= {content for content in step[to].values() if content is not None}
        self.model = after

    # Acts from outside

    @rule(number=CHOICE, name=st.sampled_from(["mine.json", "a.json", "up_zz.json"]))
    def rename(self, number, name):
        old = self.chosen(number)
        if old is not None and name not in self.model:
            (self.path / old).rename(self.path / name)
            self.model = self.files()

    @rule(number=CHOICE, note=st.sampled_from(["theirs", "git"]))
    def edit(self, number, note):
        name = self.chosen(number)
        if name is not None:
            (self.path / name).write_bytes(encode_scenario(held(self.model[name]).changed(note=note)))
            self.model = self.files()

    @rule(number=CHOICE)
    def remove(self, number):
        name = self.chosen(number)
        if name is not None:
            (self.path / name).unlink()
            self.model = self.files()

    @rule(number=CHOICE)
    def copy(self, number):
        name = self.chosen(number)
        if name is not None and "copy.json" not in self.model:
            shutil.copy(self.path / name, self.path / "copy.json")
            self.model = self.files()

    # What always holds

    @invariant()
    def the_files_are_those_of_the_model(self):
        assert self.files() == self.model

    @invariant()
    def every_label_is_read(self):
        reading = ScenarioFolder(self.path, seen=set()).read()
        self.processes[0]._cache.scan()  # which makes nothing seen
        again = self.processes[0]._cache.reading()
        assert [found.scenario for found in again.found] == [found.scenario for found in reading.found]
        assert {each.identity for each in reading.scenarios} == {held(each).identity for each in self.model.values()}
        assert not reading.bad


TestLabels = Labels.TestCase
TestLabels.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
