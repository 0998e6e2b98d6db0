"""The view in each front end of Jupyter: shown in its colours, clicked, and a label saved by a key that the page does not get."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from .front_ends import FRONT_ENDS
from .open_notebook import written

CELLS = [
    """
from midplot import replay


def trend(stream):
    yield
    for message in stream:
        yield 1.0 if message["x"] % 7 < 2 else 0.0


prices = [100 + (i * 37 % 101) / 10 + i / 50 for i in range(900)]
""",
    'result = replay({"rise": prices}, 10, 0.25, infer=trend, with_visualization=True)',
    "result",
]

# Whether the background that is seen around an element is dark.
IS_DARK = """
(element) => {
  for (let each = element.parentElement; each; each = each.parentElement) {
    const [red, green, blue, alpha = 1] = getComputedStyle(each).backgroundColor.match(/[\\d.]+/g).map(Number);
    if (alpha > 0.5) return red + green + blue < 380;
  }
  return false;
}
"""


# All other browser tests are of JupyterLab.
@pytest.mark.parametrize("front_end", FRONT_ENDS[1:], ids=lambda each: each.name)
def test_a_click_selects_and_a_key_saves_a_label(front_end, notebook):
    path = written(CELLS, notebook.server.root)
    tab = front_end.open(notebook, path)
    view = tab.page.locator(".midplot-view")
    expect(view).to_have_attribute("data-acts", "ready")
    plot = tab.plot()
    card = tab.page.locator(".midplot-card")
    expect(card).to_be_visible()
    status = view.locator(".midplot-status")
    n_cells = tab.page.locator(front_end.cells).count()

    plot.click_x(400)
    expect(status).to_contain_text("351 – 400")
    assert len(plot.wait_points("Selected", 50)) == 50
    expect(view.locator(".midplot-keys")).to_contain_text("U up")
    tab.page.keyboard.press("u")
    expect(status).to_contain_text("saved UP rise 351-400")
    (saved,) = (path.parent / "scenarios").glob("*.json")
    # Where it was saved is there to be read in full: in Voila, nobody sees a folder.
    expect(status).to_contain_text(f"…/scenarios/{saved.name}")
    expect(status).to_have_attribute("title", re.compile(re.escape(str(saved))))
    selection = json.loads(saved.read_text())["selection"]
    assert (selection["first"], selection["last"]) == (351, 400)

    # Twice d deletes the cell in most front ends. Here it is DOWN, which contradicts what was saved.
    tab.page.keyboard.press("d")
    tab.page.keyboard.press("d")
    expect(view.locator(".midplot-question")).to_be_visible()
    assert tab.page.locator(front_end.cells).count() == n_cells

    tab.page.keyboard.press("Escape")
    view.get_by_role("button", name="label in a row").click()
    review = view.locator(".midplot-review")
    expect(review).to_be_visible()
    count = review.locator(".midplot-review-count")
    before = count.inner_text()
    tab.page.keyboard.press("n")
    expect(count).not_to_have_text(before)
    tab.page.keyboard.press("Escape")
    expect(review).to_be_hidden()
    assert len(list(saved.parent.glob("nothing_*.json"))) == 1

    box = view.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1300
    is_dark = view.evaluate(IS_DARK)
    expect(view).to_have_attribute("data-dark", str(is_dark).lower())
    assert [each.locator("> *").first.evaluate(IS_DARK) for each in (view, card)] == [is_dark, is_dark]
    tab.screenshot("view")
