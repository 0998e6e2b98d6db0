"""Pictures of the replay view, at three widths, light and dark: to be looked at, and for the README."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

SETUP = """
from midplot import load_streams, replay
from midplot.examples import MomentumAttacker
x_train, x_test = load_streams()
"""
REPLAY = (
    "result = replay(x_test, infer=MomentumAttacker, with_visualization=True, with_accounting_visualizer={accounts})"
)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [700, 1200, 1600])
def test_view(notebook, width, theme):
    page = notebook([SETUP, REPLAY.format(accounts=width > 1200)], width=width, height=1000, theme=theme)
    page.command("application:toggle-left-area")
    page.run(0)
    page.run(1)
    page.plot()
    page.page.get_by_label("Stream", exact=True).select_option("3")
    page.plot().wait_x_range(lambda _, high: 5300 < high < 6000)
    page.plot().click_x(2600)
    page.wait_python("result.selection is not None")
    page.page.get_by_role("button", name="Save the selection as UP").click()
    expect(page.page.locator(".midplot-scenario")).to_have_count(1)
    page.plot().click_x(3700)
    page.wait_python("result.selection.last == 3700")
    view = page.page.locator(".midplot-view")
    expect(view).to_have_attribute("data-dark", str(theme == "dark").lower())
    view.scroll_into_view_if_needed()
    page.page.mouse.move(0, 0)
    expect(page.page.locator(".hovertext")).to_have_count(0)
    box, port = view.bounding_box(), page.page.viewport_size
    assert box["width"] <= port["width"]
    page.screenshot(f"view-{width}-{theme}")
