"""Labelling many windows in a row in a real JupyterLab: with keys alone, as fast as the page shows the next window."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

SETUP = """
import numpy as np
from midplot import DOWN, NOTHING, UP, load_scenarios, replay
from midplot.examples import MomentumAttacker
walk = 1000 + np.round(np.cumsum(np.random.default_rng(5).normal(size=3000)) * 16) / 16
streams = {"one": np.concatenate([walk[:900], [np.nan], 7000 + walk[900:]]), "two": walk[::-1].copy()}
windows = [(name, first, first + 49) for first in range(200, 1700, 300) for name in ("one", "two")]
"""
REPLAY = "result = replay(streams, infer=MomentumAttacker, with_visualization=True)"
SAVED = "sorted([s.label, s.selection.stream_name, s.selection.first] for s in load_scenarios().scenarios)"
WINDOWS = [(name, first) for first in range(200, 1700, 300) for name in ("one", "two")]


@pytest.fixture
def view(notebook):
    page = notebook([SETUP, REPLAY])
    page.run(0)
    page.run(1)
    page.plot()
    # Inside the window of "two" that is asked for second.
    page.python(
        "[result.select('two', 210, 220), result.save_selected(DOWN), result.view().label_windows(windows)] and 0"
    )
    expect(bar(page)).to_be_visible()
    # A press on the chart turns the keys on, and selects nothing.
    page.plot().click_x(210)
    expect(bar(page).locator(".midplot-review-keyless")).to_be_hidden()
    expect(page.page.locator(".midplot-status")).to_contain_text("label this one, skip it, or leave with Escape")
    assert page.python("[result.selection.first, result.selection.last]") == [200, 249]
    return page


def bar(view):
    return view.page.locator(".midplot-review")


def left(view, n: int) -> None:
    expect(bar(view).locator(".midplot-review-count")).to_have_text(f"{n} of {len(WINDOWS)} left")


def shown(view, first: int) -> None:
    """Wait until the chart ends at a window."""
    view.plot().wait_trace("Realized", f"x.at(-1) === {first + 49}")


def test_ten_keys_label_ten_windows_and_nothing_after_a_window_is_shown(view):
    expect(view.page.get_by_role("button", name="Save the selection as UP")).to_be_hidden()
    expect(view.page.get_by_label("Note", exact=True)).to_be_hidden()
    assert view.python("[result.selection.first, result.selection.last]") == [200, 249]
    keys = "uddnuddnuu"
    for n, key in enumerate(keys):
        shown(view, WINDOWS[n][1])
        low, high = view.plot().x_range()
        first = WINDOWS[n][1]
        part = 901 if WINDOWS[n][0] == "one" and first > 900 else 0
        assert (low, first + 49 < high < first + 65) == (max(part, first - 200) - 1, True)
        view.page.keyboard.press(key)
        if n < len(keys) - 1:
            left(view, len(WINDOWS) - n - 1)
    names = {"u": "UP", "d": "DOWN", "n": "NOTHING"}
    labels = [[names[key], *window] for key, window in zip(keys, WINDOWS, strict=True)]
    view.wait_python(f"{SAVED} == {sorted([*labels, ['DOWN', 'two', 210]])}")
    # After the last one the controls are back. "d d" was a label for each of two windows, and deleted no cell.
    expect(bar(view)).to_be_hidden()
    expect(view.page.locator(".midplot-status")).to_contain_text("10 windows seen: 4 UP, 4 DOWN, 2 NOTHING")
    expect(view.page.get_by_role("button", name="Save the selection as UP")).to_be_visible()
    assert len(view.cells()) == 2


def test_keys_answer_skip_go_back_leave_and_go_on(view):
    shown(view, 200)
    # Pressed five times before the next window is drawn, a key labels one.
    view.page.evaluate(
        """() => { for (let n = 0; n < 5; n++) document.activeElement.dispatchEvent(
             new KeyboardEvent("keydown", {key: "u", bubbles: true, composed: true})); }"""
    )
    left(view, 9)
    question = bar(view).locator(".midplot-review-question")
    for key, labels in [
        ("Escape", [["DOWN", "two", 210], ["UP", "one", 200]]),
        ("k", [["DOWN", "two", 210], ["UP", "one", 200], ["UP", "two", 200]]),
    ]:
        view.plot().wait_trace("Realized", "x.at(-1) === 249")
        view.page.keyboard.press("u")
        expect(question).to_contain_text("contradicts DOWN two 210-220")
        view.page.keyboard.press(key)
        expect(question).to_be_hidden()
        view.wait_python(f"{SAVED} == {labels}")
    left(view, 8)
    view.page.keyboard.press("s")
    shown(view, WINDOWS[3][1])
    view.page.keyboard.press("b")
    view.page.keyboard.press("b")
    expect(bar(view).locator(".midplot-review-before")).to_have_text("labelled UP")
    expect(bar(view).get_by_role("button", name="Label this window UP")).to_have_attribute("aria-pressed", "true")
    view.page.keyboard.press("n")
    expect(question).to_be_visible()
    view.page.keyboard.press("r")
    view.wait_python(f"{SAVED} == [['NOTHING', 'two', 200], ['UP', 'one', 200]]")
    expect(question).to_be_hidden()
    view.page.keyboard.press("Escape")
    expect(bar(view)).to_be_hidden()
    view.page.get_by_role("button", name="go on labelling (8 left)").click()
    expect(bar(view)).to_be_visible()
    # The button that entered the mode is gone, and the keys are on all the same.
    left(view, 8)
    shown(view, WINDOWS[2][1])
    view.page.keyboard.press("d")
    left(view, 7)
