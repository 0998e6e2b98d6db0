"""Run All of every notebook that `midplot lab` lays out, in a real JupyterLab: no error, and every chart is painted."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from midplot.cli._lab import lay_out, notebooks_folder

NAMES = sorted(path.stem for path in notebooks_folder().glob("*.ipynb"))
MINUTE = 60
DRAWS = re.compile(r"with_visualization=True|\.figure\(")
"""What in a cell's source draws one chart."""

SHORT = 0.5
"""Seconds to wait for what will never come."""


@pytest.fixture(scope="module")
def folder(jupyter_lab):
    """Return a user's folder with the notebooks, laid out as `midplot lab` does it."""
    folder = jupyter_lab.root / "midplot-lab"
    lay_out(notebooks_folder(), folder)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_through_with_its_charts_painted(notebook, folder, name):
    page = notebook.open(folder / f"{name}.ipynb")
    page.run_all(timeout=MINUTE)
    cells = page.cells()
    counts = [cell.count for cell in cells if cell.kind == "code"]
    assert counts == list(range(1, len(counts) + 1))
    for index, cell in enumerate(cells):
        if cell.kind == "code":
            page.wait_drawn(index, charts=len(DRAWS.findall(cell.source)))


def test_it_is_known_which_cells_draw(folder):
    charts = {name: len(DRAWS.findall((folder / f"{name}.ipynb").read_text("utf-8"))) for name in NAMES}
    assert charts["quickstarter"] >= 3
    assert charts["scenarios"] >= 1


# What these tests look at can fail


def test_an_error_is_told_and_what_follows_is_not_run(notebook):
    page = notebook(["'fine'", "1 / 0", "'never'"])
    with pytest.raises(AssertionError, match=r"cell 1 failed:[\s\S]*ZeroDivisionError"):
        page.run_all(timeout=MINUTE)
    assert [cell.count for cell in page.cells()] == [1, 2, None]


def test_a_notebook_that_takes_too_long_is_told(notebook):
    page = notebook(["import threading\nthreading.Event().wait()"])
    with pytest.raises(PlaywrightTimeout):
        page.run_all(timeout=SHORT)


GONE = """
from IPython.display import display
view = {"model_id": "gone", "version_major": 2, "version_minor": 0}
display({"application/vnd.jupyter.widget-view+json": view, "text/plain": "ReplayView(1 stream)"}, raw=True)
"""
PAINTED = "import plotly.graph_objects as go\ngo.FigureWidget(go.Scatter(y=[1, 3, 2] * 40))"


def test_a_chart_that_is_not_painted_is_told(notebook):
    page = notebook([PAINTED, "go.FigureWidget(go.Scatter(y=[]))", GONE, "'ReplayView(1 stream)'"])
    page.run_all(timeout=MINUTE)
    page.wait_drawn(0, charts=1)
    for index, told in enumerate(["'charts': [False]", "'seen': False", "there is []"], start=1):
        with pytest.raises(AssertionError, match=rf"cell {index}: 1 charts were to be painted.*{re.escape(told)}"):
            page.wait_drawn(index, charts=1, timeout=SHORT)
