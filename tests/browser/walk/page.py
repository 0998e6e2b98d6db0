"""Touches the replay view in its page as a person does. With look.js, which reads it, the only place with its selectors."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator

from ..notebook_page import NotebookPage

_LOOK = (Path(__file__).parent / "look.js").read_text()
_AT_ONCE = 3_000
"""Milliseconds in which a button that is there can be pressed: one that cannot by then is covered or never still."""

_WINDOW = re.compile(r"(\d+) to (\d+)")

Window = tuple[int, int]


class ViewPage:
    """The replay view of a notebook.

    Parameters
    ----------
    notebook
        Where it is. Its second cell runs the replay.
    """

    def __init__(self, notebook: NotebookPage) -> None:
        self.notebook = notebook
        self.page = notebook.page

    @property
    def view(self) -> Locator:
        """The view's element."""
        return self.page.locator(".midplot-view").first

    # Reading

    def look(self) -> None:
        """Put look.js into the page, now and after each reload."""
        self.page.add_init_script(_LOOK)
        self.page.evaluate(f"() => {{ {_LOOK} }}")

    def picture(self) -> dict[str, Any] | None:
        """Return what look.js finds in the page; None where there is no chart."""
        found: dict[str, Any] | None = self.page.evaluate("walk.picture()")
        return found

    def settled(self, *, scene: int | None, frames: int, seconds: float) -> str:
        """Wait until nothing moves for some frames; return what was in the way, or an empty text."""
        obstacle: str = self.page.evaluate("question => walk.settled(question)", [frames, seconds, scene])
        return obstacle

    def heap(self) -> int:
        """Return the size of the page's JavaScript heap in bytes, after what is not used any more was collected."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("HeapProfiler.collectGarbage")
        size = int(session.send("Runtime.getHeapUsage")["usedSize"])
        session.detach()
        return size

    # The chart

    def _place(self, across: float) -> tuple[float, float]:
        self.page.locator(".midplot-view .js-plotly-plot").first.scroll_into_view_if_needed(timeout=_AT_ONCE)
        panel = self.page.evaluate("walk.panel()")
        return panel["left"] + across * panel["width"], panel["top"] + 0.4 * panel["height"]

    def _calm(self) -> None:
        """Wait until the next press cannot be taken for the second half of a double click."""
        self.page.wait_for_function("() => harness.calm(0)")

    def click(self, across: float, *, shift: bool = False) -> None:
        """Click in the panel with the price, at a fraction of its width."""
        at = self._place(across)
        self._calm()
        self.page.mouse.move(*at)
        if shift:
            self.page.keyboard.down("Shift")
        self.page.mouse.click(*at)
        if shift:
            self.page.keyboard.up("Shift")

    def double_click(self) -> None:
        """Double-click in the middle of the panel: plotly then shows all again."""
        at = self._place(0.5)
        self._calm()
        self.page.mouse.move(*at)
        self.page.mouse.dblclick(*at)

    def drag(self, start: float, end: float) -> None:
        """Drag from one fraction of the panel's width to another."""
        first, last = self._place(start), self._place(end)
        self._calm()
        self.page.mouse.move(*first)
        self.page.mouse.down()
        self.page.mouse.move(*last, steps=6)
        self.page.mouse.up()

    # The controls

    def press(self, name: str) -> bool:
        """Press a button by its name; tell whether there was one to press."""
        found = self.view.get_by_role("button", name=name, exact=True)
        return self._pressed(found.first)

    def _pressed(self, found: Locator) -> bool:
        if not found.count() or not found.is_visible() or not found.is_enabled():
            return False
        try:
            found.click(timeout=_AT_ONCE)
        except PlaywrightError:
            return False
        return True

    def accept(self) -> bool:
        """Press the button that saves the suggested label."""
        return self._pressed(self.view.locator(".midplot-accept").first)

    def part(self, place: int) -> bool:
        """Press one of the buttons that choose a part, if there are any."""
        found = self.view.locator(".midplot-part")
        return bool(found.count()) and self._pressed(found.nth(place % found.count()))

    def streams(self) -> list[str]:
        """Return the values of the list of streams."""
        options = self.view.get_by_label("Stream", exact=True).locator("option")
        return [str(each) for each in options.evaluate_all("all => all.map((each) => each.value)")]

    def choose_stream(self, value: str) -> None:
        """Choose from the list of streams."""
        self.view.get_by_label("Stream", exact=True).select_option(value, timeout=_AT_ONCE)

    def drag_does(self, what: str) -> bool:
        """Choose what a drag in the chart does; tell whether there is a choice."""
        choice = self.view.get_by_label("What a drag in the chart does")
        if not choice.is_visible():
            return False
        choice.select_option(what, timeout=_AT_ONCE)
        return True

    def toggle_blind(self) -> bool:
        """Press the box that hides what follows the window."""
        box = self.view.get_by_label("blind")
        if not box.is_visible():
            return False
        box.click(timeout=_AT_ONCE)
        return True

    def length(self, points: int) -> bool:
        """Type how many points a click selects."""
        return self.type_words("Points to select, as a number", str(points))

    def answers(self) -> list[str]:
        """Return the answers that are offered to the question about a label that contradicts another."""
        return [each for each in self._answers().all_inner_texts() if each]

    def answer(self, words: str) -> bool:
        """Press one of the answers."""
        return self._pressed(self._answers().filter(has_text=words).first)

    def _answers(self) -> Locator:
        return self.view.locator(".midplot-question button:visible, .midplot-review-question button:visible")

    def type_words(self, name: str, words: str) -> bool:
        """Type into a field; tell whether it is in sight."""
        field = self.view.get_by_label(name, exact=True)
        if not field.is_visible():
            return False
        field.fill(words, timeout=_AT_ONCE)
        field.press("Enter")
        return True

    def press_tab(self, name: str) -> bool:
        """Press the tab of a list, which folds the list if it is the open one."""
        return self._pressed(self._tab(name))

    def open_tab(self, name: str) -> bool:
        """Open a list; tell whether it is open."""
        tab = self._tab(name)
        return tab.is_visible() and (tab.get_attribute("aria-selected") == "true" or self.press_tab(name))

    def _tab(self, name: str) -> Locator:
        return self.view.get_by_role("tab", name=re.compile(name)).first

    def rows(self, which: str) -> int:
        """Return the number of rows in sight of an open list, given their selector."""
        return self.view.locator(f"{which}:visible").count()

    def press_row(self, which: str, place: int) -> bool:
        """Press a row of an open list."""
        return self._pressed(self.view.locator(f"{which}:visible").nth(place))

    def seek(self, across: float) -> bool:
        """Press the bar that says up to which tick the replay is shown, at a fraction of its width."""
        bar = self.view.get_by_label("Tick to show")
        box = bar.bounding_box() if bar.is_visible() and bar.is_enabled() else None
        if box is None:
            return False
        bar.click(position={"x": 4 + across * (box["width"] - 8), "y": box["height"] / 2}, timeout=_AT_ONCE)
        return True

    def label_in_a_row(self) -> bool:
        """Enter labelling mode."""
        return self._pressed(self.view.locator(".midplot-review-start").first)

    def played_to(self) -> str:
        """Return what the view says of the tick to which it has played."""
        place = self.view.locator(".midplot-place")
        return place.inner_text() if place.count() else ""

    def plays_on(self, before: str) -> bool:
        """Wait until the view has played to another tick, or says why it does not; tell which of the two."""
        self.page.wait_for_function(
            """before => document.querySelector('.midplot-view .midplot-place').textContent !== before
                 || document.querySelector('.midplot-view .midplot-status').dataset.kind === "error" """,
            arg=before,
        )
        return self.played_to() != before

    # The labels that are listed

    def listed(self) -> list[Window]:
        """Return the windows of the labels in the list, in its order; nothing where the list is not in sight."""
        choices = self.view.locator(".midplot-scenario select:visible")
        names = choices.evaluate_all("all => all.map((each) => each.getAttribute('aria-label') ?? '')")
        found = [_WINDOW.search(name) for name in names]
        return [(int(each[1]), int(each[2])) for each in found if each]

    def label_of(self, place: int) -> str:
        """Return the label that a row of the list shows."""
        return self._row(place).locator("select").input_value()

    def relabel(self, place: int, label: str) -> None:
        """Choose another label in a row of the list."""
        self._row(place).locator("select").select_option(label, timeout=_AT_ONCE)

    def open(self, place: int) -> bool:
        """Select the window of a row of the list."""
        return self._pressed(self._row(place).locator(".midplot-open"))

    def delete(self, place: int) -> bool:
        """Press ✕ in a row of the list."""
        return self._pressed(self._row(place).get_by_role("button", name=re.compile("Delete")))

    def _row(self, place: int) -> Locator:
        return self.view.locator(".midplot-scenario").nth(place)
