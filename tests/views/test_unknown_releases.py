"""Releases of plotly, ipykernel and traitlets that keep their private parts elsewhere: slower, said so, and right."""

from __future__ import annotations

import inspect
import json
import re
from types import SimpleNamespace

import numpy as np
import plotly
import plotly.graph_objects as go
import pytest

from midplot import replay
from midplot.views import _widgets_inside
from midplot.views.chart._chart_layout import Trace
from midplot.views.chart.live import _replay_figure
from midplot.views.chart.live._chart import Chart
from midplot.views.chart.live._replay_figure import PlainFigure, ReplayFigure, plotly_is_known
from midplot.views.panel import _replay_view
from midplot.views.panel._replay_view import ReplayView

from .made import a_stream, busy_part, draw

PRICES = 1000 + np.round(np.cumsum(np.random.default_rng(3).normal(size=3000)) * 16) / 16
ACTS = (
    ("pick", {"x": 700}),
    ("label", {"label": "UP", "note": "", "tags": ""}),
    ("sight", {"low": 500, "high": 900}),
    ("blind", {"on": True}),
    ("blind", {"on": False}),
    ("stream", {"id": 1}),
    ("theme", {"dark": True}),
    ("step", {"by": -100}),
    ("drag", {"value": "select"}),
    ("range", {"first": 10, "last": 90}),
    ("hooked", {"picks": True}),
    ("sight", {}),
)
NAMES = [
    *((name, "_PRIVATE_OF_WIDGETS") for name in ("_send_gone_msg", "_gone_data")),
    ("_gone_objs", "_PRIVATE_OF_FIGURES"),
]


class Every:
    """Decides up every hundred ticks."""

    n = -1

    def tick_and_predict(self, x, horizon):
        self.n += 1
        return 1.0 if self.n % 100 == 50 else 0.0


@pytest.fixture
def unknown_plotly(monkeypatch):
    """Make the probe look for a name that no release has."""
    monkeypatch.setattr(_replay_figure, "_PRIVATE_OF_FIGURES", ("_data", "_no_such_name"))
    plotly_is_known.cache_clear()
    yield
    plotly_is_known.cache_clear()


def a_view():
    result = replay({"one": PRICES, "two": PRICES[::-1].copy()}, infer=Every)
    return result.open_view(chart=True, accounts=True)


def held(figure):
    """Return what a figure holds, as text, in which NaN equals NaN and nothing an empty list."""
    traces = [
        {name: np.asarray(trace[name]).tolist() or [] for name in ("x", "y", "customdata", "text")}
        | {name: str(trace[name]) for name in ("hovertemplate", "fillcolor", "line", "marker")}
        for trace in figure.data
    ]
    return json.dumps([traces, figure.layout.to_plotly_json()], sort_keys=True)


def test_this_release_of_plotly_is_known():
    assert plotly_is_known()
    assert isinstance(Chart().figure, ReplayFigure)


@pytest.mark.parametrize(("name", "where"), NAMES)
def test_one_missing_name_is_enough(name, where, monkeypatch):
    monkeypatch.setattr(_replay_figure, where, (*getattr(_replay_figure, where), name))
    assert not plotly_is_known.__wrapped__()
    monkeypatch.undo()
    monkeypatch.setattr(_replay_figure, "_UNDEFINED", None)
    assert not plotly_is_known.__wrapped__()


def test_the_public_interface_draws_the_same(tmp_path, monkeypatch, request):
    monkeypatch.chdir(tmp_path)
    known = a_view()
    request.getfixturevalue("unknown_plotly")
    unknown = ReplayView(known.ledger, known.labeller)
    assert not isinstance(unknown.chart.figure, ReplayFigure)
    for act, more in ACTS:
        for view in (known, unknown):
            view.on_message({"act": act, **more})
        assert held(unknown.chart.figure) == held(known.chart.figure), act


def test_the_public_interface_is_all_that_is_used():
    own = {"._midplot_ready", "._assign", ".__name__"}
    assert set(re.findall(r"\.__?[a-z]\w*", inspect.getsource(PlainFigure))) == own


