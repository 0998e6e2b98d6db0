"""The checker as users meet it: one call on a movie, a path or scenarios, and a report that can be looked at."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from midplot import DOWN, NOTHING, UP, compare, replay
from midplot.checks import Check, CheckReport, Comparison, Reason, check
from midplot.checks._check import check_result
from midplot.errors import ArgumentError, ArgumentTypeError, ScenarioError
from midplot.examples import MomentumAttacker
from midplot.game import __version__
from midplot.scenarios._movie import Movie
from midplot.scenarios._scenario import Scenario, Selection
from midplot.streams._stream import Stream

WALK = Stream(np.random.default_rng(5).normal(size=2000).cumsum(), name="walk")


def a_scenario(expected=UP, first=200, **fields):
    return Scenario(
        selection=Selection.of(WALK, first, first + 19, horizon=3, epsilon=0.5, warmup=100), expected=expected, **fields
    )


class Always:
    """Decide the same at every tick."""

    decision = 1.0

    def tick_and_predict(self, x, horizon):
        return self.decision

    def update_from_hyper_parameters(self, hyper_parameters):
        self.decision = hyper_parameters["decision"]

    def load_params(self, directory):
        self.decision = float((directory / "decision.txt").read_text())


@pytest.fixture
def movie():
    return Movie([a_scenario(UP), a_scenario(UP, 300), a_scenario(DOWN, 400), a_scenario(NOTHING, 500)])


# In one call


def test_one_call_says_whether_enough_succeeded_and_which(movie):
    ok, checks = check(movie, infer=Always, threshold=0.5)
    assert ok is True
    assert [c.title for c in checks.success] == ["UP walk 200-219", "UP walk 300-319"]
    assert [c.reason for c in checks.failed] == [Reason.WRONG_DIRECTION, Reason.FIRED]
    assert isinstance(checks, CheckReport)
    assert all(isinstance(c, Check) for c in checks.checks)


def test_without_a_threshold_all_must_succeed(movie):
    assert check(movie, Always)[0] is False
    assert check(movie.filter(label="UP"), Always)[0] is True


def test_scenarios_are_taken_as_a_movie_an_iterable_one_alone_or_a_path(movie, tmp_path):
    told = check(movie, Always)[1].to_json()
    movie.save(tmp_path / "folder")
    movie.save(tmp_path / "movie.json")
    for given in (iter(movie.scenarios[::-1]), list(movie), tmp_path / "folder", str(tmp_path / "movie.json")):
        assert check(given, Always)[1].to_json() == told
    assert check(movie[0], Always)[1].n == 1


def test_the_default_folder_need_not_be_named(movie, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    movie.save()
    assert check("scenarios", Always)[1].n == 4


def test_an_infer_of_the_main_module_is_taken_where_none_is_given(movie, monkeypatch):
    def infer(stream):
        yield
        for _ in stream:
            yield -1.0

    monkeypatch.setattr(sys.modules["__main__"], "infer", infer, raising=False)
    assert [c.label for c in check(movie)[1].success] == ["DOWN"]


def test_without_any_infer_there_is_nothing_to_check(movie, monkeypatch):
    monkeypatch.delattr(sys.modules["__main__"], "infer", raising=False)
    with pytest.raises(ArgumentError, match=r"infer: there is none in the main module.*pass an attacker class"):
        check(movie)


def test_hyper_parameters_and_saved_ones_reach_the_attacker(movie, tmp_path):
    down = check(movie, Always, hyper_parameters={"decision": -1.0})[1]
    assert [c.label for c in down.success] == ["DOWN"]
    (tmp_path / "decision.txt").write_text("0")
    loaded = check(movie, Always, with_hyper_parameters_load=True, model_directory_path=tmp_path)[1]
    assert [c.label for c in loaded.success] == ["NOTHING"]


def test_parameters_that_the_attacker_never_sees_are_warned_of(movie):
    def infer(stream):
        yield
        for _ in stream:
            yield 0.0

    with pytest.warns(UserWarning, match="hyper_parameters was given, but infer does not take it") as caught:
        check(movie, infer, hyper_parameters={"factor": 1})
    assert caught[0].filename == __file__


@pytest.mark.parametrize("empty", [[], Movie(), ()])
def test_checking_nothing_says_to_save_a_scenario_first(empty):
    with pytest.raises(ScenarioError, match=r"no scenario to check.*save it first: result.save_selected\(UP\)"):
        check(empty, Always)


def test_checking_an_empty_folder_says_so_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioError, match="no scenario to check"):
        check("scenarios", Always)


@pytest.mark.parametrize("wrong", [3, None, [1, 2], ["UP"], object()])
def test_what_holds_no_scenarios_is_refused(wrong):
    with pytest.raises(ScenarioError, match="Give a"):
        check(wrong, Always)


def test_a_scenario_given_twice_is_refused(movie):
    with pytest.raises(ScenarioError, match="given twice"):
        check([movie[0], movie[0]], Always)


@pytest.mark.parametrize(("threshold", "kind"), [(2, ArgumentError), ("half", ArgumentTypeError)])
def test_a_wrong_threshold_is_refused_before_a_file_is_read(threshold, kind):
    with pytest.raises(kind, match="threshold"):
        check("no/such/folder", Always, threshold=threshold)


@pytest.mark.parametrize("wrong", [3, Always()])
def test_a_wrong_attacker_is_refused(movie, wrong):
    with pytest.raises(ArgumentTypeError, match="infer"):
        check(movie, wrong)


# On a replay that was made


def test_a_replay_of_the_movie_is_checked_as_the_quickstarter_does(movie):
    result = replay(movie.streams(), infer=MomentumAttacker, horizon=3, epsilon=0.5)
    ok, checks = check_result(movie.scenarios, result.ledger, 0.5)
    assert (ok, checks.to_dict()) == (checks.ok, check(movie, MomentumAttacker, threshold=0.5)[1].to_dict())
    assert isinstance(checks, CheckReport)


def test_a_replay_of_something_else_is_refused(movie):
    result = replay(WALK, infer=Always)
    with pytest.raises(ScenarioError, match=r"Replay movie.streams\(\)"):
        check_result(movie.scenarios, result.ledger)


# The report


def test_the_report_prints_as_one_line_and_is_shown_as_a_table(movie):
    report = check(movie, Always, threshold=0.5)[1]
    assert str(report) == "Success: 2, Failed: 2 (50% of 4; threshold 50%): passed"
    lines = repr(report).splitlines()
    assert lines[0] == f"CheckReport: {report}"
    assert [line.split()[0] for line in lines[2:]] == ["verdict", "FAILED", "FAILED", "ok", "ok"]


def test_the_frame_has_one_row_a_scenario_in_the_order_of_the_movie(movie):
    frame = check(movie, Always)[1].to_frame()
    assert frame["title"].tolist() == [s.title for s in movie.scenarios]
    assert frame["succeeded"].tolist() == [True, True, False, False]
    assert frame["first_index"].tolist() == [200, 300, 400, 500]
    assert list(frame.columns) == [
        *("title", "label", "succeeded", "reason", "why", "first_index", "first_decision", "delay", "earned"),
        *("stream_id", "stream", "first", "last", "warm_up", "horizon", "epsilon", "variant", "origin", "note", "tags"),
        "hindsight",
        "error",
    ]


def test_the_frame_knows_what_there_is_not(movie):
    frame = check(movie, Always, hyper_parameters={"decision": 0.0})[1].to_frame()
    assert frame["first_index"].isna().all()
    assert [str(frame[name].dtype) for name in ("first_index", "delay", "first_decision", "earned")] == [
        "Int64",
        "Int64",
        "float64",
        "float64",
    ]
    pd.testing.assert_frame_equal(frame, check(movie, Always, hyper_parameters={"decision": 0.0})[1].to_frame())


def test_the_report_is_json_and_a_page(movie, tmp_path):
    report = check(movie, Always)[1]
    assert json.loads(report.to_json())["n_failed"] == 2
    page = report.to_html(tmp_path / "check.html")
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert all(str(check.why).lower() in text.lower() for check in report.checks)
    assert report._repr_html_().startswith("<style>")
    about = re.search(r'<p class="midplot-check-about"><bdi>(.*?)</bdi> · made (.*?)</p>', text)
    assert about[1].startswith("Always, in ")
    assert about[1].endswith("test_check.py")
    assert re.fullmatch(rf"[-0-9]+ [:0-9]+ UTC · midplot {re.escape(__version__)}, Python [.0-9a-z+]+", about[2])
    assert 'class="midplot-check-about"' not in report._repr_html_()  # which is the same from run to run


def test_the_page_of_a_replay_that_was_checked_says_whose_it_is(movie, tmp_path):
    report = replay(movie.streams(), infer=Always, horizon=3, epsilon=0.5, warmup=100).check_scenarios(movie.scenarios)[
        1
    ]
    assert "<bdi>Always, in " in report.to_html(tmp_path / "check.html").read_text(encoding="utf-8")


def test_two_reports_are_compared(movie):
    before = check(movie, Always)[1]
    after = check(movie, Always, hyper_parameters={"decision": -1.0})[1]
    changed = compare(before, after)
    assert isinstance(changed, Comparison)
    assert [c.label for c in changed.fixed] == ["DOWN"]
    assert [c.label for c in changed.broken] == ["UP", "UP"]
    assert [c.label for c in changed.still_failing] == ["NOTHING"]


def test_variants_are_counted_by_capability(movie):
    class LevelKnower:
        """Has learned by heart where the labelled windows lie."""

        def __init__(self):
            self.known = {s.selection.values[-1] for s in movie if s.expected}

        def tick_and_predict(self, x, horizon):
            return 1.0 if x in self.known else 0.0

    labelled = movie.filter(label="UP")
    report = check(labelled.add(*labelled.variants(("shifted", "noisy"))), LevelKnower)[1]
    assert report.by_variant() == {"original": (2, 2), "shifted": (0, 2), "noisy": (0, 2)}


# What it costs to import


def test_the_checker_loads_no_pandas_and_no_display_library():
    code = (
        "import sys, midplot.checks._check; "
        "print(sorted({'pandas', 'plotly', 'ipywidgets', 'anywidget', 'IPython'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"
