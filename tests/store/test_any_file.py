"""Whatever lies in a folder under the name of a scenario is listed with its fault, and hides nothing else."""

from __future__ import annotations

import errno
import json
import os
import socket
import stat
from pathlib import Path

import pytest

from midplot.errors import ScenarioError
from midplot.movie import load_scenarios
from midplot.store import files, read_scenario, read_scenarios, save_movie, save_scenario
from midplot.store.document import encode_scenario


def text_with(scenario, field):
    """A scenario's file with one more field at its beginning."""
    return encode_scenario(scenario).replace(b"{", b"{" + field + b",", 1)


def a_pipe(path, _):
    os.mkfifo(path)


def a_folder(path, _):
    path.mkdir()


def a_socket(path, _):
    here = Path.cwd()
    os.chdir(path.parent)  # the address of a socket is short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)
    os.chdir(here)


def a_loop(path, _):
    path.symlink_to(path)


def a_link_to_a_pipe(path, _):
    os.mkfifo(path.with_name("pipe"))
    path.symlink_to(path.with_name("pipe"))


def a_huge_file(path, _):
    path.touch()
    os.truncate(path, 2**40)


def holding(content):
    def make(path, scenario):
        path.write_bytes(content(scenario) if callable(content) else content)

    return make


FAULTS = {
    "pipe": (a_pipe, "it is a named pipe, not a file"),
    "folder": (a_folder, "it is a folder, not a file"),
    "socket": (a_socket, "it is a socket, not a file"),
    "loop": (a_loop, "it cannot be read (Too many levels"),
    "link to a pipe": (a_link_to_a_pipe, "it is a named pipe"),
    "huge": (a_huge_file, "at most 536,870,912 are read"),
    "field self": (holding(lambda s: text_with(s, b'"self": 1')), "Scenario, self: there is no such field"),
    "field fields": (holding(lambda s: text_with(s, b'"fields": 1')), "fields: there is no such field"),
    "field model_config": (holding(lambda s: text_with(s, b'"model_config": 1')), "there is no such field"),
    "field with a line break": (holding(lambda s: text_with(s, b'"a\\nb": 1')), "a·b: there is no such field"),
    "selection field self": (
        holding(lambda s: encode_scenario(s).replace(b'"part"', b'"self"')),
        "Selection, self: there is no such field",
    ),
    "key twice": (holding(lambda s: text_with(s, b'"expected": -1')), "it gives 'expected' twice"),
    "deep key twice": (
        holding(lambda s: encode_scenario(s).replace(b'"first": 120', b'"first": 120, "first": 120')),
        "it gives 'first' twice",
    ),
    "key twice by escape": (holding(lambda s: text_with(s, b'"n\\u006fte": ""')), "it gives 'note' twice"),
    "deep": (holding(b'{"a":' * 100_000), "recursion limit"),
    "not utf-8": (holding(lambda s: text_with(s, b'"\xff": 1')), "it is damaged"),
    "half a character": (holding(lambda s: text_with(s, b'"origin": "\\ud800"')), "it is damaged"),
    "a number": (holding(b"3"), "it holds a JSON int"),
    "a large number": (holding(lambda s: text_with(s, b'"origin": ' + b"9" * 5000)), "number out of range"),
    "NaN": (holding(lambda s: encode_scenario(s).replace(b'"epsilon": 0.0025', b'"epsilon": NaN')), "epsilon"),
    "NULs": (holding(bytes(100)), "it is damaged"),
}


@pytest.fixture
def good(scenario_at, folder):
    """A folder with a good scenario before and one after the bad file."""
    save_movie([scenario_at(), scenario_at(expected=-1)], folder)
    return folder


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_file_is_listed_and_hides_nothing(scenario_at, good, fault):
    make, reason = FAULTS[fault]
    make(good / "bad.json", scenario_at(expected=0))
    reading = read_scenarios(good)
    assert set(reading.scenarios) == {scenario_at(), scenario_at(expected=-1)}
    assert [bad.path.name for bad in reading.bad] == ["bad.json"]
    assert reason in reading.bad[0].reason
    with pytest.warns(UserWarning, match=r"1 of 3 scenarios cannot be used(.|\n)*bad\.json: "):
        assert len(load_scenarios(good, on_error="skip")) == 2
    with pytest.raises(ScenarioError, match=r"bad\.json: "):
        load_scenarios(good)
    assert save_scenario(scenario_at(expected=0), good).is_file()


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "folder"])
def test_a_bad_file_by_its_own_path_is_an_error_with_its_name(scenario_at, good, fault):
    make, reason = FAULTS[fault]
    make(good / "bad.json", scenario_at(expected=0))
    with pytest.raises(ScenarioError, match=r"bad\.json: it |bad\.json: S"):
        read_scenario(good / "bad.json")
    if fault != "loop":
        (bad,) = read_scenarios(good / "bad.json").bad
        assert reason in bad.reason


