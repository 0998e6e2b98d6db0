"""The life of a view: what is left of it when it is closed, or when its cell is run again."""

from __future__ import annotations

import gc
import sys
import weakref
from types import SimpleNamespace

import ipywidgets
import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances

from midplot import replay
from midplot.views.panel._cells import Cells

PRICES = 1000 + np.round(np.cumsum(np.random.default_rng(5).normal(size=2000)) * 16) / 16


def sometimes(stream):
    yield
    for n, _ in enumerate(stream):
        yield 1.0 if n % 50 == 20 else 0.0


def a_result():
    return replay({"one": PRICES, "two": PRICES + 5}, infer=sometimes)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_close_frees_every_widget_and_the_replay():
    before = set(_instances)
    result = a_result()
    view = result.open_view(chart=True, accounts=True)
    assert len(set(_instances) - before) >= 6
    view.on_message({"act": "pick", "x": 700})
    box, figure, ledger = map(weakref.ref, (view.box, view.chart.figure, result.ledger))
    view.box.close()
    assert set(_instances) == before
    del view, result
    gc.collect()
    # `get_replay_result` still holds the last result; another one takes its place.
    replay([PRICES[:50]], infer=sometimes)
    gc.collect()
    assert [box(), figure(), ledger()] == [None, None, None]


def test_a_closed_view_does_nothing_and_the_result_opens_another(monkeypatch):
    result = a_result()
    first = result.view()
    first.close()
    view = result._view
    monkeypatch.setattr(type(view.chart), "draw", lambda *_: pytest.fail("it draws"))
    view.on_message({"act": "pick", "x": 700})
    result.select("one", 1, 9)
    view.finish()
    first.close()
    monkeypatch.undo()
    second = result.view()
    assert second is not first
    assert second.children[0].data[0].name == "Realized"
    assert result.view() is second


def test_closing_all_widgets_does_not_end_a_running_replay():
    def closing(checkpoint):
        view.on_progress(checkpoint)
        if checkpoint.done > 100:
            ipywidgets.Widget.close_all()

    view = a_result().open_view(chart=True, accounts=True)
    view.begin(1)
    result = replay([PRICES], infer=sometimes, progress=closing)
    view.finish()
    assert result.ledger.state == "complete"
    assert result.view().children


@pytest.fixture
def notebook(monkeypatch):
    """Run cells as a notebook does: each run has the cell's name, and an id of its own."""
    shell = SimpleNamespace(parent={}, get_parent=lambda: shell.parent)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    runs = iter(range(100))

    def run(cell, code="view"):
        metadata = {"cellId": cell} if cell else {}
        shell.parent = {"metadata": metadata, "content": {"code": code}, "header": {"msg_id": f"run {next(runs)}"}}

    return run


def a_view():
    return type(
        "AView", (), {"close": lambda self: setattr(self, "closed", 1), "closed": 0, "__init__": object.__init__}
    )()


@pytest.mark.parametrize("cell", ["a", None])
def test_a_cell_that_is_run_again_closes_what_it_displayed_before(notebook, cell):
    cells, first, second, other = Cells(), a_view(), a_view(), a_view()
    notebook(cell, "x")
    cells.display(first)
    notebook("b" if cell else None, "y")
    cells.display(other)
    notebook(cell, "x")
    cells.display(second)
    assert [first.closed, second.closed, other.closed] == [1, 0, 0]


def test_what_another_cell_displays_too_stays_open(notebook):
    cells, view, fresh = Cells(), a_view(), a_view()
    notebook("a")
    cells.display(view)
    notebook("b")
    cells.display(view)
    notebook("a")
    cells.display(fresh)
    assert not view.closed
    notebook("b")
    cells.display(fresh)
    assert view.closed


def test_two_views_of_one_run_and_one_that_is_displayed_again_stay_open(notebook):
    cells, one, two = Cells(), a_view(), a_view()
    notebook("a")
    cells.display(one)
    cells.display(two)
    notebook("a")
    cells.display(one)
    assert [one.closed, two.closed] == [0, 1]


def test_outside_a_notebook_nothing_is_closed(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    cells, one, two = Cells(), a_view(), a_view()
    cells.display(one)
    cells.display(two)
    assert [one.closed, two.closed] == [0, 0]


def test_plotlys_script_travels_with_the_first_figure_of_a_process_alone(monkeypatch):
    from midplot.views.chart.live._replay_figure import ReplayFigure

    monkeypatch.setattr(ReplayFigure, "_midplot_is_sent", False)
    first, second = (a_result().open_view(chart=True, accounts=False).chart.figure for _ in range(2))
    assert len(first.get_state()["_plotly_script"]) > 1_000_000
    assert second.get_state()["_plotly_script"] == ""
    sent = []
    monkeypatch.setattr(second, "send", lambda content, buffers: sent.append((content, len(buffers[0]))))
    second.send_script()
    assert sent[0][0] == {"midplot": "plotly"}
    assert sent[0][1] > 1_000_000


def test_a_page_that_looked_at_an_older_scene_is_sent_its_range_again():
    view = a_result().open_view(chart=True, accounts=False)
    stale = view.scene_number
    view.on_message({"act": "stream", "by": 1})
    number = view.scene_number
    view.on_message({"act": "sight", "low": 5.0, "high": 90.0, "scene": stale})
    assert view.state.sight == "best"
    assert view.scene_number == number + 1
    view.on_message({"act": "sight", "low": 5.0, "high": 90.0, "scene": view.scene_number})
    assert view.state.sight == (5.0, 90.0)
