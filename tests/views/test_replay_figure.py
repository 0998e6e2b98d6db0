"""What the view's figure sends to the page: once, in one message, and little; and what it keeps afterwards."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest
from plotly.serializers import _py_to_js

from midplot.views.chart._chart_layout import Trace
from midplot.views.chart.live._chart import Chart

from .made import a_part, a_stream, busy_part, draw


def size(message):
    """Return the bytes of a message: JSON, and arrays as they are."""
    if isinstance(message, memoryview):
        return message.nbytes
    if isinstance(message, dict):
        return sum(len(json.dumps(key)) + 4 + size(value) for key, value in message.items())
    if isinstance(message, list):
        return sum(map(size, message)) + 2 * len(message)
    return len(json.dumps(message))


@pytest.fixture
def chart():
    """Return a chart, and the list of what it sends."""
    chart = Chart()
    chart.complete()
    chart.sent = []
    chart.figure.observe(lambda change: chart.sent.append(change.new), "_py2js_update")
    for name in ("_py2js_restyle", "_py2js_relayout"):
        chart.figure.observe(lambda change: chart.sent.append(change.new), name)
    return chart


def messages(chart):
    sent, chart.sent = [each for each in chart.sent if each], []
    return sent


@pytest.mark.parametrize("share", [0.0, 0.01, 0.2, 1.0])
@pytest.mark.parametrize("n", [3_000, 200_000])
def test_a_refresh_is_one_message_of_at_most_60_kb(chart, n, share):
    account = a_stream(busy_part(n, share=share))
    draw(chart, account)
    (message,) = messages(chart)
    assert size(_py_to_js(message, None)) < 55_000  # header and table come on top
    draw(chart, a_stream(busy_part(n, share=share, seed=1)))
    (message,) = messages(chart)
    assert size(_py_to_js(message, None)) < 55_000  # header and table come on top
    draw(chart, account, sight=(n // 3, n // 3 + 2_500))
    (message,) = messages(chart)
    assert size(_py_to_js(message, None)) < 55_000  # header and table come on top


def test_what_is_sent_is_what_the_figure_holds(chart):
    draw(chart, a_stream(busy_part(5_000)))
    (message,) = messages(chart)
    places = message["style_traces"]
    assert places == sorted(places)
    for name in ("x", "y"):
        for place, value in zip(places, message["style_data"][name], strict=True):
            np.testing.assert_array_equal(value, chart.figure.data[place][name])
    assert "yaxis4.range" in message["layout_data"]


def test_what_is_empty_and_stays_so_is_not_sent(chart):
    draw(chart, a_stream(a_part(np.arange(50.0))))
    messages(chart)
    draw(chart, a_stream(a_part(np.arange(51.0) * 2)))
    (message,) = messages(chart)
    assert message["style_traces"] == [Trace.REALIZED, Trace.EQUITY, Trace.LATENCY]


def test_both_edges_of_every_axis_are_said_whatever_plotly_believes(chart):
    account = a_stream(busy_part(5_000))
    for sight in ("best", (100, 200), "best"):
        draw(chart, account, sight=sight)
        (message,) = messages(chart)
        assert message["layout_data"]["xaxis.range"][1] > message["layout_data"]["xaxis.range"][0]
    for axis in ("xaxis", "yaxis2", "yaxis3", "yaxis4"):
        assert chart.figure.layout[axis].autorange is False


def test_what_a_person_touched_is_sent_again(chart):
    account = a_stream(busy_part(500))
    draw(chart, account)
    messages(chart)
    draw(chart, account)
    assert not messages(chart)
    chart.forget_touched()
    draw(chart, account)
    (message,) = messages(chart)
    assert {"xaxis.range", "yaxis2.range", "dragmode", "selections"} <= message["layout_data"].keys()


def test_each_scene_has_a_number_that_the_page_gets_with_it(chart):
    for n, seed in enumerate((1, 2, 3), 1):
        draw(chart, a_stream(busy_part(50, seed=seed)))
        assert messages(chart)[0]["layout_data"]["selectionrevision"] == n == chart.number


def test_what_plotly_tells_of_itself_changes_nothing_and_is_not_answered(chart):
    draw(chart, a_stream(busy_part(50)))
    messages(chart)
    before = chart.figure.to_json()
    edit = chart.figure._last_trace_edit_id
    chart.figure._js2py_traceDeltas = {"trace_deltas": [{"uid": "x", "x": [1, 2]}], "trace_edit_id": edit}
    chart.figure._js2py_layoutDelta = {"layout_delta": {"xaxis": {"range": [0, 1]}}, "layout_edit_id": edit}
    chart.figure._js2py_update = {
        "style_data": {"x": [[1]]},
        "layout_data": {},
        "style_traces": [0],
        "source_view_id": "",
    }
    chart.figure._js2py_relayout = {"relayout_data": {"xaxis.range[0]": 1, "xaxis.range[1]": 2}, "source_view_id": "a"}
    assert chart.figure.to_json() == before
    assert not messages(chart)


def test_what_is_hidden_in_the_legend_stays_so_for_a_page_that_is_reloaded(chart):
    draw(chart, a_stream(busy_part(50)))
    chart.figure._js2py_restyle = {
        "style_data": {"visible": ["legendonly"]},
        "style_traces": [3],
        "source_view_id": "a",
    }
    assert chart.figure.data[3].visible == "legendonly"
    draw(chart, a_stream(busy_part(60)))
    assert chart.figure.get_state()["_widget_data"][3]["visible"] == "legendonly"


def test_a_selection_sends_the_selection_alone(chart):
    account = a_stream(busy_part(5_000))
    draw(chart, account)
    messages(chart)
    window = SimpleNamespace(first=100, last=149, after=(), horizon=30)
    draw(chart, account, selection=window)
    (message,) = messages(chart)
    assert message["style_traces"] == [Trace.SELECTED]
    assert list(message["layout_data"]) == ["shapes", "selectionrevision"]
    draw(chart, a_stream(busy_part(5_000)), selection=window)
    assert not messages(chart)  # all of it is known
