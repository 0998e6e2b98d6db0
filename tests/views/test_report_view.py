"""The view of a check report: which scenario is opened, and how it leads into the replay that was checked."""

from __future__ import annotations

import copy
import gc
import pickle
from contextlib import nullcontext

import numpy as np
import pytest

from midplot import DOWN, UP, check, replay
from midplot.checks._report import CheckReport
from midplot.examples import MomentumAttacker
from midplot.scenarios import Movie
from midplot.views.panel._report_view import ReportView

PRICES = 1000 + np.cumsum(np.random.default_rng(8).normal(size=2000))


@pytest.fixture
def movie(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = replay({"one": PRICES, "two": PRICES[::-1].copy()}, infer=MomentumAttacker)
    saved = []
    for stream, first, label in (("one", 1200, UP), ("two", 300, DOWN), ("one", 40, DOWN)):
        result.select(stream, first, first + 30)
        with nullcontext() if first > 100 else pytest.warns(UserWarning, match="never decided within fewer than 100"):
            saved.append(result.save_selected(label))
    return Movie(saved)


def window(view):
    seen = view.state.selection
    return None if seen is None else (seen.stream_id, seen.first, seen.last)


def test_a_report_of_a_replay_leads_into_that_replay_and_its_open_views(movie):
    result = replay(movie.streams(), infer=MomentumAttacker)
    elsewhere = result.open_view(chart=True, accounts=False)
    _, report = result.check_scenarios(movie.scenarios)
    view = ReportView(report, report.labeller)
    assert view.panel.goes_there
    for name, checked in view._checks.items():
        view.panel._handle_custom_msg({"act": "open", "id": name}, [])
        assert len(view.opened.ledger.streams) == 1
        view.panel._handle_custom_msg({"act": "go", "id": name}, [])
        assert view.opened.ledger is result.ledger
        place = [each is checked.scenario for each in movie.scenarios].index(True)
        assert window(view.opened) == window(elsewhere) == (place, checked.selection.first, checked.selection.last)
    assert view.box.children == (view.panel, view.opened.box)


def test_a_name_that_no_card_has_goes_nowhere(movie):
    result = replay(movie.streams(), infer=MomentumAttacker)
    _, report = result.check_scenarios(movie.scenarios)
    view = ReportView(report, report.labeller)
    view.panel._handle_custom_msg({"act": "go", "id": "scenario-99"}, [])
    assert (view.opened, result.selection) == (None, None)


def test_a_report_of_a_check_has_no_replay_to_go_to(movie):
    _, report = check(movie, MomentumAttacker)
    view = ReportView(report, report.labeller)
    assert not view.panel.goes_there
    view.panel._handle_custom_msg({"act": "go", "id": "scenario-0"}, [])
    assert view.opened is None


def test_a_report_keeps_no_replay_in_memory_and_a_copy_knows_none(movie):
    result = replay(movie.streams(), infer=MomentumAttacker)
    _, report = result.check_scenarios(movie.scenarios)
    assert report.labeller is result.labeller
    for other in (copy.deepcopy(report), pickle.loads(pickle.dumps(report))):
        assert isinstance(other, CheckReport)
        assert other.labeller is None
        assert other.n == report.n
    replay([PRICES[:10]], infer=MomentumAttacker)  # the last result is always kept
    del result
    gc.collect()
    assert report.labeller is None
