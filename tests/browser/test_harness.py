"""The harness itself: it clicks, asks, waits and complains as the tests that rely on it expect."""

import math
import sys

import pytest

from . import server
from .chromium import chromium_path

FIGURE = """
import ipywidgets
import plotly.graph_objects as go

figure = go.FigureWidget(
    go.Scatter(x=list(range(200)), y=[i % 7 if i != 50 else None for i in range(200)], name="price"),
    layout=dict(hovermode="x", hoverdistance=-1, dragmode="zoom", height=400),
)
picked = []
figure.data[0].on_click(lambda trace, points, state: picked.extend(points.point_inds))
ipywidgets.VBox([figure])
"""
LONG = """
import threading

gate = threading.Event()
started = True
gate.wait()
"""


def test_python_returns_values_of_the_kernel_and_leaves_no_trace(notebook):
    nb = notebook(["import numpy as np\na = np.arange(3)", "[_i1, len(In)]"])
    nb.run(0)
    assert nb.python("{'a': a, 'mean': a.mean(), 'text': 'ü\\n', 'nan': float('nan')}") == {
        "a": [0, 1, 2],
        "mean": 1.0,
        "text": "ü\n",
        "nan": pytest.approx(math.nan, nan_ok=True),
    }
    with pytest.raises(RuntimeError, match=r"a \+ missing: [\s\S]*NameError: name 'missing' is not defined"):
        nb.python("a + missing")
    nb.run(1)
    assert nb.output_text(1) == r"['import numpy as np\na = np.arange(3)', 3]"
    with pytest.raises(AssertionError, match=r"never true: a\.sum\(\) > 3\. In the end: False"):
        nb.wait_python("a.sum() > 3", timeout=0.3)


def test_a_failing_cell_is_seen(notebook):
    nb = notebook(["1 / 0", "'fine'"])
    with pytest.raises(AssertionError, match=r"cell 0 failed:[\s\S]*ZeroDivisionError: division by zero"):
        nb.run(0)
    nb.run(0, may_fail=True)
    assert [(error.name, error.message) for error in nb.errors(0)] == [("ZeroDivisionError", "division by zero")]
    assert "1 / 0" in nb.errors(0)[0].traceback
    nb.run(1)
    assert nb.errors(1) == []


def test_a_running_cell_is_asked_and_interrupted(notebook):
    nb = notebook([LONG, "'next'"])
    nb.start(0)
    assert nb.wait_python("started") is True
    assert nb.busy
    assert nb.python("gate.is_set()", while_busy=True) is False
    nb.interrupt()
    nb.wait_done()
    assert not nb.busy
    assert [error.name for error in nb.errors(0)] == ["KeyboardInterrupt"]
    nb.run(1)
    assert nb.output_text(1) == "'next'"
    nb.restart()
    assert nb.python("'started' in globals()") is False
    nb.start(0)
    assert nb.wait_python("started") is True
    nb.python("gate.set()", while_busy=True)
    nb.wait_done()
    assert nb.errors(0) == []


@pytest.mark.parametrize("interface", ["lab", "notebook"])
def test_a_chart_is_painted_touched_and_read(notebook, interface):
    nb = notebook([FIGURE], interface=interface, width=1000)
    nb.run(0)
    plot = nb.plot()
    points = plot.trace_points("price")
    assert (len(points), points[120]) == (200, (120.0, 1.0))
    assert math.isnan(points[50][1])

    plot.click_x(120)
    assert nb.wait_python("picked") == [120]
    plot.click_x(30)
    assert nb.wait_python("len(picked) > 1 and picked") == [120, 30]

    before = plot.paints
    plot.drag_x(40, 80)
    assert nb.wait_python("figure.layout.xaxis.range") == pytest.approx(plot.x_range())
    assert plot.wait_painted(after=before) > before
    assert plot.x_range() == pytest.approx((40, 80), abs=1)
    plot.double_click()
    plot.wait_x_range(lambda low, high: low < 1 and high > 198)

    nb.python("figure.data[0].update(x=[1, 2], y=[3, 4]) and None")
    assert plot.wait_points("price", 2) == [(1, 3), (2, 4)]
    with pytest.raises(LookupError, match=r"trace 'prise': 0 of that name\. Choose from price\."):
        plot.trace_points("prise")
    assert nb.screenshot(interface).stat().st_size > 10_000


