"""Times on hover: whole in what is said, short in what is sent."""

from __future__ import annotations

import numpy as np
import pytest
from plotly.serializers import _py_to_js

from midplot import Stream, replay
from midplot.examples import MomentumAttacker
from midplot.views.chart._chart_layout import Trace
from midplot.views.chart._clock import common_and_own, time_texts
from midplot.views.chart._figure import stream_figure
from midplot.views.chart.live._chart import Chart

from .made import draw
from .test_replay_figure import chart, messages, size  # noqa: F401 -- a fixture


def _account(n, step, *, start="2024-03-01T09:00", share=0.2, gap=None):
    random = np.random.default_rng(1)
    values = 100 + random.normal(size=n).cumsum()
    times = (np.datetime64(start, "ns") + np.arange(n) * np.timedelta64(step, "ns")).astype("datetime64[ns]")
    if gap is not None:
        values[gap] = np.nan
    decided = random.choice([-1.0, 1.0], n) * (random.random(n) < share)

    def infer(stream):
        yield
        for tick, _ in enumerate(stream):
            yield float(decided[tick])

    result = replay([Stream(values, 0, "timed", times=times)], infer=infer, horizon=3, epsilon=0.5, dry=True)
    return result.stream(0)


def _said(trace):
    """Return what is said of each point, without its index and price."""
    behind = trace.hovertemplate.split("%{y:,.6~f}")[1].removesuffix("<extra></extra>")
    return {
        x: behind.replace("%{customdata}", own).strip()
        for x, own in zip(trace.x.tolist(), trace.customdata, strict=True)
    }


MINUTE = 60 * 10**9


def test_the_price_tells_the_time_of_each_point():
    figure = stream_figure(_account(50, MINUTE, share=0.0, gap=20), 3)
    said = _said(figure.data[Trace.REALIZED])
    assert said[0] == "2024-03-01 09:00"
    assert said[19] == "2024-03-01 09:19"
    assert said[49] == "2024-03-01 09:49"


def test_a_decision_is_told_after_the_time():
    figure = stream_figure(_account(50, 10**9, share=1.0), 3)
    said = _said(figure.data[Trace.REALIZED])
    assert said[7].startswith("2024-03-01 09:00:07<br>")


def test_without_times_nothing_is_said_of_them():
    result = replay([[1.0, 2.0, 3.0]], infer=MomentumAttacker, dry=True)
    assert set(_said(stream_figure(result.stream(0), 3).data[Trace.REALIZED]).values()) == {""}


@pytest.mark.parametrize("step", [MINUTE, 1_234_567, 7_919 * MINUTE], ids=["minutes", "nanoseconds", "years"])
@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_a_refresh_with_times_is_as_small_as_one_without(chart, step, share):  # noqa: F811
    account = _account(20_000, step, share=share, start="1990-03-01T09:00")
    draw(chart, account)
    (message,) = messages(chart)
    assert size(_py_to_js(message, None)) < 55_000
    draw(chart, account, sight=(3_000, 5_500))
    (message,) = messages(chart)
    assert size(_py_to_js(message, None)) < 55_000


def test_the_live_chart_says_the_same():
    live = Chart()
    live.complete()
    draw(live, _account(5_000, MINUTE, share=0.01), sight=(10, 60))
    said = _said(live.figure.data[Trace.REALIZED])
    assert said[30].startswith("2024-03-01 09:30")
    draw(live, _account(5_000, MINUTE, share=0.01, start="2025-03-01T09:00"), sight=(10, 60))
    assert _said(live.figure.data[Trace.REALIZED])[30].startswith("2025-03-01 09:30")


def test_texts_are_no_finer_than_they_need_to_be():
    days = np.array(["2024-03-01", "2024-03-02"], dtype="datetime64[ns]")
    assert time_texts(days) == ["2024-03-01", "2024-03-02"]
    assert time_texts(days + np.timedelta64(1, "ms")) == ["2024-03-01 00:00:00.001", "2024-03-02 00:00:00.001"]
    assert time_texts(np.array(["NaT"], dtype="datetime64[s]")) == [""]
    assert common_and_own([]) == ("", [])
    assert common_and_own(["ab", "", "ac"]) == ("", ["ab", "", "ac"])
