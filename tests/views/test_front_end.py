"""Front ends that are not here: Colab and marimo as stand-ins, and terminals, where only text is shown."""

from __future__ import annotations

import os
import subprocess
import sys
import types
import warnings

import numpy as np
import plotly.graph_objects as go
import pytest

from midplot import UP, check, compare, replay
from midplot.examples import MomentumAttacker
from midplot.views import _front_end
from midplot.views.panel._report_view import ReportView

PRICES = 1000 + np.cumsum(np.random.default_rng(8).normal(size=600))
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(autouse=True)
def _fresh(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _front_end._enable_in_colab.cache_clear()
    yield
    _front_end._enable_in_colab.cache_clear()


@pytest.fixture
def result():
    return replay({"one": PRICES, "two": PRICES[::-1].copy()}, infer=MomentumAttacker)


@pytest.fixture
def report(result):
    result.select("one", 300, 350)
    return check([result.save_selected(UP)], MomentumAttacker)[1]


@pytest.fixture
def comparison(result):
    return compare(result, replay({"one": PRICES, "two": PRICES[::-1].copy()}, infer=always_up))


def always_up(stream):
    yield
    for _ in stream:
        yield 1.0


# Colab


@pytest.fixture
def displayed(monkeypatch):
    """Return what a notebook would display besides the results of its cells."""
    shown = []
    monkeypatch.setattr("midplot.views.panel._box.in_notebook", lambda: True)
    monkeypatch.setattr("midplot.views.panel._show.in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
    return shown


def colab(monkeypatch, displayed=(), **functions):
    """Put a stand-in for Colab's package in place, which notes how much was displayed before it was told something."""
    told = []
    output = types.ModuleType("google.colab.output")
    for name, function in functions.items():
        setattr(output, name, function)
    if not functions:
        output.enable_custom_widget_manager = lambda: told.append(len(displayed))
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    return told


def test_colab_is_told_before_the_first_view_is_displayed_and_not_again(result, report, displayed, monkeypatch):
    told = colab(monkeypatch, displayed)
    result.view()._ipython_display_()
    # anywidget may tell it as well.
    assert told in ([0], [0, 0])
    before = list(told)
    ReportView(report).box._ipython_display_()
    result.view().close()
    result.view()._ipython_display_()
    assert told == before
    assert sum(isinstance(each, dict) and WIDGET in each for each in displayed) == 3


def test_colab_is_told_before_a_view_that_follows_a_replay(displayed, monkeypatch):
    told = colab(monkeypatch, displayed)
    monkeypatch.setattr("midplot.views.panel._show.show", lambda box: box._ipython_display_())
    replay([PRICES], infer=MomentumAttacker, with_visualization=True)
    assert told
    assert set(told) == {0}


def test_a_report_in_colab_is_displayed_and_not_the_result_of_the_cell(report, displayed, monkeypatch):
    with pytest.raises(NotImplementedError):
        ReportView(report).box._ipython_display_()
    colab(monkeypatch)
    ReportView(report).box._ipython_display_()
    assert WIDGET in displayed[0]


def fails(*_):
    raise ValueError("Unknown widgets version: 9")


@pytest.mark.parametrize(
    ("output", "why"),
    [
        ({"enable_custom_widget_manager": fails}, "ValueError: Unknown widgets version: 9"),
        ({"eval_js": print}, "AttributeError"),
        (None, "ModuleNotFoundError"),
    ],
    ids=["fails", "absent", "no module"],
)
def test_where_colab_cannot_be_told_it_says_what_to_do_and_the_replay_goes_on(displayed, monkeypatch, output, why):
    colab(monkeypatch, **(output or {"eval_js": print}))
    if output is None:
        monkeypatch.setitem(sys.modules, "google.colab.output", None)
    monkeypatch.setattr("midplot.views.panel._show.show", lambda box: box._ipython_display_())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = replay([PRICES], infer=MomentumAttacker, with_visualization=True)
    words = str(caught[0].message)
    assert words.startswith(f"Colab: the view may stay empty ({why}")
    assert "output.enable_custom_widget_manager()" in words
    assert result.ledger.state == "complete"


def test_elsewhere_nothing_is_told(result, displayed):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result.view()._ipython_display_()
    assert WIDGET in displayed[0]


# marimo


class Marimo(types.ModuleType):
    """What midplot uses of marimo."""

    def __init__(self, *, runs=True):
        super().__init__("marimo")
        self.running_in_notebook = lambda: runs
        self.appended = []
        self.output = types.SimpleNamespace(append=self.appended.append)

    class Html(str):
        """HTML that marimo shows as it is."""

    @staticmethod
    def vstack(parts):
        return tuple(parts)


@pytest.fixture
def marimo(monkeypatch):
    stand_in = Marimo()
    monkeypatch.setitem(sys.modules, "marimo", stand_in)
    return stand_in


def figures(shown):
    return [each for each in shown if isinstance(each, go.Figure)]


def text(shown):
    assert all(isinstance(each, go.Figure | Marimo.Html) for each in shown)
    return " ".join(each for each in shown if isinstance(each, str))


def test_marimo_shows_the_chart_of_a_view_and_how_to_label(result, marimo):
    box = result.view()
    box.go_to("two", 300)
    shown = box._display_()
    (figure,) = figures(shown)
    assert not isinstance(figure, go.FigureWidget)
    np.testing.assert_array_equal(figure.data[0].y[:3], PRICES[::-1][:3])
    assert "Jupyter" in text(shown)
    assert "result.save_selected(UP)" in text(shown)
    assert "another of the 2 streams" in text(shown)


def test_marimo_shows_the_cards_of_a_report_and_a_comparison(report, comparison, marimo):
    shown = ReportView(report).box._display_()
    assert report._repr_html_() in shown
    shown = comparison.show()._display_()
    assert len(figures(shown)) == 1
    assert "midplot-comparison-sentence" in text(shown)


@pytest.mark.parametrize(
    ("options", "n_charts", "n_cards"),
    [
        ({"with_visualization": True}, 1, 0),
        ({"with_accounting_visualizer": True}, 0, 1),
        ({"with_visualization": True, "with_accounting_visualizer": True}, 1, 1),
        ({}, 0, 0),
    ],
)
def test_a_replay_in_marimo_adds_its_chart_to_the_cell_when_it_ends(marimo, options, n_charts, n_cards):
    result = replay([PRICES, PRICES], infer=MomentumAttacker, **options)
    assert len(marimo.appended) == bool(options)
    for shown in marimo.appended:
        assert len(figures(shown)) == n_charts
        assert text(shown).count('class="midplot-card"') == n_cards
    assert result.ledger.state == "complete"


def test_a_replay_that_marimo_cannot_show_is_replayed_all_the_same(marimo):
    marimo.output.append = fails
    with pytest.warns(UserWarning, match="Unknown widgets version"):
        result = replay([PRICES], infer=MomentumAttacker, with_visualization=True)
    assert result.ledger.state == "complete"


def test_a_script_that_has_loaded_marimo_is_a_script(monkeypatch):
    stand_in = Marimo(runs=False)
    monkeypatch.setitem(sys.modules, "marimo", stand_in)
    replay([PRICES], infer=MomentumAttacker, with_visualization=True)
    assert stand_in.appended == []


# Terminals and scripts


def test_outside_a_notebook_a_view_says_in_words_what_it_shows_and_what_to_do(result, report, comparison):
    for box, words, page in (
        (result.view(), "ReplayView(2 streams)", 'result.to_html("report.html")'),
        (ReportView(report).box, str(report), 'report.to_html("check.html")'),
        (comparison.show(), comparison.summary()[0], 'comparison.to_html("comparison.html")'),
    ):
        shown = box._repr_mimebundle_()["text/plain"]
        assert shown == repr(box)
        assert shown.startswith(words)
        assert "It is shown in Jupyter" in shown
        assert page in shown


def test_in_a_notebook_it_says_no_more_than_before(result, displayed):
    assert repr(result.view()).startswith("ReplayView(2 streams). Show it with display(view)")
    result.view()._ipython_display_()
    assert displayed[0]["text/plain"] == "ReplayView(2 streams)"


TERMINAL = """
from midplot import UP, check, load_scenarios, replay
from midplot.examples import MomentumAttacker
result = replay({"one": [100.0 + (i * 37 % 101) / 10 for i in range(400)]}, infer=MomentumAttacker, with_visualization=True)
result
result.view()
_ = result.select("one", 300, 350); saved = result.save_selected(UP)
check([saved], MomentumAttacker)[1]
check([saved], MomentumAttacker)[1].show()
"""


def test_an_ipython_terminal_shows_all_of_it_as_text(tmp_path):
    """A real terminal of IPython, fed by a pipe: each line is a cell."""
    run = subprocess.run(
        [sys.executable, "-m", "IPython", "--simple-prompt", "--colors=NoColor", "--no-banner", "--no-confirm-exit"],
        input=TERMINAL + "exit\n",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "IPYTHONDIR": str(tmp_path)},
        check=True,
    )
    said = run.stdout
    for words in (
        "ReplayResults\n  score",
        "ReplayView(1 stream)\nIt is shown in Jupyter",
        "CheckReport: Success:",
        "to_html",
    ):
        assert words in said, said
    assert "Traceback" not in said + run.stderr
    assert "FigureWidget" not in said
    assert list((tmp_path / "scenarios").glob("up_one_*.json"))
