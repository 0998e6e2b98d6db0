"""What waits for a later cell happens once, and leaves nothing behind; plotly's script is not saved with a notebook."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from midplot.views import _later_cells
from midplot.views._later_cells import at_a_later_cell
from midplot.views.chart.live._replay_figure import SLOWEST_PAGE, ReplayFigure


class Events(list):
    def register(self, name, function):
        assert name == "pre_run_cell"
        self.append(function)

    def unregister(self, name, function):
        assert name == "pre_run_cell"
        self.remove(function)


@pytest.fixture
def notebook(monkeypatch):
    """Return the functions that wait for a cell, and a clock that can be set."""
    events, clock = Events(), SimpleNamespace(now=100.0)
    shell = SimpleNamespace(events=events)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setattr(_later_cells, "monotonic", lambda: clock.now)
    return SimpleNamespace(events=events, clock=clock)


def run_cell(notebook):
    for each in list(notebook.events):
        each(None)


def test_happens_once_when_enough_time_has_passed(notebook):
    done = []
    at_a_later_cell(lambda: done.append(notebook.clock.now), after=5.0)
    run_cell(notebook)
    assert done == []
    notebook.clock.now += 5.0
    run_cell(notebook)
    run_cell(notebook)
    assert done == [105.0]
    assert notebook.events == []


@pytest.mark.parametrize("module", [None, SimpleNamespace(get_ipython=lambda: None)])
def test_outside_a_notebook_nothing_waits(monkeypatch, module):
    monkeypatch.setitem(sys.modules, "IPython", module)
    at_a_later_cell(pytest.fail, after=0.0)


def test_only_the_first_figure_brings_the_script_and_forgets_it(notebook, monkeypatch):
    monkeypatch.setattr(ReplayFigure, "_midplot_is_sent", False)
    first, second = ReplayFigure(), ReplayFigure()
    first.complete()
    second.complete()
    assert len(first.get_state()["_plotly_script"]) > 1_000_000
    assert second.get_state()["_plotly_script"] == ""
    notebook.clock.now += SLOWEST_PAGE
    run_cell(notebook)
    assert first.get_state()["_plotly_script"] == ""
