"""A replay that is still running, seen and touched in a real JupyterLab."""

from __future__ import annotations

from time import perf_counter

from playwright.sync_api import expect

SETUP = """
from midplot import get_replay_result, replay
import threading
import numpy as np

gate = threading.Event()
reached = []

class Slow:
    "Decides up now and then, and waits at index 3000 until it is let on."
    def __init__(self):
        self.index = -1
    def tick_and_predict(self, x, horizon):
        self.index += 1
        if self.index % 20 == 0:
            gate.wait(0.004)
        if self.index == 3000:
            reached.append(True)
            gate.wait(600)
        return 1.0 if self.index % 100 == 0 else 0.0

prices = 1000 + np.round(np.cumsum(np.random.default_rng(0).normal(size=6000)) * 4) / 16
"""
REPLAY = "result = replay([prices], infer=Slow, with_visualization=True, with_accounting_visualizer=True, update_frequency=1)"
SELECTED = "(lambda s: None if s is None else [s.first, s.last])(get_replay_result().selection)"


def test_the_view_follows_a_running_replay(notebook):
    page = notebook([SETUP, REPLAY])
    page.run(0)
    page.start(1)
    page.plot()
    # The line grows and decisions appear while the cell is still running: seen in the page, not assumed.
    page.page.wait_for_function("harness.points([0, 'Realized'])[0].x.length > 500")
    assert page.busy
    page.page.wait_for_function(
        "harness.points([0, 'Up, profit'])[0].x.length + harness.points([0, 'Up, loss'])[0].x.length > 3"
    )
    expect(page.page.locator(".midplot-pace")).to_contain_text("ticks/s")
    page.screenshot("running")
    page.wait_python("reached")
    # A click is taken while the cell is running.
    page.plot().click_x(400)
    assert page.wait_python(SELECTED) == [351, 400]
    assert page.busy
    page.python("gate.set()", while_busy=True)
    page.wait_done()
    page.page.wait_for_function("harness.points([0, 'Realized'])[0].x.at(-1) === 5999")
    expect(page.page.locator(".midplot-progress progress")).to_be_hidden()
    assert page.python("[result.interrupted, result.n_ticks]") == [False, 6000]


def test_a_page_that_is_slow_to_load_plotly_gets_the_chart(notebook):
    # anywidget's timer is started by hand here, and plotly waits in its first line.
    gated = """
from midplot.examples import MomentumAttacker
from midplot.views.chart.live import _replay_figure

script = _replay_figure._plotly_script()
_replay_figure._plotly_script = lambda: "await new Promise((go) => (globalThis.loadPlotly = go));\\n" + script
"""
    page = notebook([SETUP + gated, "result = replay([prices], infer=MomentumAttacker, with_visualization=True)"])
    page.page.evaluate(
        """() => {
            const given = (globalThis.given = AbortSignal.timeout.bind(AbortSignal));
            globalThis.timers = [];
            globalThis.midplotPlotly?.clear(); // a page that has shown a chart before has plotly
            AbortSignal.timeout = () => { const timer = new AbortController(); timers.push(timer); return timer.signal; };
        }"""
    )
    page.run(0)
    page.run(1)
    expect(page.page.locator(".midplot-facts")).to_contain_text("decisions")
    page.page.wait_for_function("() => globalThis.loadPlotly")
    page.page.evaluate("timers.forEach((timer) => timer.abort()), AbortSignal.timeout = given")
    page.page.evaluate("loadPlotly()")
    assert page.plot().wait_trace("Realized", "x.at(-1) === 5999")


def test_an_interrupt_leaves_a_usable_partial_view(notebook):
    page = notebook([SETUP, REPLAY])
    page.run(0)
    page.start(1)
    page.plot()
    page.page.wait_for_function("harness.points([0, 'Realized'])[0].x.length > 500")
    page.interrupt()
    page.wait_done()
    assert page.errors(1) == []
    interrupted, n_ticks = page.python("[result.interrupted, result.n_ticks]")
    assert interrupted
    assert 500 < n_ticks < 6000
    page.page.wait_for_function(f"harness.points([0, 'Realized'])[0].x.at(-1) === {n_ticks - 1}")
    expect(page.page.locator(".midplot-facts")).to_contain_text("interrupted")
    page.plot().click_x(200)
    assert page.wait_python(SELECTED) == [151, 200]


def test_an_exception_of_the_attacker_leaves_a_usable_partial_view(notebook):
    broken = """
class Broken:
    n = 0
    def tick_and_predict(self, x, horizon):
        self.n += 1
        return 1 / (1500 - self.n)
result = replay([prices], infer=Broken, with_visualization=True)
"""
    page = notebook([SETUP, broken])
    page.run(0)
    page.run(1, may_fail=True)
    assert [error.name for error in page.errors(1)] == ["ZeroDivisionError"]
    page.plot()
    page.page.wait_for_function("harness.points([0, 'Realized'])[0].x.at(-1) === 1498")
    page.plot().click_x(700)
    assert page.wait_python(SELECTED) == [651, 700]


def test_a_million_points_are_zoomed_and_picked_to_the_point(notebook):
    setup = """
from midplot import get_replay_result, replay
import numpy as np
def infer(stream):
    yield
    for message in stream:
        yield 0.0
prices = 1000 + np.round(np.cumsum(np.random.default_rng(0).normal(size=1_000_000)) * 4) / 16
"""
    page = notebook([setup, "result = replay([prices], infer=infer, with_visualization=True)", "result.view()"])
    page.run(0)
    took = {}
    page.run(1)
    plot = page.plot()
    plot.wait_x_range(lambda _, high: high > 990_000)
    # A second view, so that the first figure of the page, which loads plotly, does not count.
    begun = perf_counter()
    page.run(2)
    plot = page.plot(1)
    plot.wait_x_range(lambda _, high: high > 990_000)
    took["view of 1,000,000 points, run to painted"] = perf_counter() - begun
    assert len(plot.trace_points("Realized")) <= 3100
    plot.drag_x(500_000, 520_000)
    plot.wait_x_range(lambda low, high: low > 480_000 and high < 540_000)
    page.page.wait_for_function(
        "harness.points([0, 'Realized'])[0].x.filter(x => x > 500000 && x < 520000).length > 1000"
    )
    low, high = plot.x_range()
    middle = round((low + high) / 2)
    plot.drag_x(middle - 150, middle + 150)
    plot.wait_x_range(lambda low, high: high - low < 1000)
    # Every point is drawn now: neighbours are neighbours.
    page.page.wait_for_function(f"[0, 1].every(i => harness.points([0, 'Realized'])[0].x.includes({middle} + i))")
    wanted = middle + 7
    begun = perf_counter()
    plot.click_x(wanted)
    plot.wait_points("Selected", 50)
    took["click to selection drawn"] = perf_counter() - begun
    first, last = page.wait_python(SELECTED)
    assert (first, last) == (wanted - 49, wanted)
    assert page.python(f"list(get_replay_result().selection.values) == prices[{first}:{last + 1}].tolist()")
    page.screenshot("a million")
    begun = perf_counter()
    plot.double_click()
    plot.wait_x_range(lambda _, high: high > 990_000)
    page.page.wait_for_function("harness.points([0, 'Realized'])[0].x.at(-1) === 999999")
    took["zoom out to refined"] = perf_counter() - begun
    print("\n" + "\n".join(f"{what}: {seconds:.3f} s" for what, seconds in took.items()))
