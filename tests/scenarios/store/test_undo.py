"""The undo log: every act undone to the byte, or refused with a reason; across processes, kills and a full log."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from midplot.errors import ScenarioError
from midplot.scenarios.store import ScenarioFolder, folder_at, read_scenarios, redo, relabel, save_movie, undo
from midplot.scenarios.store import _journal as journal
from midplot.scenarios.store._journal import JOURNAL_NAME


@pytest.fixture
def here(folder):
    return ScenarioFolder(folder, "here", set())


@pytest.fixture
def there(folder):
    return ScenarioFolder(folder, "there", set())


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.glob("[!.]*")}


def saved_again(folder, scenario_at):
    folder.save([scenario_at(note="new", tags=("t",))])


ACTS = {
    "save": lambda f, at: f.save([at(expected=0)]),
    "save several": lambda f, at: f.save([at(expected=0), at(first=10, last=20)]),
    "save again": lambda f, at: f.save([at(note="new", tags=("t",))]),
    "relabel": lambda f, at: f.relabel(at(), -1),
    "relabel a renamed one": lambda f, at: f.relabel("mine.json", 0),
    "delete": lambda f, at: f.delete(at()),
}


@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_taken_back_to_the_byte_and_made_again(scenario_at, here, folder, act):
    here.save([scenario_at(note="old"), scenario_at(first=30, last=40)])
    (folder / "up_stream_3_00030-00040.json").rename(folder / "mine.json")
    # The user's own layout comes back as well.
    (folder / "up_stream_3_00120-00180.json").write_text(
        json.dumps(json.loads((folder / "up_stream_3_00120-00180.json").read_text()), indent=8)
    )
    here.read()
    before = contents(folder)
    ACTS[act](here, scenario_at)
    after = contents(folder)
    assert after != before
    for _ in range(2):
        here.undo()
        assert contents(folder) == before
        here.redo()
        assert contents(folder) == after
    with pytest.raises(ScenarioError, match=r"scenarios: there is nothing to redo\."):
        here.redo()


def test_acts_are_taken_back_one_by_one_and_a_new_act_ends_redo(scenario_at, here, folder):
    states = []
    for act in (ACTS["save several"], ACTS["save"]):
        act(here, scenario_at)
        states.append(contents(folder))
    assert states[0] == states[1]  # to save the same again is no act
    here.undo()
    here.save([scenario_at(first=50, last=60)])
    with pytest.raises(ScenarioError, match="nothing to redo"):
        here.redo()
    here.undo()
    assert contents(folder) == {}
    with pytest.raises(ScenarioError, match=r"scenarios: there is nothing to undo\."):
        here.undo()


def test_each_takes_back_its_own_acts_only(scenario_at, here, there, folder):
    here.save([scenario_at()])
    there.save([scenario_at(expected=0)])
    here.save([scenario_at(expected=-1)], by="view 1")
    assert not there.can_undo("view 1")
    assert here.undo("view 1").words == "saved DOWN stream 3 120-180"
    assert here.undo().words == "saved UP stream 3 120-180"
    assert [each.label for each in there.read().scenarios] == ["NOTHING"]
    assert here.undo(None).words == "saved NOTHING stream 3 120-180"


def test_what_the_parts_of_a_process_did_is_its_own(scenario_at, here):
    here.save([scenario_at()], by="result/view")
    assert here.can_undo("result")
    assert here.can_undo()
    assert not here.can_undo("res")


@pytest.mark.parametrize("change", ["edited", "deleted", "renamed", "a pipe"])
def test_what_somebody_changed_is_left_and_the_change_before_is_next(scenario_at, here, folder, change):
    here.save([scenario_at(first=10, last=20)])
    (saved,) = here.save([scenario_at()])
    if change == "edited":
        saved.path.write_bytes(saved.path.read_bytes() + b"\n")
    elif change == "renamed":
        saved.path.rename(folder / "mine.json")
    else:
        saved.path.unlink()
        if change == "a pipe":
            os.mkfifo(saved.path)
    with pytest.raises(
        ScenarioError,
        match=r"00180\.json: somebody changed it since, so it cannot be undone: saved UP stream 3 120-180\. "
        r"Nothing was changed\. Undo again for the change before\.",
    ):
        here.undo()
    assert here.undo().words == "saved UP stream 3 10-20"
    assert not (folder / "up_stream_3_00010-00020.json").exists()
    assert (folder / "mine.json").exists() == (change == "renamed")


def test_a_deleted_label_that_was_made_anew_elsewhere_does_not_come_back_twice(scenario_at, here, there, folder):
    (saved,) = here.save([scenario_at(note="first")])
    saved.path.rename(folder / "mine.json")
    here.delete("mine.json")
    there.save([scenario_at(note="second")])
    with pytest.raises(ScenarioError, match=r"it holds the same label by now"):
        here.undo()
    assert [each.note for each in there.read().scenarios] == ["second"]


def test_relabelling_onto_a_label_is_refused_whoever_wrote_it(scenario_at, here, there, folder):
    here.save([scenario_at(note="up"), scenario_at(expected=-1, note="down")])
    there.read()
    before = contents(folder)
    for each in (here, there):
        with pytest.raises(ScenarioError, match=r"this window has the label DOWN already\. Nothing was changed\."):
            each.relabel(scenario_at(note="up"), -1)
    assert contents(folder) == before


def test_a_relabelling_that_was_killed_half_way_can_be_finished(scenario_at, here, folder):
    here.save([scenario_at(note="n"), scenario_at(note="n", expected=-1)])
    here.relabel(scenario_at(note="n"), -1)
    assert [each.label for each in here.read().scenarios] == ["DOWN"]


DIES = """
import os, signal, sys
from pathlib import Path
from midplot.scenarios.store import _logged as logged
from midplot.scenarios.store._folder import ScenarioFolder