def test_a_bad_entry_of_a_movie_hides_no_other(scenario_at, tmp_path):
    path = tmp_path / "movie.json"
    good = encode_scenario(scenario_at())
    bad = [
        text_with(scenario_at(expected=0), field)
        for field in (b'"note": "", "note": ""', b'"origin": "\\ud800"', b'"self": 1')
    ]
    path.write_bytes(
        b'{"format": "midplot.movie", "version": 1, "scenarios": [' + b",".join([*bad, good, b'"\xff"']) + b"]}"
    )
    reading = read_scenarios(path)
    assert reading.scenarios == (scenario_at(),)
    assert [each.entry for each in reading.bad] == [0, 1, 2, 4]
    assert "it gives 'note' twice" in reading.bad[0].reason


@pytest.mark.parametrize(
    "path", ["a\0b", "x" * 5000, "scenarios/" + "y" * 300 + ".json", "\ud800", "~nobody-of-that-name/x"]
)
def test_a_path_that_cannot_be_is_an_error_of_ours(scenario_at, tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    acts = [load_scenarios, read_scenario, read_scenarios, lambda at: save_scenario(scenario_at(), at)]
    for act in [*acts, lambda at: save_movie([scenario_at()], at)]:
        with pytest.raises(ScenarioError):
            act(path)


@pytest.mark.parametrize("failing", ["scandir", "stat"])
def test_a_folder_that_cannot_be_read_is_an_error_of_ours(good, monkeypatch, failing):
    real = getattr(os, failing)

    def denied(path, *rest, **more):
        if str(path) == str(good):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, *rest, **more)

    monkeypatch.setattr(os, failing, denied)
    with pytest.raises(ScenarioError, match=r"scenarios: it cannot be read \(Permission denied\)"):
        load_scenarios(good)


def test_files_that_cannot_be_looked_at_are_each_listed(good, monkeypatch):
    real = os.open

    def denied(path, *rest, **more):
        if str(path).endswith(".json"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, *rest, **more)

    monkeypatch.setattr(os, "open", denied)
    reading = read_scenarios(good)
    assert (len(reading.found), len(reading.bad)) == (0, 2)


def test_what_turns_into_a_pipe_after_it_was_looked_at_is_not_waited_for(good, monkeypatch):
    (path, *_) = sorted(good.glob("*.json"))
    regular = path.stat()
    path.unlink()
    os.mkfifo(path)
    assert stat.S_ISREG(regular.st_mode)
    monkeypatch.setattr(type(path), "stat", lambda *_, **__: regular)
    with pytest.raises(ScenarioError, match="it is a named pipe"):
        files.read_file(path)


@pytest.mark.parametrize("field", ["note", "tags", "origin", "name"])
@pytest.mark.parametrize("place", ["scenarios", "movie.json"])
def test_half_a_character_is_refused_when_it_is_saved(scenario_at, tmp_path, field, place):
    bad = scenario_at(**{field: ("\ud83d",) if field == "tags" else "\ud83d"})
    with pytest.raises(
        ScenarioError, match=r"is '\\ud83d', which no file can hold .*\. Give whole characters"
    ) as caught:
        save_movie([scenario_at(), bad], tmp_path / place)
    str(caught.value).encode()
    assert list(tmp_path.iterdir()) == []


def test_a_movie_that_was_saved_holds_each_key_once(scenario_at, tmp_path):
    path = save_movie([scenario_at(note='a "note": 1, "note": 2 \\"x": ')], tmp_path / "movie.json")
    assert read_scenarios(path).bad == ()
    assert json.loads(path.read_text())["version"] == 1