def test_a_page_that_missed_everything_is_sent_everything(unknown_plotly):
    chart = Chart()
    chart.complete()
    window = SimpleNamespace(first=1100, last=1149, after=(), horizon=30)
    draw(chart, a_stream(busy_part(5_000)), sight=(1000, 2000), selection=window, drag="pan")
    before = held(chart.figure)
    page = go.Figure(chart.figure.get_state()["_widget_data"], layout=chart.figure.get_state()["_widget_layout"])
    sent = []
    chart.figure.observe(lambda change: sent.append(change.new), "_py2js_update")
    chart.resend()
    for message in filter(None, sent):
        page.plotly_update(message["style_data"], message["layout_data"], message["style_traces"])
    assert held(chart.figure).replace('"selectionrevision": 2', '"selectionrevision": 1') == before
    for place, trace in enumerate(chart.figure.data):
        for name in ("x", "y"):
            np.testing.assert_array_equal(page.data[place][name], trace[name])
    for path in ("xaxis.range", "yaxis2.range", "shapes", "dragmode", "yaxis4.range"):
        assert page.layout[path] == chart.figure.layout[path]


def test_the_status_line_says_that_the_chart_is_slower(tmp_path, monkeypatch, unknown_plotly):
    monkeypatch.chdir(tmp_path)
    text = a_view().controls.state["status"]["text"]
    assert f"plotly {plotly.__version__} is unknown to midplot" in text


def test_the_status_line_says_that_a_click_may_be_missed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    view = a_view()
    before = view.controls.state["status"]["text"]
    assert "unknown" not in before
    view.on_message({"act": "hooked", "picks": False})
    assert "a click may be missed" in view.controls.state["status"]["text"]
    view.on_message({"act": "hooked", "picks": True})
    assert view.controls.state["status"]["text"] == before


# ipykernel and traitlets


def test_a_connection_forgets_who_wrote_to_it_last():
    comm = SimpleNamespace(_reply_subshell_id="main")
    assert _widgets_inside.answer_where_asked(comm)
    assert not hasattr(comm, "_reply_subshell_id")
    assert not _widgets_inside.answer_where_asked(comm)


def test_while_a_cell_runs_the_status_line_says_that_clicks_wait(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_replay_view, "in_notebook", lambda: True)
    view = a_view()
    assert not view.acts.is_heard  # there is no kernel here
    view.ledger.state = "running"
    view.refresh()
    assert "clicks have to wait" in view.controls.state["status"]["text"]
    view.ledger.state = "complete"
    view.finish()
    assert "clicks" not in view.controls.state["status"]["text"].removeprefix("click the chart")


def test_a_front_end_that_is_not_heard_while_a_cell_runs_is_noticed_until_it_is_heard(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    now = [100.0]
    monkeypatch.setattr(_replay_view, "in_notebook", lambda: True)
    monkeypatch.setattr(_replay_view, "monotonic", lambda: now[0])
    view = a_view()
    view.acts.is_heard = True
    view.ledger.state = "running"
    view.begin(1)

    def says_so():
        view.refresh()
        return "clicks have to wait" in view.controls.state["status"]["text"]

    assert not says_so()
    now[0] += _replay_view.LONGEST_UNHEARD + 0.1
    assert says_so()
    view.on_message({"act": "hooked", "picks": True})
    assert not says_so()


@pytest.mark.parametrize("known", [True, False])
def test_a_page_that_is_loaded_later_gets_what_is_held_now(known, monkeypatch):
    assert _widgets_inside.KNOWS_TRAITS
    monkeypatch.setattr(_widgets_inside, "KNOWS_TRAITS", known)
    chart = Chart()
    chart.complete()
    draw(chart, a_stream(busy_part(5_000)))
    state = chart.figure.get_state()
    assert len(state["_widget_data"][Trace.REALIZED]["x"]["shape"]) == 1
    assert state["_widget_layout"]["yaxis4"]["tickvals"]


@pytest.mark.parametrize("known", [True, False])
def test_a_long_table_holds_what_was_sent_row_by_row(known, monkeypatch):
    from midplot.views.panel._widgets import AccountsTable

    monkeypatch.setattr(_widgets_inside, "KNOWS_TRAITS", known)
    table, rows = AccountsTable(), [{"id": i, "cells": []} for i in range(10)]
    table.show({"columns": [], "rows": rows, "total": None, "current": 0})
    fresh = [*rows[:9], {"id": 9, "cells": [{"text": "x", "value": 1}]}]
    table.show({"columns": [], "rows": fresh, "total": None, "current": 0})
    assert table.changed["rows"] == fresh[9:]
    assert table.get_state()["table"]["rows"] == fresh
