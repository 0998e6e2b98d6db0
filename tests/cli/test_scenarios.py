"""`midplot scenarios`: list, show, validate, rm; text, exit codes and what is on the disk afterwards."""

from __future__ import annotations

import io
import json
import sys

import pytest

from midplot import load_scenarios
from midplot.views.pages._movie_page import movie_page

LEGACY = {
    "selection": {"stream_id": 3, "data": [1.0, 2.0], "original_start_index": 7, "original_end_index": 8},
    "decision": -1.0,
}


@pytest.fixture
def damaged(scenarios, place):
    path = place / "scenarios" / "half.json"
    path.write_text(scenarios[0].read_text()[:100])
    return path


# list


def test_list_names_every_scenario_with_its_file(run, scenarios):
    ended = run("scenarios", "list")
    head, *rows = [line.split() for line in ended.out.splitlines()]
    assert (ended.code, ended.err) == (0, "")
    assert head == ["file", "label", "hindsight", "stream", "window", "ticks", "warm-up", "tags", "note"]
    falling = ["up_falling_00005-00012.json", "UP", "lost", "falling", "5-12", "8", "5", "news", "after", "the", "news"]
    assert rows == [falling, ["up_rising_00005-00012.json", "UP", "rising", "5-12", "8", "5"]]


def test_list_as_json(run, scenarios):
    ended = run("scenarios", "list", "--json")
    first, second = json.loads(ended.out)
    assert first["file"].endswith("up_falling_00005-00012.json")
    assert (first["label"], first["stream"], first["first"], first["last"]) == ("UP", "falling", 5, 12)
    assert (first["note"], first["tags"], first["horizon"]) == ("after the news", ["news"], 3)
    assert second["title"] == "UP rising 5-12"


def test_list_shows_a_variant_as_one(run, save):
    save("rising", 1)
    load_scenarios().variants("mirrored").save("derived")
    assert "DOWN mirrored" in run("scenarios", "list", "derived").out


def test_list_goes_on_past_damaged_files_and_names_them(run, damaged):
    ended = run("scenarios", "list")
    assert ended.code == 0
    assert len(ended.out.splitlines()) == 3
    assert "half.json: it is damaged" in ended.err


def test_list_keeps_a_stream_name_of_several_lines_in_its_row(run, save):
    save("two\nlines", 1)
    assert len(run("scenarios", "list").out.splitlines()) == 2


@pytest.mark.parametrize("command", ["list", "validate"])
def test_a_missing_or_empty_folder_is_wrong_use(run, place, command):
    missing = run("scenarios", command)
    assert (missing.code, missing.out) == (2, "")
    assert "scenarios: there is no such folder or file" in missing.err
    (place / "scenarios").mkdir()
    empty = run("scenarios", command)
    assert (empty.code, empty.out) == (2, "")
    assert "scenarios: there are no scenarios" in empty.err


# gallery


def test_gallery_writes_a_page_and_names_what_cannot_be_used(run, damaged, place):
    ended = run("scenarios", "gallery")
    assert (ended.code, ended.out) == (0, "Movie(2 scenarios: 2 UP)\nreport: scenarios.html\n")
    assert "half.json: it is damaged" in ended.err
    with pytest.warns(UserWarning, match=r"half\.json"):
        movie = load_scenarios(on_error="skip")
    assert (place / "scenarios.html").read_text(encoding="utf-8") == movie_page(movie.scenarios)
    assert run("scenarios", "gallery", "--html", place).code == 2


# show


@pytest.mark.parametrize(
    "file", ["scenarios/up_falling_00005-00012.json", "up_falling_00005-00012.json", "up_falling_00005-00012"]
)
def test_show_tells_all_of_a_scenario_by_its_path_or_its_name(run, scenarios, file):
    ended = run("scenarios", "show", file)
    assert ended.code == 0
    title, *facts = ended.out.splitlines()
    assert title == "UP falling 5-12"
    facts = dict(line.strip().split("  ", 1) for line in facts)
    assert facts["file"].strip() == "scenarios/up_falling_00005-00012.json"
    assert facts["window"].strip() == "5-12, 8 ticks"
    assert facts["around it"].strip() == "5 ticks of warm-up before, 3 values after"
    assert facts["prices"].strip() == "115 to 108, between 108 and 115"
    assert facts["rules"].strip() == "horizon 3, epsilon 0.5"
    assert (facts["note"].strip(), facts["tags"].strip()) == ("after the news", "news")


def test_show_leaves_out_what_is_not_known(run, save):
    save("rising", 1, created=None)
    out = run("scenarios", "show", "up_rising_00005-00012").out
    assert not any(word in out for word in ("note", "tags", "variant", "created"))


