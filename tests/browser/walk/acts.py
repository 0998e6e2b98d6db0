"""What a person may do next: each act is done in the page, and says what it was and which label it names."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, Final, Protocol

from midplot.game import LABELS

from .page import ViewPage, Window

PATIENCE: Final = 20.0
"""Seconds that a page may take to be loaded again."""

NAMES: Final = [each.name for each in LABELS]
KEYS: Final = {each.key: each.name for each in LABELS}


@dataclass(frozen=True)
class Deed:
    """An act that was done.

    Attributes
    ----------
    words
        What was done, for the report.
    may
        What it may change on disk: ``label``, ``accept``, ``answer``, ``relabel``, ``edit``, ``delete``, ``undo``,
        ``redo`` or nothing.
    label, window
        The label and the window that it named, if any; without a window it is the selected one.
    on_chart
        Whether it was a click on the chart, after which the keys are on.
    fresh
        Whether the view is another one now.
    elsewhere
        Whether it was not done in the view, whose undo takes back only what was done there.
    """

    words: str
    may: str = ""
    label: str | None = None
    window: Window | None = None
    on_chart: bool = False
    fresh: bool = False
    elsewhere: bool = False


class Act(Protocol):
    """Does something with the page, given what the page shows; returns None where that cannot be done now."""

    __name__: str

    def __call__(self, page: ViewPage, chance: Random, picture: dict[str, Any], /) -> Deed | None: ...


def click(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed:
    across = chance.uniform(0.03, 0.97)
    page.click(across)
    return Deed(f"click at {across:.0%}", on_chart=True)


def shift_click(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed:
    across = chance.uniform(0.03, 0.97)
    page.click(across, shift=True)
    return Deed(f"shift-click at {across:.0%}", on_chart=True)


def double_click(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed:
    page.double_click()
    return Deed("double click")


def _dragged(mode: str) -> Act:
    def drag(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed | None:
        if not page.drag_does(mode):
            return None
        start, end = sorted([chance.uniform(0.05, 0.9), chance.uniform(0.1, 0.95)])
        end = max(end, start + 0.05)
        page.drag(start, end)
        return Deed(f"drag {mode}s {start:.0%} to {end:.0%}")

    return drag


def _pressed(name: str, words: str, **more: Any) -> Act:
    def press(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed | None:
        return Deed(words, **more) if page.press(name) else None

    return press


def _key(key: str, words: str, **more: Any) -> Act:
    def press(page: ViewPage, chance: Random, picture: dict[str, Any]) -> Deed | None:
        # Where the view does not say that it takes the keys, they are JupyterLab's.
        if not picture["active"]:
            return None
        page.page.keyboard.press(key)
        return Deed(words, **more)

    return press


def label_key(page: ViewPage, chance: Random, picture: dict[str, Any]) -> Deed | None:
    key = chance.choice(list(KEYS))
    return _key(key, f"key {key}", may="label", label=KEYS[key])(page, chance, picture)


def same_key_twice(page: ViewPage, chance: Random, picture: dict[str, Any]) -> Deed | None:
    """Press D twice, which deletes a cell where JupyterLab hears it."""
    # In labelling mode each D is a label of its own.
    if not picture["active"] or picture["labelling"]:
        return None
    page.page.keyboard.press("d")
    page.page.keyboard.press("d")
    return Deed("key d twice", may="label", label="DOWN")


def arrow(page: ViewPage, chance: Random, picture: dict[str, Any]) -> Deed | None:
    key = chance.choice(["", "Shift+"]) + chance.choice(["ArrowLeft", "ArrowRight"])
    return _key(key, f"key {key}")(page, chance, picture)


def label_button(page: ViewPage, chance: Random, picture: dict[str, Any]) -> Deed | None:
    name = chance.choice(NAMES)
    words = f"Label this window {name}" if picture["labelling"] else f"Save the selection as {name}"
    return _pressed(words, f"button {name}", may="label", label=name)(page, chance, picture)


def accept(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed | None:
    return Deed("accept", may="accept") if page.accept() else None


def pick_stream(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed | None:
    value = chance.choice(page.streams())
    page.choose_stream(value)
    return Deed(f"stream {value} from the list")


def choose_part(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed | None:
    place = chance.randrange(100)
    return Deed("part button") if page.part(place) else None


def relabel(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed | None:
    windows = page.listed()
    if not windows:
        return None
    place = chance.randrange(len(windows))
    label = chance.choice([name for name in NAMES if name != page.label_of(place)])
    page.relabel(place, label)
    return Deed(f"relabel {windows[place]} as {label}", may="relabel", label=label, window=windows[place])


def delete(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed | None:
    windows = page.listed()
    place = chance.randrange(len(windows)) if windows else 0
    if not windows or not page.delete(place):
        return None
    return Deed(f"✕ of {windows[place]}", may="delete", window=windows[place])


def open_listed(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed | None:
    windows = page.listed()
    place = chance.randrange(len(windows)) if windows else 0
    return Deed(f"row {windows[place]}") if windows and page.open(place) else None


def play_a_little(page: ViewPage, chance: Random, picture: dict[str, Any]) -> Deed | None:
    if picture["status"]["kind"] == "error":
        return None  # it would not be known whether that is the answer
    before = page.played_to()
    if not page.press("Play or pause"):
        return None
    if page.plays_on(before):
        page.press("Play or pause")
    return Deed("play and pause")


def blind(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed | None:
    return Deed("blind") if page.toggle_blind() else None


def length(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed | None:
    points = chance.choice([1, 5, 30, 50, 200, 900])
    return Deed(f"length {points}") if page.length(points) else None


def answer(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed | None:
    """Answer the question whether a label that contradicts another is to be saved."""
    words = chance.choice(page.answers()) if page.answers() else ""
    return Deed(f"answer {words}", may="answer") if words and page.answer(words) else None


def note(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed | None:
    """Type a note or tags, which a saved scenario gets at once, and the next label otherwise."""
    name, words = chance.choice([("Note", f"note {chance.randrange(100)}"), ("Tags, separated by commas", "a, b")])
    return Deed(f"{words} typed", may="edit") if page.type_words(name, words) else None


def _row_of(tab: str, rows: str) -> Act:
    def go(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed | None:
        if not page.open_tab(tab):
            return None
        n = page.rows(rows)
        return Deed(f"row of {tab}") if n and page.press_row(rows, chance.randrange(n)) else None

    go.__name__ = f"row of {tab}"
    return go


def fold(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed | None:
    """Show or fold one of the lists below the chart."""
    tab = chance.choice(["Labels", "Trades", "Suggestions"])
    return Deed(f"tab {tab}") if page.press_tab(tab) else None


def seek(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed | None:
    across = chance.random()
    return Deed(f"seek bar at {across:.0%}") if page.seek(across) else None


def label_in_a_row(page: ViewPage, chance: Random, picture: dict[str, Any]) -> Deed | None:
    """Enter labelling mode, from which the keys that follow label one window after the other."""
    return Deed("label in a row") if page.label_in_a_row() else None


def in_code(page: ViewPage, chance: Random, picture: dict[str, Any]) -> Deed | None:
    """Save the selected window in a cell, as code of the user may."""
    if picture["labelling"]:
        return None
    name = chance.choice(NAMES)
    saved = page.notebook.python(f"walk_save({name!r})")
    return Deed(f"{name} in code", may="label", label=name, elsewhere=True) if saved else None


def theme(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed:
    name = chance.choice(["light", "dark"])
    page.page.evaluate("theme => harness.setTheme(theme)", name)
    return Deed(f"theme {name}")


def file_browser(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed:
    page.notebook.command("application:toggle-left-area")
    return Deed("file browser open or shut")


def window_size(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed:
    width, height = chance.choice([900, 1200, 1400, 1600]), chance.choice([760, 900, 1000])
    page.page.set_viewport_size({"width": width, "height": height})
    return Deed(f"window {width} × {height}")


def reload(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed:
    page.notebook.reload(timeout=PATIENCE)
    return Deed("reload of the page")


def rerun(page: ViewPage, chance: Random, _: dict[str, Any]) -> Deed:
    page.notebook.run(1)
    return Deed("cell run again", fresh=True)


ACTS: Final[dict[Act, int]] = {
    click: 14,
    shift_click: 3,
    double_click: 5,
    _dragged("zoom"): 8,
    _dragged("select"): 6,
    _dragged("pan"): 2,
    _pressed("Next stream", "next"): 6,
    _pressed("Previous stream", "previous"): 3,
    pick_stream: 4,
    choose_part: 4,
    label_key: 10,
    same_key_twice: 2,
    arrow: 4,
    _key("z", "key z", may="undo"): 4,
    _key("y", "key y", may="redo"): 2,
    _key("s", "key s"): 2,
    _key("b", "key b"): 1,
    _key("Enter", "key Enter", may="accept"): 3,
    _key("Escape", "key Escape"): 2,
    label_button: 6,
    _pressed("Undo the last label", "undo", may="undo"): 3,
    _pressed("Redo the last label", "redo", may="redo"): 2,
    relabel: 4,
    delete: 4,
    open_listed: 4,
    _pressed("suggest next", "suggest"): 3,
    _pressed("skip", "skip"): 2,
    accept: 3,
    _pressed("Step back", "step back"): 2,
    _pressed("Step forward", "step forward"): 1,
    _pressed("whole", "whole"): 3,
    play_a_little: 2,
    seek: 2,
    fold: 2,
    _row_of("Trades", ".midplot-trades tbody tr"): 3,
    _row_of("Suggestions", ".midplot-suggested button"): 2,
    note: 4,
    answer: 6,
    label_in_a_row: 4,
    in_code: 2,
    blind: 4,
    length: 2,
    theme: 3,
    file_browser: 3,
    window_size: 3,
    reload: 1,
    rerun: 1,
}
"""All acts, each with how often it is done in comparison with the others."""


def drawn(chance: Random) -> Act:
    """Draw the next act."""
    return chance.choices(list(ACTS), list(ACTS.values()))[0]