@pytest.mark.parametrize("interface", ["lab", "notebook"])
def test_a_reload_keeps_the_kernel_and_paints_again(notebook, interface):
    nb = notebook([FIGURE], interface=interface, theme="dark")
    nb.run(0)
    nb.plot()
    nb.reload()
    assert len(nb.plot().trace_points("price")) == 200
    nb.plot().click_x(7)
    assert nb.wait_python("picked") == [7]
    assert nb.page.evaluate("document.body.dataset.jpThemeLight") == "false"
    nb.screenshot("dark")


def test_each_notebook_has_its_folder_kernel_and_theme(notebook):
    first, second = notebook(["mine = 1"]), notebook(["mine = 2"])
    first.run(0)
    second.run(0)
    assert (first.python("mine"), second.python("mine")) == (1, 2)
    assert first.python("__import__('os').getcwd()") == str(first.folder)
    assert first.folder != second.folder
    assert [path.name for path in second.folder.iterdir() if not path.name.startswith(".")] == ["notebook.ipynb"]
    assert second.page.evaluate("document.body.dataset.jpThemeLight") == "true"


def test_what_is_asked_for_off_site_is_refused_and_told(open_tab):
    tab = open_tab()
    tab.page.goto("about:blank")
    for url in ("https://example.org/a.js", "http://192.0.2.1/b", "http://127.0.0.1.example.org/c"):
        refused = tab.page.evaluate("url => fetch(url).then(() => 'answered', () => 'refused')", url)
        assert refused == "refused"
    tab.page.evaluate("new Promise(end => (new WebSocket('wss://example.org/d').onclose = () => end()))")
    asked = ["https://example.org/a.js", "http://192.0.2.1/b", "http://127.0.0.1.example.org/c", "wss://example.org/d"]
    assert tab.offsite == asked
    assert open_tab.complaints() == [f"asked for {url}" for url in asked]
    tab.offsite.clear()


def test_a_file_may_not_ask_for_its_neighbours(open_tab, tmp_path):
    (tmp_path / "other.js").write_text("window.loaded = true")
    (tmp_path / "page.html").write_text("<!doctype html><p>words</p><script src='other.js'></script>")
    tab = open_tab()
    tab.open_file(tmp_path / "page.html")
    assert tab.page.inner_text("p") == "words"
    assert tab.complaints() == [f"asked for {(tmp_path / 'other.js').as_uri()}"]
    tab.offsite.clear()


def test_uncaught_errors_of_a_page_are_told_unless_they_are_expected(open_tab):
    tab = open_tab()
    tab.page.goto("about:blank")
    with tab.page.expect_event("pageerror"):
        tab.page.evaluate("() => { setTimeout(() => { throw new Error('oh no') }) }")
    assert "oh no" in tab.complaints()[0]
    tab.allowed_errors.append("oh (no|yes)")
    assert open_tab.complaints() == []


def test_the_named_chromium_is_taken_and_a_missing_one_is_a_failure(monkeypatch, tmp_path):
    program = tmp_path / "mine"
    monkeypatch.setenv("MIDPLOT_CHROMIUM", str(program))
    with pytest.raises(pytest.fail.Exception, match=rf"found no {program}\. Install it \(.*apt install chromium"):
        chromium_path()
    program.touch(0o755)
    assert chromium_path() == str(program)


def test_a_server_that_does_not_start_shows_its_log(monkeypatch, tmp_path):
    monkeypatch.setattr(server, "_command", lambda *_: [sys.executable, "-c", "print('no luck today')"])
    failing = server.JupyterServer(tmp_path)
    with pytest.raises(RuntimeError, match=r"JupyterLab: did not start\. It said:\nno luck today"):
        failing.wait_until_it_runs()
    failing.stop()


def test_these_tests_are_marked(request):
    assert "browser" in {mark.name for mark in request.node.iter_markers()}
