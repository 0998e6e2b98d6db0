"""Lays out the notebooks as pages, with charts that respond to the mouse without a kernel.

The notebooks stay in their own folder; what is written here into `tutorial/` is a copy that git ignores. Nothing is run:
a page shows what its notebook was saved with.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Final

from sphinx.application import Sphinx

ORDER: Final = ("quickstarter", "scenarios", "debugging", "own_data", "mean_reversion", "regression")
"""The order of the tutorial; notebooks that are not listed come last."""

CHART: Final = "application/vnd.plotly.v1+json"
WIDGET: Final = "application/vnd.jupyter.widget-view+json"
VIEW: Final = "ReplayView("
"""The text of a live view in a notebook that was saved without its widgets."""

STILL: Final = 'class="midplot-still"'
"""What the picture of a live view begins with: an output of its own below the view."""

CHART_PAGE: Final = """\
<div class="midplot-chart" style="height: {height}px"><script type="application/json">{figure}</script></div>
"""
LIVE_VIEW: Final = """\
<p class="midplot-live">Here the notebook shows a live view. It needs a running kernel: <code>midplot lab</code>.</p>
"""
USUAL_HEIGHT: Final = 450


def setup(app: Sphinx) -> dict[str, bool]:
    """Copy the notebooks before Sphinx looks for pages, and give plotly.js to those with a chart."""
    app.connect("builder-inited", _lay_out)
    app.connect("source-read", _list_notebooks)
    app.connect("html-page-context", _give_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _lay_out(app: Sphinx) -> None:
    source, target = Path(app.srcdir).parent / "notebooks", Path(app.srcdir) / "tutorial"
    wanted = {path.name: page for path in sorted(source.glob("*.ipynb")) if (page := as_page(path.read_text("utf-8")))}
    for stale in target.glob("*.ipynb"):
        if stale.name not in wanted:
            stale.unlink()
    for name, page in wanted.items():
        _write_if_changed(target / name, page)
    if (source / "images").is_dir():
        shutil.copytree(source / "images", target / "images", dirs_exist_ok=True)


def _list_notebooks(app: Sphinx, page: str, content: list[str]) -> None:
    """Add a list of all notebooks to the first page of the tutorial."""
    if page != "tutorial/index":
        return
    names = {path.stem for path in (Path(app.srcdir) / "tutorial").glob("*.ipynb")}
    listed = [*(name for name in ORDER if name in names), *sorted(names.difference(ORDER))]
    content[0] += "\n".join(["\n```{toctree}", *listed, "```\n"])


def _write_if_changed(path: Path, text: str) -> None:
    # An unchanged page is not built again.
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def as_page(text: str) -> str | None:
    """Return a notebook's text as that of a page; None if the notebook is empty."""
    notebook: dict[str, Any] = json.loads(text)
    if not notebook["cells"]:
        return None
    notebook["metadata"].pop("widgets", None)
    notebook["metadata"]["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}  # which knows `!command`
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            # In the repository the notebooks lie beside docs/, as pages they lie in it.
            cell["source"] = "".join(cell["source"]).replace("](../docs/", "](../")
        drop_views(cell.get("outputs", []))
        for output in cell.get("outputs", ()):
            if "data" in output:
                output["data"] = as_shown(output["data"])
    return json.dumps(notebook, indent=1, ensure_ascii=False)


def drop_views(outputs: list[dict[str, Any]]) -> None:
    """Drop a live view from outputs if its picture is among those below it; without one, its place is named."""
    pictured = [STILL in "".join(output.get("data", {}).get("text/html", "")) for output in outputs]
    views = ["".join(output.get("data", {}).get("text/plain", "")).startswith(VIEW) for output in outputs]
    outputs[:] = [output for place, output in enumerate(outputs) if not (views[place] and any(pictured[place + 1 :]))]


def as_shown(data: dict[str, Any]) -> dict[str, Any]:
    """Return an output as it is shown on a page without a kernel."""
    if CHART in data:
        return {"text/html": chart_html(data[CHART])}
    is_view = "".join(data.get("text/plain", "")).startswith(VIEW)
    if WIDGET not in data and not is_view:
        return data
    still = {kind: shown for kind, shown in data.items() if kind.startswith("image/") or kind == "text/html"}
    return still or {"text/html": LIVE_VIEW}


def chart_html(figure: dict[str, Any]) -> str:
    """Return the place of a chart on a page, with its data, which `charts.js` draws."""
    height = figure.get("layout", {}).get("height") or USUAL_HEIGHT
    # Inside a script only an end tag can end it.
    return CHART_PAGE.format(height=height, figure=json.dumps(figure).replace("</", "<\\/"))


def _give_scripts(app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    if 'class="midplot-chart"' in context.get("body", ""):
        app.add_js_file("plotly.min.js", loading_method="defer")
        app.add_js_file("charts.js", loading_method="defer")
