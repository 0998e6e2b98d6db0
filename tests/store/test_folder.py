"""Saving, relabelling and deleting: nothing lost, nothing overwritten, nothing outside the folder."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from midplot.core.movie import in_order
from midplot.errors import ScenarioError
from midplot.store import (
    atomic,
    delete_scenario,
    read_scenario,
    read_scenarios,
    relabel,
    save_movie,
    save_scenario,
)

LATER = datetime(2027, 1, 1, tzinfo=UTC)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != atomic.LOCK_NAME)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "scenarios"


# One scenario


def test_a_scenario_is_saved_in_a_file_of_its_own(scenario_at, folder):
    path = save_scenario(scenario_at(), folder)
    assert path == folder / "up_stream_3_00120-00180.json"
    assert names_in(folder) == [path.name]
    assert read_scenario(path) == scenario_at()


def test_a_folder_is_made_with_its_parents(scenario_at, tmp_path):
    assert save_scenario(scenario_at(), tmp_path / "a" / "b").is_file()


def test_by_default_it_goes_to_the_folder_scenarios(scenario_at, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert save_scenario(scenario_at()) == Path("scenarios/up_stream_3_00120-00180.json")
    assert read_scenarios("scenarios").scenarios == (scenario_at(),)


def test_the_same_again_leaves_the_file_untouched(scenario_at, folder):
    path = save_scenario(scenario_at(), folder)
    before = path.stat()
    assert save_scenario(scenario_at(created=LATER), folder) == path
    after = path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert names_in(folder) == [path.name]


def test_what_is_said_about_it_is_replaced_and_its_time_kept(scenario_at, folder):
    path = save_scenario(scenario_at(note="old"), folder)
    assert save_scenario(scenario_at(note="new", tags="x", created=LATER), folder) == path
    assert names_in(folder) == [path.name]
    assert read_scenario(path) == scenario_at(note="new", tags="x")


def test_another_scenario_of_the_same_name_gets_a_number(scenario_at, folder):
    one = scenario_at()
    others = [one.changed(selection=one.selection.changed(horizon=horizon)) for horizon in (31, 32)]
    paths = [save_scenario(each, folder) for each in (one, *others)]
    assert [path.name for path in paths] == [f"up_stream_3_00120-00180{end}.json" for end in ("", "-2", "-3")]
    assert [save_scenario(each, folder) for each in (one, *others)] == paths
    paths[0].unlink()
    assert save_scenario(others[1], folder) == paths[2]  # though a lower number is free
    assert save_scenario(one, folder) == paths[0]
    assert set(read_scenarios(folder).scenarios) == {one, *others}


@pytest.mark.parametrize("content", [b"", b"{}", b'{"format": "midplot.scenario", "version": 2}'])
def test_a_file_that_cannot_be_read_is_never_overwritten(scenario_at, folder, content):
    folder.mkdir()
    theirs = folder / "up_stream_3_00120-00180.json"
    theirs.write_bytes(content)
    assert save_scenario(scenario_at(), folder).name == "up_stream_3_00120-00180-2.json"
    assert theirs.read_bytes() == content


@pytest.mark.parametrize("target", ["outside.json", "missing.json"])
def test_a_link_is_left_alone_and_nothing_outside_is_written(scenario_at, folder, tmp_path, target):
    folder.mkdir()
    (tmp_path / "outside.json").write_text("mine")
    (folder / "up_stream_3_00120-00180.json").symlink_to(tmp_path / target)
    assert save_scenario(scenario_at(), folder).name == "up_stream_3_00120-00180-2.json"
    assert (tmp_path / "outside.json").read_text() == "mine"
    assert not (tmp_path / "missing.json").exists()


def test_a_link_to_the_same_scenario_is_replaced_by_its_new_content(scenario_at, folder, tmp_path):
    outside = save_scenario(scenario_at(), tmp_path / "elsewhere")
    content = outside.read_bytes()
    folder.mkdir()
    (folder / outside.name).symlink_to(outside)
    path = save_scenario(scenario_at(note="new"), folder)
    assert (path.name, path.is_symlink()) == (outside.name, False)
    assert outside.read_bytes() == content


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_any_scenario_of_any_stream_name_comes_back_and_stays_inside(any_scenario, tmp_path_factory, data):
    home = tmp_path_factory.mktemp("any")
    scenario = data.draw(any_scenario)
    path = save_scenario(scenario, home / "scenarios")
    assert path.parent == home / "scenarios"
    assert [each.name for each in home.iterdir()] == ["scenarios"]
    assert names_in(path.parent) == [path.name]
    (back,) = read_scenarios(path.parent).scenarios
    assert repr(back.model_dump()) == repr(scenario.model_dump())


# When it cannot be written


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_loses_nothing_and_leaves_nothing(scenario_at, folder, monkeypatch, step):
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


def test_an_interrupt_while_writing_leaves_nothing_and_goes_on(scenario_at, folder, monkeypatch):
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


def test_only_old_temporary_files_are_swept_out(scenario_at, folder):
    folder.mkdir()
    old, young, theirs = (folder / name for name in (".midplot-1.tmp", ".midplot-2.tmp", "other.tmp"))
    for path in (old, young, theirs):
        path.write_text("{")
    os.utime(old, (0, 0))
    os.utime(theirs, (0, 0))
    path = save_scenario(scenario_at(), folder)
    assert names_in(folder) == [".midplot-2.tmp", "other.tmp", path.name]
    assert read_scenarios(folder).scenarios == (scenario_at(),)


# Labels and deletion


@pytest.mark.parametrize("how", ["scenario", "path", "name"])
def test_relabelling_moves_a_scenario_to_another_file(scenario_at, folder, how):
    scenario = scenario_at(note="n")
    path = save_scenario(scenario, folder)
    given = {"scenario": scenario, "path": path, "name": path.name}[how]
    new = relabel(given, -1, folder)
    assert names_in(folder) == [new.name] == ["down_stream_3_00120-00180.json"]
    assert read_scenario(new) == scenario_at(note="n", expected=-1)


def test_relabelling_to_the_same_label_changes_nothing(scenario_at, folder):
    path = save_scenario(scenario_at(), folder)
    assert relabel(path, 1, folder) == path
    assert read_scenario(path) == scenario_at()


def test_relabelling_that_cannot_write_keeps_the_old(scenario_at, folder, monkeypatch):
    path = save_scenario(scenario_at(), folder)
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(ScenarioError, match="cannot be written"):
        relabel(path, -1, folder)
    assert read_scenarios(folder).scenarios == (scenario_at(),)


@pytest.mark.parametrize("how", ["scenario", "path", "name"])
def test_deleting_takes_one_file_away(scenario_at, folder, how):
    kept = save_scenario(scenario_at(expected=0), folder)
    path = save_scenario(scenario_at(), folder)
    assert delete_scenario({"scenario": scenario_at(), "path": path, "name": path.name}[how], folder) == path
    assert names_in(folder) == [kept.name]


def test_a_scenario_is_found_under_a_name_that_its_user_gave_it(scenario_at, folder):
    save_scenario(scenario_at(), folder).rename(folder / "double top.json")
    assert delete_scenario(scenario_at(), folder) == folder / "double top.json"


def test_nothing_outside_the_folder_is_deleted_or_relabelled(scenario_at, folder, tmp_path):
    outside = save_scenario(scenario_at(), tmp_path / "elsewhere")
    save_scenario(scenario_at(expected=0), folder)
    (folder / "notes.txt").write_text("mine")
    for path in (outside, folder / ".." / "elsewhere" / outside.name, "../x.json", "none.json", "notes.txt", ".."):
        with pytest.raises(ScenarioError, match=r"there is no such scenario file in .*\. Give the name of a file"):
            delete_scenario(path, folder)
        with pytest.raises(ScenarioError, match="there is no such scenario file"):
            relabel(path, 1, folder)
    with pytest.raises(ScenarioError, match=r"the scenario 'UP stream 3 120-180' is not in it\."):
        delete_scenario(scenario_at(), folder)
    assert outside.is_file()
    assert len(names_in(folder)) == 2


def test_a_folder_that_is_not_there_is_not_made_to_delete_in(scenario_at, folder):
    for action in (lambda: delete_scenario("x.json", folder), lambda: relabel("x.json", 1, folder)):
        with pytest.raises(ScenarioError, match=r"there is no such folder\. Give the one"):
            action()
    assert not folder.exists()


def test_a_file_that_cannot_be_deleted_is_told(scenario_at, folder, monkeypatch):
    path = save_scenario(scenario_at(), folder)

    def denied(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "unlink", denied)
    with pytest.raises(ScenarioError, match=r"it cannot be deleted \(Permission denied\)\. Nothing is lost"):
        delete_scenario(path, folder)
    assert path.is_file()


# Movies


def test_a_movie_is_saved_in_a_folder_beside_what_is_there(scenario_at, folder):
    scenarios = [scenario_at(first=first, last=first + 9) for first in (10, 20, 30)]
    save_scenario(scenario_at(), folder)
    assert save_movie(scenarios, folder) == folder
    assert in_order(read_scenarios(folder).scenarios) == in_order([*scenarios, scenario_at()])
    files = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.json")}
    save_movie(scenarios, folder)
    assert {path.name: path.stat().st_mtime_ns for path in folder.glob("*.json")} == files


def test_scenarios_of_one_name_in_a_movie_have_a_file_each(scenario_at, folder):
    one = scenario_at()
    other = one.changed(selection=one.selection.changed(horizon=31))
    save_movie([one, other], folder)
    assert set(read_scenarios(folder).scenarios) == {one, other}


def test_a_movie_is_saved_in_one_file(scenario_at, tmp_path):
    path = tmp_path / "new" / "movie.json"
    assert save_movie([scenario_at(), scenario_at(expected=0)], path) == path
    assert len(read_scenarios(path).scenarios) == 2
    save_movie([scenario_at()], path)
    assert read_scenarios(path).scenarios == (scenario_at(),)
    assert names_in(path.parent) == ["movie.json"]


@pytest.mark.parametrize("content", ['{"name": "package"}', "", "{"])
def test_a_movie_does_not_replace_a_file_that_is_none(scenario_at, tmp_path, content):
    path = tmp_path / "package.json"
    path.write_text(content)
    with pytest.raises(ScenarioError, match=r"package\.json: there is a file that is no movie\. Give another path"):
        save_movie([scenario_at()], path)
    assert path.read_text() == content


def test_a_movie_file_survives_a_full_disk(scenario_at, tmp_path, monkeypatch):
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
