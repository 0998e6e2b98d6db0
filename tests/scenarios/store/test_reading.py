"""Reading folders and files: all the good ones, and every bad one with its reason."""

from __future__ import annotations

import errno
import os

import pytest

from midplot.errors import ScenarioError
from midplot.scenarios.store import read_scenario, read_scenarios, save_movie, save_scenario
from midplot.scenarios.store._document import encode_movie, encode_scenario


@pytest.fixture
def spoilt(scenario_at, folder):
    """A folder with two good scenarios and every kind of bad file."""
    save_movie([scenario_at(), scenario_at(expected=-1)], folder)
    (folder / "a_damaged.json").write_bytes(encode_scenario(scenario_at())[:-9])
    (folder / "b_empty.json").touch()
    (folder / "c_foreign.JSON").write_text('{"name": "package"}')
    (folder / "d_newer.json").write_text('{"format": "midplot.scenario", "version": 2}')
    (folder / "e_movie.json").write_bytes(encode_movie([]))
    (folder / "f_link.json").symlink_to(folder / "nowhere")
    (folder / "z_twice.json").write_bytes(encode_scenario(scenario_at(note="other")))
    return folder


def test_every_good_scenario_is_read_and_every_bad_file_listed(scenario_at, spoilt):
    reading = read_scenarios(spoilt)
    assert reading.scenarios == (scenario_at(expected=-1), scenario_at())
    assert [found.path.name for found in reading.found] == [
        "down_stream_3_00120-00180.json",
        "up_stream_3_00120-00180.json",
    ]
    lines = reading.describe_bad().splitlines()
    assert lines[0] == f"{spoilt}: 6 of 9 scenarios cannot be used."
    assert lines[1].startswith("  a_damaged.json: it is damaged: not JSON (")
    assert lines[2:] == [
        "  b_empty.json: it is empty. Restore it, or delete it.",
        "  c_foreign.JSON: it is not a scenario: it has no 'format'. Move it elsewhere.",
        "  d_newer.json: it has version 2, this midplot reads up to 1. Upgrade midplot.",
        "  e_movie.json: it is not a scenario: it has the format 'midplot.movie'. Load it by its own path.",
        "  f_link.json: it is a link that leads nowhere. Restore it, or delete it.",
    ]
    assert reading.describe_duplicates().splitlines() == [
        f"{spoilt}: 1 scenario is there twice, and counted once.",
        "  z_twice.json: it holds the same scenario as up_stream_3_00120-00180.json. Delete one of them.",
    ]


def test_hidden_files_and_other_files_are_none_of_ours(scenario_at, folder):
    save_scenario(scenario_at(), folder)
    for name in (".hidden.json", "._up.json", "notes.txt", "up.json.bak", ".midplot-1.tmp"):
        (folder / name).write_text("{")
    (folder / "folder").mkdir()
    (folder / ".ipynb_checkpoints").mkdir()
    reading = read_scenarios(folder)
    assert (reading.scenarios, reading.bad, reading.describe_bad()) == ((scenario_at(),), (), "")


def test_an_empty_folder_holds_nothing(tmp_path):
    assert read_scenarios(tmp_path).found == ()


def test_one_file_may_hold_a_scenario_or_a_movie(scenario_at, tmp_path):
    path = save_scenario(scenario_at(), tmp_path)
    assert read_scenarios(path).scenarios == (scenario_at(),)
    movie = save_movie([scenario_at(), scenario_at(expected=0)], tmp_path / "movie.json")
    assert len(read_scenarios(str(movie)).scenarios) == 2


def test_bad_entries_of_a_movie_are_listed_by_number(scenario_at, tmp_path):
    good, path = scenario_at().model_dump_json(), tmp_path / "movie.json"
    entries = f'{good}, 3, {{"format": "midplot.scenario", "version": 2}}, {good}'
    path.write_text(f'{{"format": "midplot.movie", "version": 1, "scenarios": [{entries}]}}')
    reading = read_scenarios(path)
    assert reading.scenarios == (scenario_at(),)
    assert [str(bad) for bad in reading.bad] == [
        "movie.json, scenario 1: it holds a JSON int, not a scenario. Move it elsewhere.",
        "movie.json, scenario 2: it has version 2, this midplot reads up to 1. Upgrade midplot.",
    ]
    assert [str(twice) for twice in reading.duplicates] == [
        "movie.json: it holds the same scenario as an earlier entry. Delete one of them."
    ]


@pytest.mark.parametrize("content", ["{", '{"format": "midplot.movie", "version": 9}'])
def test_a_bad_movie_is_one_bad_file(tmp_path, content):
    path = tmp_path / "movie.json"
    path.write_text(content)
    reading = read_scenarios(path)
    assert (reading.found, len(reading.bad)) == ((), 1)


def test_what_is_not_there_is_told_with_what_is_near(tmp_path):
    (tmp_path / "scenarios").mkdir()
    with pytest.raises(ScenarioError, match=r"scenarois: there is no such folder or file\. Did you mean 'scenarios'\?"):
        read_scenarios(tmp_path / "scenarois")
    with pytest.raises(ScenarioError, match=r"there is no such folder or file\. Give the path"):
        read_scenarios(tmp_path / "a" / "b")


def test_one_scenario_that_cannot_be_read_is_an_error_with_its_path(tmp_path):
    with pytest.raises(ScenarioError, match=r"x\.json: it cannot be read \(No such file or directory\)\."):
        read_scenario(tmp_path / "x.json")
    (tmp_path / "x.json").touch()
    with pytest.raises(ScenarioError, match=r"x\.json: it is empty\."):
        read_scenario(tmp_path / "x.json")


def test_a_file_that_may_not_be_read_is_listed(scenario_at, folder, monkeypatch):
    save_scenario(scenario_at(), folder)

    def denied(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    expected = "up_stream_3_00120-00180.json: it cannot be read (Permission denied). Get permission to read it."
    assert [str(bad) for bad in read_scenarios(folder).bad] == [expected]
    assert [str(bad) for bad in read_scenarios(folder / "up_stream_3_00120-00180.json").bad] == [expected]


def test_a_scenario_renamed_while_reading_is_found_under_its_new_name(scenario_at, folder, monkeypatch):
    save_movie([scenario_at(), scenario_at(expected=-1)], folder)
    real, renamed = os.open, []

    def racing(path, flags):
        if not renamed:
            renamed.append(path.rename(path.with_name("aa.json")))
        return real(path, flags)

    monkeypatch.setattr(os, "open", racing)
    reading = read_scenarios(folder)
    assert reading.bad == ()
    assert set(reading.scenarios) == {scenario_at(), scenario_at(expected=-1)}


def test_reading_writes_nothing(scenario_at, folder):
    save_scenario(scenario_at(), folder)
    (folder / ".midplot.lock").unlink(missing_ok=True)
    before = sorted(folder.iterdir())
    read_scenarios(folder)
    assert sorted(folder.iterdir()) == before
