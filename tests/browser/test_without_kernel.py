"""A view whose kernel is gone: in a notebook opened again, trusted or not, and in an exported page, one picture is to be seen."""

from __future__ import annotations

import json
import re

import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import expect

CELL = """
from midplot import UP, replay


def trend(stream):
    yield
    for message in stream:
        yield 1.0 if message["x"] % 7 < 2 else 0.0


prices = [100 + (i * 37 % 101) / 10 + i / 50 for i in range(900)]
print("before")
result = replay({"rise": prices}, 10, 0.25, infer=trend, with_visualization=True)
print("after")
"""
VIEWS = ".midplot-view"
STILLS = ".midplot-still img"
COMPLAINTS = ("Error displaying", "not found", "Loading widget")


def seen_alone(page):
    """Assert that one picture is to be seen, painted, and no view or complaint beside it."""
    picture = page.locator(STILLS)
    expect(picture).to_have_count(1)
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 900
    expect(page.locator(VIEWS)).to_have_count(0)
    assert "rise · score" in picture.get_attribute("alt")
    for words in COMPLAINTS:
        expect(page.get_by_text(words).filter(visible=True)).to_have_count(0)


@pytest.fixture
def saved(notebook):
    """Return a notebook that was run and saved, with its live view on the page."""
    nb = notebook([CELL])
    nb.run(0)
    expect(nb.page.locator(VIEWS)).to_be_visible()
    # The view's picture is an output too, but not to be seen beside it.
    expect(nb.page.locator(STILLS)).to_have_count(1)
    expect(nb.page.locator(STILLS)).to_be_hidden()
    nb.command("docmanager:save")
    return nb


def test_a_notebook_opened_again_shows_the_picture_and_a_new_run_the_view(saved, jupyter_lab):
    saved.plot().click_x(400)
    saved.wait_python("result.selection is not None")
    saved.page.get_by_role("button", name="Save the selection as UP").click()
    # What a person has labelled since is in the picture as well.
    expect(saved.page.locator(STILLS)).to_have_attribute("alt", re.compile(r"1 saved label: 1 UP\."))
    expect(saved.page.locator(STILLS)).to_be_hidden()
    saved.command("docmanager:save")
    reopen(saved, jupyter_lab)
    seen_alone(saved.page)
    saved.screenshot("fresh-kernel")
    saved.run(0)
    expect(saved.page.locator(VIEWS)).to_be_visible()
    expect(saved.page.locator(STILLS)).to_be_hidden()
    saved.python("result.view().close()")
    seen_alone(saved.page)


def reopen(nb, server):
    """Open a notebook again as if on another day: with a kernel that knows nothing."""
    path = nb.folder / "notebook.ipynb"
    nb.page.evaluate("harness.closeAll()")
    server.shut_down_kernels()
    server.start_kernel(path)
    nb.page.evaluate("path => harness.open(path)", server.path(path))
    nb.wait_ready()


def test_the_file_shows_the_picture_to_others(saved, jupyter_lab, open_tab, tmp_path):
    file = saved.folder / "notebook.ipynb"
    # No scripts of other sites: the page has to do without.
    text, _ = HTMLExporter(template_name="lab", require_js_url="", mathjax_url="").from_filename(str(file))
    exported = open_tab(width=1200, height=1000, theme="light")
    (tmp_path / "exported.html").write_text(text, encoding="utf-8")
    exported.open_file(tmp_path / "exported.html")
    seen_alone(exported.page)
    exported.screenshot("exported")

    document = json.loads(file.read_text())
    # Neither trusted, since nobody here has signed it, nor with a kernel that is known here.
    document["metadata"]["kernelspec"] = {"name": "elsewhere", "display_name": "Elsewhere"}
    theirs = saved.folder / "theirs.ipynb"
    theirs.write_text(json.dumps(document))
    tab = open_tab(width=1200, height=1000, theme="light")
    tab.page.goto(jupyter_lab.page_url(theirs, "lab"))
    # JupyterLab asks for a kernel at a moment of its own, or does not ask; the picture is there either way.
    seen_alone(tab.page)
    tab.screenshot("not-trusted")