place, act, when = sys.argv[1:]
here = ScenarioFolder(Path(place), "one that dies", set())
found = here.read().found[0]
calls = []
for name in ("write_whole", "_unlink"):
    def dying(*given, real=getattr(logged, name)):
        calls.append(name)
        if len(calls) == int(when):
            os.kill(os.getpid(), signal.SIGKILL)
        real(*given)
    setattr(logged, name, dying)
here.relabel(found.path, -1) if act == "relabel" else here.delete(found.path)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(
    ("act", "when"), [("relabel", 1), ("relabel", 2), ("relabel", 3), ("delete", 1), ("delete", 2)]
)
def test_after_a_kill_undo_brings_back_what_was_there(scenario_at, folder, act, when):
    ScenarioFolder(folder, "first", set()).save([scenario_at(note="n")])
    before = contents(folder)
    died = subprocess.run([sys.executable, "-c", DIES, folder, act, str(when)], check=False)
    assert died.returncode == -signal.SIGKILL
    assert scenario_at(note="n").selection in [each.selection for each in read_scenarios(folder).scenarios] or (
        act == "delete" and when == 2
    )
    heir = ScenarioFolder(folder, "one that dies", set())
    if when == 1:
        with pytest.raises(ScenarioError, match="nothing to undo"):
            heir.undo()
    else:
        heir.undo()
    assert contents(folder) == before


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"3\n",
        b"\xff\n",
        b'{"id": "x", "by": "here", "words": "w", "changes": [["../x.json", null, null]]}\n',
        b'{"id": "x", "by": "here", "words": "w", "changes": [["/etc/x.json", null, null]]}\n',
        b'{"id": "x", "by": "here", "words": "w", "changes": [["notes.txt", null, null]]}\n',
        b'{"id": "x", "by": "here", "words": "w", "changes": 3}\n',
        b'{"undone": "no such"}\n',
        b"[" * 100_000 + b"\n",
    ],
)
def test_torn_and_foreign_lines_count_for_nothing(scenario_at, here, folder, line):
    folder.mkdir()
    (folder / JOURNAL_NAME).write_bytes(line)
    here.save([scenario_at()])
    assert ScenarioFolder(folder, "here", set()).undo().words == "saved UP stream 3 120-180"
    assert contents(folder) == {}
    with pytest.raises(ScenarioError, match="nothing to undo"):
        here.undo()


def test_a_damaged_content_is_refused_and_not_restored(scenario_at, here, folder):
    here.save([scenario_at()])
    log = folder / JOURNAL_NAME
    step = json.loads(log.read_text().splitlines()[0])
    step["changes"][0][2] = "no content"
    log.write_text(json.dumps(step) + "\n")
    with pytest.raises(ScenarioError, match="it is damaged"):
        ScenarioFolder(folder, "here", set()).undo()
    assert len(contents(folder)) == 1


def test_the_log_stays_small_and_keeps_the_newest(scenario_at, here, folder, monkeypatch):
    monkeypatch.setattr(journal, "MOST_STEPS", 20)
    for first in range(0, 600, 10):
        here.save([scenario_at(first=first, last=first + 9)])
    lines = (folder / JOURNAL_NAME).read_bytes().splitlines()
    assert len(lines) <= 40
    for first in (590, 580, 570):
        assert here.undo().words == f"saved UP stream 3 {first}-{first + 9}"
    assert here.redo().words == "saved UP stream 3 570-579"


def test_what_is_too_large_for_the_log_is_done_and_said_when_it_is_to_be_undone(scenario_at, here, folder, monkeypatch):
    monkeypatch.setattr(journal, "MOST_BYTES", 1500)
    here.save([scenario_at()])
    with pytest.raises(ScenarioError, match=r"it was too large for the undo log, so it cannot be undone"):
        here.undo()
    assert len(contents(folder)) == 1
    assert (folder / JOURNAL_NAME).stat().st_size < 1500


def test_the_functions_take_back_what_this_process_did(scenario_at, folder):
    path = folder_at(folder).save([scenario_at()])[0].path
    new = relabel(path, 0, folder)
    assert undo(folder).words == "relabelled UP stream 3 120-180 as NOTHING"
    assert (path.exists(), new.exists()) == (True, False)
    redo(folder)
    assert (path.exists(), new.exists()) == (False, True)


def test_a_movie_file_is_taken_back_too(scenario_at, tmp_path):
    path = save_movie([scenario_at()], tmp_path / "movie.json")
    before = path.read_bytes()
    save_movie([scenario_at(expected=0)], path)
    assert undo(tmp_path).words == "saved the movie movie.json"
    assert path.read_bytes() == before
    undo(tmp_path)
    assert not path.exists()


def test_undo_in_a_folder_that_is_not_there_is_an_error(folder):
    with pytest.raises(ScenarioError, match="there is no such folder"):
        undo(folder)
    assert not folder.exists()
