"""Pictures of the view in each front end of Jupyter, with a label just saved: for the page on where it runs."""

from __future__ import annotations

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.front_ends import FRONT_ENDS
from tests.browser.open_notebook import written
from tests.browser.tab import ARTEFACTS

CELLS = [
    """\
from midplot import load_streams, replay
from midplot.examples import MomentumAttacker
x_train, x_test = load_streams()""",
    'result = replay(x_test, only_stream_ids="stream_23", infer=MomentumAttacker, with_visualization=True)',
]
COLOURS = 96
"""A picture of lines and text needs no more, and is a third as large with these."""


@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=lambda each: each.name)
def test_a_label_saved(front_end, notebook):
    notebook.server.set_theme("light")
    tab = front_end.open(notebook, written(CELLS, notebook.server.root))
    tab.page.set_viewport_size({"width": 1100, "height": 960})
    view = tab.page.locator(".midplot-view")
    expect(view).to_have_attribute("data-acts", "ready")
    tab.plot().click_x(369)
    expect(view.locator(".midplot-status")).to_contain_text("320 – 369")
    tab.page.keyboard.press("u")
    expect(view.locator(".midplot-status")).to_contain_text("saved UP")
    # The status line names the file. What follows does not, and shows no folder of this machine.
    tab.page.keyboard.press("ArrowRight")
    expect(view.locator(".midplot-status")).to_contain_text("321 – 370")
    view.locator(".midplot-header").evaluate(
        "header => header.closest('.midplot-view').scrollIntoView({ block: 'end' })"
    )
    tab.page.mouse.move(0, 0)
    expect(tab.page.locator(".hovertext")).to_have_count(0)
    taken = tab.screenshot("taken")
    small = Image.open(taken).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(ARTEFACTS / f"runs-in-{front_end.name.lower().replace(' ', '-')}.png", optimize=True)
