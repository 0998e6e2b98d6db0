"""A check report in a real browser: its page and its card in a notebook, in light and dark, narrow and wide."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from midplot import DOWN, NOTHING, UP
from midplot.checks._check import check
from midplot.scenarios._scenario import Scenario, Selection
from midplot.streams._stream import Stream
from midplot.views.chart._palette import DARK, LIGHT
from midplot.views.chart.cards._free_place import text_width

NASTY = "<img src=x onerror=\"document.title='gone'\"></script><script>document.title='gone'</script>"
FIRST = "[...document.querySelectorAll('#checks tbody tr')].map(row => Number(row.cells[4].dataset.value))"

CELL = """
import numpy as np
from midplot.checks._check import check
from midplot.scenarios._scenario import Scenario, Selection
from midplot.streams._stream import Stream

walk = Stream(np.random.default_rng(5).normal(size=900).cumsum(), name="walk")


def up(stream):
    yield
    for n, _ in enumerate(stream):
        yield float(n % 7 == 0)


selections = [Selection.of(walk, n, n + 29, horizon=10, epsilon=0.5, warmup=60) for n in range(100, 800, 100)]
ok, report = check([Scenario(selection=s, expected=n % 3 - 1) for n, s in enumerate(selections)], up, threshold=0.5)
report
"""


def sometimes_up(stream):
    """Decide up at every seventh tick; nothing on the first hundred."""
    yield
    for n, _ in enumerate(stream):
        yield float(n > 100 and n % 7 == 0)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Return the path of a page on a dozen scenarios of all labels, some without a decision."""
    walk = Stream(np.random.default_rng(5).normal(size=900).cumsum(), name=NASTY)
    scenarios = [
        Scenario(
            selection=Selection.of(walk, first, first + 29, horizon=10, epsilon=0.5, warmup=(40, 200)[first % 200 > 0]),
            expected=(UP, DOWN, NOTHING)[first // 50 % 3],
            note=NASTY,
        )
        for first in range(150, 750, 50)
    ]
    return check(scenarios, sometimes_up, threshold=0.5)[1].to_html(tmp_path_factory.mktemp("check") / "check.html")


@pytest.fixture
def page(open_tab, report):
    tab = open_tab(width=1200, height=900)
    tab.open_file(report)
    return tab.page


def rgb(color):
    return f"rgb({', '.join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5))})"


def test_failed_scenarios_are_seen_first(page):
    expect(page.locator("h2").first).to_have_text("Failed 8")
    expect(page.locator("article").first).to_be_visible()
    expect(page.locator("article").first.locator(".midplot-check-verdict")).to_have_attribute("aria-label", "failed")


def test_what_users_wrote_is_text_and_nothing_else(page):
    expect(page.locator("article bdi").first).to_contain_text("<img src=x")
    assert page.title().startswith("Check: Success: 4, Failed: 8")
    assert page.locator("img").count() == 0


def test_the_window_stands_out(page):
    picture = page.locator("article svg").first
    expect(picture.locator(".midplot-check-price")).to_have_css("stroke", rgb(LIGHT.ink))
    expect(picture.locator(".midplot-check-before")).to_have_css("stroke", rgb(LIGHT.warm_up))
    band, line = (
        picture.locator(".midplot-check-window").bounding_box(),
        picture.locator(".midplot-check-price").bounding_box(),
    )
    # The room that is looked for is as wide as the browser's fonts need, and the number has the colour of what it says.
    numbers = page.locator(".midplot-check-earned")
    widths = numbers.evaluate_all("(all) => all.map((each) => [each.getBBox().width, each.textContent])")
    assert widths
    assert [text for width, text in widths if width > text_width(text, 10)] == []
    good = page.locator("text.midplot-check-earned.midplot-good").first
    expect(good).to_have_css("fill", rgb(LIGHT.up))
    assert band["x"] <= line["x"]
    assert band["x"] + band["width"] >= line["x"] + line["width"]


def test_it_follows_the_screen_from_light_to_dark(page):
    for scheme, palette in (("dark", DARK), ("light", LIGHT)):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("body")).to_have_css("background-color", rgb(palette.paper))
        expect(page.locator(".midplot-check-price").first).to_have_css("stroke", rgb(palette.ink))
        expect(page.locator(".midplot-check-why").first).to_have_css("color", rgb(palette.ink))
        expect(page.locator(".midplot-check-badge")).to_have_css("background-color", rgb(palette.budget))


@pytest.mark.parametrize("width", [400, 700, 1200, 1600])
def test_it_fits_the_screen(open_tab, report, width):
    tab = open_tab(width=width, height=900)
    tab.open_file(report)
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    for box in (card.bounding_box() for card in tab.page.locator("article").all()):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    columns = len({card.bounding_box()["x"] for card in tab.page.locator("article").all()})
    assert columns == {400: 1, 700: 2, 1200: 3, 1600: 4}[width]


def test_the_table_sorts_both_ways_what_is_unknown_last(page):
    page.locator("summary").click()
    first = page.get_by_role("button", name="First", exact=True)
    first.click()
    ascending = page.evaluate(FIRST)
    assert ascending == sorted(ascending)
    first.click()
    assert page.evaluate(FIRST) == ascending[::-1]
    delay = page.locator("#checks thead th").filter(has_text="Delay")
    for direction in ("ascending", "descending"):
        delay.get_by_role("button").click()
        expect(delay).to_have_attribute("aria-sort", direction)
        expect(page.locator("#checks tbody tr").last.locator("td").nth(7)).to_have_text("–")


def test_a_row_leads_to_its_picture(page):
    page.locator("summary").click()
    page.locator("#checks tbody tr").last.get_by_role("link").click()
    expect(page.locator("article:target")).to_be_in_viewport()


@pytest.mark.parametrize(("theme", "ink"), [("light", "rgba(0, 0, 0, 0.87)"), ("dark", "rgb(255, 255, 255)")])
def test_in_a_notebook_it_takes_the_colours_of_the_theme(notebook, theme, ink):
    nb = notebook([CELL], theme=theme)
    nb.run(0)
    card = nb.output(0).locator(".midplot-check")
    expect(card).to_be_visible()
    expect(card.locator("article")).to_have_count(7)
    for place, name in (
        (".midplot-check-price", "stroke"),
        (".midplot-check-why", "color"),
        (".midplot-check-tallies th", "color"),
    ):
        expect(card.locator(place).first).to_have_css(name, ink)


def test_it_fits_a_narrow_notebook(notebook):
    nb = notebook([CELL], width=700)
    nb.run(0)
    card = nb.output(0).locator(".midplot-check").bounding_box()
    for place in ("article", ".midplot-check-tallies table"):
        for box in (each.bounding_box() for each in nb.output(0).locator(place).all()):
            assert box["x"] + box["width"] <= card["x"] + card["width"] + 1
    assert card["x"] + card["width"] <= 700


def test_it_and_a_replay_view_leave_each_other_alone(notebook):
    nb = notebook([CELL, "from midplot import replay\nresult = replay([walk], infer=up, with_visualization=True)"])
    nb.run(0)
    nb.run(1)
    nb.plot()
    for article in nb.output(0).locator("article").all():
        assert article.bounding_box()["width"] > 250
    blind = nb.output(1).locator("label").filter(has_text="blind")
    assert blind.bounding_box()["width"] > 45  # the box and the word
