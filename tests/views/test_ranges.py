"""The range of a value axis: everything is inside, it has a width, and the numbers along it are plain, whatever is drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from midplot.play._settings import ReplaySettings
from midplot.views._view_state import ViewState
from midplot.views.chart._chart_layout import Trace
from midplot.views.chart._drawing import LIVE, Drawing
from midplot.views.chart._figure import bare_figure
from midplot.views.chart._ranges import PANEL_MARGIN, axis_of, range_of
from midplot.views.chart._windows import part_windows
from midplot.views.chart.live._scene import Subject, scene
from midplot.views.still._picture import scene_svg
from midplot.views.still._ticks import tick_texts, ticks

from .made import a_part, a_stream

LARGEST = 1.7e308
NUMBERS = st.floats(-LARGEST, LARGEST)


@given(NUMBERS, NUMBERS, st.sampled_from([0.05, 0.08]))
def test_a_range_is_finite_has_a_width_and_holds_both_values(one, other, margin):
    low, high = range_of(min(one, other), max(one, other), margin)
    assert np.isfinite([low, high]).all()
    assert low <= min(one, other) <= max(one, other) <= high
    assert low < high


@pytest.mark.parametrize(
    ("size", "room"),
    # The same table as in tests/scripts/report.test.js.
    [(0, 1), (1e-16, 1), (0.25, 0.1), (0.003, 0.001), (1, 1), (999_999, 1), (2e6, 10), (5e7, 100)],
)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_around_a_line_that_does_not_move_the_range_has_a_round_width(size, room, sign):
    low, high = range_of(sign * size, sign * size, 0.05)
    assert low == pytest.approx(sign * size - 1.25 * room, rel=1e-12)
    assert high == pytest.approx(sign * size + 1.25 * room, rel=1e-12)


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_the_numbers_beside_a_line_that_does_not_move_are_no_longer_than_its_value_with_two_decimals(whole, decimals):
    value = whole / 10**decimals
    texts = tick_texts(ticks(*range_of(value, value, 0.08), 4))
    assert 2 <= len(texts) <= 4
    least = max(len(f"{abs(value):,.2f}"), len(f"{abs(value):,.{decimals}f}"))
    assert all(len(text.lstrip("−")) <= least + 1 for text in texts)


def test_what_rounding_leaves_of_a_sum_is_no_movement():
    assert range_of(0.0, 0.1 + 0.2 - 0.3, 0.05) == pytest.approx((-1.25, 1.25))
    assert range_of(-5.6e-17, 5.6e-17, 0.05) == pytest.approx((-1.25, 1.25))
    low, high = range_of(1e9, np.nextafter(1e9, 2e9), 0.05)
    assert high - low > 1
    # A trade that earned very little is one.
    assert range_of(0.0, 2e-9, 0.05) == pytest.approx((-1e-10, 2.1e-9))


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_around_a_line_that_moves_the_range_has_a_margin(low, width):
    found = range_of(low, low + width, 0.05)
    assert found == pytest.approx((low - 0.05 * width, low + 1.05 * width), abs=1e-9 * (abs(low) + width))


@pytest.mark.parametrize("y", [[], [np.nan, np.nan], [np.inf, -np.inf]])
def test_where_there_are_no_values_there_are_no_numbers(y):
    assert axis_of(y) == {"range": [0.0, 1.0], "autorange": False, "tickformat": ",~r", "showticklabels": False}


@pytest.mark.parametrize(
    ("value", "form"), [(0.0, ",~r"), (4105.0, ",~r"), (0.0002, ",~r"), (3e-9, "~g"), (5e9, "~g"), (1e300, "~g")]
)
def test_numbers_that_would_be_very_long_are_written_with_an_exponent(value, form):
    assert axis_of([value, 2 * value])["tickformat"] == form


# What is drawn of a stream, live and still

IDLE = a_stream(a_part([5.0] * 40))


def live_axes(account, probes=()):
    subject = Subject(Drawing(account, LIVE), part_windows(account), probes)
    return scene(ViewState(stream=7), subject)


def test_the_equity_of_a_stream_without_trades_runs_from_minus_one_to_one():
    found = live_axes(IDLE)
    assert found.layout["yaxis3.range"] == [-1.25, 1.25]
    assert found.layout["yaxis3.showticklabels"] is True
    figure = bare_figure(IDLE)
    assert tuple(figure.layout.yaxis3.range) == (-1.25, 1.25)
    svg = scene_svg(found)
    assert all(f">{text}</text>" in svg for text in ("−1", "0", "1", "4.0", "5.0", "6.0"))


def test_a_price_that_stands_still_has_plain_neighbours():
    assert live_axes(IDLE).layout["yaxis2.range"] == [3.75, 6.25]
    first, second = part_windows(a_stream(a_part([5.0] * 4), a_part([0.25] * 4, first_index=5, part=1)))
    assert (first.y_range, second.y_range) == ([3.75, 6.25], [0.125, 0.375])


def test_the_equity_of_one_tiny_trade_fills_its_panel():
    free = ReplaySettings(horizon=3, epsilon=0.0)
    account = a_stream(a_part([0.0] * 3 + [2e-9] * 7, [1.0] + [0.0] * 9, settings=free))
    layout = live_axes(account).layout
    assert layout["yaxis3.range"] == pytest.approx((-2e-9 * PANEL_MARGIN, 2e-9 * (1 + PANEL_MARGIN)))
    assert layout["yaxis3.tickformat"] == layout["yaxis2.tickformat"] == "~g"


def test_a_probe_that_is_never_known_has_no_numbers_and_a_constant_one_has_plain_ones():
    found = live_axes(IDLE, ("unknown",))
    assert found.layout["yaxis5.showticklabels"] is False
    assert f">{0.5}</text>" not in scene_svg(found, ["unknown"])
    assert axis_of([3.0, 3.0])["range"] == [1.75, 4.25]


def test_before_the_first_tick_no_axis_has_numbers():
    layout = scene(ViewState(stream=7), Subject(None)).layout
    assert [layout[f"{axis}.showticklabels"] for axis in ("yaxis2", "yaxis3")] == [False, False]


@pytest.mark.parametrize("latency_ms", [0.01, 1.0, 0.5, 100.0])
def test_a_single_latency_is_not_on_the_edge_of_its_panel(latency_ms):
    low, high = bare_figure(a_stream(a_part([1.0, 2.0], latency_ms=latency_ms))).layout.yaxis4.range
    share = (np.log10(latency_ms) - low) / (high - low)
    assert 0.1 < share < 0.9


def test_the_points_and_the_axis_of_the_equity_agree():
    account = a_stream(a_part(np.arange(40.0), [1.0] * 40))
    figure = bare_figure(account)
    y = figure.data[Trace.EQUITY].y
    low, high = figure.layout.yaxis3.range
    assert low < y.min() <= y.max() < high
