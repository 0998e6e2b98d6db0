"""Run All of the quickstarter, as `midplot lab` lays it out, in a real JupyterLab: no error, and every chart is painted.

The other notebooks are run by nbval: a browser would run them a second time, and draws what it draws here.
"""

from __future__ import annotations

import re

from midplot.cli._lab import lay_out, notebooks_folder

MINUTE = 60
DRAWS = re.compile(r"with_visualization=True|\.figure\(")
"""What in a cell's source draws one chart."""


def test_the_quickstarter_runs_through_with_its_charts_painted(notebook, jupyter_lab):
    folder = jupyter_lab.root / "midplot-lab"
    lay_out(notebooks_folder(), folder)
    page = notebook.open(folder / "quickstarter.ipynb")
    page.run_all(timeout=MINUTE)
    cells = page.cells()
    counts = [cell.count for cell in cells if cell.kind == "code"]
    assert counts == list(range(1, len(counts) + 1))
    charts = {index: len(DRAWS.findall(cell.source)) for index, cell in enumerate(cells) if cell.kind == "code"}
    assert sum(charts.values()) >= 3
    for index, n in charts.items():
        page.wait_drawn(index, charts=n)
