"""A folder or a movie that several write to: notes are kept, and nobody's label is replaced unseen."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from midplot.errors import ScenarioError
from midplot.movie import Movie, load_scenarios
from midplot.store import ScenarioFolder, cache, files, read_scenario, save_movie, save_scenario
from midplot.store.document import encode_movie, encode_scenario


@pytest.fixture
def here(folder):
    return ScenarioFolder(folder, "here", set())


@pytest.fixture
def there(folder):
    return ScenarioFolder(folder, "there", set())


# Notes


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, {"note": "n", "tags": ("a", "b")}),
        ({"note": "new"}, {"note": "new", "tags": ("a", "b")}),
        ({"tags": ("c",)}, {"note": "n", "tags": ("c",)}),
        ({"note": "new", "tags": ("c",)}, {"note": "new", "tags": ("c",)}),
    ],
)
def test_saving_again_keeps_what_is_not_given_anew(scenario_at, folder, given, kept):
    save_scenario(scenario_at(note="n", tags=("a", "b")), folder)
    path = save_scenario(scenario_at(**given), folder)
    assert read_scenario(path) == scenario_at(**kept)


def test_a_longer_warm_up_goes_into_the_file_and_the_note_stays(scenario_at, folder):
    short = scenario_at(note="n")
    save_scenario(short.changed(selection=short.selection.changed(before=())), folder)
    assert read_scenario(save_scenario(scenario_at(), folder)) == scenario_at(note="n")


# What somebody else wrote


def test_somebody_elses_note_is_not_replaced_unseen(scenario_at, here, there):
    (theirs,) = there.save([scenario_at(note="theirs", tags=("t",))])
    before = theirs.path.read_bytes()
    with pytest.raises(ScenarioError, match=r"somebody else labelled this window, with the note 'theirs' and the tags"):
        here.save([scenario_at(first=1, last=9), scenario_at(note="mine")])
    assert not (theirs.path.parent / "up_stream_3_00001-00009.json").exists()  # all or nothing
    (mine,) = here.save([scenario_at()])
    assert mine.scenario.note == "theirs"
    assert theirs.path.read_bytes() == before
    here.read()
    here.save([scenario_at(note="mine")])
    assert read_scenario(theirs.path).note == "mine"


@pytest.mark.parametrize("act", ["relabel", "delete", "save"])
def test_what_changed_meanwhile_is_not_touched(scenario_at, here, act):
    (saved,) = here.save([scenario_at(note="n")])
    theirs = encode_scenario(scenario_at(note="theirs"))
    saved.path.write_bytes(theirs)
    acts = {
        "relabel": lambda target: here.relabel(target, -1),
        "delete": here.delete,
        "save": lambda _: here.save([scenario_at(note="newer")]),
    }
    for target in (saved.path, saved.path.name, saved.scenario):
        with pytest.raises(ScenarioError, match=r"somebody else .*Look at it first with load_scenarios\(\)"):
            acts[act](target)
        assert saved.path.read_bytes() == theirs
    here.read()
    acts[act](saved.path)
    assert not saved.path.exists() or saved.path.read_bytes() != theirs


def test_what_its_user_looked_at_counts_and_not_what_was_read_since(scenario_at, here):
    (saved,) = here.save([scenario_at(note="n")])
    listed = here.read().found[0]
    saved.path.write_bytes(encode_scenario(scenario_at(note="theirs")))
    here.read()
    for act in (
        lambda: here.delete(listed.path, digest=listed.digest),
        lambda: here.relabel(listed.path, 0, digest=listed.digest),
    ):
        with pytest.raises(ScenarioError, match="somebody else wrote or changed it"):
            act()
    here.delete(listed.path, digest=here.read().found[0].digest)
    assert not saved.path.exists()


# Files with names of their own


def test_a_renamed_file_is_still_its_windows_file(scenario_at, here, folder, names_in):
    (saved,) = here.save([scenario_at(note="n")])
    saved.path.rename(folder / "double top.json")
    here.read()
    assert here.save([scenario_at(tags=("t",))])[0].path == folder / "double top.json"
    assert here.relabel(scenario_at(), -1).path == folder / "double top.json"
    assert names_in(folder) == ["double top.json"]
    assert read_scenario(folder / "double top.json") == scenario_at(expected=-1, note="n", tags=("t",))
    assert here.save([scenario_at(expected=-1)])[0].path == folder / "double top.json"


def test_duplicates_are_told_and_change_nothing_else(scenario_at, folder):
    path = save_scenario(scenario_at(), folder)
    (folder / "copy.json").write_bytes(path.read_bytes())
    with pytest.warns(UserWarning, match=r"1 scenario is there twice(.|\n)*holds the same scenario as copy\.json"):
        assert load_scenarios(folder) == Movie([scenario_at()])
    assert save_scenario(scenario_at(), folder) == folder / "copy.json"


# Movies in one file


def test_two_that_add_to_one_movie_both_win(scenario_at, tmp_path):
    path = Movie([scenario_at()]).save(tmp_path / "m.json")
    one, two = load_scenarios(path), load_scenarios(path)
    one.add(scenario_at(first=1, last=9)).save(path)
    two.add(scenario_at(first=2, last=9)).save(path)
    assert [s.selection.first for s in load_scenarios(path)] == [1, 2, 120]


def test_removing_stays_removing_for_both(scenario_at, tmp_path):
    scenarios = [scenario_at(first=first, last=99) for first in (1, 2, 3)]
    path = Movie(scenarios).save(tmp_path / "m.json")
    one, two = load_scenarios(path), load_scenarios(path)
    one.remove(scenarios[0]).save(path)
    two.remove(scenarios[1]).add(scenario_at()).save(path)
    assert [s.selection.first for s in load_scenarios(path)] == [3, 120]


def test_a_movie_can_be_saved_again_and_again(scenario_at, tmp_path):
    movie = Movie([scenario_at(), scenario_at(first=1, last=9)])
    path = movie.save(tmp_path / "m.json")
    fewer = movie.remove(scenario_at())
    fewer.save(path)
    assert load_scenarios(path) == fewer
    movie.save(path)  # its base is what it saved itself: what is gone was taken away
    assert load_scenarios(path) == fewer


def test_both_changed_is_refused_and_nothing_is_lost(scenario_at, tmp_path):
    path = Movie([scenario_at(note="n")]).save(tmp_path / "m.json")
    one, two, three = (load_scenarios(path) for _ in range(3))
    one.add(scenario_at(note="one")).save(path)
    before = path.read_bytes()
    for movie in (two.add(scenario_at(note="two")), three.remove(scenario_at(note="n"))):
        with pytest.raises(ScenarioError, match=r"m\.json: somebody else has changed UP stream 3 120-180 there"):
            movie.save(path)
    assert path.read_bytes() == before
    two.add(scenario_at(first=1, last=9)).save(path)  # what was changed there alone stays changed
    assert [s.note for s in load_scenarios(path)] == ["", "one"]


def test_what_cannot_be_read_survives_a_save_to_the_byte(scenario_at, tmp_path):
    path = tmp_path / "m.json"
    odd = [
        b'{"format": "midplot.scenario", "version": 7, "new": [1.50, 1e3]}',
        b'{"a": 1, "a": 2}',
        b'"half \\ud800"',
        b'"\xff"',
        b"NaN",
    ]
    good = encode_scenario(scenario_at()).strip()
    path.write_bytes(
        b'\xef\xbb\xbf{"format": "midplot.movie", "version": 1, "author": "me", "scenarios": ['
        + b" ,".join([*odd[:2], good, *odd[2:]])
        + b"]}"
    )
    with pytest.warns(UserWarning, match="5 of 6"):
        movie = load_scenarios(path, on_error="skip")
    for scenarios in (movie.add(scenario_at(expected=0, first=1, last=9)), Movie()):
        save_movie(scenarios, path)
        content = path.read_bytes()
        assert all(each in content for each in odd)
        assert b'"author": "me"' in content
        with pytest.warns(UserWarning, match="5 of"):
            assert load_scenarios(path, on_error="skip").scenarios == scenarios.scenarios


def test_a_movie_of_a_newer_version_is_not_replaced(scenario_at, tmp_path):
    path = tmp_path / "m.json"
    path.write_text('{"format": "midplot.movie", "version": 2, "scenarios": []}')
    before = path.read_bytes()
    with pytest.raises(ScenarioError, match=r"m\.json: it has version 2, .* Upgrade midplot\. It was not replaced\."):
        Movie([scenario_at()]).save(path)
    assert path.read_bytes() == before


def test_an_unchanged_movie_leaves_the_file_untouched(scenario_at, tmp_path):
    path = Movie([scenario_at()]).save(tmp_path / "m.json")
    before = path.stat()
    load_scenarios(path).save(path)
    assert path.stat().st_ino == before.st_ino


ADDER = """
import sys, warnings
from midplot.core.scenario import Scenario, Selection
from midplot.movie import Movie, load_scenarios
from pathlib import Path

