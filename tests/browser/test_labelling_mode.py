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
windows = [(name, first, first + 49) for first in range(200, 2800, 300) for name in ("one", "two")]
"""
REPLAY = "result = replay(streams, infer=MomentumAttacker, with_visualization=True)"
ENTER = "result.view().label_windows(windows); None"

SAVED = "sorted([s.label, s.selection.stream_name, s.selection.first] for s in load_scenarios().scenarios)"
WINDOWS = [(name, first) for first in range(200, 2800, 300) for name in ("one", "two")]


@pytest.fixture
def view(notebook):
    page = notebook([SETUP, REPLAY])
    page.run(0)
    page.run(1)
    page.plot()
    return page


def bar(view):
    return view.page.locator(".midplot-review")


def enter(view) -> None:
    """Enter the mode from code, and turn the keys on as a person does: by a click on the chart."""
    view.python("[result._view.box.label_windows(windows)]")
    expect(bar(view)).to_be_visible()
    view.plot().click_x(210)
    expect(bar(view).locator(".midplot-review-keyless")).to_be_hidden()


def left(view, n: int) -> None:
    expect(bar(view).locator(".midplot-review-count")).to_have_text(f"{n} of {len(WINDOWS)} left")


def shown(view, first: int) -> None:
    """Wait until the chart ends at a window."""
    view.plot().wait_trace("Realized", f"x.at(-1) === {first + 49}")


def test_ten_keys_label_ten_windows_over_all_streams(view):
    enter(view)
    keys = "udnuddnuun"
    for n, key in enumerate(keys):
        shown(view, WINDOWS[n][1])
        view.page.keyboard.press(key)
        left(view, len(WINDOWS) - n - 1)
    names = {"u": "UP", "d": "DOWN", "n": "NOTHING"}
    expected = sorted([names[key], *window] for key, window in zip(keys, WINDOWS, strict=False))
    view.wait_python(f"{SAVED} == {expected}")
    # "d d" is a label for each of two windows here, and deletes no cell.
    assert len(view.cells()) == 2


def test_a_second_press_before_the_next_window_is_drawn_labels_nothing(view):
    enter(view)
    shown(view, 200)
    view.page.evaluate(
        """() => { for (let n = 0; n < 5; n++)
             document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "u", bubbles: true, composed: true})); }"""
    )
    left(view, len(WINDOWS) - 1)
    view.page.keyboard.press("s")
    shown(view, WINDOWS[2][1])
    assert view.python(SAVED) == [["UP", "one", 200]]


def test_only_the_window_and_its_past_are_shown_and_the_controls_give_way(view):
    enter(view)
    shown(view, 200)
    low, high = view.plot().x_range()
    assert low == max(0, 200 - 4 * 50) - 1
    assert 249 < high < 265
    for name in ("Up", "Down", "Scenarios"):
        assert not [x for n in view.plot().names() if n == name for x, _ in view.plot().trace_points(n)]
    expect(view.page.get_by_role("button", name="Save the selection as UP")).to_be_hidden()
    expect(view.page.get_by_label("Note", exact=True)).to_be_hidden()
    # A press on the chart turns keys on, and selects nothing.
    assert view.python("[result.selection.first, result.selection.last]") == [200, 249]


def test_skip_back_and_escape(view):
    enter(view)
    view.page.keyboard.press("u")
    left(view, len(WINDOWS) - 1)
    view.page.keyboard.press("s")
    view.page.keyboard.press("b")
    view.page.keyboard.press("b")
    expect(bar(view).locator(".midplot-review-before")).to_have_text("labelled UP")
    expect(bar(view).get_by_role("button", name="Label this window UP")).to_have_attribute("aria-pressed", "true")
    view.page.keyboard.press("d")
    view.wait_python(f"{SAVED} == [['DOWN', 'one', 200]]")
    view.page.keyboard.press("Escape")
    expect(bar(view)).to_be_hidden()
    expect(view.page.get_by_role("button", name="Save the selection as UP")).to_be_visible()
    view.page.get_by_role("button", name=f"go on labelling ({len(WINDOWS) - 1} left)").click()
    expect(bar(view)).to_be_visible()
    # The button that entered the mode is gone, and the keys are on all the same.
    view.page.keyboard.press("n")
    left(view, len(WINDOWS) - 2)


@pytest.mark.parametrize(
    ("key", "labels"),
    [
        ("r", [["UP", "one", 200]]),
        ("k", [["DOWN", "one", 210], ["UP", "one", 200]]),
        ("Escape", [["DOWN", "one", 210]]),
    ],
)
def test_a_contradiction_is_answered_with_a_key(view, key, labels):
    view.python("[result.select('one', 210, 220), result.save_selected(DOWN)] and None")
    enter(view)
    view.page.keyboard.press("u")
    question = bar(view).locator(".midplot-review-question")
    expect(question).to_contain_text("contradicts DOWN one 210-220")
    view.page.keyboard.press(key)
    expect(question).to_be_hidden()
    view.wait_python(f"{SAVED} == {labels}")
    left(view, len(WINDOWS) - (key != "Escape"))


def test_after_the_last_window_the_controls_are_back_with_a_summary(view):
    view.python("[result._view.box.label_windows(windows[:2])]")
    view.page.get_by_role("button", name="Label this window UP").click()
    expect(bar(view).locator(".midplot-review-count")).to_have_text("1 of 2 left")
    view.page.get_by_role("button", name="Label this window DOWN").click()
    expect(bar(view)).to_be_hidden()
    expect(view.page.locator(".midplot-status")).to_contain_text("2 windows seen: 1 UP, 1 DOWN")