def test_show_tells_what_a_variant_was_derived_of(run, save):
    save("rising", 1)
    load_scenarios().variants("mirrored").save("derived.json")
    assert "mirrored, derived from UP rising 5-12" in run("scenarios", "show", "derived.json").out


def test_show_as_json_is_a_scenario_file(run, scenarios, place):
    ended = run("scenarios", "show", scenarios[0], "--json")
    assert ended.out.encode() == scenarios[0].read_bytes()


def test_show_as_json_turns_a_file_of_the_first_version_into_one_of_this(run, place):
    (place / "old.json").write_text(json.dumps(LEGACY))
    (place / "new.json").write_text(run("scenarios", "show", "old.json", "--json").out)
    (scenario,) = load_scenarios("new.json")
    assert (scenario.label, scenario.selection.first, scenario.selection.values) == ("DOWN", 7, (1.0, 2.0))
    assert json.loads((place / "new.json").read_text())["format"] == "midplot.scenario"


def test_show_several_and_movies(run, scenarios, place):
    movie = load_scenarios()
    movie.save("movie.json")
    assert run("scenarios", "show", "movie.json").out == run("scenarios", "show", *sorted(scenarios)).out.replace(
        "scenarios/up_falling_00005-00012.json", "movie.json"
    ).replace("scenarios/up_rising_00005-00012.json", "movie.json")
    (place / "copy.json").write_text(run("scenarios", "show", *scenarios, "--json").out)
    assert load_scenarios("copy.json") == movie


def test_show_of_an_unknown_file_suggests_the_nearest(run, scenarios):
    ended = run("scenarios", "show", "up_fallin_00005-00012")
    assert (ended.code, ended.out) == (2, "")
    assert "up_fallin_00005-00012: there is no such file. Did you mean 'up_falling_00005-00012.json'?" in ended.err


def test_show_of_a_damaged_file_says_why_it_cannot_be_used(run, damaged):
    ended = run("scenarios", "show", "half")
    assert (ended.code, ended.out) == (2, "")
    assert "it is damaged" in ended.err


# validate


def test_validate_says_that_all_is_good(run, scenarios):
    ended = run("scenarios", "validate")
    good, noted = ended.out.splitlines()
    assert (ended.code, good, ended.err) == (0, "scenarios: 2 scenarios, all good", "")
    assert noted == (
        "scenarios: UP falling 5-12: every decision UP in the window would have lost, the best of them -3.5"
    )


def test_validate_lists_every_bad_file_and_ends_with_1(run, damaged, place):
    (place / "scenarios" / "later.json").write_text('{"format": "midplot.scenario", "version": 99}')
    ended = run("scenarios", "validate")
    assert ended.code == 1
    assert "2 of 4 scenarios cannot be used" in ended.out
    assert "half.json: it is damaged" in ended.out
    assert "later.json: it has version 99" in ended.out


def test_validate_takes_several_places(run, scenarios, damaged):
    ended = run("scenarios", "validate", scenarios[0], scenarios[1], "scenarios")
    good, also_good, noted, *bad = ended.out.splitlines()
    assert ended.code == 1
    assert good.endswith("up_rising_00005-00012.json: 1 scenario, all good")
    assert also_good.endswith("all good")
    assert "would have lost" in noted
    assert bad[0].startswith("scenarios: 1 of 3")


def test_validate_as_json(run, damaged):
    ended = run("scenarios", "validate", "--json")
    (found,) = json.loads(ended.out)
    assert ended.code == 1
    assert (found["path"], found["n_good"]) == ("scenarios", 2)
    (bad,) = found["bad"]
    assert bad["file"] == "scenarios/half.json"
    assert bad["reason"].startswith("it is damaged")


def test_validate_finds_a_scenario_that_is_there_twice(run, scenarios, place):
    (place / "scenarios" / "copy.json").write_bytes(scenarios[0].read_bytes())
    ended = run("scenarios", "validate")
    assert ended.code == 1
    assert "the same scenario" in ended.out


def test_validate_names_labels_that_contradict_each_other(run, scenarios, save):
    save("rising", 0)
    ended = run("scenarios", "validate")
    assert ended.code == 1
    assert (
        "scenarios: NOTHING rising 5-12 and UP rising 5-12 contradict each other: the window is the same" in ended.out
    )
    (found,) = json.loads(run("scenarios", "validate", "--json").out)
    assert [pair["one"] for pair in found["contradictions"]] == ["NOTHING rising 5-12"]
    assert [mark["title"] for mark in found["hindsight"]] == ["UP falling 5-12"]


