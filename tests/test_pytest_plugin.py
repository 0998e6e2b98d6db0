"""Scenario files as tests: collected, named, failed in five lines, chosen as any other test; and free when unused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from midplot import Stream
from midplot.pytest_plugin import decided, unique
from midplot.scenarios._movie import Movie
from midplot.scenarios._scenario import Scenario, Selection, scenario_schema
from midplot.scenarios.store import save_scenario
from tests.runs_of_pytest import outcomes, run_pytest  # noqa: F401, a fixture

pytest_plugins = ["pytester"]

ATTACK = """
class Trend:
    last = None

    def tick_and_predict(self, x, horizon):
        before, self.last = self.last, x
        return 0 if before is None else x - before
"""

RISING, FALLING = "up_rising_00005-00012.json", "up_falling_00005-00012.json"
PASSES, FAILS = f"scenarios/{RISING}::UP rising 5-12", f"scenarios/{FALLING}::UP falling 5-12"


@pytest.fixture
def project(pytester, monkeypatch):
    """Make a folder with an attacker, and work in it."""
    monkeypatch.setattr(sys, "path", list(sys.path))  # a file's folder is added when it is loaded
    pytester.makepyfile(attack=ATTACK)
    return pytester.path


def made(name, expected, values=range(100, 120), **fields) -> Scenario:
    """Return a scenario: a window in the middle of 20 values."""
    selection = Selection.of(Stream(values, name=name), 5, 12, horizon=3, epsilon=0.5)
    return Scenario(selection=selection, expected=expected, **fields)


@pytest.fixture
def scenarios(project) -> Path:
    """Save a scenario that Trend passes and one that it fails."""
    save_scenario(made("rising", 1), project / "scenarios")
    falling = made("falling", 1, range(120, 100, -1), note="after the news", tags=("news",))
    save_scenario(falling, project / "scenarios")
    return project / "scenarios"


# --midplot-attacker


def test_each_scenario_file_is_a_test_with_a_readable_id(run, scenarios):
    result = run("-rA")
    assert outcomes(result) == {PASSES: "PASSED", FAILS: "FAILED"}
    result.assert_outcomes(passed=1, failed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["midplot: attacker attack.py"])


def test_a_failure_takes_five_lines(run, scenarios):
    result = run()
    title = next(i for i, line in enumerate(result.outlines) if "_ UP falling 5-12 _" in line)
    assert result.outlines[title + 1 : title + 7] == [
        "decided DOWN at 5 first",
        "  scenario   UP falling 5-12: 8 ticks, after 5 of warm-up",
        "  expected   UP: at least one decision up, and none down (after the news)",
        "  decisions  DOWN at 5-12",
        f"  to see it  midplot check attack.py scenarios/{FALLING} --html check.html",
        "=========================== short test summary info ============================",
    ]


def test_an_attacker_that_passes_all_ends_with_0(run, scenarios):
    (scenarios / FALLING).unlink()
    result = run()
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=1)


def test_an_attacker_changed_for_the_worse_is_caught(run, scenarios, project):
    (project / "attack.py").write_text(ATTACK.replace("x - before", "(before - x)"))
    result = run(f"scenarios/{RISING}")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["decided DOWN at 5 first", "  decisions  DOWN at 5-12"])


def test_of_several_attackers_one_is_named(run, scenarios, project):
    (project / "attack.py").write_text(ATTACK + ATTACK.replace("Trend", "Other"))
    result = run(attacker="attack.py:Other")
    result.stdout.fnmatch_lines(["midplot: attacker attack.py:Other"])
    result.assert_outcomes(passed=1, failed=1)


def test_an_infer_function_can_be_the_attacker(run, scenarios, project):
    (project / "attack.py").write_text("def infer(stream):\n    yield\n    for _ in stream:\n        yield 1\n")
    run().assert_outcomes(passed=2)


def test_the_attacker_can_stand_in_the_configuration_file(pytester, run, scenarios, project):
    pytester.makeini("[pytest]\nmidplot_attacker = attack.py:Trend\n")
    run(attacker=None).assert_outcomes(passed=1, failed=1)
    (project / "other.py").write_text("def infer(stream):\n    yield\n    for _ in stream:\n        yield 1\n")
    run(attacker="other.py").assert_outcomes(passed=2)  # the command line comes first


def test_a_path_in_the_configuration_file_is_relative_to_it(pytester, scenarios, project, monkeypatch):
    pytester.makeini("[pytest]\nmidplot_attacker = attack.py\n")
    monkeypatch.chdir(scenarios)
    result = pytester.runpytest_inprocess("-W", "error", RISING)
    result.assert_outcomes(passed=1)


def test_without_an_attacker_scenario_files_are_no_tests(run, scenarios, project):
    (project / "test_own.py").write_text("def test_own():\n    pass\n")
    run(attacker=None).assert_outcomes(passed=1)


def test_ordinary_tests_run_beside_scenarios(run, scenarios, project):
    (project / "test_own.py").write_text("def test_own():\n    pass\n")
    run().assert_outcomes(passed=2, failed=1)


@pytest.mark.parametrize(
    ("attacker", "text", "told"),
    [
        ("nowhere.py", None, "*nowhere.py: there is no such file*"),
        ("attack.py:Trnd", None, "*there is no 'Trnd'. Did you mean 'Trend'?*"),
        ("attack.py", ATTACK + ATTACK.replace("Trend", "Other"), "*it holds several attackers, Trend, Other.*"),
        ("attack.py", "x = 1\n", "*it holds no attacker.*"),
        ("attack.py", "def infer(stream, price): yield\n", "*infer: it requires price, which a replay does not know.*"),
        ("attack.py", "def infer(:\n", "*attack.py: it cannot be run."),
        ("attack.py", "1 / 0\n", "*attack.py: it cannot be run."),
        ("attack.py", "import sys\nsys.exit(0)\n", "*attack.py: it tried to exit the program (SystemExit*"),
        ("attack.py", "exit()\n", "*attack.py: it tried to exit the program (SystemExit, code None*"),
        ("attack.py", "import unittest\nunittest.main()\n", "*attack.py: it tried to exit the program*"),
        ("attack.py", "import pytest\npytest.skip('no')\n", "*attack.py: it raised Skipped, which is not*"),
        ("attack.py", "from .other import Trend\n", "*attack.py, line 1: it imports relatively*"),
        ("attack.py", "infer = None\n", "*it holds no attacker.*"),
        ("attack.py", ATTACK + "\ninfer = Trend()\n", "*infer: got an attacker object, Trend*"),
    ],
)
def test_a_wrong_attacker_is_wrong_use_and_told_once(run, scenarios, project, attacker, text, told):
    if text is not None:
        (project / "attack.py").write_text(text)
    result = run(attacker=attacker)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: --midplot-attacker{told}"])
    result.stderr.no_fnmatch_line("*INTERNALERROR*")


def test_what_the_file_raised_is_told(run, scenarios, project):
    (project / "attack.py").write_text("1 / 0\n")
    run().stderr.fnmatch_lines(["ZeroDivisionError: division by zero", "while running *attack.py"])


# What an attacker does wrong


def test_an_exception_in_the_attacker_is_a_failure_with_its_traceback(run, scenarios, project):
    (project / "attack.py").write_text(ATTACK.replace("x - before", "1 / (x - 107)"))
    result = run(f"scenarios/{RISING}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "the attacker raised ZeroDivisionError: float division by zero at tick 7*",
            "  decisions  DOWN at 5-6",
            "*Captured traceback call*",
            "*return 0 if before is None else 1 / (x - 107)*",
            "ZeroDivisionError: float division by zero",
        ]
    )
    assert "lockstep" not in result.stdout.str()
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


def test_the_text_of_an_attackers_error_controls_no_terminal(run, scenarios, project):
    (project / "attack.py").write_text(ATTACK.replace("x - before", r"int('red\x1b[31m')"))
    result = run(f"scenarios/{RISING}")
    result.assert_outcomes(failed=1)
    assert "\x1b[31m" not in result.stdout.str()
    (project / "attack.py").write_text(r"raise ValueError('red\x1b[31m')")
    run().stderr.fnmatch_lines(["ValueError: red·*31m"])


@pytest.mark.parametrize(
    "exits",
    ["sys.exit(0)", "sys.exit('enough')", "quit()", "raise SystemExit", "pytest.skip('no')", "pytest.exit('no')"],
)
@pytest.mark.parametrize("method", ["tick_and_predict(self, x, horizon)", "__init__(self)"])
def test_an_attacker_that_ends_the_program_fails_its_scenarios(run, scenarios, project, exits, method):
    text = f"import sys, pytest\n{ATTACK}\nclass Ends(Trend):\n    def {method}:\n        {exits}\n"
    (project / "attack.py").write_text(text)
    result = run()
    result.assert_outcomes(failed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


def test_the_search_path_and_the_modules_are_as_before_afterwards(run, scenarios, project):
    (project / "sign_beside_it.py").write_text("SIGN = 1\n")
    late = ATTACK.replace("        before,", "        from sign_beside_it import SIGN\n        before,")
    (project / "attack.py").write_text(late)
    path, modules = list(sys.path), set(sys.modules)
    run().assert_outcomes(passed=1, failed=1)
    assert sys.path == path
    new = {name.split("_")[0] for name in set(sys.modules) - modules}
    assert not new & {"sign", "midplot"}


def test_a_broken_protocol_is_a_failure_without_a_traceback(run, scenarios, project):
    (project / "attack.py").write_text("def infer(stream):\n    yield\n    for _ in stream:\n        yield None\n")
    result = run(f"scenarios/{RISING}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["the attacker broke the protocol: *expected a number as decision, got None*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_an_attacker_that_is_no_generator_fails_every_scenario(run, scenarios, project):
    (project / "attack.py").write_text("def infer(stream):\n    return [0 for _ in range(3)]\n")
    run().assert_outcomes(failed=2)


def test_a_warning_in_the_attacker_is_handled_as_in_any_test(pytester, scenarios, project):
    text = ATTACK.replace("        before,", "        import warnings; warnings.warn('careful')\n        before,")
    (project / "attack.py").write_text(text)
    given = ("--midplot-attacker", "attack.py", f"scenarios/{RISING}")
    pytester.runpytest_inprocess(*given, "-W", "default").assert_outcomes(passed=1, warnings=1)
    result = pytester.runpytest_inprocess(*given, "-W", "error")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["the attacker raised UserWarning: careful at tick 0*"])


def test_what_an_attacker_prints_is_captured(run, scenarios, project):
    (project / "attack.py").write_text(ATTACK.replace("        before,", "        print('seen', x)\n        before,"))
    result = run(f"scenarios/{FALLING}")
    result.stdout.fnmatch_lines(["*Captured stdout call*", "seen 120.0"])


def test_each_scenario_meets_a_fresh_attacker(run, scenarios, project):
    save_scenario(made("later", 1), scenarios)
    text = ATTACK.replace("    last = None", "    last = None\n    ticks = 0")
    (project / "attack.py").write_text(
        text.replace("return 0", "self.ticks += 1\n        assert self.ticks < 14\n        return 0")
    )
    run(f"scenarios/{RISING}", "scenarios/up_later_00005-00012.json").assert_outcomes(passed=2)


# Which files


def test_a_file_of_the_first_version_is_a_test(run, project):
    selection = {"stream_id": 3, "data": [1.0, 2.0, 3.0], "original_start_index": 7, "original_end_index": 9}
    (project / "old.json").write_text(json.dumps({"selection": selection, "decision": 1.0}))
    result = run("-rA")
    assert outcomes(result) == {"old.json::UP stream 3 7-9": "PASSED"}


def test_a_movie_file_is_a_test_a_scenario(run, project):
    movie = Movie([made("a", 1), made("b", -1), made("c", 1)])
    movie.save(project / "movie.json")
    result = run("-rA")
    assert outcomes(result) == {
        "movie.json::UP a 5-12": "PASSED",
        "movie.json::DOWN b 5-12": "FAILED",
        "movie.json::UP c 5-12": "PASSED",
    }


def test_an_empty_movie_has_no_tests(run, project):
    Movie().save(project / "movie.json")
    assert run().ret == pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "*broken.json: it is empty.*"),
        ('{"format": "midplot.scenario", "sel', "*broken.json: it is damaged: not JSON*"),
        ('{"format": "midplot.scenario", "version": 99}', "*broken.json: it has version 99*"),
        ('{"format": "midplot.scenario", "version": 1, "expected": 1}', "*selection*missing*"),
        ('{"format": "midplot.movie", "version": 1}', "*broken.json: it has no list under 'scenarios'*"),
        ('{"selection": {"original_start_index": 3}}', "*broken.json: it is not a scenario*"),
    ],
)
def test_a_damaged_file_among_scenarios_is_a_collection_error(run, scenarios, content, reason):
    (scenarios / "broken.json").write_text(content)
    result = run()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ERROR collecting scenarios/broken.json*", reason])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_file_that_cannot_be_read_is_a_collection_error_among_scenarios_only(run, scenarios, monkeypatch):
    opened = os.open

    def refuse(path, *rest, **more):
        if str(path).endswith("secret.json"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "open", refuse)
    (scenarios.parent / "secret.json").write_text("{}")
    run().assert_outcomes(passed=1, failed=1)
    (scenarios / "secret.json").write_text("{}")
    result = run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["secret.json: it cannot be read (Permission denied).*"])


def test_a_movie_names_every_scenario_that_cannot_be_used(run, project):
    Movie([made("a", 1), made("b", -1)]).save(project / "movie.json")
    document = json.loads((project / "movie.json").read_text())
    del document["scenarios"][1]["expected"]
    document["scenarios"].append(document["scenarios"][0])
    (project / "movie.json").write_text(json.dumps(document))
    result = run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["movie.json, scenario 1: *expected*missing*", "movie.json: *same scenario*"])


def test_a_scenario_that_is_there_twice_runs_once_and_is_told(run, project):
    Movie([made("a", 1)]).save(project / "movie.json")
    document = json.loads((project / "movie.json").read_text())
    document["scenarios"] *= 2
    (project / "movie.json").write_text(json.dumps(document))
    result = run("-Wdefault")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*movie.json: it holds the same scenario as an earlier entry*"])


def test_a_pipe_is_not_waited_for(run, project):
    save_scenario(made("a", 1), project / "scenarios")
    os.mkfifo(project / "scenarios" / "pipe.json")
    run().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "content", ["{}", "[1, 2]", '"text"', '{"format": "other"}', json.dumps(scenario_schema()), "// no JSON", ""]
)
def test_json_of_others_is_left_alone(run, project, content):
    save_scenario(made("rising", 1), project / "scenarios")
    (project / "other.json").write_text(content)
    run().assert_outcomes(passed=1)


@pytest.mark.parametrize("content", ["{}", "[1, 2]", '{"format": "other"}', json.dumps(scenario_schema())])
def test_json_of_others_may_even_lie_among_scenarios(run, scenarios, content):
    (scenarios / "other.json").write_text(content)
    run().assert_outcomes(passed=1, failed=1)


@pytest.mark.parametrize("content", ["{}", "[1, 2]", ""])
def test_a_file_that_is_named_must_hold_scenarios(run, project, content):
    (project / "other.json").write_text(content)
    result = run("other.json")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["other.json: it *"])


def test_hidden_files_and_other_endings_are_left_alone(run, scenarios):
    (scenarios / ".half.json").write_text('{"format": "midplot.scenario"')
    (scenarios / "half.txt").write_text('{"format": "midplot.scenario"')
    (scenarios / RISING).rename(scenarios / "RISING.JSON")
    assert outcomes(run("-rA")).keys() == {"scenarios/RISING.JSON::UP rising 5-12", FAILS}


# Names


def test_a_stream_name_cannot_break_an_id(run, project):
    names = ["two\nlines", "a::b", "x[y]z", "a/b", "ü€", "n" * 300]
    for name in names:
        save_scenario(made(name, 1), project / "scenarios")
    result = run("-rA")
    result.assert_outcomes(passed=len(names))
    ids = [each.split("::", 1)[1] for each in outcomes(result)]
    assert not any("::" in each for each in ids)
    assert {"UP two·lines 5-12", "UP a:b 5-12", "UP x(y)z 5-12", "UP a/b 5-12"} <= set(ids)
    run(next(each for each in outcomes(result) if "a:b" in each)).assert_outcomes(passed=1)


def test_scenarios_of_one_title_have_two_ids(run, project):
    Movie([made("a", 1), made("a", 1, range(200, 220))]).save(project / "movie.json")
    result = run("-rA")
    assert outcomes(result).keys() == {"movie.json::UP a 5-12", "movie.json::UP a 5-12 (2)"}


@pytest.mark.parametrize(
    ("decisions", "text"),
    [
        ([0, 0], "none"),
        ([1], "UP at 100"),
        ([0.5, 2, np.inf, 0, -3, 1], "UP at 100-102, DOWN at 104, UP at 105"),
        ([1, -1, 1, -1, 1, 1, -1], "UP at 100, DOWN at 101, UP at 102, DOWN at 103 and 3 more"),
    ],
)
def test_decisions_are_told_run_by_run(decisions, text):
    assert decided(np.array(decisions, dtype=float), 100) == text


def test_only_names_that_come_again_are_numbered():
    assert unique(["a", "b", "a", "a"]) == ["a", "b", "a (2)", "a (3)"]


@pytest.mark.parametrize("names", [["a", "a", "a (2)"], ["a (2)", "a", "a"], ["a", "a (2)", "a", "a (2)", "a"]])
def test_a_numbered_name_is_not_one_that_is_there_already(names):
    assert len(set(unique(names))) == len(names)


# As with any test: -k, -x, --lf, ids, collect-only, junit, xdist


def test_k_chooses_by_label_stream_file_and_tag(run, scenarios):
    for word, chosen in (("rising", {PASSES}), ("UP", {PASSES, FAILS}), ("news", {FAILS}), ("up_fall", {FAILS})):
        assert outcomes(run("-rA", "-k", word)).keys() == chosen
    assert run("-k", "DOWN").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_x_stops_at_the_first_failure(run, scenarios):
    result = run("-x")  # the file of the falling one comes first
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*stopping after 1 failures*"])


def test_lf_runs_what_failed_last(run, scenarios):
    run().assert_outcomes(passed=1, failed=1)
    result = run("--lf", "-rA")
    assert outcomes(result) == {FAILS: "FAILED"}


ODD_NAMES = (
    "EUR/USD [5 min]",
    "[x]",
    "]a[",
    "a[::b]",
    "::::",
    "a:::b",
    "back\\slash\\",
    "tab\tbell\a",
    "n" * 300 + "[1]",
    "n" * 300 + "(1)",
    "Zürich ±∞ 日本",
    "c::d",
    "100% {x} 'q' \"d\" $HOME `b`",
    " spaces ",
    "a(1)",
    "a[1]",
)


@pytest.fixture
def odd(project) -> int:
    """Save a movie in which every other scenario fails, of streams with odd names."""
    falling = range(120, 100, -1)
    given = [made(name, 1, range(100, 120) if n % 2 else falling) for n, name in enumerate(ODD_NAMES)]
    Movie(given).save(project / "movie.json")
    return len(ODD_NAMES) // 2


def test_lf_knows_failures_of_streams_with_odd_names(run, odd):
    run().assert_outcomes(passed=odd, failed=odd)
    run("--lf").assert_outcomes(failed=odd)
    run("--ff", "-x").assert_outcomes(failed=1)


def test_the_id_of_each_odd_name_chooses_its_test(run, odd):
    found = outcomes(run("-rA"))
    assert len(found) == 2 * odd
    for each, outcome in found.items():
        assert outcomes(run("-rA", each)) == {each: outcome}


def test_odd_names_can_be_shown_by_a_terminal_that_knows_ascii_only(pytester, odd, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    given = ("-p", "midplot_pytest", "--midplot-attacker", "attack.py")
    pytester.runpytest_subprocess(*given).assert_outcomes(passed=odd, failed=odd)
    pytester.runpytest_subprocess(*given, "--lf").assert_outcomes(failed=odd)


def test_an_id_chooses_one_scenario(run, scenarios):
    assert outcomes(run("-rA", PASSES)) == {PASSES: "PASSED"}
    assert run(f"scenarios/{RISING}::UP other 1-2").ret == pytest.ExitCode.USAGE_ERROR


def test_collect_only_lists_the_ids(run, scenarios):
    result = run("--collect-only", "-q")
    assert [line for line in result.outlines if "::" in line] == [FAILS, PASSES]


def test_junit_has_the_reason(run, scenarios, project):
    run("--junitxml", "junit.xml")
    cases = {case.get("name"): case for case in ElementTree.parse(project / "junit.xml").iter("testcase")}
    assert cases.keys() == {"UP rising 5-12", "UP falling 5-12"}
    failure = cases["UP falling 5-12"].find("failure")
    assert failure is not None
    assert "decided DOWN at 5 first" in failure.get("message")
    assert cases["UP rising 5-12"].find("failure") is None


def test_two_processes_share_the_scenarios(pytester, scenarios, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # three processes start sooner without all others
    for n in range(4):
        save_scenario(made(f"s{n}", 1), scenarios)
    given = ("-W", "error", "-n", "2", "--midplot-attacker", "attack.py", "-rA")
    result = pytester.runpytest_subprocess("-p", "xdist", "-p", "midplot", *given)
    result.assert_outcomes(passed=5, failed=1)
    assert outcomes(result)[FAILS] == "FAILED"
    result.stdout.fnmatch_lines(["midplot: attacker attack.py", "decided DOWN at 5 first", "  decisions  DOWN at 5-12"])


def test_a_wrong_attacker_starts_no_processes(run, scenarios):
    result = run("-n", "2", attacker="nowhere.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --midplot-attacker: *nowhere.py: there is no such file*"])


# --midplot-scenarios and the fixture


@pytest.fixture
def own_test(project):
    """Write a test that asks for the movie."""
    (project / "test_own.py").write_text("def test_own(midplot_movie):\n    print('has', midplot_movie)\n")


def test_the_fixture_loads_the_folder_scenarios(run, scenarios, own_test):
    result = run("-s", "test_own.py", attacker=None)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*has Movie(2 scenarios: 2 UP)*"])


def test_the_option_names_another_folder_or_a_movie(run, project, own_test):
    Movie([made("a", 1)]).save(project / "other" / "movie.json")
    for path in ("other", "other/movie.json"):
        if path == "other":
            Movie([made("a", 1)]).save(project / "folder")
            path = "folder"
        result = run("-s", "--midplot-scenarios", path, "test_own.py", attacker=None)
        result.stdout.fnmatch_lines(["*has Movie(1 scenario: 1 UP)*"])


def test_the_configuration_file_names_another_folder(pytester, run, project, own_test, monkeypatch):
    Movie([made("a", 1)]).save(project / "labels")
    pytester.makeini("[pytest]\nmidplot_scenarios = labels\n")
    (project / "below").mkdir()
    monkeypatch.chdir(project / "below")
    result = run("-s", "../test_own.py", attacker=None)
    result.stdout.fnmatch_lines(["*has Movie(1 scenario: 1 UP)*"])


def test_a_missing_folder_is_an_error_of_the_test_that_asks_for_it(run, own_test):
    result = run("test_own.py", attacker=None)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ScenarioError: *scenarios: there is no such folder or file.*"])


# Help, and what it costs


def test_help_tells_the_options_and_the_fixture(run):
    help_text = run("--help", attacker=None).stdout.str()
    for name in ("--midplot-attacker", "--midplot-scenarios", "midplot_attacker", "midplot_scenarios"):
        assert name in help_text
    run("--fixtures", attacker=None).stdout.fnmatch_lines(["midplot_movie [[]session scope[]]*"])


PROGRAM = """
import sys