path, start = sys.argv[1], int(sys.argv[2])
for first in range(start, start + 20):
    selection = Selection(stream_id=0, first=first, last=first, horizon=3, epsilon=0.1, values=[1.0])
    movie = load_scenarios(path) if Path(path).exists() else Movie()
    movie.add(Scenario(selection=selection, expected=1)).save(path)
"""


def test_processes_that_add_to_one_movie_lose_nothing(tmp_path):
    path = tmp_path / "m.json"
    adders = [subprocess.Popen([sys.executable, "-c", ADDER, path, str(start)]) for start in (0, 100, 200)]
    assert [adder.wait() for adder in adders] == [0, 0, 0]
    firsts = [scenario.selection.first for scenario in load_scenarios(path)]
    assert firsts == [start + n for start in (0, 100, 200) for n in range(20)]


# Speed: what is read


def test_a_folder_is_read_once_and_then_only_what_changed(scenario_at, here, folder, monkeypatch):
    monkeypatch.setattr(files, "YOUNG_SECONDS", -1e9)  # else young files are read twice
    reads = []
    real = files.read_file

    def counting(path, *rest):
        reads.append(path.name)
        return real(path, *rest)

    monkeypatch.setattr(files, "read_file", counting)
    save_movie([scenario_at(first=first, last=first + 9) for first in range(200)], folder)
    reads.clear()
    here.read()
    assert len(reads) == 200
    first = here.read()
    assert here.read() is first
    assert len(reads) == 200
    (saved,) = here.save([scenario_at()])
    assert len(here.read().found) == 201
    assert reads[200:] == [saved.path.name]
    here.relabel(saved.path, 0)
    here.undo()
    here.delete(saved.path)
    assert len(here.read().found) == 200
    assert set(reads[200:]) <= {saved.path.name, "nothing_stream_3_00120-00180.json"}
    assert len(reads) < 220


def test_a_file_changed_within_one_tick_of_the_clock_is_seen(scenario_at, here, folder):
    (saved,) = here.save([scenario_at(note="a")])
    status = saved.path.stat()
    for note in "bcdef":
        content = encode_scenario(scenario_at(note=note))
        saved.path.write_bytes(content)
        os.utime(saved.path, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert here.read().scenarios[0].note == note


def test_equal_stamps_of_young_files_are_not_trusted(scenario_at, here, monkeypatch):
    (saved,) = here.save([scenario_at(note="a")])
    here.read()
    frozen = files.Stamp.of(saved.path.stat())
    monkeypatch.setattr(cache.Stamp, "of", lambda _: frozen)
    saved.path.write_bytes(encode_scenario(scenario_at(note="b")))
    assert here.read().scenarios[0].note == "b"


def test_a_movie_that_holds_only_what_cannot_be_read_is_valid_json(tmp_path):
    assert encode_movie([], [b'{"x": 1}', b"2"]) == (
        b'{\n  "format": "midplot.movie",\n  "version": 1,\n  "scenarios": [\n    {"x": 1},\n    2\n  ]\n}\n'
    )
