"""Saving, relabelling and deleting: nothing lost, nothing overwritten, nothing outside the folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from midplot.errors import ScenarioError
from midplot.scenarios._order import in_order
from midplot.scenarios.store import (
    delete_scenario,
    read_scenario,
    read_scenarios,
    relabel,
    save_movie,
    save_scenario,
)

LATER = datetime(2027, 1, 1, tzinfo=UTC)


# One scenario


def test_a_scenario_is_saved_in_a_file_of_its_own(scenario_at, folder, names_in):
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


def test_the_same_again_leaves_the_file_untouched(scenario_at, folder, names_in):
    path = save_scenario(scenario_at(), folder)
    before = path.stat()
    assert save_scenario(scenario_at(created=LATER), folder) == path
    after = path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert names_in(folder) == [path.name]


def test_what_is_said_about_it_is_replaced_and_its_time_kept(scenario_at, folder, names_in):
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
def test_any_scenario_of_any_stream_name_comes_back_and_stays_inside(any_scenario, tmp_path_factory, names_in, data):
    home = tmp_path_factory.mktemp("any")
    scenario = data.draw(any_scenario)
    path = save_scenario(scenario, home / "scenarios")
    assert path.parent == home / "scenarios"
    assert [each.name for each in home.iterdir()] == ["scenarios"]
    assert names_in(path.parent) == [path.name]
    (back,) = read_scenarios(path.parent).scenarios
    assert repr(back.model_dump()) == repr(scenario.model_dump())


# Labels and deletion


@pytest.mark.parametrize("how", ["scenario", "path", "name"])
def test_relabelling_moves_a_scenario_to_another_file(scenario_at, folder, how, names_in):
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


@pytest.mark.parametrize("how", ["scenario", "path", "name"])
def test_deleting_takes_one_file_away(scenario_at, folder, how, names_in):
    kept = save_scenario(scenario_at(expected=0), folder)
    path = save_scenario(scenario_at(), folder)
    assert delete_scenario({"scenario": scenario_at(), "path": path, "name": path.name}[how], folder) == path
    assert names_in(folder) == [kept.name]


def test_a_scenario_is_found_under_a_name_that_its_user_gave_it(scenario_at, folder):
    save_scenario(scenario_at(), folder).rename(folder / "double top.json")
    assert delete_scenario(scenario_at(), folder) == folder / "double top.json"


def test_nothing_outside_the_folder_is_deleted_or_relabelled(scenario_at, folder, tmp_path, names_in):
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


def test_a_movie_is_saved_in_one_file(scenario_at, tmp_path, names_in):
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
    with pytest.raises(ScenarioError, match=r"package\.json: there is a file that is not a movie\. Give another path"):
        save_movie([scenario_at()], path)
    assert path.read_text() == content
