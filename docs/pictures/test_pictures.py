"""Pictures of the replay view, at three widths, light and dark: to be looked at, and for the README."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO

import pytest
from click.testing import CliRunner
from PIL import Image
from playwright.sync_api import expect

from docs.pictures.story import BAR, HEIGHT, POINTER, STEPS, WIDTH, frame
from midplot.cli import main
from tests.browser.tab import ARTEFACTS

SETUP = """\
from midplot import load_streams, replay
from midplot.examples import MomentumAttacker
x_train, x_test = load_streams()"""
REPLAY = (
    "result = replay(x_test, infer=MomentumAttacker, with_visualization=True, with_accounting_visualizer={accounts})"
)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [700, 1200, 1600])
def test_view(notebook, width, theme):
    page = notebook([SETUP, REPLAY.format(accounts=width > 1200)], width=width, height=1040, theme=theme)
    page.command("application:toggle-left-area")
    page.run(0)
    page.run(1)
    page.plot()
    page.page.get_by_label("Stream", exact=True).select_option("3")
    page.plot().wait_x_range(lambda _, high: 5300 < high < 6000)
    page.plot().click_x(369)
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
    page.python("None")  # so that it has done all that was asked of it
    page.wait_ready()
    page.screenshot(f"view-{width}-{theme}")


LOOKS = [(700, "light"), (1200, "light"), (1200, "dark"), (1600, "light")]


def shown(notebook, width, theme):
    """Open a notebook with a view, with as much of the screen for it as there is."""
    page = notebook([SETUP, REPLAY.format(accounts=False)], width=width, height=1040, theme=theme)
    page.command("application:toggle-left-area")
    page.run(0)
    page.run(1)
    page.plot()
    expect(page.page.locator(".midplot-view")).to_have_attribute("data-acts", "ready")
    return page


def taken(page, name):
    page.page.locator(".midplot-view").scroll_into_view_if_needed()
    page.page.mouse.move(0, 0)
    expect(page.page.locator(".hovertext")).to_have_count(0)
    page.wait_ready()
    page.screenshot(name)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_a_trade_gone_to(notebook, width, theme):
    page = shown(notebook, width, theme)
    page.page.get_by_role("tab", name="Trades").click()
    page.page.locator(".midplot-trades tbody tr").nth(2).click()
    page.wait_python("result.selection is not None")
    expect(page.page.locator(".midplot-overlay-window")).to_be_hidden()
    taken(page, f"trade-{width}-{theme}")


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_labelling_mode(notebook, width, theme):
    page = shown(notebook, width, theme)
    page.page.get_by_role("button", name="label in a row").click()
    expect(page.page.locator(".midplot-review")).to_be_visible()
    for key in ("n", "n", "n"):
        before = page.page.locator(".midplot-review-count").inner_text()
        page.page.keyboard.press(key)
        expect(page.page.locator(".midplot-review-count")).not_to_have_text(before)
    taken(page, f"labelling-{width}-{theme}")


# What the README tells


CELLS = [
    """\
from midplot import check, load_scenarios, load_streams, replay
from midplot.examples import MomentumAttacker
x_train, x_test = load_streams()""",
    'result = replay(x_test, only_stream_ids="stream_23", infer=MomentumAttacker, with_visualization=True)',
    """\
ok, checks = check(load_scenarios(), MomentumAttacker)
checks""",
    """\
ok, checks = check(load_scenarios(), MomentumAttacker, hyper_parameters={"factor": 1})
checks""",
]
HOLD = """
import threading
import midplot.play._engine
from midplot.views.panel._replay_view import ReplayView
go_on, follow = threading.Event(), ReplayView.on_progress
def hold(view, checkpoint):
    now = checkpoint.done > 3000 and not go_on.is_set()
    if now:
        view._refreshed = -float("inf")
    follow(view, checkpoint)
    if now:
        go_on.wait()
ReplayView.on_progress = hold
midplot.play._engine.paced = lambda chunk, seconds: 250
"""
"""What halts the replay between two ticks, so that a picture can be taken of it running."""

MISSED = 369
"""The last index of a window of stream_23 after which the price rises and the attacker says nothing."""


@pytest.fixture
def told(open_tab):
    """Return a function that takes the picture of a step, and what it has taken."""
    pictures = {}

    def tell(step, page):
        canvas = open_tab(width=WIDTH, height=HEIGHT + BAR)
        canvas.page.set_content(frame(step, page.page.screenshot(animations="disabled")))
        pictures[step] = canvas.page.screenshot()

    return tell, pictures


def test_story(notebook, told):
    tell, pictures = told
    page = notebook(CELLS, width=WIDTH, height=HEIGHT)
    page.command("application:toggle-left-area")
    page.run(0)
    page.python(f"exec({HOLD!r}, globals())")
    page.start(1)
    page.plot().wait_trace("Realized", "x.at(-1) >= 3000")
    show(page, 1)
    tell("Replay", page)

    page.python("go_on.set()", while_busy=True)
    page.wait_done()
    page.plot().wait_trace("Realized", "x.at(-1) === 5321")
    tell("See", page)

    page.plot().drag_x(MISSED - 220, MISSED + 280)
    page.plot().wait_trace("Realized", f"x.includes({MISSED}) && x.includes({MISSED - 1})")
    page.plot().click_x(MISSED)
    page.wait_python(f"result.selection.last == {MISSED}")
    page.plot().wait_points("Selected", 50)
    expect(page.page.locator(".notifier-note")).to_have_count(0)
    page.page.evaluate(POINTER, page.plot().data_to_page(MISSED))
    tell("Click", page)

    page.page.keyboard.press("u")
    expect(page.page.locator(".midplot-scenario")).to_have_count(1)
    tell("Label", page)

    page.page.evaluate("document.getElementById('harness-pointer').remove()")
    for step, cell, verdict in (("Check", 2, "failed"), ("Improve", 3, "succeeded")):
        page.run(cell)
        show(page, cell)
        expect(page.output(cell).locator(".midplot-check-verdict")).to_have_attribute("aria-label", verdict)
        tell(step, page)

    assert list(pictures) == list(STEPS)
    ARTEFACTS.mkdir(exist_ok=True)
    story = ARTEFACTS / "story.png"
    first, *others = (Image.open(BytesIO(picture)) for picture in pictures.values())
    first.save(story, save_all=True, append_images=others, duration=20_000 / len(pictures), loop=0, optimize=True)
    assert page.page.evaluate(FRAMES, b64encode(story.read_bytes()).decode()) == len(pictures)
    assert story.stat().st_size < 1_500_000


FRAMES = """async (picture) => {
    const data = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    const decoder = new ImageDecoder({ data, type: "image/png" });
    await decoder.tracks.ready;
    return decoder.tracks.selectedTrack.frameCount;
}"""


def show(page, cell):
    """Bring a cell to the top, with nothing pointed at."""
    page.page.mouse.move(0, 0)
    page.page.locator(".jp-Notebook .jp-Cell").nth(cell).evaluate("cell => cell.scrollIntoView({ block: 'start' })")
    expect(page.page.locator(".hovertext")).to_have_count(0)


def test_the_report_of_the_demo(open_tab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["demo"]).exit_code == 0
    tab = open_tab(width=1200, height=900)
    tab.open_file(tmp_path / "midplot-demo.html")
    assert len(tab.plot().trace_points("Realized")) > 500
    tab.screenshot("report", full_page=True)