def test_list_names_what_is_there_twice_and_lists_it_once(run, scenarios, place):
    (place / "scenarios" / "zz.json").write_bytes(scenarios[0].read_bytes())
    ended = run("scenarios", "list")
    assert (ended.code, len(ended.out.splitlines())) == (0, 3)
    assert "zz.json: it holds the same scenario" in ended.err


# undo


def test_undo_brings_back_what_another_command_deleted(run, scenarios):
    before = [path.read_bytes() for path in scenarios]
    run("scenarios", "rm", *scenarios, "--yes")
    for n_back in (1, 2):
        assert run("scenarios", "undo").out.startswith("undone: deleted UP ")
        assert sum(path.exists() for path in scenarios) == n_back
    assert [path.read_bytes() for path in scenarios] == before
    assert run("scenarios", "redo").out.startswith("done again: deleted UP ")
    assert sum(path.exists() for path in scenarios) == 1


def test_undo_leaves_alone_what_another_program_did_unless_it_is_told(run, scenarios):
    ended = run("scenarios", "undo")
    assert (ended.code, ended.out) == (2, "")
    assert "The last change here was another program's: saved UP" in ended.err
    assert all(path.exists() for path in scenarios)
    assert run("scenarios", "undo", "--any").out.startswith("undone: saved UP ")
    assert sum(path.exists() for path in scenarios) == 1


def test_redo_says_as_undo_does_that_the_change_is_another_programs(run, scenarios):
    run("scenarios", "undo", "--any")
    ended = run("scenarios", "redo")
    assert (ended.code, ended.out) == (2, "")
    assert "What was undone last here is another program's: saved UP" in ended.err
    assert "Give --any to redo that." in ended.err
    assert run("scenarios", "redo", "--any").out.startswith("done again: saved UP ")
    assert "there is nothing to redo" in run("scenarios", "redo").err
    assert all(path.exists() for path in scenarios)


def test_undo_does_not_touch_what_somebody_changed_since(run, scenarios):
    run("scenarios", "rm", scenarios[0], "--yes")
    scenarios[0].write_text("theirs")
    ended = run("scenarios", "undo")
    assert (ended.code, ended.out) == (2, "")
    assert "somebody changed it since" in ended.err
    assert scenarios[0].read_text() == "theirs"
    assert "there is nothing to undo" in run("scenarios", "undo", "scenarios").err


# rm


def test_rm_deletes_what_it_was_told_and_nothing_else(run, scenarios):
    ended = run("scenarios", "rm", "up_rising_00005-00012", "--yes")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "deleted UP rising 5-12 (scenarios/up_rising_00005-00012.json)\n"
    assert [path.exists() for path in scenarios] == [False, True]


def test_delete_is_another_name_for_rm(run, scenarios):
    assert run("scenarios", "delete", scenarios[0], "--yes").out.startswith("deleted UP rising 5-12 ")
    assert [path.exists() for path in scenarios] == [False, True]
    assert "Usage: midplot scenarios delete" in run("scenarios", "delete", "--help").out


def test_rm_takes_several_even_if_one_is_named_twice(run, scenarios):
    ended = run("scenarios", "rm", *scenarios, scenarios[0], "--yes")
    assert ended.code == 0
    assert len(ended.out.splitlines()) == 2
    assert not any(path.exists() for path in scenarios)


@pytest.mark.parametrize(
    ("answer", "code", "left"), [("y\n", 0, False), ("n\n", 1, True), ("\n", 1, True), ("", 1, True)]
)
def test_rm_asks_first(run, scenarios, monkeypatch, answer, code, left):
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    ended = run("scenarios", "rm", scenarios[0])
    assert ended.code == code
    assert "UP rising 5-12 (scenarios/up_rising_00005-00012.json)" in ended.err
    assert ("nothing was deleted" in ended.err) == left
    assert scenarios[0].exists() == left
    assert scenarios[1].exists()


def test_rm_of_an_unknown_file_deletes_nothing(run, scenarios):
    ended = run("scenarios", "rm", scenarios[0], "up_risin_00005-00012", "--yes")
    assert (ended.code, ended.out) == (2, "")
    assert "Did you mean 'up_rising_00005-00012.json'?" in ended.err
    assert all(path.exists() for path in scenarios)


def test_rm_leaves_alone_what_is_no_scenario(run, scenarios, place):
    load_scenarios().save("movie.json")
    (place / "package.json").write_text('{"name": "other"}')
    for name in ("movie.json", "package.json"):
        ended = run("scenarios", "rm", name, "--yes")
        assert (ended.code, ended.out) == (2, "")
        assert "it is not a scenario" in ended.err
        assert (place / name).exists()


@pytest.mark.parametrize("command", ["show", "rm"])
def test_no_file_is_wrong_use(run, command):
    ended = run("scenarios", command)
    assert ended.code == 2
    assert "FILE" in ended.err
