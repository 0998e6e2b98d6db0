"""The view beside what happens to it: a kernel that is gone, a page that is narrow, a screen that is low."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .test_replay_view import PROBED, SAVED, SELECTED, SETUP, press, saved_are, selected_is

REPLAY = "result = replay(x_test[:3], infer=MomentumAttacker, with_visualization=True, with_accounting_visualizer=True)"

# A laptop's screen, without what JupyterLab shows above and below a notebook.
ROOM_ON_A_SCREEN = 900 - 110

# Calls the page's listeners as a click does, and returns what the page has drawn before anything else could happen.
CLICK_AT_ONCE = """
() => {
  const area = document.querySelector(".nsewdrag");
  const { left, top, width, height } = area.getBoundingClientRect();
  const at = { clientX: left + width / 2, clientY: top + height / 2, button: 0, bubbles: true };
  for (const type of ["pointerdown", "pointerup"]) area.dispatchEvent(new PointerEvent(type, at));
  const box = document.querySelector(".midplot-overlay-window");
  return { drawn: document.querySelector(".midplot-view").dataset.drawn, visible: !box.hidden && box.offsetWidth > 0 };
}
"""

LABEL_AT_ONCE = """
() => {
  document.querySelector("[aria-label='Save the selection as UP']").click();
  const bracket = document.querySelector(".midplot-overlay-bracket");
  return { sign: bracket.textContent, visible: !bracket.hidden && bracket.offsetWidth > 0 };
}
"""


@pytest.fixture
def view(notebook):
    page = notebook([SETUP, REPLAY])
    page.run(0)
    page.run(1)
    page.plot()
    return page


def gone(view):
    return view.page.locator(".midplot-gone")


def test_the_page_draws_a_selection_and_a_label_before_the_kernel_has_answered(view):
    drawn = view.page.evaluate(CLICK_AT_ONCE)
    assert drawn["visible"]
    selected = view.wait_python(SELECTED)
    assert drawn["drawn"] == f"{selected[1]}-{selected[2]}"
    view.page.wait_for_function("document.querySelector('.midplot-overlay-window').hidden")  # the scene shows it now
    assert view.page.evaluate(LABEL_AT_ONCE) == {"sign": "▲", "visible": True}
    view.wait_python(saved_are(["UP", "stream_20", *selected[1:]]))
    view.page.wait_for_function("document.querySelector('.midplot-overlay-bracket').hidden")


def test_a_view_whose_kernel_is_gone_says_so_and_takes_no_label(view):
    view.plot().click_x(700)
    view.wait_python(selected_is([0, 651, 700]))
    view.page.evaluate("harness.kernel().restart()")
    expect(gone(view)).to_contain_text("The kernel is gone")
    expect(view.page.locator(".midplot-view")).to_have_attribute("data-gone", "true")
    view.page.keyboard.press("u")
    expect(view.page.locator(".midplot-overlay-bracket")).to_be_hidden()
    assert not (view.folder / "scenarios").exists()
    view.screenshot("kernel gone")
    # Run again, it lives.
    view.run(0)
    view.run(1)
    view.plot().click_x(700)
    view.wait_python(selected_is([0, 651, 700]))
    expect(gone(view)).to_be_hidden()
    press(view, "Save the selection as UP")
    view.wait_python(saved_are(["UP", "stream_20", 651, 700]))


def test_a_closed_view_is_gone_and_opens_again(notebook):
    page = notebook([SETUP, REPLAY, "result.view().close()", "result.view()"])
    page.run(0)
    page.run(1)
    page.plot()
    page.run(2)
    expect(page.page.locator(".midplot-controls")).to_have_count(0)
    page.run(3)
    page.plot().click_x(700)
    page.wait_python(selected_is([0, 651, 700]))
    assert page.python(SAVED) == []


@pytest.mark.parametrize("cells", [REPLAY, PROBED.replace("with_visualization=True", "with_visualization=True, "
                                                          "with_accounting_visualizer=True")])  # fmt: skip
def test_chart_and_label_buttons_fit_one_screen(notebook, cells):
    page = notebook([SETUP, cells])
    page.run(0)
    page.run(1)
    page.plot()
    top = page.page.locator(".midplot-view").first.bounding_box()["y"]
    label = page.page.get_by_role("button", name="Save the selection as UP").bounding_box()
    assert label["y"] + label["height"] - top <= ROOM_ON_A_SCREEN


def give(view, width):
    """Give the view itself a width, as a panel beside it does."""
    # The output would grow beyond a mere width.
    view.page.evaluate(
        """width => {
            const { style } = document.querySelector(".midplot-view").parentElement;
            style.width = style.maxWidth = `${width}px`;
        }""",
        width,
    )


@pytest.mark.parametrize("width", [340, 1600])
def test_the_chart_is_as_wide_as_the_view_whatever_its_width(view, width):
    give(view, width)
    view.page.wait_for_function(
        "() => { const c = document.querySelector('.js-plotly-plot'), v = document.querySelector('.midplot-view');"
        " return Math.abs(c._fullLayout.width - c.clientWidth) <= 2 && c.clientWidth <= v.clientWidth"
        " && v.scrollWidth <= v.clientWidth }"
    )
    for name in ("UP", "DOWN", "NOTHING"):
        box = view.page.get_by_role("button", name=f"Save the selection as {name}").bounding_box()
        outer = view.page.locator(".midplot-view").first.bounding_box()
        assert outer["x"] <= box["x"] <= box["x"] + box["width"] <= outer["x"] + outer["width"]
    view.screenshot(f"{width} wide")


# Whether the buttons that label, undo and redo are clear of each other, and each as wide as what is written in it.
BUTTONS_ARE_APART = """
() => {
  const buttons = [...document.querySelectorAll(".midplot-group-labels button")].filter((each) => each.offsetWidth);
  const boxes = buttons.map((each) => each.getBoundingClientRect());
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return buttons.length === 5 && buttons.every((each) => each.scrollWidth <= each.clientWidth)
    && !boxes.some((a, i) => boxes.some((b, j) => i < j && meet(a, b)));
}
"""

# Whether the legend is below the numbers of the x-axis, and inside the chart.
LEGEND_IS_BELOW = """
() => {
  const chart = document.querySelector(".js-plotly-plot");
  const [legend, ...ticks] = [...chart.querySelectorAll(".legend, .xtick text")]
    .sort((a, b) => b.matches(".legend") - a.matches(".legend"));
  if (!legend || !legend.matches(".legend") || !ticks.length) return false;
  const { top, bottom } = legend.getBoundingClientRect();
  return ticks.every((each) => each.getBoundingClientRect().bottom <= top + 1)
    && bottom <= chart.getBoundingClientRect().bottom + 1;
}
"""


# Whether the name of the first panel is right above it and right below what is above the chart, and the legend right below
# the numbers of the x-axis.
NO_STRIP_IS_EMPTY = """
() => {
  const chart = document.querySelector(".js-plotly-plot");
  const box = (node) => node.getBoundingClientRect();
  const [frame, name] = [box(chart), box(chart.querySelector(".annotation-text"))];
  const panel = Math.min(...[...chart.querySelectorAll(".nsewdrag")].map((each) => box(each).top));
  const lowest = Math.max(...[...chart.querySelectorAll(".xtick text")].map((each) => box(each).bottom));
  const legend = chart.querySelector(".legendtext");
  // Where it is too narrow for a legend, plotly keeps its room.
  const below = legend ? box(legend).top - lowest : 0;
  return name.top >= frame.top && name.top <= frame.top + 8 && name.bottom <= panel + 1 && below >= 0 && below <= 14;
}
"""


def test_at_any_width_the_accounts_show_three_streams_the_status_has_a_line_and_nothing_lies_over_anything(view):
    view.plot().click_x(700)
    view.wait_python(selected_is([0, 651, 700]))
    press(view, "Save the selection as UP")
    # The others contradict it now, which their buttons say with a sign that takes room.
    expect(view.page.locator(".midplot-group-labels .midplot-warned")).to_have_count(2)
    view.page.set_viewport_size({"width": 1800, "height": 1000})
    for width in (1300, 1050, 1000, 830, 800, 630, 620, 600, 560, 450, 340):
        give(view, width)
        view.page.wait_for_function(
            """width => {
                const [view, accounts, status] = ["view", "accounts", "status"].map((name) =>
                    document.querySelector(`.midplot-${name}`));
                const line = (row) => row.getBoundingClientRect();
                const rows = [...accounts.querySelectorAll("tbody tr")].slice(0, 3);
                return Math.abs(view.offsetWidth - width) <= 1 && accounts.scrollWidth <= accounts.clientWidth
                    && rows.length === 3
                    && rows.every((row) => line(row).bottom <= line(accounts.querySelector("tfoot tr")).top + 1)
                    && status.clientWidth >= 0.9 * view.clientWidth;
            }""",
            arg=width,
        )
        view.page.wait_for_function(BUTTONS_ARE_APART)
        view.page.wait_for_function(NO_STRIP_IS_EMPTY)
    # A view that is widened shows the legend again.
    give(view, 1300)
    view.page.wait_for_function(LEGEND_IS_BELOW)
    view.page.wait_for_function(NO_STRIP_IS_EMPTY)
    view.screenshot("widened")
