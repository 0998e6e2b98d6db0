"""Writers that are killed and writers that collide: whatever was reported as saved is there, complete."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from midplot.scenarios.store import read_scenarios, save_scenario

WRITER = """
import sys
from itertools import count
from midplot.scenarios._scenario import Scenario, Selection
from midplot.scenarios.store import save_scenario

folder, start, n = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for first in range(start, start + n):
    selection = Selection(stream_id=0, first=first, last=first + 99, horizon=30, epsilon=0.0025,
                          values=[first / 7] * 100, before=[i / 3 for i in range(min(first, 1000))])
    print(save_scenario(Scenario(selection=selection, expected=1), folder), flush=True)
"""

AT_STEP = """
import os, pathlib, signal, sys
from midplot.scenarios._scenario import Scenario, Selection
from midplot import _files as atomic
from midplot.scenarios.store import read_scenarios, save_scenario

read_scenarios(sys.argv[1])  # what another process wrote is replaced only by one that has read it

def die(*_): os.kill(os.getpid(), signal.SIGKILL)

def half(path, content):
    with path.open("xb") as file:
        file.write(content[:len(content) // 2])
        file.flush()
        die()

replace, fsync, calls = os.replace, os.fsync, []

def replaced(*paths):
    replace(*paths)
    die()

def synced(descriptor):
    calls.append(descriptor)
    die() if len(calls) == 2 else fsync(descriptor)

where, name, owner = {
    "half written": (half, "_write_through", atomic),
    "before the sync": (die, "fsync", os),
    "before the rename": (die, "replace", os),
    "after the rename": (replaced, "replace", os),
    "before the folder's sync": (synced, "fsync", os),
}[sys.argv[2]]
setattr(owner, name, where)
selection = Selection(stream_id=3, first=120, last=121, horizon=30, epsilon=0.0025, values=[120.0, 121.0])
save_scenario(Scenario(selection=selection, expected=-1, note="new"), sys.argv[1])
"""


def a_writer(folder, start, n):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, folder, str(start), str(n)], stdout=subprocess.PIPE, text=True
    )


def test_two_writers_at_once_lose_nothing(tmp_path):
    writers = [a_writer(tmp_path, start, 150) for start in (0, 150)]
    said = [line for writer in writers for line in writer.communicate()[0].splitlines()]
    assert [writer.returncode for writer in writers] == [0, 0]
    reading = read_scenarios(tmp_path)
    assert reading.bad == ()
    assert {str(found.path) for found in reading.found} == set(said)
    assert len(said) == len(set(said)) == 300
    assert sorted(scenario.selection.first for scenario in reading.scenarios) == list(range(300))


def test_two_writers_of_the_same_scenarios_make_no_duplicates(tmp_path):
    writers = [a_writer(tmp_path, 0, 40) for _ in range(2)]
    said = [writer.communicate()[0].splitlines() for writer in writers]
    assert said[0] == said[1]
    reading = read_scenarios(tmp_path)
    assert (len(reading.found), reading.bad) == (40, ())


def test_twelve_writers_killed_at_random_lose_nothing_that_they_said_was_saved(tmp_path):
    chance = random.Random(0)
    said: set[str] = set()
    for turn in range(12):
        with a_writer(tmp_path, 10_000 * turn, 10_000) as writer:
            lines = [writer.stdout.readline() for _ in range(chance.randint(1, 20))]
            for _ in range(chance.randrange(50_000)):  # so that the kill falls anywhere in a save
                chance.random()
            writer.kill()
            rest, _ = writer.communicate()
        whole = rest[: rest.rfind("\n") + 1].splitlines()
        said |= {line.strip() for line in lines} | set(whole)
        assert writer.returncode != 0
    reading = read_scenarios(tmp_path)
    assert reading.bad == ()
    assert said <= {str(found.path) for found in reading.found}
    assert len(said) >= 12


@pytest.mark.parametrize("note", [None, "old"])
@pytest.mark.parametrize(
    ("step", "is_there"),
    [
        ("half written", False),
        ("before the sync", False),
        ("before the rename", False),
        ("after the rename", True),
        ("before the folder's sync", True),
    ],
)
def test_a_kill_at_any_step_leaves_the_old_or_the_new_and_nothing_between(scenario_at, tmp_path, step, is_there, note):
    others = {scenario_at()}
    save_scenario(scenario_at(), tmp_path)
    if note is not None:
        save_scenario(scenario_at(120, 121, -1, note=note), tmp_path)
    died = subprocess.run([sys.executable, "-c", AT_STEP, tmp_path, step], check=False)
    assert died.returncode < 0
    reading = read_scenarios(tmp_path)
    assert reading.bad == ()
    notes = [scenario.note for scenario in reading.scenarios if scenario not in others]
    assert notes == (["new"] if is_there else [note] if note is not None else [])
    assert len(list(tmp_path.glob(".midplot-*.tmp"))) == (not is_there)
    path = save_scenario(scenario_at(expected=0), tmp_path)  # the lock died with its holder
    assert path.is_file()