import pytest

class Watch:
    def pytest_sessionfinish(self, session):
        assert session.config.pluginmanager.has_plugin("midplot"), "the plugin is not active"
        watched = sys.argv[1].split()
        print("loaded:", [name for name in sys.modules if name.split(".")[0] in watched])

sys.exit(pytest.main(["-p", "midplot", "-p", "no:cacheprovider", *sys.argv[2:]], plugins=[Watch()]))
"""


@pytest.fixture
def loaded(scenarios, project, monkeypatch):
    """Run pytest in a fresh process; return which of some packages it loaded."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # other plugins may load what they like
    (project / "test_own.py").write_text("def test_own():\n    pass\n")

    def loaded(watched, *options):
        given = [sys.executable, "-c", PROGRAM, watched, *options]
        done = subprocess.run(given, capture_output=True, text=True, cwd=project)
        return done.returncode, next(line for line in done.stdout.splitlines() if "loaded: " in line)

    return loaded


def test_unused_it_loads_neither_numpy_nor_midplot(loaded):
    code, line = loaded("numpy pydantic midplot")
    assert (code, line.split("loaded: ")[1]) == (pytest.ExitCode.OK, "[]")


def test_used_it_loads_no_pandas_and_no_display_library(loaded):
    heavy = "pandas plotly ipywidgets anywidget traitlets IPython pyarrow click"
    code, line = loaded(heavy, "--midplot-attacker", "attack.py")
    assert (code, line.split("loaded: ")[1]) == (pytest.ExitCode.TESTS_FAILED, "[]")
