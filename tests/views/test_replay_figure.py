"""What the view's figure sends to the page: once, in one message, and little; and what it keeps afterwards."""

from __future__ import annotations

import json

import numpy as np
import pytest
from plotly.serializers import _py_to_js

from midplot.views.chart._chart import Chart
from midplot.views.chart._chart_layout import Trace

from .made import a_part, a_stream, busy_part


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
    chart = Chart(3)
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
    chart.show(a_stream(busy_part(n, share=share)))
    (message,) = messages(chart)
    assert size(_py_to_js(message, None)) < 55_000  # header and table come on top
    chart.see(n // 3, n // 3 + 2_500)
    (message,) = messages(chart)
    assert size(_py_to_js(message, None)) < 55_000  # header and table come on top


def test_what_is_sent_is_what_the_figure_holds(chart):
    chart.show(a_stream(busy_part(5_000)))
    (message,) = messages(chart)
    places = message["style_traces"]
    assert places == sorted(places)
    for name in ("x", "y"):
        for place, value in zip(places, message["style_data"][name], strict=True):
            np.testing.assert_array_equal(value, chart.figure.data[place][name])
    assert "yaxis4.range" in message["layout_data"]


def test_what_is_empty_and_stays_so_is_not_sent(chart):
    chart.show(a_stream(a_part(np.arange(50.0))))
    (message,) = messages(chart)
    assert message["style_traces"] == [Trace.REALIZED, Trace.EQUITY, Trace.LATENCY]


def test_a_selection_sends_the_selection_alone(chart):
    chart.show(a_stream(busy_part(5_000)))
    messages(chart)
    chart.select((100, 149))
    (message,) = messages(chart)
    assert message["style_traces"] == [Trace.SELECTED]
    assert list(message["layout_data"]) == ["shapes"]
    chart.select((100, 149))
    assert not messages(chart)
    chart.show(a_stream(busy_part(5_000)))
    assert not messages(chart)  # all of it is known
