"""Full disks, forbidden folders, locks that are held: reported plainly, with nothing lost or left behind."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from midplot import _files as atomic
from midplot.errors import ScenarioError
from midplot.scenarios.store import (
    delete_scenario,
    read_scenario,
    read_scenarios,
    relabel,
    save_movie,
    save_scenario,
)


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_loses_nothing_and_leaves_nothing(scenario_at, folder, monkeypatch, step, names_in):
    save_scenario(scenario_at(note="old"), folder)
    with monkeypatch.context() as patch:
        patch.setattr(os, step, full)
        for scenario in (scenario_at(note="new"), scenario_at(expected=-1)):
            with pytest.raises(ScenarioError) as caught:
                save_scenario(scenario, folder)
            assert str(folder) in str(caught.value)
            assert "cannot be written (No space left on device). Nothing that was saved" in str(caught.value)
            assert "save again" in str(caught.value)
    assert names_in(folder) == ["up_stream_3_00120-00180.json"]
    assert read_scenarios(folder).scenarios == (scenario_at(note="old"),)
    assert save_scenario(scenario_at(expected=-1), folder).is_file()


def test_an_interrupt_while_writing_leaves_nothing_and_goes_on(scenario_at, folder, monkeypatch, names_in):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save_scenario(scenario_at(), folder)
    assert names_in(folder) == []


def test_a_folder_below_a_file_says_where(scenario_at, tmp_path):
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "file", tmp_path / "file" / "scenarios"):
        with pytest.raises(ScenarioError, match=r"it cannot be written \(.*\)\. Nothing that was saved") as caught:
            save_scenario(scenario_at(), place)
        assert str(caught.value).startswith(f"{place}: ")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_that_may_not_be_written_says_where(scenario_at, folder, monkeypatch):
    path = save_scenario(scenario_at(), folder)

    def denied(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(FileLock, "acquire", denied)
    with pytest.raises(ScenarioError, match=r"cannot be written \(Permission denied\)\. Nothing that was saved before"):
        save_scenario(scenario_at(expected=0), folder)
    assert read_scenario(path) == scenario_at()


def test_a_folder_that_cannot_be_synced_is_no_fault(scenario_at, folder, monkeypatch):
    real, calls = os.fsync, []

    def only_files(descriptor):
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.EINVAL, "Invalid argument")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", only_files)
    assert save_scenario(scenario_at(), folder).is_file()
    assert len(calls) == 2


HOLDER = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lock_that_is_not_let_go_is_told(scenario_at, folder, monkeypatch):
    folder.mkdir()
    monkeypatch.setattr(atomic, "LOCK_SECONDS", 0.0)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, folder / atomic.LOCK_NAME],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(
            ScenarioError, match=r"another process has been writing to it for 0 s\. Nothing was written"
        ):
            save_scenario(scenario_at(), folder)
        holder.communicate("")
    assert save_scenario(scenario_at(), folder).is_file()


def test_only_old_temporary_files_are_swept_out(scenario_at, folder, names_in):
    folder.mkdir()
    old, young, theirs = (folder / name for name in (".midplot-1.tmp", ".midplot-2.tmp", "other.tmp"))
    for path in (old, young, theirs):
        path.write_text("{")
    os.utime(old, (0, 0))
    os.utime(theirs, (0, 0))
    path = save_scenario(scenario_at(), folder)
    assert names_in(folder) == [".midplot-2.tmp", "other.tmp", path.name]
    assert read_scenarios(folder).scenarios == (scenario_at(),)


def test_a_movie_file_survives_a_full_disk(scenario_at, tmp_path, monkeypatch, names_in):
    path = save_movie([scenario_at()], tmp_path / "movie.json")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(ScenarioError, match="cannot be written"):
        save_movie([], path)
    assert read_scenarios(path).scenarios == (scenario_at(),)
    assert names_in(tmp_path) == ["movie.json"]


def test_a_movie_below_a_file_says_where(scenario_at, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ScenarioError, match=r"file: it cannot be made \(.*\)\. Give another path\."):
        save_movie([scenario_at()], tmp_path / "file" / "movie.json")


def test_relabelling_that_cannot_write_keeps_the_old(scenario_at, folder, monkeypatch):
    path = save_scenario(scenario_at(), folder)
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(ScenarioError, match="cannot be written"):
        relabel(path, -1, folder)
    assert read_scenarios(folder).scenarios == (scenario_at(),)


def test_a_file_that_cannot_be_deleted_is_told(scenario_at, folder, monkeypatch):
    path = save_scenario(scenario_at(), folder)

    def denied(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "unlink", denied)
    with pytest.raises(ScenarioError, match=r"it cannot be deleted \(Permission denied\)\. Nothing is lost"):
        delete_scenario(path, folder)
    assert path.is_file()
