"""Snapshots under pytest: one test per stream, failed in a few lines, and none of another attacker."""

from __future__ import annotations

import sys

import pytest

from midplot import load_streams, replay
from midplot.play._attack_file import attacker_of

pytest_plugins = ["pytester"]

ATTACK = """
class Trend:
    last = None

    def tick_and_predict(self, x, horizon):
        before, self.last = self.last, x
        return 0 if before is None else x - before
"""
WANDER, UP = "snapshots/attack.json::wander (5 min)", "snapshots/attack.json::up"
CHANGED = ATTACK.replace("x - before", "(x - before) * (x < 140)")


ROWS = "\n".join(["wander [5 min],up", *(f"{100 + (7 * t) % 11},{100 + t}" for t in range(60))])


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory) -> str:
    """Return the text of a snapshot of the attacker on two streams."""
    folder = tmp_path_factory.mktemp("taken")
    (folder / "attack.py").write_text(ATTACK)
    (folder / "prices.csv").write_text(ROWS)
    streams, _ = load_streams(folder / "prices.csv")
    with pytest.MonkeyPatch.context() as patch, attacker_of(folder / "attack.py") as infer:
        patch.chdir(folder)
        path = replay(streams, horizon=2, infer=infer, dry=True).snapshot("snapshots/attack.json", data="prices.csv")
        return path.read_text()


@pytest.fixture
def project(pytester, monkeypatch, snapshot):
    """Make a folder with an attacker, two streams, and a snapshot of the one on the others; and work in it."""
    monkeypatch.setattr(sys, "path", list(sys.path))  # a file's folder is added when it is loaded
    folder = pytester.path
    pytester.makepyfile(attack=ATTACK)
    (folder / "prices.csv").write_text(ROWS)
    (folder / "snapshots").mkdir()
    (folder / "snapshots" / "attack.json").write_text(snapshot)
    return folder


@pytest.fixture
def run(pytester, project):
    """Run pytest in the folder, with warnings as errors."""

    def run(*options, attacker="attack.py"):
        given = () if attacker is None else ("--midplot-attacker", attacker)
        return pytester.runpytest_inprocess("-W", "error", *given, *options)

    return run


def outcomes(result) -> dict[str, str]:
    """Return the outcome of each test by its id."""
    lines = [line.split(" ", 1) for line in result.outlines]
    return {
        name.split(" - ")[0]: state
        for state, name in (x for x in lines if len(x) == 2)
        if state in ("PASSED", "FAILED")
    }


def test_each_stream_is_a_test_and_fails_where_something_has_changed(run, project):
    assert outcomes(run("-rA")) == {WANDER: "PASSED", UP: "PASSED"}
    (project / "attack.py").write_text(CHANGED)
    result = run("-rA")
    assert outcomes(result) == {WANDER: "PASSED", UP: "FAILED"}
    title = next(i for i, line in enumerate(result.outlines) if "_ up _" in line)
    shown = result.outlines[title + 1 : title + 6]
    assert shown[:2] == [
        "snapshots/attack.json: CHANGED, 20 of 59 decisions on 1 of 1 stream",
        "  first change    up at 40 (price 140): UP before, NOTHING now",
    ]
    assert [line.split()[0] for line in shown[2:4]] == ["score", "largest"]
    assert shown[4] == "  to accept       midplot snapshot attack.py --into snapshots/attack.json --update"


def test_it_is_no_test_without_an_attacker_and_none_of_another_one_which_is_said(run, project):
    assert run(attacker=None).ret == pytest.ExitCode.NO_TESTS_COLLECTED
    (project / "other.py").write_text(CHANGED.replace("Trend", "Other"))
    result = run(attacker="other.py")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.fnmatch_lines(["midplot: snapshots/attack.json is a snapshot of attack.py, and was not run"])
    named = run("snapshots/attack.json", attacker="other.py")
    named.assert_outcomes(passed=1, failed=1)


def test_an_error_of_the_attacker_fails_with_its_traceback(run, project):
    (project / "attack.py").write_text(ATTACK.replace("else x - before", "else 1 / (x != 140)"))
    result = run()
    result.assert_outcomes(passed=0, failed=2)  # every decision is another one, and on `up` it raises
    result.stdout.fnmatch_lines(
        ["snapshots/attack.json: RAISED ZeroDivisionError: division by zero, *tick 40; until then*"]
    )
    assert any(line.endswith('attack.py", line 7, in tick_and_predict') for line in result.outlines)


@pytest.mark.parametrize(
    ("text", "reason"), [("", "it is empty"), ('{"format": "midplot.snapshot", ', "it is damaged")]
)
def test_a_damaged_file_is_a_collection_error(run, project, text, reason):
    (project / "snapshots" / "bad.json").write_text(text)
    result = run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{reason}*"])


def test_data_that_have_changed_fail_every_stream_and_say_what_to_do(run, project):
    (project / "prices.csv").write_text("up\n1\n2\n")
    result = run("-p", "no:cacheprovider")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        ["*attack.json, stream 0 'wander ?5 min?': none of the streams given has the prices *Restore the data*"]
    )
