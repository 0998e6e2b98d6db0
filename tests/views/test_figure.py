"""The static chart of a stream: a constant number of traces, exact points, bounded size."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys

import numpy as np
import pytest

from midplot import replay
from midplot.play._settings import ReplaySettings
from midplot.views.chart._chart_layout import CONFIG, LATENCY_CAPTION, Trace, empty_traces, trace_styles
from midplot.views.chart._figure import stream_figure
from midplot.views.chart._marks import MOST_MARKS
from midplot.views.chart._palette import DARK, EITHER, LIGHT

from .made import a_part, a_stream, busy_part, replayed

MARKS = (Trace.UP_PROFIT, Trace.UP_LOSS, Trace.DOWN_PROFIT, Trace.DOWN_LOSS, Trace.UNRESOLVED)


def drawn(*parts, **options):
    return stream_figure(a_stream(*parts, **options), horizon=3)


def count_of_marks(figure):
    return sum(len(figure.data[trace].x) for trace in MARKS)


@pytest.mark.parametrize("decisions", [0, 1, 5000])
def test_the_number_of_traces_is_constant(decisions):
    taken = np.zeros(6000)
    taken[:decisions] = 1
    figure = drawn(a_part(np.random.default_rng(0).normal(size=6000), taken))
    assert [trace.name for trace in figure.data] == [trace.name for trace in empty_traces()]
    assert len(figure.data) == len(Trace)


def test_the_first_two_traces_are_realized_and_selected():
    figure = drawn(a_part([1.0, 2.0]))
    assert (figure.data[0].name, figure.data[0].mode) == ("Realized", "lines")
    assert (figure.data[1].name, figure.data[1].mode) == ("Selected", "markers")
    assert len(figure.data[1].x) == 0
    assert figure.data[1].marker.color == LIGHT.selected


def test_points_of_a_short_stream_are_exact():
    figure = drawn(a_part([5.0, 6.0, 5.5, 8.0, 7.0, 7.5], [1, 0, 0, 0, -1, 0], first_index=10, warmup=0))
    data = figure.data
    assert data[Trace.REALIZED].x.tolist() == [10, 11, 12, 13, 14, 15]
    assert data[Trace.REALIZED].y.tolist() == [5.0, 6.0, 5.5, 8.0, 7.0, 7.5]
    assert (data[Trace.UP_PROFIT].x.tolist(), data[Trace.UP_PROFIT].y.tolist()) == ([10], [5.0])
    assert (data[Trace.UNRESOLVED].x.tolist(), data[Trace.UNRESOLVED].y.tolist()) == ([14], [7.0])
    assert data[Trace.UP_BANDS].x.tolist() == [10, 10, 13, 13]
    assert data[Trace.DOWN_BANDS].x.tolist() == [14, 14, 15, 15]
    assert data[Trace.EQUITY].y.tolist() == [0, 0, 0, 2.5, 2.5, 2.5]
    assert data[Trace.LATENCY].y.tolist() == [np.float32(0.01)] * 6


def test_pointing_at_the_price_tells_of_the_decision_there_and_of_no_other():
    told = drawn(a_part([5.0, 6.0, 5.5, 8.0], [1, 0, 0, 0])).data[Trace.REALIZED].customdata
    assert list(told) == ["<br>up, profit +2.5 at 3", "", "", ""]


def test_every_marked_decision_is_a_point_of_the_price():
    figure = drawn(busy_part(200_000, share=0.02))
    price = figure.data[Trace.REALIZED]
    marked = np.concatenate([figure.data[trace].x for trace in MARKS])
    told = {index for index, text in zip(price.x.tolist(), price.customdata, strict=True) if text}
    assert told == set(marked.tolist())


def test_colours_have_a_second_cue():
    styles = trace_styles(LIGHT)
    looks = [(styles[t]["marker"]["symbol"], styles[t]["marker"].get("angle")) for t in MARKS]
    assert len(set(looks)) == len(MARKS)
    figure = drawn(busy_part(50))
    up, down = (np.nanmax(figure.data[t].y) for t in (Trace.UP_BANDS, Trace.DOWN_BANDS))
    assert up > down


def test_bands_lie_behind_the_price_on_an_axis_of_their_own():
    figure = drawn(busy_part(50))
    assert tuple(figure.layout.yaxis.range) == (0, 1)
    assert figure.layout.yaxis2.overlaying == "y"
    assert figure.data[Trace.REALIZED].yaxis == "y2"
    assert {figure.data[t].yaxis for t in (Trace.UP_BANDS, Trace.DOWN_BANDS)} == {"y"}
    assert {trace.xaxis for trace in figure.data} == {None}, "all panels share one x-axis"


def test_a_large_stream_is_a_small_figure():
    figure = drawn(busy_part(300_000, share=0.3))
    assert len(figure.data[Trace.REALIZED].x) <= 3000
    assert MOST_MARKS / 3 < count_of_marks(figure) <= MOST_MARKS
    assert all(len(trace.x) <= 6000 for trace in figure.data)
    assert len(figure.to_json()) < 400_000


def test_marks_that_are_left_out_are_named():
    assert "marked: the largest outcomes of each stretch, of 2,000" in drawn(busy_part(2000)).layout.title.subtitle.text
    assert "marked" not in drawn(busy_part(1000)).layout.title.subtitle.text


def test_indices_travel_as_binary():
    spec = json.loads(drawn(busy_part(100)).to_json())
    for trace in spec["data"]:
        if trace["name"] not in ("Selected", "Scenarios", "Labels", "Warm-up", "Budget"):
            assert trace["x"]["dtype"] == "i4"
            assert "bdata" in trace["y"]


def test_indices_beyond_32_bits_stay_exact():
    figure = drawn(a_part([1.0, 2.0], first_index=2**40))
    assert figure.data[Trace.REALIZED].x.tolist() == [2.0**40, 2.0**40 + 1]


def test_the_title_says_what_came_of_the_stream():
    figure = drawn(a_part([5.0, 6.0, 5.5, 8.0, 7.0, 7.5], [1, 0, 0, 0, -1, 0]), name="eurusd")
    assert figure.layout.title.text == "<b>eurusd</b>   score +2.5"
    words = "1 resolved decision · 1 unresolved · win rate 100.0% · +2.5 each · horizon 3"
    assert figure.layout.title.subtitle.text == words


def test_a_name_is_not_taken_for_markup():
    figure = drawn(a_part([1.0, 2.0]), name='<a href="javascript:x">&' + "n" * 100)
    assert "<a" not in figure.layout.title.text
    assert "&lt;a href" in figure.layout.title.text
    assert len(figure.layout.title.text) < 150


def test_no_decisions_and_no_ticks():
    assert drawn(a_part([1.0, 2.0, 3.0])).layout.title.subtitle.text == "0 decisions · horizon 3"
    for nothing in (drawn(a_part([1.0, 2.0], [], complete=False)), drawn()):
        assert len(nothing.data) == len(Trace)
        assert all(not len(trace.x) for trace in nothing.data)


def test_an_interrupted_replay_says_so_and_is_drawn_as_far_as_it_went():
    figure = drawn(a_part([1.0, 2.0, 3.0, 4.0], [0, 1], complete=False))
    assert "interrupted" in figure.layout.title.subtitle.text
    assert figure.data[Trace.REALIZED].x.tolist() == [0, 1]


def test_the_warm_up_is_a_pale_line():
    figure = drawn(a_part([1.0, 2.0, 3.0, 4.0], warmup=2))
    assert figure.data[Trace.WARM_UP].x.tolist() == [0, 1, 2]
    assert figure.data[Trace.WARM_UP].line.color == EITHER.warm_up
    assert figure.data[Trace.REALIZED].x.tolist() == [2, 3]


class TestParts:
    low = a_part([10.0, 12.0, 11.0], [1, 0, 0])
    far = a_part([9000.0, 9002.0, 9001.0, 9003.0], first_index=4, part=1)
    near = a_part([11.0, 13.0, 12.0], first_index=4, part=1)

    def test_the_price_breaks_at_the_gap(self):
        y = drawn(self.low, self.near).data[Trace.REALIZED].y
        np.testing.assert_array_equal(y, [10, 12, 11, np.nan, 11, 13, 12])

    def test_one_part_has_no_buttons(self):
        assert len(drawn(self.low).layout.updatemenus) == 0

    def test_parts_that_lie_together_are_in_sight_together(self):
        figure = drawn(self.low, self.near)
        assert [button.label for button in figure.layout.updatemenus[0].buttons] == ["All parts", "Part 0", "Part 1"]
        assert figure.layout.updatemenus[0].active == 0
        assert figure.layout.yaxis2.range is None

    def test_parts_far_apart_open_on_the_one_with_decisions(self):
        figure = drawn(self.low, self.far)
        assert figure.layout.updatemenus[0].active == 1
        low, high = figure.layout.yaxis2.range
        assert low < 10 < 12 < high < 20
        assert figure.layout.xaxis.range[1] < 4

    def test_many_parts_are_chosen_from_a_list(self):
        parts = [a_part([1.0, 2.0], first_index=3 * i, part=i) for i in range(6)]
        assert drawn(*parts).layout.updatemenus[0].type == "dropdown"


class TestLatency:
    def test_the_budget_is_drawn_only_where_it_is_near(self):
        far, near = drawn(a_part([1.0, 2.0], latency_ms=0.5)), drawn(a_part([1.0, 2.0], latency_ms=[0.5, 8.0]))
        assert len(far.data[Trace.BUDGET].x) == 0
        assert near.data[Trace.BUDGET].y.tolist() == [20.0, 20.0]
        assert far.layout.annotations[LATENCY_CAPTION].text == "Latency, ms (log scale)"
        assert "dashed: the 20 allowed" in near.layout.annotations[LATENCY_CAPTION].text

    @pytest.mark.parametrize("latency_ms", [0.0, 0.001, 0.5, [0.3, 0.9], [0.0005, 700.0], [2000.0, 1.0]])
    def test_the_axis_holds_the_latencies_between_powers_of_ten(self, latency_ms):
        axis = drawn(a_part([1.0, 2.0], latency_ms=latency_ms)).layout.yaxis4
        low, high = axis.range
        seen = [each for each in np.atleast_1d(latency_ms) if each > 0]
        assert low < high
        assert all(10.0**low <= each <= 10.0**high for each in seen)
        assert len(axis.tickvals) <= 4

    def test_the_slowest_tick_is_never_thinned_away(self):
        latency_ms = np.full(50_000, 0.01)
        latency_ms[12_345] = 19.0
        figure = drawn(a_part(np.zeros(50_000), latency_ms=latency_ms))
        assert 12_345 in figure.data[Trace.LATENCY].x.tolist()


def test_a_trading_lag_shows_in_the_bands():
    lagging = ReplaySettings(horizon=3, with_trading_lag=True)
    figure = drawn(a_part(np.zeros(9), [1] + 8 * [0], settings=lagging))
    assert figure.data[Trace.UP_BANDS].x.max() == 4


def test_dark_and_light_style_the_same_things():
    light, dark = trace_styles(LIGHT), trace_styles(DARK)
    assert json.dumps(light).replace(" ", "") != json.dumps(dark).replace(" ", "")
    assert [sorted(style) for style in light.values()] == [sorted(style) for style in dark.values()]
    assert list(light) == list(Trace)


def test_nothing_is_sent_to_a_cloud():
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["displaylogo"] is False


def test_a_result_draws_its_streams():
    result = replayed({"a": [1, 2, 3, 2, 1, 2], "b": [3, 2, 1, 2, 3, 1]})
    assert "b" in result.figure("b").layout.title.text
    assert result.figure().data[Trace.REALIZED].y.tolist() == [1, 2, 3, 2, 1, 2]


def test_plotly_is_loaded_when_something_is_drawn_only():
    code = "import sys, midplot.views.pages._html; print({'plotly', 'pandas', 'ipywidgets'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


# Probes


class Probed:
    """Decides by a level that it keeps, and that a probe can see."""

    level = None
    far = float("nan")

    def tick_and_predict(self, x, horizon):
        self.far = 0.0 if self.level is None else x - self.level
        self.level = x if self.level is None else 0.9 * self.level + 0.1 * x
        return self.far


def probed(n=3000, **options):
    walk = 100 + np.random.default_rng(0).normal(size=n).cumsum()
    return replay(walk, infer=Probed, **{"probe": ["level", "far"], **options})


def test_each_probe_has_a_panel_of_its_own():
    result = probed()
    figure = result.figure()
    level, far = figure.data[len(Trace) :]
    assert (level.name, far.name) == ("level", "far")
    for trace in (level, far):
        known = result.probes(0)[trace.name]
        np.testing.assert_array_equal(trace.y, known[trace.x])
        assert 300 < len(trace.x) <= 800
    assert level.yaxis != far.yaxis
    assert figure.layout.xaxis.anchor == far.yaxis
    panels = [figure.layout[f"yaxis{n}"].domain for n in (2, 3, 4, 5, 6)]
    for above, below in itertools.pairwise(panels):
        assert above[1] > above[0] > below[1] > below[0] >= 0
    assert figure.layout.height > drawn(a_part([1.0, 2.0])).layout.height
    assert {"level", "far"} <= {each.text for each in figure.layout.annotations}


def test_warm_up_and_gaps_are_not_drawn_of_a_probe():
    result = replay(
        [[1.0, 2.0, 3.0, float("nan"), 5.0, 6.0]], infer=Probed, probe="level", start_index=1, warmup=1, horizon=1
    )
    (level,) = result.figure().data[len(Trace) :]
    np.testing.assert_allclose(level.y, [1.1, 1.29, np.nan, 5.0, 5.1])
    assert level.x.tolist() == [1, 2, 3, 4, 5]


def test_the_first_four_probes_are_drawn_and_odd_names_are_only_words():
    def _b_1(attacker):
        return attacker.level

    _b_1.__name__ = "<b>1</b>"
    figure = probed(50, probe=[_b_1, "level", "far", "level", "far"]).figure()
    assert len(figure.data) == len(Trace) + 4
    assert figure.data[len(Trace)].name == "&lt;b&gt;1&lt;/b&gt;"


def test_a_report_draws_probes_in_both_looks(tmp_path):
    page = probed(50).to_html(tmp_path / "report.html").read_text()
    assert '"added":200' in page
    assert page.count('"name": "level"') == 1 or page.count('"name":"level"') == 1
